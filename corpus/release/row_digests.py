"""A digest of every row and of every value, whatever their type: equal digests, equal rows.

Only for comparisons within one run: the bytes below them are no format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DIGEST = pa.binary(16)
"""The type of a digest: so long that no two rows of any release share one by accident."""


def digest_rows(batch: pa.RecordBatch) -> pa.FixedSizeBinaryArray:
    """BLAKE2b-128 of each row, over the columns in their order."""
    encoded = _join([encode(column) for column in batch.columns], len(batch))
    _, offsets, data = encoded.buffers()
    bounds = np.frombuffer(offsets, np.int64)[encoded.offset : encoded.offset + len(encoded) + 1]
    view = memoryview(data) if data is not None else memoryview(b"")
    ends = bounds.tolist()
    digests = b"".join(
        hashlib.blake2b(view[begin:end], digest_size=16).digest() for begin, end in pairwise(ends)
    )
    return pa.Array.from_buffers(DIGEST, len(batch), [None, pa.py_buffer(digests)])


def digest_texts(array: pa.Array) -> pa.FixedSizeBinaryArray:
    """BLAKE2b-128 of each text, sixteen zeros for null; the bytes are hashed where they lie.

    >>> digest_texts(pa.array(["", None])).to_pylist()[1] == bytes(16)
    True
    """
    if not pa.types.is_string(array.type):
        return digest_rows(pa.record_batch([array], names=["text"]))
    if not len(array):
        return pa.array([], DIGEST)
    _, offsets, data = array.buffers()
    bounds = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    view = memoryview(data) if data is not None else memoryview(b"")
    digests = [
        hashlib.blake2b(view[begin:end], digest_size=16).digest()
        for begin, end in pairwise(bounds.tolist())
    ]
    for place in np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False)):
        digests[place] = bytes(16)
    return pa.Array.from_buffers(DIGEST, len(array), [None, pa.py_buffer(b"".join(digests))])


def encode(array: pa.Array) -> pa.LargeBinaryArray:
    r"""Each value as bytes that no other value of its type has; null as `-`.

    >>> encode(pa.array(["a", None, ""])).to_pylist()
    [b'+a', b'-', b'+']
    >>> encode(pa.array([[1, 22], [], None])).to_pylist()
    [b'+2:+13:+22', b'+', b'-']
    """
    kind = array.type
    if pa.types.is_struct(kind):
        values = _join([encode(child) for child in array.flatten()], len(array))
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        values = _join_items(array)
    else:
        values = array.cast(pa.large_string()).cast(pa.large_binary())
    marked = pc.binary_join_element_wise(_scalar(b"+"), values, _scalar(b""))
    return pc.if_else(array.is_valid(), marked, _scalar(b"-"))


def _join(parts: Sequence[pa.Array], n: int) -> pa.LargeBinaryArray:
    """Row by row, each part after its length, so that no two rows of parts give the same."""
    prefixed = [_with_length(part) for part in parts]
    if not prefixed:
        return pa.array([b""] * n, pa.large_binary())
    return pc.binary_join_element_wise(*prefixed, _scalar(b""))


def _with_length(part: pa.Array) -> pa.Array:
    lengths = pc.binary_length(part).cast(pa.large_string()).cast(pa.large_binary())
    return pc.binary_join_element_wise(lengths, part, _scalar(b":"))


def _join_items(array: pa.ListArray) -> pa.Array:
    """The items of each list, one after the other; an empty value for null."""
    items = _with_length(encode(array.flatten()))
    counts = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    lists = pa.LargeListArray.from_arrays(offsets, items)
    return pc.binary_join(lists, _scalar(b""))


def _scalar(value: bytes) -> pa.Scalar:
    return pa.scalar(value, pa.large_binary())
