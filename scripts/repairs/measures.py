"""What of a damaged article came back: by character, against the article as it was."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from corpus.document import Edit
from scripts.repairs.damages import Damaged

LOST = "\N{REPLACEMENT CHARACTER}"

MARKS = frozenset("，：；？！（）")
HALF = frozenset(",:;?!()")

FOLDED = {mark: unicodedata.normalize("NFKC", mark) for mark in MARKS}


@dataclass(slots=True)
class Back:
    """Counts of characters of damaged articles.

    `n` are those beyond ASCII in damaged spans, `back` of them came back, `lost` had bytes that the
    misreading did not keep, `named` stand as U+FFFD; `harmed` are those of sound spans that are not
    what they were.
    """

    n: int = 0
    back: int = 0
    lost: int = 0
    named: int = 0
    harmed: int = 0

    def add(self, damaged: Damaged, repaired: str) -> None:
        """Count an article."""
        lines = repaired.split("\n")
        if len(lines) != len(damaged.lines):
            lines = [""] * len(damaged.lines)
        self.lost += damaged.text.count(LOST)
        for was, now, (begin, end) in zip(damaged.before, lines, damaged.spans, strict=True):
            told = [not c.isascii() and begin <= n < end for n, c in enumerate(was)]
            self.n += sum(told)
            if was == now:
                self.back += sum(told)
                continue
            kept = _kept(was, now)
            self.back += sum(a and b for a, b in zip(told, kept, strict=True))
            self.named += now.count(LOST)
            sound = range(begin), range(end, len(was))
            self.harmed += sum(not kept[n] for part in sound for n in part)

    def row(self) -> dict[str, float]:
        """As shares: back of all, back of those that were not lost, and named as lost of all."""
        n_kept = max(1, self.n - self.lost)
        shares = {"back": self.back / self.n, "back_of_kept": min(1.0, self.back / n_kept)}
        named = {"named_lost": self.named / self.n, "harmed": self.harmed}
        return {"characters": self.n, **shares, **named}


def _kept(was: str, now: str) -> list[bool]:
    """Which characters of a line are there in order."""
    kept = [False] * len(was)
    for block in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks():
        kept[block.a : block.a + block.size] = [True] * block.size
    return kept


@dataclass(slots=True)
class Widths:
    """Counts of punctuation of folded articles.

    `full` width marks were there, `back` of them are; `half` width marks were there; `wrong` are
    those of them, and other characters such as quotes, that are not what they were.
    """

    full: int = 0
    back: int = 0
    half: int = 0
    wrong: int = 0

    def add(self, was: str, repair: Callable[[str], Iterable[Edit]]) -> None:
        """Count an article, folded and repaired."""
        pieces = [unicodedata.normalize("NFKC", c) for c in was]
        now = _in_place("".join(pieces), repair("".join(pieces)))
        place = 0
        for character, piece in zip(was, pieces, strict=True):
            there = "".join(now[place : place + len(piece)])
            if character in MARKS:
                self.full += 1
                self.back += there == character
            else:
                self.half += character in HALF
                self.wrong += there not in (piece, character)
            place += len(piece)

    def row(self) -> dict[str, float]:
        """As shares of all positions of such marks."""
        n = self.full + self.half
        right = self.full + self.half - self.wrong - (self.full - self.back)
        shares = {"restored": self.back / self.full, "right": right / n, "wrong": self.wrong / n}
        return {"positions": n, **shares}


def _in_place(text: str, edits: Iterable[Edit]) -> list[str]:
    """What stands at the place of each character after the edits.

    Three dots that become one mark give it to the first of them.
    """
    now = list(text)
    for edit in edits:
        step = len(edit.before) // len(edit.after)
        for n in range(len(edit.before)):
            now[edit.start + n] = "" if n % step else edit.after[n // step]
    return now


def total(rows: Iterable[Widths]) -> Widths:
    """Several counts as one."""
    sums = Widths()
    for row in rows:
        sums.full += row.full
        sums.back += row.back
        sums.half += row.half
        sums.wrong += row.wrong
    return sums
