"""Spans of lines, and exact sums over what they hold, take, and stand below.

Sums over lines are of whole numbers, so that they are exact and the same on every machine, in
whatever order they are added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.features import TEXT_FEATURES
from corpus.extraction.opinions import COLUMN, OPINIONS, Opinions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SHORT = 40
"""Characters below which a line with a date can be a byline."""
HEAVY = 400
"""Characters after which a line pulls no harder."""
NEAR = 6
"""Lines above a span in which its byline stands, and what names it: related, comments."""
ROLES = ("content", "side", "related", "comment", "control")
"""Roles of elements whose share of a span is seen."""
AROUND = tuple(f"around_{role}" for role in ROLES)

MARKUP_ROWS = (
    *("links", "headings", "linked_headings", "cover", "titles", "depth", "depth_2"),
    *AROUND,
)
"""What is only known of lines with markup; without, each is 0."""
LINE_ROWS = (
    *("likely", "unlikely", "n", "thousand_n", "points", "lines", "positive", "positive_n"),
    *("hopeless_n", "hopeless", "pull", "sentences", "phrases", "running"),
    *("bylines", "related", "comments"),
    *(f"held_{name}" for name in OPINIONS),
    *MARKUP_ROWS,
)
"""What each line adds to the sums over a span."""
ROW = {name: k for k, name in enumerate(LINE_ROWS)}
_SAID = [COLUMN[f"phrase_{kind}"] for kind in ("byline", "related", "comment")]
_HELD = slice(ROW[f"held_{OPINIONS[0]}"], ROW[MARKUP_ROWS[0]])
_AROUND = slice(ROW[AROUND[0]], len(LINE_ROWS))

Part = Literal["inside", "taken", "before", "after", "above", "page"]
"""Over which lines is summed: those of the span, those it takes, all above and all below it, the
`NEAR` lines just above and its first, and the whole page."""
PARTS: tuple[Part, ...] = get_args(Part)
INSIDE, TAKEN, BEFORE, AFTER, ABOVE, PAGE = range(len(PARTS))

MOST_PRODUCTS: Final = 250_000
"""Numbers multiplied at once: threads are started for more, and cost more than they save."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of lines `first` to `end`, the first and last of them taken, by number of the floor.

    Shapes (n,); `taken` of shape (n_floors, n_lines) tells which lines lie above each floor.
    """

    first: Ints
    end: Ints
    floor: Ints
    taken: Flags


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of what lines add (`LINE_ROWS`), by `Part`, shape (len(PARTS), n_rows, n_spans).

    `totals` are sums up to each line, shape (n_rows, n_lines + 1), and `as_near` is, of shape
    (n_spans,), the characters that a span takes in lines as near to the title as its first.
    """

    parts: Floats
    totals: Floats
    as_near: Floats

    def __getitem__(self, at: tuple[int, str]) -> Floats:
        """The sums over one of the parts of one of the rows, shape (n_spans,)."""
        return np.asarray(self.parts[at[0], ROW[at[1]]])


def likelihood(scores: Floats) -> Floats:
    """Scores as thousandths of certainty: a straight line, exact on every machine."""
    return np.rint(np.clip((scores + 4.0) / 8.0, 0.0, 1.0) * 1000)


def share(part: Floats, whole: Floats | float) -> Floats:
    """A part as a share of the whole, which counts as 1 at least."""
    return np.asarray(part / np.maximum(whole, 1.0))


def add_up(spans: Spans, table: Floats, near: Floats) -> Sums:
    """The sums over spans of what lines add, which `table` has, shape (len(LINE_ROWS), n_lines).

    `near`, shape (n_lines,), tells which lines are equally near to the title.
    """
    n = len(table)
    first, end = spans.first, spans.end
    totals = np.zeros((n, table.shape[1] + 1))
    table.cumsum(axis=1, out=totals[:, 1:])
    page = totals[:, -1:]
    parts = np.empty((len(PARTS), n, len(first)))
    through = totals.take(end, axis=1)
    totals.take(first, axis=1, out=parts[BEFORE])
    np.subtract(through, parts[BEFORE], out=parts[INSIDE])
    np.subtract(page, through, out=parts[AFTER])
    above = totals.take(np.maximum(first - NEAR, 0), axis=1)
    np.subtract(totals.take(first + 1, axis=1), above, out=parts[ABOVE])
    parts[PAGE] = page
    as_near = parts[TAKEN, ROW["n"]]
    if (near == near[0]).all():
        parts[TAKEN] = _taken(spans, table)
    else:
        known, number = np.unique(near, return_inverse=True)
        groups = (number == np.arange(len(known))[:, None]) * table[ROW["n"]]
        sums = _taken(spans, np.concatenate([table, groups]))
        parts[TAKEN] = sums[:n]
        as_near = sums[n + number[first], np.arange(len(first))]
    return Sums(parts, totals, as_near)


def _taken(spans: Spans, table: Floats) -> Floats:
    """Sums of the rows of a table over the lines that each span takes, shape (n_rows, n_spans)."""
    n_lines = table.shape[1]
    sums = np.zeros((len(table), len(spans.first)))
    step = max(MOST_PRODUCTS // max(sums.size, 1), 1)
    first, end = spans.first[:, None], spans.end[:, None]
    for start in range(0, n_lines, step):
        at = np.arange(start, min(start + step, n_lines))
        takes = spans.taken[:, start : start + step].take(spans.floor, axis=0)
        takes &= at >= first
        takes &= at < end
        sums += table[:, start : start + step] @ takes.T.astype(np.float64)
    return sums


def weigh_lines(features: Floats, scores: Floats, opinions: Opinions) -> Floats:
    """What each line adds to the sums over a span, shape (len(LINE_ROWS), n_lines).

    Whole numbers, so that sums are exact.
    """
    columns = features.T
    n = columns[0]
    rows = np.empty((len(LINE_ROWS), len(n)))
    dated = columns[COLUMN["has_date"]] > 0
    byline, related, comments = columns[_SAID] >= 2
    likely = likelihood(scores)
    positive, hopeless = scores > 0, scores < -3
    np.multiply(likely, n, out=rows[ROW["likely"]])
    np.multiply(1000 - likely, n, out=rows[ROW["unlikely"]])
    rows[ROW["n"]] = n
    np.multiply(n, 1000, out=rows[ROW["thousand_n"]])
    np.add(columns[COLUMN["n_ends"]], columns[COLUMN["n_middles"]], out=rows[ROW["points"]])
    rows[ROW["lines"]] = 1
    rows[ROW["positive"]] = positive
    np.multiply(positive, n, out=rows[ROW["positive_n"]])
    np.multiply(hopeless, n, out=rows[ROW["hopeless_n"]])
    rows[ROW["hopeless"]] = hopeless
    rows[ROW["pull"]] = np.rint(np.clip(scores, -3, 3) * np.sqrt(np.minimum(n, HEAVY)) * 1000)
    np.multiply(columns[COLUMN["ends_sentence"]], n, out=rows[ROW["sentences"]])
    phrases = columns[COLUMN["phrase_navigation"] : COLUMN["phrase_tags"] + 1]
    rows[ROW["phrases"]] = phrases.max(axis=0) >= 2
    np.multiply(opinions.running, n, out=rows[ROW["running"]])
    rows[ROW["bylines"]] = byline | (dated & (n < SHORT))
    rows[ROW["related"]] = related
    rows[ROW["comments"]] = comments
    np.multiply(opinions.rules, n, out=rows[_HELD])
    _add_markup(rows[_HELD.stop :], columns, n)
    return rows


def _add_markup(rows: Floats, columns: Floats, n: Floats) -> None:
    """The rows of `MARKUP_ROWS`."""
    if len(columns) == len(TEXT_FEATURES):
        rows[:] = 0
        return
    heading = columns[COLUMN["heading"]] > 0
    links, depth = columns[COLUMN["link_share"]], columns[COLUMN["depth"]]
    rows[0] = np.rint(links * n)
    rows[1] = heading
    rows[2] = heading & (links > 0.5)
    rows[3] = np.rint(columns[COLUMN["title_cover"]] * 1000)
    rows[4] = columns[COLUMN["since_title"]] == 0
    rows[5] = depth * n
    rows[6] = depth * depth * n
    rows[-len(AROUND) :] = columns[[COLUMN[role] for role in AROUND]] * n
