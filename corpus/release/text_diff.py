"""What changed between two texts, character by character, in time that no text can blow up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Op = Literal["same", "delete", "insert"]

MAX_EDITS = 400
"""Characters inserted and deleted beyond which two texts are compared by paragraphs, and paragraphs
beyond which they are two texts: what is so different nobody reads letter by letter. The time is
the length of the texts and, at worst, the square of this."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters: the same in both texts, only in the old one, or only in the new one."""

    op: Op
    text: str


def diff_texts(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces that turn `old` into `new`; same and delete give `old`, same and insert `new`.

    >>> [(piece.op, piece.text) for piece in diff_texts("abcd", "abXd")]
    [('same', 'ab'), ('delete', 'c'), ('insert', 'X'), ('same', 'd')]
    """
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    middle = _edits(before, after)
    if middle is None:
        middle = _by_paragraphs(before, after)
    pieces = [("same", old[:head]), *middle, ("same", old[len(old) - tail :])]
    return tuple(_tidy(pieces))


_Step = tuple[Op, str]


def _shared(a: str, b: str) -> int:
    """How many characters two texts begin with together; a binary search, for slices are fast."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[low:middle] == b[low:middle] else (low, middle - 1)
    return low


def _by_paragraphs(old: str, new: str) -> list[_Step]:
    """Whole paragraphs deleted and inserted, or, where even those are too many, all of both."""
    steps = _edits(old.splitlines(keepends=True), new.splitlines(keepends=True))
    return steps if steps is not None else [("delete", old), ("insert", new)]


def _edits(old: Sequence[str], new: Sequence[str]) -> list[_Step] | None:
    """The fewest steps from old to new, or None where there are more than `MAX_EDITS`.

    Source: E. Myers, An O(ND) difference algorithm and its variations, 1986, figure 2.
    """
    ends: dict[int, int] = {1: 0}  # the furthest place in old, by diagonal
    history: list[dict[int, int]] = []
    for n_edits in range(min(MAX_EDITS, len(old) + len(new)) + 1):
        history.append(ends.copy())
        for diagonal in range(-n_edits, n_edits + 1, 2):
            down = diagonal == -n_edits or (
                diagonal != n_edits and ends[diagonal - 1] < ends[diagonal + 1]
            )
            x = ends[diagonal + 1] if down else ends[diagonal - 1] + 1
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            ends[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return list(_walk_back(old, new, history))[::-1]
    return None


def _walk_back(
    old: Sequence[str], new: Sequence[str], history: list[dict[int, int]]
) -> Iterator[_Step]:
    """The steps from the end of both to their beginning."""
    x, y = len(old), len(new)
    for n_edits in range(len(history) - 1, -1, -1):
        ends, diagonal = history[n_edits], x - y
        down = diagonal == -n_edits or (
            diagonal != n_edits and ends[diagonal - 1] < ends[diagonal + 1]
        )
        from_x = ends[diagonal + 1 if down else diagonal - 1] if n_edits else 0
        from_y = from_x - (diagonal + 1 if down else diagonal - 1) if n_edits else 0
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            yield "same", old[x]
        if n_edits:
            yield ("insert", new[from_y]) if down else ("delete", old[from_x])
        x, y = from_x, from_y


def _tidy(steps: Sequence[_Step]) -> Iterator[Piece]:
    """Steps of a kind joined; between two same pieces first what goes, then what comes."""
    for is_same, run in groupby((s for s in steps if s[1]), lambda step: step[0] == "same"):
        parts = list(run)
        ops: tuple[Op, ...] = ("same",) if is_same else ("delete", "insert")
        for op in ops:
            text = "".join(part for kind, part in parts if kind == op)
            if text:
                yield Piece(op, text)
