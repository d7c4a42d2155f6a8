"""The files of one shard, as a worker writes them: Arrow, uncompressed, to be memory-mapped."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType

import numpy as np
import pyarrow as pa

from corpus.document import Article, Page, Removal, Signals
from corpus.release import rows
from corpus.release.measure import row_bytes
from corpus.release.work import Work

FLUSH_ROWS = 5_000
"""Rows of any one kind a worker holds before it writes them: the size of a record batch."""

FLUSH_CHARACTERS = 8_000_000
"""Characters of article text a worker holds before it writes them."""


@dataclass(frozen=True, slots=True)
class ShardFiles:
    """The names in the working folder of the rows of one finished shard."""

    articles: str
    noise: str
    ledger: str

    @classmethod
    def of(cls, shard: str) -> ShardFiles:
        """The names that belong to the shard of this name.

        >>> ShardFiles.of("pages/00007").noise
        'pages/00007.noise.arrow'
        """
        return cls(f"{shard}.articles.arrow", f"{shard}.noise.arrow", f"{shard}.ledger.arrow")


@dataclass(slots=True)
class _Waiting:
    """What became of pages and is not written yet."""

    articles: list[rows.Row] = field(default_factory=list)
    noise: list[rows.Row] = field(default_factory=list)
    ledger: list[rows.Row] = field(default_factory=list)
    noise_counts: list[int] = field(default_factory=list)
    ledger_rows: list[int] = field(default_factory=list)
    n_characters: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether it is time to write."""
        n_rows = max(len(self.noise), len(self.ledger))
        return n_rows >= FLUSH_ROWS or self.n_characters >= FLUSH_CHARACTERS


class ShardWriter:
    """Writes what became of the pages of one shard; every page is told to it once, in order.

    As a context manager: on leaving, the files get their names; when the block raises, nothing is
    left.

    >>> with ShardWriter(work, "pages/00007") as writer:  # doctest: +SKIP
    ...     writer.keep(page, article, signals)
    ...     writer.remove(removal)
    """

    def __init__(self, work: Work, shard: str) -> None:
        """The writer of the files `ShardFiles.of(shard)` in the working folder."""
        self.files = ShardFiles.of(shard)
        self._work = work
        self._waiting = _Waiting()
        self._n_ledger = self._n_noise = 0

    def keep(self, page: Page, article: Article, signals: Signals) -> None:
        """The page became this article."""
        noise = rows.noise_rows(article)
        self._waiting.articles.append(rows.article_row(page, article, signals))
        self._waiting.noise.extend(noise)
        self._waiting.noise_counts.append(len(noise))
        self._waiting.ledger_rows.append(self._n_ledger)
        self._waiting.n_characters += len(article.text)
        self._account(rows.kept_row(page))

    def remove(self, removal: Removal, encoding: str | None = None) -> None:
        """The input did not become an article; `encoding` is the page's, if it was decoded."""
        self._account(rows.removed_row(removal, encoding))

    def _account(self, row: rows.Row) -> None:
        self._waiting.ledger.append(row)
        self._n_ledger += 1
        if self._waiting.is_enough:
            self._flush()

    def _flush(self) -> None:
        """Write what waits as one batch of each kind."""
        waiting, self._waiting = self._waiting, _Waiting()
        noise = _batch(waiting.noise, rows.WORK_NOISE)
        counts = np.array(waiting.noise_counts, dtype=np.int64)
        ends = np.cumsum(counts)
        before = np.concatenate([[0], np.cumsum(row_bytes(noise))])
        articles = _batch(waiting.articles, rows.WORK_ARTICLES)
        late = {
            "bytes": row_bytes(articles),
            "ledger_row": np.array(waiting.ledger_rows, dtype=np.int64),
            "noise_first": self._n_noise + ends - counts,
            "noise_count": counts,
            "noise_bytes": before[ends] - before[ends - counts],
        }
        ledger = _batch(waiting.ledger, rows.WORK_LEDGER)
        self._writers[0].write(with_numbers(articles, late))
        self._writers[1].write(noise)
        self._writers[2].write(with_numbers(ledger, {"bytes": row_bytes(ledger)}))
        self._n_noise += len(waiting.noise)

    def __enter__(self) -> ShardWriter:
        """The writer itself, with its files open under temporary names."""
        self._open = ExitStack()
        names = (self.files.articles, self.files.noise, self.files.ledger)
        schemas = (rows.WORK_ARTICLES, rows.WORK_NOISE, rows.WORK_LEDGER)
        with ExitStack() as stack:
            files = [stack.enter_context(self._work.write(name)) for name in names]
            pairs = zip(files, schemas, strict=True)
            self._writers = [pa.ipc.new_file(file, schema) for file, schema in pairs]
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the files their names, or remove them when the block raised."""
        with ExitStack() as stack:
            stack.push(self._open)
            if kind is None:
                self._flush()
                for writer in self._writers:
                    writer.close()
            else:
                stack.pop_all().__exit__(kind, error, traceback)


def _batch(waiting: list[rows.Row], schema: pa.Schema) -> pa.RecordBatch:
    table = rows.as_table(waiting, schema).combine_chunks()
    return table.to_batches()[0] if len(table) else pa.RecordBatch.from_pylist([], schema)


def with_numbers(batch: pa.RecordBatch, numbers: dict[str, np.ndarray]) -> pa.RecordBatch:
    """The batch with these columns in place of its own of the same names."""
    columns = [
        pa.array(numbers[name]) if name in numbers else batch.column(name)
        for name in batch.schema.names
    ]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)
