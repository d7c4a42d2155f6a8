"""The rows of a release, a portion at a time, and the ids of pages as numbers of 16 bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.release.manifest import FileEntry
from corpus.release.storage import Files

BATCH_ROWS = 8_192
"""Rows of a portion: some 20 MB of articles."""

ID = pa.binary(16)
"""The type of an id as a number: half the size of its text, and of one width."""

_ID_PATTERN = "^[0-9a-f]{32}$"


def read_batches(
    path: Path, columns: Sequence[str] | None = None, n_rows: int = BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    """The rows of one Parquet file in portions of at most `n_rows`; all columns by default."""
    with pq.ParquetFile(path) as file:
        names = None if columns is None else list(columns)
        yield from file.iter_batches(n_rows, columns=names)


def read_files(
    files: Files, entries: Iterable[FileEntry], columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of several files of a release, in their order; all columns by default."""
    names = None if columns is None else list(columns)
    for entry in entries:
        with files.parquet(entry) as file:
            yield from file.iter_batches(BATCH_ROWS, columns=names)


def read_group(path: Path, group: int, columns: Sequence[str] | None = None) -> pa.Table:
    """One row group of a Parquet file; all columns by default."""
    with pq.ParquetFile(path) as file:
        return file.read_row_group(group, columns=None if columns is None else list(columns))


def are_ids(texts: pa.Array) -> bool:
    """Whether every value is an id: 32 digits of lower hexadecimal, none missing."""
    fits = pc.match_substring_regex(texts, _ID_PATTERN)
    return not texts.null_count and pc.all(fits, min_count=0).as_py() is True


def pack_ids(texts: pa.Array) -> pa.FixedSizeBinaryArray:
    """Ids as 16 bytes each; null stays null. `texts` must be ids (`are_ids`) where not null.

    >>> ids = pack_ids(pa.array(["00" * 15 + "ff", None]))
    >>> ids[0].as_py()[-1], ids[1].as_py()
    (255, None)
    """
    present = texts.drop_null()
    digits = "".join(present.to_pylist())
    packed = pa.Array.from_buffers(ID, len(present), [None, pa.py_buffer(bytes.fromhex(digits))])
    if not texts.null_count:
        return packed
    places = pc.subtract(pc.cumulative_sum(pc.cast(texts.is_valid(), pa.int64())), 1)
    return packed.take(pc.if_else(texts.is_valid(), places, None))


def unpack_id(packed: bytes) -> str:
    """The id as the rows have it."""
    return packed.hex()
