"""What a page says of its article: title, author, outlet, time, site.

Witnesses, from the best: a labelled byline beside the headline, what head and JSON-LD state, a
labelled line after the article, the reporter in the opening or closing brackets, the address.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.extraction.lines.layout import Layout
from corpus.extraction.metadata.attribution import find_author, find_source
from corpus.extraction.metadata.bylines import BREAKS
from corpus.extraction.metadata.published import find_time
from corpus.extraction.metadata.surroundings import Hints, Reading, Surroundings
from corpus.extraction.said.phrases import Hits, find_phrases, fold

__all__ = ["Hints", "Metadata", "find_metadata"]


DASHES = ("——", "\N{EM DASH}", "--", "\N{HORIZONTAL BAR}")
DASHED, LONGEST_SECOND = 4, 60
"""Characters of a second title: more than the first number, no more than the second."""
HUNG = 2
"""Lines up from the title, at most, to a byline that hangs above it."""
FEWEST_POSTS = 2
"""Bylines between the lines of the main text that make it a thread."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article; None where the page does not say.

    `published_at` is ISO 8601, a day or a time with its zone. `site` is the machine's name without
    www. `title_lines` and `byline_lines` are line numbers; those of the main text may be among them
    where its first or last lines are no text.
    """

    title: str | None
    author: str | None
    source: str | None
    published_at: str | None
    site: str | None
    title_lines: tuple[int, ...]
    byline_lines: tuple[int, ...]


def find_metadata(
    layout: Layout, main: Sequence[int], hints: Hints, hits: Sequence[Hits] | None = None
) -> Metadata:
    """What the page says of the article whose main text is the lines `main`, in order.

    `hits` are the phrases that the lines hold, where they are known already.
    """
    if hits is None:
        hits = find_phrases([fold(line.text) for line in layout.lines])
    around = Surroundings(layout, main, hints, hits)
    readings = around.readings()
    if not any(r.byline.moments for r in readings if r.place in ("before", "head")):
        post = _first_post(around, main)
        if len(post) < len(main):
            around = Surroundings(layout, post, hints, hits)
            readings = around.readings()
    title = around.title
    author = "、".join(find_author(around, readings)) or None
    source = find_source(around, readings)
    return Metadata(
        title=title.text,
        author=author if author != source else None,
        source=source,
        published_at=find_time(around, readings),
        site=around.site,
        title_lines=(*title.lines, *(_subtitle(layout, title.lines) or _lesser(around))),
        byline_lines=tuple(r.line for r in readings if _is_own(r, min(title.lines, default=0))),
    )


def _first_post(around: Surroundings, main: Sequence[int]) -> Sequence[int]:
    """The lines up to the first byline with a time between them, where there are several.

    So posts of a thread are signed at their ends. What stands below the last is not of the first.
    """
    signed = [
        before
        for before, after in pairwise(main)
        for n in range(before + 1, after)
        if around.is_byline(n) and around.byline(n).moments
    ]
    return main[: bisect_right(main, signed[0])] if len(signed) >= FEWEST_POSTS else main


def _subtitle(layout: Layout, title: Sequence[int]) -> tuple[int, ...]:
    """The line right below the title that a dash sets off as the second title."""
    n = max(title, default=len(layout.lines)) + 1
    text = layout.lines[n].text.strip() if n < len(layout.lines) else ""
    is_second = text.startswith(DASHES) and DASHED < len(text) <= LONGEST_SECOND
    return (n,) if is_second and text[-1] not in BREAKS else ()


def _lesser(around: Surroundings) -> tuple[int, ...]:
    """The lesser heading between the title and a byline: the title in other words."""
    lines = around.layout.lines
    n = max(around.title.lines, default=len(lines)) + 1
    if not 0 < n < len(lines) - 1 or not lines[n].heading or lines[n].n_links:
        return ()
    is_second = len(lines[n].text) <= LONGEST_SECOND and lines[n - 1].heading > 0
    return (n,) if is_second and not around.is_byline(n) and around.is_byline(n + 1) else ()


def _is_own(reading: Reading, title: int) -> bool:
    """Whether the line is a byline of this article, whose title is on the line `title`.

    After it, a bare time is a related item's, and so is one above it, but right above the title.
    """
    byline = reading.byline
    if not reading.whole or reading.place == "table":
        return False
    if reading.place == "above":
        return 0 < title - reading.line <= HUNG and bool(byline.moments)
    named = bool(byline.authors or byline.source or byline.editors)
    is_change = bool(byline.moments) and all(role == "updated" for role, _ in byline.moments)
    if reading.place == "after" and is_change and not named:
        return False  # the day of the last change below the text is that of the page
    return reading.place != "after" or byline.n_labels > 0 or bool(byline.reporters)
