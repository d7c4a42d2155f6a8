"""The charset a page says it has: evidence for `decode`, never the last word."""

from __future__ import annotations

import re
from functools import cache

from corpus.resources import read_table

_HEAD_BYTES = 4096
"""Where a declaration is looked for; browsers look at the first 1,024 bytes."""

_DECLARATION = re.compile(
    rb"""<(?:meta\b [^<>]*? \b charset | \?xml\b [^<>]*? \b encoding)
    \s* = \s* ["']? \s* (?P<label> [A-Za-z0-9_.:-]{1,40})""",
    re.VERBOSE | re.IGNORECASE,
)


def declared_charset(data: bytes) -> str | None:
    """The charset that a `<meta>` or an XML declaration near the start names, as it writes it.

    >>> declared_charset(b'<meta http-equiv=Content-Type content="text/html; charset=GBK">')
    'GBK'
    """
    found = _DECLARATION.search(data, 0, _HEAD_BYTES)
    return found["label"].decode("ascii") if found else None


def codec_of(label: str | None) -> str | None:
    """The codec for a charset's name as pages write it; none where the name is unknown.

    >>> codec_of(" GB2312 ")
    'gb18030'
    """
    return _codecs_by_label().get(label.strip().lower()) if label else None


@cache
def _codecs_by_label() -> dict[str, str]:
    return {row["label"]: row["codec"] for row in read_table("charset_labels.tsv")}
