"""Grams: hashes of every run of n characters of a key, for whole batches of keys at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.dedup.keys import Keys

Hashes = NDArray[np.uint64]

PIECE_CHARACTERS = 1 << 17
"""Characters that are hashed at a time: what arrays of them stay in a processor's cache."""

NO_GRAM = np.uint64(0xFFFFFFFFFFFFFFFF)
"""In place of a run that would cross the border between two texts."""

_BASE = 0x9E3779B97F4A7C15
"""Any odd number; that of the golden ratio has its bits well spread."""

_WORD = (1 << 64) - 1


class Grams(NamedTuple):
    """The hashes of the runs that begin at the places `begin`, `begin + 1`, … of the keys' codes.

    A run that would leave its text is `NO_GRAM`.
    """

    begin: int
    hashes: Hashes


def hash_grams(keys: Keys, n: int) -> Iterator[Grams]:
    """The hashes of all runs of `n` characters, piece by piece, each place once.

    Polynomials of the code points modulo 2^64 by differences of one running sum, then mixed
    (the finalizer of MurmurHash3), so that any bits of them can be taken as a sample.
    """
    codes, starts = keys
    rising, falling = _powers(PIECE_CHARACTERS + n)
    for begin in range(0, len(codes) - n + 1, PIECE_CHARACTERS):
        piece = codes[begin : begin + PIECE_CHARACTERS + n - 1]
        sums = np.zeros(len(piece) + 1, np.uint64)
        np.cumsum(piece * rising[: len(piece)], out=sums[1:])
        hashes = sums[n:] - sums[:-n]
        hashes *= falling[: len(hashes)]
        _mix(hashes)
        _cut_borders(hashes, starts, begin, n)
        yield Grams(begin, hashes)


def hash_runs(keys: Keys, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
    """The hash of each run `begins[i] : ends[i]` of the keys' codes; empty ones have that of 0."""
    rising, falling = _powers(1 << len(keys.codes).bit_length())
    sums = np.zeros(len(keys.codes) + 1, np.uint64)
    np.cumsum(keys.codes * rising[: len(keys.codes)], out=sums[1:])
    hashes: Hashes = (sums[ends] - sums[begins]) * falling[begins]
    _mix(hashes)
    return hashes


def _cut_borders(hashes: Hashes, starts: NDArray[np.int64], begin: int, n: int) -> None:
    """Mark the runs that begin less than `n` characters before the end of their text."""
    first, last = np.searchsorted(starts, [begin + 1, begin + len(hashes) + n - 1])
    ends = starts[first:last, None] - np.arange(1, n) - begin
    hashes[ends[(ends >= 0) & (ends < len(hashes))]] = NO_GRAM


def _mix(hashes: Hashes) -> None:
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        hashes ^= hashes >> np.uint64(33)
        hashes *= np.uint64(factor)
    hashes ^= hashes >> np.uint64(33)


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """Powers of `_BASE` and of its inverse modulo 2^64, from 0 on."""
    bases = np.array([_BASE, pow(_BASE, -1, _WORD + 1)], np.uint64)
    powers = np.repeat(bases[:, None], size, axis=1)
    powers[:, 0] = 1
    rising, falling = np.cumprod(powers, axis=1)
    return rising, falling
