"""Words that hint at what a line is for, counted for a whole page at once: `resources/cues.tsv`.

Phrases (`phrases.py`) say it; a cue only weighs, together with others and with its neighbours'.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.said.words import Words
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
    "abuse",
)
LONGEST_READ = 80
"""Characters of a line in which words are looked for: what a line is for, it says at once."""


@cache
def _words() -> tuple[Words, dict[str, int]]:
    """All words, and the number of the cue of each."""
    cues = {row["word"]: CUES.index(row["cue"]) for row in read_table("cues.tsv")}
    return Words(cues), cues


def count_cues(folded: Sequence[str]) -> Floats:
    """How many words of each cue the folded lines hold, shape (len(CUES), n_lines).

    Of words that overlap, the first is counted, of those that begin together the longest.
    """
    words, cues = _words()
    found = words.find_in_lines([line[:LONGEST_READ] for line in folded])
    places = [cues[word] * len(folded) + line for line, word in found]
    counts = np.bincount(places, minlength=len(CUES) * len(folded))
    return counts.reshape(len(CUES), len(folded)).astype(np.float64)
