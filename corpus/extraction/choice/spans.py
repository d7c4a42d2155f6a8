"""Spans of lines, and exact sums over what they hold, take, and stand below.

Sums over lines are of whole numbers, so that they are exact and the same on every machine, in
whatever order they are added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.features import TEXT_FEATURES
from corpus.extraction.choice.opinions import COLUMN, OPINIONS
from corpus.extraction.choice.sheet import Sheet
from corpus.extraction.said.phrases import PHRASE_KINDS

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

COUNT_ROWS = (
    *("points", "lines", "positive", "hopeless", "pull"),
    *("phrases", "bylines", "related", "comments"),
)
"""Sums that a line adds to whatever its length is."""
HELD = tuple(f"held_{name}" for name in OPINIONS)
WEIGHED_ROWS = (
    *("n", "likely", "unlikely", "thousand_n", "positive_n", "hopeless_n"),
    *("sentences", "running"),
    *HELD,
)
"""Sums that a line adds to by its characters."""
WEIGHED_MARKUP_ROWS = ("depth", "depth_2", *AROUND)
MARKUP_ROWS = ("links", "headings", "linked_headings", "cover", "titles")
"""What is only known of lines with markup, by their characters or not; without, each is 0."""
LINE_ROWS = (*COUNT_ROWS, *WEIGHED_ROWS, *WEIGHED_MARKUP_ROWS, *MARKUP_ROWS)
"""What each line adds to the sums over a span."""
ROW = {name: k for k, name in enumerate(LINE_ROWS)}
_SAID = [f"phrase_{kind}" for kind in PHRASE_KINDS]
_PHRASES = slice(COLUMN[_SAID[0]], COLUMN[_SAID[-1]] + 1)
_BYLINE, _RELATED, _COMMENT = map(PHRASE_KINDS.index, ("byline", "related", "comment"))
_WEIGHED = slice(ROW[WEIGHED_ROWS[0]], ROW[MARKUP_ROWS[0]])
_MARKUP = slice(ROW[WEIGHED_MARKUP_ROWS[0]], len(LINE_ROWS))
_HELD = slice(ROW[HELD[0]], ROW[HELD[-1]] + 1)
_AROUND = slice(ROW[AROUND[0]], ROW[AROUND[-1]] + 1)
_AROUND_COLUMNS = np.array([COLUMN[role] for role in AROUND])

Part = Literal["inside", "taken", "before", "after", "above", "page"]
"""Over which lines is summed: those of the span, those it takes, all above and all below it, the
`NEAR` lines just above and its first, and the whole page."""
PARTS: tuple[Part, ...] = get_args(Part)
INSIDE, TAKEN, BEFORE, AFTER, ABOVE, PAGE = range(len(PARTS))

MOST_HELD: Final = 500_000
"""Sums up to each line that are held at once: bounds the memory on a page of a million lines."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of lines, the first and last of them taken, by number of the floor.

    `bounds`, shape (2, n), are their first lines and their ends. `lines` are those above each
    floor, from the lowest floor on, one floor behind the other; `places`, shape (2, n), tells from
    where to where in there those stand that a span takes.
    """

    bounds: Ints
    floor: Ints
    lines: Ints
    places: Ints

    @property
    def first(self) -> Ints:
        """The first lines, shape (n,)."""
        return np.asarray(self.bounds[0])


@dataclass(frozen=True, slots=True)
class Stack(Spans):
    """The spans of all pages of a sheet, their lines numbered as in the sheet.

    `page` has the number of the page of each span, shape (n,); `line_page` that of each of `lines`;
    `starts` tells where the spans of each page begin.
    """

    page: Ints
    line_page: Ints
    starts: Ints


def stack(pages: Sequence[Spans], sheet: Sheet) -> Stack:
    """The spans of the pages of a sheet, in their order."""
    n_spans = [len(spans.floor) for spans in pages]
    n_lines = [len(spans.lines) for spans in pages]
    page = np.arange(len(pages)).repeat(n_spans)
    line_page = np.arange(len(pages)).repeat(n_lines)
    places = np.concatenate([spans.places for spans in pages], axis=1)
    places += (np.cumsum(n_lines) - n_lines).take(page)
    bounds = np.concatenate([spans.bounds for spans in pages], axis=1)
    bounds += sheet.starts.take(page)
    lines = np.concatenate([spans.lines for spans in pages])
    lines += sheet.starts.take(line_page)
    floor = np.concatenate([spans.floor for spans in pages])
    starts = np.cumsum(n_spans, dtype=np.int64) - n_spans
    return Stack(bounds, floor, lines, places, page, line_page, starts)


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of what lines add (`LINE_ROWS`), by `Part`, shape (len(PARTS), n_rows, n_spans).

    `totals` are sums up to each line, shape (n_rows, n_lines + 1), `mass` the characters up to each
    of `Spans.lines`, and `as_near` is, of shape (n_spans,), the characters that a span takes in
    lines as near to the title as its first.
    """

    parts: Floats
    totals: Floats
    mass: Floats
    as_near: Floats

    def __getitem__(self, at: tuple[int, str]) -> Floats:
        """The sums over one of the parts of one of the rows, shape (n_spans,)."""
        found: Floats = self.parts[at[0], ROW[at[1]]]
        return found


def likelihood(scores: Floats) -> Floats:
    """Scores as thousandths of certainty: a straight line, exact on every machine."""
    return np.rint(_between((scores + 4.0) / 8.0, 0.0, 1.0) * 1000)


def _between(values: Floats, least: float, most: float) -> Floats:
    """The values, those beyond the bounds moved to them; much faster than `np.clip` for few."""
    return np.minimum(np.maximum(values, least), most)


def share(part: Floats, whole: Floats | float) -> Floats:
    """A part as a share of the whole, which counts as 1 at least."""
    return np.asarray(part / np.maximum(whole, 1.0))


def add_up(spans: Stack, table: Floats, near: Floats, sheet: Sheet) -> Sums:
    """The sums over spans of what lines add, which `table` has, shape (len(LINE_ROWS), n_lines).

    `near`, shape (n_lines,), tells which lines of a page are equally near to the title.
    """
    totals = totals_of(table)
    first, end = spans.bounds
    before, through = totals.take(first, axis=1), totals.take(end, axis=1)
    starts = sheet.starts
    to_page = totals.take(starts, axis=1)
    through_page = totals.take(sheet.end.take(starts), axis=1)
    parts = np.empty((len(PARTS), *before.shape))
    np.subtract(through, before, out=parts[INSIDE])
    _fill_taken(parts[TAKEN], spans, table)
    np.subtract(before, to_page.take(spans.page, axis=1), out=parts[BEFORE])
    np.subtract(through_page.take(spans.page, axis=1), through, out=parts[AFTER])
    above = np.maximum(first - NEAR, starts.take(spans.page))
    np.subtract(totals.take(first + 1, axis=1), totals.take(above, axis=1), out=parts[ABOVE])
    (through_page - to_page).take(spans.page, axis=1, out=parts[PAGE])
    sizes = table[ROW["n"]].take(spans.lines)
    return Sums(parts, totals, totals_of(sizes), _as_near(spans, sizes, near))


def totals_of(values: Floats) -> Floats:
    """Sums along the last axis, up to each place and through the last."""
    totals = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    values.cumsum(axis=-1, out=totals[..., 1:])
    return totals


def _fill_taken(sums: Floats, spans: Spans, table: Floats) -> None:
    """The sums of the rows of a table over the lines that each span takes."""
    step = max(MOST_HELD // max(len(spans.lines), 1), 1)
    for start in range(0, len(table), step):
        some = slice(start, start + step)
        bounds = totals_of(table[some].take(spans.lines, axis=1)).take(spans.places, axis=1)
        np.subtract(bounds[:, 1], bounds[:, 0], out=sums[some])


def _as_near(spans: Spans, sizes: Floats, near: Floats) -> Floats:
    """The characters that each span takes in lines as near to the title as its first.

    `sizes` are the characters of `Spans.lines`.
    """
    n = len(sizes) + 1
    # Sorted by how near they are, and then as they stand: what a span has of a kind is one run.
    keys = near.take(spans.lines) * n + np.arange(n - 1)
    order = keys.argsort()
    wanted = near.take(spans.first) * n + spans.places
    totals = totals_of(sizes.take(order)).take(keys.take(order).searchsorted(wanted))
    return np.asarray(totals[1] - totals[0])


def weigh_lines(columns: Floats, scores: Floats, rules: Flags, running: Flags) -> Floats:
    """What each line adds to the sums over a span, shape (len(LINE_ROWS), n_lines).

    `columns` are the features of the lines, a row for each. Whole numbers, so that sums are exact.
    """
    rows = np.ones((len(LINE_ROWS), len(scores)))
    _fill_counts(rows, columns, scores)
    likely = rows[ROW["likely"]] = likelihood(scores)
    np.subtract(1000, likely, out=rows[ROW["unlikely"]])
    rows[ROW["thousand_n"]] = 1000
    rows[ROW["positive_n"]], rows[ROW["hopeless_n"]] = rows[ROW["positive"]], rows[ROW["hopeless"]]
    rows[ROW["sentences"]] = columns[COLUMN["ends_sentence"]]
    rows[ROW["running"]] = running
    rows[_HELD] = rules
    if len(columns) == len(TEXT_FEATURES):
        rows[_MARKUP] = 0
    else:
        _fill_markup(rows, columns)
    rows[_WEIGHED] *= columns[0]
    return rows


def _fill_counts(rows: Floats, columns: Floats, scores: Floats) -> None:
    """The rows of `COUNT_ROWS`; that of `lines` is 1 already."""
    n = columns[0]
    np.add(columns[COLUMN["n_ends"]], columns[COLUMN["n_middles"]], out=rows[ROW["points"]])
    rows[ROW["positive"]] = scores > 0
    rows[ROW["hopeless"]] = scores < -3
    pull = _between(scores, -3, 3) * np.sqrt(np.minimum(n, HEAVY)) * 1000
    np.rint(pull, out=rows[ROW["pull"]])
    said = columns[_PHRASES] >= 2
    np.logical_or.reduce(said, out=rows[ROW["phrases"]])
    dated = (columns[COLUMN["has_date"]] > 0) & (n < SHORT)
    rows[ROW["bylines"]] = said[_BYLINE] | dated
    rows[ROW["related"]] = said[_RELATED]
    rows[ROW["comments"]] = said[_COMMENT]


def _fill_markup(rows: Floats, columns: Floats) -> None:
    """The rows of `WEIGHED_MARKUP_ROWS`, the characters of the line left out, and `MARKUP_ROWS`."""
    heading = columns[COLUMN["heading"]] > 0
    links, depth = columns[COLUMN["link_share"]], columns[COLUMN["depth"]]
    rows[ROW["depth"]] = depth
    np.multiply(depth, depth, out=rows[ROW["depth_2"]])
    rows[_AROUND] = columns.take(_AROUND_COLUMNS, axis=0)
    np.rint(links * columns[0], out=rows[ROW["links"]])
    rows[ROW["headings"]] = heading
    rows[ROW["linked_headings"]] = heading & (links > 0.5)
    np.rint(columns[COLUMN["title_cover"]] * 1000, out=rows[ROW["cover"]])
    rows[ROW["titles"]] = columns[COLUMN["since_title"]] == 0
