"""The elements of a page as arrays, read out once for all that look at many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.lines.layout import Elements, Layout, Line

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Frame:
    """The fields of all elements, and of each line the element that it stands in (`inner`).

    See `layout.Element`. Numbers are there as tuples, to be walked, and as arrays.
    """

    parents: tuple[int, ...]
    tags: tuple[str, ...]
    firsts: tuple[int, ...]
    ends: tuple[int, ...]
    parent: Ints
    roles: Ints
    depth: Ints
    first: Ints
    end: Ints
    inner: Ints


def read_frame(layout: Layout) -> Frame | None:
    """The elements of a page; None where there is no markup."""
    return frame_of(layout.lines, layout.elements) if layout.elements else None


def frame_of(lines: Sequence[Line], elements: Elements) -> Frame:
    """The elements (at least one) with their numbers as arrays."""
    parents, tags, firsts, ends = elements.parents, elements.tags, elements.firsts, elements.ends
    numbers = chain(parents, elements.roles, elements.depths, firsts, ends)
    table = np.fromiter(numbers, np.int64, 5 * len(elements)).reshape(5, -1)
    parent, role, depth, first, end = table
    inner = np.fromiter([line.element for line in lines], np.int64, len(lines))
    return Frame(parents, tags, firsts, ends, parent, role, depth, first, end, inner)
