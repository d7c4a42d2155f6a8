"""A build that goes on from an earlier release: what of it stays, what goes, what is another now.

Its data files are looked at one by one, in parallel (`earlier`, `compare`); which files must be
written again and which rows are new is decided once (`plan_next`); then all are written.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import release as releasing
from corpus.engine import Work
from corpus.pipeline.guard import find_withdrawn, guard_of
from corpus.pipeline.ordering import Ordering, run_name
from corpus.recipe import Recipe
from corpus.release import PlannedFile, Update

Result = Any

WITHDRAWN = "plan/all.withdrawn"
REPLACED = "plan/all.replaced"
SAMPLE = "plan/all.sample"
"""What the one shard of the stage `plan` leaves besides the plans of files."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The release that a build goes on from: its folder, and the digests of it and of tombstones.

    `stones` is the digest of the tombstones that it does not have itself, empty where it has all.
    Where it `is_ours`, the same library and recipe made it: then a page of the same bytes is the
    same, whatever other pages of its site are read with it.
    """

    folder: str
    digest: str
    stones: str
    is_ours: bool = False

    def open(self) -> releasing.Release:
        """The release."""
        return releasing.open_release(self.folder)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A file of the earlier release that is written again."""

    path: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample, which is written anew."""


def look_at_earlier(file: str, shard: str, work: Work, earlier: Earlier) -> Result:
    """Which articles of a data file were withdrawn; articles and characters by row group."""
    path = Path(earlier.folder, file)
    guard = guard_of(work, earlier.stones)
    withdrawn = find_withdrawn(path, guard) if guard else releasing.WITHDRAWN.empty_table()
    _write(work, f"earlier/{shard}.withdrawn", withdrawn)
    with pq.ParquetFile(path) as parquet:
        groups = range(parquet.num_row_groups)
        sizes = [parquet.read_row_group(n, columns=["n_characters"]).column(0) for n in groups]
    return [[len(size), pc.sum(size, min_count=0).as_py()] for size in sizes]


def find_rereads(shards: tuple[str, ...], shard: str, work: Work, earlier: Earlier) -> Result:
    """Which pages were read again, and which reading of each counts."""
    rereads = releasing.find_rereads(work, shards, earlier.open())
    _write(work, f"rereads/{shard}", rereads)
    _write(work, f"rereads/{shard}.last", releasing.last_of_each(rereads))
    return len(rereads)


def compare(file: str, shard: str, work: Work, earlier: Earlier, shards: tuple[str, ...]) -> Result:
    """Which articles of a data file are others now."""
    rereads = _read(work, "rereads/all.last")
    path = Path(earlier.folder, file)
    how = releasing.Reread(work, shards, by_bytes=earlier.is_ours)
    replaced = releasing.find_replaced(how, path, rereads)
    _write(work, f"compare/{shard}", replaced)
    return len(replaced)


def order_next(
    task: tuple[int, ...],
    shard: str,
    work: Work,
    how: Ordering,
    recipe: Recipe,
    files: tuple[str, ...],
) -> int:
    """Sort the rows of a group of new shards; how many articles the release has more by them."""
    _, replaced = _changes(work, files, task)
    group = how.group(task, work)
    rereads, last = (_of(_read(work, name), task) for name in ("rereads/all", "rereads/all.last"))
    verdicts, elsewhere = releasing.settle(group.verdicts, rereads, last, replaced)
    group = dataclasses.replace(group, verdicts=verdicts, elsewhere=elsewhere)
    return how.leave(group, shard, work, recipe)


def _changes(
    work: Work, files: tuple[str, ...], places: tuple[int, ...] | None = None
) -> tuple[pa.Table, pa.Table]:
    """What was withdrawn of the articles of these files, and what of the rest was replaced.

    With `places`, only what rows of the shards there replace.
    """
    withdrawn = _join(_read(work, f"earlier/{name}.withdrawn") for name in files)
    replaced = (_read(work, f"compare/{name}") for name in files)
    together = _join(own if places is None else _of(own, places) for own in replaced)
    return withdrawn, together.filter(_lacks(together, withdrawn))


def _of(table: pa.Table, places: tuple[int, ...]) -> pa.Table:
    """The rows of a table that are about these shards."""
    own = np.isin(table.column("shard").to_numpy(), np.array(places, np.int64))
    return table.filter(pa.array(own))


@dataclass(frozen=True, slots=True)
class Task:
    """What the plan of a next release needs: the new shards, their groups, the earlier files."""

    shards: tuple[str, ...]
    groups: tuple[str, ...]
    files: tuple[str, ...]


def plan_next(task: Task, shard: str, work: Work, recipe: Recipe, earlier: Earlier) -> Result:
    """The plan of the new files, which old ones are written again, and how much changes."""
    withdrawn, replaced = _changes(work, task.files)
    runs = [run_name(group) for group in task.groups]
    options = recipe.release
    files = releasing.plan_release(work, runs, options, f"plan/{shard}", is_batch=True)
    _write(work, WITHDRAWN, withdrawn)
    _write(work, REPLACED, replaced)
    previous = earlier.open()
    update = Update("", withdrawn, replaced, partial(releasing.fetch_rows, work, task.shards))
    candidates = releasing.sample_candidates(work, runs)
    sample = releasing.plan_sample(previous, update, candidates, options.sample_rows)
    _write(work, SAMPLE, sample)
    return {
        "files": [dataclasses.asdict(file) for file in files],
        "rewrites": [file.path for file in releasing.touched_files(previous, update)],
        "removed": len(withdrawn),
        "changed": len(replaced),
    }


def _lacks(table: pa.Table, others: pa.Table) -> pa.Array:
    ids = pa.chunked_array(others.column("id").chunks, others.schema.field("id").type)
    return pc.invert(pc.is_in(table.column("id"), value_set=ids.combine_chunks()))


@dataclass(frozen=True, slots=True)
class Writing:
    """How the files of a next release are written."""

    shards: tuple[str, ...]
    version: str
    row_group_bytes: int
    earlier: Earlier


def write_next(
    task: PlannedFile | Rewrite | Sample, shard: str, work: Work, how: Writing
) -> Result:
    """One file: new, written again, or the sample."""
    name = f"write/{shard}.parquet"
    if isinstance(task, PlannedFile):
        written = releasing.write_file(work, how.shards, task, how.version, name)
        return dataclasses.asdict(written)
    previous = how.earlier.open()
    fetch = partial(releasing.fetch_rows, work, how.shards)
    update = Update(how.version, _read(work, WITHDRAWN), _read(work, REPLACED), fetch)
    if isinstance(task, Rewrite):
        (file,) = (f for f in previous.manifest.files if f.path == task.path)
        written = releasing.rewrite_file(work, previous.path, file, update, name)
    else:
        sample = releasing.SampleFile(name, how.row_group_bytes, partial(_complete, work, how))
        written = releasing.write_sample(work, previous, _read(work, SAMPLE), update, sample)
    return dataclasses.asdict(written)


def _complete(work: Work, how: Writing, plan: pa.Table) -> pa.Table:
    rows = releasing.fetch_rows(work, how.shards, plan)
    return releasing.complete_articles(rows, plan, how.version)


def _write(work: Work, name: str, table: pa.Table) -> None:
    with work.write(f"{name}.arrow") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _read(work: Work, name: str) -> pa.Table:
    return work.arrow(f"{name}.arrow").read_all()


def _join(tables: Iterable[pa.Table]) -> pa.Table:
    return pa.concat_tables(list(tables)).combine_chunks()
