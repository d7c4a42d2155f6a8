"""The way from the front page to this one, as a line of arrows."""

from __future__ import annotations

import re

CRUMB = re.compile(r"[>＞»›→]")
FEWEST_CRUMBS, LONGEST_CRUMB, LONGEST_CRUMBS = 3, 20, 120
"""Steps on the way from the front page, characters of each but the last, and of all, at most."""


def is_crumb(text: str) -> bool:
    """Whether a line is the way from the front page to this one.

    >>> is_crumb("首页 > 新闻 > 正文"), is_crumb("价格：3 > 2"), is_crumb("if (a > b > c)")
    (True, False, False)
    """
    return sum(not step.isascii() for step in steps_of(text)) >= FEWEST_CRUMBS - 1


def steps_of(text: str) -> list[str]:
    """The short steps that arrows part a line into; none where they are too few or too long."""
    steps = CRUMB.split(text) if len(text) <= LONGEST_CRUMBS else []
    are_short = all(len(step.strip()) <= LONGEST_CRUMB for step in steps[:-1])
    return steps if len(steps) >= FEWEST_CRUMBS and are_short else []
