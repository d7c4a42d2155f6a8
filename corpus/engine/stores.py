"""Two places for files: a folder of this machine, and whatever fsspec reaches.

In both a file appears whole under its name or not at all.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

TRIALS = "trials"
"""The folder in which functions are tried without a trace."""

TEMPORARY = ".tmp"
"""What the name of a file that is being written ends in; it begins with a dot."""

LOCK = ".lock"
"""The file by which a run holds a working folder."""

MARK = ".working-folder"
"""The file that says that a folder was made to work in, and that all in it may be removed."""

_numbers = itertools.count()


class Store(Protocol):
    """A place for files; names are relative, in POSIX form."""

    def write(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A file that gets its name when the block ends well."""

    def open(self, name: str) -> BinaryIO:
        """A file to read."""

    def arrow_source(self, name: str) -> Any:
        """What pyarrow reads the file from."""

    def path(self, name: str) -> str:
        """Where it lies."""

    def exists(self, name: str) -> bool:
        """Whether it is there."""

    def names(self, prefix: str) -> Iterator[str]:
        """Complete files that begin with `prefix`, in any order."""

    def remove(self, prefix: str) -> None:
        """Remove what begins with `prefix`."""

    def delete(self, names: Sequence[str]) -> None:
        """Remove files by name."""

    def clean(self) -> None:
        """Remove what is half-done."""

    def is_others(self) -> bool:
        """Whether something lies there that no run has written."""


@dataclass(frozen=True, slots=True)
class LocalStore:
    """A folder of this machine."""

    root: str

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        """Written under a temporary name of its own, brought to the disk, then renamed.

        Its own, because a worker whose run was killed may still be writing the same file.
        """
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}-{next(_numbers)}{TEMPORARY}")
        try:
            with temporary.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _sync_folder(path.parent)
        finally:
            temporary.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        """A file to read."""
        return Path(self.path(name)).open("rb")

    def arrow_source(self, name: str) -> Any:
        """The file, memory-mapped."""
        import pyarrow as pa

        return pa.memory_map(self.path(name))

    def path(self, name: str) -> str:
        """Its path."""
        return str(Path(self.root, name))

    def exists(self, name: str) -> bool:
        """Whether it is there."""
        return Path(self.path(name)).is_file()

    def names(self, prefix: str) -> Iterator[str]:
        """Complete files that begin with `prefix`."""
        yield from (name for name in self._all(prefix) if not _is_hidden(name))

    def remove(self, prefix: str) -> None:
        """Remove what begins with `prefix`, also what is half-done."""
        if prefix.endswith("/"):
            _remove_folder(Path(self.path(prefix)))
        else:
            self.delete(list(self._all(prefix)))

    def delete(self, names: Sequence[str]) -> None:
        """Remove files by name."""
        for name in names:
            Path(self.path(name)).unlink(missing_ok=True)

    def clean(self) -> None:
        """Remove temporary files and trials."""
        self.remove(f"{TRIALS}/")
        self.delete([name for name in self._all("") if _is_temporary(name)])

    def is_others(self) -> bool:
        """Whether something lies there that no run has written."""
        if self.exists(MARK):
            return False
        with suppress(FileNotFoundError), os.scandir(self.root) as entries:
            return any(e.name != LOCK and not _is_temporary(e.name) for e in entries)
        return False

    def _all(self, prefix: str) -> Iterator[str]:
        top = Path(self.root, prefix.rpartition("/")[0])
        for folder, _, files in os.walk(top):
            inside = Path(folder).relative_to(self.root).as_posix()
            for file in files:
                name = file if inside == "." else f"{inside}/{file}"
                begins = name.startswith(prefix)
                if begins or (_is_temporary(name) and _plain(name).startswith(prefix)):
                    yield name


def _is_hidden(name: str) -> bool:
    return name.rpartition("/")[2].startswith(".")


def _is_temporary(name: str) -> bool:
    return _is_hidden(name) and name.endswith(TEMPORARY)


def _plain(name: str) -> str:
    """The name without the dot that makes it temporary: `pages/.1.a.tmp` as `pages/1.a.tmp`."""
    folder, slash, file = name.rpartition("/")
    return f"{folder}{slash}{file.removeprefix('.')}"


def _remove_folder(folder: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


def _sync_folder(folder: Path) -> None:
    """Have a new name in it survive a loss of power."""
    if os.name == "nt":
        return  # Windows does not open folders
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class RemoteStore:
    """What fsspec reaches under a URL. Credentials come from the environment, never from the URL.

    Files are written on this machine first and sent in one piece: an object store shows an object
    only when its upload is complete.
    """

    root: str

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        """A file of this machine, sent when the block ends well."""
        with tempfile.NamedTemporaryFile(prefix="corpus-", suffix=TEMPORARY) as file:
            yield cast("BinaryIO", file)
            file.flush()
            fs, path = self._resolve(name)
            try:
                fs.put_file(file.name, path)
            except FileNotFoundError:  # a store that knows folders
                fs.makedirs(fs._parent(path), exist_ok=True)
                fs.put_file(file.name, path)

    def open(self, name: str) -> BinaryIO:
        """A file to read, in blocks."""
        fs, path = self._resolve(name)
        return cast("BinaryIO", fs.open(path, "rb"))

    def arrow_source(self, name: str) -> Any:
        """The file, read in blocks where it is asked for them."""
        return self.open(name)

    def path(self, name: str) -> str:
        """Its URL."""
        return f"{self.root.rstrip('/')}/{name}"

    def exists(self, name: str) -> bool:
        """Whether it is there."""
        fs, path = self._resolve(name)
        return bool(fs.isfile(path))

    def names(self, prefix: str) -> Iterator[str]:
        """Files that begin with `prefix`."""
        fs, top = self._resolve("")
        _, folder = self._resolve(prefix.rpartition("/")[0])
        for path in fs.find(folder):
            name = str(path)[len(top.rstrip("/")) + 1 :]
            if name.startswith(prefix) and not _is_hidden(name):
                yield name

    def remove(self, prefix: str) -> None:
        """Remove what begins with `prefix`."""
        self.delete(list(self.names(prefix)))

    def delete(self, names: Sequence[str]) -> None:
        """Remove files by name."""
        fs, _ = self._resolve("")
        paths = [self._resolve(name)[1] for name in names]
        if paths:
            with suppress(FileNotFoundError):
                fs.rm(paths)

    def clean(self) -> None:
        """Remove trials; half-done files have no names here."""
        self.remove(f"{TRIALS}/")

    def is_others(self) -> bool:
        """Whether something lies there that no run has written."""
        if self.exists(MARK):
            return False
        fs, top = self._resolve("")
        own = top.rstrip("/")
        with suppress(FileNotFoundError):
            return any(
                path.rstrip("/") != own and path.rpartition("/")[2] != LOCK
                for path in fs.ls(own, detail=False)
            )
        return False

    def _resolve(self, name: str) -> tuple[Any, str]:
        import fsspec.core

        # Other machines write there too: what was listed a moment ago is not what is there.
        fs, path = fsspec.core.url_to_fs(self.path(name), use_listings_cache=False)
        return fs, str(path)
