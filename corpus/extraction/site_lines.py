"""Lines of the pages of a site as numbers: on how many pages each stands, and where on them.

Lines are known by hashes, so that only numbers travel. `outline` makes them of pages, `count_lines`
counts them where all pages of a line are together, `judge_lines` judges them where all lines of a
site are; the order of pages and the cut into parts do not matter. Copies of an article count once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.document import BLOCK_KINDS, BlockKind

ABOVE, BELOW, INSIDE, BETWEEN = range(4)
"""Where a line stands to the main text of its page, wherever it stands on it: before the first main
line, after the last one, as a main line, none of these or several of them."""
FURNITURE = BETWEEN
"""As a verdict: no article's text, but it tells nothing of where one begins."""

MIN_CHARACTERS = 4
"""Shorter lines are not compared: 摘要 or 答： recur with every right."""
CLEAR_SHARE = 0.8
"""Share of a line's pages on which it stands at one side, from which that is its place."""
MAIN_SHARE = 0.5
"""Share of all pages of a site on which a line is main text, from which it is nobody's text."""

NUMBERS = {kind: number for number, kind in enumerate(BLOCK_KINDS)}
MAIN = NUMBERS["main"]

LINES = pa.schema(
    [
        ("key", pa.uint64()),  # of the line on its site
        ("site", pa.uint64()),
        ("doc", pa.uint64()),
        ("place", pa.uint8()),
        ("kind", pa.uint8()),
    ]
)
"""The distinct lines of pages."""
DOCS = pa.schema([("site", pa.uint64()), ("doc", pa.uint64())])
"""The pages of sites; those with the same longest main line are one."""
COUNTS = pa.schema(
    [(name, pa.uint64()) for name in ("key", "site")]
    + [(name, pa.uint32()) for name in ("n", "above", "below", "inside")]
    + [("kind", pa.uint8())]
)
"""On how many pages a line stands, and where; its commonest kind where it is not main."""
VERDICTS = pa.schema(
    [("site", pa.uint64()), ("key", pa.uint64()), ("place", pa.uint8()), ("kind", pa.uint8())]
)
"""What is known of the lines that recur, sorted; `kind` is that of `BLOCK_KINDS`, main if none."""

UNKNOWN = 255
"""As a place: nothing is known of the line."""

Keys = NDArray[np.uint64]
Counts = NDArray[np.int64]
Kinds = NDArray[np.uint8]
Flags = NDArray[np.bool_]

_EMPTY = blake2b(digest_size=8)


class SitePages(NamedTuple):
    """Pages of sites as numbers: by page its site, its article and how many lines it has.

    And by line, page after page, its key on its site (0 where it is not compared) and its kind.
    """

    site: Keys
    doc: Keys
    n_lines: Counts
    key: Keys
    kind: Kinds


class Said(NamedTuple):
    """What is known of lines, by column: places, and kinds, which are main where there is none."""

    place: Kinds
    kind: Kinds


class Verdict(NamedTuple):
    """What the siblings of a page know of a line: its place, and its kind, if they have one."""

    place: int
    kind: BlockKind | None


@dataclass(frozen=True, slots=True)
class Outline:
    """Pages as numbers: `LINES` and `DOCS`."""

    lines: pa.Table
    docs: pa.Table


def hash_site(site: str) -> int:
    """The number of a site.

    >>> hash_site("lanjiang.example") == hash_site("lanjiang.example") != hash_site("")
    True
    """
    return _hash(site)


def _hash(text: str) -> int:
    return int.from_bytes(_digest(text), "little")


def _digest(text: str) -> bytes:
    state = _EMPTY.copy()  # to make one anew takes as long as a line does
    state.update(text.encode("utf-8", "surrogatepass"))
    return state.digest()


def hash_lines(texts: Sequence[str]) -> Keys:
    """The number of each line, wherever it stands; 0 for lines that are not compared."""
    is_long = [len(text) >= MIN_CHARACTERS for text in texts]
    numbers = np.zeros(len(texts), np.uint64)
    numbers[is_long] = np.frombuffer(b"".join(map(_digest, compress(texts, is_long))), "<u8")
    return numbers


def on_sites(numbers: Keys, sites: Keys) -> Keys:
    """The key of each line on its site, from its number and that of the site."""
    return np.where(numbers > 0, numbers ^ sites, np.uint64(0))


def hash_article(main: Sequence[str]) -> int:
    """The same number for copies of an article: they share its longest line."""
    return _hash(max(main, key=len, default=""))


def outline(pages: SitePages) -> Outline:
    """What is compared of some pages: each line of a page once, where and as what it stands."""
    docs = pa.table([pa.array(pages.site), pa.array(pages.doc)], DOCS)
    page = np.arange(len(pages.n_lines)).repeat(pages.n_lines)
    compared = np.flatnonzero(pages.key)
    # Stable: the lines of one key stay in their order on the page.
    order = compared[np.lexsort((pages.key[compared], page[compared]))]
    key, page = pages.key[order], page[order]
    starts = np.flatnonzero(_begins(key) | _begins(page))
    place, kind = _places(pages)[order], pages.kind[order]
    if len(starts):
        least, most = (ufunc.reduceat(place, starts) for ufunc in (np.minimum, np.maximum))
        place = np.where(least == most, least, BETWEEN).astype(np.uint8)
        # Its first kind that is not main: the same line can be main text, too.
        noise = np.where(kind == MAIN, len(kind), np.arange(len(kind)))
        kind = np.append(kind, np.uint8(MAIN))[np.minimum.reduceat(noise, starts)]
    own = page[starts]
    columns = key[starts], pages.site[own], pages.doc[own], place, kind
    arrays = [pa.array(c, f.type) for c, f in zip(columns, LINES, strict=True)]
    return Outline(pa.table(arrays, LINES), docs)


def _places(pages: SitePages) -> Kinds:
    """The place of each line on its page."""
    n_lines = pages.n_lines[pages.n_lines > 0]
    starts = np.cumsum(n_lines) - n_lines
    place = np.full(len(pages.kind), INSIDE, np.uint8)
    if not len(starts):
        return place
    n = np.arange(len(pages.kind))
    is_main = pages.kind == MAIN
    # On a page without main text all lines stand above it.
    first = np.minimum.reduceat(np.where(is_main, n, len(n)), starts).repeat(n_lines)
    last = np.maximum.reduceat(np.where(is_main, n, -1), starts).repeat(n_lines)
    place[~is_main] = BETWEEN
    place[n > last] = BELOW
    place[n < first] = ABOVE
    return place


def count_lines(lines: pa.Table, min_pages: int) -> pa.Table:
    """`COUNTS` of the lines on at least so many pages; the rows of a line must all be there."""
    key, site, doc, place, kind = (lines[name].to_numpy() for name in LINES.names)
    order = np.lexsort((kind, place, doc, key))
    key, doc = key[order], doc[order]
    # Of pages that are copies of one article, one counts: the first in this order.
    single = _begins(key) | _begins(doc)
    order, key = order[single], key[single]
    starts = np.flatnonzero(_begins(key))
    sizes = np.diff(np.append(starts, len(key)))
    kept = np.repeat(sizes >= min_pages, sizes)
    order, key = order[kept], key[kept]
    starts = np.flatnonzero(_begins(key))
    place, kind = place[order], kind[order]
    columns = {
        "key": key[starts],
        "site": site[order][starts],
        "n": sizes[sizes >= min_pages],
        "above": _count(place == ABOVE, starts),
        "below": _count(place == BELOW, starts),
        "inside": _count(place == INSIDE, starts),
        "kind": _commonest(kind, starts),
    }
    return pa.table({name: pa.array(c) for name, c in columns.items()}).cast(COUNTS)


def _begins(values: Keys | Counts) -> Flags:
    """Where a sorted column has another value than in the row before."""
    return np.append(True, values[1:] != values[:-1])[: len(values)]


def _count(flags: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(starts):
        return np.zeros(0, np.int64)
    return np.asarray(np.add.reduceat(flags.astype(np.int64), starts))


def _commonest(kind: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The commonest kind of each group but main, the first of equals; main where there is none."""
    noise = [k for k in range(len(BLOCK_KINDS)) if k != MAIN]
    counts = np.stack([_count(kind == k, starts) for k in noise])
    best = np.array(noise, np.uint8)[counts.argmax(axis=0)]
    return np.where(counts.max(axis=0) > 0, best, MAIN).astype(np.uint8)


def judge_lines(counts: pa.Table, docs: pa.Table, min_pages: int) -> pa.Table:
    """`VERDICTS` on lines, sorted by site and key; all lines and pages of a site must be there."""
    sites, n_docs = _count_docs(docs)
    at = np.searchsorted(sites, counts["site"].to_numpy())
    size = np.append(n_docs, 0)[np.minimum(at, len(sites))]
    n, above, below, inside = (
        counts[name].to_numpy() for name in ("n", "above", "below", "inside")
    )
    place = np.full(len(n), INSIDE, np.uint8)
    place[n - inside >= CLEAR_SHARE * n] = FURNITURE
    place[above >= CLEAR_SHARE * n] = ABOVE
    place[below >= CLEAR_SHARE * n] = BELOW
    place[(inside >= MAIN_SHARE * size) & (inside >= min_pages)] = FURNITURE
    table = pa.table(
        {
            "site": counts["site"],
            "key": counts["key"],
            "place": pa.array(place),
            "kind": counts["kind"],
        }
    ).cast(VERDICTS)
    known = (place != INSIDE) & (size >= min_pages)
    return table.filter(pa.array(known)).sort_by([("site", "ascending"), ("key", "ascending")])


def _count_docs(docs: pa.Table) -> tuple[Keys, NDArray[np.int64]]:
    site, doc = docs["site"].to_numpy(), docs["doc"].to_numpy()
    order = np.lexsort((doc, site))
    site, doc = site[order], doc[order]
    single = _begins(site) | _begins(doc)
    sites, counts = np.unique(site[single], return_counts=True)
    return sites, counts.astype(np.int64)


class Known:
    """The `VERDICTS` on one site, to be asked line by line.

    A site may have more of them than memory: of a mapped table only what is asked for is read.
    """

    def __init__(self, verdicts: pa.Table, site: int) -> None:
        sites, keys, places, kinds = map(_values, verdicts.columns)
        first = int(np.searchsorted(sites, np.uint64(site)))
        end = int(np.searchsorted(sites, np.uint64(site), side="right"))
        self._keys, self._places, self._kinds = (c[first:end] for c in (keys, places, kinds))

    def __len__(self) -> int:
        """How many lines something is known of."""
        return len(self._keys)

    def on(self, keys: Keys) -> Said:
        """What is known of each line, by its key."""
        place, kind = np.full(len(keys), UNKNOWN, np.uint8), np.full(len(keys), MAIN, np.uint8)
        if len(self):
            at = np.minimum(self._keys.searchsorted(keys), len(self._keys) - 1)
            hits = np.flatnonzero(self._keys[at] == keys)
            place[hits], kind[hits] = self._places[at[hits]], self._kinds[at[hits]]
        return Said(place, kind)


def as_verdicts(said: Said) -> list[Verdict | None]:
    """What is known of each line, in words."""
    return [
        None if place == UNKNOWN else Verdict(place, None if kind == MAIN else BLOCK_KINDS[kind])
        for place, kind in zip(said.place.tolist(), said.kind.tolist(), strict=True)
    ]


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    """The values of a column, which are not copied where they lie in one piece."""
    return np.asarray(column.chunk(0) if column.num_chunks == 1 else column)
