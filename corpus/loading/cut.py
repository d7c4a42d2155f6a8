"""Inputs to work of about one size: small files together, large ones in parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from corpus.loading.compressed import SUFFIXES
from corpus.loading.inputs import Input, Part

INFLATION = 4
"""Bytes that a byte of a compressed file stands for: gzip leaves a sixth to a third of HTML."""

_END = 1 << 62
"""Behind any file: what was appended since it was listed belongs to its last part."""


def cut(inputs: Iterable[Input], n_bytes: int, n_files: int) -> Iterator[tuple[Input, ...]]:
    """The inputs in groups of about `n_bytes` of pages and at most `n_files`, in their order.

    A larger file that may be cut is given in parts of equal size; which records these hold is found
    when they are read, and all together they give what the file gives. No file is opened.
    """
    group: list[Input] = []
    n_held = 0
    for item in inputs:
        for part in _parts(item, n_bytes):
            if n_held >= n_bytes or len(group) >= n_files:
                yield tuple(group)
                group, n_held = [], 0
            group.append(part)
            n_held += n_bytes if part.part else weigh(part)
    if group:
        yield tuple(group)


def weigh(item: Input) -> int:
    """Bytes of pages in a file, as far as its size tells."""
    return item.n_bytes * _inflation(item)


def _parts(item: Input, n_bytes: int) -> Iterator[Input]:
    own_bytes = max(n_bytes // _inflation(item), item.part_bytes)
    n_parts = round(item.n_bytes / own_bytes) if item.part_bytes else 1
    if n_parts <= 1:
        yield item
        return
    ends = [*(item.n_bytes * n // n_parts for n in range(n_parts)), _END]
    for start, end in pairwise(ends):
        yield replace(item, part=Part(start, end))


def _inflation(item: Input) -> int:
    return INFLATION if item.file.lower().endswith(SUFFIXES) else 1
