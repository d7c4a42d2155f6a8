"""What the shape of a line is: what patterns it holds, whether it is short, long or a headline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.sheet import Sheet, join
from corpus.extraction.noise.view import View
from corpus.extraction.said.related import LONGEST_STAMP, MIN_STAMPED, TIME, stamped_items
from corpus.extraction.said.signs import ARROW, ASK, CALL, COLON, DIGIT, DOT, TIME_WORD

Floats = NDArray[np.float64]

# Most patterns begin with one class of characters, one that is rare where they are not: so
# beginnings are found fast. What stands before it is looked back at.
CLOCK = re.compile(
    r"""
    [:今昨前刚剛秒分小天日周週个個月年] (?:
      (?<=\d:) \d\d                                                             # 18:40
      | (?<=[今昨前]) 天 | (?<=刚) 刚 | (?<=剛) 剛
      | (?: (?<=\d.) | (?<=\d[^\S\n].) )                                        # 3小时前
        (?: (?<=[秒天日周週月年]) | (?<=分) [钟鐘] | (?<=小) [时時] | (?<=[个個]) 月 )
        [^\S\n]? [前内內]
    )
    """,
    re.VERBOSE,
)
DATE = re.compile(
    r"""
    [-/.年月] (?:
      (?<=[-/.年]) (?: (?<=(?:19|20)\d\d.) | (?<=(?:19|20)\d\d[^\S\n].) )       # 2026-01-05
        [^\S\n]? \d{1,2} [^\S\n]? [-/.月] [^\S\n]? \d
      | (?<=[-/月]) (?<=\d.) (?<!\d{3}.) \d{1,2} (?!\d)                         # 01-05
    )
    """,
    re.VERBOSE,
)
ADDRESS = re.compile(r"https?://|www\.|\.com|\.cn|@[\w.]+\.")
NUMBER = re.compile(r"\d\d\d (?: \d{4} | -\d{6} | (?<=00) -?\d )", re.VERBOSE)
"""Telephone numbers, licence numbers."""
ASKS = re.compile(r"[?？!！…]")
CALLS = re.compile(
    r"""
    [@回:：\#说rR] (?:
      (?<=@) \w | (?<=回) [复復]\ \S | (?<=[:：]) $ | (?<=说) [:：]
      | (?<=\#) (?<! .\# ) | (?<=[rR]) [eE]:
    )
    """,
    re.VERBOSE,
)
"""Somebody is spoken to, or speaks."""
SPEAKS = re.compile(r"[\w .·-]{1,20}+[:：][^\S\n]?\S")
"""A name and what it says, on one line."""
RANK = re.compile(r"[^\S\n]{0,2}\d{1,2}[^\d\n]")
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
AT_START = frozenset({"speaks", "rank"})
"""What is looked for at the beginning of a line only."""
SEARCHES = tuple(
    tuple(
        (row, pattern.match if name in AT_START else pattern.search)
        for row, (name, pattern, wanted) in enumerate(PATTERNS)
        if signs & wanted
    )
    for signs in range(2 * ARROW)
)
"""For each set of signs, which of `PATTERNS` a line that holds them can have."""
LONGEST_READ = 200
"""Characters of a line in which patterns are looked for."""

HEADLINE = range(8, 61)
"""Characters of a headline in a list."""
FEWEST_LETTERS = 4
SHORT, LONG = 6, 30
"""Characters up to which a line is an entry of a menu, from which it is running text."""

SHAPES = (
    *(name for name, _, _ in PATTERNS),
    "stamp",
    "headline",
    "item",
    "short",
    "long",
    "comment",
    "statement",
)
"""Names of the rows of `find_shapes_each`, in order."""
_STAMP, _HEADLINE, _ITEM, _SHORT, _LONG, _COMMENT, _STATEMENT = map(
    SHAPES.index, SHAPES[len(PATTERNS) :]
)
_DATED = SHAPES.index("clock"), SHAPES.index("date")


def find_shapes_each(views: Sequence[View], sheet: Sheet) -> Floats:
    """1 where a line has the shape, 0 elsewhere; shape (len(SHAPES), n_lines).

    Of the lines of all pages, one below the other as `sheet` says.
    """
    n = len(sheet.at)
    rows = np.zeros((len(SHAPES), n))
    n_characters, han, _, letters = join([view.features.T[:4] for view in views])
    found = []
    for view, begin in zip(views, sheet.starts.tolist(), strict=True):
        found += [row * n + line + begin for row, line in _shapes_found(view)]
        for run in view.comments:
            rows[_COMMENT, begin + run.first : begin + run.end] = 1
    rows.put(found, 1)
    can_be = (n_characters >= HEADLINE[0]) & (n_characters <= HEADLINE[-1])
    rows[_HEADLINE] = can_be & ((han + letters) * n_characters >= FEWEST_LETTERS)
    rows[_SHORT] = n_characters <= SHORT
    rows[_LONG] = n_characters >= LONG
    rows[_STATEMENT] = np.fromiter(chain.from_iterable(v.statements for v in views), np.bool_, n)
    return rows


def _shapes_found(view: View) -> list[tuple[int, int]]:
    """The rows of the patterns, stamps and items that a page has, and the lines they are on."""
    found = find_patterns(view.texts, view.signs)
    dated = {line for row, line in found if row in _DATED}
    found += [(_STAMP, line) for line in dated if _has_time(view.texts[line])]
    if len(view.stamps) >= MIN_STAMPED:
        items = stamped_items(view.texts, [not main for main in view.main], view.stamps)
        found += [(_ITEM, line) for item in items for line in item.lines]
    return found


def find_patterns(texts: Sequence[str], signs: Sequence[int]) -> list[tuple[int, int]]:
    """The rows of `PATTERNS` found and the lines they stand in, of lines that hold the signs."""
    return [
        (row, line)
        for line, held in enumerate(signs)
        for row, find in SEARCHES[held]
        if find(texts[line], 0, LONGEST_READ)
    ]


def _has_time(text: str) -> bool:
    return len(text) <= LONGEST_STAMP and TIME.search(text) is not None
