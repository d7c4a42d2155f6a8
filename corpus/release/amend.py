"""Articles of a finished shard written anew with other values, with their noise or without it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.document import BlockKind
from corpus.release import rows
from corpus.release.measure import row_bytes
from corpus.release.shard import ShardFiles, with_numbers
from corpus.release.work import Work

Amend = Callable[[int, rows.Row], rows.Row]
"""The row that takes the place of the one at a place of the shard, counted from 0."""


class PageRows(NamedTuple):
    """What a page becomes: the row of its article and those of its noise, in order."""

    article: rows.Row
    noise: list[rows.Row]


class NoiseLine(NamedTuple):
    """A line that is not main text, as the columns of its row tell it."""

    text: str
    kind: BlockKind
    rule: str
    position: int
    title: str | None
    source: str | None
    time: str | None


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page of a finished shard that became an article: its row, and its lines of noise."""

    noise: list[NoiseLine]
    article: rows.Row


@dataclass(frozen=True, slots=True)
class PageBatch:
    """Pages of a finished shard that became articles, by column, and their noise in order."""

    articles: pa.RecordBatch
    noise: pa.RecordBatch

    def n_noise(self) -> NDArray[np.int64]:
        """How many lines of each page are not main text."""
        return np.asarray(self.articles["noise_count"], np.int64)

    def page(self, n: int) -> StoredPage:
        """One page, by its number in the batch."""
        counts = self.n_noise()
        noise = self.noise.slice(int(counts[:n].sum()), int(counts[n]))
        columns = (noise[name].to_pylist() for name in NoiseLine._fields)
        (row,) = self.articles.slice(n, 1).to_pylist()
        return StoredPage(list(map(NoiseLine, *columns)), dict(row))


def read_pages(work: Work, shard: str) -> Iterator[PageBatch]:
    """The pages of a finished shard that became articles, batch by batch.

    Raises:
        FileNotFoundError: The shard is not finished.
    """
    for articles, noise in _batches(work, ShardFiles.of(shard)):
        yield PageBatch(articles, noise)


def _batches(work: Work, files: ShardFiles) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
    """Articles and their noise, as the writer of the shard flushed them together."""
    articles, noise = work.arrow(files.articles), work.arrow(files.noise)
    for number in range(articles.num_record_batches):
        yield articles.get_batch(number), noise.get_batch(number)


def replace_pages(work: Work, shard: str, target: str, changes: Mapping[int, PageRows]) -> None:
    """Leave the files of `shard` under the name `target`, with other pages at some places.

    Raises:
        FileNotFoundError: The shard is not finished.
    """
    source, copy = ShardFiles.of(shard), ShardFiles.of(target)
    with work.open(source.ledger) as old, work.write(copy.ledger) as new:
        shutil.copyfileobj(old, new)
    schemas = {copy.articles: rows.WORK_ARTICLES, copy.noise: rows.WORK_NOISE}
    place = n_noise = 0
    with ExitStack() as stack:
        writers = [
            stack.enter_context(pa.ipc.new_file(stack.enter_context(work.write(name)), schema))
            for name, schema in schemas.items()
        ]
        for articles, noise in _batches(work, source):
            own = {n: changes[place + n] for n in range(len(articles)) if place + n in changes}
            place += len(articles)
            batches = _replaced(articles, noise, own, n_noise)
            for writer, batch in zip(writers, batches, strict=True):
                writer.write_batch(batch)
            n_noise += batches[1].num_rows


def _replaced(
    articles: pa.RecordBatch, noise: pa.RecordBatch, changes: Mapping[int, PageRows], n_noise: int
) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Both batches with some pages changed; `n_noise` rows of noise stand before them."""
    places = sorted(changes)
    counts = articles["noise_count"].to_numpy().copy()
    firsts = np.cumsum(counts) - counts
    counts[places] = [len(changes[n].noise) for n in places]
    firsts[places] = noise.num_rows + np.cumsum(counts[places]) - counts[places]
    order = np.arange(len(articles))
    order[places] = len(articles) + np.arange(len(places))
    whole = _picked(articles, [changes[n].article for n in places], order)
    others = _picked(
        noise, [row for n in places for row in changes[n].noise], _runs(firsts, counts)
    )
    ends = np.cumsum(counts)
    before = np.concatenate([[0], np.cumsum(row_bytes(others))])
    late = {
        "bytes": row_bytes(whole),
        "noise_first": n_noise + ends - counts,
        "noise_count": counts,
        "noise_bytes": before[ends] - before[ends - counts],
    }
    return with_numbers(whole, late), others


def _runs(firsts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """`counts[0]` numbers from `firsts[0]` on, and so forth, one run behind the other."""
    ends = np.cumsum(counts)
    return np.repeat(firsts - ends + counts, counts) + np.arange(counts.sum())


def _picked(
    batch: pa.RecordBatch, more: list[rows.Row], order: NDArray[np.int64]
) -> pa.RecordBatch:
    """The rows at these places of the batch with `more` rows behind it, in one batch."""
    tables = [pa.Table.from_batches([batch]), rows.as_table(more, batch.schema)]
    table = pa.concat_tables(tables).combine_chunks().take(pa.array(order)).combine_chunks()
    batches = table.to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], batch.schema)


def amend_shard(work: Work, shard: str, target: str, amend: Amend) -> int:
    """Leave the files of `shard` under the name `target`, each article amended; how many there are.

    Raises:
        FileNotFoundError: The shard is not finished.
    """
    source, copy = ShardFiles.of(shard), ShardFiles.of(target)
    for there, here in ((source.noise, copy.noise), (source.ledger, copy.ledger)):
        with work.open(there) as old, work.write(here) as new:
            shutil.copyfileobj(old, new)
    reader, place = work.arrow(source.articles), 0
    with work.write(copy.articles) as file, pa.ipc.new_file(file, rows.WORK_ARTICLES) as writer:
        for number in range(reader.num_record_batches):
            own = reader.get_batch(number).to_pylist()
            amended = [amend(place + n, row) for n, row in enumerate(own)]
            place += len(own)
            if amended:
                writer.write_table(_weighed(amended))
    return place


def _weighed(amended: list[rows.Row]) -> pa.Table:
    """The rows in one batch, with what they weigh now."""
    table = rows.as_table(amended, rows.WORK_ARTICLES).combine_chunks()
    (batch,) = table.to_batches()
    column = table.schema.get_field_index("bytes")
    return table.set_column(column, table.schema.field(column), pa.array(row_bytes(batch)))
