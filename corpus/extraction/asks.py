"""More sentences that want something from the reader, beside those of `appeals`.

English ones, those of shops for files, of sites with novels, of events, of accounts to write to.

They are known by what they ask for. Lines are read folded, see `phrases.fold`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from corpus.extraction.appeals import is_appeal
from corpus.extraction.phrases import fold
from corpus.extraction.words import Words

LONGEST = 80
"""Characters of an ask; longer lines are texts."""
SHORTEST = 6
"""Characters of an ask; shorter lines are buttons."""

ASK = re.compile(
    r"""
    (?: 添加 | 加 | [联聯][系繫絡] ) .{0,4} (?: 作者 | 小[编編] | [编編][辑輯] | [记記]者 ) .{0,2}
      微信 [,:号號交咨] .{2}
  | 加 .{0,2} 微信 .{0,12} (?: [注註]明 | [备備][注註] | [进進]群 | 拉群 | [咨諮][询詢] )
  | (?: 加入 | 成[为為] ) .{0,3} [会會][员員] , .{2}
  | [订訂][阅閱] .{1,12}
      (?: 一年 | 全年 | \d+期 | [电電]子[报報] | [电電][邮郵] .{0,2} 通[讯訊] ) .{0,24}
  | 下[载載] .{0,8} (?: word | pdf | ppt | 文[档檔] | 原文 | 模板 ) .{0,6}
      (?: [仅僅只] .{0,2} \d+ .{0,3} 元 | 免[费費] | 方便 | [会會][员員] )
  | 下[载載]文[档檔] , .{4} | [剩还還]余? .{0,2} \d+ .? [页頁]未[读讀]
  | (?: 天才一秒 | [请請] | 一秒[钟鐘]? ) [记記]住 .{0,12}
      (?: [网網]址 | 域名 | 地址 | 本站 | 本[书書] )
  | 手[机機]版 (?: 更新最快 | [阅閱][读讀][网網]址 )
  | [开開][户戶] .{0,6} (?: 福利 | [红紅]包 | [优優]惠 | 免佣 ) | 入金 .{0,4} [抽送返]
  | 早[鸟鳥] .{0,2} (?: 票 | [价價] | [优優]惠 | \d折 | [现現]折 )
  | 新客 .{0,2} (?: [专專]享 | [优優]惠 | 券 | 立[减減] ) | [¥￥] \d[\d.,]* 起
  | ^.{0,4} (?: 打[开開] | [进進]入 | 用 ) .{0,8} (?: 客[户戶]端 | app ) , .{2,14} $
  | (?: [觉覺]得 | 如果 ) .{0,8} (?: 有用 | 有[帮幫]助 | 喜[欢歡] ) , .{0,4}
      (?: [请請]我 | 打[赏賞] | [赞讚]助 )
  | 支持 (?: 我[们們] | 本[刊站] ) .{0,4} (?: 每[月年] | \d+元 )
  | (?: signup | subscribe ) (?: to | for ) .{4} | donate (?: today | now | here )
  | support (?: local | our | independent | us ) .{4} | (?: become | join ) .{0,6} member .{0,12}
  | ^ (?: join | follow ) (?: us | our ) .{2}
    """,
    re.VERBOSE,
)
NO_CALL = ("“", "「", "『", "无需", "無需", "不用", "不必", "无须", "無須")
"""How speech begins, and what is praised for not being asked: 无需下载APP."""
FEW = 3
"""Chinese words of a call, at most, that stand apart; more are a row of links."""
LONGEST_SAID = 24
"""Characters of a call with a full stop, at most."""
NUMBER = re.compile(r"\d[\d-]{4,}")
"""A telephone number."""
HINTS = Words(
    "微信 会员 會員 會员 会員 订阅 訂閱 下载 下載 未读 未讀 记住 記住 手机版 手機版 开户 開戶 入金 "
    "早鸟 早鳥 新客 ¥ ￥ 打开 打開 进入 進入 用 有用 有帮助 有幫助 喜欢 喜歡 支持 signup subscribe "
    "donate support member join follow".split()
)
"""Words of which every ask holds one."""


def find_asks(folded: Sequence[str]) -> Iterator[int]:
    """The numbers of the folded lines that want something from the reader, in order."""
    shown = [line if SHORTEST <= len(line) <= LONGEST else "" for line in folded]
    for n in sorted({n for n, _ in HINTS.find_in_lines(shown)}):
        if is_ask(shown[n]):
            yield n


def is_ask(folded: str) -> bool:
    """Whether a folded line wants something from the reader.

    >>> is_ask("添加作者微信,请注明姓名"), is_ask("signupforourweeklynewsletter")
    (True, True)
    >>> is_ask("微信支付今天故障"), is_ask("subscribe")
    (False, False)
    """
    is_short = SHORTEST <= len(folded) <= LONGEST
    return is_short and folded.count("|") < 2 and ASK.search(folded) is not None


@lru_cache(maxsize=4096)  # the lines at either end are asked for again and again
def is_call(text: str) -> bool:
    """Whether a short line at either end of an article wants something from the reader.

    What could be the last sentence of the article, or say whom to call, is none.

    >>> is_call("如果喜欢，请点个“在看”"), is_call("无需下载APP"), is_call("打开窗，看见河")
    (True, False, False)
    """
    if text.startswith(NO_CALL) or sum(not word.isascii() for word in text.split()) > FEW:
        return False
    if text.endswith("。") and (len(text) > LONGEST_SAID or "。" in text[:-1]):
        return False
    folded = fold(text)
    # A notice ends with whom to call.
    return NUMBER.search(folded) is None and (is_ask(folded) or is_appeal(folded))
