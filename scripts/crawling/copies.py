"""What becomes of an article on its way to another page; each copy is named in the truth."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from string import Template

from opencc import OpenCC

from scripts.crawling.sites import furniture, person
from scripts.crawling.stories import Story

EDITED_CLAUSES = 1 / 15
"""Share of clauses in which an edit changes a character."""

CLAUSE = re.compile(r"[^，。；：！？]+[，。；：！？]*")
WIDTHS = {ord(full): half for full, half in zip("，：；！？（）“”", ',:;!?()""', strict=True)}


def copy_story(story: Story, kind: str, chance: random.Random, source: str) -> Story:
    """The article as a page of this kind has it; `source` is where it stood first.

    Pages that are the same page, or have the same text, have it unchanged.
    """
    if kind == "repost":
        return _repost(story, chance, source)
    change = CHANGES.get(kind)
    return story if change is None else change(story, chance)


def _repost(story: Story, chance: random.Random, source: str) -> Story:
    copies = furniture()["copies"]
    fill = {"source": source, "person": person(chance), "title": story.title}
    heads = chance.sample(copies["heads"], chance.randrange(1, 3))
    tails = chance.sample(copies["tails"], chance.randrange(1, 3))
    above, below = ([Template(line).substitute(fill) for line in x] for x in (heads, tails))
    return replace(story, paragraphs=(*above, *story.paragraphs, *below))


def _cut(story: Story, chance: random.Random) -> Story:
    share = chance.uniform(0.5, 0.8)
    left = int(share * len(story.text))
    paragraphs: list[str] = []
    for paragraph in story.paragraphs:
        if left <= 0:
            break
        paragraphs.append(paragraph[:left])
        left -= len(paragraph)
    return replace(story, paragraphs=tuple(paragraphs))


def _edit(story: Story, chance: random.Random) -> Story:
    def edit(match: re.Match[str]) -> str:
        clause = match.group()
        if chance.random() >= EDITED_CLAUSES or len(clause) < 3:
            return clause
        at = chance.randrange(len(clause) - 1)
        other = story.text[chance.randrange(len(story.text))]
        return clause[:at] + (other if other.isalnum() else "") + clause[at + 1 :]

    return replace(story, paragraphs=tuple(CLAUSE.sub(edit, p) for p in story.paragraphs))


def _update(story: Story, chance: random.Random) -> Story:
    extra = story.paragraphs[chance.randrange(len(story.paragraphs))][::-1]
    return replace(story, paragraphs=(*story.paragraphs, extra.lstrip("，。；：！？、”）")))


def _traditional(story: Story, _: random.Random) -> Story:
    convert = _converter().convert
    return Story(convert(story.title), tuple(map(convert, story.paragraphs)))


def _narrow(story: Story, _: random.Random) -> Story:
    return replace(story, paragraphs=tuple(p.translate(WIDTHS) for p in story.paragraphs))


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


CHANGES: dict[str, Callable[[Story, random.Random], Story]] = {
    "updated": _update,
    "cut": _cut,
    "edited": _edit,
    "traditional": _traditional,
    "width": _narrow,
}
