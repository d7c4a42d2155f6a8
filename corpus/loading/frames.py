"""Where the records of a web archive begin and end, in sound files and in damaged ones.

A record is a header, a block of the length that the header tells, and two line ends (ISO 28500). In
`.warc.gz` each is a gzip member, so that reading can begin at any of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from typing import Any, cast

from corpus.loading.budget import Budget
from corpus.loading.compressed import (
    GZIP_MAGIC,
    DamageError,
    Feed,
    Member,
    find_member,
)
from corpus.loading.decompressors import Inflate
from corpus.loading.inputs import Input, Reading

_LINE_BYTES = 1 << 16
_MAX_HEADER_BYTES = 1 << 20
_HELD_BYTES = 1 << 16
"""Held of a block that is too large to be a page: enough to tell what it would have been."""

_STORED_BYTES = 1 << 16
"""Deflate copies what it cannot compress in blocks of fewer bytes. A web archive inside of a record
is broken up by their headers, so that no chain of its records is longer."""

_END = 1 << 62
_VERSION = b"WARC/"
_CONTENT_LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,18})[ \t]*\r?$", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Frame:
    """One record as it stands: where it starts, its header, its block and the block's SHA-256.

    `n_bytes` is the length of the block; a block of more than a page may have is held in part.
    `damage` says why there is none.
    """

    start: int
    header: bytes = b""
    block: bytes = b""
    n_bytes: int = 0
    sha256: str = ""
    damage: str | None = None


def read_frames(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Frame]:
    """The records of a web archive, compressed by record or not, or of a part of one.

    Their starts are bytes of the file. Of several records in one gzip member, the second starts one
    behind the first, and so on. It is the caller who stops behind the part.
    """
    if is_in_members(stream, item):
        return _read_members(stream, item, how)
    return _read_plain(stream, how)


def is_in_members(stream: BufferedReader, item: Input) -> bool:
    """Whether a web archive is compressed by gzip, be it that its first bytes are damaged."""
    head = stream.peek(len(_VERSION))
    is_named = item.file.lower().endswith(".gz") and not head.startswith(_VERSION)
    return head.startswith(GZIP_MAGIC) or (is_named and bool(head))


def last_start(stream: BufferedReader, item: Input, how: Reading) -> int:
    """Before which byte records start that belong to this part."""
    if item.part is None or item.part.end >= _END:
        return _END
    found = _find_chain(Feed(stream), item.part.end, _END, how)
    stream.seek(0)
    return _END if found is None else found


def _read_members(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Frame]:
    feed = Feed(stream)
    begin, end = (item.part.start, item.part.end) if item.part else (0, _END)
    start = _find_chain(feed, begin, end, how) if begin else 0
    while start is not None:
        begin = place = start
        member = Member(feed, Inflate(), how.budget)
        broken = None
        try:
            for frame in _read_plain(BufferedReader(cast(Any, member), _LINE_BYTES), how):
                if broken:
                    yield broken
                placed = replace(frame, start=place)
                broken = placed if frame.damage else None
                if not broken:
                    yield placed
                place += 1
            if broken:
                yield broken
            start = _next_member(feed)
        except DamageError as error:
            # A record that is broken just before is broken by the same damage.
            yield Frame(broken.start if broken else place, damage=error.what)
            start = find_member(feed, begin + 1, _END, lambda feed: _is_record(feed, how.budget))


def _find_chain(feed: Feed, start: int, end: int, how: Reading) -> int | None:
    """Where the first record in `[start, end)` begins, whatever stands before it.

    It is one beyond doubt: behind it follow sound ones, to the end of the file or for so long that
    they cannot be the records of an archive inside of a record.
    """

    def begins(feed: Feed) -> bool:
        first = feed.place
        while feed.place - first < _STORED_BYTES:
            if not _is_record(feed, how.budget):
                return False
            if _next_member(feed) is None:
                return True
        return True

    return find_member(feed, start, end, begins)


def _is_record(feed: Feed, budget: Budget) -> bool:
    """Whether `feed` stands at a sound member that begins as a record; it stands behind it then."""
    member, buffer = Member(feed, Inflate(), budget), bytearray(_HELD_BYTES)
    try:
        n_bytes = member.readinto(buffer)
        if not buffer.startswith(_VERSION):
            return False
        while n_bytes:
            n_bytes = member.readinto(buffer)
    except DamageError:
        return False
    return True


def _next_member(feed: Feed) -> int | None:
    """Where the next member starts, behind zeros that are padding; none at the end."""
    while data := feed.take():
        if rest := data.lstrip(b"\0"):
            feed.give_back(rest)
            return feed.place
    return None


def _read_plain(stream: BufferedReader, how: Reading) -> Iterator[Frame]:
    """The records of a stream that is not compressed, each once what stands behind it was read."""
    place, line = _skip_blank(stream, 0, stream.readline(_LINE_BYTES))
    while line:
        frame = _read_frame(stream, place, line, how)
        place = frame.start + len(frame.header) + frame.n_bytes
        line = stream.readline(_LINE_BYTES)
        if not frame.damage and line.strip() and not line.startswith(_VERSION):
            frame = replace(frame, damage="a record of another length than it says")
        if frame.damage and frame.n_bytes and stream.seekable():
            # The records behind may be in what was taken for this one's block.
            how.budget.spend(frame.n_bytes)
            place = frame.start + len(frame.header)
            stream.seek(place)
            line = stream.readline(_LINE_BYTES)
        if not frame.damage:
            place, line = _skip_blank(stream, place, line)
        yield frame
        if frame.damage:
            place, line = _find_header(stream, place, line)


def _skip_blank(stream: BufferedReader, place: int, line: bytes) -> tuple[int, bytes]:
    """The first line from `line` on that is not blank, none at the end, and where it starts."""
    while line and not line.strip():
        place, line = place + len(line), stream.readline(_LINE_BYTES)
    return place, line


def _read_frame(stream: BufferedReader, start: int, line: bytes, how: Reading) -> Frame:
    """The record whose first line was read; where it is damaged, as far as it could be read."""
    header = bytearray(line)
    if not line.startswith(_VERSION):
        return Frame(start, bytes(header), damage="no header of a web archive's record")
    while line.strip() and len(header) <= _MAX_HEADER_BYTES:
        line = stream.readline(_LINE_BYTES)
        header += line
        if not line:
            return Frame(start, bytes(header), damage="a record that breaks off")
    found = _CONTENT_LENGTH.search(header)
    if line.strip() or not found:
        return Frame(start, bytes(header), damage="a header without an end or a length")
    n_bytes = int(found[1])
    digest, held, n_left = hashlib.sha256(), bytearray(), n_bytes
    n_held = n_bytes if n_bytes <= how.options.max_page_bytes + _HELD_BYTES else _HELD_BYTES
    while n_left and (data := stream.read(min(n_left, _LINE_BYTES))):
        digest.update(data)
        n_left -= len(data)
        if len(held) < n_held:
            held += data
    damage = "a record that breaks off" if n_left else None
    block = bytes(held)
    return Frame(start, bytes(header), block, n_bytes - n_left, digest.hexdigest(), damage)


def _find_header(stream: BufferedReader, place: int, line: bytes) -> tuple[int, bytes]:
    """The next line that begins a record, and where it starts."""
    opens = True
    while line and not (opens and line.startswith(_VERSION)):
        opens = line.endswith(b"\n")
        place, line = place + len(line), stream.readline(_LINE_BYTES)
    return place, line
