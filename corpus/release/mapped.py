"""Arrow files on disk as one long table, of which only what is asked for comes into memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.errors import ReleaseError, storage_errors

Indexes = NDArray[np.int64]
"""Numbers of rows in a `MappedRows`, from 0."""


@dataclass(frozen=True, slots=True)
class MappedRows:
    """The rows of several Arrow files, in the order of the files.

    `starts[i]` is the number of the first row of `batches[i]`; `file_starts` likewise by file, with
    the number of all rows at its end.
    """

    schema: pa.Schema
    batches: tuple[pa.RecordBatch, ...]
    starts: Indexes
    file_starts: Indexes

    def __len__(self) -> int:
        """The number of rows."""
        return int(self.file_starts[-1])

    def column(self, path: str) -> pa.ChunkedArray:
        """One column, `a.b` for the field b of the struct a; still on disk."""
        name, *fields = path.split(".")
        kind = self.schema.field(name).type
        array = pa.chunked_array([batch.column(name) for batch in self.batches], kind)
        return pc.struct_field(array, fields) if fields else array

    def gather(self, indexes: Indexes) -> pa.Table:
        """These rows, in this order, as a table of one chunk.

        Takes from each batch in the order of the file and sorts afterwards, so that no more than
        the rows asked for is ever copied, and no column is joined beyond them.
        """
        by_place = np.argsort(indexes, kind="stable")
        back = np.empty_like(by_place)
        back[by_place] = np.arange(len(by_place))
        return self._in_place_order(indexes[by_place]).take(pa.array(back)).combine_chunks()

    def _in_place_order(self, places: Indexes) -> pa.Table:
        owners = np.searchsorted(self.starts, places, side="right") - 1
        cuts = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(places)]
        pieces = [
            self._batch_rows(int(owners[begin]), places[begin:end])
            for begin, end in pairwise(cuts)
            if end > begin
        ]
        return pa.Table.from_batches(pieces, self.schema).combine_chunks()

    def _batch_rows(self, owner: int, places: Indexes) -> pa.RecordBatch:
        return self.batches[owner].take(pa.array(places - self.starts[owner]))


def map_rows(paths: Sequence[Path], schema: pa.Schema) -> MappedRows:
    """The rows of the Arrow files, memory-mapped.

    Raises:
        ReleaseError: A file is missing, damaged, or has other columns.
        StorageError: A file cannot be read.
    """
    batches: list[pa.RecordBatch] = []
    file_starts = [0]
    for path in paths:
        own = _map_file(path, schema)
        batches.extend(own)
        file_starts.append(file_starts[-1] + sum(batch.num_rows for batch in own))
    starts = np.cumsum([0, *(batch.num_rows for batch in batches)], dtype=np.int64)[:-1]
    return MappedRows(schema, tuple(batches), starts, np.array(file_starts, dtype=np.int64))


def _map_file(path: Path, schema: pa.Schema) -> list[pa.RecordBatch]:
    try:
        # Closing gives the file descriptor back; the mapping lives as long as its batches.
        with storage_errors(path.name), pa.memory_map(str(path)) as source:
            reader = pa.ipc.open_file(source)
            batches = [reader.get_batch(n) for n in range(reader.num_record_batches)]
    except (pa.ArrowInvalid, FileNotFoundError) as error:
        raise ReleaseError(path.name, f"not a finished shard ({error})", "build it again") from None
    if not reader.schema.equals(schema):
        raise ReleaseError(path.name, "its columns are another version's", "build it again")
    return [batch for batch in batches if batch.num_rows]
