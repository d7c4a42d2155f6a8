"""Duplicates of a build: hands the articles of the shards, and the engine's exchange, to dedup."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus import dedup, loading
from corpus import release as releasing
from corpus.engine import Shard, Stage, Work
from corpus.pipeline.digest import digest_of, library_digest
from corpus.pipeline.fingerprints import CHUNK_ARTICLES, CLUSTERS, Chunk, leave_fingerprints
from corpus.pipeline.store import WorkStore, on_work
from corpus.pipeline.verdicts import ONE_GROUP, Groups
from corpus.recipe import Dedup

NAMES = ("fingerprint", *dedup.STAGES, "clusters")
"""The stages, in their order."""

TASK_ARTICLES = 5_000
TASK_SHARDS = 64
"""Articles, and shards of pages, after which a new task begins."""

FEW_TASKS = 16
LEAST_ARTICLES = 500
"""Tasks that also a small build has, if each gets so many articles: for so many cores."""

MANY_TASKS = 64
MOST_ARTICLES = 200_000
"""Tasks of the stage `fingerprint` beyond which they become larger instead of more, up to so many
articles: each of the parts that come after it reads what each of its tasks has left."""

Task = tuple["PageShard | EarlierRows", ...]
"""What one task of the stage `fingerprint` is about: new articles or earlier ones, never both."""

RunStage = Callable[[Stage, Sequence[Shard]], list[Any]]


@dataclass(frozen=True, slots=True)
class PageShard:
    """A finished shard of the stage `pages`: its number, and how many articles it has."""

    number: int
    name: str
    n_articles: int
    n_characters: int


@dataclass(frozen=True, slots=True)
class EarlierRows:
    """A row group of a data file of an earlier release, as a shard; without those withdrawn.

    `index` is the file of its keys, empty where they are to be made of its texts.
    """

    number: int
    path: str
    group: int
    withdrawn: str
    n_articles: int
    n_characters: int
    index: str = ""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The search for duplicates of one build; `state` tells what its articles depend on.

    Where `carries_pairs`, it leaves the pairs of articles that are alike and stay as well. Verdicts
    are left in `groups` of shards.
    """

    run: RunStage
    work: Work
    options: Dedup
    state: str
    carries_pairs: bool = False
    groups: Groups = ONE_GROUP

    def find(self, shards: Sequence[PageShard | EarlierRows]) -> Groups:
        """Leave the verdicts on all articles of the shards, in groups of shards."""
        tasks = group_shards(shards, task_sizes(shards))
        verdicts: list[str] = []
        names: tuple[str, ...] = ()
        measured: list[str] = []
        if tasks:
            n_articles = sum(shard.n_articles for shard in shards)
            n_characters = sum(shard.n_characters for shard in shards)
            n_parts = dedup.count_parts(n_articles, n_characters)
            fingerprint = partial(fingerprint_shards, options=self.options, n_parts=n_parts)
            self._run("fingerprint", fingerprint, tasks)
            names = tuple(f"fingerprint/{name}" for name, _ in tasks)
            firsts = tuple(task[0].number << 32 for _, task in tasks)
            places = tuple(f"{_keys_stage(task)}/{name}" for name, task in tasks)
            keys = dedup.StoredKeys(WorkStore(self.work), places, firsts)
            setup = dedup.Setup(n_parts, keys, self.options, _known(tasks), self.groups.n)
            verdicts = dedup.find_duplicates(self._run, names, setup)
            measured = dedup.measured_pairs(setup)
        gather = partial(gather_verdicts, names=tuple(verdicts))
        self._run("clusters", gather, self.groups.names())
        if self.carries_pairs:
            members = [f"{name}.members" for name in names]
            self._run("close", gather_close, [("all", Found(members, measured, verdicts))])
        return self.groups

    def _run(
        self,
        stage: str,
        function: Callable[[Any, str, dedup.Store], Any],
        tasks: Sequence[tuple[str, Any]],
        /,
    ) -> list[Any]:
        digest = digest_of(library_digest(), self.options)
        shards = [Shard(name, digest_of(self.state, len(tasks)), task) for name, task in tasks]
        return self.run(Stage(stage, partial(on_work, function=function), digest), shards)


def _keys_stage(task: Task) -> str:
    """The stage that leaves the comparison keys of a task."""
    return "recall" if _has_index(task) else "fingerprint"


def _has_index(task: Task) -> bool:
    return isinstance(task[0], EarlierRows) and bool(task[0].index)


def _known(tasks: Sequence[tuple[str, Task]]) -> dedup.Known | None:
    """The articles of an earlier release, which are numbered after all new ones."""
    known = [task for _, task in tasks if isinstance(task[0], EarlierRows)]
    if not known:
        return None
    unread = tuple((name, task) for name, task in tasks if _has_index(task))
    return dedup.Known(known[0][0].number << 32, unread, EarlierTexts() if unread else None)


def task_sizes(shards: Sequence[PageShard | EarlierRows]) -> tuple[int, int]:
    """Articles and shards of a task of the stage `fingerprint`."""
    n_articles = sum(shard.n_articles for shard in shards)
    most = max(_task_articles(shards), min(n_articles // MANY_TASKS, MOST_ARTICLES))
    return most, max(TASK_SHARDS, len(shards) // MANY_TASKS)


def _task_articles(shards: Sequence[PageShard | EarlierRows]) -> int:
    """Articles of a task, where tasks may become many."""
    n_articles = sum(shard.n_articles for shard in shards)
    return min(max(n_articles // FEW_TASKS, LEAST_ARTICLES), TASK_ARTICLES)


def group_shards(
    shards: Sequence[PageShard | EarlierRows], sizes: tuple[int, int] | None = None
) -> list[tuple[str, Task]]:
    """Tasks of some shards each, by name, up to `sizes`. Shards without articles are in none."""
    tasks: list[list[PageShard | EarlierRows]] = []
    most_articles, most_shards = sizes or (_task_articles(shards), TASK_SHARDS)
    n_articles = most_articles
    for shard in shards:
        if not shard.n_articles:
            continue
        is_full = n_articles >= most_articles or len(tasks[-1]) >= most_shards
        if is_full or type(tasks[-1][0]) is not type(shard):
            tasks.append([])
            n_articles = 0
        tasks[-1].append(shard)
        n_articles += shard.n_articles
    return [(f"{number:05d}", tuple(task)) for number, task in enumerate(tasks)]


def fingerprint_shards(
    task: Task, name: str, store: dedup.Store, *, options: Dedup, n_parts: int
) -> int:
    """Leave what the articles of some shards are compared by."""
    chunks = chain.from_iterable(_read(shard, store) for shard in task)
    return leave_fingerprints(chunks, name, store, options, n_parts)


def _read(shard: PageShard | EarlierRows, store: dedup.Store) -> Iterator[Chunk]:
    """The articles of a shard, some at a time: no shard is too large."""
    if isinstance(shard, PageShard):
        rows, index = store.read(f"{shard.name}.articles"), None
    else:
        rows, index = _read_earlier(shard, store)
    for begin in range(0, len(rows), CHUNK_ARTICLES):
        part = rows.slice(begin, CHUNK_ARTICLES)
        articles = as_articles(part, (shard.number << 32) + begin)
        clusters = _no_clusters(part) if isinstance(shard, PageShard) else _clusters_of(part)
        own = None if index is None else index.slice(begin, CHUNK_ARTICLES)
        yield Chunk(articles, clusters, own)


def _read_earlier(shard: EarlierRows, store: dedup.Store) -> tuple[pa.Table, pa.Table | None]:
    """The articles of a row group, and their keys where these are at hand."""
    columns = ["id", "url", "site", "source", "published_at", "n_characters", *CLUSTERS.names]
    if not shard.index:
        return _read_group(shard, store, [*columns, "text"]), None
    rows = _read_group(shard, store, columns)
    keys = releasing.read_group(Path(shard.index), shard.group)
    index = keys.filter(pc.is_in(keys["id"], value_set=rows["id"].combine_chunks()))
    return rows.append_column("text", pa.nulls(len(rows), pa.string())), index


def _read_group(shard: EarlierRows, store: dedup.Store, columns: Sequence[str]) -> pa.Table:
    """These columns of the articles of a row group that were not withdrawn."""
    withdrawn = store.read(shard.withdrawn).column("id").to_pylist()
    gone = pa.array([id_.hex() for id_ in withdrawn], pa.string())
    rows = releasing.read_group(Path(shard.path), shard.group, columns)
    return rows.filter(pc.invert(pc.is_in(rows["id"], value_set=gone)))


@dataclass(frozen=True, slots=True)
class EarlierTexts:
    """Reads the texts of earlier articles (`dedup.Articles`; of the columns these and numbers)."""

    def read(self, task: tuple[EarlierRows, ...], store: dedup.Store) -> pa.Table:
        """Those of a task."""
        parts = []
        for shard in task:
            rows = _read_group(shard, store, ["id", "text"])
            numbers = range(shard.number << 32, (shard.number << 32) + len(rows))
            parts.append(rows.append_column("number", pa.array(numbers, pa.uint64())))
        return pa.concat_tables(parts)


def _no_clusters(rows: pa.Table) -> pa.Table:
    return pa.table([pa.nulls(len(rows), field.type) for field in CLUSTERS], schema=CLUSTERS)


def _clusters_of(rows: pa.Table) -> pa.Table:
    ids = [bytes.fromhex(own) for own in rows["cluster_id"].to_pylist()]
    return pa.table([pa.array(ids, pa.binary(16)), rows["cluster_size"]], schema=CLUSTERS)


def as_articles(rows: pa.Table, first: int) -> pa.Table:
    """The rows numbered from `first` on, with canonical URLs."""
    urls = [loading.canonical_url(url) if url else None for url in rows["url"].to_pylist()]
    rows = rows.set_column(rows.schema.get_field_index("url"), "url", pa.array(urls, pa.string()))
    numbers = pa.array(range(first, first + len(rows)), pa.uint64())
    rows = rows.append_column("number", numbers)
    return rows.select(dedup.ARTICLES.names).cast(dedup.ARTICLES)


def gather_verdicts(group: int, name: str, store: dedup.Store, *, names: tuple[str, ...]) -> int:
    """All verdicts on the articles of a group of shards in one table, as the release takes them."""
    tables = [store.read_part(names, group)] if names else []
    table = pa.concat_tables([dedup.VERDICTS.empty_table(), *tables]).sort_by("number")
    through = _in_hex(table["through"])
    columns = {
        "number": table["number"],
        "keep": table["keep"],
        "cluster_id": _in_hex(table["cluster_id"]),
        "cluster_size": table["cluster_size"],
        "kept_id": _in_hex(table["kept_id"]),
        "reason": table["method"],
        "detail": pc.binary_join_element_wise("through", through, " "),
        "similarity": table["similarity"],
    }
    store.write(f"clusters/{name}", pa.table(columns, releasing.VERDICTS))
    return len(table)


@dataclass(frozen=True, slots=True)
class Found:
    """The names of all tables of members, of measured pairs and of verdicts."""

    members: Sequence[str]
    pairs: Sequence[str]
    verdicts: Sequence[str]


def gather_close(task: Found, name: str, store: dedup.Store) -> int:
    """All pairs of articles that are alike and stay, as a release carries them."""
    tables = [dedup.VERDICTS.empty_table(), *map(store.read, task.verdicts)]
    members, pairs = map(store.read, task.members), map(store.read, task.pairs)
    close = dedup.find_close(pairs, members, pa.concat_tables(tables))
    store.write(f"close/{name}.pairs", close)
    return len(close)


def _in_hex(ids: pa.ChunkedArray) -> pa.Array:
    return pa.array([own.hex() if own else None for own in ids.to_pylist()], pa.string())
