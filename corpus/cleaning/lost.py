"""What is lost for good, and is named instead of invented."""

from __future__ import annotations

import re

from corpus.cleaning.edits import match_edits
from corpus.cleaning.mojibake import speaks_of_damage
from corpus.document import Edit

_REPLACED = "\N{REPLACEMENT CHARACTER}"

_AS_GBK = (2 * _REPLACED).encode().decode("gbk")
_AS_BIG5 = (2 * _REPLACED).encode().decode("big5")
"""Two U+FFFD in UTF-8, six bytes, read as three pairs."""

_MISREAD_LOSS = re.compile(
    rf"""
    (?: {_AS_GBK} )+ (?: {_AS_GBK[0]}[?{_REPLACED}] )?  # half of the second one may be lost
    | (?: {_AS_BIG5} )+ (?: {_AS_BIG5[0]}[?{_REPLACED}] )?
    """,
    re.VERBOSE,
)

_QUOTES = frozenset("\"'`“‘「『”’」』")


def mark_lost(text: str) -> list[Edit]:
    r"""U+FFFD that was misread becomes U+FFFD again: 锟斤拷 says that two characters were lost.

    What they were nobody knows. Where a text speaks of such characters they stay.

    >>> [edit.after for edit in mark_lost("共锟斤拷同")] == ["\N{REPLACEMENT CHARACTER}" * 2]
    True
    >>> mark_lost("著名的“锟斤拷”"), mark_lost("锟斤拷是常见的乱码")
    ([], [])
    """
    if _AS_GBK not in text and _AS_BIG5 not in text:
        return []
    edits = match_edits("mark_lost", _MISREAD_LOSS, text, _marks)
    return [edit for edit in edits if not speaks_of_damage(text, edit.start)]


def _marks(match: re.Match[str]) -> str:
    found, around = match.group(), match.string[max(0, match.start() - 1) : match.end() + 1]
    if around[0] in _QUOTES and around[-1] in _QUOTES:
        return found
    n_bytes = 2 * len(found.rstrip("?" + _REPLACED))
    return _REPLACED * -(-n_bytes // len(_REPLACED.encode()))
