"""The tables of the README and the docs are made from what the benchmarks wrote down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.measuring import figures

PLACES = [
    (path.name, name, content)
    for path in figures.documents()
    for name, content in figures.places(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("document", "name", "content"), PLACES)
def test_documents_show_the_figures(document: str, name: str, content: str) -> None:
    """Each table is what `scripts/make_figures` makes; nothing where there are no figures."""
    assert content == (figures.table(name) or "")


def test_a_table_stands_between_its_marks(tmp_path: Path) -> None:
    """What stands around the marks stays, and making a table twice changes nothing."""
    document = "a\n<!-- figures: title, day and author -->\nold\n<!-- /figures -->\nb"
    assert figures.write_into(document, tmp_path) == document
    right = {"title": [3, 4], "day": [2, 4], "author": [1, 4]}
    found = {"html": {"zhcorpus": right}, "text": {"zhcorpus": right}}
    (tmp_path / "extraction.json").write_text(json.dumps(found), encoding="utf-8")
    once = figures.write_into(document, tmp_path)
    assert once.startswith("a\n")
    assert once.endswith("\nb")
    assert "old" not in once
    assert "| zhcorpus | 3 of 4 | 2 of 4 | 1 of 4 |" in once
    assert figures.write_into(once, tmp_path) == once


def test_an_unknown_table_is_an_error() -> None:
    """A name that no figure has is not passed over."""
    with pytest.raises(KeyError):
        figures.write_into("<!-- figures: of nothing -->\n<!-- /figures -->")


def test_figures_name_no_machine() -> None:
    """What the benchmarks wrote holds no path of the machine it ran on."""
    for path in figures.BENCHMARKS.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert "/home/" not in text
        assert "/tmp/" not in text
