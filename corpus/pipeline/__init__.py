"""The order of the rooms on one screen: what happens to a pile of pages.

Rooms do not know each other; what one needs of another is handed over here and in `stages`.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from corpus import engine, loading
from corpus import release as releasing
from corpus.errors import RecipeError, ReleaseError, StorageError, VersionError
from corpus.pipeline import stages
from corpus.pipeline.pages import extract, extract_page, judge_page
from corpus.pipeline.progress import Progress, Reporter
from corpus.pipeline.run import Before, Run, cut_shards
from corpus.recipe import Recipe, parse_recipe, read_recipe
from corpus.version import __version__

__all__ = ["Progress", "build", "extract", "extract_page", "judge_page"]

VERSION = re.compile(r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)")

Place = str | os.PathLike[str]


def build(  # noqa: PLR0913 - the public surface: one keyword an option of the command
    sources: Place | Sequence[Place],
    out: Place,
    *,
    version: str,
    recipe: Recipe | Place | None = None,
    previous: Place | None = None,
    takedowns: Sequence[Place] = (),
    date: str | None = None,
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
    reach, as they reach `out`; by default beside that. A build that was interrupted goes on from
    there; `fresh` starts over. `on_progress` is called when a stage begins and after each shard.

    With `previous`, the folder of a release, the new one goes on from it, by default with its
    recipe, and `sources` may be empty. `takedowns` are lists of what was withdrawn, beside those
    that `previous` has; `date` is the release's day, by default that of SOURCE_DATE_EPOCH.

    Raises:
        SourceError: A source is missing or holds nothing that can be read.
        RecipeError: The recipe has an unknown key or a wrong value.
        VersionError: `version` is not MAJOR.MINOR.PATCH, not the one that follows `previous` with
            what really changed, or `out` holds a release already.
        ReleaseError: `previous` is no release, or it is damaged.
        StorageError: The disk is full, `out` cannot be written or another build is writing it, or
            `work` is a folder that others have files in.
        EngineError: Workers died and no page is to blame, or could not start.
    """
    check_version(version)
    out = Path(out)
    _check_free(out)
    before = _before(previous, takedowns, version)
    recipe = _checked(_open_recipe(recipe, before), before)
    day = releasing.release_date(date)
    how = releasing.Build(version, __version__, recipe, day, before.previous, before.stones)
    names, inputs = _list_inputs(sources, recipe, before)
    place = _working_folder(work, out)
    with engine.hold(place):
        with releasing.release_folder(out) as folder:
            inputs = loading.hold_stdin(inputs, place.write, place.path, recipe.loading)
            if fresh:
                _start_over(place)
            with engine.start(engine.Options(workers, backend, ray_address)) as running:
                run = Run(running, place, recipe, Reporter(on_progress))
                entries = _write_files(run, inputs, folder, before, how)
                facts = run.count_facts(folder, entries)
            manifest = releasing.finish_release(folder, entries, facts, how, names)
            check_accounts(before.n_read + run.n_read, manifest.counts.read)
        place.discard()
    return releasing.open_release(out)


def _write_files(
    run: Run,
    inputs: Iterable[loading.Input],
    folder: Path,
    before: Before,
    how: releasing.Build,
) -> list[releasing.FileEntry]:
    judged = run.judge_pages(cut_shards(inputs), before)
    written = run.release_files(judged, how.version, before)
    return releasing.place_files(folder, run.work, written, how)


def _working_folder(work: str | None, out: Path) -> engine.Work:
    """The folder to work in; it is emptied in the end, so the release is neither in it nor around.

    Raises:
        StorageError: One is in the other.
    """
    place = engine.Work(work or _beside(out))
    if place.is_local:
        own, release = Path(place.path("")).resolve(), out.resolve()
        if own.is_relative_to(release) or release.is_relative_to(own):
            raise StorageError(
                str(out), f"{own} cannot be its working folder as well", "give another folder"
            )
    return place


def _check_free(out: Path) -> None:
    """As `release.check_free`; what a build left that was killed with its release there is gone."""
    try:
        releasing.check_free(out)
    except VersionError:
        place = engine.Work(_beside(out))
        if Path(place.root).is_dir():
            # What is not a build's own stays, or what another build holds: the release is told of.
            with suppress(StorageError), engine.hold(place):
                place.discard()
        raise


def _beside(out: Path) -> str:
    return str(out.absolute().with_name(f".{out.name}.work"))


def _start_over(place: engine.Work) -> None:
    for stage in stages.ALL_NAMES:
        place.remove(f"{stage}/")


def _open_recipe(recipe: Recipe | Place | None, before: Before) -> Recipe:
    """The recipe; where none is given, that of the release before, but for what was breaking."""
    if isinstance(recipe, Recipe):
        return recipe
    if recipe is not None:
        return read_recipe(Path(recipe))
    if before.previous is None:
        return Recipe()
    own = parse_recipe(before.previous.manifest.recipe, str(before.previous.path))
    return dataclasses.replace(own, release=dataclasses.replace(own.release, breaking=""))


def _checked(recipe: Recipe, before: Before) -> Recipe:
    """The recipe; refuses what a build that goes on from a release cannot do.

    Raises:
        RecipeError: As said.
    """
    if before.previous is not None and recipe.dedup.passages == "cut":
        raise RecipeError(
            "[dedup] passages",
            '"cut" does not go with an earlier release, whose articles stand as they are',
            'use "count" or "off", or build all sources anew',
        )
    return recipe


def _before(previous: Place | None, takedowns: Sequence[Place], version: str) -> Before:
    """The release to go on from, and everything that was withdrawn."""
    lists = [releasing.read_list(Path(path)) for path in takedowns]
    if previous is None:
        return Before(releasing.merge_takedowns(*lists))
    release = releasing.open_release(Path(previous))
    releasing.check_follows(release.version, version)
    own = releasing.own_takedowns(release)
    stones = releasing.merge_takedowns(releasing.takedowns_of(release), *lists)
    new = tuple(stone for stone in stones if stone not in own)
    return Before(stones, release, new)


def _list_inputs(
    sources: Place | Sequence[Place], recipe: Recipe, before: Before
) -> tuple[tuple[str, ...], Iterable[loading.Input]]:
    """The names of the sources, and the inputs; none at all is enough where a release goes on."""
    sources = [sources] if isinstance(sources, (str, os.PathLike)) else sources
    if not sources and before.previous is not None:
        return (), ()
    return loading.name_sources(sources), loading.list_inputs(sources, recipe.loading)


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
