"""The rules that drop an article by its signals. Each names its threshold in what it says."""

from __future__ import annotations

from corpus.document import Signals
from corpus.recipe import Filtering

_NAMES = {"ja": "Japanese", "ko": "Korean"}


def empty(signals: Signals, _options: Filtering) -> str | None:
    """Drops an article without a single character."""
    return None if signals.n_characters else "no text"


def not_chinese(signals: Signals, options: Filtering) -> str | None:
    """Drops what is Japanese or Korean, or has less than `min_han_share` Han among its letters."""
    if signals.language in _NAMES:
        return f"{_NAMES[signals.language]} text"
    if signals.han_share < options.min_han_share:
        return f"Han share {signals.han_share:.3f} below {options.min_han_share:g}"
    return None


def too_short(signals: Signals, options: Filtering) -> str | None:
    """Drops an article of less than `min_characters` characters."""
    if signals.n_characters < options.min_characters:
        return f"{signals.n_characters} characters, fewer than {options.min_characters}"
    return None
