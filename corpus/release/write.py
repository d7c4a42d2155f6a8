"""Writes one planned file of a release: the same rows give the same bytes.

Bytes depend on the rows, the plan, this module and the version of pyarrow, and not on the process,
the machine, its clock or the shards the rows came from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.release import rows
from corpus.release.gather import gather
from corpus.release.layout import Units
from corpus.release.logical import LogicalHash
from corpus.release.measure import row_bytes
from corpus.release.plan import PlannedFile
from corpus.release.shard import ShardFiles
from corpus.release.work import Work
from corpus.schema import CONFIGS

COMPRESSION_LEVEL = 3
"""zstd; a third smaller than snappy, and higher levels cost more than they save."""

CHUNKING = {"min_chunk_size": 256 * 1024, "max_chunk_size": 1024 * 1024, "norm_level": 0}
"""Pages end where the content says, bytes before encoding: a changed row changes the pages around
it and no others, so that a store which deduplicates uploads only those."""

WORK_SCHEMAS = {
    "default": rows.WORK_ARTICLES,
    "sample": rows.WORK_ARTICLES,
    "noise": rows.WORK_NOISE,
    "ledger": rows.WORK_LEDGER,
}


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of the release as it lies in the working folder, under `name`, and what it holds.

    `row_bytes` is its weight without compression (`measure`).
    """

    config: str
    number: int
    total: int
    name: str
    bytes: int
    sha256: str
    rows: int
    row_bytes: int
    logical_sha256: str


def write_file(
    work: Work, shards: Sequence[str], planned: PlannedFile, version: str, name: str
) -> WrittenFile:
    """Write the file of this plan under `name`, a row group for each record batch of the plan.

    Raises:
        ReleaseError: A shard or the plan is damaged.
    """
    plan = work.arrow(planned.plan)
    logical, n_rows, n_bytes = LogicalHash(), 0, 0
    with work.write(name) as file:
        hashed = HashedFile(file)
        with open_parquet(pa.PythonFile(hashed, "w"), CONFIGS[planned.config]) as writer:
            for group in range(plan.num_record_batches):
                batch = plan.get_batch(group)
                table = _complete(work, shards, planned.config, batch, version)
                writer.write_table(table, row_group_size=len(table))
                logical.update(table)
                n_rows += len(table)
                n_bytes += sum(int(row_bytes(part).sum()) for part in table.to_batches())
                del table  # before the next one is gathered
    return WrittenFile(
        planned.config,
        planned.number,
        planned.total,
        name,
        hashed.n_bytes,
        hashed.hexdigest(),
        n_rows,
        n_bytes,
        logical.hexdigest(),
    )


def open_parquet(sink: pa.NativeFile | str, schema: pa.Schema) -> pq.ParquetWriter:
    """The writer of every Parquet file of a release; give it one table for each row group."""
    return pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        use_content_defined_chunking=CHUNKING,
        write_page_index=True,
    )


class HashedFile:
    """A file that is written once, from its start to its end, and hashed on the way."""

    def __init__(self, file: BinaryIO) -> None:
        """`file` is written to and not closed."""
        self._file = file
        self._digest = hashlib.sha256()
        self.n_bytes = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Write all of `data`."""
        self._digest.update(data)
        self._file.write(data)
        self.n_bytes += len(data)
        return len(data)

    def tell(self) -> int:
        """The number of bytes so far."""
        return self.n_bytes

    def flush(self) -> None:
        """Nothing: whoever opened the file finishes it."""

    def close(self) -> None:
        """Nothing more can be written."""
        self.closed = True

    def hexdigest(self) -> str:
        """The SHA-256 of what was written."""
        return self._digest.hexdigest()


def _complete(
    work: Work, shards: Sequence[str], config: str, plan: pa.RecordBatch, version: str
) -> pa.Table:
    """The rows of one batch of a plan as a table of the config's schema, in one chunk."""
    first, count = (plan.column(name).to_numpy() for name in ("first", "count"))
    places = Units(first, count, count).indexes()
    shard = np.repeat(plan.column("shard").to_numpy(), count)
    names = [_file_of(shard_name, config) for shard_name in shards]
    table = gather(work, names, shard, places, WORK_SCHEMAS[config])
    if config == "ledger":
        table = _with_outcome(table, plan)
    for column in ("cluster_id", "cluster_size"):
        if column in plan.schema.names:
            table = table.append_column(column, plan.column(column))
    for column, value in {"added_in": version, "changed_in": None, "version": version}.items():
        if column in CONFIGS[config].names:
            constant = pa.repeat(pa.scalar(value, pa.string()), len(table))
            table = table.append_column(column, constant)
    schema = CONFIGS[config]
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
