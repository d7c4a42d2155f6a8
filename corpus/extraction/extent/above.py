"""What belongs to an article above its chosen lines: first parts, what a notice is about.

A dump shows the table in the first part of a notice as rows of figures, and the text below it is
the longest that runs: the choice begins there, at 二、 or at 三、, and the first part is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.extraction.choice.features import Texts
from corpus.extraction.extent.continued import number_of
from corpus.extraction.extent.openings import is_byline
from corpus.extraction.said.comments import is_running
from corpus.extraction.said.phrases import NO_HITS
from corpus.extraction.said.poets import poet_of
from corpus.extraction.said.statements import is_statement

FARTHEST, MOST = 60, 10
"""Lines from a part up to the first, and the number of a part, at most."""
FEWEST_ROWS, CAPTION = 2, 30
"""Rows of a table, at least, and characters of its caption, at most."""
LONG = 60
"""Characters of paragraphs of two sentences or more below a byline."""
FORMS = ("a", "d")
"""Numbers in Chinese, and those of articles and chapters: see `NUMBERED`."""
ABOUT = re.compile(
    r"""
    (?: (?: 报\s?告 | 讲\s?座 | 演\s?讲 | 会\s?议 | 活\s?动 | 论\s?坛 | 直\s?播 )
        (?: 题\s?目 | 主\s?题 | \s?人 | 时\s?间 | 地\s?点 | 嘉\s?宾 | 对\s?象 | 单\s?位 )
      | 主\s?讲\s?人 | 主\s?持\s?人 | 主\s?办\s?单\s?位 | 承\s?办\s?单\s?位 | 项目(?:名称|编号)
      | 采购(?:人|方式|单位) | 招标(?:人|单位|编号) ) \s? (?: [:：] | \t ) \s? \S.{0,100}
    """,
    re.VERBOSE,
)
"""What a lecture or a tender is about, a line each, right above its text."""
VERSE = re.compile(r"[^a-zA-Z\d:：]{4,60}[，。！？；,;!?」』”]")
EXPLAINED = re.compile(r"(?:译文|注释|赏析|鉴赏|创作背景)(?:[及与和](?:译文|注释|赏析))?")
"""What is said of a poem below it, by its heading."""
FARTHEST_POET, NEAR = 30, 10
"""Lines from who wrote a poem, and from its last one, to what is said of it, at most."""


def with_parts_above(lines: Sequence[int], page: Texts) -> tuple[int, ...]:
    """The chosen lines, in order, with the parts before the first of them, and what they are of."""
    if not lines:
        return ()
    first = _about(_over_table(_first_part(lines, page), page), page)
    first = _since_byline(first, page)
    found = (*range(first, lines[0]), *lines)
    poet = _poet(first, page)
    if poet < 0:
        return found
    if poet == first - 1:
        found = (*found, *_explained(found[-1], page))
    name = poet_of(page.texts[poet])
    # Below what is said of the poem stands who wrote it, under the name.
    end = next((n for n in found if page.texts[n].strip() == name), found[-1] + 1)
    return (*_poem(poet, first, page), *(n for n in found if n < end))


def _first_part(lines: Sequence[int], page: Texts) -> int:
    """Where the part with number one begins, if the first that was chosen has another."""
    numbers = (number_of(page.texts[n]) for n in lines)
    numbered = next((x for x in numbers if x is not None and x[0] in FORMS), None)
    if numbered is None or not 1 < numbered[1] <= MOST:
        return lines[0]
    form, wanted = numbered[0], numbered[1] - 1
    for n in range(lines[0] - 1, max(lines[0] - FARTHEST, 0), -1):
        hit = page.hits[n]
        if hit.whole is not None or hit.start in ("related", "comment"):
            break
        if number_of(page.texts[n]) == (form, wanted):
            wanted -= 1
            if not wanted:
                return _runs_from(n, page)
    return lines[0]


def _runs_from(n: int, page: Texts) -> int:
    """The first of the running lines right above one."""
    while n and is_running(page.texts[n - 1]) and not is_statement(page.texts[n - 1]):
        n -= 1
    return n


def _over_table(first: int, page: Texts) -> int:
    """The first of the lines that run above a table right above a line, or that line."""
    n = first
    while n and "\t" in page.texts[n - 1]:
        n -= 1
    if first - n < FEWEST_ROWS:
        return first
    n -= n > 0 and not is_running(page.texts[n - 1]) and len(page.texts[n - 1]) <= CAPTION
    above = _runs_from(n, page)
    return above if above < n else first


def _since_byline(first: int, page: Texts) -> int:
    """The first paragraph between a byline and a line, if any of some length stands there."""
    texts = page.texts
    above = range(first - 1, max(first - FARTHEST, 0), -1)
    byline = next((n for n in above if is_byline(texts[n])), first)
    between = [
        n for n in range(byline + 1, first) if is_running(texts[n]) and not _is_other(n, page)
    ]
    if sum(len(texts[n]) for n in between if texts[n].count("。") > 1) < LONG:
        return first
    return between[0]


def _is_other(n: int, page: Texts) -> bool:
    return page.hits[n] is not NO_HITS or is_statement(page.texts[n])


def _about(n: int, page: Texts) -> int:
    """The first of the lines right above one that say what it is about."""
    while n and ABOUT.fullmatch(page.texts[n - 1].strip()) is not None:
        n -= 1
    return n


def _poet(first: int, page: Texts) -> int:
    """The line above that says who wrote the poem and when he lived; -1 where there is none."""
    above = range(first - 1, max(first - FARTHEST_POET, 0), -1)
    return next((n for n in above if poet_of(page.texts[n]) is not None), -1)


def _explained(last: int, page: Texts) -> list[int]:
    """The lines below a poem, and below buttons and tags, that say what its words mean."""
    texts = page.texts
    near = range(last + 1, min(last + NEAR, len(texts)))
    heading = next((n for n in near if EXPLAINED.fullmatch(texts[n].strip()) is not None), last)
    end = heading + 1
    while last < heading and end < len(texts) and _is_note(texts[end].strip()):
        end += 1
    return [*range(heading, end)] if end > heading + 1 else []


def _is_note(text: str) -> bool:
    return EXPLAINED.fullmatch(text) is not None or is_running(text)


def _poem(poet: int, first: int, page: Texts) -> list[int]:
    """The lines of the poem below who wrote it, and the heading of what is said of it.

    Between them stand buttons and tags.
    """
    texts = page.texts
    end = poet + 1
    while end < first and VERSE.fullmatch(texts[end].strip()) is not None:
        end += 1
    heading = first
    while heading > end and EXPLAINED.fullmatch(texts[heading - 1].strip()) is not None:
        heading -= 1
    return [*range(poet + 1, end), *range(heading, first)]
