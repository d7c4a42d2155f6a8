"""Tables of which a dump has each cell on a line of its own, below the text of a notice.

Names and figures score like a menu. But a table has a row of heads that say what is in its columns,
and figures in many cells below it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from corpus.extraction.lines.layout import Line
from corpus.extraction.said.phrases import Hits
from corpus.resources import read_list

STOPS = re.compile(r"[：:。；;！？【】<>＞›»|©]|https?|^附件|[^\d]\d{4}年$")
"""What no cell has in it."""
DIGIT = re.compile(r"\d")
LONGEST_CELL, LONGEST_CAPTION = 20, 40
"""Characters of a cell, and of the caption above the table."""
FEWEST_CELLS, MOST_CELLS = 8, 600
FEWEST_HEADS, MOST_COLUMNS = 2, 10
FIGURES: Final = 0.2
"""Share of the cells with a figure, at least."""


@cache
def _heads() -> frozenset[str]:
    """What the heads of columns say."""
    return frozenset(read_list("table_heads.txt"))


def end_of_cells(n: int, lines: Sequence[Line], hits: Sequence[Hits]) -> int | None:
    """The last cell of a table that begins at a line, or below its caption there; else None."""
    start = n
    if _name_of(lines[n]) not in _heads():
        if len(lines[n].text) > LONGEST_CAPTION or "。" in lines[n].text:
            return None
        start = n + 1
    cells: list[str] = []
    span = slice(start, start + MOST_CELLS)
    for line, hit in zip(lines[span], hits[span], strict=True):
        name = _name_of(line)
        if not 0 < len(name) <= LONGEST_CELL or STOPS.search(name) is not None:
            break
        if hit.whole is not None and name not in _heads() and DIGIT.search(name) is None:
            break
        cells.append(name)
    figures = [k for k, name in enumerate(cells) if DIGIT.search(name) is not None]
    n_heads = sum(name in _heads() for name in cells[:MOST_COLUMNS])
    if len(cells) < FEWEST_CELLS or n_heads < FEWEST_HEADS or len(figures) < FIGURES * len(cells):
        return None
    # Behind the last figure the row may go on; more is what stands below the table.
    return start + min(len(cells), figures[-1] + min(figures[0], MOST_COLUMNS)) - 1


def _name_of(line: Line) -> str:
    return "".join(line.text.split())
