"""How likely a character is in Chinese text: what tells a right reading of bytes from a wrong one.

Scores are natural logarithms of shares, as rough as the ranks they come from. ASCII scores 0
everywhere: it reads the same in every charset of this room, so it tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from math import log
from typing import TYPE_CHECKING

from corpus.resources import read_followers, read_list

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
    Codes = np.ndarray[tuple[int], np.dtype[np.uint32]]
    Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]

LOST = -10.0
"""U+FFFD: some character, nobody knows which."""

KANA_ALONE = -9.0
KANA_WORD = -5.0
"""A kana between other characters, and each of several in a row, in a text as it stands."""

KANA_BLOCKS = ((0x3041, 0x3096), (0x30A1, 0x30FA), (0x30FC, 0x30FC))

KANA = re.compile("[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in KANA_BLOCKS) + "]+")

LATIN = "".join(
    (
        r"\x80-\xff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc",
        r"\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022",
        r"\u2026\u2030\u2039\u203a\u20ac\u2122",
    )
)
"""What Latin-1 and Windows-1252 read high bytes as, for a character class."""

TAUGHT = -12.0
"""An ideograph of the first levels of GB 2312 or Big5 that is not common."""

_RARE_HAN = -14.0
"""What Chinese text has one of in a million: the rest of the unified ideographs."""

_BLOCKS = (
    (0x0000, 0.0),  # ASCII
    (0x0080, -14.0),  # C1 controls
    (0x00A0, -9.0),  # Latin-1
    (0x0100, -11.0),  # other Latin, phonetics, modifiers
    (0x0370, -9.0),  # Greek, Cyrillic
    (0x0530, -13.0),  # scripts of India and Europe
    (0x2000, -9.0),  # general punctuation, signs, arrows, circled numbers
    (0x2500, -11.0),  # box drawing, shapes, pictures
    (0x2E80, -13.0),  # radicals
    (0x3000, -8.0),  # CJK punctuation
    (0x3040, -7.0),  # kana: not usual, but no sign of damage: Japanese names and titles have it
    (0x3100, -10.0),  # bopomofo, jamo, squared words
    (0x3400, -15.0),  # extension A
    (0x4E00, _RARE_HAN),
    (0xA000, -13.0),
    (0xAC00, -8.0),  # Hangul
    (0xD7A4, -17.0),  # surrogates, private use
    (0xF900, -14.0),  # compatibility ideographs, presentation forms, small forms
    (0xFF00, -8.0),  # full-width and half-width forms
    (0xFFF0, -17.0),
    (0x10000, -12.0),  # emoji, extensions B and up
)
_STARTS = [start for start, _ in _BLOCKS]

LAST = 0x2FFFF
"""The last code of the planes with ideographs; no character, so it stands for all beyond."""


def is_usual(character: str) -> bool:
    """Whether it is common in Chinese text: punctuation, or an ideograph of either script."""
    return character in _ranks()


def is_pair(one: str, other: str) -> bool:
    """Whether two characters often stand side by side in Chinese text."""
    return bool(other) and other in read_followers("common_pairs.txt").get(one, "")


def score(character: str) -> float:
    r"""The logarithm of the share that a character has of Chinese text, about.

    >>> score("的") > score("涓") > score("\ue000")
    True
    """
    return score_table().item(min(ord(character), LAST))


def scores(text: str) -> Floats:
    """The score of each character of a text."""
    return score_table()[codes(text)]


def codes(text: str) -> Codes:
    """The code points of a text; `LAST` stands for all beyond."""
    import numpy as np

    found: Codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return np.minimum(found, LAST, dtype=np.uint32)


@cache
def score_table() -> Floats:
    """The score of each code point up to `LAST`."""
    import numpy as np

    sizes = np.diff([*_STARTS, LAST + 1])
    table = np.repeat([likely for _, likely in _BLOCKS], sizes)
    table[[code for code in map(ord, _taught()) if 0x4E00 <= code < 0xA000]] = TAUGHT
    for character, rank in _ranks().items():
        # Zipf: 的 is four of a hundred, the last one in fifty thousand.
        table[ord(character)] = -2.5 - log(rank + 2)
    table[ord("\N{REPLACEMENT CHARACTER}")] = LOST
    return table


def _taught() -> str:
    """The ideographs that GB 2312 and Big5 have on their first levels, of those in use.

    Others come along: the pairs of a charset are decoded in one call, a line each.
    """
    return "".join(
        b"\n".join(bytes([lead, trail]) for lead in leads for trail in trails).decode(
            codec, "ignore"
        )
        for codec, leads, trails in (
            ("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)),
            ("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))),
        )
    )


@cache
def _ranks() -> dict[str, int]:
    return {character: rank for rank, character in enumerate(read_list("common_characters.txt"))}


@cache
def suspects() -> re.Pattern[str]:
    """Three characters close together that Chinese text hardly has, or two of what Latin-1 makes.

    One pass over a text, at the speed of a search for a single set of characters.
    """
    common = set(_ranks()) - set("锟斤拷")  # what is left of two U+FFFD
    rare = "".join(c for c in map(chr, range(0x3400, 0xA000)) if c not in common)
    chinese = rf"{ranges(rare)}\u3100-\u312f\ue000-\uf8ff"
    return _close_together(rf"{chinese}\ufe50-\ufe6f\uff61-\uff9f{_ODD_WESTERN}")


@cache
def western_suspects() -> re.Pattern[str]:
    """As `suspects`, of those beside Chinese text only."""
    return _close_together(_ODD_WESTERN)


_ODD_WESTERN = r"\u02b0-\u02ff\u0370-\u03ff\u0400-\u052f\u2500-\u257f\ufffd"
"""Modifiers, Greek, Cyrillic, box drawing, and what is lost."""


def _close_together(odd: str) -> re.Pattern[str]:
    # That the first one is odd is told by its being no accented letter: the set of odd ones, which
    # takes long to compile, is written as few times as possible.
    return re.compile(
        rf"""
        [{odd}\xc0-\xff]
        (?: (?<![\xc0-\xff]) (?: [^\x00-\x7f]? [{odd}] ){{2}}
          | (?<=[\xc0-\xff]) [{LATIN}]
        )""",
        re.VERBOSE,
    )


@lru_cache(maxsize=4)
def suspicious_lines(text: str) -> tuple[tuple[int, str], ...]:
    """The lines in which `suspects` finds something, and where they start.

    Every fix of misreading asks for them, mostly of the same text.
    """
    lines = []
    end = 0
    while match := suspects().search(text, end):
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end() - 1)
        end = len(text) if end < 0 else end
        lines.append((start, text[start:end]))
    return tuple(lines)


def ranges(characters: Iterable[str]) -> str:
    """The characters, given in order, as the inside of a character class."""
    spans: list[tuple[int, int]] = []
    for code in map(ord, characters):
        if spans and code == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], code)
        else:
            spans.append((code, code))
    return "".join(f"{chr(a)}-{chr(b)}" if a < b else chr(a) for a, b in spans)
