"""What crosses the door of this room: what is published, how, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from corpus.errors import PublishError

MANIFEST = "MANIFEST.json"
"""The file that makes a release one: where it is, all others are."""

TAG = re.compile(r"v(\d+\.\d+\.\d+)")
"""The name of a version where it is published: `v1.0.0`."""

Outcome = Literal["published", "already published", "proposed", "dry run"]

Report = Callable[[str], None]
"""Is told, in a line each, what is being done."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a release: its path there, its bytes, their SHA-256 in hexadecimal."""

    path: str
    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Cards:
    """The files into which people write, by path, and what tells their words from the library's.

    `bare` gives a card without them. `merge` gives our card with those of theirs, by what both were
    before, and none where both were changed.
    """

    paths: tuple[str, ...]
    bare: Callable[[str], str]
    merge: Callable[[str, str, str], str | None]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sound release in `folder`, all its files, the manifest last.

    What else lies in the folder is named in `left_out` and stays there.
    """

    folder: Path
    name: str
    version: str
    items: tuple[Item, ...]
    cards: Cards
    left_out: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        """The name of this version where it is published."""
        return f"v{self.version}"

    @property
    def manifest(self) -> Item:
        """The manifest, by which two releases are told to be the same."""
        return self.items[-1]

    @property
    def n_bytes(self) -> int:
        """The bytes of all files."""
        return sum(item.n_bytes for item in self.items)


@dataclass(frozen=True, slots=True)
class Options:
    """How to publish; all but `dry_run` are for the Hub only.

    `revision` is the branch to go to, main by default; `token` whom to act for, by default the one
    that HF_TOKEN or `hf auth login` say.
    """

    dry_run: bool = False
    private: bool = False
    create_pr: bool = False
    revision: str | None = None
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a release.

    `where` is what `corpus.load` opens it by. `new_files` and `new_bytes` count what the target did
    not have; of that the Hub is sent only chunks that it does not know. `gone_files` are those that
    the release before has on the Hub and this one lacks. `url` is what a browser opens, where there
    is something to see.
    """

    where: str
    version: str
    outcome: Outcome
    n_files: int
    n_bytes: int
    new_files: tuple[str, ...] = ()
    new_bytes: int = 0
    gone_files: tuple[str, ...] = ()
    commit: str | None = None
    url: str | None = None
    left_out: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version that can be loaded: its number, and what `corpus.load` opens it by.

    `commit` is that of the Hub to which its tag leads.
    """

    version: str
    where: str
    commit: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of place: whether a place is of it, how a release goes there, what lies there.

    `check` refuses what can be refused before anything is looked at.
    """

    name: str
    takes: Callable[[str], bool]
    check: Callable[[str, Options], object]
    send: Callable[[Parcel, str, Options, Report], Published]
    versions: Callable[[str, str | None], tuple[PublishedVersion, ...]]


def outcome_of(
    parcel: Parcel,
    outcome: Outcome,
    where: str,
    *,
    new: tuple[Item, ...] = (),
    commit: str | None = None,
    url: str | None = None,
) -> Published:
    """What became of this parcel; `new` are the items that the target did not have."""
    return Published(
        where,
        parcel.version,
        outcome,
        n_files=len(parcel.items),
        n_bytes=parcel.n_bytes,
        new_files=tuple(item.path for item in new),
        new_bytes=sum(item.n_bytes for item in new),
        commit=commit,
        url=url,
        left_out=parcel.left_out,
    )


def version_key(version: str) -> tuple[int, ...]:
    """What versions are ordered by.

    >>> sorted(["1.10.0", "1.9.0"], key=version_key)
    ['1.9.0', '1.10.0']
    """
    return tuple(map(int, version.split(".")))


def refuse_hub_options(where: str, options: Options) -> None:
    """Refuse options that mean nothing outside of the Hub.

    Raises:
        PublishError: As said.
    """
    given = {
        "--private": options.private,
        "--create-pr": options.create_pr,
        "--revision": options.revision,
        "--token": options.token,
    }
    for name, value in given.items():
        if value:
            raise PublishError(where, f"{name} is for the Hub", f"leave {name} out")
