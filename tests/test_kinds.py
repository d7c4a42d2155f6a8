"""Kinds of noise: labels that stand beside the pages, and what the rules make of pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpus.document import BLOCK_KINDS
from corpus.extraction import read_layout
from corpus.loading import decode_page
from scripts.measuring.kinds import MARK, Agreement, LabelledPage, digest, mark, place, read_labels

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
