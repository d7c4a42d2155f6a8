"""What there is to find in a pile, by brute force and by construction, and how much was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.dedup import find_duplicates_here, fingerprint
from corpus.dedup.keys import fold_texts, write_keys
from corpus.dedup.memory import MemoryKeys
from corpus.dedup.pairs import find_pairs
from corpus.dedup.verify import verify
from corpus.pipeline.duplicates import PageShard
from corpus.recipe import Dedup
from scripts.duplicates.piles import Pile

GRAM = 5
SURVIVOR_KINDS = ("same", "cut", "framed")
"""Reposts whose original must stay: later, cut, with other header and footer."""

Matrix = NDArray[np.float64]


def compare(pile: Pile) -> dict[str, Any]:
    """Recall and precision of pairs against brute force, and the survivors by construction."""
    options, n = Dedup(), len(pile.texts)
    table = pile.table(range(n))
    shared, sizes = _brute_force(pile.texts)
    jaccard = shared / np.maximum(sizes[:, None] + sizes - shared, 1)
    inside = shared / np.maximum(np.minimum(sizes[:, None], sizes), 1)
    found = _found_pairs(table)
    upper = np.triu(np.ones((n, n), bool), 1)
    result: dict[str, Any] = {"articles": n}
    for name, truth, mine, least in (
        ("near", jaccard, found[0], options.near),
        ("contained", inside, found[1], options.contained),
    ):
        real, told = (truth >= least) & upper, (mine >= least) & upper
        result[name] = {
            "pairs": int(real.sum()),
            "recall": round(float((real & told).sum() / real.sum()), 4),
            "precision": round(float((real & told).sum() / told.sum()), 4),
        }
    result["kinds"] = _of_kinds(pile, find_duplicates_here([table]))
    right = [result["kinds"][kind]["original stays"] for kind in SURVIVOR_KINDS]
    result["survivors_right"] = round(sum(right) / len(right), 4)
    return result


def _brute_force(texts: Sequence[str]) -> tuple[Matrix, Matrix]:
    """How many character 5-grams of their keys each two share, and how many each has."""
    keys = write_keys(fold_texts(pa.array(texts, pa.large_string()))).to_pylist()
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        for gram in {key[n : n + GRAM] for n in range(len(key) - GRAM + 1)}:
            holders[gram].append(place)
    shared = np.zeros((len(keys), len(keys)))
    sizes = np.zeros(len(keys))
    for own in holders.values():
        places = np.array(own)
        sizes[places] += 1
        if len(own) > 1:
            shared[places[:, None], places] += 1
    return shared, sizes


def _found_pairs(table: pa.Table) -> tuple[Matrix, Matrix]:
    """The Jaccard similarity and containment of all pairs that are measured, else 0.

    Pairs of copies of a text are those of the text: only one of equals is measured.
    """
    prints = fingerprint(table, Dedup())
    lookup = MemoryKeys(prints.keys["number"].to_numpy(), prints.keys["key"].combine_chunks())
    pairs = verify(find_pairs(prints.postings), lookup)
    n = len(table)
    jaccard, inside = np.zeros((2, n, n))
    one, other = (pairs[name].to_numpy().astype(np.int64) for name in ("one", "other"))
    jaccard[one, other] = jaccard[other, one] = pairs["jaccard"].to_numpy()
    most = np.maximum(pairs["of_one"].to_numpy(), pairs["of_other"].to_numpy())
    inside[one, other] = inside[other, one] = most
    codes = prints.members["text"].combine_chunks().dictionary_encode().indices.to_numpy()
    _, firsts, own = np.unique(codes, return_index=True, return_inverse=True)
    first = firsts[own]
    same = first[:, None] == first
    spread = np.ix_(first, first)
    return np.where(same, 1.0, jaccard[spread]), np.where(same, 1.0, inside[spread])


def _of_kinds(pile: Pile, verdicts: pa.Table) -> dict[str, dict[str, float]]:
    """Of each kind of repost: how many were found with their original, how many went for it."""
    cluster, kept = _by_number(verdicts)
    found: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for place, (kind, source) in enumerate(zip(pile.kinds, pile.sources, strict=True)):
        if kind != "original":
            together = cluster.get(place, -1) == cluster.get(source, -2)
            found[kind].append((together, together and not kept[place]))
    return {
        kind: {
            "found": round(sum(a for a, _ in rows) / len(rows), 4),
            "original stays": round(sum(b for _, b in rows) / sum(a for a, _ in rows), 4),
        }
        for kind, rows in found.items()
    }


def _by_number(verdicts: pa.Table) -> tuple[dict[int, object], dict[int, bool]]:
    numbers = verdicts["number"].to_pylist()
    clusters = dict(zip(numbers, verdicts["cluster_id"].to_pylist(), strict=True))
    return clusters, dict(zip(numbers, verdicts["keep"].to_pylist(), strict=True))


def clusters_of(verdicts: pa.Table, shards: Sequence[PageShard]) -> list[int]:
    """The cluster of each article, by place: its own number where it is alone."""
    firsts, total = {}, 0
    for shard in shards:
        firsts[shard.number] = total
        total += shard.n_articles
    clusters, labels = list(range(total)), dict[str, int]()
    rows = zip(verdicts["number"].to_pylist(), verdicts["cluster_id"].to_pylist(), strict=True)
    for number, cluster in rows:
        label = labels.setdefault(cluster, total + len(labels))
        clusters[firsts[number >> 32] + (number & 0xFFFFFFFF)] = label
    return clusters


def share_found(pile: Pile, verdicts: pa.Table, shards: Sequence[PageShard]) -> dict[str, Any]:
    """Of the reposts of a multiplied pile the share that is in one cluster with its original."""
    clusters = clusters_of(verdicts, shards)
    size = len(pile.texts)
    n_reposts = n_found = 0
    for place, cluster in enumerate(clusters):
        generation, own = divmod(place, size)
        if pile.kinds[own] != "original":
            n_reposts += 1
            n_found += cluster == clusters[generation * size + pile.sources[own]]
    went = verdicts["keep"].to_pylist().count(False)
    share = n_found / n_reposts if n_reposts else 1.0
    return {"reposts": n_reposts, "found": round(share, 4), "removed": went}


def score_clusters(
    parts: Sequence[Pile], keys: Sequence[str], clusters: Mapping[str, list[int]]
) -> dict[str, dict[str, Any]]:
    """Recall of the pairs at Jaccard >= .8, and the share of joined pairs that are that near.

    The pairs are all of a family (an original and its reposts) and all that some system joined.
    """
    candidates: set[tuple[int, int]] = set()
    families: defaultdict[int, list[int]] = defaultdict(list)
    for part in parts:
        for place, source in enumerate(part.sources):
            families[part.first + source].append(part.first + place)
    groups = [list(families.values())]
    for labels in clusters.values():
        own: defaultdict[int, list[int]] = defaultdict(list)
        for place, label in enumerate(labels):
            own[label].append(place)
        groups.append([group for group in own.values() if len(group) <= MAX_CLUSTER])
    for group in (group for some in groups for group in some):
        candidates.update(combinations(sorted(group), 2))
    near = {pair for pair in candidates if _jaccard(keys[pair[0]], keys[pair[1]]) >= NEAR}
    result = {}
    for name, labels in clusters.items():
        joined = {pair for pair in candidates if labels[pair[0]] == labels[pair[1]]}
        result[name] = {
            "recall": round(len(near & joined) / max(len(near), 1), 4),
            "joined_pairs_that_near": round(len(near & joined) / max(len(joined), 1), 4),
        }
    return result


NEAR = 0.8
MAX_CLUSTER = 200


def _jaccard(one: str, other: str) -> float:
    a, b = ({key[n : n + GRAM] for n in range(len(key) - GRAM + 1)} for key in (one, other))
    return len(a & b) / max(len(a | b), 1)
