"""Records with named fields, of whatever format, to pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from corpus.document import Origin, Page, PageKind, Removal
from corpus.errors import LoadError
from corpus.loading.encoding import Decoded, is_binary
from corpus.loading.pages import (
    Statements,
    decode_text,
    is_blank,
    make_page,
    remove,
    replace_surrogates,
)
from corpus.recipe import Loading

_NAMES = {
    bool: "true or false",
    bytes: "bytes",
    dict: "an object",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "a string",
    type(None): "null",
}
"""What a person calls the types of values."""

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
"""Before the first web page, numbers are no times; past the latest, they count milliseconds."""


@dataclass(frozen=True, slots=True)
class Record:
    """Fields by name, and where they are from.

    `raw` is what identifies a record that is no page; `encoding` and `n_lost` tell how its strings
    were decoded.
    """

    fields: Mapping[str, Any]
    raw: bytes | str
    origin: Origin
    encoding: str = "utf-8"
    n_lost: int = 0


def read_record(record: Record, options: Loading) -> Page | Removal:
    """The page in a record, or its removal where a field holds what it cannot."""
    url = _first(record, options.url_columns)[1]
    known_url = replace_surrogates(url).strip() or None if isinstance(url, str) else None
    try:
        key = _text(*_first(record, options.id_columns), (int,))
        record = replace(record, origin=replace(record.origin, key=key))
        said = Statements(
            _text(*_first(record, options.url_columns)),
            _text(*_first(record, options.title_columns)),
            _fetched_at(*_first(record, options.fetched_at_columns)),
            _date(*_first(record, options.date_columns)),
        )
        kind, decoded = _content(record, options)
    except LoadError as error:
        return remove(record.origin, "unreadable", error.what, record.raw, known_url)
    if is_blank(decoded.text):
        return remove(record.origin, "empty", None, record.raw, known_url)
    return make_page(decoded, kind, record.origin, said)


def _first(record: Record, names: tuple[str, ...]) -> tuple[str, Any]:
    """The first of the fields that is not null, or the last."""
    name, value = "", None
    for name in names:
        value = record.fields.get(name)
        if value is not None:
            break
    return name, value


def _content(record: Record, options: Loading) -> tuple[PageKind | None, Decoded]:
    """The first content that is not blank, and its kind; blank where all are.

    Raises:
        LoadError: There is no such field, or it holds something other than a string or null.
    """
    kinds: dict[str, PageKind | None] = {
        **dict.fromkeys(options.content_columns, None),
        **dict.fromkeys(options.text_columns, "text"),
        **dict.fromkeys(options.html_columns, "html"),
    }
    names = [name for name in content_names(options) if name in record.fields]
    if not names:
        raise bad_record(without_content(options))
    for name in names:
        decoded = _decode(name, record.fields[name], record)
        if not is_blank(decoded.text):
            return kinds[name], decoded
    return None, Decoded("", record.encoding, record.n_lost)


def content_names(options: Loading) -> tuple[str, ...]:
    """The fields that may hold the page, in the order in which they count."""
    return (*options.html_columns, *options.text_columns, *options.content_columns)


def without_content(options: Loading) -> str:
    """What is wrong with a record that has none of these fields."""
    *others, last = content_names(options) or ("",)
    return f"no field {', '.join(others)}{' or ' if others else ''}{last}"


def _decode(name: str, value: Any, record: Record) -> Decoded:
    if isinstance(value, bytes):
        try:
            return decode_text(value)
        except LoadError:
            raise bad_record(f'"{name}" is binary data, not text') from None
    text = _text(name, value) or ""
    if is_binary(text):
        raise bad_record(f'"{name}" is binary data, not text')
    return Decoded(text, record.encoding, record.n_lost)


def _text(name: str, value: Any, also: tuple[type, ...] = ()) -> str | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        return _decode(name, value, Record({}, b"", Origin("", "", 0, ""))).text
    if isinstance(value, bool) or not isinstance(value, (str, *also)):
        raise bad_record(f'"{name}" is {name_type(value)}, not a string')
    return replace_surrogates(value.isoformat() if isinstance(value, date) else str(value))


def _fetched_at(name: str, value: Any) -> str | None:
    """The time as ISO 8601, none for what is no time.

    ISO 8601 stays as the record writes it; seconds or milliseconds since 1970 are told in UTC.
    """
    text = (_text(name, value, (int, float, date)) or "").strip()
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return _from_epoch(text)
    return text


def _date(name: str, value: Any) -> str | None:
    """The time as the record writes it; seconds or milliseconds since 1970 as ISO 8601."""
    text = (_text(name, value, (int, float, date)) or "").strip()
    return _from_epoch(text) or text or None


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


def known_columns(options: Loading) -> frozenset[str]:
    """The names of the fields that are read."""
    others = (options.id_columns, options.url_columns, options.title_columns)
    days = (options.date_columns, options.fetched_at_columns)
    return frozenset(name for names in (*others, *days, content_names(options)) for name in names)


def bad_record(what: str) -> LoadError:
    """The error of a record that is no page."""
    return LoadError("record", what, "correct it in the source")


def name_type(value: object) -> str:
    """What a person calls a value's type."""
    return _NAMES.get(type(value), f"a {type(value).__name__}")
