"""The choice among candidates that would be wrong by least, whichever of them is the article.

The candidate of which most is expected is a bad choice where others, nearly as good, all hold
something else: of the first post of a thread much is expected, of ten ways to take the whole thread
a little less. So each candidate is weighed by what is expected of it, and the one wins whose mean
F1 with all others is highest (decision by minimum Bayes risk; Kumar and Byrne, HLT-NAACL 2004).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.region import Candidates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SHARPNESS = 4
"""How often the expected F1 is squared to make its weight: squared four times, a candidate that is
expected to reach .9 of what the best does counts .19, and one at .8 counts .03."""
UNIT = 10_000
"""F1 and weights are whole numbers of this part: their sums are the same on every machine."""


def elect(candidates: Candidates, expected: Floats, scores: Floats, sizes: Floats) -> int:
    """The number of the candidate to take; the first of equals.

    `expected` is the F1 foretold for each, from 0 to 1, of shape (n_candidates,); `scores` and
    `sizes`, the characters, are those of the lines of the page, of shape (n_lines,).
    """
    best = float(expected.max())
    weights = expected / best if best > 0 else np.ones(len(expected))
    for _ in range(SHARPNESS):
        weights = weights * weights
    votes = np.rint(weights * UNIT).astype(np.int64)
    near = votes.nonzero()[0]  # half of the best and more: the others have no say
    agreement = (overlaps(candidates, near, scores, sizes) * votes.take(near)).sum(axis=1)
    return int(near[agreement.argmax()])


def overlaps(candidates: Candidates, some: Ints, scores: Floats, sizes: Floats) -> Ints:
    """F1 in characters of each two of some candidates, in parts of `UNIT`; shape (n, n)."""
    chosen = candidates.floor.take(some)
    floors = np.array(sorted({*chosen.tolist()}))
    floor = floors.searchsorted(chosen)
    taken = sizes.astype(np.int64) * (scores > floors[:, None])
    totals = np.zeros((len(floors), len(scores) + 1), np.int64)
    taken.cumsum(axis=1, out=totals[:, 1:])
    first, end = candidates.first.take(some), candidates.end.take(some)
    # What is taken at the higher of two floors is taken at the lower, too.
    row = np.maximum(floor[:, None], floor) * totals.shape[1]
    begins = np.maximum(first[:, None], first)
    ends = np.maximum(np.minimum(end[:, None], end), begins)
    both = totals.take(row + ends) - totals.take(row + begins)
    own = both.diagonal()
    of_two = np.maximum(own[:, None] + own, 1)
    # Of whole numbers that a float holds, the quotient rounds to a whole number only if it is one.
    return np.asarray((2 * UNIT * both / of_two).astype(np.int64))
