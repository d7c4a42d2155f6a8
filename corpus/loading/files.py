"""innerText dumps and HTML: one page a file, or many in a `.txt` file with lines between them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from typing import Any

from corpus.document import Page, PageKind, Removal
from corpus.loading.encoding import HEAD_BYTES, decode_as, wide_codec, without_mark
from corpus.loading.inputs import Input, Reading
from corpus.loading.lines import read_pieces
from corpus.loading.pages import (
    Statements,
    is_blank,
    make_page,
    read_whole,
    remove,
    too_large,
)

_CHUNK_BYTES = 1 << 20
_CODECS = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")
"""Charsets in which a separator is looked for."""


def read_text(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    """The page in a `.txt` file: an innerText dump, or HTML that was saved under that name.

    With a separator in the recipe, the pages between such lines; each is named by the byte at which
    it starts, and blank ones are none.
    """
    if how.options.page_separator:
        return _read_pages(stream, item, how)
    return iter([_read_page(stream, item, how, None)])


def read_html(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    """The page in an HTML file."""
    yield _read_page(stream, item, how, "html")


def refuse_format(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Removal]:  # noqa: ARG001
    """The removal of a file that no loader reads."""
    detail = f"no loader for {item.format}" if item.format else "the name has no suffix"
    yield remove_unheld(stream, item, "unsupported_format", detail)


def remove_unheld(stream: BufferedReader, item: Input, reason: str, detail: str) -> Removal:
    """The removal of a file too large or too foreign to hold: it has the id of its SHA-256."""
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK_BYTES):
        digest.update(chunk)
    sha256 = digest.hexdigest()
    return remove(item.origin(sha256=sha256), reason, detail, sha256)


@dataclass(frozen=True, slots=True)
class Held:
    """A file's bytes, none where they are too many, and their SHA-256."""

    data: bytes | None
    sha256: str


def hold(stream: BufferedReader, max_bytes: int) -> Held:
    """What is left of a stream, as far as it may be a page."""
    text = _Text(0, max_bytes)
    while data := stream.read(_CHUNK_BYTES):
        text.add(data)
    held = bytes(text.held) if text.n_bytes <= max_bytes else None
    return Held(held, text.digest.hexdigest())


def _read_page(
    stream: BufferedReader, item: Input, how: Reading, kind: PageKind | None
) -> Page | Removal:
    held = hold(stream, how.options.max_page_bytes)
    origin = item.origin(0, held.sha256)
    if held.data is None:
        return too_large(origin, how.options.max_page_bytes)
    return read_whole(held.data, kind, origin, Statements())


@dataclass(slots=True)
class _Text:
    """What was read of a page so far, held up to `max_bytes`."""

    start: int
    max_bytes: int
    n_bytes: int = 0
    held: bytearray = field(default_factory=bytearray)
    digest: Any = field(default_factory=hashlib.sha256)
    damage: str | None = None

    def add(self, data: bytes, damage: str | None = None) -> None:
        """More of it."""
        self.damage = self.damage or damage
        self.n_bytes += len(data)
        self.digest.update(data)
        if self.n_bytes <= self.max_bytes:
            self.held += data

    def finish(self, item: Input, codec: str | None) -> Page | Removal:
        """The page, or why it is none."""
        sha256 = self.digest.hexdigest()
        origin = item.origin(self.start, sha256)
        if self.n_bytes > self.max_bytes:
            return too_large(origin, self.max_bytes)
        data = bytes(self.held)
        if self.damage:
            return remove(origin, "unreadable", self.damage, data)
        if codec is None:
            return read_whole(data, None, origin, Statements())
        decoded = decode_as(data, codec)
        if is_blank(decoded.text):
            return remove(origin, "empty", None, data)
        return make_page(decoded, None, origin, Statements())


def _read_pages(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    """The pages of a file, or of a part of one: those whose separator starts in it."""
    begins, end = (item.part.start == 0, item.part.end) if item.part else (True, math.inf)
    codec = wide_codec(stream.peek(HEAD_BYTES)[:HEAD_BYTES])
    n_pages = 0
    for place, text in _split(stream, item, how, codec):
        # The first part goes on until it knows whether there is any page at all.
        if place >= end and (n_pages or not begins):
            return
        result = text.finish(item, codec)
        if isinstance(result, Removal) and result.reason == "empty":
            continue
        n_pages += 1
        if place >= end:
            return
        yield result
    if begins and not n_pages:
        yield remove(item.origin(sha256=hashlib.sha256().hexdigest()), "empty", "no pages", b"")


def _split(
    stream: BufferedReader, item: Input, how: Reading, codec: str | None
) -> Iterator[tuple[int, _Text]]:
    """The texts between separators, each with the byte at which the separator before it starts.

    A part begins with the first separator in it. What is before it belongs to another part.
    """
    begins = item.part is None or item.part.start == 0
    separator = how.options.page_separator.strip()
    marks = {separator.encode(codec or name, "replace") for name in _CODECS}
    place, text = 0, _Text(0, how.options.max_page_bytes) if begins else None
    for piece in read_pieces(stream, item.part, codec):
        if piece.opens and piece.closes and _strip(piece.data, codec) in marks:
            if text is not None:
                yield place, text
            place = piece.start
            text = _Text(piece.start + len(piece.data), how.options.max_page_bytes)
        elif text is not None:
            text.add(piece.data, piece.damage)
        elif item.part is not None and piece.start >= item.part.end:
            return
    if text is not None:
        yield place, text


def _strip(data: bytes, codec: str | None) -> bytes:
    """A line without blanks, and without the byte-order mark of the file that began there."""
    if codec is None:
        return without_mark(data, codec).strip()
    text = data.decode(codec, "replace").removeprefix("\ufeff")
    return text.strip().encode(codec, "surrogatepass")
