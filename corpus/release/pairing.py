"""Two releases side by side: which articles only one has, and which differ.

Only files that are not the same in both are read; an id and two digests of each of their rows stay
in memory, and where the row lies. Texts are most of a release: that of a row has a digest of its
own, so that no text is read twice to find out whether it is what changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.errors import ReleaseError
from corpus.release.load import AnyRelease
from corpus.release.manifest import FileEntry
from corpus.release.reading import ID, are_ids, pack_ids, read_files
from corpus.release.row_digests import DIGEST, digest_rows, digest_texts, encode

BOOKKEEPING = ("added_in", "changed_in")
"""Columns that say when something changed, and no more."""

Places = NDArray[np.int64]
"""Numbers of rows of a side, from 0, through its files."""

Mask = NDArray[np.bool_]

TEXT = "text"


@dataclass(frozen=True, slots=True)
class Side:
    """The articles of one release that lie in files which the other does not have.

    `starts` is the number of the first row of each row group, with the number of all rows at its
    end; `groups` says in which file each lies, and as which of its row groups. `texts` are digests
    of the texts, `others` of the other columns.
    """

    release: AnyRelease
    files: tuple[FileEntry, ...]
    ids: pa.FixedSizeBinaryArray
    texts: pa.FixedSizeBinaryArray
    others: pa.FixedSizeBinaryArray
    sites: pa.StringArray
    starts: Places
    groups: tuple[tuple[int, int], ...]

    def take(self, places: Places, columns: Sequence[str]) -> pa.Table:
        """These columns of these rows, in this order; a row group is read once and let go."""
        order = np.argsort(places, kind="stable")
        wanted = places[order]
        bounds = np.searchsorted(wanted, self.starts)
        parts = [
            self._group(n, columns).take(pa.array(wanted[bounds[n] : bounds[n + 1]] - start))
            for n, start in enumerate(self.starts[:-1])
            if bounds[n + 1] > bounds[n]
        ]
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return pa.concat_tables(parts).take(pa.array(back)) if parts else _nothing(columns)

    def by_group(self, places: Places) -> Iterator[Places]:
        """The places in portions that lie in one row group each."""
        ordered = np.sort(places)
        bounds = np.searchsorted(ordered, self.starts)
        for begin, end in pairwise(bounds):
            if end > begin:
                yield ordered[begin:end]

    def by_id(self, places: Places, limit: int | None) -> Places:
        """The first `limit` of these places in the order of their ids, all of them by default."""
        order: Places = pc.sort_indices(self.ids.take(pa.array(places))).to_numpy()
        return np.asarray(places[order[:limit]])

    def _group(self, number: int, columns: Sequence[str]) -> pa.Table:
        file, group = self.groups[number]
        with self.release.files.parquet(self.files[file]) as parquet:
            return parquet.read_row_group(group, columns=list(columns))


def _nothing(columns: Sequence[str]) -> pa.Table:
    return pa.table({name: pa.array([], pa.null()) for name in columns})


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides, and for each row of the new one the row of the old one with its id, or -1.

    `columns` are those that both have with one type: what an article is compared by.
    """

    old: Side
    new: Side
    columns: tuple[str, ...]
    partner: Places

    @classmethod
    def of(cls, old: AnyRelease, new: AnyRelease) -> Pair:
        """The two releases, compared.

        Raises:
            ReleaseError: An id is none.
        """
        columns = _common_columns(old, new)
        known = {file.sha256 for file in old.manifest.article_files()} & {
            file.sha256 for file in new.manifest.article_files()
        }
        sides = _read_sides((old, new), known, columns)
        partner = pc.index_in(sides[1].ids, value_set=sides[0].ids)
        places = pc.fill_null(partner, -1).to_numpy().astype(np.int64)
        return cls(sides[0], sides[1], columns, places)

    def added(self) -> Places:
        """Rows of the new side whose article the old one does not have."""
        return np.flatnonzero(self.partner < 0)

    def removed(self) -> Places:
        """Rows of the old side whose article the new one does not have."""
        is_there = np.zeros(len(self.old.ids), dtype=np.bool_)
        is_there[self.partner[self.partner >= 0]] = True
        return np.flatnonzero(~is_there)

    def changed(self) -> Places:
        """Rows of the new side whose article is another in the old one."""
        both = np.flatnonzero(self.partner >= 0)
        return np.asarray(both[self._text_differs(both) | self._others_differ(both)])

    def _text_differs(self, places: Places) -> Mask:
        return _unequal(self.new.texts, places, self.old.texts, self.partner[places])

    def _others_differ(self, places: Places) -> Mask:
        return _unequal(self.new.others, places, self.old.others, self.partner[places])

    def differing(self, places: Places) -> Iterator[tuple[str, Mask]]:
        """For each column, in which of these rows of the new side it is not that of the old."""
        if TEXT in self.columns:
            yield TEXT, self._text_differs(places)
        is_other = self._others_differ(places)
        columns = [column for column in self.columns if column != TEXT]
        new, old = self.rows(places[is_other], columns)
        for column, differs in differing(new, old):
            mask = np.zeros(len(places), dtype=np.bool_)
            mask[is_other] = differs
            yield column, mask

    def rows(self, places: Places, columns: Sequence[str]) -> tuple[pa.Table, pa.Table]:
        """These rows of the new side and those of the old with their ids, in this order."""
        return self.new.take(places, columns), self.old.take(self.partner[places], columns)


def differing(new: pa.Table, old: pa.Table) -> Iterator[tuple[str, Mask]]:
    """For each column of two tables, in which rows it differs."""
    for column in new.column_names:
        sides = [table.column(column).combine_chunks() for table in (new, old)]
        same = pc.equal(*(encode(side) for side in sides))
        yield column, np.asarray(~same.to_numpy(zero_copy_only=False))


def _unequal(
    new: pa.FixedSizeBinaryArray, places: Places, old: pa.FixedSizeBinaryArray, partner: Places
) -> Mask:
    unequal = pc.not_equal(new.take(pa.array(places)), old.take(pa.array(partner)))
    return np.asarray(unequal.to_numpy(zero_copy_only=False))


def schema_of(release: AnyRelease, config: str) -> pa.Schema:
    """The columns that the files of a config really have."""
    for file in release.manifest.files_of(config):
        with release.files.parquet(file) as parquet:
            return parquet.schema_arrow
    return pa.schema([])


def _common_columns(old: AnyRelease, new: AnyRelease) -> tuple[str, ...]:
    before, after = schema_of(old, "default"), schema_of(new, "default")
    return tuple(
        field.name
        for field in after
        if field.name not in ("id", *BOOKKEEPING)
        and field.name in before.names
        and field.type.equals(before.field(field.name).type)
    )


class _Part(NamedTuple):
    """What stays in memory of a file: see `Side`; `groups` has the rows of each row group."""

    groups: list[int]
    ids: list[pa.Array]
    texts: list[pa.Array]
    others: list[pa.Array]
    sites: list[pa.Array]


def _read_sides(
    releases: Sequence[AnyRelease], known: set[str], columns: Sequence[str]
) -> list[Side]:
    files = [
        tuple(file for file in release.manifest.article_files() if file.sha256 not in known)
        for release in releases
    ]
    for release, own in zip(releases, files, strict=True):
        release.files.bring(own)
    # Decompression and digests let other threads run: two files take little longer than one.
    pool = ThreadPoolExecutor(2)
    try:
        parts = [
            [pool.submit(_read_file, release, file, columns) for file in own]
            for release, own in zip(releases, files, strict=True)
        ]
        return [
            _side(release, own, [part.result() for part in read])
            for release, own, read in zip(releases, files, parts, strict=True)
        ]
    finally:
        # Whoever interrupts a diff waits for the files at hand, not for all.
        pool.shutdown(cancel_futures=True)


def _read_file(release: AnyRelease, file: FileEntry, columns: Sequence[str]) -> _Part:
    with release.files.parquet(file) as parquet:
        metadata = parquet.metadata
    groups = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    part = _Part(groups, [], [], [], [])
    has_text = TEXT in columns
    for batch in read_files(release.files, [file], ["id", *columns]):
        if not are_ids(batch.column("id")):
            raise ReleaseError(
                file.path, "holds an id that is none", "find out more with `corpus verify`"
            )
        part.ids.append(pack_ids(batch.column("id")))
        # Where texts cannot be compared, none differs.
        nothing = pa.nulls(len(batch), pa.string())
        part.texts.append(digest_texts(batch.column(TEXT) if has_text else nothing))
        part.others.append(digest_rows(batch.select([c for c in columns if c != TEXT])))
        part.sites.append(batch.column("site"))
    return part


def _side(release: AnyRelease, files: tuple[FileEntry, ...], parts: Sequence[_Part]) -> Side:
    rows = [n for part in parts for n in part.groups]
    return Side(
        release,
        files,
        pa.chunked_array([a for part in parts for a in part.ids], ID).combine_chunks(),
        pa.chunked_array([a for part in parts for a in part.texts], DIGEST).combine_chunks(),
        pa.chunked_array([a for part in parts for a in part.others], DIGEST).combine_chunks(),
        pa.chunked_array([a for part in parts for a in part.sites], pa.string()).combine_chunks(),
        np.append(0, np.cumsum(rows, dtype=np.int64)),
        tuple((number, n) for number, part in enumerate(parts) for n in range(len(part.groups))),
    )
