"""The engine keeps order, brings errors home and survives its workers."""

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import engine_tasks as tasks
import pytest

from corpus import engine
from corpus.errors import CorpusError, EngineError, SourceError, StorageError

ROOT = Path(__file__).parent


@pytest.mark.parametrize("workers", [1, 2])
def test_results_stand_in_the_order_of_the_shards(workers: int) -> None:
    """Results come in shard order, and `on_done` hears of every shard once."""
    seen: dict[int, int] = {}
    shards = list(range(5))
    results = engine.run(tasks.double_slowly_when_early, shards, workers, seen.__setitem__)
    assert results == [0, 2, 4, 6, 8]
    assert seen == dict(enumerate(results))


def test_every_worker_works_and_none_outlives_the_run() -> None:
    """Two workers are two other processes, which are gone when the run returns."""
    pids = set(engine.run(tasks.process_id, list(range(6)), 2))
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert not any(alive(pid) for pid in pids)


def test_ctrl_c_is_for_the_parent_alone() -> None:
    """A worker does not hear Ctrl-C: the parent does and ends it, so that only one speaks."""
    assert engine.run(tasks.ignores_interrupts, [0, 1], 2) == [True, True]


@pytest.mark.parametrize(("shards", "workers"), [([1, 2, 3], 1), ([1], 4)])
def test_one_worker_or_one_shard_needs_no_process(shards: list[int], workers: int) -> None:
    """With nothing to share out, the calling process does the work."""
    assert set(engine.run(tasks.process_id, shards, workers)) == {os.getpid()}


def test_no_shards_no_results() -> None:
    """An empty list of shards is an empty list of results."""
    assert engine.run(tasks.process_id, []) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_ours_arrives_whole(workers: int) -> None:
    """A `CorpusError` of a worker keeps its class and its three parts."""
    with pytest.raises(SourceError) as caught:
        engine.run(tasks.refuse, [0, 1, 2], workers)
    error = caught.value
    assert (error.where, error.what, error.remedy) == ("a.jsonl", "is gone", "put it back")


@pytest.mark.parametrize("cls", [CorpusError, *CorpusError.__subclasses__()])
def test_every_error_survives_pickling(cls: type[CorpusError]) -> None:
    """Each error class is the same after it crossed a process border."""
    error = pickle.loads(pickle.dumps(cls("here", "broken", "mend it")))
    assert type(error) is cls
    assert str(error) == "here: broken; mend it"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_is_worded(workers: int) -> None:
    """No space left in a worker is a `StorageError` that names the file and what to do."""
    with pytest.raises(StorageError, match=r"articles\.arrow: no space.*; free space"):
        engine.run(tasks.fill_disk, [0, 1], workers)


@pytest.mark.parametrize("workers", [1, 2])
def test_memory_that_ran_out_is_worded(workers: int) -> None:
    """A `MemoryError` in a worker says to use fewer workers."""
    with pytest.raises(EngineError, match="fewer workers"):
        engine.run(tasks.use_up_memory, [0, 1], workers)


def test_a_mistake_in_the_code_is_not_dressed_up() -> None:
    """An error that is not ours stays what it is, with the worker's own traceback."""
    with pytest.raises(ZeroDivisionError) as caught:
        engine.run(tasks.misbehave, [0, 1], 2)
    assert "misbehave" in str(caught.value.__cause__)


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    """One death costs nothing: the shard runs again and all results are there."""
    names = ["a", "deadly", "b", "c"]
    assert engine.run(tasks.die_once, [str(tmp_path / name) for name in names], 2) == names


def test_a_deadly_shard_is_named() -> None:
    """A shard that kills two workers ends the run with its number and the signal."""
    with pytest.raises(EngineError, match=r"shard 1: 2 workers died on it \(signal SIGKILL\)"):
        engine.run(tasks.die_always, [0, 1, 2, 3], 2)


@pytest.mark.parametrize("workers", [0, -1])
def test_what_does_not_exist_is_refused(workers: int) -> None:
    """No workers are an error before anything runs."""
    with pytest.raises(EngineError):
        engine.run(tasks.refuse, [1], workers)


@pytest.mark.parametrize(
    ("send", "blow"),
    [(os.killpg, signal.SIGINT), (os.kill, signal.SIGINT), (os.kill, signal.SIGKILL)],
)
def test_no_worker_outlives_its_parent(tmp_path: Path, send, blow: signal.Signals) -> None:
    """Ctrl-C ends run and workers within two seconds, without a word of theirs; so does a kill."""
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import engine_tasks; from corpus import engine\n"
        f"engine.run(engine_tasks.sleep_long, [{str(tmp_path)!r}] * 2, 2)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stderr=subprocess.PIPE,
        cwd=ROOT.parent,
        text=True,
        start_new_session=True,  # a terminal sends Ctrl-C to the whole group
    ) as run:
        wait_until(lambda: len(list(tmp_path.iterdir())) == 2, 60)
        send(run.pid, blow)
        wait_until(lambda: run.poll() is not None, 2)
        assert "SpawnProcess" not in run.stderr.read()
    pids = [int(path.name) for path in tmp_path.iterdir()]
    wait_until(lambda: not any(alive(pid) for pid in pids), 2)


def test_a_script_without_main_guard_is_told(tmp_path: Path) -> None:
    """A script that starts workers while it is imported is told about the guard it lacks."""
    script = tmp_path / "build.py"
    script.write_text(
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT.parent)!r}]\n"
        "import engine_tasks; from corpus import engine\n"
        "engine.run(engine_tasks.refuse, [0, 2], 2)\n"
    )
    run = subprocess.run(
        [sys.executable, script], check=False, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 1
    assert 'under `if __name__ == "__main__":`' in run.stderr


def alive(pid: int) -> bool:
    """Whether the process is there and not just waiting to be reaped by somebody else."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(condition, seconds: float) -> None:
    """Waits for the condition, and fails when it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.02)
