"""Whether the region chosen on a page is an article: what the third forest sees of it.

A list of teasers, a log-in wall or a front page has a best region, too. What tells them apart is
little of the region alone and much of what stands around: a headline above it that its sentences
speak of, a byline, and how much of the page is headlines of something else.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.around import SURROUNDINGS, surroundings
from corpus.extraction.choice.evidence import REGION_FEATURES
from corpus.extraction.choice.features import TEXT_FEATURES
from corpus.extraction.choice.tree import TREE_FEATURES, pairs_of
from corpus.extraction.lines.layout import Layout

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
    "longest_run",
    "in_runs",
    "median_characters",
    *SURROUNDINGS,
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
LOOKS = {"ends_sentence": 0.0, "has_date": 0.0, "link_share": 0.8}
"""What else tells them apart: whether these features (where there are) are above that."""
CUT = ("...", "…", "……", "[详细]", "全文")
"""Ends of a text that goes on elsewhere."""
LONG_ENOUGH = 20
"""Characters from which a line can be a text that was cut off."""

COLUMN = {name: k for k, name in enumerate((*TEXT_FEATURES, *TREE_FEATURES))}
_SIZES = np.array(SIZES, dtype=np.float64)
_LOOKS = tuple((COLUMN[x], least) for x, least in LOOKS.items())


def verdict_features(
    layout: Layout,
    features: Floats,
    region: Floats,
    lines: Sequence[int],
    scores: tuple[float, float],
    running: NDArray[np.bool_],
) -> Floats:
    """One row for the region of the features `region` that takes `lines` (at least one).

    `scores` are by how much the scores of the page were lifted, and the best one before that;
    `running` tells which lines of the page are running text.
    """
    columns = features.T
    n = columns[0]
    sentence = columns[COLUMN["ends_sentence"]] > 0
    dated = columns[COLUMN["has_date"]] > 0
    is_short = n <= HEADLINE[1]
    headline = (n >= HEADLINE[0]) & is_short & ~(sentence | dated)
    first = lines[0]
    body = "".join([layout.lines[k].text for k in lines])[:COMPARED]
    byline = (columns[COLUMN["phrase_byline"]] >= 2) | (dated & (n < HEADLINE[1]))
    taken = np.array(lines)
    sizes = n.take(taken)
    size = float(sizes.sum())
    n_headlines = _count(headline)
    own = [
        *scores,
        size,
        len(lines),
        size / len(lines),
        float(sizes.dot(sentence.take(taken))) / size,
        _count(byline[max(first - ABOVE, 0) : first + 2]),
        *_nearest_headline(layout, headline, first, body),
        *_title(layout, columns, first, body),
        n_headlines,
        n_headlines / len(n),
        _count(dated) / len(n),
        *_links(columns, headline),
        *_regular(columns, first, lines[-1] + 1),
        _count(columns[COLUMN["n_twins"]] > 1) / len(n),
        *_cut_off(layout, n, taken),
        *_in_runs(running, n, taken),
        _median(sizes),
        *_around(layout, lines),
    ]
    row = np.empty(len(region) + len(own))
    row[: len(region)] = region
    row[len(region) :] = own
    return row


def _around(layout: Layout, lines: Sequence[int]) -> list[float]:
    """The signs around a region; with markup they add nothing, and are not looked for."""
    if layout.elements:
        return [0.0] * len(SURROUNDINGS)
    return surroundings([line.text for line in layout.lines], lines)


def _median(values: Floats) -> float:
    """The median; for a few values `np.median` takes longer than all else that is seen here."""
    in_order = sorted(values.tolist())
    return float(in_order[(len(values) - 1) // 2] + in_order[len(values) // 2]) / 2


def _count(flags: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(flags))


def overlap(headline: str, body: str) -> float:
    """Share of the pairs of characters of a headline that stand in a text, too.

    >>> overlap("机器人种菜", "这台机器人会浇水")
    0.5
    """
    pairs = pairs_of(headline)
    return sum(map(body.__contains__, pairs)) / max(len(pairs), 1)


def _nearest_headline(
    layout: Layout, headline: NDArray[np.bool_], first: int, body: str
) -> tuple[float, float]:
    """How far above the region its headline stands, and how much of it the region repeats."""
    best = (99.0, 0.0)
    top = max(first - ABOVE, -1) + 1
    for above, is_headline in enumerate(headline[top : first + 1][::-1].tolist()):
        if is_headline:
            text = layout.lines[first - above].text
            shared = overlap(text, body.replace(text, "", 1))
            if shared > best[1] or best[0] > ABOVE:
                best = (float(above), shared)
    return best


def _title(layout: Layout, columns: Floats, first: int, body: str) -> tuple[float, float]:
    """How much of the page title the region repeats, and how far below the title it begins."""
    if not layout.elements:
        return (0.0, 0.0)
    title = layout.head.title or ""
    return overlap(title, body), float(columns[COLUMN["since_title"], first])


def _links(columns: Floats, headline: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Share of the page's characters in links, share of headlines linked, number of headings."""
    if len(columns) == len(TEXT_FEATURES):
        return (0.0, 0.0, 0.0)
    n, share = columns[0], columns[COLUMN["link_share"]]
    linked = share > 0.8
    n_headlines = max(_count(headline), 1)
    return (
        float((share * n).sum() / n.sum()),
        _count(linked & headline) / n_headlines,
        _count(linked & (columns[COLUMN["heading"]] > 0)),
    )


def _regular(columns: Floats, first: int, end: int) -> tuple[float, float]:
    """How far the lines of the page, and of the region, come again after so many others.

    Cards of a list have one make: after the same number of lines the same kind of line follows. A
    share of lines, less that which chance would give.
    """
    looks = _SIZES.searchsorted(columns[0])
    for column, least in _LOOKS:
        looks += looks
        if column < len(columns):
            looks += columns[column] > least
    return _periodic(looks), _periodic(looks[first:end])


def _periodic(looks: NDArray[np.int64]) -> float:
    n = len(looks)
    same = [_count(looks[k:] == looks[:-k]) / (n - k) for k in PERIODS if 2 * k <= n]
    chance = np.bincount(looks) / n
    return max(same) - float((chance * chance).sum()) if same else 0.0


def _cut_off(layout: Layout, n: Floats, taken: NDArray[np.intp]) -> tuple[float, float]:
    """The share of the region, and of all longer lines of the page, that ends in "go on there"."""
    longer = (n >= LONG_ENOUGH).nonzero()[0].tolist()
    cut = [k for k in longer if layout.lines[k].text.endswith(CUT)]
    if not cut:
        return 0.0, 0.0
    is_cut = np.zeros(len(n), dtype=np.bool_)
    is_cut[cut] = True
    sizes = n.take(taken)
    return float(sizes.dot(is_cut.take(taken)) / sizes.sum()), len(cut) / len(longer)


def _in_runs(running: NDArray[np.bool_], n: Floats, taken: NDArray[np.intp]) -> tuple[float, float]:
    """Characters of the page's longest run of running text, and the region's share in runs.

    Paragraphs of an article stand side by side. What a list shows of each has a headline above.
    """
    totals = (n * running).cumsum()
    # What was counted up to the last line that is no running text.
    before = np.maximum.accumulate(np.where(running, 0.0, totals))
    beside = np.zeros(len(n), dtype=np.bool_)
    beside[1:] = running[:-1]
    beside[:-1] |= running[1:]
    sizes = n.take(taken)
    in_runs = (running & beside).take(taken)
    return float((totals - before).max()), float(sizes.dot(in_runs) / sizes.sum())
