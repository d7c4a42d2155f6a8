"""Whether it is worth the while to look for a misreading: a quick bound, most often no.

Text that is right has rare characters, too. Before the search for spans, which takes a microsecond
a byte, this tells in a few nanoseconds a character whether any span could be found.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from corpus.cleaning.charsets import Misreading, Reading, read_utf8
from corpus.cleaning.likelihood import KANA_ALONE, LATIN, is_kana, score

if TYPE_CHECKING:
    import numpy as np

_UTF8_RUN = re.compile(
    rb"""
    (?: [\xe2-\xef][\x80-\xbf]{2} ){2}      # two characters of Chinese text
    | (?: [\xc2\xc3][\x80-\xbf] ){4}        # four of Latin-1: misread twice
    """,
    re.VERBOSE,
)

_LATIN_RUN = re.compile(rf"[{LATIN}]{{3}}")
"""Two misread bytes are some word's accents, three are not."""

_BARRIER = -100.0
"""For a character that no span can hold."""

_LAST = 0x2FFFF
"""The last of the planes with ideographs; no character, so it stands for all beyond."""


def may_gain(text: str, misreading: Misreading, reading: Reading, gain: float) -> bool:
    """Whether a span of `text` may be so much likelier misread than as it stands."""
    if misreading.is_latin:
        return _LATIN_RUN.search(text) is not None
    if reading is read_utf8:
        return _UTF8_RUN.search(text.encode("gb18030", "replace")) is not None
    if "\N{REPLACEMENT CHARACTER}" in text:
        gain /= 3  # behind a lost byte, pairs are cut at the wrong places up to the next one
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    gained = np.cumsum(_gains(misreading, reading)[np.minimum(codes, _LAST)])
    lowest = np.minimum.accumulate(np.concatenate([[0.0], gained[:-1]]))
    return bool((gained - lowest).max(initial=0.0) >= gain)


@cache
def _gains(
    misreading: Misreading, reading: Reading
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What each character gains by being read again, at most."""
    import numpy as np

    gains = np.full(_LAST + 1, _BARRIER)
    for character, data in misreading.table.items():
        if character.isascii():
            gains[ord(character)] = 0.0
            continue
        stands = KANA_ALONE if is_kana(character) else score(character)
        gains[ord(character)] = max(unit[2] for unit in reading(data, 0)) - stands
    return gains
