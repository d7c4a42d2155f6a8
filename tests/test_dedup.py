"""Which articles are one: keys, methods, thresholds."""

import json
import sys
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from dedup_articles import article, table_of, text_of, touch, verdicts_on
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.dedup import (
    METHODS,
    POSTINGS,
    StoredKeys,
    comparison_key,
    find_duplicates_here,
    fingerprint,
)
from corpus.dedup.contained import samples
from corpus.dedup.contract import CANDIDATES, KEYS
from corpus.dedup.grams import NO_GRAM, hash_grams
from corpus.dedup.keys import Keys, fold_texts, read_keys, write_keys
from corpus.dedup.memory import MemoryKeys, MemoryStore
from corpus.dedup.methods import BAND, PAGE, PROBE, SAMPLE, TEXT
from corpus.dedup.near import band_keys, signatures
from corpus.dedup.pairs import MAX_GROUP, find_pairs
from corpus.dedup.published import UNDATED, published_second
from corpus.dedup.url import page_url
from corpus.dedup.verify import _probed, measure
from corpus.recipe import Dedup

GOLDEN = Path(__file__).parent / "golden" / "dedup"

HOSTILE = (
    "中電电ａA１1，, \n\u3000\u200b\u0301´①㎡½\ufb01ßςİǆ\x00😀\ufe0f_か\u3099각\u1100\u1161\u11a8"
)


def _cases(name: str) -> list:
    rows = [json.loads(line) for line in (GOLDEN / name).read_text("utf-8").splitlines()]
    return [pytest.param(row, id=row["note"]) for row in rows]


def _strings(keys: Keys) -> list[str]:
    parts = np.split(keys.codes, keys.starts[1:-1])
    return [part.tobytes().decode("utf-32-le") for part in parts]


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
    assert verdicts_on([article(name, case["text"]) for name in "abc"]) == {}


@given(st.text(st.sampled_from(HOSTILE + "\ud800")))
def test_width_never_changes_the_key(text: str) -> None:
    """A text and what NFKC makes of it have the same key, and any string has one."""
    assert comparison_key(text) == comparison_key(normalize("NFKC", text))


@given(st.lists(st.text(st.sampled_from(HOSTILE)), max_size=5))
@example(["か\u3099", "", "\u3099", "か"])
@example(["①", "½", "①"])
def test_keys_of_a_column_are_those_of_its_texts(texts: list[str]) -> None:
    """Folding a column at once gives what folding text by text gives, also beside each other."""
    keys = fold_texts(pa.array(texts, pa.large_string()))
    wanted = [comparison_key(text) for text in texts]
    assert keys.sizes().tolist() == [len(key) for key in wanted]
    if texts:
        assert _strings(keys) == wanted
        assert write_keys(keys).to_pylist() == wanted


def test_columns_of_any_kind_are_folded() -> None:
    """Chunks, slices, short strings and nulls are read as they stand."""
    column = pa.chunked_array([pa.array(["甲", None, "乙丙"]), pa.array(["Ａ"])]).slice(1)
    assert _strings(fold_texts(column)) == ["", "乙丙", "a"]
    assert fold_texts(pa.chunked_array([], pa.string())).starts.tolist() == [0]


@given(st.lists(st.text(st.sampled_from("中a𠀀é")), min_size=1, max_size=5))
def test_keys_are_read_as_written(texts: list[str]) -> None:
    """A column of keys holds each of them, whatever bytes its characters take."""
    column = pa.array(texts, pa.large_string())
    assert write_keys(read_keys(column)).equals(column)


@given(st.lists(st.text(st.sampled_from("甲乙丙"), max_size=9), max_size=6), st.integers(1, 4))
def test_grams_are_those_of_each_text(texts: list[str], n: int) -> None:
    """Equal runs have equal hashes, different ones different, and none crosses into the next."""
    keys = read_keys(pa.array(texts, pa.large_string()))
    hashes = np.full(len(keys.codes), NO_GRAM)
    for begin, part in hash_grams(keys, n):
        hashes[begin : begin + len(part)] = part
    grams: dict[int, str] = {}
    for text, start in zip(texts, keys.starts.tolist(), strict=False):
        for place in range(len(text)):
            gram, code = text[place : place + n], int(hashes[start + place])
            assert (code == NO_GRAM) == (len(gram) < n)
            assert len(gram) < n or grams.setdefault(code, gram) == gram
    assert len(set(grams.values())) == len(grams)


def test_grams_do_not_depend_on_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text has the same signature and sample wherever in a batch it stands."""
    texts = [text_of(n, 50 + 37 * n) for n in range(12)]
    together = fold_texts(pa.array(texts, pa.large_string()))
    values, (places, keys) = signatures(together), samples(together)
    monkeypatch.setattr("corpus.dedup.grams.PIECE_CHARACTERS", 64)
    for n, text in enumerate(texts):
        alone = fold_texts(pa.array([text], pa.large_string()))
        assert np.array_equal(signatures(alone)[0], values[n])
        assert np.array_equal(samples(alone)[1], keys[places == n])


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=8, unique=True), st.integers(20, 60))
def test_short_texts_fill_their_signatures(seeds: list[int], n: int) -> None:
    """A text of few grams has a value in every bin, and shares no band with another of its kind."""
    texts = [text_of(seed, n) for seed in seeds]
    values = signatures(fold_texts(pa.array(texts, pa.large_string())))
    assert not (values == NO_GRAM).any()
    bands = band_keys(values)
    assert len(np.unique(bands)) == bands.size


def test_bands_find_pairs_at_the_threshold() -> None:
    """Of pairs just above Jaccard .8 the bands alone find nearly all, and by `near` they go."""
    n, options = 300, Dedup(methods=("near",))
    rows = [article(f"{place:x}", text_of(place)) for place in range(1, n + 1)]
    rows += [article(f"{place:x}0000", touch(text_of(place), 46)) for place in range(1, n + 1)]
    found = find_duplicates_here([table_of(rows)], options)
    values = found.filter(pc.invert(found["keep"]))["similarity"].to_numpy()
    assert 0.8 <= values.min() <= values.max() < 0.82
    assert len(values) >= 0.99 * n


def test_probes_are_few_and_the_smallest() -> None:
    """Whatever its length, a text looks for the sixteen smallest hashes of its sample."""
    articles = table_of([article("a", text_of(1, 5_000)), article("b", text_of(2, 40))])
    postings = fingerprint(articles, Dedup(methods=("contained",))).postings.to_pylist()
    for number, n_probes in ((0, 16), (1, None)):
        own = [row for row in postings if row["number"] == number and row["kind"] >= SAMPLE]
        ranked = sorted(own, key=lambda row: row["key"])
        probes = [row for row in own if row["kind"] == PROBE]
        assert sorted(row["key"] for row in probes) == [row["key"] for row in ranked][: len(probes)]
        assert len(probes) == (n_probes or min(16, len(own)))


@pytest.mark.parametrize("every", [25, 40])
def test_a_part_that_was_edited_is_contained(every: int) -> None:
    """A cut of which every few words one was exchanged still goes for the whole."""
    rows = [article("a", text_of(1, 1_500)), article("b", touch(text_of(1, 1_500), every)[200:700])]
    assert verdicts_on(rows) == {"b": ("a", "contained")}


def test_signatures_estimate_the_similarity() -> None:
    """The share of equal values is the Jaccard similarity, within what 128 values can tell."""
    texts = [text_of(0), *(touch(text_of(0), every) for every in (200, 100, 50, 20, 10))]
    values = signatures(fold_texts(pa.array(texts, pa.large_string())))
    sets = [{text[n : n + 5] for n in range(len(text) - 4)} for text in texts]
    for own, grams in zip(values, sets, strict=True):
        exact = len(grams & sets[0]) / len(grams | sets[0])
        assert abs((own == values[0]).mean() - exact) < 0.13


@pytest.mark.parametrize("case", _cases("pages.jsonl"))
def test_hosts_for_telephones_are_folded(case: dict) -> None:
    """A page has one address for comparison, whichever device it was made for."""
    assert page_url(case["a"]) == page_url(case["b"])


@pytest.mark.parametrize("case", _cases("other_pages.jsonl"))
def test_other_pages_stay_others(case: dict) -> None:
    """Hosts that only look like those for telephones, and other paths, are other pages."""
    assert page_url(case["a"]) != page_url(case["b"])


def test_stored_keys_are_found_from_the_first_to_the_last() -> None:
    """Each number finds its own key in the file that begins at or before it; none is made up."""
    store = MemoryStore()
    names, firsts = ("one", "other"), (0, 1 << 32)
    for name, first in zip(names, firsts, strict=True):
        numbers = pa.array(range(first, first + 3), pa.uint64())
        keys = pa.array([f"{name} {n}" for n in range(3)], pa.large_string())
        store.write(f"{name}.keys", pa.table([numbers, keys], KEYS))
    stored = StoredKeys(store, names, firsts)
    wanted = np.array([0, 2, 1 << 32, (1 << 32) + 2], np.uint64)
    assert stored.take(wanted).to_pylist() == ["one 0", "one 2", "other 0", "other 2"]
    assert stored.take(wanted[:0]).to_pylist() == []
    store.write("other.keys", store.read("other.keys").slice(0, 2))
    with pytest.raises((KeyError, IndexError)):
        stored.take(wanted)


@pytest.mark.parametrize("cuts", [(), (1,), (3, 3), (1, 2, 3, 4), (0, 5)])
def test_stored_keys_are_found_in_any_batch(cuts: tuple[int, ...]) -> None:
    """Keys written in several batches are found like those of one; a missing one is an error."""
    numbers = pa.array([2, 3, 5, 8, 9], pa.uint64())
    keys = pa.array([f"key {number}" for number in numbers.to_pylist()], pa.large_string())
    table = pa.table([numbers, keys], KEYS)
    store, bounds = MemoryStore(), [0, *cuts, 5]
    pieces = [table.slice(begin, end - begin) for begin, end in pairwise(bounds)]
    store.write("one.keys", pa.concat_tables(pieces))
    stored = StoredKeys(store, ("one",), (0,))
    for wanted in ([2, 3, 5, 8, 9], [3, 8], [9], []):
        found = stored.take(np.array(wanted, np.uint64))
        assert found.to_pylist() == [f"key {number}" for number in wanted]
    for missing in (0, 4, 7, 10):
        with pytest.raises(KeyError):
            stored.take(np.array(sorted([3, missing, 8]), np.uint64))


@pytest.mark.parametrize("at_a_time", ["LOOKUP_PAIRS", "CHUNK_PAIRS", "LOOKUP_BYTES"])
def test_measuring_does_not_depend_on_portions(
    monkeypatch: pytest.MonkeyPatch, at_a_time: str
) -> None:
    """Pairs looked up or measured three at a time are as alike as those measured all at once."""
    rows = [
        article(f"{n}", touch(text_of(1), every)) for n, every in enumerate((9, 50, 70, 90, 30))
    ]
    prints = fingerprint(table_of(rows), Dedup())
    keys = MemoryKeys(prints.keys["number"].to_numpy(), prints.keys["key"].combine_chunks())
    pairs = np.array([(a, b) for a in range(5) for b in range(a + 1, 5)], np.uint64)
    whole = measure(pairs, keys)
    monkeypatch.setattr(sys.modules["corpus.dedup.verify"], at_a_time, 3)
    again = measure(pairs, keys)
    assert len(whole.one) == len(pairs)
    assert all(np.array_equal(a, b) for a, b in zip(whole, again, strict=True))


def test_pairs_of_known_articles_are_left_out() -> None:
    """Of members with one key each pair with a new one is there, none of two known ones."""
    for kind in (PAGE, TEXT, BAND, PROBE):
        for n in (3, MAX_GROUP + 8):
            rows = {
                "key": np.full(n, 7, np.uint64),
                "number": np.arange(n, dtype=np.uint64),
                "tag": np.zeros(n, np.uint32) if kind == TEXT else np.arange(n, dtype=np.uint32),
                "size": np.full(n, 100, np.uint32),
                "kind": np.full(n, kind, np.uint8),
            }
            postings = pa.table(rows, POSTINGS)
            found = find_pairs(postings, 1).select(["one", "other"]).to_pylist()
            assert found
            assert {pair["one"] for pair in found} == {0}
            everything = find_pairs(postings).select(["one", "other"]).to_pylist()
            assert [pair for pair in everything if pair["one"] == 0] == found
            assert len(find_pairs(postings, 0)) == 0


@given(st.text(st.sampled_from("ahttps:/.?#m@[]")))
def test_any_address_has_a_page(address: str) -> None:
    """What is no canonical URL is its own page; folding twice changes nothing more."""
    assert page_url(page_url(address)) == page_url(address)


def test_no_articles_have_no_verdicts() -> None:
    """An empty build has no duplicates, and one article is none."""
    assert len(find_duplicates_here([table_of([])])) == 0
    assert verdicts_on([article("a", text_of(1))]) == {}


def test_one_page_read_twice() -> None:
    """Readings of one URL are one page whatever they say; the more complete one stays."""
    url = "https://example.com/1"
    rows = [
        article("a", text_of(1, 50), url=url),
        article("b", text_of(2, 80), url="https://m.example.com/1"),
        article("c", text_of(3), url="https://example.com/2"),
    ]
    assert verdicts_on(rows) == {"a": ("b", "url")}


def test_pages_without_url_are_one_by_their_content() -> None:
    """Two records of one content and no URL have one id and are one page."""
    rows = [article("a", text_of(1)), article("a", text_of(1))]
    (verdict,) = find_duplicates_here([table_of(rows)]).slice(1).to_pylist()
    assert (verdict["number"], verdict["method"], verdict["similarity"]) == (1, "url", 1.0)


def test_one_text_of_three_pages() -> None:
    """Equal texts are one: the earliest stays, the cluster has the smallest id and all three."""
    rows = [
        article("c", text_of(1), published_at="2025-03-05"),
        article("b", f"「{text_of(1)}」", published_at="2025-03-04"),
        article("a", text_of(1) + "！"),
        article("d", text_of(2)),
    ]
    assert verdicts_on(rows) == {"c": ("b", "exact"), "a": ("b", "exact")}
    found = find_duplicates_here([table_of(rows)]).to_pylist()
    assert {row["cluster_id"].hex().lstrip("0") for row in found} == {"a"}
    assert {row["cluster_size"] for row in found} == {3}


@pytest.mark.parametrize(("every", "method"), [(200, "near"), (60, "near"), (22, None), (8, None)])
def test_near_copies(every: int, method: str | None) -> None:
    """A text with some characters changed goes, one with many changed stays."""
    rows = [article("a", text_of(1)), article("b", touch(text_of(1), every))]
    options = Dedup(methods=("url", "exact", "near"))
    assert verdicts_on(rows, options) == ({"b": ("a", method)} if method else {})


def test_similarity_is_that_of_all_grams() -> None:
    """The similarity of a near copy is the exact Jaccard similarity of its character 5-grams."""
    texts = [text_of(1), touch(text_of(1), 60)]
    keys = [comparison_key(text) for text in texts]
    one, other = ({key[n : n + 5] for n in range(len(key) - 4)} for key in keys)
    rows = [article(name, text) for name, text in zip("ab", texts, strict=True)]
    (loser,) = [
        row for row in find_duplicates_here([table_of(rows)]).to_pylist() if not row["keep"]
    ]
    assert loser["similarity"] == len(one & other) / len(one | other)


def test_similarity_of_a_part_is_its_share() -> None:
    """The similarity of a contained text is the share of the shorter one's grams in the longer."""
    part = touch(text_of(1)[100:400], 60)
    one, other = ({text[n : n + 5] for n in range(len(text) - 4)} for text in (text_of(1), part))
    found = find_duplicates_here([table_of([article("a", text_of(1)), article("b", part)])])
    (loser,) = [row for row in found.to_pylist() if not row["keep"]]
    assert loser["method"] == "contained"
    assert loser["similarity"] == len(one & other) / len(other)


@pytest.mark.parametrize(
    "copy",
    [
        text_of("head", 120) + text_of(1) + text_of("foot", 200),
        text_of(1)[:400],
        text_of(1)[150:],
        text_of("head", 150) + text_of(1)[:500],
    ],
    ids=["header and footer", "cut at the end", "cut at the beginning", "both"],
)
def test_reposts_are_contained(copy: str) -> None:
    """A repost with other header and footer, or cut, goes for the original."""
    rows = [article("a", text_of(1), published_at="2025-01-01"), article("b", copy)]
    assert verdicts_on(rows) == {"b": ("a", "contained")}


def test_an_article_inside_a_longer_one() -> None:
    """The shorter goes, even if it is earlier: of the longer one most would be lost."""
    longer = text_of(2, 900) + text_of(1, 300) + text_of(3, 900)
    rows = [article("a", text_of(1, 300), published_at="2025-01-01"), article("b", longer)]
    assert verdicts_on(rows) == {"a": ("b", "contained")}
    assert verdicts_on(rows, Dedup(covered=0.1)) == {"b": ("a", "contained")}


def test_what_a_longer_article_holds_keeps_apart() -> None:
    """Two articles of one roundup both go for it, and not for each other without it."""
    parts = [article(name, text_of(name, 400)) for name in "ab"]
    roundup = article("c", text_of("a", 400) + text_of("x", 300) + text_of("b", 400))
    assert verdicts_on([*parts, roundup]) == {"a": ("c", "contained"), "b": ("c", "contained")}
    assert verdicts_on(parts) == {}


@pytest.mark.parametrize(("size", "least"), [(20, 1), (60, 2), (90, 3), (5_000, 3)])
def test_so_many_probes_make_a_candidate(size: int, least: int) -> None:
    """A pair is measured from a third of the probes its shorter text has, three at most."""
    for n_shared in range(1, 6):
        rows = [{"one": 1, "other": 2, "kind": PROBE, "size": size}] * n_shared
        candidates = pa.Table.from_pylist(rows, CANDIDATES)
        found = _probed(candidates, np.ones(n_shared, bool))
        assert len(found) == (n_shared >= least)


def test_shared_passages_are_no_duplicates() -> None:
    """Articles that quote the same quarter of their text are two."""
    rows = [article(name, text_of("quote", 200) + text_of(name)) for name in "ab"]
    assert verdicts_on(rows) == {}


def test_short_texts_are_compared_as_a_whole_only() -> None:
    """Headlines of fewer than 20 characters are one when they are equal and never when alike."""
    headline = text_of(1, 19)
    rows = [article("a", headline), article("b", headline[:-1] + "末"), article("c", headline)]
    assert verdicts_on(rows) == {"c": ("a", "exact")}


@pytest.mark.parametrize("methods", [("url",), ("exact",), ("near",), ("contained",), ()])
def test_only_the_methods_of_the_recipe_look(methods: tuple) -> None:
    """Each method finds by itself what is its own, and names itself."""
    rows = [
        article("a", text_of(1), url="https://example.com/1"),
        article("b", text_of(2), url="https://example.com/1"),
        article("c", text_of(3)),
        article("d", text_of(3)),
        article("e", touch(text_of(3), 100)),
        article("f", text_of(3)[:350]),
    ]
    wanted = {
        ("url",): {"b": ("a", "url")},
        ("exact",): {"d": ("c", "exact")},
        ("near",): {"d": ("c", "near"), "e": ("c", "near")},
        ("contained",): dict.fromkeys("def", ("c", "contained")),
        (): {},
    }
    assert verdicts_on(rows, Dedup(methods=methods)) == wanted[methods]


def test_the_first_method_names_the_reason() -> None:
    """A page with one URL and one text is a duplicate by URL."""
    rows = [article(name, text_of(1), url="https://example.com/1") for name in "ab"]
    assert verdicts_on(rows) == {"b": ("a", "url")}
    assert list(METHODS) == ["url", "exact", "near", "contained"]


def test_thresholds_are_the_recipe_s() -> None:
    """A lower threshold takes what a higher one leaves."""
    rows = [article("a", text_of(1)), article("b", touch(text_of(1), 32))]
    options = Dedup(methods=("near",))
    assert verdicts_on(rows, options) == {}
    assert verdicts_on(rows, Dedup(methods=("near",), near=0.7)) == {"b": ("a", "near")}


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


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(st.sampled_from(HOSTILE), max_size=40), max_size=6))
def test_any_texts_have_verdicts(texts: list[str]) -> None:
    """No text makes deduplication fail, and every article is kept or goes for one that is."""
    rows = [article(f"{n:x}", text) for n, text in enumerate(texts, 1)]
    gone = verdicts_on(rows)
    assert not set(gone) & {kept for kept, _ in gone.values()}


def test_very_long_texts_are_cut_for_grams(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond the first million characters counts for `exact` and nothing else."""
    monkeypatch.setattr(sys.modules["corpus.dedup.fingerprint"], "MAX_CHARACTERS", 500)
    rows = [article("a", text_of(1, 900)), article("b", text_of(1, 500) + text_of(2, 400))]
    assert verdicts_on(rows) == {"b": ("a", "near")}
    postings = fingerprint(table_of(rows[:1]), Dedup()).postings
    assert len(postings) < 2 + 16 + 500 // 4
