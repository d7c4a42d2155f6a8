"""What lines that are not main say of themselves, and what stands around them says of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.document import BLOCK_KINDS
from corpus.extraction.said import appeals, panels
from corpus.extraction.said.phrases import fold
from corpus.resources import read_table

GOLDEN = Path(__file__).parent / "golden" / "extraction"
SAID = [json.loads(line) for line in (GOLDEN / "said.jsonl").read_text("utf-8").splitlines()]
TITLE = "石桥镇的老桥修好了，前后用了三年"
ARTICLE = [
    line
    for n in range(4)
    for line in (
        f"石桥镇的老人说，第{n + 1}座桥是祖父那一辈修的，石头从河对岸运来，一块也没有浪费。",
        f"到了第{n + 3}年春天，河水涨到桥面，孩子们仍然从桥上走去上学，没有一个人摔倒。",
    )
]


def kinds(*below: str) -> list[tuple[str, str]]:
    """Kind and rule of each of these lines below an article."""
    page = [TITLE, "2024-05-01 10:00 来源：澜江日报", *ARTICLE, *below]
    blocks = corpus.extract("\n".join(page), kind="text").blocks
    return [(block.kind, block.rule) for block in blocks[-len(below) :]]


@pytest.mark.parametrize("case", SAID, ids=lambda case: case["line"])
def test_lines_say_what_they_are_for(case: dict[str, Any]) -> None:
    """A phrase, a row of buttons, a state or a call says so, headlines say nothing."""
    line, folded = case["line"], fold(case["line"])
    told = panels.find_said([line], [folded])
    told.update(dict.fromkeys(appeals.find_appeals([folded]), "promotion") if not told else {})
    assert told.get(0) == case["kind"]


def test_phrases_name_kinds_of_noise() -> None:
    """Each phrase of the table has a place it is looked for in, and a kind."""
    for row in read_table("noise_phrases.tsv"):
        assert row["phrase"].startswith(("line:", "start:", "any:"))
        assert row["kind"] in BLOCK_KINDS
        assert row["kind"] != "main"


@pytest.mark.parametrize("line", [case["line"] for case in SAID if case["kind"] == "promotion"])
def test_appeals_below_an_article_are_promotion(line: str) -> None:
    """Behind a list, too, where trees take a line for a headline of it."""
    heading = ("相关阅读", "河埠头的灯亮了，散步的人多了", "三月的雨下了一夜，江水涨了")
    assert kinds(*heading, line)[-1] in [
        ("promotion", rule) for rule in ("said_of_itself", "known_phrase")
    ]


def test_counts_beside_the_article_are_controls() -> None:
    """How often it was read is shown, not written; below a headline it belongs to that."""
    assert kinds("相关阅读", "云岭", "阅读 6812", "赞 12")[2] == ("control", "counts")
    lines = [f"河埠头的灯第{n}次亮了，散步的人多了" for n in range(9)]
    found = kinds(*lines, "阅读 6812")
    assert found[-1][1] != "counts"


def test_headlines_below_a_heading_are_related() -> None:
    """A heading that stands over articles only, and what looks like headlines below it."""
    found = kinds("同場加映", "河埠头的灯亮了，散步的人多了", "三月的雨下了一夜，江水涨了", "云岭")
    assert found[0] == ("related", "said_of_itself")
    assert found[1:3] == [("related", "below_headings")] * 2
    assert found[3][1] != "below_headings"


def test_names_and_sentences_below_a_heading_of_comments_are_comments() -> None:
    """Without times or buttons, too; a list of headlines below it is none."""
    said = ("山里人家", "写得真好，看着就想回老家了。", "一碗阳春面", "上个月刚去过，停车难。")
    assert [kind for kind, _ in kinds("读者说", *said)] == ["comment"] * 5
    found = kinds("读者说", "云岭", "河埠头的灯亮了，散步的人多了")
    assert [rule for _, rule in found[1:]].count("spoken") == 0


def test_small_advertisements_make_a_board() -> None:
    """Three of them near each other, with what stands between; two may be headlines."""
    ads = ("05年小本生意赚大钱", "水晶玉石家居年利200万", "开一家冰店赚得疯狂", "暴利技术诚招代理")
    assert kinds(*ads) == [("promotion", "boards")] * 4
    assert ("promotion", "boards") not in kinds("小镇的致富路", "河埠头的灯亮了", "治好了一条河")


def test_the_title_of_the_window_is_the_title() -> None:
    """The title once more, with channel and site behind it or with a label before."""
    for line in (f"{TITLE}_民生_澜江网", f"您正在浏览：{TITLE}"):
        assert kinds("相关阅读", line)[1] == ("title", "named_again")
    assert kinds("相关阅读", f"{TITLE}，居民怎么说")[1][0] != "title"


def test_cards_of_those_who_post_are_bylines() -> None:
    """Name, rank and points above the time of a post."""
    page = [TITLE]
    for n, line in enumerate(ARTICLE):
        page += [
            f"山里人家{n}",
            "金牌会员",
            f"积分 {n}12",
            f"发表于 2025-03-0{n + 1} 09:1{n}",
            line,
        ]
        page += ["回复", "举报"]
    blocks = corpus.extract("\n".join(page), kind="text").blocks
    found = {block.text: block.kind for block in blocks}
    for line in ("金牌会员", "山里人家3", "积分 312", "发表于 2025-03-04 09:13"):
        assert found[line] == "byline", line
    assert "poster_cards" in {block.rule for block in blocks if block.text.startswith("山里")}


@pytest.mark.parametrize(
    "name",
    [
        "COUNT",
        "ONLY_COMMENTS",
        "STATE",
        "TAGS",
        "RECENT",
        "SITES",
        "BUTTON",
        "LEGAL",
        "HOTLINE",
        "LIST_HEAD",
    ],
)
@pytest.mark.parametrize("bait", ["1", "#骑", "阅读1", "大", "【", " ", "评论", "登录", "《", ":"])
def test_forms_are_read_in_linear_time(name: str, bait: str) -> None:
    """50,000 repeats of what a form looks for end in a verdict, read as the code reads them.

    Nothing searches for a form: each is a whole line, or the beginning of one.
    """
    pattern = getattr(panels, name)
    pattern.fullmatch(bait * 50_000)
    pattern.match(bait * 50_000 + "!")


@pytest.mark.parametrize("pattern", [*appeals.SAID, *appeals.SENTENCES, appeals.MARK])
@pytest.mark.parametrize(
    "bait", ["扫", "下载", "点", "请", "app", "限时", "喜欢", "更多", "，", "广"]
)
def test_appeals_are_read_in_linear_time(pattern: Any, bait: str) -> None:
    """50,000 repeats of what an appeal begins with end in a verdict."""
    pattern.search(bait * 50_000 + "!")
