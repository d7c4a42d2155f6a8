"""What a server answered: the body as it was meant, and what its header says of it."""

from __future__ import annotations

import zlib
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
        kind = (record.headers.get("Content-Type") or "").partition(";")[0]
        return Body(block, kind.strip().lower())
    head = _parse(block, "none")
    headers = head.http_headers if head else None
    if head is None or headers is None or headers.status_code is None:
        return Body(block, "", is_http=True)
    data = _read(block, "all", budget, limit) or _read(block, "none", budget, limit)
    if (headers.get("Content-Encoding") or "").strip().lower() == "deflate":
        data = _inflate(data, limit)
    stream = BufferedReader(cast(Any, BytesIO(data)))
    if is_compressed(stream):
        data = _take(decompress(stream, budget), limit)
    charset = (head.http_charset or "").strip("\"' ") or None
    media_type = (head.http_content_type or "").strip().lower()
    reserved = read_reservations(headers)
    return Body(data, media_type, charset, headers.status_code, True, reserved)


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
    data = _take(record.reader, limit) if record else b""
    budget.spend(len(data))
    return data


def _take(reader: Any, limit: int) -> bytes:
    """What can be read, up to a byte more than `limit`."""
    taken = bytearray()
    while len(taken) <= limit:
        try:
            data = reader.read(_CHUNK_BYTES)
        except TooMuchError:
            raise
        except OSError:
            break
        if not data:
            break
        taken += data
    return bytes(taken[: limit + 1])


def _inflate(data: bytes, limit: int) -> bytes:
    """`data` without bare deflate, which some servers send; as it is where it has none."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, limit + 1) or data
    except zlib.error:
        return data
