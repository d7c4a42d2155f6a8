"""Lines → numbers that tell kinds of noise apart, once it is known which lines are the article.

Like the features of `features.py` and `tree.py`, of which it takes some along: counts, shares and
comparisons, the same bits on every machine.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.cues import CUES, count_cues
from corpus.extraction.features import OWN, TEXT_FEATURES, totals_beyond
from corpus.extraction.phrases import PHRASE_KINDS
from corpus.extraction.related import LONGEST_STAMP, TIME, stamped_items
from corpus.extraction.signs import ASK, CALL, COLON, DIGIT, DOT, TIME_WORD
from corpus.extraction.tree import TREE_FEATURES
from corpus.extraction.view import View

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

# Patterns are looked for in all lines of a page at once, one line below the other: no blank they
# take is a line feed. They begin with one class of characters each: so beginnings are found fast.
CLOCK = re.compile(
    r"""
    [\d今昨前刚剛] (?:
      (?<=\d) \d? : \d\d                                                        # 18:40
      | (?<=\d) \d{0,3} [^\S\n]?                                               # 3小时前
        (?: 秒|分钟|分鐘|小时|小時|天|日|周|週|个月|個月|月|年 ) [^\S\n]? [前内內]
      | (?<=[今昨前]) 天 | (?<=刚) 刚 | (?<=剛) 剛
    )
    """,
    re.VERBOSE,
)
DATE = re.compile(
    r"""
    \d (?:
      (?: (?<=1)9 | (?<=2)0 ) \d\d [^\S\n]?                                     # 2026-01-05
        [-/.年] [^\S\n]? \d{1,2} [^\S\n]? [-/.月] [^\S\n]? \d
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
      | (?<=\#) (?<! [^\n]\# ) | (?<=[rR]) [eE]:
    )
    """,
    re.VERBOSE | re.MULTILINE,
)
"""Somebody is spoken to, or speaks."""
SPEAKS = re.compile(r"^[\w .·-]{1,20}+[:：][^\S\n]?\S", re.MULTILINE)
"""A name and what it says, on one line."""
RANK = re.compile(r"^[^\S\n]{0,2}\d{1,2}[^\d\n]", re.MULTILINE)
PATTERNS = (
    ("clock", CLOCK, DIGIT | TIME_WORD),
    ("date", DATE, DIGIT),
    ("address", ADDRESS, DOT),
    ("number", NUMBER, DIGIT),
    ("asks", ASKS, ASK),
    ("calls", CALLS, COLON | CALL),
    ("speaks", SPEAKS, COLON),
    ("rank", RANK, DIGIT),
)
"""What is looked for in lines, and the signs of which a line that has it holds one."""
LONGEST_READ = 200
"""Characters of a line in which it is looked for."""

HEADLINE = range(8, 61)
"""Characters of a headline in a list."""
FEWEST_LETTERS = 4
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
OWN_FLAGS = (
    *(name for name, _, _ in PATTERNS),
    "stamp",
    "headline",
    "item",
    "short",
    "long",
    "comment",
    "statement",
)
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
"""Names of the columns of `noise_features` for innerText."""
MARKUP_FEATURES: tuple[str, ...] = (*KEPT_TREE, *(f"{name}_like" for name in AROUND))
"""Names of those that HTML has after them; the last are means of all lines at the same place."""


_CUES = slice(len(PLACES) + len(KNOWN), len(PLACES) + len(KNOWN) + len(CUES))
_FLAGS = slice(_CUES.stop, _CUES.stop + len(OWN_FLAGS))
_SAID = slice(_FLAGS.stop, _FLAGS.stop + 2 * len(PHRASE_KINDS))
_WINDOWS = slice(_SAID.stop, _SAID.stop + 2 * len(WINDOWS) * len(AROUND))
_LINKS = AROUND.index("link_share")
_TREE = slice(len(NOISE_FEATURES), len(NOISE_FEATURES) + len(KEPT_TREE))
SHARES = 64
"""Shares are rounded down to so many parts, so that sums of them are exact."""


def noise_features(view: View) -> Floats:
    """The features of each line, shape (n_lines, n_features)."""
    n, lines = len(view.texts), view.features.T
    tree = lines[len(TEXT_FEATURES) :]
    # Features are rows while they are made, so that each is one run of memory.
    rows = np.empty((len(NOISE_FEATURES) + (len(MARKUP_FEATURES) if len(tree) else 0), n))
    rows[_CUES] = cues = count_cues(view.folded)
    flags = rows[_FLAGS]
    _fill_flags(flags, view)
    phrases = lines[SAID] >= 2  # the line is a phrase of the kind, or starts with one
    _fill_places(rows[: _CUES.start], view)
    _fill_distances(rows, view, phrases)
    around = np.empty((len(AROUND), n))
    np.minimum(cues, 3, out=around[: len(CUES)])
    around[len(CUES) : _LINKS] = flags
    around[_LINKS] = np.floor(tree[0] * SHARES) / SHARES if len(tree) else 0
    around[_LINKS + 1 :] = phrases
    _fill_windows(rows[_WINDOWS], around)
    rows[_WINDOWS.stop : len(NOISE_FEATURES)] = lines[KEPT]
    if len(tree):
        rows[_TREE] = tree
        sums, lines_at = sums_at(view.layout.places, around)
        rows[_TREE.stop :] = (sums / lines_at)[:, view.layout.places]
    return rows.T


def sums_at(places: Integers, values: Floats) -> tuple[Floats, Integers]:
    """The sums of each row of `values` over the lines at each of the places, and their numbers.

    Exact, whatever the order, as long as values are whole numbers of the same fraction.
    """
    order = places.argsort(kind="stable")
    lines_at = np.bincount(places)
    totals = np.zeros((len(values), len(places) + 1))
    values[:, order].cumsum(axis=1, out=totals[:, 1:])
    ends = np.concatenate([[0], lines_at.cumsum()])
    return np.diff(totals[:, ends], axis=1), np.maximum(lines_at, 1)


def _fill_flags(rows: Floats, view: View) -> None:
    """What the shape of each line is, one row an entry of `OWN_FLAGS`."""
    texts = view.texts
    n_characters, han, _, letters = view.features.T[:4]
    rows[:] = 0
    flag = dict(zip(OWN_FLAGS, rows, strict=True))
    for name, pattern, signs in PATTERNS:
        flag[name][_lines_that_match(pattern, view, signs)] = 1
    for n in (flag["clock"] + flag["date"]).nonzero()[0].tolist():
        flag["stamp"][n] = len(texts[n]) <= LONGEST_STAMP and TIME.search(texts[n]) is not None
    can_be = (n_characters >= HEADLINE[0]) & (n_characters <= HEADLINE[-1])
    flag["headline"][:] = can_be & ((han + letters) * n_characters >= FEWEST_LETTERS)
    for found in stamped_items(texts, [not main for main in view.main], view.stamps):
        flag["item"][list(found.lines)] = 1
    for run in view.comments:
        flag["comment"][run.first : run.end] = 1
    flag["short"][:] = n_characters <= SHORT
    flag["long"][:] = n_characters >= LONG
    flag["statement"][:] = view.statements


def _lines_that_match(pattern: re.Pattern[str], view: View, signs: int) -> list[int]:
    """The numbers of the lines of which one of the first characters begins what is looked for."""
    lines = view.lines_with(signs)
    if not lines:
        return lines
    read = [view.texts[n][:LONGEST_READ] for n in lines]
    places = [match.start() for match in pattern.finditer("\n".join(read))]
    if not places:
        return places
    ends = (np.array([*map(len, read)]) + 1).cumsum()
    return [lines[k] for k in ends.searchsorted(places, side="right")]


def _fill_places(rows: Floats, view: View) -> None:
    """Where each line stands to the article, and whether title or byline were read from it.

    One row an entry of `PLACES` and `KNOWN`; those of distances are left as they are.
    """
    n = len(view.texts)
    at = np.arange(n, dtype=np.float64)
    first, end = view.first_main, view.end_main
    np.minimum(first - at, 300, out=rows[0])
    np.minimum(at - end, 300, out=rows[1])
    rows[2] = 0
    rows[2, first:end] = 1
    rows[3] = True in view.main
    rows[4] = np.minimum(np.maximum((at - end) / max(n - end, 1), -1), 1)
    rows[5] = at / max(first, 1)
    rows[6] = n - at
    title, byline = rows[len(PLACES) : len(PLACES) + 2]
    title[:] = byline[:] = 0
    title[list(view.metadata.title_lines)] = 1
    byline[list(view.metadata.byline_lines)] = 1


def _fill_distances(rows: Floats, view: View, phrases: Flags) -> None:
    """Lines since and until main text, what metadata was read from, and phrases of each kind."""
    flags = np.empty((2 + len(phrases), len(view.texts)), dtype=np.bool_)
    flags[0] = view.main
    known = len(PLACES)
    flags[1] = (rows[known] + rows[known + 1]) > 0
    flags[2:] = phrases
    since, until = _distances(flags)
    rows[7], rows[8] = since[0], until[0]
    rows[known + 2], rows[known + 3] = since[1], until[1]
    rows[_SAID] = np.concatenate([since[2:], until[2:]])


def _distances(flags: Flags) -> Floats:
    """Lines since the last flagged line, and until the next, at most `FAR`; row by row.

    Shape (2, n_rows, n_lines).
    """
    both = np.array([flags, flags[:, ::-1]])
    at = np.arange(flags.shape[1])
    last = np.maximum.accumulate(np.where(both, at, -FAR), axis=2)
    lines = np.minimum(at - last, FAR).astype(np.float64)
    lines[1] = lines[1, :, ::-1].copy()
    return lines


def _fill_windows(rows: Floats, values: Floats) -> None:
    """The mean of each row of `values` over the lines before and after, for each of `WINDOWS`."""
    kinds, n = values.shape
    widest = max(WINDOWS)
    totals = totals_beyond(values, widest)
    until, through = totals[:, widest : widest + n], totals[:, widest + 1 : widest + 1 + n]
    for means, w in zip(rows.reshape(len(WINDOWS), 2, kinds, n), WINDOWS, strict=True):
        np.subtract(until, totals[:, widest - w : widest - w + n], out=means[0])
        np.subtract(totals[:, widest + 1 + w : widest + 1 + w + n], through, out=means[1])
        np.divide(means, w, out=means)
