"""Lines → numbers that tell kinds of noise apart, once it is known which lines are the article.

Like the features of `features.py` and `tree.py`, of which it takes some along: counts, shares and
comparisons, the same bits on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.features import OWN, TEXT_FEATURES
from corpus.extraction.choice.sheet import Sheet, join, lay_out
from corpus.extraction.choice.tree import TREE_FEATURES
from corpus.extraction.noise.shapes import SHAPES, find_shapes_each
from corpus.extraction.noise.view import View
from corpus.extraction.said.cues import CUES, count_cues
from corpus.extraction.said.phrases import PHRASE_KINDS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.integer]

PLACES = (
    "above",
    "below",
    "inside",
    "has_main",
    "tail",
    "front",
    "until_end",
    "since_main",
    "until_main",
)
KNOWN = ("is_title", "is_byline", "since_known", "until_known")
AROUND = (*CUES, *SHAPES, "link_share", *PHRASE_KINDS)
WINDOWS = (1, 3, 8, 20)
N_MEANS = len(WINDOWS) * 2 * len(AROUND)
"""Means of each entry of `AROUND` over so many lines before and after each line."""
FARTHEST = 300
"""Lines after which it does not matter how far from the article a line is."""
FAR = 60
"""Lines after which it does not matter how far anything else is."""

SHIFTED = [f"{name}{k:+d}" for k in (-2, -1, 1, 2) for name in ("n_characters", "punctuation")]
KEPT_TEXT = (*OWN, *SHIFTED, "n_lines", "position", "short_run_before", "short_run_after")
NOISE_FEATURES: tuple[str, ...] = (
    *PLACES,
    *KNOWN,
    *(f"n_{cue}" for cue in CUES),
    *SHAPES,
    *(f"{side}_{kind}" for side in ("since", "until") for kind in PHRASE_KINDS),
    *(f"{name}_{side}{w}" for w in WINDOWS for side in ("before", "after") for name in AROUND),
    *KEPT_TEXT,
)
"""Names of the columns of `noise_features` for innerText."""
MARKUP_FEATURES: tuple[str, ...] = (*TREE_FEATURES, *(f"{name}_like" for name in AROUND))
"""Names of those that HTML has after them; the last are means of all lines at the same place."""

_FIRST_MEAN = len(NOISE_FEATURES) - len(KEPT_TEXT) - N_MEANS
_SAID = np.array([TEXT_FEATURES.index(f"phrase_{kind}") for kind in PHRASE_KINDS])
_KEPT = np.array([TEXT_FEATURES.index(name) for name in KEPT_TEXT])
_KEPT_OF_MARKUP = np.array(
    [*_KEPT, *range(len(TEXT_FEATURES), len(TEXT_FEATURES) + len(TREE_FEATURES))]
)
"""Places among the features of lines: of phrases, and of what is taken along."""
_CUES = slice(len(PLACES) + len(KNOWN), len(PLACES) + len(KNOWN) + len(CUES))
_SHAPES = slice(_CUES.stop, _CUES.stop + len(SHAPES))
_LINKS = AROUND.index("link_share")
N_LINEAR = 7
"""How many of the first `PLACES` are linear in the number of the line, and how steep they are."""
_SLOPES = np.array([[-1.0], [1], [0], [0], [1], [1], [-1]])
SHARES = 64
"""Shares are rounded down to so many parts, so that sums of them are exact."""
EDGES = np.array(sorted({edge for w in WINDOWS for edge in (-w, 0, 1, 1 + w)}))
"""Where windows begin and end, seen from a line."""


class Means(NamedTuple):
    """Some of the means: the sums that end a window and that begin it, and the lines in it.

    Sums are numbered row by row of `AROUND`, each up to all of the `EDGES`.
    """

    ends: Integers
    starts: Integers
    widths: Integers


def _read_means(numbers: Integers) -> Means:
    """What the means of these numbers are made of."""
    sides, rows = np.divmod(numbers, len(AROUND))
    windows, is_after = np.divmod(sides, 2)
    widths = np.array(WINDOWS)[windows]
    starts = np.where(is_after, 1, -widths)
    first = rows * len(EDGES)
    ends = EDGES.searchsorted(starts + widths)
    return Means(first + ends, first + EDGES.searchsorted(starts), widths[:, None])


ALL_MEANS = _read_means(np.arange(N_MEANS))


def pick_means(columns: Integers) -> tuple[Means, Integers]:
    """The means that are among some columns, and the columns' numbers where only these are kept."""
    first, end = _FIRST_MEAN, _FIRST_MEAN + N_MEANS
    asked = np.unique(columns[(columns >= first) & (columns < end)])
    kept = np.concatenate([np.arange(first), asked, np.arange(end, columns.max() + 1)])
    return _read_means(asked - first), kept.searchsorted(columns)


def noise_features(view: View) -> Floats:
    """The features of each line, shape (n_lines, n_features)."""
    (neighbourhood,) = look_around_each([view])
    return neighbourhood.features(np.arange(len(view.texts)), ALL_MEANS)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A page's lines summed and counted, so that the features of any of them are read off.

    `first` are the rows of all features before the means, `known` those of `TEXT_FEATURES` and
    `TREE_FEATURES`. `totals` are the sums of the rows of `AROUND` up to each line, `like` their
    means at each of the `places`, which there are where there is markup.
    """

    first: Floats
    known: Floats
    totals: Floats
    like: Floats | None
    places: Integers | None

    def features(self, lines: Integers, means: Means) -> Floats:
        """The features of some lines, shape (len(lines), n_features), with no means but these."""
        kept = _KEPT if self.like is None else _KEPT_OF_MARKUP
        blocks = [
            self.first.take(lines, axis=1),
            self._means(lines, means),
            self.known.take(lines, axis=1).take(kept, axis=0),
        ]
        if self.like is not None and self.places is not None:
            blocks.append(self.like.take(self.places[lines], axis=1))
        # Features are rows while they are made, so that each is one run of memory.
        return np.concatenate(blocks).T

    def _means(self, lines: Integers, means: Means) -> Floats:
        """Means over windows around some lines; beyond the page there is nothing to add."""
        edges = lines + EDGES[:, None]
        np.minimum(np.maximum(edges, 0, out=edges), self.totals.shape[1] - 1, out=edges)
        sums = self.totals.take(edges, axis=1).reshape(-1, len(lines))
        found = sums.take(means.ends, axis=0)
        found -= sums.take(means.starts, axis=0)
        found /= means.widths
        return np.asarray(found)


def look_around_each(views: Sequence[View]) -> list[Neighbourhood]:
    """The neighbourhoods of the lines of each page, which has some; found together."""
    sheet = lay_out([len(view.texts) for view in views])
    first = np.empty((_FIRST_MEAN, len(sheet.at)))
    # The line is a phrase of the kind, or starts so.
    phrases = join([view.features.T.take(_SAID, axis=0) for view in views]) >= 2
    first[_CUES] = count_cues([*chain.from_iterable(view.folded for view in views)])
    first[_SHAPES] = find_shapes_each(views, sheet)
    _fill_places(first[: _CUES.start], views, sheet)
    _fill_distances(first, views, phrases, sheet)
    around = np.empty((len(AROUND), len(sheet.at)))
    np.minimum(first[_CUES], 3, out=around[: len(CUES)])
    around[len(CUES) : _LINKS] = first[_SHAPES]
    around[_LINKS] = join([_link_shares(view) for view in views])
    around[_LINKS + 1 :] = phrases
    # Sums of whole numbers of one fraction are exact: those before a page are taken off again.
    totals = np.zeros((len(AROUND), len(sheet.at) + 1))
    around.cumsum(axis=1, out=totals[:, 1:])
    found = []
    for view, begin in zip(views, sheet.starts.tolist(), strict=True):
        end = begin + len(view.texts)
        own = (first[:, begin:end], view.features.T, totals[:, begin : end + 1])
        if not _has_markup(view):
            found.append(Neighbourhood(*own, None, None))
            continue
        sums, lines_at = sums_at(view.layout.places, around[:, begin:end])
        found.append(Neighbourhood(*own, sums / lines_at, view.layout.places))
    return found


def _has_markup(view: View) -> bool:
    return bool(view.features.shape[1] > len(TEXT_FEATURES))


def _link_shares(view: View) -> Floats:
    if not _has_markup(view):
        return np.zeros(len(view.texts))
    return np.asarray(np.floor(view.features[:, len(TEXT_FEATURES)] * SHARES) / SHARES)


def sums_at(places: Integers, values: Floats | Integers) -> tuple[Floats, Integers]:
    """The sums of each row of `values` over the lines at each of the places, and their numbers.

    Exact, whatever the order, as long as values are whole numbers of the same fraction.
    """
    lines_at = np.bincount(places)
    size = len(values) * len(lines_at)
    cells = places + np.arange(0, size, len(lines_at))[:, None]
    sums = np.bincount(cells.ravel(), values.ravel(), size).astype(np.float64, copy=False)
    return sums.reshape(len(values), -1), np.maximum(lines_at, 1)


def _fill_places(rows: Floats, views: Sequence[View], sheet: Sheet) -> None:
    """Where each line stands to the article, and whether title or byline were read from it.

    One row an entry of `PLACES` and `KNOWN`; those of distances are left as they are.
    """
    pages = np.array(
        [(len(v.texts), v.first_main, v.end_main, True in v.main) for v in views], dtype=np.float64
    )
    n, first, end, has_main = pages.T
    none, one = np.zeros(len(views)), np.ones(len(views))
    starts = np.array([first, -end, none, has_main, -end, none, n])
    units = np.array([one, one, one, one, np.maximum(n - end, 1), np.maximum(first, 1), one])
    local = sheet.at - sheet.first
    places = rows[:N_LINEAR]
    np.multiply(_SLOPES, local, out=places)
    places += starts.take(sheet.page, axis=1)
    places /= units.take(sheet.page, axis=1)
    np.minimum(places[:2], FARTHEST, out=places[:2])
    np.maximum(places[4], -1, out=places[4])
    bounds = np.array([first, end]).take(sheet.page, axis=1)
    rows[2] = (local >= bounds[0]) & (local < bounds[1])
    title, byline = rows[len(PLACES) : len(PLACES) + 2]
    title[:] = byline[:] = 0
    for view, begin in zip(views, sheet.starts.tolist(), strict=True):
        for line in view.metadata.title_lines:
            title[begin + line] = 1
        for line in view.metadata.byline_lines:
            byline[begin + line] = 1


def _fill_distances(rows: Floats, views: Sequence[View], phrases: Flags, sheet: Sheet) -> None:
    """Lines since and until main text, what metadata was read from, and phrases of each kind."""
    known = len(PLACES)
    n = len(sheet.at)
    flags = np.empty((2 + len(phrases), n), dtype=np.bool_)
    flags[0] = np.fromiter(chain.from_iterable(view.main for view in views), np.bool_, n)
    np.maximum(rows[known], rows[known + 1], out=flags[1], casting="unsafe")
    flags[2:] = phrases
    distances = _distances(flags, sheet)
    rows[7:9], rows[known + 2 : known + 4] = distances[:, 0], distances[:, 1]
    rows[_SHAPES.stop :] = distances[:, 2:].reshape(-1, n)


def _distances(flags: Flags, sheet: Sheet) -> Integers:
    """Lines since the last flagged line of a page, and until the next, at most `FAR`; row by row.

    Shape (2, n_rows, n_lines).
    """
    both = np.array([flags, flags[:, ::-1]])
    at = sheet.at
    # Before that line stands another page; from below, the last line is first.
    least = np.array([sheet.first, len(at) - sheet.end[::-1]])[:, None]
    last = np.maximum.accumulate(np.where(both, at, -1), axis=2)
    since = np.where(last >= least, np.minimum(at - last, FAR), FAR)
    since[1] = since[1, :, ::-1].copy()
    return since
