"""What stands above an article and was chosen with it: menus, lists, the panel of a player."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.extraction.choice.features import Texts
from corpus.extraction.said.comments import is_running
from corpus.extraction.said.panels import find_said

BYLINE = re.compile(
    r"""
    (?: (?:19|20)\d\d \s? [-/.年] \s? \d{1,2} \s? [-/.月] \s? \d{1,2}
      | \d{1,2} / \d{1,2} / (?:19|20)\d\d )
    .* (?: \d : \d\d | 来源 | 來源 | 作者 | [记記]者 | 发布 | [發発][布佈] )
    | (?: 来源 | 來源 | 作者 | [记記]者 | 文[/:：] | 发布 | [發発][布佈] | [Pp]osted | [Bb]y\s )
    .* (?:19|20)\d\d \s? [-/.年] \s? \d{1,2} \s? [-/.月] \s? \d{1,2}
    """,
    re.VERBOSE,
)
"""A day with its hour, or with who wrote or published a text."""
LONGEST_BYLINE, REACH, DECK = 80, 15, 2
"""Characters of that line, lines from it to the text below it, and lines above it on which what an
article says in short may stand."""
LONG_ENOUGH = 30
"""Characters of a line with a comma from which it may be a text by itself."""
LONGEST_HEADING = 20
"""Characters of a heading of other articles."""
HAN = re.compile(r"[\u3400-\u9fff]")
MOST_ABOVE = 2.0
"""Characters of what stands above the article, as a share of the article, at most."""
LINES_A_BUTTON = 3
"""Lines above the article for each that is a button, at most: poems have many, and no button."""
ROW, FEWEST_ROWS = re.compile(r"[^\d:：]{2,12}(?:\t|[:：])"), 3
"""A row of the table above a notice, which belongs to it, and how many rows it has at least."""
FEWEST_LINKS, LONGEST_LINK = 10, 16
"""Words of a row of links, and characters of most of them."""
STOPS = frozenset("，。！？；：、,;!?\t")
"""What a row of links has none of."""
OPENING = frozenset({"control", "promotion"})
"""Kinds of the lines that stand above an article and are no part of it."""


def is_byline(text: str) -> bool:
    """Whether a line has a day with its hour, or with who wrote or published a text."""
    can_be = len(text) < LONGEST_BYLINE and ("20" in text or "19" in text)
    return can_be and BYLINE.search(text) is not None


def since_byline(lines: Sequence[int], texts: Sequence[str]) -> list[int]:
    """The chosen lines from the byline on, where nothing above it runs and no table stands there.

    What runs right above it says in short what the article says.
    """
    begin = next((n for n in lines if is_running(texts[n])), -1)
    for at in range(begin - 1, max(begin - REACH, lines[0] if lines else 0), -1):
        if is_byline(texts[at]):
            kept = [n for n in lines if n >= at or (n >= at - DECK and _is_text(texts[n]))]
            is_table = _has_table([texts[n] for n in lines if n <= at])
            return kept if not is_table and _is_little(lines, kept, texts) else list(lines)
    return list(lines)


def _is_little(lines: Sequence[int], kept: Sequence[int], texts: Sequence[str]) -> bool:
    """Whether what is put out is not much beside what is kept."""
    rest = sum(len(texts[n]) for n in kept)
    return sum(len(texts[n]) for n in lines) - rest <= MOST_ABOVE * rest


def since_opened(lines: Sequence[int], page: Texts) -> tuple[int, ...]:
    """The chosen lines below the last button that stands above the first line that runs.

    Where a heading of other articles stands there, all above that line is a list.
    """
    texts, folded, hits = page
    begin = next((k for k, n in enumerate(lines) if _is_text(texts[n])), 0)
    if not begin:
        return tuple(lines)
    above = range(lines[0], lines[begin])
    if any(_heads_list(n, page) for n in above) and _is_little(lines, lines[begin:], texts):
        return tuple(lines[begin:])
    said = find_said([texts[n] for n in above], [folded[n] for n in above])
    opens = [n for k, n in enumerate(above) if {hits[n].whole, said.get(k)} & OPENING]
    if not opens:
        return tuple(lines)
    kept = tuple(n for n in lines if n > opens[-1])
    put_out = [texts[n] for n in lines if n <= opens[-1]]
    n_figures = sum(HAN.search(text) is None for text in put_out)  # 1.5X, 00:00
    is_poem = len(put_out) > LINES_A_BUTTON * (len(opens) + n_figures)
    keeps = _has_table(put_out) or is_poem or not _is_little(lines, kept, texts)
    return tuple(lines) if keeps else kept


def without_rows(lines: Sequence[int], texts: Sequence[str]) -> list[int]:
    """The chosen lines without rows of links at either end, where anything runs between them."""
    if not any(is_running(texts[n]) and not _is_links(texts[n]) for n in lines):
        return list(lines)
    kept = list(lines)
    while _is_links(texts[kept[0]]):
        kept.pop(0)
    while _is_links(texts[kept[-1]]):
        kept.pop()
    return kept


def _is_links(text: str) -> bool:
    """Whether a line is a menu on one line: many short words of all lengths, no mark between.

    >>> _is_links("教程 简介 环境搭建 基础语法 数据类型 解释器 注释 运算符 数字 字符串 列表")
    True
    >>> _is_links("We walked along the river until the lamps of the old bridge were lit")
    False
    >>> _is_links("云淡风轻 近午天 傍花随柳 过前川 时人不识 余心乐 将谓偷闲 学少年 云淡风轻 近午天")
    False
    """
    if not STOPS.isdisjoint(text):
        return False
    words = text.split()
    sizes = {len(word) for word in words}
    n_long = sum(len(word) > LONGEST_LINK for word in words)
    # An English sentence has blanks between its words, too.
    n_han = sum(HAN.search(word) is not None for word in words)
    is_mixed = len(sizes) > 2 and 4 * n_long <= len(words) <= 4 * n_han
    return len(words) >= FEWEST_LINKS and is_mixed


def _heads_list(n: int, page: Texts) -> bool:
    hit = page.hits[n]
    return len(page.texts[n]) <= LONGEST_HEADING and "related" in (hit.whole, hit.start)


def _has_table(texts: Sequence[str]) -> bool:
    """Whether enough of the lines are rows, one below the other or with one line between."""
    rows = [k for k, text in enumerate(texts) if ROW.match(text)]
    ends = zip(rows, rows[FEWEST_ROWS - 1 :], strict=False)
    return any(last - first <= 2 * (FEWEST_ROWS - 1) for first, last in ends)


def _is_text(text: str) -> bool:
    """Whether a line runs, or at least pauses, as a question does."""
    return is_running(text) or (len(text) >= LONG_ENOUGH and "，" in text)
