"""The working folder: where shards lie between stages, on this machine or on any fsspec store.

A file appears under its name only when it is complete, and a name is always relative to the
folder, in POSIX form: `pages/00012.articles.arrow`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from corpus.engine.stores import MARK, TRIALS, LocalStore, RemoteStore, Store
from corpus.errors import StorageError, storage_errors

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Work:
    """A working folder; it is a value, and goes to workers as it is.

    `root` is a local path or a URL that fsspec knows. Where `trial` is set, everything that is
    written goes to a folder of that name under `trials/` instead, and is read from there first: so
    a function can be tried without a trace of it.
    """

    root: str
    trial: str = ""

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        """A binary file that gets its name when the block ends well; else nothing is left of it.

        Raises:
            StorageError: The disk is full, or the folder cannot be written.
        """
        with storage_errors(self.path(name)), self._store.write(self._own(name)) as file:
            yield file

    def open(self, name: str) -> BinaryIO:
        """A binary file to read, which the caller closes.

        Raises:
            FileNotFoundError: There is none.
        """
        return self._store.open(self._found(name))

    def arrow(self, name: str) -> pa.ipc.RecordBatchFileReader:
        """An Arrow file, memory-mapped where it is local; only what is asked for is read.

        Raises:
            FileNotFoundError: There is none.
            pa.ArrowInvalid: It is not an Arrow file.
        """
        import pyarrow as pa

        return pa.ipc.open_file(self._store.arrow_source(self._found(name)))

    def fetch(self, name: str, target: Path) -> None:
        """Put the file at `target` on this machine too: one file with two names where that can be.

        Raises:
            FileNotFoundError: There is none.
        """
        if self.is_local:
            _link(Path(self.path(name)), target)
            return
        with self.open(name) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)

    def path(self, name: str) -> str:
        """Where the file lies: a path of this machine, or a URL."""
        return self._store.path(self._found(name))

    def exists(self, name: str) -> bool:
        """Whether there is a complete file of that name."""
        return self._store.exists(self._found(name))

    def names(self, prefix: str = "") -> list[str]:
        """The names of all complete files that begin with `prefix`, sorted."""
        found = {name for name in self._store.names(prefix) if not _is_of_a_trial(name)}
        if self.trial:
            own = self._own("")
            found |= {name.removeprefix(own) for name in self._store.names(own + prefix)}
        return sorted(found)

    def remove(self, prefix: str) -> None:
        """Remove all files whose names begin with `prefix`; none at all is no error."""
        with storage_errors(self.root):
            if self.trial:
                self._store.remove(self._own(prefix))
            else:
                self._store.remove(prefix)

    def delete(self, names: Sequence[str]) -> None:
        """Remove files by their full names; one that is not there is no error."""
        with storage_errors(self.root):
            self._store.delete([self._own(name) for name in names])

    def discard(self) -> None:
        """Remove everything in a folder that is held; when it is let go, it is gone, too.

        The mark goes last: who is killed here has left a folder that is known for what it is.
        """
        with storage_errors(self.root):
            self._store.delete(self.names())
            self._store.clean()
            if self.is_local:
                _remove_folders(Path(self.path("")))
            self._store.delete([MARK])

    def check_own(self) -> None:
        """Refuse a folder that was not made to work in.

        Raises:
            StorageError: Something of others lies there.
        """
        with storage_errors(self.root):
            if self._store.is_others():
                raise StorageError(
                    self.path(""),
                    "holds other files, and a working folder is emptied",
                    "give a folder that is empty or does not exist yet",
                )

    def claim(self) -> None:
        """Mark it as a working folder, in which everything may be removed."""
        if not self.exists(MARK):
            with self.write(MARK):
                pass

    def clean(self) -> None:
        """Remove what killed runs left half-done: temporary files, trials. Nobody else may run."""
        with storage_errors(self.root):
            self._store.clean()

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return isinstance(self._store, LocalStore)

    @property
    def _store(self) -> Store:
        if "://" not in self.root:
            return LocalStore(self.root)
        if self.root.startswith("file://"):
            return LocalStore(self.root.removeprefix("file://"))
        return RemoteStore(self.root)

    def _own(self, name: str) -> str:
        return f"{TRIALS}/{self.trial}/{name}" if self.trial else name

    def _found(self, name: str) -> str:
        own = self._own(name)
        return own if self.trial and self._store.exists(own) else name


def _is_of_a_trial(name: str) -> bool:
    return name.startswith(f"{TRIALS}/")


def _remove_folders(root: Path) -> None:
    for folder in root.iterdir():
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or a system without hard links
        shutil.copyfile(source, target)
