"""Who of a component stays, and for whom each of the others goes.

The best member stays; with it go those that are one with it by URL or text, those whose text may be
removed for its text, and copies of these copies as long as the whole way to them is no farther than
the recipe's `chain`. Then the best of those that are left stays, and so on: a chain of texts, each
like the next, falls into clusters that hold together.

A survivor whose text is for the most part inside another survivor's gives way to it; all is then
settled again with those that gave way at the end.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, TypeAlias

from corpus.dedup.component import SAME, Component, Measure, removal_method
from corpus.dedup.pairs import MAX_GROUP
from corpus.dedup.verify import FLOOR
from corpus.recipe import Dedup

MAX_EXTRA = 4
"""Pairs beyond those that share keys that are measured, for each text of a large component."""

MAX_ROUNDS = 5
"""Times a component is settled at most."""


class Link(NamedTuple):
    """What ties a member to the survivor it goes for, all by place.

    `against` is the member whose text it was found like: the survivor, or a reading of the same
    page in this build; `through` the copy that leads there, if it is a copy of a copy.
    """

    survivor: int
    method: str
    against: int
    through: int | None = None


Claims: TypeAlias = Iterator[tuple[int, Link]]
"""Members, by place, and why they go; also some that stay or have gone already."""


@dataclass(slots=True)
class Settlement:
    """Who stays, best first, and who goes for whom.

    `again` maps new readings of earlier articles to those.
    """

    survivors: dict[int, None] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    again: dict[int, int] = field(default_factory=dict)

    def is_free(self, place: int) -> bool:
        """Whether it is not settled yet what becomes of a member."""
        return not (place in self.survivors or place in self.links or place in self.again)


def settle(component: Component, options: Dedup, measure: Measure) -> Settlement:
    """The settlement of one component; `measure` is asked where a large one left pairs out."""
    n_texts = sum(component.text(place) == place for place in component.places)
    extra = MAX_EXTRA * n_texts if n_texts > MAX_GROUP else 0
    round_ = _Round(component, options, measure, extra)
    yielding: set[int] = set()
    for _ in range(MAX_ROUNDS):
        settlement = round_.settle(_in_order(component, yielding))
        found = {
            component.text(place)
            for place in settlement.survivors
            if not component.ranked.is_fixed[place] and round_.gives_way(place, settlement)
        }
        if found <= yielding:
            break
        yielding |= found
    return settlement


def _in_order(component: Component, yielding: set[int]) -> list[int]:
    """The members as they are asked to stay: those that give way last, the longest first."""
    last = [place for place in component.places if component.text(place) in yielding]
    lengths = component.ranked.members["n_characters"]
    last.sort(key=lambda place: -lengths[place].as_py())
    return [p for p in component.places if component.text(p) not in yielding] + last


@dataclass(slots=True)
class _Round:
    """Settles one component, remembering what it had to measure."""

    component: Component
    options: Dedup
    measure: Measure
    n_extra: int

    def settle(self, order: list[int]) -> Settlement:
        """The settlement when the members are asked to stay in this order."""
        settlement = Settlement()
        for place in order:
            if settlement.is_free(place):
                settlement.survivors[place] = None
                for other, link in self._claims(place, settlement):
                    if settlement.is_free(other) and not self.component.ranked.is_fixed[other]:
                        settlement.links[other] = link
        return settlement

    def gives_way(self, place: int, settlement: Settlement) -> bool:
        """Whether the text of a survivor is inside that of another, which may not go for it."""
        if "contained" not in self.options.methods:
            return False
        stay = {self.component.text(other) for other in settlement.survivors}
        return any(
            other in stay and like.of_other >= self.options.contained
            for other, like in self.component.neighbours(self.component.text(place))
        )

    def _claims(self, survivor: int, settlement: Settlement) -> Claims:
        """Who goes for a survivor, the plainest reasons first."""
        ranked = self.component.ranked
        roots = [survivor]
        if ranked.is_fixed[survivor]:
            readings = [p for p in ranked.by_id.of(survivor) if not ranked.is_fixed[p]]
            for place in readings[:1]:
                settlement.again[place] = survivor
                roots.append(place)
        for root in roots:
            if "url" in self.options.methods:
                for place in ranked.by_page.of(root):
                    yield place, Link(survivor, "url", root)
        for root in roots:
            self._measure_more(self.component.text(root), settlement)
            yield from self._alike(survivor, root)
            yield from self._copies_of_copies(survivor, root, settlement)

    def _alike(self, survivor: int, root: int) -> Claims:
        """Those whose text may go for that of `root`."""
        text = self.component.text(root)
        for other, likeness in [(text, SAME), *self.component.neighbours(text)]:
            method = removal_method(likeness, self.options)
            if method:
                for place in self.component.ranked.by_text.of(other):
                    yield place, Link(survivor, method, root)

    def _copies_of_copies(self, survivor: int, root: int, settlement: Settlement) -> Claims:
        """Those that a way of near copies leads to, each of which goes for the same survivor."""
        if "near" not in self.options.methods:
            return
        text = self.component.text(root)
        ways: list[tuple[float, int, int]] = [(0.0, text, text)]
        reached: set[int] = set()
        while ways:
            distance, here, before = heapq.heappop(ways)
            if here in reached:
                continue
            reached.add(here)
            for place in self.component.ranked.by_text.of(here):
                yield place, Link(survivor, "near", root, before)
            link = settlement.links.get(here)
            if here != text and (link is None or link.survivor != survivor):
                continue
            for other, likeness in self.component.neighbours(here):
                further = distance + 1 - likeness.jaccard
                if likeness.jaccard >= self.options.near and further <= self.options.chain:
                    heapq.heappush(ways, (further, other, here))

    def _measure_more(self, text: int, settlement: Settlement) -> None:
        """Measure a text with those that share keys with a text that shares keys with it."""
        looked_at = list(islice(self.component.unmeasured(text), max(self.n_extra, 0)))
        self.n_extra -= len(looked_at) + len(self.component.links[text])
        free = [other for other in looked_at if other not in settlement.links]
        pairs = [(text, other) for other in free]
        for (one, other), likeness in zip(pairs, self.measure(pairs), strict=True):
            if max(likeness.of_own, likeness.of_other) >= FLOOR:
                self.component.add(one, other, likeness)
