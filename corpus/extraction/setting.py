"""Where a span stands: below which title, in which element, on what kind of page."""

from __future__ import annotations

from functools import cache

import numpy as np

from corpus.extraction.features import TEXT_FEATURES
from corpus.extraction.layout import Layout
from corpus.extraction.opinions import COLUMN, CONTEXT, Opinions, running_text
from corpus.extraction.spans import Floats, Ints, Spans, Sums, share
from corpus.extraction.tree import pairs_of
from corpus.resources import read_list

HEADLINE = (5, 50)
"""Characters that a headline has."""
ABOVE, NEAREST = 8, 3
"""Lines above a span in which its headline is sought, and how many of them are looked at."""
COMPARED = 300
"""Characters of a line that are compared with a headline."""


def headlines(layout: Layout, features: Floats, first: Ints) -> list[Floats]:
    """For each span the line above that its first lines repeat most of; where no title is known.

    How far above it stands, the share of its pairs of characters that they repeat, and how often
    it stands on the page.
    """
    if layout.elements:
        return [np.array(0.0)] * 3
    texts = [line.text for line in layout.lines]
    n = features[:, 0]
    plain = (features[:, COLUMN["ends_sentence"]] == 0) & (features[:, COLUMN["has_date"]] == 0)
    is_headline = (n >= HEADLINE[0]) & (n <= HEADLINE[1]) & plain
    twins = features[:, COLUMN["n_twins"]]
    pairs = cache(lambda at: pairs_of(texts[at][:COMPARED]))
    table = np.zeros((3, len(first)))
    starts, where = np.unique(first, return_inverse=True)
    for k, start in enumerate(starts.tolist()):
        above = np.flatnonzero(is_headline[max(start - ABOVE, 0) : start])[::-1][:NEAREST]
        own = pairs(start) | (pairs(start + 1) if start + 1 < len(texts) else frozenset())
        best = (99.0, 0.0, 0.0)
        for at in (above + max(start - ABOVE, 0)).tolist():
            shared = len(pairs(at) & own) / len(pairs(at))
            if best[0] > ABOVE or shared > best[1]:
                best = (float(start - at), shared, float(twins[at]))
        table[:, where == k] = np.array(best)[:, None]
    return list(table)


def titles(
    features: Floats,
    spans: Spans,
    taken: dict[str, Floats],
    inside: dict[str, Floats],
    before: dict[str, Floats],
    page: dict[str, float],
) -> list[Floats]:
    """How much of the page title a span repeats, and what stands between the title and it."""
    first = spans.first
    if features.shape[1] == len(TEXT_FEATURES):
        return [np.array(0.0)] * 7
    cover = features[:, COLUMN["title_cover"]]
    since = features[:, COLUMN["since_title"]]
    running = np.concatenate([[0.0], np.cumsum(running_text(features) * features[:, 0])])
    title = np.maximum(first - since[first].astype(np.int64), 0)
    between = np.where(since[first] < 999, running[first] - running[title], -1.0)
    return [
        taken["cover"] / 1000,
        cover[first],
        since[first],
        between,
        before["titles"],
        inside["titles"],
        page["titles"] - before["titles"] - inside["titles"],
    ]


def around(layout: Layout, spans: Spans, taken: dict[str, Floats], sums: Sums) -> list[Floats]:
    """The smallest element that holds a span: its lines, its depth, how much of it is taken."""
    n_lines = sums.table.shape[1]
    bounds = [(e.first, e.end, e.parent, e.depth) for e in layout.elements]
    first, end, parent, depth = np.array([*bounds, (0, n_lines, -1, -1)]).T
    inner = np.array([line.element for line in layout.lines])
    at = inner[spans.first]
    for _ in range(len(first)):
        outside = (first[at] > spans.first) | (end[at] < spans.end)
        if not outside.any():
            break
        at = np.where(outside, parent[at], at)
    around = sums.totals[:, end[at]] - sums.totals[:, first[at]]
    likely, n = around[0], around[2]
    return [
        (end[at] - first[at]).astype(np.float64),
        depth[at].astype(np.float64),
        share(taken["n"], n),
        share(taken["likely"], likely),
    ]


def beside_title(
    opinions: Opinions, features: Floats, spans: Spans, taken: dict[str, Floats]
) -> list[Floats]:
    """How near to the title a span begins, and the share of what it takes that is as near."""
    near = opinions.context[:, CONTEXT.index("lines_with_title")]
    known, number = np.unique(near, return_inverse=True)
    rows = (number == np.arange(len(known))[:, None]) * features[:, 0]
    sums = Sums(spans, rows).taken()
    same = sums[number[spans.first], np.arange(len(spans.first))]
    return [near[spans.first], share(same, taken["n"])]


def forum(layout: Layout) -> list[Floats]:
    """How many of the words of forums stand on the page, and in its title."""
    words = read_list("forum_words.txt")
    page = "\n".join(line.text for line in layout.lines).lower()
    title = (layout.head.title or "").lower()
    counts = (sum(word in text for word in words) for text in (page, title))
    return [np.array(float(count)) for count in counts]
