"""Where files and row groups end: by bytes, from the first row on, and nothing else.

Rows that belong together (all noise of an article) form a unit, which no cut divides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_ROW_GROUP_BYTES = 1_000_000_000
"""More than this would not fit the 2 GiB of one Arrow text column with room to spare."""


@dataclass(frozen=True, slots=True)
class Units:
    """Runs of rows in the order of the release: where each starts, its rows, its bytes."""

    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    sizes: NDArray[np.int64]

    def __len__(self) -> int:
        """The number of units."""
        return len(self.starts)

    def part(self, begin: int, end: int) -> Units:
        """The units from `begin` to before `end`."""
        return Units(self.starts[begin:end], self.counts[begin:end], self.sizes[begin:end])

    def take(self, order: NDArray[np.int64]) -> Units:
        """These units, in this order."""
        return Units(self.starts[order], self.counts[order], self.sizes[order])

    def indexes(self) -> NDArray[np.int64]:
        """The number of every row, unit after unit.

        >>> Units(np.array([5, 0]), np.array([2, 1]), np.array([9, 9])).indexes().tolist()
        [5, 6, 0]
        """
        ends = np.cumsum(self.counts)
        within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(
            ends - self.counts, self.counts
        )
        return np.asarray(np.repeat(self.starts, self.counts) + within, dtype=np.int64)


def cut(units: Units, limit: int) -> Iterator[Units]:
    """The units in portions of at most `limit` bytes, or of one unit that is larger alone.

    >>> units = Units(np.arange(4), np.ones(4, int), np.array([3, 3, 9, 1]))
    >>> [len(part) for part in cut(units, 6)]
    [2, 1, 1]
    """
    ends = np.cumsum(units.sizes)
    begin = 0
    while begin < len(units):
        room = limit + (int(ends[begin - 1]) if begin else 0)
        end = max(int(np.searchsorted(ends, room, side="right")), begin + 1)
        yield units.part(begin, end)
        begin = end
