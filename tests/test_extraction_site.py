"""The second pass over a site: what its pages say of each other, and what becomes of them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import corpus
from corpus import release as releasing
from corpus.cleaning import replay, undo
from corpus.document import BLOCK_KINDS, Block, BlockKind, Edit
from corpus.extraction import site_lines as site
from corpus.extraction.site import may_change, settle_site
from corpus.pipeline import sites
from corpus.pipeline.sites import cut_lines, settle_shard
from scripts.measuring.site_pages import SitePage, as_numbers

GOLDEN = Path(__file__).parent / "golden" / "extraction" / "site.json"
SITE = json.loads(GOLDEN.read_text(encoding="utf-8"))
Lines = Sequence[tuple[str, BlockKind]]


def page(*lines: tuple[str, BlockKind], name: str = "hewan.example") -> SitePage:
    """A page of these lines."""
    return SitePage(name, lines)


def blocks_of(own: SitePage) -> tuple[Block, ...]:
    """Its lines as blocks, of kinds that were weighed."""
    rule = {"main": "choose_main"}
    return tuple(
        Block(text, kind, rule.get(kind, "weighed"), n) for n, (text, kind) in enumerate(own.lines)
    )


def usual(number: int, *tail: tuple[str, BlockKind]) -> SitePage:
    """One of the six pages: lines above, an article, lines after it, lines below."""
    above: Lines = [(text, "navigation") for text in SITE["above"]]
    below: Lines = [(text, "related") for text in SITE["below"]]
    main: Lines = [(text, "main") for text in SITE["articles"][number]]
    return page(*above, *main, *tail, *below)


def judge(pages: Sequence[SitePage], min_pages: int = 5) -> pa.Table:
    """What the pages say of each other's lines."""
    found = site.outline(as_numbers(pages))
    return site.judge_lines(site.count_lines(found.lines, min_pages), found.docs, min_pages)


def settle(own: SitePage, pages: Sequence[SitePage]) -> list[tuple[str, BlockKind]]:
    """The lines of a page and their kinds, after the others have spoken."""
    known = site.Known(judge(pages), site.hash_site(own.site))
    before = blocks_of(own)
    blocks = settle_site(before, site.as_verdicts(known.on(as_numbers([own]).key)))
    return [(block.text, block.kind) for block in blocks or before]


def main_of(lines: Lines) -> list[str]:
    """The main text."""
    return [text for text, kind in lines if kind == "main"]


def test_an_article_ends_where_its_siblings_end() -> None:
    """A line that siblings have below their articles is none here, nor is what follows it."""
    own = page(
        *[(text, "navigation") for text in SITE["above"]],
        *[(text, "main") for text in SITE["articles"][5]],
        (SITE["below"][0], "main"),
        (SITE["heading"], "main"),
        *[(text, "footer") for text in SITE["below"][1:]],
    )
    lines = settle(own, [*map(usual, range(5)), own])
    assert main_of(lines) == SITE["articles"][5]
    assert (SITE["below"][0], "related") in lines


def test_what_is_main_everywhere_and_recurs_is_furniture() -> None:
    """The sentence under every article of a site goes, and says what it is by its words."""
    pages = [usual(n, (SITE["tail"], "main")) for n in range(6)]
    lines = settle(pages[0], pages)
    assert main_of(lines) == SITE["articles"][0]
    assert (SITE["tail"], "promotion") in lines


def test_what_recurs_inside_an_article_stays() -> None:
    """Only the edges of an article are cut: a heading that recurs stays between paragraphs."""
    pages = [
        usual(n, (SITE["tail"], "main"), (f"{SITE['heading']}{n}。" * 3, "main")) for n in range(6)
    ]
    assert SITE["tail"] in main_of(settle(pages[0], pages))


@pytest.mark.parametrize("n_pages", [4, 5])
def test_few_pages_say_nothing(n_pages: int) -> None:
    """Below five pages of a site nothing is known, from five on it is."""
    pages = [usual(n, (SITE["tail"], "main")) for n in range(n_pages)]
    assert bool(len(judge(pages))) == (n_pages >= 5)


def test_copies_of_an_article_are_one_page() -> None:
    """An article that was fetched six times is no furniture."""
    assert not len(judge([usual(0)] * 6))


def test_what_recurs_in_copies_only_is_unknown() -> None:
    """Nothing is known of the lines of an article that was fetched six times on a larger site."""
    copy = usual(0, (SITE["tail"], "main"))
    table = judge([*[copy] * 6, *map(usual, range(1, 6))])
    known = site.Known(table, site.hash_site(copy.site)).on(as_numbers([copy]).key)
    found = (known.place != site.UNKNOWN).tolist()
    assert found == [kind != "main" for _, kind in copy.lines]


def test_a_contradiction_changes_nothing() -> None:
    """Where siblings would take more than a third of an article, all of it stays."""
    own = page((SITE["below"][0], "main"), *[(text, "main") for text in SITE["articles"][5]])
    assert main_of(settle(own, [*map(usual, range(5)), own])) == main_of(list(own.lines))


def test_the_article_stands_where_those_of_its_siblings_do() -> None:
    """Where something else was taken for the article, the text between the bounds is."""
    article = [text * 2 for text in SITE["articles"][5]]
    own = page(
        *[(text, "navigation") for text in SITE["above"]],
        *[(text, "comment") for text in article],
        *[(text, "related") for text in SITE["below"]],
        *[(text, "main") for text in SITE["articles"][4]],
    )
    assert main_of(settle(own, [*map(usual, range(5)), own])) == article


def test_a_line_has_one_kind_on_a_site() -> None:
    """What was weighed differently on one page takes the kind it has on the others."""
    own = page(
        (SITE["above"][0], "footer"),
        *[(text, "main") for text in SITE["articles"][5]],
    )
    assert settle(own, [*map(usual, range(5)), own])[0] == (SITE["above"][0], "navigation")


def test_sites_do_not_speak_for_each_other() -> None:
    """A line that recurs on another site means nothing on this one."""
    pages = [SitePage(f"{n % 2}.example", usual(n).lines) for n in range(6)]
    assert not len(judge(pages))


def test_neither_order_nor_cut_matters() -> None:
    """Pages in any order, in any number of outlines, make the same verdicts."""
    pages = [usual(n, (SITE["tail"], "main")) for n in (0, 1, 2, 3, 4, 5, 5, 2)]
    whole = judge(pages)
    shuffled = list(pages)
    random.Random(1).shuffle(shuffled)
    parts = [site.outline(as_numbers(part)) for part in (shuffled[:3], shuffled[3:])]
    lines = pa.concat_tables([part.lines for part in parts])
    docs = pa.concat_tables([part.docs for part in parts])
    is_odd = pa.array([key % 2 == 1 for key in lines["key"].to_pylist()])
    counts = [site.count_lines(lines.filter(part), 5) for part in (is_odd, pc.invert(is_odd))]
    assert site.judge_lines(pa.concat_tables(counts), docs, 5).equals(whole)
    assert len(whole)


def test_nothing_is_compared_of_nothing() -> None:
    """No pages, pages without lines and lines of three characters give no verdicts."""
    assert not len(judge([]))
    assert not len(judge([page()] * 6))
    assert not len(judge([page((text, "main")) for text in "abcdef"]))
    short: Lines = [("摘要：", "main")]
    assert not len(judge([page(*short, (SITE["articles"][n][0], "main")) for n in range(6)]))


KINDS = st.sampled_from(["main", "main", "related"])


@given(st.lists(st.tuples(st.sampled_from(["a", "bb", "a"]), KINDS, KINDS), min_size=1, max_size=8))
def test_what_is_cut_can_be_undone(lines: list[tuple[str, BlockKind, BlockKind]]) -> None:
    """Whatever lines become or cease to be main text: the edits lead there and back."""
    before = [Block(text, kind, "", n) for n, (text, kind, _) in enumerate(lines)]
    after = [Block(text, kind, "", n) for n, (text, _, kind) in enumerate(lines)]
    texts = ["\n".join(b.text for b in blocks if b.kind == "main") for blocks in (before, after)]
    if texts[0] == texts[1]:
        return
    edits = cut_lines(before, after)
    assert replay(texts[0], edits) == texts[1]
    assert undo(texts[1], edits) == texts[0]


def write_pages(folder: Path) -> Path:
    """The six pages as HTML, each with the sentence that recurs as its last paragraph."""
    folder.mkdir()
    for number, article in enumerate(SITE["articles"]):
        paragraphs = "".join(f"<p>{text}</p>" for text in (*article, SITE["tail"]))
        above, below = (
            "".join(f"<div>{text}</div>" for text in SITE[k]) for k in ("above", "below")
        )
        title = article[0][:12]
        address = f'<link rel="canonical" href="https://hewan.example/a/{number}.html">'
        (folder / f"{number}.html").write_text(
            f"<html><head><title>{title}</title>{address}</head><body>{above}<h1>{title}</h1>"
            f"<div class='article'>{paragraphs}</div>{below}</body></html>",
            encoding="utf-8",
        )
    return folder


def build(pages: Path, out: Path, workers: int = 0, **extraction: object) -> corpus.Release:
    """A release of the pages."""
    recipe = out.with_suffix(".toml")
    lines = [f"{key} = {json.dumps(value)}" for key, value in extraction.items()]
    recipe.write_text("\n".join(["[extraction]", *lines]), encoding="utf-8")
    return corpus.build(pages, out, version="1.0.0", recipe=recipe, workers=workers)


def test_a_build_looks_at_sites(tmp_path: Path) -> None:
    """What recurs on a site becomes noise by the rule `settle_site`, and the text says how."""
    pages = write_pages(tmp_path / "pages")
    build(pages, tmp_path / "once", site=False)
    build(pages, tmp_path / "twice")
    once, twice = (
        {row["id"]: row for row in corpus.load(tmp_path / name)} for name in ("once", "twice")
    )
    noise = corpus.load(tmp_path / "twice", config="noise")
    settled = [row for row in noise if row["rule"] == "settle_site" and row["text"] == SITE["tail"]]
    assert {row["id"] for row in settled} == set(once) == set(twice)
    assert {row["kind"] for row in settled} == {"promotion"}
    for own, row in twice.items():
        assert SITE["tail"] in once[own]["text"]
        assert SITE["tail"] not in row["text"]
        edits = [Edit(**edit) for edit in row["edits"] if edit["fix"] == "settle_site"]
        assert undo(row["text"], edits) == once[own]["text"]
        assert row["n_characters"] == once[own]["n_characters"] - len(SITE["tail"])
    assert not corpus.verify(tmp_path / "twice").findings


def test_batches_of_a_shard_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a shard lies in several batches the same pages change, and its size is known."""
    pages = write_pages(tmp_path / "pages")
    sizes: list[int | None] = []

    def settle(*task: object, **options: object) -> int | None:
        sizes.append(settle_shard(*task, **options))  # type: ignore[arg-type]
        return sizes[-1]

    monkeypatch.setattr("corpus.pipeline.sites.settle_shard", settle)
    build(pages, tmp_path / "whole")
    monkeypatch.setattr("corpus.release.shard.FLUSH_ROWS", 2)
    build(pages, tmp_path / "cut")
    manifests = [(tmp_path / name / "MANIFEST.json").read_bytes() for name in ("whole", "cut")]
    assert manifests[0] == manifests[1]
    characters = sum(len(row["text"]) for row in corpus.load(tmp_path / "whole"))
    assert sum(size or 0 for size in sizes) == 2 * characters


def test_a_site_needs_as_many_pages_as_the_recipe_says(tmp_path: Path) -> None:
    """With `site_pages` above the number of pages nothing changes."""
    pages = write_pages(tmp_path / "pages")
    build(pages, tmp_path / "r", site_pages=7)
    assert all(SITE["tail"] in row["text"] for row in corpus.load(tmp_path / "r"))


def test_workers_change_nothing(tmp_path: Path) -> None:
    """One process and two make the same bytes of a site."""
    pages = write_pages(tmp_path / "pages")
    releases = [build(pages, tmp_path / f"r{workers}", workers) for workers in (0, 2)]
    manifests = [(r.path / "MANIFEST.json").read_bytes() for r in releases]
    assert manifests[0] == manifests[1]


def test_sites_do_not_speak_of_each_other() -> None:
    """What is known of the lines of one site is asked for that site, also among others."""
    other = [SitePage("shanjian.example", usual(n).lines) for n in range(6)]
    table = judge([*map(usual, range(6)), *other])
    for pages in (list(map(usual, range(6))), other):
        own = site.Known(table, site.hash_site(pages[0].site))
        alone = site.Known(judge(pages), site.hash_site(pages[0].site))
        keys = as_numbers(pages[:1]).key
        said, said_alone = (site.as_verdicts(known.on(keys)) for known in (own, alone))
        assert said == said_alone != [None] * len(keys)
        assert len(own) * 2 == len(table)
    assert not site.Known(table, site.hash_site("hekou.example"))


def batch_of(*rows: tuple[str | None, Lines, int]) -> releasing.PageBatch:
    """Stored pages: their sites and lines, and by how much the places of their noise are wrong."""
    articles, noise = [], []
    for name, lines, shift in rows:
        others = [(n, *line) for n, line in enumerate(lines) if line[1] != "main"]
        text = "\n".join(main_of(lines))
        articles.append({"site": name, "text": text, "noise_count": len(others)})
        noise += [
            {"text": text, "kind": kind, "rule": rule, "position": n + shift}
            for n, text, kind in others
            for rule in ["weighed" if n % 2 else "known_phrase"]
        ]
    return releasing.PageBatch(
        pa.RecordBatch.from_pylist(articles), pa.RecordBatch.from_pylist(noise)
    )


def test_pages_are_the_same_numbers_from_their_rows() -> None:
    """Rows of articles and of noise give the numbers that the lines of the pages give."""
    pages = [usual(n, (SITE["tail"], "main")) for n in range(3)]
    found = sites.as_numbers(batch_of(*((page.site, page.lines, 0) for page in pages)))
    assert all(map(np.array_equal, found.pages, as_numbers(pages)))
    assert found.places.tolist() == [0, 1, 2]
    kinds = [(n, kind) for page in pages for n, (_, kind) in enumerate(page.lines)]
    assert found.is_open.tolist() == [kind != "main" and n % 2 == 1 for n, kind in kinds]


def test_numbers_come_back_from_their_table() -> None:
    """A table of pages as numbers gives them again, also of none, and of pages without lines."""
    pages = [usual(1), SitePage("empty.example", ()), usual(2, (SITE["tail"], "main"))]
    for some in (pages, pages[1:2], []):
        n_lines = sum(len(page.lines) for page in some)
        is_open = np.arange(n_lines) % 3 == 1
        numbers = sites.Numbers(as_numbers(some), np.arange(len(some)) * 2, is_open)
        found = sites.from_table(sites.as_table(numbers).combine_chunks())
        assert all(map(np.array_equal, found.pages, numbers.pages))
        assert found.places.tolist() == numbers.places.tolist()
        assert found.is_open.tolist() == is_open.tolist()


def test_what_cannot_be_put_together_is_not_compared() -> None:
    """A page of no site, and one whose noise stands beyond its end, are left out."""
    lines = usual(1).lines
    found = sites.as_numbers(
        batch_of((None, lines, 0), ("a.example", lines, 0), ("b.example", lines, 1), ("", lines, 0))
    )
    assert found.places.tolist() == [1]
    alone = as_numbers([SitePage("a.example", lines)])
    assert all(map(np.array_equal, found.pages, alone))


def test_a_line_in_several_places_stands_in_none() -> None:
    """A line that is main text and noise on a page, or above and below, stands between."""
    above, below, both = ((text * 3, "related") for text in SITE["above"][:3])
    main = (SITE["articles"][0][0], "main")
    own = page(above, both, main, both, below, (main[0], "footer"))
    found = site.outline(as_numbers([own])).lines.to_pylist()
    keys = as_numbers([own]).key.tolist()
    told = {row["key"]: (row["place"], BLOCK_KINDS[row["kind"]]) for row in found}
    assert len(found) == len(told) == 4
    assert told[keys[0]] == (site.ABOVE, "related")
    assert told[keys[1]] == (site.BETWEEN, "related")
    assert told[keys[2]] == (site.BETWEEN, "footer")
    assert told[keys[4]] == (site.BELOW, "related")


VERDICT = st.builds(
    site.Verdict,
    st.sampled_from([site.ABOVE, site.BELOW, site.INSIDE, site.BETWEEN]),
    st.sampled_from([None, *(kind for kind in BLOCK_KINDS if kind != "main")]),
)
LINE = st.tuples(
    st.sampled_from([*BLOCK_KINDS, "main", "main"]),
    st.sampled_from(["weighed", "known_phrase"]),
    st.none() | VERDICT,
)


Page = list[tuple[BlockKind, str, site.Verdict | None]]


STRAY = [("main", "choose_main", None), ("related", "known_phrase", site.Verdict(site.ABOVE, None))]


@given(st.lists(st.lists(LINE, max_size=12), max_size=4))
@example([[*STRAY, *[STRAY[0]] * 3]])
@example([[*[STRAY[0]] * 3, ("related", "", site.Verdict(site.BELOW, None)), STRAY[0]]])
def test_what_may_change_is_all_that_settling_changes(pages: list[Page]) -> None:
    """A page that cannot change is changed by no sibling, nor is one that none knows of."""
    lines = [line for page in pages for line in page]
    numbers = [len(page) for page in pages]
    nothing = np.zeros(len(pages), np.uint64)
    kinds = np.array([site.NUMBERS[kind] for kind, *_ in lines], np.uint8)
    own = site.SitePages(nothing, nothing, np.array(numbers, np.int64), kinds * 0, kinds)
    said = [verdict for *_, verdict in lines]
    places = [verdict.place if verdict else site.UNKNOWN for verdict in said]
    others = [site.NUMBERS[(verdict and verdict.kind) or "main"] for verdict in said]
    known = site.Said(np.array(places, np.uint8), np.array(others, np.uint8))
    is_open = np.array([rule == "weighed" for _, rule, _ in lines], bool)
    for page, may in zip(pages, may_change(own, is_open, known).tolist(), strict=True):
        text = "排水管理处的检测小队打开了老城区的三百个井盖。"
        blocks = [Block(text, kind, rule, n) for n, (kind, rule, _) in enumerate(page)]
        verdicts = [verdict for *_, verdict in page]
        assert any(verdicts) or not may
        assert may or settle_site(blocks, verdicts) is None
