"""What simple rules hold for the article: second opinions beside that of the trained forests.

A rule knows no page that forests were trained on, so it errs no more on sites unlike those. Alone
each is much worse than the forests; where rules agree, they are seldom wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.features import TEXT_FEATURES
from corpus.extraction.frame import Frame, read_frame
from corpus.extraction.html import ROLES
from corpus.extraction.layout import Layout
from corpus.extraction.tree import TREE_FEATURES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

COLUMN = {name: k for k, name in enumerate((*TEXT_FEATURES, *TREE_FEATURES))}

OPINIONS = (
    *("paragraphs", "role", "below_title", "below_title_here", "unnamed_block"),
    *("block_10", "block_40", "block_150", "long_lines"),
)
"""Names of the rows of `Opinions.rules`, in order."""

RUNNING = 15
"""Characters from which a line with punctuation and few links is running text."""
LONG = 40
HEAVIEST = 300
"""Characters after which a line weighs no more in a block."""
CONTEXT = (
    *OPINIONS,
    "votes",
    "votes_above",
    "votes_below",
    "running_below_title",
    "lines_with_title",
    "foreign",
)
"""Names of the columns of `Opinions.context`, in order."""

WRAPPER = 0.5
"""Share of the page's characters from which an element is no part of it but a wrapper."""
MOST_TITLES = 8
"""Places where the title is shown that are looked at: a page can repeat it without end."""
PENALTIES = (10, 40, 150)
"""Characters of running text that a line of something else costs a block."""
SMALL_TAGS = frozenset("p pre li dd dt td blockquote span h1 h2 h3 h4 h5 h6 center".split())
"""Elements that hold a paragraph, not a text: what they hold counts for the one around them."""
ROLE_POINTS = 25.0
"""What a class or id that says so is worth, in paragraphs' points (as in Arc90's Readability)."""
OTHERS = ("side", "related", "comment", "footer", "navigation", "promotion")
OTHER_ROLES = sum(1 << ROLES.index(role) for role in OTHERS)
AROUND_OTHERS = [COLUMN[f"around_{role}"] for role in OTHERS]
CONTENT = 1 << ROLES.index("content")
STOPS = [COLUMN[f"phrase_{kind}"] for kind in ("related", "comment", "footer", "statement")]


def running_text(features: Floats) -> Flags:
    """Which lines (of page features, with the markup's or without) are running text."""
    n_points = features[:, COLUMN["n_ends"]] + features[:, COLUMN["n_middles"]]
    is_running = (features[:, 0] >= RUNNING) & (n_points > 0)
    if features.shape[1] > len(TEXT_FEATURES):
        is_running &= features[:, COLUMN["link_share"]] < 0.5
    return np.asarray(is_running)


@dataclass(frozen=True, slots=True)
class Opinions:
    """Which lines each rule holds for the article, shape (len(OPINIONS), n_lines), and why.

    Columns of `context` are named `CONTEXT`: what the line forest sees of a line besides. `running`
    tells which lines are running text, `frame` has the elements of the page, where there are any.
    """

    rules: Flags
    context: Floats
    running: Flags
    frame: Frame | None


def find_opinions(layout: Layout, features: Floats) -> Opinions:
    """What the rules hold; without markup, those that need it hold no line."""
    n = features[:, 0]
    running = running_text(features)
    stops = features[:, STOPS].max(axis=1) >= 2
    links = np.zeros(len(n))
    rules = np.zeros((len(OPINIONS), len(n)), dtype=bool)
    own = np.full((3, len(n)), -1.0)
    if layout.elements:
        links = features[:, COLUMN["link_share"]] * n
        place = _find_place(features, running, stops)
        first, end = _bounds(layout)
        rules[0] = _paragraphs(layout, features, running, links, first, end)
        rules[1] = _role(layout, running * n, first, end)
        rules[2, place.first : place.end] = True
        rules[3, place.first : place.end_here] = True
        rules[4] = _block(n, running & ~place.foreign, stops, links, PENALTIES[1])
        own = _around_title(layout, running * n, place)
    for k, penalty in enumerate(PENALTIES):
        rules[5 + k] = _block(n, running, stops, links, penalty)
    rules[8] = running & (n >= LONG)
    context = np.column_stack([rules.T, rules.sum(axis=0), _beside(rules), own.T])
    return Opinions(rules, context, running, read_frame(layout))


def _beside(rules: Flags) -> Floats:
    """How many rules hold the line above, and the line below."""
    votes = np.concatenate([[0], rules.sum(axis=0), [0]])
    return np.stack([votes[:-2], votes[2:]], axis=1).astype(np.float64)


def _block(n: Floats, running: Flags, stops: Flags, links: Floats, penalty: int) -> Flags:
    """The heaviest run of lines, in which running text counts for and all else against."""
    value = np.where(running, np.minimum(n, HEAVIEST), -penalty - links / 2)
    first, end = _heaviest(np.where(stops, -3.0 * penalty, value))
    flags = np.zeros(len(n), dtype=bool)
    flags[first:end] = True
    return flags


def _bounds(layout: Layout) -> tuple[Ints, Ints]:
    bounds = np.array([(e.first, e.end) for e in layout.elements], dtype=np.int64)
    return bounds[:, 0], bounds[:, 1]


def _heaviest(values: Floats) -> tuple[int, int]:
    """The run with the largest sum, never empty."""
    totals = np.concatenate([[0.0], np.cumsum(values)])
    least = np.minimum.accumulate(totals[:-1])
    end = int(np.argmax(totals[1:] - least))
    return int(np.argmin(totals[: end + 1])), end + 1


def _paragraphs(
    layout: Layout, features: Floats, running: Flags, links: Floats, first: Ints, end: Ints
) -> Flags:
    """The element whose paragraphs have most points, with its like beside it.

    Source: Arc90's Readability (2010), as its descendants go on with it.
    """
    elements = layout.elements
    parent = np.array([e.parent for e in elements])
    roles = np.array([e.roles for e in elements])
    small = np.array([e.tag in SMALL_TAGS for e in elements])
    n = features[:, 0]
    n_points = features[:, COLUMN["n_ends"]] + features[:, COLUMN["n_middles"]]
    worth = np.where(running, 1 + n_points + np.minimum(n // 100, 3), 0.0)
    at = np.array([max(line.element, 0) for line in layout.lines])
    at = np.where(small[at] & (parent[at] >= 0), parent[at], at)
    above = parent[at]
    points = np.bincount(at, worth, len(elements))
    points += np.bincount(above[above >= 0], worth[above >= 0] / 2, len(elements))
    said = ((roles & CONTENT) != 0).astype(np.float64) - ((roles & OTHER_ROLES) != 0)
    points = points + (points > 0) * ROLE_POINTS * said
    points = points * (1 - _sum(links, first, end) / np.maximum(_sum(n, first, end), 1))
    best = int(np.argmax(points))
    like = (parent == parent[best]) & (points >= max(10.0, 0.2 * points[best]))
    like[best] = True
    flags = np.zeros(len(n), dtype=bool)
    for k in np.flatnonzero(like):
        flags[first[k] : end[k]] = True
    return flags


def _sum(values: Floats, first: Ints, end: Ints) -> Floats:
    totals = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(totals[end] - totals[first])


def _role(layout: Layout, running: Floats, first: Ints, end: Ints) -> Flags:
    """The smallest element called content that holds nearly as much running text as any."""
    called = np.array([e.roles & CONTENT != 0 for e in layout.elements])
    held = _sum(running, first, end) * called
    flags = np.zeros(len(running), dtype=bool)
    if held.max() > 0:
        enough = np.flatnonzero(held >= 0.9 * held.max())
        best = enough[np.argmin((end - first)[enough])]
        flags[first[best] : end[best]] = True
    return flags


@dataclass(frozen=True, slots=True)
class _Place:
    """The title that the article stands below (-1: none is shown), and the lines `first` to `end`.

    `foreign` lines stand in elements for something else, which the title does not stand in; before
    the first of them is `end_here`.
    """

    title: int
    first: int
    end: int
    end_here: int
    foreign: Flags


def _find_place(features: Floats, running: Flags, stops: Flags) -> _Place:
    """From below the page title as it is shown to what says that something else begins.

    Of several places where the title is shown, the one with most running text below. What all of
    the page or its title stands in is a wrapper, and says nothing of the lines in it.
    """
    n = features[:, 0]
    roles = features[:, AROUND_OTHERS] > 0
    roles &= (roles * n[:, None]).sum(axis=0) <= WRAPPER * n.sum()
    titles = np.flatnonzero(features[:, COLUMN["since_title"]] == 0)[:MOST_TITLES]
    best = _Place(-1, 0, 0, 0, np.any(roles, axis=1))
    stops = stops | (
        (features[:, COLUMN["heading"]] > 0) & (features[:, COLUMN["link_share"]] > 0.5)
    )
    most = 0.0
    for title in titles:
        foreign = np.any(roles & ~roles[title], axis=1)
        begins = np.flatnonzero(running[title + 1 :] & ~foreign[title + 1 :]) + title + 1
        if not len(begins):
            continue
        start = int(begins[0])
        end = _next(stops, start + 1)
        end_here = min(end, _next(foreign, start + 1))
        mass = float((running[start:end_here] * n[start:end_here]).sum())
        if mass > most:
            most, best = mass, _Place(int(title), start, end, end_here, foreign)
    return best


def _next(flags: Flags, at: int) -> int:
    """The first flagged line from `at` on, or the end of the page."""
    below = np.flatnonzero(flags[at:])
    return at + int(below[0]) if len(below) else len(flags)


def _around_title(layout: Layout, running: Floats, place: _Place) -> Floats:
    """For each line: running text between the title and it, lines of what holds both, foreign."""
    n = len(running)
    since, shared = np.full((2, n), -1.0)
    if place.title >= 0:
        totals = np.concatenate([[0.0], np.cumsum(running)])
        since = np.where(np.arange(n) > place.title, totals[:-1] - totals[place.title], -1.0)
        around, at = [], layout.lines[place.title].element
        while at >= 0:
            around.append(layout.elements[at])
            at = layout.elements[at].parent
        for element in reversed(around):
            shared[element.first : element.end] = element.end - element.first
    return np.stack([since, shared, place.foreign.astype(np.float64)])
