"""Where an article begins and ends: lines that part it from what stands around it.

A candidate that takes in a short article and the lists below it looks like one long text. What
opens the article (`openings.py`) and what closes it (`closings.py`) parts it from them; many lines
left out part it from a notice on cookies, and its own foot from the next entry of a blog.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.extraction.choice.features import Texts
from corpus.extraction.extent.closings import until_closed
from corpus.extraction.extent.openings import HAN, since_byline, since_opened, without_rows
from corpus.extraction.said.comments import is_running
from corpus.extraction.said.statements import LONGEST_NOTICE, is_statement

FAR = 20
"""Lines between two groups of chosen lines from which they may be two things."""
FEWEST_HAN, NEXT_TO_NONE = 0.4, 0.05
"""Ideographs as a share of a line of the page's language, at least; and where tags, left in a text,
may stand among its words."""
KANA, MOST_KANA = re.compile(r"[\u3040-\u30ff]"), 0.2
"""What lines in Japanese hold beside ideographs, and its share of other lines at most."""
FOOT = re.compile(
    r"""
    \d{4} [-/.年] \d{1,2} [-/.月] \d{1,2} .{0,40}
    (?: [评評][论論] | 留言 | 回[应應復复] (?! [于於] ) | comments? )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""When an entry was posted, and how many comments it has."""
DIGITS = re.compile(r"\d+")
LONGEST_FOOT, FEWEST_ENTRIES = 80, 3
"""Characters of that line, and entries above such lines that make a page of several."""
MOST_OWN = 0.1
"""Share of what else notices have among them: the buttons of a form."""


def within_bounds(lines: Sequence[int], page: Texts) -> tuple[int, ...]:
    """The chosen lines, in order, that stand between what opens the article and what closes it."""
    found = without_notices_afar(without_rows(lines, page.texts), page.texts)
    found = until_next_entry(found, page.texts)
    return since_opened(until_closed(since_byline(found, page.texts), page), page)


def without_notices_afar(lines: Sequence[int], texts: Sequence[str]) -> list[int]:
    """The chosen lines without the smaller groups of them, far off, that are notices or foreign.

    A notice on cookies at the top of a page runs like an article.
    """
    starts = [0, *(k for k, (a, b) in enumerate(pairwise(lines), 1) if b - a > FAR)]
    groups = [lines[a:b] for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]
    if len(groups) < 2:
        return list(lines)
    sizes = [sum(len(texts[n]) for n in group) for group in groups]
    return [
        n
        for group, size in zip(groups, sizes, strict=True)
        if size == max(sizes) or not all(_is_aside(texts[n]) for n in group)
        for n in group
    ]


def until_next_entry(lines: Sequence[int], texts: Sequence[str]) -> list[int]:
    """The chosen lines up to the foot of the first entry, where several of a blog were chosen.

    Below each stands the same line, but for its numbers: 由某人张贴 @ 2005-03-21 共 3 篇评论.
    """
    inside = range(lines[0], lines[-1] + 1) if lines else range(0)
    feet: dict[str, list[int]] = {}
    for n in inside:
        if len(texts[n]) <= LONGEST_FOOT and FOOT.search(texts[n]) is not None:
            feet.setdefault(DIGITS.sub("0", texts[n]), []).append(n)
    for places in feet.values():
        spans = pairwise([inside.start, *places])
        entries = sum(any(is_running(texts[n]) for n in range(*span)) for span in spans)
        if entries >= FEWEST_ENTRIES:
            return [n for n in lines if n < places[0]]
    return list(lines)


def are_notices(lines: Sequence[int], texts: Sequence[str]) -> bool:
    """Whether lines have a notice among them and hardly anything else in the page's language."""
    most = MOST_OWN * sum(len(texts[n]) for n in lines)
    own = 0
    for n in sorted(lines, key=lambda n: -len(texts[n])):
        own += 0 if _is_aside(texts[n], NEXT_TO_NONE) else len(texts[n])
        if own > most:  # with most texts after a line or two
            return False
    return any(_is_notice(texts[n]) for n in lines)


def _is_aside(text: str, fewest: float = FEWEST_HAN) -> bool:
    """Whether a line is a notice, or of another language."""
    n_kana = len(KANA.findall(text))
    is_foreign = len(HAN.findall(text)) < fewest * len(text) or n_kana > MOST_KANA * len(text)
    return is_foreign or _is_notice(text)


def _is_notice(text: str) -> bool:
    """Whether a line speaks of rights or conduct; a long one is text, whatever it says."""
    return len(text) <= LONGEST_NOTICE and is_statement(text)
