"""Lines → numbers, from the characters alone: what both tracks know of a line.

Every feature is a count, a share or a comparison, without logarithms or exponentials: the same page
gives the same bits on every machine.
"""

from __future__ import annotations

import re
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
from corpus.extraction.phrases import PHRASE_KINDS, Hits, find_phrases, fold

Floats = NDArray[np.float64]

DATE = re.compile(
    r"""
    (?:19|20)\d\d [-/.年] \s? \d{1,2} [-/.月] \s? \d{1,2}   # 2026-01-05, 2026年1月5日
    | (?:^|\D) \d{1,2} [-/月] \d{1,2} (?:日|\D|$)           # 01-05, 1月5日
    | \d{1,2}:\d{2} (?:\D|$)                                # 18:40
    | \d{1,4} \s? (?:分钟|分鐘|小时|小時|天|日|个月|年) 前  # 3小时前
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
    folded = [fold(t) for t in texts]
    hits = find_phrases(folded) if hits is None else hits
    own = _own(texts, folded, hits)
    punctuation = own[:, OWN.index("n_ends")] + own[:, OWN.index("n_middles")]
    noise = own[:, OWN.index("phrase_navigation") :].max(axis=1)
    shifted = np.column_stack(
        [
            own[:, 0],
            punctuation,
            own[:, OWN.index("ends_sentence")],
            own[:, OWN.index("has_date")],
            noise,
        ]
    )
    return np.column_stack([own, *_neighbours(shifted), *_page(own, punctuation)])


def _own(texts: Sequence[str], folded: Sequence[str], hits: Sequence[Hits]) -> Floats:
    counts, first, last = count_classes(texts)
    n = np.maximum(counts.sum(axis=1) - counts[:, BLANK], 1)
    seen: dict[str, int] = {}
    for line in folded:
        seen[line] = seen.get(line, 0) + 1
    columns = [
        n,
        counts[:, HAN] / n,
        counts[:, DIGIT] / n,
        counts[:, LETTER] / n,
        counts[:, END],
        counts[:, MIDDLE],
        (counts[:, END] + counts[:, MIDDLE]) / n,
        counts[:, BLANK],
        counts[:, SEPARATOR],
        counts[:, SEPARATOR] / n,
        counts[:, BRACKET],
        first,
        last,
        last == END,
        np.array([DATE.search(t[:200]) is not None for t in texts]),
        np.array([min(seen[line], 9) for line in folded]),
    ]
    return np.column_stack([*columns, _phrase_columns(hits)]).astype(np.float64)


def _phrase_columns(hits: Sequence[Hits]) -> Floats:
    """3 where the line is a phrase of the kind, 2 where it starts with one, 1 where it has one."""
    table = np.zeros((len(hits), len(PHRASE_KINDS)))
    for n, hit in enumerate(hits):
        for strength, kind in ((1, hit.inside), (2, hit.start), (3, hit.whole)):
            if kind is not None:
                column = PHRASE_KINDS.index(kind)
                table[n, column] = max(table[n, column], strength)
    return table


def _shift(values: Floats, by: int, fill: float = -1.0) -> Floats:
    """The values of the line `by` further down (up if negative); `fill` beyond the page."""
    out = np.full_like(values, fill)
    if abs(by) < len(values):
        if by > 0:
            out[:-by] = values[by:]
        else:
            out[-by:] = values[:by]
    return out


def _neighbours(shifted: Floats) -> list[Floats]:
    columns = [_shift(shifted, by) for by in SHIFTS]
    n = len(shifted)
    totals = np.vstack([np.zeros((1, 2)), np.cumsum(shifted[:, :2], axis=0)])
    at = np.arange(n)
    for w in WINDOWS:
        before = totals[at] - totals[np.maximum(at - w, 0)]
        after = totals[np.minimum(at + 1 + w, n)] - totals[at + 1]
        for column in range(2):
            columns += [before[:, [column]], after[:, [column]]]
    short = shifted[:, 1] == 0
    columns += [_run(short)[:, None], _run(short[::-1])[::-1][:, None]]
    return columns


def _run(flags: NDArray[np.bool_]) -> Floats:
    """How many lines in a row, up to the line above, carry the flag."""
    at = np.arange(len(flags))
    last_unset = np.maximum.accumulate(np.where(flags, -1, at))
    run = at - last_unset
    return np.concatenate([[0], run[:-1]]).astype(np.float64)


def _since(flags: NDArray[np.bool_]) -> Floats:
    """Lines since the last flagged line (0 on it); 999 where there was none."""
    at = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, at, -10_000))
    return np.minimum(at - last, 999).astype(np.float64)


def _until(flags: NDArray[np.bool_]) -> Floats:
    return _since(flags[::-1])[::-1]


def _smooth(values: Floats, width: int) -> Floats:
    """Sum in a window of `width` lines either side, as a share of the largest on the page."""
    totals = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    window = totals[np.minimum(at + width + 1, len(values))] - totals[np.maximum(at - width, 0)]
    top = np.max(window)
    return np.asarray(window / top if top > 0 else window, dtype=np.float64)


def _page(own: Floats, punctuation: Floats) -> list[Floats]:
    n = len(own)
    size = own[:, 0]
    sentence = np.where(punctuation > 0, size, 0.0)
    before = np.cumsum(sentence) - sentence
    total = max(float(sentence.sum()), 1.0)
    phrase = {kind: own[:, OWN.index(f"phrase_{kind}")] >= 2 for kind in PHRASE_KINDS}
    byline = phrase["byline"] | ((own[:, OWN.index("has_date")] > 0) & (size < LONG_LINE))
    footer = own[:, OWN.index("phrase_footer")] >= 1
    running = (size >= LONG_LINE) & (punctuation >= 2)
    rank = np.empty(n)
    rank[np.argsort(-size, kind="stable")] = np.arange(n)
    columns = [
        np.full(n, float(n)),
        np.arange(n) / n,
        before / total,
        np.full(n, total),
        np.full(n, np.max(size)),
        rank,
        _smooth(sentence, 5),
        _smooth(sentence, 15),
        _since(phrase["related"]),
        _since(phrase["statement"]),
        _since(byline),
        _until(byline),
        _until(phrase["related"]),
        _until(footer),
        _since(running),
        _until(running),
    ]
    return [c[:, None] for c in columns]
