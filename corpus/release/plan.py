"""Which rows go into each file of a release, in which order, and what only the whole build knows.

Files and row groups end by bytes. Nothing depends on how the input was cut into shards, nor on how
these were grouped to be sorted (`order`). Held is a row group's plan, and some rows of each group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import pyarrow as pa

from corpus.recipe import Release as Options
from corpus.release.layout import MAX_ROW_GROUP_BYTES, Cutter
from corpus.release.merge import merge
from corpus.release.order import PLANS, RUNS, run_file
from corpus.release.work import Work

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


def plan_release(
    work: Work, runs: Sequence[str], options: Options, prefix: str, *, is_batch: bool = False
) -> list[PlannedFile]:
    """Write the plan of every file of the release; the names begin with `prefix`.

    `runs` are the names that `order_rows` was given. A plan has a record batch for each row group;
    that of a config without rows has none. A batch beside the files of an earlier release has no
    sample, and no file for a config of which it has no rows; nor has any release one for
    validation, if it holds out none.
    """
    planning = _Planning(work, runs, options, prefix)
    planned: list[PlannedFile] = []
    for config in PLANS:
        if is_batch and config == "sample":
            continue
        needs_file = not is_batch and config != "validation"
        planned += planning.files(config, needs_file=needs_file)
    return planned


@dataclass(frozen=True, slots=True)
class _Planning:
    """What the plans of all configs share."""

    work: Work
    runs: Sequence[str]
    options: Options
    prefix: str

    def files(self, config: str, *, needs_file: bool) -> list[PlannedFile]:
        """Write the plans of a config; of one without rows one plan, if it `needs_file`."""
        portions = groupby(self._groups(config), key=itemgetter(0))
        names = [self._write(config, number, groups) for number, groups in portions]
        if not names and needs_file:
            names.append(self._write(config, 0, ()))
        return [PlannedFile(config, n, len(names), name) for n, name in enumerate(names)]

    def _groups(self, config: str) -> Iterator[tuple[int, pa.Table]]:
        """The plans of all row groups, each with the number of its file."""
        limit = min(self.options.row_group_bytes, MAX_ROW_GROUP_BYTES)
        # The sample is one file, so that a later release can write it anew.
        file_bytes = None if config == "sample" else self.options.shard_bytes
        cutter = Cutter(limit, file_bytes)
        tables = merge(self.work, [run_file(run, config) for run in self.runs])
        if config == "sample":
            tables = _first_rows(tables, self.options.sample_rows)
        for table in tables:
            yield from cutter.add(table.select(PLANS[config].names), table["bytes"].to_numpy())
        yield from cutter.end()

    def _write(self, config: str, number: int, groups: Iterable[tuple[int, pa.Table]]) -> str:
        name = f"{self.prefix}.{config}-{number:05d}.arrow"
        with self.work.write(name) as file, pa.ipc.new_file(file, PLANS[config]) as writer:
            for _, group in groups:
                writer.write_table(group, max_chunksize=len(group))
        return name


def _first_rows(tables: Iterable[pa.Table], n: int) -> Iterator[pa.Table]:
    for table in tables:
        yield table.slice(0, n)
        n -= min(n, len(table))


def sample_candidates(work: Work, runs: Sequence[str]) -> pa.Table:
    """The articles of these runs that can be in the sample of the release (`SAMPLE_PLAN`)."""
    tables = [work.arrow(run_file(run, "sample")).read_all() for run in runs]
    together = pa.concat_tables([RUNS["sample"].empty_table(), *tables])
    names = ["place" if name == "first" else name for name in together.schema.names]
    return together.rename_columns(names).select(SAMPLE_PLAN.names)
