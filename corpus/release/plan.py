"""Which rows go into each file of a release, in which order, and what only the whole build knows.

Orders: articles by site (articles without site last), id, origin; noise by article, then position;
the ledger by origin (source, path, record); the sample by id. Files and row groups end by bytes.
Nothing depends on how the input was cut into shards.
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
from corpus.release.layout import MAX_ROW_GROUP_BYTES, Units, cut
from corpus.release.shard import ShardFiles
from corpus.release.work import Work

ORIGIN_ORDER = ("origin.source", "origin.path", "origin.record")
ARTICLE_ORDER = ("site", "id", *ORIGIN_ORDER)
SAMPLE_ORDER = ("id", *ORIGIN_ORDER)

RUNS = [("shard", pa.int64()), ("first", pa.int64()), ("count", pa.int64())]
PLANS: dict[str, pa.Schema] = {
    "default": pa.schema([*RUNS, ("cluster_id", pa.string()), ("cluster_size", pa.int64())]),
    "validation": pa.schema([*RUNS, ("cluster_id", pa.string()), ("cluster_size", pa.int64())]),
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


SAMPLE_PLAN = pa.schema(
    [
        ("id", pa.string()),
        ("shard", pa.int64()),  # null for an article of an earlier release
        ("place", pa.int64()),
        ("cluster_id", pa.string()),
        ("cluster_size", pa.int64()),
    ]
)
"""Articles and where their rows lie."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file of the release to be: the `number`th of `total` in its config, its plan's name."""

    config: str
    number: int
    total: int
    plan: str


@dataclass(frozen=True, slots=True)
class Batch:
    """That the files planned are a batch beside those of an earlier release.

    `elsewhere` are the numbers of the articles whose rows go into files of that release. A batch
    has no sample, and no file for a config of which it has no rows.
    """

    elsewhere: NDArray[np.uint64]


def plan_release(
    work: Work,
    shards: Sequence[str],
    verdicts: pa.Table,
    options: Options,
    prefix: str,
    batch: Batch | None = None,
) -> list[PlannedFile]:
    """Write the plan of every file of the release; the names begin with `prefix`.

    `shards` are the names of the finished shards, in their order; `verdicts` has the columns of
    `VERDICTS`, in any order. A plan has a record batch for each row group; that of a config without
    rows has none.

    Raises:
        ReleaseError: A shard is not finished, or `verdicts` belong to other shards.
    """
    planned = []
    for config, table, units in _select(work, shards, verdicts, options, batch):
        if batch is not None and not len(units):
            continue
        files = [units]
        if config != "sample":  # which is one file, so that a later release can write it anew
            files = list(cut(units, options.shard_bytes)) or files
        for number, part in enumerate(files):
            name = f"{prefix}.{config}-{number:05d}.arrow"
            planned.append(PlannedFile(config, number, len(files), name))
            with work.write(name) as file, pa.ipc.new_file(file, PLANS[config]) as writer:
                limit = min(options.row_group_bytes, MAX_ROW_GROUP_BYTES)
                for group in cut(part, limit):
                    chosen = table.take(pa.array(group.starts)).combine_chunks()
                    writer.write_table(chosen, max_chunksize=max(len(chosen), 1))
    return planned


def added_articles(work: Work, shards: Sequence[str], verdicts: pa.Table, batch: Batch) -> pa.Table:
    """The articles that are new in the release (`SAMPLE_PLAN`)."""
    names = [ShardFiles.of(shard).articles for shard in shards]
    articles = _Rows.read(work, names, rows.WORK_ARTICLES, ["id"])
    clusters = _Clusters.of(articles, verdicts)
    own = pa.array(_own(clusters.kept(np.arange(len(articles.shard))), articles, batch))
    columns = {
        "id": articles.table.column("id"),
        "shard": pa.array(articles.shard, pa.int64()),
        "place": pa.array(articles.place, pa.int64()),
        "cluster_id": clusters.cluster_id,
        "cluster_size": pa.array(clusters.cluster_size),
    }
    return pa.table(columns, schema=SAMPLE_PLAN).take(own)


def for_sample(added: pa.Table, share: float) -> pa.Table:
    """Of these articles (`SAMPLE_PLAN`) those that are not held out for validation."""
    return added.filter(pa.array(~_are_held_out(added.column("cluster_id"), share)))


_Selection = tuple[str, pa.Table, Units]
"""A config, the plan of every row there is, and the rows chosen, as units of that table."""


def _select(
    work: Work, shards: Sequence[str], verdicts: pa.Table, options: Options, batch: Batch | None
) -> Iterator[_Selection]:
    files = [ShardFiles.of(shard) for shard in shards]
    names = [file.articles for file in files]
    # What rows are sorted by is not held beside the rest: it is most of what is known of a page.
    by_site = _order(work, names, rows.WORK_ARTICLES, ARTICLE_ORDER)
    noise_columns = ["noise_first", "noise_count", "noise_bytes"]
    clusters = _Clusters.of(_Rows.read(work, names, rows.WORK_ARTICLES, ["id"]), verdicts)
    columns = ["bytes", "ledger_row", *noise_columns]
    articles = _Rows.read(work, names, rows.WORK_ARTICLES, columns)
    order = clusters.kept(by_site)
    runs = articles.runs().append_column("cluster_id", clusters.cluster_id)
    runs = runs.append_column("cluster_size", pa.array(clusters.cluster_size))
    weights = articles.numbers("bytes")
    here, held_out = _own(order, articles, batch), clusters.held_out(options.validation_share)
    yield "default", runs, _units(here[~held_out[here]], weights)
    if held_out.any():
        yield "validation", runs, _units(here[held_out[here]], weights)
    if batch is None:
        sample = clusters.kept(_order(work, names, rows.WORK_ARTICLES, SAMPLE_ORDER))
        yield "sample", runs, _units(sample[~held_out[sample]][: options.sample_rows], weights)
    first, count, weight = (articles.numbers(name) for name in noise_columns)
    has_noise = order[count[order] > 0]
    yield "noise", _runs(articles.shard, first, count), _units(has_noise, weight)
    names = [file.ledger for file in files]
    ledger = _Rows.read(work, names, rows.WORK_LEDGER, ["bytes"])
    table = _with_duplicates(ledger, articles, clusters)
    by_origin = _order(work, names, rows.WORK_LEDGER, ORIGIN_ORDER)
    yield "ledger", table, _units(by_origin, ledger.numbers("bytes"))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some columns of all rows, with the shard of each and its place there."""

    table: pa.Table
    shard: Indexes
    place: Indexes

    @classmethod
    def read(
        cls, work: Work, names: Sequence[str], schema: pa.Schema, columns: Sequence[str]
    ) -> _Rows:
        """Only these columns of these files of one schema, `a.b` for a field, come into memory."""
        parts = read_columns(work, names, columns)
        counts = np.array([len(part) for part in parts], dtype=np.int64)
        shard = np.repeat(np.arange(len(parts)), counts)
        starts = np.cumsum(counts) - counts
        place = np.arange(int(counts.sum())) - np.repeat(starts, counts)
        return cls(_joined(parts, schema, columns), shard, place)

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

    def runs(self) -> pa.Table:
        """The plan of every row by itself."""
        return _runs(self.shard, self.place, np.ones_like(self.place))


def _joined(parts: Sequence[pa.Table], schema: pa.Schema, columns: Sequence[str]) -> pa.Table:
    """The tables of `read_columns` as one, also where there is none."""
    none = schema.empty_table()
    empty = pa.table({path: column_at(none, path) for path in columns})
    return pa.concat_tables([empty, *parts]).combine_chunks()


def _order(work: Work, names: Sequence[str], schema: pa.Schema, keys: Sequence[str]) -> Indexes:
    """All rows sorted by these columns, `a.b` for a field: by code points, nulls last."""
    table = _joined(read_columns(work, names, keys), schema, keys)
    order = pc.sort_indices(table, sort_keys=[(key, "ascending") for key in keys])
    del table
    pa.default_memory_pool().release_unused()
    return np.asarray(order.to_numpy(), dtype=np.int64)


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
        return _are_held_out(self.cluster_id, share)

    def kept(self, order: Indexes) -> Indexes:
        """Of these articles those that stay."""
        return order[self.keep[order]]


def _are_held_out(clusters: pa.ChunkedArray, share: float) -> NDArray[np.bool_]:
    limit = share * 2.0**64
    return np.array([_draw(cluster) < limit for cluster in clusters.to_pylist()], dtype=np.bool_)


def _draw(cluster: str) -> int:
    """A number below 2^64 that depends on the cluster alone."""
    digest = hashlib.blake2b(cluster.encode(), digest_size=8, person=b"validation").digest()
    return int.from_bytes(digest, "big")


def _own(order: Indexes, articles: _Rows, batch: Batch | None) -> Indexes:
    """Of these articles those whose rows go into files of the batch itself."""
    if batch is None:
        return order
    own = np.ones(len(articles.shard), dtype=np.bool_)
    own[articles.find(batch.elsewhere)] = False
    return order[own[order]]


def _units(rows: Indexes, weights: Indexes) -> Units:
    """One unit for each of these rows of a plan."""
    return Units(rows, np.ones(len(rows), dtype=np.int64), weights[rows])


def _runs(shard: Indexes, first: Indexes, count: Indexes) -> pa.Table:
    columns: dict[str, Any] = {"shard": shard, "first": first, "count": count}
    return pa.table({name: pa.array(values, pa.int64()) for name, values in columns.items()})


def _with_duplicates(ledger: _Rows, articles: _Rows, clusters: _Clusters) -> pa.Table:
    """The plan of every ledger row, with the outcome it has now that duplicates are known."""
    lost = clusters.removed
    first = np.searchsorted(ledger.shard, articles.shard[lost])
    verdict = np.full(len(ledger.shard), -1, dtype=np.int64)
    verdict[first + articles.numbers("ledger_row")[lost]] = np.arange(len(lost))
    own = pa.array(verdict, mask=verdict < 0)
    table = ledger.runs()
    for name in ("kept_id", "reason", "detail", "similarity"):
        table = table.append_column(name, clusters.reasons.column(name).take(own))
    return table
