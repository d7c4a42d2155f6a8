"""Third stage: how similar pairs that share keys really are, by all grams of their texts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.dedup.contained import GRAM as PROBE_GRAM
from corpus.dedup.contained import N_PROBES, SHARE
from corpus.dedup.contract import PAIRS, Lookup, Numbers
from corpus.dedup.fingerprint import cut_keys
from corpus.dedup.grams import NO_GRAM, Hashes, hash_grams
from corpus.dedup.keys import Keys, read_keys
from corpus.dedup.methods import BAND, PAGE, PROBE, TEXT
from corpus.dedup.near import GRAM

FLOOR = 0.5
"""Share of the shorter text in the longer below which a measured pair is forgotten."""

MIN_SHARED = 3
"""Probes that a longer text must have in its sample, so that set phrases alone do not do."""

LOOKUP_PAIRS = 16_384
LOOKUP_BYTES = 64_000_000
"""Pairs whose keys are looked up at a time, and bytes of keys above which fewer are: a look-up
opens all files in which it finds keys, whatever the number of pairs."""

CHUNK_PAIRS = 1024
"""Of these the pairs that are measured at a time."""


class Measured(NamedTuple):
    """Pairs and their similarities, each in [0, 1]."""

    one: Numbers
    other: Numbers
    jaccard: NDArray[np.float64]
    of_one: NDArray[np.float64]
    of_other: NDArray[np.float64]

    def take(self, mask: NDArray[np.bool_]) -> Measured:
        """Some of the pairs."""
        one, other, *likeness = self
        return Measured(one[mask], other[mask], *(column[mask] for column in likeness))


def verify(candidates: pa.Table, keys: Lookup) -> pa.Table:
    """`contract.PAIRS`: the pairs of one partition that are alike, sorted, each once for each kind.

    Those that are one by their text are not measured, and those by `PAGE` stay whatever they are.
    Memory: the candidates four times, `LOOKUP_BYTES` of keys twice, and the keys of `CHUNK_PAIRS`
    fifteen times.
    """
    kind = candidates["kind"].to_numpy()
    by_text = _distinct(_pairs(candidates, kind == TEXT))
    by_page = _distinct(_pairs(candidates, kind == PAGE))
    alike = _distinct(
        np.concatenate([_pairs(candidates, kind == BAND), _probed(candidates, kind == PROBE)])
    )
    ones = np.ones(len(by_text))
    found = [
        _table(measure(by_page, keys), PAGE),
        _table(Measured(by_text[:, 0], by_text[:, 1], ones, ones, ones), TEXT),
        _table(_above_floor(measure(alike, keys)), BAND),
    ]
    return pa.concat_tables(found).combine_chunks()


def _pairs(candidates: pa.Table, mask: NDArray[np.bool_]) -> Numbers:
    columns = [candidates[name].to_numpy()[mask] for name in ("one", "other")]
    return np.stack(columns, axis=1)


def _distinct(pairs: Numbers) -> Numbers:
    return _counted(pairs)[0]


def _counted(pairs: Numbers) -> tuple[Numbers, NDArray[np.int64], NDArray[np.int64]]:
    """The different pairs, sorted; where each first stands, and how often it stands."""
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    pairs = pairs[order]
    is_first = np.ones(len(pairs), bool)
    is_first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    places = np.flatnonzero(is_first)
    return pairs[places], order[places], np.diff(np.append(places, len(pairs)))


def _probed(candidates: pa.Table, mask: NDArray[np.bool_]) -> Numbers:
    """The pairs that share as many probes as the shorter text must have of them."""
    pairs, where, counts = _counted(_pairs(candidates, mask))
    sizes = candidates["size"].to_numpy()[mask][where].astype(np.int64)
    expected = np.clip((sizes - PROBE_GRAM + 1) // SHARE, 1, N_PROBES)
    found: Numbers = pairs[counts >= np.clip(expected // 3, 1, MIN_SHARED)]
    return found


def measure(pairs: Numbers, keys: Lookup) -> Measured:
    """How alike these pairs are, shape (pairs, 2), by the sets of their grams of 5 characters."""
    begins = range(0, max(len(pairs), 1), LOOKUP_PAIRS)
    return _joined([_look_up(pairs[n : n + LOOKUP_PAIRS], keys) for n in begins])


def _joined(parts: list[Measured]) -> Measured:
    return Measured(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _look_up(pairs: Numbers, keys: Lookup) -> Measured:
    numbers = np.unique(pairs)
    found = keys.take(numbers)
    if found.nbytes > LOOKUP_BYTES and len(pairs) > 1:
        half = len(pairs) // 2
        return _joined([_look_up(part, keys) for part in (pairs[:half], pairs[half:])])
    places = np.searchsorted(numbers, pairs)
    begins = range(0, max(len(pairs), 1), CHUNK_PAIRS)
    parts = [(pairs[n : n + CHUNK_PAIRS], places[n : n + CHUNK_PAIRS]) for n in begins]
    return _joined([_measure(*part, found) for part in parts])


def _measure(pairs: Numbers, places: NDArray[np.int64], keys: pa.ChunkedArray) -> Measured:
    """Pairs, given also by the places of their keys."""
    chosen, places = np.unique(places, return_inverse=True)
    grams = _gram_sets(cut_keys(read_keys(keys.take(pa.array(chosen)))))
    both = [_shared(grams[a], grams[b]) for a, b in places.reshape(-1, 2).tolist()]
    sizes = np.array([len(own) for own in grams], np.int64)[places.reshape(-1, 2)]
    shared, either = np.array(both, np.int64), sizes.sum(axis=1) - both
    return Measured(
        pairs[:, 0],
        pairs[:, 1],
        shared / np.maximum(either, 1),
        shared / np.maximum(sizes[:, 0], 1),
        shared / np.maximum(sizes[:, 1], 1),
    )


def _gram_sets(keys: Keys) -> list[Hashes]:
    """The hashes of the grams of each key, sorted, each once."""
    hashes = np.full(len(keys.codes), NO_GRAM, np.uint64)
    for begin, part in hash_grams(keys, GRAM):
        hashes[begin : begin + len(part)] = part
    return [
        _sorted_set(hashes[begin:end])
        for begin, end in zip(keys.starts[:-1].tolist(), keys.starts[1:].tolist(), strict=True)
    ]


def _sorted_set(hashes: Hashes) -> Hashes:
    hashes = np.sort(hashes[hashes != NO_GRAM])
    is_first = np.ones(len(hashes), bool)
    is_first[1:] = hashes[1:] != hashes[:-1]
    return hashes[is_first]


def _shared(one: Hashes, other: Hashes) -> int:
    """How many hashes two sorted sets have in common."""
    if len(one) > len(other):
        one, other = other, one
    if not len(one):
        return 0
    places = np.searchsorted(other, one)
    places[places == len(other)] = 0
    return int(np.count_nonzero(other[places] == one))


def _above_floor(pairs: Measured) -> Measured:
    return pairs.take(np.maximum(pairs.of_one, pairs.of_other) >= FLOOR)


def _table(pairs: Measured, kind: int) -> pa.Table:
    columns = pairs._asdict() | {"kind": np.full(len(pairs.one), kind, np.uint8)}
    return pa.table(columns, PAIRS)
