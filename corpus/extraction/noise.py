"""Lines → numbers that tell kinds of noise apart, once it is known which lines are the article.

Like the features of `features.py` and `tree.py`, of which it takes some along: counts, shares and
comparisons, the same bits on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.cues import CUES, count_cues
from corpus.extraction.features import OWN, TEXT_FEATURES
from corpus.extraction.phrases import PHRASE_KINDS
from corpus.extraction.related import TIME, is_headline, stamped_items
from corpus.extraction.tree import TREE_FEATURES
from corpus.extraction.view import View

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Patterns begin with one class of characters each: so beginnings are found fast.
CLOCK = re.compile(
    r"""
    [\d今昨前刚剛] (?:
      (?<=\d) \d? : \d\d                                                        # 18:40
      | (?<=\d) \d{0,3} \s?                                                     # 3小时前
        (?: 秒|分钟|分鐘|小时|小時|天|日|周|週|个月|個月|月|年 ) \s? [前内內]
      | (?<=[今昨前]) 天 | (?<=刚) 刚 | (?<=剛) 剛
    )
    """,
    re.VERBOSE,
)
DATE = re.compile(
    r"""
    \d (?:
      (?: (?<=1)9 | (?<=2)0 ) \d\d \s? [-/.年] \s? \d{1,2} \s? [-/.月] \s? \d  # 2026-01-05
      | (?<!\d\d) \d? [-/月] \d{1,2} (?!\d)                                     # 01-05
    )
    """,
    re.VERBOSE,
)
ADDRESS = re.compile(r"https?://|www\.|\.com|\.cn|@[\w.]+\.")
NUMBER = re.compile(r"\d(?:\d{2,3}-\d{6}|\d{6}|00-?\d)")
"""Telephone numbers, licence numbers."""
ASKS = re.compile(r"[?？!！…]")
CALLS = re.compile(
    r"""
    [@回:：\#说rR] (?:
      (?<=@) \w | (?<=回) [复復]\ \S | (?<=[:：]) $ | (?<=说) [:：]
      | (?<=\#) (?<! .\# ) | (?<=[rR]) [eE]:
    )
    """,
    re.VERBOSE | re.DOTALL,
)
"""Somebody is spoken to, or speaks."""
SPEAKS = re.compile(r"[\w .·-]{1,20}+[:：]\s?\S")
"""A name and what it says, on one line."""
RANK = re.compile(r"\s{0,2}\d{1,2}\D")
PATTERNS = (CLOCK, DATE, ADDRESS, NUMBER, ASKS, CALLS, SPEAKS, RANK)
N_SEARCHED = 6
"""So many of these are looked for anywhere in a line, the others at its beginning."""
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
KEPT = [TEXT_FEATURES.index(name) for name in KEPT_TEXT]
SAID = [TEXT_FEATURES.index(f"phrase_{kind}") for kind in PHRASE_KINDS]
"""Their places among the features of lines, and those of the phrases."""
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
    phrases = lines[:, SAID].T >= 2  # the line is a phrase of the kind, or starts with one
    has_tree = lines.shape[1] > len(TEXT_FEATURES)
    links = lines[:, [len(TEXT_FEATURES)]].T if has_tree else np.zeros((1, n))
    around = np.concatenate([np.minimum(cues, 3), flags, links, phrases])
    parts = [
        *_places(view),
        *_known(view),
        cues,
        flags,
        _since(phrases),
        _until(phrases),
        *_windows(around),
        lines[:, KEPT].T,
        lines[:, len(TEXT_FEATURES) :].T,
    ]
    return np.vstack(parts).T


def _flags(view: View) -> Floats:
    """What the shape of each line is, one row an entry of `OWN_FLAGS`."""
    texts, sizes = view.texts, list(map(len, view.texts))
    flags = np.zeros((len(OWN_FLAGS), len(texts)))
    for k, pattern in enumerate(PATTERNS):
        look = pattern.search if k < N_SEARCHED else pattern.match
        flags[k] = [look(text, 0, 200) is not None for text in texts]
    flag = dict(zip(OWN_FLAGS, flags, strict=True))
    for n in np.flatnonzero(flag["clock"] + flag["date"]).tolist():
        flag["stamp"][n] = sizes[n] <= LONGEST_STAMP and TIME.search(texts[n]) is not None
    flag["headline"][:] = [
        size in HEADLINE and is_headline(text) for text, size in zip(texts, sizes, strict=True)
    ]
    for found in stamped_items(texts, [not main for main in view.main]):
        flag["item"][list(found.lines)] = 1
    for run in view.comments:
        flag["comment"][run.first : run.end] = 1
    flag["short"][:] = np.array(sizes) <= SHORT
    flag["long"][:] = np.array(sizes) >= LONG
    flag["statement"][:] = view.statements
    return flags


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
    """Lines since the last flagged line, at most `FAR`; along the last axis."""
    at = np.arange(flags.shape[-1])
    last = np.maximum.accumulate(np.where(flags, at, -FAR), axis=-1)
    return np.minimum(at - last, FAR).astype(np.float64)


def _until(flags: Flags) -> Floats:
    return _since(flags[..., ::-1])[..., ::-1]


def _windows(values: Floats) -> Sequence[Floats]:
    """The mean of each row over the lines before and after, for each of `WINDOWS`."""
    rows, n = values.shape
    widest = max(WINDOWS)
    # Sums up to each line, gone on with beyond both ends of the page.
    totals = np.zeros((rows, n + 1 + 2 * widest))
    np.cumsum(values, axis=1, out=totals[:, widest + 1 : widest + 1 + n])
    totals[:, widest + 1 + n :] = totals[:, [widest + n]]
    until, through = totals[:, widest : widest + n], totals[:, widest + 1 : widest + 1 + n]
    means = []
    for w in WINDOWS:
        means.append((until - totals[:, widest - w : widest - w + n]) / w)
        means.append((totals[:, widest + 1 + w : widest + 1 + w + n] - through) / w)
    return means
