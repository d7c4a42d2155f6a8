"""What became of one page: its rows, its survivor, its copies, edits and lines, chains included."""

import json
import shutil
from pathlib import Path

import pytest
from chain_pages import invent, page, write_pages
from typer.testing import CliRunner

import corpus
from corpus.cli import app
from corpus.document import page_id
from corpus.errors import ReleaseError, SourceError
from corpus.pipeline.takedown import Request, takedown
from corpus.recipe import Dedup, Recipe
from corpus.release.explain_report import as_text

RARE = "\N{CJK UNIFIED IDEOGRAPH-20BB7}"
EVIL = "<b>\x1b[31m"
EDITED = "\N{IDEOGRAPHIC SPACE}" * 2

AROUND = f"{invent(2)}\n{invent('around', 200)}。"


def put(text: str, n: int, after: int = 20) -> str:
    """The text with `n` of its letters replaced, evenly over it, from that one on."""
    letters = list(text)
    places = [place for place, letter in enumerate(letters) if letter.isalpha()]
    for place in places[after :: len(places) // n]:
        letters[place] = RARE
    return "".join(letters)


def early(number: int, text: str | None = None) -> dict:
    """The page of this number, published a day before those that took its text over."""
    record = page(number, text)
    return {**record, "text": record["text"].replace("2025-01-02", "2025-01-01")}


def with_menu(record: dict, *lines: str) -> dict:
    """The page with these lines below its article."""
    return {**record, "text": "\n".join((record["text"], *lines))}


PAGES = [
    with_menu(early(0, EDITED + invent(0)), "相关阅读", EVIL, "关于我们 | 联系我们"),
    early(1),
    early(2),
    page(10, invent(0), site=1),  # the text of another
    page(12, put(invent(1), 3), site=2),  # nearly the text
    page(14, AROUND, site=3),  # around another
    early(3),
    early(3),  # one page, read twice
    {"url": "https://s0.example/none.html", "text": "太短。"},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of these pages, and one that went on from it after an article was withdrawn."""
    folder = tmp_path_factory.mktemp("explain")
    source = write_pages(folder / "pages.jsonl", PAGES)
    (folder / "alone.txt").write_text(page(30)["text"], encoding="utf-8")
    corpus.build([source, folder / "alone.txt"], folder / "1", version="1.0.0", workers=0)
    request = Request(ids=[id_of(1)])
    takedown(folder / "1", request, reason="asked by its author", date="2026-02-15")
    more = write_pages(folder / "more.jsonl", [early(2), page(40), page(20, invent(3), site=4)])
    options = {"previous": folder / "1", "workers": 0}
    corpus.build(more, folder / "2", version="1.1.0", **options)
    return folder


def id_of(number: int, site: int | None = None) -> str:
    """The id of the page of this number."""
    return page_id("", page(number, site=site)["url"])


def test_an_article_with_all_that_is_known_of_it(folder: Path) -> None:
    """Of an article its row, text, edits, lines and the pages that it stands for are told."""
    found = corpus.explain(folder / "1", id_of(0))
    row = {own["id"]: own for own in corpus.load(folder / "1").to_list()}[id_of(0)]
    assert found.article is not None
    assert (found.article.config, found.article.title) == ("default", row["title"])
    assert found.text == row["text"]
    assert [edit.before for edit in found.edits] == [EDITED]
    assert [edit.fix for edit in found.edits] == [edit["fix"] for edit in row["edits"]]
    noise = corpus.load(folder / "1", config="noise").to_list()
    own = [(line["position"], line["kind"]) for line in noise if line["id"] == id_of(0)]
    assert [(line.position, line.kind) for line in found.lines] == sorted(own)
    assert {"related", "footer"} <= {line.kind for line in found.lines}
    assert [(r.outcome, r.version) for r in found.readings] == [("kept", "1.0.0")]
    assert [(copy.id, copy.reason, copy.similarity) for copy in found.copies] == [
        (id_of(10, site=1), "exact", 1.0)
    ]
    assert (found.survivors, found.between, found.withdrawn) == ((), (), None)


@pytest.mark.parametrize(
    ("number", "site", "reason", "kept"),
    [(10, 1, "exact", (0, None)), (12, 2, "near", (1, None)), (14, 3, "contained", (2, None))],
)
def test_a_copy_names_what_stands_for_it(
    folder: Path, number: int, site: int, reason: str, kept: tuple[int, int | None]
) -> None:
    """Of a copy the method, the similarity and the article that is kept in its place are told."""
    found = corpus.explain(folder / "1", id_of(number, site=site))
    (reading,) = found.readings
    assert (reading.outcome, reading.stage, reading.reason) == ("removed", "dedup", reason)
    assert reading.similarity is not None
    assert reading.similarity >= 0.7
    (survivor,) = found.survivors
    assert survivor.id == reading.kept_id == id_of(*kept)
    assert found.article is None
    assert found.text is None
    assert f"removed: dedup/{reason}, " in found.as_text()
    assert f"the same as {id_of(*kept)}" in found.as_text()


def test_a_page_read_twice_has_both_rows(folder: Path) -> None:
    """A page that was read twice is an article and a copy of itself; nothing else stands for it."""
    found = corpus.explain(folder / "1", id_of(3))
    assert [(r.outcome, r.kept_id) for r in found.readings] == [
        ("kept", None),
        ("removed", id_of(3)),
    ]
    assert (found.survivors, found.copies) == ((), ())
    assert "the same as this page" in found.as_text()


def test_a_page_that_no_filter_let_through(folder: Path) -> None:
    """Of a page that is no article the stage and the reason are told, and nothing stands for it."""
    found = corpus.explain(folder / "1", "https://s0.example/none.html")
    (reading,) = found.readings
    assert (reading.stage, reading.kept_id, found.survivors) in {
        ("filtering", None, ()),
        ("extraction", None, ()),
    }
    assert f"removed: {reading.stage}/{reading.reason}" in found.as_text()


def test_a_page_is_found_by_id_url_and_file(folder: Path) -> None:
    """An id, an address however it is written, and the file a page was read from name one page."""
    found = corpus.explain(folder / "1", id_of(0))
    url = page(0)["url"]
    for name in (id_of(0).upper(), url, f"{url}#top", url.replace("https", "http")):
        assert corpus.explain(folder / "1", name) == found
    alone = corpus.explain(folder / "1", "alone.txt")
    assert alone.article is not None
    assert alone.article.title == page(30)["text"].split("\n")[0]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("0" * 32, "has not read such a page"),
        ("https://s0.example/missing.html", "has not read such a page"),
        ("missing.html", "has not read such a file"),
        ("pages.jsonl", "8 pages were read from it"),
    ],
)
def test_a_page_that_cannot_be_told_is_an_error(folder: Path, name: str, what: str) -> None:
    """What a release has not read, and a file of several pages, are refused in words."""
    with pytest.raises(SourceError, match=what):
        corpus.explain(folder / "1", name)


def test_chains_across_releases(folder: Path) -> None:
    """A later release tells what each version did to a page, also when its survivor was withdrawn.

    The release before tells that the article was withdrawn since, for it cannot be changed.
    """
    gone = corpus.explain(folder / "1", id_of(1))
    assert gone.article is not None
    assert gone.withdrawn == "withdrawn 2026-02-15: asked by its author"
    assert "the next release leaves it out" in gone.as_text()
    after = corpus.explain(folder / "2", id_of(1))
    assert after.article is None
    assert after.withdrawn == gone.withdrawn
    assert [(r.stage, r.reason) for r in after.readings] == [("takedown", "page")]
    copy = corpus.explain(folder / "2", id_of(12, site=2))
    assert [(r.stage, r.reason) for r in copy.readings] == [("takedown", "copy")]
    assert copy.readings[0].detail == gone.withdrawn
    again = corpus.explain(folder / "2", id_of(2))
    assert [(r.version, r.outcome, r.detail) for r in again.readings] == [
        ("1.0.0", "kept", None),
        ("1.1.0", "removed", "unchanged"),
    ]
    new = corpus.explain(folder / "2", id_of(20, site=4))
    assert [own.id for own in new.survivors] == [id_of(3)]
    assert [r.version for r in new.readings] == ["1.1.0"]
    kept = corpus.explain(folder / "2", id_of(3))
    assert [copy.id for copy in kept.copies] == [id_of(20, site=4)]


def test_the_copy_between_is_told(tmp_path: Path) -> None:
    """Where a copy of a copy led to the survivor, the row of the one between is there."""
    one = put(invent(0), 6)
    pages = [early(0), page(1, one), page(2, put(one, 6, after=40))]
    source = write_pages(tmp_path / "pages.jsonl", pages)
    recipe = Recipe(dedup=Dedup(methods=("url", "exact", "near")))
    corpus.build(source, tmp_path / "r", version="1.0.0", recipe=recipe, workers=0)
    rows = corpus.load(tmp_path / "r", config="ledger").to_list()
    (through,) = [row for row in rows if (row["detail"] or "").startswith("through ")]
    found = corpus.explain(tmp_path / "r", through["id"])
    assert [reading.id for reading in found.between] == [through["detail"].split()[1]]
    assert [own.id for own in found.survivors] == [through["kept_id"]]
    assert f"By way of\n  {found.between[0].id}" in found.as_text()


def test_sources_give_what_a_release_has_not(folder: Path) -> None:
    """With its source at hand a removed page shows its lines, its edits and how it differs."""
    found = corpus.explain(folder / "1", id_of(12, site=2), [folder / "pages.jsonl"])
    assert found.again is not None
    assert found.again.stage is None
    assert "".join(line.text for line in found.again.lines if line.kind == "main")
    assert f"{{+{RARE}+}}" in found.as_text()
    short = corpus.explain(folder / "1", "https://s0.example/none.html", [folder / "pages.jsonl"])
    assert short.again is not None
    assert short.again.reason == short.readings[0].reason
    assert [line.text for line in short.again.lines] == ["太短。"]
    elsewhere = corpus.explain(folder / "1", "alone.txt", [folder / "pages.jsonl"])
    assert elsewhere.again is None


def test_published_releases_and_damaged_ones(folder: Path, tmp_path: Path) -> None:
    """A release at a URL gives the same explanation; one with a damaged file a worded error."""
    for name in (id_of(0), id_of(12, site=2)):
        here, there = (corpus.explain(w, name) for w in (folder / "2", (folder / "2").as_uri()))
        assert {**here.as_dict(), "path": ""} == {**there.as_dict(), "path": ""}
    damaged = shutil.copytree(folder / "1", tmp_path / "damaged")
    path = next(damaged.glob("ledger/*/*.parquet"))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ReleaseError, match="cannot be read"):
        corpus.explain(damaged, id_of(0))
    with pytest.raises(SourceError, match="no such folder"):
        corpus.explain(tmp_path / "missing", id_of(0))


def test_held_out_articles_are_found(folder: Path, tmp_path: Path) -> None:
    """An article of the config validation is explained as one of default is."""
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("[release]\nvalidation_share = 1.0\n", encoding="utf-8")
    source = folder / "pages.jsonl"
    corpus.build(source, tmp_path / "r", version="1.0.0", recipe=recipe, workers=0)
    found = corpus.explain(tmp_path / "r", id_of(0))
    assert found.article is not None
    assert found.article.config == "validation"
    assert corpus.explain(tmp_path / "r", id_of(10, site=1)).survivors == (found.article,)


def test_the_command_prints_text_and_json(folder: Path) -> None:
    """`corpus explain` prints what the library found; no page commands the terminal."""
    found = corpus.explain(folder / "1", id_of(0))
    ran = CliRunner().invoke(app, ["explain", str(folder / "1"), id_of(0), "--json"])
    assert json.loads(ran.stdout) == json.loads(json.dumps({**found.as_dict()}))
    ran = CliRunner().invoke(app, ["explain", str(folder / "1"), page(0)["url"]])
    assert ran.exit_code == 0
    assert "\x1b" not in ran.stdout
    assert ran.stdout.splitlines()[0] == as_text(found).splitlines()[0]
    assert "an article of default, added in 1.0.0" in ran.stdout
