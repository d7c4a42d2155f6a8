"""Tutorials: articles with headings, steps and lists, from texts in Markdown.

Their lines are short and of many kinds, which is what ends an article elsewhere. The texts lack
their code; `invented_bodies.tutorial` puts some where it was.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import pyarrow.parquet as pq

LINES = range(8, 200)
"""How many lines a tutorial has."""
HEADLINE = 60
"""Characters of the longest headline."""
PLAIN_SHARE = 0.8
"""Share of plain lines from which an article is no tutorial."""
RULE = re.compile(r"\s*(?:[-=*_~]{3,}|```.*|~~~.*)\s*$")
ADDED = re.compile(
    r"""
    \s* (?: >\s? )? (?: [-*]\s )?
    (?: \[ [^\]]+ \] : \s? \S                                        # where a link leads
      | (?: 状态 | 原文 | 译文 | 作者 | 译者 | 校对 | 选题 | 本文永久 ) \S* \s* [:：]
      | via: | 本文由\ LCTT | 查看原文$ | 掘金翻译计划
      | !\[ [^\]]* \] \S* $                                          # a picture
    )
    """,
    re.VERBOSE,
)
"""What a collection of translations adds to its articles."""
LINK = re.compile(r"!?\[([^\]]*)\](?:\[[^\]]*\]|\([^)]*\))")
EMPHASIS = re.compile(r"`|\*\*|<[^>]+>")
SIGN = re.compile(
    r"(?P<heading>\#{1,6}\s+) | (?P<item>(?:[-*+]|\d{1,2}[.、])\s+) | >\s*", re.VERBOSE
)

LineKind = Literal["heading", "item", "text"]


class TutorialLine(NamedTuple):
    """A line of a tutorial, without the signs by which Markdown tells what it is."""

    kind: LineKind
    text: str


Tutorial = Sequence[TutorialLine]


def read_tutorials(path: Path, *, held_out: bool = False) -> list[Tutorial]:
    """The tutorials of a Parquet file with a column text, headline first; none is a choice, too.

    One half of them is for training; the other, `held_out`, is never taught as tutorials. Some of
    these are among the plain articles of `read_articles`: `scripts/make_tutorials` leaves them out.
    """
    texts = pq.read_table(path, columns=["text"])["text"].to_pylist()
    half = [text for text in texts if _is_held_out(text) == held_out]
    return [t for text in half if "\n#" in text and _is_tutorial(t := list(_lines(text)))]


def _is_held_out(text: str) -> bool:
    return hashlib.md5(text.encode()).digest()[0] % 2 == 1


def _is_tutorial(lines: Tutorial) -> bool:
    n_plain = sum(line.kind == "text" for line in lines)
    is_sound = len(lines) in LINES and len(lines[0].text) <= HEADLINE
    return is_sound and n_plain < PLAIN_SHARE * len(lines)


def _lines(text: str) -> Iterator[TutorialLine]:
    for line in map(str.strip, text.split("\n")):
        if not line or RULE.match(line) or ADDED.match(line):
            continue
        sign = SIGN.match(line)
        kind: LineKind = "text"
        if sign is not None and sign.lastgroup is not None:
            kind = "heading" if sign.lastgroup == "heading" else "item"
        bare = line[sign.end() :] if sign is not None else line
        words = EMPHASIS.sub("", LINK.sub(r"\1", bare)).strip(" #")
        if words:
            yield TutorialLine(kind, words)
