"""What the benchmark of releases measures is what it says."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from chain_pages import invent

import corpus
from scripts.measuring import figures
from scripts.releasing import batches, damage, large, tables


def test_every_damage_is_found(tmp_path: Path) -> None:
    """Of a sound release each kind of damage is named by its own check."""
    found = damage.measure_damage(tmp_path)
    assert found["sound_before"]
    assert found["found"] == found["kinds"] == len(damage.KINDS) >= 12
    assert {run["check"] for run in found["runs"].values()} >= {
        kind.check for kind in damage.KINDS.values()
    }


def test_large_releases_differ_as_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The diff of the pair is what was written, and no file is the same in both."""
    monkeypatch.setattr(large, "FILE_ROWS", 800)
    articles = tmp_path / "articles.parquet"
    pq.write_table(pa.table({"text": [invent(n) for n in range(5)]}), articles)
    known = large.make_pair(articles, tmp_path, 1_600)
    found = corpus.diff(tmp_path / "old", tmp_path / "new", None)
    fields = dict(found.fields)
    told = (found.n_removed, fields["text"], fields["title"], found.n_added)
    assert told == (known.removed, known.texts, known.titles, known.added)
    assert min(told) > 0
    assert dict(found.reasons) == {("takedown", "page"): known.removed}


def test_articles_that_share_clauses_are_left_out(tmp_path: Path) -> None:
    """Of articles that have much in common the first stays."""
    texts = [invent(1), invent(2), invent(1)[:300] + invent(3)[:100], invent(4)]
    articles = tmp_path / "articles.parquet"
    pq.write_table(pa.table({"text": texts}), articles)
    assert list(batches._distinct(articles)) == [texts[0], texts[1], texts[3]]


def test_tables_show_what_was_measured_and_no_more() -> None:
    """Each part has its lines; a part that was not measured has none."""
    found = json.loads((figures.BENCHMARKS / "releases.json").read_text(encoding="utf-8"))
    whole = tables.summary(found)
    for part in found:
        alone = tables.summary({part: found[part]}).splitlines()[2:]
        assert alone
        assert all(line in whole for line in alone)
    assert len(tables.summary({}).splitlines()) == 2
