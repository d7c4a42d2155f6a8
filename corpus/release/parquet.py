"""The one way Parquet is written: the same tables give the same bytes.

Bytes depend on the rows, the cuts, this module and the version of pyarrow, and not on the process,
the machine or its clock.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.release.logical import LogicalHash
from corpus.release.measure import row_bytes
from corpus.schema import SCHEMAS

COMPRESSION_LEVEL = 3
"""zstd; a third smaller than snappy, and higher levels cost more than they save."""

CHUNKING = {"min_chunk_size": 256 * 1024, "max_chunk_size": 1024 * 1024, "norm_level": 0}
"""Pages end where the content says, bytes before encoding: a changed row changes the pages around
it and no others, so that a store which deduplicates uploads only those."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of the release as it lies in the working folder, under `name`, and what it holds.

    `path` is its place in the release, `row_bytes` its weight without compression (`measure`).
    """

    path: str
    config: str
    name: str
    bytes: int
    sha256: str
    rows: int
    row_bytes: int
    logical_sha256: str


class FileWriter:
    """Writes the tables of one file, each a row group, and counts and hashes them on the way.

    >>> with FileWriter(file, "default") as writer:  # doctest: +SKIP
    ...     writer.write(table)
    >>> writer.describe("data/v1.0.0/train-00000-of-00001.parquet", name)  # doctest: +SKIP
    """

    def __init__(self, sink: BinaryIO, config: str) -> None:
        """`sink` is written to and not closed."""
        self._config = config
        self._hashed = HashedFile(sink)
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._hashed, "w"),
            SCHEMAS[config],
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_content_defined_chunking=CHUNKING,
            write_page_index=True,
        )
        self._logical = LogicalHash()
        self._n_rows = self._n_bytes = 0

    def write(self, table: pa.Table) -> None:
        """Write the table, one chunk of the config's columns, as a row group, none where empty."""
        if not len(table):
            return
        self._writer.write_table(table, row_group_size=len(table))
        self._logical.update(table)
        self._n_rows += len(table)
        self._n_bytes += sum(int(row_bytes(part).sum()) for part in table.to_batches())

    def describe(self, path: str, name: str) -> WrittenFile:
        """What was written, for the place `path` in the release; the file is finished."""
        return WrittenFile(
            path,
            self._config,
            name,
            self._hashed.n_bytes,
            self._hashed.hexdigest(),
            self._n_rows,
            self._n_bytes,
            self._logical.hexdigest(),
        )

    def __enter__(self) -> FileWriter:
        """The writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finish the file."""
        self._writer.close()


class HashedFile:
    """A file that is written once, from its start to its end, and hashed on the way."""

    def __init__(self, file: BinaryIO) -> None:
        """`file` is written to and not closed."""
        self._file = file
        self._digest = hashlib.sha256()
        self.n_bytes = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Write all of `data`."""
        self._digest.update(data)
        self._file.write(data)
        self.n_bytes += len(data)
        return len(data)

    def tell(self) -> int:
        """The number of bytes so far."""
        return self.n_bytes

    def flush(self) -> None:
        """Nothing: whoever opened the file finishes it."""

    def close(self) -> None:
        """Nothing more can be written."""
        self.closed = True

    def hexdigest(self) -> str:
        """The SHA-256 of what was written."""
        return self._digest.hexdigest()
