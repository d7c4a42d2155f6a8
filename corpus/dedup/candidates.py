"""Candidates: what deduplication knows of an article. Small, made where the text is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from corpus.dedup.keys import text_key

UNDATED = 1 << 62
"""The `published` of an article without a date: after all that have one."""

_CHINA = timezone(timedelta(hours=8))
"""What a time without zone is taken for: Beijing, Taipei and Hong Kong share it."""

_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One article that may have duplicates, without its text.

    `order` is its place in the order of reading, unique in a build. `published` comes from
    `published_second`. `text_key` is that of `keys.text_key`, b"" where there is nothing to
    compare.
    """

    id: str
    order: int
    published: int
    n_characters: int
    text_key: bytes


def make_candidate(
    id: str,  # noqa: A002 - the field's name
    order: int,
    published_at: str | None,
    n_characters: int,
    text: str,
) -> Candidate:
    """The candidate for an article, from its fields."""
    return Candidate(id, order, published_second(published_at), n_characters, text_key(text))


def published_second(published_at: str | None) -> int:
    """Seconds since 1970 of an ISO 8601 day or time; `UNDATED` where there is none to read.

    A day counts as its last second, so that a copy that only tells the day is not taken to be
    earlier than one that tells the hour. Times without zone are those of China (UTC+8).

    >>> published_second("2025-03-04T10:00:00+08:00") < published_second("2025-03-04")
    True
    >>> published_second("2025-03-04") < published_second("2025-03-04T16:00:00Z")
    True
    """
    if not published_at:
        return UNDATED
    try:
        moment = _moment(published_at.strip())
    except ValueError:
        return UNDATED
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_CHINA)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def _moment(iso: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(iso), _LAST_SECOND)
    except ValueError:
        return datetime.fromisoformat(iso)
