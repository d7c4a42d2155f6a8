"""Where a misread span begins and ends: what its last characters gain, and what they fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus.cleaning.bytelines import ByteLine
from corpus.cleaning.charsets import Reading, Unit
from corpus.cleaning.likelihood import TAUGHT, is_pair, is_usual, score

PIECE_GAIN = 4.0
"""What the last piece of a span must gain that only ASCII joins to the rest."""

EDGE_GAIN = 0.3
"""What the character at the edge of a span must gain where the next one stands as it is."""

TAUGHT_LOSS = 1.5
"""What it loses where it is one that is taught in school as it stands."""

LOST_LOSS = 4.0
"""What it loses beside a lost character, behind which pairs may be cut at the wrong places."""

ODD_LOSS = 3.0
"""What it loses there where it reads as none that is usual."""

PAIR_GAIN = 3.0
"""What it gains by each neighbour that often stands beside it."""

END_LOSS = 2.0
"""What the character at the edge of a span may lose at most where the line ends there, too."""

_LOST = "\N{REPLACEMENT CHARACTER}"

_EDGES = frozenset(map(chr, [*range(0x80), 0xFFFD]))
"""Besides usual characters, what the edge of a span may come back as."""


@dataclass(frozen=True, slots=True)
class Span:
    """A span of a line that was misread: the `gain` of reading it right, in natural logarithms."""

    start: int
    before: str
    after: str
    gain: float


class Joint(NamedTuple):
    """A place where the histories may change: its character and unit, the gain up to there."""

    character: int
    unit: int
    gain: float


def trimmed(joints: list[Joint], units: list[Unit], read: ByteLine, offset: int) -> list[Joint]:
    """The joints without what gains too little at either end."""
    joints = joints[: _last_gain(joints, units, read, offset) + 1]
    mirrored = [Joint(j.character, j.unit, -j.gain) for j in reversed(joints)]
    return joints[len(joints) - 1 - _last_gain(mirrored, units, read, offset) :]


def _last_gain(joints: list[Joint], units: list[Unit], read: ByteLine, offset: int) -> int:
    """The index of the joint behind which too little is gained.

    A last piece behind ASCII has to gain `PIECE_GAIN`: damage seldom goes on for two characters. A
    last character beside one that is right has to gain `EDGE_GAIN` by itself, one at the end of the
    line must not lose more than `END_LOSS`.
    """

    def gain(n: int) -> float:
        ends = sorted((joints[n - 1], joints[n]))
        stands = range(offset + ends[0].character, offset + ends[1].character)
        reads = "".join(unit[1] for unit in units[ends[0].unit : ends[1].unit])
        if is_first:
            beside = line[max(0, stands.start - 1) : stands.start], _text(units, ends[1].unit)
        else:
            beside = _text(units, ends[0].unit - 1), line[stands.stop : stands.stop + 1]
        own = joints[n].gain - joints[n - 1].gain
        if len(stands) > len(reads):
            return own  # several characters that are one by their bytes are proof enough
        return own + _pair_gain(line[stands.start : stands.stop], reads, beside)

    def odd(n: int) -> float:
        ends = sorted((joints[n - 1], joints[n]))
        stands = line[offset + ends[0].character : offset + ends[1].character]
        reads = "".join(unit[1] for unit in units[ends[0].unit : ends[1].unit])
        return ODD_LOSS if _is_taught(stands) and not _is_usual(reads) else 0.0

    line = read.line
    is_first = joints[0].character > joints[-1].character
    while len(joints) > 2 and line[offset + joints[-1].character - (not is_first)].isascii():
        joints = joints[:-1]
    end = offset + joints[-1].character
    if end <= read.told.start if is_first else end >= read.told.stop:
        last = len(joints) - 1
        while last > 1 and gain(last) < -END_LOSS + odd(last):
            last -= 1
        return last
    best = max(range(len(joints)), key=lambda n: joints[n].gain)
    is_beside = not line[offset + joints[best].character - is_first].isascii()
    while best > 1 and (is_beside or odd(best)) and gain(best) < EDGE_GAIN + odd(best):
        best -= 1
    for n in range(best, 0, -1):
        ends = sorted((joints[n - 1].character, joints[n].character))
        if line[offset + ends[0] : offset + ends[1]].isascii():
            paired = gain(best) - (joints[best].gain - joints[best - 1].gain)
            piece = joints[best].gain - joints[n].gain + max(0.0, paired)
            return n if piece < PIECE_GAIN else best
    return best


def _text(units: list[Unit], n: int) -> str:
    return units[n][1] if 0 <= n < len(units) else ""


def _is_usual(text: str) -> bool:
    return all(c in _EDGES or (is_usual(c) and c >= "\u2000") for c in text)


def _is_taught(text: str) -> bool:
    return all(is_usual(c) or (_is_han(c) and score(c) >= TAUGHT) for c in text)


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _pair_gain(stands: str, reads: str, beside: tuple[str, str]) -> float:
    """What characters at an edge gain by what is beside them."""
    before, behind = beside
    fits = [
        is_pair(before[-1:], text[:1]) + is_pair(text[-1:], behind[:1]) for text in (stands, reads)
    ]
    loss = TAUGHT_LOSS if _is_taught(stands) else 0.0
    if _LOST in (before[-1:], behind[:1]):
        loss += LOST_LOSS
    return PAIR_GAIN * (fits[1] - fits[0]) - loss


def extended(read: ByteLine, reading: Reading, spans: Sequence[Span]) -> Iterator[Span]:
    """Spans with the characters beside them that fit better misread, by their neighbours."""
    done = 0
    for n, span in enumerate(spans):
        end = spans[n + 1].start if n + 1 < len(spans) else len(read.line)
        wider = _extended(read, reading, span, range(done, end))
        done = wider.start + len(wider.before)
        yield wider


def _extended(read: ByteLine, reading: Reading, span: Span, room: range) -> Span:
    """A span, extended inside of `room`."""
    line, start, before, after = read.line, span.start, span.before, span.after
    while (more := _read_alone(read, reading, start - 1, room)) is not None:
        beside = line[max(0, start - 2) : start - 1], after
        if not _fits(line[start - 1], more, beside):
            break
        start, before, after = start - 1, line[start - 1] + before, more[0] + after
    while (more := _read_alone(read, reading, end := start + len(before), room)) is not None:
        if not _fits(line[end], more, (after, line[end + 1 : end + 2])):
            break
        before, after = before + line[end], after + more[0]
    return Span(start, before, after, span.gain)


def _read_alone(read: ByteLine, reading: Reading, n: int, room: range) -> tuple[str, float] | None:
    """What a character beside a span reads as and gains, if it is a pair and reads as one."""
    if n not in room:
        return None
    begin, end = read.places[n : n + 2].tolist()
    if end - begin != 2:
        return None
    size, text, likely = reading(read.data[begin:end], 0)[0]
    return (text, likely - float(read.scores[n])) if size == 2 else None


def _fits(stands: str, more: tuple[str, float], beside: tuple[str, str]) -> bool:
    """Whether a character beside a span is part of it, not by what it gains alone."""
    reads, gain = more
    paired = _pair_gain(stands, reads, beside)
    return _is_usual(reads) and paired > 0 and gain + paired >= EDGE_GAIN
