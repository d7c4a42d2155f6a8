"""The order of the rooms on one screen: what happens to a page, and what happens to a pile of them.

Rooms do not know each other; what one needs of another is handed over here.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from corpus import cleaning, dedup, engine, extraction, filtering, loading
from corpus import release as releasing
from corpus.document import Article, Page, PageKind, Removal, Signals
from corpus.errors import ReleaseError, VersionError
from corpus.recipe import Recipe, read_recipe
from corpus.version import __version__

SHARD_BYTES = 4_000_000
"""Bytes of input after which a new shard begins: seconds of work, so that cores stay busy."""
SHARD_FILES = 500
VERSION = re.compile(r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Shard:
    """Some of the inputs of a build, cut so that neither workers nor their number matter."""

    number: int
    inputs: tuple[loading.Input, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """What a worker reports of a shard: where its rows lie, and what could be a duplicate."""

    files: releasing.ShardFiles
    candidates: tuple[dedup.Candidate, ...]
    n_read: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: shards done of all, pages read and articles so far."""

    done: int
    shards: int
    read: int
    articles: int


def extract(data: bytes | str, url: str | None = None, kind: PageKind | None = None) -> Article:
    """The article on one page: title, byline, main text, and the kind of every other line.

    `kind` is guessed where it is not given. An empty page is an article with `is_article` false.

    Raises:
        LoadError: `data` is not text at all.
    """
    return extract_page(loading.decode_page(data, url, kind))


def extract_page(page: Page) -> Article:
    """The article of a page: lines, repaired as one document, then judged."""
    layout = extraction.read_layout(page)
    repaired = cleaning.repair_lines([line.text for line in layout.lines])
    layout = extraction.with_texts(layout, [line.text for line in repaired])
    article = extraction.find_article(page, layout)
    main = [repaired[block.position] for block in article.blocks if block.kind == "main"]
    return dataclasses.replace(article, edits=cleaning.join_edits(main))


def judge_page(page: Page, recipe: Recipe) -> tuple[Article, Signals] | Removal:
    """The article of a page with its signals, or the reason why there is none."""
    article = extract_page(page)
    text = article.text
    if not article.is_article:
        # A page in another language is not a page without an article: look at all of it.
        text = "\n".join(block.text for block in article.blocks)
    signals = filtering.measure(text)
    reason = filtering.judge(signals, recipe.filtering)
    if reason is not None and (article.is_article or reason[0] == "not_chinese"):
        return Removal(page.id, page.url, page.origin, "filtering", *reason)
    if not article.is_article:
        detail = f"expected quality {article.confidence:.2f}"
        return Removal(page.id, page.url, page.origin, "extraction", "no_article", detail)
    return article, signals


def process_shard(shard: Shard, work: Path, recipe: Recipe) -> Finished:
    """Read, clean, extract and filter the inputs of a shard; its rows are files in `work`."""
    candidates: list[dedup.Candidate] = []
    n_read = 0
    with releasing.ShardWriter(work, f"{shard.number:05d}") as writer:
        for item in shard.inputs:
            for page in loading.read_input(item, recipe.loading):
                n_read += 1
                if isinstance(page, Removal):
                    writer.remove(page)
                    continue
                verdict = judge_page(page, recipe)
                if isinstance(verdict, Removal):
                    writer.remove(verdict, page.encoding)
                    continue
                article, signals = verdict
                writer.keep(page, article, signals)
                order = (shard.number << 32) + len(candidates)
                candidates.append(_candidate(article, signals, order))
    return Finished(writer.files, tuple(candidates), n_read)


def _candidate(article: Article, signals: Signals, order: int) -> dedup.Candidate:
    return dedup.make_candidate(
        article.id, order, article.published_at, signals.n_characters, article.text
    )


def build(
    sources: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    version: str,
    recipe: Recipe | str | os.PathLike[str] | None = None,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> releasing.Release:
    """The release built from `sources` (files and folders) into the new folder `out`.

    Every input has one row in its ledger. `recipe` is a `Recipe` or the path of one; `workers`
    is the number of processes, all cores by default, and never changes a byte. `on_progress` is
    called after each shard.

    Raises:
        SourceError: A source is missing or holds nothing that can be read.
        RecipeError: The recipe has an unknown key or a wrong value.
        VersionError: `version` is not MAJOR.MINOR.PATCH, or `out` holds a release already.
        StorageError: The disk is full, `out` cannot be written or another build is writing it.
        EngineError: A worker died and died again.
    """
    check_version(version)
    recipe = (
        recipe if isinstance(recipe, Recipe) else read_recipe(Path(recipe)) if recipe else Recipe()
    )
    releasing.check_free(Path(out))
    sources = [sources] if isinstance(sources, (str, os.PathLike)) else sources
    inputs = loading.list_inputs(sources)
    shards = cut_shards(inputs)
    with releasing.release_folder(Path(out)) as folder:
        work = folder / ".work"
        work.mkdir()
        report = _reporter(len(shards), on_progress)
        process = partial(process_shard, work=work, recipe=recipe)
        finished = engine.run(process, shards, workers, report)
        names = tuple(dict.fromkeys(item.source for item in inputs))
        how = releasing.Build(version, __version__, names, recipe)
        files = [shard.files for shard in finished]
        manifest = releasing.write_release(folder, files, find_duplicates(finished), how)
        check_accounts(sum(shard.n_read for shard in finished), manifest.counts.read)
        shutil.rmtree(work)
    return releasing.open_release(Path(out))


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


def cut_shards(inputs: Sequence[loading.Input]) -> list[Shard]:
    """The inputs in shards of about `SHARD_BYTES`, in their order."""
    shards: list[list[loading.Input]] = []
    n_bytes = SHARD_BYTES
    for item in inputs:
        if n_bytes >= SHARD_BYTES or len(shards[-1]) >= SHARD_FILES:
            shards.append([])
            n_bytes = 0
        shards[-1].append(item)
        n_bytes += item.n_bytes
    return [Shard(number, tuple(items)) for number, items in enumerate(shards)]


def _reporter(
    n_shards: int, on_progress: Callable[[Progress], None] | None
) -> Callable[[int, Finished], None]:
    so_far = Progress(0, n_shards, 0, 0)

    def report(_: int, finished: Finished) -> None:
        nonlocal so_far
        read, articles = so_far.read + finished.n_read, so_far.articles + len(finished.candidates)
        so_far = Progress(so_far.done + 1, n_shards, read, articles)
        if on_progress is not None:
            on_progress(so_far)

    return report


def find_duplicates(finished: Sequence[Finished]) -> releasing.Clusters:
    """Which articles are duplicates of which, in the columns that the release writer takes."""
    candidates = [c for shard in finished for c in shard.candidates]
    place = {candidate.order: n for n, candidate in enumerate(candidates)}
    verdicts = releasing.Verdicts([candidate.id for candidate in candidates])
    for cluster in dedup.find_clusters(candidates):
        survivor = place[cluster.survivor_order]
        losers = [(place[x.order], x.method, x.similarity) for x in cluster.losers]
        verdicts.join(survivor, cluster.cluster_id, losers)
    return verdicts.clusters()
