"""The stages in their order, for any engine: from fingerprints to verdicts. See `contract`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa

from corpus.dedup.connect import Components, find_components, is_duplicate
from corpus.dedup.contract import KEYS, Lookup, Numbers, Run, Store
from corpus.dedup.outlets import count_sources, find_homes
from corpus.dedup.pairs import find_pairs
from corpus.dedup.recall import Known, find_wanted, recall
from corpus.dedup.resolve import resolve
from corpus.dedup.verify import verify
from corpus.recipe import Dedup

STAGES = ("pairs", "verify", "connect", "resolve")
"""What `find_duplicates` runs, in this order; each leaves its tables under its name."""

POSTINGS_A_PART = 1_500_000
"""Postings that a task holds at a time: some 300 MB of memory."""

ROWS_A_FILE = 500_000
"""Rows of members or pairs that `connect` holds before it writes them."""

HOMES = pa.schema([("site", pa.string()), ("outlets", pa.list_(pa.string()))])
"""The outlets at home on each site."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the stages of one run share: how many parts there are, where keys are, the recipe.

    `known` are articles of an earlier release, if there are any.
    """

    n_parts: int
    keys: Lookup
    options: Dedup
    known: Known | None = None

    def tasks(self) -> list[tuple[str, int]]:
        """The parts by their names."""
        return [(f"{part:04d}", part) for part in range(self.n_parts)]


@dataclass(frozen=True, slots=True)
class StoredKeys:
    """Looks up keys where fingerprints lie (a `contract.Lookup`).

    Under `<names[i]>.keys` lie those of the numbers from `firsts[i]` on, to before `firsts[i + 1]`,
    or as many of them as were wanted.
    """

    store: Store
    names: tuple[str, ...]
    firsts: tuple[int, ...]

    def take(self, numbers: Numbers) -> pa.ChunkedArray:
        """The keys of these members, one file after the other."""
        files = np.searchsorted(np.array(self.firsts, np.uint64), numbers, side="right") - 1
        found = [KEYS.empty_table()]
        for file in np.unique(files).tolist():
            table = self.store.read(f"{self.names[file]}.keys")
            own = np.searchsorted(table["number"].to_numpy(), numbers[files == file])
            found.append(table.take(pa.array(own)))
            if not np.array_equal(found[-1]["number"].to_numpy(), numbers[files == file]):
                raise KeyError(f"{self.names[file]}.keys lacks some of the keys looked up")
        return pa.concat_tables(found)["key"]


def count_parts(n_articles: int, n_characters: int) -> int:
    """Parts that keep a task's memory small, for so many articles with so many characters."""
    n_postings = 18 * n_articles + n_characters // 8
    return 1 + n_postings // POSTINGS_A_PART


def find_duplicates(run: Run, fingerprints: Sequence[str], setup: Setup) -> list[str]:
    """The names of the tables that hold all `contract.VERDICTS`, in parts by their `shard`.

    Under each name of `fingerprints` lie `<name>.members` and, in as many parts as `setup` has, by
    their `key`, `<name>.postings`. Neither their order nor the number of parts matters.
    """
    tasks, sources = setup.tasks(), tuple(fingerprints)
    run("pairs", partial(_pairs, sources=sources, setup=setup), tasks)
    if setup.known is not None and setup.known.articles is not None:
        candidates = [f"pairs/{name}.candidates" for name, _ in tasks]
        run("wanted", partial(find_wanted, candidates=candidates, known=setup.known), [("all", 0)])
        run("recall", partial(recall, articles=setup.known.articles), setup.known.tasks)
    run("verify", partial(_verify, setup=setup), tasks)
    (files,) = run("connect", partial(_connect, sources=sources, setup=setup), [("all", 0)])
    run("resolve", partial(_resolve, files=Files(*files), setup=setup), tasks)
    return [f"resolve/{name}.verdicts" for name, _ in tasks]


def measured_pairs(setup: Setup) -> list[str]:
    """The names of the tables that hold all `contract.PAIRS`, once `find_duplicates` has run."""
    return [f"verify/{name}.pairs" for name, _ in setup.tasks()]


def _pairs(part: int, name: str, store: Store, *, sources: tuple[str, ...], setup: Setup) -> int:
    postings = store.read_part([f"{source}.postings" for source in sources], part)
    candidates = find_pairs(postings, setup.known.first if setup.known else None)
    store.write_parts(f"pairs/{name}.candidates", candidates, "one", setup.n_parts)
    return len(candidates)


def _verify(part: int, name: str, store: Store, *, setup: Setup) -> int:
    candidates = [f"pairs/{other}.candidates" for other, _ in setup.tasks()]
    pairs = verify(store.read_part(candidates, part), setup.keys)
    store.write(f"verify/{name}.pairs", pairs)
    return len(pairs)


@dataclass(frozen=True, slots=True)
class Files:
    """How many files of members and of pairs `connect` left."""

    members: int
    pairs: int


def _connect(
    _: int, name: str, store: Store, *, sources: tuple[str, ...], setup: Setup
) -> tuple[int, int]:
    measured = measured_pairs(setup)
    components = find_components((store.read(own) for own in measured), setup.options)
    counts: Counter[tuple[str, str]] = Counter()
    members = _Parts(store, f"connect/{name}.members", setup.n_parts)
    sites: set[str] = set()
    for source in sources:
        table = store.read(f"{source}.members")
        counts += count_sources(table)
        linked = _with_component(table, "number", components)
        sites.update(linked["site"].drop_null().unique().to_pylist())
        members.add(linked)
    homes = [{"site": s, "outlets": o} for s, o in find_homes(counts, sites).items() if s in sites]
    store.write(f"connect/{name}.homes", pa.Table.from_pylist(homes, HOMES))
    pairs = _Parts(store, f"connect/{name}.pairs", setup.n_parts)
    for own in measured:
        table = store.read(own)
        table = table.filter(pa.array(is_duplicate(table, setup.options)))
        pairs.add(_with_component(table, "one", components))
    return members.finish(), pairs.finish()


def _with_component(table: pa.Table, column: str, components: Components) -> pa.Table:
    """The rows whose member hangs together with another, and the `component` of each."""
    is_in, roots = components.of(table[column].to_numpy())
    return table.filter(pa.array(is_in)).append_column("component", pa.array(roots))


@dataclass(slots=True)
class _Parts:
    """Files of rows in parts by `component`, written whenever there are enough rows for one."""

    store: Store
    prefix: str
    n_parts: int
    waiting: list[pa.Table] = field(default_factory=list)
    n_files: int = 0

    def add(self, rows: pa.Table) -> None:
        self.waiting.append(rows)
        if sum(len(table) for table in self.waiting) >= ROWS_A_FILE:
            self.finish()

    def finish(self) -> int:
        """Write what is left; how many files there are."""
        if self.waiting:
            table = pa.concat_tables(self.waiting).combine_chunks()
            self.store.write_parts(
                f"{self.prefix}-{self.n_files}", table, "component", self.n_parts
            )
            self.n_files += 1
            self.waiting.clear()
        return self.n_files


def _resolve(part: int, name: str, store: Store, *, files: Files, setup: Setup) -> int:
    members = store.read_part([f"connect/all.members-{n}" for n in range(files.members)], part)
    pairs = store.read_part([f"connect/all.pairs-{n}" for n in range(files.pairs)], part)
    rows = store.read("connect/all.homes").to_pylist()
    homes = {row["site"]: frozenset(row["outlets"]) for row in rows}
    verdicts = resolve(members, pairs, homes, setup.keys, setup.options)
    store.write_parts(f"resolve/{name}.verdicts", verdicts, "shard", setup.n_parts)
    return len(verdicts)
