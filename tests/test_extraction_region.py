"""Regions: what competes is all that levels, gaps, rules and floors give, each text once."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from corpus.extraction.choice import spans as spanning
from corpus.extraction.choice.evidence import REGION_FEATURES
from corpus.extraction.choice.features import TEXT_FEATURES, text_features
from corpus.extraction.choice.main import line_features
from corpus.extraction.choice.opinions import find_opinions
from corpus.extraction.choice.region import FLOORS, GAPS, LEVELS, RUNS_PER_LEVEL, propose, take
from corpus.extraction.choice.sheet import lay_out
from corpus.extraction.choice.together import finish
from corpus.extraction.lines.html import read_html
from corpus.extraction.lines.layout import Layout
from corpus.extraction.lines.text import read_text

WORDS = "一二三，四五。六七！八九十"


def runs_by_definition(scores: list[float], sizes: list[int]) -> set[tuple[int, int]]:
    """The whole page; for each level and gap the heaviest runs, and the span of all of them."""
    found = {(0, len(scores))}
    for level in LEVELS:
        above = [n for n, score in enumerate(scores) if score > level]
        for gap in GAPS:
            runs: list[tuple[int, int]] = []
            for n in above:
                if runs and n - runs[-1][1] <= gap:
                    runs[-1] = (runs[-1][0], n + 1)
                else:
                    runs.append((n, n + 1))
            runs.sort(key=lambda run: -sum(sizes[run[0] : run[1]]))
            found |= set(runs[:RUNS_PER_LEVEL])
        if above:
            found.add((above[0], above[-1] + 1))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_candidates_are_what_each_run_takes_at_each_floor(seed: int) -> None:
    """No text is missing, invented or there twice, and each candidate has its own numbers."""
    random = np.random.default_rng(seed)
    sizes = random.integers(1, len(WORDS), random.integers(1, 60)).tolist()
    layout = read_text("\n".join(WORDS[:size] for size in sizes))
    scores = random.normal(-1.0, 1.5, len(sizes)).round(1)
    features = text_features([line.text for line in layout.lines])
    opinions = find_opinions(layout, features)
    found = finish(propose(layout, features, scores, opinions))
    n = features[:, 0].astype(int)
    runs = runs_by_definition(scores.tolist(), n.tolist())
    runs |= {
        (int(np.argmax(r)), len(r) - int(np.argmax(r[::-1]))) for r in opinions.rules if r.any()
    }
    expected = {
        tuple(k for k in range(first, end) if scores[k] > floor)
        for first, end in runs
        for floor in FLOORS
    }
    texts = [tuple(take(found, k, scores)) for k in range(len(found.first))]
    assert len(set(texts)) == len(texts)
    assert set(texts) == expected - {()}
    for row, taken, first, end in zip(found.features, texts, found.first, found.end, strict=True):
        seen = dict(zip(REGION_FEATURES, row, strict=True))
        assert (first, end) == (taken[0], taken[-1] + 1)
        assert seen["n_characters"] == n[first:end].sum()
        assert seen["taken_characters"] == n[list(taken)].sum()
        assert seen["best_score"] == scores[first:end].max()
        assert seen["n_pieces"] == sum(b - a > 1 for a, b in itertools.pairwise(taken)) + 1
        gaps = [b - a - 1 for a, b in itertools.pairwise(taken)]
        assert seen["largest_gap"] == max(gaps, default=0)


def test_a_hopeless_page_has_a_candidate() -> None:
    """Where no line reaches the lowest floor, the best of them compete."""
    layout = read_text("一\n二\n三")
    features = text_features([line.text for line in layout.lines])
    scores = np.array([-12.0, -10.5, -11.5])
    found = finish(propose(layout, features, scores, find_opinions(layout, features)))
    assert (1, 2) in zip(found.first.tolist(), found.end.tolist(), strict=True)


PAGE = """<title>会浇水的机器人</title><div class=nav><a href=/>首页</a></div>
<div class=c1><h1>会浇水的机器人</h1><span>2024-05-01 小报</span>
<div><p>这台机器人会浇水，也会种菜，还会自己充电。</p><p>村民说，有了它以后省了不少力气。</p></div></div>
<div class=related><h3>别的新闻</h3><p>别处的一篇报道，也有逗号，也有句号。</p>
<p>还有另外一篇，比这一篇的正文还要长出不少，一句接着一句，说个没完没了。</p></div>"""


def test_what_stands_between_title_and_text_is_seen() -> None:
    """A candidate knows how far below the shown title it begins, and what it is called."""
    above = "<p>页面最上面的一句话，与正文没有关系，也有句号。</p>"
    layout = read_html(PAGE.replace("<div class=nav>", f"{above}<div class=nav>"))
    features = line_features(layout, [line.text for line in layout.lines])
    opinions = find_opinions(layout, features)
    texts = [line.text for line in layout.lines]
    first = next(n for n, text in enumerate(texts) if text.startswith("这台"))
    other = next(n for n, text in enumerate(texts) if text.startswith("别处"))
    scores = np.where(np.isin(np.arange(len(texts)), [first, other]), 2.0, -5.0)
    found = finish(propose(layout, features, scores, opinions))
    rows = {
        int(begin): dict(zip(REGION_FEATURES, row, strict=True))
        for begin, end, row in zip(found.first, found.end, found.features, strict=True)
        if end - begin == 1
    }
    assert rows[first]["since_title"] == 2
    assert rows[first]["running_since_title"] == 0
    assert rows[other]["running_since_title"] == features[first : first + 2, 0].sum()
    assert rows[other]["taken_related"] == 1
    assert rows[first]["taken_related"] == 0
    assert TEXT_FEATURES[0] == "n_characters"


def nested_page(seed: int) -> Layout:
    """A page whose lines stand in elements of any depth."""
    random = np.random.default_rng(seed)
    pieces: list[str] = ["<title>一二三四五</title>"]
    for _ in range(40):
        pieces.append(str(random.choice(["<div>", "</div>", "<h2>一二三四五</h2>", "<div>"])))
        pieces.append(WORDS[: random.integers(1, len(WORDS))])
    return read_html("".join(pieces))


@pytest.mark.parametrize("seed", range(4))
def test_a_candidate_stands_in_the_smallest_element_around_it(seed: int) -> None:
    """Its lines and its depth are those of the smallest element that holds all of the span."""
    layout = nested_page(seed)
    features = line_features(layout, [line.text for line in layout.lines])
    scores = np.random.default_rng(seed).normal(-1.0, 1.5, len(features))
    found = finish(propose(layout, features, scores, find_opinions(layout, features)))
    for first, end, row in zip(found.first, found.end, found.features, strict=True):
        holders = [e for e in layout.elements if e.first <= first and e.end >= end]
        least = max(holders, key=lambda e: e.depth, default=None)
        seen = dict(zip(REGION_FEATURES, row, strict=True))
        assert seen["around_depth"] == (least.depth if least else -1)
        assert seen["around_lines"] == (least.end - least.first if least else len(features))


@pytest.mark.parametrize("n_held", [1, 300, spanning.MOST_HELD])
def test_sums_are_those_of_the_lines(n_held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever steps they are added up, sums over parts of a page are what its lines add."""
    monkeypatch.setattr(spanning, "MOST_HELD", n_held)
    random = np.random.default_rng(7)
    table = random.integers(0, 1000, (len(spanning.LINE_ROWS), 50)).astype(np.float64)
    near = random.integers(0, 3, 50).astype(np.float64)
    taken = random.random((2, 50)) < 0.7
    first = np.array([0, 3, 3, 20, 49])
    end = np.array([50, 5, 31, 21, 50])
    floor = np.array([0, 1, 0, 1, 0])
    bounds = np.array([first, end])
    places = np.array([taken.ravel()[:at].sum() for at in (floor * 50 + bounds).ravel()])
    spans = spanning.Spans(bounds, floor, taken.nonzero()[1], places.reshape(bounds.shape))
    sheet = lay_out([50])
    sums = spanning.add_up(spanning.stack([spans], sheet), table, near, sheet)
    for k, (a, b) in enumerate(zip(first.tolist(), end.tolist(), strict=True)):
        own = np.flatnonzero(taken[floor[k], a:b]) + a
        parts = (slice(a, b), own, slice(0, a), slice(b, 50), slice(max(a - 6, 0), a + 1))
        for part, lines in zip(spanning.PARTS, (*parts, slice(None)), strict=True):
            expected = table[:, lines].sum(axis=1)
            assert (sums.parts[spanning.PARTS.index(part), :, k] == expected).all(), part
        same = own[near[own] == near[a]]
        assert sums.as_near[k] == table[spanning.ROW["n"], same].sum()
