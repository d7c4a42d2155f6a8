"""A generated crawl in two batches, of which it is known what becomes of each page.

Articles that share clauses with others are left out, so that only what was made as a copy is one.
The second batch has, beside articles of its own, pages of the first read again as they were, and
texts of it under other addresses. What is corrected are pages of the first with a sentence more.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
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

N_AGAIN, N_CHANGED, N_COPIED = 40, 3, 40
"""Pages of the first batch that are read again, that are corrected, that come elsewhere."""

SENTENCE = "本文于次日经编辑部核对后补充了这一句。"
"""What stands at the end of a paragraph of a page that changed."""

CLAUSE_END = re.compile("[，。；：！？、\n]")
MIN_CLAUSE = 8
MAX_SHARED = 0.1
"""Share of an article's clauses that others may have, too."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batches:
    """The files of both batches and of corrected pages, and what is true of them, by id.

    `own` is the second batch without what it has of the first. `family` is the article of a page,
    `mixed` are those of which a copy stands inside of a longer article.
    """

    first: Path
    second: Path
    own: Path
    corrected: Path
    changed: frozenset[str]
    copied: frozenset[str]
    family: dict[str, int]
    mixed: frozenset[int]


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
        if row["story"] is not None:
            (own if row["story"] % SECOND == SECOND - 1 else first).append(row)
    sizes = Counter(row["story"] for row in first)
    alone = [row for row in first if row["kind"] == "original" and sizes[row["story"]] == 1]
    chosen = chance.sample(alone, N_AGAIN + N_CHANGED + N_COPIED)
    again, copied = chosen[:N_AGAIN], chosen[N_AGAIN + N_CHANGED :]
    changed: dict[str, Row] = {}
    for row in chosen[N_AGAIN : N_AGAIN + N_CHANGED]:
        changed[_id(row["url"])] = _changed(_record(crawl, row), row["text"])
    copies = [_elsewhere(_record(crawl, row), n) for n, row in enumerate(copied)]
    others = [*(_record(crawl, row) for row in again), *copies]
    new = [_record(crawl, row) for row in own]
    return Batches(
        first=_write(crawl / "first.jsonl", (_record(crawl, row) for row in first)),
        second=_write(crawl / "second.jsonl", [*new, *others]),
        own=_write(crawl / "own.jsonl", new),
        corrected=_write(crawl / "corrected.jsonl", changed.values()),
        changed=frozenset(changed),
        copied=frozenset(_id(copy["url"]) for copy in copies),
        family={_id(row["url"]): row["story"] for row in (*first, *own)},
        mixed=frozenset(row["story"] for row in truth if row["kind"] == "embedded"),
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


def _write(path: Path, records: Iterable[Row]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path
