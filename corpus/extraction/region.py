"""Scores of lines → the main text: candidate regions, and the choice among them.

A candidate is a run of lines and a floor: of the run, the lines whose score is above the floor are
main. Runs come from the scores at several levels and, in HTML, from the elements of the page. A
second forest foretells how well each candidate would do (its F1 in characters); the best wins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.features import TEXT_FEATURES
from corpus.extraction.layout import Layout
from corpus.extraction.tree import TREE_FEATURES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS = (-2.5, -1.5, -0.75, 0.0, 1.0)
"""Scores (log-odds) above which a line can begin or continue a run."""
GAPS = (0, 2, 6)
"""Lines below the level that a run may bridge."""
FLOORS = (-9.0, -2.5, -1.5, -0.5)
"""Scores below which a line inside the run is left out of the main text."""
RUNS_PER_LEVEL = 3
BEYOND = 3
"""Lines above and below a run that tell how sharp its edges are."""
MAX_CANDIDATES = 120
LONG_ENOUGH = 400
"""Characters after which a line weighs no more: one endless line is not a whole article."""

COVER = len(TEXT_FEATURES) + TREE_FEATURES.index("title_cover")
SINCE = len(TEXT_FEATURES) + TREE_FEATURES.index("since_title")

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
    "balance_to_page",
    "page_likely",
    "page_characters",
    "page_best",
    "title_cover",
    "since_title",
    "titles_before",
    "depth",
    "is_element",
    "floor",
    "taken_share",
    "taken_likely_share",
    "taken_likely_of_page",
    "taken_lines",
)
"""Names of the columns of `Candidates.features`, in order."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Runs of lines `first` to `end` with their `floor`, and what the second forest sees of them.

    Shapes (n,), (n,), (n,) and (n, len(REGION_FEATURES)).
    """

    first: Ints
    end: Ints
    floor: Floats
    features: Floats


def propose(layout: Layout, features: Floats, scores: Floats) -> Candidates:
    """The candidates of a page, from the features and scores of its lines (at least one)."""
    runs, depths = _runs(layout, features, scores)
    first, end = runs[:, 0], runs[:, 1]
    base = _measure(features, scores, first, end)
    base += [depths.astype(np.float64), (depths >= 0).astype(np.float64)]
    return _with_floors(np.column_stack(base), features, scores, runs)


def _runs(layout: Layout, features: Floats, scores: Floats) -> tuple[Ints, Ints]:
    """Runs of shape (n, 2), and the depth of the element each one is (-1 where it is none)."""
    n = len(scores)
    weight = np.minimum(features[:, 0], LONG_ENOUGH).astype(np.int64)
    # A run is one number while its doubles are sought: `first * (n + 1) + end`.
    found = {n: -1} | dict.fromkeys((_runs_above(scores, weight) @ [n + 1, 1]).tolist(), -1)
    for element in layout.elements:
        if element.end > element.first:
            found[element.first * (n + 1) + element.end] = element.depth
    numbers = np.fromiter(found, dtype=np.int64, count=len(found))
    runs = np.stack(np.divmod(numbers, n + 1), axis=1)
    depths = np.fromiter(found.values(), dtype=np.int64, count=len(found))
    if len(runs) > MAX_CANDIDATES:
        mass = _between((weight * (scores > -2.0))[None], runs[:, 0], runs[:, 1])[0]
        best = np.sort(np.argsort(-mass, kind="stable")[:MAX_CANDIDATES])
        runs, depths = runs[best], depths[best]
    return runs, depths


def _runs_above(scores: Floats, weight: Ints) -> Ints:
    """For each level and gap the heaviest runs of lines above it, and the span of all of them.

    Shape (n, 2), by level, then by gap, the heaviest first.
    """
    level, at = np.nonzero(scores > np.array(LEVELS)[:, None])
    if not len(at):
        return np.zeros((0, 2), dtype=np.int64)
    gaps = np.array([*GAPS, len(scores)])  # over a gap as long as the page, the run is the span
    # Each row below holds the flagged lines of all levels: where do their runs end at that gap?
    ends_level = np.append(level[1:] != level[:-1], True)
    gap, last = np.nonzero(ends_level | (np.diff(at, append=0) > gaps[:, None] + 1))
    first = np.append(0, last[:-1] + 1) % len(at)
    runs = np.stack([at[first], at[last] + 1], axis=1)
    group = level[last] * len(gaps) + gap
    order = np.lexsort((-_between(weight[None], runs[:, 0], runs[:, 1])[0], group))
    group = group[order]
    rank = np.arange(len(group)) - np.searchsorted(group, group)
    return runs[order[rank < RUNS_PER_LEVEL]]


def _between(values: Ints, first: Ints, end: Ints) -> Ints:
    """Sums of the rows of `values` over each run, shape (n_rows, n_runs)."""
    totals = np.zeros((len(values), values.shape[1] + 1), dtype=np.int64)
    np.cumsum(values, axis=1, out=totals[:, 1:])
    return np.asarray(totals[:, end] - totals[:, first])


def _share(part: Ints, whole: Ints | int) -> Floats:
    least = max(whole, 1) if isinstance(whole, int) else np.maximum(whole, 1)
    return np.asarray(part / least, dtype=np.float64)


def likelihood(scores: Floats) -> Ints:
    """Scores as thousandths of certainty: a straight line, exact on every machine."""
    return np.rint(np.clip((scores + 4.0) / 8.0, 0.0, 1.0) * 1000).astype(np.int64)


def _weigh(features: Floats, scores: Floats) -> dict[str, Ints]:
    """What each line adds to the sums over a run; whole numbers, so that sums are exact."""
    column = {name: features[:, k] for k, name in enumerate(TEXT_FEATURES)}
    n = column["n_characters"].astype(np.int64)
    certain = likelihood(scores)
    has_links = features.shape[1] > len(TEXT_FEATURES)
    links = np.rint(features[:, len(TEXT_FEATURES)] * n).astype(np.int64) if has_links else 0 * n
    pull = np.rint(np.clip(scores, -3, 3) * np.sqrt(np.minimum(n, LONG_ENOUGH)) * 1000)
    phrase = [features[:, k] for k, f in enumerate(TEXT_FEATURES) if f.startswith("phrase_")]
    return {
        "likely": certain * n,
        "unlikely": (1000 - certain) * n,
        "n": n,
        "points": (column["n_ends"] + column["n_middles"]).astype(np.int64),
        "links": links,
        "lines": np.ones_like(n),
        "positive": (scores > 0).astype(np.int64),
        "positive_n": (scores > 0) * n,
        "hopeless_n": (scores < -3) * n,
        "hopeless": (scores < -3).astype(np.int64),
        "pull": pull.astype(np.int64),
        "sentences": column["ends_sentence"].astype(np.int64) * n,
        "phrases": (np.max(phrase, axis=0) >= 2).astype(np.int64),
    }


def _measure(features: Floats, scores: Floats, first: Ints, end: Ints) -> list[Floats]:
    """The columns that do not depend on the floor, in the order of `REGION_FEATURES`."""
    weights = _weigh(features, scores)
    table = np.stack(list(weights.values()))
    inside = dict(zip(weights, _between(table, first, end), strict=True))
    page = dict(zip(weights, table.sum(axis=1).tolist(), strict=True))
    whole = np.ones(len(first))
    return [
        _share(inside["likely"], page["likely"]),
        _share(inside["unlikely"], page["unlikely"]),
        _share(inside["likely"], inside["n"] * 1000),
        inside["n"].astype(np.float64),
        _share(inside["n"], page["n"]),
        _share(inside["points"], page["points"]),
        _share(inside["points"], inside["n"]),
        _share(inside["links"], inside["n"]),
        inside["lines"].astype(np.float64),
        _share(inside["lines"], page["lines"]),
        _share(inside["positive"], inside["lines"]),
        _share(inside["positive_n"], page["positive_n"]),
        _share(inside["hopeless_n"], inside["n"]),
        _share(inside["hopeless"], inside["lines"]),
        inside["pull"] / 1000,
        _share(inside["sentences"], inside["n"]),
        _share(inside["sentences"], page["sentences"]),
        _share(inside["phrases"], inside["lines"]),
        *_edges(scores, first, end),
        (inside["pull"] - page["pull"]) / 1000,
        whole * page["likely"] / 1000,
        whole * page["n"],
        whole * np.max(scores),
        *_title_evidence(features, first, end),
    ]


def _edges(scores: Floats, first: Ints, end: Ints) -> list[Floats]:
    """Scores at both ends of a run and just outside, its best score, where it lies on the page."""
    outside = np.full(BEYOND, -9.0)
    padded = np.concatenate([outside, scores, outside])
    return [
        scores[first],
        scores[end - 1],
        padded[first + BEYOND - 1],
        padded[end + BEYOND],
        np.maximum.reduceat(padded, np.stack([first, end], axis=1).ravel() + BEYOND)[::2],
        first / len(scores),
        end / len(scores),
        np.max([padded[first + k] for k in range(BEYOND)], axis=0),
        np.max([padded[end + BEYOND + k] for k in range(BEYOND)], axis=0),
    ]


def _title_evidence(features: Floats, first: Ints, end: Ints) -> list[Floats]:
    """How much of the page title a run repeats, and how far below the title it begins."""
    if features.shape[1] == len(TEXT_FEATURES):
        return [np.zeros(len(first))] * 3
    cover = np.rint(features[:, COVER] * 1000).astype(np.int64)
    since = features[:, SINCE]
    shown = since == 0
    titles_before = np.cumsum(shown)[first] - shown[first]
    return [
        _between(cover[None], first, end)[0] / 1000,
        since[first],
        titles_before.astype(np.float64),
    ]


def _with_floors(base: Floats, features: Floats, scores: Floats, runs: Ints) -> Candidates:
    """Each run with each floor that leaves something of it."""
    n = features[:, 0].astype(np.int64)
    certain = likelihood(scores)
    first, end = runs[:, 0], runs[:, 1]
    # On a page without hope there are candidates too: the best of its lines.
    best = np.max(scores)
    floors = np.array(FLOORS if best > FLOORS[0] else [best - 1.0])
    taken = scores > floors[:, None]
    weights = np.concatenate([taken, taken * n, taken * (n * certain)])
    n_lines, size, likely = _between(weights, first, end).reshape(3, len(floors), len(runs))
    floor, run = np.nonzero(n_lines > 0)
    n_lines, size, likely = n_lines[floor, run], size[floor, run], likely[floor, run]
    columns = [
        floors[floor],
        _share(size, _between(n[None], first, end)[0][run]),
        _share(likely, size * 1000),
        _share(likely, int((certain * n).sum())),
        _share(n_lines, (end - first)[run]),
    ]
    rows = np.column_stack([base[run], *columns])
    return Candidates(first[run], end[run], floors[floor], rows)


def take(candidates: Candidates, chosen: int, scores: Floats) -> list[int]:
    """The line numbers that the chosen candidate calls main."""
    first, end = int(candidates.first[chosen]), int(candidates.end[chosen])
    inside = np.flatnonzero(scores[first:end] > candidates.floor[chosen]) + first
    return [int(n) for n in inside]
