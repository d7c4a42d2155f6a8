"""What each fix does and leaves alone, case by case and as a whole."""

import json
import re
import sys
from pathlib import Path
from typing import get_args

import pytest
from hang import must_end

from corpus.cleaning import (
    FIXES,
    EditError,
    Repaired,
    join_edits,
    repair,
    repair_lines,
    replay,
    undo,
)
from corpus.cleaning.plain import is_plain
from corpus.document import Edit
from corpus.recipe import FixName, parse_recipe

GOLDEN = Path(__file__).parent / "golden" / "cleaning"
BY_NAME = {fix.__name__: fix for fix in FIXES}


def _cases(name: str) -> list:
    rows = [json.loads(line) for line in (GOLDEN / name).read_text("utf-8").splitlines()]
    return [pytest.param(row, id=f"{row.get('fix', '')} {row['note']}") for row in rows]


@pytest.mark.parametrize("case", _cases("positive.jsonl"))
def test_damage_is_repaired(case: dict) -> None:
    """Each kind of damage is repaired, by the fix that is named for it."""
    repaired = repair(case["before"])
    assert repaired.text == case["after"]
    assert case["fix"] in {edit.fix for edit in repaired.edits}


@pytest.mark.parametrize("case", _cases("negative.jsonl"))
def test_what_is_right_stays(case: dict) -> None:
    """Text that only looks like damage is not touched at all."""
    assert repair(case["text"]) == Repaired(case["text"], ())


def test_every_fix_has_a_case() -> None:
    """No fix is without a golden case."""
    named = {case.values[0]["fix"] for case in _cases("positive.jsonl")}
    assert named == set(BY_NAME)


def test_a_plain_character_is_no_work_for_any_fix() -> None:
    """The gate lets no single character pass that a fix would change, in all of Unicode."""
    texts = (f"中{chr(code)}中" for code in range(sys.maxunicode + 1))
    plain = "\n".join(text for text in texts if is_plain(text))
    assert plain.count("\n") > 70_000
    for fix in FIXES:
        assert fix(plain) == [], fix.__name__


def test_edits_of_another_text_are_refused() -> None:
    """Edits applied to a text they were not made for are an error that says where."""
    with pytest.raises(EditError, match=r"edit trim_line_ends at 2: .*; give the text"):
        replay("甲乙丙", [Edit("trim_line_ends", 2, " ", "")])
    with pytest.raises(EditError):
        undo("甲", [Edit("unify_blanks", 1, "", " ")])


def test_lines_are_repaired_as_one_document() -> None:
    """Every line keeps its place and has its own edits, counted from its own start."""
    first, second, third = repair_lines(["标题", "\u3000正\u200b文 ", ""])
    assert (first.text, second.text, third.text) == ("标题", "正文", "")
    assert first.edits == third.edits == ()
    assert [(edit.fix, edit.start) for edit in second.edits] == [
        ("remove_invisibles", 2),
        ("trim_line_ends", 3),
        ("remove_indents", 0),
    ]


def test_a_line_end_inside_of_a_line_is_a_blank() -> None:
    """A given line never becomes two, and says what happened to its line ends."""
    (line,) = repair_lines(["甲\r\n乙\u2028丙\n"])
    assert line.text == "甲 乙 丙"
    assert line.edits[0] == Edit("unify_line_ends", 1, "\r\n", " ")
    assert undo(line.text, line.edits) == "甲\r\n乙\u2028丙\n"


def test_no_lines_are_no_lines() -> None:
    """An empty document has no lines and no edits."""
    assert repair_lines([]) == []
    assert join_edits([]) == ()


HOSTILE = {
    "blanks": " ",
    "ideographic spaces": "\u3000",
    "no-break spaces": "\xa0",
    "blanks between ideographs": "中  ",
    "blank lines": " \n",
    "carriage returns": "\r",
    "ampersands": "&",
    "escaped ampersands": "&amp;",
    "numbers": "&#8220;",
    "open numbers": "&#8220",
    "entities between blanks": "&quot; ",
    "backticks": "`",
    "backtick lines": "`\n",
    "addresses": "://",
    "quotation marks": '"&',
    "joiners": "\u200d",
    "emoji and joiners": "\U0001f468\u200d",
    "combining marks": "\u0301",
    "descending marks": "\u0301\u0327",
    "jamo": "\u1112\u1161\u11ab",
    "radicals": "\u2f08",
    "zero width spaces": "\u200b",
    "misread UTF-8": "\u6d93\ue15f\u6783",
    "misread UTF-8, cut": "\u6d93",
    "misread GBK": "\xd6\xd0",
    "lone accents": "\xc3",
    "misread twice": "\xc3\xa4\xc2\xb8\xc2\xad",
    "misread Big5": "\u7b22",
    "rare ideographs": "\u9b51\u9b45",
    "lost characters": "\ufffd",
    "lost characters, misread": "\u951f\u65a4\u62f7",
    "letters": "a",
    "letters and dots": "a.",
    "ideographs": "中",
    "half-width commas": ",,",
    "brackets": "((",
    "Markdown links": "](",
}
FOLDED = "今天,今天,今天,后天。\n"


@pytest.mark.parametrize(
    "before", ["", "中", FOLDED], ids=["alone", "after an ideograph", "in folded text"]
)
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_the_text_only(unit: str, before: str) -> None:
    """No fix needs quadratic time: 50,000 repeats of a nasty unit are repaired before the bound."""
    text = before + unit * 50_000 + "x"
    with must_end():
        repaired = repair(text)
    assert undo(repaired.text, repaired.edits) == text


def test_invisible_characters_are_written_by_name() -> None:
    """The room's source has no invisible character that a reader could miss."""
    invisible = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00a0\u3000]")
    for path in Path(sys.modules[repair.__module__].__file__ or "").parent.glob("*.py"):
        assert not invisible.search(path.read_text("utf-8")), path.name


def test_the_recipe_names_every_fix() -> None:
    """The names that a recipe may skip are those of the fixes, in order."""
    assert list(get_args(FixName)) == [fix.__name__ for fix in FIXES]


@pytest.mark.parametrize("case", _cases("asked.jsonl"))
def test_fixes_that_are_asked_for(case: dict) -> None:
    """What the recipe asks for is done with edits that undo it, once for all, and else never."""
    options = parse_recipe({"cleaning": case["cleaning"]}).cleaning
    repaired = repair(case["before"], options)
    assert repaired.text == case["after"]
    assert {edit.fix for edit in repaired.edits} == set(case["fixes"])
    assert undo(repaired.text, repaired.edits) == case["before"]
    assert repair(repaired.text, options).edits == ()
    lines = repair_lines(case["before"].split("\n"), options)
    assert "\n".join(line.text for line in lines) == repaired.text
    assert join_edits(lines) == repaired.edits
    if not case["cleaning"].get("skip"):
        assert repair(case["before"]).edits == ()


def test_what_is_left_is_named() -> None:
    """Lost characters and those of private use are listed with their places."""
    left = repair("共\ufffd\ufffd同\ue000，\U000f0000").leftovers
    assert [(one.kind, one.start, len(one.text)) for one in left] == [
        ("lost", 1, 2),
        ("private_use", 4, 1),
        ("private_use", 6, 1),
    ]
