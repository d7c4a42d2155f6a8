"""Functions for the engine's workers: they must stand in a module that a new process can import."""

import errno
import os
import signal
import time
from pathlib import Path

from corpus.errors import SourceError


def double_slowly_when_early(shard: int) -> int:
    """Twice the number; the first shards finish last."""
    time.sleep(0.2 if shard < 2 else 0)
    return 2 * shard


def process_id(shard: int) -> int:
    """The process that ran it."""
    time.sleep(0.1)
    return os.getpid()


def ignores_interrupts(shard: int) -> bool:
    """Whether Ctrl-C passes this process by."""
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def refuse(shard: int) -> int:
    """An error of ours on one shard."""
    if shard == 1:
        raise SourceError("a.jsonl", "is gone", "put it back")
    return shard


def fill_disk(shard: int) -> int:
    """What a write to a full disk raises."""
    raise OSError(errno.ENOSPC, "No space left on device", "/full/articles.arrow")


def use_up_memory(shard: int) -> int:
    """What an allocation that fails raises."""
    raise MemoryError


def misbehave(shard: int) -> int:
    """A mistake in the code of a stage."""
    return 1 // (shard - shard)


def die_once(mark: str) -> str:
    """Kills its process the first time it is run, leaving a mark."""
    path = Path(mark)
    if path.name == "deadly" and not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return path.name


def die_always(shard: int) -> int:
    """Kills its process on shard 1."""
    if shard == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return shard


def sleep_long(folder: str) -> None:
    """Writes the number of its process, then works for a minute."""
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(60)
