"""The stages that find what recurs in the articles that stay, for any engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.dedup.contract import Articles, Run, Store
from corpus.dedup.fingerprint import cut_batches
from corpus.dedup.passages import (
    ANCHORS,
    HITS,
    WINDOWS,
    Sizes,
    find_anchors,
    find_first,
    find_shared,
    windows_around,
)
from corpus.dedup.spans import PASSAGES, find_passages

PASSAGE_STAGES = ("anchors", "shared", "windows", "firsts", "passages")
"""What `find_all_passages` runs, in this order; each leaves its tables under its name."""


@dataclass(frozen=True, slots=True)
class PassageSetup:
    """What the stages share: the number of parts, where articles are read, what recurs."""

    n_parts: int
    articles: Articles
    sizes: Sizes

    def parts(self) -> list[tuple[str, int]]:
        """The parts by their names."""
        return [(f"{part:04d}", part) for part in range(self.n_parts)]


def find_all_passages(run: Run, tasks: Sequence[tuple[str, Any]], setup: PassageSetup) -> list[str]:
    """The names of the tables with the `PASSAGES` of the articles of each task, in order."""
    names, parts = tuple(name for name, _ in tasks), setup.parts()
    run("anchors", partial(_anchors, setup=setup), tasks)
    run("shared", partial(_shared, names=names, setup=setup), parts)
    run("windows", partial(_windows, setup=setup), tasks)
    run("firsts", partial(_firsts, names=names), parts)
    run("passages", partial(_passages, setup=setup), tasks)
    return [f"passages/{name}.passages" for name in names]


def _anchors(task: Any, name: str, store: Store, *, setup: PassageSetup) -> int:
    articles = setup.articles.read(task, store)
    found = _by_batch(articles, ANCHORS, lambda batch: find_anchors(batch, setup.sizes))
    store.write_parts(f"anchors/{name}.anchors", found, "key", setup.n_parts)
    return len(found)


def _shared(
    part: int, name: str, store: Store, *, names: tuple[str, ...], setup: PassageSetup
) -> int:
    anchors = store.read_part([f"anchors/{other}.anchors" for other in names], part)
    hits = find_shared(anchors, setup.sizes)
    store.write(f"shared/{name}.hits", hits)
    return len(hits)


def _windows(task: Any, name: str, store: Store, *, setup: PassageSetup) -> int:
    articles = setup.articles.read(task, store)
    hits = _Hits(store, [f"shared/{part}.hits" for part, _ in setup.parts()])

    def around(batch: pa.Table) -> pa.Table:
        return windows_around(batch, hits.on(batch), setup.sizes)

    found = _by_batch(articles, WINDOWS, around)
    store.write_parts(f"windows/{name}.windows", found, "key", setup.n_parts)
    return len(found)


def _firsts(part: int, name: str, store: Store, *, names: tuple[str, ...]) -> int:
    hits = find_first(store.read_part([f"windows/{other}.windows" for other in names], part))
    store.write(f"firsts/{name}.hits", hits)
    return len(hits)


def _passages(task: Any, name: str, store: Store, *, setup: PassageSetup) -> int:
    articles = setup.articles.read(task, store)
    stages = ("shared", "firsts")
    names = [f"{stage}/{part}.hits" for stage in stages for part, _ in setup.parts()]
    hits = _Hits(store, names)
    found = _by_batch(
        articles, PASSAGES, lambda batch: find_passages(batch, hits.on(batch), setup.sizes)
    )
    store.write(f"passages/{name}.passages", found)
    return len(found)


@dataclass(frozen=True, slots=True)
class _Hits:
    """Tables of hits, each sorted by number."""

    store: Store
    names: list[str]

    def on(self, articles: pa.Table) -> pa.Table:
        """Those on these articles."""
        numbers = articles["number"].to_numpy()
        return pa.concat_tables([HITS.empty_table(), *self._slices(numbers[0], numbers[-1])])

    def _slices(self, first: np.uint64, last: np.uint64) -> Iterator[pa.Table]:
        for name in self.names:
            table = self.store.read(name)
            own = table["number"].to_numpy()
            begin, end = np.searchsorted(own, first), np.searchsorted(own, last, side="right")
            if end > begin:
                yield table.slice(int(begin), int(end - begin))


def _by_batch(
    articles: pa.Table, schema: pa.Schema, function: Callable[[pa.Table], pa.Table]
) -> pa.Table:
    found = [schema.empty_table(), *(function(batch) for batch in cut_batches(articles))]
    return pa.concat_tables(found).combine_chunks()
