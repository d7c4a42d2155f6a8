"""How many characters of each class a text has, in one pass over it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category

from corpus.resources import read_table

if TYPE_CHECKING:
    import numpy as np

_HAN = (
    *(range(0x3005, 0x3006), range(0x3007, 0x3008)),  # iteration mark, ideographic zero
    *(range(0x3400, 0x4DC0), range(0x4E00, 0xA000)),  # extension A, unified ideographs
    *(range(0xF900, 0xFB00), range(0x20000, 0x40000)),  # compatibility, extensions B and up
)
_KANA = (
    *(range(0x3041, 0x3097), range(0x309D, 0x30A0)),  # hiragana
    *(range(0x30A1, 0x30FB), range(0x30FC, 0x3100)),  # katakana, prolonged sound mark
    *(range(0x31F0, 0x3200), range(0xFF66, 0xFF9E)),  # small and half-width katakana
)
_HANGUL = (
    *(range(0x1100, 0x1200), range(0x3131, 0x318F)),  # jamo
    *(range(0xA960, 0xA97D), range(0xAC00, 0xD800)),  # syllables, extended jamo
    range(0xFFA1, 0xFFDD),  # half-width
)

_CODED = range(0x20000)
"""Where letters, digits and punctuation are; beyond are Han, tags and private use."""

_LETTERS = ("Lu", "Ll", "Lt", "Lm", "Lo")
_PUNCTUATION = ("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po")
_CLASSES = {
    "Nd": "digit",
    **dict.fromkeys(_LETTERS, "letter"),
    **dict.fromkeys(_PUNCTUATION, "punctuation"),
}
"""The class of each category of Unicode that has one."""


class Counts(NamedTuple):
    """Characters by class; each counts in one. Han that both scripts write is `han_shared`."""

    other: int
    blank: int
    han_shared: int
    han_hans: int
    han_hant: int
    kana: int
    hangul: int
    letter: int
    digit: int
    punctuation: int

    @property
    def han(self) -> int:
        """All Han characters."""
        return self.han_shared + self.han_hans + self.han_hant

    @property
    def letters(self) -> int:
        """All letters, Han among them."""
        return self.han + self.kana + self.hangul + self.letter


def count(text: str) -> Counts:
    """The characters of `text` by class; anything may be in it, lone surrogates too.

    >>> count("他说：OK 12").letters
    4
    """
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return Counts(*np.bincount(_classes()[codes], minlength=len(Counts._fields)).tolist())


@cache
def _classes() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """The class of every code point, as the index of its field in `Counts`."""
    import numpy as np

    field = {name: Counts._fields.index(name) for name in Counts._fields}
    table = np.zeros(0x110000, dtype=np.uint8)
    points = np.arange(len(_CODED), dtype="<u4")
    coded = points.tobytes().decode("utf-32-le", "surrogatepass")
    categories = np.frombuffer("".join(map(category, coded)).encode("ascii"), dtype="<u2")
    for name, kind in _CLASSES.items():
        its_code = int.from_bytes(name.encode("ascii"), "little")
        table[: len(_CODED)][categories == its_code] = field[kind]
    table[[blank.start() for blank in re.finditer(r"\s", coded)]] = field["blank"]
    for name, ranges in (("han_shared", _HAN), ("kana", _KANA), ("hangul", _HANGUL)):
        for block in ranges:
            table[block.start : block.stop] = field[name]
    for row in read_table("script_characters.tsv"):
        table[ord(row["character"])] = field[f"han_{row['script']}"]
    return table
