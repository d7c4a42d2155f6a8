"""Times as pages write them → ISO 8601: where they stand in a line, how precise they are.

Says nothing of what a time is for; `people.py` reads the labels, `metadata.py` weighs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final, NamedTuple

from corpus.extraction.lines.layout import Line
from corpus.extraction.metadata.zones import read_zone

FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2100
"""Years outside are no time of publication; the last one is replaced by the year after fetching."""

ROC_OFFSET: Final = 1911
"""Year 1 of the Republic of China is 1912."""
TAIWANESE: Final = (
    *("民國", "台北", "臺北", "臺灣", "新北", "桃園", "臺中", "臺南", "高雄", "花蓮"),
    *("縣政府", "縣長", "鄉公所", "學年度", "全球資訊網"),
    *("發布單位", "點閱"),
)
"""Signs in a dump, which states no language, that its years may count from 1911."""
MAX_SIGNS: Final = 10_000
"""Characters of a page that are searched for these signs."""

BEIJING: Final = timezone(timedelta(hours=8))
"""The zone of a page that names none: mainland, Taiwan and Hong Kong share it."""

MAX_LINE: Final = 400
"""Characters of a line that are searched for times."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known of the page's own time: it completes what the page leaves out.

    `fetched` is None where the source did not say, `year` a year from elsewhere (the URL), `roc`
    whether the page states that a three-digit year counts from 1911; if not, its `lines` may tell.
    `addressed` is the day in the URL: of 03/04/2025 it tells which is the month.
    """

    fetched: datetime | None = None
    year: int | None = None
    roc: bool = False
    lines: Sequence[Line] = ()
    addressed: date | None = None

    def counts_from_1911(self) -> bool:
        """Whether a three-digit year counts from 1911; of the lines, only the first are read."""
        if self.roc:
            return True
        left = MAX_SIGNS
        for line in self.lines[:100]:
            if any(sign in line.text[:left] for sign in TAIWANESE):
                return True
            left = max(0, left - len(line.text) - 1)
        return False

    def last_year(self) -> int:
        """The last year in which the page can have been published."""
        return self.fetched.year + 1 if self.fetched is not None else LAST_YEAR


class Moment(NamedTuple):
    """A day, or a time of a day, that stands at `start` to `end` of a line.

    `time` is (hour, minute, second), second -1 where the page does not show it; `zone` is minutes
    east of Greenwich, None where it is not given. `vague` where the year was not on the page.
    """

    day: date
    time: tuple[int, int, int] | None
    zone: int | None
    start: int
    end: int
    vague: bool = False

    def iso(self) -> str:
        """ISO 8601, a day or a time with its zone (+08:00 unless the page says otherwise)."""
        if self.time is None:
            return self.day.isoformat()
        hour, minute, second = self.time
        minutes = 480 if self.zone is None else self.zone
        sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
        clock = f"{hour:02}:{minute:02}:{max(second, 0):02}"
        return f"{self.day.isoformat()}T{clock}{sign}{minutes // 60:02}:{minutes % 60:02}"


MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMERALS: Final = {
    **dict.fromkeys("\N{IDEOGRAPHIC NUMBER ZERO}\N{WHITE CIRCLE}零", 0),
    **{c: n for n, c in enumerate("一二三四五六七八九", 1)},
}

LATE: Final = ("下午", "晚上", "晚间", "晚間", "傍晚", "pm", "p.m.")
"""What makes the hours of the clock those after noon."""

DAY = re.compile(
    r"""
    (?<![\d.])
    (?:
        (?P<y>(?:19|20)\d\d) \s?                       # 2025-03-04 2025/3/4 2025.03.04 2023 11/ 17
        (?: [-/.年\u2013] \s? (?P<m>\d{1,2}) \s? [-/.月\u2013] | (?P<mx>\d{1,2}) / ) \s?
        (?P<d>\d{1,2})
      | (?: (?:中[華华])? 民[國国] \s?                # 民國114年3月4日, 114年3月4日
          | (?<!元) (?= 1\d\d \s? 年 \s? \d{1,2} \s? 月 \s? \d{1,2} \s? [日號号] ) )
        (?P<ry>\d{2,3}) \s? [-/.年] \s?
        (?P<rm>\d{1,2}) \s? [-/.月] \s? (?P<rd>\d{1,2})
      | (?P<a>\d{1,2}) (?P<as>[-/]) (?P<b>\d{1,2}) (?P=as) (?P<ay>(?:19|20)\d\d)  # 03-04-2025
      | (?P<sy>\d{2,3}) (?P<ss>[-/.]) (?P<sm>\d{1,2}) (?P=ss) (?P<sd>\d{1,2})   # 114/03/04
      | (?P<nm>\d\d (?=[-/]) | \d{1,2} (?=月)) [-/月] \s? (?P<nd>\d\d|\d(?=日))   # 03-04, 3月4日
    )
    (?: (?!\d) | (?=\d{1,2}:\d\d)                      # 2025-03-0410:20 is written so
      | (?=\d{1,3},\d{3})                              # and a count of readers right behind
      | (?=(?:19|20)\d\d[-/.]\d)                      # and the day of changing right behind
    )
    (?: \s? [日号號] )?
    """,
    re.VERBOSE,
)
HAN_DAY = re.compile(
    r"""
    (?P<y>[〇○零一二三四五六七八九]{4}) 年             # 二〇二五年三月四日
    (?P<m>[一二三四五六七八九十]{1,3}) 月
    (?P<d>[一二三四五六七八九十]{1,3}) 日
    """,
    re.VERBOSE,
)
NAMED_DAY = re.compile(
    r"""
    (?: (?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) [a-z]{0,6} \.? \s?   # March 29,
        (?P<d>\d{1,2}) (?:st|nd|rd|th)?
        (?: ,? \s (?:mon|tue|wed|thu|fri|sat|sun) [a-z]{0,6} )?                   # Mar 29 Sun
      | (?<!\d) (?P<d2>\d{1,2}) \s                                                  # 29 Mar 2020
        (?P<m2>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) [a-z]{0,6} \.?
      | (?P<hm>十[一二]|[一二三四五六七八九十]) 月 \s (?P<d3>\d{1,2})               # 三月 29, 2020
      | (?<!\d) (?P<d4>\d{1,2}) \s (?P<m4>\d{1,2}) \s? 月                         # 29 3 月, 2020
    )
    ,? \s? (?P<y>(?:19|20)\d\d) (?!\d)
  | (?<!\d) (?P<y0>(?:19|20)\d\d) \s                                               # 2020 Mar 29
    (?P<m0>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)
    (?: uary | ruary | ch | il | e | y | ust | tember | t | ober | ember )? \.? \s
    (?P<d0>\d{1,2}) (?![\d,])
    """,
    re.VERBOSE | re.IGNORECASE,
)
POSTED = re.compile(
    r"""
    (?<![a-z]) (?: (?:mon|tue|wed|thu|fri|sat|sun) \s{1,2} )?
    (?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) \s{1,2} (?P<d>\d{1,2}) \s
    (?P<clock>\d\d:\d\d:\d\d) \s (?P<y>(?:19|20)\d\d) (?!\d)       # Jan 13 11:15:35 2020
    """,
    re.VERBOSE | re.IGNORECASE,
)
TIME = re.compile(
    r"""
    [\sT,，(（|]{0,4} (?: HKT \s | at \s )?                      # 2025-03-04 HKT 10:20
    (?: (?:星期|周|週|礼拜|禮拜) [一二三四五六日天] | (?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6} )?
    [\s,)）]{0,4}
    (?P<half>上午|下午|中午|凌晨|早上|早晨|傍晚|晚上|晚间|晚間|AM|PM)? \s?
    (?P<hour>\d{1,2}) \s? [:点點时時] \s? (?P<minute>\d\d) (?!\d)
    (?: \s? [:分] \s? (?P<second>\d\d) (?!\d) )?
    (?: \.\d{1,9} )? [分秒]?
    (?: \s? (?P<after>AM|PM|[AP]\.M\.) (?![a-z]) )?
    (?: \s? (?P<zone>Z(?![a-z]) | [+-]\d\d:?\d\d(?![\d:-]) ) )?
    (?: \s? [(（]? (?P<named> (?: GMT | UTC ) [+-] \d{1,2} (?![\d:]) | [A-Z]{3,4} (?![a-z+-]) ) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
AGO = re.compile(
    r"""
    (?P<just>刚刚|剛剛)
  | (?<!\d) (?P<n>\d{1,3}) \s?
    (?P<unit>分钟|分鐘|小时|小時|天|日|周|週|个月|個月|(?<=\s)月|年) 之?前
  | (?P<day>今天|昨天|昨日|前天) (?! 是 )
    """,
    re.VERBOSE,
)


MAYBE_DAY = re.compile(
    r"""
    \d\s? (?: [-/月\u2013] | [.年] \s?\d\d?\s? [-/.月\u2013] ) \s?\d
    """,
    re.VERBOSE,
)
"""What every match of `DAY` holds; the search for it is quick, and finds nothing in most lines."""
MAYBE_NAMED = re.compile(r"[A-Za-z]{2}|月[\s,]")
"""What every match of `NAMED_DAY` and of `POSTED` holds: a part of a month's name."""
MAYBE_AGO = re.compile(r"[前刚剛今昨]")
"""What every match of `AGO` holds."""
MAX_COUNTED: Final = 100
"""Characters of a line with such a time."""

_AGO_DAYS: Final = {"今天": 0, "昨天": 1, "昨日": 1, "前天": 2, "天": 1, "日": 1, "周": 7, "週": 7}
_WIDE = re.compile(r"[\uff01-\uff5e]")
_TO_ASCII: Final = 0xFF01 - 0x21


def narrow(text: str) -> str:
    """The text with full-width ASCII made half-width; no offset moves."""
    return _WIDE.sub(lambda match: chr(ord(match[0]) - _TO_ASCII), text)


def day_of(year: int, month: int, day: int, clock: Clock) -> date | None:
    """A day that exists, in a year in which a page can have been published."""
    if not FIRST_YEAR <= year <= clock.last_year():
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hour(hour: int, half: str | None) -> int:
    """The hour of the day; `half` is 下午, PM and the like.

    >>> _hour(3, "下午"), _hour(12, "am"), _hour(15, "下午")
    (15, 0, 15)
    """
    if half is None:
        return hour
    half = half.lower()
    if half in ("下午", "晚上", "晚间", "晚間", "傍晚", "pm", "p.m.") or (
        half == "中午" and hour < 3
    ):
        return hour + 12 if hour < 12 else hour
    return 0 if half in ("am", "a.m.", "凌晨") and hour == 12 else hour


def _finish(day: date, line: str, span: tuple[int, int], vague: bool = False) -> Moment:
    """The moment of a day at `span`, with the time that follows it."""
    start, end = span
    match = TIME.match(line, end)
    if match is None:
        return Moment(day, None, None, start, end, vague)
    half, h, m, s, after, zone, named = match.groups()
    hour, minute, second = _hour(int(h), half or after), int(m), int(s) if s else -1
    if hour > 23 or minute > 59 or second > 59:
        return Moment(day, None, None, start, end, vague)
    minutes = read_zone(zone, named)
    # What is no zone is a word of its own.
    end = match.end() if minutes is not None or named is None else match.start("named")
    return Moment(day, (hour, minute, second), minutes, start, end, vague)


def _numeric(match: re.Match[str], clock: Clock) -> tuple[date | None, bool]:
    """The day that a match of `DAY` means, and whether its year had to be guessed."""
    if match["y"]:
        month = match["m"] or match["mx"]
        return day_of(int(match["y"]), int(month), int(match["d"]), clock), False
    if match["ry"]:
        year = int(match["ry"]) + ROC_OFFSET
        return day_of(year, int(match["rm"]), int(match["rd"]), clock), False
    if match["ay"]:
        a, b = int(match["a"]), int(match["b"])
        year, at = int(match["ay"]), clock.addressed
        is_day_first = a > 12 or (at is not None and (at.year, at.month, at.day) == (year, b, a))
        month, day = (b, a) if is_day_first else (a, b)
        return day_of(year, month, day, clock), False
    if match["sy"]:
        year = int(match["sy"])
        if len(match["sy"]) == 2:
            return day_of(2000 + year, int(match["sm"]), int(match["sd"]), clock), True
        roc = day_of(year + ROC_OFFSET, int(match["sm"]), int(match["sd"]), clock)
        return (roc if roc is not None and clock.counts_from_1911() else None), False
    return _without_year(int(match["nm"]), int(match["nd"]), clock), True


def _without_year(month: int, day: int, clock: Clock) -> date | None:
    """The day in the year of the URL, or the latest such day before the page was fetched."""
    if clock.year is not None:
        return day_of(clock.year, month, day, clock)
    if clock.fetched is None:
        return None
    found = day_of(clock.fetched.year, month, day, clock)
    if found is not None and found > clock.fetched.date() + timedelta(days=1):
        found = day_of(clock.fetched.year - 1, month, day, clock)
    return found


def _numeral(text: str) -> int:
    """A Chinese number below 100.

    >>> _numeral("二十三"), _numeral("十"), _numeral("四")
    (23, 10, 4)
    """
    tens, ten, ones = text.rpartition("十")
    units = NUMERALS.get(ones, 0) if ones else 0
    if not ten:
        return units
    return (NUMERALS.get(tens, 1) if tens else 1) * 10 + units


def _named(match: re.Match[str], clock: Clock) -> date | None:
    """The day whose month is named, or stands behind it with a blank between."""
    name = match["m"] or match["m2"] or match["m0"]
    digits = match["d"] or match["d2"] or match["d3"] or match["d4"] or match["d0"]
    month = MONTHS.index(name.lower()) + 1 if name else int(match["m4"] or 0)
    return day_of(
        int(match["y"] or match["y0"]), month or _numeral(match["hm"]), int(digits), clock
    )


def _han(match: re.Match[str], clock: Clock) -> date | None:
    year = int("".join(str(NUMERALS[c]) for c in match["y"]))
    return day_of(year, _numeral(match["m"]), _numeral(match["d"]), clock)


def _ago(match: re.Match[str], line: str, clock: Clock) -> Moment | None:
    """A time counted back from the fetching, never more precise than the page's own words."""
    now = clock.fetched
    if now is None:
        return None
    span = match.span()
    unit, n = match["unit"], int(match["n"] or 0)
    if match["just"] or unit in ("分钟", "分鐘"):
        then = now - timedelta(minutes=n)
        return Moment(then.date(), (then.hour, then.minute, -1), 480, *span)
    if unit in ("小时", "小時"):
        return Moment((now - timedelta(hours=n)).date(), None, None, *span)
    days = _AGO_DAYS.get(unit or match["day"])
    if days is None:
        return None
    then = now - timedelta(days=days * (n if unit else 1))
    return (
        _finish(then.date(), line, span) if unit is None else Moment(then.date(), None, None, *span)
    )


def find_moments(line: str, clock: Clock) -> list[Moment]:
    """The times in a line, in order; `line` must be half-width (`narrow`).

    >>> [m.iso() for m in find_moments("来源:晨报 2025年3月4日 下午3:20", Clock())]
    ['2025-03-04T15:20:00+08:00']
    >>> [m.iso() for m in find_moments("二〇二五年三月四日", Clock())]
    ['2025-03-04']
    >>> find_moments("2025-02-30", Clock())
    []
    """
    line = line[:MAX_LINE]
    found = _numeric_days(line, clock)
    if "年" in line and "月" in line:
        found += _days(HAN_DAY, _han, line, clock)
    if ("20" in line or "19" in line) and MAYBE_NAMED.search(line):
        found += _days(NAMED_DAY, _named, line, clock)
        if line.count(":") >= 2:
            found += _posted(line, clock)
    if clock.fetched is not None and MAYBE_AGO.search(line):
        for match in AGO.finditer(line):
            moment = _ago(match, line, clock)
            if moment is not None and moment.day.year >= FIRST_YEAR:
                found.append(moment)
    return sorted(found, key=lambda m: m.start) if len(found) > 1 else found


def _numeric_days(line: str, clock: Clock) -> list[Moment]:
    """The days written in digits; what is the time of one is not looked at again."""
    found: list[Moment] = []
    at = 0
    while MAYBE_DAY.search(line, at) and (match := DAY.search(line, at)) is not None:
        day, vague = _numeric(match, clock)
        at = match.end()
        if day is not None:
            found.append(_finish(day, line, match.span(), vague))
            at = found[-1].end
    return found


def find_agos(line: str) -> list[re.Match[str]]:
    """The times counted back from now, which tell a byline also where no day comes of them."""
    if len(line) > MAX_COUNTED or MAYBE_AGO.search(line) is None:
        return []
    return list(AGO.finditer(line))


def _posted(line: str, clock: Clock) -> list[Moment]:
    """The time of a bulletin board, with the year at its end."""
    match = POSTED.search(line)
    if match is None:
        return []
    day = day_of(int(match["y"]), MONTHS.index(match["m"].lower()) + 1, int(match["d"]), clock)
    hour, minute, second = map(int, match["clock"].split(":"))
    if day is None or hour > 23 or minute > 59 or second > 59:
        return []
    return [Moment(day, (hour, minute, second), None, *match.span())]


def _days(
    pattern: re.Pattern[str], read: Callable[..., date | None], line: str, clock: Clock
) -> list[Moment]:
    """The days written in one of the rarer ways."""
    matches = [(read(match, clock), match.span()) for match in pattern.finditer(line)]
    return [_finish(day, line, span) for day, span in matches if day is not None]
