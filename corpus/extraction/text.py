"""innerText dumps → lines: every line that shows something, in order."""

from __future__ import annotations

from corpus.extraction.layout import EDGES, Layout, Line


def read_text(text: str) -> Layout:
    r"""The lines of a dump; blank lines carry nothing a reader needs and are not counted.

    >>> [line.text for line in read_text("标题\n\n  正文。 \n").lines]
    ['标题', '正文。']
    """
    lines = (raw.strip(EDGES) for raw in text.splitlines())
    return Layout(tuple(Line(line) for line in lines if line.strip()))
