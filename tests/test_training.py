"""Training pages: what is invented or varied carries the labels it should."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.extraction.lines.html import read_html
from corpus.extraction.lines.layout import Element, Elements, Layout, Line
from scripts.training import invented
from scripts.training.invented import EMPTY, KINDS, Body, invent, read_labels, write_page
from scripts.training.invented_bodies import tutorial
from scripts.training.invented_site import MARK, Library, Site
from scripts.training.sheet import Labelled, furniture
from scripts.training.tutorials import TutorialLine, read_tutorials
from scripts.training.variants import set_in, thin, unlink, vary

ARTICLES = [
    [f"第{n}号通知", *(f"第{n}篇文章的第{k}段，说的是一件小事。" for k in range(6))]
    for n in range(20)
]
TUTORIAL = (
    TutorialLine("text", "怎样给菜园装一个水位计"),
    TutorialLine("heading", "一、要准备什么"),
    TutorialLine("item", "一根管子"),
    TutorialLine("item", "一个浮子"),
    TutorialLine("text", "把浮子放进管子里，再运行下面的命令："),
    TutorialLine("text", "读数每分钟记一次。"),
)
LIBRARY = Library(ARTICLES, [TUTORIAL])
MAIN = tuple(f"正文第{n}段，写得不长，但是有头有尾。" for n in range(8))


def made(body: Body, seed: int) -> Labelled:
    """A page of that kind."""
    return read_labels(read_html(write_page(Site(LIBRARY, random.Random(seed)), body)))


def labelled() -> Labelled:
    """A page of a menu, an article and a footer, each in an element of its own."""
    texts = ("首页", "新闻", *MAIN, "版权所有")
    rows = (
        Element(-1, "body", 0, 0, 0, len(texts)),
        Element(0, "div", 0, 1, 0, 2),
        Element(0, "div", 0, 1, 2, len(texts) - 1),
        Element(0, "div", 0, 1, len(texts) - 1, len(texts)),
    )
    at = [1, 1, *[2] * len(MAIN), 3]
    lines = tuple(Line(text, n) for text, n in zip(texts, at, strict=True))
    return Labelled(Layout(lines, Elements.of(rows)), tuple(int(text in MAIN) for text in texts))


@pytest.mark.parametrize("body", {**KINDS, **EMPTY}, ids=lambda body: str(body.__name__))
def test_invented_labels(body: Body) -> None:
    """A page of a kind that has an article has main lines, of any other none, and no mark stays."""
    for seed in range(5):
        page = made(body, seed)
        assert any(page.labels) == (body not in EMPTY)
        assert not all(page.labels)
        assert not any(MARK in line.text for line in page.layout.lines)


def test_invented_text() -> None:
    """What is read as innerText has the same labels and no elements."""
    tracks = ("html", "text")
    html, text = (invent(t, 5, LIBRARY, random.Random(1), KINDS) for t in tracks)
    assert [page.labels for page in html] == [page.labels for page in text]
    assert not any(page.layout.elements for page in text)


def test_news_in_brief_is_made_without_markup_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages with elements are of all kinds but those for innerText."""
    made: list[set[str]] = []

    def one_page(library: Library, draw: random.Random, kinds: dict[Body, float]) -> Labelled:
        made.append({kind.__name__ for kind in kinds})
        return page(library, draw, kinds)

    page = invented.one_page
    monkeypatch.setattr(invented, "one_page", one_page)
    for track in ("html", "text"):
        invent(track, 1, LIBRARY, random.Random(1))
    assert made[1] - made[0] == {"roundup"}


def test_a_tutorial_keeps_its_lines() -> None:
    """Headings, items and sentences of a tutorial are main, in order, and code where it was."""
    for seed in range(10):
        page = made(tutorial, seed)
        pairs = zip(page.layout.lines, page.labels, strict=True)
        main = [line.text for line, label in pairs if label]
        own = [line.text for line in TUTORIAL[1:]]
        assert [text for text in main if text in own] == own
        assert main[-1] == own[-1]


def test_a_library_without_tutorials_makes_none() -> None:
    """Where no article is one, a page with code stands in."""
    site = Site(Library(ARTICLES), random.Random(2))
    assert any(read_labels(read_html(write_page(site, tutorial))).labels)


def test_tutorials_are_read_from_markdown(tmp_path: Path) -> None:
    """Signs tell what a line is, what a collection added goes, one half is never trained on."""
    lines = [
        "# 水位计",
        "",
        "> * 译者：罗亭",
        "## 准备",
        "* 一根[管子][1]",
        "2. 一个`浮子`",
        "[1]: x.cn/a",
    ]
    texts = [
        "\n".join([*lines, *[f"第{n}步，拧紧{k}号螺丝。" for k in range(4)]]) for n in range(20)
    ]
    texts.append("没有标题的短文。")
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    known = read_tutorials(tmp_path / "a.parquet")
    held_out = read_tutorials(tmp_path / "a.parquet", held_out=True)
    assert len(known) + len(held_out) == 20
    assert known
    assert held_out
    assert [*known[0][:4]] == [
        ("heading", "水位计"),
        ("heading", "准备"),
        ("item", "一根管子"),
        ("item", "一个浮子"),
    ]
    assert not {tuple(t) for t in known} & {tuple(t) for t in held_out}


def without_elements(page: Labelled) -> Labelled:
    """The page as innerText has it."""
    lines = tuple(Line(line.text) for line in page.layout.lines)
    return Labelled(Layout(lines), page.labels)


@pytest.mark.parametrize("has_elements", [True, False])
def test_variants_keep_labels(has_elements: bool) -> None:
    """A variant keeps at least one line of the article, and calls nothing else main."""
    page = labelled() if has_elements else without_elements(labelled())
    for seed in range(40):
        variant = vary(page, ARTICLES, random.Random(seed))
        pairs = zip(variant.layout.lines, variant.labels, strict=True)
        main = [line.text for line, label in pairs if label]
        assert main
        assert set(main) <= set(MAIN)
        assert bool(variant.layout.elements) == has_elements
        assert "版权所有" in [line.text for line in variant.layout.lines]


def test_variant_elements_hold_their_lines() -> None:
    """Each line of a variant lies in its element, and each element in its parent."""
    for seed in range(40):
        layout = vary(labelled(), ARTICLES, random.Random(seed)).layout
        for n, line in enumerate(layout.lines):
            at = line.element
            while at >= 0:
                assert layout.elements[at].first <= n < layout.elements[at].end
                at = layout.elements[at].parent


def test_furniture() -> None:
    """Furniture is all of a page but its article."""
    assert [line.text for line in furniture(labelled()).layout.lines] == [
        "首页",
        "新闻",
        "版权所有",
    ]


def test_invented_kinds_are_drawn_by_their_weights() -> None:
    """Only those kinds come that are asked for."""
    pages = invent("html", 6, LIBRARY, random.Random(3), {next(iter(EMPTY)): 1.0})
    assert len(pages) == 6
    assert not any(any(page.labels) for page in pages)


@pytest.mark.parametrize("seed", range(4))
def test_a_thinned_page_keeps_its_article(seed: int) -> None:
    """Every main line stays in its element, most others go; no line is added."""
    page = labelled()
    lines = (*page.layout.lines, *(Line(f"页脚第{n}行", 3, 3, 1) for n in range(200)))
    page = Labelled(Layout(lines, page.layout.elements), (*page.labels, *[0] * 200))
    thinned = thin(page, random.Random(seed))
    kept = [line for line, label in zip(thinned.layout.lines, thinned.labels, strict=True) if label]
    assert tuple(line.text for line in kept) == MAIN
    assert {line.element for line in kept} == {2}
    assert len(MAIN) + 2 <= len(thinned.layout.lines) < len(lines) / 2
    assert {line.n_links for line in thinned.layout.lines} <= {0, 1}


def test_a_page_without_links_is_the_same_page() -> None:
    """Only that nothing is a link any more."""
    page = Labelled(Layout((Line("首页", -1, 2, 1), Line("正文。"))), (0, 1))
    bare = unlink(page)
    assert [line.text for line in bare.layout.lines] == ["首页", "正文。"]
    assert all(line.n_links == line.n_link_characters == 0 for line in bare.layout.lines)
    assert bare.labels == page.labels


@pytest.mark.parametrize("has_elements", [True, False])
def test_an_article_is_set_into_a_page(has_elements: bool) -> None:
    """It stands where the page's own stood, whole or as one paragraph, and nothing else goes."""
    page = labelled() if has_elements else without_elements(labelled())
    other = ARTICLES[3]
    sizes = set()
    for seed in range(40):
        made = set_in(page, other, random.Random(seed))
        texts = [line.text for line in made.layout.lines]
        own = [text for text, label in zip(texts, made.labels, strict=True) if label]
        assert "".join(own) in "".join(other)
        assert [text for text in texts if text not in own] == ["首页", "新闻", "版权所有"]
        sizes.add(len(own))
    assert {1, 2} < sizes


def test_the_headline_of_a_page_gives_way() -> None:
    """Half of the time; what has a digit or ends like a sentence is none."""
    above = ("县城里的河埠头修好了", "2026年1月5日", "来源：县报。")
    page = Labelled(Layout(tuple(map(Line, (*above, *MAIN)))), (0, 0, 0, *[1] * len(MAIN)))
    seen = {
        tuple(line.text for line in set_in(page, ARTICLES[3], random.Random(seed)).layout.lines)[:3]
        for seed in range(20)
    }
    assert seen == {above, (ARTICLES[3][0], *above[1:])}
