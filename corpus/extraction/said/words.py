"""Words of a list found in a page, in one pass, however many words there are.

The pass is that of Aho and Corasick, from `ahocorasick_rs`: with numpy it takes several passes to
find where words may begin, and a closer look in Python at each such place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ahocorasick_rs import BytesAhoCorasick, MatchKind


class Words:
    """A list of words, none of them empty, ready to be looked for."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)

    def find(self, text: str) -> list[tuple[int, str]]:
        """The places of words and the words, from left to right.

        Of the words at one place the longest is found, of words that overlap the first.
        """
        page = _encode(text)
        found: list[tuple[int, str]] = []
        place = counted = 0
        for k, at, _ in self._longest.find_matches_as_indexes(page):
            place += len(page[counted:at].decode("utf-8", "surrogatepass"))
            counted = at
            found.append((place, self._words[k]))
        return found

    def find_in_lines(self, lines: Sequence[str]) -> list[tuple[int, str]]:
        """The numbers of the lines that words stand in, and the words; no line has a line feed."""
        page = _encode("\n".join(lines))
        words = self._words
        found: list[tuple[int, str]] = []
        line = counted = 0
        for k, at, _ in self._longest.find_matches_as_indexes(page):
            line += page.count(b"\n", counted, at)
            counted = at
            found.append((line, words[k]))
        return found

    def stand_in(self, text: str) -> set[str]:
        """The words that stand anywhere in a text, in one another, too."""
        found = self._all.find_matches_as_indexes(_encode(text), overlapping=True)
        return {self._words[k] for k, _, _ in found}

    @cached_property
    def _longest(self) -> BytesAhoCorasick:
        from ahocorasick_rs import MatchKind

        return _automaton(self._words, MatchKind.LeftmostLongest)

    @cached_property
    def _all(self) -> BytesAhoCorasick:
        from ahocorasick_rs import MatchKind

        return _automaton(self._words, MatchKind.Standard)


def _automaton(words: Sequence[str], kind: MatchKind) -> BytesAhoCorasick:
    """A deterministic one: it takes some milliseconds to make, and half the time to search."""
    from ahocorasick_rs import BytesAhoCorasick, Implementation

    return BytesAhoCorasick(map(_encode, words), kind, implementation=Implementation.DFA)


def _encode(text: str) -> bytes:
    """A text as the automaton reads it; as bytes, because a page may hold lone surrogates."""
    return text.encode("utf-8", "surrogatepass")
