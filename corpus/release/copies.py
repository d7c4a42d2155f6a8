"""What a release removed as copies: clusters, methods, sites, thresholds, and pairs to look at.

Counted from its own ledger and articles: nothing is compared again.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.recipe import MIN_SIMILARITY
from corpus.release.explain import THROUGH
from corpus.release.load import AnyRelease, find_release, reading_release
from corpus.release.reading import read_files
from corpus.release.text_diff import Piece, diff_texts
from corpus.schema import LEDGER
from corpus.schema import PAIRS as PAIR_SCHEMA

STAGE = "dedup"
AGAIN = "unchanged"
"""What the ledger says under `detail` of a page that was read again and is no copy of another."""

STEP = 0.05
"""Between the thresholds that are shown, from `MIN_SIMILARITY` or that of the recipe up to 1."""

SLACK = 1e-9
"""What sums of steps may lack."""

PAIRS = 3
"""Pairs of each method that are shown, those that are least alike."""

COLUMNS = ["id", "url", "origin", "stage", "reason", "detail", "kept_id", "similarity"]


@dataclass(frozen=True, slots=True)
class SizeCount:
    """How many clusters have so many pages."""

    pages: int
    clusters: int


@dataclass(frozen=True, slots=True)
class MethodCount:
    """How many pages a method removed, and how alike they were to what stays, where it says so."""

    method: str
    pages: int
    lowest: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class SiteCount:
    """How many pages of a site went, and how many went for articles of it; the sites by host."""

    site: str | None
    removed: int
    stood_for: int


@dataclass(frozen=True, slots=True)
class ThresholdCount:
    """How many pages a method would have removed with this threshold, and how many more than now.

    Fewer as far as this method goes: what it leaves another may remove. More at most, and only of
    releases that carry pairs: of articles that hang together one stays.
    """

    method: str
    threshold: float
    removed: int
    more: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A page that was removed for an article, and how alike they are.

    `through` is the copy between them, where it is a copy of a copy. `pieces` lead from the text of
    the article to that of the page; None where the text of the page is not at hand.
    """

    method: str
    similarity: float | None
    id: str
    url: str | None
    origin: Mapping[str, Any]
    kept_id: str
    kept_url: str | None
    kept_title: str | None
    through: str | None
    pieces: tuple[Piece, ...] | None = None


@dataclass(frozen=True, slots=True)
class Copies:
    """What was removed as copies in a release; `read_again` counts pages that were none."""

    path: str
    version: str
    articles: int
    removed: int
    read_again: int
    clusters: tuple[SizeCount, ...]
    methods: tuple[MethodCount, ...]
    sites: tuple[SiteCount, ...]
    thresholds: tuple[ThresholdCount, ...]
    pairs: tuple[Copy, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return dataclasses.asdict(self)

    def as_text(self) -> str:
        """The same as lines for a terminal."""
        from corpus.release.copies_report import as_text

        return as_text(self)

    def as_markdown(self) -> str:
        """The same as Markdown."""
        from corpus.release.copies_report import as_markdown

        return as_markdown(self)


def survey_copies(where: Path | str, n_pairs: int = PAIRS) -> Copies:
    """What the release at `where` removed as copies: in a folder, of the Hub or at a URL.

    Memory: some 200 bytes for each page that was removed.

    Raises:
        SourceError: There is no such release, or it cannot be reached.
        VersionError: The Hub has no such version.
        ReleaseError: It is no release, or it is damaged.
        StorageError: A file may not be read.
    """
    release = find_release(where)
    with reading_release(str(where)):
        lost = _read_lost(release)
        is_again = pc.fill_null(pc.equal(lost["detail"], AGAIN), False)
        copies = lost.filter(pc.invert(is_again))
        sizes, sites = _read_articles(release, copies["kept_id"])
        pairs = _choose(copies, n_pairs)
        kept = _read_kept(release, {copy.kept_id for copy in pairs}, ["url", "title"])
    return Copies(
        str(where),
        release.version,
        articles=release.manifest.n_articles,
        removed=len(copies),
        read_again=len(lost) - len(copies),
        clusters=tuple(SizeCount(size, n) for size, n in sorted(sizes.items()) if size > 1),
        methods=tuple(_methods(copies)),
        sites=tuple(_sites(copies, sites)),
        thresholds=tuple(_thresholds(copies, release)),
        pairs=tuple(
            dataclasses.replace(copy, kept_url=own.get("url"), kept_title=own.get("title"))
            for copy in pairs
            for own in (kept.get(copy.kept_id, {}),)
        ),
    )


def with_texts(copies: Copies, texts: Mapping[str, str]) -> Copies:
    """The same with the differences of the pairs of which `texts` has the page's text, by its id.

    Raises:
        StorageError: A file may not be read.
    """
    release = find_release(copies.path)
    with reading_release(copies.path):
        kept = _read_kept(release, {copy.kept_id for copy in copies.pairs}, ["text"])
    pairs = tuple(
        dataclasses.replace(copy, pieces=diff_texts(kept[copy.kept_id]["text"], texts[copy.id]))
        if copy.id in texts and copy.kept_id in kept
        else copy
        for copy in copies.pairs
    )
    return dataclasses.replace(copies, pairs=pairs)


def _read_lost(release: AnyRelease) -> pa.Table:
    """The rows of the ledger that deduplication wrote."""
    schema = pa.schema([LEDGER.field(name) for name in COLUMNS])
    found = [
        rows.filter(pc.fill_null(pc.equal(rows.column("stage"), STAGE), False))
        for rows in read_files(release.files, release.manifest.files_of("ledger"), COLUMNS)
    ]
    return pa.Table.from_batches(found, schema).combine_chunks()


def _read_articles(
    release: AnyRelease, kept_ids: pa.ChunkedArray
) -> tuple[Counter[int], dict[str, str | None]]:
    """The articles by the pages of their clusters, and the sites of those that stand for copies."""
    sizes: Counter[int] = Counter()
    sites: dict[str, str | None] = {}
    wanted = pc.unique(kept_ids)
    columns = ["id", "site", "cluster_size"]
    for rows in read_files(release.files, release.manifest.article_files(), columns):
        counts = pc.value_counts(rows.column("cluster_size"))
        values, numbers = counts.field("values").to_pylist(), counts.field("counts").to_pylist()
        sizes.update(dict(zip(values, numbers, strict=True)))
        own = rows.filter(pc.is_in(rows.column("id"), value_set=wanted))
        pairs = zip(own.column("id").to_pylist(), own.column("site").to_pylist(), strict=True)
        sites.update(dict(pairs))
    return sizes, sites


def _read_kept(release: AnyRelease, ids: set[str], columns: list[str]) -> dict[str, dict[str, Any]]:
    """These columns of these articles."""
    found: dict[str, dict[str, Any]] = {}
    wanted = pa.array(sorted(ids), pa.string())
    for rows in read_files(release.files, release.manifest.article_files(), ["id", *columns]):
        own = rows.filter(pc.is_in(rows.column("id"), value_set=wanted))
        found.update({row["id"]: row for row in own.to_pylist()})
    return found


def _methods(copies: pa.Table) -> Iterator[MethodCount]:
    counts = Counter(copies["reason"].to_pylist())
    for method, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        values = _similarities(copies, method)
        known = len(values) > 0
        yield MethodCount(
            method,
            n,
            float(values[0]) if known else None,
            float(values[(len(values) - 1) // 2]) if known else None,
        )


def _similarities(copies: pa.Table, method: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The similarities that a method measured, rising."""
    own = copies.filter(pc.equal(copies["reason"], method))["similarity"].drop_null()
    return np.sort(own.to_numpy())


def _sites(copies: pa.Table, sites: Mapping[str, str | None]) -> Iterator[SiteCount]:
    """Those that lost most first."""
    removed = Counter(_host(url) for url in copies["url"].to_pylist())
    stood_for = Counter(sites.get(id_) for id_ in copies["kept_id"].to_pylist())
    names = {*removed, *stood_for}
    for site in sorted(names, key=lambda s: (-removed[s], -stood_for[s], s is None, s or "")):
        yield SiteCount(site, removed[site], stood_for[site])


def _host(url: str | None) -> str | None:
    """The host of an address as the site of its article is written: without `www.`."""
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        return None
    return host.removeprefix("www.").rstrip(".") or None if host else None


def _thresholds(copies: pa.Table, release: AnyRelease) -> Iterator[ThresholdCount]:
    """Of the methods that have one: up from that of the recipe, and down where pairs are there."""
    recipe = release.manifest.recipe[STAGE]
    files = release.manifest.files_of("pairs")
    pairs = pa.Table.from_batches(read_files(release.files, files), PAIR_SCHEMA)
    for method, column in (("near", "jaccard"), ("contained", "contained")):
        values, least = _similarities(copies, method), recipe[method]
        if method not in recipe["methods"] or not (files or len(values)):
            continue
        n_down = int((least - MIN_SIMILARITY) / STEP + SLACK) if files else 0
        n_up = int((1 - least) / STEP + SLACK) if len(values) else 0
        for step in range(-n_down, n_up + 1):
            threshold = round(least + step * STEP, 4)
            more = -int(np.searchsorted(values, threshold, side="left"))
            if step < 0:
                close = pairs.filter(pc.greater_equal(pairs[column], threshold))
                more = _n_joined(close["id"].to_pylist(), close["other_id"].to_pylist())
            yield ThresholdCount(method, threshold, len(values) + more, more)


def _n_joined(ones: Sequence[str], others: Sequence[str]) -> int:
    """How many articles would go, if of those that pairs connect one stayed."""
    heads: dict[str, str] = {}

    def head(id_: str) -> str:
        while heads.get(id_, id_) != id_:
            heads[id_] = id_ = heads.get(heads[id_], heads[id_])
        return id_

    n_joined = 0
    for one, other in zip(ones, others, strict=True):
        low, high = sorted((head(one), head(other)))
        n_joined += low != high
        heads[high] = low
    return n_joined


def _choose(copies: pa.Table, n: int) -> list[Copy]:
    """Of each method the pairs that are least alike, ties by id: there a wrong one would be."""
    chosen: list[Copy] = []
    for method in sorted(set(copies["reason"].to_pylist())):
        own = copies.filter(pc.equal(copies["reason"], method))
        keys = [("similarity", "ascending"), ("id", "ascending")]
        rows = own.take(pc.sort_indices(own.drop_columns("origin"), sort_keys=keys)[:n])
        chosen += [
            Copy(
                method,
                row["similarity"],
                row["id"],
                row["url"],
                row["origin"],
                row["kept_id"],
                None,
                None,
                (row["detail"] or "").removeprefix(THROUGH) or None,
            )
            for row in rows.to_pylist()
        ]
    return chosen
