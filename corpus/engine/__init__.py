"""The engine: runs one function on these shards, on every core, and never does a shard twice.

A stage is a plain function of one shard. The engine neither knows what a shard is nor what the
function does with it; it promises that results come back in the order of the shards, whichever
finished first, that a finished shard is skipped when the run is repeated, that a worker that dies
is replaced, and that an error of a worker is the error of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from corpus.engine.cluster import open_ray
from corpus.engine.local import open_local
from corpus.engine.lock import hold
from corpus.engine.schedule import Hands, OnDone, Schedule
from corpus.engine.stages import Done, Options, Pieces, Result, Shard, Stage, digest_of
from corpus.engine.work import Work
from corpus.errors import EngineError

__all__ = [
    "BACKENDS",
    "Done",
    "Options",
    "Pieces",
    "Result",
    "Running",
    "Shard",
    "Stage",
    "Work",
    "digest_of",
    "hold",
    "run",
    "start",
]

BACKENDS: dict[str, Callable[[Options], Hands]] = {"local": open_local, "ray": open_ray}


@dataclass(frozen=True, slots=True)
class Running:
    """Workers that are there for one stage after the other, see `start`."""

    hands: Hands

    def run(
        self, stage: Stage, shards: Sequence[Shard], work: Work, on_done: OnDone | None = None
    ) -> list[Result]:
        """The result of each shard, in the order of `shards`; see the function `run`."""
        return Schedule(stage, work, self.hands, on_done).finish(shards)


@contextmanager
def start(options: Options | None = None) -> Iterator[Running]:
    """Workers for several stages: they start with the first work and end with the block.

    Where the block raises, also for Ctrl-C, they are ended in the middle of what they do.

    Raises:
        EngineError: The number of workers or the backend does not exist.
    """
    options = options or Options()
    if options.backend not in BACKENDS:
        known = ", ".join(BACKENDS)
        raise EngineError("backend", f"there is no {options.backend!r}", f"use one of {known}")
    if options.workers is not None and options.workers < 0:
        what = f"{options.workers} is not a number of processes"
        raise EngineError("workers", what, "give 1 or more, or 0 for none but this one")
    hands = BACKENDS[options.backend](options)
    try:
        yield Running(hands)
    finally:
        hands.close()


def run(
    stage: Stage,
    shards: Sequence[Shard],
    work: Work,
    options: Options | None = None,
    on_done: OnDone | None = None,
) -> list[Result]:
    """The results of a stage on each shard, in the order of `shards`.

    A shard that an earlier run finished in this working folder, with the same digests, is not run
    again. `on_done` is called in this process with each shard that is finished or skipped, in the
    order in which that happens.

    Raises:
        CorpusError: The first error of that family a worker raised, as it was raised.
        EngineError: Three workers died on a shard and no piece of it is to blame, or a worker
            could not start or ran out of memory, or `options` asks for what does not exist.
        StorageError: A worker could not write: disk full, permission denied, read-only.
    """
    with start(options) as running:
        return running.run(stage, shards, work, on_done)
