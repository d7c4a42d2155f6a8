"""Keys: what stands for a text where texts are compared. They travel, the texts stay."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_COMMON_PUNCTUATION = "".join(
    (
        r"\x00-/:-@\[-`{-\x7f",  # ASCII without letters and digits
        r"\u2014\u2018-\u201d\u2026",  # dash, curly quotes, ellipsis
        r"\u3000-\u3003\u3008-\u3011",  # Chinese punctuation
        r"\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f",  # full-width punctuation
    )
)

_EASY = re.compile(f"[{_COMMON_PUNCTUATION}]+")
"""What stays punctuation under NFKC. It becomes a blank first: it is what NFKC is slow on."""

_NOT_TEXT = re.compile(r"[\W_]+")

_LAST_CHARACTER = 0x3FFFF
"""Beyond it are tags, variation selectors and private use: nothing that is text."""

_DROPPED = 0
_BY_CONTEXT = 0xFFFFFFFF
"""In the table: a character that folds into several, or joins with the one before it (a combining
mark). A text that has one is folded as a string."""


class Keys(NamedTuple):
    """The comparison keys of some texts, one behind the other, as code points.

    That of text i is `codes[starts[i] : starts[i + 1]]`.
    """

    codes: NDArray[np.uint32]
    starts: NDArray[np.int64]

    def sizes(self) -> NDArray[np.int64]:
        """The number of characters of each key."""
        return np.diff(self.starts)


def comparison_key(text: str) -> str:
    """What is left of a text when script, width, case, punctuation and white space are folded.

    Letters and digits only, in simplified script, character by character: a word that simplified
    Chinese writes in two ways, by context, has one key. It is compared and never published. Texts
    of punctuation, symbols or emoji only have the empty key.

    >>> comparison_key("「電腦」, ＡＢＣ！") == comparison_key("“电脑”，abc。")
    True
    """
    folded = unicodedata.normalize("NFKC", _EASY.sub(" ", text)).casefold()
    return _NOT_TEXT.sub("", folded).translate(_simplified())


class Placed(NamedTuple):
    """Keys of some texts, and where their characters stand.

    `places[i]` is the place of `keys.codes[i]` among `points`, all characters of all texts; that of
    text i begins at `starts[i]`.
    """

    keys: Keys
    places: NDArray[np.int64]
    points: NDArray[np.uint32]
    starts: NDArray[np.int64]


def place_keys(texts: pa.Array | pa.ChunkedArray) -> Placed:
    """The keys of an Arrow column of texts with the places of their characters.

    Characters that fold into several, or by their neighbours, are left out.
    """
    points, starts = _code_points(texts)
    codes = _fold_table()[points]
    places = np.flatnonzero((codes != _DROPPED) & (codes != _BY_CONTEXT))
    return Placed(Keys(codes[places], np.searchsorted(places, starts)), places, points, starts)


def read_keys(column: pa.Array | pa.ChunkedArray) -> Keys:
    """Comparison keys that stand in an Arrow column."""
    return Keys(*_code_points(column))


def write_keys(keys: Keys) -> pa.Array:
    """Comparison keys as an Arrow column (large_string)."""
    data = keys.codes.tobytes().decode("utf-32-le").encode()
    # Where UTF-8 begins a character: every byte that is no continuation.
    begins = np.flatnonzero((np.frombuffer(data, np.uint8) & 0xC0) != 0x80)
    offsets = np.append(begins, len(data))[keys.starts].astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_string(), len(keys.starts) - 1, buffers)


def fold_texts(texts: pa.Array | pa.ChunkedArray) -> Keys:
    """The comparison keys of an Arrow column of texts, as `comparison_key` makes them."""
    points, starts = _code_points(texts)
    codes = _fold_table()[points]
    hard = np.flatnonzero(codes == _BY_CONTEXT)
    if hard.size:
        owners = np.unique(np.searchsorted(starts, hard, side="right") - 1)
        codes, starts = _fold_as_strings(points, codes, starts, owners)
    left = codes != _DROPPED
    n_before = np.concatenate([[0], np.cumsum(left)])
    return Keys(codes[left], n_before[starts])


def _code_points(
    texts: pa.Array | pa.ChunkedArray,
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """All characters of a column, and where each text begins and the last ends."""
    column = pc.fill_null(texts.cast(pa.large_string()), "")
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else column.combine_chunks()
    lengths = pc.utf8_length(column).to_numpy(zero_copy_only=False)
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    if not starts[-1]:
        return np.zeros(0, np.uint32), starts
    _, offsets, data = column.buffers()
    places = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    text = str(memoryview(data)[places[0] : places[-1]], "utf-8")
    return np.frombuffer(text.encode("utf-32-le"), "<u4"), starts


def _fold_as_strings(
    points: NDArray[np.uint32],
    codes: NDArray[np.uint32],
    starts: NDArray[np.int64],
    owners: NDArray[np.int64],
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """`codes` and `starts` with the texts `owners` folded as strings."""
    pieces, sizes, done = [], np.diff(starts), 0
    for owner in owners.tolist():
        begin, end = starts[owner : owner + 2].tolist()
        key = comparison_key(points[begin:end].tobytes().decode("utf-32-le"))
        pieces += [codes[done:begin], np.frombuffer(key.encode("utf-32-le"), "<u4")]
        sizes[owner], done = len(key), end
    pieces.append(codes[done:])
    return np.concatenate(pieces), np.concatenate([[0], np.cumsum(sizes)])


@cache
def _fold_table() -> NDArray[np.uint32]:
    """What each character folds into where its neighbours do not matter."""
    table = np.full(0x110000, _DROPPED, np.uint32)
    points = [point for point in range(_LAST_CHARACTER + 1) if point != ord("\n")]
    # All at once: a line feed joins with nothing and comes of nothing.
    folded = unicodedata.normalize("NFKC", "\n".join(map(chr, points))).casefold()
    keys = folded.translate(_simplified()).split("\n")
    for point, key in zip(points, keys, strict=True):
        if key.isalnum():
            table[point] = ord(key) if len(key) == 1 else _BY_CONTEXT
        elif len(key) > 1 and (left := _NOT_TEXT.sub("", key)):
            table[point] = ord(left) if len(left) == 1 else _BY_CONTEXT
    table[list(_joining())] = _BY_CONTEXT
    return table


def _joining() -> set[int]:
    """Characters that may change, or change places with, the one before them under NFKC."""
    found = {*range(0x1160, 0x1200), *range(0xD7B0, 0xD800)}  # vowels and finals of Hangul
    for point in range(_LAST_CHARACTER + 1):
        character = chr(point)
        if unicodedata.combining(character):
            found.add(point)
        decomposed = unicodedata.decomposition(character)
        if decomposed and not decomposed.startswith("<"):
            found.update(int(part, 16) for part in decomposed.split()[1:])
    return found


@cache
def _simplified() -> dict[int, str]:
    """The simplified form of each traditional character, as OpenCC has it where it stands alone."""
    import opencc

    han = [chr(p) for p in range(0x3400, _LAST_CHARACTER + 1) if chr(p).isalpha()]
    converted = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {ord(a): b for a, b in zip(han, converted, strict=True) if a != b}
