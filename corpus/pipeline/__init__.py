"""The order of the rooms on one screen: what happens to a pile of pages.

Rooms do not know each other; what one needs of another is handed over here and in `stages`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import engine, loading
from corpus import release as releasing
from corpus.errors import ReleaseError, VersionError
from corpus.pipeline import stages
from corpus.pipeline.digest import digest_of
from corpus.pipeline.duplicates import Duplicates, PageShard
from corpus.pipeline.pages import extract, extract_page, judge_page
from corpus.pipeline.progress import Progress, Reporter
from corpus.recipe import Recipe, read_recipe
from corpus.version import __version__

__all__ = ["Progress", "build", "extract", "extract_page", "judge_page"]

SHARD_BYTES = 4_000_000
"""Bytes of input after which a new shard begins: seconds of work, so that cores stay busy."""
SHARD_FILES = 500
VERSION = re.compile(r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)")

Place = str | os.PathLike[str]


def build(  # noqa: PLR0913 - the public surface: one keyword an option of the command
    sources: Place | Sequence[Place],
    out: Place,
    *,
    version: str,
    recipe: Recipe | Place | None = None,
    workers: int | None = None,
    backend: str = "local",
    ray_address: str | None = None,
    work: str | None = None,
    fresh: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> releasing.Release:
    """The release built from `sources` (files, folders, patterns, URLs) into the folder `out`.

    Every input has one row in its ledger. `recipe` is a `Recipe` or the path of one. Nothing else
    changes a byte: `workers` is the number of processes, all cores by default; `backend` is one of
    `engine.BACKENDS`; `work` is where shards lie between stages, a folder or a URL that all workers
    reach, by default beside `out`. A build that was interrupted goes on from there; `fresh` starts
    over. `on_progress` is called at the start of each stage and after each shard.

    Raises:
        SourceError: A source is missing or holds nothing that can be read.
        RecipeError: The recipe has an unknown key or a wrong value.
        VersionError: `version` is not MAJOR.MINOR.PATCH, or `out` holds a release already.
        StorageError: The disk is full, `out` cannot be written or another build is writing it.
        EngineError: Workers died and no page is to blame, or could not start.
    """
    check_version(version)
    recipe = (
        recipe if isinstance(recipe, Recipe) else read_recipe(Path(recipe)) if recipe else Recipe()
    )
    out = Path(out)
    releasing.check_free(out)
    sources = [sources] if isinstance(sources, (str, os.PathLike)) else sources
    inputs = loading.list_inputs(sources, recipe.loading)
    options = engine.Options(workers, backend, ray_address)
    place = engine.Work(work or str(out.absolute().with_name(f".{out.name}.work")))
    with releasing.release_folder(out) as folder, engine.hold(place):
        inputs = loading.hold_stdin(inputs, place.write, place.path, recipe.loading)
        if fresh:
            for stage in stages.NAMES:
                place.remove(f"{stage}/")
        with engine.start(options) as running:
            run = _Run(running, place, recipe, Reporter(on_progress))
            written = run.release_files(inputs, version)
        names = tuple(dict.fromkeys(item.source for item in inputs))
        how = releasing.Build(version, __version__, names, recipe)
        manifest = releasing.finish_release(folder, place, written, how)
        check_accounts(run.n_read, manifest.counts.read)
    place.discard()
    return releasing.open_release(out)


def check_version(version: str) -> None:
    """Refuse what is not a semantic version of three numbers.

    Raises:
        VersionError: As said.
    """
    if not VERSION.fullmatch(version):
        raise VersionError(version, "not MAJOR.MINOR.PATCH", "give a version such as 1.0.0")


def check_accounts(n_read: int, n_rows: int) -> None:
    """Refuse a ledger that does not hold every input that was read.

    Raises:
        ReleaseError: As said.
    """
    if n_read != n_rows:
        raise ReleaseError(
            "ledger",
            f"{n_rows} rows for {n_read} inputs that were read",
            "this is a fault of the library: please report it",
        )


@dataclass(slots=True)
class _Run:
    """One build: its stages, one after the other, each on the files of those before."""

    running: engine.Running
    work: engine.Work
    recipe: Recipe
    reporter: Reporter
    n_read: int = 0

    def release_files(
        self, inputs: Sequence[loading.Input], version: str
    ) -> list[releasing.WrittenFile]:
        """Every file of the release, written in the working folder."""
        shards = cut_shards(inputs)
        pages = self._run(stages.pages(self.recipe), shards)
        self.n_read = sum(result["read"] for result in pages)
        names = tuple(f"pages/{shard.name}" for shard in shards)
        state = digest_of([shard.digest for shard in shards], pages)
        kept = [
            PageShard(number, name, result["kept"], result["characters"])
            for number, (name, result) in enumerate(zip(names, pages, strict=True))
        ]
        Duplicates(self._run, self.work, self.recipe.dedup, state).find(kept)
        (planned,) = self._once(stages.plan(self.recipe), names, state)
        files = [releasing.PlannedFile(**file) for file in planned]
        written = self._run(
            stages.write(names, version),
            [
                engine.Shard(f"{file.config}-{file.number:05d}", digest_of(state, file), file)
                for file in files
            ],
        )
        return [releasing.WrittenFile(**file) for file in written]

    def _once(self, stage: engine.Stage, task: Any, state: str) -> list[Any]:
        """A stage that one worker does in one piece."""
        return self._run(stage, [engine.Shard("all", state, task)])

    def _run(self, stage: engine.Stage, shards: Sequence[engine.Shard]) -> list[Any]:
        self.reporter.begin(stage.name, len(shards))
        return self.running.run(stage, shards, self.work, self.reporter.done)


def cut_shards(inputs: Sequence[loading.Input]) -> list[engine.Shard]:
    """The inputs in shards of about `SHARD_BYTES`, in their order."""
    parts = loading.cut(inputs, SHARD_BYTES, SHARD_FILES)
    return [
        engine.Shard(f"{number:06d}", _state(part), stages.Inputs(part))
        for number, part in enumerate(parts)
    ]


def _state(inputs: Sequence[loading.Input]) -> str:
    """What tells whether these inputs are as they were."""
    return digest_of(inputs)
