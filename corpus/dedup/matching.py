"""Methods that find duplicates among candidates by equal keys."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from corpus.dedup.candidates import Candidate


class Match(NamedTuple):
    """Two candidates, by their places in the sequence, and how similar they are in [0, 1]."""

    kept: int
    other: int
    similarity: float


Method = Callable[[Sequence[Candidate]], Iterable[Match]]
"""Finds duplicates. Candidates come best survivor first, and so does each match. Pairs need not be
complete: a group of equals is told by one match for each member but the first."""


def same_page(candidates: Sequence[Candidate]) -> Iterator[Match]:
    """Candidates with one id: a page that was read twice, whatever it said."""
    return _equals(candidate.id for candidate in candidates)


def same_text(candidates: Sequence[Candidate]) -> Iterator[Match]:
    """Candidates with one comparison key; those with nothing to compare match none."""
    return _equals(candidate.text_key for candidate in candidates)


def _equals(keys: Iterable[Hashable]) -> Iterator[Match]:
    first: dict[Hashable, int] = {}
    for place, key in enumerate(keys):
        if key and (kept := first.setdefault(key, place)) != place:
            yield Match(kept, place, 1.0)
