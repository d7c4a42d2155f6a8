"""The files of a folder of this machine, and those that a pattern matches."""

from __future__ import annotations

import glob
import os
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from corpus.errors import SourceError


@dataclass(frozen=True, slots=True)
class Found:
    """A file: `parts` lead to it from its source, as the system has them.

    `state` is its size and time, or what a store says changes with it. All names of a file have one
    `identity`, where this machine has the file and it is there; it may have others if this one
    `is_link`, or if it has `n_names` of which each is its own. `repeats` leads to the folder that
    this link to a folder stands for a second time.
    """

    parts: tuple[str, ...]
    file: str
    n_bytes: int
    state: str = ""
    identity: tuple[int, int] | None = None
    is_link: bool = False
    n_names: int = 1
    repeats: tuple[str, ...] | None = None


class _Entry(NamedTuple):
    """What stands in a folder, before it is looked at."""

    path: str
    parts: tuple[str, ...]
    is_folder: bool = True
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a folder, or the one file `top`: found anew whenever they are gone through."""

    top: str

    def __iter__(self) -> Iterator[Found]:
        """In their order."""
        is_folder = os.path.isdir(self.top)  # noqa: PTH112 - see `find_one`
        return find_files(self.top) if is_folder else iter([find_one(self.top)])


def has_pattern(source: str) -> bool:
    """Whether a path has `*`, `?` or `[` in it."""
    return glob.has_magic(source)


def fixed_part(pattern: str) -> Path:
    """The folder in front of the first part of a pattern that has a wildcard."""
    parts = Path(pattern).parts
    return Path(*parts[: next(n for n, part in enumerate(parts) if has_pattern(part))])


def match_files(pattern: str) -> list[Found]:
    """The files that a pattern matches, and all files of the folders that it matches, in order.

    All of them are held: what is matched twice is there once, and matches have no order.

    Raises:
        SourceError: There are none.
    """
    n_fixed = len(fixed_part(pattern).parts)
    found: dict[str, Found] = {}
    for match in glob.glob(pattern, recursive=True):  # noqa: PTH207 - Path.glob knows no absolute ones
        parts = Path(match).parts[n_fixed:]
        for file in find_files(match, parts) if Path(match).is_dir() else [find_one(match, parts)]:
            found.setdefault(file.file, file)
    if not found:
        raise SourceError(pattern, "matches no file", "check the pattern")
    return sorted(found.values(), key=lambda file: file.parts)


def find_files(top: str, parts: tuple[str, ...] = ()) -> Iterator[Found]:
    """All files under `top`, which `parts` lead to, by their parts; hidden ones are left out.

    Links to folders are followed after the real ones, each folder once; where one leads to a folder
    again, and where a folder cannot be opened, it is listed itself. Held are the names in the
    folders on the way down, and all folders only where there is a link to one.
    """
    start = _Entry(top, parts)
    owners: dict[str, tuple[str, ...]] = {}
    way = [iter([start])]
    while way:
        entry = next(way[-1], None)
        if entry is None:
            way.pop()
        elif not entry.is_folder:
            yield find_one(entry.path, entry.parts)
        else:
            # Before the first link all folders are real ones, which come first in any case.
            if entry.is_link and not owners:
                owners = _find_owners(start)
            owner = _owner(entry, owners) if owners else entry.parts
            if owner != entry.parts:
                yield Found(entry.parts, entry.path, 0, is_link=True, repeats=owner)
            elif (below := _open(entry)) is not None:
                way.append(below)
            else:
                found = find_one(entry.path, entry.parts)
                yield replace(found, n_bytes=0, state="", n_names=1)


def _find_owners(start: _Entry) -> dict[str, tuple[str, ...]]:
    """Every folder that is reached from `start`, by its real path: the parts it is read under."""
    owners: dict[str, tuple[str, ...]] = {}
    links = deque([start])
    while links:
        pending = [links.popleft()]
        while pending:
            folder = pending.pop()
            if folder.parts != _owner(folder, owners):
                continue
            for entry in _open(folder) or ():
                if entry.is_folder:
                    (links if entry.is_link else pending).append(entry)
    return owners


def _owner(folder: _Entry, owners: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The parts that a folder is read under: its own, where nobody came there before."""
    return owners.setdefault(os.path.realpath(folder.path), folder.parts)


def _open(folder: _Entry) -> Iterator[_Entry] | None:
    """What stands in a folder, by name; None where it cannot be opened."""
    names: list[str] = []
    folders: dict[str, bool] = {}
    try:
        with os.scandir(folder.path) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    names.append(entry.name)
                    if _is_folder(entry):
                        folders[entry.name] = entry.is_symlink()
    except OSError:
        return None
    names.sort()
    start = os.path.join(folder.path, "")  # noqa: PTH118 - see `find_one`
    return (
        _Entry(start + name, (*folder.parts, name), name in folders, folders.get(name, False))
        for name in names
    )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def find_one(file: str, parts: tuple[str, ...] = ()) -> Found:
    """The file `file`, or what is to be said of it where it is gone."""
    is_link = False
    # Not by `Path`, which keeps the parts of all that it ever saw in a table.
    try:
        status = os.lstat(file)
        if is_link := stat.S_ISLNK(status.st_mode):
            status = os.stat(file)  # noqa: PTH116
    except OSError:
        return Found(parts, file, 0, is_link=is_link)
    state = f"{status.st_size}-{status.st_mtime_ns}"
    identity = status.st_dev, status.st_ino
    return Found(parts, file, status.st_size, state, identity, is_link, status.st_nlink)
