"""Sentences about rights, liability and conduct: what they say, whatever words they begin with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.extraction.said.words import Words

LABEL = re.compile(
    r"""
    [^\w]{0,4} (?: .{0,10}? (?: 特[别別] | 版[权權] | 著作[权權] | 免[责責] | [郑鄭]重 | 平台
      | 本[站网網刊报] | [网網]站 | 责任 | 转载 | 轉載 | 原创 | 侵[权權] ) )?
    (?: [声聲]明 | (?: 版[权權] | 转载 | 轉載 | 免[责責] ) .{0,3} [说說]明
      | 免[责責][条條]款 | [风風][险險]提示 )
    \s? [:：] .{6}
  | (?i: notice | disclaimer ) \s? [:：] .{20}
  | [本原] 文 (?: [链鏈]接 | 連結 | 地址 | [网網]址 ) \s? [:：] \s? https?:// \S{1,200} $
    """,
    re.VERBOSE,
)
"""A line that says at its beginning that it is one: 特别声明：…"""
RIGHTS = re.compile(
    r"""
    (?: 版[权權] | 著作[权權] ) .{0,6} [归歸属屬] .{0,12} (?: 所有 | 作者 )
    | [仅僅] (?: 代表 | 为 | 為 | 属 | 屬 ) .{0,8} (?: 作者 | 个人 | 個人 | 本人 )
    | [为為] .{0,2} 作者 .{0,2} (?: [独獨]立 | [个個]人 ) (?: 观点 | 觀點 )
    | (?: 不 | 非 ) .{0,3} 代表 .{0,14} (?: 观点 | 觀點 | 立场 | 立場 | 看法 | 意见 )
    | 未[经經] .{0,16} (?: 授[权權] | [许許]可 | 允[许許] | 同意 ) .{0,24}
      (?: 禁止 | 不得 | [请請]?勿 | 严禁 | 嚴禁 | 追究 | 必究 )
    | (?: 不得 | 禁止 | 谢绝 | 严禁 | [请請]勿 | 嚴禁 | 非法 ) .{0,8}
      (?: 转载 | 轉載 | 转贴 | 复制 | 複製 | 摘编 | 镜像 | 抄[袭襲] | 商用 )
    | (?: 转载 | 轉載 | 引用 ) .{0,12} (?: 注明 | 註明 | 出处 | 出處 | 授[权權] )
    | (?: 转载 | 轉載 ) [，,]? [请請須须需] .{0,8} (?: 留言 | [联聯][系繫絡] | 后台 | 告知 )
    | 凡 .{0,3} (?: 注明 | 註明 | 本[网網站] | 来源 | 來源 | 署名 | 转载 )
    | (?: 传递 | 傳遞 ) .{0,2} 更多 .{0,2} [信资資][息讯訊] .{0,3} (?: 目的 | [，,] | 并不 | 並不 )
    | [来來]源 .{0,3} [标標][注註示] .{0,3} (?: [错錯][误誤] | 有[误誤] | 不[当當] )
    | 侵[权權犯] .{0,20} (?: 联系 | 聯[系絡] | [删刪]除 | 必究 | 告知 | 通知 )
    | 信息存[储儲] .{0,2} (?: 服务 | 空间 )
    | (?: [采採]用 | 遵循 | 依[据據] ) .{0,24} (?: [许許]可 | CC) .{0,6}
      (?: [协協][议議] | BY | [条條]款 )
    | 作品 .{0,12} [属屬][于於] .{0,4} (?: 公有 | 公共 | 公众 | 公眾 ) (?: 领域 | 領域 )
    """,
    re.VERBOSE,
)
LIABILITY = re.compile(
    r"""
    (?: 追究 | 承担 | 承擔 ) .{0,10} (?: 法律 | 责任 | 責任 )
    | 不 承[担擔] .{0,12} [责責] | [概均恕] 不 [负負]
    | 不 [负負] .{0,2} (?: 任何 | 法律 | 相[应應关關] | 直接 | [连連][带帶] ) .{0,10} [责責]
    | 不 (?: [保][证證] | 做 | 作 ) .{0,14} (?: [准準][确確] | 完整 | 真[实實] )
    | [与與] .{0,10} (?: [无無][关關] | [没沒]有[关關] )
    | 上[传傳]并[发發]布
    | 内容 .{0,16} (?: 由 | 来自 ) .{0,16} (?: 提供 | 上[传傳] | 自行 )
    | 真[实實]性 .{0,12} (?: 准[确確]性 | 完整性 | 合法性 )
    | trademark | (?: is | are ) \s (?: uploaded | the \s property )
    | without \s .{0,30} permission | opinions? \s .{0,40} (?: author | own )
    """,
    re.VERBOSE,
)
CONSENT = re.compile(
    r"""
    (?: 登[录錄入] | 注册 | 註冊 | 使用 | [继繼][续續] | 点击 | 點擊 | 瀏覽 ) .{0,12}
      即 .{0,6} (?: 同意 | 代表 | 表示 | 视为 )
    | 同意 .{0,12} (?: 协议 | 協議 | 条款 | 條款 | 政策 | 规范 | 指引 | 規範 )
    | cookie .{0,30} (?: 数据 | 技[术術] | 体验 | 體驗 | 政策 | 以 )
    | 使用 .{0,8} cookie
    | 未[滿满] \s? 18 \s? [岁歲] .{4} | 限制[級级] .{8}
    """,
    re.VERBOSE | re.IGNORECASE,
)
ADVICE = re.compile(
    r"""
    (?: 风险 | 風險 | 后果 | 後果 ) .{0,2} 自 [担擔负負]
    | 据此 .{0,4} (?: 操作 | 投资 | 入市 ) | 不构成 .{0,10} 建议
    | [仅僅] (?: 供 | 作[为為] ) .{0,6} (?: 参考 | 參考 | 学习 | 其 )
    | 不[是作成为為] .{0,12} (?: 建[议議] | 依[据據] )
    | [谨謹慎]防 .{0,6} (?: 上[当當] | 受[骗騙] | [诈詐][骗騙] | 假冒 )
    | (?: 自行 | 仔[细細] | 注意 ) (?: 甄[别別] | 辨[别別] | 判[断斷] | 核[实實] )
    | (?: 投资 | 投資 | 入市 | 理财 ) .{0,4} 谨慎
    | 文明 (?: 上网 | 发言 | 評論 | 评论 | 用语 ) | 理性 (?: 发言 | 發言 | 评论 | 讨论 )
    | 遵[守纪] .{0,16} (?: 法[律规] | 规定 | 条款 | 公约 | 政策 | 文明 | 底线 | 准则
      | (?: 用户 | 服务 | 会员 | 注册 | 使用 | 社区 | 平台 | [本网]站 ) .{0,3} 协议 )
    | [请請]勿 .{0,8} (?: 发布 | 發布 | 发表 | 傳播 | 传播 )
    """,
    re.VERBOSE,
)
MORE = re.compile(
    r"""
    侵[权權]? 即? [删刪] | (?: [图圖]片 | [内內]容 | [素]材 ) .{0,8} [来來]自 .{0,4} [网網][络絡路]
      .{0,20} (?: 版[权權] | 侵 | [删刪] )
  | 不[构構]成 .{0,12} [建邀][议議约約] | [审審]慎[评評]估 | 自[负負] .{0,2} (?: [风風][险險]
      | 盈[亏虧] )
  | (?: [警提]示 | 提醒 ) [您你] .{0,50} (?: [专專][线線] | 求助 | 有[碍礙] .{0,2} 健康 )
  | [饮飲]酒 .{0,2} [过過]量 .{0,8} [健安]
  | (?: 版[权權] | [内內]容 | [权權]益 ) .{0,16} (?: 如有 | 若有 ) .{0,4} (?: 异[议議] |
      疑[问問] ) .{0,6} [联聯][系絡络]
  | (?: [网網]友 | [网網]民 ) 上[传傳] .{0,24} (?: 宣[传傳] | 欣[赏賞] | [学學][习習] )
  | [转轉][载載] .{0,4} 以[链鏈]接形式 | 除非[注註]明 .{0,16} 原[创創]
  | [转轉][载載] .{0,3} [请請須须需] .{0,6} (?: [许許]可 | 授[权權] | 同意 ) | 如 .{0,4}
      涉及 .{0,10} 版[权權]
  | [违違] [规規者反] .{0,6} 必究
  | 投[资資] .{0,4} 有[风風][险險] | [公][开開][说說]明[书書]
  | [遵][守] .{0,8} (?: 公[约約] | 守[则則] ) .{0,12} (?: 禁止 | 不得 | [请請]勿 )
    """,
    re.VERBOSE,
)
"""More that only lines beside an article say of rights and risks; no notice is cut off for it."""
OPERATOR = re.compile(r"版[权權]所有|著作權所有|主[办辦]|Copyright|©|ICP|Reserved", re.I)
"""Who runs the site is named in the same breath: a line of the imprint."""
FORBIDDEN = re.compile(
    r"""
    未[经經] .{1,16} (?: 禁止 | 不得 | [请請]?勿 | 严禁 | 嚴禁 | [谢謝][绝絕] ) .{0,8}
      (?: [转轉] | [复複][制製] | [镜鏡]像 | 使用 | 摘[编編录錄] )
    """,
    re.VERBOSE,
)
"""What nobody may do with what the site shows, whoever runs it."""
IMPRINT = re.compile(r"ICP|备案|備案|[证證][:：\d]|©|Copyright|主[办辦]|[单單]位|Reserved", re.I)
"""What an imprint says besides who has the rights."""
OWN_TEXT = re.compile(r"本文|本篇|作者|原[创創]")
"""It is this text whose rights are spoken of, not the site."""

CELLS = re.compile(r"[\s|｜/·•]+")
FEWEST_CELLS, LONGEST_CELL = 3, 9
"""Links of a row of them, and characters of each."""
NAMELESS, LONGEST_FORBIDDEN = 2, 30
"""Characters before 版权所有 that name nobody, and of a line that says what is forbidden then."""
SHORTEST, LONGEST_READ = 12, 400
"""Characters of a statement; shorter lines are links to one."""
LONGEST_NOTICE = 250
"""Characters of a line at the edge of an article that is all about rights."""
FIRST, LAST = 2, 3
"""Lines of an article, from its beginning and up to its end, among which notices stand."""
IN_SHORT = re.compile(r"[,，].{0,4}侵[权權]?即?[删刪]|侵[权權](?:必究|[即必][删刪])")
SHORTEST_NOTICE = 6
"""Characters of 图侵删 and the like, behind what it is said of."""
SHORTEST_CONSENT = 7
"""Characters of 同意《…协议》, which says all there is to say."""

NO_ADVICE = re.compile(
    r"""
    (?: 市[场場] | 投[资資] | 入市 | 理[财財] ) .{0,2} 有 .{0,2} [风風][险險]
    | 本文 .{0,12} 不[构構]成 .{0,12} 建[议議]
    """,
    re.VERBOSE,
)
"""What stands below an article about money: 投资有风险，入市需谨慎。"""


HINTS = Words(
    "声明 聲明 说明 說明 条款 條款 提示 版权 版權 著作 仅 僅 代表 未经 未經 转 轉 引用 复制 "
    "複製 摘编 镜像 抄袭 抄襲 商用 注明 註明 本网 本網 本站 来源 來源 署名 侵权 侵權 侵犯 "
    "追究 传递 傳遞 承担 承擔 信息存 上传 上傳 内容 真实性 真實性 notice trademark uploaded "
    "property 即 同意 未满 未滿 限制 cookie 采用 採用 遵循 不负 不負 保证 保證 不做 不作 "
    "permission opinion 无关 無關 没有关 沒有關 参考 參考 建议 建議 依据 依據 甄别 甄別 辨别 "
    "辨別 判断 判斷 核实 核實 谨防 謹防 慎防 链接 鏈接 連結 地址 网址 網址 disclaimer 侵删 "
    "侵刪 即删 即刪 网络 網路 不構成 審慎 审慎 自負 提醒 警示 过量 過量 异议 異議 疑问 疑問 "
    "网友 網友 網民 网民 除非 公约 公約 守则 守則 自担 自擔 自负 据此 不构成 谨慎 文明 理性 "
    "遵守 遵纪 请勿 請勿 领域 領域 观点 觀點".split()
)
"""Words of which every statement holds one: few other lines do, and only these are looked at."""


def find_statements(texts: Sequence[str], folded: Sequence[str]) -> tuple[bool, ...]:
    """For each line, also given folded, whether it is a sentence about rights or conduct."""
    found = [False] * len(texts)
    for n in {n for n, _ in HINTS.find_in_lines([line[:LONGEST_READ] for line in folded])}:
        found[n] = is_statement(texts[n])
    return tuple(found)


def is_statement(text: str) -> bool:
    """Whether a line is a sentence about rights, liability or conduct.

    >>> is_statement("未经本报授权，任何人不得转载。"), is_statement("版权声明")
    (True, False)
    """
    if len(text) < SHORTEST:
        is_short = len(text) >= SHORTEST_CONSENT and CONSENT.match(text) is not None
        return is_short or (len(text) >= SHORTEST_NOTICE and IN_SHORT.search(text) is not None)
    shown = text[:LONGEST_READ]
    if LABEL.match(shown) or ADVICE.search(shown) or MORE.search(shown):
        return True
    if is_menu(shown):
        return False
    if CONSENT.search(shown):
        return True
    if RIGHTS.search(shown) is None and LIABILITY.search(shown) is None:
        return False
    is_own = OPERATOR.search(shown) is None or OWN_TEXT.search(shown) is not None
    return is_own or _forbids(shown)


def _forbids(text: str) -> bool:
    """Whether a short line says what is forbidden, and does not begin with who has the rights."""
    rights = OPERATOR.search(text)
    if len(text) > LONGEST_FORBIDDEN or rights is None or rights.start() > NAMELESS:
        return False
    return IMPRINT.search(text) is None and FORBIDDEN.search(text) is not None


def is_menu(text: str) -> bool:
    """Whether a line is links side by side: the rights in it are the name of a page.

    >>> is_menu("用户协议 隐私政策 侵权投诉 联系客服"), is_menu("转载请注明出处")
    (True, False)
    """
    cells = CELLS.split(text.strip())
    are_short = len(cells) >= FEWEST_CELLS and max(map(len, cells)) <= LONGEST_CELL
    return are_short and 4 * sum(map(str.isascii, cells)) <= len(cells)


def without_notices(lines: Sequence[int], texts: Sequence[str]) -> list[int]:
    """The lines of an article without the notices about its rights at its edges.

    Deeper inside, rights may be what the article is about.
    """
    kept: list[int] = []
    first = 0
    while first < len(lines) and len(kept) < FIRST:
        kept += [] if is_notice(texts[lines[first]]) else [lines[first]]
        first += 1
    below: list[int] = []
    end = len(lines)
    while end > first and len(below) < LAST:
        end -= 1
        below += [] if is_notice(texts[lines[end]]) else [lines[end]]
    return [*kept, *lines[first:end], *reversed(below)]


def is_notice(text: str) -> bool:
    """Whether a line says what may be done with a text, and hardly anything else.

    >>> is_notice("本文为原创，未经授权不得转载。"), is_notice("法院认为，平台应当承担责任。")
    (True, False)
    """
    return SHORTEST <= len(text) <= LONGEST_NOTICE and (
        LABEL.match(text) is not None
        or RIGHTS.search(text) is not None
        or NO_ADVICE.search(text) is not None
    )
