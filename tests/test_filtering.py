"""What a text measures, and which texts are dropped for it."""

import json
from pathlib import Path

import pytest
from hang import must_end
from hypothesis import given
from hypothesis import strategies as st

from corpus.filtering import DROP_RULES, judge, measure
from corpus.filtering.characters import count
from corpus.recipe import Filtering
from corpus.resources import read_table

GOLDEN = Path(__file__).parent / "golden" / "filtering"

UNITS = ("中", "电", "電", "か", "한", "a", "é", "1", "１", "，", ".", "”", " ", "\u3000", "\n")
ODD_UNITS = ("\r", "\x00", "\u200b", "\u0301", "\ud800", "😀", "𠮷", "\ue000", "\U0010ffff", "①")
TEXT = st.lists(st.sampled_from(UNITS + ODD_UNITS), max_size=15).map("".join)


def _cases(name: str) -> list:
    rows = [json.loads(line) for line in (GOLDEN / name).read_text("utf-8").splitlines()]
    return [pytest.param(row, id=row["note"]) for row in rows]


@pytest.mark.parametrize("case", _cases("signals.jsonl"))
def test_signals(case: dict) -> None:
    """Each text measures what its golden case says."""
    signals = measure(case["text"])
    assert {name: getattr(signals, name) for name in case["signals"]} == case["signals"]


@pytest.mark.parametrize("case", _cases("judged.jsonl"))
def test_judgement_at_each_threshold(case: dict) -> None:
    """At each threshold one text is kept and one is dropped, with reason and detail."""
    expected = (case["reason"], case["detail"]) if case["reason"] else None
    assert judge(measure(case["text"]), Filtering()) == expected


def test_every_rule_has_a_case() -> None:
    """No drop rule is without a golden case."""
    reasons = {case.values[0]["reason"] for case in _cases("judged.jsonl")}
    assert reasons - {None} == {rule.__name__ for rule in DROP_RULES}


def test_the_recipe_moves_the_thresholds() -> None:
    """Both thresholds are those of the recipe."""
    short, foreign = measure("短讯。"), measure("Python 语言 with some more English text")
    assert judge(short, Filtering(min_characters=3)) is None
    assert judge(foreign, Filtering(min_han_share=0.05)) is None
    assert judge(measure(""), Filtering(min_characters=0, min_han_share=0.0)) == (
        "empty",
        "no text",
    )


@given(TEXT | st.text(st.characters(codec=None)))
def test_signals_are_in_their_range(text: str) -> None:
    """Any string can be measured; shares are in [0, 1], counts agree with plain counting."""
    signals = measure(text)
    assert signals.n_characters == sum(not character.isspace() for character in text)
    assert sum(count(text)) == len(text)
    for name in ("han", "punctuation", "digit", "line_end", "duplicate_line"):
        assert 0 <= getattr(signals, f"{name}_share") <= 1
    assert signals.script is None or signals.language == "zh"


def test_the_script_table_is_of_one_script_each() -> None:
    """Characters of one script only are Han, and both scripts have thousands of them."""
    rows = read_table("script_characters.tsv")
    assert {row["script"] for row in rows} == {"hans", "hant"}
    assert all("\u4e00" <= row["character"] <= "\u9fff" for row in rows)
    assert min(sum(row["script"] == name for row in rows) for name in ("hans", "hant")) > 2000


@pytest.mark.parametrize("end", ["", "x"])
@pytest.mark.parametrize("unit", ["。", "”", " ", "\n", "。”", "中\n"])
def test_time_grows_with_the_text_only(unit: str, end: str) -> None:
    """50,000 repeats of anything are measured before the bound."""
    with must_end():
        measure(unit * 50_000 + end)
