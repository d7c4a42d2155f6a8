"""Articles for the tests of deduplication: of characters drawn by chance, so that two share nothing
unless one is made from the other.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from corpus.dedup import ARTICLES, find_duplicates_here
from corpus.recipe import Dedup


def text_of(seed: object, n: int = 600) -> str:
    """`n` characters that depend on `seed` alone."""
    rng = random.Random(str(seed))
    return "".join(chr(rng.randrange(0x4E00, 0x6E00)) for _ in range(n))


def touch(text: str, every: int) -> str:
    """The text with one of so many characters replaced."""
    changed = [chr(0x8000 + n % 0x800) if n % every == 0 else c for n, c in enumerate(text)]
    return "".join(changed)


def article(name: str, text: str, **fields: Any) -> dict[str, Any]:
    """A row of `ARTICLES` without its number. `name` is the smallest part of its id."""
    row = {"id": f"{name:0>32}", "url": None, "site": None, "source": None, "published_at": None}
    return {**row, "text": text, "n_characters": len(text), **fields}


def table_of(rows: Sequence[dict[str, Any]], first: int = 0) -> pa.Table:
    """The articles, numbered from `first`."""
    numbered = [{"number": first + n, **row} for n, row in enumerate(rows)]
    return pa.Table.from_pylist(numbered, ARTICLES)


def verdicts_on(
    rows: Sequence[dict[str, Any]], options: Dedup | None = None
) -> dict[str, tuple[str, ...]]:
    """For each article that goes: for whom, by which method, by names.

    Articles are named by the digits of their ids without leading zeros.
    """
    found = find_duplicates_here([table_of(rows)], options)
    names = [row["id"].lstrip("0") for row in rows]
    return {
        names[verdict["number"]]: (verdict["kept_id"].hex().lstrip("0"), verdict["method"])
        for verdict in found.to_pylist()
        if not verdict["keep"]
    }
