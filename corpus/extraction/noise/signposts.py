"""Lines that lead to other pages of a site, or to a place on this one, told by their form alone.

Archives by month, tables of contents, calendars and tags look like lists of articles to anyone who
goes by where they stand; by what they say there is no doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from corpus.extraction.noise.view import View
from corpus.extraction.said.buttons import are_buttons
from corpus.extraction.said.signs import DIGIT

FEWEST = 3
"""Lines of one form that make a list of it."""
NEAREST = 3
"""Lines from one heading of a table of contents to the next, at most."""
LONGEST_HEADING = 60
LONGEST_WAY = 300
"""Characters."""

_YEAR = r"(?:19|20)\d\d"
_MONTH = rf"""
    (?: {_YEAR} [年/.-] \d{{1,2}} 月? 份? | {_YEAR} 年 | \d{{1,2}} 月 {_YEAR}
      | (?: 民国 | 民國 )? \d{{2,3}} 年 \d{{1,2}} 月
      | (?: jan(?:uary)? | feb(?:ruary)? | mar(?:ch)? | apr(?:il)? | may | june? | july?
          | aug(?:ust)? | sep(?:t(?:ember)?)? | oct(?:ober)? | nov(?:ember)? | dec(?:ember)? )
        [.,]{{0,2}} {_YEAR} )
"""
_DAY = rf"(?: {_YEAR} [/.-] \d{{1,2}} [/.-] \d{{1,2}} | \d{{1,2}} [/.-] \d{{1,2}} [/.-] {_YEAR} )"
_COUNT = r"(?: [(\[【] \d{1,6} [)\]】] | \d{1,6} 篇 )"
ARCHIVE = re.compile(rf"[•·»>*-]? (?: {_MONTH} | {_DAY} [-–~至到] {_DAY} ) {_COUNT}?", re.VERBOSE)
"""A month or a span of days, as archives list them: 2006年4月(12), 01/01/2005-2/01/2005."""
COUNTED = re.compile(rf"[^\w(\[]{{0,3}} [^(\[。！？，,!?]{{1,18}} {_COUNT}", re.VERBOSE)
"""A section and how many articles it holds: 随笔(31), #数据库123篇."""
CALENDAR = re.compile(
    r"(?: [一二三四五六日] | \d{1,2} | 周[一二三四五六日] | [«»‹›<>] | \s )+", re.VERBOSE
)
"""A row of a calendar."""
FEWEST_DAYS = 5
"""Cells of a row of a calendar."""
SHORTEST_ROW = 2 * FEWEST_DAYS - 1
"""Characters of so many cells, of one each, and what stands between them."""

CELLS = re.compile(r"[\s|｜/·]+")
"""What stands between the channels of a menu on one line."""
FEWEST_CHANNELS, LONGEST_CHANNEL, MEAN_CHANNEL = 6, 6, 4.2
CHINESE_CHANNELS = 0.6
"""How many channels make a menu, how long each is at most and all are on average, in characters,
and what share of them has an ideograph."""
NO_CHANNELS = re.compile(
    r"""
    [，。！？；：,!?;:@＠] | \d{3}
  | [关關][于於] | [声聲]明 | [条條]款 | [隐隱]私 | [联聯][系繫絡] | 招[聘贤賢] | 版[权權]
  | 备案 | 備案 | icp | about | [广廣]告 | [简簡介][介绍紹] | 政策 | [协協][议議] | 合作 | 投稿
  | 客服 | 服[务務] | [会會][员員] | 登[录錄入] | 注[册冊] | 註冊 | 加入 | 帮助 | 幫助 | 下[载載]
  | [举舉][报報] | [违違]法 | 留言 | [赞讚] | 收藏 | [转轉][发發] | 分享 | 字[体體]
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What stands in a sentence, an imprint or a row of buttons, and in no menu."""

WAY = re.compile(
    r"""
    \[? (?: 查看 | [閱阅][讀读] | 看 | [浏瀏][览覽] | [点點][击擊] )? 更多
        (?: 内容 | 內容 | [资資][讯訊] | 新[闻聞] | 文章 | 此作者文章 )? [.…>»]* \]?
  | 更多精彩 (?: 内容 | 內容 | [资資][讯訊] | 新[闻聞] | [视視][频頻] )? [请請]?
        (?: [点點][击擊] | [进進]入 | [访訪][问問] | [浏瀏][览覽] ) .{0,20}
  | (?: [点點][击擊] | 查看 )? (?: [进進]入 | 回到 | 返回 | 去 ) [\w·]{1,10}?
        (?: 首[页頁] | [频頻]道 | 列表 | 目[录錄] | 主[页頁] | [专專][题題] | [论論][坛壇] ) [>»]*
  | [←«‹<] 返回 .{0,6}
  | (?: 查看 | [閱阅][讀读] | [浏瀏][览覽] ) (?: 全部 | 所有 )
        (?: (?! [评評][论論] | 回[复復] | 留言 | 跟[帖贴] ) . ){0,12}
  | 友情 (?: [链鏈]接 | 連結 ) .{0,290} | 友站連結 .{0,290}
  | 文章 (?: [导導][航覽] | 目[录錄] | [归歸][档檔] | 存[档檔] | 分[类類] )
  | 分[类類] (?: 目[录錄] | [专專][栏欄] | 列表 ) (?: 更多 )?
  | [归歸][档檔] (?: [备備]份 )? | .{0,12} 存[档檔]目[录錄] | 本文 (?: 目[录錄] | 内容 | 內容 )
  | (?: 本文 | 文章 | 相[关關] | 所[属屬] | 博客 | [网網]站 )?
        (?: [标標][签籤] | [关關][键鍵][词詞字] | [热熱][词詞] | 分[类類] | [类類][别別]
          | tags? | keywords? | categor(?:y|ies) | filedunder | postedin ) :.{0,280}
  | \W{0,2} 已?收[录錄][于於] (?: 合集 | [专專][辑輯] | [专專][题題] | [话話][题題] ) .{0,40}
  | viewallpostsby .{1,60} | postedin .{1,60} | (?: older | newer ) (?: posts | entries )
  | (?: [【\[(] \d{1,3} [】\])] ){2,}
    """,
    re.VERBOSE,
)
"""A line that says where it leads, or what the page is filed under."""
WAY_BEGINS = frozenset(
    "[查閱阅看浏瀏点點更进進回返去←«‹<友文分归歸本相关關所博网網标標热熱类類#已收vpontkcf【("
)
"""What `WAY` can begin with; the form "…存档目录" is looked for by its end."""
WAY_ENDS: Final = ("存档目录", "存檔目錄")

HEAD = re.compile(
    r"""
    (?: 友情 (?: [链鏈]接 | 連結 ) | 友站連結 | 友[链鏈]
      | [热熱][门門]? (?: 搜[索尋] [词詞]? | [标標][签籤] | [关關][键鍵][词詞] | 目的地 | 城市
          | 地[区區] )
      | .{0,2} [标標][签籤] [云雲] | (?: [文博][章客] )? (?: [归歸][档檔] | 彙整 | 分[类類] )
      | 我的 [链鏈連][接結] | [快相][速关關] [链鏈連][接結] | 合作[单單伙夥][位伴] )
    [:：]?
    """,
    re.VERBOSE,
)
"""The heading of a list of names: places, tags, other sites; read folded."""
HEAD_ENDS = frozenset("接結链鏈索尋词詞签籤键鍵地市区區云雲档檔整类類位伴:：")
LONGEST_HEAD = 8
MOST_NAMES, LONGEST_NAMES, MEAN_NAME = 60, 80, 7
"""Lines below such a heading and characters of each at most, and of a name on the average."""
NO_NAMES = re.compile(r"[，。！？；：,!?;:《》“”]|\d[\d.:/-]")
NEAR_END, FEWEST_TAGS, MOST_TAGS, LONGEST_TAG = 2, 3, 8, 6
"""Lines below an article that its tags stand in, how many, and characters of each."""
SITES = re.compile(r"[网網局府院厅廳]")
SITE = re.compile(r"(?:[网網局府院厅廳台臺会會委办辦处處]|大[学學])$")
"""How the names of offices and of sites end."""
FEWEST_SITES, LONGEST_SITE = 3, 12
"""Names in a row of them, and characters of each."""


def find_signposts(view: View) -> Iterator[int]:
    """The numbers of such lines, some of them more than once; none is main text."""
    texts, folded = view.texts, view.folded
    counts = [n for n in view.lines_with(DIGIT) if not view.main[n] and len(folded[n]) <= 40]
    yield from _runs(n for n in counts if ARCHIVE.fullmatch(folded[n]))
    yield from _runs(
        n for n in counts if COUNTED.fullmatch(folded[n]) and not are_buttons(texts[n])
    )
    free = [n for n, main in enumerate(view.main) if not main and len(texts[n]) <= LONGEST_WAY]
    yield from (n for n in free if len(texts[n]) >= SHORTEST_ROW and _has_channels(texts[n]))
    begun = [n for n in free if folded[n][:1] in WAY_BEGINS or folded[n].endswith(WAY_ENDS)]
    yield from (n for n in begun if WAY.fullmatch(folded[n]))
    yield from _contents(folded, view.main)
    for n in free[bisect_left(free, view.end_main) :][:NEAR_END]:
        if _are_tags(view, n):
            yield n
    for n in free:
        if len(folded[n]) <= LONGEST_HEAD and folded[n][-1:] in HEAD_ENDS:
            if HEAD.fullmatch(folded[n]):
                yield from _below(view, n)
        elif len(texts[n]) <= LONGEST_NAMES and SITES.search(texts[n]) and _has_sites(texts[n]):
            yield n


def _has_channels(text: str) -> bool:
    """Whether a line is a row of a calendar, or channels side by side: 新闻 国内 评论 国际 探索."""
    if CELLS.search(text) is None:
        return False
    if len(text.split()) >= FEWEST_DAYS and CALENDAR.fullmatch(text):
        return True
    cells = [cell for cell in CELLS.split(text) if cell]
    return (
        len(cells) >= FEWEST_CHANNELS
        and max(map(len, cells)) <= LONGEST_CHANNEL
        and sum(map(len, cells)) <= MEAN_CHANNEL * len(cells)
        and sum(map(_has_ideograph, cells)) >= CHINESE_CHANNELS * len(cells)
        and NO_CHANNELS.search(text) is None
    )


def _are_tags(view: View, n: int) -> bool:
    """Whether a line right below the article is words side by side that it is filed under."""
    text = view.texts[n]
    cells = text.split()
    sizes = [*map(len, cells)]
    if not FEWEST_TAGS <= len(cells) <= MOST_TAGS or min(sizes) < 2 or max(sizes) > LONGEST_TAG:
        return False
    if not all(map(_has_ideograph, cells)) or NO_CHANNELS.search(text) is not None:
        return False
    return n not in view.said and not any(map(are_buttons, cells))


def _has_sites(text: str) -> bool:
    """Whether a line is the names of offices and sites side by side, as links to them are."""
    cells = CELLS.split(text.strip())
    if len(cells) < FEWEST_SITES or max(map(len, cells)) > LONGEST_SITE:
        return False
    return 3 * sum(SITE.search(cell) is not None for cell in cells) >= 2 * len(cells)


def _below(view: View, head: int) -> Iterator[int]:
    """The heading of a list of names, and the names below it, each short or some on a line."""
    names = []
    for n in range(head + 1, min(head + 1 + MOST_NAMES, len(view.texts))):
        hit, text = view.hits[n], view.texts[n]
        is_other = hit.whole is not None or "footer" in hit or "related" in hit
        is_other = is_other or n in view.said
        if view.main[n] or is_other or len(text) > LONGEST_NAMES or NO_NAMES.search(text):
            break
        cells = CELLS.split(text.strip())
        if max(map(len, cells)) > LONGEST_SITE or HEAD.fullmatch(view.folded[n]):
            break
        names.append(n)
    sizes = [len(cell) for n in names for cell in CELLS.split(view.texts[n].strip())]
    if sizes and sum(sizes) <= MEAN_NAME * len(sizes):
        yield from (head, *names)


def _has_ideograph(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def _runs(lines: Iterable[int]) -> Iterator[int]:
    """Of some lines, in order, those of all runs of at least `FEWEST`, each next to the other."""
    run: list[int] = []
    for n in chain(lines, (-1,)):
        if run and n != run[-1] + 1:
            if len(run) >= FEWEST:
                yield from run
            run = []
        run.append(n)


def _contents(folded: Sequence[str], main: Sequence[bool]) -> Iterator[int]:
    """Lists of what stands in the main text as lines of their own: its headings."""
    held = {
        line
        for line, is_main in zip(folded, main, strict=True)
        if is_main and len(line) <= LONGEST_HEADING
    }
    listed = [n for n, is_main in enumerate(main) if not is_main and folded[n] in held]
    run: list[int] = []
    for n in chain(listed, (len(main) + NEAREST,)):
        if run and n - run[-1] > NEAREST:
            if len({folded[k] for k in run}) >= FEWEST:
                yield from run
            run = []
        run.append(n)
