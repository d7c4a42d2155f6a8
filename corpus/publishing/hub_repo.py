"""A dataset of the Hub: what is there, and the few things that publishing does to it.

Everything is asked of the Hub anew, nothing is remembered: after a lost answer the next look tells
what really happened.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.version import __version__

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

    Operation = CommitOperationAdd | CommitOperationDelete

DATASET = "dataset"
MAIN = "main"

REPO = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
"""The name of a dataset: its owner's and its own."""

PULL_REQUEST = re.compile(r"refs/pr/(\d+)")


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a commit: its bytes, what git calls it, and its SHA-256 where it is a large one."""

    n_bytes: int
    oid: str
    sha256: str | None

    def is_same(self, n_bytes: int, sha256: str, path: Path) -> bool:
        """Whether its bytes are these, which lie at `path`; nothing is fetched."""
        if n_bytes != self.n_bytes:
            return False
        return (
            self.oid == git_oid(path.read_bytes())
            if self.sha256 is None
            else (self.sha256 == sha256)
        )


Files = dict[str, RemoteFile]


@dataclass(frozen=True, slots=True)
class Refs:
    """Where branches, tags and pull requests (by number) lead."""

    branches: dict[str, str]
    tags: dict[str, str]
    requests: dict[int, str]


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit with the first line of its message."""

    oid: str
    title: str


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request that is open, and what a browser opens."""

    number: int
    title: str
    author: str
    url: str

    @property
    def ref(self) -> str:
        """Its branch."""
        return f"refs/pr/{self.number}"


@dataclass(frozen=True, slots=True)
class Repo:
    """A dataset of the Hub, seen through `api`."""

    api: HfApi
    name: str

    @property
    def where(self) -> str:
        """The dataset in the words of the user."""
        return f"hf://datasets/{self.name}"

    @property
    def url(self) -> str:
        """What a browser opens."""
        return f"{self.api.endpoint}/datasets/{self.name}"

    def refs(self) -> Refs:
        """Where everything leads."""
        found = self.api.list_repo_refs(self.name, repo_type=DATASET, include_pull_requests=True)
        requests = ((PULL_REQUEST.fullmatch(r.ref), r) for r in found.pull_requests or ())
        return Refs(
            {ref.name: ref.target_commit for ref in found.branches},
            {ref.name: ref.target_commit for ref in found.tags},
            {int(match[1]): ref.target_commit for match, ref in requests if match},
        )

    def files(self, revision: str) -> Files:
        """All files at a revision, with what is known of their bytes."""
        from huggingface_hub.hf_api import RepoFile

        listed = self.api.list_repo_tree(
            self.name, recursive=True, revision=revision, repo_type=DATASET
        )
        return {
            file.path: RemoteFile(file.size, file.blob_id, file.lfs.sha256 if file.lfs else None)
            for file in listed
            if isinstance(file, RepoFile)
        }

    def read(self, path: str, commit: str) -> bytes:
        """The bytes of a small file of a commit."""
        local = self.api.hf_hub_download(self.name, path, repo_type=DATASET, revision=commit)
        return Path(local).read_bytes()

    def commits(self, revision: str) -> list[Commit]:
        """The commits of a revision, the newest first."""
        found = self.api.list_repo_commits(self.name, repo_type=DATASET, revision=revision)
        return [Commit(commit.commit_id, commit.title) for commit in found]

    def is_private(self) -> bool:
        """Whether only some see it."""
        return bool(self.api.dataset_info(self.name).private)

    def who(self) -> str:
        """The name of the user.

        Raises:
            LocalTokenNotFoundError: Nobody is logged in.
        """
        return str(self.api.whoami()["name"])

    def create(self, *, private: bool) -> None:
        """Make the dataset; one that is there meanwhile stays as it is."""
        self.api.create_repo(self.name, private=private, repo_type=DATASET, exist_ok=True)

    def branch(self, name: str, commit: str) -> None:
        """Make a branch that begins at a commit."""
        self.api.create_branch(
            self.name, branch=name, revision=commit, repo_type=DATASET, exist_ok=True
        )

    def send(self, files: Sequence[CommitOperationAdd], revision: str) -> None:
        """Bring the bytes of large files to the Hub, which no commit has yet."""
        self.api.preupload_lfs_files(
            self.name, files, repo_type=DATASET, revision=revision, free_memory=False
        )

    def commit(
        self, operations: Sequence[Operation], title: str, parent: str, revision: str
    ) -> str:
        """One commit on a branch that still ends at `parent`."""
        done = self.api.create_commit(
            self.name,
            list(operations),
            commit_message=title,
            repo_type=DATASET,
            revision=revision,
            parent_commit=parent,
        )
        return done.oid

    def propose(self, operations: Sequence[Operation], title: str, parent: str) -> None:
        """One commit in a pull request of its own, from main, which still ends at `parent`."""
        self.api.create_commit(
            self.name,
            list(operations),
            commit_message=title,
            repo_type=DATASET,
            create_pr=True,
            parent_commit=parent,
        )

    def open_requests(self) -> Iterator[PullRequest]:
        """The pull requests that are open."""
        for found in self.api.get_repo_discussions(self.name, repo_type=DATASET):
            if found.is_pull_request and found.status in ("open", "draft"):
                yield PullRequest(found.num, found.title, found.author, found.url)

    def merge(self, request: PullRequest) -> None:
        """Have a pull request become one commit on main."""
        self.api.merge_pull_request(self.name, request.number, repo_type=DATASET)

    def close(self, request: PullRequest, comment: str) -> None:
        """Close a pull request, and say why."""
        self.api.change_discussion_status(
            self.name, request.number, "closed", comment=comment, repo_type=DATASET
        )

    def tag(self, name: str, commit: str, message: str) -> None:
        """Give a commit a name; one that is there is an error, wherever it leads."""
        self.api.create_tag(
            self.name, tag=name, tag_message=message, revision=commit, repo_type=DATASET
        )


def connect(name: str, token: str | None) -> Repo:
    """The dataset, seen by whom the token stands for; by default by who is logged in."""
    from huggingface_hub import HfApi

    return Repo(HfApi(token=token, library_name="zhcorpus", library_version=__version__), name)


def git_oid(data: bytes) -> str:
    """What git calls these bytes.

    >>> git_oid(b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def add(path: str, content: Path | bytes) -> CommitOperationAdd:
    """The operation that gives a path this content."""
    from huggingface_hub import CommitOperationAdd

    return CommitOperationAdd(path, content)


def additions(operations: Sequence[Operation]) -> list[CommitOperationAdd]:
    """Those operations that bring a file."""
    from huggingface_hub import CommitOperationAdd

    return [one for one in operations if isinstance(one, CommitOperationAdd)]


def remove(path: str) -> CommitOperationDelete:
    """The operation that removes a file."""
    from huggingface_hub import CommitOperationDelete

    return CommitOperationDelete(path)
