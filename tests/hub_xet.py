"""What the client of Xet leaves in a folder that it takes for a storage server: `local://…`.

It cuts files into chunks, packs those it has not seen into xorbs, and writes shards: lists of
files, each with its parts and its SHA-256. Layout of a shard as of hf-xet 1.8: a header of 48
bytes, then for each file an entry of 48 bytes (hash, flags, number of parts), its parts of 48
bytes each, as many bytes again where flag 31 is set, and 48 more with the SHA-256 where flag 30 is.
"""

from __future__ import annotations

import struct
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RECORD = 48
HASH = struct.Struct("<4Q")
HAS_VERIFICATION = 1 << 31
HAS_METADATA = 1 << 30
END = b"\xff" * 32


@dataclass(frozen=True)
class XetFile:
    """A file: its hash in the words of Xet, its bytes."""

    hash: str
    size: int


def name_of(digest: bytes) -> str:
    """A hash as it is written: four numbers of 64 bits."""
    return "".join(f"{number:016x}" for number in HASH.unpack(digest))


def files_of(shard: bytes) -> Iterator[tuple[str, XetFile]]:
    """The files that a shard lists, by their SHA-256."""
    at = RECORD
    while at + RECORD <= len(shard) and shard[at : at + 32] != END:
        flags, n_parts = struct.unpack_from("<II", shard, at + 32)
        parts = range(at + RECORD, at + RECORD * (n_parts + 1), RECORD)
        size = sum(struct.unpack_from("<I", shard, part + 36)[0] for part in parts)
        file = XetFile(name_of(shard[at : at + 32]), size)
        at += RECORD * (1 + n_parts * (2 if flags & HAS_VERIFICATION else 1))
        if flags & HAS_METADATA:
            yield name_of(shard[at : at + 32]), file
            at += RECORD


class XetStore:
    """The folder, and which files can be put together from what lies there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._known: dict[str, XetFile] = {}
        self._seen: set[Path] = set()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """What the client is told to store to."""
        return f"local://{self.folder}"

    def find(self, sha256: str) -> XetFile | None:
        """The file with this SHA-256, if its chunks are here."""
        with self._lock:
            if sha256 not in self._known:
                for path in sorted(self.folder.rglob("xorbs/shards/*.mdb")):
                    if path not in self._seen:
                        self._known |= dict(files_of(path.read_bytes()))
                        self._seen.add(path)
            return self._known.get(sha256)

    def read(self, sha256: str) -> bytes:
        """The bytes of a file, put together by the client itself."""
        import hf_xet

        file = self.find(sha256)
        assert file is not None
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "file"
            session = hf_xet.XetSession()
            with session.new_file_download_group(endpoint=self.url) as group:
                group.start_download_file(hf_xet.XetFileInfo(file.hash, file.size), str(out))
            return out.read_bytes()

    def n_bytes(self) -> int:
        """The bytes that were ever sent: xorbs, and shards that say what is in them."""
        sent = [*self.folder.rglob("xorbs/default.*"), *self.folder.rglob("xorbs/shards/*.mdb")]
        return sum(path.stat().st_size for path in sent if path.suffix != ".tagset")

    def forget(self) -> None:
        """Remove what the client remembers here of what it sent, as on another machine."""
        for path in self.folder.rglob("shard-cache/*"):
            path.unlink()
