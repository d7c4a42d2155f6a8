"""What a server answered: the body as it was meant, and what its header says of it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING, Any, Literal, cast

from corpus.document import Reservation
from corpus.loading.budget import Budget, TooMuchError
from corpus.loading.compressed import decompress, is_compressed
from corpus.loading.reserved import read_reservations

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_CHUNK_BYTES = 1 << 16
_ENVELOPE = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: "

_CHUNK = re.compile(
    rb"(?P<size> [0-9A-Fa-f]{1,8} ) [ \t]* (?: ; [^\r\n]* )? (?: \r\n | \r?\Z )", re.VERBOSE
)
_CHUNK_END = b"\r\n"
"""How a chunk of a body begins and ends (RFC 9112)."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body without its encodings; `media_type` is in lower case, empty where none is told."""

    data: bytes
    media_type: str
    charset: str | None = None
    status: int | None = None
    is_http: bool = False
    reservations: tuple[Reservation, ...] = ()


def read_body(record: WarcRecord, block: bytes, budget: Budget, limit: int) -> Body:
    """The body in `block`, which is the block of `record`, up to a byte more than `limit`.

    Transfer and content encodings are taken off where they are there, not where they are told of:
    archivers often store a body decoded under the header it came with, or compressed without
    saying so. A body that breaks off is given as far as it goes.
    """
    if not record.is_http:
        return Body(block, _media_type(record.headers.get("Content-Type")))
    head = _parse(block, "none")
    headers = head.http_headers if head else None
    if head is None or headers is None or headers.status_code is None:
        return Body(block, "", is_http=True)
    data = _read(block, "all", budget, limit)
    if not data:
        data = _join_chunks(_read(block, "none", budget, limit), headers.get("Transfer-Encoding"))
    if (headers.get("Content-Encoding") or "").strip().lower() == "deflate":
        data = _inflate(data, limit)
    stream = BufferedReader(cast(Any, BytesIO(data)))
    if is_compressed(stream):
        data = _take(decompress(stream, budget).read1, limit)
    charset = (head.http_charset or "").strip("\"' ") or None
    media_type = _media_type(head.http_content_type)
    reserved = read_reservations(headers)
    return Body(data, media_type, charset, headers.status_code, True, reserved)


def _media_type(field: str | None) -> str:
    """The type in a field: up to what should be a semicolon, and is a blank or a comma at times.

    >>> _media_type("text/html charset=GBK"), _media_type("Text/HTML, text/html; charset=utf-8")
    ('text/html', 'text/html')
    """
    return re.split(r"[;,\s]", (field or "").strip().lower(), maxsplit=1)[0]


def _parse(block: bytes, mode: Literal["none", "all"]) -> WarcRecord | None:
    """A record with this block whose header of HTTP was parsed; none where it has none."""
    from fastwarc.warc import WarcRecord

    has_bare_newlines = b"\r\n\r\n" not in block[:_CHUNK_BYTES]
    try:
        record = WarcRecord.from_bytes(b"%s%d\r\n\r\n%s\r\n\r\n" % (_ENVELOPE, len(block), block))
        record.parse_http(auto_decode=mode, quirks_mode=has_bare_newlines)
    except OSError:
        return None
    return record


def _read(block: bytes, mode: Literal["none", "all"], budget: Budget, limit: int) -> bytes:
    record = _parse(block, mode)
    data = _take(record.reader.read, limit) if record else b""
    budget.spend(len(data))
    return data


def _take(read: Callable[[int], bytes], limit: int) -> bytes:
    """What `read` gives before its end or damage, up to a byte more than `limit`."""
    taken = bytearray()
    while len(taken) <= limit:
        try:
            data = read(_CHUNK_BYTES)
        except TooMuchError:
            raise
        except OSError:
            break
        if not data:
            break
        taken += data
    return bytes(taken[: limit + 1])


def _join_chunks(data: bytes, encoding: str | None) -> bytes:
    """A body in chunks as far as it goes; `data` as it is where it is in none."""
    if (encoding or "").strip().lower() != "chunked":
        return data
    joined, place = bytearray(), 0
    while place < len(data):
        found = _CHUNK.match(data, place)
        if found is None:
            return data
        end = found.end() + int(found["size"], 16)
        joined += data[found.end() : end]
        place = end + len(_CHUNK_END)
        if end == found.end():  # the last one
            break
        if not _CHUNK_END.startswith(data[end:place]):
            return data
    return bytes(joined) or data


def _inflate(data: bytes, limit: int) -> bytes:
    """`data` without deflate, bare as some servers send it, or cut; as it is where it has none."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        with suppress(zlib.error):
            return zlib.decompressobj(window).decompress(data, limit + 1) or data
    return data
