"""How far a build is: counted from what stages report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from corpus.engine import Done


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is.

    Of the `stage` that runs, `done` shards of `shards`, `skipped` of them because they were done
    before this run; `read`, `kept` and `removed` pages so far, of which `read_before` in an earlier
    run; `seconds` since the stage began.
    """

    stage: str
    done: int
    shards: int
    skipped: int
    read: int
    kept: int
    removed: int
    seconds: float
    read_before: int = 0

    @property
    def pages_per_second(self) -> float:
        """Pages read in this run by the second, 0 before the first."""
        return (self.read - self.read_before) / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the stage is done at the pace so far, None before its first shard."""
        done = self.done - self.skipped
        return (self.shards - self.done) * self.seconds / done if done else None


class Reporter:
    """Turns what the engine tells of each shard into `Progress`."""

    def __init__(self, on_progress: Callable[[Progress], None] | None) -> None:
        """`on_progress` is called at the start of each stage and after each shard."""
        self._tell = on_progress or (lambda _: None)
        self._so_far = Progress("", 0, 0, 0, 0, 0, 0, 0.0)
        self._start = time.monotonic()

    def begin(self, stage: str, shards: int) -> None:
        """A stage of so many shards begins."""
        self._start = time.monotonic()
        self._so_far = replace(
            self._so_far, stage=stage, done=0, shards=shards, skipped=0, seconds=0.0
        )
        self._tell(self._so_far)

    def done(self, done: Done) -> None:
        """A shard is done, in this run or before it."""
        now, result = self._so_far, done.result if isinstance(done.result, dict) else {}
        read, kept = result.get("read", 0), result.get("kept", 0)
        self._so_far = replace(
            now,
            done=now.done + 1,
            skipped=now.skipped + done.skipped,
            read=now.read + read,
            kept=now.kept + kept,
            removed=now.removed + read - kept,
            seconds=time.monotonic() - self._start,
            read_before=now.read_before + (read if done.skipped else 0),
        )
        self._tell(self._so_far)
