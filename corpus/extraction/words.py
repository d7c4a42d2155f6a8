"""Words of a list found in a page, in one pass: only where two characters fit is looked closer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

HASH_BITS = 0xFFFF
"""Pairs of characters are looked up by so many bits first: few others than those of words pass."""


class Words:
    """A list of words, none of them empty, ready to be looked for."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_opening: dict[str, list[str]] = {}
        for word in sorted(words, key=len, reverse=True):
            self._by_opening.setdefault(word[:2], []).append(word)
        openings = [_codes(opening) for opening in self._by_opening]
        self._pairs = np.zeros(HASH_BITS + 1, dtype=np.bool_)
        self._pairs[[_hash(o)[0] for o in openings if len(o) == 2]] = True
        self._lone = np.zeros(HASH_BITS + 1, dtype=np.bool_)
        self._lone[[o[0] & HASH_BITS for o in openings if len(o) == 1]] = True

    def find(self, text: str) -> list[tuple[int, str]]:
        """The places of words and the words, from left to right.

        Of the words at one place the longest is found, of words that overlap the first.
        """
        found: list[tuple[int, str]] = []
        end = 0
        by_opening = self._by_opening
        for at in self._openings(text):
            if at < end:
                continue
            for word in by_opening.get(text[at : at + 2], ()):
                if text.startswith(word, at):
                    break
            else:
                word = text[at]
                if word not in by_opening:
                    continue
            found.append((at, word))
            end = at + len(word)
        return found

    def stand_in(self, text: str) -> set[str]:
        """The words that stand anywhere in a text, in one another, too."""
        found: set[str] = set()
        for at in self._openings(text):
            found.update(
                word
                for opening in {text[at], text[at : at + 2]}
                for word in self._by_opening.get(opening, ())
                if text.startswith(word, at)
            )
        return found

    def find_in_lines(self, lines: Sequence[str]) -> list[tuple[int, str]]:
        """The numbers of the lines that words stand in, and the words; no line has a line feed."""
        found = self.find("\n".join(lines))
        if not found:
            return []
        ends = (np.array([*map(len, lines)]) + 1).cumsum()
        numbers = ends.searchsorted([at for at, _ in found], side="right").tolist()
        return [(n, word) for n, (_, word) in zip(numbers, found, strict=True)]

    def _openings(self, text: str) -> list[int]:
        """Where a word may begin."""
        codes = _codes(text)
        maybe = self._lone.take(codes & np.uint32(HASH_BITS))
        maybe[:-1] |= self._pairs.take(_hash(codes))
        places: list[int] = maybe.nonzero()[0].tolist()
        return places


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _hash(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A number of few bits for each pair of neighbours."""
    return (codes[:-1] * np.uint32(31) + codes[1:]) & np.uint32(HASH_BITS)
