"""Articles of a finished shard written anew with other values; their noise and ledger stay."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pyarrow as pa

from corpus.release import rows
from corpus.release.measure import row_bytes
from corpus.release.shard import ShardFiles
from corpus.release.work import Work

Amend = Callable[[int, rows.Row], rows.Row]
"""The row that takes the place of the one at a place of the shard, counted from 0."""


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
