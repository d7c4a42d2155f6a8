"""Every line that is not main text → its kind, by the first rule that has a verdict.

First what can be said for certain: what metadata was read from, where readers speak, sentences
about rights, lines that say where they lead, items with a time, known phrases. What is left is
weighed: trees vote by what the line is, where it stands, and what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from corpus.document import BlockKind
from corpus.extraction.choice.together import Ask, Steps
from corpus.extraction.noise.ballot import ROWS, Ballot, read_ballot
from corpus.extraction.noise.cards import account_card, cards
from corpus.extraction.noise.neighbourhood import (
    Means,
    Neighbourhood,
    look_around_each,
    pick_means,
    sums_at,
)
from corpus.extraction.noise.places import (
    below_headings,
    boards,
    named_again,
    poster_cards,
    set_by_forums,
    spoken,
)
from corpus.extraction.noise.signposts import find_signposts
from corpus.extraction.noise.view import View
from corpus.extraction.said.appeals import find_appeals
from corpus.extraction.said.crumbs import steps_of
from corpus.extraction.said.panels import find_counts
from corpus.extraction.said.phrases import NO_HITS
from corpus.extraction.said.related import MIN_STAMPED, is_headline, stamped_items
from corpus.extraction.said.signs import ARROW, DIGIT

Integers = NDArray[np.integer]
Verdicts = Iterator[tuple[int, BlockKind]]
NoiseRule = Callable[[View, dict[int, BlockKind]], Verdicts]
"""The lines a rule has a verdict on, given the kinds that earlier rules gave to lines.

A verdict on a line that has a kind already is not heard.
"""

Certain = tuple[frozenset[str], frozenset[str], frozenset[str]]

WEIGHED: tuple[BlockKind, ...] = tuple(kind for kind in get_args(BlockKind) if kind != "main")
"""The kinds that trees vote for, in the order of their votes."""

EDITED = re.compile(
    r"©|copyright|icp[备備证證]|本[页頁]面?最[后後近](?:修[订訂改]|[编編][辑輯]|更新)"
)
"""What the imprint says in which the day of the last change stands; read folded."""

BESIDE = 4
"""Lines below the article among which a count is one of it, whatever stands above the count."""

ABOVE: Certain = (
    frozenset({"control", "navigation"}),
    frozenset({"control", "navigation"}),
    frozenset({"promotion"}),
)
BELOW: Certain = (
    frozenset({"control", "related"}),
    frozenset(),
    frozenset({"footer", "promotion"}),
)
"""Kinds that a line has when it is, begins with or holds a phrase of that kind: above the end of
the article and below it. A menu names the operator too, and lists have the names of channels."""

LIKE = 2
"""How much the votes of all lines at a place weigh against those of the line itself."""


def metadata_lines(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """Lines that the title, the author, the outlet or the time were read from."""
    for n in view.metadata.title_lines:
        yield n, "title"
    for n in view.metadata.byline_lines:
        if view.after_main(n) and EDITED.search(view.folded[n]):
            yield n, "footer"
        elif not view.statements[n]:
            yield n, "byline"


def comments(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """What readers say below the article, and the buttons between."""
    for run in view.comments:
        for n in range(run.first, run.end):
            said = view.hits[n].whole, view.said.get(n)
            yield n, "control" if n in run.buttons or "control" in said else "comment"


def statement(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """Sentences about rights, liability and conduct."""
    for n, is_statement in enumerate(view.statements):
        if is_statement:
            yield n, "statement"


def signpost(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """Archives, tables of contents, calendars, tags: what leads elsewhere and says so."""
    for n in find_signposts(view):
        yield n, "navigation"


def related_items(view: View, kinds: dict[int, BlockKind]) -> Verdicts:
    """Runs of headline, outlet and time that repeat."""
    if len(view.stamps) < MIN_STAMPED:
        return
    free = [not main and n not in kinds for n, main in enumerate(view.main)]
    for item in stamped_items(view.texts, free, view.stamps):
        for n in item.lines:
            yield n, "related"


def said_of_itself(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """Phrases, rows of buttons and states that only noise says of itself, and calls to act."""
    for n, kind in view.said.items():
        # A menu names the operator, too.
        if kind != "footer" or view.after_main(n):
            yield n, kind
    for n in find_appeals(view.folded_noise):
        yield n, "promotion"


def counts(view: View, kinds: dict[int, BlockKind]) -> Verdicts:
    """How often the article was read and liked: counts that stand by it, and below no headline."""
    free = [n for n in view.lines_with(DIGIT) if not view.main[n]]
    for n in find_counts(view.folded, free):
        above = next((k for k in range(n - 1, -1, -1) if k not in kinds), -1)
        is_beside = view.before_main(n) or n - view.end_main <= BESIDE
        if is_beside or not (above >= view.end_main and is_headline(view.texts[above])):
            yield n, "control"


def known_phrase(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """Lines that are, begin with or hold a phrase that leaves no doubt."""
    for n, hit in enumerate(view.hits):
        if hit is NO_HITS:
            continue
        certain = BELOW if view.after_main(n) else ABOVE
        for kind, kinds in zip(hit, certain, strict=True):
            if kind in kinds:
                yield n, kind  # type: ignore[misc]
                break


def breadcrumb(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """The way from the front page to this one, and lines of arrows."""
    for n in view.lines_with(ARROW):
        if steps_of(view.texts[n]):
            yield n, "navigation"


def _with_like(view: View, lines: Sequence[int]) -> Integers:
    """These lines, and of the others that are not main those at the same kinds of place."""
    if not view.layout.elements:
        return np.array(lines)
    places = view.layout.places
    is_meant = np.zeros(places.max() + 1, dtype=np.bool_)
    is_meant[places[lines]] = True
    is_wanted = is_meant[places]
    is_wanted &= np.logical_not(view.main)
    return np.asarray(is_wanted.nonzero()[0])


@cache
def _read_weights(track: str) -> tuple[Ballot, Means]:
    """The trees of a track, and the means they ask for; columns are numbered without the others."""
    ballot = read_ballot(f"kinds_{track}.npz")
    means, columns = pick_means(ballot.columns)
    return replace(ballot, columns=columns.astype(np.int32)), means


def elect(view: View, lines: Sequence[int] | Integers, votes: Integers) -> Integers:
    """The kind that wins on each of the lines, by its number in `WEIGHED`.

    Lines at the same kind of place in the markup are alike: each is heard with all of its like.
    """
    if view.layout.elements:
        places = view.layout.places[lines]
        sums, lines_at = sums_at(places, votes.T)
        votes = votes * lines_at[places, None] + LIKE * sums[:, places].T.astype(np.int64)
    return np.asarray(votes.argmax(axis=1))


def weigh(view: View, kinds: dict[int, BlockKind]) -> Steps[dict[int, BlockKind]]:
    """What the trees vote for, on every line that is left."""
    left = [n for n, main in enumerate(view.main) if not main and n not in kinds]
    if not left:
        return {}
    lines = _with_like(view, left)
    ballot, means = _read_weights("html" if view.layout.elements else "text")
    neighbourhood: Neighbourhood = yield Ask(look_around_each, view)
    votes = []
    for k in range(0, len(lines), ROWS):
        votes.append(
            (yield Ask(ballot.count_each, neighbourhood.features(lines[k : k + ROWS], means)))
        )
    winners = dict(
        zip(lines.tolist(), elect(view, lines, np.concatenate(votes)).tolist(), strict=True)
    )
    return {n: WEIGHED[winners[n]] for n in left}


NOISE_RULES: tuple[NoiseRule, ...] = (
    metadata_lines,
    account_card,
    cards,
    statement,
    comments,
    signpost,
    boards,
    related_items,
    named_again,
    set_by_forums,
    poster_cards,
    said_of_itself,
    counts,
    known_phrase,
    below_headings,
    spoken,
    breadcrumb,
)
"""All rules in the order of precedence; what they leave is weighed."""


def label_noise(view: View) -> Steps[tuple[dict[int, BlockKind], dict[int, str]]]:
    """The kind of each line that is not main, and the name of the rule that gave it."""
    kinds: dict[int, BlockKind] = {}
    rules: dict[int, str] = {}
    for rule in NOISE_RULES:
        # Gathered first: a rule sees the kinds as they stood before it ran.
        for n, kind in list(rule(view, kinds)):
            if n not in kinds and not view.main[n]:
                kinds[n], rules[n] = kind, rule.__name__
    for n, kind in (yield from weigh(view, kinds)).items():
        kinds[n], rules[n] = kind, "weighed"
    return kinds, rules
