"""Comparison keys of articles that came with an index: made only where one is to be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.dedup.contract import KEYS, Articles, Store
from corpus.dedup.keys import fold_texts, write_keys

WANTED = pa.schema([("number", pa.uint64())])

RECALL_STAGES = ("wanted", "recall")
"""What runs between `pairs` and `verify` where articles came with an index."""


@dataclass(frozen=True, slots=True)
class Known:
    """Articles of an earlier release, which are numbered from `first` on.

    Their pairs with each other are left out: all of them stay. `tasks` are those whose texts nobody
    has read yet, by name, each some shards of which `articles` reads any; empty where fingerprints
    were made of all.
    """

    first: int
    tasks: tuple[tuple[str, Any], ...] = ()
    articles: Articles | None = None


def find_wanted(_: int, name: str, store: Store, *, candidates: Sequence[str], known: Known) -> int:
    """Leave the numbers of the known articles that are to be measured."""
    found = [np.zeros(0, np.uint64)]
    for file in candidates:
        table = store.read(file)
        numbers = np.concatenate([table[end].to_numpy() for end in ("one", "other")])
        found.append(np.unique(numbers[numbers >= np.uint64(known.first)]))
    wanted = np.unique(np.concatenate(found))
    store.write(f"wanted/{name}.numbers", pa.table([pa.array(wanted)], WANTED))
    return len(wanted)


def recall(task: Sequence[Any], name: str, store: Store, *, articles: Articles) -> int:
    """Leave the keys of those wanted among the articles of a task. Reads one shard at a time."""
    wanted = store.read("wanted/all.numbers")["number"].to_numpy()
    n_keys = 0
    with store.writer(f"recall/{name}.keys", KEYS) as keys:
        for shard in task:
            rows = articles.read((shard,), store)
            rows = rows.filter(pa.array(np.isin(rows["number"].to_numpy(), wanted)))
            keys.add(pa.table([rows["number"], write_keys(fold_texts(rows["text"]))], KEYS))
            n_keys += len(rows)
    return n_keys
