"""Lines → the main ones, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.features import text_features
from corpus.extraction.forest import read_forest
from corpus.extraction.layout import Layout
from corpus.extraction.phrases import Hits
from corpus.extraction.region import propose, take
from corpus.extraction.tree import tree_features

Floats = NDArray[np.float64]


def line_features(
    layout: Layout, texts: Sequence[str], hits: Sequence[Hits] | None = None
) -> Floats:
    """The features of each line (at least one), with the markup's where there is markup."""
    features = text_features(texts, hits)
    if not layout.elements:
        return features
    punctuation = features[:, 4] + features[:, 5]
    return np.column_stack([features, tree_features(layout, features[:, 0], punctuation)])


def choose_main(
    layout: Layout, texts: Sequence[str], hits: Sequence[Hits]
) -> tuple[tuple[int, ...], float]:
    """The numbers of the main lines in order, and the F1 that is expected of them.

    No lines on an empty page, with an expectation of 0.
    """
    if not texts:
        return (), 0.0
    track = "html" if layout.elements else "text"
    features = line_features(layout, texts, hits)
    scores = read_forest(f"lines_{track}.npz").score(features)
    candidates = propose(layout, features, scores)
    expected = read_forest(f"regions_{track}.npz").score(candidates.features)
    best = int(expected.argmax())
    return tuple(take(candidates, best, scores)), float(min(max(expected[best], 0.0), 1.0))
