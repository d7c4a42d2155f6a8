"""Which rows go into each config, in which order, and the columns only the whole build knows.

Orders: articles by site (articles without site last), id, origin; noise by article, then position;
the ledger by origin (source, path, record); the sample by id. No order depends on how the input was
cut into shards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.errors import ReleaseError
from corpus.release import rows
from corpus.release.layout import Units
from corpus.release.mapped import Indexes, MappedRows, map_rows
from corpus.release.measure import row_bytes
from corpus.release.shard import ShardFiles
from corpus.schema import CONFIGS

ORIGIN_ORDER = ("origin.source", "origin.path", "origin.record")
ARTICLE_ORDER = ("site", "id", *ORIGIN_ORDER)
SAMPLE_ORDER = ("id", *ORIGIN_ORDER)


@dataclass(frozen=True, slots=True)
class Clusters:
    """What deduplication found out about every article, in the order of the shards and their rows.

    `cluster_id`, `cluster_size` belong to every article; `kept_id`, `reason`, `detail` and
    `similarity` are null where `keep` is true, and the ledger's columns of the same names where it
    is false.
    """

    keep: NDArray[np.bool_]
    cluster_id: pa.StringArray
    cluster_size: NDArray[np.int64]
    kept_id: pa.StringArray
    reason: pa.StringArray
    detail: pa.StringArray
    similarity: pa.DoubleArray

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


class Verdicts:
    """Gathers what deduplication finds, article by article, into the columns of `Clusters`.

    Until it is told otherwise, every article is alone in a cluster of its own id, and kept.
    """

    def __init__(self, ids: Sequence[str]) -> None:
        """`ids` are those of all articles, in the order of the shards and their rows."""
        self._ids = list(ids)
        self._cluster_ids = list(ids)
        self._sizes = np.ones(len(ids), dtype=np.int64)
        self._keep = np.ones(len(ids), dtype=np.bool_)
        self._removed: dict[int, tuple[str, str, float]] = {}

    def join(
        self, survivor: int, cluster_id: str, losers: Sequence[tuple[int, str, float]]
    ) -> None:
        """One cluster: the place of its survivor; (place, reason, similarity) of each loser."""
        for place in (survivor, *(loser[0] for loser in losers)):
            self._cluster_ids[place] = cluster_id
            self._sizes[place] = 1 + len(losers)
        for place, reason, similarity in losers:
            self._keep[place] = False
            self._removed[place] = self._ids[survivor], reason, similarity

    def clusters(self) -> Clusters:
        """The columns."""
        removed = [self._removed.get(n, (None, None, None)) for n in range(len(self._ids))]
        kept_id, reason, similarity = zip(*removed, strict=True) if removed else ((), (), ())
        return Clusters(
            keep=self._keep,
            cluster_id=pa.array(self._cluster_ids, pa.string()),
            cluster_size=self._sizes,
            kept_id=pa.array(kept_id, pa.string()),
            reason=pa.array(reason, pa.string()),
            detail=pa.nulls(len(self._ids), pa.string()),
            similarity=pa.array(similarity, pa.float64()),
        )


@dataclass(frozen=True, slots=True)
class ConfigRows:
    """The rows of one config: where they lie, their order, and what completes them."""

    config: str
    rows: MappedRows
    units: Units
    complete: Callable[[pa.Table, Indexes], pa.Table]

    @property
    def schema(self) -> pa.Schema:
        """The schema of the config."""
        return CONFIGS[self.config]

    def table(self, units: Units) -> pa.Table:
        """These units as a table of the config's schema, in one chunk."""
        indexes = units.indexes()
        table = self.complete(self.rows.gather(indexes), indexes)
        return table.select(self.schema.names).cast(self.schema).combine_chunks()


def select_configs(
    shards: Sequence[ShardFiles], clusters: Clusters, version: str, sample_rows: int
) -> Iterator[ConfigRows]:
    """The rows of every config, one config after the other.

    Raises:
        ReleaseError: A shard is not finished, or `clusters` belongs to other shards.
    """
    articles = map_rows([shard.articles for shard in shards], rows.WORK_ARTICLES)
    clusters.check(len(articles))
    order = _kept(_order(articles, ARTICLE_ORDER), clusters.keep)
    sample = _kept(_order(articles, SAMPLE_ORDER), clusters.keep)[:sample_rows]

    def complete(table: pa.Table, indexes: Indexes) -> pa.Table:
        return _with_clusters(table, indexes, clusters, version)

    weights = _row_units(articles)
    yield ConfigRows("default", articles, weights.take(order), complete)
    yield ConfigRows("sample", articles, weights.take(sample), complete)
    yield _select_noise(shards, articles, order)
    yield _select_ledger(shards, articles, clusters, version)


def _order(table: MappedRows, keys: Sequence[str]) -> Indexes:
    columns = pa.table({key: table.column(key) for key in keys}).combine_chunks()
    by = [(key, "ascending") for key in keys]
    order = pc.sort_indices(columns, sort_keys=by)  # by code points, nulls last
    return np.asarray(order.to_numpy(), dtype=np.int64)


def _kept(order: Indexes, keep: NDArray[np.bool_]) -> Indexes:
    return order[keep[order]]


def _row_units(table: MappedRows) -> Units:
    """Every row a unit of its own, in the order of the files."""
    weights = [row_bytes(batch) for batch in table.batches]
    sizes = np.concatenate([np.zeros(0, np.int64), *weights])
    return Units(np.arange(len(table)), np.ones(len(table), np.int64), sizes)


def _with_clusters(table: pa.Table, indexes: Indexes, clusters: Clusters, version: str) -> pa.Table:
    own = pa.array(indexes)
    table = table.append_column("cluster_id", clusters.cluster_id.take(own))
    table = table.append_column("cluster_size", pa.array(clusters.cluster_size[indexes]))
    return _with_constant(table, "added_in", version)


def _with_constant(table: pa.Table, name: str, value: str) -> pa.Table:
    return table.append_column(name, pa.repeat(pa.scalar(value), len(table)))


def _select_noise(shards: Sequence[ShardFiles], articles: MappedRows, order: Indexes) -> ConfigRows:
    """The noise of the kept articles: a unit is all of one article."""
    noise = map_rows([shard.noise for shard in shards], rows.WORK_NOISE)
    units = _noise_units(noise, articles).take(order)
    return ConfigRows(
        "noise", noise, units.take(np.flatnonzero(units.counts)), lambda table, _: table
    )


def _noise_units(noise: MappedRows, articles: MappedRows) -> Units:
    """The run of noise rows of every article, which may be empty.

    `row` rises through the file of a shard in both, so a run lies between two binary searches.
    """
    sizes = np.concatenate([np.zeros(0, np.int64), *(row_bytes(b) for b in noise.batches)])
    before = np.concatenate([[0], np.cumsum(sizes)])
    of_article, of_noise = _numbers(articles.column("row")), _numbers(noise.column("row"))
    starts, ends = np.zeros((2, len(articles)), dtype=np.int64)
    for shard in range(len(articles.file_starts) - 1):
        own = slice(*articles.file_starts[shard : shard + 2])
        first, last = noise.file_starts[shard : shard + 2]
        starts[own] = first + np.searchsorted(of_noise[first:last], of_article[own], "left")
        ends[own] = first + np.searchsorted(of_noise[first:last], of_article[own], "right")
    return Units(starts, ends - starts, before[ends] - before[starts])


def _numbers(column: pa.ChunkedArray) -> Indexes:
    return np.asarray(column.to_numpy(), dtype=np.int64)


def _select_ledger(
    shards: Sequence[ShardFiles], articles: MappedRows, clusters: Clusters, version: str
) -> ConfigRows:
    """One row for every input, with the outcome it has now that duplicates are known."""
    ledger = map_rows([shard.ledger for shard in shards], rows.WORK_LEDGER)
    removed = _removed_articles(ledger, articles, clusters.keep)

    def complete(table: pa.Table, indexes: Indexes) -> pa.Table:
        table = _with_duplicates(table, removed[indexes], clusters)
        return _with_constant(table, "version", version)

    return ConfigRows(
        "ledger", ledger, _row_units(ledger).take(_order(ledger, ORIGIN_ORDER)), complete
    )


def _removed_articles(ledger: MappedRows, articles: MappedRows, keep: NDArray[np.bool_]) -> Indexes:
    """For each ledger row the article that deduplication removed, -1 where there is none.

    The ledger of a shard holds every page of it once, in order: `row` is the place in that file.
    """
    n_articles = np.diff(articles.file_starts)
    places = np.repeat(ledger.file_starts[:-1], n_articles) + _numbers(articles.column("row"))
    removed = np.full(len(ledger), -1, dtype=np.int64)
    removed[places[~keep]] = np.flatnonzero(~keep)
    return removed


def _with_duplicates(table: pa.Table, removed: Indexes, clusters: Clusters) -> pa.Table:
    is_removed = pa.array(removed >= 0)
    articles = pa.array(removed, mask=removed < 0)
    new = {
        "outcome": pa.scalar("removed"),
        "stage": pa.scalar("dedup"),
        "reason": clusters.reason.take(articles),
        "detail": clusters.detail.take(articles),
        "kept_id": clusters.kept_id.take(articles),
        "similarity": clusters.similarity.take(articles),
    }
    for name, values in new.items():
        place = table.schema.get_field_index(name)
        old = table.column(place)
        table = table.set_column(place, name, pc.if_else(is_removed, values, old))
    return table
