"""Articles of encyclopedias, known by the button to edit that each section has."""

from __future__ import annotations

import pytest

import corpus
from corpus.extraction.choice.features import Texts
from corpus.extraction.extent.wikis import find_wiki
from corpus.extraction.said.phrases import find_phrases, fold_lines

MENU = ["首页", "特色百科", "登录", "澜江渡口", "编辑讨论上传视频"]
LEAD = ["澜江渡口，位于澜江中游北岸，是一座始建于1912年的轮渡码头。", "2009年停航。"]
BOX = ["中文名", "澜江渡口", "始建时间", "1912年"]
CONTENTS = ["目录", "1历史沿革", "2铁皮棚子"]
HISTORY = ["渡口最早由船家集资修建。", "1958年改用机动船。"]
SHED = ["棚子在2006年被风掀过一次。"]
NOTES = ["参考资料", "1", "澜江县志．澜江社．1991", "词条统计", "浏览次数：5741次"]


def page_of(lines: list[str]) -> Texts:
    """The lines of a page, folded, with their phrases."""
    folded = fold_lines(lines)
    return Texts(lines, folded, find_phrases(folded))


def said(lines: list[str]) -> list[str]:
    """The lines of the article."""
    return [lines[n] for n in find_wiki(page_of(lines))]


@pytest.mark.parametrize(
    "below",
    [["编辑"], ["播报", "编辑"], ["编辑播报"], ["編輯"]],
)
def test_an_entry_is_its_lead_and_its_sections(below: list[str]) -> None:
    """Without the box between them, the contents, the buttons, and the notes below."""
    sections = ["历史沿革", *below, *HISTORY, "铁皮棚子", *below, *SHED]
    lines = [*MENU, *LEAD, *BOX, *CONTENTS, *sections, *NOTES]
    assert said(lines) == [*LEAD, "历史沿革", *HISTORY, "铁皮棚子", *SHED]
    found = corpus.extract("\n".join(lines))
    assert found.text.split("\n") == said(lines)
    assert found.title == "澜江渡口"


@pytest.mark.parametrize("button", ["[编辑]", "[ 編輯 ]", " [编辑 | 编辑源代码]", "编辑本段"])
def test_the_button_may_stand_behind_the_heading(button: str) -> None:
    """As wikis of other software set it; a notice above the lead is none of it."""
    head = ["来自澜江百科", "跳到导航 跳到搜索", "此条目欢迎补充。"]
    headings = [f"历史沿革{button}", f"铁皮棚子{button}"]
    lines = [*head, LEAD[0], "目录 [隐藏]", headings[0], *HISTORY, headings[1], *SHED]
    assert said([*lines, f"外部链接{button}", "澜江站"]) == [
        LEAD[0],
        headings[0],
        *HISTORY,
        headings[1],
        *SHED,
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [*LEAD, "历史沿革", "编辑", *HISTORY, *NOTES],
        [*LEAD, "历史沿革", "编辑", *HISTORY, "铁皮棚子", "编辑", *SHED],
        [*LEAD, "历史沿革", "编辑", *HISTORY, "铁皮棚子", "编辑", *SHED, "参考资料"],
        ["百科", "江鸥", "回复", "引用", *HISTORY, "看船的", "回复", *SHED, "参考资料"],
    ],
)
def test_other_pages_are_no_encyclopedia(lines: list[str]) -> None:
    """One section, no end, nothing that calls itself an entry, buttons of another kind."""
    assert find_wiki(page_of(lines)) == ()
