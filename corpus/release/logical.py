r"""The logical hash: the same for the same rows, whatever file, compression or library holds them.

It is a SHA-256 over one line for each column and each part of a nested column, in the order of the
schema, children after their parent:

    <path> <type> <SHA-256 of its shapes> <SHA-256 of its values>\n

`path` is the column's name, `.name` added for the field of a struct and `[]` for the items of a
list. `type` is `string`, `int64`, `double`, `struct` or `list`. All numbers are little-endian, the
rows in the order of the release:

- string: shapes are the lengths in bytes as int64, -1 for null; values the UTF-8 bytes, one text
  after the other.
- int64, double: shapes are one byte a row, 1 for a value and 0 for null; values 8 bytes a row, 0
  for null, doubles in IEEE 754 with every NaN as 7ff8000000000000.
- struct: shapes as for numbers, no values; its fields are null where it is null.
- list: shapes are the numbers of items as int64, -1 for null, no values; its items follow as a
  column of their own, those of all rows one after the other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(slots=True)
class _Stream:
    """The two running hashes of one column."""

    kind: str
    shapes: Any = field(default_factory=hashlib.sha256)
    values: Any = field(default_factory=hashlib.sha256)


class LogicalHash:
    """The logical hash of a config, fed with its rows in any portions.

    >>> whole, parts = LogicalHash(), LogicalHash()
    >>> table = pa.table({"text": ["一", None, "二"]})
    >>> whole.update(table)
    >>> parts.update(table.slice(0, 1))
    >>> parts.update(table.slice(1))
    >>> whole.hexdigest() == parts.hexdigest()
    True
    """

    def __init__(self) -> None:
        self._streams: dict[str, _Stream] = {}

    def update(self, table: pa.Table) -> None:
        """Add the rows of the table; every call must bring the same columns."""
        for name in table.column_names:
            column = table.column(name)
            for chunk in column.chunks or [pa.array([], column.type)]:
                self._add(name, chunk)

    def hexdigest(self) -> str:
        """The hash of all rows so far, in hexadecimal."""
        total = hashlib.sha256()
        for path, stream in self._streams.items():
            parts = path, stream.kind, stream.shapes.hexdigest(), stream.values.hexdigest()
            total.update(f"{' '.join(parts)}\n".encode())
        return total.hexdigest()

    def _add(self, path: str, array: pa.Array) -> None:
        kind = array.type
        if pa.types.is_struct(kind):
            self._stream(path, "struct").shapes.update(_validity(array))
            for child, values in zip(kind, array.flatten(), strict=True):
                self._add(f"{path}.{child.name}", values)
        elif pa.types.is_list(kind):
            self._stream(path, "list").shapes.update(_lengths(pc.list_value_length(array)))
            self._add(f"{path}[]", array.flatten())
        elif pa.types.is_string(kind):
            stream = self._stream(path, "string")
            stream.shapes.update(_lengths(pc.binary_length(array)))
            stream.values.update(_text_bytes(array))
        else:
            stream = self._stream(path, str(kind))
            stream.shapes.update(_validity(array))
            stream.values.update(_number_bytes(array))

    def _stream(self, path: str, kind: str) -> _Stream:
        return self._streams.setdefault(path, _Stream(kind))


def _validity(array: pa.Array) -> bytes:
    return bytes(array.is_valid().cast(pa.uint8()).to_numpy(zero_copy_only=False).tobytes())


def _lengths(lengths: pa.Array) -> bytes:
    filled: NDArray[Any] = pc.fill_null(lengths, -1).to_numpy(zero_copy_only=False)
    return filled.astype("<i8").tobytes()


def _text_bytes(array: pa.StringArray) -> memoryview:
    """The bytes of all texts, which lie side by side once the nulls are gone."""
    dense = array.drop_null()
    _, offsets, data = dense.buffers()
    if not len(dense) or data is None:
        return memoryview(b"")
    bounds = np.frombuffer(offsets, dtype=np.int32)[dense.offset : dense.offset + len(dense) + 1]
    return memoryview(data)[bounds[0] : bounds[-1]]


def _number_bytes(array: pa.Array) -> bytes:
    zero = pa.scalar(0, array.type)
    values: NDArray[Any] = pc.fill_null(array, zero).to_numpy(zero_copy_only=False)
    if not pa.types.is_floating(array.type):
        return values.astype("<i8").tobytes()
    return np.where(np.isnan(values), np.nan, values).astype("<f8").tobytes()
