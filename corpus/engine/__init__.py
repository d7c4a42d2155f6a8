"""The engine: runs one function on these shards, on every core.

A stage is a plain function of one shard. The engine neither knows what a shard is nor what the
function does with it; it promises that results come back in the order of the shards, whichever
finished first, and that an error of a worker is the error of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from corpus.engine.local import run_local
from corpus.errors import EngineError

S = TypeVar("S")
R = TypeVar("R")


class Backend(Protocol):
    """Runs `function` on every shard and gives the results in the order of the shards."""

    def __call__(
        self,
        function: Callable[[S], R],
        shards: Sequence[S],
        workers: int | None = None,
        on_done: Callable[[int, R], None] | None = None,
    ) -> list[R]:
        """See `run`."""


BACKENDS: dict[str, Backend] = {"local": run_local}


def run(
    function: Callable[[S], R],
    shards: Sequence[S],
    workers: int | None = None,
    on_done: Callable[[int, R], None] | None = None,
    backend: str = "local",
) -> list[R]:
    """The results of `function` on each shard, in the order of `shards`.

    `function`, the shards and the results must be picklable, `function` therefore defined at the
    top of a module (or a `functools.partial` of one). `workers` is the number of processes, by
    default one for each core this process may use. `on_done` is called in the calling process with
    the number of each shard and its result, in the order in which they finish.

    Raises:
        CorpusError: The first error of that family a worker raised, as it was raised.
        EngineError: A worker died twice on the same shard, could not start or ran out of memory,
            or `workers` or `backend` does not exist.
        StorageError: A worker could not write: disk full, permission denied, read-only.
    """
    if backend not in BACKENDS:
        known = ", ".join(BACKENDS)
        raise EngineError("backend", f"there is no {backend!r}", f"use one of {known}")
    return BACKENDS[backend](function, shards, workers, on_done)
