"""Whether it is worth the while to look for a misreading: a quick bound, most often no.

Text that is right has rare characters, too. Before the search for spans, which takes a microsecond
a byte, this tells in a few nanoseconds a character whether any span could be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from corpus.cleaning.charsets import (
    BROKEN,
    HOLE,
    UTF8,
    Misreading,
    Reading,
    byte_table,
    pair_scores,
    read_blanked_utf8,
    read_utf8,
)
from corpus.cleaning.likelihood import (
    KANA_ALONE,
    KANA_BLOCKS,
    LAST,
    LATIN,
    LOST,
    codes,
    score_table,
)

if TYPE_CHECKING:
    import numpy as np

    from corpus.cleaning.likelihood import Bytes, Floats

    Places = np.ndarray[tuple[int], np.dtype[np.int64]]

_UTF8_RUN = re.compile(
    rb"""
    (?: [\xe2-\xef][\x80-\xbf]{2} ){2}      # two characters of Chinese text
    | (?: [\xc2\xc3][\x80-\xbf] ){4}        # four of Latin-1: misread twice
    """,
    re.VERBOSE,
)

_LATIN_RUN = re.compile(rf"[{LATIN}]{{3}}")
"""Two misread bytes are some word's accents, three are not."""

BARRIER = -100.0
"""For a character that no span can hold."""


def may_gain(text: str, misreading: Misreading, reading: Reading, gain: float) -> bool:
    """Whether a span of `text` may be so much likelier misread than as it stands."""
    if misreading.is_latin:
        return _LATIN_RUN.search(text) is not None
    if reading is read_utf8:
        return _UTF8_RUN.search(text.encode("gb18030", "replace")) is not None
    if "\N{REPLACEMENT CHARACTER}" in text:
        gain /= 3  # behind a lost byte, pairs are cut at the wrong places up to the next one
    import numpy as np

    gained = np.cumsum(_gains(misreading, reading)[codes(text)])
    lowest = np.minimum.accumulate(np.concatenate([[0.0], gained[:-1]]))
    return bool((gained - lowest).max(initial=0.0) >= gain)


def likely_parts(
    data: bytes, stands: Floats, reading: Reading, gain: float
) -> list[tuple[int, int]]:
    """The parts of some bytes outside of which no span can gain so much, as begins and ends.

    `stands` has the score of each byte as it stands. What a byte scores by being read again is at
    most its share of the best unit that it may be part of. A span that gains something does so
    where the sum of these bounds, which is never less than 0, rises to that gain.
    """
    import numpy as np

    sums = np.cumsum(_most(data, reading) - stands)
    risen = sums - np.minimum.accumulate(np.minimum(sums, 0.0))
    if risen.max(initial=0.0) < gain:
        return []
    edges = np.flatnonzero(np.diff(risen > 0, prepend=False, append=False)).reshape(-1, 2)
    highest = np.maximum.reduceat(risen, edges[:, 0])
    return [(begin, end) for begin, end in edges[highest >= gain].tolist()]


def _most(data: bytes, reading: Reading) -> Floats:
    """What each byte scores at most as its share of a unit."""
    import numpy as np

    padded = np.frombuffer(data + bytes(3), np.uint8)
    most = np.where(padded < 0x80, 0.0, BROKEN)
    for size, begins, likely in _units_of(padded, reading):
        for n in range(size):
            most[begins + n] = np.maximum(most[begins + n], likely / size)
    return most[: len(data)]


def _units_of(data: Bytes, reading: Reading) -> Iterator[tuple[int, Places, Floats]]:
    """Sizes, places and scores of the units in some bytes, which three zeros follow."""
    import numpy as np

    if reading in UTF8:
        yield from _utf8_units(data)
        if reading is read_blanked_utf8 and 0x20 in data:
            yield from _utf8_units(np.where(data == 0x20, np.uint8(0xA0), data))
        return
    holes = np.flatnonzero(data == HOLE)
    yield 1, holes, np.full(len(holes), LOST)
    pairs = (data[:-1].astype(np.uint16) << 8) | data[1:]
    likely = pair_scores(reading)[pairs]
    begins = np.flatnonzero(likely > -np.inf)
    yield 2, begins, likely[begins]


def _utf8_units(data: Bytes) -> Iterator[tuple[int, Places, Floats]]:
    """The units of UTF-8 of two bytes and more; those that are no character may be overrated."""
    import numpy as np

    goes_on = ((data >= 0x80) & (data < 0xC0)) | (data == HOLE)
    begins_one = goes_on[1:] & (data[:-1] >= 0xC2)
    for size, low, high in ((2, 0xC2, 0xE0), (3, 0xE0, 0xF0), (4, 0xF0, 0xF5)):
        begins = np.flatnonzero(begins_one & (data[:-1] >= low) & (data[:-1] < high))
        code = data[begins].astype(np.uint32) & (0x7F >> size)
        is_lost = np.zeros(len(begins), bool)
        for n in range(1, size):
            byte = data[begins + n]
            cut = begins[~goes_on[begins + n]]
            yield n, cut, np.full(len(cut), LOST)
            code = (code << 6) | (byte & 0x3F)
            is_lost |= byte == HOLE
            kept = goes_on[begins + n]
            begins, code, is_lost = begins[kept], code[kept], is_lost[kept]
        likely = np.maximum(score_table()[np.minimum(code, LAST)], BROKEN)
        yield size, begins, np.where(is_lost, LOST, likely)


@cache
def _gains(misreading: Misreading, reading: Reading) -> Floats:
    """What each character gains by being read again as one pair, at most."""
    import numpy as np

    sizes, first, second = byte_table(misreading)
    pairs = (first.astype(np.uint16) << 8) | second
    reads = np.where(sizes == 2, np.maximum(pair_scores(reading)[pairs], BROKEN), BROKEN)
    reads[first == HOLE] = LOST
    stands = score_table().copy()
    for low, high in KANA_BLOCKS:
        stands[low : high + 1] = KANA_ALONE
    gains = np.where(sizes > 0, reads - stands, BARRIER)
    gains[:0x80] = 0.0
    return gains
