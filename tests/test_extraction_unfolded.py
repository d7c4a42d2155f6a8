"""Lists that show one of their items whole."""

from __future__ import annotations

import pytest

import corpus
from corpus.extraction.choice import main as choosing
from corpus.extraction.extent.unfolded import is_unfolded

PARAGRAPHS = [
    "石桥镇的老人说，第一座桥是祖父那一辈修的，石头从河对岸运来，一块也没有浪费，前后用了三年。",
    "第二座桥通车那天，全镇的人都来了，孩子们在桥上从这头跑到那头，跑了整整一个下午才回家。",
    "如今两座桥并排立在江上，新桥走车，老桥走人，傍晚的时候桥栏杆上坐满了钓鱼的和看钓鱼的人。",
]


def record(n: int) -> list[str]:
    """Headline, summary and day, as a search shows what it found."""
    summary = (
        f"石迟：第{n}座桥的石头从河对岸运来，" + "工匠把它们逐块编号，再按编号砌起来，前后一共用了…"
    )
    return [f"第{n}座桥是谁修的？", summary, f"2031-04-{n + 1:02}"]


def page(above: int, below: int) -> tuple[list[str], list[int]]:
    """A list with an article between, and the numbers of the article's lines."""
    lines = [line for n in range(above) for line in record(n)]
    start = len(lines)
    lines += PARAGRAPHS
    lines += [line for n in range(below) for line in record(n)]
    return lines, list(range(start, start + len(PARAGRAPHS)))


def test_an_item_among_summaries_is_no_article() -> None:
    """Also where the summaries beside it were taken for its text."""
    lines, main = page(4, 4)
    assert is_unfolded(lines, main)
    assert is_unfolded(lines, range(len(lines)))


@pytest.mark.parametrize(("above", "below"), [(3, 30), (30, 3), (0, 30)])
def test_summaries_on_one_side_deny_nothing(above: int, below: int) -> None:
    """Below an article there are others; a column beside it can come first in a dump."""
    assert not is_unfolded(*page(above, below))


def test_nothing_but_summaries_is_left_to_the_forest() -> None:
    """A text of which each line breaks off is no item among others."""
    lines = [line for n in range(20) for line in record(n)]
    assert not is_unfolded(lines, range(1, len(lines), 3))


def test_the_page_of_results_has_no_article(monkeypatch: pytest.MonkeyPatch) -> None:
    """From a dump, where no title tells what the page is, and whatever the forest says."""
    monkeypatch.setattr(choosing, "IS_ARTICLE", dict.fromkeys(("html", "text"), -99.0))
    lines, _ = page(8, 20)
    head = ["首页", "发现", "综合", "用户", "话题", "文章"]
    article = corpus.extract("\n".join([*head, *lines]), kind="text")
    assert not article.is_article
    assert article.text == ""
    alone = corpus.extract("\n".join([*head, "两座桥", *page(0, 20)[0]]), kind="text")
    assert alone.is_article
    assert PARAGRAPHS[1] in alone.text
