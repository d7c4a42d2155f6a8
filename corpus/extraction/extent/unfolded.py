"""Lists that show one of their items whole: what a search found, a feed of summaries.

Nothing in such a page tells the item from an article, with other articles above and below it. But
the summaries of others, each cut off, stand above it as well, where an article has its headline.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

CUT: Final = ("...", "…", "[详细]", "[詳細]", "全文")
"""Ends of a text that goes on elsewhere."""
SUMMARY: Final = 40
"""Characters from which what is cut off is a summary: headlines are, too, in columns of links."""
LEAST: Final = 4
"""Summaries that stand above the item, and as many below it."""


def is_unfolded(texts: Sequence[str], main: Sequence[int]) -> bool:
    """Whether the lines `main` of a page, in order, are an item of a list of summaries.

    The item is what stands from its first paragraph to its last: summaries that were taken into the
    main text, with their headlines, stand around it.

    >>> cut = ["桥" * 50 + "…"] * 4
    >>> whole = cut[0].replace("…", "。")
    >>> is_unfolded([*cut, "老桥", whole, *cut], [4, 5])
    True
    >>> is_unfolded(["老桥", whole, *cut, *cut], [1])
    False
    """
    is_cut = {n: texts[n].endswith(CUT) for n in range(len(texts)) if len(texts[n]) >= SUMMARY}
    whole = [n for n in main if not is_cut.get(n, True)]
    if not whole:
        return False
    above = sum(cut for n, cut in is_cut.items() if n < whole[0])
    below = sum(cut for n, cut in is_cut.items() if n > whole[-1])
    return above >= LEAST and below >= LEAST
