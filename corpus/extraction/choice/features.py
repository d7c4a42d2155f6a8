"""Lines → numbers, from the characters alone: what both tracks know of a line.

Every feature is a count, a share or a comparison, without logarithms or exponentials: the same page
gives the same bits on every machine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.sheet import Sheet, cut, lay_out
from corpus.extraction.said.characters import (
    BLANK,
    BRACKET,
    DIGIT,
    END,
    HAN,
    LETTER,
    MIDDLE,
    SEPARATOR,
    count_classes,
)
from corpus.extraction.said.phrases import NO_HITS, PHRASE_KINDS, Hits, find_phrases, fold_lines

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DATE = re.compile(
    r"""
    \d (?:                                                    # a digit first: that is fast to find
      (?: (?<=1)9 | (?<=2)0 ) \d\d                            # 2026-01-05, 2026年1月5日
      [-/.年] \s? \d{1,2} [-/.月] \s? \d
      | (?<!\d\d) \d? [-/月] \d{1,2} (?!\d)                   # 01-05, 1月5日
      | \d? : \d\d (?!\d)                                    # 18:40
      | \s? (?:分钟|分鐘|小时|小時|天|日|个月|年) 前          # 3小时前
    )
    """,
    re.VERBOSE,
)

OWN = (
    "n_characters",
    "han_share",
    "digit_share",
    "letter_share",
    "n_ends",
    "n_middles",
    "punctuation_share",
    "n_blanks",
    "n_separators",
    "separator_share",
    "n_brackets",
    "first_class",
    "last_class",
    "ends_sentence",
    "has_date",
    "n_twins",
    *(f"phrase_{kind}" for kind in PHRASE_KINDS),
)
SHIFTED = ("n_characters", "punctuation", "ends_sentence", "has_date", "noise_phrase")
SHIFTS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (2, 5, 12, 30)
SMOOTHED = (5, 15)
"""Lines either side over which the running text is summed."""
PAGE = (
    "n_lines",
    "position",
    "sentence_share_before",
    "sentence_characters",
    "longest",
    "length_rank",
    *(f"density_{width}" for width in SMOOTHED),
    "since_related",
    "since_statement",
    "since_byline",
    "until_byline",
    "until_related",
    "until_footer",
    "since_long",
    "until_long",
)
TEXT_FEATURES: tuple[str, ...] = (
    *OWN,
    *(f"{name}{shift:+d}" for shift in SHIFTS for name in SHIFTED),
    *(f"{name}_{side}{w}" for w in WINDOWS for name in SHIFTED[:2] for side in ("before", "after")),
    *(f"short_run_{side}" for side in ("before", "after")),
    *PAGE,
)
"""Names of the columns of `text_features`, in order."""

_N_ENDS, _N_MIDDLES, _ENDS_SENTENCE, _HAS_DATE, _N_TWINS = map(
    OWN.index, ("n_ends", "n_middles", "ends_sentence", "has_date", "n_twins")
)
_OWN = slice(0, len(OWN))
_PHRASES = slice(len(OWN) - len(PHRASE_KINDS), len(OWN))
_SHIFTED = slice(len(OWN), len(OWN) + len(SHIFTS) * len(SHIFTED))
_WINDOWS = slice(_SHIFTED.stop, TEXT_FEATURES.index("short_run_before"))
_RUNS = slice(_WINDOWS.stop, TEXT_FEATURES.index("n_lines"))
_PAGE = slice(_RUNS.stop, len(TEXT_FEATURES))
_KINDS = {kind: k for k, kind in enumerate(PHRASE_KINDS)}
_SAID = np.array([_KINDS[kind] for kind in ("related", "statement", "byline")])
_FOOTER = _KINDS["footer"]
_COUNTED = np.array([HAN, DIGIT, LETTER, END, MIDDLE, END, BLANK, SEPARATOR, SEPARATOR, BRACKET])
"""The classes that rows 1 to 10 count, before they are shares of the line."""
_WIDTHS = np.array(WINDOWS)[:, None]
FARTHEST = 999
"""Lines to the next of a kind, where there is none or it is further away."""

LONG_LINE = 40
"""Characters from which a line with punctuation is taken for running text in the distances."""


class Texts(NamedTuple):
    """The lines of a page, folded, and the phrases found in them."""

    texts: Sequence[str]
    folded: Sequence[str]
    hits: Sequence[Hits]


def text_features(texts: Sequence[str]) -> Floats:
    """The features of each line of a page, shape (n_lines, len(TEXT_FEATURES))."""
    folded = fold_lines(texts)
    (features,) = text_features_each([Texts(texts, folded, find_phrases(folded))])
    return features


def text_features_each(pages: Sequence[Texts]) -> list[Floats]:
    """The features of the lines of each page, which has some; found together."""
    sheet = lay_out([len(page.texts) for page in pages])
    texts, _, hits = (list(chain.from_iterable(column)) for column in zip(*pages, strict=True))
    # Features are rows while they are made, so that each is one run of memory.
    rows = np.empty((len(TEXT_FEATURES), len(texts)))
    own = rows[_OWN]
    _fill_own(own, texts, hits)
    own[_N_TWINS] = np.concatenate([_twins(page.folded) for page in pages])
    punctuation = own[_N_ENDS] + own[_N_MIDDLES]
    is_text = punctuation > 0
    noise = np.maximum.reduce(own[_PHRASES])
    shifted = np.array([own[0], punctuation, own[_ENDS_SENTENCE], own[_HAS_DATE], noise])
    _fill_shifted(rows[_SHIFTED], shifted, sheet)
    # Sums of whole numbers, which are exact: those before a page are taken off again.
    totals = np.zeros((3, len(texts) + 1))
    np.array([own[0], punctuation, own[0] * is_text]).cumsum(axis=1, out=totals[:, 1:])
    _fill_windows(rows[_WINDOWS], totals[:2], sheet)
    _fill_page(rows[_PAGE], own[0], totals[2], sheet)
    _fill_distances(rows, own, punctuation, is_text, sheet)
    return [page.T for page in cut(rows, sheet.starts)]


def _fill_own(own: Floats, texts: Sequence[str], hits: Sequence[Hits]) -> None:
    """The rows of `OWN` but for the twins."""
    counts, first, last, dated = count_classes(texts)
    n = own[0]
    np.maximum(np.add.reduce(counts) - counts[BLANK], 1, out=n)
    own[1:11] = counts.take(_COUNTED, axis=0)
    own[6] += own[_N_MIDDLES]
    own[1:4] /= n
    own[6] /= n
    own[9] /= n
    own[11] = first
    own[12] = last
    np.equal(last, END, out=own[_ENDS_SENTENCE])
    own[_HAS_DATE] = 0
    for line in dated:
        own[_HAS_DATE, line] = DATE.search(texts[line], 0, 200) is not None
    _fill_phrases(own[_PHRASES], hits)


def _twins(folded: Sequence[str]) -> Ints:
    """How often each line stands on its page, up to 9 times."""
    seen = Counter(folded)
    return np.minimum(np.fromiter(map(seen.__getitem__, folded), np.int64, len(folded)), 9)


def _fill_phrases(rows: Floats, hits: Sequence[Hits]) -> None:
    """3 where the line is a phrase of the kind, 2 where it starts with one, 1 where it has one."""
    rows[:] = 0
    for n, hit in enumerate(hits):
        if hit is NO_HITS:
            continue
        for strength, kind in ((1, hit.inside), (2, hit.start), (3, hit.whole)):
            if kind is not None:
                rows[_KINDS[kind], n] = strength  # the strongest comes last


def _fill_shifted(rows: Floats, shifted: Floats, sheet: Sheet) -> None:
    """What stands above and below each line; beyond the page there is -1."""
    reach = max(SHIFTS)
    spots = sheet.at + reach * (sheet.page + 1)  # with `reach` lines of nothing between pages
    padded = np.full((len(shifted), len(spots) + reach * (len(sheet.starts) + 1)), -1.0)
    padded[:, spots] = shifted
    by_shift = rows.reshape(len(SHIFTS), *shifted.shape)
    for row, by in zip(by_shift, SHIFTS, strict=True):
        padded.take(spots + by, axis=1, out=row)


def _fill_windows(rows: Floats, totals: Floats, sheet: Sheet) -> None:
    """Sums over the lines before and after, for each of `WINDOWS`, from sums up to each line."""
    at = sheet.at
    before = np.maximum(at - _WIDTHS, sheet.first)
    after = np.minimum(at + 1 + _WIDTHS, sheet.end)
    sides = rows.reshape(len(WINDOWS), len(totals), 2, len(at)).transpose(2, 1, 0, 3)
    np.subtract(totals[:, None, :-1], totals.take(before, axis=1), out=sides[0])
    np.subtract(totals.take(after, axis=1), totals[:, None, 1:], out=sides[1])


def _fill_page(rows: Floats, size: Floats, totals: Floats, sheet: Sheet) -> None:
    """The rows of `PAGE` up to the distances; `totals` are those of the running text."""
    at, first, end, page, starts = sheet
    n, local = end - first, at - first
    before = totals.take(first)
    total = np.maximum(totals.take(end) - before, 1.0)
    rows[0] = n
    np.divide(local, n, out=rows[1])
    np.divide(totals[:-1] - before, total, out=rows[2])
    rows[3] = total
    rows[4] = np.maximum.reduceat(size, starts).take(page)
    rows[5, np.lexsort((-size, page))] = local  # the rank of the line by its length
    smooth = rows[6 : 6 + len(SMOOTHED)]
    for row, width in zip(smooth, SMOOTHED, strict=True):
        until, since = np.minimum(at + width + 1, end), np.maximum(at - width, first)
        np.subtract(totals.take(until), totals.take(since), out=row)
    # As a share of the largest on the page.
    smooth /= np.maximum(np.maximum.reduceat(smooth, starts, axis=1), 1.0).take(page, axis=1)


def _fill_distances(
    rows: Floats,
    own: Floats,
    punctuation: Floats,
    is_text: NDArray[np.bool_],
    sheet: Sheet,
) -> None:
    """The short runs, which end at a line of text, and the distances of `PAGE` (0 on the line)."""
    at, first, end, _, starts = sheet
    n, size = len(at), own[0]
    said = own[_PHRASES]
    flags = np.empty((2, 5, n), dtype=np.bool_)
    # What comes below is looked for from the end of the page on.
    above, below = flags[0], flags[1, :, ::-1]
    np.greater_equal(said.take(_SAID, axis=0), 2, out=above[:3])
    above[2] |= (own[_HAS_DATE] > 0) & (size < LONG_LINE)
    np.logical_and(size >= LONG_LINE, punctuation >= 2, out=above[3])
    above[4] = is_text
    below[0], below[1], below[3:] = above[2], above[0], above[3:]
    np.greater_equal(said[_FOOTER], 1, out=below[2])
    # Where there is none, the line before the page: text stands just beyond it.
    none = np.array([first, (n - end)[::-1]])[:, None] - 1
    last = np.maximum.accumulate(np.where(flags, at, none), axis=2)
    lines = at - last
    runs, distances = rows[_RUNS], rows[_PAGE][-8:]
    runs[0, 1:], runs[1, -2::-1] = lines[:, 4, :-1]
    runs[0, starts] = 0
    runs[1, end.take(starts) - 1] = 0
    lines = np.where(last == none, FARTHEST, np.minimum(lines, FARTHEST))
    since, until = lines[0], lines[1, :, ::-1]
    distances[:3], distances[3:6] = since[:3], until[:3]
    distances[6], distances[7] = since[3], until[3]
