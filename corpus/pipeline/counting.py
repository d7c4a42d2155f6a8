"""The facts of a release, counted in its files one by one: whoever writes the card reads none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus import release as releasing
from corpus.engine import Shard, Stage, Work
from corpus.pipeline.digest import digest_of, library_digest

STAGE = "facts"


@dataclass(frozen=True, slots=True)
class Placed:
    """A file of the release to be, in the folder where that is put together."""

    folder: str
    entry: releasing.FileEntry


def facts_stage() -> Stage:
    """What the facts of a release are summed up from, a file at a time."""
    return Stage(STAGE, count_placed, library_digest())


def facts_shards(folder: Path, entries: Iterable[releasing.FileEntry]) -> list[Shard]:
    """The files in which something is counted, as tasks, in their order."""
    counted = [entry for entry in entries if entry.config in releasing.COUNTS]
    return [
        Shard(f"{number:05d}", digest_of(entry), Placed(str(folder), entry))
        for number, entry in enumerate(counted)
    ]


def count_placed(task: Placed, _: str, __: Work) -> releasing.Counted:
    """What is in one file."""
    return releasing.count_file(releasing.LocalFiles(Path(task.folder)), task.entry)
