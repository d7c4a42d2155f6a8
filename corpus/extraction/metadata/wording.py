"""What the words and marks of a line say against its being a headline."""

from __future__ import annotations

import re
from typing import Final

from corpus.extraction.metadata.names import names_outlet
from corpus.extraction.metadata.page_titles import GREETING

COUNTER = re.compile(
    r"""
    \d [\d.,]{0,9} \s? [万萬wk]? \s? [次人条條个個]? \s?     # 255万次浏览
    (?: 浏览 | 瀏覽 | 阅读 | 閱讀 | 参与 | 評論 | 评论 | 关注 | 點閱
      | 点赞 | 回复 | 粉丝 | 赞同 | 收藏 ) (?! [\u4e00-\u9fff] )             # 300人参与救援 is none
  | \d \s? 人? \s? (?:赞同|贊同) 了? [该該]                            # 1382 人赞同了该回答
  | (?: 关注 | 查看 | 回复 | 贴子 | 帖子 | 阅读 | 浏览 ) [:：] \s? \d                      # 回复: 3
  | ^(?:搜索|搜尋|请输入|請輸入)                                 # the prompt of a search box
  | (?: 医院 | 醫院 ) \s \S{1,6} 科 $                                  # where a doctor works
  | \s (?: 副?主任 | 主治 | 住院 ) (?: 中医 | 中醫 )? [医醫药藥护護技] [师師] $      # and as what
  | ^(?: 分类专栏 | 文章标签 | 文章分类 ) \s? [:：] | IP \s? 属地 [:：]  # what a blog puts on show
  | 积分 \s? \d | 版主 [:：] | 隐藏此楼 | 隱藏此樓               # a forum's own words
  | ^(?: 阅读 | 閱讀 | 浏览 | 瀏覽 | 播放 | 点击 ) \s? \d                  # 阅读 8.4万
  | ^(?: 微信号 | 微信號 | 功能介[绍紹] | Weixin\ ID )                # the card of an account
  | ^播报 (?: $ | \s | 文章 | 暂停 ) | 朗读全文 | 错误代码 | 播放失败           # a player's
  | ^(?: 用 | 打[开開] ) \s? (?: APP | 客户端 | 客戶端 )                  # read on in an app
  | ^(?: (?: English | Español | Français | Deutsch | 日本語 | 中文 | [简簡][体體] | [繁正][体體] )
      版? \s? )+ $                                                    # other languages of a site
  | ^(?: 文章 | 日[志誌] | 本文 | 全站 )? (?: 分[类類] | [标標][签籤] ) \s? [:：]    # a category
  | ^第? [A-Z]? \d{1,3} 版 [:：]                                        # the pages of a paper
  | ^[来來]自 \s? (?: iPhone | iPad | Android | 微博 )                  # what it was posted with
  | ©                                                                  # a caption, an imprint
  | \d \s? / \s? \d{1,4} $                                                             # 1/100
  | ^ (?: \[ [^\[\]]{2,12} \] \s* ){2,} $                              # [目录] [书签]
  | ^[图圖][像片][来來]源 | ^摘要 \s? / | ^[赞贊]助商 | ^人均             # over a picture, a table
  | ^(?: [收]录于 | 主[题題][发發]起人 | [爱愛][车車] \s? [:：] | [广廣]告 \s? [:：] )
  | ^(?: [来來]自 | 出自 ) .{0,20} (?: Wiki | 百科 | 文[库庫] ) (?: $ | [，,] )  # 来自灰鲸列岛Wiki
  | [，,] \s? 自由的 (?: 百科 | [图圖][书書] ) | ^结帖率 | 吧[龄齡] \s? \d | ^« | ^[切][换換]模式
  | ^在 \s? GitHub \s? 上[编編][辑輯] | ^跳[转轉到] .{0,2} [导導]航
  | 登[录錄入] .{0,3} (?: 注[册冊] | [订訂][阅閱] | [开開]通 )               # who comes in, and how
  | [打下][开開载載] \s? APP | ^[↓▼⬇]{1,4} .{0,30} [↓▼⬇]$ | 字[体體号號] (?: 大小 )? \s? [:：]
  | ^[来來]自 \s? [:：] | ^[图圖]像加[注註]文字 | 上一[页頁] .{0,20} 下一[页頁] | 返回列表
  | ^嘉[宾賓] \s? [:：] | [(（] [发發]自 .{2,10} [)）]$               # who was asked, who wrote
  | ^文字? [^，。]{2,4} [摄攝]影 [^，。]{2,4} (?: [设設][计計] | [编編][辑輯] | 核稿 )
  | 话题下的 .{0,4} 答主 $ | 交流群 \s? [:：] \s? \d                   # who answers, whom to join
    """,
    re.VERBOSE | re.IGNORECASE,
)
FOLLOW = re.compile(
    r"""
    ^ (?: [+＋]? \s? (?: 关注 | 關注 ) (?: 他 | 她 | TA | 作者 | \s? [\d.]+ \s? [万萬]? )?
      | [发發]消息 | 私信 ) $
    """,
    re.VERBOSE,
)
"""The button beside the name of an account."""
COLUMN = re.compile(r"《[^《》]{1,8}》$")
"""The column of an outlet, behind its name: 澜江网《连线》."""
CLOCK = re.compile(r"\d{1,2}:\d\d")
NUMBERED = re.compile(r"\d{1,2}(?=[\u4e00-\u9fff])")
CRUMBS = re.compile(r">{2,}|[>＞»›][^>＞»›]{1,40}[>＞»›]")
ENDS = "。；;，,、：:"
LATIN = re.compile("[a-zA-Z]")
MENU_WORD: Final = 10
"""Characters of the longest word in a row: 【学水性 强体能 练胆量】澜江救援队开营 is a headline."""


def misworded(text: str, key: str) -> float:
    """What marks and words say against a headline."""
    faults = 0.0
    if text[-1] in ENDS:
        faults += 6 if text[-1] == "。" else 3
    faults += 3 * ("。" in text[:-1])
    faults += 0.4 * max(0, text.count("，") - 1)
    faults += 3 * text.endswith("...")
    faults += 1.5 * (": " in text and "，" in text) + 6 * (GREETING.search(text) is not None)
    faults += len(key) < 16 and ("|" in text or "｜" in text)
    if any(sign in text for sign in ("://", "www.")) or text.count("|") >= 2:
        faults += 6
    faults += 6 * (COUNTER.search(text) is not None) + 6 * (CRUMBS.search(text) is not None)
    if key.isascii():
        faults += 4 if key.isdigit() or len(key) < 12 else 3.5
    elif sum(c.isdigit() for c in key) > 0.5 * len(key):
        faults += 4
    if (len(key) <= 8 and names_outlet(COLUMN.sub("", text))) or (
        len(key) <= 16 and CLOCK.search(text)
    ):
        faults += 3
    else:
        faults += CLOCK.search(text) is not None
    return faults


def is_next(before: str, text: str) -> bool:
    """Whether a line begins with the number behind that of the line before: contents.

    >>> is_next("6代表作品", "7传承现状"), is_next("代表作品", "7人获奖")
    (True, False)
    """
    first, second = NUMBERED.match(before), NUMBERED.match(text)
    return first is not None and second is not None and int(first[0]) + 1 == int(second[0])


def is_menu(text: str) -> bool:
    """Whether a line is a row of short words.

    Words in Latin letters are often set off from Chinese by blanks, in a headline as well:
    使用 LVM 升级 Fedora.
    """
    words = text.split()
    if len(words) < 3 or any(c in text for c in "，！？,!?“"):
        return False
    sizes = [len(word) for word in words]
    n_short = sum(size <= 4 for size in sizes)
    if LATIN.search(text) is not None:
        return n_short == len(words) >= 4 and 1 not in sizes
    if n_short == len(words):
        return True
    return len(words) >= 4 and n_short >= 0.75 * len(words) and max(sizes) <= MENU_WORD
