"""The exchange brings rows of one key together, loses none and keeps their order."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.engine import Work
from corpus.engine.exchange import partition_of, read_partition, write_partitioned

KEYS = st.lists(st.sampled_from([0, 1, 2, 2**32, 2**63, 2**64 - 1]) | st.integers(0, 2**64 - 1))


def table_of(keys: list[int], first: int = 0) -> pa.Table:
    """Rows of keys with a number and a text each."""
    numbers = range(first, first + len(keys))
    return pa.table(
        {
            "key": pa.array(keys, pa.uint64()),
            "number": pa.array(numbers, pa.int64()),
            "text": pa.array([str(number) for number in numbers], pa.string()),
        }
    )


@settings(deadline=None, max_examples=40)
@given(files=st.lists(KEYS, min_size=1, max_size=3), n=st.integers(1, 7))
def test_nothing_is_lost_or_moved(tmp_path_factory, files: list[list[int]], n: int) -> None:
    """Partitions together are all rows; each key is in one; rows keep files' and own order."""
    work = Work(str(tmp_path_factory.mktemp("work")))
    names = [f"x/{i}.arrow" for i in range(len(files))]
    tables = []
    for name, keys in zip(names, files, strict=True):
        tables.append(table_of(keys, sum(map(len, tables))))
        with work.write(name) as file:
            write_partitioned(file, tables[-1], "key", n)
    partitions = [read_partition(work, names, i).to_pylist() for i in range(n)]
    rows = [row for partition in partitions for row in partition]
    assert sorted(row["number"] for row in rows) == list(range(sum(map(len, files))))
    everything = pa.concat_tables(tables).to_pylist()
    for partition in partitions:
        keys = {row["key"] for row in partition}
        assert partition == [row for row in everything if row["key"] in keys]


@pytest.mark.parametrize("step", [1, 2, 1024, 2**32, 2**40 + 1])
def test_partitions_are_even(step: int) -> None:
    """Keys at any regular distance fill eleven partitions to within a fifth of each other."""
    keys = np.arange(20_000, dtype=np.uint64) * np.uint64(step)
    counts = np.bincount(partition_of(keys, 11), minlength=11)
    assert counts.max() - counts.min() < 20_000 / 11 / 5


def test_a_partition_alone_is_read(tmp_path: Path) -> None:
    """Reading one partition of a local file copies no row of another."""
    work = Work(str(tmp_path))
    with work.write("x/0.arrow") as file:
        write_partitioned(file, table_of(list(range(100_000))), "key", 50)
    before = pa.total_allocated_bytes()
    table = read_partition(work, ["x/0.arrow"], 7)
    assert 0 < table.num_rows < 4_000
    assert pa.total_allocated_bytes() - before < 100_000
