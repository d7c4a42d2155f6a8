"""The golden pages as records, their shards in any cut, and releases made of them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from corpus.document import (
    Article,
    Block,
    Edit,
    Origin,
    Page,
    RelatedItem,
    Removal,
    Signals,
    page_id,
)
from corpus.engine import Work
from corpus.recipe import Card, Recipe, Release
from corpus.release import (
    VERDICTS,
    Build,
    Group,
    Manifest,
    ShardWriter,
    finish_release,
    gather_facts,
    order_rows,
    place_files,
    plan_release,
    release_folder,
    write_file,
)
from corpus.release.storage import LocalFiles
from corpus.version import __version__

GOLDEN = Path(__file__).parent / "golden" / "release"

Line = dict


def golden_lines() -> list[Line]:
    """The golden pages, in the order of their file."""
    text = (GOLDEN / "pages.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def many_lines(n: int) -> list[Line]:
    """`n` pages like the golden ones, each with its own address and a text of its own length."""
    golden = golden_lines()
    lines = []
    for number in range(n):
        line = dict(golden[number % len(golden)])
        for key in ("url", "copy_of"):
            if line.get(key):
                line[key] = f"{line[key]}#{number - number % len(golden)}"
        if "text" in line and "copy_of" not in line:
            line["text"] = line["text"] * (1 + number * 7 % 11)
        lines.append(line)
    return lines


def write_shards(work: Work, lines: Sequence[Line], sizes: Sequence[int]) -> list[str]:
    """The pages in shards of these sizes, one after the other; their names."""
    shards, begin = [], 0
    for number, size in enumerate(sizes):
        shards.append(f"pages/{number:05d}")
        with ShardWriter(work, shards[-1]) as writer:
            for record in range(begin, begin + size):
                _add(writer, lines[record], record)
        begin += size
    assert begin == len(lines)
    return shards


def find_clusters(lines: Sequence[Line], sizes: Sequence[int]) -> pa.Table:
    """What deduplication would say about the pages in shards of these sizes, by `copy_of`."""
    numbers = [(shard, row) for shard, size in enumerate(sizes) for row in range(size)]
    rows = [0] * len(sizes)
    articles = []
    for (shard, _), (n, line) in zip(numbers, enumerate(lines), strict=True):
        if "removed" not in line:
            copy = line.get("copy_of")
            own = page_id("", copy) if copy else _id(line, n)
            articles.append({"number": shard << 32 | rows[shard], "keep": copy is None, "own": own})
            rows[shard] += 1
    ids = [article["own"] for article in articles]
    verdicts = []
    for article in articles:
        own = article.pop("own")
        if ids.count(own) > 1:
            article |= {"cluster_id": own, "cluster_size": ids.count(own)}
            if not article["keep"]:
                article |= {"kept_id": own, "reason": "exact_duplicate"}
            verdicts.append(article)
    return pa.Table.from_pylist(verdicts[::-1], VERDICTS)


def build(
    out: Path,
    lines: Sequence[Line],
    sizes: Sequence[int] | None = None,
    release: Release | None = None,
    card: Card | None = None,
    date: str | None = None,
) -> Manifest:
    """A release of the pages at `out`, version 1.0.0."""
    work = Work(str(out.with_name(f"{out.name}-work")))
    sizes = sizes or [len(lines)]
    shards = write_shards(work, lines, sizes)
    recipe = replace(Recipe(), release=release or Release(), card=card or Card())
    with release_folder(out) as folder:
        return finish(folder, work, shards, find_clusters(lines, sizes), recipe, date)


def finish(
    folder: Path,
    work: Work,
    shards: Sequence[str],
    verdicts: pa.Table,
    recipe: Recipe,
    date: str | None = None,
) -> Manifest:
    """The release of these shards, from the plan on."""
    order_rows(work, Group(range(len(shards)), shards, verdicts), recipe.release, "order/0000")
    planned = plan_release(work, ["order/0000"], recipe.release, "plan/all")
    written = [
        write_file(work, shards, file, "1.0.0", f"write/{file.config}-{file.number}.parquet")
        for file in planned
    ]
    how = Build("1.0.0", __version__, recipe, date)
    entries = place_files(folder, work, written, how)
    facts = gather_facts(LocalFiles(folder), entries)
    return finish_release(folder, entries, facts, how, ("pages",))


def _id(line: Line, record: int) -> str:
    return page_id(f"{record}", line["url"])


def _add(writer: ShardWriter, line: Line, record: int) -> None:
    origin = Origin("pages", "a.jsonl", record, f"{record:064x}")
    if "removed" in line:
        stage, reason = line["removed"]
        writer.remove(Removal(_id(line, record), line["url"], origin, stage, reason))
        return
    page = Page(_id(line, record), line["url"], "", "text", None, origin)
    text = line["text"]
    signals = Signals(
        len(text), text.count("\n") + 1, 0.9, 0.1, 0.0, 1.0, 0.0, "zh", line["script"]
    )
    writer.keep(page, _article(page, line), signals)


def _article(page: Page, line: Line) -> Article:
    names = ("url", "site", "title", "author", "source", "published_at", "text")
    return Article(
        id=page.id,
        **{name: line[name] for name in names},
        blocks=(Block(line["text"], "main", "body", 0), *_noise(line["noise"])),
        edits=tuple(Edit(*edit) for edit in line["edits"]),
        is_article=True,
        confidence=0.5,
    )


def _noise(noise: list[list[str]]) -> list[Block]:
    return [
        Block(text, kind, "rule", position, RelatedItem(text, *item) if item else None)
        for position, (kind, text, *item) in enumerate(noise, 1)
    ]
