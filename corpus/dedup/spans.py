"""From places that recur to passages of the text, from its first character to its last."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.dedup.keys import Placed
from corpus.dedup.lines import Places, find_lines, place_texts
from corpus.dedup.passages import LINE, WINDOW, Sizes, places_of

PASSAGES = pa.schema(
    [
        ("number", pa.uint64()),
        ("begin", pa.uint32()),
        ("end", pa.uint32()),
        ("kind", pa.uint8()),
        ("first", pa.bool_()),
    ]
)
"""What recurs of the articles: characters `begin` to `end` of the text, sorted; `first` where the
article is the one that keeps it. Passages of both kinds may overlap."""


def find_passages(articles: pa.Table, hits: pa.Table, sizes: Sizes) -> pa.Table:
    """`PASSAGES` of articles, from all `HITS` on them."""
    placed = place_texts(articles)
    found = [PASSAGES.empty_table(), _lines(articles, hits, placed)]
    for first in (False, True):
        own = hits.filter(pc.equal(hits["first"], first))
        owners, places = places_of(articles, own, WINDOW)
        begin, end = _runs(placed.keys.starts, placed.keys.starts[owners] + places, sizes.window)
        found.append(_as_characters(articles, placed, begin, end, first=first))
    order = [(name, "ascending") for name in ("number", "begin", "end", "kind", "first")]
    return pa.concat_tables(found).sort_by(order).combine_chunks()


def _runs(starts: Places, places: Places, window: int) -> tuple[Places, Places]:
    """Where windows at `places` together begin and end; no run goes on into the next text."""
    bounds = np.zeros(int(starts[-1]) + 1, np.int64)
    np.add.at(bounds, places, 1)
    np.add.at(bounds, places + window, -1)
    covered = np.cumsum(bounds) > 0  # behind the last character it never is
    before = np.append(False, covered[:-1])
    is_start = np.zeros(len(covered), bool)
    is_start[starts] = True
    begin = np.flatnonzero(covered & (~before | is_start))
    end = np.flatnonzero(before & (~covered | is_start))
    return begin, end


def _lines(articles: pa.Table, hits: pa.Table, placed: Placed) -> pa.Table:
    owners, numbers = places_of(articles, hits, LINE)
    lines = find_lines(placed)
    chosen = np.searchsorted(lines.owner, owners) + numbers
    starts = placed.starts[owners]
    columns = {
        "number": articles["number"].to_numpy()[owners],
        "begin": (lines.text_begin[chosen] - starts).astype(np.uint32),
        "end": (lines.text_end[chosen] - starts).astype(np.uint32),
        "kind": np.full(len(chosen), LINE, np.uint8),
        "first": np.zeros(len(chosen), bool),
    }
    return pa.table(columns, PASSAGES)


def _as_characters(
    articles: pa.Table, placed: Placed, begin: Places, end: Places, *, first: bool
) -> pa.Table:
    """Runs of the key as runs of the text: with what the key has not, as far as it belongs to them.

    That is what follows on the same line, and what precedes if nothing else does on that line.
    """
    owners = np.searchsorted(placed.keys.starts, begin, side="right") - 1
    lines = find_lines(placed)
    own = np.searchsorted(lines.begin, begin, side="right") - 1
    starts_line = lines.begin[own] == begin
    text_begin = np.where(starts_line, lines.text_begin[own], placed.places[begin])
    last = np.searchsorted(lines.begin, end - 1, side="right") - 1
    following = np.append(placed.places, len(placed.points))[end]
    text_end = np.minimum(following, lines.text_end[last])
    starts = placed.starts[owners]
    columns = {
        "number": articles["number"].to_numpy()[owners],
        "begin": (text_begin - starts).astype(np.uint32),
        "end": (text_end - starts).astype(np.uint32),
        "kind": np.full(len(begin), WINDOW, np.uint8),
        "first": np.full(len(begin), first),
    }
    return pa.table(columns, PASSAGES)
