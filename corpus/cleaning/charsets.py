"""Wrong and right readings: the bytes that a character was read from, and what they really say.

A *misreading* turns each character into the bytes it was read from; a *reading* cuts bytes into
units, each with its text and score. Byte 0xFF, which no charset here uses, stands for a byte that
is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from corpus.cleaning.bytepairs import big5_pairs, gb_pairs, known_pairs
from corpus.cleaning.likelihood import LAST, LOST, codes, is_usual, score

if TYPE_CHECKING:
    from corpus.cleaning.likelihood import Bytes, Floats

HOLE = 0xFF
"""A byte that the wrong reading did not keep: U+FFFD stands in its place."""

_LOST = "\N{REPLACEMENT CHARACTER}"

BROKEN = 3 * LOST / 2
"""The score of a byte that fits nowhere: dearer than a lost character, which stands for more."""

BLANKED = -3.0
"""Added where a space stands for the byte A0: many tools turn no-break spaces into spaces."""

_FOREIGN = -3.0
"""Added where a pair reads as no ideograph and no Chinese punctuation. A wrong reading has more of
these, most of all kana: Big5 and GBK have them where the other has common ideographs."""

Unit = tuple[int, str, float]
"""Bytes taken, the text that they are, its score."""

Reading = Callable[[bytes, int], tuple[Unit, ...]]
"""The units that may begin at an index of some bytes, none where nothing can."""


@dataclass(frozen=True, slots=True, eq=False)
class Misreading:
    """One wrong way of reading bytes: `table` has the bytes of every character it can give."""

    name: str
    table: dict[str, bytes]
    is_latin: bool = False


def bytes_of(text: str, misreading: Misreading) -> tuple[Bytes, bytes]:
    """The bytes that a text was read from, behind the number of each character's.

    A character that cannot have been read has none; a zero byte stands in its place.
    """
    import numpy as np

    there = codes(text)
    sizes, first, second = (column[there] for column in byte_table(misreading))
    pairs = np.empty((len(there), 2), np.uint8)
    pairs[:, 0], pairs[:, 1] = first, second
    has = np.empty((len(there), 2), bool)
    has[:, 0], has[:, 1] = True, sizes > 1
    return sizes, pairs[has].tobytes()


@cache
def byte_table(misreading: Misreading) -> tuple[Bytes, Bytes, Bytes]:
    """The number of bytes of each character, the first and the second one."""
    import numpy as np

    sizes, first, second = (np.zeros(LAST + 1, np.uint8) for _ in range(3))
    there = [ord(character) for character in misreading.table]
    read = misreading.table.values()
    sizes[there] = [len(data) for data in read]
    first[there] = [data[0] for data in read]
    second[there] = [data[-1] for data in read]
    return sizes, first, second


@cache
def latin() -> Misreading:
    """Bytes read as Latin-1 or as Windows-1252, which differ in 80 to 9F only."""
    table = {chr(code): bytes([code]) for code in range(0x100)}
    for code in range(0x80, 0xA0):
        character = _decoded(bytes([code]), "cp1252")
        if character:
            table[character] = bytes([code])
    return Misreading("latin", table | {_LOST: bytes([HOLE])}, is_latin=True)


@cache
def gb() -> Misreading:
    """Bytes read as GBK or GB 18030; the user-defined areas are private use, 80 is the euro."""
    table = _reversed("gb18030")
    # What other decoders give: the WHATWG index, and those that follow the 2022 edition.
    table |= {chr(0x30FB): b"\xa1\xa4", "€": b"\x80"}
    return Misreading("gb", table)


@cache
def big5() -> Misreading:
    """Bytes read as Big5 the way browsers do, with the Hong Kong characters."""
    return Misreading("big5", _reversed("cp950") | _reversed("big5") | _reversed("big5hkscs"))


@cache
def cp950() -> Misreading:
    """Bytes read as Big5 the way Windows does; it has its kana at other places."""
    return Misreading("cp950", _reversed("big5hkscs") | _reversed("big5") | _reversed("cp950"))


def _reversed(codec: str) -> dict[str, bytes]:
    """The bytes of each character that a codec knows: the first of its pairs."""
    pairs = reversed(known_pairs(codec).items())
    table = {text: pair for pair, text in pairs if len(text) == 1}
    return table | {chr(code): bytes([code]) for code in range(0x80)} | {_LOST: bytes([HOLE])}


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


_BAD_BYTE: tuple[Unit] = ((1, _LOST, BROKEN),)
_ALONE: tuple[tuple[Unit] | None, ...] = (
    *(((1, chr(code), 0.0),) for code in range(0x80)),
    *[_BAD_BYTE] * (0xC2 - 0x80),
    *[None] * (0xF5 - 0xC2),
    *[_BAD_BYTE] * (0x100 - 0xF5),
)
"""The units of bytes that no longer character of UTF-8 begins with, None for the others."""


def read_utf8(data: bytes, start: int) -> tuple[Unit, ...]:
    """The unit of UTF-8 at `start`: a character, or a piece of one that is lost."""
    lead = data[start]
    alone = _ALONE[lead]
    if alone is not None:
        return alone
    size = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    piece = data[start : start + size]
    n_bytes = 1
    for byte in piece[1:]:
        if byte < 0x80 or 0xC0 <= byte < HOLE:
            break
        n_bytes += 1
    if n_bytes == 1:
        return _BAD_BYTE
    piece = piece[:n_bytes]
    if n_bytes < size or HOLE in piece:
        return ((n_bytes, _LOST, LOST),)
    return (_unit(piece),)


def read_blanked_utf8(data: bytes, start: int) -> tuple[Unit, ...]:
    """As `read_utf8`, and a space may stand for the byte A0 where that gives a usual character."""
    units = read_utf8(data, start)
    piece = data[start : start + 3]
    if 0xE2 <= piece[0] <= 0xEF and b" " in piece and len(piece) == 3:
        blanked = bytes([piece[0]]) + piece[1:].replace(b" ", b"\xa0")
        size, text, likely = read_utf8(blanked, 0)[0]
        if size == 3 and is_usual(text):
            return (*units, (3, text, likely + BLANKED))
    return units


def read_gb(data: bytes, start: int) -> tuple[Unit, ...]:
    """The units of GBK at `start`: a pair, or what a lost byte can have been part of."""
    return _read_pairs(data, start, gb_pairs())


def read_big5(data: bytes, start: int) -> tuple[Unit, ...]:
    """The units of Big5 at `start`, as `read_gb`."""
    return _read_pairs(data, start, big5_pairs())


UTF8 = (read_utf8, read_blanked_utf8)

CODECS: dict[Reading, str] = {
    read_utf8: "utf-8",
    read_blanked_utf8: "utf-8",
    read_gb: "gb18030",
    read_big5: "cp950",
}
"""What reads whole bytes the same way, where nothing of them is lost."""


def _read_pairs(data: bytes, start: int, pairs: dict[bytes, str]) -> tuple[Unit, ...]:
    lead = data[start]
    if lead < 0x80:
        return ((1, chr(lead), 0.0),)
    pair = data[start : start + 2]
    alone = (1, _LOST, LOST if lead == HOLE else BROKEN)
    if len(pair) < 2 or pair[1] < 0x40:
        return (alone,)
    if HOLE in pair:
        return (alone, (2, _LOST, LOST))
    text = pairs.get(pair)
    return ((2, text, _pair_score(text)) if text else (2, _LOST, BROKEN), alone)


@lru_cache(maxsize=65536)
def _unit(data: bytes) -> Unit:
    """A whole character of UTF-8."""
    text = _decoded(data, "utf-8")
    if not text:
        return len(data), _LOST, BROKEN
    return len(data), text, sum(map(score, text))


@lru_cache(maxsize=65536)
def _pair_score(text: str) -> float:
    is_chinese = is_usual(text) or "\u3400" <= text <= "\u9fff"
    return sum(map(score, text)) + (0.0 if is_chinese else _FOREIGN)


@cache
def pair_scores(reading: Reading) -> Floats:
    """What each pair of bytes scores in one unit at most, minus infinity where it is none."""
    import numpy as np

    likely = np.full((0x100, 0x100), -np.inf)
    likely[0x80:, 0x40:] = BROKEN
    likely[HOLE, 0x40:] = likely[0x80:, HOLE] = LOST
    for (lead, trail), text in (gb_pairs() if reading is read_gb else big5_pairs()).items():
        likely[lead, trail] = _pair_score(text)
    return likely.reshape(-1)
