"""Phrases that say what a line is for, looked up in `resources/phrases.tsv`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from corpus.extraction.words import Words
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

_FULL_WIDTH, _ASCII, _N_ASCII = 0xFF01, 0x21, 94
"""Full-width ASCII is folded and blanks are dropped: phrases are found however a page was typeset.
"""
_BLANKS = " \t\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}"
_FOLD = {
    **{_FULL_WIDTH + i: _ASCII + i for i in range(_N_ASCII)},
    **dict.fromkeys(map(ord, _BLANKS)),
}
_FOLDED = re.compile("[" + "".join(map(chr, _FOLD)) + "]")


def fold(text: str) -> str:
    """The text as phrases are compared: half-width, lower case, without blanks.

    >>> fold("责任编辑：ＡＢ c")
    '责任编辑:abc'
    """
    return (text.translate(_FOLD) if _FOLDED.search(text) else text).lower()


def fold_lines(lines: Sequence[str]) -> list[str]:
    """Each line folded, in one pass over a page; no line may hold a line feed."""
    if not lines:
        return []
    codes = np.frombuffer("\n".join(lines).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    wide = codes - np.uint32(_FULL_WIDTH) < _N_ASCII  # what lies below is a large number
    codes = np.where(wide, codes - np.uint32(_FULL_WIDTH - _ASCII), codes)
    page = codes.tobytes().decode("utf-32-le", "surrogatepass")
    for blank in _BLANKS:
        page = page.replace(blank, "")
    return page.lower().split("\n")


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """Phrases and their kinds by where they are looked for.

    `starts` holds those that begin with the same character, the longest first.
    """

    whole: dict[str, str]
    start: dict[str, str]
    starts: dict[str, list[str]]
    anywhere: dict[str, str]
    words: Words


@cache
def _lexicon() -> _Lexicon:
    tables: dict[str, dict[str, str]] = {"line": {}, "start": {}, "any": {}}
    for row in read_table("phrases.tsv"):
        where, _, phrase = row["phrase"].partition(":")
        tables[where][fold(phrase)] = row["kind"]
    return _Lexicon(
        whole=tables["line"],
        start=tables["start"],
        starts=_by_first(tables["start"]),
        anywhere=tables["any"],
        words=Words(tables["any"]),
    )


def _by_first(phrases: Iterable[str]) -> dict[str, list[str]]:
    """The phrases by their first character, the longest first."""
    groups: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        groups.setdefault(phrase[0], []).append(phrase)
    return groups


class Hits(NamedTuple):
    """The kind of phrase that a line is, starts with, and contains; None where there is none."""

    whole: str | None
    start: str | None
    inside: str | None


NO_HITS = Hits(None, None, None)


def find_phrases(folded: Sequence[str]) -> list[Hits]:
    """What phrases the folded lines hold."""
    lexicon = _lexicon()
    inside: dict[int, str] = {}
    for n, phrase in lexicon.words.find_in_lines(folded):
        inside.setdefault(n, lexicon.anywhere[phrase])
    hits = [NO_HITS] * len(folded)
    for n, line in enumerate(folded):
        whole = lexicon.whole.get(line)
        start = _find_start(line, lexicon) if line[:1] in lexicon.starts else None
        if whole or start or n in inside:
            hits[n] = Hits(whole, start, inside.get(n))
    return hits


def find_whole(folded: str) -> str | None:
    """The kind of the phrase that a folded line is."""
    return _lexicon().whole.get(folded)


def _find_start(line: str, lexicon: _Lexicon) -> str | None:
    """The kind of the longest phrase that the line, which is not empty, starts with."""
    for phrase in lexicon.starts[line[0]]:
        if line.startswith(phrase):
            return lexicon.start[phrase]
    return None
