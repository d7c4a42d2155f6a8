"""Posts of bulletin boards as universities run them: each is a letter, with a head and a signature.

The software is older than the web, its words are the same on all boards: 发信人, 标题 and 发信站
above what is said, `--` and 来源 below it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

SENDER = re.compile(
    r"""
    \s* (?: [发發寄]信人 | 寄件人 ) \s? [:：] \s? \S
    .* (?: 信[区區] | [讨討][论論][区區] | 看板 )
    """,
    re.VERBOSE,
)
"""The first line of a letter: who sent it, and to which board."""
HEAD = re.compile(
    r"""
    \s* (?: [标標] \s* [题題] | [发發]信站 | [转轉]信站 | 日 \s* 期 | [来來] \s* 源 | 出 \s* 处 )
    \s? [:：]
    """,
    re.VERBOSE,
)
MOST_HEAD = 4
"""Lines of the head of a letter below its first, at most."""
SIGNED = re.compile(
    r"""
    \s* -{2,3} \s*
  | \s* [※◆☆] \s? (?: [来來]源 | 修改 | [编編][辑輯] | [转轉][录錄寄] | From ) .*
    """,
    re.VERBOSE,
)
"""What stands between what is said and the signature: two strokes, or where it came from."""
BUTTONS = re.compile(r"\s*(?:\[[^\[\]]{1,14}\]\s*){2,}|第\s?\d{1,4}\s?篇.{0,40}")
"""What stands between letters: [回复文章] [转寄], 第 2 篇."""
QUOTES = re.compile(r"\s*【\s?在.{1,60}(?:大作|文章)中(?:提到|写道).{0,4}】?")
"""Whom a letter quotes, above the lines quoted."""


PUSHED_HEAD = ("作者", "看板", "標題", "時間")
"""How the lines of the head of a post begin on the largest board of Taiwan, with no colon."""
PUSH = re.compile(r"\s*[推→噓]\s\S{2,20}\s?[:：]")
"""What others say of a post there, a line each."""
BOARD = re.compile(r"\s*※\s(?:發信站|文章網址|編輯)\s?[:：]")
"""What the software says of a post there."""


def find_letters(texts: Sequence[str]) -> tuple[int, ...]:
    """The numbers of the lines that the letters of a page say; none where it has none.

    A letter with no signature ends where buttons stand, or the next begins.
    """
    pushed = _find_pushed(texts)
    if pushed:
        return pushed
    starts = [n for n, text in enumerate(texts) if "信人" in text[:8] and SENDER.match(text)]
    said: list[int] = []
    for start, end in pairwise([*starts, len(texts)]):
        n = start + 1
        while n < min(start + 1 + MOST_HEAD, end) and HEAD.match(texts[n]) is not None:
            n += 1
        if n == start + 1:
            return ()
        for line in range(n, end):
            if SIGNED.fullmatch(texts[line]) or BUTTONS.fullmatch(texts[line]):
                break
            if QUOTES.fullmatch(texts[line]) is None:
                said.append(line)
        else:
            # With neither the last one would be the rest of the page.
            if end == len(texts):
                return ()
    return tuple(said)


def _find_pushed(texts: Sequence[str]) -> tuple[int, ...]:
    """The lines below the head of a post that are its own: who wrote it answers between others."""
    for n in range(len(texts) - len(PUSHED_HEAD)):
        if not texts[n].startswith(PUSHED_HEAD[0]):
            continue
        lines = texts[n : n + len(PUSHED_HEAD)]
        if all(line.startswith(label) for line, label in zip(lines, PUSHED_HEAD, strict=True)):
            start = n + len(PUSHED_HEAD)
            pushes = {k for k in range(start, len(texts)) if PUSH.match(texts[k])}
            own = set(range(start, max(pushes, default=start))) - pushes
            return tuple(sorted(k for k in own if BOARD.match(texts[k]) is None))
    return ()
