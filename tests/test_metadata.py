"""What is read of bylines, dates, titles and whole pages: cases as data, all of them invented."""

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.extraction.lines.html import read_html
from corpus.extraction.lines.layout import Elements, Head, Layout, Line
from corpus.extraction.metadata import Hints, find_metadata
from corpus.extraction.metadata.bylines import read_byline
from corpus.extraction.metadata.dates import BEIJING, Clock, find_moments, narrow
from corpus.extraction.metadata.linked_data import LinkedArticle, read_linked_data
from corpus.extraction.metadata.page_titles import cut_site
from corpus.extraction.metadata.stated_dates import read_fetched, read_scripted, read_stated
from corpus.extraction.metadata.wording import COUNTER
from scripts.measuring.metadata import Label, Score, hash_of
from scripts.measuring.text import Found

GOLDEN = Path(__file__).parent / "golden" / "metadata"


def cases(name: str) -> list[Any]:
    """The cases of a golden file, each named by its note."""
    rows = map(json.loads, (GOLDEN / name).read_text(encoding="utf-8").splitlines())
    return [pytest.param(row, id=row["note"]) for row in rows]


def layout_of(case: dict[str, Any]) -> Layout:
    """The page of a case."""
    headings = case.get("headings", {})
    lines = [Line(text, heading=headings.get(str(n), 0)) for n, text in enumerate(case["lines"])]
    head = dict(case["head"])
    head["linked_data"] = tuple(head.get("linked_data", ()))
    return Layout(tuple(lines), Elements(), Head(**head))


@pytest.mark.parametrize("case", cases("days.jsonl"))
def test_times_are_found(case: dict[str, Any]) -> None:
    """Each way to write a time is read, completed from the clock, and nothing else is a time."""
    fetched = read_fetched(case.get("fetched"))
    clock = Clock(fetched, case.get("year"), case.get("roc", False))
    assert [m.iso() for m in find_moments(narrow(case["line"]), clock)] == case["iso"]


@pytest.mark.parametrize("case", cases("bylines.jsonl"))
def test_bylines_are_read(case: dict[str, Any]) -> None:
    """A line names exactly these authors, reporters, editors, outlets and times."""
    found = read_byline(case["line"], Clock())
    assert list(found.authors) == case.get("authors", [])
    assert list(found.reporters) == case.get("reporters", [])
    assert list(found.editors) == case.get("editors", [])
    assert found.source == case.get("source")
    assert list(found.beside) == case.get("beside", [])
    for name in ("opening", "closing", "speaks"):
        if name in case:
            got = getattr(found, name)
            assert (got() if callable(got) else got) == case[name], name
    if "checkers" in case:
        assert list(found.checkers) == case["checkers"]
    assert [[role, m.iso()] for role, m in found.moments] == case.get("moments", [])


@pytest.mark.parametrize(
    ("text", "counts"),
    [("1382 人赞同了该回答", True), ("300人参与", True), ("300人参与救援", False)],
)
def test_a_counter_is_no_headline(text: str, counts: bool) -> None:
    """What counts readers and their praise is told from a headline with a number."""
    assert (COUNTER.search(text) is not None) == counts


@pytest.mark.parametrize("case", cases("stated_titles.jsonl"))
def test_the_site_is_cut_from_a_stated_title(case: dict[str, Any]) -> None:
    """Names of site and channel go, strokes inside a title stay."""
    assert cut_site(case["stated"], case["sites"]) == case["title"]


@pytest.mark.parametrize(
    ("line", "speaks"),
    [
        ("老魏 昨天 16:05", True),
        ("昨天 16:05", True),
        ("昨天下午4:05", True),
        ("昨天更新", True),
        ("昨天刚修过一次。", False),
        ("路灯前天就亮了", False),
        ("第九届菜园节今天开幕", False),
        ("前面说过 VI 编辑器的用法，也说过怎样保存。", False),
        ("评论、 编辑和订正都可以。", False),
        ("老魏 今天", True),
    ],
)
def test_a_time_counted_back_in_running_text_is_no_byline(line: str, speaks: bool) -> None:
    """Where it is known when the page was fetched, such a time is a day like others."""
    clock = Clock(read_fetched("2031-04-05T10:00:00+08:00"))
    assert read_byline(line, clock).speaks() == speaks


@pytest.mark.parametrize("case", cases("pages.jsonl"))
def test_pages_are_understood(case: dict[str, Any]) -> None:
    """A page gives the metadata that the case expects, where it expects any."""
    found = find_metadata(layout_of(case), case["main"], Hints(**case["hints"]))
    for name, value in case["expect"].items():
        got = getattr(found, name)
        assert (list(got) if isinstance(got, tuple) else got) == value, name


def test_linked_data_of_any_shape_is_read() -> None:
    """Authors stand as text, object or list; the first article wins, other types do not count."""
    texts = ['{"@type":"Person","name":"a"}', '[{"@type":"Report","author":["b",{"name":"c"}]}]']
    assert read_linked_data(texts).authors == ("b", "c")
    assert read_linked_data(['{"pubDate":"2025-03-04","title":"d"}']).headline == "d"


@pytest.mark.parametrize(
    "script",
    ["[" * 200_000, '{"@graph":' * 50_000, "1" * 10_000, "", "\ud800", '{"@type":[[]]}', "NaN"],
    ids=["deep arrays", "deep objects", "long number", "empty", "surrogate", "odd type", "NaN"],
)
def test_hostile_linked_data_says_nothing(script: str) -> None:
    """JSON that is broken, too deep or odd never raises."""
    assert read_linked_data([script]) == LinkedArticle()


def test_fetched_times_are_read_or_refused() -> None:
    """A fetching time is taken to Beijing; what is no time, or none of the web's, is None."""
    found = read_fetched("2025-03-04T20:00:00+00:00")
    assert found is not None
    assert (found.tzinfo, found.day) == (BEIJING, 5)
    for odd in (None, "", "yesterday", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert read_fetched(odd) is None


def test_stated_times_may_be_packed() -> None:
    """A field of the markup may state a time in one number."""
    moment = read_stated("20250304102030", Clock())
    assert moment is not None
    assert moment.iso() == "2025-03-04T10:20:30+08:00"
    assert read_stated("12345678", Clock()) is None


def test_an_element_states_the_time_that_it_counts_back_from_now() -> None:
    """The seconds in the attribute of an element are its time; those of several days are none's."""
    element = '<time data-timestamp="1741054800">前天</time>'
    moment = read_scripted(element, Clock())
    assert moment is not None
    assert moment.iso() == "2025-03-04T10:20:00+08:00"
    assert read_scripted(element + '<time datetime="2025-03-01 08:00">', Clock()) is None


def test_each_author_of_a_paper_is_stated_alone() -> None:
    """The names of several fields for one author each are read, of other fields the first."""
    names = ("沈听澜", "罗亭")
    markup = "".join(f'<meta name="citation_author" content="{name}">' for name in names)
    head = read_html(
        markup + '<meta name="author" content="一"><meta name="author" content="二">'
    ).head
    assert head.properties == {"citation_author": "沈听澜、罗亭", "author": "一"}


def test_scores_tell_right_from_wrong() -> None:
    """A field is right with one of its labelled values, and empty only where there is none."""
    label = Label(
        "x",
        "developed",
        (hash_of("桥通了"),),
        (frozenset({hash_of("沈听澜"), hash_of("方敏")}),),
        (frozenset(),),
        ("",),
        ("2025-03-04",),
    )
    score = Score()
    good = Found("", "《桥》通了", "方敏、沈听澜", "2025-03-04T10:20:00+08:00")
    assert score.add(good, None, label) == []
    assert score.add(Found("", "桥", "方敏", None), "方敏", label) == [
        "title",
        "author",
        "source",
        "day",
    ]
    assert score.figures()["source, none on the page"] == [1, 2]
    assert score.mixed == 1
