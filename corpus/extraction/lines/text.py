"""innerText dumps → lines: every line that shows something, in order."""

from __future__ import annotations

from corpus.extraction.lines.layout import EDGES, Layout, Line, lines_of

_NEXT_LINE = "\x85"
"""What C1 calls a line end is, on web pages, a byte of misread text: one of 六, 光 and 内."""

_NO_MARKUP = Line("")[1:]
"""What a line without markup has behind its text."""

_EDGES = EDGES.replace(_NEXT_LINE, "")
_OTHER_LINE_ENDS = "\r\v\f\u2028\u2029"


def read_text(text: str) -> Layout:
    r"""The lines of a dump; blank lines carry nothing a reader needs and are not counted.

    >>> [line.text for line in read_text("标题\n\n  正文。 \n").lines]
    ['标题', '正文。']

    U+0085 ends no line, and is no blank.
    """
    for end in _OTHER_LINE_ENDS:  # blank lines between \r and \n go with all others
        text = text.replace(end, "\n")
    lines = [raw.strip(_EDGES) for raw in text.split("\n")]
    return Layout(lines_of([(line, *_NO_MARKUP) for line in lines if line.strip()]))
