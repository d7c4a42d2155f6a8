"""Inputs to work of about one size: small files together, large ones in parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.loading.sources import Input, Part


def cut_inputs(
    inputs: Sequence[Input], n_bytes: int, n_files: int, divisible: Collection[str]
) -> list[tuple[Input, ...]]:
    """The inputs in groups of about `n_bytes` and at most `n_files` files, in their order.

    A file that is larger, and whose name ends in one of `divisible`, is given in parts of equal
    size; which records these hold is found when they are read. No file is opened.
    """
    groups: list[list[Input]] = []
    n_held = n_bytes
    for item in inputs:
        for part in _parts(item, n_bytes) if item.suffix in divisible else (item,):
            if n_held >= n_bytes or len(groups[-1]) >= n_files:
                groups.append([])
                n_held = 0
            groups[-1].append(part)
            n_held += min(part.n_bytes, n_bytes) if part.part else part.n_bytes
    return [tuple(group) for group in groups]


def _parts(item: Input, n_bytes: int) -> Iterator[Input]:
    n_parts = max(1, round(item.n_bytes / max(1, n_bytes)))
    if n_parts == 1:
        yield item
        return
    ends = [item.n_bytes * n // n_parts for n in range(n_parts + 1)]
    # What was appended since the file was listed belongs to the last part.
    ends[-1] = 1 << 62
    for start, end in pairwise(ends):
        yield replace(item, part=Part(start, end))
