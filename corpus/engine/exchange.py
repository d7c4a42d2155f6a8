"""Rows that belong together, brought together: hash-partitioned Arrow files between two stages.

Each shard of the first stage writes one file, in rounds: record batch `r * n + i` holds the rows of
round r that are of partition i, one of n. Shard i of the second stage reads these batches of all
those files. Rows of one key lie in one partition. No more than a round is ever held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.engine.work import Work

SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio: multiplied by it, also small or even keys fill all partitions
(Fibonacci hashing, Knuth, TAOCP 3, 6.4)."""

ROUND_BYTES = 8_000_000
"""Rows that a writer gathers before it writes them: some 300,000 of numbers, or 2,000 texts. With
less, a file of a hundred partitions has thousands of small batches."""

N_PARTITIONS = b"n_partitions"
"""Where a partitioned file says how many there are: in the metadata of its schema."""


def partition_of(keys: NDArray[np.uint64], n: int) -> NDArray[np.int64]:
    """The partition of each key, from 0 to `n` - 1; the same on every machine.

    >>> partition_of(np.array([1, 2, 3, 1], dtype=np.uint64), 4).tolist()
    [2, 0, 3, 2]
    """
    high = (keys * SPREAD) >> np.uint64(32)
    return ((high * np.uint64(n)) >> np.uint64(32)).astype(np.int64)


class Rounds:
    """Gathers tables, and has them written when they are a round of `ROUND_BYTES`."""

    def __init__(self, write: Callable[[pa.Table], None]) -> None:
        self._write = write
        self._waiting: list[pa.Table] = []
        self._n_bytes = 0

    def add(self, table: pa.Table) -> None:
        """These rows, behind all others; a table is never cut."""
        self._waiting.append(table)
        self._n_bytes += table.nbytes
        if self._n_bytes >= ROUND_BYTES:
            self.finish()

    def finish(self) -> None:
        """Have written what still waits."""
        if self._waiting:
            table = pa.concat_tables(self._waiting).combine_chunks()
            self._waiting.clear()
            self._n_bytes = 0
            self._write(table)


@contextmanager
def write_rounds(file: BinaryIO, schema: pa.Schema) -> Iterator[Rounds]:
    """An Arrow IPC file of the tables that are added, which has a record batch for each round."""
    with pa.ipc.new_file(file, schema) as writer:
        rounds = Rounds(writer.write_table)
        yield rounds
        rounds.finish()


@contextmanager
def write_partitions(file: BinaryIO, schema: pa.Schema, column: str, n: int) -> Iterator[Rounds]:
    """An Arrow IPC file of the tables that are added, in `n` partitions.

    `column` holds uint64 keys without nulls. Within a partition rows keep their order.
    """
    with pa.ipc.new_file(file, schema.with_metadata({N_PARTITIONS: str(n)})) as writer:
        rounds = Rounds(partial(_write_round, writer, column, n))
        yield rounds
        rounds.finish()


def _write_round(writer: pa.ipc.RecordBatchFileWriter, column: str, n: int, rows: pa.Table) -> None:
    owners = partition_of(rows.column(column).to_numpy(), n)
    ordered = rows.take(pa.array(np.argsort(owners, kind="stable"))).combine_chunks()
    cuts = np.searchsorted(np.sort(owners), np.arange(n + 1))
    empty = pa.RecordBatch.from_pylist([], rows.schema)
    for begin, end in pairwise(cuts.tolist()):
        batches = ordered.slice(begin, end - begin).to_batches()
        writer.write_batch(batches[0] if batches else empty)


def read_partition(work: Work, names: Sequence[str], i: int) -> pa.Table:
    """The rows of partition `i` in the files of these names, in the order of names and rounds.

    Raises:
        FileNotFoundError: A file is not there.
    """
    batches = []
    for name in names:
        with work.arrow(name) as reader:
            schema = reader.schema
            n = int(schema.metadata[N_PARTITIONS])
            batches += [reader.get_batch(k) for k in range(i, reader.num_record_batches, n)]
    return pa.Table.from_batches(batches, schema.remove_metadata())
