"""Who wrote an article and which outlet it comes from; the two are never mixed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from corpus.extraction.metadata.bylines import read_byline
from corpus.extraction.metadata.names import (
    BRACKETED,
    HAN,
    is_named,
    is_personal,
    names_outlet,
    read_names,
    read_outlet,
    read_reporters,
)
from corpus.extraction.metadata.surroundings import N_EDGE, Reading, Surroundings
from corpus.extraction.phrases import find_whole, fold

ACCOUNT = re.compile(rf"[{HAN}A-Za-z0-9_]{{2,12}}")
FOLLOW = re.compile(r"^\+?\s?(?:关注|關注)$")
BUTTON = re.compile(
    rf"""
    {FOLLOW.pattern}
  | 只看(?:楼主|该作者|樓主|該作者)
  | ^[楼樓]主$
  | \ 提问$
    """,
    re.VERBOSE,
)
"""What stands beside the name of an account, and of nothing else."""
NEAR: Final = 100
"""Characters at either end of a paragraph in which a bracketed reporter is looked for."""
SOURCE_NAMES: Final = (
    "source",
    "contentsource",
    "article:source",
    "og:article:source",
    "mediaid",
    "dc.source",
)
AUTHOR_NAMES: Final = (
    "author",
    "article:author",
    "og:article:author",
    "citation_authors",
    "citation_author",
    "dc.creator",
    "parsely-author",
)


def find_author(around: Surroundings, readings: Sequence[Reading]) -> tuple[str, ...]:
    """The people who wrote the article, by the best witness that names any."""
    editors = {name for r in readings for name in r.byline.editors}
    near = [r for r in readings if r.place in ("before", "head")]
    far = [r for r in readings if r.place in ("tail", "after", "above")]
    return (
        _first(r.byline.authors for r in near)
        or _first(r.byline.reporters for r in near)
        or _first(r.byline.authors for r in far)
        or _first(r.byline.reporters for r in far)
        or _bracketed(around)
        or _stated_authors(around, editors)
        or _first(_beside(r) for r in near)
        or _alone(around)
        or _account(around)
    )


def _first(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return next((group for group in groups if group), ())


def _beside(reading: Reading) -> tuple[str, ...]:
    """The name that shares a line with the time, if it is a person's."""
    people = (name for name in reading.byline.beside if reading.whole and is_personal(name))
    return tuple(people)[:1]


def _bracketed(around: Surroundings) -> tuple[str, ...]:
    """The reporters in brackets at the opening or at the close of the main text."""
    if not around.main:
        return ()
    lines = around.layout.lines
    ends = [lines[n].text[:NEAR] for n in around.main[:N_EDGE]]
    ends += [lines[n].text[-NEAR:] for n in around.main[: -N_EDGE - 1 : -1]]
    for text in ends:
        for inside in BRACKETED.findall(text):
            names = read_reporters(inside)
            if names:
                return names
    return ()


def _stated_authors(around: Surroundings, editors: set[str]) -> tuple[str, ...]:
    """Whom JSON-LD or the head names; editors and outlets are not meant."""
    names = [n for author in around.linked.authors for n in read_names(author)]
    if not names:
        properties = around.layout.head.properties
        stated = (properties[name] for name in AUTHOR_NAMES if name in properties)
        names = list(next((n for s in stated if (n := _read_stated_names(s))), ()))
    head = around.layout.head
    site = (
        f"{head.properties.get('og:site_name', '')} {_suffix(head.title or '', around.title.text)}"
    )
    return tuple(n for n in dict.fromkeys(names) if n not in editors and n not in site)


def _suffix(page_title: str, title: str | None) -> str:
    """What the page title says besides the title: names of the site and its channels."""
    return page_title.replace(title, " ") if title else page_title


def _read_stated_names(value: str) -> tuple[str, ...]:
    if "://" in value or "," in value or value.strip().isdigit():
        return ()
    return read_names(" ".join(value.split()))


def _alone(around: Surroundings) -> tuple[str, ...]:
    """The person whose name is the whole line under the title.

    Names of three characters only: too many words of two begin like a surname.
    """
    n = max(around.title.lines, default=-2) + 1
    if 0 < n < len(around.layout.lines) and (not around.main or n <= around.main[0] + 1):
        name = around.layout.lines[n].text.strip()
        if len(name) == 3 and is_personal(name) and find_whole(fold(name)) is None:
            return (name,)
    return ()


def _account(around: Surroundings) -> tuple[str, ...]:
    """The account under the title of a post, known by the buttons that follow it.

    A button to follow stands right after the name, those of a forum after the grade too.
    """
    lines = around.layout.lines
    title = max(around.title.lines, default=None)
    if title is None or not around.main:
        return ()
    names: dict[int, str] = {}
    for n in range(title + 1, min(title + 8, around.main[0])):
        text = lines[n].text.strip()
        name = text.removesuffix(" 提问")
        if name != text:
            return (name,)
        if BUTTON.search(text) and names:
            return (names[max(names) if FOLLOW.search(text) else min(names)],)
        if n <= title + 5 and _is_account(name):
            names[n] = name
    return ()


def _is_account(name: str) -> bool:
    """Whether a line can be the name of an account: one word, no phrase, no outlet."""
    if not ACCOUNT.fullmatch(name) or names_outlet(name) or not is_named(name):
        return False
    return find_whole(fold(name)) is None


def find_source(around: Surroundings, readings: Sequence[Reading]) -> str | None:
    """The outlet that the article comes from, by the best witness that names one."""
    near = [r for r in readings if r.place in ("before", "head", "table")]
    far = [r for r in readings if r.place in ("after", "tail", "above")]
    for group in (near, far):
        for reading in group:
            if reading.byline.source is not None:
                return reading.byline.source
    properties = around.layout.head.properties
    for name in SOURCE_NAMES:
        value = properties.get(name, "")
        outlet = read_byline(value, around.clock).source or read_outlet(value)
        if outlet is not None:
            return outlet
    for reading in near:
        for name in reading.byline.beside:
            if reading.whole and names_outlet(name) and (outlet := read_outlet(name)) is not None:
                return outlet
    return _outlet_beside(around, near)


def _outlet_beside(around: Surroundings, near: Sequence[Reading]) -> str | None:
    """The outlet whose name is the whole line next to the time."""
    for reading in near:
        if not (reading.whole and reading.byline.moments and reading.place == "before"):
            continue
        for n in (reading.line - 1, reading.line + 1):
            if not 0 <= n < len(around.layout.lines) or n in around.title.lines:
                continue
            text = around.layout.lines[n].text.strip()
            if not 3 <= len(text) <= 12 or not names_outlet(text) or any(c.isdigit() for c in text):
                continue
            if n in around.main:
                continue
            if find_whole(fold(text)) is None:
                return read_outlet(text)
    return None
