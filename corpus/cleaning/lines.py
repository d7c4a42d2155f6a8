"""A document given as lines: its edits, told line by line, and put together again."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

from corpus.cleaning.edits import Repaired, apply, growth, merge_passes, passes
from corpus.document import Edit


def split_edits(lines: Sequence[str], edits: Iterable[Edit]) -> list[list[Edit]]:
    r"""The edits of the lines joined by "\n", one list a line, rebased to the line's own start.

    No edit may touch a "\n" between the lines: the lines after each pass are the lines before it.
    """
    sizes = [len(line) for line in lines]
    split: list[list[Edit]] = [[] for _ in lines]
    for one_pass in passes(edits):
        starts = list(accumulate((size + 1 for size in sizes), initial=0))
        mine: dict[int, list[Edit]] = {}
        for edit in one_pass:
            line = bisect_right(starts, edit.start, hi=len(lines)) - 1
            own = Edit(edit.fix, edit.start - starts[line], edit.before, edit.after)
            mine.setdefault(line, []).append(own)
        for line, found in mine.items():
            sizes[line] += growth(found)
            split[line] = _with_pass(lines[line], split[line], found)
    return split


def _with_pass(line: str, edits: list[Edit], one_pass: list[Edit]) -> list[Edit]:
    """The edits and one pass more, which is merged with the last where both have the same fix."""
    if not edits or edits[-1].fix != one_pass[0].fix:
        return edits + one_pass
    *before, last = passes(edits)
    for earlier in before:
        line = apply(line, earlier)
    return [*chain.from_iterable(before), *merge_passes(line, last, one_pass)]


def join_passes(
    parts: Sequence[Repaired], separator: str, order: Sequence[str]
) -> tuple[Edit, ...]:
    """The edits of the parts' texts joined by `separator`.

    The passes of every part come in rounds, each in the order of the fixes named in `order`.
    """
    if not any(part.edits for part in parts):
        return ()
    sizes = [len(part.text) - growth(part.edits) for part in parts]
    waiting = [deque(passes(part.edits)) for part in parts]
    joined: list[Edit] = []
    while any(waiting):
        for fix in order:
            mine = [
                queue.popleft() if queue and queue[0][0].fix == fix else [] for queue in waiting
            ]
            if not any(mine):
                continue
            starts = accumulate((size + len(separator) for size in sizes), initial=0)
            for start, edits in zip(starts, mine, strict=False):
                joined += (Edit(e.fix, e.start + start, e.before, e.after) for e in edits)
            sizes = [size + growth(edits) for size, edits in zip(sizes, mine, strict=True)]
    return tuple(joined)
