"""The second pass over the sites of a build: what pages of one site say of each other's lines.

Works on the rows that the stage `pages` left: no page is read again. Only numbers travel; a line is
counted where all of its pages come together (`recurring`), and judged where all lines of its site
do (`sites`), so that a large site is not one worker's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import filtering
from corpus import release as releasing
from corpus.document import Block, BlockKind, Edit, RelatedItem
from corpus.engine import Shard, Stage, Work
from corpus.engine.exchange import partition_of
from corpus.extraction import site_lines as siting
from corpus.extraction.site import settle_site, stays
from corpus.pipeline.digest import digest_of, library_digest
from corpus.pipeline.duplicates import PageShard, RunStage, WorkStore, group_shards, on_work
from corpus.recipe import Recipe

NAMES = ("outline", "recurring", "sites", "settled")
"""The stages, in their order."""

ARTICLES_A_PART = 20_000
"""Articles, of some hundred lines each, after which lines are counted in one more part."""

MAIN: BlockKind = "main"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sites:
    """The second pass of one build; `state` tells what its pages depend on."""

    run: RunStage
    work: Work
    recipe: Recipe
    state: str

    def settle(self, shards: Sequence[PageShard]) -> list[PageShard]:
        """The shards with their pages settled; those in which nothing changes as they are."""
        tasks = group_shards(shards)
        if not self.recipe.extraction.site or not tasks:
            return list(shards)
        n_parts = 1 + sum(shard.n_articles for shard in shards) // ARTICLES_A_PART
        names = tuple(name for name, _ in tasks)
        parts = [(f"{part:04d}", part) for part in range(n_parts)]
        own = [(_last(shard), shard) for shard in shards]
        self._run("outline", partial(leave_outline, n_parts=n_parts), tasks)
        min_pages = self.recipe.extraction.site_pages
        count = partial(count_lines, names=names, n_parts=n_parts, min_pages=min_pages)
        self._run("recurring", count, parts)
        numbers = tuple(name for name, _ in parts)
        judge = partial(judge_lines, names=names, parts=numbers, min_pages=min_pages)
        self._run("sites", judge, parts)
        settle = partial(settle_shard, parts=numbers, recipe=self.recipe)
        sizes = self._run("settled", settle, own)
        return [
            shard
            if n_characters is None
            else dataclasses.replace(shard, name=f"settled/{name}", n_characters=n_characters)
            for (name, shard), n_characters in zip(own, sizes, strict=True)
        ]

    def _run(self, stage: str, function: Any, tasks: Sequence[tuple[str, Any]]) -> list[Any]:
        digest = digest_of(library_digest(), self.recipe.extraction, self.recipe.filtering)
        shards = [Shard(name, digest_of(self.state, len(tasks)), task) for name, task in tasks]
        return self.run(Stage(stage, partial(on_work, function=function), digest), shards)


def _last(shard: PageShard) -> str:
    return shard.name.rpartition("/")[2]


def leave_outline(
    task: tuple[PageShard, ...], name: str, store: WorkStore, *, n_parts: int
) -> None:
    """Leave the lines and the pages of some shards as numbers."""
    found = siting.outline(
        page
        for shard in task
        for batch in releasing.read_pages(store.work, shard.name)
        for page in map(as_site_page, batch)
        if page.site
    )
    store.write_parts(f"outline/{name}.lines", found.lines, "key", n_parts)
    store.write_parts(f"outline/{name}.docs", found.docs, "site", n_parts)


def count_lines(
    part: int, name: str, store: WorkStore, *, names: tuple[str, ...], n_parts: int, min_pages: int
) -> None:
    """Leave how often the lines of one part stand where."""
    lines = store.read_part([f"outline/{other}.lines" for other in names], part)
    store.write_parts(
        f"recurring/{name}.counts", siting.count_lines(lines, min_pages), "site", n_parts
    )


def judge_lines(
    part: int,
    name: str,
    store: WorkStore,
    *,
    names: tuple[str, ...],
    parts: tuple[str, ...],
    min_pages: int,
) -> None:
    """Leave what is known of the lines of the sites of one part."""
    counts = store.read_part([f"recurring/{other}.counts" for other in parts], part)
    docs = store.read_part([f"outline/{other}.docs" for other in names], part)
    store.write(f"sites/{name}.verdicts", siting.judge_lines(counts, docs, min_pages))


def settle_shard(
    shard: PageShard, name: str, store: WorkStore, *, parts: tuple[str, ...], recipe: Recipe
) -> int | None:
    """Leave a shard with its pages settled; its characters then, None where nothing changed."""
    verdicts = _Verdicts(store, parts)
    changes: dict[int, releasing.PageRows] = {}
    place = n_characters = 0
    for batch in releasing.read_pages(store.work, shard.name):
        for stored in batch:
            changed = _settle(stored, verdicts, recipe)
            if changed is not None:
                changes[place] = changed
            n_characters += len(changed.article["text"] if changed else stored.text)
            place += 1
    if not changes:
        return None
    releasing.replace_pages(store.work, shard.name, f"settled/{name}", changes)
    return n_characters


class _Verdicts:
    """What is known of the lines of sites; those of a site lie in one part."""

    def __init__(self, store: WorkStore, parts: Sequence[str]) -> None:
        self._store, self._parts = store, parts
        self._tables: dict[int, pa.Table] = {}
        self._known: dict[str, siting.Known] = {}

    def on(self, site: str) -> siting.Known:
        """The verdicts on the lines of a site."""
        if site not in self._known:
            number = siting.hash_site(site)
            self._known[site] = siting.Known(self._part_of(number), number)
        return self._known[site]

    def _part_of(self, site: int) -> pa.Table:
        part = int(partition_of(np.array([site], np.uint64), len(self._parts))[0])
        if part not in self._tables:
            self._tables[part] = self._store.read(f"sites/{self._parts[part]}.verdicts")
        return self._tables[part]


def _settle(
    stored: releasing.StoredPage, verdicts: _Verdicts, recipe: Recipe
) -> releasing.PageRows | None:
    if not stored.site:
        return None
    known = verdicts.on(stored.site)
    if not known:
        return None
    page = as_site_page(stored)
    said = known.on(siting.line_keys(page))
    if not any(said) or stays([kind for _, kind in page.lines], _rules(stored, page), said):
        return None
    before = as_blocks(stored, page)
    blocks = settle_site(before, said)
    return None if blocks is None else with_blocks(stored.article(), before, blocks, recipe)


def as_site_page(stored: releasing.StoredPage) -> siting.SitePage:
    """The lines of a page again, from its rows: main lines stand where no noise does."""
    main = [(text, MAIN) for text in stored.text.split("\n")]
    lines: list[tuple[str, BlockKind] | None] = [None] * (len(main) + len(stored.noise))
    for noise in stored.noise:
        if noise.position >= len(lines):
            return siting.SitePage("", ())
        lines[noise.position] = (noise.text, noise.kind)
    left = iter(main)
    return siting.SitePage(stored.site or "", [line or next(left) for line in lines])


def _rules(stored: releasing.StoredPage, page: siting.SitePage) -> list[str]:
    """What decided on each line of a page; nothing is said of main lines."""
    rules = [""] * len(page.lines)
    for noise in stored.noise:
        rules[noise.position] = noise.rule
    return rules


def as_blocks(stored: releasing.StoredPage, page: siting.SitePage) -> tuple[Block, ...]:
    """The blocks of a page again, from its lines and what the rows of its noise say of them."""
    rules = {noise.position: noise for noise in stored.noise}
    return tuple(
        _block(n, text, rules[n]) if n in rules else Block(text, "main", "choose_main", n)
        for n, (text, _) in enumerate(page.lines)
    )


def _block(n: int, text: str, noise: releasing.NoiseLine) -> Block:
    item = None
    if noise.title is not None:
        item = RelatedItem(noise.title, noise.source, noise.time)
    return Block(text, noise.kind, noise.rule, n, item)


def with_blocks(
    article: Row, before: Sequence[Block], after: Sequence[Block], recipe: Recipe
) -> releasing.PageRows | None:
    """The rows of a page with other blocks; None where what is left would not have been kept."""
    if [b.text for b in after if b.kind == "main"] != [b.text for b in before if b.kind == "main"]:
        edits = cut_lines(before, after)
        text = "\n".join(block.text for block in after if block.kind == "main")
        signals = filtering.measure(text)
        if filtering.judge(signals, recipe.filtering) is not None:
            return None
        found = dataclasses.asdict(signals)
        quality = {name: found.get(name, value) for name, value in article["quality"].items()}
        own = {name: found[name] for name in ("n_characters", "language", "script")}
        edits_as_rows = [*article["edits"], *(dataclasses.asdict(edit) for edit in edits)]
        article = {**article, **own, "text": text, "quality": quality, "edits": edits_as_rows}
    noise = [releasing.noise_row(article["id"], block) for block in after if block.kind != "main"]
    return releasing.PageRows(article, noise)


def cut_lines(before: Sequence[Block], after: Sequence[Block]) -> list[Edit]:
    """The edits that turn the text of some blocks into that of others: lines cut, or all of it."""
    lines = [block for block in before if block.kind == "main"]
    stays = [after[block.position].kind == "main" for block in lines]
    text = "\n".join(block.text for block in lines)
    whole = "\n".join(block.text for block in after if block.kind == "main")
    if True in stays:
        # Lines go at the edges: one cut before what stays, one behind it.
        first, end = stays.index(True), len(stays) - stays[::-1].index(True)
        head = "".join(f"{block.text}\n" for block in lines[:first])
        tail = "".join(f"\n{block.text}" for block in lines[end:])
        if f"{head}{whole}{tail}" == text:
            cuts = [(0, head), (len(text) - len(tail), tail)]
            return [Edit("settle_site", start, cut, "") for start, cut in cuts if cut]
    return [Edit("settle_site", 0, text, whole)]
