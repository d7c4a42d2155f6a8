"""Many pages as one sheet: their lines one below the other, so that numpy is called once for all.

A call costs about as much for fifty lines as for a thousand. What looks beyond a line has to know
where its page begins and ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Sheet(NamedTuple):
    """Where lines stand that lie one below the other, page after page.

    Of each line its number and the bounds of its page, `at`, `first` and `end`, and the number of
    its page; of each page where it starts.
    """

    at: Ints
    first: Ints
    end: Ints
    page: Ints
    starts: Ints


def lay_out(sizes: Sequence[int]) -> Sheet:
    """A sheet of pages of so many lines each, at least one."""
    n_lines = np.array(sizes)
    ends = n_lines.cumsum()
    page = np.arange(len(n_lines)).repeat(n_lines)
    starts = ends - n_lines
    return Sheet(np.arange(ends[-1]), starts.take(page), ends.take(page), page, starts)


def join(pages: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """What is known of the lines of each page, along the last axis, as known of all of them.

    That of a single page as it is, not copied: it is not to be changed.
    """
    return pages[0] if len(pages) == 1 else np.concatenate(pages, axis=-1)


def cut(rows: NDArray[np.float64], starts: Ints) -> list[NDArray[np.float64]]:
    """The columns of a table from each of the places to the next."""
    bounds = [*starts.tolist(), rows.shape[1]]
    return [rows[:, first:end] for first, end in pairwise(bounds)]
