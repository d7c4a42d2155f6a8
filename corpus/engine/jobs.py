"""What a worker does with one shard, wherever it runs: the function, then the note that it is done.

The note `<stage>/<shard>.done` is the last thing written. It holds the digest of what decided the
result, and the result.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from corpus.engine.stages import Result, Shard, Stage, StageFunction, digest_of
from corpus.engine.work import Work
from corpus.errors import EngineError, storage_errors

NOTE = ".done"
"""What the name of a note ends in."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a function on one shard, or on a part of it that is only tried."""

    stage: str
    function: StageFunction
    shard: str
    digest: str
    task: Any
    work: Work


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the job with this ticket: a result, an error, or the death of its worker.

    `death` says how the worker ended, for a person: `signal SIGKILL`.
    """

    ticket: int
    result: Result = None
    error: Exception | None = None
    death: str | None = None


def do_job(job: Job) -> Result:
    """Run it and write its note; a trial writes none. Returns the result as read from JSON.

    Raises:
        CorpusError: What the function raised, or the wording of a full disk or memory.
    """
    with worded_errors(job.work.root):
        text = json.dumps(job.function(job.task, job.shard, job.work), ensure_ascii=False)
        result = json.loads(text)
        if not job.work.trial:
            with job.work.write(note_name(job.stage, job.shard)) as file:
                note = {"digest": job.digest, "result": result}
                file.write(json.dumps(note, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return result


@contextmanager
def worded_errors(where: str) -> Iterator[None]:
    """Words memory or threads that ran out, and a disk that is full or cannot be written.

    Raises:
        EngineError: In place of a `MemoryError`, and of a thread that could not be started.
        StorageError: In place of an `OSError` of that kind.
    """
    try:
        with storage_errors(where):
            yield
    except MemoryError as error:
        raise EngineError(
            "workers", "out of memory", "use fewer workers or a machine with more memory"
        ) from error
    except _thread_errors() as error:
        if not _NO_THREAD.search(str(error)):
            raise
        raise EngineError(
            "workers", f"out of memory or processes ({error})", "use fewer workers, or raise limits"
        ) from error


_NO_THREAD = re.compile("start new thread|launch worker thread")


def _thread_errors() -> tuple[type[Exception], ...]:
    """What is raised, among others, where the system starts no more threads."""
    arrow = sys.modules.get("pyarrow")
    return (RuntimeError, arrow.ArrowException) if arrow else (RuntimeError,)


def note_name(stage: str, shard: str) -> str:
    """The file that says that a shard is done."""
    return f"{stage}/{shard}{NOTE}"


def read_notes(stage: Stage, shards: list[Shard], work: Work) -> dict[str, Result]:
    """The results of the shards that are done with just these digests, by name.

    Files of shards that are no longer asked for, and of those that were done otherwise, are
    removed: what lies in the folder of a stage belongs to the run that is going on.
    """
    wanted = {shard.name: digest_of(stage, shard) for shard in shards}
    results: dict[str, Result] = {}
    files: dict[str, list[str]] = {}
    for name in work.names(f"{stage.name}/"):
        shard = name.removeprefix(f"{stage.name}/").partition(".")[0]
        files.setdefault(shard, []).append(name)
        if shard in wanted and name == note_name(stage.name, shard):
            note = _read_note(work, name)
            if note.get("digest") == wanted[shard]:
                results[shard] = note["result"]
    others = [name for shard, names in files.items() if shard not in results for name in names]
    # The notes first, so that they never speak for files that another run has written.
    work.delete([name for name in others if name.endswith(NOTE)])
    work.delete([name for name in others if not name.endswith(NOTE)])
    return results


def _read_note(work: Work, name: str) -> dict[str, Any]:
    with work.open(name) as file:
        try:
            note = json.loads(file.read().decode("utf-8", "surrogatepass"))
        except (json.JSONDecodeError, UnicodeDecodeError):
            return {}
    return note if isinstance(note, dict) and "result" in note else {}
