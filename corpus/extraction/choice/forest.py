"""Boosted oblivious trees, evaluated in numpy: the weights in `resources/*.npz`.

All trees of a forest have one depth, and a level of a tree asks one question of every row, so that
the leaf is a binary number. Borders are float32 and leaves are integers: the sum is exact, and the
same page gives the same score on every machine.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.resources import read_bytes

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Number = TypeVar("Number", np.float64, np.int64)

LEAF_UNIT = 1_000_000
"""Leaves are stored in millionths."""
ROWS = 512
"""Rows scored at once: bounds the memory on a page of a million lines, and fits the cache."""
JOINED_DEPTH = 8
"""Two trees are looked up as one, with a leaf for each pair of leaves, up to so many questions: the
number of a leaf has to fit a byte, and the table the cache."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What the trees of a forest ask; many ask the same, and it is answered once.

    `columns` of shape (n_questions,), `borders` of (n_questions, 1); `levels` of (depth, n_trees)
    holds numbers of questions, the one that decides the highest bit of the leaf first.
    """

    columns: NDArray[np.intp]
    borders: NDArray[np.float32]
    levels: NDArray[np.intp]

    def leaves(self, rows: Floats | Singles) -> NDArray[np.intp]:
        """The leaf of each tree that each row falls in, shape (n_trees, n_rows)."""
        return self._ask(rows).astype(np.intp)

    def places(
        self, rows: Floats | Singles, starts: NDArray[np.unsignedinteger]
    ) -> NDArray[np.intp]:
        """The same, counted from where each tree starts, `starts` of shape (n_trees, 1)."""
        # Narrow numbers are added faster than those that a look-up asks for.
        at: NDArray[np.unsignedinteger] = np.add(self._ask(rows), starts, dtype=starts.dtype)
        return at.astype(np.intp)

    def _ask(self, rows: Floats | Singles) -> NDArray[np.uint8]:
        # Rows run along the last axis, so that each gather copies whole runs of memory.
        table = np.ascontiguousarray(rows.T, dtype=np.float32)
        answers = (table.take(self.columns, axis=0) > self.borders).view(np.uint8)
        at, *levels = answers.take(self.levels, axis=0)
        for level in levels:
            at += at
            at += level
        return np.asarray(at)


def read_questions(columns: NDArray[np.int32], borders: NDArray[np.float32]) -> Questions:
    """The questions of trees that ask `columns` > `borders`, shape (n_trees, depth), depth below 9.

    The first question decides the lowest bit of the leaf.
    """
    borders = borders.astype(np.float32) + np.float32(0)  # -0.0 and 0.0 are one border
    # A question as one number: the column above the bits of the border.
    pairs = columns.astype(np.uint64) << np.uint64(32) | borders.view(np.uint32)
    asked, numbers = np.unique(pairs, return_inverse=True)
    return Questions(
        columns=(asked >> np.uint64(32)).astype(np.intp),
        borders=asked.astype(np.uint32).view(np.float32)[:, None],
        levels=np.ascontiguousarray(numbers.reshape(columns.shape).T[::-1], dtype=np.intp),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """A forest laid out for scoring: tree n has its leaves in `leaves` from `starts[n, 0]` on."""

    questions: Questions
    starts: NDArray[np.unsignedinteger]
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
        questions = read_questions(self.columns, self.borders)
        object.__setattr__(
            self, "_plan", _lay_out(questions, self.leaves.astype(np.int64), self.bias)
        )

    def score(self, rows: Floats | Singles) -> Floats:
        """The raw score of each row of a feature matrix of shape (n_rows, n_features)."""
        if len(rows) <= ROWS:
            return self._score(rows)
        parts = [self._score(rows[n : n + ROWS]) for n in range(0, len(rows), ROWS)]
        return np.concatenate(parts)

    def score_each(self, tables: Sequence[Floats | Singles]) -> list[Floats]:
        """The scores of the rows of each of some matrices, found together."""
        return answer_each(self.score, tables)

    def _score(self, rows: Floats | Singles) -> Floats:
        plan = self._plan
        leaves = plan.leaves.take(plan.questions.places(rows, plan.starts))
        return np.asarray(leaves.sum(axis=0, dtype=leaves.dtype) / LEAF_UNIT)


def answer_each(
    answer: Callable[[Floats | Singles], NDArray[Number]], tables: Sequence[Floats | Singles]
) -> list[NDArray[Number]]:
    """What trees answer to the rows of each of some matrices, asked once about all of them."""
    if len(tables) == 1:
        return [answer(tables[0])]  # a page of a million lines is not copied
    rows = np.concatenate(tables, dtype=np.float32, casting="same_kind")
    ends = np.cumsum([len(table) for table in tables])
    return np.split(answer(rows), ends[:-1])


def _lay_out(questions: Questions, leaves: NDArray[np.int64], bias: int) -> _Plan:
    if 2 * len(questions.levels) <= JOINED_DEPTH:
        questions, leaves = _join(questions, leaves)
    leaves[0] += bias  # each row falls in one leaf of the first tree
    starts = np.arange(len(leaves)) * leaves.shape[1]
    starts = starts.astype(np.min_scalar_type(leaves.size))
    return _Plan(questions, starts[:, None], narrow(leaves).ravel())


def narrow(leaves: NDArray[np.integer]) -> NDArray[np.signedinteger]:
    """The leaves, shape (n_trees, ...), in 32 bits if every sum of one a tree fits, else in 64."""
    largest = np.abs(leaves.astype(np.int64)).reshape(len(leaves), -1).max(axis=1)
    return leaves.astype(np.int32 if largest.sum() < 2**31 else np.int64)


def _join(questions: Questions, leaves: NDArray[np.int64]) -> tuple[Questions, NDArray[np.int64]]:
    """Half as many trees of twice the depth that say the same; a tree without partner gets one."""
    levels = questions.levels
    if len(leaves) % 2:
        levels = np.hstack([levels, levels[:, -1:]])
        leaves = np.vstack([leaves, np.zeros_like(leaves[:1])])
    both = (leaves[::2, :, None] + leaves[1::2, None, :]).reshape(len(leaves) // 2, -1)
    return replace(questions, levels=np.vstack([levels[:, ::2], levels[:, 1::2]])), both


@cache
def read_forest(name: str) -> Forest:
    """The forest in the resource `name` (`.npz` with the fields of `Forest`)."""
    with np.load(io.BytesIO(read_bytes(name))) as data:
        return Forest(data["columns"], data["borders"], data["leaves"], int(data["bias"]))
