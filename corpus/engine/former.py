"""One machine: a spawn pool whose dead workers are replaced.

Every worker is a pool of one process of its own, because the standard pool gives up all its
processes and all their work when one of them dies, and does not say on which task it was.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

from corpus.errors import EngineError, storage_errors

S = TypeVar("S")
R = TypeVar("R")

MAX_DEATHS = 2
"""Deaths of workers on one shard after which it is given up: a first may be bad luck (the system
took the memory back from the largest process), a second is the shard's doing."""


def run_local(
    function: Callable[[S], R],
    shards: Sequence[S],
    workers: int | None = None,
    on_done: Callable[[int, R], None] | None = None,
) -> list[R]:
    """As `engine.run`; with one worker or one shard everything happens in this process."""
    if workers is not None and workers < 1:
        raise EngineError("workers", f"{workers} is not a number of processes", "give 1 or more")
    count = min(workers or available_cores(), len(shards))
    with _worded_errors():
        if count <= 1:
            return _run_here(function, shards, on_done)
        return _Run(function, shards, on_done).finish(count)


def available_cores() -> int:
    """The number of cores this process may use: its affinity where the system tells it."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _worded_errors() -> Iterator[None]:
    try:
        with storage_errors("working folder"):
            yield
    except MemoryError as error:
        raise EngineError(
            "workers", "out of memory", "use fewer workers or a machine with more memory"
        ) from error


def _run_here(
    function: Callable[[S], R],
    shards: Sequence[S],
    on_done: Callable[[int, R], None] | None,
) -> list[R]:
    results = []
    for number, shard in enumerate(shards):
        results.append(function(shard))
        if on_done is not None:
            on_done(number, results[-1])
    return results


@dataclass(slots=True)
class _Run(Generic[S, R]):
    """One call of `run_local`: what waits, what runs, what is done."""

    function: Callable[[S], R]
    shards: Sequence[S]
    on_done: Callable[[int, R], None] | None
    waiting: deque[int] = field(default_factory=deque)
    running: dict[Future[R], tuple[_Worker, int]] = field(default_factory=dict)
    results: dict[int, R] = field(default_factory=dict)
    deaths: dict[int, int] = field(default_factory=dict)
    workers: set[_Worker] = field(default_factory=set)

    def finish(self, count: int) -> list[R]:
        """All results, in the order of the shards; no worker is alive afterwards."""
        self.waiting.extend(range(len(self.shards)))
        completed = False
        try:
            self.workers.update(_start_workers(count))
            for worker in self.workers:
                self._give_work(worker)
            while self.running:
                self._collect()
            completed = True
        finally:
            if not completed:
                for worker in self.workers:
                    worker.kill()
            for worker in self.workers:
                worker.pool.shutdown()
        return [self.results[number] for number in range(len(self.shards))]

    def _give_work(self, worker: _Worker) -> None:
        if not self.waiting:
            return
        number = self.waiting.popleft()
        try:
            future = worker.pool.submit(self.function, self.shards[number])
        except BrokenProcessPool:  # it died while it had nothing to do
            self._give_work(self._replace(worker, number))
        else:
            self.running[future] = worker, number

    def _collect(self) -> None:
        done, _ = wait(self.running, return_when=FIRST_COMPLETED)
        for future in done:
            worker, number = self.running.pop(future)
            try:
                self.results[number] = future.result()
            except BrokenProcessPool:
                worker = self._replace(worker, number)
            else:
                if self.on_done is not None:
                    self.on_done(number, self.results[number])
            self._give_work(worker)

    def _replace(self, dead: _Worker, number: int) -> _Worker:
        self.deaths[number] = self.deaths.get(number, 0) + 1
        self.workers.discard(dead)
        dead.pool.shutdown()
        if self.deaths[number] == MAX_DEATHS:
            raise EngineError(
                f"shard {number}",
                f"{MAX_DEATHS} workers died on it ({dead.death()})",
                "if memory ran out, use fewer workers; otherwise look for the page that does it "
                "with one worker",
            )
        self.waiting.appendleft(number)
        (worker,) = _start_workers(1)
        self.workers.add(worker)
        return worker


@dataclass(frozen=True, slots=True, eq=False)
class _Worker:
    """A pool of one process, and that process."""

    pool: ProcessPoolExecutor
    process: BaseProcess | None

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        if self.process is not None:
            self.process.kill()

    def death(self) -> str:
        """What the system says about the end of the process."""
        code = self.process.exitcode if self.process is not None else None
        if code is not None and code < 0:
            return f"signal {signal.Signals(-code).name}"
        return f"exit code {code}"


def _start_workers(count: int) -> list[_Worker]:
    """`count` workers, all of them up and waiting for work."""
    context = multiprocessing.get_context("spawn")
    pools = [
        ProcessPoolExecutor(1, mp_context=context, initializer=_prepare_worker)
        for _ in range(count)
    ]
    started = [pool.submit(os.getpid) for pool in pools]
    children = {child.pid: child for child in multiprocessing.active_children()}
    try:
        return [
            _Worker(pool, children.get(future.result()))
            for pool, future in zip(pools, started, strict=True)
        ]
    except BrokenProcessPool:
        for pool in pools:
            pool.shutdown(cancel_futures=True)
        raise EngineError(
            "workers",
            "a process ended while it started",
            'in a script, call this under `if __name__ == "__main__":`, or use one worker',
        ) from None


def _prepare_worker() -> None:
    """Leave Ctrl-C to the parent, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
