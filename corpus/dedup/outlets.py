"""Outlets: which site is the home of which, so that an original can be told from its copies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

import pyarrow as pa

from corpus.dedup.keys import comparison_key
from corpus.resources import read_table

MIN_ARTICLES = 5
MIN_SHARE = 0.5
"""A site whose articles name one outlet as their source at least so often, and in at least this
share of those that name one, is that outlet's home, even if no list knows it."""

Homes = Mapping[str, frozenset[str]]
"""The comparison keys of the outlets at home on each site."""


def count_sources(members: pa.Table) -> Counter[tuple[str, str]]:
    """How many of the members (`contract.MEMBERS`) of each site name each source."""
    named = members.select(["site", "source"]).drop_null()
    groups = named.group_by(["site", "source"]).aggregate([([], "count_all")])
    columns = (groups[name].to_pylist() for name in ("site", "source", "count_all"))
    counts: Counter[tuple[str, str]] = Counter()
    for site, source, count in zip(*columns, strict=True):
        counts[site, comparison_key(source)] += count
    return counts


def find_homes(counts: Mapping[tuple[str, str], int], sites: Iterable[str]) -> dict[str, list[str]]:
    """The outlets at home on each of `sites`, as the list has them or as the counts show."""
    totals: defaultdict[str, int] = defaultdict(int)
    for (site, _), count in counts.items():
        totals[site] += count
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for (site, outlet), count in counts.items():
        if outlet and count >= MIN_ARTICLES and count >= MIN_SHARE * totals[site]:
            homes[site].add(outlet)
    for site in sites:
        homes[site] |= listed_outlets(site)
    return {site: sorted(outlets) for site, outlets in sorted(homes.items()) if outlets}


def listed_outlets(site: str) -> frozenset[str]:
    """The outlets that the list has for a site or for the one it is a part of.

    >>> comparison_key("人民网") in listed_outlets("finance.people.com.cn")
    True
    """
    parts = site.split(".")
    names = (".".join(parts[n:]) for n in range(len(parts)))
    return next((_listed()[name] for name in names if name in _listed()), frozenset())


@cache
def _listed() -> Homes:
    return {
        row["site"]: frozenset(comparison_key(name) for name in row["outlets"].split("、"))
        for row in read_table("outlets.tsv")
    }
