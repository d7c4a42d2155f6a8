"""Who wrote where no label says so: behind `by` or 由, or behind the sign that papers set there."""

from __future__ import annotations

import re

from corpus.extraction.metadata.names import is_personal

BY = re.compile(
    r"""
    (?: ^ | (?<=\s) )
    (?: by [\s:]{1,3} | 由 \s )
    (?P<name> \S{2,24} )
  | (?<= [\d日] ) 由 (?P<writer> \S{2,12} ) $             # 发布于2025年3月4日由晚潮
  | ^ 由 (?P<poster> \S{2,12} ) (?: [张張]贴 | [張张]貼 | [发發][表布佈帖] | 撰写 | 撰寫 )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Who wrote or posted, in a line that has a time."""

PEN = re.compile(r"[□■◇◆◎]\s?(?P<name>[^\W\d_]{2,4})(?!\w)")
"""The sign that papers set before the name of who wrote: 来源：澜江晚报 □ 魏长庚."""

POSTER = re.compile(
    r"""
    ^ [Bb]y [\s:]{1,3} (?P<name> (?![a-z]{2,24}$) \S{2,24} ) $     # by 林迟, but not: by phone
  | ^ (?P<poster> \S{2,20} ) \s (?: 發表在 | 发表在 ) \s
    """,
    re.VERBOSE,
)
"""Who posted, where no time stands in the line."""


def by_whom(line: str, *, timed: bool, labelled: bool) -> str | None:
    """The name behind `by` or 由, in a line with a time if `timed`, with its label if `labelled`.

    >>> by_whom("发布于2025年3月4日由晚潮", timed=True, labelled=True)
    '晚潮'
    """
    by = BY.search(line) if timed else POSTER.search(line)
    if by is None:
        return None
    said = by.groupdict()
    if said.get("writer"):
        return by["writer"] if labelled else None
    return by["poster"] or by["name"].removesuffix("Posted")


def penned_by(line: str) -> tuple[str, ...]:
    """The person whose name a sign stands before.

    >>> penned_by("来源：澜江晚报 □ 魏长庚")
    ('魏长庚',)
    """
    pen = PEN.search(line)
    return (pen["name"],) if pen is not None and is_personal(pen["name"]) else ()
