"""A generated crawl in two batches, of which it is known what becomes of each page.

Articles that share clauses with others are left out, so that only what was made as a copy is one.
The second batch has, beside articles of its own: pages of the first read again as they were, pages
of it with a sentence more, and texts of it under other addresses.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.document import page_id
from corpus.loading import canonical_url

ROOT = Path(__file__).resolve().parent.parent.parent

SECOND = 6
"""One article of so many is of the second batch."""

FORMS = "text_jsonl"
"""What a browser shows of pages: they are read faster than HTML, and releases do not differ."""

N_AGAIN, N_CHANGED, N_COPIED = 40, 5, 40
"""Pages of the first batch that are read again, that are others then, that come elsewhere."""

SENTENCE = "本文于次日经编辑部核对后补充了这一句。"
"""What stands at the end of a paragraph of a page that changed."""

CLAUSE_END = re.compile("[，。；：！？、\n]")
MIN_CLAUSE = 8
MAX_SHARED = 0.1
"""Share of an article's clauses that others may have, too."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batches:
    """The files of both batches, and what is true of them, by id of the page.

    `own` is the second batch without what it has of the first. `families` are the pages of each
    article.
    """

    first: Path
    second: Path
    own: Path
    again: frozenset[str]
    changed: frozenset[str]
    copied: frozenset[str]
    families: dict[int, frozenset[str]]


def make_batches(articles: Path, folder: Path, n_pages: int, seed: int) -> Batches:
    """The batches, below `folder`; the same arguments give the same."""
    library = folder / "library.parquet"
    if not library.exists():
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"text": list(_distinct(articles))}), library)
    crawl = folder / f"crawl-{n_pages}-{seed}"
    if not (crawl / "done").exists():
        command = [sys.executable, str(ROOT / "scripts" / "make_crawl"), str(library), str(crawl)]
        command += ["--pages", str(n_pages), "--seed", str(seed), "--force"]
        command += ["--formats", FORMS]
        subprocess.run(command, check=True, stdout=sys.stderr)
        (crawl / "done").touch()
    return _cut(crawl, seed)


def _distinct(articles: Path) -> Iterator[str]:
    """The articles that share few clauses with those before them."""
    seen: set[str] = set()
    for text in pq.read_table(articles, columns=["text"])["text"].to_pylist():
        clauses = {c for c in CLAUSE_END.split(text) if len(c) >= MIN_CLAUSE}
        if clauses and len(clauses & seen) <= MAX_SHARED * len(clauses):
            seen |= clauses
            yield text


def _cut(crawl: Path, seed: int) -> Batches:
    chance = random.Random(f"{seed}/batches")
    truth = pq.read_table(crawl / "truth.parquet").to_pylist()
    first: list[Row] = []
    own: list[Row] = []
    for row in truth:
        family = row["page"] if row["story"] is None else row["story"]
        (own if family % SECOND == SECOND - 1 else first).append(row)
    sizes = Counter(row["story"] for row in first)
    alone = [row for row in first if row["kind"] == "original" and sizes[row["story"]] == 1]
    chosen = chance.sample(alone, N_AGAIN + N_CHANGED + N_COPIED)
    again, copied = chosen[:N_AGAIN], chosen[N_AGAIN + N_CHANGED :]
    changed = {}
    for row in chosen[N_AGAIN : N_AGAIN + N_CHANGED]:
        changed[_id(row["url"])] = _changed(_record(crawl, row), row["text"])
    copies = [_elsewhere(_record(crawl, row), n) for n, row in enumerate(copied)]
    mixed = [*(_record(crawl, row) for row in again), *changed.values(), *copies]
    paths = [crawl / name for name in ("first.jsonl", "second.jsonl", "own.jsonl")]
    _write(paths[0], (_record(crawl, row) for row in first))
    _write(paths[1], [*(_record(crawl, row) for row in own), *mixed])
    _write(paths[2], (_record(crawl, row) for row in own))
    families: dict[int, set[str]] = {}
    for row in truth:
        if row["story"] is not None:
            families.setdefault(row["story"], set()).add(_id(row["url"]))
    return Batches(
        first=paths[0],
        second=paths[1],
        own=paths[2],
        again=frozenset(_id(row["url"]) for row in again),
        changed=frozenset(changed),
        copied=frozenset(_id(copy["url"]) for copy in copies),
        families={story: frozenset(ids) for story, ids in families.items()},
    )


def _id(url: str) -> str:
    return page_id("", canonical_url(url))


def _record(crawl: Path, row: Row) -> Row:
    with (crawl / "pages" / row["file"]).open("rb") as file:
        file.seek(row["offset"])
        record: Row = json.loads(file.readline())
    return record


def _changed(record: Row, text: str) -> Row:
    """The page with a sentence more in a paragraph of its article."""
    field = "html" if "html" in record else "text"
    paragraph = max(
        (p for p in text.split("\n") if record[field].count(p) == 1), key=len, default=""
    )
    if not paragraph:
        raise SystemExit(f"{record['url']}: no paragraph stands in it as it is; take another seed")
    return {**record, field: record[field].replace(paragraph, paragraph + SENTENCE)}


def _elsewhere(record: Row, number: int) -> Row:
    return {**record, "url": f"https://www.elsewhere.example/{number}.html"}


def _write(path: Path, records: Any) -> None:
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
