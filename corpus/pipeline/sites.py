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
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus import filtering
from corpus import release as releasing
from corpus.document import BLOCK_KINDS, Block, Edit, RelatedItem
from corpus.engine import Shard, Stage, Work
from corpus.engine.exchange import partition_of
from corpus.extraction import site_lines as siting
from corpus.extraction.site import may_change, settle_site
from corpus.pipeline.digest import digest_of, library_digest
from corpus.pipeline.duplicates import PageShard, RunStage, group_shards
from corpus.pipeline.store import WorkStore, on_work
from corpus.recipe import Recipe

NAMES = ("outline", "recurring", "sites", "settled")
"""The stages, in their order."""

ARTICLES_A_PART = 20_000
"""Articles, of some hundred lines each, after which lines are counted in one more part."""

WEIGHED = "weighed"
"""The rule of a line whose kind was only weighed: its siblings may know better."""

_KINDS = pa.array(BLOCK_KINDS)

NUMBERS = pa.schema(
    [
        ("site", pa.uint64()),
        ("doc", pa.uint64()),
        ("place", pa.int64()),  # of the page among the articles of its shard
        ("keys", pa.list_(pa.uint64())),
        ("kinds", pa.list_(pa.uint8())),
        ("are_open", pa.list_(pa.bool_())),
    ]
)
"""The pages of a shard as numbers, see `Numbers`: the stage `outline` leaves them for `settled`."""

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
        outlines = {shard.number: name for name, task in tasks for shard in task}
        own = [(_last(shard), (shard, outlines.get(shard.number, ""))) for shard in shards]
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
            for (name, (shard, _)), n_characters in zip(own, sizes, strict=True)
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
    with (
        store.parts_writer(f"outline/{name}.lines", siting.LINES, "key", n_parts) as lines,
        store.parts_writer(f"outline/{name}.docs", siting.DOCS, "site", n_parts) as docs,
    ):
        for shard in task:
            with store.writer(_numbers_of(shard, name), NUMBERS) as numbers:
                place = 0
                for batch in releasing.read_pages(store.work, shard.name):
                    found = as_numbers(batch)
                    numbers.add(as_table(found._replace(places=found.places + place)))
                    place += len(batch.articles)
                    outline = siting.outline(found.pages)
                    lines.add(outline.lines)
                    docs.add(outline.docs)


def _numbers_of(shard: PageShard, task: str) -> str:
    """Begins with the task that leaves it: in a run that goes on, all else there is removed."""
    return f"outline/{task}.{_last(shard)}.numbers"


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
    own: tuple[PageShard, str],
    name: str,
    store: WorkStore,
    *,
    parts: tuple[str, ...],
    recipe: Recipe,
) -> int | None:
    """Leave a shard with its pages settled; its characters then, None where nothing changed.

    With it goes the name of the task of `outline` that it was in.
    """
    shard, outline = own
    if not shard.n_articles:
        return None
    known = _doubtful(from_table(store.read(_numbers_of(shard, outline))), _Verdicts(store, parts))
    changes: dict[int, releasing.PageRows] = {}
    place, n_characters = 0, shard.n_characters
    for batch in releasing.read_pages(store.work, shard.name) if known else ():
        for n in range(len(batch.articles)):
            if place + n not in known:
                continue
            stored = batch.page(n)
            changed = _settle(stored, known[place + n], recipe)
            if changed:
                changes[place + n] = changed
                n_characters += len(changed.article["text"]) - len(stored.article["text"])
        place += len(batch.articles)
    if not changes:
        return None
    releasing.replace_pages(store.work, shard.name, f"settled/{name}", changes)
    return n_characters


class _Verdicts:
    """What is known of the lines of sites; those of a site lie in one part."""

    def __init__(self, store: WorkStore, parts: Sequence[str]) -> None:
        self._store, self._parts = store, parts
        self._tables: dict[int, pa.Table] = {}
        self._known: dict[int, siting.Known] = {}

    def on(self, site: int) -> siting.Known:
        """The verdicts on the lines of a site."""
        if site not in self._known:
            self._known[site] = siting.Known(self._part_of(site), site)
        return self._known[site]

    def _part_of(self, site: int) -> pa.Table:
        part = int(partition_of(np.array([site], np.uint64), len(self._parts))[0])
        if part not in self._tables:
            self._tables[part] = self._store.read(f"sites/{self._parts[part]}.verdicts")
        return self._tables[part]


class Numbers(NamedTuple):
    """Pages as numbers, their places in the batch, and which of their lines were only weighed."""

    pages: siting.SitePages
    places: NDArray[np.int64]
    is_open: NDArray[np.bool_]


def as_numbers(batch: releasing.PageBatch) -> Numbers:
    """The lines of pages with a site, from their rows: main lines stand where no noise does.

    A page whose noise does not fit between its main lines is not compared.
    """
    texts = batch.articles["text"].to_pylist()
    sites = batch.articles["site"].to_pylist()
    split = [text.split("\n") for text in texts]
    n_noise, n_main = batch.n_noise(), np.array([*map(len, split)], np.int64)
    position = batch.noise["position"].to_numpy()
    page_of_noise = np.arange(len(texts)).repeat(n_noise)
    is_taken = np.array([bool(site) for site in sites], bool)
    is_taken[page_of_noise[position >= (n_main + n_noise)[page_of_noise]]] = False
    n_lines = np.where(is_taken, n_main + n_noise, 0)
    # Where the lines of the pages that are taken come to stand, one page behind the other.
    own = is_taken[page_of_noise]
    at = (np.cumsum(n_lines) - n_lines)[page_of_noise[own]] + position[own]
    kind = np.full(n_lines.sum(), siting.MAIN, np.uint8)
    kind[at] = pc.index_in(batch.noise["kind"], _KINDS).to_numpy()[own]
    is_open = np.zeros(len(kind), bool)
    is_open[at] = np.asarray(pc.equal(batch.noise["rule"], WEIGHED))[own]
    number = np.zeros(len(kind), np.uint64)
    number[at] = siting.hash_lines(batch.noise["text"].to_pylist())[own]
    places = np.flatnonzero(is_taken)
    main = [split[n] for n in places.tolist()]
    is_main = np.ones(len(kind), bool)
    is_main[at] = False
    number[is_main] = siting.hash_lines([*chain.from_iterable(main)])
    site = np.array([siting.hash_site(sites[n]) for n in places.tolist()], np.uint64)
    doc = np.array([*map(siting.hash_article, main)], np.uint64)
    key = siting.on_sites(number, site.repeat(n_lines[places]))
    return Numbers(siting.SitePages(site, doc, n_lines[places], key, kind), places, is_open)


def as_table(numbers: Numbers) -> pa.Table:
    """`NUMBERS`, one row a page."""
    pages = numbers.pages
    ends = pa.array(np.append(0, np.cumsum(pages.n_lines)), pa.int32())
    lines = pages.key, pages.kind, numbers.is_open
    of_lines = [pa.ListArray.from_arrays(ends, pa.array(column)) for column in lines]
    return pa.table([pages.site, pages.doc, numbers.places, *of_lines], NUMBERS)


def from_table(table: pa.Table) -> Numbers:
    """The pages again."""
    site, doc, places, keys = (table[name] for name in ("site", "doc", "place", "keys"))
    key, kind, is_open = (
        pc.list_flatten(table[name]).to_numpy() for name in ("keys", "kinds", "are_open")
    )
    n_lines = np.asarray(pc.list_value_length(keys), np.int64)
    pages = siting.SitePages(site.to_numpy(), doc.to_numpy(), n_lines, key, kind)
    return Numbers(pages, places.to_numpy(), is_open)


def _doubtful(numbers: Numbers, verdicts: _Verdicts) -> dict[int, siting.Said]:
    """What is said of the lines of each page that may change, by its place in the shard."""
    pages, places, is_open = numbers
    ends = np.cumsum(pages.n_lines).tolist()
    keys = np.split(pages.key, ends[:-1]) if ends else []
    said = [verdicts.on(site).on(own) for site, own in zip(pages.site.tolist(), keys, strict=True)]
    if not said:
        return {}
    together = siting.Said(*map(np.concatenate, zip(*said, strict=True)))
    numbers_of = np.flatnonzero(may_change(pages, is_open, together)).tolist()
    return {int(places[n]): said[n] for n in numbers_of}


def _settle(
    stored: releasing.StoredPage, said: siting.Said, recipe: Recipe
) -> releasing.PageRows | None:
    """The rows of a page after its siblings have spoken; None where nothing changes."""
    before = as_blocks(stored)
    after = settle_site(before, siting.as_verdicts(said))
    return with_blocks(stored.article, before, after, recipe) if after else None


def as_blocks(stored: releasing.StoredPage) -> tuple[Block, ...]:
    """The blocks of a page again, from its text and what the rows of its noise say of them."""
    noise = {line.position: line for line in stored.noise}
    main = stored.article["text"].split("\n")
    left = iter(main)
    return tuple(
        _block(n, noise[n]) if n in noise else Block(next(left), "main", "choose_main", n)
        for n in range(len(main) + len(noise))
    )


def _block(n: int, noise: releasing.NoiseLine) -> Block:
    item = None
    if noise.title is not None:
        item = RelatedItem(noise.title, noise.source, noise.time)
    return Block(noise.text, noise.kind, noise.rule, n, item)


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
