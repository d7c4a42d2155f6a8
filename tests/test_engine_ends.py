"""A run ends when it is told to or killed, its workers with it, and the next one goes on."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import engine_stages as stages
import pytest

from corpus import engine
from corpus.engine import Done, Options, Work, unneeded
from corpus.engine.local import no_interrupts

HERE = Path(__file__).parent

RUN = f"""
import sys; sys.path.insert(0, {str(HERE)!r})
import engine_stages as stages; from corpus import engine
shards = stages.shards_of(*([f"word {{n}}", "slow"] for n in range(12)))
work = engine.Work(sys.argv[1])
with engine.hold(work):
    engine.run(stages.shout_stage(), shards, work, engine.Options(2), print)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")


def start(work: Work) -> subprocess.Popen:
    """A run of twelve slow shards on two workers, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-u", "-c", RUN, work.root],
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a terminal sends Ctrl-C to the whole group
    )


def alive(pid: int) -> bool:
    """Whether the process is there and not just waiting to be reaped by somebody else."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_until(condition, seconds: float) -> None:
    """Waits for the condition, and fails when it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.02)


def files_of(work: Work) -> dict[str, bytes]:
    """All that lies in the folder, half-done files too, but the lock."""
    paths = [path for path in Path(work.root).rglob("*") if path.is_file()]
    return {str(p.relative_to(work.root)): p.read_bytes() for p in paths if p.name != ".lock"}


@pytest.mark.parametrize(
    ("send", "blow"),
    [
        (os.killpg, signal.SIGINT),
        (os.kill, signal.SIGINT),
        (os.kill, signal.SIGTERM),
        (os.kill, signal.SIGKILL),
    ],
)
def test_no_worker_outlives_its_parent(tmp_path: Path, send, blow: signal.Signals) -> None:
    """Ctrl-C ends run and workers within two seconds, without a word of theirs; so does a kill."""
    work = Work(str(tmp_path / "work"))
    with start(work) as run:
        assert run.stdout.readline()
        workers = children_of(run.pid)
        assert len(workers) >= 2
        send(run.pid, blow)
        wait_until(lambda: run.poll() is not None, 2)
        wait_until(lambda: not any(alive(pid) for pid in workers), 2)
        assert "SpawnProcess" not in run.stderr.read()
    seen: list[Done] = []
    shards = stages.shards_of(*([f"word {n}", "slow"] for n in range(12)))
    engine.run(stages.shout_stage(), shards, work, Options(2), seen.append)
    assert any(done.skipped for done in seen)


def test_kills_at_any_moment_change_no_byte(tmp_path: Path) -> None:
    """A run whose parent and workers are killed again and again ends with the bytes of one."""
    smooth, rough = Work(str(tmp_path / "a" / "work")), Work(str(tmp_path / "b" / "work"))
    with start(smooth) as run:
        assert run.wait() == 0
    moments = random.Random(4)
    for n in range(6):
        with start(rough) as run:
            if n % 2:  # let it come to its workers, and kill one of them
                run.stdout.readline()
                for worker in children_of(run.pid)[-1:]:
                    os.kill(worker, signal.SIGKILL)
            time.sleep(moments.uniform(0, 0.6))
            run.kill()
    with start(rough) as run:
        assert run.wait() == 0
    assert files_of(rough) == files_of(smooth)


def test_a_script_without_main_guard_is_told(tmp_path: Path) -> None:
    """A script that starts workers while it is imported is told about the guard it lacks."""
    script = tmp_path / "build.py"
    script.write_text(
        RUN.replace("sys.path.insert(0, ", f"sys.path[:0] = [{str(HERE.parent)!r}, ").replace(
            ")\nimport engine_stages", "]\nimport engine_stages"
        )
    )
    run = subprocess.run(
        [sys.executable, script, tmp_path / "work"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1
    assert 'under `if __name__ == "__main__":`' in run.stderr


def test_an_interrupt_waits_until_a_worker_has_started() -> None:
    """Whichever thread the system gives the signal to: first the block ends, then the process."""
    end, steps = threading.Event(), []
    other = threading.Thread(target=end.wait)

    def start_interrupted() -> None:
        with no_interrupts():
            os.kill(os.getpid(), signal.SIGINT)
            other.join(0.05)
            steps.append("ended")
        steps.append("not interrupted")

    other.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            start_interrupted()
    finally:
        end.set()
    assert steps == ["ended"]


def test_the_heap_goes_back_between_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Free memory is given back when other work begins, and kept from one job to the next."""
    calls: list[int] = []

    class Library:
        def gnu_get_libc_version(self) -> None:
            """What tells that it is glibc."""

        def malloc_trim(self, pad: int) -> None:
            calls.append(pad)

    monkeypatch.setattr(unneeded.ctypes, "CDLL", lambda _: Library())
    monkeypatch.setattr(unneeded.sys, "platform", "linux")
    heap, counts = unneeded.Heap(), []
    for stage in ("pages", "pages", "write", "write", "pages"):
        heap.begin(stage)
        counts.append(len(calls))
    assert counts == [1, 1, 2, 2, 3]
    monkeypatch.setattr(unneeded.ctypes, "CDLL", lambda _: object())
    heap.begin("write")
    assert calls == [0, 0, 0]
