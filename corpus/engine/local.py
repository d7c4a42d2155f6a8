"""One machine: spawned processes, each with a pipe; a dead one is replaced."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.context import SpawnProcess

from corpus.engine.answers import answer
from corpus.engine.jobs import Job, Outcome, do_job
from corpus.engine.stages import Options
from corpus.engine.unneeded import (
    give_back_tables,
    keep_memory,
    rarely_look_for_cycles,
    refuse_unneeded,
)
from corpus.errors import EngineError

READY = b""
"""The first message of a worker: it is up. All others are pickled outcomes."""

MAX_FALSE_STARTS = 3
"""Workers in a row that are killed while they start, after which no more are started."""

CLOSE_SECONDS = 5.0
"""How long an idle worker gets to end by itself."""


def available_cores() -> int:
    """The number of cores this process may use: its affinity where the system tells it."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def open_local(options: Options) -> LocalHands | OwnHands:
    """Processes of this machine, started when there is work for them; or this process itself."""
    if options.workers == 0:
        return OwnHands()
    return LocalHands(options.workers or available_cores())


@dataclass(slots=True)
class OwnHands:
    """This process: a job is done when it is given."""

    done: list[Outcome] = field(default_factory=list)

    def n_free(self) -> int:
        """One job at a time."""
        return 0 if self.done else 1

    def give(self, ticket: int, job: Job) -> None:
        """Do it; an error is raised here and now."""
        self.done.append(Outcome(ticket, do_job(job)))

    def collect(self) -> list[Outcome]:
        """The job just done."""
        done, self.done = self.done, []
        return done

    def drop(self) -> None:
        """Forget what was done."""
        self.done.clear()

    def close(self) -> None:
        """Nothing is open."""


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, this end of its pipe, and the ticket and job it has."""

    process: SpawnProcess
    pipe: connection.Connection
    is_up: bool = False
    busy: tuple[int, Job] | None = None

    def death(self) -> str:
        """What the system says about the end of the process."""
        self.process.join(CLOSE_SECONDS)
        code = self.process.exitcode
        if code is not None and code < 0:
            return f"signal {signal.Signals(-code).name}"
        return f"exit code {code}"


@dataclass(slots=True)
class LocalHands:
    """At most `count` processes."""

    count: int
    workers: list[_Worker] = field(default_factory=list)
    false_starts: int = 0

    def n_free(self) -> int:
        """Workers without a job, and those that may still be started."""
        return self.count - sum(worker.busy is not None for worker in self.workers)

    def give(self, ticket: int, job: Job) -> None:
        """Give it to a worker that is idle, or to a new one."""
        idle = (worker for worker in self.workers if worker.busy is None)
        worker = next(idle, None) or self._start()
        worker.busy = ticket, job
        # It may have died while it had nothing to do: `collect` finds that out.
        with suppress(BrokenPipeError, ConnectionResetError):
            worker.pipe.send_bytes(pickle.dumps(job))

    def collect(self) -> list[Outcome]:
        """Outcomes of jobs; a worker that died is gone, its job told to have died with it."""
        outcomes: list[Outcome] = []
        while not outcomes:
            busy = [worker for worker in self.workers if worker.busy is not None]
            talking = connection.wait([worker.pipe for worker in busy])
            for worker in busy:
                if worker.pipe in talking:
                    outcomes.extend(self._hear(worker))
        return outcomes

    def drop(self) -> None:
        """End all workers in the middle of what they do."""
        for worker in self.workers:
            worker.process.kill()
        self.close()

    def close(self) -> None:
        """End all workers, and wait until they are gone."""
        for worker in self.workers:
            worker.pipe.close()
        for worker in self.workers:
            worker.process.join(CLOSE_SECONDS)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.process.close()
        self.workers.clear()

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), daemon=True)
        worker = _Worker(process, ours)
        with no_interrupts():
            process.start()
            theirs.close()  # so that its death is the end of the pipe
            self.workers.append(worker)
        return worker

    def _hear(self, worker: _Worker) -> Iterator[Outcome]:
        """What a worker says: at most one outcome."""
        if worker.busy is None:
            return
        ticket, job = worker.busy
        try:
            message = worker.pipe.recv_bytes()
        except (EOFError, OSError):
            yield from self._bury(worker, ticket, job)
            return
        if message == READY:
            worker.is_up, self.false_starts = True, 0
        else:
            worker.busy = None
            outcome: Outcome = pickle.loads(message)  # noqa: S301 - from our own worker
            yield Outcome(ticket, outcome.result, outcome.error)

    def _bury(self, dead: _Worker, ticket: int, job: Job) -> Iterator[Outcome]:
        """The outcome of a job whose worker died in it; one that died before gets a successor."""
        self.workers.remove(dead)
        dead.pipe.close()
        death = dead.death()
        dead.process.close()
        if dead.is_up:
            yield Outcome(ticket, death=death)
            return
        self.false_starts += 1
        if self.false_starts == MAX_FALSE_STARTS or death.startswith("exit code"):
            raise EngineError(
                "workers",
                f"a process ended while it started ({death})",
                'in a script, call this under `if __name__ == "__main__":`, or use no workers (0)',
            )
        self.give(ticket, job)


@contextmanager
def no_interrupts() -> Iterator[None]:
    """Ctrl-C waits until the block has ended, and processes started inside never hear of it.

    Blocking the signal is what these inherit; but it blocks one thread only, and Python answers a
    signal that any thread receives. So the handler waits, too.
    """
    heard: list[int] = []
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda n, _: heard.append(n)) if is_main else None
    can_block = hasattr(signal, "pthread_sigmask")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if can_block else None
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if handler is not None:
            signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)


def _serve(pipe: connection.Connection) -> None:
    """The life of a worker: jobs in, outcomes out, until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where signals cannot be blocked
    _die_with_parent()
    refuse_unneeded()
    rarely_look_for_cycles()
    keep_memory()
    pipe.send_bytes(READY)
    while True:
        try:
            message = pipe.recv_bytes()
        except (EOFError, OSError):
            os._exit(0)  # all is written: to take modules and tables apart would only take time
        pipe.send_bytes(answer(message))
        give_back_tables()


PR_SET_PDEATHSIG = 1
"""Linux: have the kernel send a signal when the parent is gone (prctl(2))."""


def _die_with_parent() -> None:
    """Not to outlive the parent, whatever ended it.

    On Linux the kernel sees to it, also in the middle of a long call into a library; elsewhere a
    thread waits for the parent's end.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
