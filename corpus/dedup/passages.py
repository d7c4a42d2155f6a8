"""Passages that stand in several articles, and lines that recur on a site.

A passage is a run of characters of the comparison key each of whose windows of `window` characters
stands in another article as well. To find them all, not every window travels: of the hashes of
short runs each window keeps its smallest, its anchor, so that what two articles share they share an
anchor of (`find_anchors`). Only where an anchor is shared (`find_shared`) all windows around it are
compared (`windows_around`, `find_first`).

Source: Schleimer, Wilkerson, Aiken 2003, Winnowing: any common run of `window` characters is found.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.dedup.contract import Numbers
from corpus.dedup.grams import NO_GRAM, Hashes, hash_grams, hash_runs
from corpus.dedup.keys import Keys
from corpus.dedup.lines import Places, find_lines, place_texts
from corpus.dedup.published import published_second

ANCHOR, LINE, WINDOW = range(3)

MIN_LINE = 8
"""Characters of the key of a line that is compared: 编者按 or 答： recur with every right."""

ANCHORS = pa.schema(
    [("key", pa.uint64()), ("number", pa.uint64()), ("place", pa.uint32()), ("kind", pa.uint8())]
)
"""Places of articles that may recur: of anchors in the key, of lines their number."""

WINDOWS = pa.schema(
    [
        ("key", pa.uint64()),
        ("number", pa.uint64()),
        ("place", pa.uint32()),
        ("published", pa.int64()),
        ("tie", pa.uint64()),  # of the id
    ]
)
"""Windows of articles by their place in the key, and what decides who keeps them."""

HITS = pa.schema(
    [("number", pa.uint64()), ("place", pa.uint32()), ("kind", pa.uint8()), ("first", pa.bool_())]
)
"""Places that recur, sorted; `first` where the article is the one that keeps the window."""


class Sizes(NamedTuple):
    """What recurs: windows of so many characters, lines in so many articles of a site."""

    window: int
    line_articles: int

    @property
    def gram(self) -> int:
        """Characters of an anchor."""
        return self.window // 2 + 1

    @property
    def span(self) -> int:
        """Anchors of which each window keeps the smallest."""
        return self.window - self.gram + 1


def find_anchors(articles: pa.Table, sizes: Sizes) -> pa.Table:
    """`ANCHORS` of articles (`contract.ARTICLES`). Memory: 60 bytes a character."""
    placed = place_texts(articles)
    numbers = articles["number"].to_numpy()
    hashes = _all_grams(placed.keys, sizes.gram)
    chosen = np.flatnonzero(_winnow(hashes, sizes.span))
    owners = np.searchsorted(placed.keys.starts, chosen, side="right") - 1
    anchors = _rows(hashes[chosen], numbers[owners], chosen - placed.keys.starts[owners], ANCHOR)
    lines = find_lines(placed)
    sites = np.array([_site_hash(site) for site in articles["site"].to_pylist()], np.uint64)
    long_enough = (lines.end - lines.begin >= MIN_LINE) & (sites[lines.owner] != 0)
    lines = lines.take(long_enough)
    keys = hash_runs(placed.keys, lines.begin, lines.end) ^ sites[lines.owner]
    return pa.concat_tables([anchors, _rows(keys, numbers[lines.owner], lines.number, LINE)])


def find_shared(anchors: pa.Table, sizes: Sizes) -> pa.Table:
    """`HITS` of one part of all anchors: those of two articles, and of enough of one site."""
    key, number, place, kind = (anchors[name].to_numpy() for name in ANCHORS.names)
    order = np.lexsort((number, key))
    key, number = key[order], number[order]
    counts = _articles_of(key, number)
    least = np.where(kind[order] == LINE, sizes.line_articles, 2)
    found = order[counts >= least]
    hits = {
        "number": anchors["number"].to_numpy()[found],
        "place": place[found],
        "kind": kind[found],
        "first": np.zeros(len(found), bool),
    }
    return pa.table(hits, HITS).sort_by([("number", "ascending"), ("place", "ascending")])


def windows_around(articles: pa.Table, hits: pa.Table, sizes: Sizes) -> pa.Table:
    """`WINDOWS` of the articles that have a shared anchor inside."""
    placed = place_texts(articles)
    hashes = _all_grams(placed.keys, sizes.window)
    owners, places = places_of(articles, hits, ANCHOR)
    places += placed.keys.starts[owners]
    bounds = np.zeros(len(hashes) + 1, np.int64)
    np.add.at(bounds, np.maximum(places - sizes.span + 1, placed.keys.starts[owners]), 1)
    np.add.at(bounds, places + 1, -1)
    chosen = np.flatnonzero((np.cumsum(bounds)[:-1] > 0) & (hashes != NO_GRAM))
    owner = np.searchsorted(placed.keys.starts, chosen, side="right") - 1
    published = [published_second(time) for time in articles["published_at"].to_pylist()]
    ties = [int(own[:16], 16) ^ int(own[16:], 16) for own in articles["id"].to_pylist()]
    columns = {
        "key": hashes[chosen],
        "number": articles["number"].to_numpy()[owner],
        "place": (chosen - placed.keys.starts[owner]).astype(np.uint32),
        "published": np.array(published, np.int64)[owner],
        "tie": np.array(ties, np.uint64)[owner],
    }
    return pa.table(columns, WINDOWS)


def find_first(windows: pa.Table) -> pa.Table:
    """`HITS` of one part of all windows: those of two articles; the earliest keeps them."""
    key, number, place, published, tie = (windows[name].to_numpy() for name in WINDOWS.names)
    order = np.lexsort((place, number, tie, published, key))
    key, number = key[order], number[order]
    shared = _articles_of(key, number) > 1
    firsts = number[np.searchsorted(key, key)]
    hits = {
        "number": number[shared],
        "place": place[order][shared],
        "kind": np.full(int(shared.sum()), WINDOW, np.uint8),
        "first": (number == firsts)[shared],
    }
    return pa.table(hits, HITS).sort_by([("number", "ascending"), ("place", "ascending")])


def places_of(articles: pa.Table, hits: pa.Table, kind: int) -> tuple[Places, Places]:
    """The places of one kind, each with the place of its article; articles rise by number."""
    own = hits.filter(pc.equal(hits["kind"], kind))
    owners = np.searchsorted(articles["number"].to_numpy(), own["number"].to_numpy())
    return owners, own["place"].to_numpy().astype(np.int64)


def _rows(key: Hashes, number: Numbers, place: Places, kind: int) -> pa.Table:
    kinds = np.full(len(key), kind, np.uint8)
    columns = {"key": key, "number": number, "place": place.astype(np.uint32), "kind": kinds}
    return pa.table(columns, ANCHORS)


def _all_grams(keys: Keys, n: int) -> Hashes:
    """The hash of the run that begins at each place of the keys."""
    hashes = np.full(len(keys.codes), NO_GRAM, np.uint64)
    for begin, part in hash_grams(keys, n):
        hashes[begin : begin + len(part)] = part
    return hashes


def _winnow(hashes: Hashes, span: int) -> NDArray[np.bool_]:
    """Which hashes are the smallest of some `span` neighbours that they are among."""
    padded = np.concatenate([hashes, np.full(span - 1, NO_GRAM, np.uint64)])
    smallest = _slide(padded, span, np.minimum)
    padded = np.concatenate([np.zeros(span - 1, np.uint64), smallest])
    is_one: NDArray[np.bool_] = (_slide(padded, span, np.maximum) == hashes) & (hashes != NO_GRAM)
    return is_one


def _slide(values: Hashes, span: int, extreme: np.ufunc) -> Hashes:
    """The extreme of each `span` neighbours, by doubling: log2(span) passes."""
    width = 1
    while width * 2 <= span:
        values = extreme(values[:-width], values[width:])
        width *= 2
    if width < span:
        values = extreme(values[: len(values) - (span - width)], values[span - width :])
    return values


def _articles_of(key: Hashes, number: Numbers) -> NDArray[np.int64]:
    """For each row, sorted by key, then number, how many articles have its key."""
    if not len(key):
        return np.zeros(0, np.int64)
    is_group = np.append(True, key[1:] != key[:-1])
    is_article = is_group | np.append(True, number[1:] != number[:-1])
    groups = np.cumsum(is_group) - 1
    counts: NDArray[np.int64] = np.bincount(groups, weights=is_article).astype(np.int64)[groups]
    return counts


def _site_hash(site: str | None) -> int:
    """A number for a site, 0 for none."""
    if not site:
        return 0
    return int.from_bytes(hashlib.blake2b(site.encode(), digest_size=8).digest(), "little")
