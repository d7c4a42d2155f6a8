"""On a Ray cluster of one node a stage gives what it gives without one."""

import platform
from pathlib import Path

import engine_stages as stages
import pytest

from corpus import engine
from corpus.engine import Done, Options, Shard, Stage, Work
from corpus.engine.unneeded import RARELY
from corpus.errors import SourceError

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install -e '.[ray]'")

HERE = Path(__file__).parent
PILES = (["a", "b"], ["slow c"], ["d"], ["e", "kill", "f"], ["kill 2", "g"])
RAY = Options(2, "ray")


@pytest.fixture(scope="module")
def running():
    """Hands of a cluster that is started once for all tests."""
    with engine.start(RAY) as running:
        yield running


def words_of(work: Work) -> dict[str, bytes]:
    """The complete files in the folder."""
    return {name: work.open(name).read() for name in work.names()}


def test_ray_changes_no_byte(tmp_path: Path, running) -> None:
    """Dead workers and a poisonous piece included, Ray writes the bytes of the local processes."""
    ours, rays = Work(str(tmp_path / "a" / "work")), Work(str(tmp_path / "b" / "work"))
    shards = stages.shards_of(*PILES)
    seen: list[Done] = []
    results = running.run(stages.shout_stage(), shards, rays, seen.append)
    assert results == engine.run(stages.shout_stage(), shards, ours, Options(2))
    assert words_of(rays) == words_of(ours)
    assert results[3]["left out"] == ["kill"]
    assert max(done.n_deaths for done in seen if done.shard == "00004") == 2
    seen.clear()
    running.run(stages.shout_stage(), shards, rays, seen.append)
    assert all(done.skipped for done in seen)


def test_a_task_rarely_looks_for_cycles(tmp_path: Path, running) -> None:
    """As a worker of this machine does."""
    stage = Stage("cycles", stages.tell_thresholds, "")
    (found,) = running.run(stage, [Shard("0", "", None)], Work(str(tmp_path)))
    assert tuple(found) == RARELY


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_a_task_keeps_memory_for_the_next_pages(tmp_path: Path, running) -> None:
    """Also a process that Ray started."""
    stage = Stage("cleared", stages.tell_cleared, "")
    (found,) = running.run(stage, [Shard("0", "", None)], Work(str(tmp_path)))
    assert found < 400


def test_an_error_of_a_task_is_the_error_of_the_run(tmp_path: Path, running) -> None:
    """A worded error arrives from a task as it was raised, with its traceback."""
    shards = stages.shards_of(["a"], ["refuse"])
    with pytest.raises(SourceError, match="is gone") as caught:
        running.run(stages.shout_stage(), shards, Work(str(tmp_path)))
    assert "in shout" in str(caught.value.__cause__)
