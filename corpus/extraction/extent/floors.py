"""The number of each post, as forums write it: 沙发, 3楼, #3, B3, or a bare 3 beside its time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from corpus.extraction.extent.stamps import SHORT

FLOOR = re.compile(
    r"""
    (?P<name> (?<! 看 ) [楼樓]主 | 沙[发發] | 板凳 | 地板 )
  | (?<! 引用 ) 第 \s? (?P<nth> \d{1,5} ) \s? [楼樓]
  | (?<! \d ) (?P<floor> \d{1,5} ) \s?
    (?: [楼樓] (?: (?! \w ) | (?= \d{4} \D ) ) | [\#＃] (?! \d ) )
  | [\#＃] \s? (?P<hash> \d{1,4}? (?= (?:19|20) \d\d [-/.年] ) | \d{1,6} (?! [\d年月/.:-] ) )
    """,
    re.VERBOSE,
)
NAMES = {"楼主": 0, "樓主": 0, "沙发": 2, "沙發": 2, "板凳": 3, "地板": 4}
OWNER = re.compile("(?<!看)[楼樓]主")
"""Who began the thread; 只看楼主 is a button."""
BASEMENT = re.compile(r"\s*B(\d{1,4})(?=\s?[·・,，]|\s)")
LEADING = re.compile(r"\s*(\d{1,5})\s?(?=[^\W\d_])(?![年月日时時分秒天个個小周週])")
"""Right before a name and a time: 1石屎公仔2022年5月27日 20:03."""
TRAILING = re.compile(r":\d\d(\d{1,5})")
"""Right behind a time: 11:221 is the first post, of 11:22."""
ALONE = re.compile(r"\s*\[?(\d{1,5})\]?\s*")
ABOVE = re.compile(r"\W*(?:第?\s?[\d#＃]|[楼樓]主|沙[发發]|板凳|地板)[^。，！？]*$")
BELOW = re.compile(r"\W{0,2}[\d#＃]")
"""How lines begin that tell the number of the post whose time stands below or above."""
BESIDE = 24
"""Characters of such a line, at most."""
CONSECUTIVE = 0.6
"""Share of the posts whose number is by one more than that of the post before."""
PER_PAGE, FEWEST_LATER = 5, 3
"""Later pages of a thread begin at a multiple of so many posts (10, 15, 20, 30, …) or behind it,
and are known by so many posts."""

Numbered = list[tuple[int, int]]


class _Way(NamedTuple):
    """How posts are numbered.

    What reads it, the lines beside their times in which it stands, and the fewest posts it tells.
    """

    read: Callable[[str], int | None]
    places: tuple[int, ...]
    fewest: int


def read_floor(text: str) -> int | None:
    """The number of a post as words say it; 0 is who began, if no number stands beside.

    >>> read_floor("沙发"), read_floor("3楼 2020-1-2"), read_floor("#12"), read_floor("只看楼主")
    (2, 3, 12, None)
    >>> read_floor("第 44 楼秋水 于 2020-1-2")
    44
    >>> read_floor("楼主 2020-1-2"), read_floor("秋水 楼主 #2")
    (0, 2)
    """
    found = FLOOR.search(text)
    if found is None:
        return None
    if found["name"] and OWNER.match(found["name"]):
        found = FLOOR.search(text, found.end()) or found
    return (
        NAMES[found["name"]]
        if found["name"]
        else int(found["nth"] or found["floor"] or found["hash"])
    )


def _read(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.match(text)
    return int(found[1]) if found else None


def _read_basement(text: str) -> int | None:
    return _read(BASEMENT, text)


def _read_leading(text: str) -> int | None:
    return _read(LEADING, text)


def _read_trailing(text: str) -> int | None:
    found = TRAILING.search(text)
    return int(found[1]) if found else None


def _read_alone(text: str) -> int | None:
    found = ALONE.fullmatch(text)
    return int(found[1]) if found else None


WAYS = (
    _Way(read_floor, (0, -1, 1, -2, 2, -3, -4, -5, -6), 2),
    _Way(_read_basement, (0,), 2),
    _Way(_read_leading, (0,), 3),
    _Way(_read_trailing, (0,), 3),
    _Way(_read_alone, (-1, -2, -3), 3),
)


def number_posts(dated: Sequence[int], texts: Sequence[str]) -> Numbered:
    """Those of the `dated` lines, in order, that are times of numbered posts, and their numbers.

    The first is the first of its thread or of a later page of it, and most others are by one more
    than the one before; of several ways to number them the one that tells most. Empty where none
    does.
    """
    best: Numbered = []
    for way in WAYS:
        # Mostly a number has one place; else it may stand anywhere near.
        for places in (*((place,) for place in way.places), way.places):
            posts = _rising(_read_all(way.read, places, dated, texts))
            if len(posts) >= max(way.fewest, len(best) + 1) and _follow(posts):
                best = posts
    return best


def _read_all(
    read: Callable[[str], int | None],
    places: Sequence[int],
    dated: Sequence[int],
    texts: Sequence[str],
) -> Numbered:
    """Times with a number beside them that belongs to no other time."""
    posts: Numbered = []
    used = -1
    for n, end in pairwise([*dated, len(texts)]):
        for at in (n + by for by in places):
            if not used < at < end or len(texts[at]) > (2 * SHORT if at == n else BESIDE):
                continue
            # A post may speak of the one above: on another line a number is the first word.
            begins = ABOVE if at < n else BELOW
            found = read(texts[at]) if at == n or begins.match(texts[at]) else None
            if found is not None:
                posts.append((n, found))
                used = max(at, n)
                break
        else:
            used = n
    if sum(number == 0 for _, number in posts) > 1:
        # Who began is marked at each of his posts where he is marked at two.
        return [post for post in posts if post[1]]
    return posts


def _follow(posts: Numbered) -> bool:
    first = posts[0][1]
    if first > 1 and (len(posts) < FEWEST_LATER or first % PER_PAGE > 1):
        return False
    steps = np.diff([number for _, number in posts])
    is_next = steps == 1
    is_next[0] |= posts[0][1] == 0 and steps[0] == 2  # below 楼主 stands 沙发
    return bool(np.count_nonzero(is_next) >= CONSECUTIVE * len(steps))


def _rising(posts: Numbered) -> Numbered:
    """The most of the posts, in order, whose numbers rise."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for n, (_, number) in enumerate(posts):
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
        places[at : at + 1] = [n]
        before.append(places[at - 1] if at else -1)
    chain: Numbered = []
    n = places[-1] if places else -1
    while n >= 0:
        chain.append(posts[n])
        n = before[n]
    return chain[::-1]
