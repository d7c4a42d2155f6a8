"""Trees that vote for one of several kinds at once: the weights in `resources/kinds_*.npz`.

As in `forest.py`, all trees have one depth, borders are float32 and leaves are integers, so that
the same page gives the same verdict on every machine; a leaf holds a vote for each kind.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.forest import Questions, Singles, answer_each, narrow, read_questions
from corpus.resources import read_bytes

Floats = NDArray[np.float64]

ROWS = 512
"""Rows scored at once: bounds the memory on a page of a million lines."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """`columns`, `borders` of shape (n_trees, depth), `votes` of (n_trees, 2 ** depth, n_kinds).

    `bias` of shape (n_kinds,) is what each kind has before any tree is asked. A tree's first
    question is the lowest bit of the number of its leaf.
    """

    columns: NDArray[np.int32]
    borders: NDArray[np.float32]
    votes: NDArray[np.int32]
    bias: NDArray[np.int64]
    _questions: Questions = field(init=False, repr=False, compare=False)
    _votes: NDArray[np.signedinteger] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay the trees out for counting."""
        object.__setattr__(self, "_questions", read_questions(self.columns, self.borders))
        object.__setattr__(self, "_votes", narrow(self.votes).reshape(-1, len(self.bias)))

    def count(self, rows: Floats | Singles) -> NDArray[np.int64]:
        """The votes for each kind on each row of a feature matrix, shape (n_rows, n_kinds)."""
        if len(rows) <= ROWS:
            return self._count(rows)
        parts = [self._count(rows[n : n + ROWS]) for n in range(0, len(rows), ROWS)]
        return np.concatenate(parts)

    def count_each(self, tables: Sequence[Floats | Singles]) -> list[NDArray[np.int64]]:
        """The votes on the rows of each of some matrices, found together."""
        return answer_each(self.count, tables)

    def _count(self, rows: Floats | Singles) -> NDArray[np.int64]:
        n_trees, n_leaves, n_kinds = self.votes.shape
        leaf = self._questions.leaves(rows)
        leaf += (np.arange(n_trees) * n_leaves)[:, None]
        cast = self._votes.take(leaf, axis=0).reshape(n_trees, -1)
        total = cast.sum(axis=0, dtype=cast.dtype).astype(np.int64)
        return np.asarray(total.reshape(len(rows), n_kinds) + self.bias)


@cache
def read_ballot(name: str) -> Ballot:
    """The trees in the resource `name` (`.npz` with the fields of `Ballot`)."""
    with np.load(io.BytesIO(read_bytes(name))) as data:
        return Ballot(data["columns"], data["borders"], data["votes"], data["bias"])
