"""Sentences that want something from the reader: scan, install, follow, subscribe, buy, call.

They are known by what they ask for. Lines are read folded, see `phrases.fold`: without blanks, in
half width and lower case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from corpus.extraction.said.phrases import fold
from corpus.extraction.said.sieve import Needed, Sieve

LONGEST = 100
"""Characters of an appeal; longer lines are texts."""

CODE = re.compile(
    r"""
    (?: 扫 | 掃 | [长長]按 | [识識][别別] ) .{0,10}
      (?: [码碼] | 小程序 | 名片 ) (?! .{0,6} (?: 分享 | 登[录錄入] | 打[开開] | 支付 | 查看 ) )
    """,
    re.VERBOSE,
)
"""A code to scan, unless that is how a button of the page is pressed."""
INSTALL = re.compile(
    r"""
    (?: ^ | [,。!?:;|】]> ) [^他她我]{0,4}?
    (?: 下[载載] | 打[开開] | 安[装裝] | 前往 | [进進]入 | [开開][启啟] ) .{0,14}
      (?: 客[户戶]端 | app(?![a-z]) | [应應]用程式 | 推[播送]通知 )
  | (?: 下[载載] | 安[装裝] ) .{0,2} (?: app | 客[户戶]端 ) \W{0,4} $
  | (?: ^ | [,。!?:] ) .{0,2} app [内內]打[开開]
  | (?: 尽在 | 盡在 | 用 ) .{0,8} app (?: $ | 看.{2,6}更 )
    """,
    re.VERBOSE,
)
CALL = (
    r"(?: [欢歡]迎 | 敬?[请請] | 快[来來] | 立即 | 立刻 | [马馬]上 | [点點][击擊我] | 戳 | [记記]得"
    r" | 加入 | [订訂][阅閱] | 追[蹤踪] | [关關][注註] | [锁鎖]定 | 搜索 | 添加 | [备備][注註]"
    r" | 下[载載] | 一[键鍵] | 按[赞讚] | like | [进進]群 | 加群 )"
)
CHANNEL = (
    r"(?: 公[众眾]号? | 公眾號 | [视視][频頻][号號] | 粉[丝絲][团團专專][页頁]? | [专專][页頁]"
    r" | [电電]子[报報] | line (?:好友 | 官方 | 群 ) | whatsapp | telegram | youtube"
    r" | (?: [读讀]者 | 交流 | [学學][习習] | 粉[丝絲] ) [群社] | 群[组組] | 知[识識]星球"
    r" | 官方微[信博] | 微信[:号] | 小助手 | 客服微信 | 小编微信 | 客[户戶]端 | app(?![a-z])"
    r" | 小[红紅][书書]"
    r" | 星[标標] )"
)
FOLLOW = re.compile(rf"{CALL} .{{0,24}} {CHANNEL} | {CHANNEL} .{{0,24}} {CALL}", re.VERBOSE)
"""A call, and where one would follow."""
APPLAUD = re.compile(
    r"""
    星[标標] .{0,3} (?: 公[众眾] | 我[们們] ) | [关關][注註]我[们們]? [,。!]
  | (?: [点點]亮? (?! [赞讚] ) | [点點]?[个個] | 按[个個] | [来來][个個] ) .{0,3} (?: 在看
      | [赞讚]  | 星[标標] )
  | 一[键鍵]三[连連] | 求 (?: 推荐 | 推薦 | 收藏 | 月票 | [关關]注 | [订訂][阅閱] | 打[赏賞] )
  | (?: [喜歡欢] | [觉覺]得 | 如果 ) .{0,16} (?: 文章 | 本文 | [内內]容 | 好 | 有用 ) .{0,12}
      (?: [点點][赞讚个個] | [转轉][发發] | 分享 | [关關]注 | 打[赏賞] | 收藏 | [请請]我
          | [请請]大家 )
  | 收藏 .{0,30} 更新速度
  | [点點][赞讚] .{0,8} (?: 在看 | [转轉][发發] | 收藏 | [关關]注 ) .{0,6} [,!給给哦吧呀]
  | [请請]我喝 | 打[赏賞] .{0,4} [一杯元] | 扫一扫.{0,6}打[赏賞] | 向我打[赏賞]
  | [您你]的 (?: 支持 | 鼓[励勵] .{0,6} [动動]力 | 打[赏賞] | [赞讚][赏賞] ) | [坚堅]持原[创創]
  | 支持 (?: 作者 | 原[创創] | [独獨]立媒[体體] ) | (?: [点點] | 戳 ) .{0,4} [蓝藍]字
    """,
    re.VERBOSE,
)
OFFER = re.compile(
    r"""
    满 \d+ .{0,2} 减 \d | 立[减減] | 第二件半[价價] | 首[月年购購] .{0,4} [\d一二三六九低]
  | 限[时時] .{0,4} (?: [优優]惠 | 免[费費] | 特[价價] | [抢搶][购購] | 折扣 | [一二三五九\d] )
  | [买買]一送一 | 首付只[要需] | [头頭]期款只[要需] | 包[邮郵] | 免[运運] $ | 七天[无無]理由
  | (?: 低至 | 立享 | [仅僅]需 | 券后 | 到手 ) .{0,5} [\d一二三四五六七八九十] .{0,3} [元折块]
  | (?: 免[费費] | [0零]元 ) (?: [领領] | [试試][听用] | [体體][验驗] | [获獲][取得] )
  | [领領] .{0,8} (?: [红紅]包 | [礼禮]包 | [优優]惠券 | 券 $ | [内內][参參] | [资資]料 $ )
  | (?: 今天 | 今日 | [现現]在 | [点點][击擊] | 立即 | 直接 | [戳].{0,2} ) 下[单單]
  | (?: 立即 | [马馬]上 | [点點][击擊] | 立刻 | 火速 | 我要 )
      (?: [购購][买買] | [抢搶][购購]? | [报報]名 | [领領]取 | [预預][约約] | [开開][户戶] | 订购
        | 咨[询詢] | 加入 | [订訂][阅閱] | [赞贊]助 | [试試][用听] ) \W{0,3} $
  | [开開][户戶]福利 | 佣金低至 | 送大[礼禮] | [团團][购購][价價] | 福利 (?: 不停 | 倒[计計][时時] )
  | (?: [训訓][练練] | [写寫]作 | [课課]程 | 集训 ) .{0,8}
      (?: 推[荐薦][:|] | 第.{1,3}期 .{0,3} [开開招] | [报報]名中 | [训訓][练練][营營] $ )
  | [训訓][练練][营營] .{0,6} (?: [开開]班 | 招[募生] | [报報]名 ) | 直播[间間][见見]
  | [预預][约約] .{0,5} 直播 | [购購][买買]同款 | 同款 > | [点點][击擊] .{0,10} [抢搶][购購]
    """,
    re.VERBOSE,
)
MEMBER = re.compile(
    r"""
    (?: [开開]通 | 成[为為] | 升[级級] ) .{0,4} (?: [会會][员員] | vip | [订訂][户戶] ) .{1,16}
  | 登[录錄入] [后後即] .{0,2} (?: 可享 | 享受 | 可查看 .{0,4} 更多 )
  | (?: [会會][员員] | vip ) .{0,6} (?: 特[权權] | [专專]享 | 免[广廣]告 | [解][锁鎖] )
  | (?: [余餘]下 | [剩其][余餘] ) .{0,6} [需须須] .{0,4} (?: 付[费費] | [订訂][阅閱] | 登[录錄入] )
  | [请請需] .{0,6} (?: 登[录錄入] | [订訂][阅閱] | 付[费費] ) .{0,6} [继繼][续續][阅閱][读讀]
  | 注[册冊] .{0,8} (?: 结交 | 享用 | 可下[载載] ) | 解[锁鎖] (?: 全文 | 文章 ) $
  | [无無] (?: [广廣]告 | [弹彈]窗 ) .{0,4} (?: [阅閱][读讀] | [畅暢] )
  | [请請] .{0,6} (?: 加入 | 成[为為] ) [会會][员員]
    """,
    re.VERBOSE,
)
CONTACT = re.compile(
    r"""
    (?: [爆报報]料 | 新[闻聞][线線]索 ) .{0,24}
      (?: [热熱][线線] | [电電][话話] | 微信 | [邮郵]箱 | [拨撥]打 | 平[台臺] | 爆料台 |
          [请請]?登[录錄] )
  | 新[闻聞][热熱][线線] .{0,3} [:\d]
  | (?: 商[务務] | 合作 | 投稿 ) .{0,12} (?: [邮郵]箱 | 微信 | e-?mail | @ )
  | (?: 想 | 要 | [获獲]取 ) .{0,10} 更多 .{0,20}
      (?: [请請] | [拨撥]打 | [扫掃] | [点點][击擊] | 加入 | [锁鎖]定 | 下[载載] )
  | 更多 .{0,12} (?: [尽盡]在 | 敬?[请請] (?: [关關][注註] | [锁鎖]定 | 下[载載] | [访訪][问問] ) )
  | (?: [来來][电電] | 致[电電] | [拨撥]打 ) .{0,10} (?: [热熱][线線] | 咨[询詢] | 洽[谈談] )
  | (?: 洽[谈談] | [咨諮][询詢] ) .{0,4} [电電][话話] .{0,8} \d | [电電][话話] .{0,2} 微信同[号號]
  | [后後][台臺]回[复復] .{0,12} [领領] | 小[编編]微信 | [进進]群 .{0,6} [聊领領加]
  | (?: 一手 | 重大 | 最新 | 好[礼禮] ) .{0,4} (?: 消息 | [资資][讯訊] ) .{0,3} 不[错錯漏]
    """,
    re.VERBOSE,
)
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
  | 支持 (?: 我[们們] | 本[刊站] ) .{0,4} (?: 每[月年] | \d+元 ) | 每一?[份笔筆] [赞贊]助
  | [输輸填] [入写寫] .{0,6} (?: 信箱 | [邮郵][箱件] | e-?mail ) .{0,16}
      (?: [订訂][阅閱] | [电電]子[报報] | 获取 | 獲取 )
  | (?: signup | subscribe ) (?: to | for ) .{4} | donate (?: today | now | here )
  | support (?: local | our | independent | us ) .{4} | (?: become | join ) .{0,6} member .{0,12}
  | ^ (?: join | follow ) (?: us | our ) .{2}
    """,
    re.VERBOSE,
)
"""What else is asked for: by shops for files, sites with novels, events, accounts one can write to,
and in English."""
MARK = re.compile(
    r"""
    [\W_]{0,3} (?: [广廣]告 | [广廣]告 [赞贊]助 | 推[广廣] | [赞贊]助 (?: 商 | [内內]容 )?
        (?: [广廣]告 | [链鏈]接 )?
      | sponsored | advertisements? | 商[业業]推[广廣] ) [\W_]{0,3}
    """,
    re.VERBOSE,
)
"""A word over an advertisement."""
NO_CALL = ("“", "「", "『", "无需", "無需", "不用", "不必", "无须", "無須")
"""How speech begins, and what is praised for not being asked: 无需下载APP."""
FEW = 3
"""Chinese words of a call, at most, that stand apart; more are a row of links."""
LONGEST_SAID = 24
"""Characters of a call with a full stop, at most."""
NUMBER = re.compile(r"\d[\d-]{4,}")
"""A telephone number."""
IMPRINT = re.compile(
    r"""
    客服 (?: [电電][话話] | [热熱][线線] | [邮郵]箱 ) | [关關][于於]我[们們]
  | [联聯][系絡络]我[们們] | copyright | © | icp[备備证證]
    """,
    re.VERBOSE,
)
"""What the imprint of a site says, in which offers to advertisers stand, too."""
SAID: Needed = {
    CODE: ("扫掃按识識", "码碼序片"),
    INSTALL: ("下打安前进進开開尽盡用", "户戶程通p"),
    OFFER: (
        "满立第首限一款包免七低立需券到0元领領下即马馬点點刻速要福礼禮团團训訓写寫练練课課集播同",
        "减減半首送限款费費邮郵运運由元折块领領单單购購买買抢搶报報预預订訂咨入赞贊试試福佣团團训訓练練"
        "写寫课課集直约約价價户戶验驗获獲",
    ),
    MEMBER: (
        "开開成為升登会會员員v注解无無请請余餘需",
        "员員v户戶享查特专專免锁鎖结下广廣告窗登册冊付订訂",
    ),
    CONTACT: (
        "料索闻聞务務作稿更电電打谈談询詢同复復编編群息讯訊",
        "线線话話信箱打平台臺登闻聞l@更请請扫掃击擊加入定下尽盡询詢谈談电電微领領聊错錯漏",
    ),
}
SENTENCES: Needed = {
    FOLLOW: (
        "欢歡请請快立马馬点點戳记記加订訂追关關锁鎖搜添备備下键鍵按k群进進",
        "众眾频頻粉专專报報epmy群社星微手客红紅标標",
    ),
    APPLAUD: (
        "公我点點个個按来來键鍵求喜欢歡觉覺如果收请請打的坚堅支戳",
        "标標注註看赞讚连連求章文容好用藏喝赏賞持鼓字速",
    ),
}
"""What is an appeal at any length, and what is a button where it is shorter; each with characters
that a match holds one each of, by which most lines are passed over."""
ASKS: Needed = {
    ASK: (
        "信员員订訂载載读讀住版户戶金鸟鳥客¥￥端p用助欢歡持sdmjf箱件邮郵",
        "微加成年期报報讯訊元费費便员員档檔页頁址名站书書快利包惠佣抽送返票价價折享券减減起端p我赏賞助每o阅閱获獲",
    )
}
ASKED = Sieve({**SAID, **SENTENCES, **ASKS, MARK: ("广廣推赞贊商sa",)})
SHORTEST = {**dict.fromkeys(SAID, 4), **dict.fromkeys(ASKS, 6), **dict.fromkeys(SENTENCES, 7)}
"""Characters of an appeal; 点赞 and 关注微信 are buttons."""


def find_appeals(folded: Sequence[str]) -> list[int]:
    """The numbers of the folded lines that want something from the reader, in order.

    A row of links does not.

    >>> find_appeals(["扫描二维码,关注老街故事", "老街的二维码不见了", "赞助"])
    [0, 2]
    >>> find_appeals(["老街电子报|订阅电子报|粉丝专页"])
    []
    """
    lines = ["" if len(line) > LONGEST else line for line in folded]
    found: set[int] = set()
    for n, pattern in ASKED.sift(lines):
        if n not in found and _asks(lines[n], pattern):
            found.add(n)
    return sorted(found)


def is_appeal(folded: str) -> bool:
    """Whether a folded line wants something from the reader."""
    return len(folded) <= LONGEST and any(_asks(folded, pattern) for pattern in ASKED.needed)


def _asks(line: str, pattern: re.Pattern[str]) -> bool:
    if pattern is MARK:
        return MARK.fullmatch(line) is not None
    if len(line) < SHORTEST[pattern] or pattern.search(line) is None:
        return False
    return line.count("|") <= 1 and IMPRINT.search(line) is None


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
    return NUMBER.search(folded) is None and is_appeal(folded)
