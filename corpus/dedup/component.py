"""One component: members that hang together, their different texts, and how alike those are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus.dedup.ranked import Ranked
from corpus.recipe import Dedup


class Likeness(NamedTuple):
    """How a text is like another: their Jaccard similarity, and the shared part of each."""

    jaccard: float
    of_own: float
    of_other: float

    def turned(self) -> Likeness:
        """The same from the other's side."""
        return Likeness(self.jaccard, self.of_other, self.of_own)


SAME = Likeness(1.0, 1.0, 1.0)
"""That of a text and itself. Two texts of the same grams are as alike, but not this very object."""

Measure = Callable[[list[tuple[int, int]]], list[Likeness]]
"""Measures pairs of members, which are given by their places."""


@dataclass(frozen=True, slots=True)
class Component:
    """Members at `places` of `ranked`. A text is named by the place of its best member."""

    ranked: Ranked
    places: range
    links: defaultdict[int, dict[int, Likeness]] = field(default_factory=lambda: defaultdict(dict))

    def text(self, place: int) -> int:
        """The text of a member."""
        return self.ranked.by_text.first(place)

    def add(self, one: int, other: int, likeness: Likeness) -> None:
        """Two members were measured."""
        one, other = self.text(one), self.text(other)
        if one != other:
            self.links[one][other] = likeness
            self.links[other][one] = likeness.turned()

    def like(self, one: int, other: int) -> Likeness | None:
        """How the text of a member is like that of another, as far as it is known."""
        one, other = self.text(one), self.text(other)
        return SAME if one == other else self.links[one].get(other)

    def neighbours(self, text: int) -> Iterator[tuple[int, Likeness]]:
        """The texts that one was measured with, best first, and how each is like it."""
        for other in sorted(self.links[text]):
            yield other, self.links[other][text]

    def unmeasured(self, text: int) -> Iterator[int]:
        """Texts that were measured with what this one was measured with, but not with it."""
        own = self.links[text]
        seen = {text, *own}
        for other in sorted(own):
            for further in sorted(self.links[other]):
                if further not in seen:
                    seen.add(further)
                    yield further


def removal_method(likeness: Likeness, options: Dedup) -> str | None:
    """By which method a text may go for another that it is like; None where it may not.

    A longer text goes for one that it contains only if that covers enough of it: what else it says
    would be lost.

    >>> removal_method(Likeness(0.2, 0.2, 1.0), Dedup()) is None
    True
    >>> removal_method(Likeness(0.2, 1.0, 0.2), Dedup())
    'contained'
    """
    if likeness is SAME and "exact" in options.methods:
        return "exact"
    if likeness.jaccard >= options.near and "near" in options.methods:
        return "near"
    is_inside = max(likeness.of_own, likeness.of_other) >= options.contained
    if is_inside and likeness.of_own >= options.covered and "contained" in options.methods:
        return "contained"
    return None
