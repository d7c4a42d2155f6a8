"""Lines → the main ones, and how sure that is."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.consensus import elect
from corpus.extraction.features import OWN, TEXT_FEATURES, text_features
from corpus.extraction.forest import Forest, read_forest
from corpus.extraction.layout import Layout, Line
from corpus.extraction.lift import adjust
from corpus.extraction.opinions import find_opinions
from corpus.extraction.phrases import Hits
from corpus.extraction.region import Candidates, propose, take
from corpus.extraction.statements import without_notices
from corpus.extraction.tree import tree_features
from corpus.extraction.verdict import verdict_features

Floats = NDArray[np.float64]


IS_ARTICLE = {"html": -1.6, "text": -1.8}
"""Score (log-odds) of the chosen region from which a page has an article, by track. Low on purpose:
a list that is taken for an article can be filtered, an article that is taken for a list is gone.
`scripts/train_extraction` prints what thresholds near it do on unseen sites."""

ROOTS = {"html": 0, "text": 2}
"""How often a root is taken of what the second forest says to have the F1 it expects. Trained on
the fourth power, it tells good candidates from better ones and leaves bad ones alone: from
innerText, where fewer signs tell them apart, that finds more."""

LOGISTIC = frozenset({"text"})
"""Tracks whose second forest says log-odds, for it was trained with cross-entropy. From innerText
that finds more, from HTML less."""

LINKED = 0.8
"""Share of its characters in links from which a line is a link."""

BARE_LINK = 12
"""Characters up to which a link at either end of an article leads away from it."""
MORE = ("更多", "查看更多", "阅读更多", "閱讀更多")
"""How a line begins that leads to more of the same, a link or not."""
TURNS = ("上一页", "下一页", "上一頁", "下一頁", "上页", "下页", "尾页", "末页")
"""What a row of page numbers says: the pages of an article that was cut into several."""
PAGER = 40
"""Characters up to which a line that says so is such a row."""
SENTENCE_ENDS = frozenset("。！？!?…”」』")

TAILS = frozenset({"statement", "related", "promotion", "control"})
"""What the opening phrase of a line below an article can say that it is."""
FRONTS = frozenset({"navigation", "control"})
"""What the opening phrase of a line above an article can say that it is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The numbers of the main lines in order, the F1 expected of them, whether it is an article.

    `features` are those of all lines of the page, see `line_features`.
    """

    lines: tuple[int, ...]
    confidence: float
    is_article: bool
    features: Floats


def line_features(
    layout: Layout,
    texts: Sequence[str],
    hits: Sequence[Hits] | None = None,
    folded: Sequence[str] | None = None,
) -> Floats:
    """The features of each line (at least one), with the markup's where there is markup."""
    features = text_features(texts, hits, folded)
    if not layout.elements:
        return features
    punctuation = features[:, OWN.index("n_ends")] + features[:, OWN.index("n_middles")]
    tree = tree_features(layout, features[:, 0], punctuation)
    # Joined with each feature a run of memory, as they come and as they are looked at.
    return np.concatenate([features.T, tree.T]).T


def choose_main(
    layout: Layout,
    texts: Sequence[str],
    hits: Sequence[Hits],
    folded: Sequence[str] | None = None,
) -> Choice:
    """The main lines of a page, `folded` already or not; none on an empty page."""
    if not texts:
        return Choice((), 0.0, is_article=False, features=np.zeros((0, len(TEXT_FEATURES))))
    track = "html" if layout.elements else "text"
    features = line_features(layout, texts, hits, folded)
    opinions = find_opinions(layout, features)
    seen = np.concatenate([features.T, opinions.context.T]).T
    plain = read_forest(f"lines_{track}.npz").score(seen)
    adjusted = adjust(layout, features, plain)
    scores = adjusted.values
    candidates = propose(layout, features, scores, opinions)
    expected = expect(read_forest(f"regions_{track}.npz"), candidates, track)
    best = elect(candidates, expected, scores, features[:, 0])
    lines = trim(take(candidates, best, scores), hits)
    if not lines:
        return Choice((), 0.0, is_article=False, features=features)
    region = candidates.features[best]
    row = verdict_features(layout, features, region, lines, (adjusted.raised, float(np.max(plain))))
    certain = float(read_forest(f"articles_{track}.npz").score(row[None])[0])
    return Choice(lines, float(expected[best]), certain >= IS_ARTICLE[track], features)


def expect(regions: Forest, candidates: Candidates, track: str) -> Floats:
    """The F1 expected of each candidate, from 0 to 1."""
    said = regions.score(candidates.features)
    if track in LOGISTIC:
        # The last bits of an exponential differ between machines, and are rounded off.
        said = np.round(1 / (1 + np.exp(-said)), 6)
    expected = np.clip(said, 0.0, 1.0)
    for _ in range(ROOTS[track]):
        expected = np.sqrt(expected)
    return expected


def settle(
    lines: Sequence[int], names: Container[int], layout: Layout, hits: Sequence[Hits]
) -> set[int]:
    """What is main of the chosen lines when it is known which (`names`) are title and byline."""
    texts = [line.text for line in layout.lines]
    kept = without_notices([n for n in lines if n not in names], texts)
    own = without_boxes(kept, layout, hits)
    return with_tables(set(trim(without_ends(own, layout), hits)), layout)


def without_ends(lines: Sequence[int], layout: Layout) -> Sequence[int]:
    """The lines without short links at either end; all of them where nothing else would be left."""
    first, end = 0, len(lines)
    while end > first and _leads_away(layout.lines[lines[end - 1]]):
        end -= 1
    while first < end and _leads_away(layout.lines[lines[first]]):
        first += 1
    return lines[first:end] or lines


def _leads_away(line: Line) -> bool:
    text = line.text
    if text[-1:] in SENTENCE_ENDS:
        return False
    if len(text) > BARE_LINK:
        return len(text) <= PAGER and any(turn in text for turn in TURNS)
    is_link = line.n_link_characters >= len(text) or text.startswith(MORE)
    return is_link or any(turn in text for turn in TURNS)


def without_boxes(lines: Sequence[int], layout: Layout, hits: Sequence[Hits]) -> list[int]:
    """The lines without boxes between them: a heading of other articles, and the links below it."""
    kept, inside = [], False
    for n in lines:
        line = layout.lines[n]
        is_link = line.n_links > 0 and line.n_link_characters >= LINKED * len(line.text)
        inside = hits[n].whole == "related" or (inside and is_link)
        if not inside:
            kept.append(n)
    return kept


def with_tables(lines: set[int], layout: Layout) -> set[int]:
    """The main lines with the rows of tables that stand between them: figures score like menus."""
    if not lines:
        return lines
    rows = (n for n in range(min(lines), max(lines)) if "\t" in layout.lines[n].text)
    return lines.union(rows)


def trim(lines: Sequence[int], hits: Sequence[Hits]) -> tuple[int, ...]:
    """The lines without those at either end that say themselves that they are something else.

    Only at the ends: inside an article the same words may be its subject.
    """
    first, end = 0, len(lines)
    while end > first and _is_other(hits[lines[end - 1]], TAILS):
        end -= 1
    while first < end and _is_other(hits[lines[first]], FRONTS):
        first += 1
    return tuple(lines[first:end])


def _is_other(hit: Hits, kinds: Container[str | None]) -> bool:
    return hit.whole is not None or hit.start in kinds or hit.inside == "promotion"
