"""Files in archives: zip, and what all archives share. Nothing is ever unpacked to a path."""

from __future__ import annotations

import hashlib
import lzma
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import SEEK_END, BufferedReader, RawIOBase
from typing import IO, Any, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from corpus.document import Removal
from corpus.loading.budget import Budget
from corpus.loading.compressed import BUFFER_BYTES, DamageError
from corpus.loading.inputs import Input, Member, Reading
from corpus.loading.names import name_of_bytes, printable_name
from corpus.loading.pages import place_of, remove

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_END_BYTES = 22 + 0xFFFF
"""Of a zip file, in which its end record must be: that record, and a comment."""
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY_BYTES = 1 << 10
"""Of a zip file's directory, allowed for an entry: its name, and what else is said of it."""

_ESCAPING = re.compile(r"/ | [A-Za-z]: | (?:.*/)? \.\. (?:/|$)", re.VERBOSE | re.DOTALL)
_LEFT_OUT = re.compile(
    r"""(?: .*/ )? (?: \.[^./] | \.\.[^/] | __MACOSX/ )    # hidden, or added by macOS
    | .* / \Z                                             # a folder""",
    re.VERBOSE | re.DOTALL,
)
_MAX_PLACE = (1 << 62) - 1

_ZIP_ERRORS = (
    *(BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(ValueError, RuntimeError, NotImplementedError, OverflowError, KeyError),
)
"""What `zipfile` raises for broken archives, and for what it cannot do."""


def read_zip(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Member | Removal]:
    """The files in a zip archive in the order of its directory; of a part, those stored in it."""
    try:
        why = _refusal(stream, how)
        archive = None if why else ZipFile(stream)
    except _ZIP_ERRORS:
        why, archive = None, None
    start, end = (item.part.start, item.part.end) if item.part else (0, _MAX_PLACE + 1)
    if archive is None:
        if not start:
            yield _refuse_archive(item, why)
        return
    named = [(info, _name(info)) for info in archive.infolist()]
    entries = [(info, name) for info, name in named if not is_left_out(name)]
    if not (entries or start):
        yield remove_empty(item)
    names = Names()
    for info, name in entries:
        member = member_of(item, name, names)
        if start <= min(max(0, info.header_offset), _MAX_PLACE) < end:
            yield _open_entry(archive, info, member, how)


def _refuse_archive(item: Input, why: str | None) -> Removal:
    origin = item.origin()
    if why is not None:
        return remove(origin, "archive_limit", why, place_of(origin))
    return remove(origin, "unreadable", "an archive that is broken or cut off", place_of(origin))


def _refusal(stream: BufferedReader, how: Reading) -> str | None:
    """Why a directory is not read, by what the end record of the archive says of it."""
    n_entries, n_bytes = _directory_size(stream)
    limit = how.options.max_archive_members
    if n_entries > limit or n_bytes > limit * _ENTRY_BYTES:
        return f"more than {limit:,} files"
    return None


def _directory_size(stream: BufferedReader) -> tuple[int, int]:
    """Entries and bytes of the directory; zeros where there is no end record."""
    n_file = stream.seek(0, SEEK_END)
    stream.seek(max(0, n_file - _END_BYTES - _END_64.size - 20))
    tail = stream.read()
    at, at_64 = tail.rfind(b"PK\5\6"), tail.rfind(b"PK\6\6")
    n_entries = n_bytes = 0
    if 0 <= at <= len(tail) - _END.size:
        _, _, _, _, n_entries, n_bytes, _, _ = _END.unpack_from(tail, at)
    if 0 <= at_64 <= len(tail) - _END_64.size:
        *_, n_entries_64, n_bytes_64, _ = _END_64.unpack_from(tail, at_64)
        n_entries, n_bytes = max(n_entries, n_entries_64), max(n_bytes, n_bytes_64)
    return n_entries, n_bytes


def _name(info: ZipInfo) -> str:
    """The name of an entry: in UTF-8 where it says so, else in the charset it is in."""
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG and not name.isascii():
        name = name_of_bytes(name.encode("cp437", "replace"))
    return name.replace("\\", "/")


def _open_entry(archive: ZipFile, info: ZipInfo, item: Input, how: Reading) -> Member | Removal:
    if escapes(item, how):
        return refuse_escape(item)
    try:
        file = archive.open(info)
    except _ZIP_ERRORS:
        is_encrypted = info.flag_bits & _ENCRYPTED_FLAG
        detail = "encrypted" if is_encrypted else "a file of an archive that cannot be opened"
        return remove(item.origin(), "unreadable", detail, place_of(item.origin()))
    return Member(item, BufferedReader(cast(Any, _ZipMember(file, how.budget)), BUFFER_BYTES))


class _ZipMember(RawIOBase):
    """A file in a zip archive, as a stream that only goes forward."""

    def __init__(self, file: IO[bytes], budget: Budget) -> None:
        self._file = file
        self._budget = budget
        self._place = 0
        self._is_broken = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` as far as one step goes; behind damage there is nothing.

        Raises:
            DamageError: The file is broken, or its sum is wrong.
            TooMuchError: The input expands to more than it may.
        """
        try:
            data = b"" if self._is_broken else self._file.read(len(buffer))
        except _ZIP_ERRORS:
            self._is_broken = True
            raise DamageError("a file of an archive that is broken", self._place) from None
        self._budget.spend(len(data))
        self._place += len(data)
        buffer[: len(data)] = data
        return len(data)


class Names:
    """The names in an archive, each once: a second `a.txt` is `a.txt#2`."""

    def __init__(self) -> None:
        """None are taken."""
        self._counts: dict[str, int] = {}

    def take(self, name: str) -> str:
        """`name`, or what it is called where it is taken."""
        n = self._counts[name] = self._counts.get(name, 0) + 1
        return name if n == 1 else self.take(f"{name}#{n}")


def member_of(item: Input, name: str, names: Names) -> Input:
    """The input that the file `name` in the archive `item` is."""
    name = re.sub(r"^(?:\./+)+", "", printable_name(name)) or "unnamed"
    shown = names.take(name)
    path = f"{item.path}/{shown}" if item.path else shown
    return replace(item, path=path, file=name, n_bytes=0, part=None, part_bytes=0)


def is_left_out(name: str) -> bool:
    """Whether an entry of an archive is a folder, or hidden, and so no input."""
    return bool(_LEFT_OUT.match(name))


def escapes(item: Input, how: Reading) -> bool:
    """Whether the name of a file leads out of its archive, and the recipe does not allow that."""
    return not how.options.escaping_members and bool(_ESCAPING.match(item.file))


def refuse_escape(item: Input) -> Removal:
    """The removal of a file whose name leads out of its archive."""
    detail = "its name leads out of the archive"
    return remove(item.origin(), "path_escape", detail, place_of(item.origin()))


def remove_empty(item: Input) -> Removal:
    """The removal of an archive without a file in it."""
    return remove(item.origin(sha256=hashlib.sha256().hexdigest()), "empty", "no files", b"")
