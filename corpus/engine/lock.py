"""One run at a time in a working folder, on this machine or wherever the folder lies."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from corpus.engine.stores import LOCK
from corpus.engine.work import Work
from corpus.errors import StorageError, storage_errors

BEAT_SECONDS = 2.0
"""How often a run shows that it lives, in a folder where the system cannot lock."""

WATCH_SECONDS = 4 * BEAT_SECONDS
"""How long another run looks for a sign of life before it takes the folder over."""


@contextmanager
def hold(work: Work) -> Iterator[None]:
    """Nobody else runs in this working folder inside; what killed runs left half-done is gone.

    On this machine the system keeps the lock, which ends with the process whatever ends it. On an
    object store it is an object that changes every two seconds: a second run that sees it change
    is refused, and one that sees no change for eight seconds takes the folder over. No clocks are
    compared.

    Raises:
        StorageError: Another run holds it, the folder cannot be written, or it was not made to
            work in: others have files in it.
    """
    work.check_own()
    with _hold_local(work) if work.is_local else _hold_remote(work):
        work.claim()
        work.clean()
        yield


def _refused(work: Work) -> StorageError:
    return StorageError(
        work.path(""), "another build is working in it", "wait for it or give another folder"
    )


@contextmanager
def _hold_local(work: Work) -> Iterator[None]:
    from filelock import FileLock, Timeout  # here, as no worker needs it

    path = Path(work.path(LOCK))
    with storage_errors(str(path.parent)):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise _refused(work) from None
        if not path.exists():  # the run that held it has just ended, and taken it away
            lock.release()
            raise _refused(work)
    try:
        yield
    finally:
        is_empty = path.exists() and [*path.parent.iterdir()] == [path]
        if is_empty and os.name != "nt":  # where an open file cannot be unlinked
            # While it is held: who opened it meanwhile finds it unlinked and is refused.
            path.unlink(missing_ok=True)
        lock.release()
        if is_empty:
            with suppress(OSError):  # another run has begun in it
                if os.name == "nt":
                    path.unlink()
                path.parent.rmdir()


@contextmanager
def _hold_remote(work: Work) -> Iterator[None]:
    token = uuid.uuid4().hex
    _wait_for_silence(work)
    _beat(work, token, 0)
    time.sleep(BEAT_SECONDS / 2)  # who wrote at the same time is seen now
    if not _last_beat(work).startswith(token):
        raise _refused(work)
    stopped = threading.Event()
    thread = threading.Thread(target=_keep_beating, args=(work, token, stopped), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        if _last_beat(work).startswith(token):
            work.delete([LOCK])


def _wait_for_silence(work: Work) -> None:
    """Return when nobody beats; a run that ended well leaves no lock and is not waited for."""
    before = _last_beat(work)
    end = time.monotonic() + WATCH_SECONDS
    while before and time.monotonic() < end:
        time.sleep(BEAT_SECONDS / 4)
        if _last_beat(work) != before:
            raise _refused(work)


def _keep_beating(work: Work, token: str, stopped: threading.Event) -> None:
    number = 0
    while not stopped.wait(BEAT_SECONDS):
        number += 1
        with suppress(OSError):  # the store may be out of reach for a moment
            _beat(work, token, number)


def _beat(work: Work, token: str, number: int) -> None:
    with work.write(LOCK) as file:
        file.write(f"{token} {number}".encode("ascii"))


def _last_beat(work: Work) -> str:
    try:
        with work.open(LOCK) as file:
            return file.read().decode("ascii", "replace")
    except FileNotFoundError:
        return ""
