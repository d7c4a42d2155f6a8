"""The elements of a page by column, read out once for all that look at many of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.layout import Layout

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
    if not layout.elements:
        return None
    parents, tags, roles, depths, firsts, ends = zip(*layout.elements, strict=True)
    columns = (parents, roles, depths, firsts, ends, [line.element for line in layout.lines])
    arrays = (np.fromiter(column, np.int64, len(column)) for column in columns)
    return Frame(parents, tags, firsts, ends, *arrays)
