"""A document given as lines: its edits, told line by line, and put together again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, chain

from corpus.cleaning.edits import Repaired, apply, growth, passes
from corpus.document import Edit


def split_edits(text: str, edits: Iterable[Edit]) -> list[list[Edit]]:
    r"""The edits of a text of lines, one list a line, rebased to the line's own start.

    No edit may touch a "\n": the lines after each pass are the lines before it.
    """
    lines: list[list[Edit]] = [[] for _ in range(text.count("\n") + 1)]
    for one_pass in passes(edits):
        starts = _line_starts(text)
        for edit in one_pass:
            line = bisect_right(starts, edit.start) - 1
            lines[line].append(replace(edit, start=edit.start - starts[line]))
        text = apply(text, one_pass)
    return lines


def join_passes(
    parts: Sequence[Repaired], separator: str, order: Sequence[str]
) -> tuple[Edit, ...]:
    """The edits of the parts' texts joined by `separator`, one pass for each fix named in `order`.

    Every part holds at most one pass of a fix, in that order.
    """
    if not any(part.edits for part in parts):
        return ()
    sizes = [len(part.text) - growth(part.edits) for part in parts]
    joined: list[Edit] = []
    for fix in order:
        mine = [[edit for edit in part.edits if edit.fix == fix] for part in parts]
        if not any(mine):
            continue
        starts = accumulate((size + len(separator) for size in sizes), initial=0)
        for start, edits in zip(starts, mine, strict=False):
            joined += (replace(edit, start=edit.start + start) for edit in edits)
        sizes = [size + growth(edits) for size, edits in zip(sizes, mine, strict=True)]
    return tuple(joined)


def _line_starts(text: str) -> list[int]:
    lines = text.split("\n")
    return list(accumulate(chain([0], (len(line) + 1 for line in lines[:-1]))))
