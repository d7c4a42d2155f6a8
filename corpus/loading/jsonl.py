"""JSONL: one page a line, in the fields that the recipe names."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from corpus.document import Origin, Page, Removal
from corpus.errors import LoadError
from corpus.loading.encoding import HEAD_BYTES, decode, decode_as, wide_codec
from corpus.loading.inputs import Input, Reading
from corpus.loading.lines import Line, read_lines
from corpus.loading.pages import place_of, remove, too_large
from corpus.loading.records import Record, bad_record, name_type, read_record
from corpus.recipe import Loading


def read_jsonl(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    """The pages of a JSONL file or of a part of one, one line held at a time.

    A record is named by the byte at which its line starts. Blank lines are no records; a file
    without any record is removed as empty. A record's `id` becomes its origin's `key`.
    """
    begins, end = (item.part.start == 0, item.part.end) if item.part else (True, math.inf)
    codec = wide_codec(stream.peek(HEAD_BYTES)[:HEAD_BYTES])
    n_records = 0
    for line in read_lines(stream, item.part, how.options.max_page_bytes, codec):
        # The first part goes on until it knows whether there is any record at all.
        if line.start >= end and (n_records or not begins):
            return
        if line.data is not None and _is_blank_line(line.data, codec):
            continue
        n_records += 1
        if line.start >= end:
            return
        yield _read_line(line, codec, item.origin(line.start, line.sha256), how.options)
    if begins and not n_records:
        yield remove(item.origin(sha256=hashlib.sha256().hexdigest()), "empty", "no records", b"")


def _is_blank_line(data: bytes, codec: str | None) -> bool:
    return not (data.decode(codec, "replace") if codec else data).strip()


def _read_line(line: Line, codec: str | None, origin: Origin, options: Loading) -> Page | Removal:
    if line.damage:
        return remove(origin, "unreadable", line.damage, place_of(origin))
    if line.data is None:
        return too_large(origin, options.max_page_bytes)
    decoded = decode_as(line.data, codec) if codec else decode(line.data)
    try:
        fields = _parse(decoded.text)
    except LoadError as error:
        return remove(origin, "unreadable", error.what, line.data)
    record = Record(fields, line.data, origin, decoded.encoding, decoded.n_lost)
    return read_record(record, options)


def _parse(text: str) -> dict[str, Any]:
    """The object on a line; control characters inside strings are let pass, as many writers do."""
    try:
        record = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise bad_record(f"not valid JSON at character {error.pos}") from None
    except (ValueError, RecursionError):
        raise bad_record("not valid JSON: a number too long, or nested too deep") from None
    if not isinstance(record, dict):
        raise bad_record(f"{name_type(record)}, not an object")
    return record
