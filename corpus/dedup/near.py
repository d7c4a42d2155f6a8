"""`near`: nearly the same text. MinHash of character 5-grams, one permutation, in 21 bands."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpus.dedup.grams import NO_GRAM, Hashes, hash_grams
from corpus.dedup.keys import Keys
from corpus.dedup.methods import BAND, MIN_CHARACTERS, Batch, KeyRows, rows_of

GRAM = 5
"""Characters of a gram: the smallest number at which unrelated articles share next to nothing."""

VALUES = 128
ROWS = 6
"""Values of a band: 21 bands of 6 find .998 of the pairs at Jaccard .8, where 16 of 8 find .95; the
two values that are left over are in none. See docs/decisions/0031-bands-of-six.md."""

N_BANDS = VALUES // ROWS

_BIN_BITS = 7
_ATTEMPTS = 128


def near(batch: Batch) -> KeyRows:
    """A key for each band of values; equal bands are near texts more often than not."""
    long_enough = np.flatnonzero(batch.keys.sizes() >= MIN_CHARACTERS)
    bands = band_keys(signatures(batch.keys)[long_enough])
    return rows_of(np.repeat(long_enough, bands.shape[1]), bands.ravel(), BAND)


def signatures(keys: Keys) -> Hashes:
    """The MinHash values of each key, shape (keys, 128).

    One permutation: the first seven bits of a gram's hash choose a bin, each bin keeps its
    smallest. A bin without grams takes over that of another, chosen by its number alone, so that
    texts of few grams can be compared as well; a text without grams has `NO_GRAM` everywhere.

    Source: Li, Owen, Zhang 2012, One Permutation Hashing; Shrivastava 2017, Optimal Densification.
    """
    n = len(keys.starts) - 1
    values = np.full(n * VALUES, NO_GRAM, np.uint64)
    offsets = np.repeat(np.arange(n) * VALUES, keys.sizes())
    for begin, hashes in hash_grams(keys, GRAM):
        bins = (hashes >> np.uint64(64 - _BIN_BITS)).astype(np.int64)
        bins += offsets[begin : begin + len(hashes)]
        np.minimum.at(values, bins, hashes)
    return _fill_empty_bins(values.reshape(n, VALUES))


def _fill_empty_bins(values: Hashes) -> Hashes:
    is_empty = values == NO_GRAM
    is_empty[is_empty.all(axis=1)] = False
    texts, bins = np.nonzero(is_empty)
    filled = values.copy()
    for sources in _sources():
        if not len(texts):
            break
        found = values[texts, sources[bins]]
        filled[texts, bins] = found
        left = found == NO_GRAM
        texts, bins = texts[left], bins[left]
    return filled


@cache
def _sources() -> NDArray[np.int64]:
    """For each attempt and each empty bin the bin it takes over; the last attempts try all."""
    attempts = np.arange(_ATTEMPTS, dtype=np.uint64)[:, None]
    bins = np.arange(VALUES, dtype=np.uint64)
    mixed = (attempts * np.uint64(VALUES) + bins + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    drawn = mixed >> np.uint64(64 - _BIN_BITS)
    one_by_one = (bins + attempts[:VALUES] + np.uint64(1)) % np.uint64(VALUES)
    return np.concatenate([drawn, one_by_one]).astype(np.int64)


def band_keys(values: Hashes) -> Hashes:
    """The keys of the bands of each signature, shape (texts, 21)."""
    rows = values[:, : N_BANDS * ROWS].reshape(-1, N_BANDS, ROWS)
    keys = np.tile(np.arange(1, N_BANDS + 1, dtype=np.uint64), (len(values), 1))
    for row in range(ROWS):
        keys = (keys ^ rows[:, :, row]) * np.uint64(0xFF51AFD7ED558CCD)
        keys ^= keys >> np.uint64(32)
    return keys
