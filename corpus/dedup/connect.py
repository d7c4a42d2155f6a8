"""Fourth stage: which members hang together, however far. By numbers only, a table at a time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.dedup.contract import Numbers
from corpus.dedup.methods import PAGE, TEXT
from corpus.recipe import Dedup

Indexes = NDArray[np.int64]

_ROW = np.uint64((1 << 32) - 1)
"""The bits of a number that say which row of its shard it is."""

JOINED_PAIRS = 50_000
"""Pairs that are joined at a time."""


class Places:
    """Dense places for the numbers of members, in their order: row by row, shard by shard."""

    def __init__(self, numbers: Iterable[Numbers]) -> None:
        n_rows: dict[int, int] = {}
        for own in numbers:
            shards, rows = _split(own)
            names, where = np.unique(shards, return_inverse=True)
            most = np.zeros(len(names), np.int64)
            np.maximum.at(most, where, rows + 1)
            for name, n in zip(names.tolist(), most.tolist(), strict=True):
                n_rows[name] = max(n, n_rows.get(name, 0))
        self._shards = np.array(sorted(n_rows), np.int64)
        self._starts = np.cumsum([0, *(n_rows[name] for name in sorted(n_rows))])

    def __len__(self) -> int:
        """How many places there are."""
        return int(self._starts[-1])

    def of(self, numbers: Numbers) -> Indexes:
        """Where these members are."""
        shards, rows = _split(numbers)
        return self._starts[np.searchsorted(self._shards, shards)] + rows

    def numbers(self, places: Indexes) -> Numbers:
        """The members at these places."""
        shards = np.searchsorted(self._starts, places, side="right") - 1
        rows = places - self._starts[shards]
        numbers: Numbers = (self._shards[shards] << 32 | rows).astype(np.uint64)
        return numbers


def _split(numbers: Numbers) -> tuple[Indexes, Indexes]:
    """The shards and the rows of members."""
    return (numbers >> np.uint64(32)).astype(np.int64), (numbers & _ROW).astype(np.int64)


class Components:
    """Sets of members, first of each alone, then joined pair by pair.

    Each member points to one before it in its set, or, if it is the first, to itself. Memory: 5
    bytes a member, 9 beyond 4 billion, and some for each shard.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._parents = np.arange(len(places), dtype=np.min_scalar_type(len(places)))
        self._is_in = np.zeros(len(places), bool)

    def join(self, one: Numbers, other: Numbers) -> None:
        """Make one set of those of each pair."""
        ends, both = np.unique(self._places.of(np.concatenate([one, other])), return_inverse=True)
        firsts, own = np.unique(self._first(ends), return_inverse=True)
        joined = firsts[_roots(len(firsts), *own[both].reshape(2, -1))]
        self._parents[firsts] = joined
        self._parents[ends] = joined[own]
        self._is_in[ends] = True

    def of(self, numbers: Numbers) -> tuple[NDArray[np.bool_], Numbers]:
        """Which of these members are in a pair, and the smallest number of the set of each."""
        places = self._places.of(numbers)
        is_in = self._is_in[places]
        return is_in, self._places.numbers(self._first(places[is_in]))

    def _first(self, places: Indexes) -> Indexes:
        """The first place of the set of each."""
        while True:
            before = self._parents[places].astype(np.int64)
            if np.array_equal(before, places):
                return places
            places = before


def find_components(
    numbers: Iterable[Numbers], pairs: Iterable[pa.Table], options: Dedup
) -> Components:
    """The components of all pairs (`contract.PAIRS`) that `is_duplicate`.

    `numbers` are those of all members. The same whatever the order and the cut of `pairs`.
    """
    components = Components(Places(numbers))
    for table in pairs:
        for begin in range(0, len(table), JOINED_PAIRS):
            part = table.slice(begin, JOINED_PAIRS)
            chosen = is_duplicate(part, options)
            components.join(*(part[name].to_numpy()[chosen] for name in ("one", "other")))
    return components


def is_duplicate(pairs: pa.Table, options: Dedup) -> NDArray[np.bool_]:
    """Which pairs are near or contained enough, or one by their keys."""
    kind, jaccard, of_one, of_other = (
        pairs[name].to_numpy() for name in ("kind", "jaccard", "of_one", "of_other")
    )
    found = np.isin(kind, (PAGE, TEXT))
    if "near" in options.methods:
        found |= jaccard >= options.near
    if "contained" in options.methods:
        found |= np.maximum(of_one, of_other) >= options.contained
    return found


def _roots(n: int, one: Indexes, other: Indexes) -> Indexes:
    """The smallest place of each place's set, when these places are joined.

    Each round hangs every root below the smallest one it touches and makes all paths one step
    long; the number of rounds grows as the logarithm of the longest chain.

    Source: Zhang, Azad, Hu 2020, FastSV.
    """
    parents = np.arange(n)
    while len(one):
        one, other = parents[one], parents[other]
        apart = one != other
        one, other = one[apart], other[apart]
        low = np.minimum(one, other)
        np.minimum.at(parents, one, low)
        np.minimum.at(parents, other, low)
        while (parents[parents] != parents).any():
            parents = parents[parents]
    return parents
