"""What is different between two releases: articles added, removed and changed, and columns."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.errors import ReleaseError, storage_errors
from corpus.release.facts import Tally
from corpus.release.load import AnyRelease, find_release, is_remote
from corpus.release.pairing import Pair, Places, Side, differing, schema_of
from corpus.release.reading import are_ids, pack_ids, read_files
from corpus.release.remote import reached
from corpus.release.text_diff import Piece, diff_texts

LIMIT = 20
"""Articles of each kind that a diff names, unless it is asked for more; it counts all of them."""

Reason = tuple[str | None, str | None]
"""Stage and reason of the ledger; both None where it says nothing of the article."""


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column of a config that came (`before` is None), went (`after` is None) or changed type."""

    config: str
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An article that only one of the two releases has; why it was removed, where it was."""

    id: str
    site: str | None
    title: str | None
    stage: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A column of an article before and after, as JSON values."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """An article that is another: its columns that differ, and its text, if that does, in pieces.

    `fields` does not repeat the text.
    """

    id: str
    site: str | None
    title: str | None
    fields: tuple[FieldChange, ...]
    text: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SiteCount:
    """How many articles of a site were added, removed and changed."""

    site: str | None
    added: int
    removed: int
    changed: int


@dataclass(frozen=True, slots=True)
class Diff:
    """The difference between two releases; counts are of all, lists of the first in order of id.

    `n_articles` and, by config, `n_rows` are before and after; `reasons` counts what was removed by
    stage and reason, `fields` what was changed by column.
    """

    old: str
    new: str
    columns: tuple[ColumnChange, ...]
    n_rows: dict[str, tuple[int, int]]
    n_articles: tuple[int, int]
    n_added: int
    n_removed: int
    n_changed: int
    reasons: tuple[tuple[Reason, int], ...]
    fields: Tally
    sites: tuple[SiteCount, ...]
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        """Whether columns and articles are the same."""
        return not (self.columns or self.n_added or self.n_removed or self.n_changed)

    def as_text(self) -> str:
        """The diff as lines for a terminal."""
        from corpus.release.diff_report import as_text

        return as_text(self)

    def as_markdown(self) -> str:
        """The diff as Markdown; nothing that a page says means anything in it."""
        from corpus.release.diff_report import as_markdown

        return as_markdown(self)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        reasons = [
            {"stage": stage, "reason": reason, "articles": n} for (stage, reason), n in self.reasons
        ]
        return {**dataclasses.asdict(self), "reasons": reasons, "fields": dict(self.fields)}


def diff(old: Path | str, new: Path | str, limit: int | None = LIMIT) -> Diff:
    """What is different between the releases in the folders `old` and `new`.

    Either may be a name of the Hub or a URL, as for `load`; files that both have are not fetched.
    At most `limit` articles of each kind are named, all where it is None; counts are always whole.
    `added_in` and `changed_in` are not compared: they say when, not what. Memory is some 100 bytes
    an article of files that differ, and two row groups.

    Raises:
        SourceError: A folder is missing, or what is published cannot be reached.
        VersionError: The Hub has no such version.
        ReleaseError: One is not a release, or is damaged.
        StorageError: A file may not be read.
    """
    before, after = find_release(old), find_release(new)
    remote = next((str(where) for where in (new, old) if is_remote(where)), None)
    with reached(remote) if remote else nullcontext(), storage_errors(str(new)):
        try:
            return compare(before, after, limit)
        except (pa.ArrowException, FileNotFoundError) as error:
            raise ReleaseError(
                f"{old} or {new}", f"cannot be read ({error})", "find out more with `corpus verify`"
            ) from error


def compare(before: AnyRelease, after: AnyRelease, limit: int | None = LIMIT) -> Diff:
    """As `diff`, of releases that are open already; pyarrow's errors are not worded."""
    pair = Pair.of(before, after)
    added, removed, changed = pair.added(), pair.removed(), pair.changed()
    reasons = _reasons(pair, removed)
    shown = pair.old.by_id(removed, limit)
    why = [reasons[n] for n in np.searchsorted(removed, shown)]
    return Diff(
        old=before.version,
        new=after.version,
        columns=tuple(_column_changes(before, after)),
        n_rows=_n_rows(before, after),
        n_articles=(before.manifest.n_articles, after.manifest.n_articles),
        n_added=len(added),
        n_removed=len(removed),
        n_changed=len(changed),
        reasons=_ranked(Counter(reasons)),
        fields=_fields(pair, changed),
        sites=_count_sites(pair, added, removed, changed),
        added=_entries(pair.new, pair.new.by_id(added, limit)),
        removed=tuple(
            dataclasses.replace(entry, stage=stage, reason=reason)
            for entry, (stage, reason) in zip(_entries(pair.old, shown), why, strict=True)
        ),
        changed=tuple(_changes(pair, pair.new.by_id(changed, limit))),
    )


def _ranked(counts: Counter[Any]) -> tuple[tuple[Any, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))


def _n_rows(before: AnyRelease, after: AnyRelease) -> dict[str, tuple[int, int]]:
    old, new = before.manifest.configs, after.manifest.configs
    return {
        name: (old[name].rows if name in old else 0, new[name].rows if name in new else 0)
        for name in dict.fromkeys((*old, *new))
    }


def _column_changes(before: AnyRelease, after: AnyRelease) -> Iterator[ColumnChange]:
    for config in dict.fromkeys((*before.manifest.configs, *after.manifest.configs)):
        old, new = schema_of(before, config), schema_of(after, config)
        for name in dict.fromkeys((*old.names, *new.names)):
            was = str(old.field(name).type) if name in old.names else None
            now = str(new.field(name).type) if name in new.names else None
            if was != now:
                yield ColumnChange(config, name, was, now)


def _reasons(pair: Pair, removed: Places) -> list[Reason]:
    """What the new ledger says of each removed article.

    A page that was read more than once has several rows: one that says more than that counts.
    """
    ids = pair.old.ids.take(pa.array(removed))
    found: list[Reason] = [(None, None)] * len(removed)
    if not len(removed):
        return found
    release = pair.new.release
    columns = ["id", "outcome", "stage", "reason"]
    for batch in read_files(release.files, release.manifest.files_of("ledger"), columns):
        rows = batch.filter(pc.equal(batch.column("outcome"), "removed"))
        if not are_ids(rows.column("id")):
            continue
        places = pc.index_in(pack_ids(rows.column("id")), value_set=ids)
        own = rows.append_column("place", places).filter(places.is_valid())
        for row in own.select(["place", "stage", "reason"]).to_pylist():
            if found[row["place"]] in ((None, None), ("dedup", "url")):
                found[row["place"]] = row["stage"], row["reason"]
    return found


def _fields(pair: Pair, changed: Places) -> Tally:
    counts: Counter[str] = Counter()
    for places in pair.new.by_group(changed):
        for column, differs in pair.differing(places):
            counts[column] += int(differs.sum())
    return _ranked(+counts)


def _count_sites(
    pair: Pair, added: Places, removed: Places, changed: Places
) -> tuple[SiteCount, ...]:
    counts = [_sites(pair.new, added), _sites(pair.old, removed), _sites(pair.new, changed)]
    sites = {site for count in counts for site in count}
    rows = [SiteCount(site, *(count[site] for count in counts)) for site in sites]
    return tuple(
        sorted(rows, key=lambda r: (-(r.added + r.removed + r.changed), r.site is None, r.site))
    )


def _sites(side: Side, places: Places) -> Counter[str | None]:
    pairs = pc.value_counts(side.sites.take(pa.array(places)))
    values, counts = pairs.field("values").to_pylist(), pairs.field("counts").to_pylist()
    return Counter(dict(zip(values, counts, strict=True)))


def _entries(side: Side, places: Places) -> tuple[Entry, ...]:
    rows = side.take(places, ["id", "site", "title"]).to_pylist()
    return tuple(Entry(row["id"], row["site"], row["title"]) for row in rows)


def _changes(pair: Pair, places: Places) -> Iterator[Change]:
    """These articles with their differing columns, in this order."""
    if not len(places):
        return
    after, before = pair.rows(places, ["id", *pair.columns])
    masks = list(differing(after, before))
    for n, (new, old) in enumerate(zip(after.to_pylist(), before.to_pylist(), strict=True)):
        names = [column for column, differs in masks if differs[n]]
        fields = [f for name in names if name != "text" for f in _parts(name, old[name], new[name])]
        text = diff_texts(old["text"] or "", new["text"] or "") if "text" in names else ()
        yield Change(new["id"], new["site"], new["title"], tuple(fields), text)


def _parts(name: str, before: Any, after: Any) -> Iterator[FieldChange]:
    """The change of a value; of a struct only the fields that differ, as `a.b`."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield FieldChange(name, before, after)
        return
    for key in before:
        if before[key] != after[key]:
            yield from _parts(f"{name}.{key}", before[key], after[key])
