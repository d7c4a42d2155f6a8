"""Withdraws articles: finds what a request means, and adds tombstones to the list of a release."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus import dedup, loading
from corpus import release as releasing
from corpus.document import page_id
from corpus.errors import SourceError

ID = re.compile(r"[0-9a-f]{32}")
DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]+")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be withdrawn: pages by id or address, whole domains, texts by hash.

    A hash is the one that a tombstone has for `text`.
    """

    ids: Sequence[str] = ()
    urls: Sequence[str] = ()
    domains: Sequence[str] = ()
    text_hashes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Takedown:
    """What was withdrawn: the list, the tombstones added to it, the articles that they stand for.

    `unknown` are the pages asked for that the release does not have, `idle_domains` the domains of
    which it has no article; they are kept out from now on.
    `orphans` are pages that an article stood for which goes, and that are no copies of it.
    """

    path: Path
    added: tuple[releasing.Tombstone, ...]
    articles: tuple[str, ...]
    unknown: tuple[str, ...]
    orphans: tuple[releasing.Orphan, ...]
    idle_domains: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {**dataclasses.asdict(self), "path": str(self.path)}


def takedown(
    release: Path | str,
    request: Request,
    *,
    reason: str,
    date: str,
    to: Path | str | None = None,
) -> Takedown:
    """Withdraw what is asked for from all releases after this one.

    The release itself is never changed: tombstones go to the list `to`, by default the one beside
    it, which `build --previous` reads. They have hashes, the day (ISO 8601) and the reason, and no
    text; both are published with the next release. Of a page that the release removed as a copy,
    the article that stands for it goes, too.

    Raises:
        SourceError: There is no such folder, what is asked for is no id, address, domain or hash,
            or the reason says nothing.
        ReleaseError: The folder is no release, or the list is damaged.
        VersionError: `date` is no day.
        StorageError: The list cannot be written.
    """
    _check_reason(reason)
    opened = releasing.open_release(release)
    day = releasing.release_date(date) or date
    pages = _pages(request)
    domains = _checked(request.domains, DOMAIN, "a domain, such as example.org")
    wanted = _Wanted(
        frozenset(pages),
        frozenset(map(releasing.fold_domain, domains)),
        frozenset(_checked(request.text_hashes, ID, "the hash of a text, 32 hexadecimal digits")),
        *_survivors(opened, pages),
    )
    found = tuple(_find(opened, wanted))
    stones = [
        releasing.Tombstone(day, reason, domain=releasing.hash_domain(domain))
        for domain in sorted(wanted.domains)
    ]
    stones += [_stone(article, day, reason) for article in found]
    of_articles = {article.id for article in found}
    stones += [
        releasing.Tombstone(day, reason, page=id_) for id_ in pages if id_ not in of_articles
    ]
    hashes = {stone.text for stone in stones}
    stones += [
        releasing.Tombstone(day, reason, text=text)
        for text in sorted(wanted.texts)
        if text not in hashes
    ]
    path = Path(to) if to is not None else releasing.beside(opened.path)
    added = releasing.add_takedowns(path, stones)
    return Takedown(
        path,
        added,
        tuple(article.id for article in found),
        tuple(id_ for id_ in pages if id_ not in of_articles | wanted.copies),
        releasing.find_orphans(opened, of_articles),
        _idle(wanted.domains, found),
    )


def today() -> str:
    """The day that the command line dates a request by: of SOURCE_DATE_EPOCH, else of the clock.

    A request is something that happened on a day; what is built from it never asks the clock.
    """
    return releasing.release_date(None) or dt.datetime.now(dt.UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is looked for in the rows of a release."""

    pages: frozenset[str]
    domains: frozenset[str]
    texts: frozenset[str]
    copies: frozenset[str]
    survivors: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Article:
    """An article that goes; `domains` are the hashes of those asked for that it is of."""

    id: str
    sketch: dedup.Sketch
    domains: frozenset[str] = frozenset()


def _check_reason(reason: str) -> None:
    """Refuse a reason that a tombstone cannot have, for nothing could read its list any more."""
    try:
        is_said = bool(reason.strip().encode("utf-8"))
    except UnicodeEncodeError:
        is_said = False
    if not is_said:
        raise SourceError(
            "reason", "is empty or no UTF-8", "say why; it is published with the next release"
        )


def _pages(request: Request) -> tuple[str, ...]:
    ids = list(_checked(request.ids, ID, "an id, 32 hexadecimal digits"))
    for url in request.urls:
        canonical = loading.canonical_url(url)
        if canonical is None:
            raise SourceError(url, "not the address of a web page", "give one with http(s)://")
        ids.append(page_id("", canonical))
    return tuple(dict.fromkeys(ids))


def _checked(values: Sequence[str], pattern: re.Pattern[str], what: str) -> Iterator[str]:
    for value in values:
        plain = value.strip().lower().rstrip(".")
        if not pattern.fullmatch(plain):
            raise SourceError(value, f"not {what}", "look it up in the release")
        yield plain


def _survivors(
    release: releasing.Release, pages: Sequence[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Of the pages those that were removed as copies, and the articles that stand for them."""
    copies: set[str] = set()
    found: set[str] = set()
    ids = pa.array(pages, pa.string())
    for file in release.manifest.files_of("ledger"):
        for rows in releasing.read_batches(release.path / file.path, ["id", "kept_id"]):
            own = rows.filter(pc.is_in(rows.column("id"), value_set=ids))
            own = own.filter(own.column("kept_id").is_valid())
            copies.update(own.column("id").to_pylist())
            found.update(own.column("kept_id").to_pylist())
    return frozenset(copies), frozenset(found)


def _find(release: releasing.Release, wanted: _Wanted) -> Iterator[_Article]:
    """The articles of the release that go, each with the sketch of its text."""
    domains = frozenset(map(releasing.hash_domain, wanted.domains))
    for file in release.manifest.article_files():
        for rows in releasing.read_batches(release.path / file.path, ["id", "site", "text"]):
            columns = [rows.column(name).to_pylist() for name in ("id", "site", "text")]
            for id_, site, text in zip(*columns, strict=True):
                own = domains.intersection(releasing.domains_of(site)) if domains else domains
                if own or id_ in wanted.pages or id_ in wanted.survivors:
                    yield _Article(id_, dedup.sketch_text(text), own)
                elif wanted.texts:
                    sketch = dedup.sketch_text(text)
                    if sketch.text.hex() in wanted.texts:
                        yield _Article(id_, sketch)


def _idle(domains: frozenset[str], found: Sequence[_Article]) -> tuple[str, ...]:
    """Of the domains those of which no article was found."""
    hashes = {hash_ for article in found for hash_ in article.domains}
    return tuple(name for name in sorted(domains) if releasing.hash_domain(name) not in hashes)


def _stone(article: _Article, day: str, reason: str) -> releasing.Tombstone:
    sketch = article.sketch
    packed = base64.b64encode(dedup.pack_hashes(sketch.hashes)).decode()
    return releasing.Tombstone(
        day, reason, page=article.id, text=sketch.text.hex(), sketch=packed, share=sketch.share
    )
