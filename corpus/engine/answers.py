"""What crosses the border of a process: jobs there, outcomes back, errors whole."""

from __future__ import annotations

import pickle
import traceback
from types import TracebackType
from typing import Any

from corpus.engine.jobs import Outcome, do_job
from corpus.engine.unneeded import Heap
from corpus.errors import EngineError

HEAP = Heap()
"""A process has one heap, whoever asks it."""


def answer(message: bytes) -> bytes:
    """The pickled outcome of a pickled job: its result, or whatever error it raised.

    The job is unpickled here, so that a function that is not to be found is an error of the run
    and not the death of a worker.
    """
    caught = _Caught()
    result = None
    with caught:
        job = pickle.loads(message)  # noqa: S301 - from our own parent
        HEAP.begin(job.stage)
        result = do_job(job)
    return pickle.dumps(Outcome(0, result, caught.error))


class _Caught:
    """Keeps whatever error a job raises for the parent, with the traceback of this process."""

    error: Exception | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        text = "".join(traceback.format_exception(kind, error, trace))
        self.error = _Sent(_portable(error), text)
        return True


class RemoteTraceback(Exception):  # noqa: N818 - not an error but where one was
    """Where in a worker an error was raised."""

    def __str__(self) -> str:
        """The traceback as it was printed there."""
        return f"\n{self.args[0]}"


class _Sent(Exception):  # noqa: N818 - the wrapping of one
    """Pickles to the error inside, caused by where it was raised."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _caused, self.args


def _caused(error: Exception, text: str) -> Exception:
    error.__cause__ = RemoteTraceback(text)
    return error


def _portable(error: Exception) -> Exception:
    """The error itself where it survives the way to another process, else its words."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    except (pickle.PicklingError, TypeError, AttributeError):
        return EngineError(
            type(error).__name__, str(error), "see the traceback of the worker for where"
        )
    return error
