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
        by_opening: dict[str, list[str]] = {}
        for word in sorted(words, key=len, reverse=True):
            by_opening.setdefault(word[:2], []).append(word)
        self._by_opening = by_opening
        pairs = sorted(opening for opening in by_opening if len(opening) == 2)
        lone = [ord(opening) for opening in by_opening if len(opening) == 1]
        codes = np.array([[*map(ord, pair)] for pair in pairs], dtype=np.uint32).reshape(-1, 2)
        self._keys = _keys(codes[:, 0], codes[:, 1])
        # How long the word is where the opening is all of it; 0 where it is to be looked closer.
        self._sizes = np.array([2 * (by_opening[pair] == [pair]) for pair in pairs], dtype=np.intp)
        self._pairs = np.zeros(HASH_BITS + 1, dtype=np.bool_)
        self._pairs[_hash(codes[:, 0], codes[:, 1])] = True
        self._lone = np.zeros(HASH_BITS + 1, dtype=np.bool_)
        self._lone[np.array(lone, dtype=np.uint32) & np.uint32(HASH_BITS)] = True
        self._has_lone = len(lone) > 0

    def find(self, text: str) -> list[tuple[int, str]]:
        """The places of words and the words, from left to right.

        Of the words at one place the longest is found, of words that overlap the first.
        """
        found: list[tuple[int, str]] = []
        end = 0
        for at, size in zip(*self._openings(text), strict=True):
            if at < end:
                continue
            word = text[at : at + size] if size else self._longest(text, at)
            if word:
                found.append((at, word))
                end = at + len(word)
        return found

    def stand_in(self, text: str) -> set[str]:
        """The words that stand anywhere in a text, in one another, too."""
        found: set[str] = set()
        for at, _ in zip(*self._openings(text), strict=True):
            for opening in (text[at : at + 2], text[at]):
                for word in self._by_opening.get(opening, ()):
                    if word not in found and text.startswith(word, at):
                        found.add(word)
        return found

    def find_in_lines(self, lines: Sequence[str]) -> list[tuple[int, str]]:
        """The numbers of the lines that words stand in, and the words; no line has a line feed."""
        found = self.find("\n".join(lines))
        if not found:
            return []
        ends = (np.array([*map(len, lines)]) + 1).cumsum()
        numbers = ends.searchsorted([at for at, _ in found], side="right").tolist()
        return [(n, word) for n, (_, word) in zip(numbers, found, strict=True)]

    def _longest(self, text: str, at: int) -> str:
        """The longest word that stands at a place; empty where there is none."""
        for word in self._by_opening.get(text[at : at + 2], ()):
            if text.startswith(word, at):
                return word
        return text[at] if text[at] in self._by_opening else ""

    def _openings(self, text: str) -> tuple[list[int], list[int]]:
        """Where a word may begin, and how long it is, 0 where that is to be looked closer."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        if len(codes) < 2 or not len(self._keys):
            return [*range(len(codes))], [0] * len(codes)
        maybe = self._pairs.take(_hash(codes[:-1], codes[1:]))
        places = maybe.nonzero()[0]
        wanted = _keys(codes[places], codes[places + 1])
        number = self._keys.searchsorted(wanted)
        number[number == len(self._keys)] = 0
        is_opening = self._keys[number] == wanted
        places, sizes = places[is_opening], self._sizes[number[is_opening]]
        if self._has_lone:
            lone = self._lone.take(codes & np.uint32(HASH_BITS)).nonzero()[0]
            places = np.concatenate([places, lone])
            places, first = np.unique(places, return_index=True)
            sizes = np.concatenate([sizes, np.zeros(len(lone), np.intp)])[first]
        return places.tolist(), sizes.tolist()


def _keys(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """One number for each pair of characters."""
    return first.astype(np.uint64) << np.uint64(32) | second


def _hash(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A number of few bits for each pair of characters."""
    return (first * np.uint32(31) + second) & np.uint32(HASH_BITS)
