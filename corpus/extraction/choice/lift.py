"""Scores of a page brought into line: all of them raised where all are low, like places evened out.

The first forest is less sure of itself on sites unlike those it was trained on: everything on such
a page scores low, the article only less so than the rest. Runs and floors are drawn at fixed
scores, and would find nothing there. So the scores of a page are moved, all by the same amount,
until its running text stands where running text usually does.

Then lines at the same kind of place, under the same tags and roles, are drawn together: short posts
of a thread stand where long ones do, and so do headlines of a list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.features import OWN, TEXT_FEATURES
from corpus.extraction.choice.opinions import running_text
from corpus.extraction.lines.layout import Layout

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

USUAL = 1.0
"""Score that a quarter of the running text of most pages reaches."""
MOST = 3.5
"""Scores are lifted by no more than this: a page of menus stays a page of menus."""
TOP_SHARE = 0.25
HEAVIEST = 200
"""Characters beyond which a line weighs no more."""

PULL = 0.5
"""How far a score goes towards the mean of its kind of place."""
LEAST = 0.01
"""What a link weighs in that mean."""
SUREST = 5.0
"""Scores beyond this weigh no more in the mean."""

N_CHARACTERS = OWN.index("n_characters")
LINK_SHARE = len(TEXT_FEATURES)


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of the lines, and by how much they were `raised` from those of the forest."""

    values: Floats
    raised: float


def adjust(
    layout: Layout, features: Floats, scores: Floats, running: Flags | None = None
) -> Scores:
    """The scores that candidates are drawn from, of a page of at least one line.

    `running` may be given when it is known already which lines are running text.
    """
    raised = lift(features, scores, running)
    return Scores(_even_out(layout, features, scores + raised), raised)


def _even_out(layout: Layout, features: Floats, scores: Floats) -> Floats:
    """Scores half-way to the mean of their kind of place; as they are where there is no markup."""
    if not layout.elements:
        return scores
    place = layout.places
    weight = np.minimum(features[:, N_CHARACTERS], HEAVIEST) * (features[:, LINK_SHARE] < 0.5)
    weight += LEAST
    total = np.bincount(place, weight * np.minimum(np.maximum(scores, -SUREST), SUREST))
    mean = total / np.bincount(place, weight)
    alone = np.bincount(place).take(place) == 1
    return np.where(alone, scores, scores + PULL * (mean.take(place) - scores))


def lift(features: Floats, scores: Floats, running: Flags | None = None) -> float:
    """By how much the scores of a page (at least one) are to be raised; 0 on most pages."""
    n = features[:, N_CHARACTERS]
    text = (running_text(features) if running is None else running).nonzero()[0]
    if not len(text):
        text = np.arange(len(n))
    text = text.take((-scores.take(text)).argsort(kind="stable"))  # the highest scores first
    weights = np.minimum(n.take(text), HEAVIEST).cumsum()
    reached = weights.searchsorted(TOP_SHARE * weights[-1])
    return min(max(USUAL - float(scores[text[reached]]), 0.0), MOST)
