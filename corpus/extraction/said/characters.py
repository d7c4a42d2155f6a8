"""What the characters of each line are, counted for a whole page at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

OTHER, BLANK, HAN, DIGIT, LETTER, END, MIDDLE, BRACKET, SEPARATOR, KANA = range(10)
N_CLASSES: Final = 10

_CLASS: Final = np.uint8(15)
"""Bits of an entry of the table that are the class; above are those of what dates are made of."""
_DIGIT, _UNIT, _MARK, _BEFORE = 16, 32, 64, 128
"""A date has a digit of any script before a mark, or a unit of time before 前."""
_DATED, _APART = np.uint8(_DIGIT | _UNIT), np.uint8(2)
_PARTS: dict[int, str] = {_UNIT: "钟鐘时時天日月年", _MARK: "-/.年月:", _BEFORE: "前"}
_NO_DIGITS = ((0x00, 0x2F), (0x3A, 0x65F), (0x2000, 0xA61F), (0xFF00, 0xFF0F), (0xFF1A, 0xFFFF))
"""Ranges of characters without a digit: ASCII, Latin, Greek, Cyrillic, marks, kana, Han."""

_RANGES: tuple[tuple[int, int, int], ...] = (
    (0x3400, 0x4DBF, HAN),
    (0x4E00, 0x9FFF, HAN),
    (0xF900, 0xFAFF, HAN),
    (0x20000, 0x323AF, HAN),
    (0x30, 0x39, DIGIT),
    (0xFF10, 0xFF19, DIGIT),
    (0x41, 0x5A, LETTER),
    (0x61, 0x7A, LETTER),
    (0xC0, 0x24F, LETTER),
    (0x370, 0x52F, LETTER),
    (0xFF21, 0xFF3A, LETTER),
    (0xFF41, 0xFF5A, LETTER),
    (0x3040, 0x30FF, KANA),
    (0xAC00, 0xD7A3, KANA),
)
# ASCII and full-width forms count alike: the features must not see that a text went through NFKC.
_SINGLES: dict[int, str] = {
    BLANK: " \t\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}",
    END: "。！？!?；;…",
    MIDDLE: "，、：,:",
    BRACKET: "“”‘’\"'（）()《》〈〉「」『』【】[]〔〕",
    SEPARATOR: "|｜>＞»›·•●■◆▪/／<＜«‹_~#*+=→↑↓",
}


@cache
def _classes() -> NDArray[np.uint8]:
    table = np.zeros(0x110000, dtype=np.uint8)
    for first, last, name in _RANGES:
        table[first : last + 1] = name
    for name, characters in _SINGLES.items():
        table[[ord(c) for c in characters]] = name
    parts = np.full(len(table), _DIGIT, dtype=np.uint8)
    for first, last in _NO_DIGITS:
        parts[first : last + 1] = 0
    for part, characters in _PARTS.items():
        parts[[ord(c) for c in characters]] |= np.uint8(part)
    return table | parts


class Counts(NamedTuple):
    """Characters of each class in each line, and the class of its first and of its last character.

    Shapes (N_CLASSES, n_lines), (n_lines,), (n_lines,). An end mark before a closing quote or
    bracket counts as the last character. `dated` are the numbers of lines that may hold a date: the
    others hold none.
    """

    classes: NDArray[np.int64]
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    dated: list[int]


def count_classes(texts: Sequence[str]) -> Counts:
    """What the characters of each line are; no text may be empty."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    entries = _classes().take(codes)
    classes = entries & _CLASS
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = lengths.cumsum()
    line = np.arange(0, len(texts) * N_CLASSES, N_CLASSES).repeat(lengths)
    line += classes
    counts = np.bincount(line, minlength=len(texts) * N_CLASSES)
    counts = np.ascontiguousarray(counts.reshape(len(texts), N_CLASSES).T)
    last, before = classes.take(ends - 1), classes.take(ends - 2)
    is_closed = last == BRACKET
    is_closed &= before == END
    is_closed &= lengths > 1
    last[is_closed] = END
    # A digit and a mark, or a unit and 前, are two bits apart.
    pairs = entries[1:] >> _APART
    pairs &= entries[:-1]
    pairs &= _DATED
    dated = ends.searchsorted(pairs.nonzero()[0], side="right")
    return Counts(counts, classes.take(ends - lengths), last, sorted({*dated.tolist()}))
