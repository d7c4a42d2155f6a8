"""Who stays of those that are one, and how far a cluster reaches."""

import random
import sys
import tracemalloc
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from dedup_articles import article, table_of, text_of, touch, verdicts_on
from hang import must_end
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.dedup import MEMBERS, find_duplicates_here, fingerprint
from corpus.dedup.connect import find_components
from corpus.dedup.contract import PAIRS
from corpus.dedup.memory import MemoryKeys
from corpus.dedup.methods import BAND, TEXT
from corpus.dedup.resolve import resolve
from corpus.recipe import Dedup

Row = dict[str, Any]


def morph(seed: object, steps: int, share: float, n: int = 600) -> list[str]:
    """A chain of texts: each is the one before with the next run of characters replaced."""
    texts = [text_of(seed, n)]
    size = int(n * share)
    for step in range(steps):
        begin = step * size
        text = texts[-1]
        texts.append(text[:begin] + text_of((seed, step), size) + text[begin + size :])
    return texts


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("b", "2025-03-04", 0), ("a", "2025-03-05", 40)),
        (("b", "1999-12-31", 0), ("a", None, 40)),
        (("b", "1969-12-31", 0), ("a", "1970-01-02", 40)),
        (("b", None, 40), ("a", None, 0)),
        (("a", None, 0), ("b", None, 0)),
    ],
    ids=["earlier", "dated", "before 1970", "more complete", "smaller id"],
)
def test_survivor_order(better: tuple, worse: tuple) -> None:
    """Each point of the written order decides where those above it are equal."""
    rows = [
        article(name, text_of(1) + text_of(2, more), published_at=day)
        for name, day, more in (better, worse)
    ]
    for articles in (rows, rows[::-1]):
        gone = verdicts_on(articles)
        assert {name: kept for name, (kept, _) in gone.items()} == {worse[0]: better[0]}


def test_the_first_reading_of_a_page_stays() -> None:
    """Of readings that nothing else tells apart the first one stays."""
    rows = [article("a", text_of(1), url="https://example.com/1") for _ in range(3)]
    found = find_duplicates_here([table_of(rows)])
    assert found["keep"].to_pylist() == [True, False, False]


@pytest.mark.parametrize("method", ["exact", "near", "contained"])
def test_the_original_stays(method: str) -> None:
    """The article on the home of the outlet that copies name stays, even if it is dated later."""
    copy = {"exact": text_of(1), "near": touch(text_of(1), 100), "contained": text_of(1)[:400]}
    rows = [
        article("a", copy[method], site="portal.com", source="人民网", published_at="2025-01-01"),
        article("b", text_of(1), site="finance.people.com.cn", published_at="2025-01-02"),
    ]
    assert verdicts_on(rows) == {"a": ("b", method)}
    elsewhere = [rows[0], {**rows[1], "site": "elsewhere.com"}]
    assert "a" not in verdicts_on(elsewhere)


def test_a_portal_that_names_another_is_no_original() -> None:
    """An outlet's site that itself names another outlet took the article over."""
    rows = [
        article("a", text_of(1), site="portal.com", source="人民网", published_at="2025-01-01"),
        article("b", text_of(1), site="people.cn", source="新华社", published_at="2025-01-02"),
    ]
    assert verdicts_on(rows) == {"b": ("a", "exact")}


def test_homes_are_learned_from_what_sites_name() -> None:
    """A site whose articles name one outlet, and no other as often, is that outlet's home."""
    own = [article(f"{n}", text_of(n), site="town.example", source="镇报") for n in range(1, 7)]
    rows = [
        *own,
        article("a", text_of("x"), site="portal.com", source="镇报", published_at="2025-01-01"),
        article("b", text_of("x"), site="town.example", source="镇报", published_at="2025-01-02"),
    ]
    assert verdicts_on(rows) == {"a": ("b", "exact")}
    assert verdicts_on(rows[3:]) == {"b": ("a", "exact")}


def test_chains_are_broken() -> None:
    """Of texts each of which is near the next, those far from the survivor are another cluster."""
    texts = morph(1, 8, 0.08)
    rows = [article(f"{n + 1:x}", text) for n, text in enumerate(texts)]
    gone = verdicts_on(rows, Dedup(methods=("near",)))
    assert gone["2"] == ("1", "near")
    survivors = {kept for kept, _ in gone.values()}
    assert len(survivors) > 1
    for name, (kept, _) in gone.items():
        assert abs(int(name, 16) - int(kept, 16)) <= 2


def test_a_copy_of_a_copy_names_the_way() -> None:
    """A copy of a copy goes for the survivor, with its similarity to it and the copy between."""
    rows = [article(name, text) for name, text in zip("123", morph(1, 2, 0.08), strict=True)]
    options = Dedup(methods=("near",), near=0.82, chain=0.4)
    found = find_duplicates_here([table_of(rows)], options).to_pylist()
    assert [row["kept_id"] and row["kept_id"].hex().lstrip("0") for row in found] == [None, *"11"]
    assert [row["through"] and row["through"].hex().lstrip("0") for row in found] == [
        None,
        None,
        "2",
    ]
    assert found[2]["similarity"] < 0.82 < found[1]["similarity"]
    assert 1 - found[2]["similarity"] <= options.chain
    assert verdicts_on(rows, Dedup(methods=("near",), near=0.82, chain=0.1)) == {"2": ("1", "near")}


def test_a_page_that_changed_does_not_take_its_copies_along() -> None:
    """Who copied a later wording of a page is no copy of the earlier one, and stays."""
    rows = [
        article("p", text_of(1), url="https://example.com/1", published_at="2025-01-01"),
        article("q", text_of(2), url="https://example.com/1", published_at="2025-01-02"),
        article("r", text_of(2), published_at="2025-01-03"),
    ]
    rows[0]["id"], rows[1]["id"], rows[2]["id"] = (f"{n:032x}" for n in (1, 2, 3))
    assert verdicts_on(rows) == {"2": ("1", "url")}


def _pile(rng: random.Random, n: int) -> list[Row]:
    """Articles in all relations to each other: copies of a few texts in many ways."""
    rows = []
    for number in range(1, n + 1):
        text = text_of(rng.randrange(4), 400)
        made = rng.choice(
            [
                lambda t: t,
                lambda t: touch(t, rng.choice((30, 60, 150))),
                lambda t: t[: rng.randrange(200, 400)],
                lambda t: text_of(("head", rng.randrange(3)), 150) + t,
                lambda t: t + text_of(rng.randrange(4), 400),
                lambda t: t[:30],
            ]
        )(text)
        day = rng.choice([None, "2025-01-01", "2025-01-02"])
        url = f"https://example.com/{rng.randrange(n)}" if rng.random() < 0.3 else None
        site = rng.choice([None, "people.cn", "portal.com"])
        source = rng.choice([None, "人民网"])
        more = {"published_at": day, "url": url, "site": site, "source": source}
        rows.append(article(f"{number:x}", made, **more))
    return rows


def _found(tables: list[pa.Table], n_parts: int = 1) -> list[Row]:
    return find_duplicates_here(tables, n_parts=n_parts).to_pylist()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_verdicts_hold_together(seed: int) -> None:
    """Who goes, goes for one that stays, to which it is like enough; clusters count all theirs."""
    rng = random.Random(seed)
    rows = _pile(rng, 24)
    found = {row["number"]: row for row in _found([table_of(rows)])}
    ids = {bytes.fromhex(row["id"]): number for number, row in enumerate(rows)}
    options = Dedup()
    least = {"url": 0.0, "exact": 1.0, "near": 1 - options.chain, "contained": options.contained}
    for number, row in found.items():
        cluster = [r for r in found.values() if r["cluster_id"] == row["cluster_id"]]
        assert row["cluster_size"] == len(cluster) >= 2
        assert row["cluster_id"] == min(bytes.fromhex(rows[r["number"]]["id"]) for r in cluster)
        assert sum(r["keep"] for r in cluster) == 1
        if not row["keep"]:
            assert found[ids[row["kept_id"]]]["keep"]
            assert number != ids[row["kept_id"]]
            assert least[row["method"]] <= row["similarity"] <= 1


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 5))
def test_order_cut_and_parts_do_not_matter(seed: int, n_parts: int) -> None:
    """Shuffled, cut into tables and spread over parts, the verdicts are the same."""
    rng = random.Random(seed)
    table = table_of(_pile(rng, 24))
    order = rng.sample(range(24), 24)
    tables = [table.take(pa.array(order[begin : begin + 7])) for begin in range(0, 24, 7)]
    assert _found(tables, n_parts) == _found([table])


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10**6))
def test_of_equal_texts_one_stays(seed: int) -> None:
    """Also where groups are too large for all their pairs, of equal texts no two stay."""
    module = sys.modules["corpus.dedup.pairs"]
    rows = _pile(random.Random(seed), 24)
    before, module.MAX_GROUP = module.MAX_GROUP, 3
    try:
        gone = verdicts_on(rows)
    finally:
        module.MAX_GROUP = before
    staying = [row["text"] for row in rows if row["id"].lstrip("0") not in gone]
    assert len(staying) == len(set(staying))


def test_components_of_long_chains() -> None:
    """A chain of 20,000 links, in any order, is one component named by its smallest member."""
    rng = np.random.default_rng(1)
    links = rng.permutation(20_000).astype(np.uint64)
    columns = {
        "one": links * 3,
        "other": links * 3 + 3,
        "kind": np.full(len(links), TEXT, np.uint8),
        **{name: np.ones(len(links)) for name in ("jaccard", "of_one", "of_other")},
    }
    numbers = np.arange(60_001, dtype=np.uint64)
    components = find_components([numbers], [pa.table(columns, PAIRS)], Dedup())
    is_in, roots = components.of(numbers)
    assert np.flatnonzero(is_in).tolist() == list(range(0, 60_001, 3))
    assert set(roots.tolist()) == {0}


def joined(pairs: list[tuple[int, int]]) -> dict[int, int]:
    """The smallest member of the set of each, joined pair by pair."""
    parents = {n: n for pair in pairs for n in pair}

    def root(n: int) -> int:
        return n if parents[n] == n else root(parents[n])

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parents[high] = low
    return {n: root(n) for n in parents}


SHARDS = (0, 1, 7, 2**31, 2**32 - 1)
MEMBER = st.builds(
    lambda shard, row: (shard << 32) + row, st.sampled_from(SHARDS), st.integers(0, 5)
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(MEMBER, MEMBER), max_size=25),
    st.lists(st.integers(0, 25), max_size=4),
    st.sampled_from([1, 3, 50_000]),
)
def test_components_are_what_pairs_connect(
    pairs: list[tuple[int, int]], cuts: list[int], at_a_time: int
) -> None:
    """In whatever tables pairs come, their roots are those of joining one after the other."""
    columns = {
        "one": np.array([pair[0] for pair in pairs], np.uint64),
        "other": np.array([pair[1] for pair in pairs], np.uint64),
        "kind": np.full(len(pairs), BAND, np.uint8),
        **{name: np.full(len(pairs), 0.9) for name in ("jaccard", "of_one", "of_other")},
    }
    table = pa.table(columns, PAIRS)
    tables = [table.slice(begin, end - begin) for begin, end in pairwise([0, *sorted(cuts), 25])]
    members = [np.array([(shard << 32) + row for row in range(6)], np.uint64) for shard in SHARDS]
    everyone = np.concatenate(members)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[find_components.__module__], "JOINED_PAIRS", at_a_time)
        is_in, roots = find_components(members[::-1], tables, Dedup()).of(everyone)
    assert dict(zip(everyone[is_in].tolist(), roots.tolist(), strict=True)) == joined(pairs)
    strict = Dedup(near=0.95, contained=0.95)
    assert not find_components(members, [table], strict).of(everyone)[0].any()


def find_in_time(rows: list[Row]) -> pa.Table:
    """What is found in these articles, before the bound."""
    table = table_of(rows)
    with must_end():
        return find_duplicates_here([table], n_parts=4)


def test_one_text_a_hundred_thousand_times() -> None:
    """Copies of one text are one cluster, found in linear time and without a pair for each two."""
    rows = [article(f"{n + 1:x}", text_of(1, 60)) for n in range(100_000)]
    found = find_in_time(rows)
    assert len(found) == found["cluster_size"][0].as_py() == 100_000


def test_many_variants_of_one_text() -> None:
    """3,000 near copies, no two equal, go for one article, at a cost that grows as their number."""
    rows = [article(f"{n + 1:x}", text_of(1, 300) + text_of(("tail", n), 12)) for n in range(3_000)]
    found = find_in_time(rows)
    assert len(found) == 3_000
    assert found["keep"].to_pylist().count(True) == 1


def test_equal_beginnings_of_different_texts() -> None:
    """5,000 articles that begin with the same 100 characters are 5,000 articles."""
    rows = [article(f"{n + 1:x}", text_of(1, 100) + text_of(n, 300)) for n in range(5_000)]
    found = find_in_time(rows)
    assert len(found) == 0


def test_short_and_empty_texts_cost_nothing() -> None:
    """20,000 emoji and headlines make a row each, and only equal headlines are one."""
    texts = ["😀", "", "早安！", "晚安"]
    rows = [article(f"{n + 1:x}", texts[n % 4]) for n in range(20_000)]
    found = find_in_time(rows)
    assert len(found) == 10_000
    assert set(found["cluster_size"].to_pylist()) == {5_000}


def test_resolving_takes_little_memory() -> None:
    """20,000 members in clusters of four take less than half a kilobyte each at the last stage."""
    rows = [article(f"{n + 1:x}", text_of(n // 4, 40)) for n in range(20_000)]
    table = table_of(rows)
    module = sys.modules["corpus.dedup.driver"]
    peaks = []
    resolve = module.resolve

    def measured(*args: Any) -> pa.Table:
        tracemalloc.start()
        before = pa.total_allocated_bytes()
        found = resolve(*args)
        peaks.append(tracemalloc.get_traced_memory()[1] + pa.total_allocated_bytes() - before)
        tracemalloc.stop()
        return found

    module.resolve = measured
    try:
        found = find_duplicates_here([table])
    finally:
        module.resolve = resolve
    assert found["keep"].to_pylist().count(True) == 5_000
    assert peaks[0] / 20_000 < 500


def test_a_cluster_of_an_earlier_release_grows() -> None:
    """A copy of an earlier article goes for it, and its cluster counts the pages it had before."""
    members = fingerprint(table_of([article("b", text_of(1)), article("a", text_of(1))]), Dedup())
    rows = members.members.to_pylist()
    rows[0] |= {"cluster_id": bytes.fromhex("c" * 32), "cluster_size": 4}
    table = pa.Table.from_pylist(rows, MEMBERS).append_column(
        "component", pa.array([0, 0], pa.uint64())
    )
    lookup = MemoryKeys(members.keys["number"].to_numpy(), members.keys["key"].combine_chunks())
    old, new = resolve(table, PAIRS.empty_table(), {}, lookup, Dedup()).to_pylist()
    assert (old["keep"], new["keep"], new["kept_id"]) == (True, False, rows[0]["id"])
    assert [row["cluster_size"] for row in (old, new)] == [5, 5]
    assert {row["cluster_id"].hex() for row in (old, new)} == {"c" * 32}
