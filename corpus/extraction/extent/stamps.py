"""Lines that say when something was posted, the form of these times, and what else is furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.opinions import COLUMN
from corpus.extraction.said.forums import is_buttons, is_card, is_note

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHORT = 40
"""Characters that a line with the time of a post has at most; twice as many with what forums set
beside it."""
FURNITURE = 14
"""Characters that a name, a place or a button has at most."""
LEAST = 4
"""How often a line comes again, but for its number, that is furniture wherever it stands."""

TIME = re.compile(
    r"""
    (?<! [A-Za-z_\d] )                            # not of a name: river2009
    \d [\d\s年月日时時分秒点點:：/.,-]*           # 2023-07-06 23:12
    (?: 星期. )? [\d\s时時分秒点點:：]*           # 2023年7月6日 星期四 23点12分
    前?                                           # 3天前, read as 0前
    """,
    re.VERBOSE,
)
SPACED = re.compile(r"(?:19|20)\d\d\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日")
"""A day with blanks, which the features of lines do not know: 2023 年 2 月 6 日."""
TOPICS = frozenset(
    "推荐话题 建议的话题 建议话题 登录以回复 最后回复 推薦話題 最後回覆 最新回覆".split()
)
MONTH = re.compile(r"(?:(?:19|20)\d\d\s?年\s?)?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?")
"""What one of the programs sets beside a thread, and how it says the day of a post: 9月16日."""
AGES = re.compile(r"\d{1,4}\s?(?:秒|分钟|分鐘|小时|小時|天|日|周|週|个?月|個月|年)前")
"""How long ago something was posted; the features of lines do not know 1 月前."""
AGED = re.compile(
    rf"(?:{AGES.pattern})(?![\u4e00-\u9fff])|(?:{AGES.pattern})(?=[发發回评評更编編来來])"
)
"""The same in a line that says no more of it: not 3年前买的."""
CLICKS = re.compile(r"[点點][击擊]\s?[:：]\s?\d+")
"""How often a thread was read, behind its time."""
MONTHS = re.compile(r"\b[A-Z][a-z]{2,8}\.? \d{1,2}, (?:19|20)\d\d")
"""A day as it is written in English; what stands right behind it may be the next word."""
DAY_FIRST = re.compile(r"(?<!\d)\d{1,2}-\d{1,2}-(?:19|20)\d\d, \d{1,2}:\d\d")
"""A day and a clock as programs of forums in English set them: 11-09-2008, 10:33 AM."""
NUMBER = re.compile(
    r"""
    [楼樓]主 | 沙[发發] | 板凳 | 地板 | 只看 (?: [楼樓]主 | [该該]作者 | TA )
    | (?<! \d ) \d{1,5} \s? [楼樓\#＃]
    | [\#＃] \s? \d{1,5} (?! \d )
    """,
    re.VERBOSE,
)
"""What forums set beside a post: its number, who began the thread, a way to read one alone."""
SINCE = re.compile(
    r"(?:注册|註冊|加入|最后登[录陆]|最後登入)(?:时间|時間|日期|于|於)?\s?[:：]?\s?\d"
)
"""How a line begins that says since when somebody posts there: no post has this time."""
DIGITS = re.compile(r"\d+")
WEEKDAY = re.compile("星期.")
BLANKS = re.compile(r"\s+")


class Stamps(NamedTuple):
    """What tells posts apart, by line of the page, each of shape (n_lines,).

    `furniture` stands around posts whatever its place, the `dated` lines among it; `is_short` is
    what may be furniture at a place where it comes again, `is_set` is what forum software sets.
    """

    dated: Flags
    furniture: Flags
    is_short: Flags
    is_set: Flags


def find_dated(texts: Sequence[str], features: Floats) -> Flags:
    """Which lines say when something was posted."""
    columns = features.T
    size = columns[0]
    dated: Flags = (columns[COLUMN["has_date"]] > 0) & (size <= 2 * SHORT)
    for n in (dated & (size > SHORT)).nonzero()[0].tolist():
        dated[n] = NUMBER.search(texts[n]) is not None
    has_topics = not TOPICS.isdisjoint(texts)
    for n, text in enumerate(texts):
        if len(text) <= SHORT and not dated[n]:
            dated[n] = has_topics and MONTH.fullmatch(text) is not None
        if len(text) <= SHORT and not dated[n]:
            found = AGED.search(text) if "前" in text else None
            found = found or (
                MONTHS.search(text) or DAY_FIRST.search(text) if ", " in text else None
            )
            dated[n] = (
                found or (SPACED.search(text) if " 年" in text or "年 " in text else None)
            ) is not None
    return dated


def find_stamps(texts: Sequence[str], features: Floats, dated: Flags) -> Stamps:
    """Which lines tell posts apart, where `dated` are those with a time."""
    columns = features.T
    size = columns[0]
    # A name may have a colon behind it.
    colons = np.fromiter((text.endswith((":", "：")) for text in texts), np.bool_, len(texts))
    n_marks = columns[COLUMN["n_ends"]] + columns[COLUMN["n_middles"]]
    is_small = size <= FURNITURE
    is_bare = columns[COLUMN["han_share"]] + columns[COLUMN["letter_share"]] == 0
    counts, counted = _counts(texts, size <= SHORT)
    is_set = np.fromiter((is_card(x) or is_buttons(x) or is_note(x) for x in texts), np.bool_)
    # A sentence that stands twice was quoted; or it is a signature, between a post and buttons.
    is_last = np.append(is_set[1:], False) & ~np.append(False, (is_set | dated)[:-1])
    is_quoted = (columns[COLUMN["n_ends"]] > 0) & ~is_last
    is_word = (columns[COLUMN["n_twins"]] > 1) & ~is_quoted
    is_word |= columns[COLUMN["phrase_control"]] >= 2
    furniture = dated | is_bare | counts | (is_word & is_small) | is_set
    is_short = ((n_marks <= colons) & is_small) | counted
    return Stamps(dated, furniture, is_short, is_set)


def _counts(texts: Sequence[str], is_short: Flags) -> tuple[Flags, Flags]:
    """Which short lines are the same again and again but for a number: 積分：1874分.

    And which are so twice, as where one post alone has a rank: 会员, 积分 53, 还需 147 积分.
    """
    short = is_short.nonzero()[0].tolist()
    forms = {n: DIGITS.sub("0", texts[n]) for n in short}
    counts = Counter(forms.values())
    found = np.zeros((2, len(texts)), np.bool_)
    for row, least in enumerate((LEAST, 2)):
        found[row, [n for n, form in forms.items() if "0" in form and counts[form] >= least]] = True
    return found[0], found[1]


def form_of(text: str) -> str:
    """The form of the times in a line, without names, other words and numbers that are no time.

    How long ago is one form, be it in days or in hours.

    >>> form_of("林迟 发布于 2023-07-06 23:12"), form_of("3天前"), form_of("40 分钟前")
    ('0-0-0 0:0', '0前', '0前')
    >>> form_of("7楼 2023-07-06 23:12")
    '0-0-0 0:0'
    """
    text = AGES.sub("0前", CLICKS.sub("", text))
    times = " ".join(match.group() for match in TIME.finditer(text))
    form = BLANKS.sub(" ", DIGITS.sub("0", WEEKDAY.sub("", times))).strip()
    # The number of a post, and how often it was praised, are no part of its time.
    return " ".join(part for part in form.split(" ") if part.strip(":：") != "0") or form
