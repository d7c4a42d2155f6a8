"""Web archives: WARC and WET, compressed by record or not.

Inputs are the records that hold what a server gave or what was made of it: response, resource,
conversion, revisit and continuation. Records about others (warcinfo, request, metadata) are none.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BufferedReader
from typing import TYPE_CHECKING

from corpus.document import Origin, Page, PageKind, Removal
from corpus.loading.frames import Frame, is_in_members, last_start, read_frames
from corpus.loading.inputs import Input, Reading
from corpus.loading.names import printable
from corpus.loading.pages import Statements, place_of, read_whole, remove, too_large
from corpus.loading.responses import Body, read_body

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_ABOUT_OTHERS = frozenset({"warcinfo", "request", "metadata"})
_WITHOUT_PAGE = {
    "revisit": "a revisit: the page is in an earlier record",
    "continuation": "a piece of a record that was cut",
}
_WITH_PAGE = frozenset({"response", "resource", "conversion"})

_KINDS: dict[str, PageKind | None] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": None,
    "": None,
}
"""Media types of pages, and what they are; none: it is guessed."""

_NEWLINE = re.compile(rb"\r?\n")


def read_warc(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    """The pages of a web archive or of a part of one, one record held at a time."""
    begins = item.part is None or item.part.start == 0
    in_members = is_in_members(stream, item)
    if not (begins or in_members):
        return
    end = last_start(stream, item, how) if in_members else math.inf
    n_records = 0
    for frame in read_frames(stream, item, how):
        # The first part goes on until it knows whether there is any input at all.
        if frame.start >= end and (n_records or not begins):
            return
        result = _read_frame(frame, item, how)
        if result is None:
            continue
        n_records += 1
        if frame.start >= end:
            return
        yield result
    if begins and not n_records:
        yield remove(item.origin(sha256=hashlib.sha256().hexdigest()), "empty", "no records", b"")


def _read_frame(frame: Frame, item: Input, how: Reading) -> Page | Removal | None:
    """The page of a record, or its removal; none where it is about another record."""
    origin = item.origin(frame.start, frame.sha256)
    if frame.damage:
        return remove(origin, "unreadable", frame.damage, place_of(origin))
    record = _parse(frame)
    if record is None:
        return remove(origin, "unreadable", "a header that cannot be read", place_of(origin))
    kind = (record.headers.get("WARC-Type") or "").strip().lower()
    if kind in _ABOUT_OTHERS:
        return None
    url = (record.headers.get("WARC-Target-URI") or "").strip(" <>") or None
    key = (record.headers.get("WARC-Record-ID") or "").strip(" <>") or None
    origin = Origin(origin.source, origin.path, origin.record, origin.sha256, key)
    if kind not in _WITH_PAGE:
        what = _WITHOUT_PAGE.get(kind, f"a record of type {kind[:40] or 'none'}")
        return remove(origin, "not_a_page", what, place_of(origin), url)
    truncated = printable(record.headers.get("WARC-Truncated") or "").strip().lower()[:40] or None
    said = Statements(url, None, _date(record.headers.get("WARC-Date")), truncated=truncated)
    return _read_page(frame, record, origin, said, how)


def _read_page(
    frame: Frame, record: WarcRecord, origin: Origin, said: Statements, how: Reading
) -> Page | Removal:
    limit = how.options.max_page_bytes
    body = read_body(record, frame.block, how.budget, limit)
    why = _refusal(body)
    if why is not None:
        return remove(origin, "not_a_page", why, frame.sha256, said.url)
    if max(len(body.data), frame.n_bytes) > limit:
        return too_large(origin, limit, said.url)
    kind = (
        "text" if body.media_type == "text/plain" and not body.is_http else _KINDS[body.media_type]
    )
    said = replace(said, reservations=body.reservations)
    return read_whole(body.data, kind, origin, said, body.charset)


def _refusal(body: Body) -> str | None:
    """Why a body is no page, by what its server said of it."""
    if body.status is not None and not 200 <= body.status < 300:
        return f"HTTP status {body.status}"
    return None if body.media_type in _KINDS else body.media_type[:80]


def _parse(frame: Frame) -> WarcRecord | None:
    from fastwarc.warc import WarcRecord

    # Some archivers write bare newlines, in which FastWARC sees a single field.
    header = _NEWLINE.sub(b"\r\n", frame.header)
    try:
        return WarcRecord.from_bytes(header + frame.block + b"\r\n\r\n")
    except OSError:
        return None


def _date(text: str | None) -> str | None:
    try:
        datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return text
