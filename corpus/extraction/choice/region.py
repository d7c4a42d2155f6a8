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

from corpus.extraction.choice.evidence import Seen, measure_each
from corpus.extraction.choice.opinions import Opinions
from corpus.extraction.choice.spans import Spans
from corpus.extraction.choice.together import Ask, Steps
from corpus.extraction.lines.layout import Layout

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEVELS = (-2.5, -1.5, -0.75, 0.0, 1.0)
"""Scores (log-odds) above which a line can begin or continue a run."""
GAPS = (0, 2, 6)
"""Lines below the level that a run may bridge."""
FLOORS = (-9.0, -2.5, -1.5, -0.5)
"""Scores below which a line inside the run is left out of the main text."""
_LAST = np.array([[0], [1]])
"""From the bounds of a run back to its first and its last line."""
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


def propose(
    layout: Layout, features: Floats, scores: Floats, opinions: Opinions
) -> Steps[Candidates]:
    """The candidates of a page, from what is known of its lines (at least one)."""
    runs = _runs(features, scores, opinions)
    # On a page without hope there are candidates too: the best of its lines.
    best = float(scores.max())
    floors = np.array(FLOORS if best > FLOORS[0] else [best - 1.0])
    spans = _shrink(runs, scores, floors)
    rows = yield Ask(measure_each, Seen(layout, features, scores, spans, opinions))
    first, end = spans.bounds
    return Candidates(first, end, floors.take(spans.floor), rows)


def take(candidates: Candidates, chosen: int, scores: Floats) -> list[int]:
    """The line numbers that the chosen candidate calls main."""
    first, end = int(candidates.first[chosen]), int(candidates.end[chosen])
    inside = (scores[first:end] > candidates.floor[chosen]).nonzero()[0] + first
    found: list[int] = inside.tolist()
    return found


def _runs(features: Floats, scores: Floats, opinions: Opinions) -> Ints:
    """Runs of shape (2, n), each once."""
    n = len(scores)
    weight = np.minimum(features[:, 0], LONG_ENOUGH).astype(np.int64)
    rules, frame = opinions.rules, opinions.frame
    # A run is one number while its doubles are sought: rows of a table are slow to compare.
    found = [
        np.array([n]),
        _runs_above(scores, weight),
        # Of a rule that holds no line comes the whole page, which is there already.
        rules.argmax(axis=1) * (n + 1) + n - rules[:, ::-1].argmax(axis=1),
    ]
    if frame is not None:
        found.append((frame.first * (n + 1) + frame.end)[frame.end > frame.first])
    numbers = np.concatenate(found)
    numbers.sort()
    runs = np.array(np.divmod(numbers[_first_of_each(numbers, 1)], n + 1))
    if runs.shape[1] > MAX_RUNS:
        mass = _between(weight * (scores > -2.0), *runs)
        runs = runs[:, np.sort(np.argsort(-mass, kind="stable")[:MAX_RUNS])]
    return runs


def _runs_above(scores: Floats, weight: Ints) -> Ints:
    """For each level and gap the heaviest runs of lines above it, and the span of all of them.

    As numbers, the first line times one more than the lines of the page, and the end.
    """
    n = len(scores)
    # Over a gap as long as the page, the run is the span; levels lie further apart than that.
    gaps = np.array([*GAPS, n])[:, None]
    above = np.zeros((len(LEVELS), 2 * n + 2), dtype=np.bool_)
    np.greater(scores, _LEVELS, out=above[:, :n])
    places = above.ravel().nonzero()[0]
    if not len(places):
        return places
    # Each row has the lines above all levels: between which of them does a run end at that gap?
    breaks = np.ones((len(gaps), len(places) + 1), dtype=np.bool_)
    np.greater(places[1:] - places[:-1], gaps + 1, out=breaks[:, 1:-1])
    level, line = np.divmod(places, above.shape[1])
    gap, last = breaks[:, 1:].nonzero()
    first, end = line.take(breaks[:, :-1].nonzero()[1]), line.take(last) + 1
    mass = _between(weight, first, end)
    group = level.take(last) * len(gaps) + gap
    order = (group * (int(weight.sum()) + 1) - mass).argsort(kind="stable")
    heaviest = order[_first_of_each(group.take(order), RUNS_PER_LEVEL)]
    return np.asarray((first * (n + 1) + end).take(heaviest))


def _first_of_each(numbers: Ints, n: int) -> Flags:
    """Of numbers in order, which are the first `n` that are equal."""
    flags = np.ones(len(numbers), dtype=np.bool_)
    np.not_equal(numbers[n:], numbers[:-n], out=flags[n:])
    return flags


def _between(values: Ints, first: Ints, end: Ints) -> Ints:
    """Sums of `values` over each run."""
    totals = np.zeros(len(values) + 1, dtype=np.int64)
    values.cumsum(out=totals[1:])
    return np.asarray(totals.take(end) - totals.take(first))


def _shrink(runs: Ints, scores: Floats, floors: Floats) -> Spans:
    """Each run with each floor, cut down to the lines it takes; what takes the same comes once."""
    n = len(scores)
    taken = scores > floors[:, None]
    lines = taken.nonzero()[1]
    counts = np.zeros(taken.size + 1, dtype=np.int64)
    taken.cumsum(out=counts[1:])
    # For each floor and run, which of `lines` those are that the run takes.
    places = counts.take(runs[:, None] + (np.arange(len(floors)) * n)[:, None])
    some = places[0] < places[1]
    floor, places = some.nonzero()[0], places[:, some]
    bounds = lines.take(places - _LAST) + _LAST
    # The sets taken at two floors lie one in the other: as many lines are the same lines.
    number = (bounds[0] * (n + 1) + bounds[1]) * (n + 1) + places[1] - places[0]
    order = number.argsort(kind="stable")
    chosen = order[_first_of_each(number.take(order), 1)]
    return Spans(
        bounds.take(chosen, axis=1), floor.take(chosen), lines, places.take(chosen, axis=1)
    )
