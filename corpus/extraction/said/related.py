"""Recommended articles with a time: runs of headline, outlet and time that repeat.

They are known as related by that alone; `items.py` reads all others, once they are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from corpus.document import RelatedItem

HEADLINE_CHARACTERS = 5
"""Shortest headline, in characters; shorter lines are outlets, counts or buttons."""
OUTLET_CHARACTERS = 20
"""Longest name of an outlet."""
MARKS = re.compile(r"[，。！？；：,!?;:\t]")
"""Marks of a sentence, which no name of an outlet has."""
BLANK_MARKS = " ·•|/-\N{IDEOGRAPHIC SPACE}"
LONGEST_STAMP = 45
"""Characters of a line that ends an item, at most."""
MIN_STAMPED = 2
"""Items with a time that make a list; a lone one is as likely the page's own byline."""

TIME = re.compile(
    r"""
    (?: (?:19|20)\d\d \s? [-/.年] \s? \d{1,2} \s? [-/.月] \s? \d{1,2} \s? 日?   # 2026-01-05
      | \d{1,2} [-/月] \d{1,2} 日?                                              # 01-05, 1月5日
      | \d{1,3} \s? (?:秒|分钟|分鐘|小时|小時|天|日|周|週|个月|個月|年) \s? 前  # 3小时前
      | (?:今天|昨天|前天|刚刚|剛剛)
    )
    (?: \s{0,3} \d{1,2}:\d{2} (?: :\d{2} )? (?: \s? [AP]M )? )?                      # 17:20:57
    """,
    re.VERBOSE,
)
SHORT_DATE = re.compile(r"(\d{1,2})[-/月](\d{1,2})日?")
TIME_BEGINS = ("今", "昨", "前", "刚", "剛")
"""What `TIME` can begin with, beside a digit."""
TIME_ENDS = ("日", "前", "天", "刚", "剛", "M")
"""What `TIME` can end in, beside a digit."""
STAMP = re.compile(
    rf"""
    (?P<outlet> .{{0,{OUTLET_CHARACTERS}}}? ) \s{{0,3}}   # the outlet, on the same line
    (?P<time> {TIME.pattern} )
    """,
    re.VERBOSE,
)
LONG_OUTLET = 8
"""Characters from which the name of an outlet may as well be a headline."""
DAY_AT_END = re.compile(rf"\s{TIME.pattern}$", re.VERBOSE)
RANK = re.compile(
    r"""
    [·•．▪■◆●>»👉\s]{0,8}                              # a bullet
    (?: \d{1,2} (?: [.、:：] \s? | \s ) (?= \D ) )?     # 1. or 1 before the headline
    [·•▪■◆●>»\s]{0,8}
    (?: [vlnu§Ø] \s (?= [^\W\d_a-zA-Z] ) )?            # a bullet of another font, read as a letter
    """,
    re.VERBOSE,
)
BEGINS_IN_RANK = re.compile(r"[·•．▪■◆●>»👉\s\dvlnu§Ø]")
"""What a rank or a bullet begins with."""


COUNT = re.compile(
    r"""
    \d [\d,.]{0,9} \s? [万萬wk]? \+? \s? [次人条條个個]?
      (?: [评評][论論] | [阅閱][读讀] | 跟[贴帖] | 播放 | [浏瀏][览覽] | [点點][赞讚击擊]
          | 回[复復] | [观觀]看
        | [赞讚] | 收藏 | [参參][与與] | 回答 )
  | (?: [评評][论論] | [阅閱][读讀] | 跟[贴帖] | 播放 | [浏瀏][览覽] | [点點][赞讚击擊] ) \s?
      [(:（：]? \s? \d [\d,.]{0,9} \s? [万萬wk]? \+? \s? [)）次]?
    """,
    re.VERBOSE,
)
COUNT_ENDS = tuple("论論读讀贴帖放览覽赞讚击擊复復看藏与與答0123456789万萬wk+)）次")


class Item(NamedTuple):
    """An item and the lines it takes; `headline` is the first line that shows the headline."""

    headline: int
    lines: tuple[int, ...]
    related: RelatedItem


Stamps = Sequence[tuple[int, tuple[str | None, str]]]
"""The numbers of lines that end in a time, from top to bottom, with their outlet and the time."""


def find_stamps(texts: Sequence[str], lines: Iterable[int] | None = None) -> Stamps:
    """The lines that are a time, or an outlet and a time.

    `lines` may be given, the numbers of those that hold a digit or one of the words for days.
    """
    return [
        (n, stamp)
        for n in (range(len(texts)) if lines is None else lines)
        if len(text := texts[n]) <= LONGEST_STAMP
        and ends_in_time(text)
        and (stamp := _read_stamp(text))
    ]


def _read_stamp(text: str) -> tuple[str | None, str] | None:
    """The outlet, if one is named, and the time of a line that is nothing else."""
    stamp = STAMP.fullmatch(text)
    if stamp is None:
        return None
    outlet, time = stamp["outlet"].strip(BLANK_MARKS), stamp["time"].strip()
    if not can_be_date(time) or (outlet and not is_outlet(outlet)):
        return None
    return outlet or None, time


def stamped_items(
    texts: Sequence[str], free: Sequence[bool], stamps: Stamps | None = None
) -> list[Item]:
    """Items that end in a line with a time: headline, perhaps again, outlet, time.

    Only lines that are `free` are taken. Fewer than `MIN_STAMPED` items are no list. `stamps` may
    be given when those of the page were found already.
    """
    stamps = find_stamps(texts) if stamps is None else stamps
    if len(stamps) < MIN_STAMPED:
        return []
    left = [text if is_free else None for text, is_free in zip(texts, free, strict=True)]
    items = []
    for n, stamp in stamps:
        item = _ending_at(n, *stamp, left) if left[n] is not None else None
        if item is not None:
            items.append(item)
            for line in item.lines:
                left[line] = None
    return items if len(items) >= MIN_STAMPED else []


def _ending_at(n: int, outlet: str | None, time: str, left: Sequence[str | None]) -> Item | None:
    """The item whose line with the time is `n`, from the lines just above it that are left."""
    if outlet:
        return _with_headline(n - 1, n, (outlet, time), left)
    last = n - 1
    if last >= 0 and (count := left[last]) is not None and is_count(count):
        last -= 1
    name = left[last] if last >= 0 else None
    if name is not None and is_outlet(name):
        item = _with_headline(last - 1, n, (name.strip(), time), left)
        if item is not None:
            return item
    return _with_headline(last, n, (None, time), left)


def _with_headline(
    at: int, end: int, known: tuple[str | None, str], left: Sequence[str | None]
) -> Item | None:
    """The item from its headline, the last line of which is `at`, to its last line `end`.

    Its outlet and its time are `known`.
    """
    headline = left[at] if at >= 0 else None
    if headline is None or not is_headline(headline) or is_count(headline):
        return None
    if known[0] and len(known[0]) >= LONG_OUTLET and _has_day(headline):
        return None  # headlines with their days, one below the other
    first = at
    while first > 0 and (above := left[first - 1]) is not None and same_headline(above, headline):
        first -= 1
    related = RelatedItem(unranked(headline), *known)
    return Item(first, tuple(range(first, end + 1)), related)


def _has_day(text: str) -> bool:
    return ends_in_time(text) and DAY_AT_END.search(text) is not None


def unranked(text: str) -> str:
    """A headline without the rank or the bullet in front of it.

    >>> unranked("1. 三月的雨"), unranked("2026年第一天")
    ('三月的雨', '2026年第一天')
    """
    # Most headlines begin with what no rank begins with.
    rank = RANK.match(text) if BEGINS_IN_RANK.match(text) else None
    return text[rank.end() :].strip() if rank else text.strip()


def can_be_date(time: str) -> bool:
    """Whether a time that is a month and a day alone is one of the calendar: 2-0 is a score."""
    short = SHORT_DATE.fullmatch(time.strip())
    return short is None or (1 <= int(short[1]) <= 12 and 1 <= int(short[2]) <= 31)


def begins_in_time(text: str) -> bool:
    """Whether a time can stand at the beginning of a text, by its first character."""
    first = text[:1]
    return first in TIME_BEGINS or first.isdecimal()


def ends_in_time(text: str) -> bool:
    """Whether a time can stand at the end of a text, by its last character: most have none."""
    last = text.rstrip()[-1:]
    return last in TIME_ENDS or last.isdecimal()


def is_headline(text: str) -> bool:
    """Whether a line can be a headline: long enough, and not only digits and marks."""
    return HEADLINE_CHARACTERS <= len(text) <= 140 and (
        text[:4].isalpha() or sum(map(str.isalpha, text)) >= 4
    )


def is_outlet(text: str) -> bool:
    """Whether a line can be the name of an outlet: short, without the marks of a sentence.

    >>> is_outlet("江畔观察"), is_outlet("33评论")
    (True, False)
    """
    return 1 < len(text) <= OUTLET_CHARACTERS and MARKS.search(text) is None and not is_count(text)


def is_count(text: str) -> bool:
    """Whether a text is how often an article was read or answered: 33评论, 阅读 1.2万."""
    return text[-1:] in COUNT_ENDS and COUNT.fullmatch(text.strip(BLANK_MARKS)) is not None


def same_headline(one: str, other: str) -> bool:
    """Whether two lines show the same headline, one of them perhaps cut off."""
    a, b = one.rstrip(".…"), other.rstrip(".…")
    return a == b or (min(len(a), len(b)) >= 8 and (a.startswith(b) or b.startswith(a)))
