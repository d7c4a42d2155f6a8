"""The one function that writes Parquet: the same rows give the same bytes.

Bytes depend on the rows, the cuts (`layout`), this module and the version of pyarrow, and not on
the process, the machine, its clock or the shards the rows came from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.release.layout import MAX_ROW_GROUP_BYTES, cut
from corpus.release.logical import LogicalHash
from corpus.release.manifest import ConfigEntry, FileEntry
from corpus.release.measure import row_bytes
from corpus.release.select import ConfigRows

COMPRESSION_LEVEL = 3
"""zstd; a third smaller than snappy, and higher levels cost more than they save."""

CHUNKING = {"min_chunk_size": 256 * 1024, "max_chunk_size": 1024 * 1024, "norm_level": 0}
"""Pages end where the content says, bytes before encoding: a changed row changes the pages around
it and no others, so that a store which deduplicates uploads only those."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Uncompressed bytes at which files and row groups end."""

    shard_bytes: int
    row_group_bytes: int


def write_config(
    selection: ConfigRows, folder: Path, place: str, limits: Limits
) -> tuple[ConfigEntry, list[FileEntry]]:
    """Write a config's files into `folder`/`place`; what the manifest says about them.

    A config without rows is one file without row groups: with an empty one, `datasets` stops.
    """
    (folder / place).mkdir(parents=True)
    shards = list(cut(selection.units, limits.shard_bytes)) or [selection.units]
    total, n_bytes, files = LogicalHash(), 0, []
    for number, units in enumerate(shards):
        path = f"{place}/train-{number:05d}-of-{len(shards):05d}.parquet"
        groups = cut(units, min(limits.row_group_bytes, MAX_ROW_GROUP_BYTES))
        tables = (selection.table(group) for group in groups)
        n_bytes += _write_file(folder / path, tables, selection.schema, total)
        files.append(describe_file(folder, path, selection.config, int(units.counts.sum())))
    n_rows = sum(file.rows for file in files)
    return ConfigEntry(rows=n_rows, bytes=n_bytes, logical_sha256=total.hexdigest()), files


def describe_file(folder: Path, path: str, config: str, n_rows: int) -> FileEntry:
    """The manifest's line about a file that lies in `folder`."""
    with (folder / path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileEntry(path, config, (folder / path).stat().st_size, digest, n_rows)


def _write_file(
    path: Path, tables: Iterable[pa.Table], schema: pa.Schema, total: LogicalHash
) -> int:
    """Write each table as a row group; add it to the hash; the bytes of all rows."""
    n_bytes = 0
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        use_content_defined_chunking=CHUNKING,
        write_page_index=True,
    ) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=len(table))
            total.update(table)
            n_bytes += sum(int(row_bytes(batch).sum()) for batch in table.to_batches())
            del table  # before the next one is gathered
    return n_bytes
