"""More files than one commit should hold: a pull request, filled in steps, merged when it is whole.

Main sees one commit. A request that an interrupted run left is gone on with.
"""

from __future__ import annotations

from corpus.errors import PublishError
from corpus.publishing.hub_changes import Changes, holds
from corpus.publishing.hub_job import Job, moved
from corpus.publishing.hub_repo import MAIN, PullRequest


def fill(job: Job, head: str, changes: Changes, n_files: int) -> PullRequest:
    """The pull request with all changes to `head`, at most `n_files` a commit.

    Raises:
        PublishError: What it holds in the end is not the release.
    """
    request = job.do(lambda: _find(job, head))
    if request is None:
        first = changes.operations(job.parcel)[:n_files]
        job.send(first, MAIN)
        job.report("opening a pull request")

        def begin() -> PullRequest | None:
            # A try before may have made it though its answer was lost.
            found = _find(job, head)
            if found is None:
                job.repo.propose(first, job.title, head)
            return found or _find(job, head)

        request = job.do(begin)
    if request is None:
        raise PublishError(job.repo.where, "its pull request cannot be found", "run again")
    while _go_on(job, request, changes, n_files):
        pass
    tip = job.do(job.repo.refs).requests[request.number]
    if not job.do(lambda: holds(job.repo, job.parcel, tip)):
        raise PublishError(
            request.url, "does not hold the release", "close the pull request, then run again"
        )
    return request


def merge(job: Job, head: str, request: PullRequest) -> str:
    """The commit on main that the whole pull request became.

    Raises:
        PublishError: Somebody else committed to main meanwhile.
    """

    def step() -> str:
        now = job.repo.refs().branches[MAIN]
        if now == head:
            job.report(f"merging {request.url}")
            job.repo.merge(request)
            now = job.repo.refs().branches[MAIN]
        own = job.find_commit(now)
        if own is None:
            raise moved(job, now)
        return own

    return job.do(step)


def _find(job: Job, head: str) -> PullRequest | None:
    """The open pull request of an earlier run; one that began at another commit is closed."""
    me = job.repo.who()
    for request in list(job.repo.open_requests()):
        if request.title != job.title or request.author != me:
            continue
        if any(commit.oid == head for commit in job.repo.commits(request.ref)):
            return request
        job.repo.close(request, f"{MAIN} has moved since; another one takes its place")
    return None


def _go_on(job: Job, request: PullRequest, changes: Changes, n_files: int) -> bool:
    """Make the next commit of the request; whether there was anything left to do."""

    def look() -> tuple[str, Changes]:
        tip = job.repo.refs().requests[request.number]
        return tip, changes.left(job.parcel, job.repo.files(tip))

    tip, left = job.do(look)
    if not left:
        return False
    operations = left.operations(job.parcel)[:n_files]
    job.send(operations, request.ref)
    job.report(f"committing {len(operations)} files to the pull request")

    def commit() -> None:
        if job.repo.refs().requests[request.number] == tip:
            job.repo.commit(operations, job.title, tip, request.ref)

    job.do(commit)
    return True
