"""What recurs, counted in a text or cut from it, so that the cut can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from corpus.document import Edit


class Passage(NamedTuple):
    """Characters `begin` to `end` of a text recur; `keeps` where this article is to keep them."""

    begin: int
    end: int
    keeps: bool


def recurring_share(text: str, passages: Iterable[Passage]) -> float:
    """The share of the text's characters, white space not counted, that recur.

    >>> recurring_share("甲乙 丙丁", [Passage(0, 2, True), Passage(1, 3, False)])
    0.5
    """
    runs = _join((passage.begin, passage.end) for passage in passages)
    recurring = sum(_count(text[begin:end]) for begin, end in runs)
    return recurring / _count(text) if recurring else 0.0


def cut_passages(text: str, passages: Iterable[Passage], min_characters: int) -> Sequence[Edit]:
    r"""The edits that cut what recurs and is kept elsewhere, none if too little would be left.

    A line of which nothing is left goes with its end.

    >>> cut_passages("一\n二二\n三", [Passage(2, 4, False)], 1)
    [Edit(fix='cut_passages', start=2, before='二二\n', after='')]
    """
    runs = _join((passage.begin, passage.end) for passage in passages if not passage.keeps)
    runs = _join(_with_line_ends(text, runs))
    if _count(text) - sum(_count(text[begin:end]) for begin, end in runs) < min_characters:
        return []
    return [Edit("cut_passages", begin, text[begin:end], "") for begin, end in runs]


def _with_line_ends(text: str, runs: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """The runs; those that leave a line blank with what is blank, and one of its line ends."""
    found = []
    for begin, end in runs:
        line = text.rfind("\n", 0, begin) + 1
        after = text.find("\n", end)
        after = len(text) if after < 0 else after
        if text[line:begin].strip() or text[end:after].strip():
            found.append((begin, end))
        else:
            found.append((line, after + 1) if after < len(text) else (max(line - 1, 0), after))
    return found


def _join(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The runs in order, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(runs):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined


def _count(text: str) -> int:
    return len("".join(text.split()))
