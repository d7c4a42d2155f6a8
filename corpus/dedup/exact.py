"""`exact`: one text, whatever its script, width, case, punctuation and white space."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pyarrow as pa

from corpus.dedup.keys import Keys
from corpus.dedup.methods import TEXT, Batch, KeyRows, key_words, rows_of


def exact(batch: Batch) -> KeyRows:
    """The whole comparison key; a text whose key is empty has none."""
    return rows_of(*key_words(batch.text), TEXT)


def text_keys(keys: Keys) -> pa.Array:
    """The `text` of each article: hash of its comparison key, null where that is empty."""
    codes, starts = keys.codes.astype("<u4", copy=False), keys.starts.tolist()
    hashes = [
        hashlib.blake2b(codes[begin:end].data, digest_size=16).digest() if end > begin else None
        for begin, end in pairwise(starts)
    ]
    return pa.array(hashes, pa.binary(16))
