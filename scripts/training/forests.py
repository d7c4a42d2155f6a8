"""Training of the two forests, and their export as the arrays that `extraction.forest` reads."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier, CatBoostRegressor
from numpy.typing import NDArray

from corpus.extraction.forest import LEAF_UNIT, Forest
from corpus.extraction.region import Candidates, propose
from scripts.training.compose import Labelled

Floats = NDArray[np.float64]

SETTINGS = {"verbose": 0, "border_count": 64}
SEEDS = (1, 2)
"""Forests that are averaged: with so few pages, one depends much on its seed."""


LINES = {
    # innerText has fewer features and, with composed pages, many more examples than HTML.
    "text": {"iterations": 300, "depth": 6, "learning_rate": 0.06, "l2_leaf_reg": 6, "rsm": 0.4},
    "html": {"iterations": 250, "depth": 5, "learning_rate": 0.06, "l2_leaf_reg": 6, "rsm": 0.3},
}
"""Settings of the forests that score lines, by track."""
REGIONS = {"iterations": 400, "depth": 4, "learning_rate": 0.035, "l2_leaf_reg": 10, "rsm": 0.3}
"""Settings of the forests that choose regions."""
ARTICLES = {"iterations": 120, "depth": 3, "learning_rate": 0.05, "l2_leaf_reg": 10, "rsm": 0.4}
"""Settings of the forests that tell whether there is an article at all."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A page ready for training: features and labels of its lines, and how much it counts."""

    page: Labelled
    features: Floats
    weight: float

    @property
    def labels(self) -> NDArray[np.int64]:
        """The labels as an array."""
        return np.array(self.page.labels, dtype=np.int64)


def train_lines(samples: Sequence[Sample], track: str) -> Forest:
    """A forest that tells main lines; long lines weigh more, and every page about the same."""
    weights = []
    for sample in samples:
        w = np.sqrt(np.minimum(sample.features[:, 0], 400))
        weights.append(w / w.sum() * 10 * sample.weight)
    rows = np.vstack([s.features for s in samples])
    labels = np.concatenate([s.labels for s in samples])
    models = [CatBoostClassifier(**LINES[track], **SETTINGS, random_seed=k) for k in SEEDS]
    return _fit(models, rows, labels, np.concatenate(weights))


def _fit(models: Sequence[Any], rows: Floats, targets: Any, weights: Floats) -> Forest:
    forests = [export(model.fit(rows, targets, sample_weight=weights)) for model in models]
    return average(forests)


def average(forests: Sequence[Forest]) -> Forest:
    """One forest of all trees, whose score is the mean of the forests' scores."""
    n = len(forests)
    return Forest(
        np.concatenate([f.columns for f in forests]),
        np.concatenate([f.borders for f in forests]),
        np.concatenate([np.rint(f.leaves / n).astype(np.int64) for f in forests]),
        round(sum(f.bias for f in forests) / n),
    )


def f1_of(candidates: Candidates, sample: Sample, scores: Floats) -> Floats:
    """F1 in characters of each candidate against the labels."""
    n = sample.features[:, 0]
    labels = sample.labels
    gold = float((n * labels).sum())
    out = np.zeros(len(candidates.first))
    columns = zip(candidates.first, candidates.end, candidates.floor, strict=True)
    for k, (first, end, floor) in enumerate(columns):
        size = n[first:end] * (scores[first:end] > floor)
        out[k] = 2 * (size * labels[first:end]).sum() / max(size.sum() + gold, 1.0)
    return out


def train_regions(pages: Sequence[tuple[Sample, Floats]]) -> Forest:
    """A forest that foretells the F1 of a candidate, from pages with held-out scores."""
    rows, targets, weights = [], [], []
    for sample, scores in pages:
        candidates = propose(sample.page.layout, sample.features, scores)
        rows.append(candidates.features)
        targets.append(f1_of(candidates, sample, scores))
        weights.append(np.full(len(candidates.first), 100 * sample.weight / len(candidates.first)))
    models = [CatBoostRegressor(**REGIONS, **SETTINGS, random_seed=k) for k in SEEDS]
    return _fit(models, np.vstack(rows), np.concatenate(targets), np.concatenate(weights))


def train_articles(rows: Floats, labels: NDArray[np.int64]) -> Forest:
    """A forest that tells, from the features of the chosen region, whether it is an article.

    Both classes weigh the same.
    """
    n_articles = max(int(labels.sum()), 1)
    n_others = max(len(labels) - n_articles, 1)
    weights = np.where(labels == 1, 1 / n_articles, 1 / n_others)
    models = [CatBoostClassifier(**ARTICLES, **SETTINGS, random_seed=k) for k in SEEDS]
    return _fit(models, rows, labels, weights * len(labels))


def export(model: Any) -> Forest:
    """The arrays of a trained model of oblivious trees."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        data = json.loads(path.read_text(encoding="utf-8"))
    trees = data["oblivious_trees"]
    depth = max(len(t["splits"]) for t in trees)
    columns = np.zeros((len(trees), depth), dtype=np.int32)
    borders = np.full((len(trees), depth), np.inf, dtype=np.float32)
    leaves = np.zeros((len(trees), 2**depth), dtype=np.int64)
    scale, (bias,) = data["scale_and_bias"]
    for n, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"]):
            columns[n, level] = split["float_feature_index"]
            borders[n, level] = split["border"]
        values = np.array(tree["leaf_values"]) * scale
        leaves[n, : len(values)] = np.rint(values * LEAF_UNIT).astype(np.int64)
    return Forest(columns, borders, leaves, round(bias * LEAF_UNIT))


def save(forest: Forest, path: Path) -> None:
    """Write a forest as the resource file `path`."""
    np.savez_compressed(
        path,
        columns=forest.columns,
        borders=forest.borders,
        leaves=forest.leaves.astype(np.int32),
        bias=np.int64(forest.bias),
    )
