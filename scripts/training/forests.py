"""Training of the two forests, and their export as the arrays that `extraction.forest` reads."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoost, CatBoostClassifier, Pool
from numpy.typing import NDArray

from corpus.extraction.choice.forest import LEAF_UNIT, Forest
from corpus.extraction.choice.main import LOGISTIC, ROOTS
from corpus.extraction.choice.opinions import Opinions
from corpus.extraction.choice.region import Candidates
from scripts.training.sheet import Labelled

Floats = NDArray[np.float64]

SETTINGS = {"verbose": 0, "border_count": 64, "thread_count": 1}
MOST_LINES = 120
MOST_CANDIDATES = 30
"""Lines and candidates of a page that was made which take part in training."""
SEEDS = (1, 2)
"""Forests that are averaged: with so few pages, one depends much on its seed. Of those that score
lines one does: a second one gained nothing, and each is asked of every line of every page."""


LINES = {
    "text": {"iterations": 300, "depth": 6, "learning_rate": 0.06, "l2_leaf_reg": 6, "rsm": 0.4},
    "html": {"iterations": 250, "depth": 5, "learning_rate": 0.06, "l2_leaf_reg": 6, "rsm": 0.3},
}
"""Settings of the forests that score lines, by track."""
REGIONS = {"iterations": 300, "depth": 4, "learning_rate": 0.05, "l2_leaf_reg": 10, "rsm": 0.3}
"""Settings of the forests that choose regions."""
ARTICLES = {"iterations": 400, "depth": 4, "learning_rate": 0.06, "l2_leaf_reg": 10, "rsm": 0.4}
"""Settings of the forests that tell whether there is an article at all."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A page ready for training: features and labels of its lines, and how much it counts."""

    page: Labelled
    features: Floats
    opinions: Opinions
    weight: float

    @property
    def rows(self) -> Floats:
        """What the line forest sees."""
        return np.column_stack([self.features, self.opinions.context])

    @property
    def labels(self) -> NDArray[np.int64]:
        """The labels as an array."""
        return np.array(self.page.labels, dtype=np.int64)


def train_lines(samples: Sequence[Sample], track: str) -> Forest:
    """A forest that tells main lines; long lines weigh more, and every page about the same."""
    draw = np.random.default_rng(0)
    rows, labels, weights = [], [], []
    for sample in samples:
        kept = _some(len(sample.features), MOST_LINES, sample, draw)
        w = np.sqrt(np.minimum(sample.features[kept, 0], 400))
        rows.append(sample.rows[kept].astype(np.float32))
        labels.append(sample.labels[kept])
        weights.append(w / w.sum() * 10 * sample.weight)
    models = [CatBoostClassifier(**LINES[track], **SETTINGS, random_seed=SEEDS[0])]
    return _fit(models, np.vstack(rows), np.concatenate(labels), np.concatenate(weights))


def _some(n: int, most: int, sample: Sample, draw: np.random.Generator) -> NDArray[np.int64]:
    """The numbers below `n`; on a page that was made `most` of them, for training takes long."""
    if n <= most or sample.weight == 1.0:
        return np.arange(n)
    return np.sort(draw.choice(n, most, replace=False))


def _fit(models: Sequence[Any], rows: Floats, targets: Any, weights: Floats) -> Forest:
    forests = [export(model.fit(Pool(rows, targets, weight=weights))) for model in models]
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


@dataclass(frozen=True, slots=True)
class RegionRows:
    """The candidates of a page as examples: features, F1, and how much each counts."""

    rows: NDArray[np.float32]
    targets: Floats
    weights: Floats


def region_rows(candidates: Candidates, sample: Sample, scores: Floats, track: str) -> RegionRows:
    """The examples that a page gives; of one that was made only some, the best among them."""
    targets = f1_of(candidates, sample, scores)
    draw = np.random.default_rng(len(targets))
    kept = _some(len(targets), MOST_CANDIDATES, sample, draw)
    kept = np.union1d(kept, [int(np.argmax(targets))])
    weights = np.full(len(kept), 100 * sample.weight / len(kept))
    targets = targets[kept]
    for _ in range(ROOTS[track]):
        targets = targets * targets
    return RegionRows(candidates.features[kept].astype(np.float32), targets, weights)


def train_regions(pages: Sequence[RegionRows], track: str) -> Forest:
    """A forest that foretells the F1 of a candidate, from pages with held-out scores."""
    loss = "CrossEntropy" if track in LOGISTIC else "RMSE"
    models = [
        CatBoost({**REGIONS, **SETTINGS, "loss_function": loss, "random_seed": k}) for k in SEEDS
    ]
    targets = np.concatenate([p.targets for p in pages])
    weights = np.concatenate([p.weights for p in pages])
    return _fit(models, np.vstack([p.rows for p in pages]), targets, weights)


def train_articles(rows: Floats, labels: NDArray[np.int64], weights: Floats) -> Forest:
    """A forest that tells whether the chosen region is an article; both classes weigh the same."""
    total = np.bincount(labels, weights, 2)
    weights = weights / np.maximum(total[labels], 1e-9) * len(labels)
    models = [CatBoostClassifier(**ARTICLES, **SETTINGS, random_seed=k) for k in (*SEEDS, 3, 4)]
    return _fit(models, rows, labels, weights)


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
