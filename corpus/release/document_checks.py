"""The documents of a release: the card says what the rows say."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.recipe import parse_recipe
from corpus.release.card import render_card
from corpus.release.facts import gather_facts
from corpus.release.findings import Check, Finding
from corpus.release.load import Release
from corpus.release.manifest import MANIFEST

CARD = "README.md"


def check_card(release: Release) -> Iterator[Finding]:
    """The card is the one that the rows, the manifest and the recipe give."""
    path = release.path / CARD
    if not path.is_file():
        yield Finding("check_card", CARD, "is missing")
        return
    card = parse_recipe(release.manifest.recipe, MANIFEST).card
    facts = gather_facts(release.path, release.manifest.files)
    expected = render_card(release.manifest, facts, card)
    number, line = _first_difference(expected, path.read_text(encoding="utf-8", errors="replace"))
    if number:
        yield Finding("check_card", f"{CARD}, line {number}", f"is not what the data say: {line}")


def _first_difference(expected: str, found: str) -> tuple[int, str]:
    """The number of the first line that differs, from 1, and what it should be; (0, "") if none."""
    wanted, there = expected.split("\n"), found.split("\n")
    for number, line in enumerate(wanted, 1):
        if number > len(there) or there[number - 1] != line:
            return number, repr(line[:80])
    return (len(wanted) + 1, "nothing") if len(there) > len(wanted) else (0, "")


DOCUMENT_CHECKS: tuple[Check, ...] = (check_card,)
