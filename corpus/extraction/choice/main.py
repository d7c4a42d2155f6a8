"""Lines → the main ones, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.consensus import elect
from corpus.extraction.choice.features import OWN, TEXT_FEATURES, Texts, text_features_each
from corpus.extraction.choice.forest import Forest, read_forest
from corpus.extraction.choice.lift import adjust
from corpus.extraction.choice.opinions import Opinions, find_opinions
from corpus.extraction.choice.region import propose, take
from corpus.extraction.choice.together import Ask, Steps, finish
from corpus.extraction.choice.tree import Marked, tree_features_each
from corpus.extraction.choice.verdict import verdict_features
from corpus.extraction.extent.above import with_parts_above
from corpus.extraction.extent.answers import said_below, with_praised
from corpus.extraction.extent.bounds import are_notices, within_bounds
from corpus.extraction.extent.ends import trim
from corpus.extraction.extent.first import closed_above
from corpus.extraction.extent.issues import find_issue
from corpus.extraction.extent.manuals import find_manual
from corpus.extraction.extent.papers import find_paper
from corpus.extraction.extent.pictures import with_captions
from corpus.extraction.extent.readmes import find_readme
from corpus.extraction.extent.recipes import find_recipe
from corpus.extraction.extent.songs import find_song
from corpus.extraction.extent.threads import find_thread
from corpus.extraction.extent.wikis import find_wiki
from corpus.extraction.lines.frame import Frame, read_frame
from corpus.extraction.lines.layout import Layout
from corpus.extraction.said.comments import without_comments
from corpus.extraction.said.phrases import Hits, find_phrases, fold_lines

Floats = NDArray[np.float64]


IS_ARTICLE = {"html": -1.0, "text": -1.0}
"""Score (log-odds) of the chosen region from which a page has an article, by track. Low on purpose:
a list that is taken for an article can be filtered, an article that is taken for a list is gone.
`scripts/train_extraction` prints what thresholds near it do on unseen sites."""

HEADED = -3.5
"""The same where the region stands right below its title and its time, see `is_headed`."""

MOST_CHOICES = 3
"""How often a candidate is chosen, where each is only notices."""
HOPELESS = -99.0
"""The score of a line that is not to be taken."""

ROOTS = {"html": 0, "text": 2}
"""How often a root is taken of what the second forest says to have the F1 it expects. Trained on
the fourth power, it tells good candidates from better ones and leaves bad ones alone: from
innerText, where fewer signs tell them apart, that finds more."""

LOGISTIC = frozenset({"text"})
"""Tracks whose second forest says log-odds, for it was trained with cross-entropy. From innerText
that finds more, from HTML less."""


KINDS: dict[Callable[[Texts], tuple[int, ...]], tuple[str, ...]] = {
    find_song: ("词", "詞", "yrics"),
    find_wiki: ("编", "編", "edit"),
    find_manual: ("# ", "¶", "\uf0c1", "本文", "本页", "本頁", "此页", "此頁", "n this "),
    find_paper: ("摘",),
    find_readme: ("README", "Readme", "readme"),
    find_recipe: ("做法", "步骤", "步驟"),
}
"""What reads the pages of one kind, with what one of them shows at least, which is sought first."""
OF_ISSUES = ("此 issue", "this issue")
"""The same of threads on hosts of code, some of which look like those of forums."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The numbers of the main lines in order, the F1 expected of them, whether it is an article.

    `is_thread` where they are what posts say, or of a page of one of `KINDS`; `is_hopeful` where it
    is one if it stands below its title and its time. `features` are those of all lines of the page,
    see `line_features`.
    """

    lines: tuple[int, ...]
    confidence: float
    is_article: bool
    features: Floats
    is_thread: bool = False
    is_hopeful: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """What stays of a candidate, the F1 expected of it, and what the second forest saw of it."""

    lines: tuple[int, ...]
    expected: float
    features: Floats


def line_features(layout: Layout, texts: Sequence[str]) -> Floats:
    """The features of each line (at least one), with the markup's where there is markup."""
    folded = fold_lines(texts)
    return finish(_look(layout, Texts(texts, folded, find_phrases(folded)), read_frame(layout)))


def _look(layout: Layout, texts: Texts, frame: Frame | None) -> Steps[Floats]:
    features: Floats = yield Ask(text_features_each, texts)
    if frame is None:
        return features
    punctuation = features[:, OWN.index("n_ends")] + features[:, OWN.index("n_middles")]
    marked = Marked(layout, frame, features[:, 0], punctuation)
    tree = yield Ask(tree_features_each, marked)
    # Joined with each feature a run of memory, as they come and as they are looked at.
    return np.concatenate([features.T, tree.T]).T


def choose_main(
    layout: Layout,
    texts: Sequence[str],
    hits: Sequence[Hits],
    folded: Sequence[str],
) -> Steps[Choice]:
    """The main lines of a page, folded already; none on an empty page."""
    if not texts:
        return Choice((), 0.0, is_article=False, features=np.zeros((0, len(TEXT_FEATURES))))
    track = "html" if layout.elements else "text"
    frame = read_frame(layout)
    features = yield from _look(layout, Texts(texts, folded, hits), frame)
    opinions = find_opinions(layout, features, frame)
    # In the precision that a forest compares in.
    seen = np.concatenate([features.T, opinions.context.T], dtype=np.float32, casting="same_kind").T
    plain = yield Ask(read_forest(f"lines_{track}.npz").score_each, seen)
    adjusted = adjust(layout, features, plain, opinions.running)
    regions = read_forest(f"regions_{track}.npz")
    page = Texts(texts, folded, hits)
    best = yield from pick(layout, page, features, adjusted.values, opinions, regions)
    thread = trim(thread_of(page, features, opinions), layout, hits)
    lines = thread or best.lines
    if not lines:
        return Choice((), 0.0, is_article=False, features=features)
    if thread:
        return Choice(lines, best.expected, is_article=True, features=features, is_thread=True)
    levels = adjusted.raised, float(plain.max())
    row = verdict_features(layout, features, best.features, lines, levels, opinions.running)
    (certain,) = yield Ask(read_forest(f"articles_{track}.npz").score_each, row[None])
    is_article = bool(certain >= IS_ARTICLE[track])
    is_hopeful = bool(certain >= HEADED)
    return Choice(lines, best.expected, is_article, features, is_hopeful=is_hopeful)


def pick(
    layout: Layout,
    page: Texts,
    features: Floats,
    scores: Floats,
    opinions: Opinions,
    regions: Forest,
) -> Steps[Pick]:
    """The best candidate of a page, and what stays of it without what stands around its text.

    What readers are asked to do runs like text, and may be all that does below a short article; and
    longer articles, or comments, may stand below it. Where the best candidate is one of these, or
    nothing of it stays, its lines are left out and the choice is made again.
    """
    track = "html" if layout.elements else "text"
    fallback: Pick | None = None
    for _ in range(MOST_CHOICES):
        candidates = yield from propose(layout, features, scores, opinions)
        said = yield Ask(regions.score_each, candidates.features)
        expected = expect(said, track)
        best = elect(candidates, expected, scores, features[:, 0])
        lines = take(candidates, best, scores)
        kept = trim(complete(lines, page, features), layout, page.hits)
        found = Pick(kept, float(expected[best]), candidates.features[best])
        if not kept or are_notices(lines, page.texts):
            fallback = fallback or found
            out: Sequence[int] | slice = lines
        else:
            above = closed_above(lines, page)
            if above is None:
                return found
            fallback = found
            out = slice(above, None)
        scores = scores.copy()
        scores[out] = HOPELESS
    return cast("Pick", fallback)


def thread_of(page: Texts, features: Floats, opinions: Opinions) -> tuple[int, ...]:
    """The lines that the posts of a thread say; comments below an article are no thread.

    Or those of a page of a kind that has a rule of its own, see `KINDS`.
    """
    whole = "\n".join(page.texts)
    if any(sign in whole for sign in OF_ISSUES) and (issue := find_issue(page)):
        return issue
    thread = find_thread(page.texts, page.folded, features, opinions.running)
    if thread and closed_above(thread, page) is not None:
        return ()
    if thread:
        return thread
    kinds = (find for find, signs in KINDS.items() if any(sign in whole for sign in signs))
    return next((found for find in kinds if (found := find(page))), ())


def complete(lines: Sequence[int], page: Texts, features: Floats) -> tuple[int, ...]:
    """The lines of a candidate without what stands around its text, with all answers it counts."""
    texts, _, hits = page
    own = without_comments(lines, texts)
    inside = within_bounds(said_below(own, texts, features, hits), page)
    found = with_parts_above(with_captions(inside, page), page)
    return with_praised(found, texts, hits)


def expect(said: Floats, track: str) -> Floats:
    """The F1 expected of each candidate, from 0 to 1, by what the second forest `said` of it."""
    if track in LOGISTIC:
        # The last bits of an exponential differ between machines, and are rounded off.
        said = np.round(1 / (1 + np.exp(-said)), 6)
    expected = np.minimum(np.maximum(said, 0.0), 1.0)
    for _ in range(ROOTS[track]):
        expected = np.sqrt(expected)
    return expected
