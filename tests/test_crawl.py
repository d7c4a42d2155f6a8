"""Generated crawls are the same each time, and what their truth says of copies is so."""

import gzip
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import corpus
from scripts.crawling.copies import CHANGES
from scripts.crawling.plan import COPIES, FORMATS, make_plan

ROOT = Path(__file__).parent.parent
N_PAGES = 400


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Parquet file with articles of the examples, each once."""
    pages = sorted((ROOT / "examples" / "portal").glob("*.html"))
    pages = [p for p in pages if not p.stem.endswith(("reprint", "edited"))]
    texts = [f"{a.title}\n{a.text}" for a in map(corpus.extract, map(Path.read_bytes, pages))]
    path = tmp_path_factory.mktemp("articles") / "articles.parquet"
    pq.write_table(pa.table({"text": texts}), path)
    return path


def make(articles: Path, out: Path, workers: int) -> list[dict]:
    """The truth of a crawl of `N_PAGES` made by the script."""
    command = [sys.executable, ROOT / "scripts" / "make_crawl", articles, out]
    options = ["--pages", N_PAGES, "--sites", 9, "--workers", workers]
    subprocess.run([*command, *map(str, options)], check=True, capture_output=True)
    return pq.read_table(out / "truth.parquet").to_pylist()


@pytest.fixture(scope="module")
def crawl(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict]]:
    """A crawl and its truth."""
    out = tmp_path_factory.mktemp("crawl") / "a"
    return out / "pages", make(articles, out, 2)


def test_a_crawl_is_the_same_each_time(articles: Path, crawl, tmp_path: Path) -> None:
    """Another number of processes writes the same files, byte for byte."""
    pages, truth = crawl
    assert make(articles, tmp_path / "b", 1) == truth
    for path in (path for path in pages.rglob("*") if path.is_file()):
        assert path.read_bytes() == (tmp_path / "b/pages" / path.relative_to(pages)).read_bytes()


def test_truth_and_files_agree(crawl) -> None:
    """Every page lies where the truth says, with its address, and nothing else is there."""
    pages, truth = crawl
    assert [row["page"] for row in truth] == list(range(N_PAGES))
    files = {p.relative_to(pages).as_posix() for p in pages.rglob("*") if p.is_file()}
    assert files == {row["file"] for row in truth}
    assert {file.split("/")[0] for file in files} == set(FORMATS)
    for row in truth:
        data = (pages / row["file"]).read_bytes()[row["offset"] :]
        if row["file"].endswith(".jsonl"):
            assert json.loads(data.partition(b"\n")[0])["url"] == row["url"]
        elif row["file"].endswith(".gz"):
            target = f"WARC-Target-URI: {row['url']}\r\n".encode()
            assert target in gzip.decompress(data).partition(b"\r\n\r\n")[0] + b"\r\n"


def test_copies_are_of_their_originals(crawl) -> None:
    """A copy's original is an original with the same article, and texts differ as the kind says."""
    _, truth = crawl
    kinds = Counter(row["kind"] for row in truth)
    assert set(COPIES) <= set(kinds)
    assert 0.5 < kinds["original"] / N_PAGES < 0.8
    for row in truth:
        if row["story"] is None:
            assert (row["original"], row["text"]) == (None, None)
            continue
        first = truth[row["original"]]
        assert (first["kind"], first["story"]) == ("original", row["story"])
        same = row["text"] == first["text"]
        assert same == (row["kind"] not in {*CHANGES, "repost", "embedded"}), row["kind"]
        if row["kind"] in ("repost", "embedded"):
            assert first["text"] in row["text"]


def test_originals_have_little_in_common(crawl) -> None:
    """Also where articles come again with their characters exchanged, no line of 20 is shared."""
    _, truth = crawl
    texts = [row["text"] for row in truth if row["kind"] == "original"]
    lines = Counter(line for text in texts for line in set(text.split("\n")) if len(line) >= 20)
    assert len(texts) > 200
    assert max(lines.values()) == 1


def test_shares_hold_at_size() -> None:
    """Of 100,000 pages a twentieth has no article and three tenths are copies."""
    plan = make_plan(100_000, 1, tuple(FORMATS))
    bare = (plan.stories < 0).mean()
    copies = (plan.members > 0).mean()
    assert 0.04 < bare < 0.06
    assert 0.25 < copies < 0.35
    assert (plan.stories[plan.originals[plan.members > 0]] == plan.stories[plan.members > 0]).all()
    assert [file.last - file.first for file in plan.files if file.form == "warc"] == [4000] * 10
