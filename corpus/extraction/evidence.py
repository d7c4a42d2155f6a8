"""What the second forest sees of each candidate: its text, its gaps, what stands around it."""

from __future__ import annotations

import numpy as np

from corpus.extraction.layout import Layout
from corpus.extraction.opinions import OPINIONS, Opinions
from corpus.extraction.setting import around, beside_title, forum, headlines, titles
from corpus.extraction.spans import (
    AROUND,
    ROLES,
    Flags,
    Floats,
    Ints,
    Spans,
    Sums,
    share,
    weigh_lines,
)

BEYOND = 3
"""Lines above and below a span that tell how sharp its edges are."""
NEAR = 6
"""Lines above a span in which its byline stands, and what names it: related, comments."""

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
"""Names of the columns of `measure`, in order."""


def measure(
    layout: Layout, features: Floats, scores: Floats, spans: Spans, opinions: Opinions
) -> Floats:
    """What is seen of each span, shape (n, len(REGION_FEATURES))."""
    lines = weigh_lines(features, scores)
    names = list(lines)
    sums = Sums(spans, np.stack(list(lines.values())))
    inside = dict(zip(names, sums.inside(), strict=True))
    taken = dict(zip(names, sums.taken(), strict=True))
    page = dict(zip(names, sums.totals[:, -1].tolist(), strict=True))
    before = dict(zip(names, sums.before(), strict=True))
    above = dict(zip(names, sums.above(NEAR), strict=True))
    columns = [
        *_whole(inside, page, scores, spans),
        *_elements(layout, spans, len(scores)),
        *_taken(inside, taken, before, page, spans),
        *_pieces(inside, taken, features, spans),
        above["bylines"],
        above["related"],
        above["comments"],
        inside["related"],
        inside["comments"],
        before["comments"],
        *headlines(layout, features, spans.first),
        *titles(features, spans, taken, inside, before, page),
        *_markup(taken, inside, page),
        *around(layout, spans, taken, sums),
        *beside_title(opinions, features, spans, taken),
        *forum(layout),
        *_agreement(opinions.rules, features, spans),
    ]
    rows = np.empty((len(REGION_FEATURES), len(spans.first)))
    for k, column in enumerate(columns):
        rows[k] = column
    return rows.T


def _whole(
    inside: dict[str, Floats], page: dict[str, float], scores: Floats, spans: Spans
) -> list[Floats]:
    """What holds for all lines of a span, taken or not, and for the page."""
    n_lines = inside["lines"]
    return [
        share(inside["likely"], page["likely"]),
        share(inside["unlikely"], page["unlikely"]),
        share(inside["likely"], inside["n"] * 1000),
        inside["n"],
        share(inside["n"], page["n"]),
        share(inside["points"], page["points"]),
        share(inside["points"], inside["n"]),
        share(inside["links"], inside["n"]),
        n_lines,
        share(n_lines, page["lines"]),
        share(inside["positive"], n_lines),
        share(inside["positive_n"], page["positive_n"]),
        share(inside["hopeless_n"], inside["n"]),
        share(inside["hopeless"], n_lines),
        inside["pull"] / 1000,
        (inside["pull"] - page["pull"]) / 1000,
        share(inside["sentences"], inside["n"]),
        share(inside["sentences"], page["sentences"]),
        share(inside["phrases"], n_lines),
        *_edges(scores, spans),
        np.array(page["likely"] / 1000),
        np.array(page["n"]),
        np.array(np.max(scores)),
    ]


def _edges(scores: Floats, spans: Spans) -> list[Floats]:
    """Scores at both ends of a span and just outside, its best score, where it lies on the page."""
    outside = np.full(BEYOND, -9.0)
    padded = np.concatenate([outside, scores, outside])
    first, end = spans.first, spans.end
    return [
        scores[first],
        scores[end - 1],
        padded[first + BEYOND - 1],
        padded[end + BEYOND],
        _largest(scores, first, end),
        first / len(scores),
        end / len(scores),
        np.max([padded[first + k] for k in range(BEYOND)], axis=0),
        np.max([padded[end + BEYOND + k] for k in range(BEYOND)], axis=0),
    ]


def _largest(values: Floats, first: Ints, end: Ints) -> Floats:
    """The largest of the values of each run, which is never empty."""
    padded = np.append(values, values[-1:])  # so that the end of the last run has a number
    pairs = np.stack([first, end], axis=1).ravel()
    return np.asarray(np.maximum.reduceat(padded, pairs)[::2])


def _elements(layout: Layout, spans: Spans, n_lines: int) -> list[Floats]:
    """The depth of the element that each span is, and whether it is one."""
    depth = np.full(len(spans.first), -1.0)
    if layout.elements:
        number = np.array([e.first * (n_lines + 1) + e.end for e in layout.elements])
        deep = np.array([e.depth for e in layout.elements])
        order = np.lexsort((-deep, number))
        known, at = np.unique(number[order], return_index=True)
        wanted = spans.first * (n_lines + 1) + spans.end
        place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        depth = np.where(known[place] == wanted, deep[order][at][place], -1.0)
    return [depth, (depth >= 0).astype(np.float64)]


def _taken(
    inside: dict[str, Floats],
    taken: dict[str, Floats],
    before: dict[str, Floats],
    page: dict[str, float],
    spans: Spans,
) -> list[Floats]:
    """What holds for the lines that a span takes."""
    n = taken["n"]
    after = page["running"] - before["running"] - inside["running"]
    return [
        spans.floor.astype(np.float64),
        n,
        share(n, inside["n"]),
        share(taken["likely"], n * 1000),
        share(taken["likely"], page["likely"]),
        share(taken["lines"], inside["lines"]),
        share(taken["points"], n),
        share(taken["links"], n),
        share(taken["sentences"], n),
        share(n, taken["lines"]),
        share(taken["running"], page["running"]),
        share(before["running"], page["running"]),
        share(after, page["running"]),
    ]


def _pieces(
    inside: dict[str, Floats], taken: dict[str, Floats], features: Floats, spans: Spans
) -> list[Floats]:
    """Into how many pieces the lines taken fall, and what stands in the gaps between them.

    Posts of a thread have a name and a date between them; teasers have headlines, which are links.
    """
    n_pieces, largest, gap = np.zeros((3, len(spans.first)))
    at = np.arange(len(features))
    for floor, flags in enumerate(spans.taken):
        own = np.flatnonzero(spans.floor == floor)
        first, end = spans.first[own], spans.end[own]
        begins = flags & ~np.append(False, flags[:-1])
        starts = np.cumsum(begins)
        n_pieces[own] = starts[end - 1] - starts[first] + 1
        last_start = np.maximum.accumulate(np.where(begins, at, 0))
        size = np.concatenate([[0.0], np.cumsum(features[:, 0])])
        piece = np.where(flags, size[at + 1] - size[last_start], 0.0)
        largest[own] = np.minimum(_largest(piece, first, end), taken["n"][own])
        since = at - np.maximum.accumulate(np.where(flags, at, -1))
        gap[own] = _largest(since.astype(np.float64), first, end)
    gap_n = inside["n"] - taken["n"]
    return [
        n_pieces,
        taken["lines"] / n_pieces,
        share(largest, taken["n"]),
        gap,
        share(inside["bylines"], n_pieces),
        share(inside["links"] - taken["links"], gap_n),
        inside["headings"] - taken["headings"],
    ]


def _markup(
    taken: dict[str, Floats], inside: dict[str, Floats], page: dict[str, float]
) -> list[Floats]:
    """Linked headings in a span, how far its lines lie apart in depth, what its elements are."""
    n = np.maximum(taken["n"], 1.0)
    mean = taken["depth"] / n
    return [
        inside["linked_headings"],
        taken["depth_2"] / n - mean * mean,
        *(share(taken[role], n) for role in AROUND),
        *(share(taken[role], page[role]) for role in AROUND),
    ]


def _agreement(rules: Flags, features: Floats, spans: Spans) -> list[Floats]:
    """F1 in characters of each span with what each rule holds, and the share the rule holds."""
    n = features[:, 0]
    sums = Sums(spans, np.concatenate([n[None], rules * n])).taken()
    size, both = sums[0], sums[1:]
    held = (rules * n).sum(axis=1)[:, None]
    agrees = 2 * both / np.maximum(size + held, 1.0)
    return [*agrees, *share(both, size), agrees.mean(axis=0), agrees.max(axis=0)]
