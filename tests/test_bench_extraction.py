"""The benchmark of the extraction: its metric, its tables, and the floors under our figures."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.document import PageKind
from corpus.errors import LoadError
from scripts.measuring import hostile, ours, peers, text
from scripts.measuring.text import Found

ROOT = Path(__file__).parent.parent
BENCHMARKS = ROOT / "docs" / "benchmarks"

SEEN_FLOORS: dict[PageKind, float] = {"html": 0.96, "text": 0.96}
"""Mean F1 on the pages of the evaluation, on which the weights were trained: whether the chain from
bytes to text holds together. Lowered only on purpose, with a reason."""
UNSEEN_FLOORS = {"html": (0.95, 3), "text": (0.92, 7)}
"""Mean F1 on sites that were left out, as written down when the weights were trained, and the most
pages whose F1 is below .5."""
KIND_FLOORS = {"all_lines": 0.88, "noise_lines": 0.80}
"""Share of characters whose kind is found on sites that were left out."""


def row(**fields: Any) -> dict[str, Any]:
    """A labelled page."""
    plain = {
        "set": "selector",
        "gold_text": "",
        "gold_title": None,
        "gold_author": None,
        "gold_date": None,
        "gold_includes_title": False,
    }
    return {**plain, **fields}


def figures() -> dict[str, Any]:
    """What the benchmark wrote when it was last run."""
    return json.loads((BENCHMARKS / "extraction.json").read_text(encoding="utf-8"))


def test_the_metric_does_not_see_width_and_layout() -> None:
    """Full-width forms and white space are folded before 4-grams are compared."""
    assert text.compare("ＡＢＣ，\N{IDEOGRAPHIC SPACE}d\nef", "ABC,def") == (1.0, 1.0, 1.0)


def test_the_metric_counts_grams() -> None:
    """Precision is of what was found, recall of the gold, each gram as often as it stands."""
    precision, recall, f1 = text.compare("abcdefgh", "abcde")
    assert (precision, recall) == (2 / 5, 1.0)
    assert f1 == pytest.approx(4 / 7)
    assert text.compare("", "abcd") == (0.0, 0.0, 0.0)
    assert text.compare("ab", "ab") == (1.0, 1.0, 1.0)


def test_a_title_in_the_gold_text_may_come_from_the_title() -> None:
    """Where the gold begins with the title, the better of with and without it counts."""
    page = row(gold_text="题目在此\n正文的第一句话", gold_includes_title=True)
    assert text.compare_page(Found("正文的第一句话", "题目在此"), page)[2] == 1.0
    assert text.compare_page(Found("题目在此正文的第一句话", "题目在此"), page)[2] == 1.0


def test_titles_days_and_authors_are_compared_by_what_they_say() -> None:
    """Punctuation, zeros, time of day and the order of people do not matter."""
    assert text.same_title("“题目”，在此", "题目在此")
    assert text.same_day("2024-05-01T08:00:00+08:00", "2024年5月1日")
    assert not text.same_day(None, "2024-05-01")
    assert text.same_day("2024-05-01", "2024-05") is None
    assert text.same_author("甲乙、丙丁", "丙丁 甲乙")
    assert not text.same_author("甲乙", "丙丁 甲乙")


def test_figures_of_pages() -> None:
    """Means are over pages with gold; pages without article count their characters."""
    pages = [
        (Found("正文的第一句话", "题目"), row(gold_text="正文的第一句话", gold_title="题目")),
        (Found(""), row(gold_text="正文的第一句话", gold_date="2024-05-01")),
        (Found("四个汉字", failed=True), row(set="negative")),
    ]
    found = text.figures(pages)
    assert (found["pages"], found["f1"], found["under_0.5"]) == (2, 0.5, 1)
    assert (found["title"], found["day"], found["author"]) == ([1, 1], [0, 1], [0, 0])
    assert (found["characters_on_negatives"], found["failed"]) == (4, 1)


def test_a_peer_that_raises_has_found_nothing() -> None:
    """Whatever a tool raises on a page is counted, and the other pages go on."""

    def extract(markup: str, _: str | None) -> Found:
        if not markup:
            raise RecursionError
        return Found(markup)

    found, seconds = peers.run(extract, [("a", None), ("", None), ("b", None)])
    assert [f.text for f in found] == ["a", "", "b"]
    assert [f.failed for f in found] == [False, True, False]
    assert seconds >= 0


def test_simple_rules_do_what_their_names_say() -> None:
    """Long lines with a mark of punctuation are kept; the whole page is kept whole."""
    long = "这是一句很长很长的话，长过二十个字，所以是正文。"
    page = f"首页\n{long}\n{'很长' * 12}的标题没有标点"
    assert ours.long_lines(page, None).text == long
    assert ours.whole_page(page, None).text == page


@pytest.mark.parametrize("name", hostile.PAGES)
def test_hostile_pages_are_pages(name: str) -> None:
    """Whatever a page is made of, it is an article or none, never an exception of another kind."""
    kind, make = hostile.PAGES[name]
    for size in (0, 100, 20_000):
        with contextlib.suppress(LoadError):
            assert corpus.extract(make(size), kind=kind).is_article in (True, False)


@pytest.mark.parametrize("track", UNSEEN_FLOORS)
def test_floors_of_what_was_measured_on_unseen_sites(track: str) -> None:
    """Weights that do worse on sites left out are not taken by the way."""
    held_out = figures()["held_out"]
    least, most_lost = UNSEEN_FLOORS[track]
    assert held_out["article"][track]["f1"] >= least
    assert held_out["article"][track]["under_0.5"] <= most_lost
    for name, floor in KIND_FLOORS.items():
        assert held_out["kinds"][track]["sites_left_out"][name] >= floor


@pytest.mark.parametrize("track", SEEN_FLOORS)
def test_floors_on_the_pages_of_the_evaluation(
    track: PageKind, evaluation_pages: dict[str, dict[str, Any]]
) -> None:
    """From bytes to text, kinds and verdicts, the pages of the evaluation come out as trained."""
    rows = list(evaluation_pages.values())
    articles, _ = ours.run(rows, track)
    pairs = list(zip(articles, rows, strict=True))
    found = text.figures((ours.as_found(article), page) for article, page in pairs)
    assert found["f1"] >= SEEN_FLOORS[track]
    assert found["under_0.5"] <= 3
    by_id = {page["id"]: article for article, page in pairs}
    labels = ROOT / "tests" / "golden" / "kinds"
    assert ours.tell_kinds(labels, by_id)["all"]["all_lines"] >= 0.9
