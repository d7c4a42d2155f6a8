"""Passages that recur in a build's articles: counted, and cut where the recipe says so."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import dedup, filtering
from corpus import release as releasing
from corpus.cleaning import replay
from corpus.engine import Shard, Stage, Work
from corpus.pipeline.digest import digest_of, library_digest
from corpus.pipeline.duplicates import PageShard, RunStage, as_articles, group_shards
from corpus.pipeline.store import WorkStore, on_work
from corpus.pipeline.verdicts import Groups
from corpus.recipe import Recipe

NAMES = (*dedup.PASSAGE_STAGES, "amended")
"""The stages, in their order."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeptArticles:
    """Reads the articles of some shards that are no duplicates (`dedup.Articles`)."""

    groups: Groups

    def read(self, task: tuple[PageShard, ...], store: dedup.Store) -> pa.Table:
        """Those of a task."""
        articles = pa.concat_tables(
            as_articles(store.read(f"{shard.name}.articles"), shard.number << 32) for shard in task
        )
        verdicts = self.groups.read(store, [shard.number for shard in task])
        gone = verdicts.filter(pc.invert(verdicts["keep"]))["number"].to_numpy()
        stays = ~np.isin(articles["number"].to_numpy(), gone)
        return articles.filter(pa.array(stays)).combine_chunks()


@dataclass(frozen=True, slots=True)
class Passages:
    """The search for passages of one build; `state` tells what its articles depend on.

    `groups` have the verdicts on them.
    """

    run: RunStage
    work: Work
    recipe: Recipe
    state: str
    groups: Groups

    def amend(self, shards: Sequence[PageShard]) -> tuple[str, ...]:
        """The names of the shards with their articles amended; as they are if nothing is to be."""
        options = self.recipe.dedup
        tasks = group_shards(shards)
        if options.passages == "off" or not tasks:
            return tuple(shard.name for shard in shards)
        sizes = dedup.Sizes(options.passage_characters, options.line_articles)
        n_characters = sum(shard.n_characters for shard in shards)
        n_parts = dedup.count_parts(len(shards), n_characters)
        setup = dedup.PassageSetup(n_parts, KeptArticles(self.groups), sizes)
        found = dedup.find_all_passages(self._run, tasks, setup)
        pairs = zip(tasks, found, strict=True)
        owner = {shard: name for (_, task), name in pairs for shard in task}
        self._run(
            "amended",
            partial(amend_articles, recipe=self.recipe),
            [(_last(shard), (shard, owner.get(shard))) for shard in shards],
        )
        return tuple(f"amended/{_last(shard)}" for shard in shards)

    def _run(self, stage: str, function: Any, tasks: Sequence[tuple[str, Any]], /) -> list[Any]:
        digest = digest_of(library_digest(), self.recipe.dedup, self.recipe.filtering)
        shards = [Shard(name, digest_of(self.state, len(tasks)), task) for name, task in tasks]
        return self.run(Stage(stage, partial(on_work, function=function), digest), shards)


def _last(shard: PageShard) -> str:
    return shard.name.rpartition("/")[2]


def amend_articles(
    task: tuple[PageShard, str | None], name: str, store: WorkStore, *, recipe: Recipe
) -> int:
    """Leave the articles of a shard with what recurs of them counted, and cut if it is to be."""
    shard, passages = task
    found = _passages_of(shard, store.read(passages)) if passages else {}

    def amend(place: int, row: Row) -> Row:
        return _amended(row, found.get(place, ()), recipe)

    return releasing.amend_shard(store.work, shard.name, f"amended/{name}", amend)


def _passages_of(shard: PageShard, table: pa.Table) -> dict[int, list[dedup.Passage]]:
    """The passages of each article by its place in the shard."""
    first = shard.number << 32
    numbers = table["number"].to_numpy()
    begin, end = np.searchsorted(numbers, np.array([first, first + (1 << 32)], np.uint64))
    found: defaultdict[int, list[dedup.Passage]] = defaultdict(list)
    for row in table.slice(int(begin), int(end - begin)).to_pylist():
        passage = dedup.Passage(row["begin"], row["end"], row["first"])
        found[row["number"] - first].append(passage)
    return found


def _amended(row: Row, passages: Sequence[dedup.Passage], recipe: Recipe) -> Row:
    row = {**row, "recurring_share": dedup.recurring_share(row["text"], passages)}
    if recipe.dedup.passages == "count":
        return row
    edits = dedup.cut_passages(row["text"], passages, recipe.filtering.min_characters)
    if not edits:
        return row
    text = replay(row["text"], edits)
    signals = dataclasses.asdict(filtering.measure(text))
    quality = {name: signals.get(name, value) for name, value in row["quality"].items()}
    return {
        **row,
        "text": text,
        "n_characters": signals["n_characters"],
        "quality": quality,
        "edits": [*row["edits"], *(dataclasses.asdict(edit) for edit in edits)],
    }
