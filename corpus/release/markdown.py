"""Markdown from values nobody has looked at: titles, sites and file names come from strangers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(
    r"""
      [!\#$&()*+\-.:;<=>@\[\\\]^_`{|}~]  # what starts markup, a link, a mention, a table cell
    """,
    re.VERBOSE,
)

_PLAIN = re.compile(r"[\w./:+-]+")
"""What may stand in a code span as it is."""


def escape(text: str) -> str:
    r"""The text on one line, in which no character means anything to Markdown or HTML.

    ASCII marks become character references, which no Markdown reader takes for structure; line
    breaks and runs of space become one space; control, format and surrogate characters go.

    >>> escape("a|b\n<script>`x`")
    'a&#124;b &#60;script&#62;&#96;x&#96;'
    """
    visible = "".join(" " if c.isspace() else c for c in text if c.isspace() or _is_visible(c))
    return _SPECIAL.sub(lambda mark: f"&#{ord(mark[0])};", " ".join(visible.split()))


def code(text: str) -> str:
    """The text as a code span where it is as plain as a host or a rule's name, escaped elsewhere.

    >>> code("news.example"), code("`a`")
    ('`news.example`', '&#96;a&#96;')
    """
    return f"`{text}`" if _PLAIN.fullmatch(text) else escape(text)


def shorten(text: str, n_characters: int) -> str:
    """The first characters of the text, with an ellipsis where more follow."""
    return text if len(text) <= n_characters else text[:n_characters] + "…"


def table(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    """A table of cells that are Markdown already; numbers stand right, with commas.

    >>> print(table(("kind", "blocks"), [("`related`", 1200)]))
    | kind | blocks |
    |---|--:|
    | `related` | 1,200 |
    """
    body = list(rows)
    marks = ["--:" if isinstance(cell, int) else "---" for cell in (body or [header])[0]]
    lines = [_line(header), f"|{'|'.join(marks)}|", *(_line(row) for row in body)]
    return "\n".join(lines)


def columns(rows: Sequence[Sequence[str | int]]) -> list[str]:
    """Lines of cells for a terminal, below each other; numbers stand right, with commas.

    >>> columns([("site", "went"), ("a.example", 1200), ("b.example", 7)])
    ['site        went', 'a.example  1,200', 'b.example      7']
    """
    cells = [[f"{c:,}" if isinstance(c, int) else c for c in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    is_number = [isinstance(cell, int) for cell in rows[-1]]
    aligned = (
        (c.rjust(w) if n else c.ljust(w) for c, w, n in zip(row, widths, is_number, strict=True))
        for row in cells
    )
    return ["  ".join(row).rstrip() for row in aligned]


def _line(cells: Sequence[str | int]) -> str:
    return "| " + " | ".join(f"{c:,}" if isinstance(c, int) else c for c in cells) + " |"


def _is_visible(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")
