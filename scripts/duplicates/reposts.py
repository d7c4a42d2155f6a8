"""Reposts made from articles, so that what is a duplicate of what is known by construction."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import opencc

CLAUSE = re.compile(r"[^，。！？；：\n]*[，。！？；：\n]?")
"""A clause with the mark that ends it."""

TO_ASCII = str.maketrans("，。！？；：（）", ",.!?;:()")
TO_WIDE = {n: n + 0xFEE0 for n in range(0x30, 0x7B) if chr(n).isalnum()}


@dataclass(frozen=True, slots=True)
class Material:
    """What a repost is made from: the article, and other articles for what stands around it."""

    text: str
    other: str
    longer: str


def same(material: Material, _: random.Random) -> str:
    """The text with other line ends and blanks."""
    return material.text.replace("\n", "\n\n\N{IDEOGRAPHIC SPACE}\N{IDEOGRAPHIC SPACE}")


def traditional(material: Material, _: random.Random) -> str:
    """The text in traditional characters, words converted as words."""
    converted: str = _to_traditional().convert(material.text)
    return converted


def other_width(material: Material, _: random.Random) -> str:
    """Punctuation in half, letters and digits in full width."""
    return material.text.translate(TO_ASCII).translate(TO_WIDE)


def framed(material: Material, rng: random.Random) -> str:
    """Between another header and footer: 20 to 150 characters of another article each."""
    head, foot = (material.other[n : n + rng.randint(20, 150)] for n in (0, 200))
    return f"{head}\n{material.text}\n{foot}"


def cut(material: Material, rng: random.Random) -> str:
    """The first half to nine tenths."""
    return material.text[: int(len(material.text) * rng.uniform(0.5, 0.9))]


def touched(material: Material, rng: random.Random) -> str:
    """One character changed in a tenth of the clauses."""
    clauses = CLAUSE.findall(material.text)
    return "".join(_touch(c, rng) if c and rng.random() < 0.1 else c for c in clauses)


def edited(material: Material, rng: random.Random) -> str:
    """A tenth of the clauses dropped or replaced by those of another article."""
    others = [c for c in CLAUSE.findall(material.other) if len(c) > 3] or [""]
    clauses = CLAUSE.findall(material.text)
    return "".join(
        c if rng.random() > 0.1 else rng.choice(("", rng.choice(others))) for c in clauses
    )


def inside(material: Material, rng: random.Random) -> str:
    """Somewhere inside a longer article."""
    place = rng.randrange(len(material.longer))
    return f"{material.longer[:place]}\n{material.text}\n{material.longer[place:]}"


def shuffled(material: Material, rng: random.Random) -> str:
    """Sentences of the second half in another order."""
    sentences = re.findall(r"[^。\n]*[。\n]?", material.text)
    half = len(sentences) // 2
    tail = sentences[half:]
    rng.shuffle(tail)
    return "".join(sentences[:half] + tail)


KINDS: dict[str, Callable[[Material, random.Random], str]] = {
    f.__name__: f
    for f in (same, traditional, other_width, framed, cut, touched, edited, inside, shuffled)
}
"""The nine kinds of repost."""


def _touch(clause: str, rng: random.Random) -> str:
    place = rng.randrange(len(clause))
    other = chr(rng.randrange(0x4E00, 0x9FA5))
    return clause[:place] + other + clause[place + 1 :]


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def is_mostly_han(text: str) -> bool:
    """Whether a text is one to make reposts of."""
    return sum(unicodedata.name(c, "").startswith("CJK") for c in text[:200]) > 100
