"""Which articles are one, and which of them stays."""

import json
import random
import tracemalloc
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.dedup import (
    METHODS,
    Candidate,
    Cluster,
    Loser,
    comparison_key,
    find_clusters,
    make_candidate,
)
from corpus.dedup.candidates import UNDATED, published_second

GOLDEN = Path(__file__).parent / "golden" / "dedup"


def _cases(name: str) -> list:
    rows = [json.loads(line) for line in (GOLDEN / name).read_text("utf-8").splitlines()]
    return [pytest.param(row, id=row["note"]) for row in rows]


def _candidate(
    page: str, order: int, key: str = "", published_at: str | None = None, n_characters: int = 100
) -> Candidate:
    return Candidate(page, order, published_second(published_at), n_characters, key.encode())


@pytest.mark.parametrize("case", _cases("same_key.jsonl"))
def test_what_folds_away(case: dict) -> None:
    """Texts that differ in what does not count have the same comparison key."""
    assert comparison_key(case["a"]) == comparison_key(case["b"]) != ""


@pytest.mark.parametrize("case", _cases("other_key.jsonl"))
def test_what_does_not_fold_away(case: dict) -> None:
    """Texts that say something else have different comparison keys."""
    assert comparison_key(case["a"]) != comparison_key(case["b"])


@pytest.mark.parametrize("case", _cases("empty_key.jsonl"))
def test_nothing_to_compare_matches_nothing(case: dict) -> None:
    """Texts without a letter or digit have the empty key and are never duplicates by text."""
    assert comparison_key(case["text"]) == ""
    articles = [make_candidate(f"{n:x}", n, None, 9, case["text"]) for n in range(3)]
    assert find_clusters(articles) == []


def test_no_candidates_have_no_clusters() -> None:
    """An empty build has no clusters, and one article is no cluster."""
    assert find_clusters([]) == []
    assert find_clusters([_candidate("a", 0, "k")]) == []


def test_one_text_of_three_pages() -> None:
    """The earliest stays, the others name it by the method; the cluster has the smallest id."""
    articles = [
        _candidate("c", 0, "k", "2025-03-05"),
        _candidate("b", 1, "k", "2025-03-04"),
        _candidate("a", 2, "k"),
        _candidate("d", 3, "other"),
    ]
    losers = (Loser("c", 0, "exact", 1.0), Loser("a", 2, "exact", 1.0))
    assert find_clusters(articles) == [Cluster("a", "b", 1, losers)]
    assert find_clusters(articles)[0].size == 3


def test_one_page_read_twice() -> None:
    """A page with one id and two texts is one page; the more complete reading stays."""
    articles = [_candidate("a", 0, "cut", None, 50), _candidate("a", 1, "whole", None, 80)]
    assert find_clusters(articles) == [Cluster("a", "a", 1, (Loser("a", 0, "url", 1.0),))]


def test_the_same_page_with_the_same_text_is_the_same_page() -> None:
    """Of two methods that match, the first in `METHODS` is named, and the first reading stays."""
    articles = [_candidate("a", 1, "k"), _candidate("a", 0, "k")]
    assert find_clusters(articles) == [Cluster("a", "a", 0, (Loser("a", 1, "url", 1.0),))]


def test_methods_join_their_clusters() -> None:
    """A page read twice brings the copies of both readings together, each by its own method."""
    articles = [
        _candidate("p", 0, "x", "2025-01-01"),
        _candidate("p", 1, "y", "2025-01-02"),
        _candidate("q", 2, "y", "2025-01-03"),
    ]
    losers = (Loser("p", 1, "url", 1.0), Loser("q", 2, "exact", 1.0))
    assert find_clusters(articles) == [Cluster("p", "p", 0, losers)]


def test_a_match_with_the_survivor_is_told_before_others() -> None:
    """A loser that matches survivor and neighbour is told by the match with the survivor."""
    articles = [
        _candidate("q", 0, "y", "2025-01-01"),
        _candidate("p", 1, "x", "2025-01-02"),
        _candidate("p", 2, "y", "2025-01-03"),
    ]
    losers = (Loser("p", 1, "url", 1.0), Loser("p", 2, "exact", 1.0))
    assert find_clusters(articles) == [Cluster("p", "q", 0, losers)]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (_candidate("b", 1, "k", "2025-03-04", 10), _candidate("a", 0, "k", "2025-03-05", 99)),
        (_candidate("b", 1, "k", "1999-12-31", 10), _candidate("a", 0, "k", None, 99)),
        (_candidate("b", 1, "k", "1969-12-31", 10), _candidate("a", 0, "k", "1970-01-02", 99)),
        (_candidate("b", 1, "k", None, 101), _candidate("a", 0, "k", None, 100)),
        (_candidate("a", 1, "k"), _candidate("b", 0, "k")),
        (_candidate("a", 0, "k"), _candidate("a", 1, "k")),
    ],
    ids=["earlier", "dated", "before 1970", "more complete", "smaller id", "read first"],
)
def test_survivor_order(better: Candidate, worse: Candidate) -> None:
    """Each point of the written order decides where those above it are equal."""
    for articles in ([better, worse], [worse, better]):
        (cluster,) = find_clusters(articles)
        assert cluster.survivor_order == better.order


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2025-03-03", "2025-03-04"),
        ("2025-03-04T10:00:00+08:00", "2025-03-04"),
        ("2025-03-04T15:59:58Z", "2025-03-04"),
        ("2025-03-04", "2025-03-04T16:00:00Z"),
        ("2025-03-04", "2025-03-05T00:00:00+08:00"),
        ("2025-03-04T01:00:00+08:00", "2025-03-03T18:00:00+00:00"),
        ("2025-03-04T10:00", "2025-03-04T10:00:01+08:00"),
        ("2025-03-04T10:00:00", "2025-03-04T03:00:00Z"),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01T00:00:00+14:00", "0001-01-01"),
    ],
)
def test_times_of_any_precision_compare(earlier: str, later: str | None) -> None:
    """Days, times, zones and none of them are put in their order in time."""
    assert published_second(earlier) < published_second(later)


@pytest.mark.parametrize("value", [None, "", "昨天", "2025-13-01", "2025-02-30", "12:00", "٢٠٢٥"])
def test_what_is_no_time_sorts_last(value: str | None) -> None:
    """A date that cannot be read counts as none and stops nothing."""
    assert published_second(value) == UNDATED


ARTICLES = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.sampled_from(["", "x", "y", "z", "w"]),
        st.sampled_from([None, "2025-03-04", "2025-03-04T10:00:00+08:00", "2025-03-05T01:00:00Z"]),
        st.integers(1, 3),
    ),
    max_size=12,
).map(
    lambda rows: [
        _candidate(page, order, key, published_at, n)
        for order, (page, key, published_at, n) in enumerate(rows)
    ]
)


@given(ARTICLES, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_order_does_not_matter(articles: list[Candidate], random: random.Random) -> None:
    """Shuffled candidates give the same clusters, survivors, losers and methods."""
    shuffled = articles.copy()
    random.shuffle(shuffled)
    assert find_clusters(shuffled) == find_clusters(articles)


@given(ARTICLES)
@settings(deadline=None)
def test_clusters_are_what_equal_keys_connect(articles: list[Candidate]) -> None:
    """Every article is in one cluster at most, and in it with all that share a key with it."""
    places: dict[int, int] = {}
    for number, cluster in enumerate(find_clusters(articles)):
        orders = [cluster.survivor_order, *(loser.order for loser in cluster.losers)]
        assert not set(orders) & set(places)
        places |= dict.fromkeys(orders, number)
        members = [article for article in articles if article.order in orders]
        assert cluster.cluster_id == min(member.id for member in members)
        assert {loser.method for loser in cluster.losers} <= set(METHODS)
        dates = [member.published for member in members]
        assert articles[cluster.survivor_order].published == min(dates)
    for one in articles:
        for other in articles:
            equal = one.id == other.id or (one.text_key and one.text_key == other.text_key)
            if equal and one is not other:
                assert places[one.order] == places[other.order]


@given(
    st.text(
        st.sampled_from("中電电ａA１1，, \n\u3000\u200b\u0301´①㎡\ufb01ßǆ\ud800\x00😀_か\u3099")
    )
)
def test_width_never_changes_the_key(text: str) -> None:
    """A text and what NFKC makes of it have the same key, and any string has one."""
    import unicodedata

    assert comparison_key(text) == comparison_key(unicodedata.normalize("NFKC", text))


def test_one_text_a_hundred_thousand_times() -> None:
    """100,000 copies are one cluster, found in linear time and without a pair for each two."""
    articles = [
        Candidate(f"{order * 7919 % 100_000:032x}", order, UNDATED, 100, b"0123456789abcdef")
        for order in range(100_000)
    ]
    begin = process_time()
    (cluster,) = find_clusters(articles)
    assert process_time() - begin < 20
    assert cluster.survivor_id == cluster.cluster_id == "0" * 32
    assert cluster.size == 100_000


def test_a_long_chain_of_readings() -> None:
    """20,000 readings, each like the next, are one cluster, without recursion or squares."""
    articles = [
        _candidate(f"{number // 2:06}", number, f"{(number + 1) // 2:06}")
        for number in range(20_000)
    ]
    (cluster,) = find_clusters(articles)
    assert cluster.size == 20_000


def test_candidates_are_small() -> None:
    """A candidate takes some 300 bytes: a million fit into memory many times over."""
    tracemalloc.start()
    articles = [
        make_candidate(f"{n:032x}", 1000 + n, "2025-03-04T10:00:00+08:00", 1000 + n, f"正文{n}")
        for n in range(2_000)
    ]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size / len(articles) < 330
