"""Last stage: verdicts on the members of some components."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.dedup.component import Component, Likeness, Measure
from corpus.dedup.contract import VERDICTS, Lookup
from corpus.dedup.methods import NAMES, TEXT
from corpus.dedup.ranked import Codes, Ranked, rank, sort_keys
from corpus.dedup.settle import Settlement, settle
from corpus.dedup.verify import measure
from corpus.recipe import Dedup

Pairs = dict[int, list[tuple[int, int, Likeness]]]
"""Measured pairs of places, by the place where their component begins."""


def resolve(
    members: pa.Table,
    pairs: pa.Table,
    homes: Mapping[str, frozenset[str]],
    keys: Lookup,
    options: Dedup,
) -> pa.Table:
    """`contract.VERDICTS` on the members of some components, sorted by number.

    `members` and `pairs` (`contract.MEMBERS`, `PAIRS`) have the column `component`, and are all
    there are of these components; `homes` are the outlets at home on each site. The same whatever
    the order of the rows. Memory: about 400 bytes a member, and 500 a pair.
    """
    ranked = rank(members, homes)
    look_up = _measurer(ranked, keys)
    columns = _Columns(len(members))
    for component in _components(ranked, _likenesses(ranked, pairs)):
        columns.add(component, settle(component, options, look_up))
    columns.measure_rest(look_up)
    return columns.table(ranked).sort_by("number")


def _measurer(ranked: Ranked, keys: Lookup) -> Measure:
    numbers = ranked.members["number"].to_numpy()

    def look_up(pairs: list[tuple[int, int]]) -> list[Likeness]:
        if not pairs:
            return []
        found = measure(numbers[np.array(pairs)], keys)
        columns = (found.jaccard.tolist(), found.of_one.tolist(), found.of_other.tolist())
        return [Likeness(*row) for row in zip(*columns, strict=True)]

    return look_up


def _likenesses(ranked: Ranked, pairs: pa.Table) -> Pairs:
    # Equal texts are known from the members themselves.
    pairs = pairs.filter(pc.not_equal(pairs["kind"], TEXT))
    one, other = (ranked.places(pairs[name].to_numpy()) for name in ("one", "other"))
    begins = ranked.starts[np.searchsorted(ranked.starts, one, side="right") - 1]
    values = (pairs[name].to_pylist() for name in ("jaccard", "of_one", "of_other"))
    found: Pairs = defaultdict(list)
    for begin, a, b, *likeness in zip(
        begins.tolist(), one.tolist(), other.tolist(), *values, strict=True
    ):
        found[begin].append((a, b, Likeness(*likeness)))
    return found


def _components(ranked: Ranked, pairs: Pairs) -> Iterator[Component]:
    for begin, end in pairwise(ranked.starts.tolist()):
        component = Component(ranked, range(begin, end))
        for one, other, likeness in pairs.get(begin, ()):
            component.add(one, other, likeness)
        yield component


class _Columns:
    """What is settled of each member, by place."""

    def __init__(self, n: int) -> None:
        self.kept: Codes = np.arange(n)
        self.method: NDArray[np.int8] = np.full(n, -1, np.int8)
        self.against: Codes = np.full(n, -1)
        self.through: Codes = np.full(n, -1)
        self.earlier: Codes = np.full(n, -1)
        self.similarity = np.full(n, np.nan)

    def add(self, component: Component, settlement: Settlement) -> None:
        """What is settled of one component."""
        for place, link in settlement.links.items():
            self.kept[place], self.against[place] = link.survivor, link.against
            self.method[place] = NAMES.index(link.method)
            self.through[place] = -1 if link.through is None else link.through
            likeness = component.like(place, link.against)
            if likeness is not None:
                self.similarity[place] = _similarity(link.method, likeness)
        for place, earlier in settlement.again.items():
            self.earlier[place] = earlier

    def measure_rest(self, look_up: Measure) -> None:
        """Measure each member that went for another and was not compared with it."""
        places = np.flatnonzero((self.against >= 0) & np.isnan(self.similarity)).tolist()
        pairs = [(place, int(self.against[place])) for place in places]
        for place, likeness in zip(places, look_up(pairs), strict=True):
            self.similarity[place] = _similarity(NAMES[self.method[place]], likeness)

    def table(self, ranked: Ranked) -> pa.Table:
        """The verdicts on all members of clusters of two or more, and on new readings."""
        n = len(self.kept)
        is_again, goes = self.earlier >= 0, self.kept != np.arange(n)
        head = np.where(is_again, self.earlier, self.kept)
        sizes = np.bincount(head[~is_again], minlength=n)
        is_read_again = np.zeros(n, bool)
        is_read_again[self.earlier[is_again]] = True
        told = np.flatnonzero((sizes[head] > 1) | is_read_again[head])
        ids, own = ranked.members["id"], ranked.members["cluster_id"]
        smallest = ids.take(pa.array(_smallest(head, ranked)))
        before = pc.fill_null(ranked.members["cluster_size"], 1).to_numpy() - 1
        none = ~goes[told]
        columns = {
            "number": ranked.members["number"].take(pa.array(told)),
            "keep": none,
            "cluster_id": pc.coalesce(own.take(pa.array(head)), smallest).take(pa.array(told)),
            "cluster_size": (sizes + before)[head[told]],
            "kept_id": ids.take(pa.array(head[told], mask=none)),
            "method": pa.array(NAMES).take(pa.array(self.method[told], mask=none)),
            "similarity": pa.array(self.similarity[told], mask=none),
            "through": ids.take(pa.array(self.through[told], mask=self.through[told] < 0)),
            "earlier": ranked.members["number"].take(
                pa.array(self.earlier[told], mask=~is_again[told])
            ),
            "shard": ranked.members["number"].to_numpy()[told] >> np.uint64(32),
        }
        return pa.table(columns, VERDICTS)


def _smallest(head: Codes, ranked: Ranked) -> Codes:
    """For each place, the place of the smallest id in its cluster."""
    order = np.lexsort((*reversed(sort_keys(ranked.members["id"])), head))
    firsts = np.searchsorted(head[order], head)
    smallest: Codes = order[firsts]
    return smallest


def _similarity(method: str, likeness: Likeness) -> float:
    """What the ledger says: of a contained text the shared part of the shorter, else Jaccard."""
    if method == "contained":
        return max(likeness.of_own, likeness.of_other)
    return likeness.jaccard
