"""Parquet, Arrow and Feather: one page a row, in the columns that the recipe names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_END, BufferedReader, FileIO
from typing import TYPE_CHECKING, Any, Literal

from corpus.document import Page, Removal
from corpus.loading.inputs import Input, Reading
from corpus.loading.pages import place_of, remove, too_large
from corpus.loading.records import Record, content_names, read_record, without_content
from corpus.recipe import Loading

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_BATCH_ROWS = 8
_BATCH_BYTES = 256_000_000
"""Rows of a Parquet file that are decoded at a time: only one where so many could be larger, since
a dictionary of a few kilobytes can name one large text for millions of rows."""

_BUFFER_BYTES = 1 << 20
"""Of each column of a Parquet file, read at a time."""

_FEATHER_1 = b"FEA1"
_ARROW_FILE = b"ARROW1"

_PARQUET_BROKEN = "a Parquet file that is broken"
_ARROW_BROKEN = "an Arrow file that is broken"


@dataclass(frozen=True, slots=True)
class _Group:
    """A row group: where it begins, its first row, and how many rows are decoded at a time."""

    number: int
    place: int
    row: int
    n_rows: int
    n_batch: int


def read_parquet(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    """The pages of a Parquet file, or of the row groups of a part of one.

    Records are rows, counted from 0. A row group that is broken costs what is behind in it.
    """
    import pyarrow.parquet as pq

    n_bytes = stream.seek(0, SEEK_END)
    try:
        file = pq.ParquetFile(
            _native(stream, "open"),
            buffer_size=_BUFFER_BYTES,
            page_checksum_verification=True,
            pre_buffer=False,
        )
        names = _known_names(how.options)
        columns = [name for name in file.schema_arrow.names if name in names]
        groups = list(_row_groups(file.metadata, n_bytes))
    except _broken_file():
        if _begins(item):
            yield _broken(item, 0, _PARQUET_BROKEN)
        return
    if not any(group.n_rows for group in groups) and _begins(item):
        yield _empty(item)
    elif not set(columns) & set(content_names(how.options)):
        groups = []
        if _begins(item):
            yield _broken(item, 0, without_content(how.options))
    first, end = (item.part.start, item.part.end) if item.part else (0, 1 << 62)
    for group in groups:
        if first <= group.place < end:
            yield from _read_group(file, group, columns, item, how)


def _read_group(
    file: pq.ParquetFile, group: _Group, columns: list[str], item: Input, how: Reading
) -> Iterator[Page | Removal]:

    row, end = group.row, group.row + group.n_rows
    batches = file.iter_batches(group.n_batch, [group.number], columns, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
        except _broken_file():
            batch = None
        if batch is None or row + batch.num_rows > end:
            break
        yield from _read_batch(batch, row, item, how)
        row += batch.num_rows
    if row < end:
        yield _broken(item, row, _PARQUET_BROKEN)


def read_arrow(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    """The pages of an Arrow file (Feather), an Arrow stream, or of a part of an Arrow file.

    Records are rows, counted from 0. A record batch that is broken is one removal.
    """
    head = stream.peek(len(_ARROW_FILE))
    if head.startswith(_FEATHER_1):
        yield _broken(item, 0, "Feather in its first version, which nothing writes any more")
    elif head.startswith(_ARROW_FILE):
        yield from _read_file(stream, item, how)
    elif _begins(item):
        yield from _read_stream(stream, item, how)


def _read_stream(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    import pyarrow as pa

    row, reader = 0, None
    while True:
        try:
            reader = reader or pa.ipc.open_stream(pa.PythonFile(stream, "r"))
            if not set(reader.schema.names) & set(content_names(how.options)):
                yield _broken(item, 0, without_content(how.options))
                return
            batch = reader.read_next_batch()
        except StopIteration:
            break
        except _broken_file():
            yield _broken(item, row, _ARROW_BROKEN)
            return
        yield from _read_unchecked(batch, row, item, how)
        row += batch.num_rows
    if not row:
        yield _empty(item)


def _read_file(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    import pyarrow as pa

    n_bytes = stream.seek(0, SEEK_END)
    try:
        reader = pa.ipc.open_file(_native(stream))
        has_content = bool(set(reader.schema.names) & set(content_names(how.options)))
    except _broken_file():
        if _begins(item):
            yield _broken(item, 0, _ARROW_BROKEN)
        return
    if not has_content:
        if _begins(item):
            yield _broken(item, 0, without_content(how.options))
        return
    first, end = (item.part.start, item.part.end) if item.part else (0, 1 << 62)
    row = 0
    for number in range(reader.num_record_batches):
        place = number * n_bytes // reader.num_record_batches
        if place >= end and (row or not _begins(item)):
            return
        try:
            batch = reader.get_batch(number)
        except _broken_file():
            if first <= place < end:
                yield _broken(item, row, f"{_ARROW_BROKEN}: a record batch")
            row += 1  # how many rows it had nobody knows
            continue
        if first <= place < end:
            yield from _read_unchecked(batch, row, item, how)
        row += batch.num_rows
    if not row and _begins(item):
        yield _empty(item)


def _read_unchecked(
    batch: pa.RecordBatch, row: int, item: Input, how: Reading
) -> Iterator[Page | Removal]:
    """The rows of a batch whose offsets may lead anywhere, because nothing has looked at them."""
    import pyarrow as pa

    names = [name for name in batch.schema.names if name in _known_names(how.options)]
    try:
        columns = [_as_bytes(batch.column(batch.schema.get_field_index(name))) for name in names]
        for column in columns:
            column.validate(full=True)
    except _broken_file():
        yield _broken(item, row, f"{_ARROW_BROKEN}: a record batch")
        return
    yield from _read_batch(pa.record_batch(columns, names), row, item, how)


def _broken_file() -> tuple[type[BaseException], ...]:
    """What broken files raise: names that are no text, too, and sizes that no memory has."""
    import pyarrow as pa

    return pa.ArrowException, OSError, UnicodeDecodeError, MemoryError


def _native(stream: BufferedReader, how: Literal["map", "open"] = "map") -> Any:
    """The file behind `stream`, where it is one of this machine: mapped into memory, or opened.

    What is mapped counts as memory of this process as it is read: of a Parquet file, which is read
    through a buffer, that would be all of it.
    """
    import pyarrow as pa

    raw: Any = stream.raw
    if isinstance(raw, FileIO) and isinstance(raw.name, str):
        return pa.memory_map(raw.name) if how == "map" else pa.OSFile(raw.name)
    return pa.PythonFile(stream, "r")


def _as_bytes(column: pa.Array) -> pa.Array:
    """Strings as bytes, of which nothing is expected; anything else as it is."""
    import pyarrow as pa

    if pa.types.is_string(column.type):
        return column.cast(pa.binary())
    if pa.types.is_large_string(column.type):
        return column.cast(pa.large_binary())
    return column


def _row_groups(metadata: Any, n_bytes: int) -> Iterator[_Group]:
    """The row groups, as if each took the same share of the file.

    Where they really begin is told by the metadata of their columns; looking at it in a file that
    is broken ends the process.
    """
    row = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        place = number * n_bytes // metadata.num_row_groups
        n_batch = 1 if group.total_byte_size * _BATCH_ROWS > _BATCH_BYTES else _BATCH_ROWS
        n_rows = max(0, group.num_rows)
        yield _Group(number, place, row, n_rows, n_batch)
        row += n_rows


def _read_batch(
    batch: pa.RecordBatch, row: int, item: Input, how: Reading
) -> Iterator[Page | Removal]:
    for number in range(batch.num_rows):
        fields = {
            name: _value(column[number])
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        }
        yield _read_row(fields, row + number, item, how)


def _read_row(fields: dict[str, Any], row: int, item: Input, how: Reading) -> Page | Removal:
    contents = (fields.get(name) for name in content_names(how.options))
    content = next((value for value in contents if value), b"")
    content = content if isinstance(content, bytes) else b""
    how.budget.spend(len(content))
    origin = item.origin(row, hashlib.sha256(content).hexdigest())
    if len(content) > how.options.max_page_bytes:
        return too_large(origin, how.options.max_page_bytes)
    return read_record(Record(fields, content or place_of(origin), origin), how.options)


def _value(scalar: Any) -> Any:
    """A value as Python has it: strings as bytes, since they may be in any charset."""
    import pyarrow as pa

    if isinstance(scalar, pa.DictionaryScalar):
        scalar = scalar.value
    if not scalar.is_valid:
        return None
    if isinstance(scalar, pa.BinaryScalar):
        return scalar.as_buffer().to_pybytes()
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):  # a time that Python has none of
        return None


def _known_names(options: Loading) -> frozenset[str]:
    others = (options.id_columns, options.url_columns, options.title_columns)
    times = (options.date_columns, options.fetched_at_columns)
    return frozenset(sum((*others, *times), content_names(options)))


def _begins(item: Input) -> bool:
    return item.part is None or item.part.start == 0


def _broken(item: Input, row: int, what: str) -> Removal:
    origin = item.origin(row)
    return remove(origin, "unreadable", what, place_of(origin))


def _empty(item: Input) -> Removal:
    return remove(item.origin(sha256=hashlib.sha256().hexdigest()), "empty", "no rows", b"")
