"""Patterns looked for in all lines of a page, most of which are passed over for what they lack.

A line that matches a pattern holds a character of each of the pattern's sets; one pass over the
page tells which lines hold which. Only these are searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.said.signs import hold

Needed = Mapping[re.Pattern[str], tuple[str, ...]]
"""Patterns, and for each the sets of characters of which a match holds one each."""


class Sieve:
    """Patterns with what they need: at most 32 sets of characters together.

    >>> sieve = Sieve({re.compile("[扫掃].{0,4}[码碼]"): ("扫掃", "码碼")})
    >>> [n for n, _ in sieve.sift(["扫一扫二维码", "老街的二维码", "打扫街道"])]
    [0]
    """

    def __init__(self, needed: Needed) -> None:
        self.needed = dict(needed)

    @cached_property
    def _table(self) -> NDArray[np.uint32]:
        """The sets that each character is of, as bits."""
        table = np.zeros(0x110000, dtype=np.uint32)
        for bit, characters in enumerate(self._sets):
            table[[*map(ord, characters)]] |= np.uint32(1 << bit)
        return table

    @cached_property
    def _sets(self) -> list[str]:
        return list(dict.fromkeys(each for sets in self.needed.values() for each in sets))

    @cached_property
    def _masks(self) -> list[tuple[re.Pattern[str], list[np.uint32]]]:
        number = {characters: np.uint32(1 << bit) for bit, characters in enumerate(self._sets)}
        return [(pattern, [number[each] for each in sets]) for pattern, sets in self.needed.items()]

    def sift(self, lines: Sequence[str]) -> Iterator[tuple[int, re.Pattern[str]]]:
        """The numbers of lines, and a pattern that each may match; no line has a line feed.

        Pattern by pattern, in the order given; lines from top to bottom.
        """
        held = hold(self._table, lines)
        for pattern, masks in self._masks:
            can_match = held & masks[0] != 0
            for mask in masks[1:]:
                can_match &= held & mask != 0
            for n in can_match.nonzero()[0].tolist():
                yield n, pattern
