"""News in brief: one paragraph right below its title and its time.

So short a text looks like a teaser to the forest that tells articles from lists. But above a teaser
stands its own headline, and the title of the page and the time of an article stand elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.extraction.metadata import Metadata
from corpus.extraction.said.comments import is_running

FAR = 8
"""Lines from the title to the text, at most."""
FIRST = 2
"""Lines of the text of which one runs."""


def is_headed(lines: Sequence[int], metadata: Metadata, texts: Sequence[str]) -> bool:
    """Whether a text, the `lines` by number, begins below its title and the day below that."""
    if not lines or metadata.published_at is None:
        return False
    first = lines[0]
    title = max((n for n in metadata.title_lines if n < first), default=-FAR - 1)
    if first - title > FAR or not any(title < n < first for n in metadata.byline_lines):
        return False
    return any(is_running(texts[n]) for n in lines[:FIRST])
