"""What simple rules hold for the article: second opinions beside that of the trained forests.

A rule knows no page that forests were trained on, so it errs no more on sites unlike those. Alone
each is much worse than the forests; where rules agree, they are seldom wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def find_opinions(layout: Layout, features: Floats, frame: Frame | None = None) -> Opinions:
    """What the rules hold; without markup, those that need it hold no line.

    `frame` may be given when the elements of the page were read out already.
    """
    columns = features.T
    n = columns[0]
    running = running_text(features)
    stops = columns[STOPS].max(axis=0) >= 2
    frame = frame or read_frame(layout)
    rules = np.zeros((len(OPINIONS), len(n)), dtype=bool)
    rows = np.empty((len(CONTEXT), len(n)))
    rows[-3:] = -1.0
    if frame is None:
        _fill_blocks(rules[5:8], PENALTIES, n, [running] * len(PENALTIES), stops, 0.0)
    else:
        links = columns[COLUMN["link_share"]] * n
        place = _find_place(features, running, stops)
        rules[0] = _paragraphs(frame, features, running, links)
        rules[1] = _role(frame, running * n)
        rules[2, place.first : place.end] = True
        rules[3, place.first : place.end_here] = True
        kept = [running & ~place.foreign, *[running] * len(PENALTIES)]
        _fill_blocks(rules[4:8], (PENALTIES[1], *PENALTIES), n, kept, stops, links)
        _fill_around_title(rows[-3:], frame, running * n, place)
    np.logical_and(running, n >= LONG, out=rules[8])
    votes = rules.sum(axis=0)
    rows[: len(rules)] = rules
    at = len(rules)
    rows[at], rows[at + 1, 0], rows[at + 2, -1] = votes, 0, 0
    rows[at + 1, 1:] = votes[:-1]
    rows[at + 2, :-1] = votes[1:]
    return Opinions(rules, rows.T, running, frame)


def _fill_blocks(
    rows: Flags,
    penalties: Sequence[int],
    n: Floats,
    running: Sequence[Flags],
    stops: Flags,
    links: Floats | float,
) -> None:
    """The heaviest run of lines, in which running text counts for and all else against.

    One row for each of the penalties, with what counts as running text for it.
    """
    against = np.array(penalties, dtype=np.float64)[:, None]
    values = np.where(running, np.minimum(n, HEAVIEST), -against - links / 2)
    totals = np.zeros((len(against), len(n) + 1))
    np.where(stops, -3.0 * against, values).cumsum(axis=1, out=totals[:, 1:])
    least = np.minimum.accumulate(totals[:, :-1], axis=1)
    ends = (totals[:, 1:] - least).argmax(axis=1)
    # The run begins where the sum is least, for the first time.
    firsts = (totals[:, :-1] == least[np.arange(len(ends)), ends, None]).argmax(axis=1)
    for row, first, end in zip(rows, firsts.tolist(), ends.tolist(), strict=True):
        row[first : end + 1] = True


def _paragraphs(frame: Frame, features: Floats, running: Flags, links: Floats) -> Flags:
    """The element whose paragraphs have most points, with its like beside it.

    Source: Arc90's Readability (2010), as its descendants go on with it.
    """
    parent, first, end = frame.parent, frame.first, frame.end
    small = np.fromiter(map(SMALL_TAGS.__contains__, frame.tags), np.bool_, len(frame.tags))
    n = features[:, 0]
    n_points = features[:, COLUMN["n_ends"]] + features[:, COLUMN["n_middles"]]
    worth = np.where(running, 1 + n_points + np.minimum(n // 100, 3), 0.0)
    at = np.maximum(frame.inner, 0)
    at = np.where(small[at] & (parent[at] >= 0), parent[at], at)
    above = parent[at]
    points = np.bincount(at, worth, len(parent))
    points += np.bincount(above[above >= 0], worth[above >= 0] / 2, len(parent))
    said = ((frame.roles & CONTENT) != 0).astype(np.float64) - ((frame.roles & OTHER_ROLES) != 0)
    points = points + (points > 0) * ROLE_POINTS * said
    points = points * (1 - _sum(links, first, end) / np.maximum(_sum(n, first, end), 1))
    best = int(np.argmax(points))
    like = (parent == parent[best]) & (points >= max(10.0, 0.2 * points[best]))
    like[best] = True
    flags = np.zeros(len(n), dtype=bool)
    for k in like.nonzero()[0].tolist():
        flags[frame.firsts[k] : frame.ends[k]] = True
    return flags


def _sum(values: Floats, first: Ints, end: Ints) -> Floats:
    totals = np.zeros(len(values) + 1)
    values.cumsum(out=totals[1:])
    return np.asarray(totals[end] - totals[first])


def _role(frame: Frame, running: Floats) -> Flags:
    """The smallest element called content that holds nearly as much running text as any."""
    held = _sum(running, frame.first, frame.end) * (frame.roles & CONTENT != 0)
    flags = np.zeros(len(running), dtype=bool)
    most = float(held.max())
    if most > 0:
        enough = (held >= 0.9 * most).nonzero()[0]
        best = int(enough[(frame.end - frame.first)[enough].argmin()])
        flags[frame.firsts[best] : frame.ends[best]] = True
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


def _fill_around_title(rows: Floats, frame: Frame, running: Floats, place: _Place) -> None:
    """For each line: running text between the title and it, lines of what holds both, foreign.

    Rows that are -1 so far.
    """
    rows[2] = place.foreign
    if place.title < 0:
        return
    below = running[place.title :].cumsum()
    rows[0, place.title + 1 :] = below[:-1]
    around, at = [], int(frame.inner[place.title])
    while at >= 0:
        around.append((frame.firsts[at], frame.ends[at]))
        at = frame.parents[at]
    for first, end in reversed(around):
        rows[1, first:end] = end - first
