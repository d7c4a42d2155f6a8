"""Which rows go into each file of a release, in which order, and what only the whole build knows.

Orders: articles by site (articles without site last), id, origin; noise by article, then position;
the ledger by origin (source, path, record); the sample by id. Files and row groups end by bytes.
Nothing depends on how the input was cut into shards.
"""

from __future__ import annotations

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
from corpus.release.gather import Indexes, read_columns
from corpus.release.layout import MAX_ROW_GROUP_BYTES, Units, cut
from corpus.release.shard import ShardFiles
from corpus.release.work import Work

ORIGIN_ORDER = ("origin.source", "origin.path", "origin.record")
ARTICLE_ORDER = ("site", "id", *ORIGIN_ORDER)
SAMPLE_ORDER = ("id", *ORIGIN_ORDER)

RUNS = [("shard", pa.int64()), ("first", pa.int64()), ("count", pa.int64())]
PLANS: dict[str, pa.Schema] = {
    "default": pa.schema([*RUNS, ("cluster_id", pa.string()), ("cluster_size", pa.int64())]),
    "sample": pa.schema([*RUNS, ("cluster_id", pa.string()), ("cluster_size", pa.int64())]),
    "noise": pa.schema(RUNS),
    "ledger": pa.schema(
        [
            *RUNS,
            *((name, pa.string()) for name in ("kept_id", "reason", "detail")),
            ("similarity", pa.float64()),
        ]
    ),
}
"""The plan of a file by config: runs of rows in the files of shards, and the columns that complete
them. Of the ledger these are null where the row stays as the shard has it."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """What deduplication found out about every article, in the order of the shards and their rows.

    `cluster_id`, `cluster_size` belong to every article; `kept_id`, `reason`, `detail` and
    `similarity` are null where `keep` is true, and the ledger's columns of the same names where it
    is false.
    """

    keep: NDArray[np.bool_]
    cluster_id: pa.Array
    cluster_size: NDArray[np.int64]
    kept_id: pa.Array
    reason: pa.Array
    detail: pa.Array
    similarity: pa.Array

    def check(self, n_articles: int) -> None:
        """Refuse clusters of other articles.

        Raises:
            ReleaseError: A column has not one value for each article.
        """
        columns = (self.keep, self.cluster_id, self.cluster_size)
        of_removed = (self.kept_id, self.reason, self.detail, self.similarity)
        if any(len(column) != n_articles for column in (*columns, *of_removed)):
            raise ReleaseError(
                "clusters", f"not one for each of {n_articles} articles", "run deduplication again"
            )


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file of the release to be: the `number`th of `total` in its config, its plan's name."""

    config: str
    number: int
    total: int
    plan: str


def plan_release(
    work: Work, shards: Sequence[str], clusters: Clusters, options: Options, prefix: str
) -> list[PlannedFile]:
    """Write the plan of every file of the release; the names begin with `prefix`.

    `shards` are the names of the finished shards, in their order. A plan has a record batch for
    each row group; that of a config without rows has none.

    Raises:
        ReleaseError: A shard is not finished, or `clusters` belongs to other shards.
    """
    planned = []
    for config, table, units in _select(work, shards, clusters, options.sample_rows):
        files = list(cut(units, options.shard_bytes)) or [units]
        for number, part in enumerate(files):
            name = f"{prefix}.{config}-{number:05d}.arrow"
            planned.append(PlannedFile(config, number, len(files), name))
            with work.write(name) as file, pa.ipc.new_file(file, PLANS[config]) as writer:
                limit = min(options.row_group_bytes, MAX_ROW_GROUP_BYTES)
                for group in cut(part, limit):
                    chosen = table.take(pa.array(group.starts)).combine_chunks()
                    writer.write_table(chosen, max_chunksize=max(len(chosen), 1))
    return planned


_Selection = tuple[str, pa.Table, Units]
"""A config, the plan of every row there is, and the rows chosen, as units of that table."""


def _select(
    work: Work, shards: Sequence[str], clusters: Clusters, sample_rows: int
) -> Iterator[_Selection]:
    names = [ShardFiles.of(shard) for shard in shards]
    columns = ["id", "site", "origin", "bytes", "ledger_row"]
    noise_columns = ["noise_first", "noise_count", "noise_bytes"]
    own = [*columns, *noise_columns]
    parts = read_columns(work, [name.articles for name in names], own)
    articles = _Rows.of(parts, rows.WORK_ARTICLES, own)
    clusters.check(len(articles.table))
    order = _kept(articles.order(ARTICLE_ORDER), clusters.keep)
    sample = _kept(articles.order(SAMPLE_ORDER), clusters.keep)[:sample_rows]
    runs = articles.runs().append_column("cluster_id", clusters.cluster_id)
    runs = runs.append_column("cluster_size", pa.array(clusters.cluster_size))
    weights = articles.numbers("bytes")
    yield "default", runs, _units(order, weights)
    yield "sample", runs, _units(sample, weights)
    first, count, weight = (articles.numbers(name) for name in noise_columns)
    has_noise = order[count[order] > 0]
    yield "noise", _runs(articles.shard, first, count), _units(has_noise, weight)
    removed = _removed(articles, clusters)
    own = ["origin", "bytes"]
    parts = read_columns(work, [name.ledger for name in names], own)
    ledger = _Rows.of(parts, rows.WORK_LEDGER, own)
    table = _with_duplicates(ledger, removed, clusters)
    yield "ledger", table, _units(ledger.order(ORIGIN_ORDER), ledger.numbers("bytes"))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some columns of all rows, with the shard of each and its place there."""

    table: pa.Table
    shard: Indexes
    place: Indexes

    @classmethod
    def of(cls, parts: Sequence[pa.Table], schema: pa.Schema, columns: Sequence[str]) -> _Rows:
        """The rows of these tables, which have these columns of the schema."""
        counts = np.array([len(part) for part in parts], dtype=np.int64)
        shard = np.repeat(np.arange(len(parts)), counts)
        starts = np.cumsum(counts) - counts
        place = np.arange(int(counts.sum())) - np.repeat(starts, counts)
        empty = pa.schema([schema.field(name) for name in columns]).empty_table()
        return cls(pa.concat_tables([empty, *parts]).combine_chunks(), shard, place)

    def numbers(self, name: str) -> Indexes:
        return np.asarray(self.table.column(name).to_numpy(), dtype=np.int64)

    def runs(self) -> pa.Table:
        """The plan of every row by itself."""
        return _runs(self.shard, self.place, np.ones_like(self.place))

    def order(self, keys: Sequence[str]) -> Indexes:
        """The rows sorted by these columns, `a.b` for a field: by code points, nulls last."""
        columns = pa.table({key: self._column(key) for key in keys}).combine_chunks()
        order = pc.sort_indices(columns, sort_keys=[(key, "ascending") for key in keys])
        return np.asarray(order.to_numpy(), dtype=np.int64)

    def _column(self, path: str) -> pa.ChunkedArray:
        name, *fields = path.split(".")
        column = self.table.column(name)
        return pc.struct_field(column, fields) if fields else column


def _kept(order: Indexes, keep: NDArray[np.bool_]) -> Indexes:
    return order[keep[order]]


def _units(rows: Indexes, weights: Indexes) -> Units:
    """One unit for each of these rows of a plan."""
    return Units(rows, np.ones(len(rows), dtype=np.int64), weights[rows])


def _runs(shard: Indexes, first: Indexes, count: Indexes) -> pa.Table:
    columns: dict[str, Any] = {"shard": shard, "first": first, "count": count}
    return pa.table({name: pa.array(values, pa.int64()) for name, values in columns.items()})


def _removed(articles: _Rows, clusters: Clusters) -> dict[str, Indexes]:
    """Shard, place in its ledger and own number of every article that deduplication removed."""
    lost = np.flatnonzero(~clusters.keep)
    return {
        "shard": articles.shard[lost],
        "place": articles.numbers("ledger_row")[lost],
        "article": lost,
    }


def _with_duplicates(ledger: _Rows, removed: dict[str, Indexes], clusters: Clusters) -> pa.Table:
    """The plan of every ledger row, with the outcome it has now that duplicates are known."""
    starts = np.searchsorted(ledger.shard, removed["shard"])
    article = np.full(len(ledger.shard), -1, dtype=np.int64)
    article[starts + removed["place"]] = removed["article"]
    own = pa.array(article, mask=article < 0)
    table = ledger.runs()
    for name in ("kept_id", "reason", "detail", "similarity"):
        table = table.append_column(name, getattr(clusters, name).take(own))
    return table
