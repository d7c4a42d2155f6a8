"""First stage: what deduplication keeps of each article. The only one that reads every text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.dedup.contract import KEYS, MEMBERS, POSTINGS
from corpus.dedup.exact import text_keys
from corpus.dedup.keys import Keys, fold_texts, write_keys
from corpus.dedup.methods import Batch, KeyRows, Method, key_words
from corpus.dedup.published import published_second
from corpus.dedup.url import page_keys

BATCH_CHARACTERS = 2_000_000
"""Characters of text after which a new batch begins."""

MAX_CHARACTERS = 1_000_000
"""Characters of a key that `near`, `contained` and measuring look at. `exact` looks at all."""


class Fingerprints(NamedTuple):
    """`contract.MEMBERS`, `KEYS` and `POSTINGS` of some articles."""

    members: pa.Table
    keys: pa.Table
    postings: pa.Table


def fingerprint(articles: pa.Table, methods: Mapping[str, Method]) -> Fingerprints:
    """What the articles (`contract.ARTICLES`) are compared by.

    Memory: some ten times the text of a batch of `BATCH_CHARACTERS`, or of one text if that is
    longer, and the result: about 100 bytes and, a 1,500-character text, 200 postings an article.
    """
    batches = [_fingerprint_batch(batch, methods) for batch in cut_batches(articles)]
    nothing = Fingerprints(MEMBERS.empty_table(), KEYS.empty_table(), POSTINGS.empty_table())
    return Fingerprints(
        *(pa.concat_tables(parts).combine_chunks() for parts in zip(nothing, *batches, strict=True))
    )


def cut_batches(articles: pa.Table) -> Iterator[pa.Table]:
    """Runs of articles of about `BATCH_CHARACTERS`."""
    sizes = pc.fill_null(pc.utf8_length(articles["text"]), 0).to_numpy().astype(np.int64)
    number = (np.cumsum(sizes) - sizes) // BATCH_CHARACTERS
    cuts = np.flatnonzero(np.diff(number)) + 1
    begins = [0, *cuts.tolist()]
    ends = [*cuts.tolist(), len(articles)]
    for begin, end in zip(begins, ends, strict=True):
        if end > begin:
            yield articles.slice(begin, end - begin)


def _fingerprint_batch(articles: pa.Table, methods: Mapping[str, Method]) -> Fingerprints:
    keys = fold_texts(articles["text"])
    batch = Batch(articles, page_keys(articles), text_keys(keys), cut_keys(keys))
    rows = [method(batch) for method in methods.values()]
    column = pa.table([articles["number"], write_keys(keys)], KEYS)
    postings = postings_of(articles, batch.text, batch.keys.sizes(), rows)
    return Fingerprints(members_of(articles, batch.page, batch.text), column, postings)


def cut_keys(keys: Keys) -> Keys:
    """Keys of no more than `MAX_CHARACTERS` each."""
    sizes = keys.sizes()
    if not len(sizes) or sizes.max() <= MAX_CHARACTERS:
        return keys
    within = np.arange(len(keys.codes)) - np.repeat(keys.starts[:-1], sizes)
    starts = np.concatenate([[0], np.cumsum(np.minimum(sizes, MAX_CHARACTERS))])
    return Keys(keys.codes[within < MAX_CHARACTERS], starts)


def members_of(articles: pa.Table, page: pa.Array, text: pa.Array) -> pa.Table:
    """`contract.MEMBERS` of these articles, `page` and `text` given."""
    columns = {
        "number": articles["number"],
        "id": pa.array([bytes.fromhex(own) for own in articles["id"].to_pylist()], pa.binary(16)),
        "page": page,
        "text": text,
        "published": [published_second(time) for time in articles["published_at"].to_pylist()],
        "n_characters": articles["n_characters"],
        "site": articles["site"],
        "source": articles["source"],
        "cluster_id": pa.nulls(len(articles), pa.binary(16)),
        "cluster_size": pa.nulls(len(articles), pa.int64()),
    }
    return pa.table(columns, MEMBERS)


def postings_of(
    articles: pa.Table, text: pa.Array, sizes: NDArray[np.int64], rows: Sequence[KeyRows]
) -> pa.Table:
    """`contract.POSTINGS` of these articles: `rows`, and the `sizes` of their comparison keys."""
    place = np.concatenate([np.zeros(0, np.int64), *(part.place for part in rows)])
    tags = np.zeros(len(articles), np.uint32)
    where, words = key_words(text)
    tags[where] = words >> np.uint64(32)
    columns = {
        "key": np.concatenate([np.zeros(0, np.uint64), *(part.key for part in rows)]),
        "number": articles["number"].to_numpy()[place],
        "tag": tags[place],
        "size": np.minimum(sizes, (1 << 32) - 1).astype(np.uint32)[place],
        "kind": np.concatenate([np.zeros(0, np.uint8), *(part.kind for part in rows)]),
    }
    return pa.table(columns, POSTINGS)
