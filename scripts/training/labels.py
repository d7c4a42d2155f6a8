"""Gold text → which lines of the page are main, by alignment in characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MAX_OCCURRENCES = 30


def squeeze(text: str) -> str:
    """The text as it is compared: NFKC, no white space (as the score does)."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def label_lines(lines: Sequence[str], gold: str) -> list[int]:
    """1 for each line that the gold text holds, else 0.

    Lines are matched to places in the gold text so that both go in the same order and the matched
    characters are most (a heaviest increasing chain): a menu entry that also stands as a word in
    the article is not taken for it.
    """
    matches = _matches(lines, squeeze(gold))
    labels = [0] * len(lines)
    for line in _heaviest_chain(matches, len(squeeze(gold)) + 2):
        labels[line] = 1
    return labels


def _matches(lines: Sequence[str], gold: str) -> list[tuple[int, int, int, int]]:
    """(line, start, end, weight) of each place where a line, or most of it, stands in the gold."""
    found = []
    for n, line in enumerate(lines):
        text = squeeze(line)
        at = gold.find(text) if text else -1
        if text and at < 0 and len(text) >= 12:
            found += _partial(n, text, gold)
        for _ in range(MAX_OCCURRENCES):
            if at < 0:
                break
            found.append((n, at, at + len(text), len(text)))
            at = gold.find(text, at + 1)
    return sorted(found, key=lambda m: (m[0], -m[1]))


def _partial(n: int, text: str, gold: str) -> list[tuple[int, int, int, int]]:
    k = len(text)
    for a, b in ((0, k * 6 // 10), (k * 4 // 10, k)):
        at = gold.find(text[a:b])
        if at >= 0:
            return [(n, max(0, at - a), min(len(gold), at - a + k), b - a)]
    return []


def _heaviest_chain(matches: Sequence[tuple[int, int, int, int]], size: int) -> list[int]:
    """Line numbers of the heaviest chain in which lines and places both go up.

    A Fenwick tree over the ends of the places holds the best chain up to each; the matches of one
    line come from the last place to the first, so that no line follows itself.
    """
    best_to: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    before = [-1] * len(matches)
    top = (0.0, -1)
    for n, (_, start, end, weight) in enumerate(matches):
        total, previous = _best(best_to, start + 1)
        adjoins = previous >= 0 and matches[previous][2] >= start - 1
        before[n] = previous
        here = (total + weight + (0.5 if adjoins else 0.0), n)
        _raise(best_to, min(end + 1, size), here)
        top = max(top, here, key=lambda t: t[0])
    chain, n = [], top[1]
    while n >= 0:
        chain.append(matches[n][0])
        n = before[n]
    return chain


def _best(tree: list[tuple[float, int]], at: int) -> tuple[float, int]:
    best = (0.0, -1)
    while at > 0:
        best = max(best, tree[at], key=lambda t: t[0])
        at -= at & -at
    return best


def _raise(tree: list[tuple[float, int]], at: int, value: tuple[float, int]) -> None:
    while at < len(tree):
        tree[at] = max(tree[at], value, key=lambda t: t[0])
        at += at & -at
