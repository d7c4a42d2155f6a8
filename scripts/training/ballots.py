"""Training of the trees that vote for kinds, and their export as `extraction.ballot` reads them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from numpy.typing import NDArray

from corpus.extraction.noise.ballot import Ballot

Floats = NDArray[np.float64]

VOTE_UNIT = 1_000_000
"""Votes are stored in millionths of log-odds."""
SEEDS = (1, 2)
"""Of trees that are averaged: with one seed, a list of one page moved all figures by .008."""
SETTINGS = {
    "iterations": 100,
    "depth": 5,
    "learning_rate": 0.2,
    "l2_leaf_reg": 5,
    "rsm": 0.06,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.5,
    "border_count": 32,
    "loss_function": "MultiClass",
    "thread_count": 2,
    "verbose": 0,
}


def train_ballot(rows: Floats, labels: NDArray[np.int64], weights: Floats) -> Ballot:
    """Trees that tell the labels of rows apart."""
    n_kinds = int(labels.max()) + 1
    ballots = []
    for seed in SEEDS:
        model = CatBoostClassifier(**SETTINGS, random_seed=seed)
        model.fit(rows, labels, sample_weight=weights)
        ballots.append(export(model, n_kinds))
    return average(ballots)


def average(ballots: Sequence[Ballot]) -> Ballot:
    """One ballot of all trees, whose votes are the means of the ballots' votes.

    All have trees of the same depth, as boosting with these settings grows them.
    """
    n = len(ballots)
    return Ballot(
        np.concatenate([b.columns for b in ballots]),
        np.concatenate([b.borders for b in ballots]),
        np.concatenate([np.rint(b.votes / n).astype(np.int32) for b in ballots]),
        np.rint(sum(b.bias for b in ballots) / n).astype(np.int64),
    )


def export(model: Any, n_kinds: int) -> Ballot:
    """The arrays of a trained model of oblivious trees; kinds it has not seen get no vote."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        data = json.loads(path.read_text(encoding="utf-8"))
    trees = data["oblivious_trees"]
    depth = max(len(tree["splits"]) for tree in trees)
    seen = [int(k) for k in model.classes_]
    columns = np.zeros((len(trees), depth), dtype=np.int32)
    borders = np.full((len(trees), depth), np.inf, dtype=np.float32)
    votes = np.zeros((len(trees), 2**depth, n_kinds), dtype=np.int32)
    scale, bias = data["scale_and_bias"]
    for n, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"]):
            columns[n, level] = split["float_feature_index"]
            borders[n, level] = split["border"]
        values = np.array(tree["leaf_values"]).reshape(-1, len(seen)) * scale
        votes[n, : len(values), seen] = np.rint(values.T * VOTE_UNIT)
    start = np.full(n_kinds, -(2**40), dtype=np.int64)
    start[seen] = np.rint(np.array(bias) * VOTE_UNIT) if bias else 0
    return Ballot(columns, borders, votes, start)


def save(ballot: Ballot, path: Path) -> None:
    """Write the trees as the resource file `path`."""
    np.savez_compressed(
        path,
        columns=ballot.columns,
        borders=ballot.borders,
        votes=ballot.votes,
        bias=ballot.bias,
    )
