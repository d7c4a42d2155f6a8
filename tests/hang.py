"""A bound on what may never end.

No test asks how long something takes: machines differ, and are shared. What is quadratic on the
sizes these tests use takes many minutes, what is linear a moment; between them lies the bound.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

BOUND = 200
"""Seconds of this process's own time, a hundred times what the slowest of them needs."""


class HangError(AssertionError):
    """Something takes far longer than its size explains."""


@contextmanager
def must_end() -> Iterator[None]:
    """Fails when what runs inside has used its bound of processor time.

    Raises:
        HangError: As soon as Python code runs again.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise HangError(f"not done after {BOUND} s of processor time: not linear in its size")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, BOUND)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
