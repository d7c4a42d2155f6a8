"""What is said below a line that counts answers.

A question with two answers is made as threads are: names, times and buttons stand between short
texts, of which the forests take the longest alone. Posts of a thread are told by how many there are
(`posts.py`); here a line says what the page is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.opinions import COLUMN
from corpus.extraction.extent.continued import is_sentence
from corpus.extraction.extent.signed import SENTENCE_ENDS
from corpus.extraction.extent.stamps import form_of
from corpus.extraction.said.comments import LIST
from corpus.extraction.said.phrases import Hits
from corpus.extraction.said.statements import is_statement

Floats = NDArray[np.float64]

COUNTED = re.compile(
    r"""
    (?: 共 | 全部 | 收到 | 已有 | 其[他它] | 更多 )? \s? (?P<before> \d{1,4} ) \s? [个個条條位] \s?
      (?: 网友 | 律师 | 医生 | 專家 | 专家 )? (?: 回答 | 解答 | 答案 | 答复 )
      (?: \s? [#＃] .{0,24} )?
  | (?: 全部 | 网友 | 律师 | 医生 | 专家 | 最佳 | 热心网友 | 用户 )?
      (?: (?: 其[他它] )? 回答 | 解答 | 答案 ) \s? 共?
      [(（:：]? \s? (?P<after> \d{1,4} ) \s? [条個个]? [)）]?
    """,
    re.VERBOSE,
)
"""The heading of the answers, with their number: 律师解答（2）, 5个回答."""
LONGEST_HEADING = 40
MOST_HEADINGS = 2
"""So many lines that count answers at most: a list of questions has more."""
STAMPED = 40
"""Characters that a line with the time of an answer has at most; twice as many with what stands
around it."""
REACH = 30
"""Lines from one time to the next, at most, and from the question to the heading."""
AROUND = re.compile(
    r"""
    [赞踩讚]同? \s? [(（]? \d | 采纳 | 採納 | 好评 | 解答问题 | [电電][话話] | 收起 | 举报 | 我来答
  | 已解决 | 待解决 | 悬赏 | 展开全部 | 我也去答题 | 知道答主 | 补充 | 追问 | 追答 | 立即提问
  | 获得 .{0,4} \d
  | 已[赞踩]过 | 的评价是 | (?: 提问 | 回答 ) [者人] \s? [:：]
  | (?: 最佳 | 推荐 ) (?: 答案 | 回答 ) .{0,14} $
    """,
    re.VERBOSE,
)
"""What stands around an answer: counts of it and of who answers, and buttons."""
PRAISED = re.compile(r"\d[\d,]{0,8}\s?人[赞贊讚]同了[该該]回答")
WRITTEN = re.compile(r"(?:[发發][布佈表]|[编編][辑輯])[于於]\s?\S")
"""What stands above an answer, and below it, on the largest site of questions."""
WHO = 3
"""Lines above that, with who answers: the name, a motto and a button."""
COUNT = re.compile(r"(?:浏览|阅读|瀏覽|閱讀)\s?[:：]?\s?\d")
"""How a line begins that counts readers of the question."""
SHORTEST = 6
"""Characters of a sentence among answers."""
NAME = 14
"""Characters that a name next to what stands around an answer has at most."""
ASKED, LONGEST_TITLE = 8, 25
"""Lines above the heading in which the question stands, and characters from which it is no
title."""


def said_below(
    lines: Sequence[int], texts: Sequence[str], features: Floats, hits: Sequence[Hits]
) -> tuple[int, ...]:
    """The chosen lines of a page, completed where a line says that answers follow."""
    if not lines:
        return tuple(lines)
    columns = features.T
    is_dated = (columns[COLUMN["has_date"]] > 0) & (columns[0] <= 2 * STAMPED)
    dated = {
        n: _form(texts[n])
        for n in is_dated.nonzero()[0].tolist()
        if len(texts[n]) <= STAMPED or AROUND.search(texts[n]) is not None
    }
    if len(dated) < 2:
        return tuple(lines)
    headings = [
        n
        for n, text in enumerate(texts)
        if "答" in text and len(text) <= LONGEST_HEADING and _counts(text)
    ]
    if 0 < len(headings) <= MOST_HEADINGS:
        return _answers(lines, headings[0], texts, dated, hits)
    return tuple(lines)


def with_praised(
    lines: Sequence[int], texts: Sequence[str], hits: Sequence[Hits]
) -> tuple[int, ...]:
    """The chosen lines, with what stands between the marks of each answer, where several have them.

    Comments below an answer, and who gave it, stand outside.
    """
    praised = [n for n, text in enumerate(texts) if "人" in text and PRAISED.fullmatch(text)]
    if len(praised) < 2 or not lines or lines[0] > praised[-1]:
        return tuple(lines)
    said = [n for n in lines if n < praised[0] - WHO]
    for start, stop in pairwise([*praised, len(texts)]):
        end = next((n for n in range(start, stop) if WRITTEN.match(texts[n])), start)
        said += [n for n in range(start + 1, end) if hits[n].whole is None]
    return tuple(said)


def _counts(text: str) -> bool:
    """Whether a line counts answers, or the last word of it does, behind buttons."""
    words = text.split()
    return any(COUNTED.fullmatch(part) is not None for part in (text.strip(), *words[-1:]))


def _form(text: str) -> str:
    """The form of the day in a line, without that of the hour and of counts."""
    return form_of(text).partition(" ")[0]


def _answers(
    lines: Sequence[int],
    heading: int,
    texts: Sequence[str],
    dated: Mapping[int, str],
    hits: Sequence[Hits],
) -> tuple[int, ...]:
    """The question and its answers; the lines as they were, if none of them was chosen."""
    stamps = [n for n in dated if n > heading]
    counts = Counter(dated[n] for n in stamps)
    forms = {form for form, count in counts.items() if count > 1}
    dated = {n: form for n, form in dated.items() if form in forms}
    stamps = [n for n in stamps if n in dated]
    if len(stamps) < 2 or stamps[0] - heading > REACH:
        return tuple(lines)
    last = _last(stamps, texts)
    said = {n for n in range(heading + 1, last) if _is_said(n, texts, dated, hits)}
    # Times stand above what is said, or below it.
    if said.isdisjoint(range(heading + 1, stamps[0])):
        last = _end(last, texts, dated, hits)
    inside = range(heading + 1, last)
    said.update(n for n in inside if _is_said(n, texts, dated, hits))
    beside = _beside(inside, texts, dated)
    said.update(n for n in lines if n in inside and n not in beside)
    top = max(heading - ASKED, 0)
    said.update(n for n in lines if n < heading and not _is_around(n, texts, dated))
    said.update(n for n in range(top, heading) if _is_asked(n, texts, dated, hits))
    return tuple(lines) if said.isdisjoint(lines) else tuple(sorted(said))


def _last(stamps: Sequence[int], texts: Sequence[str]) -> int:
    """The time of the last answer: times of a list follow each other, below its heading."""
    for above, last, below in zip([-1, *stamps], stamps, stamps[1:], strict=False):
        heads = any(LIST.match(text) for text in texts[last + 1 : below] if len(text) <= NAME)
        if below - last > REACH or heads:
            return last
        if below - last == 1:
            return max(above, stamps[0])
    return stamps[-1]


def _is_asked(n: int, texts: Sequence[str], dated: Mapping[int, str], hits: Sequence[Hits]) -> bool:
    return len(texts[n]) >= LONGEST_TITLE and _is_said(n, texts, dated, hits)


def _end(last: int, texts: Sequence[str], dated: Mapping[int, str], hits: Sequence[Hits]) -> int:
    """The line below what the last answer says, where what stands around it begins."""
    has_said = False
    stop = min(last + REACH, len(texts))
    for n in range(last + 1, stop):
        if has_said and (_is_around(n, texts, dated) or hits[n].whole is not None):
            return n
        has_said = has_said or _is_said(n, texts, dated, hits)
    return stop if has_said else last


def _beside(inside: range, texts: Sequence[str], dated: Mapping[int, str]) -> set[int]:
    """The lines that stand around answers, with the names next to them, above and below."""
    found = {n for n in inside if _is_around(n, texts, dated)}
    for way in (inside, inside[::-1]):
        at_edge = way is inside
        for n in way:
            is_short = len(texts[n]) <= NAME and texts[n][-1:] not in SENTENCE_ENDS
            at_edge = n in found or (at_edge and is_short)
            if at_edge:
                found.add(n)
    return found


def _is_said(n: int, texts: Sequence[str], dated: Mapping[int, str], hits: Sequence[Hits]) -> bool:
    text = texts[n]
    return (
        len(text) >= SHORTEST
        and text[-1:] in SENTENCE_ENDS
        and is_sentence(text)
        and hits[n].whole is None
        and not _is_around(n, texts, dated)
        and not is_statement(text)
    )


def _is_around(n: int, texts: Sequence[str], dated: Mapping[int, str]) -> bool:
    text = texts[n]
    if COUNT.match(text):
        return True
    return n in dated or (AROUND.search(text[:STAMPED]) is not None and not text.endswith("。"))
