"""What a worker does without, though Python, its libraries or the system would do it."""

from __future__ import annotations

import ctypes
import gc
import sys

UNNEEDED = frozenset({"pandas"})
"""Arrow imports pandas, where it is installed, to see whether what it is given is a Series. Workers
give it none, and the import costs each a third of a second and 40 MB."""


RARELY = (100_000, 20, 50)
"""How many more objects there are before Python looks for such as hold each other, and how many
such looks go by before it looks at older ones, too. Pages leave none behind; with Python's own 700
a look comes with every third page, goes through all that is known of 64 of them, and takes 3 % of
the time of a build."""

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""Options of mallopt(3): how much free memory at the end of the heap is given back to the system,
and how large a piece is that has memory of its own, which goes back when it is freed."""
KEPT = {TRIM_THRESHOLD: 1 << 26, MMAP_THRESHOLD: 1 << 25}
"""Bytes. With what glibc does by itself, the tables of a group of pages are given back after each,
and every page of memory is cleared by the kernel for the next: with it goes 3 % of a build."""


def rarely_look_for_cycles() -> None:
    """From here on objects that only hold each other may stay for some more pages."""
    gc.set_threshold(*RARELY)


def keep_memory() -> None:
    """From here on memory that is freed stays with the process, up to a bound, for the next pages.

    Does nothing where the C library is not glibc.
    """
    if _has_glibc():
        for option, n_bytes in KEPT.items():
            ctypes.CDLL(None).mallopt(option, n_bytes)


def _has_glibc() -> bool:
    return sys.platform == "linux" and hasattr(ctypes.CDLL(None), "gnu_get_libc_version")


class Heap:
    """What this process holds of freed memory, by the stage that it works for.

    `keep_memory` has it kept for more of the same work. Other work finds no use for pieces that lie
    between what is still held: without this, writing a file came on top of what all stages before
    had left, the more the larger the build was.
    """

    def __init__(self) -> None:
        """Nothing was done yet."""
        self._stage = ""

    def begin(self, stage: str) -> None:
        """Give back what is free, if the last job was one of another stage."""
        if stage != self._stage and _has_glibc():
            ctypes.CDLL(None).malloc_trim(0)
        self._stage = stage


def give_back_tables() -> None:
    """Memory that Arrow holds for tables of a job that is done goes back to the system.

    The next job can be one of another stage, which has tables of its own.
    """
    from pyarrow import default_memory_pool  # here, for it takes a while to import

    default_memory_pool().release_unused()


def refuse_unneeded() -> None:
    """From here on these modules are as if they were not installed."""
    sys.meta_path.insert(0, _Refuser())


class _Refuser:
    """A finder of modules that is asked before all others."""

    def find_spec(self, name: str, *_: object) -> None:
        """Nothing is known of it here; what is refused is not looked for elsewhere."""
        if name in UNNEEDED:
            raise ModuleNotFoundError(f"a worker does without {name}", name=name)
