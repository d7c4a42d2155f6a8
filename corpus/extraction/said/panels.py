"""What a line that is no running text says of itself: a phrase, a row of buttons, a count.

The phrases of `resources/noise_phrases.tsv` name kinds and are no features of lines. Main text is
chosen without them; headings and buttons among them part it from what stands around (`bounds.py`)
and end it (`ends.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from corpus.document import BlockKind
from corpus.extraction.said.phrases import Lexicon, find_phrases, find_whole, fold, lexicon
from corpus.extraction.said.sieve import Sieve

LONGEST_START, LONGEST_INSIDE = 60, 120
"""Characters of a line that begins with a phrase, and of one that holds it."""
ROW, MOSTLY = 3, 0.6
"""Cells, and the share of them, that are buttons where a row holds other words, too."""
LONGEST_ROW = 60
BETWEEN = re.compile(r"[\s|｜/·•▲▼\[\]【】()（）]+")
COUNTS = re.compile(r"\d")
DATED = re.compile(r"\d[:.年/-]\d")
"""A day or a time of day: who posted something when, and a button."""
BRACKETS = "[]【】()（）<>《》|｜:：·>»→◀▶▾▼▲ "

_NUMBER = r"(?: \d [\d,.]{0,12} [万萬千kw]? \+? )"
_DONE = r"""
    (?: [阅閱][读讀][量数]? | [浏瀏][览覽][量数]? | 播放[量数]? | [观觀]看 | 人[气氣] |
        [点點][击擊][量数]?
      | [点點]?[赞讚][数]? | 在看 | 喜[欢歡] | 收藏 | [转轉][发發] | 分享 | [热熱]度 | 查看
          | [访訪][问問][量数]?
      | [参參][与與] | [觉覺]得有用 | 有用 | 推[荐薦] | [赞讚贊]同 | 被[浏瀏][览覽] )
"""
COUNT = re.compile(
    rf"""
    (?: \W{{0,2}} (?:
        {_DONE} [:(]? {_NUMBER} [次人]? \)?                             # 阅读 6812, 赞(23)
      | (?: 已有 )? {_NUMBER} [次人个個]? (?: 已 )? {_DONE} (?: 了 该回答 | 了 此文 )?
           # 6812次播放, 23人参与
      | {_NUMBER} (?: [个個]朋友 )? [读讀][过過]
      | [评評][论論] \(? {_NUMBER} \)? | {_NUMBER} [条條]?[评評][论論]
      | 回[复復] [:(]? {_NUMBER} \)?
    ) \W{{0,2}} ){{1,4}}
    """,
    re.VERBOSE,
)
"""What was counted beside the article, perhaps several of it; read folded."""
ONLY_COMMENTS = re.compile(r"\W?(?:[评評][论論].*|[\d,.]+[万萬kw]?\+?[条條]?[评評][论論])\W?")
"""A count that may be the heading over comments."""
LONGEST_COUNT = 40

STATE = re.compile(
    r"""
    \d{1,2}:\d\d (?: :\d\d )? / \d{1,2}:\d\d (?: :\d\d )?                # 00:00/03:27
  | [【\[(]? 字 [体體号號级級] (?: 大小 )? :? [【\[(]? (?: [大中小aAT+\-超特]
      [】\])、|]* ){2,5} .{0,8}
  | (?: [at] [-+]? ){2,4} | t[大小]t[大小]
  | (?: [该這这此] | 本[文页頁] | 以上 | [您你] ) .{0,16} (?: 有用 | 有[帮幫]助 |
      解[决決] .{0,8} ) [吗嗎]? \?? .{0,12}
  | (?: 查看 | 展[开開] | [点點][击擊]展[开開] ) (?: 全部 | 剩[余餘] | 更多 | 其他 ) .{0,12}
      (?: [评評][论論] | 回[复復] | [内內]容 | \d{1,3}% .{0,3} )
  | (?: [没沒]有更多 | 已[经經]?到底 | 到底[了啦] | 已?[显顯]示全部 | 已加[载載] ) .{0,6}
  | (?: [点點][击擊] )? (?: 加[载載] | [载載]入 ) (?: 更多 | 中 | 失[败敗] ) .{0,10}
  | [\W_]{1,4} (?: 完 | end | theend | 全文完 | 未完待[续續] ) [\W_]{1,4}
  | [查看:]{1,3} \d{1,9} \W? 回[复復][:]? \d{1,9}
  | (?: [登][录錄入] | 注[册冊] | 註冊 | 退出 | 收藏 (?: 本[站页] )? | 设为首页 | 加入收藏
      | 分享 | 打印 | [关關][闭閉]
      | [举舉][报報] | [点點][赞讚] | [评評][论論] | 收起 | 展[开開] | 更多\+? | 最新更新 | - ){2,6}
  | (?: [为為][什甚][么麼] .{0,8} )? [这這][个個][广廣]告 .{0,14} | [广廣]告 (?: [设設][置定]
      | 意[见見] | 反[馈饋] ) .{0,6}
  | [您你][愿願]意 .{0,4} 推[荐薦] .{0,16}
  | 等 \d{1,6} 人[赞贊讚]同 | \d{1,6} [个個]回答
    """,
    re.VERBOSE,
)
"""What is operated or shows a state, by its form; read folded."""
LONGEST_STATE = 40
STATE_BEGINS = frozenset(
    "0123456789字at该該这這此本以您你查展点點没沒已加载載登注註退收设分打关關举舉评評更最为為广廣等"
)
"""What `STATE` can begin with, beside marks."""
BUTTON = re.compile(
    r"""
    (?: 我要 | [点點][击擊] | 一[键鍵] | 快速 | 立即 )?
    (?: 收藏 | [关關][注註] | 分享 | [发發][布佈送表] | 提交 | 生成 | [复復複][制製] | 添加
        | [写寫] | 查看 | [换換]
      | 放大 | [缩縮]小 | 播放 | [听聽] | 打印 | 列印 | [举舉][报報] | [赞讚]
          | 打[赏賞] | 反[馈饋] | [纠糾][错錯]
      | [检檢]索 | 搜[索尋] | 登[录錄入] | 注[册冊] | 註冊 | [开開]始 | 展[开開] | 收起 | 返回
          | 刷新 )
    (?: 本 | [该該] | 此 | [这這] )?
    (?: 文章? | [问問][题題] | 回[答复復覆] | [评評][论論] | 留言 | [链鏈連][接結] | 海[报報]
        | 分享[图圖] | 原[图圖]
      | 字[体體号號] | 一[组組批换換] | [页頁]面? | 新[闻聞] | [顶頂]部 | 意[见見] | [内內]容
          | [视視][频頻] )
  | (?: [会會][员員]中心 | [用]户中心 | [会會][员員] | 用[户戶] ) 登[录錄入] | 一[键鍵]登[录錄入]
  | [给給]作者打[赏賞] | (?: [站全][内內站] | 全文 ) (?: [检檢]索 | 搜[索尋] )
  | (?: [大中小]字[体體]? | [默][认認] | [-+a]{1,2} )
    """,
    re.VERBOSE,
)
"""A button: what it does, and with what; read folded."""
LONGEST_BUTTON = 10

LEGAL = re.compile(
    r"""
    [关關][于於].{1,4} | .{0,4}[声聲]明 | .{0,4} [协協][议議] | .{0,2}(?: 守[则則] | [条條]款 )
        | [隐隱私]私?.{1,4}
  | [广廣]告.{1,4} | .{0,2}招[聘贤賢].{0,2} | [徵征]才 | 人[才员員]招[聘募] | 法律.{1,4}
      | [联聯][系繫絡]..? | 商[务務].{1,4}
  | .{0,3}投稿 | [网網]站(?: [导導][航覽] | 地[图圖] ) | 公司.{1,4} | .{0,4}[简簡]介 |
      本[网站].{1,2} | 常[见見][问問][题題] | [帮幫]助..? | 客[服户戶]..?
  | .{0,4}合作 | .{0,4}[举舉][报報] | 版[权權].{1,4} | 著作[权權].{0,2} | 服[务務].{1,4}
      | [营營][业業][执執]照
    """,
    re.VERBOSE,
)
"""A link of an imprint; read folded."""
LINKS = re.compile(r"[\s|｜/·•-]+")
FEWEST_LINKS, LONGEST_LINK = 3, 8
HOTLINE = re.compile(
    r"""
    .{0,8} (?: [举舉][报報] | [读讀]者 | 客服 | 服[务務] | [监監]督 | [投][诉訴] | 值班 ) .{0,6}
    (?: [专專][线線] | [热熱][线線] | 通道 | [电電][话話] | 信箱 | [邮郵]箱 ) .{0,3} [\d(\w] .{0,60}
    """,
    re.VERBOSE,
)
"""How the one who runs the site is reached."""
LIST_HEAD = re.compile(
    r"""
    (?: 看[了过過] .{0,8} [还還] .{0,2} 看 .{0,3} | 其他人 .{0,2} [问問看] .{0,2} | 大家
        .{0,3} [在爱愛] [看读讀搜] .{0,2}
      | [你您]? (?: [还還] | 可能 | 或[许許] | 也[许許] ) .{0,3} (?: 可以看 .{0,3} | 想
          [看读讀知] .{0,4}
          | 喜[欢歡] .{0,4} | 感[兴興]趣 .{0,5} )
      | [为為] [你您] (?: 精[选選] | 推[荐薦] ) .{0,4} | [编編][辑輯] (?: 精[选選] |
          推[荐薦] ){1,2} (?: more\+? | .{1,3} )
      | (?: 看 | [查閱阅].? )? 更多相[关關] .{2} | (?: 今日 | 本[周週] | 24[hH小].? ) .{0,2}
          (?: 最[热熱] | [热熱][议議門门] ) .{0,3} )
    """,
    re.VERBOSE,
)
"""A heading over articles only; read folded."""
LONGEST_HEAD = 16
TAGS = re.compile(r"(?:[#＃] ?[\w·]{1,14}[#＃]?[\s,，、]*){2,12}")
"""Tags side by side: #骑行 #县城."""
SITES = re.compile(r".{0,10}(?:部门|政府|乡镇|区县|省市|市县|委办局|媒体|直属单位)网站群?")
"""A row of links to the sites of other bodies."""
RECENT = re.compile(r".{1,20}?\s?发[表佈布]在\s?《.{2,80}》|.{1,20}?\s?on\s《.{2,80}》")
"""Who commented on what: the box with the latest comments of a site."""
APART = re.compile(rf"{BETWEEN.pattern}|-")
"""What stands between the cells of a row."""
FORMS = Sieve(
    {
        BUTTON: (
            "收关關发發提生复復複添写寫查换換放缩縮播听聽打列举舉赞讚反纠糾检檢搜登注註开開展返刷分会會用给給站全"
            "大中小默-+a",
            "文章问問题題回评評论論留链鏈連海图圖字一页頁新顶頂意内內视視登录錄入赏賞索尋大中小认認-+a",
        ),
        LIST_HEAD: (
            "看他家还還可或也为為编編更热熱",
            "看读讀搜知欢歡趣选選荐薦关關热熱问問",
        ),
        HOTLINE: ("举舉读讀客服监監投诉訴值", "线線道话話箱"),
        SITES: ("站网", "门府镇县市局体位"),
    }
)
"""Forms that a folded line has as a whole, with characters that each needs, see `Sieve`."""
KINDS: dict[re.Pattern[str], tuple[BlockKind, int]] = {
    BUTTON: ("control", LONGEST_BUTTON),
    LIST_HEAD: ("related", LONGEST_HEAD),
    HOTLINE: ("footer", LONGEST_START),
    SITES: ("navigation", LONGEST_START),
}
"""What those forms say, and the characters of the longest line that has them."""


def _phrases() -> Lexicon:
    return lexicon("noise_phrases.tsv")


def _kind(said: str) -> BlockKind:
    return cast("BlockKind", said)


def find_said(texts: Sequence[str], folded: Sequence[str]) -> dict[int, BlockKind]:
    """The kinds of the lines, also given folded, that say it by a phrase, a row or a form.

    What a line is or begins with says more than its form, and that more than what it holds.
    """
    read = ["" if len(line) > LONGEST_INSIDE else line for line in folded]
    short = ["" if len(line) > LONGEST_START else line for line in read]
    hits = find_phrases(read, _phrases())
    said: dict[int, BlockKind] = {}
    for n, line in enumerate(short):
        if line and (kind := hits[n].whole or whole_kind(line) or hits[n].start):
            said[n] = _kind(kind)
            short[n] = ""
    for n, line in enumerate(short):
        if line and (kind := _form(texts[n], line)):
            said[n] = _kind(kind)
    for n, form in FORMS.sift(short):
        kind, longest = KINDS[form]
        if n not in said and len(short[n]) <= longest and form.fullmatch(short[n]):
            said[n] = kind
    for n, hit in enumerate(hits):
        if hit.inside and n not in said:
            said[n] = _kind(hit.inside)
    return said


def said_of(text: str, folded: str) -> BlockKind | None:
    """The kind that a line, also given folded, says of itself; None where it says none."""
    return find_said([text], [folded]).get(0)


def _form(text: str, folded: str) -> BlockKind | None:
    """The kind of a line that is a state, a row, or tags; also given folded, which is not empty."""
    can_be_state = folded[0] in STATE_BEGINS or not folded[0].isalnum()
    if can_be_state and len(folded) <= LONGEST_STATE and STATE.fullmatch(folded):
        return "control"
    if APART.search(text) is not None:
        if is_row(text):
            return "control"
        if is_imprint(text):
            return "footer"
    if text[0] in "#＃" and TAGS.fullmatch(text):
        return "navigation"
    return "comment" if "《" in text and RECENT.fullmatch(text) else None


def is_row(text: str) -> bool:
    """Whether a line is a row of buttons.

    >>> is_row("分享 收藏 举报"), is_row("【打印】【关闭】"), is_row("新闻 体育 财经")
    (True, True, False)
    """
    if len(text) > LONGEST_ROW or BETWEEN.search(text) is None or DATED.search(text):
        return False
    cells = [fold(cell) for cell in BETWEEN.split(text) if any(map(str.isalpha, cell))]
    if not cells or (len(cells) == 1 and (len(cells[0]) > len(text) - 2 or COUNTS.search(text))):
        return False  # one word, or one that was counted: of the article or of another
    n_buttons = sum(map(_is_button, cells))
    return n_buttons == len(cells) or (len(cells) >= ROW and n_buttons >= MOSTLY * len(cells))


def is_imprint(text: str) -> bool:
    """Whether a line is a row of the links that stand in an imprint.

    >>> is_imprint("公司简介 | 用户守则 | 商务洽谈"), is_imprint("新闻 | 体育 | 合作")
    (True, False)
    """
    if LINKS.search(text) is None:
        return False
    cells = [fold(cell) for cell in LINKS.split(text) if cell]
    if len(cells) < FEWEST_LINKS or max(map(len, cells)) > LONGEST_LINK:
        return False
    return 2 * sum(LEGAL.fullmatch(cell) is not None for cell in cells) > len(cells)


def _is_button(folded: str) -> bool:
    word = folded.strip(BRACKETS).rstrip("0123456789")
    is_button = len(word) <= LONGEST_BUTTON and BUTTON.fullmatch(word) is not None
    return is_button or find_whole(word) == "control" or _phrases().whole.get(word) == "control"


def whole_kind(folded: str) -> BlockKind | None:
    """The kind that a phrase of `noise_phrases.tsv` gives to a folded line that is nothing else."""
    return cast("BlockKind | None", _phrases().whole.get(folded.strip(BRACKETS)))


def heads_list(folded: str) -> bool:
    """Whether a folded line is a heading over other articles, which `phrases.tsv` need not hold."""
    is_heading = len(folded) <= LONGEST_HEAD and LIST_HEAD.fullmatch(folded) is not None
    return is_heading or whole_kind(folded) == "related"


def heads(folded: str, whole: str | None) -> bool:
    """Whether a folded line, of which `whole` is known, is a heading over articles or comments."""
    told = ("related", "comment")
    return whole in told or whole_kind(folded) in told


def find_counts(folded: Sequence[str], lines: Iterable[int]) -> Iterator[int]:
    """Of some lines, all of which have a digit, those that say how often something was done.

    A count of comments is one only beside others, for it may be the heading over comments.
    """
    for n in lines:
        line = folded[n]
        if len(line) > LONGEST_COUNT or COUNT.fullmatch(line) is None:
            continue
        if not ONLY_COMMENTS.fullmatch(line) or _has_count_beside(folded, n):
            yield n


def _has_count_beside(folded: Sequence[str], n: int) -> bool:
    return any(
        _is_button(line)
        or (COUNT.fullmatch(line[:LONGEST_COUNT]) and not ONLY_COMMENTS.fullmatch(line))
        for line in (folded[k] for k in (n - 1, n + 1) if 0 <= k < len(folded))
    )
