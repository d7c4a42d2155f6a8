"""The members of some components in arrays: component by component, best survivor first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.dedup.contract import Numbers
from corpus.dedup.keys import comparison_key

SURVIVOR_ORDER = (
    "an article of an earlier release",
    "the original: its site is the home of an outlet that others name as their source",
    "earliest published_at (a bare day counts as its end, no date comes last)",
    "most characters",
    "smallest id",
    "first read",
)
"""Who survives of a cluster: the first that is ahead by the first of these that tells them apart.
`rank` is the same in code."""

Codes = NDArray[np.int64]


class Groups(NamedTuple):
    """Members that have something in common, inside their component; by place, in order."""

    order: Codes
    begin: Codes
    end: Codes

    def of(self, place: int) -> list[int]:
        """The places of the group of a member, itself among them."""
        own: list[int] = self.order[self.begin[place] : self.end[place]].tolist()
        return own

    def first(self, place: int) -> int:
        """The best of the group of a member."""
        return int(self.order[self.begin[place]])


class Ranked(NamedTuple):
    """Members by place: sorted by component, then by `SURVIVOR_ORDER`.

    Component i is at `starts[i] : starts[i + 1]`. `is_fixed` marks articles of an earlier release.
    """

    starts: Codes
    members: pa.Table
    is_fixed: NDArray[np.bool_]
    by_text: Groups
    by_page: Groups
    by_id: Groups

    def places(self, numbers: Numbers) -> Codes:
        """Where these members are."""
        own = self.members["number"].to_numpy()
        order = np.argsort(own)
        return order[np.searchsorted(own, numbers, sorter=order)]


def rank(members: pa.Table, homes: Mapping[str, frozenset[str]]) -> Ranked:
    """Members (`contract.MEMBERS` and `component`) in their order.

    `homes` are the outlets at home on each site.
    """
    is_fixed = members["cluster_id"].is_valid().to_numpy()
    keys = (
        members["number"].to_numpy(),
        *reversed(sort_keys(members["id"])),
        -members["n_characters"].to_numpy(),
        members["published"].to_numpy(),
        ~_is_original(members, homes),
        ~is_fixed,
        members["component"].to_numpy(),
    )
    order = np.lexsort(keys)
    members = members.take(pa.array(order)).combine_chunks()
    components = members["component"].to_numpy()
    starts = np.flatnonzero(_is_new(components))
    groups = (_groups(components, members[name]) for name in ("text", "page", "id"))
    return Ranked(np.append(starts, len(components)), members, is_fixed[order], *groups)


def _is_new(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Where sorted rows begin that differ from the one before."""
    found = np.zeros(len(columns[0]), bool)
    found[:1] = True
    for column in columns:
        found[1:] |= column[1:] != column[:-1]
    return found


def _groups(components: Numbers, hashes: pa.ChunkedArray) -> Groups:
    codes = _codes(hashes)
    order = np.lexsort((np.arange(len(codes)), codes, components))
    starts = np.flatnonzero(_is_new(components[order], codes[order]))
    sizes = np.diff(np.append(starts, len(codes)))
    begin, end = np.empty_like(order), np.empty_like(order)
    begin[order] = np.repeat(starts, sizes)
    end[order] = np.repeat(starts + sizes, sizes)
    return Groups(order, begin, end)


def sort_keys(hashes: pa.ChunkedArray) -> list[NDArray[np.uint64]]:
    """Two columns of numbers that sort as the hashes do."""
    words = np.frombuffer(b"".join(hashes.to_pylist()), ">u8").reshape(-1, 2)
    return [words[:, 0].astype(np.uint64), words[:, 1].astype(np.uint64)]


def _codes(hashes: pa.ChunkedArray) -> Codes:
    """A number for each different hash, and one for each null."""
    encoded = hashes.combine_chunks().dictionary_encode().indices
    codes = np.array(encoded.fill_null(-1).to_numpy(), np.int64)
    nulls = codes == -1
    codes[nulls] = len(codes) + np.arange(np.count_nonzero(nulls))
    return codes


def _is_original(members: pa.Table, homes: Mapping[str, frozenset[str]]) -> NDArray[np.bool_]:
    """Whose site is the home of an outlet that somebody in the component names as the source.

    Not who names another outlet: a portal that took an article over is no home of it.
    """
    found = np.zeros(len(members), bool)
    components = members["component"].to_pylist()
    sources = [comparison_key(s) if s else "" for s in members["source"].to_pylist()]
    named: defaultdict[int, set[str]] = defaultdict(set)
    for component, source in zip(components, sources, strict=True):
        if source:
            named[component].add(source)
    for place, site in enumerate(members["site"].to_pylist()):
        own = homes.get(site, frozenset()) if site else frozenset()
        if own and (not sources[place] or sources[place] in own):
            found[place] = not own.isdisjoint(named[components[place]])
    return found
