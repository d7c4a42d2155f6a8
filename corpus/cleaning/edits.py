"""Edits: how a fix writes down what it changes, and how a text is repaired, replayed and undone.

A list of edits is a sequence of passes. Consecutive edits with the same `fix` form one pass: they
are sorted, do not overlap, and their `start` counts in the text as it stood before that pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from corpus.cleaning.leftovers import Leftover, find_leftovers
from corpus.document import Edit
from corpus.errors import CorpusError

Fix = Callable[[str], list[Edit]]
"""One repair: the edits for a text, in order, none overlapping. Its `__name__` is their `fix`."""


class EditError(CorpusError):
    """Edits were applied to a text that they were not made for."""


_MAX_TURNS = 8


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired text and the edits that lead to it from the text as it was."""

    text: str
    edits: tuple[Edit, ...]

    @property
    def leftovers(self) -> list[Leftover]:
        """What of the text no fix can bring back."""
        return find_leftovers(self.text)


def passes(edits: Iterable[Edit]) -> Iterator[list[Edit]]:
    """The passes of `edits`, in order."""
    for _, group in groupby(edits, key=attrgetter("fix")):
        yield list(group)


def match_edits(
    fix: str, pattern: re.Pattern[str], text: str, after: str | Callable[[re.Match[str]], str]
) -> list[Edit]:
    """An edit for every match of `pattern`; matches that `after` leaves as they are make none."""
    edits = []
    for match in pattern.finditer(text):
        replacement = after if isinstance(after, str) else after(match)
        if replacement != match.group():
            edits.append(Edit(fix, match.start(), match.group(), replacement))
    return edits


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after one pass.

    >>> apply("a--b", [Edit("dash", 1, "--", "-")])
    'a-b'

    Raises:
        EditError: An edit does not find its `before` at its place.
    """
    pieces: list[str] = []
    done = 0
    for edit in edits:
        if edit.start < done or not text.startswith(edit.before, edit.start):
            raise _foreign(edit)
        pieces += (text[done : edit.start], edit.after)
        done = edit.start + len(edit.before)
    pieces.append(text[done:])
    return "".join(pieces)


def replay(original: str, edits: Iterable[Edit]) -> str:
    """The repaired text, from the original and its edits.

    Raises:
        EditError: The edits do not belong to `original`.
    """
    for one_pass in passes(edits):
        original = apply(original, one_pass)
    return original


def undo(result: str, edits: Iterable[Edit]) -> str:
    """The original text, from the repaired one and its edits.

    Raises:
        EditError: The edits do not belong to `result`.
    """
    for one_pass in reversed(list(passes(edits))):
        result = apply(result, _inverted(one_pass))
    return result


def merge_passes(text: str, first: list[Edit], second: list[Edit]) -> list[Edit]:
    """One pass that does to `text` what two passes of the same fix do, one after the other.

    >>> one, two = [Edit("halve", 0, "aaaa", "aa")], [Edit("halve", 0, "aa", "a")]
    >>> merge_passes("aaaab", one, two)
    [Edit(fix='halve', start=0, before='aaaa', after='a')]
    """
    between = apply(text, first)
    after = apply(between, second)
    edits: list[Edit] = []
    start = there = 0
    kept = [*_kept_twice(first, second, len(text)), (len(text), len(after), 0)]
    for begin, then, size in kept:
        if text[start:begin] != after[there:then]:
            edits.append(Edit(first[0].fix, start, text[start:begin], after[there:then]))
        start, there = begin + size, then + size
    return edits


def settle(text: str, once: Callable[[str], list[Edit]]) -> list[Edit]:
    """One pass that does what `once` does until nothing is left to do; nothing if that never is."""
    edits = once(text)
    for _ in range(_MAX_TURNS):
        more = once(apply(text, edits)) if edits else []
        if not more:
            return edits
        edits = merge_passes(text, edits, more)
    return []


def _kept_twice(
    first: list[Edit], second: list[Edit], n_characters: int
) -> Iterator[tuple[int, int, int]]:
    """What two passes both leave alone: its place before, its place after, its size."""
    later = _kept(second, n_characters + growth(first))
    here = next(later, None)
    for begin, middle, size in _kept(first, n_characters):
        while here is not None:
            low, high = max(middle, here[0]), min(middle + size, here[0] + here[2])
            if low < high:
                yield begin + low - middle, here[1] + low - here[0], high - low
            if here[0] + here[2] > middle + size:
                break
            here = next(later, None)


def _kept(edits: list[Edit], n_characters: int) -> Iterator[tuple[int, int, int]]:
    """What a pass leaves alone: its place before, its place after, its size."""
    done = shift = 0
    for edit in edits:
        yield done, done + shift, edit.start - done
        done = edit.start + len(edit.before)
        shift += len(edit.after) - len(edit.before)
    yield done, done + shift, n_characters - done


def growth(edits: Iterable[Edit]) -> int:
    """How many characters longer the edits make a text."""
    return sum(len(edit.after) - len(edit.before) for edit in edits)


def _inverted(one_pass: list[Edit]) -> Iterator[Edit]:
    shift = 0
    for edit in one_pass:
        yield Edit(edit.fix, edit.start + shift, edit.after, edit.before)
        shift += len(edit.after) - len(edit.before)


def _foreign(edit: Edit) -> EditError:
    return EditError(
        f"edit {edit.fix} at {edit.start}",
        f"the text does not have {edit.before!r} there",
        "give the text that these edits were made for",
    )
