"""Simple rules: what each holds for the article, and what the forests see of it."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.extraction.choice.main import line_features
from corpus.extraction.choice.opinions import CONTEXT, MOST_TITLES, OPINIONS, find_opinions
from corpus.extraction.lines.html import read_html
from corpus.extraction.lines.layout import Layout
from corpus.extraction.lines.text import read_text
from tests.test_extraction_region import PAGE

RULE = {name: k for k, name in enumerate(OPINIONS)}


def held(markup: str, rule: str) -> list[str]:
    """The lines of a page that a rule holds for the article."""
    layout = read_html(markup)
    texts = [line.text for line in layout.lines]
    rules = find_opinions(layout, line_features(layout, texts)).rules
    return [text for text, flag in zip(texts, rules[RULE[rule]], strict=True) if flag]


ARTICLE = ["这台机器人会浇水，也会种菜，还会自己充电。", "村民说，有了它以后省了不少力气。"]


def test_the_element_with_most_paragraphs_in_it() -> None:
    """Paragraphs count for the element around them; one called related counts less."""
    assert held(PAGE, "paragraphs") == ARTICLE


def test_below_the_title_until_something_else_begins() -> None:
    """What is longer but stands in an element for something else does not win."""
    assert held(PAGE, "below_title_here") == ARTICLE
    assert held(PAGE, "unnamed_block") == ARTICLE


def test_a_wrapper_says_nothing() -> None:
    """A role that the title stands in, too, makes nothing foreign."""
    wrapped = PAGE.replace("class=c1", "class=sidebar")
    assert held(wrapped, "below_title_here") == ARTICLE


def test_the_smallest_element_called_content() -> None:
    """Of elements called content, the smallest that holds nearly all running text of any."""
    inner = "".join(f"<p>{text}</p>" for text in ARTICLE)
    page = f"<div class=main><p>首页</p><div class=content>{inner}</div><p>尾</p></div>"
    assert held(page, "role") == ARTICLE


@pytest.mark.parametrize("kind", ["html", "text"])
def test_every_line_has_its_context(kind: str) -> None:
    """One column a name; without markup the rules that need it hold no line."""
    html = read_html(PAGE)
    texts = [line.text for line in html.lines]
    layout: Layout = html if kind == "html" else read_text("\n".join(texts))
    found = find_opinions(layout, line_features(layout, texts))
    assert found.context.shape == (len(texts), len(CONTEXT))
    assert found.rules.shape == (len(OPINIONS), len(texts))
    assert found.rules[RULE["below_title"]].any() == (kind == "html")
    assert (found.context[:, CONTEXT.index("votes")] == found.rules.sum(axis=0)).all()


def test_lines_beside_the_title_share_a_small_element_with_it() -> None:
    """The fewer lines an element holds that has both line and title, the nearer they are."""
    layout = read_html(PAGE)
    texts = [line.text for line in layout.lines]
    found = find_opinions(layout, line_features(layout, texts))
    shared = found.context[:, CONTEXT.index("lines_with_title")]
    assert shared[texts.index(ARTICLE[0])] < shared[texts.index("别的新闻")] == len(texts)


def test_a_title_repeated_without_end_takes_no_time() -> None:
    """Only the first places where the title is shown are looked at."""
    page = f"<title>会浇水的机器人</title>{'<p>会浇水的机器人</p>' * 20_000}<p>{ARTICLE[0]}</p>"
    layout = read_html(page)
    features = line_features(layout, [line.text for line in layout.lines])
    assert MOST_TITLES < 20
    assert np.isfinite(find_opinions(layout, features).context).all()
