"""Passages that stand in several articles, and lines that recur on a site."""

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from dedup_articles import article, table_of, text_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.cleaning import replay, undo
from corpus.dedup.cutting import Passage, cut_passages, recurring_share
from corpus.dedup.memory import MemoryStore, run_here
from corpus.dedup.passage_driver import PassageSetup, find_all_passages
from corpus.dedup.passages import LINE, WINDOW, Sizes

Row = dict[str, Any]


class Tables:
    """Articles that are at hand: a task is a table."""

    def read(self, task: pa.Table, store: object) -> pa.Table:
        """The task itself."""
        return task


def passages_in(
    tables: Sequence[pa.Table], sizes: Sizes, n_parts: int = 1
) -> list[tuple[int, int, int, int, bool]]:
    """Number, begin, end, kind and first of each passage."""
    store = MemoryStore()
    tasks = [(str(n), table) for n, table in enumerate(tables)]
    names = find_all_passages(run_here(store), tasks, PassageSetup(n_parts, Tables(), sizes))
    rows = [row for name in names for row in store.read(name).to_pylist()]
    return sorted(tuple(row.values()) for row in rows)


def brute_force(texts: Sequence[str], window: int) -> set[tuple[int, int]]:
    """Number and place of every character that is in a window which another text has as well."""
    holders = defaultdict(set)
    for number, text in enumerate(texts):
        for place in range(len(text) - window + 1):
            holders[text[place : place + window]].add(number)
    return {
        (number, place + more)
        for number, text in enumerate(texts)
        for place in range(len(text) - window + 1)
        if len(holders[text[place : place + window]]) > 1
        for more in range(window)
    }


@settings(deadline=None)
@given(
    st.lists(st.text(st.sampled_from("甲乙丙"), max_size=40), min_size=1, max_size=6),
    st.integers(2, 12),
    st.integers(1, 3),
)
@example(["甲乙丙甲", "乙丙甲"], 3, 1)
@example(["甲甲甲", "甲甲甲"], 2, 1)
def test_all_passages_are_found(texts: list[str], window: int, n_parts: int) -> None:
    """The characters found are exactly those that comparing every window with every other finds."""
    rows = [article(f"{n + 1:x}", text) for n, text in enumerate(texts)]
    table = table_of(rows)
    half = len(rows) // 2
    sizes = Sizes(window, 99)
    found = passages_in([table.slice(0, half), table.slice(half)], sizes, n_parts)
    places = {(number, place) for number, begin, end, _, _ in found for place in range(begin, end)}
    assert places == brute_force(texts, window)


def test_the_earliest_keeps_a_passage() -> None:
    """One article keeps a passage, that published first; ties go by id, not by order."""
    shared = text_of("shared", 80)
    rows = [
        article("c", text_of(1, 90) + shared, published_at="2025-01-02"),
        article("b", shared + text_of(2, 90), published_at="2025-01-01"),
        article("a", text_of(3, 90) + shared, published_at="2025-01-02"),
        article("d", text_of(4, 90)),
    ]
    found = passages_in([table_of(rows)], Sizes(50, 99))
    assert found == [
        (0, 90, 170, WINDOW, False),
        (1, 0, 80, WINDOW, True),
        (2, 90, 170, WINDOW, False),
    ]
    undated = [article(name, text_of(name, 90) + shared) for name in "ba"]
    assert [row[-1] for row in passages_in([table_of(undated)], Sizes(50, 99))] == [False, True]


def test_short_runs_are_no_passages() -> None:
    """49 characters in common are none, 50 are, whatever stands between them."""
    for n, count in ((49, 0), (50, 2)):
        run = text_of("run", n)
        spaced = "，\n".join((run[:20], run[20:]))
        rows = [article("a", text_of(1, 90) + run), article("b", spaced + text_of(2, 90))]
        assert len(passages_in([table_of(rows)], Sizes(50, 99))) == count


def test_passages_end_with_their_marks() -> None:
    """What follows a passage on its line belongs to it, and what opens a line."""
    run = text_of("run", 60)
    rows = [
        article("a", f"前文。「{run}」！\n甲", published_at="2025-01-01"),
        article("b", f"上句\n「{run}」！\n乙"),
        article("c", f"「{run}」！丙"),
    ]
    found = passages_in([table_of(rows)], Sizes(50, 99))
    texts = [rows[number]["text"][begin:end] for number, begin, end, _, _ in found]
    assert texts == [f"{run}」！", f"「{run}」！", f"「{run}」！"]


def test_lines_recur_on_a_site() -> None:
    """A line of enough articles of one site recurs in each; on other sites it may."""
    line = text_of("line", 12)
    rows = [
        article(f"{n + 1:x}", f"{text_of(n, 40)}\n{line}\n{text_of(-n, 40)}", site="a.example")
        for n in range(3)
    ]
    rows.append(article("9", f"{text_of(9, 40)}\n{line}", site="b.example"))
    found = passages_in([table_of(rows)], Sizes(50, 3))
    assert [(row[0], row[3]) for row in found] == [(n, LINE) for n in range(3)]
    number, begin, end, *_ = found[0]
    assert rows[number]["text"][begin:end] == line
    assert passages_in([table_of(rows)], Sizes(50, 4)) == []


def test_one_article_does_not_recur_with_itself() -> None:
    """A line or passage that stands ten times in one article recurs nowhere."""
    text = "\n".join([text_of("again", 60)] * 10)
    rows = [article("a", text, site="a.example"), article("b", text_of(2), site="a.example")]
    assert passages_in([table_of(rows)], Sizes(50, 2)) == []


def test_short_lines_may_recur() -> None:
    """Lines of fewer than eight letters are never taken for furniture."""
    rows = [article(f"{n + 1:x}", f"{text_of(n)}\n编者按：", site="a.example") for n in range(9)]
    assert passages_in([table_of(rows)], Sizes(50, 3)) == []


TEXTS = st.text(st.sampled_from("甲乙 \n，"), max_size=30)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.booleans())))
@example("甲\n乙", [(0, 1, False), (2, 3, False)])
@example("甲\n\n乙", [(0, 1, False)])
def test_cuts_can_be_undone(text: str, spans: list[tuple[int, int, bool]]) -> None:
    """What is cut is what recurs and blanks, and undoing the edits gives the text again."""
    passages = [
        Passage(min(a, b), max(a, b), keeps)
        for a, b, keeps in spans
        if a != b and max(a, b) <= len(text)
    ]
    edits = cut_passages(text, passages, 0)
    left = replay(text, edits)
    assert undo(left, edits) == text
    kept = [c for n, c in enumerate(text) if not _is_in(n, passages)]
    assert "".join(left.split()) == "".join("".join(kept).split())
    assert 0 <= recurring_share(text, passages) <= 1


def _is_in(place: int, passages: list[Passage]) -> bool:
    return any(p.begin <= place < p.end and not p.keeps for p in passages)


@pytest.mark.parametrize(("least", "count"), [(3, 1), (4, 0)])
def test_too_little_is_never_left(least: int, count: int) -> None:
    """Where fewer characters than an article needs would be left, nothing is cut."""
    assert len(cut_passages("一二三\n四五六", [Passage(4, 7, False)], least)) == count


def test_lines_go_with_their_ends() -> None:
    """Cutting the first, a middle and the last line leaves the others and no blank line."""
    text = "一一\n二二\n三三\n四四"
    for begin, left in ((0, "二二\n三三\n四四"), (3, "一一\n三三\n四四"), (9, "一一\n二二\n三三")):
        edits = cut_passages(text, [Passage(begin, begin + 2, False)], 0)
        assert replay(text, edits) == left


def test_many_articles_with_one_passage() -> None:
    """A passage in 3,000 articles is found in each, and one keeps it."""
    rng = random.Random(1)
    shared = text_of("shared", 70)
    rows = [article(f"{n + 1:x}", text_of(n, rng.randrange(40, 60)) + shared) for n in range(3_000)]
    found = passages_in([table_of(rows)], Sizes(50, 99), 3)
    shared_by = {number for number, begin, end, _, _ in found if end - begin >= 70}
    going = {number for number, begin, end, _, keeps in found if end - begin >= 70 and not keeps}
    assert len(shared_by) == 3_000
    assert len(going) == 2_999
