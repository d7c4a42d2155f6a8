"""Pages that an earlier release has and that were read again: are they what they were?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpus.release import rows
from corpus.release.gather import gather, read_columns
from corpus.release.layout import indexes
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
    """The articles in the shards that the earlier release has, by their ids (`REPLACED`).

    Memory: 24 bytes an article of the shards, and some 100 for each that was read again.
    """
    names = [ShardFiles.of(shard).articles for shard in shards]
    known = _known_ids(_read_ids(work, names), previous)
    found = [REPLACED.empty_table()]
    for shard, ids in enumerate(_read_ids(work, names)):
        places = np.flatnonzero(pc.is_in(ids, value_set=known.like(ids)))
        owner = pa.array(np.full(len(places), shard), pa.int64())
        rows = [ids.take(pa.array(places)), owner, pa.array(places, pa.int64())]
        found.append(pa.Table.from_arrays(rows, schema=REPLACED))
    return pa.concat_tables(found).combine_chunks()


def _read_ids(work: Work, names: Sequence[str]) -> Iterator[pa.FixedSizeBinaryArray]:
    """The ids of the articles in each of these files."""
    for name in names:
        (table,) = read_columns(work, [name], ["id"])
        yield pack_ids(table.column("id").combine_chunks())


@dataclass(frozen=True, slots=True)
class _Known:
    """Ids, sorted by their first halves."""

    ids: pa.FixedSizeBinaryArray
    heads: Numbers

    def like(self, others: pa.FixedSizeBinaryArray) -> pa.Array:
        """Those of the ids that begin as one of the others does."""
        wanted = np.unique(_heads(others))
        begins, ends = (np.searchsorted(self.heads, wanted, side) for side in ("left", "right"))
        return self.ids.take(pa.array(indexes(begins, ends - begins)))


def _known_ids(new: Iterable[pa.FixedSizeBinaryArray], previous: Release) -> _Known:
    """The ids of the earlier release that begin as a new one does: so not all of either are held.

    That two ids begin alike and are not the same hardly ever happens, and changes nothing.
    """
    # Sorted shard by shard, which makes a copy: a view would keep the ids themselves.
    copies = [np.unique(_heads(ids)) for ids in new]
    heads = np.unique(np.concatenate([np.zeros(0, np.uint64), *copies]))
    found = [pa.array([], ID)]
    for batch in read_files(previous.files, previous.manifest.article_files(), ["id"]):
        ids = pack_ids(batch.column("id"))
        own = _heads(ids)
        begins, ends = (np.searchsorted(heads, own, side) for side in ("left", "right"))
        found.append(ids.filter(pa.array(ends > begins)))
    together = pa.concat_arrays(found)
    order = np.argsort(_heads(together), kind="stable")
    ids = together.take(pa.array(order))
    return _Known(ids, _heads(ids))


def _heads(ids: pa.FixedSizeBinaryArray) -> Numbers:
    """The first eight bytes of each id, as a number."""
    data = np.frombuffer(ids.buffers()[1], np.uint64)
    heads: Numbers = data[2 * ids.offset : 2 * (ids.offset + len(ids)) : 2]
    return heads


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
    """Of the articles read again, their last readings, those that one data file has otherwise.

    Both are `REPLACED`.
    """
    found = [REPLACED.empty_table()]
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


def settle(
    verdicts: pa.Table, rereads: pa.Table, last: pa.Table, replaced: pa.Table
) -> tuple[pa.Table, Numbers]:
    """The verdicts, now that it is known which pages read again are others; and their numbers.

    Those stay, in the file of the earlier release that has them; the other readings go for them.
    All tables are about the same shards; `last` are those of `rereads` that count, see
    `last_of_each`.
    """
    stays = np.isin(_numbers(rereads), _numbers(replaced))
    goes = rereads.filter(pa.array(~stays))
    is_last = np.isin(_numbers(goes), _numbers(last))
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
