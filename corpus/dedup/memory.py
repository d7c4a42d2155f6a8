"""Everything in this process and in memory: for small piles of articles, and for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.dedup.contract import VERDICTS, Numbers, Run, Store
from corpus.dedup.driver import Setup, find_duplicates
from corpus.dedup.fingerprint import fingerprint
from corpus.dedup.methods import Method
from corpus.recipe import Dedup


@dataclass(frozen=True, slots=True)
class Held:
    """Tables one behind the other (a `contract.Rows`)."""

    tables: list[pa.Table]

    def add(self, table: pa.Table) -> None:
        """One more."""
        self.tables.append(table)


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """A `contract.Store` without files."""

    tables: dict[str, Any] = field(default_factory=dict)

    def write(self, name: str, table: pa.Table) -> None:
        """Keep the table."""
        self.tables[name] = table

    @contextmanager
    def writer(self, name: str, schema: pa.Schema) -> Iterator[Held]:
        """Keep what is added."""
        held = Held([schema.empty_table()])
        yield held
        self.write(name, pa.concat_tables(held.tables))

    def read(self, name: str) -> pa.Table:
        """The table of that name."""
        return self.tables[name]

    def write_parts(self, name: str, table: pa.Table, column: str, n: int) -> None:
        """Keep the table in parts."""
        owners = table[column].to_numpy() % np.uint64(n)
        self.tables[name] = [table.filter(pa.array(owners == part)) for part in range(n)]

    @contextmanager
    def parts_writer(self, name: str, schema: pa.Schema, column: str, n: int) -> Iterator[Held]:
        """Keep what is added in parts."""
        held = Held([schema.empty_table()])
        yield held
        self.write_parts(name, pa.concat_tables(held.tables), column, n)

    def read_part(self, names: Sequence[str], part: int) -> pa.Table:
        """That part under these names."""
        return pa.concat_tables([self.tables[name][part] for name in names]).combine_chunks()


@dataclass(frozen=True, slots=True)
class MemoryKeys:
    """Comparison keys that are at hand (a `contract.Lookup`), by rising numbers."""

    numbers: Numbers
    keys: pa.ChunkedArray

    def take(self, numbers: Numbers) -> pa.ChunkedArray:
        """The keys of these."""
        return self.keys.take(pa.array(np.searchsorted(self.numbers, numbers)))


def run_here(store: Store) -> Run:
    """A `contract.Run` that does one task after the other in this process."""

    def run(
        _: str, function: Callable[[Any, str, Store], Any], tasks: Sequence[tuple[str, Any]], /
    ) -> list[Any]:
        return [function(task, name, store) for name, task in tasks]

    return run


def find_duplicates_here(
    articles: Sequence[pa.Table],
    methods: Mapping[str, Method],
    options: Dedup,
    n_parts: int = 1,
) -> pa.Table:
    """`contract.VERDICTS` on these articles (`contract.ARTICLES`), sorted by number.

    Neither their order, nor how they are cut into tables, nor the number of parts matters.
    """
    store = MemoryStore()
    found = {str(n): fingerprint(table, methods) for n, table in enumerate(articles)}
    for name, prints in found.items():
        store.write(f"{name}.members", prints.members)
        store.write_parts(f"{name}.postings", prints.postings, "key", n_parts)
    by_number = pa.concat_tables([own.keys for own in found.values()]).sort_by("number")
    lookup = MemoryKeys(by_number["number"].to_numpy(), by_number["key"].combine_chunks())

    verdicts = find_duplicates(run_here(store), list(found), Setup(n_parts, lookup, options))
    tables = [VERDICTS.empty_table(), store.read_part(verdicts, 0)]
    return pa.concat_tables(tables).sort_by("number").combine_chunks()
