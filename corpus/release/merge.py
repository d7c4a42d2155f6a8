"""Sorted runs merged into one order, however many and however long: a batch of each is held."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush

import pyarrow as pa
import pyarrow.compute as pc

from corpus.release.work import Work

KEY = pa.field("key", pa.binary())
"""The column that the rows of a run are sorted by; no two rows of all runs have the same."""

ROWS_TOGETHER = 1 << 16
LEAST_ROWS = 256
"""Rows of all runs that are held together; no run has batches of fewer than the second."""


def batch_rows(n_runs: int) -> int:
    """How many rows a batch of a run may have, if so many are to be merged.

    >>> batch_rows(2), batch_rows(1000)
    (32768, 256)
    """
    return max(ROWS_TOGETHER // max(n_runs, 1), LEAST_ROWS)


def write_run(work: Work, name: str, rows: pa.Table, batch_rows: int) -> None:
    """Leave rows that are sorted by `KEY` under this name."""
    with work.write(name) as file, pa.ipc.new_file(file, rows.schema) as writer:
        writer.write_table(rows.combine_chunks(), max_chunksize=batch_rows)


def merge(work: Work, names: Sequence[str]) -> Iterator[pa.Table]:
    """The rows of these runs in one order, some at a time: what no row to come can stand before.

    Each time the batch that ends first is used up, and of the others only those are looked at that
    begin before its end: time grows with the rows, however many runs they are in.
    """
    runs = [run for name in names if (run := _Run(work, name)).go_on()]
    begins = [(run.first, n) for n, run in enumerate(runs)]
    ends = [(run.last, n) for n, run in enumerate(runs)]
    heapify(begins)
    heapify(ends)
    while ends:
        bound, ended = heappop(ends)
        taken = []
        while begins and begins[0][0] <= bound:
            run = runs[n := heappop(begins)[1]]
            taken.append(run.take(bound))
            if n != ended or run.go_on():
                heappush(begins, (run.first, n))
        if runs[ended].has_rows:
            heappush(ends, (runs[ended].last, ended))
        table = pa.Table.from_batches(taken).combine_chunks()
        yield table.take(pc.sort_indices(table[KEY.name]))


class _Run:
    """A run on its way: the rows of one batch that were not taken yet."""

    def __init__(self, work: Work, name: str) -> None:
        self._work, self._name = work, name
        self._next = 0
        self._rows: pa.RecordBatch = pa.RecordBatch.from_pylist([], pa.schema([KEY]))

    def go_on(self) -> bool:
        """Whether there are rows; those of the next batch, when all of one are taken."""
        # Not held open: there may be more runs than a process may have files.
        while not len(self._rows):
            with self._work.arrow(self._name) as reader:
                if self._next == reader.num_record_batches:
                    return False
                self._rows = reader.get_batch(self._next)
            self._next += 1
        self.last: bytes = self._key(len(self._rows) - 1)
        return True

    @property
    def first(self) -> bytes:
        """The key of the next row."""
        return self._key(0)

    @property
    def has_rows(self) -> bool:
        """Whether there is any left."""
        return len(self._rows) > 0

    def _key(self, place: int) -> bytes:
        key: bytes = self._rows.column(KEY.name)[place].as_py()
        return key

    def take(self, bound: bytes) -> pa.RecordBatch:
        """The rows up to this key, which are taken by that."""
        end = bisect_right(range(len(self._rows)), bound, key=self._key)
        taken, self._rows = self._rows.slice(0, end), self._rows.slice(end)
        return taken
