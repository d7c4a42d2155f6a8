"""The characters and lines of articles, as passages are told by them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.dedup.keys import Placed, place_keys

MAX_CHARACTERS = 1_000_000
"""Characters of a text that are looked at."""

Places = NDArray[np.int64]


def place_texts(articles: pa.Table) -> Placed:
    """The keys of the articles' texts with the places of their characters."""
    texts = articles["text"]
    sizes = pc.utf8_length(texts)
    if len(texts) and (pc.max(sizes).as_py() or 0) > MAX_CHARACTERS:
        texts = pc.utf8_slice_codeunits(texts, 0, MAX_CHARACTERS)
    return place_keys(texts)


class Lines(NamedTuple):
    """Lines by article: where they begin and end, in the keys and among the characters."""

    owner: Places
    number: Places
    begin: Places
    end: Places
    text_begin: Places
    text_end: Places

    def take(self, mask: NDArray[np.bool_]) -> Lines:
        """Some of them."""
        owner, number, begin, end, text_begin, text_end = (column[mask] for column in self)
        return Lines(owner, number, begin, end, text_begin, text_end)


def find_lines(placed: Placed) -> Lines:
    """The lines of all texts, also empty ones."""
    breaks = np.flatnonzero(placed.points == ord("\n"))
    begin = np.sort(np.concatenate([placed.starts[:-1], breaks + 1]))
    end = np.sort(np.concatenate([breaks, placed.starts[1:]]))
    owners = np.searchsorted(placed.starts, breaks, side="right") - 1
    counts = 1 + np.bincount(owners, minlength=len(placed.starts) - 1)
    owner = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    inside = np.searchsorted(placed.places, begin), np.searchsorted(placed.places, end)
    return Lines(owner, number, *inside, begin, end)
