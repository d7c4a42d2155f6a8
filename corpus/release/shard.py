"""The files of one shard, as a worker writes them: Arrow, uncompressed, to be memory-mapped."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import pyarrow as pa

from corpus.document import Article, Page, Removal, Signals
from corpus.errors import storage_errors
from corpus.release import rows

FLUSH_ROWS = 5_000
"""Rows of any one kind a worker holds before it writes them: the size of a record batch."""

FLUSH_CHARACTERS = 8_000_000
"""Characters of article text a worker holds before it writes them."""


@dataclass(frozen=True, slots=True)
class ShardFiles:
    """Where the rows of one finished shard lie."""

    articles: Path
    noise: Path
    ledger: Path


@dataclass(slots=True)
class _Table:
    """One Arrow file that is being written, under a temporary name."""

    path: Path
    schema: pa.Schema
    writer: pa.ipc.RecordBatchFileWriter = field(init=False)
    waiting: list[rows.Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.writer = pa.ipc.new_file(self.temporary, self.schema)

    @property
    def temporary(self) -> str:
        return str(self.path.with_name(f".{self.path.name}.tmp"))

    def flush(self) -> None:
        if self.waiting:
            table = rows.as_table(self.waiting, self.schema)
            self.writer.write_table(table.combine_chunks())
            self.waiting.clear()


class ShardWriter:
    """Writes what became of the pages of one shard; every page is told to it once, in order.

    As a context manager: on leaving, the files get their names, the ledger last, so that a ledger
    that is there belongs to a finished shard; when the block raises, nothing is left.

    >>> with ShardWriter(folder, "00007") as writer:  # doctest: +SKIP
    ...     writer.keep(page, article, signals)
    ...     writer.remove(removal)
    >>> writer.files  # doctest: +SKIP

    Raises:
        StorageError: The disk is full or the folder cannot be written.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """Open the files of the shard `name` in `folder`, which must exist."""
        self.files = ShardFiles(
            folder / f"{name}.articles.arrow",
            folder / f"{name}.noise.arrow",
            folder / f"{name}.ledger.arrow",
        )
        with storage_errors(str(folder)):
            self._articles = _Table(self.files.articles, rows.WORK_ARTICLES)
            self._noise = _Table(self.files.noise, rows.WORK_NOISE)
            self._ledger = _Table(self.files.ledger, rows.WORK_LEDGER)
        self._row = 0
        self._characters = 0

    def keep(self, page: Page, article: Article, signals: Signals) -> None:
        """The page became this article."""
        self._articles.waiting.append(rows.article_row(page, article, signals, self._row))
        self._noise.waiting.extend(rows.noise_rows(article, self._row))
        self._ledger.waiting.append(rows.kept_row(page, self._row))
        self._count(len(article.text))

    def remove(self, removal: Removal, encoding: str | None = None) -> None:
        """The input did not become an article; `encoding` is the page's, if it was decoded."""
        self._ledger.waiting.append(rows.removed_row(removal, encoding, self._row))
        self._count(0)

    def _count(self, characters: int) -> None:
        self._row += 1
        self._characters += characters
        held = max(len(table.waiting) for table in self._tables)
        if held >= FLUSH_ROWS or self._characters >= FLUSH_CHARACTERS:
            self._flush()

    @property
    def _tables(self) -> tuple[_Table, _Table, _Table]:
        return self._articles, self._noise, self._ledger

    def _flush(self) -> None:
        with storage_errors(str(self.files.ledger.parent)):
            for table in self._tables:
                table.flush()
        self._characters = 0

    def __enter__(self) -> ShardWriter:
        """The writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the files their names, or remove them when the block raised."""
        try:
            if kind is None:
                self._finish()
        finally:
            for table in self._tables:
                Path(table.temporary).unlink(missing_ok=True)

    def _finish(self) -> None:
        self._flush()
        with storage_errors(str(self.files.ledger.parent)):
            for table in self._tables:
                table.writer.close()
            for table in self._tables:
                Path(table.temporary).replace(table.path)
