"""Rows that belong together, brought together: hash-partitioned Arrow files between two stages.

Each shard of the first stage writes one file whose record batch i holds its rows of partition i.
Shard i of the second stage reads batch i of all those files. Rows of one key lie in one partition.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.engine.work import Work

SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio: multiplied by it, also small or even keys fill all partitions
(Fibonacci hashing, Knuth, TAOCP 3, 6.4)."""


def partition_of(keys: NDArray[np.uint64], n: int) -> NDArray[np.int64]:
    """The partition of each key, from 0 to `n` - 1; the same on every machine.

    >>> partition_of(np.array([1, 2, 3, 1], dtype=np.uint64), 4).tolist()
    [2, 0, 3, 2]
    """
    high = (keys * SPREAD) >> np.uint64(32)
    return ((high * np.uint64(n)) >> np.uint64(32)).astype(np.int64)


def write_partitioned(file: BinaryIO, table: pa.Table, column: str, n: int) -> None:
    """One Arrow IPC file of the rows of `table` in `n` record batches, one a partition.

    `column` holds uint64 keys without nulls. Within a partition rows keep their order.
    """
    keys = table.column(column).to_numpy()
    owners = partition_of(keys, n)
    ordered = table.take(pa.array(np.argsort(owners, kind="stable"))).combine_chunks()
    cuts = np.searchsorted(np.sort(owners), np.arange(n + 1))
    empty = pa.RecordBatch.from_pylist([], table.schema)
    with pa.ipc.new_file(file, table.schema) as writer:
        for begin, end in pairwise(cuts.tolist()):
            batches = ordered.slice(begin, end - begin).to_batches()
            writer.write_batch(batches[0] if batches else empty)


def read_partition(work: Work, names: Sequence[str], i: int) -> pa.Table:
    """The rows of partition `i` in the files of these names, in the order of the names.

    Raises:
        FileNotFoundError: A file is not there.
    """
    batches = []
    for name in names:
        with work.arrow(name) as reader:
            batches.append(reader.get_batch(i))
    return pa.Table.from_batches(batches)
