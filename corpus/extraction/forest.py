"""Boosted oblivious trees, evaluated in numpy: the weights in `resources/*.npz`.

All trees of a forest have one depth, and a level of a tree asks one question of every row, so that
the leaf is a binary number. Borders are float32 and leaves are integers: the sum is exact, and the
same page gives the same score on every machine.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpus.resources import read_bytes

Floats = NDArray[np.float64]

LEAF_UNIT = 1_000_000
"""Leaves are stored in millionths."""
ROWS = 512
"""Rows scored at once: bounds the memory on a page of a million lines, and fits the cache."""
JOINED_DEPTH = 8
"""Two trees are looked up as one, with a leaf for each pair of leaves, up to so many questions: the
number of a leaf has to fit a byte, and the table the cache."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A forest laid out for scoring.

    Trees share their questions: each is answered once. `columns` and `borders` of shape
    (n_questions,) and (n_questions, 1); `levels`, the first question first, of (depth, n_trees)
    numbers of questions; `starts` of (n_trees, 1) where a tree begins in the flat `leaves`.
    """

    columns: NDArray[np.intp]
    borders: NDArray[np.float32]
    levels: NDArray[np.intp]
    starts: NDArray[np.intp]
    leaves: NDArray[np.signedinteger]


@dataclass(frozen=True, slots=True)
class Forest:
    """`columns` and `borders` of shape (n_trees, depth), `leaves` of (n_trees, 2 ** depth)."""

    columns: NDArray[np.int32]
    borders: NDArray[np.float32]
    leaves: NDArray[np.int64]
    bias: int
    _plan: _Plan = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay the trees out for scoring."""
        object.__setattr__(self, "_plan", _lay_out(self.columns, self.borders, self.leaves))

    def score(self, rows: Floats) -> Floats:
        """The raw score of each row of a feature matrix of shape (n_rows, n_features)."""
        parts = [self._score(rows[n : n + ROWS]) for n in range(0, len(rows), ROWS)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _score(self, rows: Floats) -> Floats:
        # Rows run along the last axis, so that each gather copies whole runs of memory.
        plan = self._plan
        table = np.ascontiguousarray(rows.T, dtype=np.float32)
        answers = (table[plan.columns] > plan.borders).view(np.uint8)
        at = answers[plan.levels[0]]
        for level in plan.levels[1:]:
            at += at
            at += answers[level]
        leaf = at.astype(np.intp)
        leaf += plan.starts
        total = plan.leaves.take(leaf).sum(axis=0, dtype=np.int64)
        return np.asarray((total + self.bias) / LEAF_UNIT, dtype=np.float64)


def _lay_out(
    columns: NDArray[np.int32], borders: NDArray[np.float32], leaves: NDArray[np.int64]
) -> _Plan:
    """The plan of a forest whose trees ask `columns` > `borders`, the last question first."""
    borders = borders.astype(np.float32) + np.float32(0)  # -0.0 and 0.0 are one border
    # A question as one number: the column above the bits of the border.
    pairs = columns.astype(np.uint64) << np.uint64(32) | borders.view(np.uint32)
    questions, numbers = np.unique(pairs, return_inverse=True)
    levels = numbers.reshape(columns.shape).T[::-1]
    leaves = leaves.astype(np.int64)
    if 2 * len(levels) <= JOINED_DEPTH:
        levels, leaves = _join(levels, leaves)
    n_leaves = leaves.shape[1]
    # Half the memory, where all leaves fit.
    small = np.iinfo(np.int32)
    fits = leaves.min() >= small.min and leaves.max() <= small.max
    return _Plan(
        columns=(questions >> np.uint64(32)).astype(np.intp),
        borders=questions.astype(np.uint32).view(np.float32)[:, None],
        levels=np.ascontiguousarray(levels, dtype=np.intp),
        starts=(np.arange(len(leaves)) * n_leaves)[:, None],
        leaves=(leaves.astype(np.int32) if fits else leaves).ravel(),
    )


def _join(
    levels: NDArray[np.intp], leaves: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Half as many trees of twice the depth that say the same; a tree without partner gets one."""
    if len(leaves) % 2:
        levels = np.hstack([levels, levels[:, -1:]])
        leaves = np.vstack([leaves, np.zeros_like(leaves[:1])])
    both = leaves[::2, :, None] + leaves[1::2, None, :]
    return np.vstack([levels[:, ::2], levels[:, 1::2]]), both.reshape(len(both), -1)


@cache
def read_forest(name: str) -> Forest:
    """The forest in the resource `name` (`.npz` with the fields of `Forest`)."""
    with np.load(io.BytesIO(read_bytes(name))) as data:
        return Forest(data["columns"], data["borders"], data["leaves"], int(data["bias"]))
