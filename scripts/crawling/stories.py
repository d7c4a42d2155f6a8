"""The articles that are set into pages, and as many others of the same shape as are asked for.

A collection of 20,000 articles does not make a million distinct pages. Beyond its size, articles
come again with their characters exchanged: a table of its own for each round sends every character
but the most common ones to another that is about as common. What is left of an article is its
shape: lengths, paragraphs, punctuation, digits, how common its characters are. Two rounds of one
article share next to no five characters in a row.
"""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

MIN_HAN = 10
"""Han characters that a paragraph has at least; metadata and code of an article have fewer."""

MIN_STORY = 100
"""Characters that an article has at least."""

N_FIXED = 60
"""The most common characters stay what they are: they tell a language's grammar."""

BANDS = (300, 1000, 2000, 3500)
"""Ranks of characters by frequency between which they are exchanged."""

TAG = re.compile(r"<[^<>]{0,300}>")
PARAGRAPH_END = re.compile(r"</?(?:p|br|div)\b[^<>]{0,300}>|\n", re.IGNORECASE)
CREDITS = re.compile("译文出自|翻译计划|校对者|原创编译|荣誉推出")
HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Story:
    """An article: its headline and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The paragraphs, one a line."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Library:
    """The articles of a Parquet file, and the rounds of them."""

    stories: tuple[Story, ...]
    bands: tuple[str, ...]
    seed: int

    def story(self, number: int) -> Story:
        """Article `number`: of the collection itself at first, then of its rounds."""
        turn, place = divmod(number, len(self.stories))
        story = self.stories[place]
        if turn == 0:
            return story
        table = _exchange(self.bands, self.seed, turn)
        paragraphs = tuple(paragraph.translate(table) for paragraph in story.paragraphs)
        return Story(story.title.translate(table), paragraphs)


def read_library(path: Path, seed: int) -> Library:
    """The articles in the column `text` of a Parquet file, those that are long enough."""
    import pyarrow.parquet as pq

    texts = pq.read_table(path, columns=["text"])["text"].to_pylist()
    stories = tuple(filter(None, map(_parse, texts)))
    if not stories:
        raise SystemExit(f"{path}: no article of {MIN_STORY} characters; give another file")
    return Library(stories, _bands(stories), seed)


def _parse(text: str) -> Story | None:
    lines = [_plain(line) for line in PARAGRAPH_END.split(text)]
    paragraphs = [
        line
        for line in lines
        if len(HAN.findall(line)) >= max(MIN_HAN, len(line) / 2) and not CREDITS.search(line)
    ]
    if not paragraphs or sum(map(len, paragraphs)) < MIN_STORY:
        return None
    title = paragraphs[0] if len(paragraphs[0]) <= 40 else _headline(paragraphs[0])
    body = paragraphs[1:] if title == paragraphs[0] else paragraphs
    return Story(title, tuple(body)) if body else None


def _plain(line: str) -> str:
    """A line without tags, entities and the marks of Markdown at its start."""
    return html.unescape(TAG.sub("", line)).strip().lstrip("*#>-_ ").strip()


def _headline(paragraph: str) -> str:
    return re.split(r"[，。：；！？,]", paragraph)[0][:30]


def _bands(stories: Sequence[Story]) -> tuple[str, ...]:
    counts = Counter(c for story in stories[::7] for c in story.text if HAN.match(c))
    ranked = sorted(counts, key=lambda c: (-counts[c], c))
    cuts = (N_FIXED, *BANDS)
    return tuple("".join(ranked[a:b]) for a, b in pairwise(cuts))


@lru_cache(maxsize=128)
def _exchange(bands: tuple[str, ...], seed: int, turn: int) -> dict[int, int]:
    table: dict[int, int] = {}
    chance = random.Random(f"{seed}/exchange/{turn}")
    for band in bands:
        others = list(band)
        chance.shuffle(others)
        table.update({ord(c): ord(other) for c, other in zip(band, others, strict=True)})
    return table
