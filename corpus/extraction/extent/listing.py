"""Lists of articles whose teasers were taken for the text of one.

Each teaser has its headline above it and a time beside it, and so have those around it, at the same
places: a machine made them. Paragraphs of an article stand below each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from corpus.extraction.extent.continued import is_sentence
from corpus.extraction.extent.stamps import NUMBER, form_of

SHORTEST: Final = 12
"""Characters of a teaser."""
HEADLINE: Final = (8, 60)
"""Characters of a headline: names of those who post are shorter."""
STAMPED: Final = 60
"""Characters of the line with the outlet and the time of an item."""
LEAST: Final = 4
"""Items, from which they are a list."""
MOSTLY: Final = 0.6
"""Share of the sentences of a text that are teasers of the list."""
PLACES: Final = (1, 2, -1)
"""Where the time stands to the teaser."""

DOTS: Final = ("…", "...")
AGO = re.compile(r"\d\s?(?:秒|分钟|小时|天|周|个月|月|年)前|(?:今|昨|前)天\s?\d{1,2}:\d\d")
DAY = re.compile(r"(?<!\d)(?:\d{4}[-/.年])?\d{1,2}[-/月]\d{1,2}(?!\d)")
SINCE = re.compile(
    r"""
    \d{4} [-/.] \d{1,2} [-/.] \d{1,2}
  | [今昨前] 天 \s? \d{1,2} : \d\d
  | \d \s? (?: 分钟 | 小时 | 天 ) 前
    """,
    re.VERBOSE,
)
"""When something was posted, on a board."""
RESULTS = re.compile(
    r"""
    (?: 找到 | 搜[索尋]到 | 共有? | [约約]有? ) .{0,8} (?: 相[关關] | 符合 .{0,6} | 搜[索尋] )?
      [结結]果 .{0,4} [1-9] [\d,]* \s? [个個条條项項]
  | (?: 找到 | 搜[索尋]到 | 共有? | [约約]有? ) \s? [1-9] [\d,]* \s? [个個条條项項篇]
      .{0,10} [结結]果
  | [Aa]bout \s [1-9] [\d,]* \s results
    """,
    re.VERBOSE,
)
"""How many results a search had; the form of one that was not made has none."""
BARE = re.compile(r"\s*\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s*")
MORE = re.compile(
    r"""
    [\[【(（]? (?: 继续 | 點擊 | 点击 | 查看 | 阅读 )?
    (?: 阅读 | 閱讀 | 全文 | 详情? | 详细 | 更多 ) (?: 全文 | 更多 )? [\]】)）]? \s? [→»>…]{0,4}
    """,
    re.VERBOSE,
)
"""What leads from a teaser to its article: 阅读全文 »."""
STROKES: Final = "[]【】()（） »>"
TAIL: Final = 12
"""Characters of it."""


def is_listing(texts: Sequence[str], main: Sequence[int]) -> bool:
    """Whether most sentences of a text are teasers of items like those around them."""
    if is_board(texts, main):
        return True
    said = [n for n in main if _is_teaser(texts[n])]
    if _leads_on(said, texts) or (not said and _is_calendar(texts, main)):
        return True
    # The paragraphs of most articles have no headline above them, each, and no time beside.
    if not said or sum(_look(n, texts) is not None for n in said) < MOSTLY * len(said):
        return False
    listed = teasers(texts)
    return sum(n in listed for n in said) >= MOSTLY * len(said)


def is_board(texts: Sequence[str], main: Sequence[int]) -> bool:
    """Whether a text is the threads of a board: rows with a first and a last time."""
    rows = sum("\t" in texts[n] and len(SINCE.findall(texts[n])) > 1 for n in main)
    return rows >= LEAST and rows >= MOSTLY * len(main)


def _leads_on(said: Sequence[int], texts: Sequence[str]) -> bool:
    """Whether right below most teasers stands what leads to their articles."""
    if len(said) < LEAST:
        return False
    led = sum(any(map(_leads, texts[n + 1 : n + 3])) for n in said)
    return led >= MOSTLY * len(said)


def _leads(text: str) -> bool:
    return MORE.fullmatch(text) is not None and not text.strip(STROKES).startswith("更多")


def _is_calendar(texts: Sequence[str], main: Sequence[int]) -> bool:
    """Whether bare days stand among lines that say nothing, with a headline below each."""
    days = [n for n in range(main[0], main[-1]) if BARE.fullmatch(texts[n])] if main else []
    return sum(_is_headline(texts[n + 1]) for n in days) >= LEAST


def teasers(texts: Sequence[str]) -> frozenset[int]:
    """The numbers of the lines that are teasers of a list: four or more look alike."""
    timed = frozenset(n for n, text in enumerate(texts) if _is_timed(text))
    if len(timed) < LEAST:
        return frozenset()
    near = {n - place for n in timed for place in PLACES if 0 <= n - place < len(texts)}
    looks = {n: _look(n, texts) for n in sorted(near) if _is_teaser(texts[n])}
    counts = Counter(look for look in looks.values() if look is not None)
    return frozenset(n for n, look in looks.items() if look is not None and counts[look] >= LEAST)


def is_found(texts: Sequence[str], main: Sequence[int]) -> bool:
    """Whether most sentences of a text are pieces that a search cut out: they begin with dots.

    Or a line above counts what was found.
    """
    above = texts[: main[0] if main else 0]
    if any(len(text) <= STAMPED and RESULTS.search(text) is not None for text in above):
        return True
    said = [texts[n] for n in main if _is_teaser(texts[n]) or texts[n].startswith(DOTS)]
    n_cut = sum(text.startswith(DOTS) for text in said)
    return n_cut >= LEAST and n_cut >= MOSTLY * len(said)


def _is_timed(text: str) -> bool:
    return len(text) <= STAMPED and (AGO.search(text) or DAY.search(text)) is not None


def _is_teaser(text: str) -> bool:
    if len(text) < SHORTEST:
        return False
    return is_sentence(text) or is_sentence(_without_more(text))


def _without_more(text: str) -> str:
    """A teaser without what leads to its article."""
    for start in range(max(len(text) - TAIL, 0), len(text)):
        if text[start - 1 : start] in "。！？…. " and MORE.fullmatch(text, start):
            return text[:start].rstrip()
    return text


def _look(n: int, texts: Sequence[str]) -> tuple[int, int, str] | None:
    """Where the headline and the time of a teaser stand to it, and the form of that time."""
    for place in PLACES:
        k = n + place
        if 0 <= k < len(texts) and _is_timed(texts[k]) and not is_sentence(texts[k]):
            above = n - 2 if place == -1 else n - 1
            if above >= 0 and _is_headline(texts[above]):
                form = "ago" if AGO.search(texts[k]) else form_of(texts[k])[:10]
                return above - n, place, form
    return None


def _is_headline(text: str) -> bool:
    if NUMBER.search(text) is not None:  # of a post: 2楼
        return False
    return HEADLINE[0] <= len(text) <= HEADLINE[1] and "。" not in text and not _is_timed(text)
