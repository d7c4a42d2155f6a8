"""`contained`: a text inside another: reposts with header and footer, cuts, quotes in full.

FracMinHash: of all hashes of a text's grams those below a limit are its sample, an eighth of them,
and the samples of two texts share what the texts share. The smallest of a sample are its probes:
a text that is for the most part inside another finds some of its probes in the sample of the other.

Grams of 12 characters, not of the 5 that are measured afterwards: a passage that is taken over has
many of them in common, unrelated articles hardly any but of set phrases, and that decides how many
pairs a million articles have to be measured for (docs/dedup.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus.dedup.grams import hash_grams
from corpus.dedup.keys import Keys
from corpus.dedup.methods import MIN_CHARACTERS, PROBE, SAMPLE, Batch, KeyRows

GRAM = 12
SHARE = 8
"""One of so many grams is in the sample."""

N_PROBES = 16
KEY_BITS = 40
"""Bits of a key: enough that keys of different grams rarely meet, few enough for a small index."""


def contained(batch: Batch) -> KeyRows:
    """The sample of each text, marked which of it are probes."""
    places, keys = samples(batch.keys)
    long_enough = batch.keys.sizes()[places] >= MIN_CHARACTERS
    return mark_probes(places[long_enough], keys[long_enough])


def mark_probes(places: NDArray[np.int64], keys: NDArray[np.uint64]) -> KeyRows:
    """Rows of `samples`, marked which of each text's are its probes."""
    firsts = np.searchsorted(places, places)  # sorted by text, then key
    ranks = np.arange(len(places)) - firsts
    kinds = np.where(ranks < N_PROBES, PROBE, SAMPLE).astype(np.uint8)
    return KeyRows(places, keys, kinds)


def samples(keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The texts by place and the keys of their samples, sorted by text, then key, each once.

    For no more than 2^24 texts at a time.
    """
    owners = np.repeat(np.arange(len(keys.starts) - 1, dtype=np.uint64), keys.sizes())
    rows = [np.zeros(0, np.uint64)]
    limit = np.uint64((1 << 64) // SHARE)
    for begin, hashes in hash_grams(keys, GRAM):
        chosen = np.flatnonzero(hashes < limit)
        place = owners[begin + chosen] << np.uint64(KEY_BITS)
        rows.append(place | (hashes[chosen] >> np.uint64(64 - KEY_BITS)))
    both = np.sort(np.concatenate(rows))
    both = both[np.concatenate([[True], both[1:] != both[:-1]])[: len(both)]]
    return (both >> np.uint64(KEY_BITS)).astype(np.int64), both & np.uint64((1 << KEY_BITS) - 1)
