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
    weight = np.minimum(features[:, 0], LONG_ENOUGH).astype(np.int64)
    found: dict[tuple[int, int], int] = {(0, len(scores)): -1}
    for level in LEVELS:
        for gap in GAPS:
            for run in _runs_above(scores > level, gap, weight):
                found.setdefault(run, -1)
    for element in layout.elements:
        if element.end > element.first:
            found[element.first, element.end] = element.depth
    runs = np.array(list(found), dtype=np.int64)
    depths = np.array(list(found.values()), dtype=np.int64)
    if len(runs) > MAX_CANDIDATES:
        mass = _between(weight * (scores > -2.0), runs[:, 0], runs[:, 1])
        best = np.sort(np.argsort(-mass, kind="stable")[:MAX_CANDIDATES])
        runs, depths = runs[best], depths[best]
    return runs, depths


def _runs_above(above: NDArray[np.bool_], gap: int, weight: Ints) -> list[tuple[int, int]]:
    """The heaviest runs of flagged lines that bridge `gap` others, and the span of all."""
    at = np.flatnonzero(above)
    if not len(at):
        return []
    cuts = np.flatnonzero(np.diff(at) > gap + 1)
    firsts = at[np.concatenate([[0], cuts + 1])]
    ends = at[np.concatenate([cuts, [len(at) - 1]])] + 1
    heavy = np.argsort(-_between(weight, firsts, ends), kind="stable")[:RUNS_PER_LEVEL]
    runs = [(int(firsts[k]), int(ends[k])) for k in heavy]
    return [*runs, (int(at[0]), int(at[-1]) + 1)]


def _between(values: Ints, first: Ints, end: Ints) -> Ints:
    totals = np.concatenate([[0], np.cumsum(values)])
    return np.asarray(totals[end] - totals[first], dtype=np.int64)


def _share(part: Ints, whole: Ints | int) -> Floats:
    return np.asarray(part / np.maximum(whole, 1), dtype=np.float64)


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
    inside = {name: _between(weight, first, end) for name, weight in weights.items()}
    page = {name: int(weight.sum()) for name, weight in weights.items()}
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
        np.array([np.max(scores[a:b]) for a, b in zip(first, end, strict=True)]),
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
    shown = (since == 0).astype(np.int64)
    return [
        _between(cover, first, end) / 1000,
        since[first],
        _between(shown, np.zeros_like(first), first).astype(np.float64),
    ]


def _with_floors(base: Floats, features: Floats, scores: Floats, runs: Ints) -> Candidates:
    """Each run with each floor that leaves something of it."""
    n = features[:, 0].astype(np.int64)
    certain = likelihood(scores)
    first, end = runs[:, 0], runs[:, 1]
    size, page_likely = _between(n, first, end), int((certain * n).sum())
    parts, firsts, ends, floors = [], [], [], []
    # On a page without hope there are candidates too: the best of its lines.
    for floor in FLOORS if np.max(scores) > FLOORS[0] else (np.max(scores) - 1.0,):
        taken = scores > floor
        n_lines = _between(taken.astype(np.int64), first, end)
        taken_n = _between(taken * n, first, end)
        likely = _between(taken * n * certain, first, end)
        columns = [
            np.full(len(runs), floor),
            _share(taken_n, size),
            _share(likely, taken_n * 1000),
            _share(likely, page_likely),
            _share(n_lines, end - first),
        ]
        some = n_lines > 0
        parts.append(np.column_stack([base, *columns])[some])
        firsts.append(first[some])
        ends.append(end[some])
        floors.append(np.full(int(some.sum()), floor))
    return Candidates(
        np.concatenate(firsts), np.concatenate(ends), np.concatenate(floors), np.concatenate(parts)
    )


def take(candidates: Candidates, chosen: int, scores: Floats) -> list[int]:
    """The line numbers that the chosen candidate calls main."""
    first, end = int(candidates.first[chosen]), int(candidates.end[chosen])
    inside = np.flatnonzero(scores[first:end] > candidates.floor[chosen]) + first
    return [int(n) for n in inside]
