"""The likeliest history of a line: which of its characters are right, and which were misread.

A line is a path through its bytes. At every character the path may change between *as it stands*
and *misread*, for a price; on the way each character scores as it stands, or each unit of bytes
scores as it reads right. The best path says where spans of damage begin and end, without a guess
about whole lines, and tolerates bytes that are lost in between.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import inf
from typing import NamedTuple

from corpus.cleaning.charsets import CODECS, HOLE, UTF8, Misreading, Reading, Unit
from corpus.cleaning.likelihood import KANA, KANA_ALONE, KANA_WORD, LOST, is_usual, score

PLAIN_SHARE = 0.9
"""Share of usual characters from which a stretch that decodes whole is believed at once."""

SURE_UTF8 = 12
"""So many characters of sound UTF-8 are no chance, whatever they are: they may be misread twice."""

PIECE_GAIN = 4.0
"""What the last piece of a span must gain that only ASCII joins to the rest."""

EDGE_GAIN = 0.3
"""What the character at the edge of a span must gain where the next one stands as it is."""

_PRIVATE = re.compile(r"[\ue000-\uf8ff]")


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


def find_spans(line: str, misreading: Misreading, reading: Reading, price: float) -> list[Span]:
    """The spans of `line` that were likely misread, in order; each has paid `price` in its gain."""
    spans: list[Span] = []
    start = 0
    for can_be, group in groupby(line, key=misreading.table.__contains__):
        end = start + len(list(group))
        if can_be and not line[start:end].isascii():
            whole = _whole(line[start:end], start, misreading, reading, price)
            spans += whole or _spans_of(line, range(start, end), misreading, reading, price)
        start = end
    return spans


def _whole(
    stretch: str, start: int, misreading: Misreading, reading: Reading, price: float
) -> list[Span]:
    """The whole stretch as a span, where that is plain at once; only a shortcut.

    Not for a reading of pairs of what was read as pairs: text that was right passes for it, too.
    """
    if not (misreading.is_latin or reading in UTF8):
        return []
    data = b"".join(map(misreading.table.__getitem__, stretch))
    try:
        after = data.decode(CODECS[reading])
    except UnicodeDecodeError:
        return []
    told = [c for c in after if not c.isascii()]
    n_sure = SURE_UTF8 if reading in UTF8 else len(told) + 1
    if sum(map(is_usual, told)) < PLAIN_SHARE * len(told) and len(told) < n_sure:
        return []
    gain = sum(map(score, told)) - sum(_scores(stretch)) - price
    return [Span(start, stretch, after, gain)]


def _spans_of(
    line: str, where: range, misreading: Misreading, reading: Reading, price: float
) -> Iterator[Span]:
    """The spans of a stretch of `line` whose every character has bytes."""
    stretch = line[where.start : where.stop]
    pieces = [misreading.table[c] for c in stretch]
    starts = list(accumulate(map(len, pieces), initial=0))
    data = b"".join(pieces)
    known = data
    if reading in UTF8 and _PRIVATE.search(stretch):
        known = _known_holes(data)
    scores = _scores(stretch)
    for begin, end, units in _best_path(scores, starts, known, reading, price):
        if HOLE in data[end - units[-1][0] : end]:
            units[-1] = (units[-1][0], "\N{REPLACEMENT CHARACTER}", LOST)
        joints = _trimmed(_joints(begin, units, starts, scores), line, where.start)
        head, tail = joints[0], joints[-1]
        before = stretch[head.character : tail.character]
        after = "".join(text for _, text, _ in units[head.unit : tail.unit])
        yield Span(where.start + head.character, before, after, tail.gain - head.gain - price)


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
    scores: list[float], starts: list[int], data: bytes, reading: Reading, price: float
) -> list[tuple[int, int, list[Unit]]]:
    """Begin, end and units of every misread part on the best path, in bytes and in order.

    `right[i]` and `wrong[i]` are the best scores of the first i bytes when what follows stands as
    it is, and when it was misread; `left` marks where the first comes from the second, `back` the
    unit before, None where the path turns.
    """
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
    left[size] = wrong[size] > right[size]
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


def _known_holes(data: bytes) -> bytes:
    """The bytes with those holes filled that can only be an 80.

    A decoder that gives private-use characters reads every pair of high bytes, so that a lone high
    byte before another one was 80, which begins no pair. (Not so at the end of a span: what comes
    next was never read together with it.)
    """
    known = bytearray(data)
    for n in range(len(known) - 2, -1, -1):
        if known[n] == HOLE and 0x80 <= known[n + 1] < HOLE:
            known[n] = 0x80
    return bytes(known)


def _scores(stretch: str) -> list[float]:
    """The score of each character as it stands.

    Kana come in words in Japanese; between ideographs, one alone is as good as any misread byte.
    """
    scores = [0.0 if c.isascii() else score(c) for c in stretch]
    for match in KANA.finditer(stretch):
        likely = KANA_ALONE if len(match.group()) == 1 else KANA_WORD
        scores[match.start() : match.end()] = [likely] * len(match.group())
    return scores
