"""The card says what the release holds, and nothing a page could make it say."""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_pages import build, golden_lines, many_lines

from corpus import resources
from corpus.recipe import Card, Release
from corpus.release import (
    count_file,
    gather_facts,
    read_manifest,
    render_card,
    sum_facts,
    verify,
)
from corpus.release.card import ASKED, missing_keys
from corpus.release.facts import SHARES, quantiles
from corpus.release.kept_parts import keep_parts, without_parts
from corpus.release.markdown import code, escape
from corpus.release.storage import LocalFiles
from corpus.schema import CONFIGS, SCHEMAS

FULL = Card(
    name="zhonghe",
    pretty_name="中和 News: 'quoted' # 1",
    purpose="To test.",
    license="other",
    license_name="research-only",
    license_link="https://example.org/license",
    contact="corpus@example.org",
    citation="@misc{zhonghe}",
    curators="The people of Zhonghe",
    source_terms="Ask each site.",
)


def card_of(folder: Path) -> str:
    """The card of a release."""
    return (folder / "README.md").read_text(encoding="utf-8")


def test_the_card_parses_and_its_infos_are_the_data(tmp_path: Path) -> None:
    """The Hub's own parser reads the head; rows, bytes and features of every config are true."""
    import datasets
    from huggingface_hub import DatasetCard

    manifest = build(tmp_path / "r", many_lines(90))
    data = DatasetCard(card_of(tmp_path / "r")).data.to_dict()
    infos = {info["config_name"]: info for info in data["dataset_info"]}
    assert list(infos) == [config["config_name"] for config in data["configs"]] == list(CONFIGS)
    for name, info in infos.items():
        paths = sorted((tmp_path / "r").glob(data_path(data, name)))
        assert info["splits"][0]["num_examples"] == sum(pq.read_metadata(p).num_rows for p in paths)
        assert info["download_size"] == sum(path.stat().st_size for path in paths)
        assert info["dataset_size"] == manifest.configs[name].bytes > 0
        features = datasets.Features.from_arrow_schema(CONFIGS[name])
        assert datasets.Features._from_yaml_list(info["features"]) == features
    assert (data["license"], data["language"], data["size_categories"]) == (
        "unknown",
        ["zh"],
        ["n<1K"],
    )


def data_path(data: dict, config: str) -> str:
    """Where the card says that the files of a config lie."""
    (entry,) = (entry for entry in data["configs"] if entry["config_name"] == config)
    return entry["data_files"][0]["path"]


def test_every_number_is_counted_in_the_files(tmp_path: Path) -> None:
    """Funnel, noise, lengths, sites, dates, scripts and repairs agree with the Parquet files."""
    manifest = build(tmp_path / "r", golden_lines())
    facts = gather_facts(LocalFiles(tmp_path / "r"), manifest.files)
    articles = pq.read_table(tmp_path / "r" / manifest.files_of("default")[0].path)
    card = card_of(tmp_path / "r")
    lengths = articles["n_characters"].to_pylist()
    assert facts.n_characters == sum(lengths)
    assert (facts.quantiles[0], facts.quantiles[-1]) == (min(lengths), max(lengths))
    assert set(facts.quantiles) <= set(lengths)
    assert facts.n_sites == pc.count_distinct(articles["site"]).as_py()
    assert facts.counts.removed == {
        "dedup": {"exact_duplicate": 2},
        "extraction": {"not_an_article": 1},
        "loading": {"unreadable": 1},
    }
    assert facts.fixes == (("width", 2), ("mojibake", 1))
    assert (facts.first_day, facts.last_day, facts.n_copies) == ("2022-10-07", "2024-05-20", 1)
    for line in (
        "| read |  | 9 |",
        "| removed in `dedup` | `exact_duplicate` | 2 |",
        "| **kept** |  | 5 |",
        "| `comment` | 2 |",
        "| `hant` | 1 |",
        "| `news.zhonghe.example` | 2 |",
        "| *not given* | 1 |",
        "| `2024` | 2 |",
    ):
        assert line in card


def test_facts_are_the_sum_of_the_files(tmp_path: Path) -> None:
    """What workers count, file by file, and send as JSON, gives the facts of all files at once."""
    manifest = build(tmp_path / "r", many_lines(60), release=Release(shard_bytes=9_000))
    files = LocalFiles(tmp_path / "r")
    counted = [json.loads(json.dumps(count_file(files, own))) for own in manifest.files]
    facts = sum_facts(counted)
    assert facts == gather_facts(files, manifest.files)
    assert facts.counts == manifest.counts
    assert len(manifest.files_of("default")) > 3
    assert sum(n for _, n in facts.sites) == manifest.n_articles


@given(st.lists(st.integers(0, 40), min_size=1, max_size=90))
def test_quantiles_are_those_of_all_lengths(lengths: list[int]) -> None:
    """Counted lengths have the quantiles that numpy finds among all of them."""
    wanted = np.quantile(np.array(lengths), SHARES, method="inverted_cdf")
    assert quantiles(Counter(lengths)) == tuple(wanted.tolist())


def test_the_funnel_goes_the_way_of_a_page(tmp_path: Path) -> None:
    """Removals stand in the order of the stages: loading before extraction before dedup."""
    build(tmp_path / "r", golden_lines())
    stages = re.findall(r"removed in `(\w+)`", card_of(tmp_path / "r"))
    assert stages == ["loading", "extraction", "dedup"]


def test_what_is_not_stated_is_asked_for_by_its_key(tmp_path: Path) -> None:
    """Without `[card]`, the card names each key to set; with it, it asks for nothing."""
    build(tmp_path / "a", golden_lines())
    build(tmp_path / "b", golden_lines(), card=FULL)
    asked = set(re.findall(r"set `(\w+)` under `\[card\]`", card_of(tmp_path / "a")))
    assert asked == set(missing_keys(Card())) == {*ASKED}
    assert missing_keys(FULL) == ()
    assert "under `[card]`" not in card_of(tmp_path / "b")


def test_the_recipe_speaks_in_the_head(tmp_path: Path) -> None:
    """Licence and name of the recipe reach the head whole, quotes and marks too."""
    from huggingface_hub import DatasetCard

    build(tmp_path / "r", golden_lines(), card=FULL)
    data = DatasetCard(card_of(tmp_path / "r")).data
    assert data.pretty_name == FULL.pretty_name
    assert (data.license, data.license_name, data.license_link) == (
        "other",
        "research-only",
        "https://example.org/license",
    )


def test_a_card_renders_again_from_its_release(tmp_path: Path) -> None:
    """The manifest and the files of a release are enough to write its card again."""
    build(tmp_path / "r", golden_lines(), card=FULL)
    manifest = read_manifest(tmp_path / "r")
    facts = gather_facts(LocalFiles(tmp_path / "r"), manifest.files)
    assert render_card(manifest, facts, FULL) == card_of(tmp_path / "r")


@pytest.mark.parametrize("hostile", golden_lines()[1:2])
def test_a_page_cannot_write_in_the_card(tmp_path: Path, hostile: dict) -> None:
    """Markup, links, mentions, placeholders and a second head in a page stay plain words."""
    hostile["site"] = "evil.example`|[x](http://bad.example)"
    hostile["noise"] = [["<b>`|", "x"]]
    build(tmp_path / "r", [hostile])
    text = card_of(tmp_path / "r")
    for mark in (
        "<script",
        "<img",
        "](http",
        "@所有人",
        "{{",
        "${",
        "http://bad",
        "www.bad",
        "<b>",
    ):
        assert mark not in text
    assert len(re.findall(r"^---$", text, re.MULTILINE)) == 2
    assert "&#60;script&#62;" in text


def test_every_column_has_its_meaning() -> None:
    """The table of columns in the resources names exactly the columns of the schemas."""
    named = {row["column"] for row in resources.read_table("columns.tsv")}
    assert named == {
        f"{config}.{field}"
        for config in ("default", "noise", "ledger", "index", "pairs")
        for field in SCHEMAS[config].names
    }


HOSTILE = "ab文 \n\r\t|`*_<>[]()#-+=~!&;:@$\\{}.1\u202e\u200b\u2028\0\ud800"


@given(st.text(HOSTILE))
def test_escaped_text_is_one_line_without_marks(text: str) -> None:
    """Nothing that starts markup, breaks a line or cannot be seen or stored gets through."""
    escaped = escape(text)
    assert re.fullmatch(r"(?:[ab文 1]|&\#\d{2,3};)*", escaped)
    assert "  " not in escaped
    assert re.fullmatch(r"`[\w./:+-]+`|(?:[ab文 1]|&\#\d{2,3};)*", code(text))


def test_escape_is_fast_on_a_hostile_text() -> None:
    """A text of one mark repeated takes no more than linear time."""
    assert len(escape("`" * 50_000)) == 5 * 50_000
    assert code("." * 50_000 + "|").endswith("&#124;")


def test_the_chinese_card_says_the_same_numbers(tmp_path: Path) -> None:
    """Both cards have the same sections with the same numbers and tables, each in its language."""
    build(tmp_path / "r", many_lines(90), card=FULL)
    english = card_of(tmp_path / "r").split("\n---\n", 1)[1]
    chinese = (tmp_path / "r" / "README.zh.md").read_text(encoding="utf-8")
    assert headings(english) == headings(chinese)
    assert numbers(english) == numbers(chinese)
    for text in (english, chinese):
        assert "Not stated" not in text
        assert "未说明" not in text
        assert "$" not in text
    assert "Pages in that cluster" in english
    assert "簇内网页数" in chinese
    assert not re.search(r"^## .*[A-Za-z]{3}", chinese, re.MULTILINE)


def headings(card: str) -> list[int]:
    """The depth of each heading."""
    return [len(marks) for marks in re.findall(r"^(#+) ", card, re.MULTILINE)]


def numbers(card: str) -> Counter:
    """The numbers of the tables."""
    rows = re.findall(r"^\|.*\|$", card, re.MULTILINE)
    return Counter(n for row in rows for n in re.findall(r"(?<= )[\d,]+(?= \|)", row))


def test_every_section_of_the_template_is_there(tmp_path: Path) -> None:
    """The sections of the Hub's template, and those that this library adds, are in the card."""
    build(tmp_path / "r", golden_lines())
    found = re.findall(r"^#+ (.*)$", card_of(tmp_path / "r"), re.MULTILINE)
    for section in (
        *("Dataset Details", "Uses", "Direct use", "Out-of-scope use", "Dataset Structure"),
        *("Dataset Creation", "Curation rationale", "Source data", "Annotations"),
        *("Data collection and processing", "Who are the source data producers?"),
        *("Personal and Sensitive Information", "Bias, Risks, and Limitations"),
        *("Recommendations", "Citation", "More Information", "Dataset Card Contact"),
        *("Versions", "License and Source Terms", "Opt-out and Takedown"),
    ):
        assert section in found, section


def test_what_people_wrote_stays() -> None:
    """Words between the marks and keys of the head stay when a card is written again."""
    old = """---
license: mit
thumbnail: x.png
extra_gated_fields:
  Name: text
tags:
- a
---

Old.
<!-- yours: uses -->
Ours.

<!-- /yours -->
<!-- yours: gone -->
Still ours.
<!-- /yours -->
"""
    new = """---
license: other
tags:
- b
---

New.
<!-- yours: uses -->
<!-- /yours -->
<!-- yours: more -->
<!-- /yours -->
"""
    kept = keep_parts(new, old)
    assert "New.\n<!-- yours: uses -->\nOurs.\n\n<!-- /yours -->" in kept
    assert "<!-- yours: more -->\nStill ours.\n<!-- /yours -->" in kept
    assert "license: other" in kept
    assert "thumbnail: x.png\nextra_gated_fields:\n  Name: text\n---\n" in kept
    assert "- a" not in kept
    assert without_parts(kept) == new
    assert keep_parts(kept, kept) == kept


MARKS = ("<!-- yours: uses -->\n", "<!-- yours: more -->\n", "<!-- /yours -->")
PIECES = ("---\n", "a: 1\n", " a: 1\n", "license: x\n", "文", *MARKS)
CARDLIKE = st.lists(st.sampled_from(PIECES)).map("".join)


@given(CARDLIKE, CARDLIKE)
def test_parts_are_kept_whatever_is_written(rendered: str, old: str) -> None:
    """Keeping parts twice is keeping them once, and without them a card is what it was."""
    kept = keep_parts(rendered, old)
    assert without_parts(kept) == without_parts(rendered)
    assert keep_parts(rendered, kept) == kept


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_hub_reads_both_cards_and_keeps_every_word(tmp_path: Path, name: str) -> None:
    """Read and written again by `DatasetCard`, either card has its text, people's parts too."""
    from huggingface_hub import DatasetCard

    build(tmp_path / "r", golden_lines(), card=FULL)
    path = tmp_path / "r" / name
    mark = "<!-- yours: bias -->\n"
    text = path.read_text(encoding="utf-8")
    assert mark in text
    path.write_text(text.replace(mark, f"{mark}Ours.\n"), encoding="utf-8")
    card = DatasetCard.load(path)
    assert f"{mark}Ours.\n<!-- /yours -->" in card.text
    assert bool(card.data.to_dict()) == (name == "README.md")
    card.save(tmp_path / "again.md")
    again = DatasetCard.load(tmp_path / "again.md")
    assert (again.data.to_dict(), again.text.strip()) == (card.data.to_dict(), card.text.strip())
    assert verify(tmp_path / "r").findings == ()
