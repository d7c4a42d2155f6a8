"""What sites add to each of their articles, above or below the text, in whole sentences.

Health and money may have to be thought of by law, novels ask to be kept, papers have a database.
"""

from __future__ import annotations

import re

ADDED = re.compile(
    r"""
    [★☆※◎►☛]? .{0,10}? (?: [网網雲台臺报報社] | 新[闻聞] | [周週]刊 ) .{0,4}
      (?: 提醒[您你] | [关關]心[您你] | 呼籲 ) \s? [:：] .{4,50}
  | 推[荐薦][进進]入 .{2,12} [数數][据據][库庫] .{0,60}
  | (?:天才)? 一秒[钟鐘]? [记記]住 .{2,60} | 手[机機]用[户戶][请請][浏瀏][览覽] .{4,60}
  | 喜[欢歡] .{1,30} [请請]大家收藏 .{0,80} | [『【]? 章[节節][错錯][误誤] .{0,30}
  | [温溫]馨提示 \s? [:：] \s? 法律 .{10,120} | [当當]前 \s? \d+ \s? 位 .{2,4} 在[线線] .{0,10}
  | .{0,24} Google \s? 偏好[来來]源 .{0,30}
    """,
    re.VERBOSE,
)
"""A sentence that an outlet adds to each of its articles: ★某某新聞網提醒您：…"""
SHARES = re.compile(
    r"""
    (?: (?: Facebook | FB | LINE | X | Twitter | Threads | WhatsApp | Instagram | Telegram | E-?mail
          | [脸臉][书書] | 推特 | 微博 | 微信 | 分享 | 列印
          | (?: 复制 | 複製 ) (?: [链鏈]接 | [连連][结結] | [网網]址 ) ) \s? ){3,12}
    """,
    re.VERBOSE,
)
"""Where an article can be shared, with no blank between: FacebookLINEX複製連結."""
LONGEST_ADDED = 140


def is_added(text: str) -> bool:
    """Whether a line at either end of an article stands there whatever the article says.

    >>> is_added("★澜江新聞網提醒您：飲酒過量，有害健康。"), is_added("镇长提醒您：过桥请慢行。")
    (True, False)
    >>> is_added("FacebookLINEX複製連結"), is_added("分享")
    (True, False)
    """
    if len(text) > LONGEST_ADDED:
        return False
    return ADDED.fullmatch(text) is not None or SHARES.fullmatch(text) is not None
