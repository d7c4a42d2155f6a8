"""One release on its way to the Hub: what every step of it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from corpus.errors import PublishError
from corpus.publishing.contract import Options, Parcel, Report
from corpus.publishing.hub_changes import holds
from corpus.publishing.hub_errors import insist
from corpus.publishing.hub_repo import Repo, additions

if TYPE_CHECKING:
    from corpus.publishing.hub_repo import Operation

LOOK_BACK = 200
"""Commits of the branch among which that of an interrupted run is looked for."""

SEND_FILES = 20
"""Large files that are sent at a time; what is sent stays on the Hub for the next run."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Job:
    """The release, the dataset and branch it goes to, how, and who is told."""

    repo: Repo
    parcel: Parcel
    options: Options
    branch: str
    report: Report

    @property
    def title(self) -> str:
        """The first line of the commit, and the name of a pull request."""
        return f"{self.parcel.name} {self.parcel.version}"

    @property
    def where(self) -> str:
        """What `corpus.load` opens the release by."""
        return f"{self.repo.where}@{self.parcel.tag}"

    @property
    def url(self) -> str:
        """What a browser opens."""
        return f"{self.repo.url}/tree/{self.parcel.tag}"

    def do(self, step: Callable[[], Result]) -> Result:
        """What the step gives, done again while the Hub has trouble."""
        return insist(step, self.report, self.repo.where)

    def find_commit(self, head: str) -> str | None:
        """The commit, up to `head`, with which an earlier run brought this release."""
        commits = self.repo.commits(head)[:LOOK_BACK]
        titles = (self.title, f"{self.title} (#")
        own = [c.oid for c in commits if c.title == titles[0] or c.title.startswith(titles[1])]
        # A request that somebody merged may have got another title: then it is the last commit.
        return next((oid for oid in (*own, head) if holds(self.repo, self.parcel, oid)), None)

    def send(self, operations: Sequence[Operation], revision: str) -> None:
        """Bring the bytes of large files to the Hub, some at a time.

        Raises:
            PublishError: A file has other bytes than the manifest says.
        """
        files = additions(operations)
        digests = {item.path: item.sha256 for item in self.parcel.items}
        for begin in range(0, len(files), SEND_FILES):
            batch = files[begin : begin + SEND_FILES]
            self.report(f"sending files {begin + 1} to {begin + len(batch)} of {len(files)}")
            self.do(lambda batch=batch: self.repo.send(batch, revision))  # type: ignore[misc]
            for file in batch:
                is_own = not isinstance(file.path_or_fileobj, bytes)
                if is_own and file.upload_info.sha256.hex() != digests[file.path_in_repo]:
                    raise PublishError(
                        str(self.parcel.folder / file.path_in_repo),
                        "was changed while it was published",
                        "verify the release, then run again",
                    )


def moved(job: Job, head: str) -> PublishError:
    """The error that somebody else committed to the branch."""
    title = next((c.title for c in job.repo.commits(head) if c.oid == head), "")
    return PublishError(
        job.repo.where,
        f"somebody else committed to {job.branch} meanwhile ({head[:7]}: {title})",
        "look at it, then run again: what was sent stays there",
    )
