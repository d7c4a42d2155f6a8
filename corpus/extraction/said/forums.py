"""What forum software sets around a post: cards of who posts, buttons, notes.

There are few such programs, and their words are everywhere the same: `resources/post_words.tsv`.
A line is read as a whole: what only holds one of the words is a post.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from corpus.resources import read_table

LONGEST_CARD, LONGEST_BUTTONS, LONGEST_NOTE = 30, 60, 70
"""Characters of a line of each sort, at most."""
FEWEST_WORDS, LONGEST_SPOKEN, LONGEST_ROW = 2, 30, 80
"""Words of forums that tell a page of one, in lines of so many characters at most, and in rows of
buttons."""

VALUE = r"""
    [\s:：]*+ [\d\s.,/年月日时時分:-]*+
    (?: [万萬kK点點枚个個天级級元次] | 小[时時] )? \s?+ (?: \( .{1,2} \) )?
"""
"""What is counted behind a label: 1206 枚, 2010-01-19, 100(时)."""
NAMED = r"\s*+ [:：] \s*+ \S.{0,16}"
"""What a label names: 级别: 精灵王."""
OTHERS = r"""
    .{0,16} (?: [当當]前 | 目前 ) (?: [离離] | 在 ) [线線]
  | (?! 人民 | 比特 | 以太 | [台臺港外硬] ) .{1,3}[币幣] \s?+ [:：]? [\s\d]*+ .?
  | (?: Lv | LV | 等[级級] ) \.? \s? \d{1,3}
"""
"""What else stands in a card: whether he is there, the money of the forum, his level."""
BETWEEN = r"[\s\d()（）\[\]|/·•∙,，.:：]*+"
"""What stands between buttons: how often they were pressed."""
NOTE = re.compile(
    r"""
    本帖最[后後]由 .{1,60} [编編][辑輯]
  | .{1,50} [(（] \s? [\d.]{1,8} \s? [KMkm]?B \s? , \s? (?: 下[载載]次[数數] | Downloads ) .{1,12}
  | .{1,50} [(（] \s? [\d.]{1,8} \s? [KMkm]iB \s? [)）] .{1,14} | Re: \s .{2,80}
  | (?: 联系 | 聯絡 ) (?: [:：] | \s \S{2,20} )
  | [\d.]{1,8} \s? [KMkm]?B \s? , \s? 下[载載]次[数數] .{1,12}
  | \S{1,40} \. (?: pdf | docx? | xlsx? | pptx? | txt | rar | zip | 7z | apk | torrent )
  | 本帖最近[评評]分[记記][录錄] .{0,3} | .{1,8} [:：] \s? \+\d{1,4} \s? \( .{1,20} \) .{0,40}
  | 引用 \s? (?: \d{1,4} \s? [楼樓] \s? )? .{1,24} (?: [发發]表的 | 的回[复復] ) \s? [:：]
  | [对對] \s .{1,24} \s [\#＃] \d{1,5} \s 回[复復] | [这這]些回[复復]亮了
  | 需要\s?登[录錄入]\s?[后後].{0,4}回[复復].{0,40} | 本帖已被.{1,16}[设設]置[为為].{1,12}
  | .{1,24} · [\d\s年月日:/.-]{6,24} · \s 最[后後]由 .{1,70}
  | [图圖]片 [:：] \s? \S{1,40} \. (?: jpe?g | png | gif | bmp )
  | \S{0,40} \s? 下[载載]附件 .{0,20}
  | [(（]? .{4,30} 上[传傳] [)）]?
  | [游遊]客，如果[您你]要查看本帖[隐隱]藏[内內]容 .{0,14}
  | [参參][与與]人[数數] .{0,40} | 查看全部[评評]分 .{0,10} | 理由
  | [该該][楼樓][层層]疑似[违違][规規]已被系[统統]折[叠疊] .{0,24}
  | (?: [发發]自 | Sent \s from | —{1,2} \s? [来來]自 ) .{1,30}
  | [来來]自 \s? [^，。]{0,16} (?: 客户端 | 手[机機][版端]? | [网網][页頁]版? ) \s? [|｜] .{1,40}
  | (?: 此帖已被 | 本主[题題]由 | Last \s edited: ) .{1,40}
  | Click \s to \s expand .{0,4}
    """,
    re.VERBOSE,
)
"""What the software says of a post: who changed it when, files, marks that others gave it."""
FORUM = re.compile(
    r"""
    (?<! 看 ) [楼樓]主 | 沙[发發] | 板凳 | 版主 | 回帖 | [发發]帖 | 帖子 | 倒序 | 精[华華]
  | [贴貼]吧 | 只看 (?: [楼樓]主 | [该該]?作者 | 此人 ) | 快速回[复復] | [积積]分 | 看板 | 亮了
  | [推建][荐薦议議] .? [话話][题題] | 登录以回复 | 最[后後]回[复復覆] | [浏瀏][览覽]量
  | Joined | Messages | Discuz | phpwind | XenForo | phpBB | vBulletin
    """,
    re.VERBOSE,
)

ONLY = re.compile(r"只看(?:[楼樓]主|[该該]作者)")
"""A button that only forums have, in a row of others as well."""


class _Patterns(NamedTuple):
    card: re.Pattern[str]
    buttons: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    words: dict[str, list[str]] = {}
    rows = read_table("post_words.tsv")
    for row in sorted(rows, key=lambda row: len(row["word"]), reverse=True):
        words.setdefault(row["kind"], []).append(re.escape(row["word"]))
    labels, ranks, buttons = ("|".join(words[kind]) for kind in ("label", "rank", "button"))
    card = rf"(?:{labels})(?:{VALUE}|{NAMED})|{ranks}|{OTHERS}"
    only = re.compile(
        rf"""
        (?: [\d.,]{{1,8}} [万萬wk]? \s? )? (?: (?>{buttons}) {BETWEEN} )++
        (?: (?<= [|｜] \s | .[|｜] ) [楼樓]主 )?
        """,
        re.VERBOSE,
    )
    return _Patterns(re.compile(card, re.VERBOSE), only)


def is_card(text: str) -> bool:
    """Whether a line tells of who posts, and nothing else.

    >>> is_card("注册时间: 2010-01-19"), is_card("积分"), is_card("积分怎么这么少")
    (True, True, False)
    """
    text = text.strip()
    return len(text) <= LONGEST_CARD and _patterns().card.fullmatch(text) is not None


def is_buttons(text: str) -> bool:
    """Whether a line is what a post can be answered by and how often it was, and nothing else.

    >>> is_buttons("回复举报赞 34"), is_buttons("回复一下")
    (True, False)
    """
    text = text.strip()
    return len(text) <= LONGEST_BUTTONS and _patterns().buttons.fullmatch(text) is not None


def is_note(text: str) -> bool:
    """Whether a line is what the software says of a post."""
    return len(text) <= LONGEST_NOTE and NOTE.fullmatch(text.strip()) is not None


def is_forum(texts: Sequence[str]) -> bool:
    """Whether several words that forums use stand in the short lines of a page."""
    found: set[str] = set()
    for text in texts:
        if len(text) <= LONGEST_SPOKEN:
            found.update(FORUM.findall(text))
        elif len(text) <= LONGEST_ROW:
            found.update(ONLY.findall(text))
        if len(found) >= FEWEST_WORDS:
            return True
    return False
