"""Lists whose teasers were taken for an article, and forms to log in."""

from __future__ import annotations

import pytest

import corpus
from corpus.extraction.choice import main as choosing
from corpus.extraction.extent.denials import is_gate
from corpus.extraction.extent.listing import AGO, DAY, MORE, is_found, is_listing

PARAGRAPHS = [
    f"石桥镇的老人说，第{n}座桥是祖父那一辈修的，石头从河对岸运来，一块也没有浪费。"
    for n in range(1, 8)
]
HEADLINES = [f"第{n}座老桥修好了 镇上的人都来看" for n in range(1, 8)]
TIMES = [f"石桥报 {n}小时前 评论 {n}" for n in range(1, 8)]
DAYS = [f"2031-04-0{n} · 随笔 · {n}条评论" for n in range(1, 8)]


def items(order: str, n: int, more: str = "") -> list[str]:
    """A list of `n` items: headline, teaser and time in this order."""
    lines: list[str] = []
    for k in range(n):
        parts = {
            "h": HEADLINES[k],
            "t": PARAGRAPHS[k] + more,
            "s": TIMES[k],
            "d": DAYS[k],
            "o": "石桥报",
        }
        lines += [parts[c] for c in order]
    return lines


@pytest.mark.parametrize("order", ["hts", "hdt", "htd", "htos"])
@pytest.mark.parametrize("more", ["", " 继续阅读 →", "[详细]", "阅读全文 »"])
def test_teasers_with_headline_and_time_are_a_list(order: str, more: str) -> None:
    """However many of them were taken for a text."""
    texts = ["首页", "社会", *items(order, 7, more), "下一页"]
    teasers = [n for n, text in enumerate(texts) if text.startswith("石桥镇的")]
    assert is_listing(texts, range(2, len(texts)))
    assert is_listing(texts, teasers[:1])


def test_what_leads_on_below_each_teaser_tells_a_list() -> None:
    """Wherever its headline and its time stand; buttons below posts do not lead on."""
    lines = [
        x for n in range(5) for x in (f"{HEADLINES[n]} ({n + 1}日)", PARAGRAPHS[n], "查看全文>>")
    ]
    assert is_listing(lines, range(len(lines)))
    posts = [x for n in range(5) for x in (f"甲{n}", PARAGRAPHS[n], "更多", "回复")]
    assert not is_listing(posts, range(len(posts)))
    assert not is_listing(lines[:9], range(9))


def test_bare_days_among_headlines_tell_a_list() -> None:
    """A text that says nothing in sentences, with days on lines of their own."""
    lines = [x for n in range(6) for x in (f"2031-04-0{n + 1}", HEADLINES[n], "分类：桥 | 评论：3")]
    assert is_listing(lines, range(len(lines)))
    assert not is_listing([*lines, PARAGRAPHS[0]], range(len(lines) + 1))
    assert not is_listing(lines[:9], range(9))


def test_few_items_are_no_list() -> None:
    """Nor are paragraphs below their headings, nor posts below names."""
    texts = items("hts", 3)
    assert not is_listing(texts, range(len(texts)))
    assert not is_listing(items("ht", 7), range(14))
    posts = [t for n in range(7) for t in ("小鹿", PARAGRAPHS[n], TIMES[n])]
    assert not is_listing(posts, range(len(posts)))
    posts = [t for n in range(7) for t in (f"{n + 1}楼 石桥镇的小鹿", DAYS[n], PARAGRAPHS[n])]
    assert not is_listing(posts, range(len(posts)))
    assert not is_listing(HEADLINES, range(7))


def test_an_article_above_a_list_of_others_is_one() -> None:
    """Its byline has a time of another form; of two paragraphs one has no headline above."""
    above = [HEADLINES[6], "2031年4月5日 来源：石桥报", PARAGRAPHS[6]]
    assert not is_listing([*above, *items("hdt", 6)], [2])
    above = [HEADLINES[6], DAYS[6], PARAGRAPHS[5], PARAGRAPHS[6]]
    assert not is_listing([*above, *items("hdt", 5)], [2, 3])


def test_pieces_that_begin_with_dots_were_found() -> None:
    """Most of what is said is cut off at its beginning; a quotation may be."""
    found = [line for n in range(5) for line in (HEADLINES[n], f"…{PARAGRAPHS[n]}")]
    assert is_found(found, range(len(found)))
    assert is_found([text.replace("…", "...") for text in found], range(len(found)))
    assert not is_found(found[:6], range(6))
    assert not is_found([*found, *PARAGRAPHS], range(len(found) + 7))


FORM = ["手机号 密码 确认密码 验证码", "获取验证码", "立即注册"]
ASKED = ["注册即表示同意用户协议。", "已有账号？直接登录"]


def test_a_form_with_a_word_on_accounts_is_a_gate() -> None:
    """A text that says anything else is none, and neither is a page with a box to log in."""
    assert is_gate([*FORM, *ASKED], ASKED)
    assert is_gate(["手机号密码确认密码"], ASKED)
    assert not is_gate([*FORM, *ASKED], [*ASKED, PARAGRAPHS[0]])
    assert is_gate([*FORM, *ASKED], [*ASKED, "中国 +86"])
    assert is_gate(["获取短信验证码", "获取语音验证码", "登录"], ASKED)
    assert not is_gate([*FORM, *ASKED], [*ASKED, "老桥修好了。"])
    assert not is_gate(["密码", "登录", *ASKED], ASKED)
    assert not is_gate([*FORM, *ASKED], [f"{text}{PARAGRAPHS[0] * 4}" for text in ASKED])


@pytest.mark.parametrize(
    "lines",
    [
        ["首页", *items("hts", 7), "下一页"],
        ["首页", *FORM, "如果手机号已停用，请联系人工客服，客服时间为每天九点到二十一点。"],
        ["搜索", *(t for n in range(7) for t in (HEADLINES[n], f"…{PARAGRAPHS[n]}", "来源"))],
    ],
)
def test_such_pages_have_no_article(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the forest says."""
    monkeypatch.setattr(choosing, "IS_ARTICLE", dict.fromkeys(("html", "text"), -99.0))
    assert not corpus.extract("\n".join(lines), kind="text").is_article


@pytest.mark.parametrize("bait", ["1", "2026-", " ", "阅读", "手机号", "年前"])
def test_forms_are_read_in_linear_time(bait: str) -> None:
    """50,000 repeats of what a pattern looks for end in a verdict."""
    for pattern in (AGO, DAY, MORE):
        pattern.search(bait * 50_000)
    assert not is_listing([bait * 50_000] * 4, range(4))
    assert not is_gate([bait * 10] * 5_000, [bait * 50_000])


def test_rows_with_two_times_are_the_threads_of_a_board() -> None:
    """When each began, and who posted there last; a table of days has one."""
    rows = [f"[求助] 第{n}座桥\t老魏2031-4-{n}\t12345\t林迟前天 08:4{n}" for n in range(1, 8)]
    texts = ["骑行论坛", "作者\t回复\t最后发表", *rows]
    assert is_listing(texts, range(2, len(texts)))
    days = [f"第{n}座桥\t2031-4-{n}\t{n}块石头" for n in range(1, 8)]
    assert not is_listing(days, range(7))


@pytest.mark.parametrize(
    "counted",
    [
        "为您找到相关结果约8,450,000个",
        "搜索到 12 条结果",
        "约有 1,200 项符合查询结果",
        "About 12,300 results",
    ],
)
def test_a_page_that_counts_what_was_found_has_no_article(counted: str) -> None:
    """Above what was found; below an article it may be said of anything."""
    assert is_found(["首页", counted, *PARAGRAPHS], range(2, 9))
    assert not is_found([*PARAGRAPHS, counted], range(7))
    assert not is_found(["首页", "找到了三百块石头", *PARAGRAPHS], range(2, 9))
    assert not is_found(["首页", "找到 0 条结果", *PARAGRAPHS], range(2, 9))
