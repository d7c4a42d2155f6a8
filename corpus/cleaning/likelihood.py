"""How likely a character is in Chinese text: what tells a right reading of bytes from a wrong one.

Scores are natural logarithms of shares, as rough as the ranks they come from. ASCII scores 0
everywhere: it reads the same in every charset of this room, so it tells nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from math import log

from corpus.resources import read_list

LOST = -10.0
"""U+FFFD: some character, nobody knows which."""

KANA_ALONE = -9.0
KANA_WORD = -5.0
"""A kana between other characters, and each of several in a row, in a text as it stands."""

KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]+")

LATIN = "".join(
    (
        r"\x80-\xff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc",
        r"\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022",
        r"\u2026\u2030\u2039\u203a\u20ac\u2122",
    )
)
"""What Latin-1 and Windows-1252 read high bytes as, for a character class."""

_TAUGHT_HAN = -12.0
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


def is_usual(character: str) -> bool:
    """Whether it is common in Chinese text: punctuation, or an ideograph of either script."""
    return character in _ranks()


def is_kana(character: str) -> bool:
    """Whether it is a letter of Japanese."""
    return KANA.fullmatch(character) is not None


@lru_cache(maxsize=65536)
def score(character: str) -> float:
    r"""The logarithm of the share that a character has of Chinese text, about.

    >>> score("的") > score("涓") > score("\ue000")
    True
    """
    if character == "\N{REPLACEMENT CHARACTER}":
        return LOST
    rank = _ranks().get(character)
    if rank is not None:
        return -2.5 - log(rank + 2)  # Zipf: 的 is four of a hundred, the last one in fifty thousand
    if "\u4e00" <= character <= "\u9fff" and _is_taught(character):
        return _TAUGHT_HAN
    return _BLOCKS[bisect_right(_STARTS, ord(character)) - 1][1]


def _is_taught(character: str) -> bool:
    """Whether GB 2312 or Big5 has the ideograph on its first level, of those in use."""
    return any(
        start <= character.encode(codec, "ignore") <= end
        for codec, start, end in (
            ("gb2312", b"\xb0\xa1", b"\xd7\xf9"),
            ("big5", b"\xa4\x40", b"\xc6\x7e"),
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
    odd = f"{ranges(rare)}\ue000-\uf8ff\u0370-\u03ff\u0400-\u052f\u2500-\u257f\u3100-\u312f\ufffd"
    odd += "\u02b0-\u02ff\ufe50-\ufe6f\uff61-\uff9f"  # modifiers, small forms, half-width kana
    return re.compile(
        rf"""
        [{odd}\xc0-\xff]
        (?: (?<=[{odd}]) [^\x00-\x7f]? [{odd}] [^\x00-\x7f]? [{odd}]
          | (?<=[\xc0-\xff]) [{LATIN}]
        )""",
        re.VERBOSE,
    )


def suspicious_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines in which `suspects` finds something, and where they start."""
    end = 0
    while match := suspects().search(text, end):
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end() - 1)
        end = len(text) if end < 0 else end
        yield start, text[start:end]


def ranges(characters: str) -> str:
    """The characters, given in order, as the inside of a character class."""
    spans: list[tuple[int, int]] = []
    for code in map(ord, characters):
        if spans and code == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], code)
        else:
            spans.append((code, code))
    return "".join(f"{chr(a)}-{chr(b)}" if a < b else chr(a) for a, b in spans)
