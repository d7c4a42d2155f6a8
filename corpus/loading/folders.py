"""The files of a folder of this machine, and those that a pattern matches."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import SourceError


@dataclass(frozen=True, slots=True)
class Found:
    """A file: `parts` lead to it from its source, as the system has them.

    `state` is its size and time, or what a store says changes with it. `repeats` leads to the
    folder that this link to a folder stands for a second time; `is_link` says that the file may
    have other names.
    """

    parts: tuple[str, ...]
    file: str
    n_bytes: int
    state: str = ""
    is_link: bool = False
    repeats: tuple[str, ...] | None = None


def has_pattern(source: str) -> bool:
    """Whether a path has `*`, `?` or `[` in it."""
    return glob.has_magic(source)


def fixed_part(pattern: str) -> Path:
    """The folder in front of the first part of a pattern that has a wildcard."""
    parts = Path(pattern).parts
    return Path(*parts[: next(n for n, part in enumerate(parts) if has_pattern(part))])


def match_files(pattern: str) -> list[Found]:
    """The files that a pattern matches, and all files of the folders that it matches, in order.

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


def find_files(top: str, parts: tuple[str, ...] = ()) -> list[Found]:
    """All files under `top`, which `parts` lead to, by their parts; hidden ones are left out.

    Links to folders are followed after the real ones, each folder once; where one leads to a folder
    again, and where a folder cannot be opened, it is listed itself.
    """
    found: list[Found] = []
    walked: dict[str, tuple[str, ...]] = {}
    links = [(top, parts)]
    while links:
        pending = [links.pop(0)]
        while pending:
            folder, parts = pending.pop()
            real = os.path.realpath(folder)
            if real in walked:
                found.append(Found(parts, folder, 0, is_link=True, repeats=walked[real]))
                continue
            walked[real] = parts
            try:
                entries = [entry for entry in os.scandir(folder) if not entry.name.startswith(".")]
            except OSError:
                found.append(Found(parts, folder, 0))
                continue
            for entry in sorted(entries, key=lambda entry: entry.name):
                below = (*parts, entry.name)
                if _is_folder(entry):
                    (links if entry.is_symlink() else pending).append((entry.path, below))
                else:
                    found.append(find_one(entry.path, below))
    return sorted(found, key=lambda file: file.parts)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def find_one(file: str, parts: tuple[str, ...] = ()) -> Found:
    """The file `file`, or what is to be said of it where it is gone."""
    # Not by `Path`, which keeps the parts of all that it ever saw in a table.
    is_link = os.path.islink(file)  # noqa: PTH114
    try:
        status = os.stat(file)  # noqa: PTH116
    except OSError:
        return Found(parts, file, 0, is_link=is_link)
    state = f"{status.st_size}-{status.st_mtime_ns}"
    return Found(parts, file, status.st_size, state, is_link or status.st_nlink > 1)
