"""Where an article begins and ends: what stands around it is cut off, or is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

import corpus
from corpus.extraction.choice.evidence import REGION_FEATURES
from corpus.extraction.choice.features import Texts, text_features
from corpus.extraction.choice.forest import Forest
from corpus.extraction.choice.main import pick
from corpus.extraction.choice.opinions import find_opinions
from corpus.extraction.choice.together import finish
from corpus.extraction.extent import closings, first
from corpus.extraction.extent.above import with_parts_above
from corpus.extraction.extent.bounds import (
    are_notices,
    until_next_entry,
    without_notices_afar,
)
from corpus.extraction.extent.closings import until_closed
from corpus.extraction.extent.first import closed_above
from corpus.extraction.extent.openings import since_byline, since_opened, without_rows
from corpus.extraction.lines.text import read_text
from corpus.extraction.said.comments import without_comments
from corpus.extraction.said.phrases import find_phrases, fold_lines

TEXT = [
    "石桥镇的老桥修了三年，今年春天通车了，镇上的人沿着河走了一圈又一圈。",
    "修桥的石头是从对岸的山上运来的，一块也没有浪费，桥面比过去宽了一尺。",
]
LISTS = ["河埠头的灯亮了！散步的人多了吗？", "三月的雨下了一夜", "开海节的第一网鱼", "撤消"]
PROSE = "桥头的茶馆也重新开了张，老板说，来的人比去年多了一半，大家都说水变清了。"


def page_of(lines: Sequence[str]) -> Texts:
    """The lines of a page, folded, with their phrases."""
    folded = fold_lines(lines)
    return Texts(lines, folded, find_phrases(folded))


def kept(*lines: str) -> list[str]:
    """What stays of lines that were all chosen."""
    return [lines[n] for n in until_closed(range(len(lines)), page_of(lines))]


@pytest.mark.parametrize(
    "closing",
    [
        "以上内容（包括图片及视频）为创作者平台用户上传并发布，本平台仅提供信息存储服务",
        "本文仅代表作者个人观点。",
        "關鍵字： 石橋鎮 老橋 通車",
        "相关阅读",
        "編輯精選推薦 More +",
        "看了本文的还看了",
        "【往下看更多】",
        "★延伸閱讀★",
        "【今日最熱門】",
        "共有 12 条评论",
        "文章关键词： 石桥 老桥",
        "收藏 | 打印 | 关闭",
        "服務條款/私隱政策",
    ],
)
def test_what_stands_below_a_closing_line_is_cut_off(closing: str) -> None:
    """The line itself, too: it is none of the article."""
    assert kept(*TEXT, closing, *LISTS) == TEXT


@pytest.mark.parametrize("edited", ["（责任编辑： 某某）", "责编：某某", "[責任編輯：某某]"])
def test_who_edited_it_closes_an_article_and_may_be_its_last_line(edited: str) -> None:
    """Whether the line is a byline is told later."""
    assert kept(*TEXT, edited, *LISTS) == [*TEXT, edited]


def test_an_article_goes_on_below_a_heading_of_others() -> None:
    """A box between two paragraphs closes nothing, however long its list is."""
    lines = [*TEXT, "相关阅读", *LISTS, PROSE]
    assert kept(*lines) == lines


HOSTED = "以上内容（包括图片及视频）为创作者平台用户上传并发布，本平台仅提供信息存储服务"
SECOND = ["江边的灯会开到正月十五", "某某", "2024-05-02 08:00", PROSE, PROSE]


@pytest.mark.parametrize(
    "parting",
    [
        HOSTED,
        "服務條款 | 私隱政策 | 關於我們",
        "责任编辑：某某",
        "版权声明：本文为原创文章",
        "Tags：老桥",
        "发表评论",
        "评论 139",
    ],
)
def test_a_second_article_below_is_cut_off(parting: str) -> None:
    """A notice, or an editor, and a headline part it from the first one."""
    assert kept(*TEXT, parting, *SECOND)[: len(TEXT)] == TEXT
    assert not set(SECOND) & set(kept(*TEXT, parting, *SECOND))


def test_a_notice_inside_an_article_parts_nothing() -> None:
    """Where the text runs on right below it, or where it comes below each part of the text."""
    for line in (HOSTED, "未经许可，任何人不得转载他人的作品。"):
        lines = [*TEXT, line, *[PROSE] * 4]
        assert kept(*lines) == lines
    digest = [*TEXT, "（编辑：某某）", *SECOND, "（编辑：罗亭）", *SECOND[:3], PROSE]
    assert kept(*digest) == digest
    report = [*TEXT, "协会说，会员的照片未经许可不得转载", "渡口", "老桥", PROSE, PROSE]
    assert kept(*report) == report


def test_comments_part_no_answers_from_their_question() -> None:
    """Nor does the form that comes again below each part of a text."""
    asked = [*TEXT, "2 条评论", "查看全部 56 个回答", "某某", PROSE, PROSE]
    assert kept(*asked) == asked
    parts = [*TEXT, "发表评论", *SECOND, "发表评论", *SECOND[:3], PROSE]
    assert kept(*parts) == parts


TEASERS = [line for n in range(3) for line in (f"第{n}座桥", f"第{n}座桥通车了，记者说。…")]


def test_teasers_below_a_heading_are_cut_off() -> None:
    """Each breaks off below its headline; where one is whole, or they run on, all stay."""
    assert kept(*TEXT, "推荐阅读", *TEASERS) == TEXT
    for lines in ([*TEASERS[:3], "第一座桥通车了，记者说。"], TEASERS[:2], TEASERS[1::2]):
        whole = [*TEXT, "推荐阅读", *lines]
        assert kept(*whole) == whole


def test_little_runs_on_below_tags() -> None:
    """How to keep an article is no part of it; below the keywords of a paper stands its text."""
    asked = "您可通过本站首页查看收藏的文章。"
    assert kept(*TEXT * 2, "文章关键词： 老桥", "分享到:", asked, "打印") == TEXT * 2
    for tags, line in (("文章关键词： 老桥", PROSE), ("关键词：老桥", asked), ("# 老桥", asked)):
        paper = [*TEXT * 2, tags, "分享到:", line, "打印"]
        assert kept(*paper) == paper


def test_an_article_of_lists_is_not_closed() -> None:
    """Where hardly anything runs above, a heading of others is one of the article's own."""
    lines = ["春天的花", *LISTS, "相关阅读", *LISTS]
    assert kept(*lines) == lines
    short = ["老桥通车。", "共有 12 条评论", *LISTS]
    assert kept(*short) == short


def test_who_edited_it_may_stand_in_the_byline_below_a_lead() -> None:
    """What closes an article stands right below its text."""
    lead = "石桥镇的老桥修了三年，今年春天通车了，镇上的人沿着河走了一圈又一圈，灯也亮了。" * 2
    byline = ["四月五日", "选择语言：", "编辑：老魏", "新闻, 社会", "综合报导"]
    lines = [lead, *byline, *TEXT, PROSE]
    assert kept(*lines) == lines


def test_what_asks_readers_below_a_closing_line_is_no_text() -> None:
    """However it runs: whom to ask for the rights, and where to leave an address."""
    asks = [
        "＊石橋週刊所有文章，未經同意請勿轉載，轉載授權請來信說明用途。",
        "關鍵字： 石橋鎮 老橋",
        "輸入信箱，免費訂閱石橋電子報，按下訂閱，即代表您同意我們的條款。",
    ]
    assert kept(*TEXT, PROSE, "（責任編輯：老魏）", *asks) == [*TEXT, PROSE, "（責任編輯：老魏）"]


MENU = "教程 简介 环境搭建 基础语法 数据类型 解释器 注释 运算符 数字 字符串 列表 元组"


def test_menus_on_one_line_at_either_end_are_no_text() -> None:
    """Inside a text they stay, as poems do, whose lines are of one length, and tables."""

    def rest(*lines: str) -> list[str]:
        return [lines[n] for n in without_rows(range(len(lines)), lines)]

    assert rest(MENU, *TEXT, MENU, PROSE, MENU) == [*TEXT, MENU, PROSE]
    poem = "云淡风轻 近午天 傍花随柳 过前川 时人不识 余心乐 将谓偷闲 学少年 云淡风轻 近午天"
    english = "We walked along the river until the lamps of the old bridge were lit again"
    for row in (poem, english, "\t".join(MENU.split()), MENU[:20]):
        assert rest(row, *TEXT) == [row, *TEXT]
    assert rest(MENU, MENU) == [MENU, MENU]
    assert rest() == []


def test_lines_without_a_closing_one_stay() -> None:
    """Credits inside a sentence, and a list below the text, close nothing."""
    for line in ("责任编辑：这个名字，他第一次见到。", "# 标签"):
        lines = [*TEXT, line, *LISTS]
        assert kept(*lines) == lines
    assert kept() == []


def test_only_text_goes_on_below_comments() -> None:
    """Titles of other threads below the comments are no more of the article, a paragraph is."""
    comments = [f"{n}F推 deer{n}: 好看 01/13 11:1{n}" for n in range(1, 5)]
    lines = [*TEXT, *comments, *LISTS * 3]
    assert [lines[n] for n in without_comments(range(len(lines)), lines)] == TEXT
    lines = [*TEXT, *comments, PROSE]
    assert [lines[n] for n in without_comments(range(len(lines)), lines)] == [*TEXT, PROSE]


def test_a_short_article_above_long_lists_is_read_alone() -> None:
    """On a whole page, from innerText."""
    lists = [f"河埠头的灯第{n}次亮了，散步的人多了" for n in range(12)]
    page = ["老桥通车", "2024-05-01 10:00 澜江日报", *TEXT, "（责任编辑：某某）", "扫码阅读全文"]
    text = corpus.extract("\n".join([*page, "最新评论", *lists]), kind="text").text
    assert text.splitlines()[:2] == TEXT
    assert not set(lists) & set(text.splitlines())


PLAYER = ["正在为您切换到高清，请稍候", "播放速度", "分享"]


def opened(*lines: str) -> list[str]:
    """What stays of lines that were all chosen."""
    return [lines[n] for n in since_opened(range(len(lines)), page_of(lines))]


def test_the_panel_of_a_player_above_an_article_is_cut_off() -> None:
    """Up to its last button; the headline below it stays."""
    assert opened(*PLAYER, *TEXT) == TEXT
    assert opened(*PLAYER, "老桥通车", *TEXT) == ["老桥通车", *TEXT]
    states = [
        "播放速度：2X",
        "重播",
        "分享",
        "错误代码：4100",
        "刷新",
        "收藏",
        "时长：01:45",
        "分享",
    ]
    assert opened(*states, *TEXT) == TEXT


def test_the_table_above_a_notice_stays() -> None:
    """Though a row of buttons stands between them; so does a text of short lines."""
    rows = [
        "索引号：",
        "000014348/2024-00021",
        "发文机关： 石桥镇人民政府",
        "成文日期：",
        "分享",
        *TEXT,
    ]
    assert opened(*rows) == rows
    short = ["安装", "pip install laoqiao", "python -m laoqiao --port 8080", "评论", "老桥。"]
    assert opened(*short) == short


def test_what_runs_from_its_first_line_is_not_cut() -> None:
    """And no more is what has no line that runs, or no button, or is a poem."""
    poem = [*"春夏秋冬", "分享", *TEXT]
    asked = ["养了大半年的橘子树，最近叶子尖一点点变黄变干，应该怎么办呢？", "分享", *TEXT]
    for lines in (poem, asked, [TEXT[0], "分享", TEXT[1]], ["分享", "老桥"], ["老桥", *TEXT], []):
        assert opened(*lines) == lines


def test_a_heading_of_others_above_an_article_heads_a_list() -> None:
    """All above the first line that runs goes, unless it is longer than the article."""
    assert opened("向前 向后", "相关新闻：", "老桥动工", "石料上山", *TEXT) == TEXT
    many = ["相关新闻：", *["石桥镇的老桥今年动工了"] * 20, *TEXT]
    assert opened(*many) == many


BYLINE = "2024-05-01 10:00 澜江日报"


@pytest.mark.parametrize(
    "byline",
    [
        BYLINE,
        "作者：某某 发布日期：2024年5月1日",
        "发布：7/5/2024 9:23:57 PM",
        "2024-05-01 来源：江报",
    ],
)
def test_an_article_begins_at_its_byline(byline: str) -> None:
    """Menus and headlines above it go, the headline between it and the text stays."""
    menu = ["首页", "最新消息 老桥动工 2024-04-30 00:01", "老桥通车"]
    lines = [*menu, byline, "老桥通车", *TEXT]
    assert since_byline(range(len(lines)), lines) == [3, 4, 5, 6]
    deck = [
        *menu,
        "记者从镇上获悉，修了三年的老桥通车了，比过去宽了一尺，两岸的人都来走",
        byline,
        *TEXT,
    ]
    assert since_byline(range(len(deck)), deck) == [3, 4, 5, 6]


def test_what_runs_above_a_byline_stays() -> None:
    """So does a long poem above the time of a short note, and all where no line is a byline."""
    for lines in (
        [*TEXT, BYLINE, *TEXT],
        [*["河埠头的灯亮了"] * 30, BYLINE, *TEXT],
        ["老桥通车", "2024-05-01", *TEXT],
        [
            "索引号：\t22/2024",
            "分类：\t通告",
            "发文机关：\t石桥镇",
            "发布日期：\t2024-05-01",
            *TEXT,
        ],
        ["老桥通车", f"{BYLINE}，{PROSE}{PROSE}{PROSE}", *TEXT],
        ["老桥", BYLINE],
        [],
    ):
        assert since_byline(range(len(lines)), lines) == [*range(len(lines))]


COMMENTS = ["好看！", "3小时前", "回复", "修了三年，终于通车了。", "2小时前", "回复"]


@pytest.mark.parametrize(
    "closing",
    [
        HOSTED,
        "本文仅代表作者个人观点。",
        "Tags：",
        "热门评论 7条",
        "网友评论",
        "评论 139",
        "# re: 老桥 2004-12-27 12:46 鹿",
    ],
)
def test_an_article_above_the_chosen_lines(closing: str) -> None:
    """It is told by the line that closes it, and must have a text of its own."""
    page = page_of([*TEXT, closing, "林迟", *COMMENTS])
    assert closed_above([6, 7], page) == 2
    assert closed_above([1, 2], page) is None
    assert closed_above([6], page_of(["老桥通车。", closing, "林迟", *COMMENTS])) is None
    assert closed_above([6], page_of([*TEXT[:1], *LISTS * 9, closing, *COMMENTS])) is None


def test_no_article_stands_above_answers() -> None:
    """What readers say of a question stands between it and them."""
    page = page_of([*TEXT, "2 条评论", "查看全部 56 个回答", "林迟", PROSE])
    assert closed_above([5], page) is None


def test_rights_right_above_a_text_are_its_own() -> None:
    """And what stands above them is its lead; a heading of comments needs no distance."""
    for line in (HOSTED, "本文仅代表作者个人观点。", "Tags：老桥"):
        assert closed_above([4], page_of([*TEXT, line, "老桥通车", PROSE])) is None
        page = page_of([*TEXT, line, "老桥通车", "林迟", "关注", PROSE])
        assert closed_above([6], page) == 2
    assert closed_above([4], page_of([*TEXT, "网友评论", "林迟", PROSE])) == 2


def test_who_edited_it_may_stand_above_an_article() -> None:
    """Comments must begin below."""
    assert closed_above([4], page_of([*TEXT, "編輯：某某", "老橋通車", PROSE])) is None
    assert closed_above([4], page_of([*TEXT, "編輯：某某", "網友評論", PROSE])) == 2


COOKIES = "本網站使用 Cookies 以提供更好的閱讀體驗，繼續瀏覽即表示您同意上述規範。"
ENGLISH = "Your browser does not appear to support this page. Would you like to go on?"


def test_notices_far_from_the_article_are_no_part_of_it() -> None:
    """Be they above or below; what stands near, is larger or is no notice stays."""
    page = [COOKIES, ENGLISH, *["老桥"] * 30, *TEXT, *TEXT, *["老桥"] * 30, COOKIES]
    article = [32, 33, 34, 35]
    assert without_notices_afar([0, 1, *article, 66], page) == article
    assert without_notices_afar([0, 1, *article], [PROSE, *page[1:]]) == [0, 1, *article]
    assert without_notices_afar([1, 32], page) == [1, 32]
    near = [COOKIES, *TEXT]
    assert without_notices_afar(range(3), near) == [0, 1, 2]
    assert without_notices_afar([], []) == []


ASKED = "讨论应以学习为目的。请勿发布不友善或者负能量的内容，与人为善！"


def test_what_readers_are_asked_is_no_article_where_there_is_another() -> None:
    """Be more expected of it or not; where there is nothing else it stays."""
    lines = ["安装 depcheck", TEXT[0], "排序", ASKED, ":joy::smile:" * 20]
    assert are_notices([2, 3, 4], lines)
    assert not are_notices([1, 3, 4], lines)
    assert not are_notices([4], lines)
    tagged = [
        "<p style='text-indent: 2em'><strong>老桥修好了</strong>，镇上的人都来看。</p>",
        ASKED,
    ]
    assert not are_notices([0, 1], tagged)


class Favours:
    """A forest that expects most of candidates that lie low on the page."""

    def score_each(self, rows: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
        """What is said of the candidates of each page."""
        begins = REGION_FEATURES.index("begins")
        return [20 * table[:, begins] - 10 for table in rows]


def test_another_candidate_is_picked_where_the_best_is_only_notices() -> None:
    """The lines of the notices are left out of all others; alone on a page they stay."""
    lines = [*TEXT, "分享", "收藏", ASKED, ASKED]
    layout, features = read_text("\n".join(lines)), text_features(lines)
    opinions = find_opinions(layout, features)
    scores = np.array([1.0, 1.0, -3.0, -3.0, 1.0, 1.0])
    forest = cast("Forest", Favours())
    best = finish(pick(layout, page_of(lines), features, scores, opinions, forest))
    assert set(best.lines) <= {0, 1, 2, 3}
    assert {0, 1} & set(best.lines)
    only = [ASKED, ASKED]
    layout, features = read_text("\n".join(only)), text_features(only)
    opinions = find_opinions(layout, features)
    best = finish(pick(layout, page_of(only), features, np.ones(2), opinions, forest))
    assert best.lines


def test_the_first_of_two_articles_is_picked() -> None:
    """Though more is expected of the second, and both are articles."""
    lines = [*TEXT, HOSTED, "又一座桥", "林迟", "关注", *[PROSE] * 4]
    layout, features = read_text("\n".join(lines)), text_features(lines)
    opinions = find_opinions(layout, features)
    scores = np.array([1.0, 1.0, *[-3.0] * 4, *[1.0] * 4])
    forest = cast("Forest", Favours())
    best = finish(pick(layout, page_of(lines), features, scores, opinions, forest))
    assert set(best.lines) <= {0, 1}
    assert best.lines


def test_a_candidate_of_which_nothing_stays_is_not_picked() -> None:
    """Where its only line is a call to install something."""
    call = "新产品第一时间免费试玩，快来下载客户端，还能获得专享福利哦！"
    lines = [*TEXT, "分享", call]
    layout, features = read_text("\n".join(lines)), text_features(lines)
    opinions = find_opinions(layout, features)
    forest = cast("Forest", Favours())
    scores = np.array([1.0, 1.0, -3.0, 1.0])
    best = finish(pick(layout, page_of(lines), features, scores, opinions, forest))
    assert best.lines
    assert set(best.lines) <= {0, 1}


def test_comments_below_a_short_article_are_no_thread() -> None:
    """On a whole page, though they have all that posts have."""
    posts = [
        line
        for n in range(30)
        for line in (
            f"某某{n}",
            f"{PROSE}第{n}次说。",
            f"{n + 2}小时前",
            "举报",
            "分享",
            f"回复 赞{n}",
        )
    ]
    for closing in ("热门评论 9条", "本文仅代表作者个人观点。"):
        page = ["老桥通车", BYLINE, *TEXT, closing, *LISTS * 4, *posts]
        article = corpus.extract("\n".join(page), kind="text")
        assert article.text.splitlines() == TEXT


def entries(
    n: int, foot: str = "由沈听澜张贴 @ 2025-03-0{n} 12:0{n} (3{n}) 共 {n} 篇评论"
) -> list[str]:
    """Entries of a blog one below the other, each with its headline, its day and its foot."""
    return [
        line
        for k in range(1, n + 1)
        for line in (f"第{k}座桥", f"2025-03-0{k}", PROSE, TEXT[k % 2], foot.format(n=k))
    ]


def test_of_several_entries_of_a_blog_the_first_is_the_article() -> None:
    """Each has its foot below it, of one form; two may be a text and what was added to it."""
    page = entries(3)
    assert until_next_entry(range(2, len(page)), page) == [2, 3]
    assert until_next_entry(range(10), entries(2)) == [*range(10)]
    assert until_next_entry([], page) == []


@pytest.mark.parametrize(
    "foot",
    [
        "2025-03-0{n} 江报",
        "第{n}条评论",
        "{n} 篇评论 2025-03-0{n}",
        "2025-03-0{n} 回复于 10:05 有用({n})",
    ],
)
def test_other_lines_that_come_again_part_no_entries(foot: str) -> None:
    """Without a day, without comments, or the other way round, as below items of a list."""
    page = entries(3, foot)
    assert until_next_entry(range(len(page)), page) == [*range(len(page))]


def test_feet_without_a_text_between_them_part_no_entries() -> None:
    """A list of links has the same below each."""
    page = [line for line in entries(4) if line not in (PROSE, *TEXT)]
    assert until_next_entry(range(len(page)), page) == [*range(len(page))]


@pytest.mark.parametrize("line", ["推荐阅读", "责任编辑：某某", "Tags：老桥", "发表评论"])
def test_each_line_is_looked_at_a_few_times(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many lines close an article: four times the lines take four times the looks."""
    looks = 0

    def counted(look: Callable[..., bool]) -> Callable[..., bool]:
        def wrapped(*args: object) -> bool:
            nonlocal looks
            looks += 1
            return look(*args)

        return wrapped

    monkeypatch.setattr(closings, "is_running", counted(closings.is_running))
    monkeypatch.setattr(first, "_heads_comments", counted(first._heads_comments))
    found = []
    for n in (100, 400):
        page = page_of([line, "老桥通车了，记者说。…"] * n)
        looks = 0
        until_closed(range(len(page.texts)), page)
        closed_above([len(page.texts) - 1], page_of([line] * n * 2))
        found.append(looks)
    assert found[1] <= 5 * found[0]


def with_above(lines: Sequence[str], chosen: Sequence[int]) -> list[str]:
    """What belongs to an article with the chosen lines, from above."""
    return [lines[n] for n in with_parts_above(chosen, page_of(lines))]


def test_the_first_parts_of_a_notice_are_main() -> None:
    """With the table between, and what runs right above the first."""
    parts = [
        TEXT[0],
        "一、岗位",
        "序号\t岗位\t人数",
        "1\t石匠\t3",
        "二、条件",
        TEXT[1],
        "三、报名",
        PROSE,
    ]
    lines = ["首页", "通知公告", *parts]
    assert with_above(lines, range(8, 10)) == parts
    assert with_above(lines, range(3, 10)) == parts[1:]
    assert with_above(["首页", *parts[3:]], range(4, 6)) == parts[6:]
    between = ["首页", *parts[:4], "相关阅读", *parts[4:]]
    assert with_above(between, range(8, 10)) == parts[6:]


def test_what_runs_above_a_table_above_a_text_is_main() -> None:
    """With the caption between; two rows, at least."""
    rows = ["路段\t时段", "老桥\t05:00～14:00", "新桥\t08:00～16:00"]
    lines = ["首页", "社会", TEXT[0], "拥堵路段", *rows, TEXT[1], PROSE]
    assert with_above(lines, [7, 8]) == lines[2:]
    assert with_above([*lines[:5], *lines[7:]], [5, 6]) == [TEXT[1], PROSE]


def test_paragraphs_below_a_byline_are_main() -> None:
    """Though what stands between them and the chosen text is none; short ones are not."""
    long = (
        "桥修了三年。石头从对岸运来，一块也没有浪费，桥面比过去宽了一尺，走在上面的人都这么说，"
        "雨天也不滑。今年春天的集市上，老桥又通了车。"
    )
    byline = "2031-04-05 10:05 来源：石桥报"
    box = ["岚驰X5", "指导价：7.98万", "询底价"]
    lines = ["首页", "石桥通车", byline, long, *box, TEXT[0], TEXT[1]]
    assert with_above(lines, [7, 8]) == [long, *box, *TEXT]
    assert with_above(["首页", byline, "桥修了三年。", *box, *TEXT], [6, 7]) == TEXT
    assert with_above(["首页", "石桥通车", long, *box, *TEXT], [6, 7]) == TEXT


def test_a_poem_may_be_explained_below() -> None:
    """Below buttons and tags, up to who wrote it."""
    poem = ["老桥石上春潮急，隔岸人家半掩扉。"]
    notes = ["注释", "春潮：三月的水。", "半掩：没有关上。"]
    lines = ["首页", "许望山〔宋代〕", *poem, "21", "完善", *notes, "许望山", "字仲石，布衣终身。"]
    assert with_above(lines, [2]) == [*poem, *notes]


@pytest.mark.parametrize("poet", ["许望山〔宋代〕", "〔宋代〕 许望山", "宋代：许望山"])
def test_a_poem_stands_above_what_is_said_of_it(poet: str) -> None:
    """With buttons and tags between; who wrote it stands below, and is no part of it."""
    poem = ["老桥石上春潮急，隔岸人家半掩扉。", "三载归来无故旧，一灯犹照旧苔衣。"]
    buttons = ["1204", "收藏", "写桥，思乡"]
    said = ["译文及注释", "译文", *TEXT]
    lines = ["首页", "老桥夜泊", poet, *poem, *buttons, *said, "许望山", "字仲石，布衣终身。"]
    assert with_above(lines, range(10, 14)) == [*poem, *said]
    assert with_above(["首页", poet, "收藏", *TEXT], [3, 4]) == TEXT
    assert with_above(["首页", "许望山", *poem, *TEXT], [4, 5]) == TEXT


def test_what_a_lecture_is_about_is_main() -> None:
    """A line each, right above its text, though one of them tells a day."""
    about = ["报告题目：桥", "报 告 人：老魏", "报告时间：2031年4月5日 9:30"]
    lines = ["首页", "浏览次数：12", *about, *TEXT]
    assert with_above(lines, [5, 6]) == [*about, *TEXT]
    page = [
        "首页",
        "学术报告",
        "石桥是怎么修成的",
        "2031-04-01 石桥大学",
        *about,
        *TEXT,
        PROSE,
        PROSE,
    ]
    assert corpus.extract("\n".join(page)).text.split("\n")[: len(about)] == about


def test_a_truce_is_no_notice() -> None:
    """Who keeps to it does not use a site."""
    text = "双方当天表示，将全面遵守停火协议，不会先行破坏；河上的老桥也从今天起重新开放。"
    assert not are_notices([0], [text])
    assert are_notices([0], ["请遵守用户协议，文明发言，不要在留言中发布广告。"])
