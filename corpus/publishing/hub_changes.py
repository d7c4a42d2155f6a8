"""What must change on the Hub to hold a release, and what of it is other people's.

Three states are compared: the last release that is there (`base`), what is there now (`head`), and
the release to be published. What differs between the first two was done by people, and stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import PublishError, VersionError
from corpus.publishing.contract import MANIFEST, Item, Parcel, version_key
from corpus.publishing.hub_repo import Files, Repo, add, git_oid, remove

if TYPE_CHECKING:
    from corpus.publishing.hub_repo import Operation


@dataclass(frozen=True, slots=True)
class Changes:
    """Items whose bytes are not there, with what is written instead of some; paths that go."""

    items: tuple[Item, ...]
    merged: dict[str, bytes]
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether anything must change."""
        return bool(self.items or self.gone)

    def left(self, parcel: Parcel, files: Files) -> Changes:
        """What of it these files lack; files that would be loaded with the release go, too."""
        items = tuple(item for item in self.items if not self._is_in(files, item, parcel))
        own = _paths(parcel)
        strange = {path for path in files if _top(path) in _tops(parcel) and path not in own}
        gone = {path for path in self.gone if path in files}
        return Changes(items, self.merged, tuple(sorted(gone | strange)))

    def _is_in(self, files: Files, item: Item, parcel: Parcel) -> bool:
        if item.path not in self.merged:
            return _is_same(files, item, parcel.folder / item.path)
        return item.path in files and files[item.path].oid == git_oid(self.merged[item.path])

    def operations(self, parcel: Parcel) -> list[Operation]:
        """What a commit does; the manifest, last in the parcel, comes last."""
        adds = [
            add(item.path, self.merged.get(item.path, parcel.folder / item.path))
            for item in self.items
        ]
        return [*map(remove, self.gone), *adds]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The release that a commit holds: its version, and the paths of its files."""

    version: str
    paths: frozenset[str]


def read_earlier(repo: Repo, commit: str, files: Files) -> Earlier | None:
    """The release at a commit, if there is one.

    Raises:
        PublishError: There is a manifest that is none.
    """
    if MANIFEST not in files:
        return None
    try:
        manifest = json.loads(repo.read(MANIFEST, commit))
        entries = (*manifest["files"], *manifest["documents"])
        paths = frozenset((*(entry["path"] for entry in entries), MANIFEST))
        version = str(manifest["version"])
        version_key(version)
    except (ValueError, KeyError, TypeError):
        raise PublishError(
            f"{repo.where}@{commit[:7]}",
            f"its {MANIFEST} is not of a release",
            "publish to a dataset of its own",
        ) from None
    return Earlier(version, paths)


def find_changes(repo: Repo, parcel: Parcel, head: str, tags: dict[str, str]) -> Changes:
    """What makes the release of the files at the commit `head`.

    Raises:
        VersionError: The same or a later version is there.
        PublishError: People changed what publishing would overwrite, or files of theirs would be
            loaded with the release.
    """
    there = repo.files(head)
    earlier = read_earlier(repo, head, there)
    base_commit = _base(repo, parcel, earlier, tags)
    base = there if base_commit == head else repo.files(base_commit) if base_commit else {}
    merged = dict(_merge_people(repo, parcel, (base_commit, base), (head, there)))
    own = earlier.paths if earlier else frozenset()
    _refuse_strangers(repo, parcel, there, own)
    items = tuple(
        item
        for item in parcel.items
        if item.path in merged or not _is_same(there, item, parcel.folder / item.path)
    )
    items = tuple(item for item in items if not _holds(repo, head, merged, item))
    gone = tuple(sorted(path for path in own - _paths(parcel) if path in there))
    for path in gone:
        if there[path] != base.get(path):
            raise _changed(repo, path, head, "was changed there by somebody else")
    return Changes(items, merged, gone)


def holds(repo: Repo, parcel: Parcel, commit: str) -> bool:
    """Whether a commit has the release: every file of it, and none that would be loaded with it.

    Only people's parts of its cards may differ; for them a card is fetched, nothing else is.
    """
    there = repo.files(commit)
    own = _paths(parcel)
    if any(path not in own for path in there if _top(path) in _tops(parcel)):
        return False
    for item in parcel.items:
        if _is_same(there, item, parcel.folder / item.path):
            continue
        if item.path not in parcel.cards.paths or item.path not in there:
            return False
        bare = parcel.cards.bare
        ours = (parcel.folder / item.path).read_text(encoding="utf-8")
        if bare(repo.read(item.path, commit).decode("utf-8", "replace")) != bare(ours):
            return False
    return True


def _is_same(files: Files, item: Item, path: Path) -> bool:
    file = files.get(item.path)
    return file is not None and file.is_same(item.n_bytes, item.sha256, path)


def _holds(repo: Repo, head: str, merged: dict[str, bytes], item: Item) -> bool:
    """Whether a card with people's words is there already."""
    return item.path in merged and merged[item.path] == repo.read(item.path, head)


def _paths(parcel: Parcel) -> frozenset[str]:
    return frozenset(item.path for item in parcel.items)


def _top(path: str) -> str:
    return path.partition("/")[0] if "/" in path else ""


def _tops(parcel: Parcel) -> frozenset[str]:
    """The folders of the configs."""
    return frozenset(_top(item.path) for item in parcel.items) - {""}


def _base(repo: Repo, parcel: Parcel, earlier: Earlier | None, tags: dict[str, str]) -> str | None:
    """The commit of the last release there, none where there is none.

    Raises:
        VersionError: It is this version or a later one.
        PublishError: It has no tag: publishing it was interrupted.
    """
    if earlier is None:
        return None
    if version_key(earlier.version) > version_key(parcel.version):
        raise VersionError(
            repo.where,
            f"is at version {earlier.version}, after {parcel.version}",
            "publish an older version to a branch of its own, with --revision",
        )
    if earlier.version == parcel.version:
        raise VersionError(
            repo.where,
            f"another release of version {parcel.version} is there, and none is ever changed",
            "publish yours under the next version",
        )
    tag = f"v{earlier.version}"
    if tag not in tags:
        raise PublishError(
            repo.where,
            f"version {earlier.version} is there without its tag: publishing it was not finished",
            f"publish {earlier.version} again, which finishes it, then {parcel.version}",
        )
    return tags[tag]


def _merge_people(
    repo: Repo, parcel: Parcel, base: tuple[str | None, Files], head: tuple[str, Files]
) -> Iterator[tuple[str, bytes]]:
    """The cards with the words that people wrote into those on the Hub.

    Raises:
        PublishError: They changed something that publishing would overwrite.
    """
    for item in parcel.items:
        before, now = base[1].get(item.path), head[1].get(item.path)
        if before is not None and now is None:
            raise _changed(repo, item.path, head[0], "was removed there")
        if now is None or _is_same(head[1], item, parcel.folder / item.path):
            continue
        if item.path in parcel.cards.paths:
            old = repo.read(item.path, base[0]) if before is not None and base[0] else b""
            theirs = repo.read(item.path, head[0])
            yield item.path, _merge(repo, parcel, item.path, (old, theirs))
        elif before != now:
            raise _changed(repo, item.path, head[0], "was changed there by somebody else")


def _merge(repo: Repo, parcel: Parcel, path: str, cards: tuple[bytes, bytes]) -> bytes:
    """Our card with the words of people in the one there; `cards` are it before, and now.

    Where there was no release, a card that is only a head is taken: it came with the dataset.

    Raises:
        PublishError: It was changed elsewhere, or in a part into which we wrote, too.
    """
    old, theirs = (card.decode("utf-8", "replace") for card in cards)
    where = f"{repo.where}/{path}"
    bare = parcel.cards.bare
    if bare(theirs) != bare(old) if old else _body(theirs):
        raise PublishError(
            where,
            "was changed there outside of people's parts, or is of somebody else",
            "move the words between `yours` marks, undo the rest, then run again",
        )
    ours = (parcel.folder / path).read_text(encoding="utf-8")
    merged = parcel.cards.merge(ours, theirs, old)
    if merged is None:
        raise PublishError(
            where,
            "has words where this release has others",
            "take them over into the release's card, then run again",
        )
    return merged.encode()


def _body(card: str) -> str:
    """What stands below the YAML head."""
    if not card.startswith("---"):
        return card.strip()
    return card.partition("\n---")[2].strip().strip("-").strip()


def _changed(repo: Repo, path: str, commit: str, what: str) -> PublishError:
    return PublishError(
        f"{repo.where}/{path}",
        f"{what} since the last release (it is at {commit[:7]})",
        "look at the change, undo it or take it over into the release, then run again",
    )


def _refuse_strangers(repo: Repo, parcel: Parcel, there: Files, own: frozenset[str]) -> None:
    """Refuse files that no release put there and that would be loaded with this one.

    Raises:
        PublishError: As said.
    """
    ours = _paths(parcel) | own
    for path in sorted(there):
        if path not in ours and _top(path) in _tops(parcel):
            raise PublishError(
                f"{repo.where}/{path}",
                "is not of a release and would be loaded with it",
                "remove it on the Hub, then run again",
            )
