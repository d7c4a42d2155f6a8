"""The likeliest history of a line: which of its characters are right, and which were misread.

A line is a path through its bytes. At every character the path may change between *as it stands*
and *misread*, for a price; on the way each character scores as it stands, or each unit of bytes
scores as it reads right. The best path says where spans of damage begin and end, without a guess
about whole lines, and tolerates bytes that are lost in between.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import inf

from corpus.cleaning.bytelines import ByteLine, read_bytes
from corpus.cleaning.charsets import CODECS, HOLE, UTF8, Misreading, Reading, Unit
from corpus.cleaning.edges import Joint, Span, extended, trimmed
from corpus.cleaning.likelihood import KANA_WORD, LOST, is_usual, scores
from corpus.cleaning.prospects import BARRIER, likely_parts


@dataclass(frozen=True, slots=True)
class Demand:
    """What a span must show: it pays `price`, keeps `gain`, and has `n_usual` usual characters.

    `kana` is what each of several kana in a row scores as it stands.
    """

    price: float
    gain: float
    n_usual: int
    kana: float = KANA_WORD


PLAIN_SHARE = 0.9
"""Share of usual characters from which a stretch that decodes whole is believed at once."""

SURE_UTF8 = 12
"""So many characters of sound UTF-8 are no chance, whatever they are: they may be misread twice."""

MARGIN = 8
"""Characters on both sides of a likely part that are looked at with it."""


def find_spans(line: str, misreading: Misreading, reading: Reading, demand: Demand) -> list[Span]:
    """The spans of `line` that were likely misread, in order; each has paid the price in its gain.

    Spans that gain less than is demanded may be left out.
    """
    read = read_bytes(line, misreading, reading, demand.kana)
    likely = _likely_parts(read, reading, demand.price + demand.gain)
    spans: list[Span] = []
    for stretch, parts in groupby(likely, key=read.stretch):
        whole = _whole(read, stretch, misreading, reading, demand.price)
        spans += whole or _spans_in(read, _with_margins(parts, stretch), reading, demand.price)
    return spans if reading in UTF8 else list(extended(read, reading, spans))


def _likely_parts(read: ByteLine, reading: Reading, gain: float) -> Iterator[range]:
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
    read: ByteLine, stretch: range, misreading: Misreading, reading: Reading, price: float
) -> list[Span]:
    """The whole stretch as a span, where that is plain at once; only a shortcut.

    Not for a reading of pairs of what was read as pairs: text that was right passes for it, too.
    """
    if not (misreading.is_latin or reading in UTF8):
        return []
    stands = [c for c in read.line[stretch.start : stretch.stop] if not c.isascii()]
    if not stands or is_usual(stands[0]) or is_usual(stands[-1]):
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
    stand = read.scores[stretch.start : stretch.stop].sum()
    gain = float(scores(after).sum() - stand) - price
    return [Span(stretch.start, read.line[stretch.start : stretch.stop], after, gain)]


def _spans_in(
    read: ByteLine, parts: Iterable[range], reading: Reading, price: float
) -> Iterator[Span]:
    """The spans of some parts of a line, on the best path through each."""
    for part in parts:
        places = read.places[part.start : part.stop + 1]
        data, known = (some[places[0] : places[-1]] for some in (read.data, read.known))
        starts = (places - places[0]).tolist()
        stands = read.scores[part.start : part.stop].tolist()
        leaving = 0.0 if part.stop == read.stretch(part).stop else price / 2
        for begin, end, units in _best_path(stands, starts, known, reading, (price, leaving)):
            _mark_last_hole(units, data[begin:end])
            joints = trimmed(_joints(begin, units, starts, stands), units, read, part.start)
            head, tail = joints[0], joints[-1]
            kept = units[: tail.unit]
            _mark_last_hole(kept, data[begin : starts[tail.character]])
            before = read.line[part.start + head.character : part.start + tail.character]
            after = "".join(unit[1] for unit in kept[head.unit :])
            gain = tail.gain - head.gain - price
            yield Span(part.start + head.character, before, after, gain)


def _mark_last_hole(units: list[Unit], data: bytes) -> None:
    """A last unit that lacks a byte is lost, whatever could have been there: see `known`."""
    if units and HOLE in data[-units[-1][0] :]:
        units[-1] = (units[-1][0], "\N{REPLACEMENT CHARACTER}", LOST)


def _joints(begin: int, units: list[Unit], starts: list[int], scores: list[float]) -> list[Joint]:
    """The places of a misread part where a character and a unit begin together, and its end."""
    character = bisect_left(starts, begin)
    joints = [Joint(character, 0, 0.0)]
    place, gain = begin, 0.0
    for n, unit in enumerate(units, 1):
        place += unit[0]
        gain += unit[2]
        while starts[character] < place:
            gain -= scores[character]
            character += 1
        if starts[character] == place:
            joints.append(Joint(character, n, gain))
    return joints


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
