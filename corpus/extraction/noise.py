"""Lines → numbers that tell kinds of noise apart, once it is known which lines are the article.

Like the features of `features.py` and `tree.py`, of which it takes some along: counts, shares and
comparisons, the same bits on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.comments import find_comments
from corpus.extraction.cues import CUES, count_cues
from corpus.extraction.features import OWN, TEXT_FEATURES
from corpus.extraction.phrases import PHRASE_KINDS
from corpus.extraction.related import TIME, is_headline, stamped_items
from corpus.extraction.statements import is_statement
from corpus.extraction.tree import TREE_FEATURES
from corpus.extraction.view import View

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CLOCK = re.compile(
    r"""
    \d (?: \d? : \d\d                                                      # 18:40
      | \d{0,3} \s? (?:秒|分钟|分鐘|小时|小時|天|日|周|週|个月|個月|月|年) \s? [前内內] )  # 3小时前
    | 今天 | 昨天 | 前天 | 刚刚 | 剛剛
    """,
    re.VERBOSE,
)
DATE = re.compile(
    r"""
    (?:19|20)\d\d \s? [-/.年] \s? \d{1,2} \s? [-/.月] \s? \d      # 2026-01-05
    | (?<!\d) \d{1,2} [-/月] \d{1,2} (?!\d)                     # 01-05
    """,
    re.VERBOSE,
)
ADDRESS = re.compile(r"https?://|www\.|\.com|\.cn|@[\w.]+\.")
NUMBER = re.compile(r"\d{3,4}-\d{6,8}|\d{7}|\d00-?\d")
"""Telephone numbers, licence numbers."""
ASKS = re.compile(r"[?？!！]|…")
CALLS = re.compile(r"@\w|回[复復] \S|[:：]$|^#|说[:：]|re:", re.IGNORECASE)
"""Somebody is spoken to, or speaks."""
SPEAKS = re.compile(r"[\w .·-]{1,20}[:：]\s?\S")
"""A name and what it says, on one line."""
RANK = re.compile(r"\s{0,2}\d{1,2}\D")
PATTERNS = (CLOCK, DATE, ADDRESS, NUMBER, ASKS, CALLS, SPEAKS, RANK)
SHAPES = ("clock", "date", "address", "number", "asks", "calls", "speaks", "rank")

LONGEST_STAMP = 45
HEADLINE = range(8, 61)
"""Characters of a headline in a list."""
SHORT, LONG = 6, 30
"""Characters up to which a line is an entry of a menu, from which it is running text."""

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
OWN_FLAGS = (*SHAPES, "stamp", "headline", "item", "short", "long", "comment", "statement")
KNOWN = ("is_title", "is_byline", "since_known", "until_known")
AROUND = (*CUES, *OWN_FLAGS, "link_share", *PHRASE_KINDS)
WINDOWS = (1, 3, 8, 20)
FAR = 60
"""Lines after which it does not matter how far something is."""

SHIFTED = [f"{name}{k:+d}" for k in (-2, -1, 1, 2) for name in ("n_characters", "punctuation")]
KEPT_TEXT = (*OWN, *SHIFTED, "n_lines", "position", "short_run_before", "short_run_after")
KEPT_TREE = TREE_FEATURES
NOISE_FEATURES: tuple[str, ...] = (
    *PLACES,
    *KNOWN,
    *(f"n_{cue}" for cue in CUES),
    *OWN_FLAGS,
    *(f"{side}_{kind}" for side in ("since", "until") for kind in PHRASE_KINDS),
    *(f"{name}_{side}{w}" for w in WINDOWS for side in ("before", "after") for name in AROUND),
    *KEPT_TEXT,
)
"""Names of the columns of `noise_features` for innerText; HTML has `KEPT_TREE` after them."""


def noise_features(view: View) -> Floats:
    """The features of each line, shape (n_lines, n_features)."""
    n, lines = len(view.texts), view.features
    cues = count_cues(view.folded)
    flags = _flags(view)
    phrases = np.array([[kind in (h.whole, h.start) for h in view.hits] for kind in PHRASE_KINDS])
    has_tree = lines.shape[1] > len(TEXT_FEATURES)
    links = lines[:, [len(TEXT_FEATURES)]].T if has_tree else np.zeros((1, n))
    around = np.concatenate([np.minimum(cues, 3), flags, links, phrases])
    kept = [TEXT_FEATURES.index(name) for name in KEPT_TEXT]
    parts = [
        *_places(view),
        *_known(view),
        cues,
        flags,
        *map(_since, phrases),
        *map(_until, phrases),
        *_windows(around),
        lines[:, kept].T,
        lines[:, len(TEXT_FEATURES) :].T,
    ]
    return np.vstack(parts).T


def _flags(view: View) -> Floats:
    """What the shape of each line is, one row an entry of `OWN_FLAGS`."""
    rows = [[p.search(text, 0, 200) is not None for text in view.texts] for p in PATTERNS[:-2]]
    rows += [[p.match(text, 0, 200) is not None for text in view.texts] for p in PATTERNS[-2:]]
    sizes = np.array([len(text) for text in view.texts])
    stamp = [
        size <= LONGEST_STAMP and TIME.search(text) is not None if dated else False
        for text, size, dated in zip(
            view.texts, sizes, np.logical_or(rows[0], rows[1]), strict=True
        )
    ]
    headline = [
        size in HEADLINE and is_headline(text) for text, size in zip(view.texts, sizes, strict=True)
    ]
    item = np.zeros(len(sizes))
    for found in stamped_items(view.texts, [not main for main in view.main]):
        item[list(found.lines)] = 1
    said = np.zeros(len(sizes))
    for run in find_comments(view.texts, may_hold_comments(view)):
        said[run.first : run.end] = 1
    stated = [is_statement(text) for text in view.texts]
    last = [stamp, headline, item, sizes <= SHORT, sizes >= LONG, said, stated]
    return np.array([*rows, *last], dtype=np.float64)


def may_hold_comments(view: View) -> list[bool]:
    """Which lines can be comments: below the article, and no sign of another section."""
    return [
        n >= view.end_main
        and not view.main[n]
        and hit.whole != "related"
        and hit.start not in ("statement", "related")
        and hit.inside != "footer"
        for n, hit in enumerate(view.hits)
    ]


def _places(view: View) -> list[Floats]:
    """Where each line stands to the article, one row an entry of `PLACES`."""
    n = len(view.texts)
    at = np.arange(n, dtype=np.float64)
    main = np.array(view.main, dtype=np.bool_)
    first, end = view.first_main, view.end_main
    return [
        np.minimum(first - at, 300.0),
        np.minimum(at - end, 300.0),
        ((at >= first) & (at < end)).astype(np.float64),
        np.full(n, float(main.any())),
        np.clip((at - end) / max(n - end, 1), -1, 1),
        at / max(first, 1),
        n - at,
        _since(main),
        _until(main),
    ]


def _known(view: View) -> list[Floats]:
    """Which lines title and byline were read from, one row an entry of `KNOWN`."""
    n = len(view.texts)
    title, byline = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    title[list(view.metadata.title_lines)] = True
    byline[list(view.metadata.byline_lines)] = True
    both = title | byline
    flags = [title.astype(np.float64), byline.astype(np.float64)]
    return [*flags, _since(both), _until(both)]


def _since(flags: Flags) -> Floats:
    """Lines since the last flagged line, at most `FAR`."""
    at = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, at, -FAR))
    return np.minimum(at - last, FAR).astype(np.float64)


def _until(flags: Flags) -> Floats:
    return _since(flags[::-1])[::-1]


def _windows(values: Floats) -> Sequence[Floats]:
    """The mean of each row over the lines before and after, for each of `WINDOWS`."""
    n = values.shape[1]
    totals = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    at = np.arange(n)
    means = []
    for w in WINDOWS:
        means.append((totals[:, at] - totals[:, np.maximum(at - w, 0)]) / w)
        means.append((totals[:, np.minimum(at + 1 + w, n)] - totals[:, at + 1]) / w)
    return means
