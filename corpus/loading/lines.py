"""Lines of a file or of a part of one, with the byte at which each starts.

A part holds the lines that start in it, so that parts, read one by one, give each line of the file
once. What a part costs is its own size and one line, whatever the file holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BufferedReader

from corpus.loading.compressed import DamageError
from corpus.loading.inputs import Part

_PIECE_BYTES = 1 << 16
_WIDE_NEWLINES = {"utf-16-le": b"\n\0", "utf-16-be": b"\0\n"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A line with its newline, or a piece of one that is long; `start` is a byte offset.

    `opens` and `closes` tell whether the line begins and ends with it. `damage` says what happened
    to bytes that could not be read: with them it has none, and the line goes on behind them.
    """

    start: int
    data: bytes
    opens: bool = True
    closes: bool = True
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its newline, none where it has too many bytes; `start` is a byte offset.

    `damage` says what happened to a line that could not be read.
    """

    start: int
    data: bytes | None
    sha256: str
    damage: str | None = None


def read_lines(
    stream: BufferedReader, part: Part | None, max_bytes: int, codec: str | None
) -> Iterator[Line]:
    """The lines of the pieces, see `read_pieces`."""
    newline = newline_of(codec)
    digest, n_bytes, held, start = hashlib.sha256(), 0, bytearray(), 0
    for piece in read_pieces(stream, part, codec):
        if not n_bytes:
            digest, held, start = hashlib.sha256(), bytearray(), piece.start
        if piece.damage:
            yield Line(start, None, "", piece.damage)
            n_bytes = 0
            continue
        data = piece.data.removesuffix(newline) if piece.closes else piece.data
        digest.update(data)
        n_bytes += len(data)
        if n_bytes <= max_bytes:
            held += data
        if piece.closes:
            yield Line(start, bytes(held) if n_bytes <= max_bytes else None, digest.hexdigest())
            n_bytes = 0


def read_pieces(stream: BufferedReader, part: Part | None, codec: str | None) -> Iterator[Piece]:
    """The lines from the first that starts in `part` to the end of the file, in pieces.

    It is the caller who stops behind the part; where no line starts in it, nothing is given.
    `codec` is `utf-16-le` or `utf-16-be` where a newline is two bytes, else none.
    """
    newline = newline_of(codec)
    readline = partial(_read_wide, stream) if codec else stream.readline
    start = _first_start(stream, part, newline) if part and part.start else 0
    opens = True
    while start is not None:
        try:
            data = readline(_PIECE_BYTES)
            closes = data.endswith(newline) or not stream.peek(1)
        except DamageError as error:
            yield Piece(start, b"", opens, damage=error.what)
            start, opens = max(start + 1, error.place), True
            continue
        if not data:
            return
        yield Piece(start, data, opens, closes)
        start, opens = start + len(data), closes


def newline_of(codec: str | None) -> bytes:
    """The bytes of a newline in UTF-16, or in any other charset."""
    return _WIDE_NEWLINES.get(codec or "", b"\n")


def _read_wide(stream: BufferedReader, limit: int) -> bytes:
    """Whole characters up to a newline or a character that has a newline's byte in it."""
    piece = stream.readline(limit)
    return piece + stream.read(1) if len(piece) % 2 else piece


def _first_start(stream: BufferedReader, part: Part, newline: bytes) -> int | None:
    """Where the first line of a part starts, and the stream stands then; none where none does."""
    width = len(newline)
    place = -(-part.start // width) * width - width
    stream.seek(place)
    readline = partial(_read_wide, stream) if width > 1 else stream.readline
    piece = b""
    while place < part.end and not (piece and piece.endswith(newline)):
        piece = readline(max(2, min(_PIECE_BYTES, (part.end - place + 1) & ~1)))
        place += len(piece)
        if not piece:
            return None
    return place if place < part.end else None
