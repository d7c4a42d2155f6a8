"""Runs deduplication as a build does, on the engine, over articles that lie in a working folder."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus import engine
from corpus.pipeline.duplicates import Duplicates, PageShard
from corpus.pipeline.store import WorkStore
from corpus.recipe import Dedup
from scripts.measuring.processes import descendants

SHARD_ARTICLES = 2_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What a stage took: seconds of the clock and of all processors."""

    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run went: what each stage took, and the memory of the largest worker."""

    stages: dict[str, Cost]
    peak_bytes: int
    verdicts: pa.Table

    @property
    def total(self) -> float:
        """Seconds of all stages."""
        return sum(cost.seconds for cost in self.stages.values())

    @property
    def cpu_seconds(self) -> float:
        """Seconds of processors of all stages."""
        return sum(cost.cpu_seconds for cost in self.stages.values())


def leave(folder: Path, tables: Iterable[pa.Table]) -> list[PageShard]:
    """Write articles as finished shards of pages."""
    store, shards = WorkStore(engine.Work(str(folder))), []
    for number, table in enumerate(_cut(tables)):
        name = f"pages/{number:06d}"
        store.write(f"{name}.articles", table.drop_columns("number"))
        n_characters = pc.sum(pc.utf8_length(table["text"])).as_py()
        shards.append(PageShard(number, name, len(table), n_characters))
    return shards


def _cut(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    for table in tables:
        for begin in range(0, len(table), SHARD_ARTICLES):
            yield table.slice(begin, SHARD_ARTICLES)


def leave_once(folder: Path, tables: Callable[[], Iterable[pa.Table]]) -> list[PageShard]:
    """The same, or what an earlier run has left there whole."""
    done = folder / "shards.json"
    if not done.exists():
        shards = leave(folder, tables())
        done.write_text(json.dumps([dataclasses.asdict(shard) for shard in shards]))
    return [PageShard(**row) for row in json.loads(done.read_text())]


def run(folder: Path, shards: list[PageShard], workers: int, options: Dedup | None = None) -> Ran:
    """The whole of deduplication with so many workers; 0 for none but this process.

    Stages that an earlier run of the same finished are not done again: their cost lies beside them.
    """
    work, options = engine.Work(str(folder)), options or Dedup()
    state = hashlib.sha256(f"{workers} {options}".encode()).hexdigest()[:16]
    ledger = folder / f"cost-{state}.json"
    known: dict[str, Any] = {"stages": {}, "peak_bytes": 0}
    if ledger.exists():
        known = json.loads(ledger.read_text())
    with engine.start(engine.Options(workers)) as running, _Watch(known["peak_bytes"]) as watch:

        def timed(stage: engine.Stage, tasks: Sequence[engine.Shard]) -> list[Any]:
            if stage.name in known["stages"]:
                return running.run(stage, tasks, work)
            work.remove(f"{stage.name}/")
            begin, cpu = time.perf_counter(), cpu_seconds()
            results = running.run(stage, tasks, work)
            cost = Cost(time.perf_counter() - begin, cpu_seconds() - cpu)
            known["stages"][stage.name] = dataclasses.asdict(cost)
            known["peak_bytes"] = watch.peak_bytes
            ledger.write_text(json.dumps(known))
            print(f"{stage.name}: {cost.seconds:.1f} s", file=sys.stderr, flush=True)
            return results

        groups = Duplicates(timed, work, options, state).find(shards)
    stages = {name: Cost(**cost) for name, cost in known["stages"].items()}
    verdicts = groups.read(WorkStore(work), [shard.number for shard in shards])
    return Ran(stages, known["peak_bytes"], verdicts)


def cpu_seconds() -> float:
    """Of this process, of its children that have ended, and of those that run."""
    return sum(os.times()[:4]) + sum(_cpu_of(child) for child in _children())


def call(command: Sequence[str], folder: Path) -> float:
    """Run a command in a folder, with next to no environment; the seconds of processors it took.

    Those of all processes below it, looked at twice a second: of some the command knows nothing.
    """
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
    quiet = subprocess.DEVNULL
    seen: dict[int, float] = {}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=quiet, stderr=quiet
    ) as process:
        while process.poll() is None:
            for pid in (process.pid, *descendants(process.pid)):
                seen[pid] = max(seen.get(pid, 0.0), _cpu_of(str(pid)))
            time.sleep(0.5)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return sum(seen.values())


def _cpu_of(process: str) -> float:
    try:
        fields = Path("/proc", process, "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children() -> list[str]:
    found = []
    for own in Path("/proc/self/task").glob("*/children"):
        found += own.read_text().split()
    return found


class _Watch(threading.Thread):
    """Looks after the largest memory that a worker of this process has had.

    Not by `getrusage`: what a child's parent had when it was forked counts there as its own.
    """

    def __init__(self, peak_bytes: int = 0) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = peak_bytes
        self._over = threading.Event()

    def __enter__(self) -> _Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(0.2):
            for child in _children():
                self.peak_bytes = max(self.peak_bytes, _peak_of(child))


def _peak_of(process: str) -> int:
    try:
        status = Path("/proc", process, "status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def ids_of(folder: Path, shards: list[PageShard]) -> dict[int, str]:
    """The id of each article by its number."""
    store = WorkStore(engine.Work(str(folder)))
    return {
        (shard.number << 32) + row: name
        for shard in shards
        for row, name in enumerate(store.read(f"{shard.name}.articles")["id"].to_pylist())
    }


def digest(verdicts: pa.Table, ids: dict[int, str]) -> str:
    """One hash of all verdicts, whatever the numbers of the articles."""
    rows = []
    for row in verdicts.to_pylist():
        rows.append([ids[row.pop("number")], *row.values()])
    return hashlib.sha256(json.dumps(sorted(rows, key=str)).encode()).hexdigest()
