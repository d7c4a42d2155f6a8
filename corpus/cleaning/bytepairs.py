"""What the charsets of Chinese read pairs of bytes as."""

from __future__ import annotations

from functools import cache

LEADS = range(0x81, 0xFF)
TRAILS = range(0x40, 0xFF)
"""All first and second bytes of pairs that any of the codecs knows."""

LOST = "\N{REPLACEMENT CHARACTER}"


@cache
def known_pairs(codec: str) -> dict[bytes, str]:
    """The pairs that a codec knows, and what each is.

    All are decoded in one call, a line each: that is much faster than a call for each.

    >>> known_pairs("gb18030")["中".encode("gb18030")]
    '中'
    """
    pairs = [bytes([lead, trail]) for lead in LEADS for trail in TRAILS]
    texts = b"\n".join(pairs).decode(codec, "replace").split("\n")
    return {pair: text for pair, text in zip(pairs, texts, strict=True) if LOST not in text}


@cache
def gb_pairs() -> dict[bytes, str]:
    """The pairs of GB 18030; private use is no reading."""
    return _public(known_pairs("gb18030"))


@cache
def big5_pairs() -> dict[bytes, str]:
    """Windows' reading of the signs, as everybody's pages meant them; else the Hong Kong one."""
    hong_kong = {pair: text for pair, text in known_pairs("big5hkscs").items() if pair[0] >= 0xA4}
    return _public(known_pairs("cp950") | hong_kong)


def _public(pairs: dict[bytes, str]) -> dict[bytes, str]:
    return {pair: text for pair, text in pairs.items() if not "\ue000" <= text <= "\uf8ff"}
