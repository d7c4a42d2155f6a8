"""Fourth stage: which members hang together, however far. By numbers only, all at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.dedup.contract import Numbers
from corpus.dedup.methods import PAGE, TEXT
from corpus.recipe import Dedup


class Components(NamedTuple):
    """Members that hang together with others, sorted, and the smallest number in each one's."""

    numbers: Numbers
    roots: Numbers

    def of(self, numbers: Numbers) -> tuple[NDArray[np.bool_], Numbers]:
        """Which of these members are in a component, and the roots of those."""
        if not len(self.numbers):
            return np.zeros(len(numbers), bool), self.roots
        places = np.searchsorted(self.numbers, numbers)
        places[places == len(self.numbers)] = 0
        is_in = self.numbers[places] == numbers
        return is_in, self.roots[places[is_in]]


def find_components(pairs: Iterable[pa.Table], options: Dedup) -> Components:
    """The components of all pairs (`contract.PAIRS`) that `is_duplicate`.

    The same whatever the order and the cut of `pairs`. Memory: about 100 bytes a pair that is one.
    """
    edges = [np.zeros((0, 2), np.uint64)]
    for table in pairs:
        chosen = is_duplicate(table, options)
        columns = [table[name].to_numpy()[chosen] for name in ("one", "other")]
        edges.append(np.stack(columns, axis=1))
    ends = np.concatenate(edges)
    numbers = np.sort(ends, axis=None)
    numbers = numbers[np.append(numbers[1:] != numbers[:-1], True)[: len(numbers)]]
    one, other = np.searchsorted(numbers, ends).T
    return Components(numbers, numbers[_roots(len(numbers), one, other)])


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


def _roots(n: int, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
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
