"""Pages of one kind, told by shape: manuals, READMEs, issues, papers, recipes."""

from __future__ import annotations

import pytest

import corpus
from corpus.extraction.choice.features import Texts
from corpus.extraction.extent.issues import find_issue
from corpus.extraction.extent.manuals import find_manual
from corpus.extraction.extent.papers import find_paper
from corpus.extraction.extent.readmes import find_readme
from corpus.extraction.extent.recipes import find_recipe
from corpus.extraction.said.phrases import find_phrases, fold_lines

MENU = ["首页", "指南", "接口", "失败重试", "登录"]
CODE = ["@Retry(times = 3)", "void sync() {}", "1", "2"]
ABSTRACT = (
    "摘要：为查明铁皮棚子被风掀起的原因，在渡口布设三个测点，"
    "连续观测两个月，并与岸上的记录比较。结果表明棚角的风速比岸上大四成。"
)
KEYWORDS = "关键词: 渡口, 铁皮棚子, 风速"
SECTIONS = [
    "0 引言",
    "棚子搭在浮码头上，四面没有遮挡。",
    "1 方法",
    "1.1 测点",
    "测点\t高度/m",
    "棚角\t2.4",
    "2 结论",
    "棚角应当加一道斜撑。",
]
REFERENCES = [
    "参考文献",
    "[1]\t魏长庚. 浮码头的风[J]. 澜江水利, 2029(3): 12-18.",
    "[2]",
    "林迟. 棚[M]. 2030.",
]
DISH = ["食材明细", "主料", "江虾半斤", "调料", "盐适量"]
STEPS = ["1", "江虾剪去须脚，用盐水养一刻钟。", "2", "大火煮到壳红，关火焖一会儿。"]


def page_of(lines: list[str]) -> Texts:
    """The lines of a page, folded, with their phrases."""
    folded = fold_lines(lines)
    return Texts(lines, folded, find_phrases(folded))


@pytest.mark.parametrize(
    "below",
    [
        "在 GitHub 上编辑此页 (opens new window)",
        "上次更新: 2031/4/5",
        "← 定时 分片 →",
        "下一页：分片",
    ],
)
def test_a_manual_links_its_headings(below: str) -> None:
    """From below the first one, which is the title; lines that number code are left out."""
    own = ["任务失败时会重新投递。", "# 声明", *CODE[:2], "# 放弃之后", "保留 14 天。"]
    lines = [*MENU, "# 失败重试", *own[:4], *CODE[2:], *own[4:], below, "本页目录", "声明"]
    assert [lines[n] for n in find_manual(page_of(lines))] == own
    found = corpus.extract("\n".join(lines))
    assert found.text.split("\n") == own
    assert found.title == "失败重试"


def test_the_link_may_stand_behind_a_heading() -> None:
    """As other programs set it; then the headings need stand nowhere else."""
    lines = ["文档", "安装¶", "先装轮渡的驱动。", "升级¶", "再装一次。", "Next", "© 澜江"]
    assert [lines[n] for n in find_manual(page_of(lines))] == lines[2:5]


@pytest.mark.parametrize(
    "lines",
    [
        ["首页", "装好以后运行", "# 安装", "apt install ferry", "# 启动", "ferry", "上一篇：旧文"],
        [*MENU, "# 失败重试", "任务失败时会重新投递。", "上次更新: 2031/4/5"],
        [*MENU, "# 失败重试", "# 声明", "任务失败时会重新投递。", "完"],
    ],
)
def test_remarks_in_code_are_no_headings(lines: list[str]) -> None:
    """They stand nowhere else on the page; nor is one heading enough, or a page with no end."""
    assert find_manual(page_of(lines)) == ()


LISTED = ["重试次数", "放弃之后"]
TOLD = [
    "任务失败时会重新投递，间隔越来越长。",
    "重试次数",
    "默认 3 次。",
    "放弃之后",
    "保留 14 天。",
]


@pytest.mark.parametrize("head", ["本文内容", "在本文中", "本页目录", "On this page", "此页内容："])
@pytest.mark.parametrize("below", ["反馈", "此页面是否有帮助？", "上次更新: 2031/4/5"])
def test_a_manual_lists_its_headings(head: str, below: str) -> None:
    """From the lead above the first one; buttons to copy code are left out."""
    lines = [*MENU, head, *LISTED, "失败重试", "稳定版", *TOLD[:3], "Java 复制", *CODE[:2]]
    lines += [*TOLD[3:], below, "登录"]
    own = [*TOLD[:3], *CODE[:2], *TOLD[3:]]
    assert [lines[n] for n in find_manual(page_of(lines))] == own
    assert corpus.extract("\n".join(lines)).is_article


def test_contents_may_be_folded() -> None:
    """Then the title stands right below, which the menu has, too."""
    lines = [*MENU, "本页总览", "失败重试", *TOLD[:3], "编辑此页"]
    assert [lines[n] for n in find_manual(page_of(lines))] == TOLD[:3]


@pytest.mark.parametrize(
    "lines",
    [
        [*MENU, "本页目录", *LISTED, *TOLD, "完"],
        [*MENU, "本页目录", *LISTED, *TOLD[:3], "反馈"],
        [*MENU, "本页目录", *LISTED, *TOLD[1::2], "反馈"],
        [*MENU, *TOLD, "反馈", "本页目录", *LISTED],
    ],
)
def test_other_lists_are_no_contents(lines: list[str]) -> None:
    """Where nothing ends the text, few headings stand below, nothing runs, or all is above."""
    assert find_manual(page_of(lines)) == ()


@pytest.mark.parametrize(
    "lines",
    [
        ["本文内容"] * 60_000,
        ["本文内容", *(str(n) for n in range(300)), *(str(n) for n in range(300, 0, -1))] * 100,
    ],
)
def test_a_page_of_contents_is_read_at_once(lines: list[str]) -> None:
    """Heads without end, and entries that stand again and again in another order."""
    assert find_manual(page_of(lines)) == ()


FILES = ["代码", "Issues", "3", "Star 5", "Fork", "src", "初次提交", "README.md", "改了说明"]
ROWS = ["Star 5", "Fork", "文件\t改动", "src\t初次提交", "README.md\t改了说明"]
TEXT = ["ferry-log", "记录轮渡的班次。", "安装", "pip install ferry-log", "许可证见根目录"]


@pytest.mark.parametrize("files", [FILES, ROWS])
@pytest.mark.parametrize(
    "head", [["README"], ["README.md"], ["README", "MIT license", "Security"], ["README MIT"]]
)
@pytest.mark.parametrize("below", [["About", "轮渡班次"], ["评论 (2)"], ["Languages", "Python"]])
def test_a_readme_stands_below_the_files(
    files: list[str], head: list[str], below: list[str]
) -> None:
    """From below its name, and what stands beside it, to what the host sets."""
    lines = [*files, *head, *TEXT, *below]
    assert [lines[n] for n in find_readme(page_of(lines))] == TEXT
    assert corpus.extract("\n".join(lines)).is_article


def test_a_readme_may_have_a_heading_of_the_name() -> None:
    """What the host says about the project is the last one."""
    lines = [*FILES, "README", "About", *TEXT, "About", "轮渡班次", "Languages"]
    assert [lines[n] for n in find_readme(page_of(lines))] == ["About", *TEXT]


@pytest.mark.parametrize(
    "lines",
    [
        [*FILES, *TEXT, "About"],
        ["教程", "README.md", "怎么写", "README.md", *TEXT, "About"],
        [*FILES, "README", *TEXT, "完"],
        [*FILES, "README", "ferry-log", "About"],
    ],
)
def test_other_pages_show_no_readme(lines: list[str]) -> None:
    """Where its text is not shown, no host shows it, nothing ends it, or it says nothing."""
    assert find_readme(page_of(lines)) == ()


REPORT = ["启动以后一直等。", "ferry run --log", "看样子没有连上。"]
ANSWER = ["升级到 0.4 就好了。"]
THANKS = ["好了，谢谢。"]


@pytest.mark.parametrize(
    ("opened", "heads", "notes"),
    [
        (
            "luming 于 2029-03-04 提出了此 issue · 2 条评论",
            [["luming 评论于 2029-03-04 • 由 luming 编辑"], ["gu-8 评论于", "2029-03-05"]],
            [["👍 6添加表情回应", "gu-8 添加了 bug 标签 2029-03-05", "维护者"], ["•••", "作者"]],
        ),
        (
            "luming opened this issue on Mar 4 · 2 comments",
            [["luming commented on Mar 4, 2029"], ["gu-8 commented", "Mar 5, 2029", "• edited"]],
            [["gu-8 added the bug label", "Member", "Copy link"], ["gu-8 closed this in #4"]],
        ),
    ],
)
def test_comments_of_an_issue_are_read(
    opened: str, heads: list[list[str]], notes: list[list[str]]
) -> None:
    """Without their heads, and what the host notes between two of them."""
    lines = ["Issues", "卡在码头 #4", opened, *heads[0], *REPORT[:2], "复制", REPORT[2], *notes[0]]
    lines += [
        *heads[1],
        *ANSWER,
        *notes[1],
        *heads[0],
        *THANKS,
        "Sign up for free",
        "Labels",
        "bug",
    ]
    own = [*REPORT, *ANSWER, *THANKS]
    assert [lines[n] for n in find_issue(page_of(lines))] == own
    assert corpus.extract("\n".join(lines)).text.split("\n") == own
    del lines[2]
    assert find_issue(page_of(lines)) == ()


def test_a_paper_reaches_from_its_abstract_to_its_references() -> None:
    """With tables, without what the site sets in between."""
    tools = ["引用本文", "新窗口打开 | 下载原图"]
    lines = ["期刊", "标题", *MENU, ABSTRACT, KEYWORDS, *SECTIONS[:6], tools[1], *SECTIONS[6:]]
    lines += [tools[0], *REFERENCES, "相关文章", "桥的风", "版权所有"]
    own = [ABSTRACT, KEYWORDS, *SECTIONS, *REFERENCES]
    assert [lines[n] for n in find_paper(page_of(lines))] == own
    assert corpus.extract("\n".join(lines)).is_article


def test_an_abstract_may_be_all_there_is() -> None:
    """Where little else runs on the page."""
    short = [*MENU, "摘要", ABSTRACT[3:], KEYWORDS, "相关文章", "桥的风"]
    assert [short[n] for n in find_paper(page_of(short))] == short[5:8]
    essay = [*short, *[f"{n}，{ABSTRACT}" for n in range(3)]]
    assert find_paper(page_of(essay)) == ()


@pytest.mark.parametrize(
    "lines",
    [
        [ABSTRACT, *SECTIONS],
        ["摘要：短", KEYWORDS, *SECTIONS],
        ["本文摘要由人工智能生成", KEYWORDS, *SECTIONS],
    ],
)
def test_other_summaries_make_no_paper(lines: list[str]) -> None:
    """One without keywords, one that is too short, one that a site adds."""
    assert find_paper(page_of(lines)) == ()


def test_a_recipe_is_what_goes_in_and_what_is_done() -> None:
    """With what the cook tells above, without facts of the dish and what the site sets below."""
    told = "外婆说江虾只要三样东西：水、盐和火。"
    facts = ["咸鲜口味", "十分钟耗时"]
    lines = ["菜谱", "食材", "盐水江虾", told, *DISH, *facts, "盐水江虾的做法步骤", *STEPS]
    lines += ["使用的厨具：煮锅", "评论", "相似菜谱", "葱油江虾"]
    own = [told, *DISH, "盐水江虾的做法步骤", *STEPS]
    assert [lines[n] for n in find_recipe(page_of(lines))] == own
    assert corpus.extract("\n".join(lines)).is_article


@pytest.mark.parametrize(
    "lines",
    [
        ["食材", *DISH[1:3], "新闻", *STEPS],
        [*DISH, "盐水江虾的做法", "葱油江虾的做法", "相似菜谱"],
        ["盐水江虾的做法", *STEPS, *DISH],
    ],
)
def test_other_lists_are_no_recipe(lines: list[str]) -> None:
    """No steps, headlines for steps, the two the wrong way round."""
    assert find_recipe(page_of(lines)) == ()
