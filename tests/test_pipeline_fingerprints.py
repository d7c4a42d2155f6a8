"""Fingerprints of the shards of a task, however few articles are held at a time."""

from pathlib import Path

import pyarrow as pa
import pytest
from dedup_articles import article, table_of, text_of, touch

from corpus import dedup
from corpus.engine import Work, exchange
from corpus.pipeline import duplicates, fingerprints
from corpus.pipeline.duplicates import PageShard, fingerprint_shards
from corpus.pipeline.store import WorkStore
from corpus.recipe import Dedup

N_PARTS = 3


def sorted_rows(table: pa.Table) -> list[tuple]:
    """The rows of postings, which lie in no order."""
    return sorted(tuple(row.values()) for row in table.to_pylist())


@pytest.mark.parametrize("round_bytes", [1, 20_000, 8_000_000])
@pytest.mark.parametrize("chunk_articles", [1, 4, 500])
def test_portions_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, round_bytes: int, chunk_articles: int
) -> None:
    """A task leaves the members, keys and postings of all its articles, in whatever portions."""
    monkeypatch.setattr(exchange, "ROUND_BYTES", round_bytes)
    monkeypatch.setattr(duplicates, "CHUNK_ARTICLES", chunk_articles)
    monkeypatch.setattr(fingerprints, "CHUNK_ARTICLES", chunk_articles)
    store, tables, shards = WorkStore(Work(str(tmp_path))), [], []
    for number, n_articles in enumerate((7, 1, 9, 2)):
        rows = [
            article(f"{number}{n}", touch(text_of(n, 200), 9 + number)) for n in range(n_articles)
        ]
        tables.append(table_of(rows, number << 32))
        store.write(f"pages/{number}.articles", tables[-1].drop_columns("number"))
        shards.append(PageShard(number, f"pages/{number}", n_articles, 0))
    whole = dedup.fingerprint(pa.concat_tables(tables), Dedup())
    assert fingerprint_shards(tuple(shards), "0", store, options=Dedup(), n_parts=N_PARTS) == 19
    assert store.read("fingerprint/0.members").to_pylist() == whole.members.to_pylist()
    assert store.read("fingerprint/0.keys").to_pylist() == whole.keys.to_pylist()
    parts = [store.read_part(["fingerprint/0.postings"], part) for part in range(N_PARTS)]
    assert sorted_rows(pa.concat_tables(parts)) == sorted_rows(whole.postings)
    keys = [set(part["key"].to_pylist()) for part in parts]
    assert sum(map(len, keys)) == len(set().union(*keys))
