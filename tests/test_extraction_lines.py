"""Lines of a page are looked at together, and each comes out as it would alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from corpus.extraction.choice.features import DATE
from corpus.extraction.noise.items import split_time
from corpus.extraction.said.characters import count_classes
from corpus.extraction.said.phrases import NO_HITS, find_phrases, fold, fold_lines
from corpus.extraction.said.related import TIME, can_be_date, stamped_items
from corpus.extraction.said.words import Words

GOLDEN = Path(__file__).parent / "golden" / "extraction"
HOSTILE = "aΣσ İＡ！，～\N{IDEOGRAPHIC SPACE}\N{NO-BREAK SPACE}\t\0\x85\u2028\U00020000\ud800一"
LINES = st.lists(st.text(HOSTILE, max_size=8), max_size=6)


@given(LINES)
@example(["ΑΣ", "Σ"])
@example([""])
@settings(deadline=None)
def test_lines_fold_together_as_each_does_alone(lines: list[str]) -> None:
    """No line is folded differently because of the lines around it, and none is lost."""
    assert fold_lines(lines) == [fold(line) for line in lines]


@given(st.lists(st.text("责任编辑:相关阅读版权所有>©x", max_size=8), max_size=6))
@settings(deadline=None)
def test_phrases_of_a_line_do_not_depend_on_other_lines(lines: list[str]) -> None:
    """Every line has the hits that it has alone, and a line without any has `NO_HITS` itself."""
    together = find_phrases(lines)
    assert together == [find_phrases([line])[0] for line in lines]
    assert all(hit is NO_HITS for hit in together if hit == NO_HITS)


@pytest.mark.parametrize(
    "case",
    [json.loads(line) for line in (GOLDEN / "dates.jsonl").read_text("utf-8").splitlines()],
    ids=lambda case: case["why"],
)
def test_dates_are_seen_at_a_glance(case: dict[str, Any]) -> None:
    """What looks like a day or a time is seen, what only has its digits is not."""
    assert (DATE.search(case["line"]) is not None) == case["has_date"]


@given(
    st.lists(
        st.text("甲1٣９", min_size=1, max_size=3)
        | st.from_regex(DATE, fullmatch=True, alphabet=st.characters(codec="utf-8")),
        min_size=1,
        max_size=5,
    )
)
@example(["3 天前", "甲", "1月5", "٣٣:٣٣"])
@settings(deadline=None)
def test_no_line_with_a_date_is_passed_over(lines: list[str]) -> None:
    """Dates are looked for in every line that holds one, and in none that is digits and a word."""
    dated = count_classes(lines).dated
    assert {n for n, line in enumerate(lines) if DATE.search(line)} <= set(dated)
    assert not {n for n, line in enumerate(lines) if not set(line) - set("甲1٣９")} & set(dated)


@given(st.from_regex(TIME, fullmatch=True, alphabet=st.characters(codec="utf-8")))
@settings(deadline=None)
def test_every_form_of_a_time_is_looked_for(time: str) -> None:
    """No form of a time ends in a character that makes the item with it go unread.

    There is no day 0 of month 0: that is a score, and not meant here.
    """
    assume(can_be_date(time.strip()))
    left = ["三月的雨下了一夜", f"晚报 {time}", "四月的雨下了一夜", f"晚报 {time}"]
    assert len(stamped_items(left, [True] * 4)) == 2
    assert split_time(f"三月的雨下了一夜 [{time}]") == ("三月的雨下了一夜", time.strip())


WORDS = ("声明", "声明书", "明书店", "声", "©", "\U00020000书", "no")


@given(st.text("声明书店©\U00020000\ud800no\n", max_size=30))
@example("声明书店")
@example("\ud800声明\udfff")
@settings(deadline=None)
def test_words_are_found_from_left_to_right_and_the_longest_first(text: str) -> None:
    """The places and words are those of a search for the longest, then the next behind it."""
    longest_first = sorted(WORDS, key=len, reverse=True)
    found = [(m.start(), m.group()) for m in re.finditer("|".join(longest_first), text)]
    assert Words(WORDS).find(text) == found


@given(st.text("声明书店©\U00020000\ud800no\n", max_size=30))
@settings(deadline=None)
def test_words_that_stand_in_a_text_may_overlap(text: str) -> None:
    """Every word that the text holds is named, also one inside of another."""
    assert Words(WORDS).stand_in(text) == {word for word in WORDS if word in text}


@given(LINES)
@settings(deadline=None)
def test_words_are_found_in_their_lines(lines: list[str]) -> None:
    """No word is found in the wrong line, and none across the end of one."""
    words = Words(["aΣ", "Ａ", "一", "Ａ！", "\t\0"])
    together = words.find_in_lines(lines)
    assert together == [(n, w) for n, line in enumerate(lines) for _, w in words.find(line)]
