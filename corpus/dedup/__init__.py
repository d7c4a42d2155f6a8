"""Dedup: candidates in, clusters of duplicates out, one survivor each. Keys travel, not texts."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.dedup.candidates import Candidate, make_candidate
from corpus.dedup.clusters import SURVIVOR_ORDER, Cluster, Loser
from corpus.dedup.clusters import find_clusters as _find_clusters
from corpus.dedup.keys import comparison_key
from corpus.dedup.matching import Match, Method, same_page, same_text

__all__ = [
    "METHODS",
    "SURVIVOR_ORDER",
    "Candidate",
    "Cluster",
    "Loser",
    "Match",
    "Method",
    "comparison_key",
    "find_clusters",
    "make_candidate",
]

METHODS: dict[str, Method] = {
    "url": same_page,
    "exact": same_text,
}
"""The methods by the name that the ledger gives as the reason; the first that matches names it."""


def find_clusters(candidates: Sequence[Candidate]) -> list[Cluster]:
    """The clusters that all methods find together, in the reading order of their survivors.

    The same whatever the order of `candidates`. An article without duplicates is in none.

    >>> first = make_candidate("0a", 0, None, 5, "一样的文字")
    >>> copy = make_candidate("0b", 1, "2025-03-04", 5, "一樣的文字。")
    >>> find_clusters([first, copy])[0].survivor_id
    '0b'
    """
    return _find_clusters(candidates, METHODS)
