"""Words of a list found in a page, in one pass, however many words there are.

The pass is that of Aho and Corasick, from `ahocorasick_rs`: numpy needs several passes to find
where words may begin, and looks closer at each place in Python, which takes five times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

_SURROGATE = re.compile("[\ud800-\udfff]")
"""Alone they are no text to the automaton."""
_NO_CHARACTER = "\uffff"
"""What no word holds."""


class Words:
    """A list of words, none of them empty, ready to be looked for."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)

    def find(self, text: str) -> list[tuple[int, str]]:
        """The places of words and the words, from left to right.

        Of the words at one place the longest is found, of words that overlap the first.
        """
        words = self._words
        return [(at, words[k]) for k, at, _ in _matches(self._longest, text)]

    def find_in_lines(self, lines: Sequence[str]) -> list[tuple[int, str]]:
        """The numbers of the lines that words stand in, and the words; no line has a line feed."""
        page = "\n".join(lines)
        found: list[tuple[int, str]] = []
        line = counted = 0
        for at, word in self.find(page):
            line += page.count("\n", counted, at)
            counted = at
            found.append((line, word))
        return found

    def stand_in(self, text: str) -> set[str]:
        """The words that stand anywhere in a text, in one another, too."""
        return {self._words[k] for k, _, _ in _matches(self._all, text, overlapping=True)}

    @cached_property
    def _longest(self) -> AhoCorasick:
        from ahocorasick_rs import AhoCorasick, MatchKind

        return AhoCorasick(self._words, MatchKind.LeftmostLongest, store_patterns=False)

    @cached_property
    def _all(self) -> AhoCorasick:
        from ahocorasick_rs import AhoCorasick, MatchKind

        return AhoCorasick(self._words, MatchKind.Standard, store_patterns=False)


def _matches(
    automaton: AhoCorasick, text: str, *, overlapping: bool = False
) -> list[tuple[int, int, int]]:
    """The number of each word found, and where it begins and ends."""
    try:
        return automaton.find_matches_as_indexes(text, overlapping)
    except UnicodeEncodeError:
        clean = _SURROGATE.sub(_NO_CHARACTER, text)
        return automaton.find_matches_as_indexes(clean, overlapping)
