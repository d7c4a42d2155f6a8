"""The exchange brings rows of one key together, loses none and keeps their order."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.engine import Work, exchange
from corpus.engine.exchange import partition_of, read_partition, write_partitions, write_rounds

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


def leave(work: Work, name: str, tables: list[pa.Table], n: int) -> None:
    """A file of these tables in `n` partitions."""
    schema = table_of([]).schema
    with work.write(name) as file, write_partitions(file, schema, "key", n) as rows:
        for table in tables:
            rows.add(table)


@settings(deadline=None, max_examples=40)
@given(files=st.lists(KEYS, min_size=1, max_size=3), n=st.integers(1, 7))
def test_nothing_is_lost_or_moved(tmp_path_factory, files: list[list[int]], n: int) -> None:
    """Partitions together are all rows; each key is in one; rows keep files' and own order."""
    work = Work(str(tmp_path_factory.mktemp("work")))
    names = [f"x/{i}.arrow" for i in range(len(files))]
    tables = []
    for name, keys in zip(names, files, strict=True):
        tables.append(table_of(keys, sum(map(len, tables))))
        leave(work, name, tables[-1:], n)
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
    leave(work, "x/0.arrow", [table_of(list(range(100_000)))], 50)
    before = pa.total_allocated_bytes()
    table = read_partition(work, ["x/0.arrow"], 7)
    assert 0 < table.num_rows < 4_000
    assert pa.total_allocated_bytes() - before < 100_000


@settings(deadline=None, max_examples=60)
@given(
    tables=st.lists(KEYS, max_size=6),
    n=st.integers(1, 4),
    round_bytes=st.sampled_from([1, 60, 999]),
)
@example(tables=[[], [7], []], n=2, round_bytes=1)
@example(tables=[[1, 2, 3], [], [3, 2, 1]], n=3, round_bytes=60)
def test_rounds_keep_every_row_in_order(
    tmp_path_factory, tables: list[list[int]], n: int, round_bytes: int
) -> None:
    """However small the rounds of a file, its rows come once, each key in one part, in order."""
    work = Work(str(tmp_path_factory.mktemp("work")))
    rows = [table_of(keys, sum(map(len, tables[:k]))) for k, keys in enumerate(tables)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "ROUND_BYTES", round_bytes)
        leave(work, "x/0.arrow", rows, n)
        with work.write("x/1.arrow") as file, write_rounds(file, table_of([]).schema) as plain:
            for table in rows:
                plain.add(table)
    everything = pa.concat_tables([table_of([]), *rows])
    owners = partition_of(everything["key"].to_numpy(), n)
    for i in range(n):
        wanted = everything.filter(pa.array(owners == i))
        assert read_partition(work, ["x/0.arrow"], i).to_pylist() == wanted.to_pylist()
    assert work.arrow("x/1.arrow").read_all().to_pylist() == everything.to_pylist()


def test_a_file_of_no_rounds_has_empty_partitions(tmp_path: Path) -> None:
    """Where nothing was added, each partition has no rows and the columns of the others."""
    work = Work(str(tmp_path))
    leave(work, "x/0.arrow", [], 3)
    leave(work, "x/1.arrow", [table_of([5])], 3)
    for i in range(3):
        table = read_partition(work, ["x/0.arrow"], i)
        assert table.num_rows == 0
        assert table.schema.equals(table_of([]).schema, check_metadata=True)
    assert sum(read_partition(work, ["x/0.arrow", "x/1.arrow"], i).num_rows for i in range(3)) == 1


def test_a_writer_holds_one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are written as soon as there are enough for a round, and only then."""
    monkeypatch.setattr(exchange, "ROUND_BYTES", 4 * 8)
    seen: list[list[int]] = []
    rounds = exchange.Rounds(lambda table: seen.append(table["key"].to_pylist()))
    for key in range(5):
        rounds.add(pa.table({"key": pa.array([key], pa.uint64())}))
    assert seen == [[0, 1, 2, 3]]
    rounds.finish()
    assert seen == [[0, 1, 2, 3], [4]]
