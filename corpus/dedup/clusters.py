"""Clusters: what the matches join, and who stands for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus.dedup.candidates import Candidate
from corpus.dedup.matching import Method

SURVIVOR_ORDER = (
    "earliest published_at (a bare day counts as its end, no date comes last)",
    "most characters",
    "smallest id",
    "first read",
)
"""Who survives of a cluster: the first that is ahead by the first of these that tells them apart.
`_rank` is the same in code."""


@dataclass(frozen=True, slots=True)
class Loser:
    """A member that another stands for, and the method and similarity that say so.

    They are those of its match with the survivor or, where it has none, with the best neighbour
    that leads there.
    """

    id: str
    order: int
    method: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Two or more articles that are one. `cluster_id` is the smallest id among the members.

    Survivor and losers are named by their `order`, for several of them may have the same id;
    losers are listed best first.
    """

    cluster_id: str
    survivor_id: str
    survivor_order: int
    losers: tuple[Loser, ...]

    @property
    def size(self) -> int:
        """How many articles are members, the survivor among them."""
        return 1 + len(self.losers)


class _Link(NamedTuple):
    """The best match of a candidate: with whom, by which method, how similar."""

    partner: int
    method: str
    similarity: float


class _Forest:
    """Sets of places that were joined; the smallest place is the root of its set."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def root(self, place: int) -> int:
        while (parent := self._parents[place]) != place:
            self._parents[place] = place = self._parents[parent]
        return place

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._parents[high] = low


def find_clusters(candidates: Sequence[Candidate], methods: Mapping[str, Method]) -> list[Cluster]:
    """The clusters among `candidates`, in the reading order of their survivors.

    The same whatever the order of `candidates`. An article without duplicates is in none.
    """
    ranked = sorted(candidates, key=_rank)
    forest, links = _Forest(len(ranked)), dict[int, _Link]()
    for name, method in methods.items():
        for kept, other, similarity in method(ranked):
            forest.join(kept, other)
            _keep_best(links, kept, _Link(other, name, similarity))
            _keep_best(links, other, _Link(kept, name, similarity))
    members: defaultdict[int, list[int]] = defaultdict(list)
    for place in sorted(links):
        members[forest.root(place)].append(place)
    clusters = [_cluster(ranked, places, links) for places in members.values()]
    return sorted(clusters, key=lambda cluster: cluster.survivor_order)


def _rank(candidate: Candidate) -> tuple[int, int, str, int]:
    return candidate.published, -candidate.n_characters, candidate.id, candidate.order


def _keep_best(links: dict[int, _Link], place: int, link: _Link) -> None:
    """Keeps the match with the better partner; of the same partner, the earlier method."""
    if place not in links or link.partner < links[place].partner:
        links[place] = link


def _cluster(
    ranked: Sequence[Candidate], places: Sequence[int], links: Mapping[int, _Link]
) -> Cluster:
    survivor = ranked[places[0]]
    losers = (
        Loser(ranked[place].id, ranked[place].order, links[place].method, links[place].similarity)
        for place in places[1:]
    )
    return Cluster(
        cluster_id=min(ranked[place].id for place in places),
        survivor_id=survivor.id,
        survivor_order=survivor.order,
        losers=tuple(losers),
    )
