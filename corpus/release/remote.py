"""The files of a release that was published, read where they lie: on the Hub or in a store.

Ends of files and columns are asked for by range, so that a look at ids does not fetch texts. A file
that is wanted whole is fetched once, into the cache that `load` uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import SEEK_CUR, SEEK_END
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.errors import SourceError
from corpus.release import fetch
from corpus.release.manifest import Counts, FileEntry, Manifest
from corpus.release.storage import is_hidden

KEPT_BYTES = 64_000_000
"""Parts of files that stay in memory, so that several looks at one column fetch it once."""


class Parts:
    """Parts of files that were fetched: the last of them, up to `KEPT_BYTES`."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._parts: dict[tuple[str, int, int], bytes] = {}
        self._n_bytes = 0

    def get(self, path: str, start: int, n: int, stream: Any) -> bytes:
        """The `n` bytes of a file from `start` on; `stream` is asked where they are not here."""
        key = path, start, n
        if key in self._parts:
            return self._parts[key]
        stream.seek(start)
        data = bytes(stream.read(n))
        self._parts[key] = data
        self._n_bytes += len(data)
        while self._n_bytes > KEPT_BYTES:
            oldest = next(iter(self._parts))
            self._n_bytes -= len(self._parts.pop(oldest))
        return data


class RangedFile:
    """A remote file of which each read is one request."""

    def __init__(self, path: str, stream: Any, parts: Parts) -> None:
        """`stream` is an open file of fsspec without a cache of its own."""
        self._path, self._stream, self._parts, self._at = path, stream, parts, 0
        self.closed = False

    def read(self, n: int = -1) -> bytes:
        """The next `n` bytes, all that are left by default."""
        left = max(self._stream.size - self._at, 0)
        data = self._parts.get(self._path, self._at, left if n < 0 else min(n, left), self._stream)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Stand elsewhere."""
        base = {SEEK_CUR: self._at, SEEK_END: self._stream.size}.get(whence, 0)
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Where it stands."""
        return self._at

    def close(self) -> None:
        """Close it."""
        self.closed = True
        self._stream.close()


@dataclass(frozen=True, slots=True)
class RemoteFiles:
    """The files below a URL that fsspec knows, `root` in its file system.

    Where `is_whole`, their bytes are read to be hashed; else the store is asked what it knows.
    """

    place: fetch.Place
    system: Any
    root: str
    is_whole: bool = False
    _here: dict[str, str] = field(default_factory=dict)
    _infos: dict[str, dict[str, Any]] = field(default_factory=dict)
    _ends: dict[str, pq.FileMetaData] = field(default_factory=dict)
    _parts: Parts = field(default_factory=Parts)

    def parquet(self, file: FileEntry) -> pq.ParquetFile:
        """The file, opened: here if it was brought, else in its place, read by range."""
        if file.path in self._here:
            return pq.ParquetFile(self._here[file.path])
        # Arrow asks for whole columns of a row group: reading ahead would fetch their neighbours.
        stream = self.system.open(self._at(file.path), "rb", cache_type="none")
        ranged = pa.PythonFile(RangedFile(file.path, stream, self._parts), "r")
        parquet = pq.ParquetFile(ranged, metadata=self._ends.get(file.path), pre_buffer=False)
        self._ends[file.path] = parquet.metadata
        return parquet

    def size(self, path: str) -> int | None:
        """The bytes of a file; None where it is missing."""
        info = self._info(path)
        return None if info is None else int(info["size"])

    def sha256(self, file: FileEntry) -> str | None:
        """Its SHA-256: of its bytes, which stay here, or else as the store says, if it does."""
        if self.is_whole:
            with self.system.open(self._at(file.path), "rb") as stream:
                digest, path = fetch.take(stream)
            self._here[file.path] = str(path)
            return digest
        return _told((self._info(file.path) or {}).get("lfs"))

    def names(self, folder: str) -> list[str]:
        """The files below a folder, but for hidden ones."""
        try:
            found = self.system.find(self._at(folder), detail=True)
        except FileNotFoundError:
            return []
        infos = {self._inside(path): info for path, info in found.items()}
        self._infos.update(infos)
        return sorted(path for path in infos if not is_hidden(path))

    def read(self, path: str) -> bytes | None:
        """A small file; None where it is missing."""
        try:
            return bytes(self.system.cat_file(self._at(path)))
        except FileNotFoundError:
            return None

    def bring(self, files: Sequence[FileEntry]) -> None:
        """Fetch these files into the cache, where their SHA-256 is checked."""
        wanted = [file for file in files if file.path not in self._here]
        if wanted:
            paths = self.place.paths(wanted)
            self._here.update(zip((file.path for file in wanted), paths, strict=True))

    def _at(self, path: str) -> str:
        return f"{self.root}/{path}"

    def _inside(self, path: str) -> str:
        return path.partition(f"{self.root.strip('/')}/")[2]

    def _info(self, path: str) -> dict[str, Any] | None:
        if path not in self._infos:
            try:
                self._infos[path] = self.system.info(self._at(path))
            except FileNotFoundError:
                return None
        info = self._infos[path]
        return info if info["type"] == "file" else None


def _told(lfs: Any) -> str | None:
    """The SHA-256 in what the Hub says of a large file, in whatever form its client hands it on."""
    said = lfs.get("sha256") if isinstance(lfs, dict) else getattr(lfs, "sha256", None)
    return said if isinstance(said, str) else None


@dataclass(frozen=True, slots=True)
class RemoteRelease:
    """A release that was published, where it lies."""

    where: str
    manifest: Manifest
    files: RemoteFiles

    @property
    def version(self) -> str:
        """Its version, `MAJOR.MINOR.PATCH`."""
        return self.manifest.version

    @property
    def counts(self) -> Counts:
        """Pages read, kept and removed; blocks of noise by kind."""
        return self.manifest.counts


def open_remote(where: str, *, is_whole: bool = False) -> RemoteRelease:
    """The release at a name of the Hub or a URL.

    Raises:
        SourceError: There is nothing of that name, or it cannot be reached.
        VersionError: The Hub has no such version.
        ReleaseError: What lies there is no release.
    """
    place = fetch.find_place(where, None)
    with reached(where):
        system, root = _system(place)
    files = RemoteFiles(place, system, root.rstrip("/"), is_whole)
    return RemoteRelease(where, place.manifest, files)


def _system(place: fetch.Place) -> tuple[Any, str]:
    if isinstance(place, fetch.HubDataset):
        from huggingface_hub import HfFileSystem

        return HfFileSystem(), f"datasets/{place.repo}@{place.commit}"
    from fsspec.core import url_to_fs

    system, root = url_to_fs(place.where)
    return system, str(root)


@contextmanager
def reached(where: str) -> Iterator[None]:
    """Words what fsspec, its stores and the Hub raise when they cannot be reached.

    Raises:
        SourceError: As said.
    """
    try:
        yield
    except fetch.network_errors() as error:
        raise SourceError(where, f"cannot be reached ({error})", "check URL and network") from error
