"""Compressed streams, told by their first bytes: gzip, xz, bzip2 and zstd.

Damage is an error once, at its place; reading then goes on with the next gzip member, if any.
"""

from __future__ import annotations

import errno
import lzma
import re
import zlib
from collections.abc import Callable
from io import BufferedReader, RawIOBase
from typing import Any, cast

from corpus.loading.budget import Budget
from corpus.loading.decompressors import PIECE_BYTES, Decompressor, Inflate, bzip2, xz

SUFFIXES = (".gz", ".xz", ".bz2", ".zst")
"""What the names of compressed files end in, behind the suffix of their format."""

BUFFER_BYTES = 1 << 17
GZIP_MAGIC = b"\x1f\x8b\x08"
_CHUNK_BYTES = 1 << 16
_PROBE_BYTES = 512
"""From so many bytes a gzip member must say something, to be taken for one."""


class DamageError(OSError):
    """Bytes of a stream are lost: `what` happened, `place` is where what follows is counted on."""

    def __init__(self, what: str, place: int) -> None:
        """Word it."""
        super().__init__(errno.EBADMSG, what)
        self.what = what
        self.place = place


class Feed:
    """Bytes of a stream in chunks; what is not needed is given back. `place` is a byte offset."""

    def __init__(self, stream: BufferedReader, place: int = 0) -> None:
        """`place` is where the stream stands."""
        self._stream = stream
        self._back = b""
        self.place = place

    def take(self) -> bytes:
        """The next bytes, none at the end."""
        data, self._back = self._back or self._stream.read1(_CHUNK_BYTES), b""
        self.place += len(data)
        return data

    def give_back(self, data: bytes) -> None:
        """Take these again next."""
        self._back = data + self._back
        self.place -= len(data)

    def seek(self, place: int) -> bool:
        """Stand at `place`; false where the stream cannot."""
        if not self._stream.seekable():
            return False
        self._stream.seek(place)
        self._back, self.place = b"", place
        return True


class Member(RawIOBase):
    """What one compressed member says; the feed then stands behind it, or where it breaks off."""

    def __init__(self, feed: Feed, decompressor: Decompressor, budget: Budget) -> None:
        """The member that begins where `feed` stands."""
        self._feed = feed
        self._decompressor = decompressor
        self._budget = budget
        self.n_out = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` as far as one step goes.

        Raises:
            DamageError: The member is broken or ends too early.
            TooMuchError: The input expands to more than it may.
        """
        decompressor = self._decompressor
        while not decompressor.eof:
            data = self._feed.take() if decompressor.needs_input else b""
            if decompressor.needs_input and not data:
                raise DamageError("compressed data that breaks off", self.n_out)
            try:
                out = decompressor.decompress(data, len(buffer))
            except (zlib.error, lzma.LZMAError, OSError):
                raise DamageError("compressed data that is broken", self.n_out) from None
            if decompressor.eof:
                self._feed.give_back(decompressor.unused_data)
            if out:
                self._budget.spend(len(out))
                self.n_out += len(out)
                buffer[: len(out)] = out
                return len(out)
        return 0


class Members(RawIOBase):
    """What all members of a compressed stream say, one behind the other."""

    def __init__(
        self, stream: BufferedReader, make: Callable[[], Decompressor], budget: Budget
    ) -> None:
        """`stream` stands at its start."""
        self._feed = Feed(stream)
        self._make = make
        self._budget = budget
        self._start = 0
        self._member: Member | None = self._begin()
        self.n_out = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As `Member.readinto`; behind damage, it goes on with the next gzip member."""
        while self._member is not None:
            try:
                n = self._member.readinto(buffer)
            except DamageError as error:
                self._member = self._next_sound()
                raise DamageError(error.what, self.n_out) from None
            if n:
                self.n_out += n
                return n
            self._member = self._next()
        return 0

    def _next(self) -> Member | None:
        """The member that follows; zeros behind the last are padding."""
        while data := self._feed.take():
            if rest := data.lstrip(b"\0"):
                self._feed.give_back(rest)
                return self._begin()
        return None

    def _next_sound(self) -> Member | None:
        if self._make is not Inflate:
            return None
        start = find_member(self._feed, self._start + 1, 1 << 62, starts_member)
        return None if start is None else self._begin()

    def _begin(self) -> Member:
        self._start = self._feed.place
        return Member(self._feed, self._make(), self._budget)


def find_member(feed: Feed, start: int, end: int, is_member: Callable[[Feed], bool]) -> int | None:
    """Where the first gzip member begins in `[start, end)`; `feed` stands there then.

    None where there is none or the stream cannot go back. A place that looks like the beginning of
    a member is one if `is_member` says so of a feed that stands there.
    """
    if not feed.seek(start):
        return None
    held = b""
    while feed.place - len(held) < end and (data := feed.take()):
        held += data
        base, at = feed.place - len(held), -1
        while (at := held.find(GZIP_MAGIC, at + 1)) >= 0 and base + at < end:
            may_be = _may_start(held[at : at + _PROBE_BYTES])
            if may_be and feed.seek(base + at) and is_member(feed):
                feed.seek(base + at)
                return base + at
        feed.seek(base + len(held))
        held = held[-len(GZIP_MAGIC) + 1 :]
    return None


def _may_start(head: bytes) -> bool:
    """Whether a member may begin with `head`: a cheap look, for damage can look like it anywhere.

    The name of a file that nothing ends would else be read to the end of the stream, each time.
    """
    return len(head) < _PROBE_BYTES or _says_something(head)


def starts_member(feed: Feed) -> bool:
    """Whether what `feed` stands at says something when it is decompressed."""
    return _says_something(feed.take()[:_PROBE_BYTES])


def _says_something(head: bytes) -> bool:
    inflate = Inflate()
    try:
        return bool(inflate.decompress(head, 1)) or inflate.eof
    except zlib.error:
        return False


class _Zstd(RawIOBase):
    """zstd through Arrow, which holds no more than the window of a frame."""

    def __init__(self, stream: BufferedReader, budget: Budget) -> None:
        """`stream` stands at its start."""
        import pyarrow as pa

        self._stream = pa.CompressedInputStream(pa.PythonFile(stream, "r"), "zstd")
        self._budget = budget
        self._damage: DamageError | None = None
        self.n_out = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As `Member.readinto`; behind damage there is nothing."""
        if self._stream.closed:
            return 0
        out = self._take(len(buffer))
        if self._damage and not out:
            self._stream.close()
            raise self._damage
        self._budget.spend(len(out))
        buffer[: len(out)] = out
        return len(out)

    def _take(self, n_bytes: int) -> bytes:
        """So many bytes, or those before the end or before damage."""
        taken = bytearray()
        while len(taken) < n_bytes and not self._damage:
            try:
                # Of a piece in which there is damage Arrow gives nothing.
                piece = self._stream.read(min(PIECE_BYTES, n_bytes - len(taken)))
            except OSError as error:
                cut = "truncated" in str(error).lower()
                what = "that breaks off" if cut else "that is broken"
                self._damage = DamageError(f"compressed data {what}", self.n_out)
                break
            if not piece:
                break
            taken += piece
            self.n_out += len(piece)
        return bytes(taken)


_OPENERS: dict[re.Pattern[bytes], Callable[[BufferedReader, Budget], RawIOBase]] = {
    re.compile(GZIP_MAGIC): lambda stream, budget: Members(stream, Inflate, budget),
    re.compile(rb"\xfd7zXZ\x00"): lambda stream, budget: Members(stream, xz, budget),
    re.compile(rb"BZh[1-9]1AY&SY"): lambda stream, budget: Members(stream, bzip2, budget),
    re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"): _Zstd,  # or a frame that is skipped
}
"""By how compressed data begins. No text of any charset does."""

_MAGIC_BYTES = 10


def is_gzip(stream: BufferedReader) -> bool:
    """Whether what `stream` stands at is compressed by gzip."""
    return stream.peek(_MAGIC_BYTES).startswith(GZIP_MAGIC)


def is_compressed(stream: BufferedReader) -> bool:
    """Whether what `stream` stands at is compressed."""
    head = stream.peek(_MAGIC_BYTES)
    return any(magic.match(head) for magic in _OPENERS)


def decompress(stream: BufferedReader, budget: Budget) -> BufferedReader:
    """What `stream` says, decompressed if it is compressed; it stands at its start."""
    head = stream.peek(_MAGIC_BYTES)
    for magic, opened in _OPENERS.items():
        if magic.match(head):
            return BufferedReader(cast(Any, opened(stream, budget)), BUFFER_BYTES)
    return stream
