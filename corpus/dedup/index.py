"""The keys of articles as a release carries them, and made into fingerprints again.

They are what `fingerprint` makes of the texts, whatever the recipe: a next build compares its pages
with these articles without folding and hashing all of their texts once more.
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.dedup.contained import KEY_BITS, mark_probes, samples
from corpus.dedup.exact import text_keys
from corpus.dedup.fingerprint import cut_batches, cut_keys, members_of, postings_of
from corpus.dedup.keys import fold_texts
from corpus.dedup.methods import BAND, MIN_CHARACTERS, PAGE, TEXT, KeyRows, key_words, rows_of
from corpus.dedup.near import band_keys, signatures
from corpus.dedup.url import page_keys
from corpus.schema import INDEX

KEY_BYTES = KEY_BITS // 8


class Indexed(NamedTuple):
    """`contract.MEMBERS` and `POSTINGS` of articles whose keys were at hand."""

    members: pa.Table
    postings: pa.Table


def index_articles(articles: pa.Table) -> pa.Table:
    """The keys (`schema.INDEX`) of articles, which have `id` and `text`, row by row.

    Memory: as `fingerprint`, a batch at a time, and some 900 bytes an article.
    """
    parts = [INDEX.empty_table(), *map(_index_batch, cut_batches(articles))]
    return pa.concat_tables(parts).combine_chunks()


def _index_batch(articles: pa.Table) -> pa.Table:
    whole = fold_texts(articles["text"])
    keys = cut_keys(whole)
    long_enough = keys.sizes() >= MIN_CHARACTERS
    bands = band_keys(signatures(keys)).astype("<u8")
    places, sampled = samples(keys)
    data = sampled.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :KEY_BYTES].tobytes()
    bounds = np.searchsorted(places, np.arange(len(articles) + 1)) * KEY_BYTES
    runs = zip(pairwise(bounds.tolist()), long_enough, strict=True)
    columns = {
        "id": articles["id"],
        "text": [own.hex() if own else None for own in text_keys(whole).to_pylist()],
        "n_letters": keys.sizes(),
        "bands": [
            _text(row.tobytes()) if is_long else ""
            for row, is_long in zip(bands, long_enough, strict=True)
        ],
        "samples": [_text(data[begin:end]) if is_long else "" for (begin, end), is_long in runs],
    }
    return pa.table(columns, INDEX)


def fingerprint_index(index: pa.Table, articles: pa.Table, methods: Collection[str]) -> Indexed:
    """What `fingerprint` gives for these articles (`contract.ARTICLES`), whose text is not read.

    `index` has their keys, row by row; `methods` are the names of those that look.
    """
    hashes = [bytes.fromhex(own) if own else None for own in index["text"].to_pylist()]
    page, text = page_keys(articles), pa.array(hashes, pa.binary(16))
    looks = {
        "url": lambda: rows_of(*key_words(page), PAGE),
        "exact": lambda: rows_of(*key_words(text), TEXT),
        "near": lambda: _band_rows(index),
        "contained": lambda: _sample_rows(index),
    }
    rows = [looks[name]() for name in looks if name in methods]
    sizes = index["n_letters"].to_numpy()
    return Indexed(members_of(articles, page, text), postings_of(articles, text, sizes, rows))


def _band_rows(index: pa.Table) -> KeyRows:
    return rows_of(*_unpack(index["bands"], 8), BAND)


def _sample_rows(index: pa.Table) -> KeyRows:
    return mark_probes(*_unpack(index["samples"], KEY_BYTES))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unpack(column: pa.ChunkedArray, n_bytes: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The rows of all numbers, and the numbers, which take so many bytes each."""
    data = [base64.b64decode(own) for own in column.to_pylist()]
    counts = np.array([len(own) for own in data], np.int64) // n_bytes
    words = np.zeros((int(counts.sum()), 8), np.uint8)
    words[:, :n_bytes] = np.frombuffer(b"".join(data), np.uint8).reshape(-1, n_bytes)
    numbers = words.view("<u8").reshape(-1).astype(np.uint64)
    return np.repeat(np.arange(len(data)), counts), numbers
