"""What the benchmark of whole builds measures is what is there."""

import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import corpus
from corpus.document import Page
from scripts.measuring.builds import digest_of
from scripts.measuring.labelled import write_crawl
from scripts.measuring.processes import Blow, watch
from scripts.measuring.tables import table_of

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
