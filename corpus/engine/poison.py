"""Finding the one piece of a shard that ends every worker, by halving.

Nothing here runs anything: a search asks for tasks to be tried, and is told what became of them.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias

from corpus.engine.stages import Pieces

MAX_DEATHS = 3
"""Deaths of workers on one task after which it is its own doing: a first and a second may be bad
luck, as when the system takes memory back from the largest process."""

HALF_DEATHS = 1
"""Deaths on a part after which the search goes on inside it. Where one was bad luck, the last piece
lives, and the search begins again."""

LEFT_OUT = f"{MAX_DEATHS} processes died on it"
"""Why a piece is left out, in the same words on every machine and backend."""

Search: TypeAlias = Generator[Any, bool, Any]
"""Yields tasks to try, is sent whether the worker died, returns the piece, or None for none."""


def find_piece(task: Any, pieces: Pieces) -> Search:
    """The search for the first piece of `task` that ends its worker each time.

    It finds none where deaths come from outside, or only from all pieces together.
    """
    suspect = task
    while (halves := pieces.halves(suspect)) is not None:
        first, second = halves
        died = yield from _dies_always(first, HALF_DEATHS)
        suspect = first if died else second
    died = yield from _dies_always(suspect, MAX_DEATHS)
    return suspect if died else None


def _dies_always(task: Any, times: int) -> Generator[Any, bool, bool]:
    for _ in range(times):
        died = yield task
        if not died:
            return False
    return True
