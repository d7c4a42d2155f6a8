"""Rows of many shards, by shard and place: what is asked for comes into memory, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.errors import ReleaseError
from corpus.release.work import Work

Indexes = NDArray[np.int64]

JOIN_BYTES = 8_000_000
"""Rows that are taken from files one by one before they are joined."""


def read_columns(work: Work, names: Sequence[str], columns: Sequence[str]) -> list[pa.Table]:
    """These columns of every file, a table for each; `a.b` is a field of a column.

    Raises:
        ReleaseError: A file is missing, damaged or lacks a column.
    """
    tables = (_open(work, name) for name in names)
    return [pa.table({path: column_at(table, path) for path in columns}) for table in tables]


def column_at(table: pa.Table, path: str) -> pa.ChunkedArray:
    """The column `a`, or the field `b` of it for `a.b`."""
    name, *fields = path.split(".")
    column = table.column(name)
    return pc.struct_field(column, fields) if fields else column


def gather(
    work: Work, names: Sequence[str], shards: Indexes, places: Indexes, schema: pa.Schema
) -> pa.Table:
    """The rows at `places` of the files `names[shards]`, in this order, in one chunk.

    Takes from one file after the other and sorts afterwards, so that no more than the rows asked
    for is ever copied, and one file is open at a time.

    Raises:
        ReleaseError: A file is missing, damaged, or has other columns.
    """
    by_shard = np.lexsort((places, shards))
    sorted_shards, sorted_places = shards[by_shard], places[by_shard]
    cuts = [0, *(np.flatnonzero(np.diff(sorted_shards)) + 1).tolist(), len(shards)]
    pieces = _Pieces(schema)
    for begin, end in pairwise(cuts):
        if end > begin:
            name = names[int(sorted_shards[begin])]
            pieces.add(_take(work, name, sorted_places[begin:end], schema))
    together = pieces.join()
    pa.default_memory_pool().release_unused()  # what is taken below is as much again
    back = np.empty_like(by_shard)
    back[by_shard] = np.arange(len(by_shard))
    return together.take(pa.array(back)).combine_chunks()


class _Pieces:
    """Rows of many files, joined when they are some megabytes.

    Thousands of tables of a few rows take several times the memory of their rows, and more the more
    shards a build has.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._joined = [schema.empty_table()]
        self._waiting: list[pa.Table] = []
        self._n_bytes = 0

    def add(self, rows: pa.Table) -> None:
        """These, behind all others."""
        self._waiting.append(rows)
        self._n_bytes += rows.nbytes
        if self._n_bytes >= JOIN_BYTES:
            self._join_waiting()

    def join(self) -> pa.Table:
        """All of them in one chunk; none is held any longer."""
        self._join_waiting()
        together = pa.concat_tables(self._joined).combine_chunks()
        self._joined.clear()
        return together

    def _join_waiting(self) -> None:
        if self._waiting:
            self._joined.append(pa.concat_tables(self._waiting).combine_chunks())
            self._waiting.clear()
            self._n_bytes = 0


def _take(work: Work, name: str, places: Indexes, schema: pa.Schema) -> pa.Table:
    table = _open(work, name)
    if not table.schema.equals(schema):
        raise ReleaseError(name, "its columns are another version's", "build with --fresh")
    # Batch by batch: taking from a table of several joins its texts first.
    batches = table.to_batches()
    starts = np.cumsum([0, *(batch.num_rows for batch in batches)])
    bounds = np.searchsorted(places, starts)
    taken = [
        batch.take(pa.array(places[begin:end] - start))
        for batch, start, (begin, end) in zip(batches, starts, pairwise(bounds), strict=False)
        if end > begin
    ]
    return pa.Table.from_batches(taken, schema)


def _open(work: Work, name: str) -> pa.Table:
    try:
        return work.arrow(name).read_all()
    except (pa.ArrowInvalid, FileNotFoundError) as error:
        raise ReleaseError(name, f"not a finished shard ({error})", "build with --fresh") from None
