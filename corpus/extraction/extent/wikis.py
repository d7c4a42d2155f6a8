"""Articles of encyclopedias: a lead, and sections each of which has a button to edit it.

To the forests a section of one sentence is a teaser, and a box of facts between the lead and the
sections parts one from the others. But nothing else has such a button behind each of its headings,
and all software of wikis sets it: 历史沿革 编辑, 获取方式[编辑].
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.extraction.choice.features import Texts
from corpus.extraction.said.comments import is_running

EDIT = re.compile(
    r"""
    (?P<heading> \S .{0,40}? ) \s?
    (?: [\[［【] \s? (?: 编辑? | 編輯? | edit ) \s?
        (?: [|｜] \s? (?: 编辑 | 編輯 | edit ) \s? (?: 源代[码碼] | 原始[码碼] | source ) \s? )?
        [\]］】]
      | [编編][辑輯]本段 (?: 回目[录錄] )? | (?<= \s ) [编編][辑輯] )
    """,
    re.VERBOSE,
)
"""A heading with its button behind it."""
BUTTONS: Final = frozenset(
    "编辑 編輯 播报 播報 编辑播报 播报编辑 编辑本段 編輯本段 [编辑] [編輯] 语音 回目录".split()
)
"""Buttons on a line of their own below a heading."""
CONTENTS = re.compile(
    r"""
    (?: 目[录錄] | Contents ) \s?
    (?: [\[［(（] \s? .{1,4} \s? [\]］)）] | [隐隱]藏 | 展[开開] | 收起 )?
    """,
    re.VERBOSE,
)
NOTES = r"""
    (?: [参參]考 (?: [资資]料 | 文[献獻] | [来來]源 | [书書]目 )? | [注註][释釋] | [脚腳][注註]
      | [资資]料[来來]源 | 引用 | [备備][注註] | 外部 (?: [链鏈]接 | [连連][结結] )
      | (?: [扩擴]展 | 延伸 ) [阅閱][读讀] | [参參][见見看阅閱] )
"""
ENDS = re.compile(
    rf"""
    {NOTES} (?: [与和及與] {NOTES} )? \s? [:：]?
  | 相[关關] (?: [条條]目 | [词詞][条條] ) .*
  | [词詞][条條] (?: [图圖][册冊片] | [标標][签籤] | [统統][计計] ) .* | [开開]放分[类類] .*
  | (?: 取自 | [检檢]索自 ) \s? [“"「] .* | [页頁]?面?分[类類] \s? [:：] .*
  | .{{0,30}} \s? \[? \s? 查 \s* [·•]? \s* [论論] \s* [·•]? \s* [编編]
    (?: \s* [·•]? \s* [历歷] )? \s? \]?
    """,
    re.VERBOSE,
)
"""What stands below the last section of an article."""
OF_WIKI = re.compile(r"[词詞][条條]|[条條]目|百科|[维維]基|Wiki|wiki")
"""What the page of a wiki says of itself."""
NOTICE = re.compile(
    r"""
    [本此] (?: [词詞][条條] | [条條]目 | [页頁]面 ) | [维維]基百科 | 同[义義][词詞] | [欢歡]迎
  | 跳[到转轉至]
    """,
    re.VERBOSE,
)
"""How notices begin that stand above an article."""
FEWEST: Final = 2
"""Sections, at least."""
LONGEST_BUTTON: Final = 8
"""Characters of a button, blanks too."""
LONGEST: Final = 40
"""Characters of a heading."""
GAP: Final = 4
"""Lines between two paragraphs of the lead, at most."""
NEAR: Final = 60
"""Lines above the sections in which the lead and the contents stand."""


def find_wiki(page: Texts) -> tuple[int, ...]:
    """The numbers of the lines of an article of an encyclopedia; none where the page is no wiki.

    A box of facts is left out, as the contents are, and all from the notes on.
    """
    texts = [text.strip() for text in page.texts]
    headings = [n for n, text in enumerate(texts) if _is_edited(n, text, texts)]
    if len(headings) < FEWEST or not any(map(OF_WIKI.search, texts)):
        return ()
    first = headings[0]
    end = next((n for n in range(first, len(texts)) if _ends(texts[n])), first)
    if end < headings[FEWEST - 1]:
        return ()
    return (*_lead(first, texts), *(n for n in range(first, end) if not _is_button(texts[n])))


def _is_edited(n: int, text: str, texts: Sequence[str]) -> bool:
    """Whether a line is a heading with the button to edit behind it or below."""
    below = texts[n + 1 : n + 3]
    has_button = bool(below) and _is_button(below[0])
    if not (has_button or "编" in text or "編" in text or "edit" in text):
        return False
    if not 0 < len(text) <= LONGEST or _is_button(text) or _ends(text):
        return False
    if EDIT.fullmatch(text) is not None:
        return True
    return has_button and any("辑" in text or "輯" in text for text in filter(_is_button, below))


def _is_button(text: str) -> bool:
    return len(text) <= LONGEST_BUTTON and "".join(text.split()) in BUTTONS


def _ends(text: str) -> bool:
    """Whether a line heads what is no section of the article."""
    found = EDIT.fullmatch(text)
    return ENDS.fullmatch(text if found is None else found["heading"]) is not None


def _lead(first: int, texts: Sequence[str]) -> list[int]:
    """The lines of the lead above the first section and the contents."""
    contents = (n for n in range(max(first - NEAR, 0), first) if CONTENTS.fullmatch(texts[n]))
    end = max(contents, default=first)
    above = range(max(end - NEAR, 0), end)
    own = [n for n in above if not NOTICE.match(texts[n]) and "\t" not in texts[n]]
    running = [n for n in own if is_running(texts[n])]
    if not running:
        return []
    # Farther above stand a box, and notices of the site.
    start = running[-1]
    for n in reversed(running):
        start = n if start - n <= GAP else start
    return [n for n in own if start <= n <= running[-1]]
