"""Files of an earlier release, written again where a row of them goes or changes, and its sample.

A file that nothing touches is not written: the next release has it byte for byte. Of one that is,
the row groups begin where they did, so that a store which knows chunks sends only what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.release.files import file_path
from corpus.release.layout import MAX_ROW_GROUP_BYTES, Cutter
from corpus.release.load import Release
from corpus.release.manifest import FileEntry
from corpus.release.measure import row_bytes
from corpus.release.parquet import FileWriter, WrittenFile
from corpus.release.plan import SAMPLE_PLAN
from corpus.release.reading import ID, pack_ids, read_batches, read_files
from corpus.release.update import Update, apply_update, convert, touches
from corpus.release.work import Work
from corpus.schema import SCHEMAS

KEYS = {
    "default": ("id",),
    "validation": ("id",),
    "noise": ("id",),
    "ledger": ("id", "kept_id"),
}
"""Columns by which an update finds the rows of a config."""


@dataclass(frozen=True, slots=True)
class SampleFile:
    """How the sample is written: its name, its row groups, and what completes its new rows."""

    name: str
    row_group_bytes: int
    fetch: Callable[[pa.Table], pa.Table]


def touched_files(previous: Release, update: Update) -> list[FileEntry]:
    """The files of the earlier release that must be written again, but for those of the sample."""
    return [
        file
        for config in KEYS
        for file in previous.manifest.files_of(config)
        if _is_touched(previous.path / file.path, config, update)
    ]


def _is_touched(path: Path, config: str, update: Update) -> bool:
    if not pq.read_schema(path).equals(SCHEMAS[config]):
        return True
    if update.is_empty:
        return False
    return any(touches(rows, update) for rows in read_batches(path, KEYS[config]))


def rewrite_file(
    work: Work, previous: Path, file: FileEntry, update: Update, name: str
) -> WrittenFile:
    """Write a file of the release in the folder `previous` again, as `name`."""
    with work.write(name) as sink:
        with FileWriter(sink, file.config) as writer:
            for table in _row_groups(previous / file.path):
                converted = convert(table, SCHEMAS[file.config])
                writer.write(apply_update(file.config, converted, update))
        return writer.describe(file.path, name)


def _row_groups(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as parquet:
        for group in range(parquet.num_row_groups):
            yield parquet.read_row_group(group)


def plan_sample(previous: Release, update: Update, added: pa.Table, n_rows: int) -> pa.Table:
    """The new sample (`SAMPLE_PLAN`): the `n_rows` smallest ids of old articles and of `added`.

    `added` has the columns of the plan.
    """
    gone = pa.chunked_array(update.withdrawn.column("id").chunks, ID)
    smallest = added.sort_by("id").slice(0, n_rows)
    for rows in read_files(previous.files, previous.manifest.files_of("default"), ["id"]):
        ids = rows.column("id")
        stays = pc.invert(pc.is_in(pack_ids(ids), value_set=gone.combine_chunks()))
        old = convert(pa.table({"id": ids.filter(stays)}), SAMPLE_PLAN)
        smallest = pa.concat_tables([smallest, old]).sort_by("id").slice(0, n_rows)
    return smallest.combine_chunks()


def write_sample(
    work: Work, previous: Release, plan: pa.Table, update: Update, how: SampleFile
) -> WrittenFile:
    """Write the sample of this plan."""
    is_new = plan.column("shard").is_valid()
    old = _old_rows(previous, plan.filter(pc.invert(is_new)).column("id"))
    parts = [apply_update("default", old, update), how.fetch(plan.filter(is_new))]
    schema = SCHEMAS["sample"]
    parts = [part.select(schema.names).cast(schema) for part in parts]
    table = pa.concat_tables(parts).sort_by("id").combine_chunks()
    with work.write(how.name) as sink:
        with FileWriter(sink, "sample") as writer:
            for group in _cut_rows(table, how.row_group_bytes):
                writer.write(group)
        return writer.describe(file_path("sample", "", 0, 1), how.name)


def _old_rows(previous: Release, ids: pa.ChunkedArray) -> pa.Table:
    """The rows of these articles as the earlier release has them.

    Most stand in its own sample, which is small; only for the others its articles are looked
    through, and only row groups that hold one are read.
    """
    schema = SCHEMAS["default"]
    wanted = ids.combine_chunks()
    found: list[pa.Table] = [schema.empty_table()]
    for config in ("sample", "default"):
        for file in previous.manifest.files_of(config):
            if len(wanted):
                found.append(_rows_of(previous.path / file.path, wanted))
                lacking = pc.invert(pc.is_in(wanted, value_set=found[-1].column("id")))
                wanted = wanted.filter(lacking)
    return pa.concat_tables(found).combine_chunks()


def _rows_of(path: Path, ids: pa.Array) -> pa.Table:
    found = [SCHEMAS["default"].empty_table()]
    with pq.ParquetFile(path) as parquet:
        for group in range(parquet.num_row_groups):
            own = parquet.read_row_group(group, columns=["id"]).column("id")
            mask = pc.is_in(own, value_set=ids)
            if pc.any(mask, min_count=0).as_py():
                rows = parquet.read_row_group(group).filter(mask)
                found.append(convert(rows, SCHEMAS["default"]))
    return pa.concat_tables(found)


def _cut_rows(table: pa.Table, limit: int) -> Iterator[pa.Table]:
    """The rows in row groups, as those of a new file are cut."""
    sizes = np.concatenate([np.zeros(0, np.int64), *(row_bytes(b) for b in table.to_batches())])
    cutter = Cutter(min(limit, MAX_ROW_GROUP_BYTES))
    for _, group in chain(cutter.add(table, sizes), cutter.end()):
        yield group
