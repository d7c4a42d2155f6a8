"""Regions: the candidates found for all levels at once are those of each level and gap."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.extraction.features import TEXT_FEATURES, text_features
from corpus.extraction.region import (
    GAPS,
    LEVELS,
    MAX_CANDIDATES,
    REGION_FEATURES,
    RUNS_PER_LEVEL,
    propose,
)
from corpus.extraction.text import read_text

WORDS = "一二三，四五。六七！八九十"


def runs_by_definition(scores: list[float], sizes: list[int]) -> set[tuple[int, int]]:
    """The whole page; for each level and gap the heaviest runs, and the span of all of them."""
    found = {(0, len(scores))}
    for level in LEVELS:
        above = [n for n, score in enumerate(scores) if score > level]
        for gap in GAPS:
            runs: list[tuple[int, int]] = []
            for n in above:
                if runs and n - runs[-1][1] <= gap:
                    runs[-1] = (runs[-1][0], n + 1)
                else:
                    runs.append((n, n + 1))
            runs.sort(key=lambda run: -sum(sizes[run[0] : run[1]]))
            found |= set(runs[:RUNS_PER_LEVEL])
        if above:
            found.add((above[0], above[-1] + 1))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_candidates_are_the_heaviest_runs_of_each_level_and_gap(seed: int) -> None:
    """No run is missing or invented, and each has the scores of its own lines."""
    random = np.random.default_rng(seed)
    sizes = random.integers(1, len(WORDS), random.integers(1, 60)).tolist()
    layout = read_text("\n".join(WORDS[:size] for size in sizes))
    scores = random.normal(-1.0, 1.5, len(sizes)).round(1)
    features = text_features([line.text for line in layout.lines])
    found = propose(layout, features, scores)
    runs = set(zip(found.first.tolist(), found.end.tolist(), strict=True))
    expected = runs_by_definition(scores.tolist(), features[:, 0].astype(int).tolist())
    expected = {run for run in expected if scores[run[0] : run[1]].max() > found.floor.min()}
    assert len(expected) <= MAX_CANDIDATES
    assert runs == expected
    for row, first, end in zip(found.features, found.first, found.end, strict=True):
        assert (
            row[REGION_FEATURES.index("n_characters")]
            == features[first:end, TEXT_FEATURES.index("n_characters")].sum()
        )
        assert row[REGION_FEATURES.index("best_score")] == scores[first:end].max()
