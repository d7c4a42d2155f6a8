"""Tables of which a dump has each cell on a line of its own."""

from __future__ import annotations

import pytest

import corpus
from corpus.extraction.extent.cells import end_of_cells
from corpus.extraction.extent.continued import continue_below, said_in_text
from corpus.extraction.lines.text import read_text
from corpus.extraction.said.phrases import find_phrases, fold_lines

HEADS = ["序号", "姓 名", "学号", "导师"]
ROWS = [
    cell
    for n in range(1, 7)
    for cell in (str(n), f"沈听{'一二三四五六'[n - 1]}", f"20310{n}", "罗亭")
]
TEXT = [
    f"第{n}条说的是，渡口的棚子由水务所看管，每年入冬以前查看一次，铁皮松了的当天修好。"
    for n in range(1, 5)
]


def last_of(lines: list[str]) -> int | None:
    """The last cell of the table that the first of these lines begins."""
    layout = read_text("\n".join(lines))
    return end_of_cells(0, layout.lines, find_phrases(fold_lines(lines)))


@pytest.mark.parametrize("caption", [[], ["拟获奖名单"], ["表2 二〇三一年获奖人数"]])
@pytest.mark.parametrize(
    "below", [[], ["受理地点：水务所"], ["上一篇：旧闻"], [TEXT[0]], ["附件.doc"]]
)
def test_a_table_ends_with_the_row_of_its_last_figure(caption: list[str], below: list[str]) -> None:
    """With its caption; what stands below has marks that no cell has, or is too long."""
    table = [*caption, *HEADS, *ROWS]
    assert last_of([*table, *below]) == len(table) - 1


@pytest.mark.parametrize(
    "lines",
    [
        [*HEADS, *ROWS[:2]],
        ["首页", "学院", "专业", "招生", "就业", "图书馆", "校友", "邮箱", "登录", "搜索"],
        ["甲", "乙", *ROWS],
        [f"{TEXT[0]}", *HEADS, *ROWS],
        [],
    ],
)
def test_other_short_lines_are_no_table(lines: list[str]) -> None:
    """Too few, a menu without figures, rows without heads, heads farther below."""
    assert last_of([*lines, "完"]) is None


def test_cells_between_two_paragraphs_are_main() -> None:
    """And cells below the last one; from what stands below the table on, nothing."""
    title = "渡口水务所二〇三一年获奖人员公示"
    page = ["首页", "水务", title, "2031-04-05", *TEXT[:2], "拟获奖名单", *HEADS, *ROWS, *TEXT[2:]]
    found = corpus.extract("\n".join([*page, "上一篇：旧闻", "版权所有"])).text
    assert found.split("\n") == page[4:]
    lines = [*TEXT, *HEADS, *ROWS, "上一篇：旧闻"]
    layout = read_text("\n".join(lines))
    hits = find_phrases(fold_lines(lines))
    below = continue_below(range(len(TEXT)), layout, hits)
    assert [lines[n] for n in below] == [*HEADS, *ROWS]


def test_whom_to_ask_of_a_second_party_goes_on() -> None:
    """Where that of the first is asked as well; labels may be spaced."""
    first = ["1.采购人信息", "名\u3000称：渡口水务所", "地 址：江边路一号"]
    second = ["2.代理机构信息", "名\u3000称：江边咨询", "电 话：0000-0001"]
    lines = [*TEXT, *first, *second, "打印"]
    layout = read_text("\n".join(lines))
    hits = find_phrases(fold_lines(lines))
    below = continue_below(range(len(TEXT) + len(first)), layout, hits)
    assert [lines[n] for n in below] == second


@pytest.mark.parametrize(
    ("part", "kept"), [("一、公告日期：2031年4月5日", True), ("一、桥", False)]
)
def test_a_part_with_a_day_is_no_byline(part: str, kept: bool) -> None:
    """Though a day was read from it, and nothing runs above it; a title may have a number."""
    lines = [part, *TEXT]
    found = said_in_text({0}, range(len(lines)), read_text("\n".join(lines)))
    assert list(found) == ([0] if kept else [])


def test_a_text_goes_on_below_a_box_with_a_known_heading() -> None:
    """Where two sentences follow each other below it."""
    box = ["延伸阅读", "·渡口今日余票查询", "·江风预警"]
    lines = [*TEXT[:2], *box, *TEXT[2:], "上一篇：旧闻"]
    layout = read_text("\n".join(lines))
    hits = find_phrases(fold_lines(lines))
    assert [lines[n] for n in continue_below(range(2), layout, hits)] == [*box, *TEXT[2:]]
    lines = [*TEXT[:2], *box, TEXT[2], "·江边的路"]
    hits = find_phrases(fold_lines(lines))
    assert continue_below(range(2), read_text("\n".join(lines)), hits) == []
