"""What the release needs of the working folder, which the engine owns."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa


class Work(Protocol):
    """Named files that appear whole or not at all; names are POSIX paths inside the folder."""

    def write(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A new file, which takes its name when the block ends well."""

    def open(self, name: str) -> BinaryIO:
        """A complete file, which the caller closes."""

    def arrow(self, name: str) -> pa.ipc.RecordBatchFileReader:
        """An Arrow file, memory-mapped where the folder is local."""

    def fetch(self, name: str, target: Path) -> None:
        """Put the file there too, without copying it where the system can."""
