"""The rows of some shards in the order of the release, before anybody knows where its files end.

Orders: articles by site (articles without site last), id, origin; noise by article, then position;
the ledger by origin (source, path, record); the sample by id. What is sorted by is one binary key,
so that runs of many shards can be merged without a look at what they are about (`merge`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.errors import ReleaseError
from corpus.recipe import Release as Options
from corpus.release import rows
from corpus.release.gather import Indexes, column_at, read_columns
from corpus.release.merge import KEY, write_run
from corpus.release.shard import ShardFiles
from corpus.release.sort_keys import sort_keys
from corpus.release.work import Work

ORIGIN = ("origin.source", "origin.path", "origin.record")
ARTICLE_ORDER = ("site", "id", *ORIGIN)
SAMPLE_ORDER = ("id", *ORIGIN)

VERDICTS = pa.schema(
    [
        ("number", pa.uint64()),  # of the article: `shard << 32 | row`, both counted from 0
        ("keep", pa.bool_()),
        ("cluster_id", pa.string()),
        ("cluster_size", pa.int64()),
        ("kept_id", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("similarity", pa.float64()),
    ]
)
"""What deduplication found out about the articles that are not alone; the last four are null where
`keep` is true, and the ledger's columns of the same names where it is false."""

OUTCOME = VERDICTS.names[-4:]

PLACES = [("shard", pa.int64()), ("first", pa.int64()), ("count", pa.int64())]
CLUSTER = [("cluster_id", pa.string()), ("cluster_size", pa.int64())]
PLANS: dict[str, pa.Schema] = {
    "default": pa.schema([*PLACES, *CLUSTER]),
    "validation": pa.schema([*PLACES, *CLUSTER]),
    "sample": pa.schema([*PLACES, *CLUSTER]),
    "noise": pa.schema(PLACES),
    "ledger": pa.schema([*PLACES, *(VERDICTS.field(name) for name in OUTCOME)]),
}
"""The plan of a file by config: runs of rows in the files of shards, and the columns that complete
them. Of the ledger these are null where the row stays as the shard has it."""

RUNS = {
    config: pa.schema([KEY, ("bytes", pa.int64()), ("id", pa.string()), *plan])
    if config == "sample"
    else pa.schema([KEY, ("bytes", pa.int64()), *plan])
    for config, plan in PLANS.items()
}
"""The plan of rows, or of runs of rows that no cut divides, with what they are sorted by and their
bytes in the release."""


@dataclass(frozen=True, slots=True)
class Group:
    """Shards whose rows are sorted together.

    `places` are their places among all shards of the build, rising, `names` their names;
    `verdicts` are those on their articles (`VERDICTS`, in any order). `elsewhere`, if it is not
    None, are the numbers of articles whose rows go into files of an earlier release.
    """

    places: Sequence[int]
    names: Sequence[str]
    verdicts: pa.Table
    elsewhere: NDArray[np.uint64] | None = None


def order_rows(
    work: Work, group: Group, options: Options, name: str, batch_rows: int = 1 << 16
) -> int:
    """Leave the rows of these shards sorted, one run (`RUNS`) a config, in batches of so many rows.

    The names begin with `name`. Gives the number of articles that the release has of them.

    Raises:
        ReleaseError: A shard is not finished, or `verdicts` belong to other shards.
    """
    n_articles = 0
    for config, table in _select(work, group, options):
        n_articles += len(table) if config in {"default", "validation"} else 0
        table = table.take(pc.sort_indices(table[KEY.name]))  # noqa: PLW2901
        if config == "sample":
            table = table.slice(0, options.sample_rows)  # noqa: PLW2901
        write_run(work, run_file(name, config), table.cast(RUNS[config]), batch_rows)
    return n_articles


def run_file(name: str, config: str) -> str:
    """The file of a run by the name it was given.

    >>> run_file("order/0007", "noise")
    'order/0007.noise.arrow'
    """
    return f"{name}.{config}.arrow"


def _select(work: Work, group: Group, options: Options) -> Iterator[tuple[str, pa.Table]]:
    """Every row there is by config, in the columns of its run."""
    files = [ShardFiles.of(shard) for shard in group.names]
    articles = _Rows.read(work, [file.articles for file in files], rows.WORK_ARTICLES, group.places)
    clusters = _Clusters.of(articles, group.verdicts)
    own = _are_own(articles, group.elsewhere)
    held_out = clusters.held_out(options.validation_share)
    table = articles.runs(ARTICLE_ORDER)
    table = table.append_column("cluster_id", clusters.cluster_id)
    table = table.append_column("cluster_size", pa.array(clusters.cluster_size))
    kept = clusters.keep & own
    yield "default", table.filter(pa.array(kept & ~held_out))
    yield "validation", table.filter(pa.array(kept & held_out))
    sample = table.set_column(0, KEY, articles.keys(SAMPLE_ORDER))
    sample = sample.append_column("id", articles.table.column("id"))
    yield "sample", sample.filter(pa.array(kept & ~held_out)).select(RUNS["sample"].names)
    yield "noise", _noise_runs(articles, table, clusters.keep)
    ledger = _Rows.read(work, [file.ledger for file in files], rows.WORK_LEDGER, group.places)
    yield "ledger", _with_duplicates(ledger, articles, clusters)


COLUMNS = {
    rows.WORK_ARTICLES: (
        *("site", "id", *ORIGIN, "bytes", "ledger_row"),
        *("noise_first", "noise_count", "noise_bytes"),
    ),
    rows.WORK_LEDGER: (*ORIGIN, "bytes"),
}
"""What is read of the files of shards, `a.b` for a field."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some columns of all rows, with the shard of each and its place there."""

    table: pa.Table
    shard: Indexes
    place: Indexes

    @classmethod
    def read(
        cls, work: Work, names: Sequence[str], schema: pa.Schema, places: Sequence[int]
    ) -> _Rows:
        """Those of these files of one schema, which are those of the shards at `places`."""
        columns = COLUMNS[schema]
        parts = read_columns(work, names, columns)
        counts = np.array([len(part) for part in parts], dtype=np.int64)
        shard = np.repeat(np.array(places, dtype=np.int64), counts)
        starts = np.cumsum(counts) - counts
        place = np.arange(int(counts.sum())) - np.repeat(starts, counts)
        none = schema.empty_table()
        empty = pa.table({path: column_at(none, path) for path in columns})
        return cls(pa.concat_tables([empty, *parts]).combine_chunks(), shard, place)

    def numbers(self, name: str) -> Indexes:
        return np.asarray(self.table.column(name).to_numpy(), dtype=np.int64)

    def find(self, numbers: NDArray[np.uint64]) -> Indexes:
        """Where the rows of these numbers (`shard << 32 | row`) stand.

        Raises:
            ReleaseError: There is no such row.
        """
        own = (self.shard.astype(np.uint64) << np.uint64(32)) | self.place.astype(np.uint64)
        found = np.searchsorted(own, numbers)
        if len(numbers) and (found.max() >= len(own) or (own[found] != numbers).any()):
            raise ReleaseError(
                "verdicts", f"not all on these {len(own)} articles", "run deduplication again"
            )
        return found

    def keys(self, columns: Sequence[str]) -> pa.Array:
        """What the rows are sorted by: no two are equal, for last come shard and place."""
        texts = [self.table.column(name) for name in columns if name != "origin.record"]
        return sort_keys(texts, [self.numbers("origin.record"), self.shard, self.place])

    def runs(self, order: Sequence[str]) -> pa.Table:
        """The plan of every row by itself."""
        columns = {
            KEY.name: self.keys(order),
            "bytes": self.table.column("bytes"),
            "shard": pa.array(self.shard, pa.int64()),
            "first": pa.array(self.place, pa.int64()),
            "count": pa.array(np.ones_like(self.place)),
        }
        return pa.table(columns)


@dataclass(frozen=True, slots=True)
class _Clusters:
    """The verdicts on all articles: who is alone is a cluster of its own.

    `removed` are the numbers of the articles to remove, `reasons` the rows of the verdicts on them.
    """

    keep: NDArray[np.bool_]
    cluster_id: pa.ChunkedArray
    cluster_size: Indexes
    removed: Indexes
    reasons: pa.Table

    @classmethod
    def of(cls, articles: _Rows, verdicts: pa.Table) -> _Clusters:
        at = articles.find(verdicts.column("number").to_numpy())
        ranked = np.argsort(at, kind="stable")
        verdicts, at = verdicts.take(pa.array(ranked)), at[ranked]
        keep = np.ones(len(articles.shard), dtype=np.bool_)
        keep[at] = verdicts.column("keep").to_numpy()
        size = np.ones(len(keep), dtype=np.int64)
        size[at] = verdicts.column("cluster_size").to_numpy()
        is_known = np.zeros(len(keep), dtype=np.bool_)
        is_known[at] = True
        cluster_id = pc.replace_with_mask(
            articles.table.column("id").combine_chunks(),
            pa.array(is_known),
            verdicts.column("cluster_id").combine_chunks(),
        )
        lost = ~keep[at]
        return cls(keep, cluster_id, size, at[lost], verdicts.filter(pa.array(lost)))

    def held_out(self, share: float) -> NDArray[np.bool_]:
        """Which articles are for validation: so large a share of the clusters, by their hashes.

        Not by their ids themselves, by which the sample is drawn.
        """
        if not share:
            return np.zeros(len(self.keep), dtype=np.bool_)
        limit = share * 2.0**64
        drawn = [_draw(cluster) < limit for cluster in self.cluster_id.to_pylist()]
        return np.array(drawn, dtype=np.bool_)


def _draw(cluster: str) -> int:
    """A number below 2^64 that depends on the cluster alone."""
    digest = hashlib.blake2b(cluster.encode(), digest_size=8, person=b"validation").digest()
    return int.from_bytes(digest, "big")


def _are_own(articles: _Rows, elsewhere: NDArray[np.uint64] | None) -> NDArray[np.bool_]:
    """Which articles go into files of this release itself."""
    own = np.ones(len(articles.shard), dtype=np.bool_)
    if elsewhere is not None:
        own[articles.find(elsewhere)] = False
    return own


def _noise_runs(articles: _Rows, runs: pa.Table, keep: NDArray[np.bool_]) -> pa.Table:
    """The noise of every article that stays: in one run, in the order of the articles."""
    columns: dict[str, Any] = {
        KEY.name: runs.column(KEY.name),
        "bytes": articles.table.column("noise_bytes"),
        "shard": runs.column("shard"),
        "first": articles.table.column("noise_first"),
        "count": articles.table.column("noise_count"),
    }
    return pa.table(columns).filter(pa.array(keep & (articles.numbers("noise_count") > 0)))


def _with_duplicates(ledger: _Rows, articles: _Rows, clusters: _Clusters) -> pa.Table:
    """The plan of every ledger row, with the outcome it has now that duplicates are known."""
    lost = clusters.removed
    first = np.searchsorted(ledger.shard, articles.shard[lost])
    verdict = np.full(len(ledger.shard), -1, dtype=np.int64)
    verdict[first + articles.numbers("ledger_row")[lost]] = np.arange(len(lost))
    own = pa.array(verdict, mask=verdict < 0)
    table = ledger.runs(ORIGIN)
    for name in OUTCOME:
        table = table.append_column(name, clusters.reasons.column(name).take(own))
    return table
