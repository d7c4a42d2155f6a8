"""Phrases that say what a line is for, looked up in `resources/phrases.tsv`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.said.words import Words
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
_LOWER = 0x20000
"""Characters up to here are all that have a lower case."""
_ODD_CASE = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}\N{GREEK CAPITAL LETTER SIGMA}"
"""Letters whose lower case is two characters, or depends on those around."""
_GONE = np.uint32(0xFFFFFFFF)
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
    codes = _folded().take(codes)
    page: str = codes[codes != _GONE].tobytes().decode("utf-32-le", "surrogatepass")
    if any(letter in page for letter in _ODD_CASE):
        page = page.lower()
    return page.split("\n")


@cache
def _folded() -> NDArray[np.uint32]:
    """What each character is folded to, by its code; `_GONE` for blanks."""
    table = np.arange(0x110000, dtype=np.uint32)
    letters = "".join(map(chr, range(_LOWER)))
    for letter in _ODD_CASE:
        letters = letters.replace(letter, "\0")
    table[:_LOWER] = np.frombuffer(
        letters.lower().encode("utf-32-le", "surrogatepass"), dtype=np.uint32
    )
    odd = [*map(ord, _ODD_CASE)]
    table[odd] = odd
    table[_FULL_WIDTH : _FULL_WIDTH + _N_ASCII] = table[_ASCII : _ASCII + _N_ASCII]
    table[[*map(ord, _BLANKS)]] = _GONE
    return table


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases and their kinds by where they are looked for.

    `starts` holds those that begin with the same two characters, or are one, the longest first.
    """

    whole: dict[str, str]
    start: dict[str, str]
    starts: dict[str, list[str]]
    anywhere: dict[str, str]
    words: Words


@cache
def lexicon(name: str = "phrases.tsv") -> Lexicon:
    """The phrases of a table of resources, folded."""
    tables: dict[str, dict[str, str]] = {"line": {}, "start": {}, "any": {}}
    for row in read_table(name):
        where, _, phrase = row["phrase"].partition(":")
        tables[where][fold(phrase)] = row["kind"]
    return Lexicon(
        whole=tables["line"],
        start=tables["start"],
        starts=_by_opening(tables["start"]),
        anywhere=tables["any"],
        words=Words(tables["any"]),
    )


def _by_opening(phrases: Iterable[str]) -> dict[str, list[str]]:
    """The phrases by their first two characters, the longest first."""
    groups: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        groups.setdefault(phrase[:2], []).append(phrase)
    return groups


class Hits(NamedTuple):
    """The kind of phrase that a line is, starts with, and contains; None where there is none."""

    whole: str | None
    start: str | None
    inside: str | None


NO_HITS = Hits(None, None, None)


def find_phrases(folded: Sequence[str], known: Lexicon | None = None) -> list[Hits]:
    """What phrases, of a lexicon that is not the usual one, perhaps, the folded lines hold."""
    known = known or lexicon()
    inside: dict[int, str] = {}
    for n, phrase in known.words.find_in_lines(folded):
        inside.setdefault(n, known.anywhere[phrase])
    wholes = [*map(known.whole.get, folded)]
    openings = known.starts
    begun = [n for n, line in enumerate(folded) if line[:2] in openings or line[:1] in openings]
    starts = {n: start for n in begun if (start := find_start(folded[n], known))}
    hits = [NO_HITS] * len(folded)
    for n in {*inside, *starts, *(n for n, whole in enumerate(wholes) if whole)}:
        hits[n] = Hits(wholes[n], starts.get(n), inside.get(n))
    return hits


def find_whole(folded: str) -> str | None:
    """The kind of the phrase that a folded line is."""
    return lexicon().whole.get(folded)


def find_opening(folded: str) -> str | None:
    """The kind of the longest phrase that a folded line starts with."""
    return find_start(folded, lexicon())


def find_start(line: str, known: Lexicon) -> str | None:
    """The kind of the longest phrase of a lexicon that the folded line starts with."""
    for phrase in known.starts.get(line[:2], ()):
        if line.startswith(phrase):
            return known.start[phrase]
    return known.start.get(line[:1])
