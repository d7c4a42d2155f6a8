"""JSONL: one page a line, in the field `html` or `text`."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedReader
from typing import Any

from corpus.document import Origin, Page, PageKind, Removal
from corpus.errors import LoadError
from corpus.loading.encoding import HEAD_BYTES, Decoded, decode, decode_as, is_binary, wide_codec
from corpus.loading.lines import read_lines
from corpus.loading.pages import Statements, is_blank, make_page, remove, replace_surrogates
from corpus.loading.sources import Input
from corpus.recipe import Loading

_CONTENT_FIELDS: dict[str, PageKind | None] = {
    "html": "html",
    "text": "text",
    "content": None,
    "raw_content": None,
}
"""Where a page's content is looked for, in this order, and what it is; none: it is guessed."""

_NAMES = {
    bool: "true or false",
    dict: "an object",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "a string",
    type(None): "null",
}
"""What a person calls the types of JSON."""

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
"""Before the first web page, numbers are no times; past the latest, they count milliseconds."""


def read_jsonl(stream: BufferedReader, item: Input, options: Loading) -> Iterator[Page | Removal]:
    """The pages of a JSONL file or of a part of one, one line held at a time.

    A record's number is the byte at which its line starts. Blank lines are no records; a file
    without any record is removed as empty. A record's `id` becomes its origin's `key`.
    """
    begins, end = (item.part.start == 0, item.part.end) if item.part else (True, math.inf)
    codec = wide_codec(stream.peek(HEAD_BYTES)[:HEAD_BYTES])
    n_records = 0
    for line in read_lines(stream, item.part, options.max_page_bytes, codec):
        # The first part goes on until it knows whether there is any record at all.
        if line.start >= end and (n_records or not begins):
            return
        if line.data is not None and _is_blank_line(line.data, codec):
            continue
        n_records += 1
        if line.start >= end:
            return
        origin = item.origin(line.start, line.sha256)
        if line.data is None:
            detail = f"more than {options.max_page_bytes:,} bytes"
            yield remove(origin, "too_large", detail, line.sha256)
        else:
            yield _read_record(line.data, codec, origin)
    if begins and not n_records:
        yield remove(item.origin(sha256=hashlib.sha256().hexdigest()), "empty", "no records", b"")


def _is_blank_line(data: bytes, codec: str | None) -> bool:
    return not (data.decode(codec, "replace") if codec else data).strip()


def _read_record(data: bytes, codec: str | None, origin: Origin) -> Page | Removal:
    try:
        decoded = decode_as(data, codec) if codec else decode(data)
        record = _parse(decoded.text)
    except LoadError as error:
        return remove(origin, "unreadable", error.what, data)
    url = record.get("url")
    known_url = replace_surrogates(url).strip() or None if isinstance(url, str) else None
    try:
        key = _text_field(record, "id", (int,))
        origin = Origin(origin.source, origin.path, origin.record, origin.sha256, key)
        _text_field(record, "url")
        said = Statements(known_url, _text_field(record, "title"), _fetched_at(record))
        kind, content = _content(record)
    except LoadError as error:
        return remove(origin, "unreadable", error.what, data, known_url)
    if is_blank(content):
        return remove(origin, "empty", None, data, known_url)
    return make_page(Decoded(content, decoded.encoding, decoded.n_lost), kind, origin, said)


def _parse(text: str) -> dict[str, Any]:
    """The object on a line; control characters inside strings are let pass, as many writers do."""
    try:
        record = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise _bad(f"not valid JSON at character {error.pos}") from None
    except (ValueError, RecursionError):
        raise _bad("not valid JSON: a number too long, or nested too deep") from None
    if not isinstance(record, dict):
        raise _bad(f"{_name(record)}, not an object")
    return record


def _content(record: dict[str, Any]) -> tuple[PageKind | None, str]:
    """The first content that is not blank, and its kind; blank where all are.

    Raises:
        LoadError: There is no such field, or it holds something other than a string or null.
    """
    fields = [name for name in _CONTENT_FIELDS if name in record]
    if not fields:
        raise _bad("no field {}, {}, {} or {}".format(*_CONTENT_FIELDS))
    for name in fields:
        content = _text_field(record, name) or ""
        if is_binary(content):
            raise _bad(f'"{name}" is binary data, not text')
        if not is_blank(content):
            return _CONTENT_FIELDS[name], content
    return None, ""


def _text_field(record: dict[str, Any], name: str, also: tuple[type, ...] = ()) -> str | None:
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, *also)):
        raise _bad(f'"{name}" is {_name(value)}, not a string')
    return replace_surrogates(str(value))


def _fetched_at(record: dict[str, Any]) -> str | None:
    """The time as ISO 8601, none for what is no time.

    ISO 8601 stays as the record writes it; seconds or milliseconds since 1970 are told in UTC.
    """
    text = (_text_field(record, "fetched_at", (int, float)) or "").strip()
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return _from_epoch(text)
    return text


def _from_epoch(text: str) -> str | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    if seconds > _LATEST:
        seconds /= 1000
    if not _EARLIEST <= seconds <= _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _bad(what: str) -> LoadError:
    return LoadError("record", what, "correct it in the source")


def _name(value: object) -> str:
    return _NAMES[type(value)]
