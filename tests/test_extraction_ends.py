"""What is taken off the lines that were chosen, and what between them is taken in."""

from __future__ import annotations

import pytest

import corpus
from corpus.extraction.extent.boxes import without_boxes
from corpus.extraction.extent.ends import settle, trim
from corpus.extraction.lines.html import read_html
from corpus.extraction.lines.layout import Layout
from corpus.extraction.lines.text import read_text
from corpus.extraction.said.comments import is_signed, without_comments
from corpus.extraction.said.phrases import NO_HITS, Hits, find_phrases, fold_lines
from corpus.extraction.said.statements import without_notices

PARAGRAPHS = [
    f"石桥镇的老人说，第{n}座桥是祖父那一辈修的，石头从河对岸运来，一块也没有浪费。"
    for n in range(1, 7)
]
PUSHES = [f"推 deer{n}: 我小时候天天从那里过 39.8.225.{n} 01/13 11:1{n}" for n in range(4)]
REPLIES = [
    line
    for n in range(4)
    for line in (f"# re: 老桥修好了 2004-12-27 12:4{n} 小鹿{n}", "修得真好，下次回去要走一走。")
]
ADDRESSES = [f"小鹿[219.130.{n}.*] 说" for n in range(4)]


@pytest.mark.parametrize(
    ("below", "n"),
    [
        (["石桥镇人民政府", "2031年4月5日", "【打印】"], 2),
        (["特此公告。", "二〇三一年四月五日"], 2),
        (["特此通知。", "石桥镇水利管理中心", "2031年4月5日"], 3),
        (["老桥修好了", "2031年4月5日"], 0),
        (["镇长走访卫生院", "2031年4月5日", "老桥修好了", "2031年4月4日"], 0),
        (["石桥镇人民政府", "2031-04-05"], 0),
        ([], 0),
    ],
)
def test_who_signs_a_notice_and_when_is_main(below: list[str], n: int) -> None:
    """Below its last sentence, and no headline with its day."""
    layout = read_text("\n".join([*PARAGRAPHS, *below]))
    hits = tuple(find_phrases(fold_lines([line.text for line in layout.lines])))
    lines = tuple(range(len(PARAGRAPHS)))
    assert settle(lines, set(), layout, hits) == set(range(len(PARAGRAPHS) + n))


@pytest.mark.parametrize("signed", [PUSHES, REPLIES, ADDRESSES])
def test_comments_taken_for_the_article_are_cut_off(signed: list[str]) -> None:
    """What stands from the first signature to what was said last is no part of the article."""
    texts = [*PARAGRAPHS, *signed]
    lines = range(len(texts))
    assert without_comments(lines, texts) == tuple(range(len(PARAGRAPHS)))
    below = [*texts, *PARAGRAPHS]
    kept = without_comments(range(len(below)), below)
    assert [below[n] for n in kept] == PARAGRAPHS * 2
    little = [*texts, "更多討論", "標題 作者 日期"]
    assert without_comments(range(len(little)), little) == tuple(range(len(PARAGRAPHS)))


@pytest.mark.parametrize(
    "heading", ["《老桥修好了》已有1件评论", "“老桥修好了”上有 3 条评论", "「老橋」有一個回應"]
)
def test_a_line_that_counts_comments_on_the_article_ends_it(heading: str) -> None:
    """What one reader says at length is told by the heading alone."""
    texts = [*PARAGRAPHS[:3], heading, "小鹿", *PARAGRAPHS[3:]]
    assert without_comments(range(len(texts)), texts) == (0, 1, 2)
    texts[3] = "《老桥修好了》一书有三个章节"
    assert len(without_comments(range(len(texts)), texts)) == len(texts)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        PARAGRAPHS,
        [*PARAGRAPHS, *PUSHES[:2]],
        [*PARAGRAPHS, *(f"{n}楼 小鹿 2004-12-2{n}" for n in range(4))],
        [*PARAGRAPHS, *(f"推荐理由：第{n}座桥最好看" for n in range(4))],
        [*PARAGRAPHS, *(f"→Step{n}：打开第{n}个窗口" for n in range(4))],
    ],
)
def test_other_lines_are_no_comments(texts: list[str]) -> None:
    """Two signatures are too few; floors of a thread are posts; lists have their arrows, too."""
    assert without_comments(range(len(texts)), texts) == tuple(range(len(texts)))


@pytest.mark.parametrize(
    "text", ["[" * 5_000, "推" + "a" * 5_000, "re:" + " 1-1" * 2_000, "1" * 5_000]
)
def test_long_lines_are_not_signed(text: str) -> None:
    """Only short lines are read."""
    assert not is_signed(text)


@pytest.mark.parametrize("kind", ["html", "text"])
def test_comments_below_an_article_are_comments(kind: str) -> None:
    """Whole: the pushes below a post are comments, its text is all of the main text."""
    title = "老桥修好了，前后用了三年"
    text, below = ("".join(f"<div>{line}</div>" for line in part) for part in (PARAGRAPHS, PUSHES))
    html = f"<title>{title}</title><h1>{title}</h1><div id=main>{text}{below}</div>"
    shown = html if kind == "html" else "\n".join([title, *PARAGRAPHS, *PUSHES])
    article = corpus.extract(shown, kind=kind)
    assert article.text.split("\n")[-len(PARAGRAPHS) :] == PARAGRAPHS
    kinds = [block.kind for block in article.blocks if block.text in PUSHES]
    assert kinds == ["comment"] * len(PUSHES)


def test_the_imprint_ends_the_article() -> None:
    """From the line that says who owns the site on nothing is main text, whatever it says."""
    imprint = ["澜江在线 版权所有", "石桥镇河边路一号", "Lanjiang is a trademark of its owner."]
    layout = read_text("\n".join([*PARAGRAPHS, *imprint]))
    hits = find_phrases(fold_lines([line.text for line in layout.lines]))
    assert trim(range(len(layout.lines)), layout, hits) == tuple(range(len(PARAGRAPHS)))
    credit = read_text("\n".join([*PARAGRAPHS, "© 2024 小鹿", PARAGRAPHS[0]]))
    hits = find_phrases(fold_lines([line.text for line in credit.lines]))
    assert len(trim(range(len(credit.lines)), credit, hits)) == len(PARAGRAPHS) + 2
    early = read_text("\n".join([imprint[0], *PARAGRAPHS, *PARAGRAPHS]))
    hits = find_phrases(fold_lines([line.text for line in early.lines]))
    assert trim(range(len(early.lines)), early, hits)[-1] == 2 * len(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "投推荐票 上一章 ← 章节列表 → 下一章 加入书签",
        "天才一秒记住本站地址：www.qiaoge.example",
        "以上内容是否解决了您的问题？ 已解决 未解决",
        "您需要登录后才可以回帖 登录 | 立即注册",
        "本文标题：老桥修好了",
        "Powered by Qiao 3.1",
    ],
)
def test_what_sites_say_below_their_texts_is_cut_off(line: str) -> None:
    """The foot of a chapter, of an entry, of a page of help, of a thread and of a post of news."""
    texts = [*PARAGRAPHS, line]
    hits = find_phrases(fold_lines(texts))
    assert trim(range(len(texts)), read_text("\n".join(texts)), hits) == (0, 1, 2, 3, 4, 5)


def test_the_way_to_the_page_is_no_end_of_it() -> None:
    """A breadcrumb goes from either end; a comparison in code stays."""
    crumb = "首页 > 新闻 > 正文"
    for texts in ([crumb, *PARAGRAPHS], [*PARAGRAPHS, crumb]):
        layout = read_text("\n".join(texts))
        kept = trim(range(len(texts)), layout, find_phrases(fold_lines(texts)))
        assert [texts[n] for n in kept] == PARAGRAPHS
    texts = [*PARAGRAPHS, "if a > b > c"]
    layout = read_text("\n".join(texts))
    assert len(trim(range(len(texts)), layout, find_phrases(fold_lines(texts)))) == len(texts)


def settled(html: str, chosen: list[str], names: frozenset[int] = frozenset()) -> list[str]:
    """The main lines of a page of which some were chosen."""
    layout = read_html(html)
    texts = [line.text for line in layout.lines]
    lines = [n for n, text in enumerate(texts) if text in chosen]
    return [texts[n] for n in sorted(settle(lines, names, layout, find_phrases(fold_lines(texts))))]


@pytest.mark.parametrize(
    ("text", "is_item"),
    [
        ("·开海节的第一网鱼 (2025-03-06 08:00)", True),
        ("■ 三百艘渔船今晨出海 [03月06日]", True),
        ("● 渔港夜市【2025/3/6】", True),
        ("·渔船夜里靠岸 (03-06 22:10)", True),
        ("· 罗亭. 石桥镇桥梁志 [12-15]", False),
        ("·第一网鱼归祭海的人（三百斤以上）", False),
        ("开海节的第一网鱼 (2025-03-06)", False),
        ("· 开海节定在三月六日（2025年），不再改期", False),
    ],
)
def test_recommended_articles_with_their_day_end_the_article(text: str, is_item: bool) -> None:
    """A headline behind the sign of a list, with a day in brackets, is one of another article."""
    texts = [*PARAGRAPHS, text, text]
    layout = read_text("\n".join(texts))
    kept = trim(range(len(texts)), layout, find_phrases(fold_lines(texts)))
    assert len(kept) == len(PARAGRAPHS) + 2 * (not is_item)


def test_what_stands_between_like_lines_is_one_of_them() -> None:
    """A heading or a caption at the same kind of place is in; links, buttons and boxes are not."""
    first, second = PARAGRAPHS[:2]
    chosen = [first, second]

    def page(between: str) -> str:
        return f"<body><div><p>{first}</p>{between}<p>{second}</p></div></body>"

    assert settled(page("<p>图一 老桥</p>"), chosen) == [first, "图一 老桥", second]
    assert settled(page("<p>图一</p><p>图二</p>"), chosen) == [first, "图一", "图二", second]
    assert settled(page("<p><a href='/1'>新桥</a></p>"), chosen) == chosen
    assert settled(page("<p>分享到</p>"), chosen) == chosen
    assert settled(page("<ul><li>图一 老桥</li></ul>"), chosen) == chosen
    assert settled(page("<p>图</p>" * 7), chosen) == chosen
    notice = "未经本报授权，任何人不得转载本文。"
    assert settled(page(f"<p>{notice}</p>"), [first, notice, second]) == chosen
    assert settled(page("<p>图一 老桥</p>"), chosen, frozenset({1})) == chosen


def test_many_lines_are_settled_in_one_pass() -> None:
    """No line is looked at again for each other line: that would take hours."""
    layout = read_text("甲乙丙，丁。\n" * 300_000)
    lines = range(len(layout.lines))
    assert len(settle(lines, set(), layout, [NO_HITS] * len(lines))) == len(lines)


@pytest.mark.parametrize(
    "between",
    [
        "廣告",
        "ADVERTISEMENT",
        "請繼續往下閱讀...",
        "更多瀾江在線報導",
        "延伸閱讀：",
        "【延伸閱讀】",
        "我是廣告 請繼續往下閱讀",
        "[ADVERTISEMENT]",
        "贊助商連結",
        "尚餘 68% 未讀",
        "打开APP 看高清大图",
        "你可能也想看：",
        "☆延伸閱讀：旧桥重开的那一天",
        "▶ 點我看：石头是怎么运来的",
        "相关阅读旧桥重开的那一天",
    ],
)
def test_what_parts_paragraphs_is_no_text(between: str) -> None:
    """A word over an advertisement or the request to read on goes from between paragraphs."""
    layout = read_text("\n".join([*PARAGRAPHS[:3], between, *PARAGRAPHS[3:]]))
    hits = find_phrases(fold_lines([line.text for line in layout.lines]))
    assert settle(range(7), frozenset(), layout, hits) == {0, 1, 2, 4, 5, 6}


def kept(
    texts: list[str], names: frozenset[int] = frozenset(), *, is_thread: bool = False
) -> list[str]:
    """The main lines of a dump of which all were chosen; `names` are of its title and byline."""
    layout = read_text("\n".join(texts))
    hits = find_phrases(fold_lines(texts))
    found = settle(range(len(texts)), names, layout, hits, is_thread=is_thread)
    return [texts[n] for n in sorted(found)]


@pytest.mark.parametrize(
    "ends",
    [
        ["— END —"],
        ["THE END", "小鹿，写字的人，住在河边。"],
        ["编辑｜小鹿", "校对 | 老魏"],
        ["#老桥 #石桥镇"],
        ["相关目的地"],
        ["附件【石桥名录.xlsx】已下载12次"],
        ["↓↓ 点击关注我们"],
        ["点击上方“石桥书简”，选择“置顶公众号”"],
        ["你对这个回答的评价是？", "赞 33 踩 2"],
        ["点赞、在看、转发，让更多人看到↓↓↓"],
    ],
)
def test_what_accounts_put_below_their_texts_is_cut_off(ends: list[str]) -> None:
    """The mark of the end and what stands below it, credits, topics, calls and counts."""
    assert kept([*PARAGRAPHS, *ends]) == PARAGRAPHS


@pytest.mark.parametrize(
    "lines",
    [
        [*PARAGRAPHS, "（全文完）"],
        [*PARAGRAPHS[:3], "END", *PARAGRAPHS[3:]],
        [*PARAGRAPHS, "他说“走”"],
        [*PARAGRAPHS, "“下载渡口书简”"],
        [*PARAGRAPHS, "#石桥镇"],
    ],
)
def test_what_only_looks_like_an_end_stays(lines: list[str]) -> None:
    """What is said in Chinese, an end with much below it, what was quoted, one topic."""
    assert kept(lines) == lines


def test_accounts_point_at_their_cards_above_their_texts() -> None:
    """A call behind an arrow or with a name in quotation marks, and who wrote."""
    calls = ["↑ 点击蓝字关注我们", "点击上方“石桥书简”，选择“置顶公众号”", "文｜小鹿"]
    assert kept([*calls, *PARAGRAPHS]) == PARAGRAPHS


def test_rows_of_buttons_that_come_again_go_from_between() -> None:
    """As below each heading of an encyclopedia; twice may be said."""
    texts = [line for text in PARAGRAPHS for line in (text, "播报 编辑")]
    assert kept([*texts, PARAGRAPHS[0]]) == [*PARAGRAPHS, PARAGRAPHS[0]]
    twice = [PARAGRAPHS[0], "播报 编辑", PARAGRAPHS[1], "播报 编辑", PARAGRAPHS[2]]
    assert kept(twice) == twice


@pytest.mark.parametrize("end", ["---", "＊＊＊＊＊＊", "下載《瀾江》App ，閱讀更多精彩內容"])
def test_strokes_and_calls_to_install_are_no_end(end: str) -> None:
    """Strokes and stars go from both ends of the lines, a call to install from their end."""
    layout = read_text("\n".join([*PARAGRAPHS, end]))
    hits = find_phrases(fold_lines([line.text for line in layout.lines]))
    assert trim(range(7), layout, hits) == tuple(range(6))


def test_headlines_below_a_heading_go_from_between() -> None:
    """In a dump they are no links; nothing goes where the text does not go on."""
    box = ["你可能也想看：", "旧桥重开的那一天", "石头是怎么运来的"]
    assert kept([*PARAGRAPHS[:3], *box, *PARAGRAPHS[3:]]) == PARAGRAPHS
    many = [box[0], *(f"第{n}块石头" for n in range(7))]
    assert kept([*PARAGRAPHS[:3], *many, PARAGRAPHS[3]]) == [
        *PARAGRAPHS[:3],
        *many[1:],
        PARAGRAPHS[3],
    ]


def test_labels_with_values_between_lines_of_a_dump_are_main() -> None:
    """They score like furniture; with one line that is none nothing is taken in."""
    rows = ["项目名称：老桥", "预算金额：三百块石头"]
    lines = [PARAGRAPHS[0], *rows, PARAGRAPHS[1]]
    layout = read_text("\n".join(lines))
    hits = find_phrases(fold_lines(lines))
    assert settle([0, 3], frozenset(), layout, hits) == {0, 1, 2, 3}
    lines = [PARAGRAPHS[0], *rows, "镇长走访", PARAGRAPHS[1]]
    layout = read_text("\n".join(lines))
    assert settle([0, 4], frozenset(), layout, find_phrases(fold_lines(lines))) == {0, 4}


def test_what_stands_above_title_and_byline_is_a_list() -> None:
    """Unless it runs, or an agency sent it; a thread has bylines inside."""
    above = ["镇长走访卫生院", "开海节的第一网鱼"]
    lines = [*above, "老桥修好了", "2031-04-05 林迟", *PARAGRAPHS]
    assert kept(lines, frozenset({2, 3})) == PARAGRAPHS
    assert kept(lines, frozenset({2, 3}), is_thread=True) == [*above, *PARAGRAPHS]
    assert kept([PARAGRAPHS[5], *lines], frozenset({3, 4})) == [PARAGRAPHS[5], *above, *PARAGRAPHS]
    sent = "新华社澜江4月5日电 题：老桥修好了"
    assert kept([sent, *lines[2:]], frozenset({1, 2})) == [sent, *PARAGRAPHS]


def test_two_bodies_may_sign() -> None:
    """One below the other, above the day."""
    signed = ["特此通告。", "石桥镇人民政府", "石桥镇水利管理中心", "2031年4月5日"]
    layout = read_text("\n".join([*PARAGRAPHS, *signed]))
    hits = find_phrases(fold_lines([line.text for line in layout.lines]))
    assert len(settle(range(7), frozenset(), layout, hits)) == len(PARAGRAPHS) + len(signed)


def test_notices_below_each_other_go() -> None:
    """One by one from either end."""
    notices = [f"本文为作者{n}原创，未经授权不得转载。" for n in range(4)]
    assert kept([*notices, *PARAGRAPHS, *notices]) == PARAGRAPHS
    assert without_notices(range(4), notices) == []
    inside = [*PARAGRAPHS[:3], notices[0], *PARAGRAPHS[3:]]
    assert without_notices(range(7), inside) == [*range(7)]


def test_many_notices_are_read_once() -> None:
    """Each line of them, however many stand below each other."""
    lines = ["本文为原创，未经授权不得转载。"] * 200_000
    assert without_notices(range(len(lines)), lines) == []


@pytest.mark.parametrize(
    "added",
    [
        "★石橋新聞網提醒您：飲酒過量，有害健康。",
        "☛石橋報關心您：開車不滑手機，平安到家。",
        "推荐进入石桥数据库，可随时查阅老桥、栏杆与铁链，石桥资料尽在掌握。",
        "此文章是订户专享内容，请登录或订阅后继续阅读。",
        "本文为石桥通会员专享，全文共2816字，余下部分需付费阅读",
    ],
)
def test_what_an_outlet_adds_to_each_article_is_no_text(added: str) -> None:
    """Below the last paragraph; inside the text it stays, and so does who else reminds somebody."""
    for texts in ([*PARAGRAPHS, added], [*PARAGRAPHS, added, "石桥报"]):
        assert trim(range(len(PARAGRAPHS) + 1), *looked_at(texts)) == tuple(range(len(PARAGRAPHS)))
    said = [*PARAGRAPHS[:2], added, *PARAGRAPHS[2:], "镇长提醒您：过桥请慢行。"]
    assert trim(range(len(said)), *looked_at(said)) == tuple(range(len(said)))


def looked_at(texts: list[str]) -> tuple[Layout, tuple[Hits, ...]]:
    """A dump of these lines, and the phrases in them."""
    layout = read_text("\n".join(texts))
    return layout, tuple(find_phrases(fold_lines([line.text for line in layout.lines])))


def test_what_players_show_above_a_text_is_none_of_it() -> None:
    """Sizes, loops, lengths; a share of something inside the text is one of its lines."""
    shown = ["100%", "循环播放", "时长：01:45", "很抱歉，当前视频播放失败"]
    texts = [*shown, *PARAGRAPHS[:2], "100%", *PARAGRAPHS[2:]]
    own = tuple(range(len(shown), len(texts)))
    assert trim(range(len(texts)), *looked_at(texts)) == own
    inside = [*PARAGRAPHS[:2], *shown, *PARAGRAPHS[2:]]
    assert trim(range(len(inside)), *looked_at(inside)) == tuple(range(len(inside)))


@pytest.mark.parametrize(
    ("way", "end"),
    [("跳过热读内容继续阅读热读", "End of 热读内容"), ("跳过此内容的嵌入部分", "结尾 帖子")],
)
def test_what_screen_readers_can_skip_is_no_text(way: str, end: str) -> None:
    """With the way past it and where that leads; a way that leads nowhere takes nothing along."""
    box = [way, "老桥今年几岁了", "允许加载此内容吗？", end]
    texts = [*PARAGRAPHS[:3], *box, *PARAGRAPHS[3:]]
    layout, hits = looked_at(texts)
    kept = without_boxes(range(len(texts)), layout, hits)
    assert [texts[n] for n in kept] == PARAGRAPHS
    texts.remove(end)
    layout, hits = looked_at(texts)
    assert without_boxes(range(len(texts)), layout, hits) == list(range(len(texts)))
