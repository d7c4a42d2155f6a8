"""The first stage of dedup on the articles of a task, some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyarrow as pa

from corpus import dedup
from corpus.recipe import Dedup

CHUNK_ARTICLES = 500
"""Articles that are fingerprinted together, or a few more. Measured with 1,500 characters each: a
worker takes 236 MB with 500, 277 MB with 1,000, and is equally fast."""

CLUSTERS = pa.schema([dedup.MEMBERS.field(name) for name in ("cluster_id", "cluster_size")])
"""What only articles of an earlier release have: by it dedup knows that they stay."""


class Chunk(NamedTuple):
    """Articles as dedup wants them, and, of those released before, their `CLUSTERS`; else null.

    `indexed` are their keys, where these were at hand; then the texts are null.
    """

    articles: pa.Table
    clusters: pa.Table
    indexed: pa.Table | None = None


def leave_fingerprints(
    chunks: Iterable[Chunk], name: str, store: dedup.Store, options: Dedup, n_parts: int
) -> int:
    """Leave what all these articles are compared by; how many there are.

    Where an index is at hand, it leaves no keys. Memory: some chunks of `CHUNK_ARTICLES`, however
    many there are.
    """
    n_articles = 0
    with (
        store.writer(f"fingerprint/{name}.members", dedup.MEMBERS) as members,
        store.writer(f"fingerprint/{name}.keys", dedup.KEYS) as keys,
        store.parts_writer(
            f"fingerprint/{name}.postings", dedup.POSTINGS, "key", n_parts
        ) as postings,
    ):
        for chunk in join_chunks(chunks):
            found = _fingerprint(chunk, options)
            members.add(_with_clusters(found.members, chunk.clusters))
            keys.add(found.keys)
            postings.add(found.postings)
            n_articles += len(chunk.articles)
    return n_articles


def join_chunks(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The same articles, in chunks of `CHUNK_ARTICLES` or more, but for the last."""
    waiting: list[Chunk] = []
    for chunk in chunks:
        waiting.append(chunk)
        if sum(len(own.articles) for own in waiting) >= CHUNK_ARTICLES:
            yield _joined(waiting)
            waiting.clear()
    if waiting:
        yield _joined(waiting)


def _joined(chunks: list[Chunk]) -> Chunk:
    indexed = [chunk.indexed for chunk in chunks if chunk.indexed is not None]
    return Chunk(
        pa.concat_tables([chunk.articles for chunk in chunks]),
        pa.concat_tables([chunk.clusters for chunk in chunks]),
        pa.concat_tables(indexed) if indexed else None,
    )


def _fingerprint(chunk: Chunk, options: Dedup) -> dedup.Fingerprints:
    if chunk.indexed is None:
        return dedup.fingerprint(chunk.articles, options)
    members, postings = dedup.fingerprint_index(chunk.indexed, chunk.articles, options)
    return dedup.Fingerprints(members, dedup.KEYS.empty_table(), postings)


def _with_clusters(members: pa.Table, clusters: pa.Table) -> pa.Table:
    for column in CLUSTERS.names:
        place = members.schema.get_field_index(column)
        members = members.set_column(place, CLUSTERS.field(column), clusters.column(column))
    return members
