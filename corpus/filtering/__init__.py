"""Filtering: an article's text in, its signals and perhaps a reason to drop it out."""

from __future__ import annotations

from collections.abc import Callable

from corpus.document import Signals
from corpus.filtering.rules import empty, not_chinese, too_short
from corpus.filtering.signals import measure
from corpus.recipe import Filtering

__all__ = ["DROP_RULES", "DropRule", "judge", "measure"]

DropRule = Callable[[Signals, Filtering], str | None]
"""A reason to drop an article: what to tell a person about it, or None where it may stay. The
rule's `__name__` is the reason in the ledger."""

DROP_RULES: tuple[DropRule, ...] = (empty, not_chinese, too_short)
"""The rules in the order they are asked; the first that speaks decides."""


def judge(signals: Signals, options: Filtering) -> tuple[str, str] | None:
    """The reason and the detail why an article is dropped, or None: it stays.

    >>> judge(measure("短讯。"), Filtering())
    ('too_short', '3 characters, fewer than 20')
    """
    for rule in DROP_RULES:
        if (detail := rule(signals, options)) is not None:
            return rule.__name__, detail
    return None
