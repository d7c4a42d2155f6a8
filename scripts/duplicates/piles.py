"""Piles of articles with reposts in them, so that what is one is known by construction."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus.dedup import ARTICLES
from scripts.duplicates.reposts import KINDS, Material

LONG = 1_500
"""Characters from which an article is a long one, for others to be put inside."""

COMMON = 100
"""The most frequent characters stay as they are when a pile is multiplied, so that set phrases
recur in all of it, as they do in a large crawl."""


@dataclass(frozen=True, slots=True)
class Pile:
    """Texts, how each was made (`original` or a kind of repost), and from which, by place.

    `first` tells its ids and URLs from those of other piles.
    """

    texts: list[str]
    kinds: list[str]
    sources: list[int]
    first: int = 0

    def table(self, places: Sequence[int], first: int = 0) -> pa.Table:
        """These articles in this order, numbered from `first`; reposts are a month later."""
        rows = [self._row(place, first + n) for n, place in enumerate(places)]
        return pa.Table.from_pylist(rows, ARTICLES)

    def _row(self, place: int, number: int) -> dict[str, Any]:
        month = "01" if self.kinds[place] == "original" else "02"
        name = self.first + place
        return {
            "number": number,
            "id": f"{(name + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128):032x}",
            "url": f"https://{name % 997}.example/{name}",
            "site": f"{name % 997}.example",
            "published_at": f"2025-{month}-01",
            "n_characters": len(self.texts[place]),
            "text": self.texts[place],
        }


def make_pile(
    articles: Sequence[str], n_originals: int, n_reposts: int, kinds: Sequence[str]
) -> Pile:
    """`n_originals` of the articles and so many reposts of each kind; always the same pile."""
    rng = random.Random(1)
    shuffled = rng.sample(list(articles), len(articles))
    others = shuffled[n_originals:] or shuffled
    longer = [text for text in others if len(text) > LONG]
    pile = Pile(shuffled[:n_originals], ["original"] * n_originals, list(range(n_originals)))
    for number, kind in enumerate(kinds):
        for place in range(number * n_reposts, (number + 1) * n_reposts):
            source = place % n_originals
            material = Material(pile.texts[source], rng.choice(others), longer[place % len(longer)])
            pile.texts.append(KINDS[kind](material, rng))
            pile.kinds.append(kind)
            pile.sources.append(source)
    return pile


def multiply(pile: Pile, n: int) -> Iterator[Pile]:
    """Piles of `n` articles in all: the pile again and again, its rarer characters exchanged.

    In each generation every rarer character stands for another one, so that articles are about
    something else and reposts stay reposts. Kinds that change single characters by a table
    (traditional) do not survive this and must not be in the pile.
    """
    counts = Counter("".join(pile.texts))
    han = [c for c, _ in counts.most_common() if "\u4e00" <= c <= "\u9fa5"]
    rare = np.array([ord(c) for c in han[COMMON:]], np.uint32)
    generation = first = 0
    while first < n:
        table = np.arange(0x110000, dtype=np.uint32)
        table[rare] = np.random.default_rng(generation).permutation(rare)
        left = n - first
        texts = [_exchange(text, table) for text in pile.texts[:left]]
        yield Pile(texts, pile.kinds[:left], pile.sources[:left], first)
        first += len(texts)
        generation += 1


def _exchange(text: str, table: NDArray[np.uint32]) -> str:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    exchanged: bytes = table[points].tobytes()
    return exchanged.decode("utf-32-le", "surrogatepass")
