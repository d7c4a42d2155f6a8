"""What becomes of the pages that a withdrawn article stood for."""

import dataclasses
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from chain_pages import invent, page, write_pages

import corpus
from corpus.document import page_id
from corpus.errors import VersionError
from corpus.pipeline.takedown import Request, takedown
from corpus.recipe import Dedup, Recipe
from corpus.release import read_manifest
from corpus.release.takedown import Orphan

WIDTH = 36

RECIPE = Recipe(dedup=Dedup(chain=1.0))
"""So that a copy of a copy goes with the article, too."""

FIRST, COPIES, LAST = 1, (2, 3, 4), 5
"""An article, copies each of the one before it and all of the first, and one that is none of it."""


def id_of(number: int) -> str:
    """The id of a page."""
    return page_id("", page(number)["url"])


def change(text: str, at: int) -> str:
    """The text with `WIDTH` of its characters replaced: a tenth of its grams go."""
    other = invent(f"change {at}", 4 * WIDTH)[:WIDTH]
    return text[:at] + other + text[at + WIDTH :]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article, its copies, the last of them, and others."""
    folder = tmp_path_factory.mktemp("sources")
    texts = [invent(FIRST)]
    for at in (10, 110, 210, 310):
        texts.append(change(texts[-1], at))
    pages = [page(n, text) for n, text in zip((FIRST, *COPIES, LAST), texts, strict=True)]
    pages[0]["text"] = pages[0]["text"].replace("2025-01-02", "2024-01-02")
    write_pages(folder / "first.jsonl", [*pages, *(page(n) for n in range(10, 16))])
    write_pages(folder / "again.jsonl", pages[1:])
    return folder


@pytest.fixture
def release(sources: Path, tmp_path: Path) -> Path:
    """A release of them, of which the article was withdrawn."""
    out = tmp_path / "1.0.0"
    build([sources / "first.jsonl"], out, "1.0.0")
    assert {row["kept_id"] for row in removed(out)} == {id_of(FIRST)}
    return out


def build(paths: list[Path], out: Path, version: str, previous: Path | None = None) -> Path:
    """A release in this process."""
    options = {"workers": 0, "recipe": RECIPE, "version": version, "previous": previous}
    return corpus.build(paths, out, **options).path


def removed(release: Path) -> list[dict]:
    """The rows of the ledger of what was removed."""
    files = read_manifest(release).files_of("ledger")
    rows = [row for file in files for row in pq.read_table(release / file.path).to_pylist()]
    return [row for row in rows if row["outcome"] == "removed"]


def told(release: Path) -> dict[str, str]:
    """The reasons of what the stage of takedowns removed."""
    return {row["id"]: row["reason"] for row in removed(release) if row["stage"] == "takedown"}


def test_a_takedown_says_who_is_to_be_judged_again(release: Path) -> None:
    """A page that is no copy of what was withdrawn is named, with the place it was read from."""
    done = takedown(release, Request(ids=[id_of(FIRST)]), reason="asked", date="2026-01-05")
    assert done.articles == (id_of(FIRST),)
    assert done.orphans == (Orphan(id_of(LAST), "first.jsonl", ""),)


def test_without_its_text_a_page_waits(release: Path, tmp_path: Path) -> None:
    """Where no source is given, the ledger and the changelog say that a page is to be judged."""
    takedown(release, Request(ids=[id_of(FIRST)]), reason="asked", date="2026-01-05")
    patch = build([], tmp_path / "1.0.1", "1.0.1", release)
    copies = {id_of(n): "copy" for n in COPIES}
    assert told(patch) == {id_of(FIRST): "page", **copies, id_of(LAST): "survivor_withdrawn"}
    changelog = (patch / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "- 1 page lost the article that stood for them: read again" in changelog
    assert corpus.verify(patch).findings == ()
    minor = build([], tmp_path / "1.0.2", "1.0.2", patch)
    text = (minor / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.count("lost the article") == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_with_its_text_a_page_is_judged_again(
    release: Path, sources: Path, tmp_path: Path, at_once: bool
) -> None:
    """Read again, the last copy is an article; copies of what was withdrawn stay out."""
    takedown(release, Request(ids=[id_of(FIRST)]), reason="asked", date="2026-01-05")
    before = release if at_once else build([], tmp_path / "1.0.1", "1.0.1", release)
    wrong = "1.0.1" if at_once else "1.0.2"
    with pytest.raises(VersionError, match=r"the right one is 1\.1\.0"):
        build([sources / "again.jsonl"], tmp_path / "wrong", wrong, before)
    after = build([sources / "again.jsonl"], tmp_path / "1.1.0", "1.1.0", before)
    found = corpus.diff(before, after, None)
    assert [entry.id for entry in found.added] == [id_of(LAST)]
    again = {r["id"]: r["reason"] for r in removed(after) if r["version"] == "1.1.0"}
    assert set(again) == {id_of(n) for n in COPIES}
    assert set(again.values()) <= {"near", "contained"}
    assert corpus.verify(after).findings == ()


def test_with_an_article_withdrawn_its_copies_are_no_orphans(sources: Path, tmp_path: Path) -> None:
    """By the standard recipe all that an article stands for is near it, and goes along."""
    recipe = dataclasses.replace(RECIPE, dedup=Dedup())
    out = tmp_path / "1.0.0"
    corpus.build([sources / "first.jsonl"], out, version="1.0.0", recipe=recipe, workers=0)
    done = takedown(out, Request(ids=[id_of(FIRST)]), reason="asked", date="2026-01-05")
    assert done.orphans == ()
