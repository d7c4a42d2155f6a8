"""The first of several articles on a page is the page's.

Below a short article stand others, longer ones, or all that readers said of it: the best region of
the page, taken alone. But a line that closes an article stands between, and text above it.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.extraction.choice.features import Texts
from corpus.extraction.extent.bounds import FOOT, LONGEST_FOOT
from corpus.extraction.extent.closings import (
    ANSWERS,
    LONGEST_PARTING,
    MOSTLY,
    SHORTEST,
    TAGS,
    counts_comments,
    is_edited,
    says_rights,
)
from corpus.extraction.said.comments import LONGEST_SHORT, is_running, is_signed

REACH = 12
"""Lines above the one that closes in which the text of the article is looked for."""
NEAR = 3
"""Lines between what is said of the rights to an article and another one, at least: its headline,
its byline. Right above a text the rights are its own, and what stands above them is its lead."""
LONGEST_HEADING = 20
"""Characters of a line that begins with a phrase of comments."""


def closed_above(lines: Sequence[int], page: Texts) -> int | None:
    """The first line above the chosen ones, in order, that closes an article with text.

    None where there is none, and where answers are counted between it and the lines.
    """
    texts = page.texts
    headings = (n for n in range(lines[0] - 1, 0, -1) if _heads_comments(n, page))
    heading = next(headings, 0)  # the last above the lines
    for n in range(1, lines[0]):
        is_near = n >= lines[0] - NEAR
        if _closes(n, heading, page, is_near) and _ends_text(texts[max(n - REACH, 0) : n]):
            between = texts[n : lines[0]]
            is_asked = any(len(x) <= LONGEST_SHORT and ANSWERS.search(x) for x in between)
            return None if is_asked else n
    return None


def _closes(n: int, heading: int, page: Texts, is_near: bool) -> bool:
    """Whether a line speaks of the rights to what stands above, or comments begin at it.

    Who edited an article may stand above it as well: comments must begin below, at `heading`. So
    may its rights and its tags, where it `is_near`.
    """
    text = page.texts[n].strip()
    if len(text) > LONGEST_PARTING:
        return False
    if _heads_comments(n, page) or counts_comments(text) or is_signed(text):
        return True
    if says_rights(text) or TAGS.match(text) is not None:
        return not is_near
    if is_edited(text):
        return n < heading
    return len(text) <= LONGEST_FOOT and FOOT.search(text) is not None


def _heads_comments(n: int, page: Texts) -> bool:
    hit = page.hits[n]
    return len(page.texts[n]) <= LONGEST_HEADING and "comment" in (hit.whole, hit.start)


def _ends_text(above: Sequence[str]) -> bool:
    """Whether enough text stands in these lines, and little below its beginning that is none."""
    runs = [is_running(text) for text in above]
    if not any(runs):
        return False
    running = sum(len(text) for text, is_text in zip(above, runs, strict=True) if is_text)
    return running >= SHORTEST and running >= MOSTLY * sum(map(len, above[runs.index(True) :]))
