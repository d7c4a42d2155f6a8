"""Which of a few telling characters each line holds, found for a whole page at once.

Most patterns need one of them, and most lines hold none: only the others are searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Bits = TypeVar("Bits", np.uint8, np.uint32)

DIGIT: Final = 1
"""What may be a decimal digit of any script: all characters but those of `_NO_DIGITS`."""
TIME_WORD: Final = 2
DOT: Final = 4
ASK: Final = 8
COLON: Final = 16
CALL: Final = 32
ARROW: Final = 64

_NO_DIGITS = ((0x00, 0x2F), (0x3A, 0x65F), (0x2000, 0xA61F), (0xFF00, 0xFF0F), (0xFF1A, 0xFFFF))
"""Ranges of characters without a digit: ASCII, Latin, Greek, Cyrillic, marks, kana, Han."""
_SINGLES = {
    TIME_WORD: "今昨前刚剛",
    DOT: "./",
    ASK: "?？!！…",
    COLON: ":：",
    CALL: "@回#",
    ARROW: ">＞»›→",
}


@cache
def _table() -> NDArray[np.uint8]:
    table = np.full(0x110000, DIGIT, dtype=np.uint8)
    for first, last in _NO_DIGITS:
        table[first : last + 1] = 0
    for sign, characters in _SINGLES.items():
        table[[*map(ord, characters)]] |= np.uint8(sign)
    return table


def find_signs(lines: Sequence[str]) -> NDArray[np.uint8]:
    """The signs that each line holds as bits, shape (n_lines,); no line has a line feed."""
    return hold(_table(), lines)


def hold(table: NDArray[Bits], lines: Sequence[str]) -> NDArray[Bits]:
    """The bits that a table has for the characters of each line; no line has a line feed.

    The table has one entry a character, shape (0x110000,).
    """
    if not lines:
        return np.zeros(0, dtype=table.dtype)
    page = "\n".join([*lines, ""]).encode("utf-32-le", "surrogatepass")
    bits = table.take(np.frombuffer(page, dtype=np.uint32))
    lengths = np.array([*map(len, lines)]) + 1
    return np.bitwise_or.reduceat(bits, lengths.cumsum() - lengths)
