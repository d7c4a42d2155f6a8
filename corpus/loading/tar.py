"""Files in tar archives, read as they stream by; behind a damaged header the next is looked for.

`tarfile` takes a damaged header for the end of the archive, so that only its parser of headers is
used. Source of the format: POSIX.1-2001, pax, and the GNU tar manual, "Basic Tar Format".
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from typing import Any, cast

from corpus.document import Removal
from corpus.loading.archives import (
    Names,
    escapes,
    is_left_out,
    member_of,
    refuse_escape,
    remove_empty,
)
from corpus.loading.compressed import BUFFER_BYTES, DamageError
from corpus.loading.inputs import Input, Member, Reading
from corpus.loading.names import printable_name
from corpus.loading.pages import place_of, remove

_BLOCK = 512
_MAX_EXTENSION_BYTES = 1 << 20
"""Of a long name or a pax header; longer ones are damage."""

_IS_EXTENDED, _IS_EXTENDED_FURTHER = 482, 504
"""Byte of the header of a file with holes that says that another follows, and byte of that one."""

_MAX_DIGITS = 18

_EXTENSIONS = (tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
"""Headers that say more of the next one, or of all."""

_PAX_RECORD = re.compile(rb"([0-9]{1,7}) ([^=\n]{1,255})=")

_FILES = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE})
_LINKS = frozenset({tarfile.LNKTYPE, tarfile.SYMTYPE})
_FOLDERS = frozenset({tarfile.DIRTYPE, b"D", b"M", b"V"})
"""Folders, lists of folders, and names of volumes: no inputs."""
_DEVICES = frozenset({tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE})
_BODILESS = frozenset({tarfile.DIRTYPE, *_LINKS, *_DEVICES})
"""Kinds behind whose header nothing stands, whatever size it gives."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """What stands at byte `start`: a file's header, or what is damaged."""

    start: int
    name: str = ""
    n_bytes: int = 0
    kind: bytes = tarfile.REGTYPE
    target: str = ""
    damage: str | None = None


def read_tar(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Member | Removal]:
    """The files in a tar archive in their order."""
    archive, names, n_files = _Archive(stream), Names(), 0
    while (entry := archive.next()) is not None:
        if entry.damage:
            n_files += 1
            origin = item.origin(entry.start)
            yield remove(origin, "unreadable", entry.damage, place_of(origin))
        elif entry.kind not in _FOLDERS and not is_left_out(entry.name):
            n_files += 1
            if n_files > how.options.max_archive_members:
                origin = item.origin(entry.start)
                detail = f"more than {how.options.max_archive_members:,} files"
                yield remove(origin, "archive_limit", detail, place_of(origin))
                return
            yield _open_entry(archive, entry, member_of(item, entry.name, names), how)
        if not archive.pass_by():
            origin = item.origin(archive.place)
            yield remove(origin, "unreadable", "what stands behind damage", place_of(origin))
            return
    if not n_files:
        yield remove_empty(item)


def _open_entry(archive: _Archive, entry: _Entry, item: Input, how: Reading) -> Member | Removal:
    origin = item.origin()
    if escapes(item, how):
        return refuse_escape(item)
    if entry.kind in _LINKS:
        detail = f"a link to {printable_name(entry.target)}"
        return remove(origin, "repeated", detail, place_of(origin))
    if entry.kind in _DEVICES:
        return remove(origin, "not_a_page", "a device or pipe", place_of(origin))
    if entry.kind == tarfile.GNUTYPE_SPARSE:
        return remove(origin, "unreadable", "a file with holes", place_of(origin))
    return Member(item, BufferedReader(cast(Any, archive.body), BUFFER_BYTES))


class _Archive:
    """A tar archive that streams by; `body` is the file that it stands at."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self._pending = b""
        self.place = 0
        self.body = _Body(stream, 0)

    def next(self) -> _Entry | None:
        """The next file, its long name read; none at the end."""
        long_name: str | None = None
        n_bytes: int | None = None
        while block := self._block():
            start = self.place - len(block)
            if not block.strip(b"\0"):
                continue
            info = _parse(block)
            if info is None:
                return self._look_for_header(start)
            if info.type not in (tarfile.GNUTYPE_LONGNAME, *_EXTENSIONS):
                n_body = info.size if n_bytes is None else n_bytes
                self.body = _Body(self._stream, 0 if info.type in _BODILESS else n_body)
                if info.type == tarfile.GNUTYPE_SPARSE:
                    self._pass_sparse_headers(block)
                name = long_name or info.name
                return _Entry(start, name, self.body.n_left, info.type, info.linkname)
            data = self._extension(info)
            if data is None:
                return _Entry(start, damage="a long name that cannot be read")
            if info.type == tarfile.GNUTYPE_LONGNAME:
                long_name = _text(data.partition(b"\0")[0])
            elif info.type == tarfile.XHDTYPE:
                long_name, n_bytes = _read_pax(data, long_name, n_bytes)
        return None

    def pass_by(self) -> bool:
        """Go behind the file that it stands at; false where that cannot be told any more."""
        body = self.body
        if body.is_broken:
            return not self._stream.read(1)
        n_left = body.n_left + -body.n_bytes % _BLOCK
        while n_left and (data := self._stream.read(min(n_left, BUFFER_BYTES))):
            n_left -= len(data)
        self.place += body.n_bytes + -body.n_bytes % _BLOCK - n_left
        self.body = _Body(self._stream, 0)
        return True

    def _block(self) -> bytes:
        block = self._pending or self._stream.read(_BLOCK)
        self.place += 0 if self._pending else len(block)
        self._pending = b""
        return block

    def _look_for_header(self, start: int) -> _Entry:
        """The damage that begins at `start`; a header behind it is read next."""
        is_short = False
        while (block := self._block()) and _parse(block) is None:
            is_short = len(block) < _BLOCK
        self._pending = block
        what = "breaks off" if is_short and not block else "is broken"
        return _Entry(start, damage=f"an archive that {what}")

    def _extension(self, info: tarfile.TarInfo) -> bytes | None:
        if info.size > _MAX_EXTENSION_BYTES:
            return None
        n_bytes = info.size + -info.size % _BLOCK
        data = self._stream.read(n_bytes)
        self.place += len(data)
        return data[: info.size] if len(data) == n_bytes else None

    def _pass_sparse_headers(self, block: bytes) -> None:
        at = _IS_EXTENDED
        while len(block) == _BLOCK and block[at]:
            block, at = self._block(), _IS_EXTENDED_FURTHER


class _Body(RawIOBase):
    """The bytes of one file in an archive, in whose stream they are."""

    def __init__(self, stream: BufferedReader, n_bytes: int) -> None:
        self._stream = stream
        self.n_bytes = self.n_left = n_bytes
        self.is_broken = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` as far as one step goes; behind damage there is nothing.

        Raises:
            DamageError: The archive is broken here, or ends.
        """
        n_left, n_wanted = self.n_left, min(len(buffer), self.n_left)
        if not n_wanted:
            return 0
        # Broken, unless the next step goes well: it may raise what the stream raises.
        self.n_left, self.is_broken = 0, True
        data = self._stream.read1(n_wanted)
        if not data:
            raise DamageError("an archive that breaks off", self.n_bytes - n_left)
        self.n_left, self.is_broken = n_left - len(data), False
        buffer[: len(data)] = data
        return len(data)


def _parse(block: bytes) -> tarfile.TarInfo | None:
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return None
    return info if info.size >= 0 else None


def _read_pax(data: bytes, name: str | None, n_bytes: int | None) -> tuple[str | None, int | None]:
    """The name and the size that a pax header gives, or those known before."""
    at = 0
    while found := _PAX_RECORD.match(data, at):
        n_record = int(found[1])
        value = data[found.end() : at + n_record].removesuffix(b"\n")
        if found[2] == b"path":
            name = _text(value)
        elif found[2] == b"size" and value.isdigit() and len(value) <= _MAX_DIGITS:
            n_bytes = int(value)
        at += max(n_record, 1)
    return name, n_bytes


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
