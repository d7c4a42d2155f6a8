"""What a stage is: one function, the shards it runs on, and what decides their results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from corpus.engine.work import Work

Result: TypeAlias = Any
"""What a function says of a shard: dict, list, str, int, float, bool or None, nested, as JSON has
them. It is read back from JSON also where it was just made, so that a tuple is always a list."""

StageFunction: TypeAlias = Callable[[Any, str, Work], Result]
"""`function(task, shard_name, work)`: does the work of one shard.

It stands at the top of a module, or is a `functools.partial` of such a one. What it writes it
names `<stage>/<shard>.<anything>`; what it reads, other stages have written. It may be run twice,
also at the same time on a cluster, and must then write the same bytes.
"""


@dataclass(frozen=True, slots=True)
class Shard:
    """A named unit of work.

    `name` is safe as a file name, has no dot, and is unique in its stage: `00012`. `digest` tells
    everything that decides its result beside the stage's own digest. `task` is picklable: what the
    function takes.
    """

    name: str
    digest: str
    task: Any


@dataclass(frozen=True, slots=True)
class Pieces:
    """How a task is taken apart to find the one piece that ends every worker.

    `halves(task)` gives two tasks that together are the task, or None where it is one piece.
    `without(task, piece, how)` gives the task with that piece, itself a task of one piece, marked
    as left out; `how` says in words why, the same words on every machine.
    """

    halves: Callable[[Any], tuple[Any, Any] | None]
    without: Callable[[Any, Any, str], Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """One function for many shards.

    `name` is its folder in the working folder. `digest` tells everything beside the shard that
    decides results: recipe, code, versions of libraries and resources.
    """

    name: str
    function: StageFunction
    digest: str
    pieces: Pieces | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """Who does the work.

    `workers` is the number of processes, by default one for each core this process may use (on a
    cluster: as many tasks as it has cores); 0 does everything in this process, where nothing
    protects a run from a page that ends it. `backend` is a name in `BACKENDS`. `ray_address` is
    where the head of a Ray cluster listens; a cluster of this machine is started without one.
    """

    workers: int | None = None
    backend: str = "local"
    ray_address: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A shard that is finished: with which result, and how it came to it.

    `skipped` is true where an earlier run finished it. `n_deaths` counts the workers that died on
    it and `n_left_out` the pieces that were left out because of that, both in this run.
    """

    shard: str
    result: Result
    skipped: bool = False
    n_deaths: int = 0
    n_left_out: int = 0


def digest_of(stage: Stage, shard: Shard) -> str:
    """What decides the result of this shard in this stage, in 32 hex digits."""
    parts = json.dumps([stage.name, stage.digest, shard.digest])
    return hashlib.blake2b(parts.encode("utf-8"), digest_size=16).hexdigest()
