"""Traditional and simplified script: converted only where the recipe asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from corpus.cleaning.edits import settle
from corpus.document import Edit

if TYPE_CHECKING:
    import opencc

SURROGATE = re.compile(r"[\ud800-\udfff]")
PARTS = re.compile(r"[\ud800-\udfff]+|[^\ud800-\udfff]+")

_CONFIGS: dict[str, Literal["t2s", "s2t"]] = {"hans": "t2s", "hant": "s2t"}


def to_simplified(text: str) -> list[Edit]:
    """Traditional characters become simplified ones, by words where one has two readings.

    >>> [edit.after for edit in to_simplified("乾隆年間，頭髮很乾")]
    ['间', '头发', '干']

    Source: OpenCC, configuration t2s.
    """
    return settle(text, lambda text: _convert("to_simplified", text, "hans"))


def to_traditional(text: str) -> list[Edit]:
    """Simplified characters become traditional ones, by words where one has two readings.

    >>> [edit.after for edit in to_traditional("头发很干，发展很快")]
    ['頭髮', '乾', '發']

    Source: OpenCC, configuration s2t.
    """
    return settle(text, lambda text: _convert("to_traditional", text, "hant"))


def convert(text: str, script: str) -> str:
    """A text that has no edits, such as a title, in the script `hans` or `hant`."""
    convert: Callable[[str], str] = _converter(_CONFIGS[script]).convert
    # OpenCC is given UTF-8, which has no halves of surrogate pairs.
    return "".join(part if SURROGATE.match(part) else convert(part) for part in PARTS.findall(text))


def _convert(fix: str, text: str, script: str) -> list[Edit]:
    if text.isascii():
        return []
    edits: list[Edit] = []
    start = 0
    for line in text.split("\n"):
        edits += _changes(fix, start, line, convert(line, script))
        start += len(line) + 1
    return edits


def _changes(fix: str, start: int, before: str, after: str) -> Iterator[Edit]:
    """The runs of characters that differ; all in one where the words have another size."""
    if before == after:
        return
    if len(before) != len(after):
        yield Edit(fix, start, before, after)
        return
    pairs = enumerate(zip(before, after, strict=True))
    for differs, group in groupby(pairs, key=lambda pair: pair[1][0] != pair[1][1]):
        if differs:
            run = list(group)
            one, other = ("".join(pair[n] for _, pair in run) for n in (0, 1))
            yield Edit(fix, start + run[0][0], one, other)


@cache
def _converter(config: str) -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC(config)
