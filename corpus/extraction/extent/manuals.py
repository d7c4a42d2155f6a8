"""Pages of manuals, whose software sets a link to itself beside each heading: # 失败重试, 安装¶.

Or says in a list what is on this page, with each heading of it, above its text: 本文内容.

Sections of one sentence between code and tables look like a menu to the forests. But below the last
of them such software says where the page can be edited, or which one is next, and nothing else has
such headings.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import Final

from corpus.extraction.choice.features import Texts
from corpus.extraction.said.comments import is_running

ANCHORED = re.compile(
    r"""
    \# \s (?P<text> [^\#\s] .{0,60} )
  | (?P<before> \S .{0,60}? ) \s? [¶\uf0c1]
    """,
    re.VERBOSE,
)
"""A heading with its link to itself, before it or behind."""
ENDS = re.compile(
    r"""
    (?: [在至到] .{2,16} )? (?: [编編][辑輯] | 修改 | 改[进進善] | [帮幫]助我[们們]改[善进進] )
    (?: 此 | 本 | [这這][个個一]? )? (?: [页頁]面? | 文[档檔章] ) .{0,24}
  | Edit \s this \s page .{0,20} | Suggest \s changes .{0,20}
  | (?: 上次 | 最[后後近] ) (?: 更新 | [编編][辑輯] | 修改 ) (?: [时時][间間] | [于於] )?
    \s? [:：]? .{0,40}
  | Last \s updated .{0,40} | ← \s .{1,80} | (?: Previous | Next ) (?: \s .{1,60} )?
  | (?: 上一[页頁篇节節章] | 下一[页頁篇节節章] ) (?: \s? [:：]? \s? .{1,60} )?
  | © .{0,80} | Built \s with .{0,60} | 本[页頁][目内內] .{1,2} | 此[页頁]内容
  | (?: [文本][档檔页頁] )? 反[馈饋] | (?: [该該此本][页頁文] .{0,3} )? 是否 .{0,4} [帮幫]助 .{0,4}
  | Feedback | (?: Was | Is ) \s this \s page \s helpful .{0,10} | Help \s improve \s .{1,20}
  | (?: 其他 | 附加 ) [资資]源 | Additional \s resources
    """,
    re.VERBOSE,
)
"""What stands below the last section."""
CONTENTS = re.compile(
    r"""
    (?: 在?本文中? | [本此] [页頁]面?中? )
    (?: 的? (?: [内內]容 | [总總][览覽] | 目[录錄] | [导導][读讀航] | 大[纲綱] ) )? \s? [:：]?
  | (?i: On \s this \s page | In \s this \s article | Table \s of \s contents )
    """,
    re.VERBOSE,
)
"""What heads the list of what is on a page."""
COPY = re.compile(
    r"""
    (?: [\w\#+]{1,12} \s? )? (?: 复制 | 複製 | Copy ) (?: \s? (?: 代[码碼] | to \s Clipboard ) )?
    """,
    re.VERBOSE,
)
"""A button above code, with its language before it."""
NUMBER = re.compile(r"\d{1,4}")
FEWEST: Final = 2
"""Headings, at least; the first may be the title of the page."""
MOST_HEADS: Final = 3
"""Heads of contents on a page, at most; each is looked below to the end of the page."""


def find_manual(page: Texts) -> tuple[int, ...]:
    """The numbers of the lines below the first heading of a manual; none where it is none.

    Where its contents are listed, with the lead above the first heading.
    """
    texts = [text.strip() for text in page.texts]
    return _below_anchors(texts) or _below_contents(texts)


def _below_anchors(texts: Sequence[str]) -> tuple[int, ...]:
    found = ((n, ANCHORED.fullmatch(text)) for n, text in enumerate(texts))
    headings = {n: match["text"] or match["before"] for n, match in found if match is not None}
    if len(headings) < FEWEST or not _is_listed(headings, texts):
        return ()
    first, *_, last = headings
    end = next((n for n in range(last + 1, len(texts)) if ENDS.fullmatch(texts[n])), 0)
    counted = _counted(range(first + 1, end), texts)
    return tuple(n for n in range(first + 1, end) if n not in counted)


def _below_contents(texts: Sequence[str]) -> tuple[int, ...]:
    """The lines from what the contents list at first until what stands below a manual."""
    heads = (n for n, text in enumerate(texts) if CONTENTS.fullmatch(text))
    for n in islice(heads, MOST_HEADS):
        headings = _headings(n + 1, texts)
        if len(headings) >= FEWEST:
            first, last = headings[0], headings[-1]
        elif texts[n + 1 : n + 2] and texts[n + 1] in texts[:n]:
            # The contents are folded: below stands the title, which the menu has, too.
            first = last = n + 2
        else:
            continue
        end = next((n for n in range(last, len(texts)) if ENDS.fullmatch(texts[n])), 0)
        while is_running(texts[first - 1]):
            first -= 1
        if any(map(is_running, texts[first:end])):
            return tuple(n for n in range(first, end) if not COPY.fullmatch(texts[n]))
    return ()


def _headings(start: int, texts: Sequence[str]) -> list[int]:
    """Where below a list each of its entries stands again, in their order."""
    places: dict[str, list[int]] = {}
    for n in range(start, len(texts)):
        places.setdefault(texts[n].rstrip(":："), []).append(n)
    found: list[int] = []
    for n in range(start, len(texts)):
        if found and n >= found[0]:
            break
        known = places[texts[n].rstrip(":：")]
        k = bisect_right(known, found[-1] if found else n)
        if k == len(known):
            break
        found.append(known[k])
    return found


def _is_listed(headings: dict[int, str], texts: Sequence[str]) -> bool:
    """Whether the first heading stands elsewhere on the page as well, or has its link behind it.

    A sign before a line may be that of a remark in code, but pages of a manual are in its contents.
    """
    first = next(iter(headings))
    return texts[first][0] != "#" or headings[first] in texts


def _counted(lines: range, texts: Sequence[str]) -> set[int]:
    """Lines that number those of code: each but the first is one more than the one before."""
    numbers = {n for n in lines if NUMBER.fullmatch(texts[n])}
    return {
        n
        for pair in pairwise(sorted(numbers))
        if pair[1] == pair[0] + 1 and int(texts[pair[1]]) == int(texts[pair[0]]) + 1
        for n in pair
    }
