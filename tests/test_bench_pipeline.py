"""What the benchmark of whole builds measures is what is there."""

import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import corpus
from corpus.document import Page
from scripts.measuring.builds import ROOT, Built, digest_of
from scripts.measuring.labelled import write_crawl
from scripts.measuring.processes import Blow, Peaks, Ran, watch
from scripts.measuring.tables import stage_memory, table_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

POOL = """
import multiprocessing, sys, time
def fill(n): held = bytearray(n); held[::4096] = b"x" * len(held[::4096]); time.sleep(1)
if __name__ == "__main__":
    held = b"x" * 40_000_000
    with multiprocessing.get_context("spawn").Pool(1) as pool: pool.map(fill, [90_000_000])
    print("done"); print("line", file=sys.stderr)
"""


def test_memory_of_parent_and_worker_is_seen(tmp_path) -> None:
    """The peaks are those of the process and of its worker, each for itself."""
    script = tmp_path / "pool.py"
    script.write_text(POOL)
    ran = watch([sys.executable, str(script)])
    assert (ran.code, ran.stdout, ran.lines[-1][1]) == (0, "done\n", "line")
    assert 40e6 < ran.parent.own < 80e6
    assert 90e6 < ran.worker.own < 140e6
    assert ran.worker.own <= ran.worker.resident
    assert 1 < ran.seconds < 60


def test_a_blow_ends_the_parent() -> None:
    """A blow at the parent kills it after the time that was asked for."""
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    ran = watch(command, [Blow(0.3, parent=True)])
    assert ran.code == -9
    assert 0.3 <= ran.seconds < 30


def test_labelled_pages_become_a_crawl(tmp_path) -> None:
    """Each page comes so many times, as it was, under addresses of their own."""
    texts = [f"<p>{word}修好了，前后用了三年。</p>" for word in ("老桥", "渡口")]
    table = {"id": ["a", "b"], "url": ["https://lanjiang.example/桥?n=1#2", None]}
    html = [texts[0].encode("gb18030"), texts[1].encode()]
    pq.write_table(pa.table({**table, "html": html}), tmp_path / "pages.parquet")
    sizes = write_crawl(tmp_path / "pages.parquet", tmp_path / "warc", 3)
    assert sizes == [len(page) for page in html] * 3
    pages = [page for page in corpus.read([tmp_path / "warc"]) if isinstance(page, Page)]
    assert sorted(page.content for page in pages) == sorted(texts * 3)
    assert len({page.url for page in pages}) == 6
    assert "https://lanjiang.example/%E6%A1%A5?n=1&copy=2" in {page.url for page in pages}


def test_files_that_processes_do_not_divide_are_refused(tmp_path) -> None:
    """A peer that takes files as a whole would be idle at the end: nothing is built."""
    table = pa.table({"id": ["a"], "url": ["https://lanjiang.example/1"], "html": [b"<p>1</p>"]})
    pq.write_table(table, tmp_path / "pages.parquet")
    command = [sys.executable, str(ROOT / "scripts" / "bench_pipeline"), "none.parquet", "real"]
    command += ["--labelled", str(tmp_path / "pages.parquet"), "--copies", "1", "--workers", "3"]
    ran = watch([*command, "--peer", "none", "--folder", str(tmp_path / "bench")])
    assert ran.code == 1
    assert any("8 files for 3 processes" in line for _, line in ran.lines)


def test_memory_is_told_by_stage() -> None:
    """A look counts for the stage it falls into; a stage that none falls into has none."""
    looks = [(0.5, 5_000_000, 1), (1.5, 7_000_000, 9_000_000), (1.9, 1, 8_000_000)]
    ran = Ran(0, 3.0, 0.0, Peaks(), Peaks(), looks=looks)
    row = Built(ran, "", 1000, 1, {"pages": 1.0, "plan": 2.0}).row()
    assert row["stage_mb"] == {"pages": [7, 9], "plan": [0, 0]}
    assert row["stages"] == {"pages": 1.0, "plan": 1.0}
    assert stage_memory({"runs": {"1000": row}}).splitlines()[2:] == [
        "| pages | 7 | 9 |",
        "| plan |  |  |",
    ]


def test_the_digest_sees_names_and_bytes(tmp_path) -> None:
    """Another byte or another name is another digest."""
    (tmp_path / "a").write_bytes(b"1")
    digests = [digest_of(tmp_path)]
    (tmp_path / "a").write_bytes(b"2")
    digests.append(digest_of(tmp_path))
    (tmp_path / "a").rename(tmp_path / "b")
    digests.append(digest_of(tmp_path))
    assert len(set(digests)) == 3


def test_a_table_has_the_figures_that_runs_have() -> None:
    """Columns are those that any run has; single figures stand above."""
    found = {"same_bytes": True, "runs": {"1": {"seconds": 2.0}, "2": {"seconds": 1, "x": 3}}}
    assert table_of(found) == "- same bytes: True\n\n| run | s |\n|---|---|\n| 1 | 2.0 |\n| 2 | 1 |"
