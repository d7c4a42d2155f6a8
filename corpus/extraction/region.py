"""Scores of lines → the main text: candidate regions, and the choice among them.

A candidate is a run of lines and a floor: of the run, the lines whose score is above the floor are
main. Runs come from the scores at several levels, from simple rules (`opinions.py`) and, in HTML,
from the elements of the page. A run is cut down to what it takes, from the first line above the
floor to the last: what stands around a candidate is what stands around its text. A second forest
foretells how well each would do (its F1 in characters) by what `evidence.py` sees; the best wins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.evidence import measure
from corpus.extraction.layout import Layout
from corpus.extraction.opinions import Opinions
from corpus.extraction.spans import Spans

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS = (-2.5, -1.5, -0.75, 0.0, 1.0)
"""Scores (log-odds) above which a line can begin or continue a run."""
GAPS = (0, 2, 6)
"""Lines below the level that a run may bridge."""
FLOORS = (-9.0, -2.5, -1.5, -0.5)
"""Scores below which a line inside the run is left out of the main text."""
_LEVELS = np.array(LEVELS)[:, None]
RUNS_PER_LEVEL = 3
MAX_RUNS = 120
LONG_ENOUGH = 400
"""Characters after which a line weighs no more: one endless line is not a whole article."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Runs of lines `first` to `end` with their `floor`, and what the second forest sees of them.

    Shapes (n,), (n,), (n,) and (n, len(REGION_FEATURES)).
    """

    first: Ints
    end: Ints
    floor: Floats
    features: Floats


def propose(layout: Layout, features: Floats, scores: Floats, opinions: Opinions) -> Candidates:
    """The candidates of a page, from what is known of its lines (at least one)."""
    runs = _runs(features, scores, opinions)
    # On a page without hope there are candidates too: the best of its lines.
    best = float(scores.max())
    floors = np.array(FLOORS if best > FLOORS[0] else [best - 1.0])
    spans = _shrink(runs, scores, floors)
    rows = measure(layout, features, scores, spans, opinions)
    return Candidates(spans.first, spans.end, floors[spans.floor], rows)


def take(candidates: Candidates, chosen: int, scores: Floats) -> list[int]:
    """The line numbers that the chosen candidate calls main."""
    first, end = int(candidates.first[chosen]), int(candidates.end[chosen])
    inside = np.flatnonzero(scores[first:end] > candidates.floor[chosen]) + first
    return [int(n) for n in inside]


def _runs(features: Floats, scores: Floats, opinions: Opinions) -> Ints:
    """Runs of shape (2, n), each once."""
    n = len(scores)
    weight = np.minimum(features[:, 0], LONG_ENOUGH).astype(np.int64)
    rules, frame = opinions.rules, opinions.frame
    said = rules[rules.any(axis=1)]
    # A run is one number while its doubles are sought: rows of a table are slow to compare.
    found = [
        np.array([n]),
        _runs_above(scores, weight) @ np.array([n + 1, 1]),
        said.argmax(axis=1) * (n + 1) + n - said[:, ::-1].argmax(axis=1),
    ]
    if frame is not None:
        found.append((frame.first * (n + 1) + frame.end)[frame.end > frame.first])
    runs = np.array(np.divmod(np.unique(np.concatenate(found)), n + 1))
    if runs.shape[1] > MAX_RUNS:
        mass = _between(weight * (scores > -2.0), *runs)
        runs = runs[:, np.sort(np.argsort(-mass, kind="stable")[:MAX_RUNS])]
    return runs


def _runs_above(scores: Floats, weight: Ints) -> Ints:
    """For each level and gap the heaviest runs of lines above it, and the span of all of them.

    Shape (n, 2), by level, then by gap, the heaviest first.
    """
    level, at = (scores > _LEVELS).nonzero()
    n = len(at)
    if not n:
        return np.zeros((0, 2), dtype=np.int64)
    # Over a gap as long as the page, the run is the span.
    gaps = np.array([*GAPS, len(scores)])[:, None]
    # Each row below holds the flagged lines of all levels: where do their runs end at that gap?
    ends = np.ones((len(gaps), n), dtype=np.bool_)
    np.greater(at[1:] - at[:-1], gaps + 1, out=ends[:, :-1])
    ends[:, :-1] |= level[1:] != level[:-1]
    gap, last = ends.nonzero()
    runs = np.empty((len(last), 2), dtype=np.int64)
    runs[0, 0] = at[0]
    runs[1:, 0] = at[(last[:-1] + 1) % n]
    runs[:, 1] = at[last] + 1
    mass = _between(weight, runs[:, 0], runs[:, 1])
    group = level[last] * len(gaps) + gap
    order = (group * (int(weight.sum()) + 1) - mass).argsort(kind="stable")
    group = group[order]
    rank = np.arange(len(group)) - group.searchsorted(group)
    return runs[order[rank < RUNS_PER_LEVEL]]


def _between(values: Ints, first: Ints, end: Ints) -> Ints:
    """Sums of `values` over each run."""
    totals = np.zeros(len(values) + 1, dtype=np.int64)
    values.cumsum(out=totals[1:])
    return np.asarray(totals[end] - totals[first])


def _shrink(runs: Ints, scores: Floats, floors: Floats) -> Spans:
    """Each run with each floor, cut down to the lines it takes; what takes the same comes once."""
    n = len(scores)
    at = np.arange(n)
    taken = scores > floors[:, None]
    following = np.minimum.accumulate(np.where(taken, at, n)[:, ::-1], axis=1)[:, ::-1]
    preceding = np.maximum.accumulate(np.where(taken, at, -1), axis=1)
    first = following.take(runs[0], axis=1)
    end = preceding.take(runs[1] - 1, axis=1) + 1
    floor, run = (first < end).nonzero()
    first, end = first[floor, run], end[floor, run]
    totals = np.zeros((len(floors), n + 1), dtype=np.int64)
    taken.cumsum(axis=1, out=totals[:, 1:])
    n_lines = totals[floor, end] - totals[floor, first]
    # The sets taken at two floors lie one in the other: as many lines are the same lines.
    number = (first * (n + 1) + end) * (n + 1) + n_lines
    _, chosen = np.unique(number, return_index=True)
    return Spans(first[chosen], end[chosen], floor[chosen], taken)
