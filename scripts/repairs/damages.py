"""Wrong ways of reading bytes, on whole articles or on spans of their lines."""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from dataclasses import dataclass

Damage = Callable[[str], str]

SPAN = (15, 40)
"""Characters of a damaged span, from and to."""

SPAN_SHARE = 0.5
"""Share of the lines long enough that get one."""


def _as_cp1252(data: bytes) -> str:
    """As browsers read Windows-1252: what it does not define is a C1 control."""
    return "".join(_cp1252(byte) for byte in data)


def _cp1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _twice(text: str) -> str:
    return _as_cp1252(_as_cp1252(text.encode()).encode())


def _traditional(text: str) -> bytes:
    """The bytes of a text in Big5, by Windows; what Big5 lacks is left out."""
    return text.encode("cp950", "ignore")


DAMAGES: dict[str, Damage] = {
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "UTF-8 read as Windows-1252": lambda text: _as_cp1252(text.encode()),
    "UTF-8 read as Windows-1252 twice": _twice,
    "UTF-8 read as GBK": lambda text: text.encode().decode("gb18030", "replace"),
    "GBK read as Latin-1": lambda text: text.encode("gb18030").decode("latin-1"),
    "GBK read as Windows-1252": lambda text: _as_cp1252(text.encode("gb18030")),
    "GBK read as Big5": lambda text: text.encode("gb18030").decode("big5hkscs", "replace"),
    "Big5 read as Latin-1": lambda text: _traditional(text).decode("latin-1"),
    "Big5 read as GBK": lambda text: _traditional(text).decode("gb18030", "replace"),
    "escaped twice": lambda text: html.escape(html.escape(text)).replace("“", "&amp;ldquo;"),
}
"""The wrong ways by name. Line ends and ASCII read the same in all of them."""

IN_BIG5 = frozenset({"Big5 read as Latin-1", "Big5 read as GBK"})
"""Those that need text in traditional script."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """An article's lines as they were and as they are, and which part of each was damaged."""

    before: tuple[str, ...]
    lines: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """What there is to repair."""
        return "\n".join(self.lines)


def damage_whole(text: str, damage: Damage) -> Damaged:
    """All of an article, line by line."""
    lines = tuple(text.split("\n"))
    spans = tuple((0, len(line)) for line in lines)
    return Damaged(lines, tuple(map(damage, lines)), spans)


def damage_spans(text: str, damage: Damage, chance: random.Random) -> Damaged:
    """A span of about every other line, as when parts of a page come from elsewhere."""
    lines = tuple(text.split("\n"))
    damaged, spans = [], []
    for line in lines:
        size = chance.randint(*SPAN)
        begin = end = 0
        if len(line) > size and chance.random() < SPAN_SHARE:
            begin = chance.randrange(len(line) - size)
            end = begin + size
        damaged.append(line[:begin] + damage(line[begin:end]) + line[end:])
        spans.append((begin, end))
    return Damaged(lines, tuple(damaged), tuple(spans))
