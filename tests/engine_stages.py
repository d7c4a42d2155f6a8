"""Functions of stages for the engine's workers, and the shards they take.

A task is a `Pile` of words. A word may be deadly: `kill` ends its worker whenever it is touched,
`kill once` only where it has not left its mark yet, `exit` ends it with an exit code.
"""

import errno
import gc
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from corpus.engine import Pieces, Shard, Stage, Work
from corpus.errors import SourceError

SHORTAGES = {
    "memory": MemoryError(),
    "thread": RuntimeError("can't start new thread"),
    "arrow": pa.ArrowException("Unknown error: Failed to launch worker thread: no more of them"),
}
"""What Python and Arrow raise where a machine gives no more."""


@dataclass(frozen=True, slots=True)
class Pile:
    """Words, and those of them that are left out, with the reason."""

    words: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()


def halves(pile: Pile) -> tuple[Pile, Pile] | None:
    """The two halves of a pile that has any."""
    middle = len(pile.words) // 2
    if not middle:
        return None
    return replace(pile, words=pile.words[:middle]), replace(pile, words=pile.words[middle:])


def without(pile: Pile, piece: Pile, how: str) -> Pile:
    """The pile that knows that one of its words is left out."""
    return replace(pile, left_out=(*pile.left_out, (piece.words[0], how)))


PIECES = Pieces(halves, without)


def shards_of(*piles: list[str]) -> list[Shard]:
    """A shard for each pile, named by its number."""
    return [Shard(f"{n:05d}", ",".join(pile), Pile(tuple(pile))) for n, pile in enumerate(piles)]


def shout_stage(digest: str = "1", pieces: Pieces | None = PIECES) -> Stage:
    """A stage that writes the words of a pile in capitals."""
    return Stage("shout", shout, digest, pieces)


def shout(pile: Pile, name: str, work: Work) -> dict:
    """Writes each word in capitals, and what is left out; the result counts them."""
    left_out = dict(pile.left_out)
    with work.write(f"shout/{name}.words.txt") as file:
        for word in pile.words:
            if word in left_out:
                file.write(f"{word}: {left_out[word]}\n".encode())
            else:
                touch(word, Path(work.root))
                file.write(f"{word.upper()}\n".encode())
    return {"n": len(pile.words), "left out": sorted(left_out), "pair": (1, 2)}


def touch(word: str, folder: Path) -> None:
    """Does what the word says."""
    kind, _, rest = word.partition(" ")
    if kind == "kill":
        mark = folder.parent / f"mark-{rest.replace(' ', '-')}"
        if not rest or len(list(folder.parent.glob(f"{mark.name}-*"))) < int(rest.split()[0]):
            if rest:
                (folder.parent / f"{mark.name}-{time.monotonic_ns()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
    elif kind == "exit":
        os._exit(3)
    elif kind == "slow":
        time.sleep(0.2)
    elif kind == "refuse":
        raise SourceError("a.jsonl", "is gone", "put it back")
    elif kind == "full":
        raise OSError(errno.ENOSPC, "No space left on device", "/full/articles.arrow")
    elif kind == "denied":
        raise PermissionError(errno.EACCES, "Permission denied", "/locked/articles.arrow")
    elif kind in SHORTAGES:
        raise SHORTAGES[kind]
    elif kind == "stubborn":
        raise Stubborn("not to be pickled", 2)
    elif kind == "mistake":
        raise ZeroDivisionError("of the stage")


class Stubborn(Exception):  # noqa: N818 - it is one
    """An error whose class takes other arguments than it shows."""

    def __init__(self, what: str, how_often: int) -> None:
        super().__init__(what)


def tell_thresholds(task: None, name: str, work: Work) -> tuple[int, int, int]:
    """How often the process that ran it looks for objects that hold each other."""
    return gc.get_threshold()


def tell_cleared(task: int, name: str, work: Work) -> int:
    """How often the kernel has to clear a page of memory for as much as was freed right before.

    It is held in sixteen pieces of a megabyte each, as the tables of a group of pages are.
    """
    before = 0
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        held = [b"x" * (1 << 20) for _ in range(16)]
        held.clear()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def tell_process(task: int, name: str, work: Work) -> int:
    """The process that ran it."""
    time.sleep(0.1)
    return os.getpid()


def list_modules(names: list[str], name: str, work: Work) -> list[str]:
    """Which of these modules Arrow has imported to make an array."""
    pa.array(["a"])
    return [name for name in names if name in sys.modules]
