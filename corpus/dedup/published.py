"""When an article was published, so that days and times of any precision compare."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

UNDATED = 1 << 62
"""The second of an article without a date: after all that have one."""

_CHINA = timezone(timedelta(hours=8))
"""What a time without zone is taken for: Beijing, Taipei and Hong Kong share it."""

_LAST_SECOND = time(23, 59, 59)


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
