"""What simple rules hold for the article: second opinions beside that of the trained forests.

A rule knows no page that forests were trained on, so it errs no more on sites unlike those. Alone
each is much worse than the forests; where rules agree, they are seldom wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.features import TEXT_FEATURES
from corpus.extraction.choice.tree import TREE_FEATURES
from corpus.extraction.lines.frame import Frame, read_frame
from corpus.extraction.lines.html import ROLES
from corpus.extraction.lines.layout import Layout

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
AROUND_OTHERS = np.array([COLUMN[f"around_{role}"] for role in OTHERS])
_BITS = np.arange(len(OTHERS))
CONTENT = 1 << ROLES.index("content")
STOPS = np.array(
    [COLUMN[f"phrase_{kind}"] for kind in ("related", "comment", "footer", "statement")]
)


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
    stops = np.maximum.reduce(columns.take(STOPS, axis=0)) >= 2
    frame = frame or read_frame(layout)
    rules = np.zeros((len(OPINIONS), len(n)), dtype=bool)
    rows = np.empty((len(CONTEXT), len(n)))
    rows[-3:] = -1.0
    if frame is None:
        _fill_blocks(rules[5:8], PENALTIES, n, [running] * len(PENALTIES), stops, 0.0)
    else:
        links = columns[COLUMN["link_share"]] * n
        text = running * n
        held = _sums(np.array([links, n, text]), frame.first, frame.end)
        place = _find_place(columns, running, text, stops)
        _fill_paragraphs(rules[0], frame, columns, running, held[0] / np.maximum(held[1], 1))
        _fill_role(rules[1], frame, held[2])
        rules[2, place.first : place.end] = True
        rules[3, place.first : place.end_here] = True
        kept = [running & ~place.foreign, *[running] * len(PENALTIES)]
        _fill_blocks(rules[4:8], (PENALTIES[1], *PENALTIES), n, kept, stops, links)
        _fill_around_title(rows[-3:], frame, text, place)
    np.logical_and(running, n >= LONG, out=rules[8])
    votes = np.add.reduce(rules)
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


def _fill_paragraphs(
    flags: Flags, frame: Frame, columns: Floats, running: Flags, linked: Floats
) -> None:
    """The element whose paragraphs have most points, with its like beside it.

    `linked` is the share of each element in links. Source: Arc90's Readability (2010), as its
    descendants go on with it.
    """
    parent = frame.parent
    small = np.fromiter(map(SMALL_TAGS.__contains__, frame.tags), np.bool_, len(frame.tags))
    n = columns[0]
    n_points = columns[COLUMN["n_ends"]] + columns[COLUMN["n_middles"]]
    worth = running * (1 + n_points + np.minimum(n // 100, 3))
    at = np.maximum(frame.inner, 0)
    above = parent.take(at)
    at = np.where(small.take(at) & (above >= 0), above, at)
    points = np.asarray(np.bincount(at, worth, len(parent)), dtype=np.float64)
    points += np.bincount(parent.take(at) + 1, worth / 2, len(parent) + 1)[1:]  # -1 is none
    said = ((frame.roles & CONTENT) != 0).astype(np.float64) - ((frame.roles & OTHER_ROLES) != 0)
    points += (points > 0) * ROLE_POINTS * said
    points *= 1 - linked
    best = int(points.argmax())
    like = (parent == parent[best]) & (points >= max(10.0, 0.2 * points[best]))
    like[best] = True
    for k in like.nonzero()[0].tolist():
        flags[frame.firsts[k] : frame.ends[k]] = True


def _sums(values: Floats, first: Ints, end: Ints) -> Floats:
    """Sums of each row over the lines of each element."""
    totals = np.zeros((len(values), values.shape[1] + 1))
    values.cumsum(axis=1, out=totals[:, 1:])
    return np.asarray(totals.take(end, axis=1) - totals.take(first, axis=1))


def _fill_role(flags: Flags, frame: Frame, text: Floats) -> None:
    """The smallest element called content that holds nearly as much running text as any.

    `text` is how much each element holds.
    """
    held = text * (frame.roles & CONTENT != 0)
    most = float(held.max())
    if most > 0:
        enough = (held >= 0.9 * most).nonzero()[0]
        best = int(enough[(frame.end - frame.first).take(enough).argmin()])
        flags[frame.firsts[best] : frame.ends[best]] = True


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


def _find_place(columns: Floats, running: Flags, text: Floats, stops: Flags) -> _Place:
    """From below the page title as it is shown to what says that something else begins.

    Of several places where the title is shown, the one with most running text (`text`, by line)
    below. What all of the page or its title stands in is a wrapper, and says nothing of its lines.
    """
    n = columns[0]
    roles = columns.take(AROUND_OTHERS, axis=0) > 0
    is_wrapper = roles.dot(n) > WRAPPER * np.add.reduce(n)
    # The roles around each line as a set of bits.
    around = (~is_wrapper << _BITS).dot(roles)
    titles = (columns[COLUMN["since_title"]] == 0).nonzero()[0][:MOST_TITLES]
    best = _Place(-1, 0, 0, 0, around != 0)
    stops = stops | ((columns[COLUMN["heading"]] > 0) & (columns[COLUMN["link_share"]] > 0.5))
    most = 0.0
    for title in titles.tolist():
        foreign = around & ~around[title] != 0
        start = _next(running > foreign, title + 1)
        if start == len(n):
            continue
        end = _next(stops, start + 1)
        end_here = min(end, _next(foreign, start + 1))
        mass = float(text[start:end_here].sum())
        if mass > most:
            most, best = mass, _Place(title, start, end, end_here, foreign)
    return best


def _next(flags: Flags, at: int) -> int:
    """The first flagged line from `at` on, or the end of the page."""
    if at < len(flags):
        first = at + int(flags[at:].argmax())
        if flags[first]:
            return first
    return len(flags)


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
