"""Boosted oblivious trees, evaluated in numpy: the weights in `resources/*.npz`.

All trees of a forest have one depth, and a level of a tree asks one question of every row, so that
the leaf is a binary number. Borders are float32 and leaves are integers: the sum is exact, and the
same page gives the same score on every machine.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpus.resources import read_bytes

Floats = NDArray[np.float64]

LEAF_UNIT = 1_000_000
"""Leaves are stored in millionths."""
ROWS = 2048
"""Rows scored at once: bounds the memory on a page of a million lines."""


@dataclass(frozen=True, slots=True)
class Forest:
    """`columns` and `borders` of shape (n_trees, depth), `leaves` of (n_trees, 2 ** depth)."""

    columns: NDArray[np.int32]
    borders: NDArray[np.float32]
    leaves: NDArray[np.int64]
    bias: int

    def score(self, rows: Floats) -> Floats:
        """The raw score of each row of a feature matrix of shape (n_rows, n_features)."""
        parts = [self._score(rows[n : n + ROWS]) for n in range(0, len(rows), ROWS)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _score(self, rows: Floats) -> Floats:
        # Rows run along the last axis, so that each gather copies whole runs of memory.
        table = np.ascontiguousarray(rows.T, dtype=np.float32)
        n_trees, depth = self.columns.shape
        at = np.zeros((n_trees, len(rows)), dtype=np.intp)
        for level in range(depth):
            above = table[self.columns[:, level]] > self.borders[:, level, None]
            at |= above.astype(np.intp) << level
        total = np.take_along_axis(self.leaves, at, axis=1).sum(axis=0)
        return np.asarray((total + self.bias) / LEAF_UNIT, dtype=np.float64)


@cache
def read_forest(name: str) -> Forest:
    """The forest in the resource `name` (`.npz` with the fields of `Forest`)."""
    with np.load(io.BytesIO(read_bytes(name))) as data:
        return Forest(data["columns"], data["borders"], data["leaves"], int(data["bias"]))
