"""What became of one page: its rows of the ledger, what stands for it, what it stands for.

Nothing is computed that the files of the release do not say.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus.document import Edit
from corpus.release.load import AnyRelease, reading_release
from corpus.release.manifest import FileEntry
from corpus.release.text_diff import Piece
from corpus.schema import ARTICLE_CONFIGS

THROUGH = "through "
"""Begins the detail of a copy of a copy; the id of the one between follows."""

KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Reading:
    """A row of the ledger: where a page was read, by which version, and what became of it."""

    id: str
    url: str | None
    origin: Mapping[str, Any]
    encoding: str | None
    outcome: str
    stage: str | None
    reason: str | None
    detail: str | None
    kept_id: str | None
    similarity: float | None
    version: str

    @property
    def through(self) -> str | None:
        """The copy that leads to what stands for the page, where it is a copy of a copy."""
        detail = self.detail or ""
        return detail.removeprefix(THROUGH) if detail.startswith(THROUGH) else None


@dataclass(frozen=True, slots=True)
class Standing:
    """An article of the release, in whichever config it is, without its text."""

    config: str
    id: str
    url: str | None
    site: str | None
    title: str | None
    author: str | None
    source: str | None
    published_at: str | None
    n_characters: int
    cluster_id: str
    cluster_size: int
    added_in: str
    changed_in: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A block of a page: what it was taken for, and what decided so."""

    position: int
    kind: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Again:
    """The page as it is read from its source now: what becomes of it by itself, and its blocks.

    `stage`, `reason` and `detail` say why it is no article; None where it is one. `pieces` lead
    from the text of the article that stands for it to its own.
    """

    stage: str | None
    reason: str | None
    detail: str | None
    edits: tuple[Edit, ...]
    lines: tuple[Line, ...]
    pieces: tuple[Piece, ...] | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of the page `id` in a release.

    `readings` are its rows of the ledger, in the order of reading; none where the release has not
    read it. `article` is the page itself, if it is an article, with its `text`, the `edits` made to
    it and the `lines` of its page that are not its text. `survivors` stand for it, `between` are
    the copies that lead to them, `copies` what it stands for. `withdrawn` says of a page on which
    day and why it was withdrawn, if it was. `again` is what its source says, where that is at hand.
    """

    path: str
    version: str
    id: str
    readings: tuple[Reading, ...]
    article: Standing | None
    text: str | None
    edits: tuple[Edit, ...]
    lines: tuple[Line, ...]
    survivors: tuple[Standing, ...]
    between: tuple[Reading, ...]
    copies: tuple[Reading, ...]
    withdrawn: str | None = None
    again: Again | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return dataclasses.asdict(self)

    def as_text(self) -> str:
        """The same as lines for a terminal."""
        from corpus.release.explain_report import as_text

        return as_text(self)


def explain_page(where: str, release: AnyRelease, id_: str) -> Explanation:
    """What the release at `where` says of the page `id_`.

    Of columns of ids all is read, of other columns the row groups that speak of the page.

    Raises:
        SourceError: It cannot be reached.
        ReleaseError: It is damaged.
        StorageError: A file may not be read.
    """
    with reading_release(where):
        said = list(_readings(release, [id_], ("id", "kept_id")))
        readings = tuple(reading for reading in said if reading.id == id_)
        heads = {r.kept_id for r in readings if r.kept_id is not None} | {id_}
        links = {r.through for r in readings if r.through is not None}
        articles = {own["id"]: own for own in _articles(release, heads)}
        standing = {name: _standing(row) for name, row in articles.items()}
        own = articles.get(id_)
        text = None if own is None else str(_value(release, own, "text"))
        edits = () if own is None else tuple(Edit(**e) for e in _value(release, own, "edits"))
        lines = () if own is None else tuple(_lines(release, id_))
        between = tuple(_readings(release, links, ("id",))) if links else ()
    return Explanation(
        where,
        release.version,
        id_,
        readings,
        standing.get(id_),
        text,
        edits,
        lines,
        survivors=tuple(standing[name] for name in sorted(standing) if name != id_),
        between=between,
        copies=tuple(reading for reading in said if reading.id != id_),
    )


def ids_read_at(where: str, release: AnyRelease, place: str) -> tuple[str, ...]:
    """The ids of the pages that were read from this file, as the ledger names it: source/path.

    Raises:
        SourceError, ReleaseError, StorageError: As `explain_page`.
    """
    columns = ["id", "origin.source", "origin.path"]

    def is_there(rows: pa.Table) -> pa.Array:
        source, path = (pc.struct_field(rows["origin"], name) for name in ("source", "path"))
        inside = pc.binary_join_element_wise(source, path, "/")
        return pc.equal(pc.if_else(pc.equal(path, ""), source, inside), place)

    with reading_release(where):
        files = release.manifest.files_of("ledger")
        found = [rows["id"].to_pylist() for _, _, rows in _find(release, files, columns, is_there)]
    return tuple(dict.fromkeys(id_ for ids in found for id_ in ids))


def text_of(where: str, release: AnyRelease, id_: str) -> str | None:
    """The text of an article of the release; None where it has no such article.

    Raises:
        SourceError, ReleaseError, StorageError: As `explain_page`.
    """
    with reading_release(where):
        return next((str(_value(release, own, "text")) for own in _articles(release, [id_])), None)


def _readings(
    release: AnyRelease, ids: Collection[str], columns: Sequence[str]
) -> Iterator[Reading]:
    """The rows of the ledger in which one of `ids` stands in one of these columns."""
    files = release.manifest.files_of("ledger")
    for file, group, _ in _find(release, files, list(columns), _has(ids)):
        rows = _rows(release, file, group, [field.name for field in dataclasses.fields(Reading)])
        for row in rows.filter(_has(ids, columns)(rows)).to_pylist():
            yield Reading(
                **{field.name: row.get(field.name) for field in dataclasses.fields(Reading)}
            )


def _articles(release: AnyRelease, ids: Collection[str]) -> Iterator[dict[str, Any]]:
    """Articles by what tells them, each with the `file` and `group` that it stands in."""
    names = [field.name for field in dataclasses.fields(Standing) if field.name != "config"]
    for config in ARTICLE_CONFIGS:
        files = release.manifest.files_of(config)
        for file, group, _ in _find(release, files, ["id"], _has(ids)):
            rows = _rows(release, file, group, names)
            for row in rows.filter(_has(ids, ["id"])(rows)).to_pylist():
                yield {**row, "config": config, "file": file, "group": group}


def _standing(row: Mapping[str, Any]) -> Standing:
    values: dict[str, Any] = {f.name: row.get(f.name) for f in dataclasses.fields(Standing)}
    return Standing(**values)


def _value(release: AnyRelease, article: Mapping[str, Any], column: str) -> Any:
    """One more column of an article."""
    rows = _rows(release, article["file"], article["group"], ["id", column])
    return rows.filter(pc.equal(rows["id"], article["id"]))[column][0].as_py()


def _lines(release: AnyRelease, id_: str) -> Iterator[Line]:
    """The noise of an article, by position."""
    files = release.manifest.files_of("noise")
    names = [field.name for field in dataclasses.fields(Line)]
    found = []
    for file, group, _ in _find(release, files, ["id"], _has([id_])):
        rows = _rows(release, file, group, ["id", *names])
        found += rows.filter(pc.equal(rows["id"], id_)).select(names).to_pylist()
    yield from sorted((Line(**row) for row in found), key=lambda line: line.position)


Mask = Callable[[pa.Table], pa.Array]


def _has(ids: Collection[str], columns: Sequence[str] | None = None) -> Mask:
    """Which rows have one of `ids` in one of these columns, by default in any."""
    wanted = pa.array(sorted(ids), pa.string())

    def mask(rows: pa.Table) -> pa.Array:
        found = pa.array([False] * len(rows), pa.bool_())
        for name in columns or rows.column_names:
            found = pc.or_(found, pc.is_in(rows[name], value_set=wanted))
        return found

    return mask


def _find(
    release: AnyRelease, files: Sequence[FileEntry], columns: Sequence[str], mask: Mask
) -> Iterator[tuple[FileEntry, int, pa.Table]]:
    """The row groups that have such rows, each with these columns of the rows."""
    for file in files:
        with release.files.parquet(file) as parquet:
            for group in range(parquet.num_row_groups):
                rows = parquet.read_row_group(group, columns=list(columns))
                found = rows.filter(mask(rows))
                if len(found):
                    yield file, group, found


def _rows(release: AnyRelease, file: FileEntry, group: int, columns: Sequence[str]) -> pa.Table:
    """These columns of a row group, but for those that an older release does not have."""
    with release.files.parquet(file) as parquet:
        own = [name for name in columns if name in parquet.schema_arrow.names]
        return parquet.read_row_group(group, columns=own)
