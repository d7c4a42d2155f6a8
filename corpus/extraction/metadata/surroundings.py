"""The lines around a main text, read as bylines, and the page they stand in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from corpus.extraction.lines.layout import Head, Layout
from corpus.extraction.metadata.bylines import BREAKS, NO_BYLINE, Byline, read_byline
from corpus.extraction.metadata.dates import Clock
from corpus.extraction.metadata.headlines import Scene
from corpus.extraction.metadata.labels import is_bare_label, may_be_byline
from corpus.extraction.metadata.linked_data import LinkedArticle, read_linked_data
from corpus.extraction.metadata.names import MAX_BYLINE, is_personal, is_rare_pair
from corpus.extraction.metadata.stated_dates import YEAR, find_packed, read_fetched
from corpus.extraction.metadata.titles import Title, find_title
from corpus.extraction.said.phrases import Hits

Place = Literal["above", "before", "head", "table", "tail", "after"]
"""Where a line stands: above the title, between title and main text, in its first or last lines,
in a table near its head, after it."""
REACH_BEFORE: Final = 14
"""Lines before the main text in which its byline may stand."""
REACH_ABOVE: Final = 6
"""Lines above the title in which a byline may stand."""
REACH_AFTER: Final = 10
REACH_FAR: Final = 55
REACH_INTO: Final = 30
"""Lines before and after the first of the main text in which title and bylines are looked for."""
MAX_LABEL: Final = 12
MAX_VALUE: Final = 40
"""Characters of a label that fills a line, and of the value on the next: tables of notices."""
BADGES: Final = ("作者", "撰文")
"""Words that alone are no labels, but stand above the name of who wrote."""
N_EDGE: Final = 3
"""First and last lines of the main text that are read as bylines too."""
N_CREDITS: Final = 8
"""Last lines of the main text that are read where all of them but the last three are bylines."""
MAX_TABLE: Final = 20
"""Lines after the first of the main text in which the table of a notice may go on."""
POSTED: Final = ("posted @ ", "Posted @ ")
"""How a line begins that says far below an entry when it was posted."""
TITLE_NAMES: Final = ("articletitle", "citation_title", "dc.title", "twitter:title", "title")
MACHINE = re.compile(r"[^/?#]*//[^/?#]*")
"""An address up to the end of its machine: the pages of a site share it, and it is cut up once."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the source of the page said of it, each None where it said nothing.

    `markup` is the page itself, for what its scripts state; None for a dump.
    """

    url: str | None = None
    title: str | None = None
    fetched_at: str | None = None
    date: str | None = None
    markup: str | None = None


class Reading(NamedTuple):
    """A line read as a byline; `whole` where it is nothing else."""

    line: int
    place: Place
    byline: Byline
    whole: bool


class Surroundings:
    """The page with what was read of it so far: each line is read once."""

    def __init__(
        self, layout: Layout, main: Sequence[int], hints: Hints, hits: Sequence[Hits]
    ) -> None:
        self.layout = layout
        self.main = tuple(main)
        self.hints = hints
        self.hits = hits
        self.site = find_site(hints.url, layout.head)
        fetched = read_fetched(hints.fetched_at)
        self.packed = find_packed(hints.url or "", Clock(fetched))
        self.clock = _clock(self, fetched)
        self._bylines: dict[int, Byline] = {}
        self._speaks: dict[int, bool] = {}

    @cached_property
    def linked(self) -> LinkedArticle:
        """What JSON-LD says of the article."""
        return read_linked_data(self.layout.head.linked_data)

    @cached_property
    def title(self) -> Title:
        """The title, and the lines that show it."""
        head = self.layout.head
        stated = [self.hints.title, head.properties.get("og:title"), self.linked.headline]
        stated += [head.properties.get(name) for name in TITLE_NAMES]
        sites = [head.properties.get("og:site_name"), self.site]
        sites += [head.properties.get(name) for name in ("application-name", "sitename")]
        return find_title(
            Scene(
                layout=self.layout,
                main=self.main,
                hits=self.hits,
                stated=tuple(s for s in [*stated, head.title] if s),
                sites=tuple(s for s in sites if s),
                is_byline=self.is_byline,
                has_time=self.has_time,
            )
        )

    @cached_property
    def _near(self) -> tuple[range, range]:
        """The two stretches of the page, around the ends of the main text, that bylines fill."""
        n_lines = len(self.layout.lines)
        first, last = (self.main[0], self.main[-1]) if self.main else (0, 0)
        head = range(max(0, first - REACH_FAR), min(n_lines, first + REACH_INTO))
        tail = range(max(head.stop, last - REACH_AFTER), min(n_lines, last + 2 * REACH_AFTER))
        return head, tail

    def _is_near(self, n: int) -> bool:
        head, tail = self._near
        return n in head or n in tail

    def _can_be(self, n: int) -> bool:
        """Whether the line can be a byline, or what a label above it names."""
        lines = self.layout.lines
        if not self._is_near(n) or may_be_byline(lines[n].text):
            return True
        label = lines[n - 1].text if n else ""
        if len(label) > MAX_LABEL or not _asks_for(label, lines[n].text):
            return False
        return self._is_near(n - 1) and may_be_byline(label)

    def byline(self, n: int) -> Byline:
        """The line read as a byline; running text has nothing to say as one."""
        known = self._bylines.get(n)
        if known is None:
            is_short = len(self.layout.lines[n].text) <= MAX_BYLINE
            known = self._read(n) if is_short and self._can_be(n) else NO_BYLINE
            self._bylines[n] = known
        return known

    def _read(self, n: int) -> Byline:
        lines = self.layout.lines
        text = lines[n].text
        label = lines[n - 1].text if n else ""
        is_value = len(text) <= MAX_VALUE and text[-1:] not in BREAKS
        if is_value and len(label) <= MAX_LABEL and _asks_for(label, text):
            text = f"{label}: {text}"
        return read_byline(text, self.clock)

    def is_byline(self, n: int) -> bool:
        """Whether the line is a byline."""
        known = self._speaks.get(n)
        if known is None:
            byline = self.byline(n)
            known = self._speaks[n] = byline is not NO_BYLINE and byline.speaks()
        return known

    def has_time(self, n: int) -> bool:
        """Whether the line is a byline that tells a time."""
        return self.is_byline(n) and self.byline(n).timed

    def readings(self) -> list[Reading]:
        """The lines around the main text that say something as a byline, in order."""
        found = []
        for n, place in self._around():
            byline = self.byline(n)
            if byline is NO_BYLINE:
                continue
            speaks = self.is_byline(n)
            if speaks or byline.moments:
                found.append(Reading(n, place, byline, speaks))
        return found

    def _around(self) -> list[tuple[int, Place]]:
        n_lines = len(self.layout.lines)
        if not self.main:
            start = min(self.title.lines, default=0)
            return [(n, "before") for n in range(start, min(n_lines, start + REACH_BEFORE))]
        first, last = self.main[0], self.main[-1]
        shown = [n for n in self.title.lines if first - 2 * REACH_BEFORE <= n <= first]
        near = [n for n in shown if n >= first - REACH_BEFORE]
        start = min(near or shown[-1:], default=max(0, first - REACH_BEFORE))
        places: list[tuple[int, Place]] = []
        places += [(n, "above") for n in range(max(0, start - REACH_ABOVE), start)]
        places += [(n, "before") for n in range(start, first)]
        places += self._inside()
        places += [(n, "after") for n in self._after(last)]
        return places

    def _inside(self) -> list[tuple[int, Place]]:
        """The first and last lines of the main text, and what stands in the gaps between them."""
        head, tail = self.main[:N_EDGE], self.main[N_EDGE:][-self._n_tail() :]
        places: list[tuple[int, Place]] = []
        # A lead and captions may be all that stands above the byline.
        stop = self.main[N_EDGE] if len(self.main) > N_EDGE else head[-1] + 1
        for n in range(head[0], min(stop, head[0] + 2 * REACH_BEFORE + 1)):
            places.append((n, "head" if n in head else "before"))
        places += [(n, "table") for n in self._table(head[-1])]
        if tail:
            for n in range(max(tail[0], tail[-1] - REACH_AFTER), tail[-1] + 1):
                places.append((n, "tail" if n in tail else "after"))
        return places

    def _n_tail(self) -> int:
        """How many last lines of the main text are read: more, where credits go on above them."""
        n = N_EDGE
        while n < min(N_CREDITS, len(self.main) - N_EDGE) and self.is_byline(self.main[-n - 1]):
            n += 1
        return n

    def _table(self, last: int) -> list[int]:
        """The rows that follow the line `last` of the main text, each of a label and its value."""
        lines = self.layout.lines
        rows = []
        for n in range(last + 1, min(last + 1 + MAX_TABLE, self.main[-1])):
            if len(lines[n].text) > MAX_VALUE:
                break
            if self.byline(n).opens:
                rows.append(n)
        return rows

    def _after(self, last: int) -> list[int]:
        """The lines after the main text, up to the first that opens a list of related items."""
        numbers = []
        for n, hit in enumerate(self.hits[last + 1 : last + 1 + REACH_AFTER], last + 1):
            if "related" in (hit.whole, hit.start):
                break
            numbers.append(n)
        lines = self.layout.lines[last : last + REACH_FAR]
        numbers += [n for n, line in enumerate(lines, last) if line.text.startswith(POSTED)][:1]
        return sorted(set(numbers))


def _asks_for(label: str, value: str) -> bool:
    """Whether a line is a label whose value stands on the next, or a badge above a name: 作者."""
    if is_bare_label(label):
        return True
    name = value.strip() if label in BADGES else ""
    return is_personal(name) and (len(name) == 3 or is_rare_pair(name))


def find_site(url: str | None, head: Head) -> str | None:
    """The machine that serves the page: of its address, else of its canonical link or og:url.

    >>> find_site("https://www.news.example:8080/a", Head())
    'news.example'
    """
    for address in (url, head.canonical, head.properties.get("og:url")):
        machine = MACHINE.match(address or "")
        try:
            host = urlsplit(machine[0] if machine else address or "").hostname
        except ValueError:
            continue
        if host and "." in host:
            return host.removeprefix("www.").rstrip(".") or None
    return None


def _clock(around: Surroundings, fetched: datetime | None) -> Clock:
    """What completes a time that the page cuts short; years count from 1911 on Taiwanese pages."""
    head = around.layout.head
    address = around.hints.url or head.properties.get("og:url") or ""
    year = YEAR.search(address)
    packed = around.packed if around.hints.url else find_packed(address, Clock(fetched))
    language = (head.language or "").lower()
    return Clock(
        fetched=fetched,
        year=packed[0].day.year
        if packed
        else int(year.group(1))
        if year and fetched is None
        else None,
        roc=(around.site or "").endswith(".tw") or "tw" in language or "hant" in language,
        lines=around.layout.lines,
        addressed=packed[0].day if packed else None,
    )
