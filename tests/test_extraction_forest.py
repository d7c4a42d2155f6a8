"""Forests: laid out for speed, they say what the trees say one by one."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.extraction.choice.forest import LEAF_UNIT, ROWS, Floats, Forest


def one_by_one(forest: Forest, rows: Floats) -> Floats:
    """The scores, from the definition: each row goes down each tree."""
    totals = np.full(len(rows), forest.bias)
    for n, row in enumerate(rows.astype(np.float32)):
        for columns, borders, leaves in zip(
            forest.columns, forest.borders, forest.leaves, strict=True
        ):
            answers = row[columns] > borders
            totals[n] += leaves[int((answers << np.arange(len(columns))).sum())]
    return np.asarray(totals / LEAF_UNIT)


@pytest.mark.parametrize("depth", [1, 3, 4, 6])
@pytest.mark.parametrize("n_trees", [1, 2, 7])
@pytest.mark.parametrize("largest", [1_000_000, 2**40])
def test_a_forest_scores_as_its_trees_do(depth: int, n_trees: int, largest: int) -> None:
    """Neither questions asked once, nor trees joined in pairs, nor small leaves change a score."""
    random = np.random.default_rng(depth * n_trees)
    forest = Forest(
        columns=random.integers(0, 3, (n_trees, depth), dtype=np.int32),
        borders=random.integers(-2, 3, (n_trees, depth)).astype(np.float32) * np.float32(0.5),
        leaves=random.integers(-largest, largest, (n_trees, 2**depth)),
        bias=12_345,
    )
    rows = random.integers(-3, 4, (50, 3)) * 0.5
    assert forest.score(rows).tolist() == one_by_one(forest, rows).tolist()


def test_a_score_does_not_depend_on_the_rows_around_it() -> None:
    """A page of more lines than are scored at once has the scores of its lines."""
    random = np.random.default_rng(0)
    forest = Forest(
        columns=np.array([[0, 1]], dtype=np.int32),
        borders=np.array([[0.1, -0.2]], dtype=np.float32),
        leaves=np.array([[1, 2, 3, 4]]),
        bias=0,
    )
    rows = random.normal(size=(2 * ROWS + 1, 2))
    assert forest.score(rows).tolist() == [float(forest.score(row[None])[0]) for row in rows]
    assert forest.score(rows[:0]).tolist() == []
