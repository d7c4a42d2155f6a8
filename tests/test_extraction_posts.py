"""Threads from what comes again: which lines say something, which stand around, what is none."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.extraction.choice import main
from corpus.extraction.choice.features import text_features
from corpus.extraction.choice.opinions import running_text
from corpus.extraction.extent.posts import find_posts
from corpus.extraction.extent.stamps import find_dated, form_of
from corpus.extraction.extent.threads import find_thread
from corpus.extraction.said.phrases import fold_lines

SAID = (
    "排水沟堵了三天，谁知道找哪个部门？",
    "打街道的值班电话，昨天刚修过一次。",
    "同问",
    "我家门口也是，水漫到台阶了，电话一直占线。",
    "修好了！！！",
    "值班电话只在上午有人接，下午要找网格员。",
)
NAMES = ("林迟", "乌衣", "林迟", "老魏在东岸", "乌衣", "林迟")
MENU = ("首页", "话题", "关于本站")
PARAGRAPH = (
    "雨从周二夜里开始下，到周五早上才停，澜江的水位比往年同期高出一米多，沿岸的几条街都进了水。"
)


def below(n: int) -> list[str]:
    """Name, time, text, buttons."""
    return [NAMES[n], f"2031-04-0{n + 1} 1{n}:05:4{n}", SAID[n], "点赞", "评论"]


def above(n: int) -> list[str]:
    """Name, place, text, button, time, count."""
    return [f"{NAMES[n]}：", "澜江", SAID[n], "回复", f"2031-04-0{n + 1} 1{n}:05", str(n % 2)]


def numbered(n: int) -> list[str]:
    """Name, how long ago, number and time, text, who replied."""
    day = "一二三四五六"[n]
    time = f"发布 #{n + 1} 2031年4月{n + 1}日星期{day} 1{n}点05分"
    return [NAMES[n], f"{9 - n} 天前", time, SAID[n], "有人回复了此帖"]


def carded(n: int) -> list[str]:
    """A card of who posts with counts and rank, number and time, text, buttons."""
    counts = [str(7 * n + 3), "主题", str(31 * n + 12), "帖子", str(90 * n + 45), "积分"]
    time = f"发表于 2031-4-{n + 1} 1{n}:05:4{n}|只看该作者"
    card = [NAMES[n], *counts, "中级会员", "积分", "发消息", f"{n + 1}#"]
    return [*card, time, SAID[n], "回复", "使用道具 举报"]


def ranked(n: int) -> list[str]:
    """A card of a score of lines, with ranks in words; a long line with the time and what else."""
    rank = f"{'注册会员' if n == 2 else '新手上路'}, 积分 {7 * n + 3}, 还需 {50 - 7 * n} 积分"
    counts = [str(7 * n + 3), "主题", str(n), "帖子", str(90 * n + 45), "积分"]
    lives = ("在水一方", "东岸的灯", "听雨楼里", "渡口人家")[n]
    card = [NAMES[n], f"{NAMES[n]} 当前离线", lives, *counts, *counts[1:5], "新手上路", rank, rank]
    where = " 来自 - 澜江东岸 |倒序浏览 |阅读模式" if n == 0 else ""
    time = f"发表于 2031-4-{n + 1} 1{n}:05:4{n} | 只看该作者 {where}"
    return [
        *card,
        "积分",
        str(n),
        "发消息",
        ("楼主", "沙发", "板凳", "地板")[n],
        time,
        SAID[n],
        "回复",
    ]


def since(n: int) -> list[str]:
    """Headline, name and time, text, a card of who posts with a time of its own, a link."""
    time = f"由 {NAMES[n]} » 2031-04-0{n + 1} 1{n}:05"
    card = [f"文章: {7 * n + 3}", f"注册时间: 2012-04-1{n} 09:30"]
    return ["Re: 谁知道找哪个部门", time, SAID[n], NAMES[n], *card, "页首", "回复"]


def brief(n: int) -> list[str]:
    """A name with a number in it and the time, text, buttons: no more."""
    name = f"river{70 + n}" if n % 2 else NAMES[n]
    return [f"{name} 2031-04-0{n + 1} 1{n}:05:4{n}", SAID[n], "赞(1) 回复 举报"]


def counted(n: int) -> list[str]:
    """A number, name and how long ago, text: nothing to reply with."""
    return [str(n + 1), f"{NAMES[n]} {9 - n} 小时前", SAID[n]]


def marked(n: int) -> list[str]:
    """Name, number and how long ago, text: nothing to reply with."""
    return [NAMES[n], f"#{n + 1} · {40 - n} 小时前", SAID[n]]


def aged(n: int) -> list[str]:
    """Name with number and how long ago, in any unit, one of which features do not know; text."""
    ago = ("1 月前", "1 月前", "3 周前", "28 天前", "9 小时前", "40 分钟前")[n]
    return [f"{NAMES[n]} #{n + 1} {ago}", "顶", SAID[n]]


def pointed(n: int) -> list[str]:
    """Name, points, time, text, and a button in traditional script."""
    return [NAMES[n], f"個人積點：{n * 371 + 5}分", f"2031-04-0{n + 1} 1{n}:05", SAID[n], "回覆"]


def cards(n: int) -> list[str]:
    """A headline and when and where it was printed: no post can be answered."""
    return [SAID[n], "澜江晚报", "头版", f"2031-04-0{n + 1} 1{n}:05"]


def headline(n: int) -> list[str]:
    """A headline, and below it its time with a button."""
    return [SAID[n], f"回复 2031-04-0{n + 1} 1{n}:05"]


def uneven(n: int) -> list[str]:
    """Posts with buttons in any number below them."""
    return below(n) + ["点赞"] * (0, 3, 6, 0, 9, 0)[n]


def thread_of(lines: Sequence[str]) -> list[str]:
    """What the posts say, if it is a thread."""
    features = text_features(lines)
    found = find_thread(lines, fold_lines(lines), features, running_text(features))
    return [lines[n] for n in found]


def page_of(make: Callable[[int], list[str]], n: int = 6) -> list[str]:
    """Posts (or whatever is made) below a menu."""
    return [*MENU, *itertools.chain.from_iterable(map(make, range(n)))]


@pytest.mark.parametrize("make", [below, above, numbered, pointed])
def test_what_posts_say_is_told_from_what_stands_around_it(
    make: Callable[[int], list[str]],
) -> None:
    """Names, times, places, counts and buttons are no part of a post, short answers are."""
    said = thread_of(page_of(make))
    assert [line for line in said if line in SAID] == list(SAID)
    assert not set(said) - {*SAID, *MENU}


@pytest.mark.parametrize("make", [below, above, numbered, pointed])
def test_the_main_text_of_a_thread_is_what_posts_say(make: Callable[[int], list[str]]) -> None:
    """Whatever the forests think of it; what the first one asks is the title."""
    article = corpus.extract("\n".join(page_of(make)))
    assert article.title == SAID[0]
    assert article.text.splitlines() == list(SAID[1:])
    assert article.is_article


def floors(n: int, *, marked: bool = True) -> list[str]:
    """Number, name, time, a way to read one alone; of six posts, the first says nearly all."""
    who = ("楼主", "沙发", "板凳", "地板", "5楼", "6楼")[n] if marked else "澜江"
    alone = "只看该作者" if marked else "关注"
    said = [PARAGRAPH] * 3 if n == 0 else SAID[n : n + 1]
    return [who, NAMES[n], f"发表于 2031-4-{n + 1} 1{n}:05", alone, *said, "回复", "举报"]


def test_the_first_post_of_a_forum_may_say_nearly_all() -> None:
    """Where posts are numbered as forums number them; below an article nothing is."""
    posts = page_of(floors)
    assert thread_of(posts) == [*[PARAGRAPH] * 3, *SAID[1:]]
    of_page = ["发表于 2031-4-1 09:00", "浏览 3218", "收藏"]
    assert thread_of([*of_page, *posts]) == [*[PARAGRAPH] * 3, *SAID[1:]]
    unmarked = itertools.chain.from_iterable(floors(n, marked=n > 0) for n in range(6))
    assert thread_of(list(unmarked)) == []
    assert thread_of([line for n in range(6) for line in floors(n, marked=False)]) == []


@pytest.mark.parametrize("make", [since, counted, marked, aged])
def test_posts_are_told_by_what_they_have(make: Callable[[int], list[str]]) -> None:
    """Not by since when somebody posts, nor by the number in a name; two lines around do."""
    said = thread_of(page_of(make))
    assert [line for line in said if line in SAID] == list(SAID)
    assert not set(said) - {*SAID, *MENU}


def test_comments_below_a_short_article_are_no_thread() -> None:
    """They have buttons to reply and to report, and may say most of what the page says."""
    article = [
        "排水沟通了",
        "2031-04-01 09:30 来源：澜江晚报",
        SAID[0],
        SAID[1],
        "编辑：方敏",
        "网友评论(26)",
    ]
    comments = page_of(brief)[len(MENU) :]
    assert thread_of([*MENU, *article, *comments]) == []
    assert thread_of([*MENU, *article, *comments, *comments, *comments]) == []


def test_what_is_replied_to_is_a_post() -> None:
    """Down to the line that counts the replies, whatever form its time has."""
    above = ["谁知道找哪个部门？", "老魏 · 10 小时 4 分钟前 · 1822 次点击", PARAGRAPH]
    replies = page_of(counted)[len(MENU) :]
    said = thread_of([*MENU, *above, "6 条回复 • 2031-04-02 18:11:20 +08:00", *replies])
    assert said == [PARAGRAPH, *SAID]
    assert thread_of([*MENU, *above, "6 条评论", *replies]) == []
    unnumbered = [line for n in range(6) for line in counted(n)[1:]]
    assert thread_of([*MENU, *above, "6 条回复", *unnumbered]) == []


def test_headline_and_path_above_a_short_thread_are_no_text_above() -> None:
    """Both repeat what the thread is about, and a short one says little more."""
    headline = "排水沟堵了三天，街道、社区和网格员都找过了还是没人来修"
    lines = [f"澜江论坛 › 东岸街道 › 邻里之间 › {headline}", headline, *page_of(floors)]
    assert SAID[5] in thread_of(lines)


def test_a_thread_ends_with_its_last_post() -> None:
    """Where other posts have the card of the next, the page may have what it likes."""
    end = [
        "返回列表",
        "澜江论坛",
        "请先登录才能回帖",
        "Archiver|手机版",
        "Processed in 0.03 second",
    ]
    said = thread_of([*page_of(carded), *end])
    assert said == list(SAID)


def test_cards_of_a_score_of_lines_are_no_part_of_posts() -> None:
    """Few posts, much around each, ranks that one post alone has, and an imprint below the last."""
    operator = "澜江邮通科技有限公司 版权所有 澜公网安备 3101150200 号 电话：010-5550-6185"
    imprint = ["返回列表", *[f"{operator} 第{n}分站" for n in "一二三"]]
    said = thread_of([*page_of(ranked, 4), *imprint])
    assert said == list(SAID[:4])


@pytest.mark.parametrize(
    "lines",
    [
        page_of(cards),
        page_of(below, 3),
        [*MENU, *[PARAGRAPH] * 3, *page_of(below)],
        [*page_of(below), *[PARAGRAPH] * 6, *below(0)],
        [*page_of(below), "2031-04-09 10:05:40", *[PARAGRAPH] * 4],
        list(itertools.chain.from_iterable(below(n)[:3] for n in range(6))),
        [PARAGRAPH],
        [PARAGRAPH, *page_of(below)],
        [*page_of(below), *MENU, *MENU, PARAGRAPH, PARAGRAPH],
        page_of(headline),
        page_of(uneven),
    ],
    ids=[
        *("cards", "few", "comments", "between", "one", "unanswered", "none"),
        *("above", "below", "headlines", "uneven"),
    ],
)
def test_other_pages_are_no_threads(lines: Sequence[str]) -> None:
    """Lists, comments below an article, an article among posts or beside them, what is uneven."""
    assert thread_of(lines) == []


def test_there_are_no_posts_without_times_that_come_again() -> None:
    """Three times of one form are no thread, nor are four of four forms."""
    times = ["2031-04-05 10:05", "4月6日", "3天前", "2031年4月5日", "2031-04-05 11:05"]
    lines = list(itertools.chain.from_iterable((time, "正文。") for time in times))
    features = text_features(lines)
    dated = find_dated(lines, features)
    assert find_posts(lines, features, running_text(features), dated) is None


def test_a_thread_is_an_article_whatever_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """The forest that tells articles from lists is not asked about a thread."""
    monkeypatch.setattr(main, "IS_ARTICLE", dict.fromkeys(("html", "text"), 99.0))
    monkeypatch.setattr(main, "HEADED", 99.0)
    assert corpus.extract("\n".join(page_of(below)), kind="text").is_article
    assert not corpus.extract("\n".join(page_of(cards)), kind="text").is_article


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("发表于 2031-4-5 10:05", "0-0-0 0:0"),
        ("老魏 12 天前", "0前"),
        ("2031年4月5日星期六 16点12分", "0年0月0日 0点0分"),
        ("只看楼主", ""),
    ],
)
def test_the_form_of_a_time_is_without_words_and_numbers(text: str, form: str) -> None:
    """Names and days differ from post to post, forms do not."""
    assert form_of(text) == form


def test_many_digits_and_blanks_take_no_longer() -> None:
    """The form of a very long line is found at once."""
    for unit in ("1", " 1", "星期一", "1 ", "年前", "1星期"):
        form_of(unit * 100_000)


LINES = st.lists(
    st.sampled_from([*SAID, *NAMES, "2031-04-05 10:05", "2031-04-06 11:15", "3 天前", "点赞", "1"]),
    min_size=1,
    max_size=40,
)


@given(LINES)
def test_what_is_said_are_lines_of_the_page_in_order(lines: list[str]) -> None:
    """Without the times, and never the same line twice."""
    features = text_features(lines)
    found = find_thread(lines, fold_lines(lines), features, running_text(features))
    assert list(found) == sorted(set(found))
    assert all(0 <= n < len(lines) and not lines[n].startswith("2031") for n in found)
