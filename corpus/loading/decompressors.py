"""Decompressors of one member each, which give all that stands before damage, or nearly."""

from __future__ import annotations

import errno
import lzma
import zlib
from bz2 import BZ2Decompressor
from typing import Any, Protocol

PIECE_BYTES = 1 << 8
"""Of all but gzip, decompressed at a time, and lost where there is damage."""
_MAX_DICTIONARY_BYTES = 256 << 20
"""Memory that decompressing xz may take; `xz -9` makes files that need 65 MB."""


class Decompressor(Protocol):
    """What `lzma` and `bz2` offer."""

    @property
    def eof(self) -> bool:
        """Whether the end of the member was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing comes without more input."""

    @property
    def unused_data(self) -> bytes:
        """What stands behind the end of the member."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most so many bytes."""


class Inflate:
    """`zlib` in the manner of `lzma` and `bz2`, giving all that stands before damage."""

    def __init__(self) -> None:
        """A decompressor of one gzip member, which checks its sums."""
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._tail = b""
        self._damage: zlib.error | None = None

    @property
    def eof(self) -> bool:
        """Whether the end of the member was reached."""
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        """Whether nothing comes without more input."""
        return not self._tail

    @property
    def unused_data(self) -> bytes:
        """What stands behind the end of the member."""
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most so many bytes; behind damage it raises as `zlib` does."""
        if self._damage:
            raise self._damage
        data, before = self._tail + data, self._zlib.copy()
        try:
            out = self._zlib.decompress(data, max_length)
        except zlib.error as error:
            out = _inflate_before(before, data)
            if not out:
                raise
            self._damage, self._tail = error, data  # so that no input is asked for
            return out
        self._tail = self._zlib.unconsumed_tail
        return out


def _inflate_before(inflate: Any, data: bytes) -> bytes:
    """What `zlib` says before damage in `data`; of a step in which there is any it gives nothing.

    The place is found by halves, so that it costs about as much as the step did.
    """
    out, place, n_bytes = bytearray(), 0, 1 << len(data).bit_length()
    while n_bytes := n_bytes >> 1:
        before = inflate.copy()
        try:
            out += inflate.decompress(data[place : place + n_bytes])
            place += n_bytes
        except zlib.error:
            inflate = before
    return bytes(out)


class Piecewise:
    """A decompressor by small pieces, since of one in which there is damage it gives nothing."""

    def __init__(self, decompressor: Decompressor) -> None:
        """Of one member."""
        self._decompressor = decompressor
        self._is_damaged = False

    @property
    def eof(self) -> bool:
        """Whether the end of the member was reached."""
        return self._decompressor.eof

    @property
    def needs_input(self) -> bool:
        """Whether nothing comes without more input."""
        return not self._is_damaged and self._decompressor.needs_input

    @property
    def unused_data(self) -> bytes:
        """What stands behind the end of the member."""
        return self._decompressor.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most so many bytes; behind damage it raises as the decompressor does."""
        if self._is_damaged:
            raise OSError(errno.EBADMSG, "damaged")
        taken = bytearray()
        while len(taken) < max_length and not self.eof:
            try:
                n_bytes = min(PIECE_BYTES, max_length - len(taken))
                piece = self._decompressor.decompress(data, n_bytes)
            except (lzma.LZMAError, OSError):
                self._is_damaged = True
                if not taken:
                    raise
                break
            if not piece and self.needs_input:
                break
            taken, data = taken + piece, b""
        return bytes(taken)


def xz() -> Decompressor:
    """Of one member of xz or lzma."""
    return Piecewise(lzma.LZMADecompressor(memlimit=_MAX_DICTIONARY_BYTES))


def bzip2() -> Decompressor:
    """Of one member of bzip2."""
    return Piecewise(BZ2Decompressor())
