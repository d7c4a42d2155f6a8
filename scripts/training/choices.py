"""Labelled pages as samples, and what forests that have not seen a page choose on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus.cleaning import repair_lines
from corpus.extraction import with_texts
from corpus.extraction.choice.features import Texts
from corpus.extraction.choice.forest import Forest
from corpus.extraction.choice.lift import Scores, adjust
from corpus.extraction.choice.main import HEADED, IS_ARTICLE, line_features, pick, thread_of
from corpus.extraction.choice.opinions import find_opinions
from corpus.extraction.choice.together import finish
from corpus.extraction.choice.verdict import verdict_features
from corpus.extraction.extent.denials import denies_article
from corpus.extraction.extent.ends import settle, trim, without_ends
from corpus.extraction.extent.headed import is_headed
from corpus.extraction.extent.listing import is_found, is_listing
from corpus.extraction.extent.unfolded import is_unfolded
from corpus.extraction.lines.html import read_html
from corpus.extraction.lines.text import read_text
from corpus.extraction.metadata import Hints, find_metadata
from corpus.extraction.said.phrases import find_phrases, fold_lines
from scripts.training.forests import Floats, Sample
from scripts.training.labels import label_lines, squeeze
from scripts.training.sheet import Labelled

NO, YES = -99.0, 99.0
"""The verdict where rules tell."""


def labelled(row: dict[str, Any], track: str) -> Labelled:
    """A page of the set with the labels of its lines."""
    if track == "html":
        encoding = "gb18030" if row["encoding"] == "gb18030" else "utf-8-sig"
        layout = read_html(row["html"].decode(encoding, "replace"))
    else:
        layout = read_text(row["innertext"])
    repaired = repair_lines([line.text for line in layout.lines])
    layout = with_texts(layout, [line.text for line in repaired])
    gold = row["gold_text"] if row["set"] != "negative" else ""
    return Labelled(layout, tuple(label_lines([line.text for line in layout.lines], gold or "")))


def sample(page: Labelled, weight: float = 1.0) -> Sample:
    """A page with its features."""
    texts = [line.text for line in page.layout.lines]
    features = line_features(page.layout, texts)
    return Sample(page, features, find_opinions(page.layout, features), weight)


def grams(text: str) -> Counter[str]:
    """Character 4-grams as the evaluation counts them."""
    t = squeeze(text)
    return Counter(t[i : i + 4] for i in range(max(1, len(t) - 3))) if t else Counter()


def f1(predicted: str, gold: str) -> float:
    """F1 of character 4-grams."""
    p, g = grams(predicted), grams(gold)
    hit = sum((p & g).values())
    return 2 * hit / (sum(p.values()) + sum(g.values())) if hit else 0.0


@dataclass(frozen=True, slots=True)
class Scored:
    """A page whose lines are scored by a forest that has not seen its site; `row` is its number.

    `row` is None for pages that were made. Nothing is learned from a trial.
    """

    sample: Sample
    scores: Floats
    fold: int
    is_article: bool
    row: int | None = None
    is_trial: bool = False

    @property
    def adjusted(self) -> Scores:
        """The scores that candidates are drawn from."""
        return adjust(self.sample.page.layout, self.sample.features, self.scores)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the forests choose on a page: its text, and what the third forest sees of the region.

    Where it is not asked, `seen` is None and the `verdict` stands. It is outvoted where the text
    `is_headed` and it is not sure.
    """

    page: Scored
    text: str
    seen: Floats | None
    verdict: float = NO
    is_headed: bool = False

    def settled(self, verdict: float, track: str) -> float:
        """The verdict that stands, of one that a forest gives."""
        return max(verdict, IS_ARTICLE[track]) if self.is_headed and verdict >= HEADED else verdict


def choose(page: Scored, regions: Forest) -> Choice:
    """The choice on a page, the whole way to the main text."""
    layout = page.sample.page.layout
    features, opinions = page.sample.features, page.sample.opinions
    adjusted = page.adjusted
    texts = [line.text for line in layout.lines]
    folded = fold_lines(texts)
    hits = find_phrases(folded)
    said = Texts(texts, folded, hits)
    best = finish(pick(layout, said, features, adjusted.values, opinions, regions))
    thread = trim(thread_of(said, features, opinions), layout, hits)
    chosen = thread or best.lines
    is_list = is_unfolded(texts, chosen) or is_listing(texts, chosen) or is_found(texts, chosen)
    if not chosen or is_list or denies_article((layout.head.title,), None):
        return Choice(page, "", None)
    inner = without_ends(chosen, layout, hits)
    metadata = find_metadata(layout, inner, Hints(None, None, None))
    names = {*metadata.title_lines, *metadata.byline_lines}
    lines = sorted(settle(chosen, names, layout, hits, is_thread=bool(thread)))
    text = "\n".join(texts[n] for n in lines)
    if thread:
        return Choice(page, text, None, YES)
    levels = (adjusted.raised, float(np.max(page.scores)))
    seen = verdict_features(layout, features, best.features, chosen, levels, opinions.running)
    return Choice(page, text, seen, is_headed=is_headed(inner, metadata, texts))
