"""CSV and TSV: one page a row, in the columns that the first row names.

Bytes are cut into fields before they are decoded: in every charset that a table may be in, commas,
tabs, quotes and line ends are the bytes of ASCII and part of no other character. UTF-16 is decoded
first.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader

from corpus.document import Page, Removal
from corpus.loading.encoding import HEAD_BYTES, decode, decode_as, wide_codec, without_mark
from corpus.loading.inputs import Input, Reading
from corpus.loading.lines import Line, newline_of, read_lines
from corpus.loading.pages import place_of, remove, too_large
from corpus.loading.records import Record, known_columns, read_record
from corpus.recipe import Loading

_DELIMITERS = ",\t;|"
_TOLD = re.compile(r'"?sep=(?P<delimiter>.)"?\s*')
"""A line before the names, by which Excel is told the delimiter."""

_ESCAPED = re.compile(r'\\(["\\])')
"""A quote, or a backslash, as databases escape them."""

_MAX_FIELD = 2**31 - 1
"""Characters of a field that `csv` lets pass; what a page may have is limited here."""

_MAX_AGAIN = 2
"""Rows behind a quote that is not closed are read again; all in all, the file so many times."""

_AS_BYTES = "latin-1"
"""Shows each byte as one character, to be cut into fields."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The lines of a row and its fields, not decoded yet; `damage` says why it has none."""

    lines: tuple[Line, ...]
    fields: tuple[str, ...] = ()
    damage: str | None = None


def read_table(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    """The pages of a table, one row held at a time; a row is named by the byte it starts at.

    Empty fields are null. A row with another number of fields than the first is unreadable.
    """
    codec = wide_codec(stream.peek(HEAD_BYTES)[:HEAD_BYTES])
    rows = _Rows(stream, codec, how.options)
    names: list[str] = []
    n_rows = 0
    for row in rows:
        if not (names or row.damage):
            names = [name.strip("\ufeff \t\r\n") for name in _decode(row, codec)[0]]
            continue
        n_rows += 1
        yield _read_row(row, names, codec, item, how)
    if not n_rows:
        yield remove(item.origin(sha256=hashlib.sha256().hexdigest()), "empty", "no rows", b"")


def _read_row(
    row: _Row, names: Sequence[str], codec: str | None, item: Input, how: Reading
) -> Page | Removal:
    raw = _raw(row, codec)
    sha256 = row.lines[0].sha256 if len(row.lines) == 1 else hashlib.sha256(raw).hexdigest()
    origin = item.origin(row.lines[0].start, sha256)
    if row.lines[0].data is None and not row.damage:
        return too_large(origin, how.options.max_page_bytes)
    if row.damage:
        return remove(origin, "unreadable", row.damage, place_of(origin))
    values, encoding, n_lost = _decode(row, codec)
    if any(values[len(names) :]) or len(values) < len(names):
        detail = f"{len(values)} fields where the first row has {len(names)}"
        return remove(origin, "unreadable", detail, raw)
    fields = {name: value or None for name, value in zip(names, values, strict=False) if name}
    return read_record(Record(fields, raw, origin, encoding, n_lost), how.options)


def _raw(row: _Row, codec: str | None) -> bytes:
    return newline_of(codec).join(line.data or b"" for line in row.lines)


def _decode(row: _Row, codec: str | None) -> tuple[list[str], str, int]:
    """The fields as text, and the charset that the row as a whole is in."""
    if codec:
        decoded = decode_as(_raw(row, codec), codec)
        return list(row.fields), codec, decoded.n_lost
    whole = decode(_raw(row, codec))
    values = [decode_as(field.encode(_AS_BYTES), whole.encoding).text for field in row.fields]
    return values, whole.encoding, whole.n_lost


class _Rows:
    """The rows of a table, those of no field left out."""

    def __init__(self, stream: BufferedReader, codec: str | None, options: Loading) -> None:
        self._max_bytes = options.max_page_bytes
        self._lines = read_lines(stream, None, self._max_bytes, codec)
        self._codec = codec
        self._known = known_columns(options)
        self._again: deque[Line] = deque()
        self._held: list[Line] = []
        self._n_held = self._n_read = self._n_again = 0
        self._n_fields = 0
        self._is_lost = False
        self._delimiter = ""

    def __iter__(self) -> Iterator[_Row]:
        """The rows; one whose quotes do not match costs no other."""
        csv.field_size_limit(_MAX_FIELD)
        while (line := self._next_line()) is not None:
            if self._is_lost and not self._text(line).startswith('"'):
                continue
            self._is_lost = False
            self._again.appendleft(line)
            if line.damage or line.data is None:
                yield _Row((self._again.popleft(),), damage=line.damage)
                continue
            row = self._next_row()
            if row.fields or row.damage:
                yield row

    def _next_row(self) -> _Row:
        first = self._text(self._again[0])
        if not self._delimiter:
            if told := _TOLD.fullmatch(first):
                self._delimiter = told["delimiter"]
                self._again.popleft()
                return _Row(())
            self._delimiter = _guess_delimiter(first, self._known)
        fields = self._next_fields()
        is_one = len(self._held) == 1 and fields is not None
        if fields is None or (self._n_fields and len(fields) != self._n_fields):
            escaped = self._next_escaped() if '\\"' in first else None
            if escaped is None and not is_one:
                return self._first_line_only()
            fields = escaped or fields
        self._n_fields = self._n_fields or len(fields or ())
        return _Row(tuple(self._held), tuple(fields or ()))

    def _next_fields(self, *, is_escaped: bool = False) -> list[str] | None:
        """The fields of the next row, whose lines are held then; none if its quotes are wrong."""
        self._held, self._n_held = [], 0
        lines = self._feed()
        if is_escaped:
            lines = (_ESCAPED.sub(_double, line) for line in lines)
        try:
            return next(csv.reader(lines, delimiter=self._delimiter, strict=True), [])
        except csv.Error:
            return None

    def _next_escaped(self) -> list[str] | None:
        """The fields of the row held, if backslashes before its quotes make it one; else none."""
        held, n_held = self._held, self._n_held
        if self._n_again + n_held > _MAX_AGAIN * self._n_read:
            return None
        self._again.extendleft(reversed(held))
        fields = self._next_fields(is_escaped=True)
        self._n_again += max(n_held, self._n_held)
        if fields is not None and len(fields) == self._n_fields:
            return fields
        self._again.extendleft(reversed(self._held))
        self._held, self._n_held = [self._again.popleft() for _ in held], n_held
        return None

    def _feed(self) -> Iterator[str]:
        """The lines of a row, as far as it goes on."""
        while (line := self._next_line()) is not None:
            self._held.append(line)
            self._n_held += len(line.data or b"")
            if line.data is None or self._n_held > self._max_bytes:
                raise csv.Error
            yield self._text(line) + "\n"

    def _first_line_only(self) -> _Row:
        """The first line as a row by itself, and what was taken for its rest is read again."""
        first, *others = self._held
        n_bytes = self._n_held - len(first.data or b"")
        if self._n_again + n_bytes > _MAX_AGAIN * self._n_read:
            return _Row((first,), damage="a quote that is not closed, and much behind it")
        self._n_again += n_bytes
        self._again.extendleft(reversed(others))
        if others:
            # In a table of one column any line would pass for a row: the next quote begins one.
            self._is_lost = self._n_fields == 1
            return _Row((first,), damage="a quote that is not closed")
        reader = csv.reader([self._text(first)], delimiter=self._delimiter)
        try:
            return _Row((first,), tuple(next(reader, [])))
        except csv.Error:
            return _Row((first,), damage="an old line end where a row goes on")

    def _next_line(self) -> Line | None:
        if self._again:
            return self._again.popleft()
        line = next(self._lines, None)
        if line and line.data and not self._n_read:
            # A byte-order mark before a quote would make it a part of the first name.
            line = replace(line, data=without_mark(line.data, self._codec))
        self._n_read += len(line.data or b"") if line else 0
        return line

    def _text(self, line: Line) -> str:
        return (line.data or b"").decode(self._codec or _AS_BYTES, "replace")


def _double(escaped: re.Match[str]) -> str:
    """A quote as tables have it, a backslash as it is."""
    return '""' if escaped[1] == '"' else escaped[1]


def _guess_delimiter(header: str, known: Collection[str]) -> str:
    """The delimiter by which most known columns stand in the first row, or most columns at all.

    A comma where there is none.
    """

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            names = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return sum(name.strip() in known for name in names), len(names)

    return max(_DELIMITERS, key=worth)
