"""The stages in their order, for any engine: from fingerprints to verdicts. See `contract`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from corpus.dedup.connect import Components, find_components, is_duplicate
from corpus.dedup.contract import KEYS, MEMBERS, PAIRS, Lookup, Numbers, Run, Store
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

COMPONENT = pa.field("component", pa.uint64())
"""The smallest number of the members that hang together: `connect` adds it to members and pairs."""

HOMES = pa.schema([("site", pa.string()), ("outlets", pa.list_(pa.string()))])
"""The outlets at home on each site."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the stages of one run share: how many parts there are, where keys are, the recipe.

    `known` are articles of an earlier release, if there are any. Verdicts are left in `n_groups`
    parts.
    """

    n_parts: int
    keys: Lookup
    options: Dedup
    known: Known | None = None
    n_groups: int = 1

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
            name, wanted = f"{self.names[file]}.keys", numbers[files == file]
            found.append(_take(self.store.read(name), wanted))
            if not np.array_equal(found[-1]["number"].to_numpy(), wanted):
                raise KeyError(f"{name} lacks some of the keys looked up")
        return pa.concat_tables(found)["key"]


def _take(keys: pa.Table, numbers: Numbers) -> pa.Table:
    """Rows of `contract.KEYS`, by rising number; one that is not there gives another row, or none.

    Batch by batch: taking from a table of several would join all its texts first.
    """
    found = []
    for batch in filter(len, keys.to_batches()):
        own = batch["number"].to_numpy()
        begin = np.searchsorted(numbers, own[0])
        end = np.searchsorted(numbers, own[-1], side="right")
        if end > begin:
            found.append(batch.take(pa.array(np.searchsorted(own, numbers[begin:end]))))
    return pa.Table.from_batches(found, KEYS)


def count_parts(n_articles: int, n_characters: int) -> int:
    """Parts that keep a task's memory small, for so many articles with so many characters."""
    n_postings = 18 * n_articles + n_characters // 8
    return 1 + n_postings // POSTINGS_A_PART


def find_duplicates(run: Run, fingerprints: Sequence[str], setup: Setup) -> list[str]:
    """The names of the tables that hold all `contract.VERDICTS`, in groups by their `shard`.

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
    run("connect", partial(_connect, sources=sources, setup=setup), [("all", 0)])
    run("resolve", partial(_resolve, setup=setup), tasks)
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


def _connect(_: int, name: str, store: Store, *, sources: tuple[str, ...], setup: Setup) -> int:
    measured = measured_pairs(setup)
    numbers = (store.read(f"{source}.members")["number"].to_numpy() for source in sources)
    pairs = (store.read(own) for own in measured)
    components = find_components(numbers, pairs, setup.options)
    with store.parts_writer(
        f"connect/{name}.pairs", PAIRS.append(COMPONENT), COMPONENT.name, setup.n_parts
    ) as rows:
        for own in measured:
            table = store.read(own)
            table = table.filter(pa.array(is_duplicate(table, setup.options)))
            rows.add(_with_component(table, "one", components))
    return _connect_members(name, store, sources, components, setup.n_parts)


def _connect_members(
    name: str, store: Store, sources: Sequence[str], components: Components, n_parts: int
) -> int:
    """Leave the members of components, and the outlets at home on their sites."""
    counts: Counter[tuple[str, str]] = Counter()
    sites: set[str] = set()
    n_members = 0
    with store.parts_writer(
        f"connect/{name}.members", MEMBERS.append(COMPONENT), COMPONENT.name, n_parts
    ) as rows:
        for source in sources:
            table = store.read(f"{source}.members")
            counts += count_sources(table)
            linked = _with_component(table, "number", components)
            sites.update(linked["site"].drop_null().unique().to_pylist())
            n_members += len(linked)
            rows.add(linked)
    homes = [{"site": s, "outlets": o} for s, o in find_homes(counts, sites).items() if s in sites]
    store.write(f"connect/{name}.homes", pa.Table.from_pylist(homes, HOMES))
    return n_members


def _with_component(table: pa.Table, column: str, components: Components) -> pa.Table:
    """The rows whose member hangs together with another, and the `component` of each."""
    is_in, roots = components.of(table[column].to_numpy())
    return table.filter(pa.array(is_in)).append_column(COMPONENT, pa.array(roots))


def _resolve(part: int, name: str, store: Store, *, setup: Setup) -> int:
    members = store.read_part(["connect/all.members"], part)
    pairs = store.read_part(["connect/all.pairs"], part)
    rows = store.read("connect/all.homes").to_pylist()
    homes = {row["site"]: frozenset(row["outlets"]) for row in rows}
    verdicts = resolve(members, pairs, homes, setup.keys, setup.options)
    store.write_parts(f"resolve/{name}.verdicts", verdicts, "shard", setup.n_groups)
    return len(verdicts)
