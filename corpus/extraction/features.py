"""Lines → numbers, from the characters alone: what both tracks know of a line.

Every feature is a count, a share or a comparison, without logarithms or exponentials: the same page
gives the same bits on every machine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.characters import (
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
from corpus.extraction.phrases import NO_HITS, PHRASE_KINDS, Hits, find_phrases, fold_lines

Floats = NDArray[np.float64]

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

_N_ENDS, _N_MIDDLES, _ENDS_SENTENCE, _HAS_DATE = map(
    OWN.index, ("n_ends", "n_middles", "ends_sentence", "has_date")
)
_OWN = slice(0, len(OWN))
_PHRASES = slice(len(OWN) - len(PHRASE_KINDS), len(OWN))
_SHIFTED = slice(len(OWN), len(OWN) + len(SHIFTS) * len(SHIFTED))
_WINDOWS = slice(_SHIFTED.stop, TEXT_FEATURES.index("short_run_before"))
_RUNS = slice(_WINDOWS.stop, TEXT_FEATURES.index("n_lines"))
_PAGE = slice(_RUNS.stop, len(TEXT_FEATURES))
_SAID = [PHRASE_KINDS.index(kind) for kind in ("related", "statement", "byline")]
_FOOTER = PHRASE_KINDS.index("footer")

LONG_LINE = 40
"""Characters from which a line with punctuation is taken for running text in the distances."""


def text_features(
    texts: Sequence[str],
    hits: Sequence[Hits] | None = None,
    folded: Sequence[str] | None = None,
) -> Floats:
    """The features of each line, shape (n_lines, len(TEXT_FEATURES)).

    `folded` and `hits` may be given when the page was folded, and its phrases looked up, already.
    """
    folded = fold_lines(texts) if folded is None else folded
    hits = find_phrases(folded) if hits is None else hits
    # Features are rows while they are made, so that each is one run of memory.
    rows = np.empty((len(TEXT_FEATURES), len(texts)))
    own = rows[_OWN]
    _fill_own(own, texts, folded, hits)
    punctuation = own[_N_ENDS] + own[_N_MIDDLES]
    noise = own[_PHRASES].max(axis=0)
    shifted = np.array([own[0], punctuation, own[_ENDS_SENTENCE], own[_HAS_DATE], noise])
    _fill_shifted(rows[_SHIFTED], shifted)
    _fill_windows(rows[_WINDOWS], shifted[:2])
    rows[_RUNS] = _runs(punctuation == 0)
    _fill_page(rows[_PAGE], own, punctuation)
    return rows.T


def _fill_own(
    own: Floats, texts: Sequence[str], folded: Sequence[str], hits: Sequence[Hits]
) -> None:
    """The rows of `OWN`."""
    counts, first, last, dated = count_classes(texts)
    seen = Counter(folded)
    n = np.maximum(counts.sum(axis=0) - counts[BLANK], 1)
    own[0] = n
    own[1:4] = counts[[HAN, DIGIT, LETTER]] / n
    own[4] = counts[END]
    own[5] = counts[MIDDLE]
    own[6] = (counts[END] + counts[MIDDLE]) / n
    own[7] = counts[BLANK]
    own[8] = counts[SEPARATOR]
    own[9] = counts[SEPARATOR] / n
    own[10] = counts[BRACKET]
    own[11] = first
    own[12] = last
    own[_ENDS_SENTENCE] = last == END
    own[_HAS_DATE] = 0
    for line in dated:
        own[_HAS_DATE, line] = DATE.search(texts[line], 0, 200) is not None
    own[15] = [*map(seen.__getitem__, folded)]
    np.minimum(own[15], 9, out=own[15])
    _fill_phrases(own[_PHRASES], hits)


def _fill_phrases(rows: Floats, hits: Sequence[Hits]) -> None:
    """3 where the line is a phrase of the kind, 2 where it starts with one, 1 where it has one."""
    rows[:] = 0
    for n, hit in enumerate(hits):
        if hit is NO_HITS:
            continue
        for strength, kind in ((1, hit.inside), (2, hit.start), (3, hit.whole)):
            if kind is not None:
                rows[PHRASE_KINDS.index(kind), n] = strength  # the strongest comes last


def _fill_shifted(rows: Floats, shifted: Floats) -> None:
    """What stands above and below each line; beyond the page there is -1."""
    kinds, n = shifted.shape
    reach = max(SHIFTS)
    padded = np.full((kinds, n + 2 * reach), -1.0)
    padded[:, reach : reach + n] = shifted
    for k, by in enumerate(SHIFTS):
        rows[k * kinds : (k + 1) * kinds] = padded[:, reach + by : reach + by + n]


def _fill_windows(rows: Floats, values: Floats) -> None:
    """Sums of each of the values over the lines before and after, for each of `WINDOWS`."""
    kinds, n = values.shape
    totals, widest = totals_beyond(values, max(WINDOWS)), max(WINDOWS)
    until, through = totals[:, widest : widest + n], totals[:, widest + 1 : widest + 1 + n]
    sides = rows.reshape(len(WINDOWS), kinds, 2, n)
    for side, w in zip(sides, WINDOWS, strict=True):
        np.subtract(until, totals[:, widest - w : widest - w + n], out=side[:, 0])
        np.subtract(totals[:, widest + 1 + w : widest + 1 + w + n], through, out=side[:, 1])


def totals_beyond(values: Floats, reach: int) -> Floats:
    """Sums of each row up to each place and through the last, `reach` places beyond both ends.

    Shape (n_rows, n + 1 + 2 * reach): sums up to place k stand at `reach + k`.
    """
    rows, n = values.shape
    totals = np.zeros((rows, n + 1 + 2 * reach))
    values.cumsum(axis=1, out=totals[:, reach + 1 : reach + 1 + n])
    totals[:, reach + 1 + n :] = totals[:, reach + n, None]
    return totals


def _runs(flags: NDArray[np.bool_]) -> Floats:
    """How many lines in a row carry the flag: up to the line above each, and from that below."""
    n = len(flags)
    at = np.arange(n)
    both = np.array([flags, flags[::-1]])
    run = at - np.maximum.accumulate(np.where(both, -1, at), axis=1)
    above = np.zeros((2, n))
    above[:, 1:] = run[:, :-1]
    above[1] = above[1, ::-1].copy()
    return above


def _fill_page(rows: Floats, own: Floats, punctuation: Floats) -> None:
    """The rows of `PAGE`."""
    size, n = own[0], own.shape[1]
    sentence = np.where(punctuation > 0, size, 0.0)
    totals = totals_beyond(sentence[None], max(SMOOTHED))[0]
    total = max(float(totals[-1]), 1.0)
    at = np.arange(n)
    rows[0] = n
    rows[1] = at / n
    rows[2] = totals[max(SMOOTHED) :][:n] / total
    rows[3] = total
    rows[4] = size.max()
    rows[5, (-size).argsort(kind="stable")] = at  # the rank of the line by its length
    for k, width in enumerate(SMOOTHED):
        rows[6 + k] = _smooth(totals, width)
    rows[8:] = _distances(own, punctuation)


def _smooth(totals: Floats, width: int) -> Floats:
    """Sum in a window of `width` lines either side, as a share of the largest on the page."""
    reach = max(SMOOTHED)
    n = len(totals) - 1 - 2 * reach
    window = totals[reach + width + 1 :][:n] - totals[reach - width :][:n]
    top = float(window.max())
    return window / top if top > 0 else window


def _distances(own: Floats, punctuation: Floats) -> Floats:
    """Lines since and until what tells where a line stands (0 on it); 999 where there is none."""
    n, size = own.shape[1], own[0]
    said = own[_PHRASES]
    related, statement, byline = said[_SAID] >= 2
    byline = byline | ((own[_HAS_DATE] > 0) & (size < LONG_LINE))
    running = (size >= LONG_LINE) & (punctuation >= 2)
    flags = np.empty((8, n), dtype=np.bool_)
    flags[0], flags[1], flags[2], flags[6] = related, statement, byline, running
    # What comes below is looked for from the end of the page on.
    flags[3], flags[4] = byline[::-1], related[::-1]
    flags[5], flags[7] = said[_FOOTER, ::-1] >= 1, running[::-1]
    at = np.arange(n)
    last = np.maximum.accumulate(np.where(flags, at, -10_000), axis=1)
    lines = np.minimum(at - last, 999).astype(np.float64)
    below = [3, 4, 5, 7]
    lines[below] = lines[below, ::-1]
    return lines
