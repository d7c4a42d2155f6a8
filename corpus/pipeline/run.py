"""One build on an engine: its stages, one after the other, each on the files of those before."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import engine, loading, resources
from corpus import release as releasing
from corpus.pipeline import chain, stages
from corpus.pipeline.counting import facts_shards, facts_stage
from corpus.pipeline.digest import digest_of
from corpus.pipeline.duplicates import Duplicates, EarlierRows, PageShard
from corpus.pipeline.guard import STONES
from corpus.pipeline.index import (
    ArticleFile,
    PairsFile,
    files_to_index,
    index_shards,
    index_stage,
    keycheck_stage,
)
from corpus.pipeline.ordering import Ordering
from corpus.pipeline.passages import Passages
from corpus.pipeline.progress import Reporter
from corpus.pipeline.sites import Sites
from corpus.pipeline.verdicts import Groups, count_groups
from corpus.recipe import Recipe
from corpus.version import __version__

SHARD_BYTES = 4_000_000
"""Bytes of input after which a new shard begins: seconds of work, so that cores stay busy."""
SHARD_FILES = 500
MANY_SHARDS = 64
LEAST_BYTES = 1_000_000
"""A small build has up to so many shards, of no fewer bytes, so that its last ones do not leave
all cores but one idle."""

APART = ("card", "release")
"""Sections of a recipe that do not decide what a page becomes."""


@dataclass(frozen=True, slots=True)
class Before:
    """What a build obeys and goes on from: all tombstones, and an earlier release, if there is one.

    `new_stones` are the tombstones that this release does not have itself.
    """

    stones: tuple[releasing.Tombstone, ...] = ()
    previous: releasing.Release | None = None
    new_stones: tuple[releasing.Tombstone, ...] = ()

    @property
    def n_read(self) -> int:
        """Pages that all releases before have read."""
        return self.previous.counts.read if self.previous else 0


@dataclass(frozen=True, slots=True)
class Judged:
    """The shards of pages that were judged, and a digest of what they came from and how."""

    shards: list[PageShard]
    state: str


@dataclass(slots=True)
class Run:
    """A build of `recipe` in the working folder `work`; `n_read` counts the pages it has read."""

    running: engine.Running
    work: engine.Work
    recipe: Recipe
    reporter: Reporter
    n_read: int = 0

    def judge_pages(self, shards: Sequence[engine.Shard], before: Before) -> Judged:
        """What became of the pages of all inputs."""
        stones = self._leave_stones(before.stones)
        found = self._run(stages.pages(self.recipe, stones), shards)
        self.n_read = sum(result["read"] for result in found)
        kept = [
            PageShard(number, f"pages/{shard.name}", result["kept"], result["characters"])
            for number, (shard, result) in enumerate(zip(shards, found, strict=True))
        ]
        state = digest_of(self.recipe, stones, [shard.digest for shard in shards], found)
        return Judged(kept, state)

    def release_files(
        self, judged: Judged, version: str, before: Before
    ) -> list[releasing.WrittenFile]:
        """Every file that this version writes, in the working folder."""
        state = judged.state
        kept = Sites(self._run, self.work, self.recipe, state).settle(judged.shards)
        if before.previous is not None:
            stones = self._leave_stones(before.new_stones)
            next_ = _Next(before.previous, stones, version, state, self.recipe)
            return self._next_files(kept, next_)
        verdicts = self._duplicates(state).find(kept)
        names = Passages(self._run, self.work, self.recipe, state, verdicts).amend(kept)
        how = Ordering(names, verdicts)
        tasks = how.tasks()
        self._run(stages.order(how, self.recipe), _shards_of(tasks, state))
        (planned,) = self._once(stages.plan(self.recipe), tuple(name for name, _ in tasks), state)
        files = [releasing.PlannedFile(**file) for file in planned]
        written = self._run(
            stages.write(names, version),
            [
                engine.Shard(f"{file.config}-{file.number:05d}", digest_of(state, file), file)
                for file in files
            ],
        )
        files_written = [releasing.WrittenFile(**file) for file in written]
        return [*files_written, *self._index(files_to_index(files_written), state)]

    def count_facts(self, folder: Path, entries: Sequence[releasing.FileEntry]) -> releasing.Facts:
        """The facts of the files of a release, which lie in the folder already."""
        return releasing.sum_facts(self._run(facts_stage(), facts_shards(folder, entries)))

    def _duplicates(self, state: str) -> Duplicates:
        options, carries_pairs = self.recipe.dedup, self.recipe.release.index
        groups = Groups(count_groups(self.n_read))
        return Duplicates(self._run, self.work, options, state, carries_pairs, groups)

    def _index(
        self, files: Iterable[ArticleFile], state: str, earlier: str = ""
    ) -> list[releasing.WrittenFile]:
        """The keys of these files of articles, and all pairs, if the release is to have them.

        `earlier` is the folder of the release before, if there is one.
        """
        if not self.recipe.release.index:
            return []
        tasks: list[ArticleFile | PairsFile] = [*files, PairsFile(earlier)]
        written = self._run(index_stage(), index_shards(tasks, state))
        return [releasing.WrittenFile(**file) for file in written]

    def _leave_stones(self, stones: Sequence[releasing.Tombstone]) -> str:
        """Put tombstones where workers find them; their digest, empty where there are none."""
        if not stones:
            return ""
        text = releasing.render_takedowns(stones)
        digest = digest_of(text)
        with self.work.write(f"{STONES}/{digest}") as file:
            file.write(text.encode("utf-8"))
        return digest

    def _next_files(self, kept: list[PageShard], next_: _Next) -> list[releasing.WrittenFile]:
        """The files that differ from those of the release before."""
        earlier, state = next_.earlier, next_.state
        tasks = next_.data_files()
        groups = self._run(stages.earlier(earlier), tasks)
        trusted = self._trusts_keys(next_)
        old = next_.row_groups(tasks, groups, len(kept), trusted=trusted)
        state = digest_of(state, earlier, trusted)
        verdicts = self._duplicates(state).find([*kept, *old])
        names = Passages(self._run, self.work, self.recipe, state, verdicts).amend(kept)
        self._once(stages.rereads(earlier), names, state)
        self._run(stages.compare(earlier, names), tasks)
        old_files = tuple(own.name for own in tasks)
        how = Ordering(names, verdicts)
        groups = how.tasks()
        order = stages.order_next(how, self.recipe, old_files)
        n_added = sum(self._run(order, _shards_of(groups, state)))
        task = chain.Task(names, tuple(name for name, _ in groups), old_files)
        (plan,) = self._once(stages.plan_next(self.recipe, earlier), task, state)
        self._check_bump(next_, plan, n_added)
        writing = chain.Writing(names, next_.version, self.recipe.release.row_group_bytes, earlier)
        written = self._run(stages.write_next(writing), list(next_.files(plan)))
        files_written = [releasing.WrittenFile(**file) for file in written]
        files = files_to_index(files_written, next_.previous, trusted=trusted)
        return [*files_written, *self._index(files, state, earlier.folder)]

    def _trusts_keys(self, next_: _Next) -> bool:
        """Whether the release before has keys, and this library would make the same."""
        if releasing.INDEX not in next_.previous.manifest.configs:
            return False
        earlier = next_.earlier
        state = digest_of(next_.state, earlier.digest)
        return bool(self._once(keycheck_stage(), earlier.folder, state)[0])

    def _check_bump(self, next_: _Next, plan: dict[str, Any], n_added: int) -> None:
        changes = releasing.Changes(
            n_columns=releasing.count_columns(next_.previous),
            n_added=n_added,
            n_removed=plan["removed"],
            n_changed=plan["changed"],
            breaking=self.recipe.release.breaking,
        )
        releasing.check_bump(next_.previous.version, next_.version, changes)

    def _once(self, stage: engine.Stage, task: Any, state: str) -> list[Any]:
        """A stage that one worker does in one piece."""
        return self._run(stage, [engine.Shard("all", state, task)])

    def _run(self, stage: engine.Stage, shards: Sequence[engine.Shard]) -> list[Any]:
        self.reporter.begin(stage.name, len(shards))
        return self.running.run(stage, shards, self.work, self.reporter.done)


@dataclass(frozen=True, slots=True)
class _Next:
    """A build that goes on: from which release, obeying which new tombstones, to which version."""

    previous: releasing.Release
    stones: str
    version: str
    state: str
    recipe: Recipe

    @property
    def earlier(self) -> chain.Earlier:
        folder, digest = (
            str(self.previous.path.absolute()),
            releasing.digest_manifest(self.previous),
        )
        return chain.Earlier(folder, digest, self.stones, self._is_ours())

    def _is_ours(self) -> bool:
        """Whether the release before was made by this library, of pages judged by this recipe."""
        made = self.previous.manifest
        if (made.library, made.resources) != (__version__, resources.digest()):
            return False
        recipe = self.recipe.as_dict()
        return all(made.recipe.get(name) == recipe[name] for name in recipe if name not in APART)

    def data_files(self) -> list[engine.Shard]:
        """The data files of the release before, as tasks."""
        return [
            engine.Shard(f"{number:05d}", digest_of(self.state, file), file.path)
            for number, file in enumerate(self.previous.manifest.article_files())
        ]

    def row_groups(
        self, tasks: Sequence[engine.Shard], groups: Sequence[Any], first: int, *, trusted: bool
    ) -> Iterator[EarlierRows]:
        """Their row groups as shards, numbered from `first` on; with their keys, if `trusted`."""
        number = itertools.count(first)
        folder = self.previous.path.absolute()
        for task, sizes in zip(tasks, groups, strict=True):
            path, withdrawn = str(folder / task.task), f"earlier/{task.name}.withdrawn"
            index = str(folder / releasing.index_path(task.task)) if trusted else ""
            for group, (n_articles, n_characters) in enumerate(sizes):
                counts = n_articles, n_characters
                yield EarlierRows(next(number), path, group, withdrawn, *counts, index)

    def files(self, plan: dict[str, Any]) -> Iterator[engine.Shard]:
        """What is written: new files, old ones with changes, the sample."""
        state = digest_of(self.state, plan)
        for planned in plan["files"]:
            file = releasing.PlannedFile(**planned)
            name = f"{file.config}-{file.number:05d}"
            yield engine.Shard(name, digest_of(state, planned), file)
        for number, path in enumerate(plan["rewrites"]):
            yield engine.Shard(f"old-{number:05d}", digest_of(state, path), chain.Rewrite(path))
        yield engine.Shard("sample", state, chain.Sample())


def _shards_of(tasks: Sequence[tuple[str, Any]], state: str) -> list[engine.Shard]:
    return [engine.Shard(name, digest_of(state, task), task) for name, task in tasks]


def cut_shards(inputs: Iterable[loading.Input]) -> list[engine.Shard]:
    """The inputs in shards of about `SHARD_BYTES`, of less in a small build, in their order.

    They are gone through once, and all are held only as the shards hold them.
    """
    left = iter(inputs)
    ahead, n_bytes = _look_ahead(left)
    size = min(max(n_bytes // MANY_SHARDS, LEAST_BYTES), SHARD_BYTES)
    parts = loading.cut(itertools.chain(_unpack(ahead), left), size, SHARD_FILES)
    return [
        engine.Shard(f"{number:06d}", _state(part), stages.Inputs.of(part))
        for number, part in enumerate(parts)
    ]


def _look_ahead(inputs: Iterator[loading.Input]) -> tuple[deque[stages.Inputs], int]:
    """The first inputs and their bytes: all, or as many as make shards as large as they get."""
    ahead: deque[stages.Inputs] = deque()
    n_bytes = 0
    while n_bytes < MANY_SHARDS * SHARD_BYTES:
        some = tuple(itertools.islice(inputs, SHARD_FILES))
        if not some:
            break
        ahead.append(stages.Inputs.of(some))
        n_bytes += sum(map(loading.weigh, some))
    return ahead, n_bytes


def _unpack(ahead: deque[stages.Inputs]) -> Iterator[loading.Input]:
    """The inputs that were looked at ahead, each let go when it is given."""
    while ahead:
        yield from ahead.popleft().unpack()


def _state(inputs: Sequence[loading.Input]) -> str:
    """What tells whether these inputs are as they were."""
    return digest_of(inputs)
