"""Kinds of noise: the labels, the rules, and the trees that weigh what rules leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.document import BLOCK_KINDS, PageKind
from corpus.extraction import look_at, read_layout
from corpus.extraction.choice.together import finish
from corpus.extraction.noise.ballot import Ballot, read_ballot
from corpus.extraction.noise.kinds import NOISE_RULES, WEIGHED, elect, label_noise
from corpus.extraction.noise.neighbourhood import (
    MARKUP_FEATURES,
    NOISE_FEATURES,
    look_around_each,
    noise_features,
    pick_means,
    sums_at,
)
from corpus.extraction.said.comments import find_comments
from corpus.extraction.said.cues import CUES, count_cues
from corpus.extraction.said.related import find_stamps
from corpus.extraction.said.signs import DIGIT, TIME_WORD, find_signs
from corpus.extraction.said.statements import is_notice, is_statement, without_notices
from corpus.loading import decode_page
from corpus.resources import read_table
from scripts.measuring.kinds import MARK, Agreement, LabelledPage, digest, mark, place, read_labels

GOLDEN = Path(__file__).parent / "golden" / "extraction"
LABELS = Path(__file__).parent / "golden" / "kinds"
HALVES = ("develop", "held_out")
LINES = ["首页", "题目在此", "正文，第一段。", "相关推荐", "别的文章的题目"]
KINDS = ("navigation", "title", "main", None, "related")


def labelled(lines: list[str]) -> LabelledPage:
    """The page of `LINES` as it was labelled, with its lines known again by `lines`."""
    return LabelledPage("x", "text", digest(lines), tuple(map(mark, lines)), KINDS)


@pytest.mark.parametrize("half", HALVES)
def test_labels_are_in_order_and_of_known_kinds(half: str) -> None:
    """Each labelled page has its marks, and runs that neither cross nor leave the page."""
    pages = list(read_labels(LABELS / f"{half}.jsonl"))
    assert [page.id for page in pages] == sorted({page.id for page in pages})
    for page in pages:
        assert len(page.kinds) == len(page.marks)
        assert all(len(m) == MARK for m in page.marks)
        assert {*page.kinds} <= {None, *BLOCK_KINDS}


def test_there_are_labels_enough() -> None:
    """At least sixty pages, both halves about as large, a third and more read as innerText."""
    halves = [list(read_labels(LABELS / f"{half}.jsonl")) for half in HALVES]
    assert sum(map(len, halves)) >= 60
    assert min(map(len, halves)) >= 30
    assert sum(page.track == "text" for half in halves for page in half) >= 24


def test_no_page_is_in_both_halves() -> None:
    """What the rules were written with is not what they are measured by."""
    one, other = ({p.id for p in read_labels(LABELS / f"{half}.jsonl")} for half in HALVES)
    assert not one & other


def test_labels_are_laid_over_the_lines_they_were_made_for() -> None:
    """Unchanged lines take their labels one by one."""
    assert place(labelled(LINES), LINES) == list(KINDS)


def test_labels_find_their_lines_again_when_the_count_has_changed() -> None:
    """A line more or less moves the labels along, and a new line has none."""
    lines = ["新的一行", *LINES[:3], *LINES[4:]]
    assert place(labelled(LINES), lines) == [None, "navigation", "title", "main", "related"]


def test_agreement_weighs_by_characters() -> None:
    """Accuracy is of characters without white space, and noise is what is not labelled main."""
    agreement = Agreement()
    agreement.add(
        ["一 二", "三四五", "六", "七"],
        ["main", "related", "related", None],
        ["main", "related", "navigation", "footer"],
    )
    assert agreement.accuracy() == pytest.approx(5 / 6)
    assert agreement.accuracy(noise=True) == pytest.approx(3 / 4)
    assert agreement.of("related")["recall"] == pytest.approx(3 / 4)
    assert agreement.of("related")["precision"] == 1
    assert agreement.of("navigation")["precision"] == 0


@pytest.mark.parametrize("half", HALVES)
def test_the_labelled_lines_are_the_lines_that_are_read(
    half: str, evaluation_pages: dict[str, dict[str, Any]]
) -> None:
    """A change to how lines are read is noticed: labels would be laid over others."""
    moved = []
    for page in read_labels(LABELS / f"{half}.jsonl"):
        row = evaluation_pages[page.id]
        data = row["html"] if page.track == "html" else row["innertext"]
        layout = read_layout(decode_page(data, url=None, kind=page.track))
        if digest([line.text for line in layout.lines]) != page.digest:
            moved.append(page.id)
    assert not moved


def golden(name: str) -> list[Any]:
    """The cases of a golden file, one test each."""
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    found = enumerate(map(json.loads, lines))
    return [pytest.param(case, id=case.get("why") or f"{name}-{n}") for n, case in found]


@pytest.mark.parametrize("case", golden("statements"))
def test_statements_are_known_by_what_they_say(case: dict[str, Any]) -> None:
    """A sentence about rights or conduct is one; a link to one, or a headline, is not."""
    assert is_statement(case["line"]) == case["statement"]


@pytest.mark.parametrize(
    "text",
    [
        "Notice: The content above was posted by a user of Lanjiang.",
        "本文链接：https://lanjiang.example/1",
    ],
)
def test_notices_in_other_words(text: str) -> None:
    """What a platform says of a text in English, and the address of the text."""
    assert is_notice(text)
    assert is_statement(text)


def test_notices_go_from_the_edges_of_an_article_only() -> None:
    """Deep inside an article rights are its subject; at its edges they are a statement."""
    texts = [
        "本文为原创，未经授权不得转载。",
        *"一二三",
        "未经授权不得转载的文章有很多。",
        *"四五六",
    ]
    texts.append("特别声明：以上内容仅代表作者观点。")
    lines = list(range(len(texts)))
    assert without_notices(lines, texts) == lines[1:-1]
    assert without_notices([0], texts) == []


@pytest.mark.parametrize("case", golden("comments"))
def test_comments_are_known_by_their_signatures(case: dict[str, Any]) -> None:
    """Runs of comments begin and end where readers do, and lists with times are not among them."""
    free = [n >= case["main"] for n in range(len(case["lines"]))]
    taken = {n for run in find_comments(case["lines"], free) for n in range(run.first, run.end)}
    buttons = {n for run in find_comments(case["lines"], free) for n in run.buttons}
    assert taken == {n for first, end in case["runs"] for n in range(first, end)}
    assert buttons == set(case.get("buttons", []))


def test_comments_end_where_lines_are_taken() -> None:
    """A line that is something else for certain ends a run of comments."""
    lines = ["推 abc: 好", "推 def: 好", "正文，一句。", "推 ghi: 好", "推 jkl: 好"]
    assert not list(find_comments(lines, [True, True, False, True, True]))
    assert list(find_comments(lines, [True] * 5))


def test_cues_are_counted_in_their_lines() -> None:
    """Each line has its own words counted, the longest at a place, and only once."""
    counts = count_cues(["版权所有©", "", "回复 举报", "上网"])
    assert counts.shape == (len(CUES), 4)
    assert counts[CUES.index("operator")].tolist() == [2, 0, 0, 0]
    assert counts[CUES.index("rights")].tolist() == [0, 0, 0, 0]
    assert counts[CUES.index("answer")].tolist() == [0, 0, 2, 0]


def test_every_cue_has_words() -> None:
    """The list of words and the list of cues name the same cues."""
    assert {row["cue"] for row in read_table("cues.tsv")} == set(CUES)


def test_votes_are_counted_as_the_trees_say() -> None:
    """A row goes right where it is above the border, and each leaf votes for every kind."""
    ballot = Ballot(
        columns=np.array([[0, 1], [1, 1]], dtype=np.int32),
        borders=np.array([[0.5, 10.0], [0.0, np.inf]], dtype=np.float32),
        votes=np.array(
            [[[1, 0], [2, 0], [3, 0], [4, 0]], [[0, 10], [0, 20], [0, 0], [0, 0]]], dtype=np.int32
        ),
        bias=np.array([100, 0], dtype=np.int64),
    )
    rows = np.array([[0.5, 10.0], [0.6, 10.0], [0.5, 11.0], [0.6, -1.0]])
    expected = [[101, 20], [102, 20], [103, 20], [102, 10]]
    assert ballot.count(rows).tolist() == expected
    assert ballot.count(np.repeat(rows, 300, axis=0))[::300].tolist() == expected
    assert ballot.count(rows[:0]).shape == (0, 2)


def test_lines_at_one_place_are_heard_together() -> None:
    """A line that its like outvote has their kind; one that stands alone has its own."""
    body = "<ul><li>甲</li><li>乙</li><li>丙</li></ul><div><p>丁</p></div>"
    page = decode_page(body, kind="html")
    view, _ = look_at(page, read_layout(page))
    votes = np.array([[9, 0], [9, 0], [0, 5], [0, 5]])
    assert elect(view, [0, 1, 2, 3], votes).tolist() == [0, 0, 0, 1]
    assert elect(view, [2, 3], votes[2:]).tolist() == [1, 1]


def test_sums_are_of_the_lines_at_each_place() -> None:
    """Each row is summed for each place, whatever order its lines come in; none makes nothing."""
    sums, lines_at = sums_at(np.array([2, 0, 2, 0]), np.array([[1.0, 2, 3, 4], [0, 0, 5, 0]]))
    assert sums.tolist() == [[6, 0, 4], [0, 0, 5]]
    assert lines_at.tolist() == [2, 1, 2]


@pytest.mark.parametrize("case", golden("related"))
def test_times_stand_on_lines_with_their_signs(case: dict[str, Any]) -> None:
    """Every line that ends in a time holds one of the characters that are looked for first."""
    lines = case["lines"]
    signs = find_signs(lines) & np.uint8(DIGIT | TIME_WORD)
    found = [n for n, _ in find_stamps(lines, signs.nonzero()[0].tolist())]
    assert found == [n for n, _ in find_stamps(lines)]


@pytest.mark.parametrize("track", ["text", "html"])
def test_the_votes_belong_to_these_features(track: str) -> None:
    """No tree asks for a feature that does not exist, and there is a vote for each kind."""
    ballot = read_ballot(f"kinds_{track}.npz")
    width = len(NOISE_FEATURES) + (len(MARKUP_FEATURES) if track == "html" else 0)
    assert ballot.columns.max() < width
    assert ballot.votes.shape[2] == len(WEIGHED) == len(BLOCK_KINDS) - 1


@pytest.mark.parametrize("kind", ["text", "html"])
def test_noise_features_have_one_row_a_line_and_one_column_a_name(kind: PageKind) -> None:
    """The matrix is as wide as the list of names, and finite, with an article and without."""
    body = "<p>首页</p>" + "<p>正文的第一句话，写得很长很长。</p>" * 6 + "<p>相关推荐</p>"
    for text in (body, "<p>首页</p><p>登录</p>"):
        page = decode_page(text if kind == "html" else text.replace("</p>", "\n"), kind=kind)
        layout = read_layout(page)
        features = noise_features(look_at(page, layout)[0])
        width = len(NOISE_FEATURES) + (len(MARKUP_FEATURES) if kind == "html" else 0)
        assert features.shape == (len(layout.lines), width)
        assert np.isfinite(features).all()


@pytest.mark.parametrize("kind", ["text", "html"])
def test_features_of_some_lines_are_those_of_all(kind: PageKind) -> None:
    """Columns are found again where only the means among them are made, and only some lines."""
    body = "<p>首页</p>" + "<p>正文的第一句话，写得很长很长。</p>" * 6 + "<p>相关推荐 3小时前</p>"
    page = decode_page(body if kind == "html" else body.replace("</p>", "\n"), kind=kind)
    view, _ = look_at(page, read_layout(page))
    features = noise_features(view)
    columns = np.arange(features.shape[1] - 1, 0, -3)
    lines = np.array([0, 5, 7])
    means, places = pick_means(columns)
    (neighbourhood,) = look_around_each([view])
    found = neighbourhood.features(lines, means)
    assert found.shape[1] < features.shape[1]
    assert (found[:, places] == features[lines][:, columns]).all()


def test_rules_are_heard_in_order() -> None:
    """What an earlier rule says of a line stands; every line that is not main has a kind."""
    page = decode_page(
        "\n".join(
            ["首页", *["正文的第一句话，写得很长。"] * 6, "特别声明：文责自负，与本站无关。", "甲"]
        ),
        kind="text",
    )
    view, _ = look_at(page, read_layout(page))
    found, rules = finish(label_noise(view))
    assert [n for n, main in enumerate(view.main) if not main] == sorted(found)
    names = {rule.__name__ for rule in NOISE_RULES}
    assert "weighed" in rules.values()
    assert {*rules.values()} <= names | {"weighed"}
    assert rules[len(view.texts) - 2] == "statement"
