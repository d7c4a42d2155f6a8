"""What every method is: it makes keys of a batch of articles; members that share one may be one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.dedup.keys import Keys

NAMES = ("url", "exact", "near", "contained")
"""The methods in the order in which they name a reason."""

PAGE, TEXT, BAND, SAMPLE, PROBE = range(5)
"""The kinds of keys. Who shares a `PAGE` or a `TEXT` key is one; who shares a `BAND` is measured;
who has enough of the `PROBE` keys of another among its `SAMPLE` and `PROBE` keys is measured."""

MIN_CHARACTERS = 20
"""Texts with a shorter key (a headline, an emoji) are compared as a whole only: of so few grams,
one more or less decides."""


class Batch(NamedTuple):
    """Some articles (`contract.ARTICLES`), the hashes that identify them, and their keys.

    `page` and `text` are `MEMBERS`' columns. `keys` are cut after `fingerprint.MAX_CHARACTERS`.
    """

    articles: pa.Table
    page: pa.Array
    text: pa.Array
    keys: Keys


class KeyRows(NamedTuple):
    """Keys of some articles of a batch: a row each, with the place of the article and the kind."""

    place: NDArray[np.int64]
    key: NDArray[np.uint64]
    kind: NDArray[np.uint8]


Method = Callable[[Batch], KeyRows]


def rows_of(place: NDArray[np.int64], key: NDArray[np.uint64], kind: int) -> KeyRows:
    """Rows of one kind."""
    return KeyRows(place, key, np.full(len(place), kind, np.uint8))


def key_words(hashes: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The places where a binary(16) column is not null, and 64 bits of each hash there."""
    places = np.flatnonzero(hashes.is_valid().to_numpy(zero_copy_only=False))
    words = np.frombuffer(b"".join(hashes.drop_null().to_pylist()), "<u8").reshape(-1, 2)
    return places, words[:, 0] ^ words[:, 1]
