"""What was withdrawn stays out: each page of a build is asked for, each article before it too."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from corpus import dedup
from corpus import release as releasing
from corpus.document import Article, Page, Removal
from corpus.engine import Work

STONES = "takedown"
"""The folder of tombstones in the working folder; each list has its digest for a name."""


class Guard:
    """Knows what was withdrawn, by page, by domain and by text."""

    def __init__(self, stones: Iterable[releasing.Tombstone]) -> None:
        """Index the tombstones."""
        stones = tuple(stones)
        self._places = releasing.Withdrawals(stones)
        self._texts = tuple(stone for stone in stones if stone.text)
        self._withdrawn = dedup.Withdrawn(
            [
                dedup.Sketch(bytes.fromhex(s.text), dedup.unpack_hashes(s.hashes), s.share)
                for s in self._texts
            ]
        )

    def find_page(self, page: Page) -> Removal | None:
        """Why the page is kept out before anything is looked at, or None."""
        stone = self._places.find_page(page.id)
        return None if stone is None else withdraw(page, "page", stone)

    def find_article(self, page: Page, article: Article) -> Removal | None:
        """Why its article is kept out, or None."""
        found = self.find(article.id, article.site, article.text)
        return None if found is None else withdraw(page, *found)

    def find(self, id_: str, site: str | None, text: str) -> tuple[str, releasing.Tombstone] | None:
        """The reason why an article was withdrawn, and the tombstone, or None."""
        stone = self._places.find_page(id_)
        if stone is not None:
            return "page", stone
        stone = self._places.find_site(site)
        if stone is not None:
            return "domain", stone
        hit = self._withdrawn.find(text)
        return None if hit is None else (hit.method, self._texts[hit.place])


def withdraw(page: Page, reason: str, stone: releasing.Tombstone) -> Removal:
    """The ledger's word on the page: no address, no key of its source."""
    origin = dataclasses.replace(page.origin, key=None)
    detail = releasing.detail_of(stone)
    return Removal(page.id, None, origin, "takedown", reason, detail)


@lru_cache(maxsize=1)
def guard_of(work: Work, digest: str) -> Guard | None:
    """The guard of a build; `digest` is that of its tombstones, empty where there are none."""
    if not digest:
        return None
    name = f"{STONES}/{digest}"
    with work.open(name) as file:
        return Guard(releasing.parse_takedowns(file.read(), name))


def find_withdrawn(file: Path, guard: Guard) -> pa.Table:
    """The articles of a data file that were withdrawn since (`release.WITHDRAWN`)."""
    found = []
    for rows in releasing.read_batches(file, ["id", "site", "text"]):
        columns = [rows.column(name).to_pylist() for name in ("id", "site", "text")]
        for id_, site, text in zip(*columns, strict=True):
            hit = guard.find(id_, site, text)
            if hit is not None:
                reason, stone = hit
                detail = releasing.detail_of(stone)
                found.append({"id": bytes.fromhex(id_), "reason": reason, "detail": detail})
    return pa.Table.from_pylist(found, releasing.WITHDRAWN)
