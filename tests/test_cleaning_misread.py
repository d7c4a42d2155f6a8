"""What the search for misread spans looks at: all that can be one, and little else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.cleaning import lattice, mojibake, repair
from corpus.cleaning.bytelines import ByteLine
from corpus.cleaning.bytepairs import known_pairs
from corpus.cleaning.charsets import Misreading
from corpus.cleaning.edges import Span
from corpus.cleaning.lattice import Demand
from corpus.cleaning.mojibake import _BIG5, _GB, _LATIN, HIGH, LOW, Way

GOLDEN = Path(__file__).parent / "golden" / "cleaning"
MISREAD = ("restore_from_latin", "restore_from_gb", "restore_from_big5")


def _lines(name: str, key: str) -> Iterator[str]:
    for row in map(json.loads, (GOLDEN / name).read_text("utf-8").splitlines()):
        if row.get("fix") in (None, *MISREAD):
            yield from row[key].split("\n")


LINES = [*_lines("positive.jsonl", "before"), *_lines("negative.jsonl", "text")]


def name_of(way: Way) -> str:
    """A name that is the same in every process: two of them share the tests."""
    return f"{way.misreading.__name__}-{way.reading.__name__}"


@pytest.mark.parametrize("demand", [HIGH, LOW], ids=["high", "low"])
@pytest.mark.parametrize("way", [*_LATIN, *_GB, *_BIG5], ids=name_of)
def test_no_span_is_overlooked(way: Way, demand: Demand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts of a line that are searched hold every span that a search of all of it finds."""

    def found() -> list[list[Span]]:
        return [[span for span in _spans(line) if span.gain >= demand.gain] for line in LINES]

    def _spans(line: str) -> list[Span]:
        misreading: Misreading = way.misreading()
        return lattice.find_spans(line, misreading, way.reading, demand)

    by_parts = found()
    monkeypatch.setattr(lattice, "_likely_parts", _every_stretch)
    assert by_parts == found()


def _every_stretch(read: ByteLine, *_: object) -> Iterator[range]:
    """All of a line between its breaks."""
    for begin, end in zip([-1, *read.breaks], [*read.breaks, len(read.line)], strict=True):
        if begin + 1 < end:
            yield range(begin + 1, end)


def test_little_of_sound_text_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound page on one line, with bytes that might be misread UTF-8, is not searched at all."""
    text = next(line for line in LINES if "\u98d3" in line) * 1000
    assert any(mojibake._may_gain(text, way) for way in _GB)
    monkeypatch.setattr(lattice, "_best_path", pytest.fail)
    assert not [edit for edit in repair(text).edits if edit.fix in MISREAD]


@pytest.mark.parametrize("codec", ["gb18030", "cp950", "big5", "big5hkscs"])
def test_pairs_decoded_at_once_are_those_decoded_one_by_one(codec: str) -> None:
    """Of all pairs of bytes a codec knows just these, and no line takes a byte of the next."""
    known = known_pairs(codec)
    for pair in (
        bytes([lead, trail]) for lead in range(0x80, 0x100) for trail in range(0x40, 0x100)
    ):
        try:
            text = pair.decode(codec)
        except UnicodeDecodeError:
            text = None
        assert known.get(pair) == text, pair


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_a_document_that_was_misread_comes_back_over_its_line_ends(codec: str) -> None:
    """A line of one character says too little by itself; among others that were misread it is one.

    Where damage is most of a text, its lines are looked at together.
    """
    sentence = "石桥镇的老人说，那座桥是祖父那一辈修的，石头从河对岸运来，一块也没有浪费。\n"
    text = sentence * 6 + "桥\n" + sentence * 6 + "完"
    assert repair(text.encode("gb18030").decode(codec)).text == text
    assert repair("ÇÅ").text == "ÇÅ"
