"""What becomes of the rows of an earlier release: most stay, some were withdrawn, some replaced.

A change goes with the id of the article: to its row, to its noise, and to the rows of the ledger
that speak of it. `apply_update` is a pure function of a table and an update.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.release.reading import ID, pack_ids

WITHDRAWN = pa.schema([("id", ID), ("reason", pa.string()), ("detail", pa.string())])
"""Articles that go, with the reason and detail that their rows of the ledger get."""

REPLACED = pa.schema([("id", ID), ("shard", pa.int64()), ("place", pa.int64())])
"""Articles that were read again and are others now: the shard and place of the new row."""

ORPHANED = "survivor_withdrawn"
"""The reason of a page that was removed as a copy, but is none of the article withdrawn: what stood
for it is gone. Read again, it is judged again."""

COPY = "copy"
"""The reason of a page that was removed as a copy of an article that is withdrawn now."""

SURE_COPIES = ("url", "exact")
"""Methods of deduplication that find one text, whatever the similarity says."""

NEAR = 0.7
"""The similarity from which a page goes with the article that stood for it."""


@dataclass(frozen=True, slots=True)
class Update:
    """The changes to an earlier release, and what reads the rows that replace others.

    `withdrawn` has the columns `WITHDRAWN`, `replaced` those of `REPLACED`; `fetch` gives the new
    rows, in the columns of the config default but for those that stay (`KEPT_COLUMNS`).
    """

    version: str
    withdrawn: pa.Table
    replaced: pa.Table
    fetch: Callable[[pa.Table], pa.Table]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not len(self.withdrawn) and not len(self.replaced)


KEPT_COLUMNS = ("cluster_id", "cluster_size", "added_in")
"""Columns that a replaced article keeps from the row it had."""


def touches(rows: pa.RecordBatch, update: Update) -> bool:
    """Whether any of the rows, by its columns `id` and `kept_id`, is touched by the update."""
    ids = _changed_ids(update)
    columns = [rows.column(name) for name in ("id", "kept_id") if name in rows.schema.names]
    return any(_any_in(column, ids) for column in columns)


def _changed_ids(update: Update) -> pa.Array:
    both = [update.withdrawn.column("id"), update.replaced.column("id")]
    return pa.chunked_array([c for column in both for c in column.chunks], ID).combine_chunks()


def _any_in(texts: pa.Array, ids: pa.Array) -> bool:
    found = pc.is_in(pack_ids(texts.drop_null()), value_set=ids)
    return bool(pc.any(found, min_count=0).as_py())


def apply_update(config: str, table: pa.Table, update: Update) -> pa.Table:
    """The rows as they are in the next release, in the same order; one chunk in, one chunk out."""
    return CHANGES[config](table.combine_chunks(), update).combine_chunks()


def _update_articles(table: pa.Table, update: Update) -> pa.Table:
    ids = pack_ids(_column(table, "id"))
    withdrawn = pc.is_in(ids, value_set=_ids(update.withdrawn))
    fresh = pc.index_in(ids, value_set=_ids(update.replaced))
    is_fresh = np.asarray(fresh.is_valid())
    if is_fresh.any():
        table = _replace(table, np.flatnonzero(is_fresh), fresh.drop_null(), update)
    return table.filter(pc.invert(withdrawn))


def _replace(table: pa.Table, places: np.ndarray, which: pa.Array, update: Update) -> pa.Table:
    """The table with the rows at `places` replaced by those of `update.replaced` at `which`."""
    new = update.fetch(update.replaced.take(which))
    for name in KEPT_COLUMNS:
        new = new.append_column(name, table.column(name).take(pa.array(places)))
    version = pa.repeat(pa.scalar(update.version), len(new))
    new = new.append_column("changed_in", version).select(table.schema.names).cast(table.schema)
    order = np.arange(len(table))
    order[places] = len(table) + np.arange(len(new))
    return pa.concat_tables([table, new]).combine_chunks().take(pa.array(order))


def _update_noise(table: pa.Table, update: Update) -> pa.Table:
    """Without the noise of articles that go, or whose page was read again: the new is elsewhere."""
    gone = pc.is_in(pack_ids(_column(table, "id")), value_set=_changed_ids(update))
    return table.filter(pc.invert(gone))


def _update_ledger(table: pa.Table, update: Update) -> pa.Table:
    ids, kept_ids = pack_ids(_column(table, "id")), pack_ids(_column(table, "kept_id"))
    is_kept = pc.equal(_column(table, "outcome"), "kept")
    own = pc.if_else(is_kept, pc.index_in(ids, value_set=_ids(update.withdrawn)), None)
    leads = pc.index_in(kept_ids, value_set=_ids(update.withdrawn))
    again = pc.and_(is_kept, pc.is_in(ids, value_set=_ids(update.replaced)))
    table = _withdraw(table, own, update)
    table = _withdraw_copies(table, leads, update)
    detail = pa.scalar(f"read again in {update.version}")
    values = {"outcome": "removed", "stage": "dedup", "reason": "url", "kept_id": table["id"]}
    return _set(table, again, {**values, "detail": detail})


def _withdraw(table: pa.Table, which: pa.Array, update: Update) -> pa.Table:
    """The ledger with the rows of withdrawn articles, `which` by row, null elsewhere."""
    values = {name: update.withdrawn.column(name).take(which) for name in ("reason", "detail")}
    return _take_down(table, which.is_valid(), values)


def are_copies(table: pa.Table) -> pa.Array:
    """Of rows of the ledger, which pages go with the article that stood for them."""
    sure = pc.is_in(_column(table, "reason"), value_set=pa.array(SURE_COPIES))
    near = pc.fill_null(pc.greater_equal(_column(table, "similarity"), NEAR), False)
    return pc.or_(sure, near)


def _withdraw_copies(table: pa.Table, which: pa.Array, update: Update) -> pa.Table:
    """The ledger with the rows of pages that a withdrawn article stood for, `which` by row.

    They say when and why that was withdrawn, and no more which article it was.
    """
    detail = update.withdrawn.column("detail").take(which)
    copy = pc.and_(which.is_valid(), are_copies(table))
    orphan = pc.and_not(which.is_valid(), copy)
    table = _take_down(table, copy, {"reason": COPY, "detail": detail})
    values = {"stage": "takedown", "reason": ORPHANED, "detail": detail, "kept_id": None}
    return _set(table, orphan, {**values, "similarity": None})


def _take_down(table: pa.Table, mask: pa.Array, values: dict[str, object]) -> pa.Table:
    """Rows taken down: they say that and why, and no more where the page was."""
    said = {"outcome": "removed", "stage": "takedown", "kept_id": None, "similarity": None}
    place = table.schema.get_field_index("origin")
    origin = _column(table, "origin")
    names = [field.name for field in origin.type]
    key = pc.if_else(mask, None, origin.field("key"))
    fields = [key if name == "key" else origin.field(name) for name in names]
    table = table.set_column(place, "origin", pa.StructArray.from_arrays(fields, names=names))
    return _set(table, mask, {**said, "url": None, **values})


def _set(table: pa.Table, mask: pa.Array, values: dict[str, object]) -> pa.Table:
    for name, value in values.items():
        place = table.schema.get_field_index(name)
        kind = table.schema.field(name).type
        new = pa.scalar(value, kind) if value is None or isinstance(value, str) else value
        column = pc.if_else(mask, new, table.column(name))
        table = table.set_column(place, name, column)
    return table


def _ids(table: pa.Table) -> pa.Array:
    return pa.chunked_array(table.column("id").chunks, ID).combine_chunks()


def _column(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    return pa.chunked_array(column.chunks, column.type).combine_chunks()


CHANGES: dict[str, Callable[[pa.Table, Update], pa.Table]] = {
    "default": _update_articles,
    "validation": _update_articles,
    "sample": _update_articles,
    "noise": _update_noise,
    "ledger": _update_ledger,
}
"""What an update does to the rows of each config."""


def convert(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows of an older release in the columns of this one: what it did not have is null."""
    columns = [
        table.column(field.name).cast(field.type)
        if field.name in table.schema.names
        else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
