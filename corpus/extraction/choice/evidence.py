"""What the second forest sees of each candidate: its text, its gaps, what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.opinions import CONTEXT, OPINIONS, Opinions
from corpus.extraction.choice.setting import around, fill_around, forum, headlines, title_above
from corpus.extraction.choice.sheet import Sheet, cut, join, lay_out
from corpus.extraction.choice.spans import (
    HELD,
    INSIDE,
    LINE_ROWS,
    PAGE,
    PARTS,
    ROLES,
    ROW,
    TAKEN,
    Floats,
    Ints,
    Spans,
    Stack,
    Sums,
    add_up,
    share,
    stack,
    weigh_lines,
)
from corpus.extraction.lines.layout import Layout

BEYOND = 3
"""Lines above and below a span that tell how sharp its edges are."""

REGION_FEATURES: tuple[str, ...] = (
    "likely_of_page",
    "unlikely_of_page",
    "likely_share",
    "n_characters",
    "share_of_page",
    "punctuation_of_page",
    "punctuation_share",
    "link_share",
    "n_lines",
    "lines_of_page",
    "positive_lines",
    "positive_of_page",
    "hopeless_characters",
    "hopeless_lines",
    "balance",
    "balance_to_page",
    "sentence_share",
    "sentences_of_page",
    "phrase_lines",
    "first_score",
    "last_score",
    "score_before",
    "score_after",
    "best_score",
    "begins",
    "ends",
    "best_before",
    "best_after",
    "page_likely",
    "page_characters",
    "page_best",
    "depth",
    "is_element",
    "floor",
    "taken_characters",
    "taken_share",
    "taken_likely_share",
    "taken_likely_of_page",
    "taken_lines",
    "taken_points_share",
    "taken_link_share",
    "taken_sentence_share",
    "taken_mean_characters",
    "running_of_page",
    "running_before",
    "running_after",
    "n_pieces",
    "lines_a_piece",
    "largest_piece",
    "largest_gap",
    "bylines_a_piece",
    "gap_links",
    "gap_headings",
    "bylines_above",
    "related_above",
    "comments_above",
    "related_inside",
    "comments_inside",
    "comments_before",
    "headline_distance",
    "headline_overlap",
    "headline_twins",
    "title_cover",
    "title_at_start",
    "since_title",
    "running_since_title",
    "titles_before",
    "titles_inside",
    "titles_after",
    "linked_headings",
    "depth_spread",
    *(f"taken_{role}" for role in ROLES),
    *(f"{role}_of_page" for role in ROLES),
    "around_lines",
    "around_depth",
    "taken_of_around",
    "likely_of_around",
    "lines_with_title",
    "as_near_title",
    "forum_words",
    "forum_words_in_title",
    *(f"{name}_agrees" for name in OPINIONS),
    *(f"{name}_holds" for name in OPINIONS),
    "opinions_mean",
    "opinions_best",
)
"""Names of the columns of `measure_each`, in order."""

SUMS: dict[str, str] = {
    "n_characters": "inside n",
    "n_lines": "inside lines",
    "page_characters": "page n",
    "taken_characters": "taken n",
    "bylines_above": "above bylines",
    "related_above": "above related",
    "comments_above": "above comments",
    "related_inside": "inside related",
    "comments_inside": "inside comments",
    "comments_before": "before comments",
    "titles_before": "before titles",
    "titles_inside": "inside titles",
    "titles_after": "after titles",
    "linked_headings": "inside linked_headings",
}
"""Columns that are a sum over lines (`spans.LINE_ROWS`), with the part that they are summed over.
"""
SHARES: dict[str, tuple[str, str]] = {
    "likely_of_page": ("inside likely", "page likely"),
    "unlikely_of_page": ("inside unlikely", "page unlikely"),
    "likely_share": ("inside likely", "inside thousand_n"),
    "share_of_page": ("inside n", "page n"),
    "punctuation_of_page": ("inside points", "page points"),
    "punctuation_share": ("inside points", "inside n"),
    "link_share": ("inside links", "inside n"),
    "lines_of_page": ("inside lines", "page lines"),
    "positive_lines": ("inside positive", "inside lines"),
    "positive_of_page": ("inside positive_n", "page positive_n"),
    "hopeless_characters": ("inside hopeless_n", "inside n"),
    "hopeless_lines": ("inside hopeless", "inside lines"),
    "sentence_share": ("inside sentences", "inside n"),
    "sentences_of_page": ("inside sentences", "page sentences"),
    "phrase_lines": ("inside phrases", "inside lines"),
    "taken_share": ("taken n", "inside n"),
    "taken_likely_share": ("taken likely", "taken thousand_n"),
    "taken_likely_of_page": ("taken likely", "page likely"),
    "taken_lines": ("taken lines", "inside lines"),
    "taken_points_share": ("taken points", "taken n"),
    "taken_link_share": ("taken links", "taken n"),
    "taken_sentence_share": ("taken sentences", "taken n"),
    "taken_mean_characters": ("taken n", "taken lines"),
    "running_of_page": ("taken running", "page running"),
    "running_before": ("before running", "page running"),
    "running_after": ("after running", "page running"),
    **{f"taken_{role}": (f"taken around_{role}", "taken n") for role in ROLES},
    **{f"{role}_of_page": (f"taken around_{role}", f"page around_{role}") for role in ROLES},
    **{f"{name}_holds": (f"taken held_{name}", "taken n") for name in OPINIONS},
}
"""Columns that are one sum as a share of another."""

AT = {name: k for k, name in enumerate(REGION_FEATURES)}


def _columns(*names: str) -> NDArray[np.intp]:
    """The numbers of columns."""
    return np.array([AT[name] for name in names], dtype=np.intp)


def _sources(*names: str) -> NDArray[np.intp]:
    """Where the sums of that name stand in `Sums.parts`, were it one table of rows."""
    pairs = (name.split() for name in names)
    return np.array(
        [PARTS.index(part) * len(LINE_ROWS) + ROW[row] for part, row in pairs],
        dtype=np.intp,
    )


_SUMS, _SUM_SOURCES = _columns(*SUMS), _sources(*SUMS.values())
_SHARES = _columns(*SHARES)
_PART_SOURCES = _sources(*(part for part, _ in SHARES.values()))
_WHOLE_SOURCES = _sources(*(whole for _, whole in SHARES.values()))
_AGREES = slice(AT[f"{OPINIONS[0]}_agrees"], AT[f"{OPINIONS[-1]}_agrees"] + 1)
_HELD = slice(ROW[HELD[0]], ROW[HELD[-1]] + 1)
_EDGES = slice(AT["first_score"], AT["best_after"] + 1)
_AROUND = slice(AT["around_lines"], AT["likely_of_around"] + 1)
_LAST, _NEXT = np.array([[0], [1]]), np.array([[1], [0]])
"""From the bounds of a span back to its first and last line, and to the lines just outside."""
_NEAR_TITLE = CONTEXT.index("lines_with_title")


class Seen(NamedTuple):
    """A page with spans, and what is known of its lines: `features` and `scores` a line.

    `spans` are in order, by their first lines and then by their ends.
    """

    layout: Layout
    features: Floats
    scores: Floats
    spans: Spans
    opinions: Opinions


def measure_each(pages: Sequence[Seen]) -> list[Floats]:
    """What is seen of each span of each page, shapes (n, len(REGION_FEATURES))."""
    found: dict[int, Floats] = {}
    # Of lines with markup more is known than of those without.
    for has_markup in (True, False):
        numbers = [n for n, page in enumerate(pages) if bool(page.layout.elements) is has_markup]
        if numbers:
            rows = _measure_each([pages[n] for n in numbers])
            found.update(zip(numbers, rows, strict=True))
    return [found[n] for n in range(len(pages))]


def _measure_each(pages: Sequence[Seen]) -> list[Floats]:
    layouts, features, scored, spans_of, opinions = zip(*pages, strict=True)
    sheet = lay_out([len(scores) for scores in scored])
    spans = stack(spans_of, sheet)
    columns = join([page.T for page in features])
    scores = join(scored)
    near = join([known.context[:, _NEAR_TITLE] for known in opinions])
    rules = join([known.rules for known in opinions])
    running = join([known.running for known in opinions])
    sums = add_up(spans, weigh_lines(columns, scores, rules, running), near, sheet)
    # Features are rows while they are made, so that each is one run of memory.
    rows = np.empty((len(REGION_FEATURES), len(spans.first)))
    known = sums.parts.reshape(-1, len(spans.first))
    rows[_SUMS] = known.take(_SUM_SOURCES, axis=0)
    wholes = known.take(_WHOLE_SOURCES, axis=0)
    np.maximum(wholes, 1.0, out=wholes)
    rows[_SHARES] = known.take(_PART_SOURCES, axis=0) / wholes
    holders = around([known.frame for known in opinions], spans_of, sheet)
    above = [headlines(page.layout, page.features, page.spans.first) for page in pages]
    best = np.maximum.reduceat(scores, sheet.starts)
    words = np.array([forum(layout) for layout in layouts]).T
    groups = (
        ("balance", _balance(sums)),
        ("page_best", [best.take(spans.page)]),
        ("depth", _elements(holders, spans.bounds)),
        ("floor", [spans.floor]),
        ("n_pieces", _pieces(sums, spans)),
        ("headline_distance", join(above)),
        ("title_cover", [sums[TAKEN, "cover"] / 1000]),
        ("title_at_start", title_above(columns, spans, sums)),
        ("depth_spread", _spread(sums)),
        ("lines_with_title", [near.take(spans.first), share(sums.as_near, sums[TAKEN, "n"])]),
        ("forum_words", words.take(spans.page, axis=1)),
        ("page_likely", [sums[PAGE, "likely"] / 1000]),
    )
    for name, found in groups:
        for k, column in enumerate(found, AT[name]):
            rows[k] = column
    fill_around(rows[_AROUND], holders, sums)
    _fill_edges(rows[_EDGES], scores, spans, sheet)
    _fill_agreement(rows, sums)
    return [page.T for page in cut(rows, spans.starts)]


def _balance(sums: Sums) -> list[Floats]:
    """How hard the lines of a span pull together, beside those of the page."""
    pull = sums[INSIDE, "pull"]
    return [pull / 1000, (pull - sums[PAGE, "pull"]) / 1000]


def _fill_edges(rows: Floats, scores: Floats, spans: Stack, sheet: Sheet) -> None:
    """Scores at both ends of a span and just outside, its best score, where it lies on the page."""
    # With `BEYOND` lines of nothing between pages.
    padded = np.full(len(scores) + BEYOND * (len(sheet.starts) + 1), -9.0)
    padded[sheet.at + BEYOND * (sheet.page + 1)] = scores
    best = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])  # of three lines
    at = spans.bounds + BEYOND * (spans.page + 1)
    first = sheet.starts.take(spans.page)
    rows[0:2] = padded.take(at - _LAST)
    rows[2:4] = padded.take(at - _NEXT)
    rows[4] = _largest(padded, at)
    np.divide(spans.bounds - first, sheet.end.take(first) - first, out=rows[5:7])
    rows[7:9] = best.take(at - BEYOND * _NEXT)


def _largest(values: NDArray[np.number], bounds: Ints) -> NDArray[np.number]:
    """The largest of the values of each run, which is never empty and ends before the last."""
    return np.asarray(np.maximum.reduceat(values, bounds.T.ravel())[::2])


def _elements(holders: Ints, bounds: Ints) -> list[Floats]:
    """The depth of the element that each span is, and whether it is one.

    It could only be the smallest element around it.
    """
    is_same = holders[:2] == bounds
    depth = np.where(is_same[0] & is_same[1], holders[2], -1)
    return [depth, depth >= 0]


def _pieces(sums: Sums, spans: Stack) -> list[Floats]:
    """Into how many pieces the lines taken fall, and what stands in the gaps between them.

    Posts of a thread have a name and a date between them; teasers have headlines, which are links.
    """
    lines, places = spans.lines, spans.places
    # Lines left out behind each one; where the next floor begins, it goes back up the page.
    left_out = np.zeros(len(lines), dtype=np.int64)
    np.subtract(lines[1:], lines[:-1] + 1, out=left_out[:-1])
    is_break = (left_out[:-1] != 0) | (spans.line_page[1:] != spans.line_page[:-1])
    starts = np.zeros(len(lines), dtype=np.int64)
    is_break.cumsum(out=starts[1:])
    within = places - _LAST
    ends = starts.take(within)
    n_pieces = ends[1] - ends[0] + 1
    before = np.zeros(len(lines))  # characters before the piece of each line
    np.multiply(sums.mass[1:-1], is_break, out=before[1:])
    piece = sums.mass.copy()
    piece[:-1] = piece[1:] - np.maximum.accumulate(before)
    n = sums[TAKEN, "n"]
    gaps = sums.parts[INSIDE] - sums.parts[TAKEN]
    return [
        n_pieces,
        sums[TAKEN, "lines"] / n_pieces,
        np.minimum(_largest(piece, places), n) / n,
        np.where(n_pieces > 1, _largest(left_out, within), 0),
        sums[INSIDE, "bylines"] / n_pieces,
        share(gaps[ROW["links"]], gaps[ROW["n"]]),
        gaps[ROW["headings"]],
    ]


def _spread(sums: Sums) -> list[Floats]:
    """How far the lines taken lie apart in depth."""
    n = np.maximum(sums[TAKEN, "n"], 1.0)
    mean = sums[TAKEN, "depth"] / n
    return [sums[TAKEN, "depth_2"] / n - mean * mean]


def _fill_agreement(rows: Floats, sums: Sums) -> None:
    """F1 in characters of each span with what each rule holds, their mean and the best."""
    held = sums.parts[TAKEN, _HELD]
    agrees = rows[_AGREES]
    np.add(sums[TAKEN, "n"], sums.parts[PAGE, _HELD], out=agrees)
    np.maximum(agrees, 1.0, out=agrees)
    np.divide(2 * held, agrees, out=agrees)
    # Row by row: `reduce` adds up a single column in another order, with other last bits.
    total = agrees[0].copy()
    for row in agrees[1:]:
        total += row
    np.divide(total, len(agrees), out=rows[AT["opinions_mean"]])
    np.maximum.reduce(agrees, out=rows[AT["opinions_best"]])
