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
PAGE = (
    "n_lines",
    "position",
    "sentence_share_before",
    "sentence_characters",
    "longest",
    "length_rank",
    "density_5",
    "density_15",
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

LONG_LINE = 40
"""Characters from which a line with punctuation is taken for running text in the distances."""


def text_features(texts: Sequence[str], hits: Sequence[Hits] | None = None) -> Floats:
    """The features of each line, shape (n_lines, len(TEXT_FEATURES)).

    `hits` may be given when the phrases of the page were looked up already.
    """
    folded = fold_lines(texts)
    hits = find_phrases(folded) if hits is None else hits
    # Features are rows while they are made, so that each is one run of memory.
    own = _own(texts, folded, hits)
    by_name = dict(zip(OWN, own, strict=True))
    punctuation = by_name["n_ends"] + by_name["n_middles"]
    noise = own[OWN.index("phrase_navigation") :].max(axis=0)
    shifted = np.stack([own[0], punctuation, by_name["ends_sentence"], by_name["has_date"], noise])
    return np.concatenate([own, *_neighbours(shifted), _page(by_name, punctuation)]).T


def _own(texts: Sequence[str], folded: Sequence[str], hits: Sequence[Hits]) -> Floats:
    counts, first, last = count_classes(texts)
    n = np.maximum(counts.sum(axis=0) - counts[BLANK], 1)
    seen = Counter(folded)
    rows = [
        n,
        counts[HAN] / n,
        counts[DIGIT] / n,
        counts[LETTER] / n,
        counts[END],
        counts[MIDDLE],
        (counts[END] + counts[MIDDLE]) / n,
        counts[BLANK],
        counts[SEPARATOR],
        counts[SEPARATOR] / n,
        counts[BRACKET],
        first,
        last,
        last == END,
        [DATE.search(t, 0, 200) is not None for t in texts],
        [min(seen[line], 9) for line in folded],
    ]
    own = np.empty((len(OWN), len(texts)))
    for k, row in enumerate(rows):
        own[k] = row
    own[len(rows) :] = _phrase_rows(hits)
    return own


def _phrase_rows(hits: Sequence[Hits]) -> Floats:
    """3 where the line is a phrase of the kind, 2 where it starts with one, 1 where it has one."""
    table = np.zeros((len(PHRASE_KINDS), len(hits)))
    for n, hit in enumerate(hits):
        if hit is NO_HITS:
            continue
        for strength, kind in ((1, hit.inside), (2, hit.start), (3, hit.whole)):
            if kind is not None:
                table[PHRASE_KINDS.index(kind), n] = strength  # the strongest comes last
    return table


def _neighbours(shifted: Floats) -> list[Floats]:
    """Rows of what stands above and below each line; beyond the page there is -1."""
    n = shifted.shape[1]
    reach = max(SHIFTS)
    padded = np.full((len(shifted), n + 2 * reach), -1.0)
    padded[:, reach : reach + n] = shifted
    rows = [padded[:, reach + by : reach + by + n] for by in SHIFTS]
    # Sums up to each line, gone on with beyond both ends of the page.
    widest = max(WINDOWS)
    totals = np.zeros((2, n + 1 + 2 * widest))
    np.cumsum(shifted[:2], axis=1, out=totals[:, widest + 1 : widest + 1 + n])
    totals[:, widest + 1 + n :] = totals[:, [widest + n]]
    until, through = totals[:, widest : widest + n], totals[:, widest + 1 : widest + 1 + n]
    for w in WINDOWS:
        before = until - totals[:, widest - w : widest - w + n]
        after = totals[:, widest + 1 + w : widest + 1 + w + n] - through
        rows.append(np.stack([before, after], axis=1).reshape(4, n))
    short = shifted[1] == 0
    return [*rows, _run(short)[None], _run(short[::-1])[None, ::-1]]


def _run(flags: NDArray[np.bool_]) -> Floats:
    """How many lines in a row, up to the line above, carry the flag."""
    at = np.arange(len(flags))
    last_unset = np.maximum.accumulate(np.where(flags, -1, at))
    run = at - last_unset
    return np.concatenate([[0], run[:-1]]).astype(np.float64)


def _since(flags: NDArray[np.bool_]) -> Floats:
    """Lines since the last flagged line (0 on it), row by row; 999 where there was none."""
    at = np.arange(flags.shape[1])
    last = np.maximum.accumulate(np.where(flags, at, -10_000), axis=1)
    return np.minimum(at - last, 999).astype(np.float64)


def _smooth(values: Floats, width: int) -> Floats:
    """Sum in a window of `width` lines either side, as a share of the largest on the page."""
    totals = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    window = totals[np.minimum(at + width + 1, len(values))] - totals[np.maximum(at - width, 0)]
    top = np.max(window)
    return np.asarray(window / top if top > 0 else window, dtype=np.float64)


def _page(own: dict[str, Floats], punctuation: Floats) -> Floats:
    size = own["n_characters"]
    n = len(size)
    sentence = np.where(punctuation > 0, size, 0.0)
    before = np.cumsum(sentence) - sentence
    total = max(float(sentence.sum()), 1.0)
    related, statement = own["phrase_related"] >= 2, own["phrase_statement"] >= 2
    byline = (own["phrase_byline"] >= 2) | ((own["has_date"] > 0) & (size < LONG_LINE))
    running = (size >= LONG_LINE) & (punctuation >= 2)
    footer = own["phrase_footer"] >= 1
    since = np.stack([related, statement, byline, running])
    until = np.stack([byline, related, footer, running])
    at = np.arange(n)
    page = np.empty((len(PAGE), n))
    page[0] = n
    page[1] = at / n
    page[2] = before / total
    page[3] = total
    page[4] = np.max(size)
    page[5, np.argsort(-size, kind="stable")] = at  # the rank of the line by its length
    page[6] = _smooth(sentence, 5)
    page[7] = _smooth(sentence, 15)
    page[[8, 9, 10, 14]] = _since(since)
    page[[11, 12, 13, 15]] = _since(until[:, ::-1])[:, ::-1]
    return page
