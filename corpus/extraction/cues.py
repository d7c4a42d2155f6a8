"""Words that hint at what a line is for, counted for a whole page at once: `resources/cues.tsv`.

Phrases (`phrases.py`) say it; a cue only weighs, together with others and with its neighbours'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.resources import read_table

Floats = NDArray[np.float64]

CUES = (
    "answer",
    "comments",
    "person",
    "login",
    "install",
    "follow",
    "sale",
    "rights",
    "care",
    "operator",
    "about",
    "more",
    "turn",
    "operate",
    "lists",
    "credits",
    "figures",
    "tags",
    "channels",
)
LONGEST_READ = 200
"""Characters of a line in which words are looked for: what a line is for, it says at once."""


@cache
def _words() -> tuple[re.Pattern[str], dict[str, int]]:
    """All words as one pattern, and the number of the cue of each."""
    cues = {row["word"]: CUES.index(row["cue"]) for row in read_table("cues.tsv")}
    return re.compile(as_pattern(cues)), cues


def as_pattern(words: Iterable[str]) -> str:
    """A pattern for the longest of the words at a place; words with one beginning share it.

    >>> as_pattern(["版权", "版本", "版权所有"])
    '版(?:本|权(?:所有)?)'
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _branch(tree)


def _branch(node: dict[str, Any]) -> str:
    parts = [re.escape(c) + _branch(rest) for c, rest in sorted(node.items()) if c]
    if not parts:
        return ""
    if "" in node:
        return f"(?:{'|'.join(parts)})?"
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def count_cues(folded: Sequence[str]) -> Floats:
    """How many words of each cue the folded lines hold, shape (len(CUES), n_lines).

    Of words that overlap, the first is counted.
    """
    pattern, cues = _words()
    shown = [line[:LONGEST_READ] for line in folded]
    ends = np.cumsum([len(line) + 1 for line in shown])
    found = [(m.start(), cues[m.group()]) for m in pattern.finditer("\n".join(shown))]
    counts = np.zeros((len(CUES), len(folded)))
    if found:
        at, cue = np.array(found).T
        np.add.at(counts, (cue, np.searchsorted(ends, at, side="right")), 1)
    return counts
