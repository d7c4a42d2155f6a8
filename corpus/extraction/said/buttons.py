"""Rows of buttons: lines of nothing but the words of `resources/button_words.txt`."""

from __future__ import annotations

import re
from functools import cache

from corpus.extraction.said.phrases import fold
from corpus.resources import read_list

BETWEEN = re.compile(r"[\s|/·•]+")
ROW, MOSTLY = 3, 0.6
"""How many words, and what share of them, are buttons where a row holds others, too."""


def are_buttons(text: str) -> bool:
    """Whether a line is nothing but words of buttons and what they count, or mostly such words.

    >>> are_buttons("分享到 微信好友 QQ空间 | 举报 3,930"), are_buttons("小镇报APP 收藏 微信 分享")
    (True, True)
    >>> are_buttons("分享到的快乐"), are_buttons("3,930")
    (False, False)
    """
    words = [word for word in BETWEEN.split(text) if any(map(str.isalpha, word))]
    n_buttons = sum(_button().fullmatch(fold(word)) is not None for word in words)
    return n_buttons == len(words) > 0 or n_buttons >= max(ROW, MOSTLY * len(words))


@cache
def _button() -> re.Pattern[str]:
    # Nothing is taken back, and the longest word comes first: linear whatever the line.
    words = sorted(map(fold, read_list("button_words.txt")), key=len, reverse=True)
    word = "|".join(map(re.escape, words))
    return re.compile(rf"(?>[\W\d_]*+(?:{word})[\W\d_]*+)++")
