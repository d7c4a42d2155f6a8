"""Dedup: articles in, verdicts on duplicates out. Keys travel, texts only where they are compared.

    members, keys, postings = fingerprint(articles, options)          # a worker, for each shard
    names = find_duplicates(run, shards, Setup(n_parts, keys, options))    # stages on any engine

What a stage is given and leaves stands in `contract`; how it is done, in docs/dedup.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from corpus.dedup.close import distinct_pairs, find_close
from corpus.dedup.contained import contained
from corpus.dedup.contract import (
    ARTICLES,
    KEYS,
    MEMBERS,
    PAIRS,
    POSTINGS,
    VERDICTS,
    Lookup,
    Run,
    Store,
)
from corpus.dedup.cutting import Passage, cut_passages, recurring_share
from corpus.dedup.driver import (
    STAGES,
    Setup,
    StoredKeys,
    count_parts,
    find_duplicates,
    measured_pairs,
)
from corpus.dedup.exact import exact
from corpus.dedup.fingerprint import Fingerprints
from corpus.dedup.fingerprint import fingerprint as _fingerprint
from corpus.dedup.index import Indexed, index_articles
from corpus.dedup.index import fingerprint_index as _fingerprint_index
from corpus.dedup.keys import comparison_key
from corpus.dedup.memory import find_duplicates_here as _find_duplicates_here
from corpus.dedup.methods import Method
from corpus.dedup.near import near
from corpus.dedup.passage_driver import PASSAGE_STAGES, PassageSetup, find_all_passages
from corpus.dedup.passages import Sizes
from corpus.dedup.ranked import SURVIVOR_ORDER
from corpus.dedup.recall import RECALL_STAGES, Known
from corpus.dedup.url import url
from corpus.dedup.withdrawn import Hit, Sketch, Withdrawn, pack_hashes, sketch_text, unpack_hashes
from corpus.recipe import Dedup

__all__ = [
    "ARTICLES",
    "KEYS",
    "MEMBERS",
    "METHODS",
    "PAIRS",
    "PASSAGE_STAGES",
    "POSTINGS",
    "RECALL_STAGES",
    "STAGES",
    "SURVIVOR_ORDER",
    "VERDICTS",
    "Fingerprints",
    "Hit",
    "Indexed",
    "Known",
    "Lookup",
    "Method",
    "Passage",
    "PassageSetup",
    "Run",
    "Setup",
    "Sizes",
    "Sketch",
    "Store",
    "StoredKeys",
    "Withdrawn",
    "comparison_key",
    "count_parts",
    "cut_passages",
    "distinct_pairs",
    "find_all_passages",
    "find_close",
    "find_duplicates",
    "find_duplicates_here",
    "fingerprint",
    "fingerprint_index",
    "index_articles",
    "measured_pairs",
    "pack_hashes",
    "recurring_share",
    "sketch_text",
    "unpack_hashes",
]

METHODS: dict[str, Method] = {"url": url, "exact": exact, "near": near, "contained": contained}
"""The methods by the name that the ledger gives as the reason; the first that matches names it."""


def fingerprint(articles: pa.Table, options: Dedup) -> Fingerprints:
    """What the articles (`ARTICLES`) are compared by: their `MEMBERS`, keys and `POSTINGS`."""
    return _fingerprint(articles, _chosen(options))


def fingerprint_index(index: pa.Table, articles: pa.Table, options: Dedup) -> Indexed:
    """The same, but for the keys, of articles whose `index` (`schema.INDEX`) is at hand.

    Their texts are not looked at.
    """
    return _fingerprint_index(index, articles, _chosen(options))


def find_duplicates_here(
    articles: Sequence[pa.Table], options: Dedup | None = None, n_parts: int = 1
) -> pa.Table:
    """The `VERDICTS` on these articles (`ARTICLES`), in this process and in memory.

    Neither their order, nor how they are cut into tables, nor the number of parts matters.
    """
    options = options or Dedup()
    return _find_duplicates_here(articles, _chosen(options), options, n_parts)


def _chosen(options: Dedup) -> dict[str, Method]:
    """The methods of the recipe. Those that compare grams need equal texts brought together."""
    names = {*options.methods, *(["exact"] if {"near", "contained"} & {*options.methods} else [])}
    return {name: method for name, method in METHODS.items() if name in names}
