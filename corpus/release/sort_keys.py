"""One binary value a row that sorts as the columns it is made of would, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

SIGN = np.uint64(1 << 63)


def sort_keys(texts: Sequence[pa.ChunkedArray], numbers: Sequence[NDArray[np.int64]]) -> pa.Array:
    r"""The keys of rows by these columns of texts, then by these of numbers.

    Texts sort by code points, which is how their UTF-8 sorts, and nulls behind all texts.

    >>> keys = sort_keys([pa.chunked_array([["b", None, "a"]])], [np.array([0, -1, 2])])
    >>> pc.sort_indices(keys).to_pylist()
    [2, 0, 1]
    """
    parts = [*map(_text_keys, texts), *map(_number_keys, numbers)]
    return pc.binary_join_element_wise(*parts, b"")


def _text_keys(texts: pa.ChunkedArray) -> pa.Array:
    r"""A text begins with 1 and ends with `0 1`; a 0 in it is made `0 255`, behind any end.

    The end has a second byte, for a number that follows may begin with 255.
    """
    own = texts.cast(pa.binary()).combine_chunks()
    if pc.any(pc.match_substring(own, b"\0"), min_count=0).as_py():
        own = pc.replace_substring(own, b"\0", b"\0\xff")
    return pc.fill_null(pc.binary_join_element_wise(b"\1", own, b"\0\1", b""), b"\2")


def _number_keys(numbers: NDArray[np.int64]) -> pa.Array:
    """Eight bytes, the highest first, negative numbers before others."""
    data = (numbers.astype(np.int64).view(np.uint64) ^ SIGN).astype(">u8").tobytes()
    own = pa.Array.from_buffers(pa.binary(8), len(numbers), [None, pa.py_buffer(data)])
    return own.cast(pa.binary())
