"""Second stage: which members share keys. Of one partition of the postings at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.dedup.contract import CANDIDATES
from corpus.dedup.methods import BAND, PAGE, PROBE, SAMPLE, TEXT

MAX_GROUP = 32
"""Members with one key that are paired each with each. In a larger group each is paired with three
others only: what a hundred thousand pages share costs three hundred thousand pairs, not five
billion."""

MAX_NUMBER = (1 << 64) - 1

Places = NDArray[np.int64]


class Rows(NamedTuple):
    """Postings that share their key with another, sorted by key, size, tag and number."""

    key: NDArray[np.uint64]
    number: NDArray[np.uint64]
    tag: NDArray[np.uint32]
    size: NDArray[np.uint32]
    kind: NDArray[np.uint8]

    def take(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Rows:
        """These rows."""
        key, number, tag, size, kind = self
        return Rows(key[places], number[places], tag[places], size[places], kind[places])


def find_pairs(postings: pa.Table, first_known: int | None = None) -> pa.Table:
    """`contract.CANDIDATES`: pairs of members that share a key of this partition.

    Without those of which both are numbered from `first_known` on: articles of an earlier release.

    A pair is there as often as it shares keys. Members with equal texts count as one for the keys
    of grams: the first read stands for all, and the others are paired with it by `TEXT`. For
    `PROBE` the key is a probe of the shorter text. Memory: about 150 bytes a posting.
    """
    rows = Rows(*(postings[name].to_numpy() for name in Rows._fields))
    limit = np.uint64(MAX_NUMBER if first_known is None else first_known)
    found = [CANDIDATES.empty_table()]
    for own, kinds in ((PAGE, (PAGE,)), (TEXT, (TEXT,)), (BAND, (BAND,)), (PROBE, (SAMPLE, PROBE))):
        shared = _with_new(_shared(rows.take(np.isin(rows.kind, kinds))), limit)
        if own in (PAGE, TEXT):
            pairs = _first_with_each(shared)
        else:
            shared = _first_of_equals(shared)
            pairs = _pairs(shared)
        pairs = pairs[(shared.number[pairs] < limit).any(axis=1)]
        found.append(_candidates(shared, pairs, own))
    return pa.concat_tables(found).combine_chunks()


def _with_new(rows: Rows, limit: np.uint64) -> Rows:
    """The rows, which are sorted, whose key a member of a number below `limit` has."""
    is_new = np.append(0, np.cumsum(rows.number < limit))
    begins = np.searchsorted(rows.key, rows.key)
    return rows.take(is_new[_ends(rows.key)] > is_new[begins])


def _shared(rows: Rows) -> Rows:
    """The rows whose key another has as well, sorted. Most keys are of one member alone."""
    order = np.argsort(rows.key)
    key = rows.key[order]
    as_last = np.zeros(len(key) + 1, bool)
    as_last[1:-1] = key[1:] == key[:-1]
    rows = rows.take(order[as_last[1:] | as_last[:-1]])
    return rows.take(np.lexsort((rows.number, rows.tag, rows.size, rows.key)))


def _first_of_equals(rows: Rows) -> Rows:
    """The rows without those of a text that another member, read before, has as well."""
    is_first = np.ones(len(rows.key), bool)
    is_first[1:] = False
    for column in (rows.key, rows.size, rows.tag):
        is_first[1:] |= column[1:] != column[:-1]
    return rows.take(is_first)


def _ends(keys: NDArray[np.uint64]) -> Places:
    """For each place of sorted keys, the place after the last equal one."""
    ends: Places = np.searchsorted(keys, keys, side="right")
    return ends


def _first_with_each(rows: Rows) -> Places:
    """In each group the member read first with each other, shape (pairs, 2)."""
    order = np.lexsort((rows.number, rows.key))
    firsts = order[np.searchsorted(rows.key, rows.key)]  # the groups lie where they lay
    pairs = np.stack([firsts, order], axis=1)
    found: Places = pairs[rows.number[pairs[:, 0]] != rows.number[pairs[:, 1]]]
    return found


def _pairs(rows: Rows) -> Places:
    """Pairs of places of rows with one key, the shorter text first; shape (pairs, 2).

    In a small group each with each whose first is no `SAMPLE`; in a large one each that is no
    `SAMPLE` with the next in size, with the largest, and with one that chance chose.
    """
    places = np.flatnonzero(rows.kind != SAMPLE)
    ends = _ends(rows.key)[places]
    begins = np.searchsorted(rows.key, rows.key[places])
    is_small = ends - begins <= MAX_GROUP
    counts = np.where(is_small, ends - places - 1, 0)
    first = np.repeat(places, counts)
    within = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    small = np.stack([first, first + 1 + within], axis=1)
    return np.concatenate([small, _pairs_of_large(rows, places[~is_small], begins[~is_small])])


def _pairs_of_large(rows: Rows, places: Places, begins: Places) -> Places:
    last = _ends(rows.key)[places] - 1
    # The smallest mixed number: the same member in every group that has it, and no extreme one.
    mixed = rows.number * np.uint64(0x9E3779B97F4A7C15)
    starts, owners = np.unique(begins, return_inverse=True)
    chosen = np.array(
        [
            start + int(np.argmin(mixed[start:end]))
            for start, end in zip(starts.tolist(), _ends(rows.key)[starts].tolist(), strict=True)
        ],
        dtype=np.int64,
    )
    others = [np.minimum(places + 1, last), last, *([chosen[owners]] if len(places) else [])]
    pairs = np.concatenate([np.stack([places, other], axis=1) for other in others])
    pairs.sort(axis=1)
    found: Places = pairs[pairs[:, 0] != pairs[:, 1]]
    return found


def _candidates(rows: Rows, pairs: Places, kind: int) -> pa.Table:
    numbers = np.sort(rows.number[pairs], axis=1)
    columns = {
        "one": numbers[:, 0],
        "other": numbers[:, 1],
        "kind": np.full(len(pairs), kind, np.uint8),
        "size": rows.size[pairs].min(axis=1),
    }
    return pa.table(columns, CANDIDATES)
