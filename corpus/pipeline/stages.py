"""The stages of a build: what a worker does with one shard, and how a shard can be cut smaller.

Each is a function of a task, the shard's name and the working folder, which leaves files there and
gives back a small JSON value. The same task gives the same files, whoever runs it and how often.
"""

from __future__ import annotations

import dataclasses
import pickle
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from corpus import dedup, loading
from corpus import release as releasing
from corpus.document import Article, Page, Removal, Signals
from corpus.engine import Pieces, Stage, Work
from corpus.pipeline import chain, counting, duplicates, index, ordering, passages, sites
from corpus.pipeline.digest import digest_of, library_digest
from corpus.pipeline.guard import Guard, guard_of
from corpus.pipeline.pages import judge_pages
from corpus.recipe import Recipe

Result = Any

NAMES = (
    "pages",
    *sites.NAMES,
    *duplicates.NAMES,
    *passages.NAMES,
    "order",
    "plan",
    "write",
    counting.STAGE,
)
"""The stages of a build in their order: the folders of the working folder."""

ALL_NAMES = (*NAMES, "earlier", "rereads", "compare", *dedup.RECALL_STAGES, *index.STAGES)
"""With those of a build that goes on from a release, or makes an index."""

FIRST_PAGES = 16
"""Pages of an input that are tried by themselves first, when one of them ends its worker."""
MOST_PAGES = 1 << 32
"""Pages that an input of unknown size can have."""
TOGETHER = 64
"""Pages that are judged together: twice as many make it no faster."""
CHARACTERS_TOGETHER = 2_000_000
"""Characters that they have at most: large pages are no faster together, and held at once."""


@dataclass(frozen=True, slots=True)
class Crash:
    """A page, or with `page` None a whole input, on which workers died: by number, from 0."""

    input: int
    page: int | None
    how: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """The task of the stage `pages`: inputs to read one after the other.

    They are held `packed`, because a build holds the tasks of all shards: the names in a shard are
    much alike. Of an input that stands alone, the pages from `first` to before `end` are done. What
    `crashed` names is removed without being touched.
    """

    packed: bytes
    first: int = 0
    end: int | None = None
    crashed: tuple[Crash, ...] = ()

    @classmethod
    def of(cls, inputs: Sequence[loading.Input]) -> Inputs:
        """The task to read these inputs, whole."""
        return cls(zlib.compress(pickle.dumps(tuple(inputs))))

    def unpack(self) -> tuple[loading.Input, ...]:
        """The inputs, made anew."""
        inputs: tuple[loading.Input, ...] = pickle.loads(zlib.decompress(self.packed))  # noqa: S301 - our own
        return inputs


def halve(task: Inputs) -> tuple[Inputs, Inputs] | None:
    """The task in two parts, None for a single page.

    How many pages an input has is known only to who reads it: the open end is tried after ever
    more pages, up to one for each byte.
    """
    inputs = task.unpack()
    if len(inputs) > 1:
        middle = len(inputs) // 2
        return Inputs.of(inputs[:middle]), Inputs.of(inputs[middle:])
    if task.end is None:
        if task.first > (inputs[0].n_bytes or MOST_PAGES):
            return None
        middle = task.first + max(task.first, FIRST_PAGES)
    elif task.end - task.first > 1:
        middle = (task.first + task.end) // 2
    else:
        return None
    return dataclasses.replace(task, end=middle), dataclasses.replace(task, first=middle)


def leave_out(task: Inputs, piece: Inputs, how: str) -> Inputs:
    """The task with the page of `piece` taken out, because workers died on it as `how` says.

    Where it was taken out before, it is reading that kills: then the whole input goes.
    """
    crash = Crash(task.unpack().index(piece.unpack()[0]), piece.first, how)
    if crash in task.crashed:
        crash = dataclasses.replace(crash, page=None)
    return dataclasses.replace(task, crashed=(*task.crashed, crash))


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that became an article."""

    page: Page
    article: Article
    signals: Signals


@dataclass(frozen=True, slots=True)
class Removed:
    """An input that did not; `encoding` is the page's, if it was decoded."""

    removal: Removal
    encoding: str | None = None


def process_pages(task: Inputs, shard: str, work: Work, recipe: Recipe, stones: str = "") -> Result:
    """Read, clean, extract and filter the pages of a shard; its rows are files of that name.

    `stones` is the digest of the tombstones, empty where there are none.
    """
    removed: Counter[str] = Counter()
    n_kept = n_characters = 0
    with releasing.ShardWriter(work, f"pages/{shard}") as writer:
        for what in _judge(task, recipe, guard_of(work, stones)):
            if isinstance(what, Removed):
                writer.remove(what.removal, what.encoding)
                removed[f"{what.removal.stage}/{what.removal.reason}"] += 1
            else:
                writer.keep(what.page, what.article, what.signals)
                n_kept += 1
                n_characters += len(what.article.text)
    return {
        "read": n_kept + removed.total(),
        "kept": n_kept,
        "characters": n_characters,
        "removed": dict(sorted(removed.items())),
    }


def _judge(task: Inputs, recipe: Recipe, guard: Guard | None) -> Iterator[Kept | Removed]:
    """What becomes of every page of the task's inputs."""
    for group in _groups(_read(task, recipe, guard)):
        pages = [what for what in group if isinstance(what, Page)]
        verdicts = iter(judge_pages(pages, recipe))
        for what in group:
            yield _keep(what, next(verdicts), guard) if isinstance(what, Page) else what


def _read(task: Inputs, recipe: Recipe, guard: Guard | None) -> Iterator[Page | Removed]:
    """Every page of the task's inputs that is to be judged, and what is removed before."""
    crashed = {(crash.input, crash.page): crash.how for crash in task.crashed}
    for n, item in enumerate(task.unpack()):
        if (n, None) in crashed:
            yield Removed(loading.remove_input(item, "crashed", crashed[n, None]))
            continue
        for number, page in enumerate(loading.read_input(item, recipe.loading)):
            if number >= task.first:
                yield _look_at(page, crashed.get((n, number)), guard)
            if task.end is not None and number + 1 >= task.end:
                return


def _look_at(page: Page | Removal, crash: str | None, guard: Guard | None) -> Page | Removed:
    """The page, or why nobody looks into it."""
    if isinstance(page, Removal):
        return Removed(page)
    if crash is not None:
        removal = Removal(page.id, page.url, page.origin, "extraction", "crashed", crash)
        return Removed(removal, page.encoding)
    withdrawn = guard.find_page(page) if guard else None
    return Removed(withdrawn, page.encoding) if withdrawn else page


def _groups(found: Iterable[Page | Removed]) -> Iterator[list[Page | Removed]]:
    """What was found, in groups whose pages are judged together."""
    group: list[Page | Removed] = []
    n_characters = 0
    for what in found:
        size = len(what.content) if isinstance(what, Page) else 0
        if group and (len(group) >= TOGETHER or n_characters + size > CHARACTERS_TOGETHER):
            yield group
            group, n_characters = [], 0
        group.append(what)
        n_characters += size
    if group:
        yield group


def _keep(
    page: Page, verdict: tuple[Article, Signals] | Removal, guard: Guard | None
) -> Kept | Removed:
    if isinstance(verdict, Removal):
        return Removed(verdict, page.encoding)
    article, signals = verdict
    withdrawn = guard.find_article(page, article) if guard else None
    return Removed(withdrawn, page.encoding) if withdrawn else Kept(page, article, signals)


def plan_files(task: tuple[str, ...], shard: str, work: Work, recipe: Recipe) -> Result:
    """The plan of every file of the release, of the groups `task`."""
    runs = [ordering.run_name(group) for group in task]
    files = releasing.plan_release(work, runs, recipe.release, f"plan/{shard}")
    return [dataclasses.asdict(file) for file in files]


def write_file(
    task: releasing.PlannedFile, shard: str, work: Work, shards: tuple[str, ...], version: str
) -> Result:
    """One file of the release."""
    name = f"write/{shard}.parquet"
    return dataclasses.asdict(releasing.write_file(work, shards, task, version, name))


def pages(recipe: Recipe, stones: str = "") -> Stage:
    """Read, clean, extract, filter: a shard of inputs becomes rows."""
    function = partial(process_pages, recipe=recipe, stones=stones)
    return _stage("pages", function, [recipe, stones], Pieces(halve, leave_out))


def earlier(release: chain.Earlier) -> Stage:
    """The data files of an earlier release: what was withdrawn, and what others are compared by."""
    function = partial(chain.look_at_earlier, earlier=release)
    return _stage("earlier", function, release)


def rereads(release: chain.Earlier) -> Stage:
    """Which pages were read again."""
    return _stage("rereads", partial(chain.find_rereads, earlier=release), release)


def compare(release: chain.Earlier, shards: tuple[str, ...]) -> Stage:
    """Whether they are what they were."""
    function = partial(chain.compare, earlier=release, shards=shards)
    return _stage("compare", function, release)


def plan_next(recipe: Recipe, release: chain.Earlier) -> Stage:
    """Which rows go into which new file, and which old files are written again."""
    function = partial(chain.plan_next, recipe=recipe, earlier=release)
    return _stage("plan", function, [recipe, release])


def write_next(how: chain.Writing) -> Stage:
    """The files of a next release that are not those of the one before it."""
    return _stage("write", partial(chain.write_next, how=how), how)


def order(how: ordering.Ordering, recipe: Recipe) -> Stage:
    """The rows of groups of shards, sorted."""
    return _stage("order", partial(ordering.order_rows, how=how, recipe=recipe), recipe)


def order_next(how: ordering.Ordering, recipe: Recipe, files: tuple[str, ...]) -> Stage:
    """The rows of groups of new shards, sorted; `files` are the names of those released before."""
    function = partial(chain.order_next, how=how, recipe=recipe, files=files)
    return _stage("order", function, recipe)


def plan(recipe: Recipe) -> Stage:
    """Which rows go into which file."""
    return _stage("plan", partial(plan_files, recipe=recipe), recipe)


def write(shards: tuple[str, ...], version: str) -> Stage:
    """The files of the release, one by one."""
    return _stage("write", partial(write_file, shards=shards, version=version), version)


def _stage(
    name: str, function: Callable[..., Result], how: Any, pieces: Pieces | None = None
) -> Stage:
    return Stage(name, function, digest_of(library_digest(), how), pieces)
