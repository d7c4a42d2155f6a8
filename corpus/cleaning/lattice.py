"""The likeliest history of a line: which of its characters are right, and which were misread.

A line is a path through its bytes. At every character the path may change between *as it stands*
and *misread*, for a price; on the way each character scores as it stands, or each unit of bytes
scores as it reads right. The best path says where spans of damage begin and end, without a guess
about whole lines, and tolerates bytes that are lost in between.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from corpus.cleaning.charsets import (
    CODECS,
    HOLE,
    UTF8,
    Misreading,
    Reading,
    Unit,
    bytes_of,
)
from corpus.cleaning.likelihood import KANA, KANA_ALONE, KANA_WORD, LOST, is_usual, scores
from corpus.cleaning.prospects import BARRIER, likely_parts

if TYPE_CHECKING:
    from corpus.cleaning.likelihood import Floats
    from corpus.cleaning.prospects import Places

PLAIN_SHARE = 0.9
"""Share of usual characters from which a stretch that decodes whole is believed at once."""

SURE_UTF8 = 12
"""So many characters of sound UTF-8 are no chance, whatever they are: they may be misread twice."""

PIECE_GAIN = 4.0
"""What the last piece of a span must gain that only ASCII joins to the rest."""

EDGE_GAIN = 0.3
"""What the character at the edge of a span must gain where the next one stands as it is."""

MARGIN = 8
"""Characters on both sides of a likely part that are looked at with it."""

_PRIVATE = re.compile(r"[\ue000-\uf8ff]")

_LONE_HOLE = re.compile(rb"\xff+(?=[\x80-\xfe])")
"""Holes that can only be an 80, where a decoder gives private-use characters.

It reads every pair of high bytes, so that a lone high byte before another one was 80, which begins
no pair. (Not so at the end of a span: what comes next was never read together with it.)
"""


@dataclass(frozen=True, slots=True)
class Span:
    """A span of a line that was misread: the `gain` of reading it right, in natural logarithms."""

    start: int
    before: str
    after: str
    gain: float


class _Joint(NamedTuple):
    """A place where the histories may change: its character and unit, the gain up to there."""

    character: int
    unit: int
    gain: float


def find_spans(
    line: str, misreading: Misreading, reading: Reading, price: float, gain: float
) -> list[Span]:
    """The spans of `line` that were likely misread, in order; each has paid `price` in its gain.

    Spans that gain less than `gain` may be left out.
    """
    read = _read_bytes(line, misreading, reading)
    spans: list[Span] = []
    for stretch, parts in groupby(_likely_parts(read, reading, price + gain), key=read.stretch):
        whole = _whole(read, stretch, misreading, reading, price)
        spans += whole or _spans_in(read, _with_margins(parts, stretch), reading, price)
    return spans


@dataclass(frozen=True, slots=True)
class _Bytes:
    """A line and the bytes that it was read from.

    `places` has the place of each character's bytes in `data`, and their end; in `known` those are
    filled in that can only have been one. `scores` tells how likely each character is as it stands,
    `breaks` the characters that cannot have been read from any bytes.
    """

    line: str
    data: bytes
    known: bytes
    places: Places
    scores: Floats
    breaks: list[int]

    def stretch(self, part: range) -> range:
        """The characters between the breaks around a part."""
        n = bisect_left(self.breaks, part.start)
        ends = self.breaks[n - 1 : n] if n else [-1], self.breaks[n : n + 1] or [len(self.line)]
        return range(ends[0][0] + 1, ends[1][0])


def _read_bytes(line: str, misreading: Misreading, reading: Reading) -> _Bytes:
    import numpy as np

    sizes, data = bytes_of(line, misreading)
    known = data
    if reading in UTF8 and _PRIVATE.search(line):
        known = _LONE_HOLE.sub(_as_80, data)
    places = np.zeros(len(line) + 1, np.int64)
    np.cumsum(np.maximum(sizes, 1), out=places[1:])
    return _Bytes(line, data, known, places, _scores(line), np.flatnonzero(sizes == 0).tolist())


def _likely_parts(read: _Bytes, reading: Reading, gain: float) -> Iterator[range]:
    """The parts of a line outside of which no span can gain so much; none holds a break."""
    import numpy as np

    sizes = np.diff(read.places)
    stands = np.repeat(read.scores / sizes, sizes)
    stands[read.places[read.breaks]] = -BARRIER
    for part in likely_parts(read.known, stands, reading, gain):
        begin, end = read.places.searchsorted(part).tolist()
        yield range(begin, end)


def _with_margins(parts: Iterable[range], stretch: range) -> list[range]:
    """Some parts of a stretch and what is around them; those that touch are one."""
    found: list[range] = []
    for part in parts:
        begin = max(stretch.start, part.start - MARGIN)
        end = min(stretch.stop, part.stop + MARGIN)
        if found and begin <= found[-1].stop:
            begin = found.pop().start
        found.append(range(begin, end))
    return found


def _whole(
    read: _Bytes, stretch: range, misreading: Misreading, reading: Reading, price: float
) -> list[Span]:
    """The whole stretch as a span, where that is plain at once; only a shortcut.

    Not for a reading of pairs of what was read as pairs: text that was right passes for it, too.
    """
    if not (misreading.is_latin or reading in UTF8):
        return []
    begin, end = read.places[[stretch.start, stretch.stop]].tolist()
    try:
        after = read.data[begin:end].decode(CODECS[reading])
    except UnicodeDecodeError:
        return []
    told = [c for c in after if not c.isascii()]
    n_sure = SURE_UTF8 if reading in UTF8 else len(told) + 1
    if sum(map(is_usual, told)) < PLAIN_SHARE * len(told) and len(told) < n_sure:
        return []
    stands = read.scores[stretch.start : stretch.stop]
    gain = float(scores(after).sum() - stands.sum()) - price
    return [Span(stretch.start, read.line[stretch.start : stretch.stop], after, gain)]


def _spans_in(
    read: _Bytes, parts: Iterable[range], reading: Reading, price: float
) -> Iterator[Span]:
    """The spans of some parts of a line, on the best path through each."""
    for part in parts:
        places = read.places[part.start : part.stop + 1]
        data, known = (some[places[0] : places[-1]] for some in (read.data, read.known))
        starts = (places - places[0]).tolist()
        stands = read.scores[part.start : part.stop].tolist()
        leaving = 0.0 if part.stop == read.stretch(part).stop else price / 2
        for begin, end, units in _best_path(stands, starts, known, reading, (price, leaving)):
            if HOLE in data[end - units[-1][0] : end]:
                units[-1] = (units[-1][0], "\N{REPLACEMENT CHARACTER}", LOST)
            joints = _trimmed(_joints(begin, units, starts, stands), read.line, part.start)
            head, tail = joints[0], joints[-1]
            before = read.line[part.start + head.character : part.start + tail.character]
            after = "".join(unit[1] for unit in units[head.unit : tail.unit])
            gain = tail.gain - head.gain - price
            yield Span(part.start + head.character, before, after, gain)


def _joints(begin: int, units: list[Unit], starts: list[int], scores: list[float]) -> list[_Joint]:
    """The places of a misread part where a character and a unit begin together, and its end."""
    character = bisect_left(starts, begin)
    joints = [_Joint(character, 0, 0.0)]
    place, gain = begin, 0.0
    for n, unit in enumerate(units, 1):
        place += unit[0]
        gain += unit[2]
        while starts[character] < place:
            gain -= scores[character]
            character += 1
        if starts[character] == place:
            joints.append(_Joint(character, n, gain))
    return joints


def _trimmed(joints: list[_Joint], line: str, offset: int) -> list[_Joint]:
    """The joints without what gains nothing at either end, where the line goes on beyond it."""
    if not line[offset + joints[-1].character :].isascii():
        joints = joints[: _last_gain(joints, line, offset) + 1]
    if not line[: offset + joints[0].character].isascii():
        mirrored = [_Joint(j.character, j.unit, -j.gain) for j in reversed(joints)]
        joints = joints[len(joints) - 1 - _last_gain(mirrored, line, offset) :]
    return joints


def _last_gain(joints: list[_Joint], line: str, offset: int) -> int:
    """The index of the joint behind which nothing is gained.

    A last piece behind ASCII has to gain `PIECE_GAIN`: damage seldom goes on for two characters. A
    last character beside one that is right has to gain `EDGE_GAIN` by itself.
    """
    best = max(range(len(joints)), key=lambda n: joints[n].gain)
    beyond = offset + joints[best].character - (joints[0].character > joints[best].character)
    if not line[beyond].isascii():
        while best > 1 and joints[best].gain - joints[best - 1].gain < EDGE_GAIN:
            best -= 1
    for n in range(best, 0, -1):
        ends = sorted((joints[n - 1].character, joints[n].character))
        if line[offset + ends[0] : offset + ends[1]].isascii():
            return n if joints[best].gain - joints[n].gain < PIECE_GAIN else best
    return best


def _best_path(
    scores: list[float],
    starts: list[int],
    data: bytes,
    reading: Reading,
    prices: tuple[float, float],
) -> list[tuple[int, int, list[Unit]]]:
    """Begin, end and units of every misread part on the best path, in bytes and in order.

    `right[i]` and `wrong[i]` are the best scores of the first i bytes when what follows stands as
    it is, and when it was misread; `left` marks where the first comes from the second, `back` the
    unit before, None where the path turns. `prices` are those of a misread part, and of its end
    where that is the end of all.
    """
    price, leaving = prices
    size = len(data)
    right, wrong = [-inf] * (size + 1), [-inf] * (size + 1)
    left = [False] * (size + 1)
    back: list[Unit | None] = [None] * (size + 1)
    right[0] = 0.0
    character = 0
    for i in range(size):
        here = wrong[i]
        if i == starts[character]:
            stands, leave = right[i], here - price / 2
            if leave > stands:
                stands, left[i] = leave, True
            elif stands - price > here:
                here, back[i] = stands - price, None
            right[starts[character + 1]] = stands + scores[character]
            character += 1
        if here > -inf:
            for unit in reading(data, i):
                there, reached = i + unit[0], here + unit[2]
                if reached > wrong[there]:
                    wrong[there], back[there] = reached, unit
    left[size] = wrong[size] - leaving > right[size]
    return _walk_back(starts, left, back)


def _walk_back(
    starts: list[int], left: list[bool], back: list[Unit | None]
) -> list[tuple[int, int, list[Unit]]]:
    parts = []
    character = len(starts) - 1
    while character > 0:
        end = place = starts[character]
        if not left[place]:
            character -= 1
            continue
        units = []
        while (unit := back[place]) is not None:
            units.append(unit)
            place -= unit[0]
        units.reverse()
        parts.append((place, end, units))
        character = bisect_left(starts, place)
    parts.reverse()
    return parts


def _as_80(match: re.Match[bytes]) -> bytes:
    return b"\x80" * len(match.group())


def _scores(line: str) -> Floats:
    """The score of each character as it stands.

    Kana come in words in Japanese; between ideographs, one alone is as good as any misread byte.
    """
    found = scores(line)
    for match in KANA.finditer(line):
        likely = KANA_ALONE if len(match.group()) == 1 else KANA_WORD
        found[match.start() : match.end()] = likely
    return found
