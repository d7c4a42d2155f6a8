"""News in brief, and texts of short lines: what stands right below its title and its time.

So short a text looks like a teaser to the forest that tells articles from lists, and short lines
look like headlines. But above a teaser stands its own headline, and the title of the page and the
time of an article stand elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.extraction.metadata import Metadata
from corpus.extraction.said.comments import is_running

FAR = 8
"""Lines from the title to the text, at most."""
FIRST = 3
"""Lines of the text of which one runs, or is a sentence of some length."""
LONG = 20
"""Characters of that."""
ENDS = frozenset("。！？!?～~…")


def is_headed(lines: Sequence[int], metadata: Metadata, texts: Sequence[str]) -> bool:
    """Whether a text, the `lines` by number, begins below its title and the day beside that."""
    if not lines or metadata.published_at is None:
        return False
    first = lines[0]
    title = max((n for n in metadata.title_lines if n < first), default=-FAR - 1)
    is_dated = any(title - 1 <= n < first for n in metadata.byline_lines)
    if first - title > FAR or not is_dated:
        return False
    opening = [texts[n] for n in lines[:FIRST]]
    # Some end their lines with no mark.
    n_paused = sum(len(text) >= LONG and "，" in text for text in opening)
    return n_paused > 1 or any(
        is_running(text) or (len(text) >= LONG and text[-1] in ENDS) for text in opening
    )
