"""What stands around a region, read from its words: signs of an article that numbers do not hold.

Above an article stand the day and the hour it is from, its source and who wrote it, on one line or
two; below it who edited it, its tags, the articles before and after it, what readers say. A list
has many days, and as much text elsewhere as in its best region.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

SURROUNDINGS: tuple[str, ...] = (
    "days_above",
    "clocks_above",
    "days_elsewhere",
    "labels_above",
    "labelled_days_above",
    "neighbours_below",
    "credits_below",
    "comments_below",
    "tags_below",
    "longest_elsewhere",
    "text_elsewhere",
    "texts_elsewhere",
    "repeated_above",
)
"""Names of the columns of `surroundings`, in order."""

ABOVE, BELOW, FAR_BELOW, NEXT_TO = 8, 10, 39, 3
"""Lines looked at: above a region, below it, below it for its neighbours, right above it."""
LONGEST_LABEL, LONGEST_BUTTON, LONG, HEADLINE = 80, 40, 60, 6
"""Characters of a line with a day, of one about comments, of a text, of the shortest headline."""
DAY = re.compile(r"(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}")
CLOCK = re.compile(r"\d:\d\d")
LABEL = re.compile(
    r"""
    来源 | 來源 | 作者 | [记記]者 | [编編][辑輯] | 文[/:：] | 撰文 | 发布 | [發発][布佈]
    | [Pp]osted | [Bb]y\s
    """,
    re.VERBOSE,
)
NEIGHBOUR = re.compile(
    r"\W{0,3}(?:上一[篇條条则則]|下一[篇條条则則]|[前後后]一篇|文章[导導][航览覽])"
)
CREDIT = re.compile(
    r"""
    \s* [(（\[【]? \s?
    (?: [责責]任?[编編][辑輯]? | 值班[编編][辑輯] | [编編][辑輯] | [审審][核校] | 校[对對]
      | 来源 | 來源 | 作者 | 记者 )
    \s? [:：] \s? .{1,30} [)）\]】]? \s*
    """,
    re.VERBOSE,
)
COMMENTS = re.compile(
    r"""
    \d \s? (?:[则則条條个個])? (?: 留言 | 评论 | 評論 | 回[应應复復] )
    | [发發]表?(?:评论 | 評論 | 留言) | 发布评论 | 留下评论 | 我要评论 | 网友评论 | 跟贴
    """,
    re.VERBOSE,
)
TAGS = re.compile(r"\W{0,2}(?:标签|標籤|tags?\b|分类|分類|[关關][键鍵][词詞字])", re.IGNORECASE)


def surroundings(texts: Sequence[str], lines: Sequence[int]) -> list[float]:
    """Counts of signs around the `lines` (in order, at least one) of a page."""
    first, last = lines[0], lines[-1]
    top = max(first - ABOVE, 0)
    labels = [text for text in texts[top : first + 1] if len(text) < LONGEST_LABEL]
    days = [text for text in labels if DAY.search(text) is not None]
    afar = [*texts[:top], *texts[last + BELOW + 1 :]]
    below = texts[last + 1 : last + BELOW + 1]
    buttons = [text for text in texts[last:] if len(text) < LONGEST_BUTTON]
    below_all = set(texts[first + 1 :])
    return [
        len(days),
        _count(CLOCK.search(text) for text in days),
        _count(DAY.search(text) for text in afar if len(text) < LONGEST_LABEL),
        _count(LABEL.search(text) for text in labels),
        _count(LABEL.search(text) for text in days),
        _count(NEIGHBOUR.match(text) for text in texts[last : last + FAR_BELOW + 1]),
        _count(CREDIT.fullmatch(text) for text in below),
        _count(COMMENTS.search(text) for text in buttons),
        _count(TAGS.match(text) for text in below),
        *_elsewhere(texts, lines),
        sum(
            len(text) > HEADLINE and text in below_all
            for text in texts[max(first - NEXT_TO, 0) : first + 1]
        ),
    ]


def _count(found: Iterable[object]) -> int:
    return sum(one is not None for one in found)


def _elsewhere(texts: Sequence[str], lines: Sequence[int]) -> tuple[float, float, float]:
    """The longest text outside of the region, all of it beside the region, and how many long."""
    own = set(lines)
    sizes = [
        len(text) for n, text in enumerate(texts) if n not in own and ("。" in text or "，" in text)
    ]
    total = sum(len(texts[n]) for n in lines)
    return max(sizes, default=0), sum(sizes) / (total + 1), sum(size > LONG for size in sizes)
