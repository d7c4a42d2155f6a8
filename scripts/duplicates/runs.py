"""Runs deduplication as a build does, on the engine, over articles that lie in a working folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpus import engine
from corpus.pipeline.duplicates import Duplicates, PageShard, WorkStore
from corpus.recipe import Dedup

SHARD_ARTICLES = 2_000


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run went: seconds by stage and of all processors, memory of the largest worker."""

    seconds: dict[str, float]
    cpu_seconds: float
    peak_bytes: int
    verdicts: pa.Table

    @property
    def total(self) -> float:
        """Seconds of all stages."""
        return sum(self.seconds.values())


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


def run(folder: Path, shards: list[PageShard], workers: int, options: Dedup | None = None) -> Ran:
    """The whole of deduplication with so many workers; 0 for none but this process."""
    work = engine.Work(str(folder))
    seconds: dict[str, float] = {}
    cpu = _cpu_seconds()
    with engine.start(engine.Options(workers)) as running, _Watch() as watch:

        def timed(stage: engine.Stage, tasks: object) -> list[object]:
            begin = time.perf_counter()
            results = running.run(stage, tasks, work)  # type: ignore[arg-type]
            seconds[stage.name] = time.perf_counter() - begin
            return results

        Duplicates(timed, work, options or Dedup(), str(workers)).find(shards)
    return Ran(
        seconds, _cpu_seconds() - cpu, watch.peak_bytes, WorkStore(work).read("clusters/all")
    )


def _cpu_seconds() -> float:
    """Of this process and of the workers that have ended."""
    return sum(os.times()[:4])


class _Watch(threading.Thread):
    """Looks after the largest memory that a worker of this process has had.

    Not by `getrusage`: what a child's parent had when it was forked counts there as its own.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._over = threading.Event()

    def __enter__(self) -> _Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(0.2):
            for status in Path("/proc/self/task").glob("*/children"):
                for child in status.read_text().split():
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
