"""The report on copies: its numbers by construction, differences marked, nothing said aloud."""

import dataclasses
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from chain_pages import invent, page, write_pages
from typer.testing import CliRunner

import corpus
from corpus.cli import app
from corpus.dedup import PAIRS as MEASURED
from corpus.dedup import VERDICTS, find_close
from corpus.dedup.methods import BAND
from corpus.document import page_id
from corpus.errors import ReleaseError, SourceError
from corpus.pipeline.copies import report_copies
from corpus.pipeline.takedown import Request, takedown
from corpus.recipe import Dedup, Recipe, Release
from corpus.release.copies import COLUMNS, _choose, _host, _n_joined, _thresholds, survey_copies
from corpus.release.load import open_release
from corpus.release.verify import verify
from corpus.schema import LEDGER

RARE = "\N{CJK UNIFIED IDEOGRAPH-20BB7}"
EVIL = "<script>alert(1)</script>[x](http://evil.example)\x1b[31m|"


def put(text: str, n: int) -> str:
    """The text with `n` of its characters replaced, evenly over it."""
    letters = list(text)
    places = [place for place, letter in enumerate(letters) if letter.isalpha()]
    for place in places[len(places) // (2 * n) :: len(places) // n]:
        letters[place] = RARE
    return "".join(letters)


PAGES = [
    *(page(n) for n in range(6)),
    page(10, invent(0), site=0),  # the text of another, on the same site
    page(11, invent(0), site=1),  # once more, on another
    page(12, put(invent(1), 2), site=1),  # nearly the text
    page(13, put(invent(1), 6), site=1),  # less near
    page(14, f"{invent(2)}\n{invent('around', 200)}{EVIL}。", site=3),
    page(3),  # one page read twice
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases, the second of a batch in which a page was read again; and their sources."""
    folder = tmp_path_factory.mktemp("copies")
    write_pages(folder / "pages.jsonl", PAGES)
    write_pages(folder / "more.jsonl", [page(4), page(20), page(21, invent(5), site=2)])
    options = {"recipe": Recipe(), "workers": 0}
    first = corpus.build(folder / "pages.jsonl", folder / "1", version="1.0.0", **options)
    more = folder / "more.jsonl"
    corpus.build(more, folder / "2", version="1.1.0", previous=first.path, **options)
    return folder


def ids(*numbers: int, site: int | None = None) -> list[str]:
    """The ids of pages of these numbers."""
    return [page_id("", page(n, site=site)["url"]) for n in numbers]


def test_numbers_are_those_of_the_construction(folder: Path) -> None:
    """Clusters by size, pages by method and by site are what was put there."""
    found = survey_copies(folder / "1")
    assert (found.articles, found.removed, found.read_again) == (6, 6, 0)
    assert [(count.pages, count.clusters) for count in found.clusters] == [(2, 2), (3, 2)]
    methods = {count.method: count.pages for count in found.methods}
    assert methods == {"exact": 2, "near": 2, "contained": 1, "url": 1}
    sites = {count.site: (count.removed, count.stood_for) for count in found.sites}
    assert sites == {
        "s0.example": (1, 2),
        "s1.example": (3, 2),
        "s2.example": (1, 0),
        "s3.example": (1, 2),
    }


def test_what_was_read_again_is_no_copy(folder: Path) -> None:
    """A page read again in a later release is counted by itself, its copies with all others."""
    found = survey_copies(folder / "2")
    assert (found.removed, found.read_again) == (7, 1)
    assert {count.method: count.pages for count in found.methods}["exact"] == 3


def test_higher_thresholds_are_counted_from_the_ledger(folder: Path) -> None:
    """Of what a method removed as many stay under a threshold as were measured below it."""
    found = survey_copies(folder / "1")
    files = corpus.load(folder / "1", config="ledger").to_list()
    for method, least in (("near", 0.8), ("contained", 0.7)):
        values = [row["similarity"] for row in files if row["reason"] == method]
        own = [count for count in found.thresholds if count.method == method]
        assert own[0].threshold == least
        assert own[-1].threshold == 1.0
        for count in own:
            stay = sum(value < count.threshold for value in values)
            assert (count.removed, count.more) == (len(values) - stay, -stay)
    assert next(count.more for count in found.thresholds if count.method == "near") == 0


def test_lower_thresholds_are_counted_from_pairs(tmp_path: Path) -> None:
    """What is alike and stays goes below its similarity, as a build with that threshold says."""
    alike = [put(invent(1), 15), put(invent(3), 10)]
    pages = [*(page(n) for n in range(4)), *(page(10 + n, text) for n, text in enumerate(alike))]
    source = write_pages(tmp_path / "pages.jsonl", pages)

    def build(name: str, near: float) -> Path:
        recipe = Recipe(dedup=Dedup(near=near, contained=1.0), release=Release(index=True))
        return corpus.build(source, tmp_path / name, version="1.0.0", recipe=recipe, workers=0).path

    found = survey_copies(build("strict", 0.9))
    assert verify(found.path).findings == ()
    counts = {count.threshold: count for count in found.thresholds if count.method == "near"}
    assert list(counts) == [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9]
    for threshold in (0.5, 0.6, 0.7, 0.8):
        removed = survey_copies(build(f"{threshold}", threshold)).removed
        assert (counts[threshold].removed, counts[threshold].more) == (removed, removed)
    assert counts[0.5].more == 2
    assert ["near", "0.5", "2", "+2"] in [line.split() for line in found.as_text().splitlines()]
    assert "| `near` | `0.5` | 2 | `+2` |" in found.as_markdown()


def test_pairs_of_earlier_articles_stay(tmp_path: Path) -> None:
    """A next release has the pairs of the one before, but of articles that are others or gone."""
    texts = [put(invent(n), 15) for n in range(4)]
    first = [*(page(n) for n in range(4)), *(page(10 + n, text) for n, text in enumerate(texts))]
    write_pages(tmp_path / "1.jsonl", first)
    batch = [page(20, put(invent(0), 14)), page(11, invent("other")), page(21, texts[3])]
    write_pages(tmp_path / "2.jsonl", batch)
    recipe = Recipe(dedup=Dedup(near=0.95, contained=1.0), release=Release(index=True))
    options = {"recipe": recipe, "workers": 0}
    before = corpus.build(tmp_path / "1.jsonl", tmp_path / "1", version="1.0.0", **options).path
    request = Request(ids=ids(2))
    takedown(before, request, reason="asked by its author", date="2026-02-15")
    after = corpus.build(
        tmp_path / "2.jsonl", tmp_path / "2", version="1.1.0", previous=before, **options
    ).path
    names = {page_id("", page(n)["url"]): n for n in (*range(4), *range(10, 14), 20, 21)}
    pairs = [
        {frozenset((names[row["id"]], names[row["other_id"]])) for row in load_pairs(release)}
        for release in (before, after)
    ]
    assert pairs[0] == {frozenset((n, n + 10)) for n in range(4)}
    assert pairs[1] == {frozenset(pair) for pair in ((0, 10), (0, 20), (10, 20), (3, 13))}
    assert verify(after).findings == ()


def load_pairs(release: Path) -> list[dict]:
    """The pairs that a release carries."""
    return corpus.load(release, config="pairs").to_list()


def test_pairs_are_those_least_alike(folder: Path) -> None:
    """Of each method the least similar pairs come first, and as many as are asked for."""
    found = survey_copies(folder / "1", 1)
    assert [copy.method for copy in found.pairs] == ["contained", "exact", "near", "url"]
    (near,) = (copy for copy in found.pairs if copy.method == "near")
    assert [near.id] == ids(13, site=1)
    assert near.kept_url == page(1)["url"]
    assert len(survey_copies(folder / "1", 0).pairs) == 0
    assert len(survey_copies(folder / "1", 9).pairs) == 6


def test_differences_are_marked(folder: Path) -> None:
    """With the sources at hand, a pair's pieces give the text of the article and of the page."""
    found = report_copies(folder / "1", [folder / "pages.jsonl"])
    texts = {row["id"]: row["text"] for row in corpus.load(folder / "1").to_list()}
    (near,) = [copy for copy in found.pairs if [copy.id] == ids(12, site=1)]
    assert near.pieces is not None
    old, new = (
        "".join(piece.text for piece in near.pieces if piece.op in ("same", op))
        for op in ("delete", "insert")
    )
    assert old == texts[near.kept_id]
    assert new == put(invent(1), 2)
    assert f"{{+{RARE}+}}" in found.as_text()
    assert f"<ins>{RARE}</ins>" in found.as_markdown()
    (same,) = [copy for copy in found.pairs if [copy.id] == ids(10, site=0)]
    assert {piece.op for piece in same.pieces or ()} == {"same"}
    assert found.as_text().count("the same text") == 3


def test_without_sources_no_text_is_shown(folder: Path, tmp_path: Path) -> None:
    """A release has no text of what it removed: without sources, or in others, none is shown."""
    other = write_pages(tmp_path / "other.jsonl", [page(50)])
    for found in (report_copies(folder / "1"), report_copies(folder / "1", [other])):
        assert all(copy.pieces is None for copy in found.pairs)
        assert "text not at hand" in found.as_text()
    with pytest.raises(SourceError):
        report_copies(folder / "1", [tmp_path / "missing"])


def test_published_releases_and_damaged_ones(folder: Path, tmp_path: Path) -> None:
    """A release at a URL gives the same report; one with a damaged file a worded error."""
    found = survey_copies((folder / "1").as_uri())
    assert dataclasses.replace(found, path="") == dataclasses.replace(
        survey_copies(folder / "1"), path=""
    )
    damaged = shutil.copytree(folder / "1", tmp_path / "damaged")
    path = next(damaged.glob("ledger/*/*.parquet"))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ReleaseError, match="cannot be read"):
        survey_copies(damaged)


def test_pages_say_nothing_to_who_reads(folder: Path) -> None:
    """What a page says is neither markup in Markdown nor a command to a terminal."""
    found = report_copies(folder / "1", [folder / "pages.jsonl"])
    markdown = found.as_markdown()
    assert "<script>" not in markdown
    assert "](http://evil.example" not in markdown
    assert "&#60;script&#62;" in markdown
    ran = CliRunner().invoke(
        app, ["dedup-report", str(folder / "1"), "--sources", str(folder / "pages.jsonl")]
    )
    assert ran.exit_code == 0
    assert "<script>" in ran.stdout
    assert "\x1b" not in ran.stdout


def test_all_forms_say_the_same(folder: Path) -> None:
    """Text, Markdown and JSON have the same numbers, and JSON all of them."""
    found = report_copies(folder / "1")
    ran = CliRunner().invoke(app, ["dedup-report", str(folder / "1"), "--json"])
    assert json.loads(ran.stdout) == json.loads(json.dumps(found.as_dict()))
    ran = CliRunner().invoke(app, ["dedup-report", str(folder / "1"), "--markdown"])
    assert ran.stdout == found.as_markdown()
    for method in found.methods:
        assert f"| `{method.method}` | {method.pages} |" in found.as_markdown()
        lines = [line.split() for line in found.as_text().splitlines()]
        assert [method.method, f"{method.pages}"] in [line[:2] for line in lines]


def test_a_release_without_copies(tmp_path: Path) -> None:
    """Where nothing went as a copy the report says so and has no tables."""
    source = write_pages(tmp_path / "pages.jsonl", [page(n) for n in range(3)])
    corpus.build(source, tmp_path / "out", version="1.0.0", workers=0)
    found = report_copies(tmp_path / "out", [source])
    assert (found.removed, found.clusters, found.pairs) == (0, (), ())
    assert "0 pages went as copies" in found.as_text()
    assert "|" not in found.as_markdown()


def test_the_least_alike_pair_decides_ties_by_id() -> None:
    """Pairs that are equally alike are chosen by id, so that a report is the same twice."""
    rows = [
        {"id": name, "stage": "dedup", "reason": "near", "kept_id": "k", "similarity": value}
        for name, value in (("b", 0.9), ("a", 0.9), ("c", 0.8), ("d", None))
    ]
    table = pa.Table.from_pylist(rows, pa.schema([LEDGER.field(name) for name in COLUMNS]))
    assert [copy.id for copy in _choose(table, 3)] == ["c", "a", "b"]


def test_hosts_are_written_as_sites() -> None:
    """A host with `www.` is the site without it, as articles have it; what is no URL has none."""
    assert _host("https://www.s1.example:8080/a") == _host("http://s1.example/b") == "s1.example"
    assert _host("https://[broken") is _host(None) is None


def test_articles_that_hang_together_are_counted_once() -> None:
    """Three articles in three pairs are two that would go; a pair by itself is one."""
    assert _n_joined(["a", "b", "a", "x"], ["b", "c", "c", "y"]) == 3
    assert _n_joined([], []) == 0


def test_a_pair_at_the_threshold_goes(folder: Path) -> None:
    """What is as alike as a threshold says goes with it, and stays with any higher one."""
    found = survey_copies(folder / "1")
    (contained,) = [copy.similarity for copy in found.pairs if copy.method == "contained"]
    rows = [{"reason": "contained", "similarity": value} for value in (0.8, 0.9, contained)]
    schema = pa.schema([LEDGER.field(name) for name in COLUMNS])
    copies = pa.Table.from_pylist(rows, schema)
    counts = {c.threshold: c.removed for c in _thresholds(copies, open_release(folder / "1"))}
    assert (counts[0.8], counts[0.85], counts[0.9], counts[0.95]) == (3, 2, 2, 1)


def test_pairs_are_of_articles_that_stay() -> None:
    """A page that went takes its pairs along, but for one with the very text of who stays."""
    names = [bytes([n]) * 16 for n in range(4)]
    members = pa.table({"number": pa.array(range(4), pa.uint64()), "id": names})
    edges = [(0, 1), (1, 2), (2, 3)]
    pairs = pa.Table.from_pylist(
        [
            {"one": a, "other": b, "kind": BAND, "jaccard": 0.5, "of_one": 0.9, "of_other": 0.6}
            for a, b in edges
        ],
        MEASURED,
    )
    for similarity, kept in ((0.9, {(2, 3)}), (1.0, {(2, 3), (0, 3)})):
        gone = {"keep": False, "kept_id": names[3], "method": "near", "similarity": similarity}
        verdicts = pa.Table.from_pylist([{"number": 1, **gone}], VERDICTS)
        found = find_close([pairs], [members], verdicts).to_pylist()
        wanted = {(names[a].hex(), names[b].hex()) for a, b in kept}
        assert {(row["id"], row["other_id"]) for row in found} == wanted
        assert {(row["jaccard"], row["contained"]) for row in found} == {(0.5, 0.9)}
