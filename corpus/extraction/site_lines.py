"""Lines of the pages of a site as numbers: on how many pages each stands, and where on them.

Lines are known by hashes, so that only numbers travel. `outline` makes them of pages, `count_lines`
counts them where all pages of a line are together, `judge_lines` judges them where all lines of a
site are; the order of pages and the cut into parts do not matter. Copies of an article count once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
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

Keys = NDArray[np.uint64]

_EMPTY = blake2b(digest_size=8)


class SitePage(NamedTuple):
    """The lines of a page of a site, all of them in order, with their kinds."""

    site: str
    lines: Sequence[tuple[str, BlockKind]]


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


def line_keys(page: SitePage) -> list[int]:
    """The number of each line on its site; 0 for lines that are not compared."""
    texts = [text for text, _ in page.lines if len(text) >= MIN_CHARACTERS]
    numbers = np.frombuffer(b"".join(map(_digest, texts)), "<u8") ^ np.uint64(hash_site(page.site))
    own = iter(numbers.tolist())
    return [next(own) if len(text) >= MIN_CHARACTERS else 0 for text, _ in page.lines]


def outline(pages: Iterable[SitePage]) -> Outline:
    """What is compared of some pages."""
    docs: list[tuple[int, int]] = []
    sizes: list[int] = []
    keys: list[int] = []
    places: list[int] = []
    kinds: list[int] = []
    for page in pages:
        found = _places(page)
        docs.append((hash_site(page.site), _doc_of(page)))
        sizes.append(len(found))
        keys.extend(found)
        places.extend([place for place, _ in found.values()])
        kinds.extend([kind for _, kind in found.values()])
    pairs = np.array(docs, np.uint64).reshape(-1, 2)
    of_page = pairs.repeat(np.array(sizes, np.int64), axis=0)
    columns = (
        np.array(keys, np.uint64),
        *of_page.T,
        np.array(places, np.uint8),
        np.array(kinds, np.uint8),
    )
    arrays = [pa.array(c, f.type) for c, f in zip(columns, LINES, strict=True)]
    return Outline(pa.table(arrays, LINES), pa.table([*map(pa.array, pairs.T)], DOCS))


def _doc_of(page: SitePage) -> int:
    """The same for copies of an article: they share its longest line."""
    main = (text for text, kind in page.lines if kind == "main")
    return _hash(max(main, key=len, default=""))


def _places(page: SitePage) -> dict[int, tuple[int, int]]:
    """Place and kind of each line of a page that is compared."""
    main = [n for n, (_, kind) in enumerate(page.lines) if kind == "main"]
    first, last = (main[0], main[-1]) if main else (len(page.lines), -1)
    found: dict[int, tuple[int, int]] = {}
    for n, (key, (_, name)) in enumerate(zip(line_keys(page), page.lines, strict=True)):
        if key:
            is_main = name == "main"
            place = INSIDE if is_main else ABOVE if n < first else BELOW if n > last else BETWEEN
            kind = NUMBERS[name]
            before = found.get(key)
            if before is None:
                found[key] = (place, kind)
            elif before[0] != place:
                found[key] = (BETWEEN, kind if before[1] == MAIN else before[1])
    return found


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


def _begins(values: Keys) -> NDArray[np.bool_]:
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

    def on(self, keys: Sequence[int]) -> list[Verdict | None]:
        """What is known of each line, by its key."""
        said: list[Verdict | None] = [None] * len(keys)
        if not len(self):
            return said
        asked = np.array(keys, np.uint64)
        at = np.minimum(self._keys.searchsorted(asked), len(self._keys) - 1)
        hits = np.flatnonzero(self._keys[at] == asked)
        at = at[hits]
        places, kinds = self._places[at].tolist(), self._kinds[at].tolist()
        for n, place, kind in zip(hits.tolist(), places, kinds, strict=True):
            said[n] = Verdict(place, None if kind == MAIN else BLOCK_KINDS[kind])
        return said


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    """The values of a column, which are not copied where they lie in one piece."""
    return np.asarray(column.chunk(0) if column.num_chunks == 1 else column)
