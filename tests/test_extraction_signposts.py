"""Lines that lead elsewhere and say so, on pages whose article stands above or below them."""

from __future__ import annotations

import pytest

import corpus

HEADINGS = ("石头从哪里来", "谁修的桥", "桥上的灯", "后来的事")
ARTICLE = [
    line
    for n, heading in enumerate(HEADINGS)
    for line in (
        heading,
        f"石桥镇的老人说，第{n + 1}座桥是祖父那一辈修的，石头从河对岸运来，一块也没有浪费。",
        f"到了第{n + 3}年春天，河水涨到桥面，孩子们仍然从桥上走去上学，没有一个人摔倒。",
    )
]


def kinds(*below: str) -> list[tuple[str, str]]:
    """Kind and rule of each of these lines below an article."""
    page = ["石桥镇的老桥修好了，前后用了三年", "2024-05-01 10:00 来源：澜江日报", *ARTICLE, *below]
    blocks = corpus.extract("\n".join(page), kind="text").blocks
    return [(block.kind, block.rule) for block in blocks[-len(below) :]]


SIGNPOST = ("navigation", "signpost")


@pytest.mark.parametrize(
    "lines",
    [
        ("2024年3月（12）", "2024年2月（8）", "2024年1月（31）"),
        ("April 2006", "March 2006", "February 2006"),
        ("12/01/2004 - 01/01/2005", "01/01/2005 - 2/01/2005", "02/01/2005 - 3/01/2005"),
        ("随笔 (31)", "旧书 (8)", "河上的日子 (120)"),
        HEADINGS[:3],
    ],
)
def test_lists_of_one_form(lines: tuple[str, ...]) -> None:
    """Three lines of one form make a list, two do not."""
    assert kinds(*lines) == [SIGNPOST] * 3
    assert SIGNPOST not in kinds(*lines[:2])


def test_a_list_is_not_interrupted() -> None:
    """Lines of one form with another between them are no list of three."""
    found = kinds("2024年3月（12）", "2024年2月（8）", "河上的日子", "2024年1月（31）")
    assert SIGNPOST not in found


@pytest.mark.parametrize(
    "line",
    [
        "新闻 国内 评论 国际 探索 社会 军事 图片",
        "日\t一\t二\t三\t四\t五\t六",
        "« 4\t5 6 7 8 9 10",
        "友情链接：澜江日报 石桥镇政府",
        "标签：老桥 石匠",
        "查看全部 22 个回答",
        "← 返回",
        "进入新闻频道",
        "[更多... ]",
        "【1】【2】【3】",
    ],
)
def test_lines_that_say_where_they_lead(line: str) -> None:
    """One line is enough where it says so."""
    assert kinds(line) == [SIGNPOST]


@pytest.mark.parametrize(
    "line",
    [
        "关于我们 | 联系我们 | 版权声明 | 隐私政策 | 招聘 | 广告服务",
        "查看全部 177 条评论",
        "桥 修 好 了",
        "老桥，石匠，灯，河水，孩子，学校。",
    ],
)
def test_lines_that_do_not(line: str) -> None:
    """An imprint, comments, a spaced heading and a sentence lead nowhere."""
    assert SIGNPOST not in kinds(line)


def test_buttons_and_what_they_count_are_no_sections() -> None:
    """How often something was praised is no number of articles."""
    assert SIGNPOST not in kinds("点赞(12)", "收藏(3)", "分享(5)")


def test_a_month_in_the_main_text_stays() -> None:
    """A chronicle inside the article is no archive."""
    months = [f"2024年{n}月" for n in range(3, 7)]
    entries = [line for month in months for line in (month, *ARTICLE)]
    article = corpus.extract("\n".join(["老桥大事记", *ARTICLE, *entries]), kind="text")
    assert [line for line in article.text.split("\n") if line in months] == months


@pytest.mark.parametrize("part", ["2006年", "标签", "(1", "4 ", "新闻 "])
def test_a_long_line_is_no_signpost(part: str) -> None:
    """A line of a megabyte is looked at once, and not taken for a list of anything."""
    assert SIGNPOST not in kinds(part * 300_000)


@pytest.mark.parametrize(
    "lines",
    [
        ("友情链接", "中央气象台", "省气象局", "水文局"),
        ("热门搜索", "猪肉价格 鸡蛋期货 蔬菜指数"),
        ("標籤雲：", "骑行", "老桥", "石匠"),
    ],
)
def test_names_below_their_heading(lines: tuple[str, ...]) -> None:
    """What stands below a heading of places, tags or sites leads there, where names are short."""
    assert kinds(*lines) == [SIGNPOST] * len(lines)


def test_headlines_below_such_a_heading_are_no_names() -> None:
    """Long lines below it are headlines."""
    assert SIGNPOST not in kinds("热门搜索", "河埠头的灯亮了一夜又灭了", "三月的雨下了一夜没有停")


def test_offices_side_by_side() -> None:
    """A row of offices is a row of links to them."""
    assert kinds("省气象局 水文局 县人民政府 天气网") == [SIGNPOST]


def test_tags_side_by_side_right_below_the_text() -> None:
    """Words without a button among them are what the article is filed under."""
    assert kinds("纪录片 照相馆 县城") == [SIGNPOST]
    assert SIGNPOST not in kinds("收藏 分享 县城")
    assert SIGNPOST not in kinds("纪录片 照相馆的最后一个下午 县城")
