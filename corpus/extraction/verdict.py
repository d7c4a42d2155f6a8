"""Whether the region chosen on a page is an article: what the third forest sees of it.

A list of teasers, a log-in wall or a front page has a best region, too. What tells them apart is
little of the region alone and much of what stands around: a headline above it that its sentences
speak of, a byline, and how much of the page is headlines of something else.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.evidence import REGION_FEATURES
from corpus.extraction.features import TEXT_FEATURES
from corpus.extraction.layout import Layout
from corpus.extraction.tree import TREE_FEATURES

Floats = NDArray[np.float64]

VERDICT_FEATURES: tuple[str, ...] = (
    *REGION_FEATURES,
    "lift",
    "best_score_unlifted",
    "taken_characters",
    "taken_lines_count",
    "mean_characters",
    "taken_sentences",
    "bylines_above",
    "headline_distance",
    "headline_overlap",
    "title_overlap",
    "title_distance",
    "headlines",
    "headline_share",
    "dated_lines",
    "links",
    "linked_headlines",
    "linked_headings",
    "regularity",
    "regularity_inside",
    "twins_share",
    "cut_off",
    "cut_off_of_page",
)
"""Names of the columns of `verdict_features`, in order."""

ABOVE = 8
"""Lines above a region in which its headline and byline are sought."""
HEADLINE = (6, 50)
"""Characters that a headline has."""
COMPARED = 4000
"""Characters of a region that are compared with its headline."""
PERIODS = range(2, 13)
"""Lines after which a list of cards begins anew."""
SIZES = (4, 10, 25, 60)
"""Characters that tell lines of a card apart: a count, a name, a time, a headline, a summary."""
CUT = ("...", "…", "……", "[详细]", "全文")
"""Ends of a text that goes on elsewhere."""
LONG_ENOUGH = 20
"""Characters from which a line can be a text that was cut off."""

COLUMN = {name: k for k, name in enumerate((*TEXT_FEATURES, *TREE_FEATURES))}


def verdict_features(
    layout: Layout,
    features: Floats,
    region: Floats,
    lines: Sequence[int],
    scores: tuple[float, float],
) -> Floats:
    """One row for the region of the features `region` that takes `lines` (at least one).

    `scores` are by how much the scores of the page were lifted, and the best one before that.
    """
    texts = [line.text for line in layout.lines]
    taken = list(lines)
    n = features[:, COLUMN["n_characters"]]
    sentence = features[:, COLUMN["ends_sentence"]] > 0
    dated = features[:, COLUMN["has_date"]] > 0
    headline = (n >= HEADLINE[0]) & (n <= HEADLINE[1]) & ~sentence & ~dated
    first = taken[0]
    body = "".join(texts[k] for k in taken)[:COMPARED]
    byline = (features[:, COLUMN["phrase_byline"]] >= 2) | (dated & (n < HEADLINE[1]))
    size = float(n[taken].sum())
    own = [
        *scores,
        size,
        len(taken),
        size / len(taken),
        float(n[taken][sentence[taken]].sum()) / size,
        float(byline[max(first - ABOVE, 0) : first + 2].sum()),
        *_nearest_headline(texts, headline, first, body),
        *_title(layout, features, first, body),
        float(headline.sum()),
        float(headline.mean()),
        float(dated.mean()),
        *_links(features, headline),
        *_regular(features, first, taken[-1] + 1),
        float((features[:, COLUMN["n_twins"]] > 1).mean()),
        *_cut_off(texts, n, taken),
    ]
    return np.append(region, np.array(own, dtype=np.float64))


def overlap(headline: str, body: str) -> float:
    """Share of the pairs of characters of a headline that stand in a text, too.

    >>> overlap("机器人种菜", "这台机器人会浇水")
    0.5
    """
    pairs = {headline[k : k + 2] for k in range(len(headline) - 1)}
    return sum(pair in body for pair in pairs) / max(len(pairs), 1)


def _nearest_headline(
    texts: Sequence[str], headline: NDArray[np.bool_], first: int, body: str
) -> tuple[float, float]:
    """How far above the region its headline stands, and how much of it the region repeats."""
    best = (99.0, 0.0)
    for at in range(first, max(first - ABOVE, -1), -1):
        if headline[at]:
            shared = overlap(texts[at], body.replace(texts[at], "", 1))
            if shared > best[1] or best[0] > ABOVE:
                best = (float(first - at), shared)
    return best


def _title(layout: Layout, features: Floats, first: int, body: str) -> tuple[float, float]:
    """How much of the page title the region repeats, and how far below the title it begins."""
    if not layout.elements:
        return (0.0, 0.0)
    title = layout.head.title or ""
    return overlap(title, body), float(features[first, COLUMN["since_title"]])


def _links(features: Floats, headline: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Share of the page's characters in links, share of headlines linked, number of headings."""
    if features.shape[1] == len(TEXT_FEATURES):
        return (0.0, 0.0, 0.0)
    n = features[:, COLUMN["n_characters"]]
    share = features[:, COLUMN["link_share"]]
    linked = share > 0.8
    heading = features[:, COLUMN["heading"]] > 0
    return (
        float((share * n).sum() / n.sum()),
        float((linked & headline).sum() / max(int(headline.sum()), 1)),
        float((linked & heading).sum()),
    )


def _regular(features: Floats, first: int, end: int) -> tuple[float, float]:
    """How far the lines of the page, and of the region, come again after so many others.

    Cards of a list have one make: after the same number of lines the same kind of line follows. A
    share of lines, less that which chance would give.
    """
    looks = np.searchsorted(SIZES, features[:, 0]) * 8
    looks = looks + (features[:, COLUMN["ends_sentence"]] > 0) * 4
    looks = looks + (features[:, COLUMN["has_date"]] > 0) * 2
    if features.shape[1] > len(TEXT_FEATURES):
        looks = looks + (features[:, COLUMN["link_share"]] > 0.8)
    return _periodic(looks), _periodic(looks[first:end])


def _periodic(looks: NDArray[np.int64]) -> float:
    n = len(looks)
    same = [float((looks[k:] == looks[:-k]).mean()) for k in PERIODS if 2 * k <= n]
    chance = np.bincount(looks) / n
    return max(same) - float((chance * chance).sum()) if same else 0.0


def _cut_off(texts: Sequence[str], n: Floats, taken: Sequence[int]) -> tuple[float, float]:
    """The share of the region, and of all longer lines of the page, that ends in "go on there"."""
    ends = np.array([text.endswith(CUT) for text in texts]) & (n >= LONG_ENOUGH)
    longer = int((n >= LONG_ENOUGH).sum())
    return float((n * ends)[taken].sum() / n[taken].sum()), float(ends.sum() / max(longer, 1))
