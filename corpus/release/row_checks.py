"""The rows across files: hashes, ids, order, and that articles, noise, sample and ledger agree."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.errors import ReleaseError
from corpus.release.findings import Check, Finding
from corpus.release.index import check_index
from corpus.release.load import AnyRelease
from corpus.release.logical import LogicalHash
from corpus.release.manifest import MANIFEST, join_logical
from corpus.release.measure import row_bytes
from corpus.release.reading import (
    ID,
    are_ids,
    pack_ids,
    read_files,
    unpack_id,
)
from corpus.release.takedown import TAKEDOWNS, Withdrawals, own_takedowns
from corpus.schema import SCHEMAS

SHOWN = 3
"""Ids that a finding names; the rest is a number."""

ARTICLE_KEYS = ("site", "id")

REFERENCES = (("ledger", "kept_id"), ("noise", "id"), ("pairs", "id"), ("pairs", "other_id"))
"""Columns that name articles."""


def check_rows(release: AnyRelease) -> Iterator[Finding]:
    """The rows of every file and config have the logical hash and weight of the manifest."""
    for name, entry in release.manifest.configs.items():
        files, n_bytes = release.manifest.files_of(name), 0
        for file in files:
            total = LogicalHash()
            for batch in read_files(release.files, [file]):
                total.update(pa.Table.from_batches([batch]))
                n_bytes += int(row_bytes(batch).sum())
            if file.rows and total.hexdigest() != file.logical_sha256:
                what = "has other rows: its logical hash is not the one"
                yield Finding("check_rows", file.path, what)
        if join_logical(files) != entry.logical_sha256:
            what = "its logical hash is not that of its files"
            yield Finding("check_rows", name, what)
        if n_bytes != entry.bytes:
            yield Finding("check_rows", name, f"weighs {n_bytes} bytes, not {entry.bytes}")


def check_ids(release: AnyRelease) -> Iterator[Finding]:
    """Every article has an id, and no other article has it."""
    for file in release.manifest.files:
        columns = ["id"]
        if not all(are_ids(b.column(0)) for b in read_files(release.files, [file], columns)):
            what = "holds an id that is not 32 hexadecimal digits"
            yield Finding("check_ids", file.path, what, is_fatal=True)
            return
    counts = _article_ids(release).value_counts()
    repeated = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    if len(repeated):
        yield Finding("check_ids", "default", f"{_named(repeated)} more than once")


def check_order(release: AnyRelease) -> Iterator[Finding]:
    """The articles of a batch stand by site, those without one last, then by id."""
    files = release.manifest.article_files()
    for batch, own in groupby(files, lambda file: PurePosixPath(file.path).parent):
        last: tuple[bool, str, str] | None = None
        for rows in read_files(release.files, own, ARTICLE_KEYS):
            keys = [(site is None, site or "", id_) for site, id_ in _ends(rows)]
            if not keys:
                continue
            if not _is_sorted(rows) or (last is not None and last > keys[0]):
                yield Finding("check_order", str(batch), "is not in the order of site and id")
                break
            last = keys[-1]


def _ends(rows: pa.RecordBatch) -> list[tuple[str | None, str]]:
    """Site and id of the first row and of the last."""
    places = sorted({0, len(rows) - 1}) if len(rows) else []
    return [(row["site"], row["id"]) for row in rows.take(pa.array(places, pa.int64())).to_pylist()]


def _is_sorted(rows: pa.RecordBatch) -> bool:
    order = pc.sort_indices(rows, sort_keys=[(key, "ascending") for key in ARTICLE_KEYS])
    return bool(np.array_equal(order.to_numpy(), np.arange(len(rows))))


def check_sample(release: AnyRelease) -> Iterator[Finding]:
    """The sample is the articles with the smallest ids, unchanged, as many as it has rows."""
    n = release.manifest.configs["sample"].rows
    sample = _table(release, "sample")
    wanted = pc.sort_indices(_ids_as_text(release))[:n]
    smallest = _ids_as_text(release).take(wanted)
    if not sample.column("id").combine_chunks().equals(smallest):
        yield Finding("check_sample", "sample", f"is not the {n} articles with the smallest ids")
        return
    found = [
        rows.filter(pc.is_in(rows.column("id"), value_set=smallest))
        for rows in read_files(release.files, release.manifest.files_of("default"))
    ]
    articles = pa.Table.from_batches(found, sample.schema).sort_by("id")
    if not articles.combine_chunks().equals(sample.combine_chunks()):
        yield Finding(
            "check_sample", "sample", "has articles that are others in the config default"
        )


def check_ledger(release: AnyRelease) -> Iterator[Finding]:
    """Every article has one row in the ledger that says kept; every other row says why not."""
    articles = _article_ids(release)
    kept: list[pa.Array] = []
    for rows in read_files(
        release.files, release.manifest.files_of("ledger"), ["id", "outcome", "stage", "reason"]
    ):
        is_kept = pc.equal(rows.column("outcome"), "kept")
        kept.append(pack_ids(rows.column("id").filter(is_kept)))
        if _n_unexplained(rows):
            n = _n_unexplained(rows)
            yield Finding("check_ledger", "ledger", f"{n} rows are neither kept nor given a reason")
    ids = _join(kept)
    lacking, beyond = _without(articles, ids), _without(ids, articles)
    if len(lacking):
        yield Finding("check_ledger", "ledger", f"lacks a kept row for {_named(lacking)}")
    if len(beyond):
        yield Finding("check_ledger", "ledger", f"says kept of {_named(beyond)}, not articles")
    if len(pc.unique(ids)) != len(ids):
        yield Finding("check_ledger", "ledger", "says kept of an id more than once")


def _n_unexplained(rows: pa.RecordBatch) -> int:
    """Rows that are not (kept, without stage and reason) or (removed, with both)."""
    stage, reason = rows.column("stage").is_valid(), rows.column("reason").is_valid()
    kept = pc.and_not(pc.equal(rows.column("outcome"), "kept"), pc.or_(stage, reason))
    removed = pc.and_(pc.equal(rows.column("outcome"), "removed"), pc.and_(stage, reason))
    return len(rows) - int(pc.sum(pc.or_(kept, removed), min_count=0).as_py())


def check_references(release: AnyRelease) -> Iterator[Finding]:
    """What stands for a removed page is an article, noise belongs to one, pairs are of two."""
    articles = _article_ids(release)
    for config, column in REFERENCES:
        files = release.manifest.files_of(config)
        named = [
            pc.unique(rows.column(0).drop_null())
            for rows in read_files(release.files, files, [column])
        ]
        if not all(are_ids(texts) for texts in named):
            yield Finding("check_references", config, f"{column} holds something that is no id")
            continue
        lost = _without(_join([pack_ids(texts) for texts in named]), articles)
        if len(lost):
            yield Finding("check_references", config, f"{column} names {_named(lost)}, no articles")


def check_takedowns(release: AnyRelease) -> Iterator[Finding]:
    """Nothing that was withdrawn is there: no page, and no page of a domain."""
    try:
        withdrawn = Withdrawals(own_takedowns(release))
    except ReleaseError as error:
        yield Finding("check_takedowns", TAKEDOWNS, error.what)
        return
    for rows in read_files(release.files, release.manifest.article_files(), ["id", "site"]):
        sites = {site for site in rows.column("site").unique().to_pylist() if site}
        gone = [site for site in sites if withdrawn.find_site(site)]
        ids = rows.filter(pc.is_in(rows.column("site"), value_set=pa.array(gone, pa.string())))
        found = [*ids.column("id").to_pylist(), *filter(withdrawn.find_page, _texts(rows))]
        for id_ in found[:SHOWN]:
            yield Finding("check_takedowns", "default", f"{id_} was withdrawn")


def _texts(rows: pa.RecordBatch) -> list[str]:
    ids: list[str] = rows.column("id").to_pylist()
    return ids


def check_counts(release: AnyRelease) -> Iterator[Finding]:
    """The counts of the manifest are those of the ledger and of the noise."""
    from corpus.release.facts import gather_facts

    said = release.counts
    found = gather_facts(release.files, release.manifest.files).counts
    for name in ("read", "kept", "removed", "noise"):
        if getattr(said, name) != getattr(found, name):
            what = f"says {name} {getattr(said, name)}, the rows say {getattr(found, name)}"
            yield Finding("check_counts", MANIFEST, what)


def _table(release: AnyRelease, config: str) -> pa.Table:
    files = release.manifest.files_of(config)
    return pa.Table.from_batches(read_files(release.files, files), SCHEMAS[config])


def _ids_as_text(release: AnyRelease) -> pa.Array:
    files = release.manifest.files_of("default")
    ids = [rows.column(0) for rows in read_files(release.files, files, ["id"])]
    return pa.chunked_array(ids, pa.string()).combine_chunks()


def _article_ids(release: AnyRelease) -> pa.Array:
    files = release.manifest.article_files()
    return _join([pack_ids(b.column(0)) for b in read_files(release.files, files, ["id"])])


def _join(parts: list[pa.Array]) -> pa.Array:
    return pa.chunked_array(parts, ID).combine_chunks()


def _without(ids: pa.Array, others: pa.Array) -> pa.Array:
    return pc.unique(ids.filter(pc.invert(pc.is_in(ids, value_set=others))))


def _named(ids: pa.Array) -> str:
    shown = ", ".join(unpack_id(id_) for id_ in ids[:SHOWN].to_pylist())
    return f"{shown} and {len(ids) - SHOWN:,} more" if len(ids) > SHOWN else shown


ROW_CHECKS: tuple[Check, ...] = (
    check_rows,
    check_ids,
    check_order,
    check_sample,
    check_ledger,
    check_references,
    check_takedowns,
    check_index,
    check_counts,
)

WHOLE_CHECKS: tuple[Check, ...] = (check_rows, check_sample)
"""Those that read whole rows, texts and all."""
