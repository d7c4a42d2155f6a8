"""Texts as bytes in a charset: whole, cut in the middle of a character, or with a bad byte."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

LONG = 1_500
SHORT = 60
"""Characters of a text."""

MARGIN = 2
"""Characters beside a harm that may be lost with it: pairs are cut at wrong places behind it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Bytes in the charset of `codec`; `parts` are in a reading that lost what the harm took."""

    data: bytes
    codec: str
    parts: tuple[str, ...]

    def is_read(self, text: str) -> bool:
        """Whether `text` is all that was there but for what the harm took."""
        return all(part in text for part in self.parts)

    def is_found(self, text: str) -> bool:
        """Whether `text` was read in the right charset, wherever its pairs were cut."""
        plain = _without_lost(text)
        readings = (self.data[n:].decode(self.codec, "replace") for n in (0, 1))
        return self.is_read(text) or plain in map(_without_lost, readings)


def _without_lost(text: str) -> str:
    return text.replace("\N{REPLACEMENT CHARACTER}", "")


def keep_whole(text: str, codec: str, _: random.Random) -> Sample:
    """All of it."""
    return Sample(text.encode(codec), codec, (text,))


def cut_ends(text: str, codec: str, _: random.Random) -> Sample:
    """The first byte of an ideograph at the beginning and the last of one at the end are gone."""
    inside = [n for n, c in enumerate(text) if len(c.encode(codec)) > 1]
    first, last = inside[0], inside[-1]
    data = text[first : last + 1].encode(codec)[1:-1]
    return Sample(data, codec, (text[first + 1 + MARGIN : last - MARGIN],))


def spoil_byte(text: str, codec: str, chance: random.Random) -> Sample:
    """One byte of an ideograph in the middle half replaced by FF, which no charset has."""
    inside = [n for n, c in enumerate(text) if len(c.encode(codec)) > 1]
    place = chance.choice(inside[len(inside) // 4 : -len(inside) // 4 or None] or inside)
    head, tail = text[:place].encode(codec), text[place:].encode(codec)
    parts = text[: max(0, place - MARGIN)], text[place + 1 + MARGIN :]
    return Sample(head + b"\xff" + tail[1:], codec, parts)


HARMS: dict[str, Callable[[str, str, random.Random], Sample]] = {
    "whole": keep_whole,
    "cut mid-character": cut_ends,
    "one bad byte": spoil_byte,
}

CODECS = {
    "UTF-8": "utf-8",
    "GB18030": "gb18030",
    "Big5": "cp950",
    "UTF-16 without BOM": "utf-16-le",
    "HZ": "hz",
}

KINDS = (
    *((charset, harm) for charset in ("UTF-8", "GB18030", "Big5") for harm in HARMS),
    ("UTF-16 without BOM", "whole"),
    ("HZ", "whole"),
)


def make_samples(
    texts: Sequence[str], traditional: Sequence[str], kind: tuple[str, str], n_characters: int
) -> Iterator[Sample]:
    """The texts in a charset, harmed in one way, cut to `n_characters`; Big5 in traditional ones.

    A text starts where a third of it is over, so that no headline tells more than its share.
    Characters that a charset does not have are left out before.
    """
    charset, harm = kind
    codec = CODECS[charset]
    chance = random.Random(f"{charset} {harm} {n_characters}")
    for text in traditional if charset == "Big5" else texts:
        begin = min(len(text) // 3, max(0, len(text) - n_characters))
        chosen = text[begin : begin + n_characters]
        known = chosen.encode(codec, "ignore").decode(codec)
        if sum("\u4e00" <= c <= "\u9fff" for c in known) >= len(known) // 2 > MARGIN * 4:
            yield HARMS[harm](known, codec, chance)
