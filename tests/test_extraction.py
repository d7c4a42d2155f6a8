"""Extraction: lines, features, forests, regions, kinds, and the whole on the invented pages."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import corpus
from corpus import extraction
from corpus.cleaning import undo
from corpus.document import BLOCK_KINDS, Removal
from corpus.errors import LoadError
from corpus.extraction.choice.evidence import REGION_FEATURES
from corpus.extraction.choice.features import DATE, TEXT_FEATURES, text_features
from corpus.extraction.choice.forest import Forest, read_forest
from corpus.extraction.choice.main import Choice, line_features
from corpus.extraction.choice.opinions import CONTEXT, find_opinions
from corpus.extraction.choice.region import propose, take
from corpus.extraction.choice.together import Steps, finish
from corpus.extraction.choice.tree import TREE_FEATURES
from corpus.extraction.choice.verdict import VERDICT_FEATURES
from corpus.extraction.extent.boxes import without_boxes
from corpus.extraction.extent.ends import trim, with_tables, without_ends
from corpus.extraction.lines.html import ROLES, read_html, roles_of
from corpus.extraction.lines.layout import Layout, Line
from corpus.extraction.lines.text import read_text
from corpus.extraction.noise import cards, items, shapes
from corpus.extraction.said import comments, crumbs, related, statements
from corpus.extraction.said.buttons import are_buttons
from corpus.extraction.said.phrases import NO_HITS, Hits, find_phrases, fold
from corpus.loading import decode_page
from corpus.pipeline import judge_page
from corpus.recipe import Recipe

GOLDEN = Path(__file__).parent / "golden" / "extraction"
REGEXES = {
    "date": DATE,
    "time": related.TIME,
    "stamp": related.STAMP,
    "tail": items.TAIL,
    "front": items.FRONT,
    "counted": items.COUNTED,
    "lead": items.LEAD,
    "opening": items.OPENING,
    "heading of a list": items.HEADING,
    "rank": related.RANK,
    "account figures": cards.ACCOUNT_FIGURES,
    "crumb": crumbs.CRUMB,
    "speech": comments.SPEECH,
    "list": comments.LIST,
    **{f"comment {name}": pattern for name, pattern, _ in comments.PATTERNS},
    "label": statements.LABEL,
    "rights": statements.RIGHTS,
    "consent": statements.CONSENT,
    "advice": statements.ADVICE,
    **{name: pattern for name, pattern, _ in shapes.PATTERNS},
}


def cases(name: str) -> list[Any]:
    """The cases of a golden file, one test each."""
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    found = enumerate(map(json.loads, lines))
    return [pytest.param(case, id=case.get("why") or f"{name}-{n}") for n, case in found]


@pytest.mark.parametrize("case", cases("lines"))
def test_html_becomes_the_lines_a_reader_sees(case: dict[str, Any]) -> None:
    """Markup breaks into the lines that a browser would show."""
    assert [line.text for line in read_html(case["html"]).lines] == case["lines"]


@pytest.mark.parametrize("case", cases("phrases"))
def test_phrases_are_found_whatever_their_width(case: dict[str, Any]) -> None:
    """A line's phrases are found as the whole line, at its start, and inside it."""
    (hit,) = find_phrases([fold(case["line"])])
    assert (hit.whole, hit.start, hit.inside) == (case["whole"], case["start"], case["inside"])


@pytest.mark.parametrize("case", cases("roles"))
def test_roles_come_from_whole_tokens_only(case: dict[str, Any]) -> None:
    """A token of a class counts, a part of a token never does."""
    found = [role for n, role in enumerate(ROLES) if roles_of(case["attribute"]) >> n & 1]
    assert sorted(found) == sorted(case["roles"])


@pytest.mark.parametrize("case", cases("related"))
def test_related_items_have_headline_outlet_and_time(case: dict[str, Any]) -> None:
    """A list of recommended articles is read into its items."""
    read = related.stamped_items(case["lines"], [True] * len(case["lines"]))
    found = [[item.related.title, item.related.source, item.related.time] for item in read]
    assert found == case["items"]


@pytest.mark.parametrize("case", cases("items"))
def test_lines_known_as_related_are_read_into_items(case: dict[str, Any]) -> None:
    """Each headline takes along what stands below it or beside it, and no heading is an item."""
    lines = case["lines"]
    read = items.read_items(lines, [True] * len(lines), [False] * len(lines))
    found = [[item.related.title, item.related.source, item.related.time] for item in read]
    assert found == case["items"]


def test_each_line_knows_the_elements_around_it() -> None:
    """Elements span exactly the lines inside them, and parents come before children."""
    layout = read_html("<div><p>一</p><ul><li>二<li>三</ul></div><p>四")
    spans = {(e.tag, e.first, e.end) for e in layout.elements}
    assert {("div", 0, 3), ("ul", 1, 3), ("p", 3, 4)} <= spans
    assert all(e.parent < n for n, e in enumerate(layout.elements))


def test_head_is_read() -> None:
    """Title, meta contents, canonical link and JSON-LD are at hand for the metadata."""
    head = read_html(
        '<html lang="zh-CN"><head><title> a \n b </title><meta property="OG:Title" content="c">'
        '<link rel="canonical" href="https://x.example/1">'
        '<script type="application/ld+json">{"headline": "d"}</script></head><body>e'
    ).head
    assert (head.title, head.properties, head.canonical) == (
        "a b",
        {"og:title": "c"},
        "https://x.example/1",
    )
    assert (head.linked_data, head.language) == (('{"headline": "d"}',), "zh-CN")


def test_features_have_one_row_a_line_and_one_column_a_name() -> None:
    """The matrices are as wide as their lists of names, and finite."""
    layout = read_html("<h1>题目在此</h1><div class='content'><p>正文，第一段。</p></div>")
    texts = [line.text for line in layout.lines]
    features = line_features(layout, texts)
    assert features.shape == (2, len(TEXT_FEATURES) + len(TREE_FEATURES))
    assert np.isfinite(features).all()
    assert line_features(read_text("题目在此"), ["题目在此"]).shape == (1, len(TEXT_FEATURES))


def test_features_do_not_see_that_punctuation_lost_its_width() -> None:
    """A text that went through NFKC has the same features."""
    wide = ["他说：“好！”，走了；真的？", "正文（一）"]
    narrow = ["他说:“好!”,走了;真的?", "正文(一)"]
    assert (text_features(wide) == text_features(narrow)).all()


def test_forest_follows_its_borders() -> None:
    """A row goes right where it is above the border, and leaves add up with the bias."""
    forest = Forest(
        columns=np.array([[0, 1]], dtype=np.int32),
        borders=np.array([[0.5, 10.0]], dtype=np.float32),
        leaves=np.array([[1, 2, 3, 4]], dtype=np.int64) * 1_000_000,
        bias=500_000,
    )
    rows = np.array([[0.5, 10.0], [0.6, 10.0], [0.5, 11.0], [0.6, 11.0]])
    assert forest.score(rows).tolist() == [1.5, 2.5, 3.5, 4.5]


def test_candidates_include_every_element_and_the_whole_page() -> None:
    """No container of a small page is missing among the regions that compete."""
    layout = read_html("<div><p>一，二。</p><p>三，四。</p></div><p>五</p>")
    features = line_features(layout, [line.text for line in layout.lines])
    opinions = find_opinions(layout, features)
    found = finish(propose(layout, features, np.array([1.0, 1.0, -3.0]), opinions))
    runs = set(zip(found.first.tolist(), found.end.tolist(), strict=True))
    assert {(0, 2), (0, 3), (2, 3), (0, 1), (1, 2)} <= runs
    assert found.features.shape[1] == len(REGION_FEATURES)


def test_a_candidate_takes_the_lines_above_its_floor() -> None:
    """Lines of the run under the floor are left out, all others are taken."""
    layout = read_text("一，二。\n三\n四，五。")
    scores = np.array([2.0, -5.0, 1.0])
    features = text_features([line.text for line in layout.lines])
    found = finish(propose(layout, features, scores, find_opinions(layout, features)))
    whole = [n for n in range(len(found.first)) if (found.first[n], found.end[n]) == (0, 3)]
    assert [0, 2] in [take(found, n, scores) for n in whole]


def test_trim_cuts_only_at_the_ends() -> None:
    """What says at an end that it is a statement goes; the same words inside stay."""
    statement = Hits(None, "statement", None)
    hits = [Hits(None, "control", None), NO_HITS, statement, NO_HITS, statement]
    layout = read_text("\n".join("打一二三头"))
    assert trim([0, 1, 2, 3, 4], layout, hits) == (1, 2, 3)


def test_what_is_noise_by_its_words_goes_at_the_ends() -> None:
    """A state of the page above a text, headings over articles and comments below it."""
    rows = ["A- A A+", "桥修好了，人又多了。", "灯亮到十点。", "热文推荐", "留言区"]
    layout = read_text("\n".join(rows))
    assert trim(range(5), layout, [NO_HITS] * 5) == (1, 2)


def test_boxes_of_links_inside_the_article_are_not_main() -> None:
    """A heading of other articles and the links below it go, the paragraph after them stays."""
    link = Line("另一篇文章的题目", n_link_characters=8, n_links=1)
    layout = Layout((Line("一，二。"), Line("延伸阅读"), link, link, Line("三，四。"), link))
    hits = [NO_HITS] * 6
    hits[1] = Hits("related", "related", "related")
    assert without_boxes(range(6), layout, hits) == [0, 4, 5]


def test_buttons_below_each_post_are_not_main() -> None:
    """A word of a button that stands three times goes; once or twice, it may be what is said."""
    texts = [
        "大家早！",
        "点赞",
        "早，今天有雪。",
        "点赞",
        "收藏",
        "路上小心。",
        "点赞",
        "收藏",
        "1",
        "1",
        "1",
        "好。",
    ]
    hits = find_phrases([fold(text) for text in texts])
    assert hits[8].whole == "control"
    assert without_boxes(range(12), read_text("\n".join(texts)), hits) == [
        0,
        2,
        4,
        5,
        7,
        8,
        9,
        10,
        11,
    ]


def test_what_leads_away_at_the_ends_goes() -> None:
    """A short link at an end leads away; one inside stays, and so does a page of links alone."""
    more = '<p><a href="/1">桥的那边</a></p>'
    layout = read_html(f"{more}<p>第一段，不短。</p>{more}<p>第二段，也不短。</p>{more}更多乡情")
    hits = [NO_HITS] * 6
    assert without_ends(range(6), layout, hits) == (1, 2, 3)
    assert without_ends([0, 2], layout, hits) == (0, 2)
    assert without_ends([], layout, hits) == ()


def test_rows_of_page_numbers_at_the_ends_go() -> None:
    """What leads to the other pages of an article is no part of it; a sentence about it is."""
    rows = [
        "上一页",
        "第一段，不短。",
        "翻到下一页，就是结局。",
        "首页 | 上一页 1 【2】【3】 下一页 | 尾页",
    ]
    assert without_ends(range(4), read_text("\n".join(rows)), [NO_HITS] * 4) == (1, 2)


def test_rows_of_buttons_at_the_ends_go() -> None:
    """Words of buttons, tags and a link below a text go in one row, whichever stands last."""
    rows = [
        "微博 微信 QQ空间 | 举报",
        "标签：小镇、桥",
        "他写道：“收藏 分享”的人多了。",
        "分享",
        "转发的人说。",
        "文章标签：桥 河",
        "分享到 微信好友 朋友圈 3,930",
        "更多乡情",
        "版权所有 某某报",
    ]
    hits = find_phrases([fold(row) for row in rows])
    assert without_ends(range(9), read_text("\n".join(rows)), hits) == (2, 3, 4)


def test_headings_and_comments_in_code_at_the_ends_stay() -> None:
    """What begins with # says nothing of tags in Markdown and in code."""
    rows = ["# 恢复代理", "export https_proxy=", "说完了。", "# 收藏 分享"]
    hits = find_phrases([fold(row) for row in rows])
    assert hits[0].start == "tags"
    assert without_ends(range(4), read_text("\n".join(rows)), hits) == (0, 1, 2, 3)


OTHERS = [
    "分享到的快乐",
    "3,930",
    "",
    "print(x)",
    "微信和微博",
    "|",
    "微信 里的朋友 都睡了",
    "收藏 旧书 是 乐趣",
]


@pytest.mark.parametrize("text", OTHERS)
def test_other_short_lines_are_no_buttons(text: str) -> None:
    """Words that hold those of buttons, figures alone, code."""
    assert not are_buttons(text)


def test_a_long_row_of_buttons_takes_linear_time() -> None:
    """Nothing is taken back where the line ends otherwise."""
    assert not are_buttons("分享到" * 30_000 + "的")
    assert are_buttons("分享到" * 30_000)
    assert are_buttons("分享到 " * 30_000)


def test_rows_of_a_table_inside_the_article_are_main() -> None:
    """Figures between main lines are part of the article; a table below it is not."""
    layout = read_text("一，二。\n甲\t1\n乙\t2\n三\n四，五。\n丙\t3")
    assert with_tables({0, 4}, layout) == {0, 1, 2, 4}
    assert with_tables(set(), layout) == set()


def test_lines_know_how_far_below_the_title_they_stand() -> None:
    """The title counts as shown where a line has hardly anything else, whatever the site adds."""
    layout = read_html("<title>河堤加固完工_某网</title><p>首页<h1>河堤加固完工</h1><p>正<p>文")
    features = line_features(layout, [line.text for line in layout.lines])
    since = features[:, len(TEXT_FEATURES) + TREE_FEATURES.index("since_title")]
    assert since.tolist() == [999, 0, 1, 2]


def test_roles_of_two_elements_are_near_and_those_of_all_around() -> None:
    """The parent of the innermost element counts as near, its own parent no more."""
    layout = read_html("<div class=related><div><p>正文一</p></div><p>正文二</p></div>")
    features = line_features(layout, [line.text for line in layout.lines])
    for name, expected in (("near_related", [0, 1]), ("around_related", [1, 1])):
        column = features[:, len(TEXT_FEATURES) + TREE_FEATURES.index(name)]
        assert column.tolist() == expected


def test_a_page_in_another_language_is_named_so_even_without_an_article() -> None:
    """A menu in English is removed as not Chinese, one in Chinese as a page without article."""
    reasons = []
    for menu in ("Home\nNews\nSports\nWeather\nAbout us", "首页\n新闻\n体育\n天气\n关于我们"):
        verdict = judge_page(decode_page(menu, kind="text"), Recipe())
        reasons.append(verdict.reason if isinstance(verdict, Removal) else None)
    assert reasons == ["not_chinese", "no_article"]


@pytest.mark.parametrize("name", REGEXES)
@pytest.mark.parametrize("bait", ["1", "2026-", "，", " ", "a ", "> ", "评论", "(", "1.", "年前"])
def test_no_regex_is_slow_on_hostile_lines(name: str, bait: str) -> None:
    """50,000 repeats of what a pattern looks for end in a verdict, not in a standstill."""
    REGEXES[name].fullmatch(bait * 50_000)
    REGEXES[name].search((bait * 50_000)[:100_000] + "!")


HOSTILE = st.text(
    alphabet="正文，。 \n\t<>p/a=\"'&;1年Ａ\N{ZERO WIDTH SPACE}\N{COMBINING ACUTE ACCENT}\ud800\0",
    max_size=60,
)


@settings(deadline=None)  # the first page reads the weights
@given(HOSTILE, st.sampled_from(["html", "text", None]))
@example("", None)
@example("\0", "html")
@example("<", "html")
@example("\ud800", "text")
@example("<table><tr><td>", "html")
def test_any_text_gives_an_article_or_a_load_error(text: str, kind: Any) -> None:
    """No input raises anything else, every line has a block, and main blocks make the text."""
    try:
        article = corpus.extract(text, kind=kind)
    except LoadError:
        return
    assert [block.position for block in article.blocks] == list(range(len(article.blocks)))
    assert all(block.kind in BLOCK_KINDS for block in article.blocks)
    assert article.text == "\n".join(b.text for b in article.blocks if b.kind == "main")


@settings(deadline=None)
@given(st.lists(st.sampled_from(["正文，一句话。", "首页", "相关推荐", "2025-03-04", "0", "短"])))
@example(["相关推荐"])  # a line so hopeless that no candidate took it
def test_a_page_has_one_verdict(lines: list[str]) -> None:
    """The same page gives the same article, whatever was read before it."""
    page = "\n".join(lines)
    assert corpus.extract(page, kind="text") == corpus.extract(page, kind="text")


def test_no_line_of_a_dump_is_lost() -> None:
    """Every line that shows something is a block, in the order of the page."""
    page = "首页\n\n题目一二三四\n正文，第一段。\n\n 相关推荐 \n版权所有"
    texts = [block.text for block in corpus.extract(page, kind="text").blocks]
    assert texts == ["首页", "题目一二三四", "正文，第一段。", "相关推荐", "版权所有"]


def test_edits_lead_from_the_page_to_the_published_text() -> None:
    """The edits of an article undo from its text, and say what was removed."""
    page = "题目\n" + "正\N{ZERO WIDTH SPACE}文的第一句话，写得很长很长。\n" * 6
    article = corpus.extract(page, kind="text")
    original = undo(article.text, article.edits)
    assert "\N{ZERO WIDTH SPACE}" not in article.text
    assert article.text
    assert original.count("\N{ZERO WIDTH SPACE}") == len(article.text.split("\n"))
    assert set(original.split("\n")) <= set(page.split("\n"))


@pytest.mark.parametrize("track", ["text", "html"])
def test_the_weights_belong_to_these_features(track: str) -> None:
    """No tree asks for a feature that does not exist: weights and features go together."""
    width = len(TEXT_FEATURES) + (len(TREE_FEATURES) if track == "html" else 0)
    for name, n_features in (
        ("lines", width + len(CONTEXT)),
        ("regions", len(REGION_FEATURES)),
        ("articles", len(VERDICT_FEATURES)),
    ):
        assert read_forest(f"{name}_{track}.npz").columns.max() < n_features


@pytest.mark.parametrize("page", ["\u3000\u3000{}\n\u3000\n", "<p>\u3000\u3000{}</p><p>\u3000</p>"])
def test_an_ideographic_indent_goes_with_an_edit(page: str) -> None:
    """An indent that somebody typed is removed by a fix that says so, not by the way."""
    body = "正文的第一句话，写得很长很长。" * 4
    article = corpus.extract("".join(page.format(body) for _ in range(5)))
    assert article.text == "\n".join([body] * 5)
    assert [edit.fix for edit in article.edits] == ["remove_indents"] * 5
    assert undo(article.text, article.edits).startswith("\u3000\u3000正文")


def test_a_next_line_is_no_line_end() -> None:
    """U+0085, a byte of misread text, neither ends a line of a dump nor goes from its ends."""
    (line,) = read_text("å\x85\xadæ\x9c\x88å\x85\x85").lines
    assert line.text == "å\x85\xadæ\x9c\x88å\x85\x85"
    assert len(read_text("一\r\n二\x0b三\u2028四").lines) == 4


def test_a_menu_chosen_with_the_article_does_not_hide_its_title(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Title and author are looked for around the article, not around links chosen with it."""
    links = "".join(f'<p><a href="/{n}">公民读本{n}</a></p>' for n in range(60))
    text = f"<p>{'北引桥最后一段钢箱梁昨夜吊装到位，两岸通勤缩短四十分钟。' * 3}</p>" * 3
    markup = f"<body>{links}<h2>北引桥合龙那夜我在场</h2><p>罗亭</p>{text}</body>"
    choose = extraction.choose_main

    def choose_all(layout: Layout, *rest: Any) -> Steps[Choice]:
        choice = yield from choose(layout, *rest)
        return dataclasses.replace(choice, lines=tuple(range(len(layout.lines))))

    monkeypatch.setattr(extraction, "choose_main", choose_all)
    article = corpus.extract(markup, kind="html")
    assert (article.title, article.author) == ("北引桥合龙那夜我在场", "罗亭")
