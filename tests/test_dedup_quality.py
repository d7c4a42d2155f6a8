"""What deduplication must not fall below, on invented articles and nine kinds of repost."""

import random

import pytest
from dedup_articles import text_of

from scripts.duplicates.piles import Pile, make_pile, multiply
from scripts.duplicates.reposts import KINDS
from scripts.duplicates.truths import compare

MARKS = "，，，，，，。。！\n"


def _article(number: int) -> str:
    """Clauses of 4 to 20 characters, 300 to 2,000 in all."""
    rng = random.Random(number)
    text = text_of(number, rng.choice((300, 600, 900, 2000)))
    clauses, place = [], 0
    while place < len(text):
        size = rng.randrange(4, 20)
        clauses.append(text[place : place + size] + rng.choice(MARKS))
        place += size
    return "".join(clauses)


@pytest.fixture(scope="module")
def found() -> dict:
    """The measures on 300 articles and 20 reposts of each kind."""
    return compare(make_pile([_article(n) for n in range(400)], 300, 20, tuple(KINDS)))


@pytest.mark.parametrize(("method", "recall"), [("near", 0.99), ("contained", 0.95)])
def test_pairs_are_found(found: dict, method: str, recall: float) -> None:
    """Of the pairs that brute force finds, nearly all are found, and no others."""
    assert found[method]["pairs"] > 50
    assert found[method]["recall"] >= recall
    assert found[method]["precision"] == 1


def test_the_right_ones_survive(found: dict) -> None:
    """Reposts that are later, cut, or have another header and footer go for their original."""
    assert found["survivors_right"] >= 0.99


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_repost_is_found(found: dict, kind: str) -> None:
    """Of each kind of repost at least nineteen of twenty are in one cluster with their original."""
    assert found["kinds"][kind]["found"] >= 0.95


def test_a_multiplied_pile_keeps_its_reposts() -> None:
    """The articles of another generation are other articles, and as alike as those they are of."""
    kinds = tuple(kind for kind in KINDS if kind != "traditional")
    first, second = multiply(make_pile([_article(n) for n in range(60)], 40, 3, kinds), 128)
    assert isinstance(first, Pile)
    assert len(first.texts) == len(second.texts) == second.first
    assert not set(first.texts) & set(second.texts)
    assert compare(first)["contained"]["pairs"] == compare(second)["contained"]["pairs"]
