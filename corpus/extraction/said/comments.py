"""Where readers speak below an article: runs of comments, each with a signature.

A signature is what stands between comments and nowhere else: who spoke, when, and what can be done
about it. A time alone is one only below a heading that announces comments, for headlines in lists
have times, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from string import ascii_uppercase
from typing import Literal

from corpus.extraction.said.words import Words

TIME = r"""
    (?: (?:19|20)\d\d \s? [-/.年] \s? \d{1,2} \s? [-/.月] \s? \d{1,2} \s? 日?      # 2004-12-27
      | \d{1,2} [-/月] \d{1,2} 日? (?! \d)                                         # 12-27
      | [A-Z][a-z]{2,8} \s \d{1,2} [a-z]{0,2} ,? \s? (?:\d{4})?                    # Dec 27th, 2004
      | \d{1,3} \s? (?:秒|分钟|分鐘|小时|小時|天|日|周|週|个?月|個月|年) \s? 前
      | 今天 | 昨天 | 前天 | 刚刚 | 剛剛 )
    (?: [\s,]{0,3} (?: at \s )? \d{1,2}:\d{2} (?: :\d{2} )? (?: \s? [ap]m )? )?    # 12:53
"""
BUTTON = r"""
    (?: 回复 | 回復 | 回應 | 举报 | 舉報 | 引用 | 投诉 | 支持 | 反对 | 反對 | 顶 | 踩 | 赞同? | 讚
      | 点赞 | 分享 | 收藏 | 查看对话 | 查看回复 | 删除 )
"""
CLOSING = re.compile(
    rf"""
    .{{0,60}}? {TIME} .{{0,30}} {BUTTON} .{{0,24}}      # 今天20:58举报赞38回复
    | .{{0,24}} {BUTTON} .{{0,30}}? {TIME} .{{0,12}}     # 引用 支持 (2) 12-13
    """,
    re.VERBOSE,
)
"""A signature below what was said."""
OPENING = re.compile(
    rf"""
    \W{{0,3}} (?: re | 回复 | 回復 | 答 ) [:：] .{{0,90}} {TIME} .{{0,30}}  # re: 题目 2004-12-27 甲
    | (?: \d{{1,5}} F )? [推→噓嘘] \s? \w{{2,16}} \s? [:：] .{{0,90}}      # 推 a: 好 01/13
    | .{{1,40}} \[ \d{{1,3}} \. [\d*]{{1,3}} \. .{{1,20}} \] .{{0,12}}     # a[219.130.79.*] 说
    | .{{0,30}} \[ .{{2,12}} 网友 \] .{{0,12}}     # a[某地网友]
    | .{{1,30}} \s? (?: [说說写寫][道到] | [评評][论論]道 | 表示 | says ) \s? [:：]     # 某某说道：
    | (?: \#? \d{{1,5}} \s? [楼樓F\#] | 沙发 | 板凳 | 地板 ) .{{0,40}}      # 3楼 abc
    | .{{1,30}} \s [A-Z][a-z]{{2,8}} \s \d{{1,2}}, \s \d{{4}} [ ] at [ ]
      \d{{1,2}}:\d{{2}} \s? [ap]m                                  # Mei January 9, 2025 at 9:12 am
    """,
    re.VERBOSE,
)
"""A signature above what is said, or before it on the same line."""
SIGNED = re.compile(
    rf"""
    \W{{0,3}} re [:：] .{{0,90}} {TIME} .{{0,30}}            # re: 题目 2004-12-27 甲
    | (?: \d{{1,5}} F )? \s? [推→噓嘘] \s? [A-Za-z] [A-Za-z0-9]{{1,15}} \s? [:：]
      .{{0,120}} \d{{1,2}}/\d{{1,2}} (?: \s \d{{1,2}}:\d{{2}} )? \s?       # 推 abc: 好 01/13 10:05
    | .{{1,40}} \[ \d{{1,3}} \. [\d*]{{1,3}} \. .{{1,20}} \] .{{0,12}}     # a[219.130.79.*] 说
    | .{{0,30}} \[ .{{2,12}} 网友 \] .{{0,12}}            # a[某地网友]
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A signature that only stands below an article: posts of a thread are signed in other ways."""
SIGNED_HOLDS = frozenset("[推→噓嘘")
"""What such a signature holds that does not begin with `re:`."""
TITLED = re.compile(
    r"""
    在? [《〈「“"] .{1,60} [》〉」”"] \s? [上中的]? \s? (?: 共 | 已 | 目前 | 一共 )? 有? \s?
    (?: \d{1,6} | [一二三两兩] ) \s? [条條則则个個件篇] \s?
    (?: 评论 | 評論 | 留言 | 想法 | 回[复復应應] ) \W{0,4}
    """,
    re.VERBOSE,
)
"""A line that counts what was said of the article, which it names: 《老桥》已有3条评论."""
QUOTES = frozenset('在《〈「“"')
STAMP = re.compile(
    rf"""
    [(（]? (?: 发表于 | 發表於 | 发布于 | 于 )? \s? (?: \d\d-(?=\d{{1,2}}-\d) )? {TIME} [)）]?
      (?: \s? (?: [·・] | [来來]自 | IP \s? [属屬]地 [:：]? ) \s?
        [\u4e00-\u9fff]{{2,6}} )?                                     # 1年前 · 云岭
    | [\u4e00-\u9fff]{{2,6}} \s? [·・] \s? {TIME}                     # 云岭 · 1年前
    """,
    re.VERBOSE,
)
"""A time and nothing else, but perhaps for where it was said."""
PLACED = 8
"""Characters of the place before a time, the sign between them with it."""
STAMP_BEGINS = frozenset("(（发發于今昨前刚剛" + ascii_uppercase)
"""What `STAMP` can begin with, beside a digit and a blank."""
BUTTONS = re.compile(rf"[\W\d]{{0,8}} (?: {BUTTON} [\W\d]{{0,8}} ){{1,8}}", re.VERBOSE)
"""Nothing but buttons, and what they count."""
HEADING = re.compile(
    r"""
    .{0,30}? (?: 评论 | 評論 | 留言 | 跟贴 | 跟帖 | 热评 | 回应 | 回應 | 迴響 | 书评 | [两兩]句
      | comments? )
    [区區列表数量]{0,3} [\s\d,.+kw万萬条條则則个個参与人()（）:：|>»]{0,24}
    (?: 网友评论 | 刷新 | 最新 | 最热 | 排序 )? \W{0,4}
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A line that can stand over comments: 全部评论（3）, 6条评论|106人参与网友评论, 讀者迴響."""

CERTAIN = re.compile(
    r"""
    \W{0,4} (?: [《〈「“"] .{1,40} [》〉」”"] \s? [上中的]? | .{1,20} 的 (?= 最新 ) )? (?:
      (?: 共有? | 已有 | 目前 )? \s? \d{1,9} \s? [条條則则个個件] \s?
        (?: 评论 | 評論 | 留言 | 回复 | 回應 | 跟帖 | 书评 | 热评 | 想法 )  # 共有 12 条留言
      | (?: 全部 | 最新 | 最热 | [热熱][门門] | 精彩 | 精选 | [网網]友 | [读讀]者 | 用户 | 书友
          | 诗友 | 大家的 ){1,2}
          (?: 评论 | 評論 | 留言 | 跟[贴帖] | 热评 | 點評 | 点评 | 作品 | 迴響 )
      | (?: 评论 | 評論 | 留言 | comments? ) \s? [(（]? \d{1,6}
      | [^\d\s]{0,4} 跟[贴帖] \s? \d{1,9} (?: \s? 人? \s? 参与 \s? \d{0,9} )?
      | 我?[来來]?[说說][两兩]句 .{0,20}
      | \d{1,6} \s? (?: comments? | responses? | thoughts? \s on .{1,60} )
    ) \s? [(（]? [\d\s,条]{0,9} [)）]? \W{0,4}
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A line below an article that stands over comments and nothing else, be there any or not."""
LIST = re.compile(
    r"""
    \W{0,3} .{0,4} (?: 相[关關] | 推[荐薦] | [热熱][门門点點] | 最新 | 更多 | 猜你 | 排行 | 延伸
      | 往期 | 精彩 | [本今][周週日] | [上下]一 | 版[权權] | [关關][于於] ) .{0,6}
    """,
    re.VERBOSE,
)
"""A line that stands over something else than comments."""
SPEECH = re.compile(
    r".{0,300} (?: [。！？!?~～…] [^\w\s]{0,4} | \.{2,6} | [，,] .{0,200} )", re.VERBOSE
)
"""A sentence, or a part of one."""

LONGEST_SIGNATURE = 120
LONGEST_SHORT = 40
"""Characters of a heading, of a time, of a row of buttons."""
FEWEST = 3
"""Signatures that make comments where no heading announces them."""
FEWEST_STAMPS = 2
"""Times below a heading that make comments, where there are buttons, too."""
REACH = 12
"""Lines from a heading or a signature to the next signature, at most."""
LONGEST_FIRST = 4
"""Lines of the first comment above its signature, at most, where no heading bounds it."""

LONGEST_SILENCE = 3
"""Lines below a certain heading that are neither speech nor sign, at most."""

GOES_ON = 0.3
"""Share of what an article says above its comments that stands below them where it goes on."""
LONG, PAUSES = 60, 2
"""Characters of a line that runs without a full stop, and how often it pauses."""

HINTS = Words(
    word.replace("_", " ")
    for word in (
        "回复 回復 回應 回应 举报 舉報 引用 投诉 支持 反对 反對 顶 踩 赞 讚 分享 收藏 查看 删除 "
        "评论 評論 留言 想法 跟贴 跟帖 热评 迴響 书评 两句 兩句 點評 点评 作品 comment re: re： "
        "答: 答： 表示 说道 說道 说到 說到 写道 寫道 写到 寫到 论道 論道 says 推 → 噓 嘘 [ 楼 樓 f "
        "# 沙发 板凳 地板 response thought _at_"
    ).split()
)
"""Words of which every sign but a bare time holds one, in lower case."""

Sign = Literal["certain", "heading", "closing", "opening", "stamp", "buttons"]
HEADINGS = ("certain", "heading")
PATTERNS: tuple[tuple[Sign, re.Pattern[str], int], ...] = (
    ("certain", CERTAIN, LONGEST_SHORT),
    ("buttons", BUTTONS, LONGEST_SHORT),
    ("stamp", STAMP, LONGEST_SHORT),
    ("heading", HEADING, LONGEST_SHORT),
    ("opening", OPENING, LONGEST_SIGNATURE),
    ("closing", CLOSING, LONGEST_SIGNATURE),
)
"""Each sign with its pattern and its longest line; the first that fits counts."""


@dataclass(frozen=True, slots=True)
class Run:
    """Comments on the lines `first` to `end`; those in `buttons` hold nothing but buttons."""

    first: int
    end: int
    buttons: frozenset[int]


def find_comments(texts: Sequence[str], free: Sequence[bool]) -> Iterator[Run]:
    """The runs of comments among the lines that are `free`, from top to bottom.

    A line that is not free ends a run.
    """
    if True not in free:
        return
    n = free.index(True)
    read = [text[:LONGEST_SIGNATURE].lower() for text in texts[n:]]
    hinted = {n + k for k, _ in HINTS.find_in_lines(read)}
    while n < len(texts):
        end = n
        signs: dict[int, Sign] = {}
        while end < len(texts) and free[end]:
            sign = sign_of(texts[end]) if end in hinted else _bare_time(texts[end])
            if sign is not None:
                signs[end] = sign
            end += 1
        yield from _runs(signs, n, end)
        for heading in (k for k, sign in signs.items() if sign == "certain"):
            yield Run(heading, _spoken(texts, signs, heading, end), _buttons(signs, heading, end))
        n = end + 1


def without_comments(lines: Sequence[int], texts: Sequence[str]) -> tuple[int, ...]:
    """The lines of an article without the comments that were taken for a part of it.

    They begin below a line that counts them and names the article, and else with the first of as
    many signatures as comments have where no heading announces them. Text stands above.
    """
    if not lines:
        return ()
    inside = range(lines[0] + 1, lines[-1] + 1)
    titled = next((n for n in inside if _is_titled(texts[n])), lines[-1] + 1)
    lines = [n for n in lines if n < titled]
    signed = [n for n in inside if n < titled and is_signed(texts[n])]
    if len(signed) < FEWEST:
        return tuple(lines)
    # What was said last takes as many lines as what was said before.
    stop = signed[-1] + round(median(b - a for a, b in pairwise(signed)))
    above = [n for n in lines if n < signed[0]]
    below = [n for n in lines if n >= stop]
    size = sum(len(texts[n]) for n in above)
    # An article that goes on below comments that it quotes has something to say there.
    goes_on = sum(len(texts[n]) for n in below if is_running(texts[n])) >= GOES_ON * size
    return (*above, *below) if goes_on else tuple(above)


def is_running(text: str) -> bool:
    """Whether a line is running text: headlines may end in ！ or ？, but have no full stop.

    >>> is_running("老桥修好了。"), is_running("老桥修好了！你走过吗？")
    (True, False)
    """
    return "。" in text or (len(text) >= LONG and text.count("，") >= PAUSES)


def _is_titled(text: str) -> bool:
    return (
        text[:1] in QUOTES and len(text) <= LONGEST_SIGNATURE and TITLED.fullmatch(text) is not None
    )


def is_signed(text: str) -> bool:
    """Whether a line is a comment below an article with its signature, or the signature of one.

    >>> is_signed("# re: 老桥通车 2004-12-27 12:53 小鹿"), is_signed("推 deer5: 好看 01/13 11:10")
    (True, True)
    >>> is_signed("推荐阅读：老桥"), is_signed("3楼 小鹿 2004-12-27")
    (False, False)
    """
    if len(text) > LONGEST_SIGNATURE + LONGEST_SHORT:
        return False
    begins = text[:8].lower()
    may = "re:" in begins or "re：" in begins or not SIGNED_HOLDS.isdisjoint(text)
    return may and SIGNED.fullmatch(text) is not None


def sign_of(text: str) -> Sign | None:
    """What a line says of the lines around it, when readers speak there.

    >>> sign_of("今天20:58举报赞38回复"), sign_of("3楼 小鹿"), sign_of("全部评论（3）")
    ('closing', 'opening', 'certain')
    """
    for sign, pattern, longest in PATTERNS:
        if len(text) <= longest and pattern.fullmatch(text):
            return sign
    return None


def _bare_time(text: str) -> Sign | None:
    first = text[:1]
    if first not in STAMP_BEGINS and not first.isdecimal() and not first.isspace():
        begins = text[:PLACED]
        if "·" not in begins and "・" not in begins:
            return None
    return "stamp" if len(text) <= LONGEST_SHORT and STAMP.fullmatch(text) else None


def _runs(signs: dict[int, Sign], first: int, end: int) -> Iterator[Run]:
    """The runs between the lines `first` and `end`, from the signs on them."""
    places = list(signs)
    k = 0
    while k < len(places):
        # Signs that follow each other closely belong together.
        last = k
        while last + 1 < len(places) and places[last + 1] - places[last] <= REACH:
            last += 1
        cluster = places[k : last + 1]
        run = _run(cluster, signs, first, end)
        if run is not None:
            yield run
        k = last + 1


def _run(cluster: Sequence[int], signs: dict[int, Sign], first: int, end: int) -> Run | None:
    """The comments that a cluster of signs stands for; None where it is none."""
    sure = [n for n in cluster if signs[n] in ("opening", "closing")]
    announced = next((n for n in cluster if signs[n] in HEADINGS), None)
    if not sure:
        return None if announced is None else _stamped(cluster, signs, announced)
    if announced is None or sure[0] < announced:
        if len(sure) < FEWEST:
            return None
        start = sure[0] if signs[sure[0]] == "opening" else max(first, sure[0] - LONGEST_FIRST)
    else:
        start = announced
    stop = sure[-1] + 1
    if signs[sure[-1]] == "opening":
        gaps = [b - a for a, b in pairwise(sure)]
        stop = min(end, sure[-1] + (round(median(gaps)) if gaps else 2))
    while signs.get(stop) == "buttons":
        stop += 1
    return Run(start, stop, _buttons(signs, start, stop))


def _stamped(cluster: Sequence[int], signs: dict[int, Sign], announced: int) -> Run | None:
    """Comments below a heading that bear only times and buttons."""
    below = [n for n in cluster if n > announced and signs[n] in ("stamp", "buttons")]
    kinds = [signs[n] for n in below]
    if kinds.count("stamp") < FEWEST_STAMPS or "buttons" not in kinds:
        return None
    stop = below[-1] + 1
    return Run(announced, stop, _buttons(signs, announced, stop))


def _spoken(texts: Sequence[str], signs: dict[int, Sign], heading: int, end: int) -> int:
    """The line after the last that readers say below a certain heading."""
    last = heading
    for n in range(heading + 1, end):
        text = texts[n]
        if n - last > LONGEST_SILENCE or (len(text) <= LONGEST_SHORT and LIST.fullmatch(text)):
            break
        if n in signs or SPEECH.fullmatch(text):
            last = n
    return last + 1


def _buttons(signs: dict[int, Sign], first: int, end: int) -> frozenset[int]:
    return frozenset(n for n in range(first, end) if signs.get(n) == "buttons")
