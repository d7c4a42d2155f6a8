"""Phrases that say what a line is for, looked up in `resources/phrases.tsv`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from corpus.resources import read_table

PHRASE_KINDS = (
    "navigation",
    "related",
    "comment",
    "statement",
    "promotion",
    "control",
    "byline",
    "footer",
    "tags",
)

# Full-width ASCII is folded and blanks are dropped: phrases are found however a page was typeset.
_FOLD = {
    **{0xFF01 + i: 0x21 + i for i in range(94)},
    **dict.fromkeys(map(ord, " \t\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}")),
}


def fold(text: str) -> str:
    """The text as phrases are compared: half-width, lower case, without blanks.

    >>> fold("责任编辑：ＡＢ c")
    '责任编辑:abc'
    """
    return text.translate(_FOLD).lower()


@dataclass(frozen=True, slots=True)
class _Lexicon:
    whole: dict[str, str]
    start: dict[str, str]
    start_lengths: tuple[int, ...]
    anywhere: dict[str, str]
    pattern: re.Pattern[str]


@cache
def _lexicon() -> _Lexicon:
    tables: dict[str, dict[str, str]] = {"line": {}, "start": {}, "any": {}}
    for row in read_table("phrases.tsv"):
        where, _, phrase = row["phrase"].partition(":")
        tables[where][fold(phrase)] = row["kind"]
    longest_first = sorted(tables["any"], key=len, reverse=True)
    return _Lexicon(
        whole=tables["line"],
        start=tables["start"],
        start_lengths=tuple(sorted({len(p) for p in tables["start"]}, reverse=True)),
        anywhere=tables["any"],
        pattern=re.compile("|".join(map(re.escape, longest_first))),
    )


@dataclass(frozen=True, slots=True)
class Hits:
    """The kind of phrase that a line is, starts with, and contains; None where there is none."""

    whole: str | None
    start: str | None
    inside: str | None


NO_HITS = Hits(None, None, None)


def find_phrases(folded: Sequence[str]) -> list[Hits]:
    """What phrases the folded lines hold."""
    lexicon = _lexicon()
    inside = _find_inside(folded, lexicon)
    hits = []
    for n, line in enumerate(folded):
        whole = lexicon.whole.get(line)
        start = next(
            (lexicon.start[line[:k]] for k in lexicon.start_lengths if line[:k] in lexicon.start),
            None,
        )
        found = inside.get(n)
        hits.append(Hits(whole, start, found) if whole or start or found else NO_HITS)
    return hits


def _find_inside(folded: Sequence[str], lexicon: _Lexicon) -> dict[int, str]:
    """The first phrase inside each line, by one pass over the page."""
    found: dict[int, str] = {}
    for n, line in enumerate(folded):
        match = lexicon.pattern.search(line)
        if match:
            found[n] = lexicon.anywhere[match.group()]
    return found
