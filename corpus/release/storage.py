"""The files of a release as they lie somewhere, and those of a folder of this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow.parquet as pq

from corpus.release.manifest import FileEntry


class Files(Protocol):
    """The files of one release, by their paths in it."""

    def parquet(self, file: FileEntry) -> pq.ParquetFile:
        """The file, opened: nothing but its end is read before rows are asked for."""

    def size(self, path: str) -> int | None:
        """The bytes of a file; None where it is missing."""

    def sha256(self, file: FileEntry) -> str | None:
        """The SHA-256 of its bytes; None where nobody says and they are not to be read for it."""

    def names(self, folder: str) -> list[str]:
        """The files below a folder, but for hidden ones, which no reader takes."""

    def read(self, path: str) -> bytes | None:
        """A small file; None where it is missing."""

    def bring(self, files: Sequence[FileEntry]) -> None:
        """Have these files here before they are read from the first row to the last."""


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """The files of a release in a folder of this machine."""

    path: Path

    def parquet(self, file: FileEntry) -> pq.ParquetFile:
        """The file, opened."""
        return pq.ParquetFile(self.path / file.path)

    def size(self, path: str) -> int | None:
        """The bytes of a file; None where it is missing."""
        place = self.path / path
        return place.stat().st_size if place.is_file() else None

    def sha256(self, file: FileEntry) -> str:
        """The SHA-256 of its bytes, which are read."""
        with (self.path / file.path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def names(self, folder: str) -> list[str]:
        """The files below a folder, but for hidden ones."""
        paths = (p.relative_to(self.path) for p in (self.path / folder).rglob("*") if p.is_file())
        return sorted(path.as_posix() for path in paths if not is_hidden(path.as_posix()))

    def read(self, path: str) -> bytes | None:
        """A small file; None where it is missing."""
        place = self.path / path
        return place.read_bytes() if place.is_file() else None

    def bring(self, files: Sequence[FileEntry]) -> None:
        """Nothing: they are here."""


def is_hidden(path: str) -> bool:
    """Whether a reader of folders leaves a file out.

    >>> is_hidden("data/.cache/x.parquet"), is_hidden("data/x.parquet")
    (True, False)
    """
    return any(part.startswith(".") for part in path.split("/"))
