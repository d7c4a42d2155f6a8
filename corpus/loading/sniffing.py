"""The format of what has no name, such as standard input: told by how it begins."""

from __future__ import annotations

import re

_OPENINGS = {
    ".warc": re.compile(rb"WARC/[01]\."),
    ".zip": re.compile(rb"PK(?:\x03\x04|\x05\x06)"),
    ".parquet": re.compile(rb"PAR1"),
    ".arrow": re.compile(rb"ARROW1|\xff{4}..[\x00-\x0f]\x00", re.DOTALL),
    ".tar": re.compile(rb".{257}ustar", re.DOTALL),
    ".mhtml": re.compile(rb"(?:From: <Saved by |MIME-Version:|Content-Type: mul)", re.I),
    ".jsonl": re.compile(
        rb"""(?: \xef\xbb\xbf | \xff\xfe | \xfe\xff )?   # a byte-order mark
        [\s\0]* \{ [\s\0]* " """,
        re.VERBOSE,
    ),
}
HEAD_BYTES = 512
"""How much of a file is looked at."""


def guess_format(head: bytes) -> str:
    """The suffix of what begins so; what shows nothing is a page, as in a `.txt` file.

    >>> guess_format(b'{"text": "..."}'), guess_format(b"<html>")
    ('.jsonl', '.txt')
    """
    found = (suffix for suffix, opening in _OPENINGS.items() if opening.match(head))
    return next(found, ".txt")
