"""What a page says of its article: title, author, outlet, time, site.

Witnesses, from the best: a labelled byline beside the headline, what head and JSON-LD state, a
labelled line after the article, the reporter in the opening or closing brackets, the address.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.extraction.layout import Layout
from corpus.extraction.metadata.attribution import find_author, find_source
from corpus.extraction.metadata.published import find_time
from corpus.extraction.metadata.surroundings import Hints, Reading, Surroundings
from corpus.extraction.phrases import Hits, find_phrases, fold

__all__ = ["Hints", "Metadata", "find_metadata"]


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
        title_lines=title.lines,
        byline_lines=tuple(r.line for r in readings if _is_own(r)),
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


def _is_own(reading: Reading) -> bool:
    """Whether the line is a byline of this article; after it, a bare time is a related item's."""
    if not reading.whole or reading.place in ("above", "table"):
        return False
    byline = reading.byline
    return reading.place != "after" or byline.n_labels > 0 or bool(byline.reporters)
