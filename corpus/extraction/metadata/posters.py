"""Who wrote where no label says so: behind `by` or 由, or behind the sign that papers set there."""

from __future__ import annotations

import re

from corpus.extraction.metadata.names import is_personal, names_outlet

BY = re.compile(
    r"""
    (?: ^ | (?<=\s) ) (?<! powered\s )
    (?: by [\s:]{1,3} | 由 \s )
    (?P<name> \S{2,24} )
  | (?<= [\d日] ) 由 (?P<writer> \S{2,12} ) $             # 发布于2025年3月4日由晚潮
  | ^ 帖子由 \s? (?P<board> \S{2,20} ) \s »               # as phpBB has it
  | ^ 由 (?P<poster> \S{2,12} ) (?: [张張]贴 | [張张]貼 | [发發][表布佈帖] | 撰写 | 撰寫 )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Who wrote or posted, in a line that has a time."""

PEN = re.compile(
    r"""
    [□■◇◆◎] \s? (?P<name> [^\W\d_]{2,4} ) (?!\w)
  | (?<! [^\s(（] ) (?P<sent> [^\W\d_]{2,4} ) \s 供稿 [)）]? $
  | ^ (?P<badged> [^\W\d_]{2,4} ) \s (?: 作者 | 撰文 | 撰稿人? ) $
    """,
    re.VERBOSE,
)
"""The sign before the name of who wrote, or the badge behind it: □ 魏长庚, 魏长庚 供稿."""

POSTER = re.compile(
    r"""
    ^ [Bb]y [\s:]{1,3} (?P<name> (?![a-z]{2,24}$) \S{2,24} ) $     # by 林迟, but not: by phone
  | ^ (?P<poster> \S{2,20} ) \s (?: [發发]表[在於于] ) \s
  | ^ 文 \s (?P<person> [^\W\d_]{2,4} ) (?: [(（] [^()（）]{2,20} [)）] )? (?: \s .{0,30} )? $
    """,
    re.VERBOSE,
)
"""Who posted, where no time stands in the line."""

COUNTED = re.compile(
    r"""
    (?: \d+ \s? [条條则則个個]? | [发發]表 | [没沒]有 ) (?: 评论 | 評論 ) .* $
    """,
    re.VERBOSE,
)
"""What blogs count behind the name of who posted."""
KIND = re.compile(r"^(?:原创|原創|转载|轉載|VIP文章|最新推荐文章)\s?")
"""The kind of a post, before who posted it."""
GLUED = re.compile(
    r"""
    ^ \d{1,4} \.? \d{0,3} (?= (?:19|20)\d\d\.\d\d\.\d\d [ ] \d\d:\d\d:\d\d )
  | (?<= ^作者 ) , (?= \s\S )
    """,
    re.VERBOSE,
)
"""A score before a time, of which the first is glued to the other, and a comma for a colon."""

DESK = re.compile(r"[部处處科室院系局办辦厅廳校会會司所站队隊社网網报報团團组組班心]$")
"""How the names of offices end, and of the desks in them."""


def unglue(line: str) -> str:
    """The line, as long as before, with a blank for a score before a time, and the usual colon.

    >>> unglue("4.02018.11.24 23:16:55"), unglue("作者, 沈听澜")
    ('   2018.11.24 23:16:55', '作者: 沈听澜')
    """
    return GLUED.sub(lambda found: ":" if found[0] == "," else " " * len(found[0]), line)


def sent_by(value: str) -> list[str]:
    """The people that what stands behind 供稿 names, after the office that they are of.

    >>> sent_by("宣传部 沈听澜"), sent_by("沈听澜"), sent_by("耳鼻喉科")
    (['沈听澜'], ['沈听澜'], [])
    """
    words = value.split()
    first = 0 if words and not DESK.search(words[0]) and is_personal(words[0]) else 1
    people = words[first:]
    return people if all(map(_is_sender, people)) else []


def _is_sender(name: str) -> bool:
    return is_personal(name) and not names_outlet(name)


def by_whom(line: str, *, timed: bool, labelled: bool) -> str | None:
    """The name behind `by` or 由, in a line with a time if `timed`, with its label if `labelled`.

    >>> by_whom("发布于2025年3月4日由晚潮", timed=True, labelled=True)
    '晚潮'
    """
    by = BY.search(line) if timed else POSTER.search(line)
    if by is None:
        return None
    said = by.groupdict()
    if said.get("person"):
        return by["person"] if is_personal(by["person"]) else None
    if said.get("writer"):
        return by["writer"] if labelled else None
    if said.get("board"):
        return by["board"]
    return by["poster"] or COUNTED.sub("", by["name"].removesuffix("Posted")) or None


def penned_by(line: str) -> tuple[str, ...]:
    """The person whose name a sign stands before.

    >>> penned_by("来源：澜江晚报 □ 魏长庚")
    ('魏长庚',)
    """
    pen = PEN.search(line)
    name = "" if pen is None else pen["name"] or pen["badged"] or pen["sent"]
    return (name,) if is_personal(name) else ()
