"""Spans of lines, and exact sums over what they hold, take, and stand below.

Sums over lines are of whole numbers, so that they are exact and the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.features import TEXT_FEATURES
from corpus.extraction.opinions import COLUMN, running_text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SHORT = 40
"""Characters below which a line with a date can be a byline."""
HEAVY = 400
"""Characters after which a line pulls no harder."""
ROLES = ("content", "side", "related", "comment", "control")
"""Roles of elements whose share of a span is seen."""
AROUND = tuple(f"around_{role}" for role in ROLES)
MARKUP_ROWS = (
    *("links", "headings", "linked_headings", "cover", "titles", "depth", "depth_2"),
    *AROUND,
)
"""What is only known of lines with markup; without, each is 0."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of lines `first` to `end`, the first and last of them taken, by number of the floor.

    Shapes (n,); `taken` of shape (n_floors, n_lines) tells which lines lie above each floor.
    """

    first: Ints
    end: Ints
    floor: Ints
    taken: Flags


def likelihood(scores: Floats) -> Floats:
    """Scores as thousandths of certainty: a straight line, exact on every machine."""
    return np.rint(np.clip((scores + 4.0) / 8.0, 0.0, 1.0) * 1000)


def share(part: Floats, whole: Floats | float) -> Floats:
    """A part as a share of the whole, which counts as 1 at least."""
    return np.asarray(part / np.maximum(whole, 1.0))


class Sums:
    """Sums of the rows of a table, shape (n_rows, n_lines), over spans."""

    def __init__(self, spans: Spans, table: Floats) -> None:
        self.spans, self.table = spans, table
        self.totals = _running_totals(table)

    def inside(self) -> Floats:
        """Over all lines of each span, shape (n_rows, n_spans)."""
        return np.asarray(self.totals[:, self.spans.end] - self.totals[:, self.spans.first])

    def taken(self) -> Floats:
        """Over the lines that each span takes."""
        spans = self.spans
        sums = np.empty((len(self.table), len(spans.first)))
        for floor, taken in enumerate(spans.taken):
            own = spans.floor == floor
            totals = _running_totals(self.table * taken)
            sums[:, own] = totals[:, spans.end[own]] - totals[:, spans.first[own]]
        return sums

    def before(self) -> Floats:
        """Over the lines above each span."""
        return np.asarray(self.totals[:, self.spans.first])

    def above(self, n: int) -> Floats:
        """Over the `n` lines just above each span, and its first."""
        first = self.spans.first
        return np.asarray(self.totals[:, first + 1] - self.totals[:, np.maximum(first - n, 0)])


def _running_totals(table: Floats) -> Floats:
    totals = np.zeros((len(table), table.shape[1] + 1))
    np.cumsum(table, axis=1, out=totals[:, 1:])
    return totals


def weigh_lines(features: Floats, scores: Floats) -> dict[str, Floats]:
    """What each line adds to the sums over a span; whole numbers, so that sums are exact."""
    n = features[:, 0]
    certain = likelihood(scores)
    phrases = features[:, COLUMN["phrase_navigation"] : COLUMN["phrase_tags"] + 1]
    byline = (features[:, COLUMN["phrase_byline"]] >= 2) | (
        (features[:, COLUMN["has_date"]] > 0) & (n < SHORT)
    )
    nothing = np.zeros(len(n))
    rows = {
        "likely": certain * n,
        "unlikely": (1000 - certain) * n,
        "n": n,
        "points": features[:, COLUMN["n_ends"]] + features[:, COLUMN["n_middles"]],
        "lines": np.ones(len(n)),
        "positive": (scores > 0).astype(np.float64),
        "positive_n": (scores > 0) * n,
        "hopeless_n": (scores < -3) * n,
        "hopeless": (scores < -3).astype(np.float64),
        "pull": np.rint(np.clip(scores, -3, 3) * np.sqrt(np.minimum(n, HEAVY)) * 1000),
        "sentences": features[:, COLUMN["ends_sentence"]] * n,
        "phrases": (phrases.max(axis=1) >= 2).astype(np.float64),
        "running": running_text(features) * n,
        "bylines": byline.astype(np.float64),
        "related": (features[:, COLUMN["phrase_related"]] >= 2).astype(np.float64),
        "comments": (features[:, COLUMN["phrase_comment"]] >= 2).astype(np.float64),
    }
    if features.shape[1] == len(TEXT_FEATURES):
        return rows | dict.fromkeys(MARKUP_ROWS, nothing)
    heading = features[:, COLUMN["heading"]] > 0
    depth = features[:, COLUMN["depth"]]
    return rows | {
        "links": np.rint(features[:, COLUMN["link_share"]] * n),
        "headings": heading.astype(np.float64),
        "linked_headings": (heading & (features[:, COLUMN["link_share"]] > 0.5)) * 1.0,
        "cover": np.rint(features[:, COLUMN["title_cover"]] * 1000),
        "titles": (features[:, COLUMN["since_title"]] == 0).astype(np.float64),
        "depth": depth * n,
        "depth_2": depth * depth * n,
        **{role: features[:, COLUMN[role]] * n for role in AROUND},
    }
