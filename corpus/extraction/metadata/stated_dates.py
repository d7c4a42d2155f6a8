"""Times that are stated outside the text: by the markup, by the address, by the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    (?:
        (?P<hour>[01]\d|2[0-3]) (?P<minute>[0-5]\d) (?P<second>[0-5]\d) (?!\d)
      | (?!\d)
      | \d{4,6} (?= \.[a-z]{3,5} (?:$|[?\#]) )           # 202503045010.html: a number of that day
    )
    """,
    re.VERBOSE,
)
SCRIPTED = re.compile(
    r"""
    (?: \b (?: oriCreateTime | createTime | create_time | ct | publish_?[tT]ime | pub_?[tT]ime
          | publish_?[dD]ate | pub_?[dD]ate | datePublished ) ["']? \s{0,4} [:=] \s{0,4} ["']
      | \s (?: datetime | data-time (?:stamp)? ) = ["']   # of an element that counts back from now
      | \b e\(0,["'] )                              # as minifiers leave an official account's call
    (?P<value> 1\d{9} (?:\d{3})? | (?:19|20)\d\d [-/.年] \d{1,2} [-/.月] \d{1,2} [^"'<>]{0,20} )
    ["']
    """,
    re.VERBOSE,
)
"""Variables of scripts that hold the time of publication, in seconds since 1970 or written out."""
SCRIPT_HINTS = (
    "reateTime",
    "create_time",
    "var ct",
    "ublish",
    "pubDate",
    "pubTime",
    "pub_",
    "e(0,",
    " datetime=",
    " data-time",
)
MAX_ASSIGNMENTS = 40
MAX_MARKUP = 3_000_000
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


def read_scripted(markup: str, clock: Clock) -> Moment | None:
    """The time of publication that scripts state: official accounts show it no other way.

    None where they state several days: those are of other articles, too.

    >>> read_scripted('<script>var ct = "1741054800";</script>', Clock()).iso()
    '2025-03-04T10:20:00+08:00'
    >>> read_scripted('<script>var total = "1741054800";</script>', Clock()) is None
    True
    """
    markup = markup[:MAX_MARKUP]
    found = [m for match in _assignments(markup) if (m := _scripted(match, clock))]
    return found[0] if len({moment.day for moment in found}) == 1 else None


def _assignments(markup: str) -> Iterator[re.Match[str]]:
    """The assignments of times, found by the parts of names that they cannot do without."""
    for hint in SCRIPT_HINTS:
        at = markup.find(hint)
        for _ in range(MAX_ASSIGNMENTS):
            if at < 0:
                break
            match = SCRIPTED.search(markup, max(0, at - 8), at + 80)
            if match is not None:
                yield match
            at = markup.find(hint, at + len(hint))


def _scripted(match: re.Match[str], clock: Clock) -> Moment | None:
    value = match["value"]
    if not value.isdigit():
        return read_stated(value, clock)
    then = datetime.fromtimestamp(int(value[:10]), BEIJING)
    day = day_of(then.year, then.month, then.day, clock)
    time = (then.hour, then.minute, then.second)
    return None if day is None else Moment(day, time, None, *match.span())


def find_packed(text: str, clock: Clock) -> list[Moment]:
    """Days written as addresses write them: /2025/03/04/, /20250304/, /2025-03/04/.

    >>> [m.iso() for m in find_packed("https://news.example/a/202503/04/c1.html", Clock())]
    ['2025-03-04']
    """
    found: list[Moment] = []
    if "19" not in text and "20" not in text:
        return found
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
