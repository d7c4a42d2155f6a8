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

from corpus.loading.sources import Part

_WIDE_NEWLINES = {"utf-16-le": b"\n\0", "utf-16-be": b"\0\n"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its newline, none where it has too many bytes; `start` is a byte offset."""

    start: int
    data: bytes | None
    sha256: str


def read_lines(
    stream: BufferedReader, part: Part | None, max_bytes: int, codec: str | None
) -> Iterator[Line]:
    """The lines from the first that starts in `part` to the end of the file.

    It is the caller who stops behind the part; where no line starts in it, nothing is given.
    `codec` is `utf-16-le` or `utf-16-be` where a newline is two bytes, else none.
    """
    newline = _WIDE_NEWLINES.get(codec or "", b"\n")
    readline = partial(_read_wide, stream) if codec else stream.readline
    limit = max_bytes + 1 if codec is None else (max_bytes + 3) & ~1
    start = _first_start(stream, part, newline) if part and part.start else 0
    while start is not None and (piece := bytes(readline(limit))):
        digest = hashlib.sha256()
        n_bytes, held = len(piece), bytearray()
        while piece and not piece.endswith(newline):
            digest.update(piece)
            if n_bytes <= limit:
                held += piece
            piece = readline(limit)
            n_bytes += len(piece)
        line = bytes(held) + piece.removesuffix(newline)
        digest.update(piece.removesuffix(newline))
        n_line = n_bytes - len(newline) if piece else n_bytes
        yield Line(start, line if n_line <= max_bytes else None, digest.hexdigest())
        start += n_bytes


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
        piece = readline(max(2, (part.end - place + 1) & ~1))
        place += len(piece)
        if not piece:
            return None
    return place if place < part.end else None
