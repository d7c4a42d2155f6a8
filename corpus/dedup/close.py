"""Pairs of articles that are alike and both stay: what lower thresholds would have removed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.dedup.contract import Numbers
from corpus.dedup.methods import TEXT
from corpus.schema import PAIRS

NUMBERED = pa.schema(
    [
        ("one", pa.uint64()),
        ("other", pa.uint64()),
        ("jaccard", pa.float64()),
        ("contained", pa.float64()),
    ]
)


def find_close(
    pairs: Iterable[pa.Table], members: Iterable[pa.Table], verdicts: pa.Table
) -> pa.Table:
    """The measured pairs (`schema.PAIRS`) of articles that stay, sorted, each once.

    All `contract.PAIRS`, `MEMBERS` and `VERDICTS` of a run. A member that went for one with the
    very text stands for that one. Memory: some 100 bytes for each such pair.
    """
    gone = verdicts.filter(pc.invert(verdicts["keep"])).sort_by("number")
    is_same = pc.and_(pc.equal(gone["similarity"], 1.0), pc.not_equal(gone["method"], "contained"))
    lost = gone.filter(pc.invert(is_same))["number"].to_numpy()
    edges = pa.concat_tables([NUMBERED.empty_table(), *(_close(own, lost) for own in pairs)])
    ends = np.stack([edges[name].to_numpy() for name in ("one", "other")])
    numbers = np.unique(ends)
    ids = dict(_ids(members, numbers))
    same = gone.filter(is_same)
    ids |= dict(zip(same["number"].to_pylist(), same["kept_id"].to_pylist(), strict=True))
    both = [sorted((ids[a].hex(), ids[b].hex())) for a, b in ends.T.tolist()]
    columns = {
        "id": pa.array([a for a, _ in both], pa.string()),
        "other_id": pa.array([b for _, b in both], pa.string()),
        "jaccard": edges["jaccard"],
        "contained": edges["contained"],
    }
    return distinct_pairs(pa.table(columns, PAIRS))


def distinct_pairs(pairs: pa.Table) -> pa.Table:
    """Pairs (`schema.PAIRS`) of two different articles, sorted, each once."""
    pairs = pairs.filter(pc.not_equal(pairs["id"], pairs["other_id"]))
    best = pairs.group_by(["id", "other_id"]).aggregate([("jaccard", "max"), ("contained", "max")])
    order = [("id", "ascending"), ("other_id", "ascending")]
    return best.rename_columns(PAIRS.names).sort_by(order).cast(PAIRS).combine_chunks()


def _close(pairs: pa.Table, lost: Numbers) -> pa.Table:
    """Measured pairs of which no end was lost."""
    pairs = pairs.filter(pc.not_equal(pairs["kind"], TEXT))
    one, other = (pairs[name].to_numpy() for name in ("one", "other"))
    pairs = pairs.filter(pa.array(~(np.isin(one, lost) | np.isin(other, lost))))
    most = pc.max_element_wise(pairs["of_one"], pairs["of_other"])
    columns = [pairs["one"], pairs["other"], pairs["jaccard"], most]
    return pa.table(columns, schema=NUMBERED)


def _ids(members: Iterable[pa.Table], numbers: Numbers) -> Iterable[tuple[int, bytes]]:
    """The ids of these members."""
    for table in members:
        own = table.filter(pa.array(np.isin(table["number"].to_numpy(), numbers)))
        yield from zip(own["number"].to_pylist(), own["id"].to_pylist(), strict=True)
