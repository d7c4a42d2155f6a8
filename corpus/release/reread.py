"""Pages that an earlier release has and that were read again: are they what they were?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpus.release import rows
from corpus.release.gather import gather, read_columns
from corpus.release.load import Release
from corpus.release.order import VERDICTS
from corpus.release.reading import ID, pack_ids, read_files
from corpus.release.row_digests import digest_rows
from corpus.release.shard import ShardFiles
from corpus.release.update import REPLACED
from corpus.release.work import Work
from corpus.schema import ARTICLES

NOT_COMPARED = ("id", "url", "origin", "recurring_share")
"""Where an article was read, and what recurs of it: that depends on the other articles."""

COMPARED = tuple(
    name for name in ARTICLES.names if name in rows.WORK_ARTICLES.names and name not in NOT_COMPARED
)
"""Columns of which one must differ for an article to be another."""

UNCHANGED = "unchanged"
"""What the ledger says, as detail, of a page that was read again and is what it was."""

Numbers = NDArray[np.uint64]


def find_rereads(work: Work, shards: Sequence[str], previous: Release) -> pa.Table:
    """The articles in the shards that the earlier release has, by their ids (`REPLACED`)."""
    names = [ShardFiles.of(shard).articles for shard in shards]
    parts = [REPLACED.empty_table()]
    for shard, table in enumerate(read_columns(work, names, ["id"])):
        ids = pack_ids(table.column("id").combine_chunks())
        places = pa.array(np.arange(len(ids)), pa.int64())
        owner = pa.array(np.full(len(ids), shard), pa.int64())
        parts.append(pa.Table.from_arrays([ids, owner, places], schema=REPLACED))
    new = pa.concat_tables(parts).combine_chunks()
    is_known = np.zeros(len(new), dtype=np.bool_)
    for batch in read_files(previous.files, previous.manifest.article_files(), ["id"]):
        found = pc.is_in(_ids(new), value_set=pack_ids(batch.column("id")))
        is_known |= np.asarray(found)
    return new.filter(pa.array(is_known))


def last_of_each(table: pa.Table) -> pa.Table:
    """The last reading of each page, which counts, in the order of the rows."""
    ids = _ids(table)
    # `index_in` gives the first of equal values; backwards, the last.
    backwards = ids.take(pa.array(np.arange(len(ids))[::-1]))
    last = len(ids) - 1 - pc.index_in(ids, value_set=backwards).to_numpy()
    return table.take(pa.array(np.unique(last), pa.int64()))


@dataclass(frozen=True, slots=True)
class Reread:
    """Where the new readings lie; `by_bytes`, a page of the same bytes is the same article."""

    work: Work
    shards: Sequence[str]
    by_bytes: bool = False


def find_replaced(how: Reread, file: Path, rereads: pa.Table) -> pa.Table:
    """Of the articles read again those that one data file has otherwise (`REPLACED`)."""
    found, rereads = [REPLACED.empty_table()], last_of_each(rereads)
    with pq.ParquetFile(file) as parquet:
        columns = [name for name in COMPARED if name in parquet.schema_arrow.names]
        for group in range(parquet.num_row_groups):
            ids = parquet.read_row_group(group, columns=["id"]).column("id").combine_chunks()
            at = pc.index_in(pack_ids(ids), value_set=_ids(rereads))
            if at.null_count == len(at):
                continue
            old = parquet.read_row_group(group, columns=[*columns, "origin"])
            old, new = old.filter(at.is_valid()), rereads.take(at.drop_null())
            rows = fetch_rows(how.work, how.shards, new)
            table = rows.select(columns).cast(old.select(columns).schema)
            differs = pc.not_equal(_digests(table), _digests(old.select(columns)))
            if how.by_bytes:
                is_same = pc.equal(_page_digests(rows), _page_digests(old))
                differs = pc.and_not(differs, pc.fill_null(is_same, False))
            found.append(new.filter(differs))
    return pa.concat_tables(found).combine_chunks()


def fetch_rows(work: Work, shards: Sequence[str], places: pa.Table) -> pa.Table:
    """The articles at `shard` and `place`, in this order, with the columns of the work files."""
    names = [ShardFiles.of(shard).articles for shard in shards]
    shard, place = (places.column(name).to_numpy() for name in ("shard", "place"))
    return gather(work, names, shard, place, rows.WORK_ARTICLES)


def _page_digests(table: pa.Table) -> pa.Array:
    """The SHA-256 of the bytes of each page, null where that is not known."""
    sha256 = pc.struct_field(table.column("origin"), "sha256")
    return pa.chunked_array(sha256.chunks, sha256.type).combine_chunks()


def _digests(table: pa.Table) -> pa.Array:
    (batch,) = table.combine_chunks().to_batches()
    return digest_rows(batch)


def settle(verdicts: pa.Table, rereads: pa.Table, replaced: pa.Table) -> tuple[pa.Table, Numbers]:
    """The verdicts, now that it is known which pages read again are others; and their numbers.

    Those stay, in the file of the earlier release that has them; the other readings go for them.
    """
    stays = np.isin(_numbers(rereads), _numbers(replaced))
    goes = rereads.filter(pa.array(~stays))
    is_last = np.isin(_numbers(goes), _numbers(last_of_each(rereads)))
    said = [UNCHANGED if last else None for last in is_last.tolist()]
    columns = {
        "number": pa.array(_numbers(goes), pa.uint64()),
        "keep": pa.array(np.zeros(len(goes), dtype=np.bool_)),
        "cluster_id": _hex(goes),
        "cluster_size": pa.array(np.ones(len(goes), dtype=np.int64)),
        "kept_id": _hex(goes),
        "reason": pa.array(["url"] * len(goes), pa.string()),
        "detail": pa.array(said, pa.string()),
        "similarity": pa.nulls(len(goes), pa.float64()),
    }
    is_reread = np.isin(verdicts.column("number").to_numpy(), _numbers(rereads))
    others = verdicts.filter(pa.array(~is_reread))
    settled = pa.concat_tables([others, pa.table(columns, schema=VERDICTS)])
    return settled, _numbers(rereads.filter(pa.array(stays)))


def _numbers(table: pa.Table) -> Numbers:
    shard, place = (table.column(name).to_numpy().astype(np.uint64) for name in ("shard", "place"))
    return np.asarray((shard << np.uint64(32)) | place)


def _hex(table: pa.Table) -> pa.Array:
    return pa.array([id_.hex() for id_ in table.column("id").to_pylist()], pa.string())


def _ids(table: pa.Table) -> pa.Array:
    return pa.chunked_array(table.column("id").chunks, ID).combine_chunks()
