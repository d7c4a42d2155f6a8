"""A command and all its processes, watched: time, cores' time, memory, and killed where asked.

Memory is what belongs to a process alone and is not a file (`RssAnon` of Linux): pages of a mapped
file are the system's to take back. The peak of the whole resident set stands beside it.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

INTERVAL = 0.2
"""Seconds between two looks at the memory."""


@dataclass(slots=True)
class Peaks:
    """The most memory that a process had, in bytes: its own, and with mapped files."""

    own: int = 0
    resident: int = 0

    def see(self, own: int, resident: int) -> None:
        """One more look."""
        self.own, self.resident = max(self.own, own), max(self.resident, resident)


@dataclass(slots=True)
class Ran:
    """What became of a command. `lines` are those of its standard error with their moments.

    `looks` are moments with the memory that was then the parent's own and that of the worker with
    most of it, in bytes.
    """

    code: int
    seconds: float
    cpu_seconds: float
    parent: Peaks
    worker: Peaks
    lines: list[tuple[float, str]] = field(default_factory=list)
    looks: list[tuple[float, int, int]] = field(default_factory=list)
    stdout: str = ""


@dataclass(frozen=True, slots=True)
class Blow:
    """A kill: after how many seconds, and whether the parent gets it or the youngest worker."""

    after: float
    parent: bool


def watch(command: Sequence[str], blows: Sequence[Blow] = (), cwd: Path | None = None) -> Ran:
    """Run a command to its end, or until a blow kills it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd
    ) as process:
        ran = Ran(0, 0, 0, Peaks(), Peaks())
        stop = threading.Event()
        threads = [
            threading.Thread(target=_look, args=(process.pid, ran, stop, begin)),
            threading.Thread(target=_strike, args=(process, blows, stop)),
            threading.Thread(target=_listen, args=(process, ran, begin)),
        ]
        for thread in threads:
            thread.start()
        assert process.stdout is not None
        ran.stdout = process.stdout.read()
        ran.code = process.wait()
        ran.seconds = time.perf_counter() - begin
        stop.set()
        for thread in threads:
            thread.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran.cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return ran


def _look(pid: int, ran: Ran, stop: threading.Event, begin: float) -> None:
    while not stop.wait(INTERVAL):
        parent = worker = 0
        for child in (pid, *descendants(pid)):
            own, resident = _status(child)
            if child == pid:
                parent = own
                ran.parent.see(own, resident)
            elif is_worker(child):
                worker = max(worker, own)
                ran.worker.see(own, resident)
        ran.looks.append((time.perf_counter() - begin, parent, worker))


def _strike(process: subprocess.Popen[str], blows: Sequence[Blow], stop: threading.Event) -> None:
    for blow in blows:
        if stop.wait(blow.after):
            return
        workers = [child for child in descendants(process.pid) if is_worker(child)]
        victim = process.pid if blow.parent else max(workers, default=process.pid)
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _listen(process: subprocess.Popen[str], ran: Ran, begin: float) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        ran.lines.append((time.perf_counter() - begin, line.rstrip("\n")))


def descendants(pid: int) -> list[int]:
    """The processes that this one has started, and those that they have."""
    found: list[int] = []
    pending = [pid]
    while pending:
        try:
            tasks = list(Path(f"/proc/{pending[-1]}/task").iterdir())
            pending.pop()
            for task in tasks:
                children = [int(n) for n in (task / "children").read_text().split()]
                found += children
                pending += children
        except (FileNotFoundError, ProcessLookupError, NotADirectoryError):
            pending = [n for n in pending if Path(f"/proc/{n}").exists()]
    return found


def is_worker(pid: int) -> bool:
    """Whether the process does shards: one of our pool, or of Ray's."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return b"spawn_main" in command or command.startswith(b"ray::")


def _status(pid: int) -> tuple[int, int]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0
    values = dict(line.split(":", 1) for line in lines)
    own, resident = (int(values.get(key, "0 kB").split()[0]) for key in ("RssAnon", "VmRSS"))
    return own * 1024, resident * 1024
