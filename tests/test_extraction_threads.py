"""Threads of a few posts: what forum software sets tells where each of them begins and ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

import pytest

import corpus
from corpus.extraction.choice.features import text_features
from corpus.extraction.choice.opinions import running_text
from corpus.extraction.extent.ends import settle
from corpus.extraction.extent.floors import number_posts, read_floor
from corpus.extraction.extent.threads import find_thread
from corpus.extraction.lines.text import read_text
from corpus.extraction.said.forums import is_buttons, is_card, is_forum, is_note
from corpus.extraction.said.phrases import NO_HITS, fold_lines

SAID = (
    "渡口的铁皮棚子昨天夜里被风掀了，有谁知道归哪个部门管？",
    "打水务所的值班电话，去年也是他们来修的。",
    "同求，早班轮渡的人都站在雨里",
    "已经打通了，说下午派人过来看。",
)
NAMES = ("渡口看船人", "秋水", "早班轮渡", "渡口看船人")
NAMED = ("楼主", "沙发", "板凳", "地板")
MENU = ("首页", "澜江论坛", "东岸生活", "登录", "注册")
FOOT = ("返回列表", "相关帖子", "轮渡时刻表更新了没有", "澜江论坛 版权所有", "Powered by Discuz!")
PARAGRAPH = (
    "棚子是十二年前搭的，四根角铁焊在浮码头上，风从江面过来没有遮挡，掀开的那一角正对着检票口。"
)


def carded(n: int) -> list[str]:
    """A card of who posts, the number in words, the time; below the text buttons."""
    card = [NAMES[n], str(n + 4), "主题", str(31 * n + 12), "帖子", f"注册时间: 201{n}-03-14"]
    card += ["高级会员", f"在线时间: {40 * n}(时)", "收听TA", NAMED[n]]
    return [*card, f"发表于 2031-4-{n + 1} 1{n}:05|只看该作者", SAID[n], "回复", "使用道具 举报"]


def tailed(n: int) -> list[str]:
    """Name and rank, text, a button, and the number with the time last."""
    time = f"举报IP属地:澜江来自客户端{n + 1}楼2031-04-0{n + 1} 1{n}:05"
    return [NAMES[n], "中级粉丝", str(n + 3), SAID[n], "回复", time]


def hashed(n: int) -> list[str]:
    """Name with number and time; nothing else."""
    return [f"{NAMES[n]}   #{n + 1} 2031-04-0{n + 1} 1{n}:05", SAID[n]]


def below_time(n: int) -> list[str]:
    """Name, card and text; below it name and day in English, and the number with the buttons."""
    card = [
        f"{NAMES[n]}Active Member",
        "Joined:",
        f"Mar {n + 1}, 2018",
        "Messages:",
        "4",
        "Location:",
    ]
    return [*card, "东岸", SAID[n], f"{NAMES[n]}, Apr {n + 1}, 2031Report", f"#{n + 1}Like+ Quote"]


def glued(n: int) -> list[str]:
    """The number before the name, the time behind it; below the text how often it was praised."""
    return [f"{n + 1}{NAMES[n]}2031年5月{n + 1}日 20:0{n}", SAID[n], str(11 * n + 3)]


def unnumbered(n: int) -> list[str]:
    """No number at all, but a mark of who began, and buttons."""
    owner = "楼主" if n == 3 else ""
    time = f"{NAMES[n]}{owner}2031-04-0{n + 1} 1{n}:05发布于澜江"
    return [time, SAID[n], f"亮了({n})", "回复", "举报只看此人"]


def thread_of(lines: Sequence[str]) -> list[str]:
    """What the posts say, if it is a thread."""
    features = text_features(lines)
    found = find_thread(lines, fold_lines(lines), features, running_text(features))
    return [lines[n] for n in found]


def page_of(make: Callable[[int], list[str]], n: int = 4) -> list[str]:
    """Posts between a menu and what stands below a thread."""
    return [*MENU, *(line for k in range(n) for line in make(k)), *FOOT]


def hosted(n: int) -> list[str]:
    """Label, name and time, with what was read behind the first; below the text a row of buttons.

    As the oldest of the large boards has it: the number of a reply stands there.
    """
    who = "楼主" if n in (0, 3) else "作者"
    clicks = " 点击：6120 回复：38" if n == 0 else ""
    row = ["打赏", "27 点赞", "举报 | 分享 | 楼主"] if n == 0 else []
    row = row or [f"来自 澜江社区客户端 | {n}楼 | 打赏 | 回复 | 评论", "举报"]
    return [f"{who}：{NAMES[n]} 时间：2031-04-0{n + 1} 1{n}:05:22{clicks}", SAID[n], *row]


def praised(n: int) -> list[str]:
    """Name, time and place above the text; below it how bright it is, and buttons."""
    below = [f"亮了({n})", "回复", f"查看评论({n + 3})", "举报只看Ta"]
    return [NAMES[n], f"2031-04-0{n + 1} 1{n}:05", "发布于澜江", SAID[n], *below]


@pytest.mark.parametrize(
    "make", [carded, tailed, hashed, below_time, glued, unnumbered, hosted, praised]
)
def test_what_few_posts_say_is_told_from_what_stands_around_it(
    make: Callable[[int], list[str]],
) -> None:
    """Cards, names, times, numbers and buttons are no part of a post; short answers are."""
    said = [line for line in thread_of(page_of(make)) if line not in (*MENU, *FOOT)]
    assert said == list(SAID)


def test_a_post_may_say_how_long_ago_something_was() -> None:
    """Only a line that says nothing else of it has the time of a post."""
    lines = page_of(hashed)
    lines[lines.index(SAID[2])] = "3月前买的，一直用到现在"
    assert "3月前买的，一直用到现在" in thread_of(lines)


def test_a_thread_of_which_one_post_is_gone_is_an_article() -> None:
    """What stands below its text says nothing of the page."""
    lines = page_of(carded)
    lines[lines.index(SAID[3])] = "此帖子已被管理员屏蔽"
    assert corpus.extract("\n".join(lines), kind="text").is_article


@pytest.mark.parametrize("make", [carded, tailed, hashed, below_time])
def test_two_numbered_posts_are_a_thread(make: Callable[[int], list[str]]) -> None:
    """Two are enough where each has its number; without numbers two are none."""
    said = [line for line in thread_of(page_of(make, 2)) if line not in (*MENU, *FOOT)]
    assert set(SAID[:2]) <= set(said)
    assert thread_of(page_of(unnumbered, 2)) == []


def test_the_main_text_of_a_short_thread_is_what_its_posts_say() -> None:
    """Whatever the forests think of it."""
    article = corpus.extract("\n".join(page_of(carded)), kind="text")
    assert article.is_article
    assert article.title == SAID[0]
    assert article.text.splitlines() == list(SAID[1:])


def test_what_stands_between_the_buttons_and_the_next_post_is_not_said() -> None:
    """Whatever it is: an offer, a signature, the name of who posts next."""
    offer = "江汀装修团购会，周六福临门建材城免费抢门票。"
    posts = [[*carded(n), offer if n == 1 else f"广告位{n}"] for n in range(4)]
    lines = [*MENU, *(line for post in posts for line in post), *FOOT]
    assert offer not in thread_of(lines)
    assert set(SAID) <= set(thread_of(lines))


def test_what_the_first_numbered_post_replies_to_is_said_too() -> None:
    """It has no number of its own; below it stands how often it was read."""
    head = ["轮渡的棚子倒了", "江边人 · 2031-03-30 08:00 · 1388 次点击", PARAGRAPH, "88 人收藏"]
    replies = [line for n in range(4) for line in hashed(n)]
    assert thread_of([*MENU, *head, *replies]) == [PARAGRAPH, *SAID]
    assert thread_of([*MENU, *head, "4 条评论", *replies]) == []
    assert thread_of([*MENU, *head, "4 条评论", "只看楼主", *replies]) == [PARAGRAPH, *SAID]


def test_an_article_with_numbered_comments_is_no_thread() -> None:
    """What is replied to is not nearly all of a thread."""
    head = ["棚子修好了", "江边人 2031-03-30 08:00", *[PARAGRAPH] * 8]
    assert thread_of([*MENU, *head, *hashed(0), *hashed(1)]) == []
    named = [f"{SAID[n]} 2031-04-0{n + 1}" for n in range(4)]
    assert thread_of([*MENU, *[PARAGRAPH] * 3, *named]) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("楼主", 0),
        ("只看楼主", None),
        ("沙发", 2),
        ("12楼 秋水", 12),
        ("#3", 3),
        ("5# 发表于 2031-4-5", 5),
        ("#22031-04-05 10:05", 2),
        ("2031-04-05", None),
        ("#话题", None),
        ("3楼下的棚子", None),
    ],
)
def test_the_number_of_a_post(text: str, number: int | None) -> None:
    """As forums write it, with a day glued to it or not."""
    assert read_floor(text) == number


def test_numbers_of_posts_rise_by_one_from_the_first() -> None:
    """Two times do not share one; who began is none where he is marked at each of his posts."""
    lines = ["#1", "10:05", "#2", "11:05", "12:05", "#3", "13:05"]
    assert number_posts([1, 3, 4, 6], lines) == [(1, 1), (3, 2), (6, 3)]
    assert number_posts([1, 3], ["#4", "10:05", "#5", "11:05"]) == []
    assert number_posts([1, 3, 5], ["#1", "10:05", "#7", "11:05", "#30", "12:05"]) == []
    owned = ["秋水 楼主 10:05", "沙发 早班轮渡 11:05", "秋水 楼主 12:05"]
    assert number_posts([0, 1], owned[:2]) == [(0, 0), (1, 2)]
    assert number_posts([0, 1, 2], owned) == []
    assert number_posts([1, 3], ["楼主", "10:05", "沙发", "11:05"]) == [(1, 0), (3, 2)]


@pytest.mark.parametrize(
    ("read", "yes", "no"),
    [
        (
            is_card,
            ["积分", "铜币: 1206 枚", "级别：精灵王", "秋水 当前离线"],
            ["积分怎么算", "消息灵通"],
        ),
        (
            is_buttons,
            ["回复举报赞 34", "收藏12支持6反对1", "+ Quote", "827 点赞", "举报 | 楼主"],
            ["回复一下", "赞美", ""],
        ),
        (
            is_note,
            [
                "本帖最后由 秋水 于 2031-4-5 编辑",
                "棚.jpg (18.4 KB, 下载次数: 3)",
                "棚子尺寸.pdf",
                "1.02 MB, 下载次数: 88",
                "引用2楼 @早班轮渡 发表的:",
                "来自 澜江客户端 | 2楼 | 打赏 | 回复 | 评论(1)",
                "秋水:+20(棚子结实)\t威望:+2(棚子结实)",
            ],
            ["编辑过的", "引用他的话", "来自澜江的船，昨天到的"],
        ),
    ],
)
def test_lines_that_forums_set(
    read: Callable[[str], bool], yes: Sequence[str], no: Sequence[str]
) -> None:
    """As a whole: a post that begins with such a word is a post."""
    assert [text for text in yes if not read(text)] == []
    assert [text for text in no if read(text)] == []


def test_what_forums_set_has_its_kinds() -> None:
    """Figures and ranks of who posts are byline, buttons and notes control; no card, no rule."""
    blocks = corpus.extract("\n".join(page_of(carded)), kind="text").blocks
    rules = {block.text: (block.kind, block.rule) for block in blocks}
    assert rules["高级会员"] == ("byline", "set_by_forums")
    assert rules["收听TA"] == ("control", "set_by_forums")
    assert rules["43"] == ("byline", "set_by_forums")
    assert rules["使用道具 举报"][0] == "control"
    plain = ["高级会员", "收听TA", *[PARAGRAPH] * 6, "积分商城"]
    assert "set_by_forums" not in {b.rule for b in corpus.extract("\n".join(plain)).blocks}


def test_a_forum_is_told_by_several_words() -> None:
    """One of them stands below any article."""
    assert is_forum(["版主：秋水", "快速回复"])
    assert not is_forum(["抢沙发", "抢沙发", PARAGRAPH])


@pytest.mark.parametrize("unit", ["回复", "分享到", "1 ", "积分:", "大中小", "当前", "#1", "楼主"])
def test_long_lines_of_such_words_are_read_at_once(unit: str) -> None:
    """In linear time, whatever they end with."""
    line = unit * 50_000 + "x"
    found = [read(line) for read in (is_card, is_buttons, is_note)]
    assert found == [False] * 3
    for n in range(5, 70, 3):
        assert not is_buttons((unit * n)[:n] + "。")
    read_floor(line)
    assert number_posts([0], [line]) == []


def test_later_pages_of_a_thread_begin_behind_a_multiple_of_posts() -> None:
    """Or at it, where who began is number 0; three posts are known then, not two."""

    def numbered(first: int, n: int) -> list[str]:
        return [x for k in range(n) for x in (f"{first + k}楼", f"2031-4-{k + 1} 10:05", SAID[k])]

    times = [1, 4, 7]
    for first in (21, 20, 16):
        assert number_posts(times, numbered(first, 3)) == [
            (time, first + k) for k, time in enumerate(times)
        ]
    assert number_posts(times, numbered(22, 3)) == []
    assert number_posts(times[:2], numbered(21, 2)) == []


def test_a_number_may_stand_above_the_card() -> None:
    """The time is the last line of that."""
    card = ["级别: 精灵王", "威望: 17 (27)", "注册: 2012-08-03", "发帖: 3120"]
    posts = [[f"#{n}{NAMES[n]}", *card, f"2031-04-0{n + 1} 1{n}:05", SAID[n]] for n in range(4)]
    assert thread_of([*MENU, *(x for post in posts for x in post)]) == list(SAID)


def test_days_with_blanks_are_times() -> None:
    """The features of lines do not know them."""
    posts = [
        x for n in range(4) for x in (str(n + 1), f"{NAMES[n]}    2031 年 4 月 {n + 1} 日", SAID[n])
    ]
    assert thread_of([*MENU, *posts, *FOOT]) == list(SAID)


def test_replies_that_are_counted_may_be_short() -> None:
    """What they reply to says nearly all; without the line that counts them it is an article."""
    head = ["轮渡的棚子倒了", "江边人 · 2031-03-30 08:00 · 1388 次点击", *[PARAGRAPH] * 4]
    replies = [line for n in range(4) for line in hashed(n)]
    counted = "4 条回复  •  2031-04-04 13:05:22 +08:00"
    assert thread_of([*MENU, *head, counted, *replies]) == [*[PARAGRAPH] * 4, *SAID]
    assert thread_of([*MENU, *head, "4 人收藏", *replies]) == []


def test_the_last_post_ends_where_its_buttons_stand() -> None:
    """However short those before it are."""
    posts = [hashed(n) for n in range(4)]
    last = [*posts[3], "第二天又掀了。", "第三天修好了。", "回复 举报"]
    lines = [*MENU, *posts[0], *posts[1], *posts[2], *last, "热帖推荐"]
    assert thread_of(lines) == [*SAID, "第二天又掀了。", "第三天修好了。"]


def test_what_is_quoted_stands_twice_and_is_said() -> None:
    """A signature stands twice as well, right above buttons."""
    short = "同求，在雨里。"
    posts = [[*carded(n)[:-2], "一天一个潮。", *carded(n)[-2:]] for n in range(4)]
    posts[1].insert(-3, short)
    posts[2].insert(-4, short)
    said = thread_of([*MENU, *(x for post in posts for x in post), *FOOT])
    assert said.count(short) == 2
    assert "一天一个潮。" not in said


def test_a_row_of_buttons_tells_a_forum() -> None:
    """By the one among them that only forums have."""
    row = "赞 57收藏 19转发送礼物微信扫码新浪微博QQ好友回应只看楼主"
    assert is_forum([row, "莲子心楼主"])
    assert not is_forum([row.replace("只看楼主", "楼主楼主"), "莲子心楼主"])


def test_what_ends_several_posts_and_stands_nowhere_else_is_a_signature() -> None:
    """Of two lines; what begins a post once is said."""
    signed = [
        "骑得慢，看得多，记得少，江上风大的日子哪里也不去",
        "只接熟人的活，不熟的不接，熟的慢慢来就好",
    ]
    posts = [[*hashed(n), *signed] for n in range(4)]
    assert [
        x for x in thread_of([*MENU, *chain.from_iterable(posts), *FOOT]) if x not in FOOT
    ] == list(SAID)
    posts[2] = [*posts[2][:1], signed[0], *posts[2][1:2], signed[1]]
    again = thread_of([*MENU, *chain.from_iterable(posts), *FOOT])
    assert again.count(signed[0]) == 4
    assert signed[1] not in again


def monthly(n: int) -> list[str]:
    """Name, month, and buttons: as one program has it."""
    return [NAMES[n], "2031年4月", SAID[n], f"{n + 3}赞链接回复"]


def counted(n: int) -> list[str]:
    """Name, number and day, with who began beside the number."""
    owner = " 楼主" if n == 3 else ""
    return [f"{NAMES[n]}{owner} #{n + 1} · 2031年04月0{n + 1}日 {n + 2} 个赞", SAID[n]]


def test_months_are_times_where_one_program_speaks() -> None:
    """Elsewhere they are those of a list."""
    posts = [line for n in range(4) for line in monthly(n)]
    box = ["最后回复", "浏览量", "推荐话题"]
    assert thread_of([*MENU, *posts, *box]) == list(SAID)
    assert thread_of([*MENU, *posts, "热门文章"]) == []


def test_who_began_is_marked_beside_a_number() -> None:
    """The number tells the post."""
    posts = [line for n in range(4) for line in counted(n)]
    assert [x for x in thread_of([*MENU, *posts, *FOOT]) if x not in FOOT] == list(SAID)


def test_what_is_replied_to_begins_at_its_time() -> None:
    """Not at headlines that run above it; what software counts below it is no part of it."""
    above = ["渡口的灯，亮了一夜，又灭了，没有人修，也没有人问，到今天为止", *[PARAGRAPH[:14]] * 3]
    head = ["轮渡的棚子倒了", "江边人 · 2031-03-30 08:00:11", *[PARAGRAPH] * 3, "修好了，谢谢。"]
    below = ["加入收藏 Tweet 忽略主题", "棚子", "3 条回复"]
    replies = [line for n in range(3) for line in hashed(n)]
    said = thread_of([*MENU, *above, *head, *below, *replies])
    assert said == [*[PARAGRAPH] * 3, "修好了，谢谢。", *SAID[:3]]


def ordinal(n: int) -> list[str]:
    """A card; the number of the post glued to a name, with the time; below the text buttons."""
    time = f"第 {n + 1} 楼{NAMES[n]} 于 2031-4-{n + 1} 1{n}:05:20 回复"
    return [NAMES[n], "秀才", f"文章：{n + 4}", time, SAID[n], "顶(8) | 回复 | 引用 | 举报"]


def test_the_number_of_a_post_may_be_glued_to_a_name() -> None:
    """Where 第 stands before it; a post that is quoted by its number is none."""
    assert thread_of(page_of(ordinal)) == list(SAID)
    assert read_floor("引用第0楼秋水于2031-04-18 22:51发表的 :") is None


@pytest.mark.parametrize("button", ["只看楼主", "字号：大 中 小"])
def test_who_began_may_have_no_number_and_say_most(button: str) -> None:
    """If there is a button by his time to read him alone; else it is an article with comments."""
    opening = [f"晚潮 于 2031-4-1 09:41:07 发布在 东岸生活 {button}", *[PARAGRAPH] * 8]
    page = [*MENU, "晚潮", "等级：知县", *opening, "支持(2) 回复 引用 举报"]
    page += [line for k in range(4) for line in ordinal(k)]
    said = thread_of([*page, *FOOT])
    assert said == ([*[PARAGRAPH] * 8, *SAID] if button == "只看楼主" else [])


def test_what_stands_with_a_time_between_posts_is_not_taken_back() -> None:
    """From HTML it may stand in a place of the same kind as what is said."""
    rows = "".join(f"<div>{line}</div>" for line in page_of(ordinal))
    head = "<title>渡口的棚子又被风掀了</title><h1>渡口的棚子又被风掀了</h1>"
    assert corpus.extract(f"{head}<body>{rows}</body>").text.split("\n") == list(SAID)


def day_first(n: int) -> list[str]:
    """A bar with day and number at the top of each post, as old programs in English set it."""
    bar = f"1{n}-09-2031, 10:3{n} AM\t#{n + 1}"
    card = [NAMES[n], f"註冊日期: 200{n}-04-17", f"文章: {n + 3}", "上線狀態: 離線"]
    return [bar, *card, SAID[n], f"讚好({n})"]


def test_a_card_below_the_first_time_is_that_of_this_post() -> None:
    """Where nothing runs above it; bars with a tab are no rows of a table."""
    assert thread_of(page_of(day_first)) == list(SAID)
    page = "\n".join([*page_of(day_first)[:5], "渡口的棚子又被風掀了", *page_of(day_first)[5:]])
    assert "10:31 AM" not in corpus.extract(page).text


def test_a_page_of_rows_between_two_posts_is_read_at_once() -> None:
    """Each gap is looked through once, however many rows of a table stand in it."""
    rows = ["渡口\t棚子"] * 30_000
    layout = read_text("\n".join([PARAGRAPH, *rows, "2031-04-01 10:05", PARAGRAPH]))
    last = len(layout.lines) - 1
    hits = [NO_HITS] * (last + 1)
    assert settle((0, last), (), layout, hits, is_thread=True) == {0, last}
    assert len(settle((0, last), (), layout, hits)) == len(rows) + 2
