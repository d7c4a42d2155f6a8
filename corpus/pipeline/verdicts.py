"""What deduplication said of the articles of a build, in tables of some shards each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpus import dedup
from corpus.engine.exchange import partition_of

PAGES_A_GROUP = 20_000
"""Pages that were read, kept or not, for which there is one more group."""


def count_groups(n_pages: int) -> int:
    """Groups that keep the rows of each few, for so many pages."""
    return 1 + n_pages // PAGES_A_GROUP


@dataclass(frozen=True, slots=True)
class Groups:
    """The shards of a build in `n` groups; verdicts lie as `clusters/<group>.arrow`.

    A shard is named by its number, and so is that of an article: `shard << 32 | row`.
    """

    n: int

    def tasks(self, n_shards: int) -> list[tuple[str, tuple[int, ...]]]:
        """The groups of so many shards, by name: those that have any."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        numbers = np.arange(n_shards, dtype=np.uint64)
        for number, group in enumerate(partition_of(numbers, self.n).tolist()):
            found[group].append(number)
        return [(group_name(group), tuple(found[group])) for group in sorted(found)]

    def names(self) -> list[tuple[str, int]]:
        """All groups by their names."""
        return [(group_name(group), group) for group in range(self.n)]

    def read(self, store: dedup.Store, shards: Sequence[int]) -> pa.Table:
        """The verdicts (`release.VERDICTS`) on the articles of these shards."""
        groups = np.unique(partition_of(np.array(shards, dtype=np.uint64), self.n))
        tables = [store.read(f"clusters/{group_name(own)}") for own in groups]
        return of_shards(pa.concat_tables(tables), shards)


ONE_GROUP = Groups(1)


def group_name(group: int) -> str:
    """What a group is called."""
    return f"{group:04d}"


def of_shards(table: pa.Table, shards: Sequence[int]) -> pa.Table:
    """The rows whose `number` is that of an article of these shards."""
    owner = table.column("number").to_numpy() >> np.uint64(32)
    return table.filter(pa.array(np.isin(owner, np.array(shards, dtype=np.uint64))))
