"""Pages of pictures, each with its number of all: 3/8, a caption, and the text that goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.extraction.choice.features import Texts

COUNTER = re.compile(r"[(（\[]?\s?(\d{1,3})\s?/\s?(\d{1,3})\s?[)）\]]?")
FEWEST, FAR, BELOW = 3, 12, 2
"""Counters, at least; lines from one to the next, at most; and lines below the last."""


def with_captions(lines: Sequence[int], page: Texts) -> tuple[int, ...]:
    """The chosen lines with all that stands among counted pictures, if any of them does."""
    counters = _counters(page.texts)
    if len(counters) < FEWEST:
        return tuple(lines)
    end = counters[-1] + 1
    while end < min(counters[-1] + 1 + BELOW, len(page.texts)) and page.hits[end].whole is None:
        end += 1
    inside = range(counters[0], end)
    if not any(n in inside or n + 1 in inside for n in lines):
        return tuple(lines)
    shown = {n for n in inside if page.hits[n].whole is None}
    return tuple(sorted(shown.union(lines).difference(counters)))


def _counters(texts: Sequence[str]) -> list[int]:
    """The lines that count pictures from the first on, up to the last that does."""
    found: list[int] = []
    total = ""
    for n, text in enumerate(texts):
        match = COUNTER.fullmatch(text.strip()) if "/" in text[:6] else None
        if match is None:
            continue
        if match[1] == "1":
            found, total = [n], match[2]
        elif found and match[2] == total and int(match[1]) == len(found) + 1:
            if n - found[-1] > FAR:
                break
            found.append(n)
    return found
