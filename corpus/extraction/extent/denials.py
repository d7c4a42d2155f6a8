"""Pages that say of themselves that they hold no article: results of a search, errors, gates.

Results of a search can hold much running text, the pieces that were found or an article folded out
below one of them; what is left of a missing page stands in the frame of an article, with its
headline, its date and its recommendations. What such pages say is more than what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from corpus.extraction.metadata.page_titles import STROKE

LONGEST_TITLE: Final = 300
"""Characters of a title that are read."""

_SEARCH = "(?:搜索|搜寻|搜尋|检索|檢索)"
_QUOTED = "[“\"'「『《【〈][^”\"'」』》】〉]{1,60}[”\"'」』》】〉]"
_DENIAL = re.compile(
    rf"""
    (?: 站内 | 站內 | 全站 | 全文 | 文章 | 新闻 | 新聞 | {_QUOTED} \s? 的? )? \s?
        {_SEARCH} \s? (?: 结果 | 結果 ) (?: \s? [:：] .{{0,80}} )?
  | search \s results? (?: \s (?: for | of ) \s .{{1,80}} | \s? [:：] .{{0,80}} )?
  | (?: 404 | 403 | 50[0234] ) \s? [:：]? \s? (?: error | not\ found | forbidden | 错误 | 錯誤
        | (?: 页面 | 頁面 )? (?: 未找到 | 找不到 .{{0,10}} ) )
  | (?: 您 (?: 访问 | 訪問 | 请求 | 請求 ) 的 )? (?: 页面 | 頁面 | 网页 | 網頁 )
        (?: 不存在 | 未找到 | 没有找到 | 找不到 | 已?被?[删刪]除 | 出[错錯] ) [了啦！!。]{{0,2}}
  | (?: 用户 | 用戶 | [会會][员員] | [账帳][号號] ) 登[录錄入]
  | 登[录錄入]后 (?: 即可 )? (?: [继繼][续續] )? (?: [阅閱][读讀] | 查看 ) (?: 全文 | [内內]容 )?
  | [无無]法 找到 该 (?: 页 | 网页 | 页面 ) | 找不到 (?: 文件或目录 | 该? 网?页面? ) 。?
  | just\ a\ moment [.…]+ | page\ not\ found
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A part of a page title that says so. What an article is about says more in its title, and words
that an encyclopedia has an entry for (404, 登录, 人机验证, 搜索结果页) are none of them."""

LONGEST_LABEL: Final = 20
LONGEST_ERROR: Final = 80
LONGEST_WALL: Final = 200
"""Characters of a label of a form, of a sentence about an error, and of all of them, at most."""
_LABEL = re.compile(
    r"""
    登[录錄入] | 密[码碼] | 手[机機][号號] | [验驗][证證] | 注[册冊] | 註冊 | [账帳][号號户戶]
  | [订訂][户戶阅閱]
  | (?: 返回 | 回到 ) .{0,4} (?: 首[页頁] | 上一[页頁] ) | 稍[后後候] | \b 40[34] \b
    """,
    re.VERBOSE,
)
"""What a label of a form to log in or to subscribe has."""
_CONSENT = re.compile(r"登[录錄入] .{0,6} 即 .{0,4} 同意", re.VERBOSE)
"""What a sentence has by which who logs in agrees to something."""
_ERROR = re.compile(
    r"""
    (?: [页頁]面 | [网網][页頁] | [内內]容 | 文章 | 帖子 | 主[题題] | [链鏈]接 | 連結 | 地址
        | [网網]址 | 查找的资源 | 请求的资源 )
      .{0,12} (?: 不存在 | [删刪]除 | 移除 | 下架 | 屏蔽 | 失效 | 有[误誤] | [错錯][误誤] | 出[错錯]
        | [过過]期 | [无無]法 | 找不到 | [没沒]有找到 )
  | (?: [页頁]面 | [网網][页頁] ) .{0,12} (?: 飞到 | 走丢 | 迷路 | 不[见見]了 | 消失 )
  | [网網]址 .{0,4} 是否正[确確]
  | (?: [删刪]除 | 移除 | 找不到 | [没沒]有找到 | [无無]法 (?: 查看 | 打[开開] | [访訪][问問] ) )
      .{0,12} (?: [页頁]面 | [网網][页頁] | [内內]容 | 文章 | 帖子 )
  | (?: [网網]址 | [链鏈]接 | 信息 | [资資][讯訊] ) .{0,12} (?: 有[误誤] | [过過]期 | [没沒]有更新 )
  | [访訪][问問] .{0,12} (?: [异異]常 | 太? [过過]? [频頻]繁 | 受限 )
  | (?: 安全 | 人[机機] ) [验驗][证證] | 滑[块塊] | 代理或加速
  | 即[将將][离離][开開] .{1,20} [请請]注意 | 可能的?原因
  | [环環]境[异異]常 | 系[统統]繁忙 | 服[务務]器 .{0,6} (?: [错錯][误誤] | 繁忙 | [开開]小差 )
  | \d 秒[后後] .{0,6} (?: 跳[转轉] | 返回 ) | [没沒]有 .{0,6} [权權]限
    """,
    re.VERBOSE,
)
"""What a sentence has that says that something is not there, or not for everybody."""

_MISSING = re.compile(
    r"""
    (?: 抱歉 | [对對]不起 | 很[遗遺]憾 | 404 )? [，,！!：:]? \s? (?: 您 | 你 )?
    (?: 所? 要? (?: [访訪][问問] | [请請]求 | 查找 | 查看 | [浏瀏][览覽] | 打[开開] ) 的
      | [该該此本] )?
    (?: [页頁]面 | [网網][页頁] | [内內]容 | 文章 | 帖子 | 主[题題] | [链鏈]接 | 微博 | 回答 )
    (?: 不存在 | 找不到了?
      | 已? [经經]? 被? (?: [发發]布者 | 作者 | 管理[员員] | 用[户戶] )? (?: 自行 )?
        (?: [删刪]除 | 移除 | 移走 | 下架 | 屏蔽 | 失效 ) )
    (?: [，,或或] .{0,30} )? [了啦]? [。！!~]{0,2}
    """,
    re.VERBOSE,
)
"""A whole line that says that what was asked for is not there."""
_ADDRESS = re.compile(r"https?://\S{1,300}")
_THREADS = re.compile(
    r"回[复復覆]\s?/\s?(?:查看|人[气氣]|[浏瀏][览覽])\s?最[后後](?:[发發]表|回[复復覆])"
)
"""The head of a table of threads."""
_FIELD = re.compile(
    r"""
    (?: (?: 请 | 請 )?
        (?: 获取 | 输入 | 填写 | 设置 | 确认 | 重置 | 登录 | 新 | 短信 | 语音 | 图形 ){0,2}
        (?: 手机号码? | 密码 | 验证码 | [账帐]号 | 用户名 | 邮箱 )
      | (?: 短信 | 密码 | 扫码 | 微信 | 立即 | 快速 | 免费 | [账帐]号 )? (?: 登[录陆] | 注册 )
      | 下一步 | (?: 找回 | 忘记 ) 密码 | 记住我 | 自动登录
    )
    (?: \s | / | 或 | [?？:：*] )*
    """,
    re.VERBOSE,
)
"""A field or a button of a form to log in or to register."""
_GATE = re.compile(r"密码|[账帐]号|手机号|验证码|注册|登[录陆]|客服|协议")
"""What a sentence below such a form speaks of."""
FIELDS: Final = 3
LONGEST_FORM: Final = 40
LONGEST_GATE: Final = 160
"""Fields of a form, at least, characters of a line of them, and of the sentences, at most."""

LITTLE: Final = 100
"""Characters of sentences below which a text may be what a shop or a front page shows."""
LONGEST_OFFERS: Final = 60
_OFFERS = frozenset(
    "加入购物车 加入購物車 放入购物车 放入購物車 加购物车 接下来播放 接下來播放 自动连播".split()
)
"""Buttons that only a page has that sells something or plays it."""
_CHAPTERS = re.compile(r".{1,40}(?:最新章[节節]|章[节節](?:目[录錄]|列表)|最新章[节節]列表)")
_CHAPTER = re.compile(r"第[^第]{1,9}[章回节節卷]")
_FRONT = re.compile(r"/(?:(?:index|default|home)\.(?:html?|php|aspx?|jsp))?", re.IGNORECASE)
_STOPS = frozenset("。！？!?")

_SEARCH_PATH = re.compile(
    r"/ (?: search | sousuo ) (?: \. (?: php | html? | aspx? | jsp | do | action ) )? /? \Z",
    re.VERBOSE | re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:^|&) (?: q(?:uery)? | s | k | kw | wd | word | key(?:words?)? | search(?:word)? ) =[^&]",
    re.VERBOSE | re.IGNORECASE,
)


def denies_article(titles: Iterable[str | None], url: str | None) -> bool:
    """Whether a page says that it holds no article, by one of its titles or its address.

    What lines say counts for nothing: pages with an article count what a search found, too.

    >>> denies_article(["(3 条消息) 老桥 - 搜索结果 - 澜江在线"], None)
    True
    >>> denies_article(["澜江在线被指改动搜索结果 - 澜江在线"], None)
    False
    >>> denies_article([], "https://lanjiang.example/search?q=%E6%A1%A5")
    True
    """
    return any(_title_denies(title) for title in titles if title) or (
        url is not None and _is_search(url)
    )


def is_wall(lines: Sequence[str]) -> bool:
    """Whether a text is nothing but a form to log in, or says that something is not there.

    >>> is_wall(["手机号", "密码", "忘记密码", "还没有账号？立即注册"])
    True
    >>> is_wall(["页面可能已被删除或者地址有误，5秒后自动返回首页。"])
    True
    >>> is_wall(["您访问的页面已经飞到火星去了……", "您可以检查一下网址是否正确，或者返回首页。"])
    True
    >>> is_wall(["此文章只供訂戶閱讀", "密碼", "登入即表示您同意本站的條款。"])
    True
    >>> is_wall(["登录", "老桥修好了，前后用了三年。"])
    False
    """
    size = sum(map(len, lines))
    return 0 < size <= LONGEST_WALL and all(map(_says_no, lines))


def is_missing(lines: Sequence[str], main: Sequence[str]) -> bool:
    """Whether a line of a page says that its article is not there, and the text says little.

    >>> is_missing(["该内容已被发布者删除"], ["如需了解详情，可在后台联系作者。"])
    True
    >>> is_missing(["老桥已被删除"], ["如需了解详情，可在后台联系作者。"])
    False
    """
    if sum(map(len, main)) > LONGEST_WALL:
        return False
    return any(len(line) <= LONGEST_ERROR and _MISSING.fullmatch(line.strip()) for line in lines)


def is_gate(lines: Sequence[str], main: Sequence[str]) -> bool:
    """Whether a page has a form to log in, and its text speaks of nothing but accounts.

    >>> form = ["手机号", "验证码", "获取验证码", "登录 / 注册"]
    >>> is_gate(form, ["忘记密码？请联系客服，工作日九点到十八点人工服务。"])
    True
    >>> is_gate(form, ["忘记密码？", "老桥修好了，前后用了三年。"])
    False
    >>> is_gate(form[:1], ["忘记密码？请联系客服，工作日九点到十八点人工服务。"])
    False
    """
    if sum(map(len, main)) > LONGEST_GATE or not all(map(_speaks_of_accounts, main)):
        return False
    return sum(_n_fields(line) for line in lines if len(line) <= LONGEST_FORM) >= FIELDS


def _speaks_of_accounts(line: str) -> bool:
    is_label = len(line) <= LONGEST_LABEL and line[-1:] not in _STOPS
    return is_label or _GATE.search(line) is not None


def _n_fields(line: str) -> int:
    """How many fields a line has that holds nothing else."""
    at = n_fields = 0
    while at < len(line) and (field := _FIELD.match(line, at)):
        at, n_fields = field.end(), n_fields + 1
    return n_fields if at == len(line) else 0


def shows_none(
    titles: Iterable[str | None], url: str | None, lines: Sequence[str], main: Sequence[str]
) -> bool:
    """Whether a page says little in sentences and is a front page, a shop, a player, a contents.

    `lines` are all lines of the page, `main` those of its main text.

    >>> shows_none([None], "https://lanjiang.example/", [], ["开海节", "第一网鱼"])
    True
    >>> shows_none([None], None, ["老桥", "加入购物车"], ["材质：青石"])
    True
    >>> shows_none(["青灯渡最新章节 - 小说"], None, [], ["简介：一条渡船，一盏青灯。"])
    True
    >>> shows_none(["第九章 老桥 - 青灯渡最新章节"], None, [], ["“能。”"])
    False
    """
    said = sum(len(line) for line in main if not _STOPS.isdisjoint(line))
    if said >= LITTLE:
        return False
    return (
        any(map(_offers, lines))
        or _is_front(url)
        or any(_is_contents(title) for title in titles if title)
    )


def _offers(line: str) -> bool:
    """Whether a line is a button to buy or to play, among others, or heads a table of threads."""
    if len(line) > LONGEST_OFFERS:
        return False
    return not _OFFERS.isdisjoint(line.split()) or _THREADS.search(line) is not None


def _is_contents(title: str) -> bool:
    shown = title[:LONGEST_TITLE].strip()
    parts = STROKE.split(shown)
    return _CHAPTER.search(shown) is None and any(
        _CHAPTERS.fullmatch(part.strip()) for part in parts
    )


def _is_front(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    is_page = parts.scheme in ("http", "https") and not parts.query and not parts.fragment
    return is_page and (not parts.path or _FRONT.fullmatch(parts.path) is not None)


def _says_no(line: str) -> bool:
    is_label = len(line) <= LONGEST_LABEL and _LABEL.search(line) is not None
    is_label = is_label or _ADDRESS.fullmatch(line.strip()) is not None
    said = _ERROR.search(line) or _CONSENT.search(line) if len(line) <= LONGEST_ERROR else None
    return is_label or said is not None


def _title_denies(title: str) -> bool:
    parts = STROKE.split(title[:LONGEST_TITLE].strip())
    return any(_DENIAL.fullmatch(part.strip()) for part in parts)


def _is_search(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(_SEARCH_PATH.search(parts.path) and _ASKS.search(parts.query))
