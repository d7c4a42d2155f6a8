"""Mojibake: bytes that were read in the wrong charset, read again in the right one.

Each fix is named after what the bytes were wrongly read as. It works span by span and abstains
where the right reading is not much likelier than the text as it stands. A character of which a byte
is lost becomes U+FFFD, never a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.cleaning import charsets
from corpus.cleaning.charsets import Misreading, Reading
from corpus.cleaning.edges import Span
from corpus.cleaning.edits import apply, settle
from corpus.cleaning.lattice import Demand, find_spans
from corpus.cleaning.likelihood import is_usual, suspects, suspicious_lines
from corpus.cleaning.prospects import may_gain
from corpus.document import Edit


@dataclass(frozen=True, slots=True)
class Way:
    """One history: what the bytes were read as, and what they were."""

    misreading: Callable[[], Misreading]
    reading: Reading


HIGH = Demand(price=14.0, gain=8.0, n_usual=2)
"""For a span in a text that nothing else is known of: it must be e^22 times likelier misread."""
LOW = Demand(price=8.0, gain=2.0, n_usual=1, kana=-12.0)
"""For a span in a document that has other spans of the same damage."""

BLOCK = 20_000
"""Characters of a document with much damage that are looked at together."""

MOST = 0.5
"""Share of a text from which damage is taken to go on over line ends."""

SURE_GAIN = 150.0
"""From this gain over a document nobody doubts what happened to it."""

CLEAR_GAIN = 3.0
"""From this gain a character by UTF-8, which nothing is by chance, other ways are not tried."""

USUAL_SHARE = 0.7
"""Share of usual characters among those of a span that came back, below which it is no Chinese."""
LOST_SHARE = 0.6
"""Share of lost characters of a span above which nothing is known."""

MIN_TOLD = 9
"""Misread characters of which a third must be different ones, or as many of fewer."""

MAX_DEPTH = 3
"""How often a text may have been misread on top of another misreading."""

_DAMAGE = re.compile("乱码|亂碼|mojibake", re.IGNORECASE)

_LINE_END = re.compile(r"[\x85\u2028\u2029]")
_LOST = "\N{REPLACEMENT CHARACTER}"

_LATIN = (
    Way(charsets.latin, charsets.read_blanked_utf8),
    Way(charsets.latin, charsets.read_gb),
    Way(charsets.latin, charsets.read_big5),
)
_GB = (Way(charsets.gb, charsets.read_utf8), Way(charsets.gb, charsets.read_big5))
_BIG5 = (Way(charsets.big5, charsets.read_gb), Way(charsets.cp950, charsets.read_gb))


def restore_from_latin(text: str) -> list[Edit]:
    """Chinese in UTF-8, GBK or Big5 that was read as Latin-1 or Windows-1252 comes back.

    >>> [edit.after for edit in restore_from_latin("标题：ÖÐ¹úÐÂÎÅ")]
    ['中国新闻']
    >>> restore_from_latin("café à Paris, Übergröße")
    []
    """
    return settle(text, lambda text: _restore("restore_from_latin", text, _LATIN, _LATIN))


def restore_from_gb(text: str) -> list[Edit]:
    r"""UTF-8 or Big5 that was read as GBK or GB 18030 comes back, but for the bytes it lost.

    >>> [edit.after for edit in restore_from_gb("鏂伴椈涓\ue15e績")]
    ['新闻中心']
    """
    return settle(text, lambda text: _restore("restore_from_gb", text, _GB, _GB + _BIG5))


def restore_from_big5(text: str) -> list[Edit]:
    """GBK that was read as Big5 comes back, but for the bytes it lost.

    >>> [edit.after for edit in restore_from_big5("笢弊陔恓扦")]
    ['中国新闻社']
    """
    return settle(text, lambda text: _restore("restore_from_big5", text, _BIG5, _GB + _BIG5))


def speaks_of_damage(text: str, place: int) -> bool:
    """Whether the line around `place` speaks of mojibake: what it shows is shown on purpose."""
    starts, ends = _lines_of_damage(text)
    k = bisect_right(starts, place) - 1
    return k >= 0 and place <= ends[k]


@lru_cache(maxsize=2)
def _lines_of_damage(text: str) -> tuple[list[int], list[int]]:
    """Where the lines of a text begin and end that speak of mojibake: found once for all edits."""
    starts: list[int] = []
    ends = [-1]
    for match in _DAMAGE.finditer(text):
        if match.start() > ends[-1]:
            starts.append(text.rfind("\n", 0, match.start()) + 1)
            end = text.find("\n", match.end())
            ends.append(len(text) if end < 0 else end)
    return starts, ends[1:]


def _restore(fix: str, text: str, ways: Sequence[Way], rivals: Sequence[Way]) -> list[Edit]:
    """The edits of the spans that one of `ways` explains, and none of `rivals` explains better."""
    lines = "\n".join(line for _, line in suspicious_lines(text))
    if not any(_may_gain(lines, way) for way in ways):
        return []
    found = _explained(text, rivals)
    sure = _sure_way(found.values())
    if sure is not None:
        size = BLOCK if _is_most(found.values(), text) else 0
        pieces = _pieces(text, size) if sure in ways else ()
        found = {start: (sure, _spans(part, sure, LOW)) for start, part in pieces}
    return [
        edit
        for start, (way, spans) in found.items()
        if way in ways
        for span in spans
        for edit in _edits(fix, start, span)
        if not speaks_of_damage(text, edit.start)
    ]


@lru_cache(maxsize=1)
def _explained(text: str, ways: Sequence[Way]) -> Mapping[int, tuple[Way, list[Span]]]:
    """What explains most of each suspicious line, by its start.

    Two fixes that are rivals ask one after the other, mostly for the same text.
    """
    return {start: _best_spans(line, ways) for start, line in suspicious_lines(text)}


@lru_cache(maxsize=8)
def _best_spans(line: str, ways: Sequence[Way], depth: int = MAX_DEPTH) -> tuple[Way, list[Span]]:
    """The way that explains most of a line, and what it explains.

    A sound text with one suspicious line is asked for twice, when another fix has changed it.
    """
    best: tuple[Way, list[Span]] = ways[0], []
    for way in ways:
        spans = _spans(line, way, HIGH, depth) if _may_gain(line, way) else []
        if _gain(spans) > _gain(best[1]):
            best = way, spans
            if way.reading in charsets.UTF8 and _gain(spans) > CLEAR_GAIN * len(line):
                break
    return best


@lru_cache(maxsize=32)
def _may_gain(line: str, way: Way) -> bool:
    return may_gain(line, way.misreading(), way.reading, HIGH.price + HIGH.gain)


def _gain(spans: Iterable[Span]) -> float:
    return sum(span.gain for span in spans)


def _sure_way(found: Iterable[tuple[Way, list[Span]]]) -> Way | None:
    """The way that explains so much of a document that nobody doubts it."""
    gains: dict[Way, float] = defaultdict(float)
    for way, spans in found:
        gains[way] += _gain(spans)
    way = max(gains, key=lambda way: gains[way])
    return way if gains[way] >= SURE_GAIN else None


def _is_most(found: Iterable[tuple[Way, list[Span]]], text: str) -> bool:
    """Whether the spans that were found are most of a text."""
    n_misread = sum(_n_told(span.before) for _, spans in found for span in spans)
    return n_misread > MOST * _n_told(text)


def _n_told(text: str) -> int:
    return sum(not c.isascii() for c in text)


def _spans(line: str, way: Way, demand: Demand, depth: int = MAX_DEPTH) -> list[Span]:
    """The spans of `line` that `way` explains as Chinese, if need be through a second damage."""
    if line.isascii():
        return []
    spans = []
    for span in find_spans(line, way.misreading(), way.reading, demand):
        if span.gain * _variety(span.before) < demand.gain:
            continue
        if depth > 1 and suspects().search(span.after):
            after = _restored(span.after, depth - 1)
        else:
            after = span.after
        if _is_chinese(after, demand.n_usual):
            spans.append(replace(span, after=after))
    return spans


def _restored(line: str, depth: int) -> str:
    """A line that came back, with the damage that it had before undone as well."""
    for ways in (_LATIN, _GB + _BIG5):
        spans = _best_spans(line, ways, depth)[1]
        line = apply(line, [edit for span in spans for edit in _edits("", 0, span)])
    return line


def _variety(text: str) -> float:
    """How much of a text says something new: one character many times proves no more than once."""
    told = [c for c in text if not c.isascii()]
    return min(1.0, 3 * len(set(told)) / max(1, len(told), MIN_TOLD))


def _is_chinese(text: str, n_usual: int) -> bool:
    """Whether a span reads as Chinese, most of it usual, and not too much of it lost."""
    if _LINE_END.search(text):
        return False
    told = [c for c in text if not c.isascii()]
    n_lost = told.count(_LOST)
    usual = sum(map(is_usual, told))
    n_kept = len(told) - n_lost
    return usual >= n_usual and usual >= USUAL_SHARE * n_kept and n_lost <= LOST_SHARE * len(told)


def _edits(fix: str, start: int, span: Span) -> Iterator[Edit]:
    """An edit for each line of a span, without the ASCII that both sides share at their ends."""
    start += span.start
    for before, after in zip(span.before.split("\n"), span.after.split("\n"), strict=True):
        head = _shared(before, after)
        tail = _shared(before[head:][::-1], after[head:][::-1])
        if before != after:
            ends = len(before) - tail, len(after) - tail
            yield Edit(fix, start + head, before[head : ends[0]], after[head : ends[1]])
        start += len(before) + 1


def _shared(one: str, other: str) -> int:
    n_shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        n_shared += 1
    return n_shared


def _pieces(text: str, size: int) -> Iterator[tuple[int, str]]:
    """The lines of a text, joined while they fit into `size` characters, and their starts."""
    start = end = 0
    for line in text.split("\n"):
        if end > start and end + len(line) - start > size:
            yield start, text[start : end - 1]
            start = end
        end += len(line) + 1
    yield start, text[start:]
