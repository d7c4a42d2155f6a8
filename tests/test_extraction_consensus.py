"""The choice among candidates by what they agree on."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.extraction.choice.consensus import UNIT, elect, overlaps
from corpus.extraction.choice.region import FLOORS, Candidates


def candidates(*spans: tuple[int, int, float]) -> Candidates:
    """Candidates of which nothing is known but their lines."""
    first, end, floor = zip(*spans, strict=True)
    return Candidates(np.array(first), np.array(end), np.array(floor), np.zeros((len(spans), 0)))


@pytest.mark.parametrize("seed", range(6))
def test_overlaps_are_the_f1_of_the_lines_taken(seed: int) -> None:
    """As counted line by line, for each two candidates."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 30))
    scores, sizes = draw.normal(-1, 2, n), draw.integers(1, 200, n).astype(np.float64)
    spans = []
    for _ in range(25):
        first = int(draw.integers(0, n))
        spans.append((first, int(draw.integers(first + 1, n + 1)), float(draw.choice(FLOORS))))
    taken = [{k for k in range(first, end) if scores[k] > floor} for first, end, floor in spans]
    found = overlaps(candidates(*spans), np.arange(len(spans)), scores, sizes)
    for a, own in enumerate(taken):
        for b, other in enumerate(taken):
            both = int(sum(sizes[k] for k in own & other))
            whole = int(sum(sizes[k] for k in own) + sum(sizes[k] for k in other))
            assert found[a, b] == 2 * both * UNIT // max(whole, 1)


THREAD = [(0, 1, -9.0), (0, 8, -9.0), (0, 9, -9.0), (1, 9, -9.0)]
"""The first post of a thread, and three ways to take the whole."""


@pytest.mark.parametrize(
    ("expected", "chosen"),
    [
        ([0.80, 0.77, 0.78, 0.76], 2),  # the best alone against three that agree
        ([0.95, 0.60, 0.62, 0.60], 0),  # the best is much better
        ([0.00, 0.00, 0.00, 0.00], 2),  # nothing is expected of any
    ],
)
def test_the_candidate_wins_that_agrees_with_the_good_ones(
    expected: list[float], chosen: int
) -> None:
    """Many that are nearly as good outweigh the best, few that are worse do not."""
    scores, sizes = np.ones(9), np.full(9, 50.0)
    assert elect(candidates(*THREAD), np.array(expected), scores, sizes) == chosen


def test_one_candidate_is_taken() -> None:
    """However little is expected of it."""
    assert elect(candidates((0, 1, -9.0)), np.array([0.0]), np.ones(1), np.ones(1)) == 0
