"""Shows how far a build is: a bar on a terminal, plain lines elsewhere, JSON lines for machines."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from corpus.pipeline.progress import Progress

SECONDS_BETWEEN_LINES = 10
"""Plain lines go to logs, where one in ten seconds is enough."""

Watch = Callable[["Progress"], None]


@contextmanager
def watch(stream: TextIO, as_json: bool) -> Iterator[Watch]:
    """What to give a build as `on_progress`, so that `stream` shows how far it is."""
    if as_json:
        yield lambda progress: print(
            json.dumps(dataclasses.asdict(progress)), file=stream, flush=True
        )
    elif stream.isatty():
        with _bars(stream) as show:
            yield show
    else:
        yield _Lines(stream).show


class _Lines:
    """A line when a stage begins and ends, and now and then between."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = 0.0

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        is_edge = progress.done in (0, progress.shards)
        if is_edge or now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            print(describe(progress), file=self._stream, flush=True)


def describe(progress: Progress) -> str:
    """A progress in one line.

    >>> from corpus.pipeline.progress import Progress
    >>> describe(Progress("pages", 2, 4, 0, 300, 200, 100, 10.0))
    'pages: 2/4 shards, 300 pages read, 200 kept, 100 removed, 30 pages/s, 00:10 left'
    """
    parts = [f"{progress.done:,}/{progress.shards:,} shards"]
    if progress.skipped:
        parts[0] += f" ({progress.skipped:,} done before)"
    if progress.stage == "pages":
        parts += [
            f"{progress.read:,} pages read, {progress.kept:,} kept, {progress.removed:,} removed"
        ]
        if progress.pages_per_second:
            parts.append(f"{progress.pages_per_second:,.0f} pages/s")
    if progress.seconds_left is not None and progress.done < progress.shards:
        parts.append(f"{_clock(progress.seconds_left)} left")
    return f"{progress.stage}: {', '.join(parts)}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


@contextmanager
def _bars(stream: TextIO) -> Iterator[Watch]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.fields[stage]:>10}"),
        BarColumn(),
        TextColumn("{task.fields[now]}"),
    )
    with Bars(*columns, console=Console(file=stream), transient=False) as bars:
        tasks = {}

        def show(progress: Progress) -> None:
            stage, now = progress.stage, describe(progress).partition(": ")[2]
            if stage not in tasks:
                tasks[stage] = bars.add_task("", total=progress.shards, stage=stage, now=now)
            bars.update(tasks[stage], completed=progress.done, total=progress.shards, now=now)

        yield show
