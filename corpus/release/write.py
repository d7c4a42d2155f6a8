"""Writes one planned file of a release: the same rows give the same bytes.

Bytes depend on the rows, the plan, this module and the version of pyarrow, and not on the process,
the machine, its clock or the shards the rows came from.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.release import rows
from corpus.release.files import file_path
from corpus.release.gather import gather
from corpus.release.layout import indexes
from corpus.release.parquet import FileWriter, WrittenFile
from corpus.release.plan import PlannedFile
from corpus.release.shard import ShardFiles
from corpus.release.work import Work
from corpus.schema import SCHEMAS

WORK_SCHEMAS = {
    "default": rows.WORK_ARTICLES,
    "validation": rows.WORK_ARTICLES,
    "sample": rows.WORK_ARTICLES,
    "noise": rows.WORK_NOISE,
    "ledger": rows.WORK_LEDGER,
}


def write_file(
    work: Work, shards: Sequence[str], planned: PlannedFile, version: str, name: str
) -> WrittenFile:
    """Write the file of this plan under `name`, a row group for each record batch of the plan.

    Raises:
        ReleaseError: A shard or the plan is damaged.
    """
    plan = work.arrow(planned.plan)
    with work.write(name) as file:
        with FileWriter(file, planned.config) as writer:
            for group in range(plan.num_record_batches):
                batch = plan.get_batch(group)
                writer.write(_complete(work, shards, planned.config, batch, version))
                pa.default_memory_pool().release_unused()  # the next is put together of others
        path = file_path(planned.config, version, planned.number, planned.total)
        return writer.describe(path, name)


def _complete(
    work: Work, shards: Sequence[str], config: str, plan: pa.RecordBatch, version: str
) -> pa.Table:
    """The rows of one batch of a plan as a table of the config's schema, in one chunk."""
    first, count = (plan.column(name).to_numpy() for name in ("first", "count"))
    places = indexes(first, count)
    shard = np.repeat(plan.column("shard").to_numpy(), count)
    names = [_file_of(shard_name, config) for shard_name in shards]
    table = gather(work, names, shard, places, WORK_SCHEMAS[config])
    if config == "ledger":
        table = _with_outcome(table, plan)
    for column in ("cluster_id", "cluster_size"):
        if column in plan.schema.names:
            table = table.append_column(column, plan.column(column))
    return _with_constants(table, config, version)


def complete_articles(table: pa.Table, plan: pa.Table, version: str) -> pa.Table:
    """New articles, as work files have them, with what only the whole build knows.

    `plan` has their `cluster_id` and `cluster_size`, row by row.
    """
    for column in ("cluster_id", "cluster_size"):
        table = table.append_column(column, plan.column(column))
    return _with_constants(table, "default", version)


def _with_constants(table: pa.Table, config: str, version: str) -> pa.Table:
    schema = SCHEMAS[config]
    for column, value in {"added_in": version, "changed_in": None, "version": version}.items():
        if column in schema.names:
            constant = pa.repeat(pa.scalar(value, pa.string()), len(table))
            table = table.append_column(column, constant)
    return table.select(schema.names).cast(schema).combine_chunks()


def _file_of(shard: str, config: str) -> str:
    files = ShardFiles.of(shard)
    return {"noise": files.noise, "ledger": files.ledger}.get(config, files.articles)


def _with_outcome(table: pa.Table, plan: pa.RecordBatch) -> pa.Table:
    """The ledger's rows with what deduplication says where it says something."""
    is_removed = pc.is_valid(plan.column("reason"))
    new = {
        "outcome": pa.scalar("removed"),
        "stage": pa.scalar("dedup"),
        "reason": plan.column("reason"),
        "detail": plan.column("detail"),
        "kept_id": plan.column("kept_id"),
        "similarity": plan.column("similarity"),
    }
    for name, values in new.items():
        place = table.schema.get_field_index(name)
        column = pc.if_else(is_removed, values, table.column(place))
        table = table.set_column(place, name, column)
    return table
