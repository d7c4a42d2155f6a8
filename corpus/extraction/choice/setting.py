"""Where a span stands: below which title, in which element, on what kind of page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from corpus.extraction.choice.features import TEXT_FEATURES
from corpus.extraction.choice.opinions import COLUMN
from corpus.extraction.choice.sheet import Sheet
from corpus.extraction.choice.spans import ROW, TAKEN, Floats, Ints, Spans, Sums
from corpus.extraction.choice.tree import FARTHEST, pairs_of
from corpus.extraction.lines.frame import Frame
from corpus.extraction.lines.layout import Layout
from corpus.extraction.said.words import Words
from corpus.resources import read_list

HEADLINE = (5, 50)
"""Characters that a headline has."""
ABOVE, NEAREST = 8, 3
"""Lines above a span in which its headline is sought, and how many of them are looked at."""
COMPARED = 300
"""Characters of a line that are compared with a headline."""
_HELD = slice(ROW["n"], ROW["likely"] + 1)


def headlines(layout: Layout, features: Floats, first: Ints) -> Floats:
    """For each span the line above that its first lines repeat most of; where no title is known.

    How far above it stands, the share of its pairs of characters that they repeat, and how often
    it stands on the page; 0 where there is markup. Shape (3, n_spans).
    """
    if layout.elements:
        return np.zeros((3, len(first)))
    starts, where = np.unique(first, return_inverse=True)
    above = _headlines_above(features, starts)
    texts = [line.text for line in layout.lines]
    twins = features[:, COLUMN["n_twins"]].tolist()
    pairs = cache(lambda at: pairs_of(texts[at][:COMPARED]))
    best = []
    for start, lines in zip(starts.tolist(), above, strict=True):
        found = (99.0, 0.0, 0.0)
        own = "\n".join([text[:COMPARED] for text in texts[start : start + 2]])
        for at in lines:
            shared = sum(map(own.__contains__, pairs(at))) / len(pairs(at))
            if found[0] > ABOVE or shared > found[1]:
                found = (float(start - at), shared, twins[at])
        best.append(found)
    return np.asarray(np.array(best).T[:, where])


def _headlines_above(features: Floats, starts: Ints) -> Sequence[Sequence[int]]:
    """The lines that can be the headline of what begins at each of the lines, the nearest first."""
    n = features[:, 0]
    is_headline = (n >= HEADLINE[0]) & (n <= HEADLINE[1])
    is_headline &= features[:, COLUMN["ends_sentence"]] == 0
    is_headline &= features[:, COLUMN["has_date"]] == 0
    places = is_headline.nonzero()[0]
    ends = places.searchsorted(starts).tolist()
    begins = places.searchsorted(starts - ABOVE).tolist()
    known = places.tolist()
    return [
        known[max(begin, end - NEAREST) : end][::-1]
        for begin, end in zip(begins, ends, strict=True)
    ]


def title_above(columns: Floats, spans: Spans, sums: Sums) -> list[Floats]:
    """How much of the page title a span begins with, and how far below the title that is.

    In lines, and in characters of running text between; -1 where the title is not shown above.
    `columns` are the features of lines, a row for each.
    """
    first = spans.first
    if len(columns) == len(TEXT_FEATURES):
        return [np.array(0.0)] * 3
    since = columns[COLUMN["since_title"]].take(first)
    running = sums.totals[ROW["running"]]
    title = np.maximum(first - since.astype(np.int64), 0)
    between = np.where(since < FARTHEST, running.take(first) - running.take(title), -1.0)
    return [columns[COLUMN["title_cover"]].take(first), since, between]


def around(frames: Sequence[Frame | None], pages: Sequence[Spans], sheet: Sheet) -> Ints:
    """First line, end and depth of the smallest element that holds each span, shape (3, n_spans).

    Where none does they are those of the page, with depth -1.
    """
    known: list[Ints] = []
    numbers: list[int] = []
    n_known = 0
    for frame, spans, first in zip(frames, pages, sheet.starts.tolist(), strict=True):
        # In front of the elements of a page stands the page itself.
        known.append(np.array([[first], [sheet.end[first]], [-1]]))
        if frame is None:
            numbers += [n_known] * len(spans.floor)
        else:
            known.append(np.array([frame.first + first, frame.end + first, frame.depth]))
            numbers += [n_known + 1 + at for at in _smallest_around(frame, spans)]
            n_known += len(frame.firsts)
        n_known += 1
    return np.concatenate(known, axis=1).take(np.array(numbers), axis=1)


def fill_around(rows: Floats, holders: Ints, sums: Sums) -> None:
    """Of what is `around` each span: its lines, its depth, how much of it is taken."""
    rows[0] = holders[1] - holders[0]
    rows[1] = holders[2]
    held = sums.totals[_HELD].take(holders[:2], axis=1)
    wholes = held[:, 1] - held[:, 0]
    np.maximum(wholes, 1.0, out=wholes)
    np.divide(sums.parts[TAKEN, _HELD], wholes, out=rows[2:])


def _smallest_around(frame: Frame, spans: Spans) -> list[int]:
    """The number of the smallest element that holds each span, -1 where none does."""
    inner, parents, firsts, ends = frame.inner.tolist(), frame.parents, frame.firsts, frame.ends
    found: list[int] = []
    at, begins = -1, -1
    for first, end in zip(*spans.bounds.tolist(), strict=True):
        if first != begins:
            at, begins = inner[first], first
        # What holds a span holds the shorter one that begins with it and came before.
        while at >= 0 and (firsts[at] > first or ends[at] < end):
            at = parents[at]
        found.append(at)
    return found


def forum(layout: Layout) -> tuple[int, int]:
    """How many of the words of forums stand on the page, and in its title."""
    page = "\n".join([line.text for line in layout.lines])
    find = _forum_words().stand_in
    return len(find(page.lower())), len(find((layout.head.title or "").lower()))


@cache
def _forum_words() -> Words:
    return Words(read_list("forum_words.txt"))
