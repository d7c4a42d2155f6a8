"""The Hub: each version one commit on a branch, and a tag that leads to it.

Read where the branch ends, send the bytes of large files, one commit on that end, a tag on that
commit, read back. Whatever stops it, branch and tags are as before or complete, for nothing is seen
until the commit is made, and the next run finds what the last one did by looking.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import PublishError, VersionError
from corpus.publishing import hub_requests
from corpus.publishing.contract import (
    TAG,
    Options,
    Outcome,
    Parcel,
    Published,
    PublishedVersion,
    Report,
    Target,
    outcome_of,
    version_key,
)
from corpus.publishing.hub_changes import Changes, find_changes, holds
from corpus.publishing.hub_errors import (
    CONFLICT,
    MOVED,
    failures,
    hub_errors,
    read_failure,
)
from corpus.publishing.hub_job import Job, moved
from corpus.publishing.hub_repo import MAIN, REPO, Refs, connect

if TYPE_CHECKING:
    from corpus.publishing.hub_repo import Operation

SCHEME = "hf://"

PLACE = re.compile(
    rf"""
    hf://datasets/
    (?P<name> {REPO.pattern} )
    (?: @ (?P<revision> [^@]+ ) )?     # a branch
    /?
    """,
    re.VERBOSE,
)

MAX_COMMIT_FILES = 100
"""More files than this go by a pull request, in several commits: the Hub advises so many."""


def full_name(where: str) -> str:
    """A dataset of the Hub by its whole name; any other place as it is.

    >>> full_name("org/none-here"), full_name("s3://bucket/news")
    ('hf://datasets/org/none-here', 's3://bucket/news')
    """
    is_short = REPO.fullmatch(where) is not None and not Path(where).exists()
    return f"{SCHEME}datasets/{where}" if is_short else where


def send(parcel: Parcel, where: str, options: Options, report: Report) -> Published:
    """The release on the Hub, at the tag `v…`, or what is still to be done there.

    Raises:
        PublishError: Nobody is logged in or may not write, the Hub refuses or cannot be reached,
            somebody else committed meanwhile, or people changed what would be overwritten.
        VersionError: The tag leads to another release, or the branch is at that version or later.
    """
    check(where, options)
    place = _parse(where)
    branch = options.revision or place["revision"] or MAIN
    with hub_errors(where, options.token):
        repo = connect(place["name"], options.token)
        job = Job(repo, parcel, options, branch, report)
        return _publish(job)


def check(where: str, options: Options) -> None:
    """Refuse what is no dataset of the Hub, and a pull request to a branch.

    Raises:
        PublishError: As said.
    """
    branch = options.revision or _parse(where)["revision"] or MAIN
    if options.create_pr and branch != MAIN:
        raise PublishError(where, "a pull request goes to main", "leave --revision out")


def versions(where: str, token: str | None) -> tuple[PublishedVersion, ...]:
    """The versions on the Hub, by their tags: a release gets its tag when it is whole.

    Raises:
        PublishError: There is no such dataset, or it cannot be reached.
    """
    with hub_errors(where, token):
        repo = connect(_parse(where)["name"], token)
        tags = repo.refs().tags
    found = (
        PublishedVersion(match[1], f"{repo.where}@{name}", commit)
        for name, commit in tags.items()
        if (match := TAG.fullmatch(name))
    )
    return tuple(sorted(found, key=lambda version: version_key(version.version)))


def _parse(where: str) -> re.Match[str]:
    place = PLACE.fullmatch(where)
    if place is None:
        raise PublishError(where, "is no dataset of the Hub", "give hf://datasets/ORG/NAME")
    return place


def _publish(job: Job) -> Published:
    """Everything that is left to do for the release to be there."""
    refs = _open(job)
    if refs is None:
        return outcome_of(job.parcel, "dry run", job.where, new=job.parcel.items)
    tagged = refs.tags.get(job.parcel.tag)
    if tagged is not None:
        _check_tag(job, tagged)
        return outcome_of(job.parcel, "already published", job.where, commit=tagged, url=job.url)
    head = refs.branches[job.branch] if job.branch in refs.branches else _branch_off(job, refs)
    commit = job.do(lambda: job.find_commit(head))
    changes = Changes((), {}, ())
    if commit is None:
        changes = job.do(lambda: find_changes(job.repo, job.parcel, head, refs.tags))
    if job.options.dry_run:
        return _outcome(job, "dry run", changes)
    if job.options.create_pr and commit is None:
        request = hub_requests.fill(job, head, changes, MAX_COMMIT_FILES)
        return _outcome(job, "proposed", changes, url=request.url)
    if commit is None:
        commit = _bring(job, head, changes)
    _tag(job, commit)
    _check_tag(job, commit)
    return _outcome(job, "published", changes, commit, job.url)


def _outcome(
    job: Job, outcome: Outcome, changes: Changes, commit: str | None = None, url: str | None = None
) -> Published:
    done = outcome_of(job.parcel, outcome, job.where, new=changes.items, commit=commit, url=url)
    return replace(done, gone_files=changes.gone)


def _open(job: Job) -> Refs | None:
    """Where everything leads in the dataset, which is made if need be; none in a dry run without.

    Raises:
        PublishError: Nobody is logged in, or the dataset should be private and is not.
    """
    from huggingface_hub.errors import RepositoryNotFoundError

    if not job.options.dry_run:
        job.do(job.repo.who)  # a clear word on a wrong token, before all others
    try:
        refs = job.do(job.repo.refs)
    except RepositoryNotFoundError:
        if job.options.dry_run:
            return None
        job.report(f"making {job.repo.where}")
        job.do(lambda: job.repo.create(private=job.options.private))
        refs = job.do(job.repo.refs)
    if job.options.private and not job.do(job.repo.is_private):
        raise PublishError(
            job.repo.where, "is public", "make it private on the Hub, or leave --private out"
        )
    return refs


def _branch_off(job: Job, refs: Refs) -> str:
    """Make the branch, from the newest version before this one; where it begins."""
    earlier = [
        name
        for name in refs.tags
        if TAG.fullmatch(name) and version_key(name[1:]) < version_key(job.parcel.version)
    ]
    newest = max(earlier, key=lambda name: version_key(name[1:]), default=None)
    begin = refs.branches[MAIN] if newest is None else refs.tags[newest]
    if not job.options.dry_run:
        job.report(f"making the branch {job.branch} from {newest or MAIN}")
        job.do(lambda: job.repo.branch(job.branch, begin))
    return begin


def _bring(job: Job, head: str, changes: Changes) -> str:
    """The release on the branch: in one commit, or by a pull request where that is too large."""
    if len(changes.items) + len(changes.gone) > MAX_COMMIT_FILES:
        if job.branch != MAIN:
            raise PublishError(
                job.repo.where,
                f"more than {MAX_COMMIT_FILES} files can only go to main",
                "leave --revision out, or build larger shards",
            )
        request = hub_requests.fill(job, head, changes, MAX_COMMIT_FILES)
        return hub_requests.merge(job, head, request)
    operations = changes.operations(job.parcel)
    job.send(operations, job.branch)
    return job.do(lambda: _commit(job, head, operations))


def _commit(job: Job, head: str, operations: Sequence[Operation]) -> str:
    """The one commit, on `head`; if a try before made it and its answer was lost, that one.

    Raises:
        PublishError: Somebody else committed meanwhile.
    """
    if job.repo.refs().branches[job.branch] == head:
        job.report(f"committing to {job.branch}")
        try:
            return job.repo.commit(operations, job.title, head, job.branch)
        except failures() as error:
            if read_failure(error).status != MOVED:
                raise
    now = job.repo.refs().branches[job.branch]
    own = job.find_commit(now)
    if own is None:
        raise moved(job, now)
    return own


def _tag(job: Job, commit: str) -> None:
    """Tag the commit.

    Raises:
        VersionError: The tag leads elsewhere.
    """

    def tag() -> None:
        if job.parcel.tag in job.repo.refs().tags:
            return
        try:
            job.repo.tag(job.parcel.tag, commit, job.title)
        except failures() as error:  # somebody else was faster: where it leads is looked at below
            if read_failure(error).status != CONFLICT:
                raise

    job.report(f"tagging {commit[:7]} as {job.parcel.tag}")
    job.do(tag)
    there = job.do(job.repo.refs).tags[job.parcel.tag]
    if there != commit:
        _check_tag(job, there)


def _check_tag(job: Job, commit: str) -> None:
    """Read back what the tag leads to: every file, by its digest.

    Raises:
        VersionError: It is not this release.
    """
    job.report(f"comparing {commit[:7]} with the manifest")
    if not job.do(lambda: holds(job.repo, job.parcel, commit)):
        raise VersionError(
            job.where,
            f"the tag {job.parcel.tag} leads to {commit[:7]}, which is not this release",
            "publish yours under the next version; a tag is never moved",
        )


HUB = Target("hub", lambda where: where.startswith(SCHEME), check, send, versions)
