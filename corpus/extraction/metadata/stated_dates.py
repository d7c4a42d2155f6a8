"""Times that are stated outside the text: by the markup, by the address, by the source."""

from __future__ import annotations

import re
from datetime import datetime

from corpus.extraction.metadata.dates import (
    BEIJING,
    FIRST_YEAR,
    LAST_YEAR,
    Clock,
    Moment,
    day_of,
    find_moments,
    narrow,
)

PACKED = re.compile(
    r"""
    (?<!\d)
    (?P<y>(?:19|20)\d\d) [/_-]? (?P<m>0[1-9]|1[0-2]) [/_-]? (?P<d>0[1-9]|[12]\d|3[01])
    (?: (?P<hour>[01]\d|2[0-3]) (?P<minute>[0-5]\d) (?P<second>[0-5]\d) )?
    (?!\d)
    """,
    re.VERBOSE,
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def read_stated(value: str, clock: Clock) -> Moment | None:
    """The time that a field of the markup states: a written one, or 20250304102000.

    Midnight sharp is a day: content systems write it where they know no time.

    >>> read_stated("2025-03-04T00:00:00.000Z", Clock()).iso()
    '2025-03-04'
    """
    value = narrow(value.strip())
    moments = find_moments(value[:80], clock) or find_packed(value[:80], clock)
    if not moments or moments[0].vague:
        return None
    first = moments[0]
    if first.time in ((0, 0, 0), (0, 0, -1)):
        return Moment(first.day, None, None, first.start, first.end)
    return first


def find_packed(text: str, clock: Clock) -> list[Moment]:
    """Days written as addresses write them: /2025/03/04/, /20250304/, /2025-03/04/.

    >>> [m.iso() for m in find_packed("https://news.example/a/202503/04/c1.html", Clock())]
    ['2025-03-04']
    """
    found = []
    for match in PACKED.finditer(text[:2000]):
        day = day_of(int(match["y"]), int(match["m"]), int(match["d"]), clock)
        if day is None:
            continue
        time = None
        if match["hour"]:
            time = (int(match["hour"]), int(match["minute"]), int(match["second"]))
        found.append(Moment(day, time, None, *match.span()))
    return found


def read_fetched(value: str | None) -> datetime | None:
    """When the page was fetched, in Beijing time; None where that is not said or not readable."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        return None
    return moment.astimezone(BEIJING) if moment.tzinfo else moment.replace(tzinfo=BEIJING)
