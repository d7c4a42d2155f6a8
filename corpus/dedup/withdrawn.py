"""Texts that were withdrawn are told again, and their copies, by hashes that give no text back.

Of the hashes of a text's 5-grams a sketch keeps all where they are few, else a share of them, those
below a limit (FracMinHash). What two texts share, their sketches share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa

from corpus.dedup.exact import text_keys
from corpus.dedup.grams import NO_GRAM, Hashes, hash_grams
from corpus.dedup.keys import fold_texts

GRAM = 5
"""Characters of a gram."""

HASH_BITS = 40
"""Bits of a hash: a million texts have some 10^8 of 10^12."""
HASH_BYTES = HASH_BITS // 8

MANY = 256
"""Hashes of a sketch beyond which only a share is kept, half of them each time, down to `LEAST`."""
LEAST = 8

NEAR = 0.8
"""Jaccard similarity from which a text is the withdrawn one, changed a little."""

CONTAINED = 0.7
"""Share of the hashes of one text in the other from which it stands inside of it."""

FEW = 30
"""Grams that a text needs to be told inside of another; a headline stands in many."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a withdrawn text: the hash of its comparison key and hashes of its grams.

    `hashes` rise, and are those of its 5-grams below 2^40 / `share`.
    """

    text: bytes
    hashes: Hashes
    share: int


@dataclass(frozen=True, slots=True)
class Hit:
    """Which withdrawn text one is a copy of, by its place, how, and how similar in [0, 1]."""

    place: int
    method: Literal["text", "near", "contained"]
    similarity: float


def sketch_text(text: str) -> Sketch:
    """The sketch of a text; one with less than `GRAM` letters has no hashes.

    >>> sketch = sketch_text("一二三四五六七八。")
    >>> sketch.share, len(sketch.hashes), sketch.text == sketch_text("一二三四五六七八").text
    (1, 4, True)
    """
    key, hashes = _fold(text)
    share = 1
    while share < LEAST and len(hashes) > MANY * share:
        share *= 2
    return Sketch(key, hashes[hashes < _limit(share)], share)


def _fold(text: str) -> tuple[bytes, Hashes]:
    """The hash of the comparison key, empty where that is, and those of its grams, rising."""
    keys = fold_texts(pa.array([text], pa.large_string()))
    (key,) = text_keys(keys).to_pylist()
    pieces = [piece.hashes for piece in hash_grams(keys, GRAM)]
    hashes = np.concatenate([np.zeros(0, np.uint64), *pieces])
    return key or b"", np.unique(hashes[hashes != NO_GRAM] >> np.uint64(64 - HASH_BITS))


def _limit(share: int) -> np.uint64:
    return np.uint64((1 << HASH_BITS) // share)


def pack_hashes(hashes: Hashes) -> bytes:
    """The hashes as `HASH_BYTES` bytes each, little-endian."""
    return hashes.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :HASH_BYTES].tobytes()


def unpack_hashes(packed: bytes) -> Hashes:
    """The hashes again.

    >>> unpack_hashes(pack_hashes(np.array([1, 2**39], np.uint64))).tolist()
    [1, 549755813888]
    """
    few = np.frombuffer(packed, np.uint8).reshape(-1, HASH_BYTES)
    words = np.zeros((len(few), 8), np.uint8)
    words[:, :HASH_BYTES] = few
    return words.view("<u8").reshape(-1).astype(np.uint64)


class Withdrawn:
    """Withdrawn texts, to be asked of each text whether it is a copy of one of them."""

    def __init__(self, sketches: Sequence[Sketch]) -> None:
        """Index the sketches; a hit names one by its place among them."""
        self._sketches = tuple(sketches)
        self._texts = {sketch.text: n for n, sketch in enumerate(sketches) if sketch.text}
        sizes = [len(sketch.hashes) for sketch in sketches]
        hashes = np.concatenate([np.zeros(0, np.uint64), *(s.hashes for s in sketches)])
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._owners = np.repeat(np.arange(len(sketches)), sizes)[order]

    def find(self, text: str) -> Hit | None:
        """The withdrawn text that this one is most like, if it is a copy of any.

        It is one if it is the same, whatever its script, width, case and punctuation; if it is
        near it; if it holds most of it, or stands for the most part inside of it.
        """
        if not self._sketches:
            return None
        key, hashes = _fold(text)
        if key in self._texts:
            return Hit(self._texts[key], "text", 1.0)
        hits = self._similar(hashes)
        return max(hits, key=lambda hit: (hit.similarity, -hit.place), default=None)

    def _similar(self, own: Hashes) -> list[Hit]:
        first = np.searchsorted(self._hashes, own, side="left")
        last = np.searchsorted(self._hashes, own, side="right")
        found = np.flatnonzero(last > first)
        owners = [self._owners[first[n] : last[n]] for n in found]
        counts = np.bincount(np.concatenate([np.zeros(0, np.int64), *owners]))
        hits = (
            self._judge(int(place), int(counts[place]), own) for place in np.flatnonzero(counts)
        )
        return [hit for hit in hits if hit is not None]

    def _judge(self, place: int, n_shared: int, own: Hashes) -> Hit | None:
        sketch = self._sketches[place]
        n_theirs = len(sketch.hashes)
        n_own = int(np.searchsorted(own, _limit(sketch.share)))
        jaccard = n_shared / (n_theirs + n_own - n_shared)
        if jaccard >= NEAR:
            return Hit(place, "near", jaccard)
        inside = n_shared / n_theirs if n_theirs * sketch.share >= FEW else 0.0
        around = n_shared / n_own if n_own * sketch.share >= FEW else 0.0
        contained = max(inside, around)
        return Hit(place, "contained", contained) if contained >= CONTAINED else None
