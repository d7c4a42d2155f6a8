"""What deduplication is handed, and the tables that its stages leave for each other.

Five stages; each is a pure function of one task that reads and writes named tables of a `Store`, so
that any engine can run it: in one process, on a pool, on a cluster. Hashes travel, texts only where
two of them are compared.

| stage | one task is | leaves |
|---|---|---|
| `fingerprint` | articles of some shards | `MEMBERS`, `KEYS`, and `POSTINGS` in parts by `key` |
| `pairs` | one part of the postings | `CANDIDATES` in parts by their smaller member |
| `verify` | one part of the candidates | `PAIRS` |
| `connect` | all pairs, once | `PAIRS` and `MEMBERS` with `component`, in parts by it |
| `resolve` | one part of the components | `VERDICTS` in groups by their shard |

A member is named by its `number`: that of its shard in the high 32 bits, of its row in the low
ones. Numbers rise in the order of reading, and nothing else about them matters: neither clusters
nor survivors depend on how the input was cut, on the number of parts or the order of the tasks.

Nor does memory depend on the number of articles, but for 5 bytes for each in `connect`: what a task
leaves goes out in rounds while it works, and there are as many parts as keep each of them small.
Only what belongs together stays in one part, however much it is: the members that share a key, and
those of a component.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]
"""Members by their numbers."""

ARTICLES = pa.schema(
    [
        ("number", pa.uint64()),
        ("id", pa.string()),
        ("url", pa.string()),  # canonical, as `loading.canonical_url` gives it; null without one
        ("site", pa.string()),
        ("source", pa.string()),
        ("published_at", pa.string()),
        ("n_characters", pa.int64()),
        ("text", pa.large_string()),
    ]
)
"""What `fingerprint` reads of an article."""

MEMBERS = pa.schema(
    [
        ("number", pa.uint64()),
        ("id", pa.binary(16)),
        ("page", pa.binary(16)),  # hash of the URL without its device's host; null without URL
        ("text", pa.binary(16)),  # hash of the comparison key; null where that is empty
        ("published", pa.int64()),  # seconds since 1970
        ("n_characters", pa.int64()),
        ("site", pa.string()),
        ("source", pa.string()),
        ("cluster_id", pa.binary(16)),  # of an article of the previous release; null for a new one
        ("cluster_size", pa.int64()),  # likewise
    ]
)
"""What decides between duplicates: a row for every article."""

KEYS = pa.schema([("number", pa.uint64()), ("key", pa.large_string())])
"""The comparison keys of the members, by rising number; looked up where two are measured."""

POSTINGS = pa.schema(
    [
        ("key", pa.uint64()),
        ("number", pa.uint64()),
        ("tag", pa.uint32()),  # of the text: members with equal texts have equal tags
        ("size", pa.uint32()),  # characters of the comparison key
        ("kind", pa.uint8()),  # one of `methods.PAGE`, `TEXT`, `BAND`, `SAMPLE`, `PROBE`
    ]
)
"""Two members may be duplicates when they share a key: a row for each key of each member."""

CANDIDATES = pa.schema(
    [
        ("one", pa.uint64()),  # the smaller number
        ("other", pa.uint64()),
        ("kind", pa.uint8()),
        ("size", pa.uint32()),  # characters of the shorter key
    ]
)
"""Pairs that share a key, to be measured: a row for each key they share."""

PAIRS = pa.schema(
    [
        ("one", pa.uint64()),
        ("other", pa.uint64()),
        ("kind", pa.uint8()),  # page and text: they are one by their keys; else: measured
        ("jaccard", pa.float64()),  # shared grams / grams of either
        ("of_one", pa.float64()),  # shared grams / grams of `one`
        ("of_other", pa.float64()),
    ]
)
"""Measured pairs, also those below the thresholds of the recipe, down to `verify.FLOOR`."""

VERDICTS = pa.schema(
    [
        ("number", pa.uint64()),
        ("keep", pa.bool_()),
        ("cluster_id", pa.binary(16)),  # the smallest id of the cluster, or that it had before
        ("cluster_size", pa.int64()),  # with the pages of earlier releases
        ("kept_id", pa.binary(16)),  # of the survivor; null where `keep` is true
        ("method", pa.string()),  # one of `METHODS`; null where `keep` is true
        ("similarity", pa.float64()),  # of its text and the survivor's; null where `keep` is true
        ("through", pa.binary(16)),  # the neighbour that leads to the survivor, where one does
        ("earlier", pa.uint64()),  # the article of the previous release that this one reads again
        ("shard", pa.uint64()),  # of the article: the high bits of its number
    ]
)
"""What became of every member of a cluster. An article without duplicates is in none.

An article of the previous release always stays. A page that was read again is no duplicate of it:
it has `earlier`, `keep` is true, and whether it says something new is for the release to see.
"""


class Rows(Protocol):
    """Takes tables that are to lie one behind the other, and holds few of them at a time."""

    def add(self, table: pa.Table) -> None:
        """These rows, behind those added before."""


class Store(Protocol):
    """Named tables in the working folder; picklable."""

    def write(self, name: str, table: pa.Table) -> None:
        """Leave `table` under `name`, whole or not at all."""

    def writer(self, name: str, schema: pa.Schema) -> AbstractContextManager[Rows]:
        """Leave what is added under `name` when the block ends well; else nothing."""

    def read(self, name: str) -> pa.Table:
        """The table of that name, memory-mapped where that can be."""

    def write_parts(self, name: str, table: pa.Table, column: str, n: int) -> None:
        """Leave `table` in `n` parts by the uint64 `column`: equal values in one part."""

    def parts_writer(
        self, name: str, schema: pa.Schema, column: str, n: int
    ) -> AbstractContextManager[Rows]:
        """Leave what is added in such parts when the block ends well; else nothing."""

    def read_part(self, names: Sequence[str], part: int) -> pa.Table:
        """The rows of that part under all these names, in the order they were added in."""


class Lookup(Protocol):
    """Looks up the comparison keys of members; picklable."""

    def take(self, numbers: Numbers) -> pa.ChunkedArray:
        """Their keys (large_string), one each, in the order of `numbers`, which rise."""


class Articles(Protocol):
    """Reads the articles of a task; picklable."""

    def read(self, task: Any, store: Store) -> pa.Table:
        """Those of its `ARTICLES` that stay, by rising number."""


class Run(Protocol):
    """Runs one stage: `function(task, name, store)` for each named task, in any order, anywhere."""

    def __call__(
        self,
        stage: str,
        function: Callable[[Any, str, Store], Any],
        tasks: Sequence[tuple[str, Any]],
        /,
    ) -> list[Any]:
        """The results, JSON values, in the order of `tasks`."""
