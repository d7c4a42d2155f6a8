"""What a page says of its article: title, author, outlet, time, site.

Witnesses, from the best: a labelled byline beside the headline, what head and JSON-LD state, a
labelled line after the article, the reporter in the opening or closing brackets, the address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.extraction.layout import Layout
from corpus.extraction.metadata.attribution import find_author, find_source
from corpus.extraction.metadata.published import find_time
from corpus.extraction.metadata.surroundings import Hints, Reading, Surroundings
from corpus.extraction.phrases import Hits, find_phrases, fold

__all__ = ["Hints", "Metadata", "find_metadata"]


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
    title = around.title
    readings = around.readings()
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


def _is_own(reading: Reading) -> bool:
    """Whether the line is a byline of this article; after it, a bare time is a related item's."""
    if not reading.whole or reading.place in ("above", "table"):
        return False
    byline = reading.byline
    return reading.place != "after" or byline.n_labels > 0 or bool(byline.reporters)
