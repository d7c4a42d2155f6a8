"""A line as the bytes that it was read from."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.cleaning.charsets import UTF8, Misreading, Reading, bytes_of
from corpus.cleaning.likelihood import KANA, KANA_ALONE, codes, scores

if TYPE_CHECKING:
    from corpus.cleaning.likelihood import Floats
    from corpus.cleaning.prospects import Places

_PRIVATE = re.compile(r"[\ue000-\uf8ff]")

_LONE_HOLE = re.compile(rb"\xff+(?=[\x80-\xfe])")
"""Holes that can only be an 80, where a decoder gives private-use characters.

It reads every pair of high bytes, so that a lone high byte before another one was 80, which begins
no pair. (Not so at the end of a span: what comes next was never read together with it.)
"""


@dataclass(frozen=True, slots=True)
class ByteLine:
    """A line and the bytes that it was read from.

    `places` has the place of each character's bytes in `data`, and their end; in `known` those are
    filled in that can only have been one. `scores` tells how likely each character is as it stands,
    `breaks` the characters that cannot have been read from any bytes, `told` those from the first
    to the last one beyond ASCII.
    """

    line: str
    data: bytes
    known: bytes
    places: Places
    scores: Floats
    breaks: list[int]
    told: range

    def stretch(self, part: range) -> range:
        """The characters between the breaks around a part."""
        n = bisect_left(self.breaks, part.start)
        ends = self.breaks[n - 1 : n] if n else [-1], self.breaks[n : n + 1] or [len(self.line)]
        return range(ends[0][0] + 1, ends[1][0])


def read_bytes(line: str, misreading: Misreading, reading: Reading, kana: float) -> ByteLine:
    """The bytes of a line; `kana` is the score of each of several kana in a row."""
    import numpy as np

    sizes, data = bytes_of(line, misreading)
    known = data
    if reading in UTF8 and _PRIVATE.search(line):
        known = _LONE_HOLE.sub(_as_80, data)
    places = np.zeros(len(line) + 1, np.int64)
    np.cumsum(np.maximum(sizes, 1), out=places[1:])
    breaks = np.flatnonzero(sizes == 0).tolist()
    told = np.flatnonzero(codes(line) >= 0x80)
    ends = range(told[0], told[-1] + 1) if len(told) else range(0)
    return ByteLine(line, data, known, places, _scores(line, kana), breaks, ends)


def _as_80(match: re.Match[bytes]) -> bytes:
    return b"\x80" * len(match.group())


def _scores(line: str, kana: float) -> Floats:
    """The score of each character as it stands, `kana` for one of several.

    Kana come in words in Japanese; between ideographs, one alone is as good as any misread byte.
    """
    found = scores(line)
    for match in KANA.finditer(line):
        likely = min(KANA_ALONE, kana) if len(match.group()) == 1 else kana
        found[match.start() : match.end()] = likely
    return found
