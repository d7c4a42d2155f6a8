"""Tables in the working folder: what the stages after `pages` read and leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from corpus import dedup
from corpus.engine import Work
from corpus.engine.exchange import Rounds, read_partition, write_partitions, write_rounds


@dataclass(frozen=True, slots=True)
class WorkStore:
    """Arrow tables in the working folder (a `dedup.Store`)."""

    work: Work

    def write(self, name: str, table: pa.Table) -> None:
        """Leave `table` as an Arrow file."""
        with self.writer(name, table.schema) as rows:
            rows.add(table)

    @contextmanager
    def writer(self, name: str, schema: pa.Schema) -> Iterator[Rounds]:
        """Leave the tables that are added as an Arrow file."""
        with self.work.write(f"{name}.arrow") as file, write_rounds(file, schema) as rows:
            yield rows

    def read(self, name: str) -> pa.Table:
        """The table of that name, memory-mapped where the folder is local."""
        return self.work.arrow(f"{name}.arrow").read_all()

    def write_parts(self, name: str, table: pa.Table, column: str, n: int) -> None:
        """Leave `table` in `n` partitions."""
        with self.parts_writer(name, table.schema, column, n) as rows:
            rows.add(table)

    @contextmanager
    def parts_writer(self, name: str, schema: pa.Schema, column: str, n: int) -> Iterator[Rounds]:
        """Leave the tables that are added in `n` partitions."""
        with (
            self.work.write(f"{name}.arrow") as file,
            write_partitions(file, schema, column, n) as rows,
        ):
            yield rows

    def read_part(self, names: Sequence[str], part: int) -> pa.Table:
        """One partition of each of these files."""
        return read_partition(self.work, [f"{name}.arrow" for name in names], part)


def on_work(
    task: Any, shard: str, work: Work, function: Callable[[Any, str, dedup.Store], Any]
) -> Any:
    """A stage of dedup as one of the engine."""
    return function(task, shard, WorkStore(work))
