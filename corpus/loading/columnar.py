"""Parquet, Arrow and Feather: one page a row, in the columns that the recipe names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_END, BufferedReader, FileIO
from typing import TYPE_CHECKING, Any

from corpus.document import Page, Removal
from corpus.loading.inputs import Input, Reading
from corpus.loading.pages import place_of, remove, too_large
from corpus.loading.records import Record, read_record
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
    """The pages of a Parquet file, or of the row groups that begin in a part of one.

    Records are rows, counted from 0. A row group that is broken costs what is behind in it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(
            _native(stream), buffer_size=_BUFFER_BYTES, page_checksum_verification=True
        )
        names = _known_names(how.options)
        columns = [name for name in file.schema_arrow.names if name in names]
        groups = list(_row_groups(file.metadata, columns))
    except (pa.ArrowException, OSError):
        if _begins(item):
            yield _broken(item, 0, _PARQUET_BROKEN)
        return
    if not any(group.n_rows for group in groups) and _begins(item):
        yield _empty(item)
    first, end = (item.part.start, item.part.end) if item.part else (0, 1 << 62)
    for group in groups:
        if first <= group.place < end:
            yield from _read_group(file, group, columns, item, how)


def _read_group(
    file: pq.ParquetFile, group: _Group, columns: list[str], item: Input, how: Reading
) -> Iterator[Page | Removal]:
    import pyarrow as pa

    row = group.row
    if not columns:
        yield from _read_nothing(range(row, row + group.n_rows), item, how)
        return
    batches = file.iter_batches(group.n_batch, [group.number], columns, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError):
            yield _broken(item, row, _PARQUET_BROKEN)
            return
        if batch is None:
            return
        yield from _read_batch(batch, row, item, how)
        row += batch.num_rows


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
            batch = reader.read_next_batch()
        except StopIteration:
            break
        except (pa.ArrowException, OSError):
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
    except (pa.ArrowException, OSError):
        if _begins(item):
            yield _broken(item, 0, _ARROW_BROKEN)
        return
    first, end = (item.part.start, item.part.end) if item.part else (0, 1 << 62)
    row = 0
    for number in range(reader.num_record_batches):
        place = number * n_bytes // reader.num_record_batches
        try:
            batch = reader.get_batch(number) if place < end else None
        except (pa.ArrowException, OSError):
            batch = None
            if first <= place < end:
                yield _broken(item, row, f"{_ARROW_BROKEN}: record batch {number}")
        if batch is None:
            continue
        if first <= place:
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
    except (pa.ArrowException, OSError):
        yield _broken(item, row, f"{_ARROW_BROKEN}: a record batch")
        return
    if not columns:
        yield from _read_nothing(range(row, row + batch.num_rows), item, how)
    else:
        yield from _read_batch(pa.record_batch(columns, names), row, item, how)


def _native(stream: BufferedReader) -> Any:
    """The file behind `stream`, mapped into memory where it is one of this machine."""
    import pyarrow as pa

    raw: Any = stream.raw
    if isinstance(raw, FileIO) and isinstance(raw.name, str):
        return pa.memory_map(raw.name)
    return pa.PythonFile(stream, "r")


def _as_bytes(column: pa.Array) -> pa.Array:
    """Strings as bytes, of which nothing is expected; anything else as it is."""
    import pyarrow as pa

    if pa.types.is_string(column.type):
        return column.cast(pa.binary())
    if pa.types.is_large_string(column.type):
        return column.cast(pa.large_binary())
    return column


def _row_groups(metadata: Any, columns: list[str]) -> Iterator[_Group]:
    row = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        chunks = [group.column(n) for n in range(group.num_columns)]
        place = (
            max(0, chunks[0].dictionary_page_offset or chunks[0].data_page_offset) if chunks else 0
        )
        sizes = [c.total_uncompressed_size for c in chunks if c.path_in_schema in columns]
        n_batch = 1 if max(sizes, default=0) * _BATCH_ROWS > _BATCH_BYTES else _BATCH_ROWS
        yield _Group(number, place, row, group.num_rows, n_batch)
        row += group.num_rows


def _read_batch(
    batch: pa.RecordBatch, row: int, item: Input, how: Reading
) -> Iterator[Page | Removal]:
    for number in range(batch.num_rows):
        fields = {
            name: _value(column[number])
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        }
        yield _read_row(fields, row + number, item, how)


def _read_nothing(rows: range, item: Input, how: Reading) -> Iterator[Page | Removal]:
    """The rows of a table without any column of the recipe."""
    for row in rows:
        yield _read_row({}, row, item, how)


def _read_row(fields: dict[str, Any], row: int, item: Input, how: Reading) -> Page | Removal:
    contents = (fields.get(name) for name in _content_names(how.options))
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


def _content_names(options: Loading) -> tuple[str, ...]:
    return (*options.html_columns, *options.text_columns, *options.content_columns)


def _known_names(options: Loading) -> frozenset[str]:
    others = (options.id_columns, options.url_columns, options.title_columns)
    times = (options.date_columns, options.fetched_at_columns)
    return frozenset(sum((*others, *times), _content_names(options)))


def _begins(item: Input) -> bool:
    return item.part is None or item.part.start == 0


def _broken(item: Input, row: int, what: str) -> Removal:
    origin = item.origin(row)
    return remove(origin, "unreadable", what, place_of(origin))


def _empty(item: Input) -> Removal:
    return remove(item.origin(sha256=hashlib.sha256().hexdigest()), "empty", "no rows", b"")
