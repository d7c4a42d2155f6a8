"""What zhcorpus finds on labelled pages, and simple rules to compare innerText with."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import corpus
from corpus.document import Article, PageKind
from corpus.loading import decode_page
from corpus.pipeline.pages import extract_pages
from scripts.measuring.kinds import Agreement, place, read_labels
from scripts.measuring.text import Found

COLUMNS: dict[PageKind, str] = {"html": "html", "text": "innertext"}
WARM_UP = 3
"""Pages that are extracted before the clock starts: weights and lists are read once."""

LONG = 20
"""Characters from which a line with punctuation is running text, for the simplest rule."""


def run(
    rows: Sequence[dict[str, Any]], track: PageKind, together: int = 1
) -> tuple[list[Article], float]:
    """Our articles, and the seconds of processor time that they took, decoding included.

    So many pages are worked on `together`: peers work on one, a build of ours on `TOGETHER`.
    """
    column = COLUMNS[track]
    for row in rows[:WARM_UP]:
        corpus.extract(row[column], url=row["url"], kind=track)
    start = time.process_time()
    articles: list[Article] = []
    for n in range(0, len(rows), together):
        some = rows[n : n + together]
        articles += extract_pages([decode_page(row[column], row["url"], track) for row in some])
    return articles, time.process_time() - start


def as_found(article: Article) -> Found:
    """An article as the metric takes it."""
    return Found(article.text, article.title, article.author, article.published_at)


def tell_articles(pairs: Iterable[tuple[Article, dict[str, Any]]]) -> dict[str, list[int]]:
    """How many pages with an article are said to have one, and how many without are not."""
    counts = {"articles": [0, 0], "negatives": [0, 0]}
    for article, row in pairs:
        negative = row["set"] == "negative"
        count = counts["negatives" if negative else "articles"]
        count[0] += article.is_article != negative
        count[1] += 1
    return counts


def tell_kinds(labels: Path, articles: dict[str, Article]) -> dict[str, Any]:
    """How well kinds are told on labelled pages, by half and in all."""
    whole = Agreement()
    halves = {}
    for file in sorted(labels.glob("*.jsonl")):
        half = Agreement()
        for page in read_labels(file):
            if page.id not in articles:
                continue
            blocks = articles[page.id].blocks
            texts = [block.text for block in blocks]
            kinds = [block.kind for block in blocks]
            for agreement in (half, whole):
                agreement.add(texts, place(page, texts), kinds)
        halves[file.stem] = half.figures()
    return {**halves, "all": whole.figures()}


def whole_page(text: str, _: str | None) -> Found:
    """All lines."""
    return Found(text)


def long_lines(text: str, _: str | None) -> Found:
    """The lines of twenty characters and more that hold a mark of punctuation."""
    lines = [line for line in text.splitlines() if len(line.strip()) >= LONG]
    return Found("\n".join(line for line in lines if re.search(r"[，。！？；：,.!?]", line)))


SIMPLE: dict[str, Callable[[str, str | None], Found]] = {
    "long lines with punctuation": long_lines,
    "the whole page": whole_page,
}
"""What there is for innerText: no tool, but rules that anybody would try first."""
