"""What the characters of each line are, counted for a whole page at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

OTHER, BLANK, HAN, DIGIT, LETTER, END, MIDDLE, BRACKET, SEPARATOR, KANA = range(10)
N_CLASSES: Final = 10

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
    return table


def count_classes(
    texts: Sequence[str],
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint8]]:
    """Characters of each class in each line, and the class of its first and of its last character.

    Shapes (N_CLASSES, n_lines), (n_lines,), (n_lines,); no text may be empty. An end mark before a
    closing quote or bracket counts as the last character.
    """
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    classes = _classes().take(codes)
    lengths = np.array([*map(len, texts)])
    ends = lengths.cumsum()
    line = np.arange(0, len(texts) * N_CLASSES, N_CLASSES).repeat(lengths)
    counts = np.bincount(line + classes, minlength=len(texts) * N_CLASSES)
    last = classes[ends - 1]
    before = classes[np.maximum(ends - 2, 0)]
    last = np.where((last == BRACKET) & (lengths > 1) & (before == END), END, last)
    counts = np.ascontiguousarray(counts.reshape(len(texts), N_CLASSES).T)
    return counts, classes[ends - lengths], last
