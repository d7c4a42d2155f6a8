"""Where files and row groups end: by bytes, from the first row on, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MAX_ROW_GROUP_BYTES = 1_000_000_000
"""More than this would not fit the 2 GiB of one Arrow text column with room to spare."""


def indexes(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of every row of runs of rows, run after run: where each starts, and its rows.

    >>> indexes(np.array([5, 0]), np.array([2, 1])).tolist()
    [5, 6, 0]
    """
    ends = np.cumsum(counts)
    within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)
    return np.asarray(np.repeat(starts, counts) + within, dtype=np.int64)


@dataclass(slots=True)
class Cutter:
    """Cuts rows that come a table at a time into row groups of files, wherever the tables end.

    A row group has up to `group_bytes`, a file up to `file_bytes`, which may be None; or one row
    that is larger alone. A row may stand for several that no cut divides: all noise of an article.

    >>> cutter, rows = Cutter(6), pa.table({"row": range(4)})
    >>> groups = [*cutter.add(rows, np.array([3, 3, 9, 1])), *cutter.end()]
    >>> [len(group) for _, group in groups]
    [2, 1, 1]
    """

    group_bytes: int
    file_bytes: int | None = None
    _waiting: list[pa.Table] = field(default_factory=list)
    _in_group: int = 0
    _in_file: int = 0
    _n_files: int = 0

    def add(self, rows: pa.Table, sizes: NDArray[np.int64]) -> Iterator[tuple[int, pa.Table]]:
        """The row groups that are complete with these rows, each with the number of its file."""
        ends = np.cumsum(sizes)
        begin = 0
        while begin < len(rows):
            before = int(ends[begin - 1]) if begin else 0
            end = int(np.searchsorted(ends, before + self._room(), side="right"))
            if end <= begin and self._waiting:
                yield self._finish(int(sizes[begin]))
                continue
            end = max(end, begin + 1)
            self._waiting.append(rows.slice(begin, end - begin))
            self._in_group += int(ends[end - 1]) - before
            self._in_file += int(ends[end - 1]) - before
            begin = end

    def end(self) -> Iterator[tuple[int, pa.Table]]:
        """The last row group, if there is any."""
        if self._waiting:
            yield self._finish(0)

    def _room(self) -> int:
        left = self.group_bytes - self._in_group
        return left if self.file_bytes is None else min(left, self.file_bytes - self._in_file)

    def _finish(self, n_bytes: int) -> tuple[int, pa.Table]:
        """The row group, and its file; a new file begins if this has no room for `n_bytes` more."""
        group = self._n_files, pa.concat_tables(self._waiting).combine_chunks()
        self._waiting.clear()
        self._in_group = 0
        if self.file_bytes is not None and self._in_file + n_bytes > self.file_bytes:
            self._in_file = 0
            self._n_files += 1
        return group
