"""What a row weighs: its bytes without any compression, the same however the rows are stored."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

NUMBER_BYTES = 8
"""Bytes of a number, null or not."""

COUNT_BYTES = 4
"""Bytes that the length of a text or a list takes, null or not."""


def row_bytes(batch: pa.RecordBatch) -> NDArray[np.int64]:
    """The weight of each row in bytes: UTF-8 bytes of text, 8 for a number, 4 for a length.

    >>> row_bytes(pa.record_batch({"text": ["ab", None], "n": [1, 2]})).tolist()
    [14, 12]
    """
    total = np.zeros(batch.num_rows, dtype=np.int64)
    for column in batch.columns:
        total += _value_bytes(column)
    return total


def _value_bytes(array: pa.Array) -> NDArray[np.int64]:
    kind = array.type
    if pa.types.is_struct(kind):
        children = array.flatten()
        return sum((_value_bytes(child) for child in children), np.zeros(len(array), np.int64))
    if pa.types.is_list(kind):
        return _list_bytes(array)
    if pa.types.is_string(kind):
        return _filled(pc.binary_length(array)) + COUNT_BYTES
    return np.full(len(array), NUMBER_BYTES, dtype=np.int64)


def _list_bytes(array: pa.ListArray) -> NDArray[np.int64]:
    ends = np.cumsum(_filled(pc.list_value_length(array)))
    before = np.concatenate([[0], np.cumsum(_value_bytes(array.flatten()))])
    starts = np.concatenate([[0], ends[:-1]])
    return np.asarray(before[ends] - before[starts], dtype=np.int64) + COUNT_BYTES


def _filled(lengths: pa.Array) -> NDArray[np.int64]:
    filled = pc.fill_null(lengths, 0) if lengths.null_count else lengths
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.int64)
