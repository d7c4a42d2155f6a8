"""What a page shows before anything is decided: lines in reading order, and where each one stood.

Both tracks end here: `text.py` fills the lines of an innerText dump, `html.py` fills lines,
elements and head. Nothing is left out but what no reader sees (scripts, styles, comments).
Lines are named tuples, for a page has hundreds, and they cost a quarter of a dataclass; elements,
which are more and never looked at one by one, are held by column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EDGES = "".join(c for c in map(chr, range(0x3000)) if c.isspace())
"""Blanks at the edges of a line that are layout: all but the ideographic one, U+3000. An indent of
those was typed by somebody: it is left for cleaning, which removes it and says so."""


class Line(NamedTuple):
    """One line as a reader sees it, and what the markup says of it.

    `element` is the index of the innermost block element that holds it in `Layout.elements`,
    -1 where there is no markup. `n_link_characters` counts characters inside links, `heading` is
    1 to 6 for a heading, else 0. `preformatted` lines keep their blanks.
    """

    text: str
    element: int = -1
    n_link_characters: int = 0
    n_links: int = 0
    heading: int = 0
    preformatted: bool = False


class Element(NamedTuple):
    """One block element: `parent` its index (-1 at the root), `first` to `end` the lines in it.

    `roles` is a bit set over `html.ROLES`: what its tag, class and id say it is for.
    """

    parent: int
    tag: str
    roles: int
    depth: int
    first: int
    end: int


def lines_of(rows: Iterable[Iterable[object]]) -> tuple[Line, ...]:
    """A line for each row of all its fields, without the check that a named tuple makes of them."""
    return tuple(map(partial(tuple.__new__, Line), rows))


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of a page in the order in which they begin, by column: see `Element`."""

    parents: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    roles: tuple[int, ...] = ()
    depths: tuple[int, ...] = ()
    firsts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    @classmethod
    def of(cls, elements: Iterable[Element]) -> Elements:
        """These elements."""
        return cls(*zip(*elements, strict=True))

    def __len__(self) -> int:
        """How many elements there are."""
        return len(self.parents)

    def __getitem__(self, n: int) -> Element:
        """One element, by its index."""
        numbers = self.depths[n], self.firsts[n], self.ends[n]
        return Element(self.parents[n], self.tags[n], self.roles[n], *numbers)

    def __iter__(self) -> Iterator[Element]:
        """All of them."""
        return map(self.__getitem__, range(len(self)))


@dataclass(frozen=True, slots=True)
class Head:
    """What the markup states about the page as a whole; each may be wrong.

    `properties` holds `<meta>` contents by their lower-case name or property, the first of each
    (of authors of papers, all, between commas);
    `linked_data` the JSON-LD scripts as text, undecoded.
    """

    title: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    linked_data: tuple[str, ...] = ()
    canonical: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Layout:
    """A whole page: its lines, the elements they stand in (none for innerText), its head."""

    lines: tuple[Line, ...]
    elements: Elements = Elements()
    head: Head = Head()

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """For each line, which stands in an element, a number for its kind of place.

        A kind of place is what tags and roles four elements have, from the innermost one up. Found
        once for all that ask.
        """
        inner = [line.element for line in self.lines]
        # The number of the root's parent, -1, leads back to itself.
        parents = [*self.elements.parents, -1]
        kinds = [*zip(self.elements.tags, self.elements.roles, strict=True), None]
        numbers: dict[tuple[tuple[str, int] | None, ...], int] = {}
        of_element: dict[int, int] = {}
        for element in set(inner):
            second = parents[element]
            third = parents[second]
            way = kinds[element], kinds[second], kinds[third], kinds[parents[third]]
            of_element[element] = numbers.setdefault(way, len(numbers))
        return np.array([*map(of_element.__getitem__, inner)], dtype=np.int64)
