"""When an article was published: every time the page gives is a witness, and is weighed.

Times of related items, of the page's clock and of the events told stand elsewhere or carry another
label, and are not heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from corpus.extraction.metadata.dates import Clock, Moment
from corpus.extraction.metadata.labels import Role
from corpus.extraction.metadata.stated_dates import read_scripted, read_stated
from corpus.extraction.metadata.surroundings import Place, Reading, Surroundings

TIME_NAMES: Final = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "parsely-pub-date",
    "weibo: article:create_at",
    "weibo:article:create_at",
    "og:published_time",
    "news:published_time",
    "og:time",
    "citation_date",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "date",
)
WEAK_TIME_NAMES: Final = ("og:release_date", "dateupdate", "datecreated", "firstpublished")
WEIGHTS: Final[dict[Place, float]] = {
    "before": 9.0,
    "head": 6.0,
    "table": 6.0,
    "above": 3.0,
    "tail": 1.0,
    "after": 0.5,
}
"""Weight of an unlabelled time by its place; a stated one weighs 8.5."""
ROLES: Final[dict[Role, float]] = {
    "plain": 0.0,
    "published": 2.5,
    "written": -1.0,
    "updated": -4.0,
    "clock": -100.0,
    "other": -100.0,
}
STATED: Final = 8.5
WEAKLY_STATED: Final = 6.0
SAID: Final = 5.0
"""What the record says in which the page came: it may be the time of the crawl."""
ADDRESS: Final = 2.0
SIGNED: Final = 1.5
REACH: Final = 30
"""Lines below the title of a thread in which its first post tells its time."""
HEARD: Final = 1.0
"""Weight below which a time is not believed."""


class _Witness(NamedTuple):
    """A time and how much it weighs; `kind` tells witnesses apart that say the same."""

    moment: Moment
    weight: float
    kind: str
    is_update: bool = False


def find_time(around: Surroundings, readings: Sequence[Reading]) -> str | None:
    """When the article was published, as precisely as the witnesses for the best day say."""
    # In a thread each post carries its own time: none of those after the first text is the page's.
    last = around.main[-1] if around.main else 0
    in_thread = any(r.place == "after" and r.line < last and r.byline.moments for r in readings)
    heard = [r for r in readings if not (in_thread and r.place == "after")]
    witnesses = [w for r in heard for w in _shown(around, r)]
    witnesses += _stated(around)
    if not any(w.weight >= HEARD for w in witnesses):
        witnesses += _posted(around, readings)
    for moment in around.packed[:1]:
        witnesses.append(_Witness(moment, ADDRESS, "address"))
    witnesses = witnesses or _scripted(around)
    last_day = _last_day(around.clock)
    witnesses = [w for w in witnesses if w.weight >= HEARD and w.moment.day <= last_day]
    if not witnesses:
        return None
    support = _support(witnesses)
    best = max(witnesses, key=lambda w: w.weight + support[w.moment.day])
    if best.is_update:
        trusted = [w for w in witnesses if w.kind in ("address", "stated") and not w.is_update]
        earlier = [w for w in trusted if w.moment.day <= best.moment.day]
        best = max(earlier, key=lambda w: w.weight, default=best)
    return _most_precise(best, witnesses).iso()


def _last_day(clock: Clock) -> date:
    """The last day on which the page can have been published."""
    return date.max if clock.fetched is None else clock.fetched.date() + timedelta(days=366)


def _shown(around: Surroundings, reading: Reading) -> list[_Witness]:
    """The times of one line, weighed by place, label, and what else the line says."""
    found = []
    byline = reading.byline
    start = around.main[0] if around.main else reading.line
    for role, moment in byline.moments:
        weight = WEIGHTS[reading.place] + ROLES[role]
        if role == "plain" and (byline.source or byline.authors):
            weight += 1.0 if reading.place in ("before", "head", "above") else 2.5
        if not reading.whole:
            weight -= 5.0
        if reading.place == "after" and role == "published":
            weight += 2.0
        if reading.place == "tail" and byline.n_other == 0:
            weight += SIGNED - 1.0
        if moment.time is not None and role != "updated":
            weight += 0.5
        if moment.vague:
            weight -= 1.0
        weight -= 0.05 * max(0, start - reading.line)
        weight -= reading.place == "before" and reading.line > start
        found.append(_Witness(moment, weight, reading.place, role == "updated"))
    return found


def _scripted(around: Surroundings) -> list[_Witness]:
    """The time that a script of the page sets, where the page shows none without it."""
    moment = read_scripted(around.hints.markup or "", around.clock)
    return [] if moment is None else [_Witness(moment, STATED, "script")]


def _posted(around: Surroundings, readings: Sequence[Reading]) -> list[_Witness]:
    """The first time of posting below the title, or below the text: that of a thread."""
    start = max(around.title.lines, default=0)
    near = (around.byline(n) for n in range(start, min(len(around.layout.lines), start + REACH)))
    for byline in (*near, *(r.byline for r in readings)):
        for role, moment in byline.moments:
            if role == "published" and moment.time is not None:
                return [_Witness(moment, HEARD, "posted")]
    return []


def _stated(around: Surroundings) -> list[_Witness]:
    """The times that head, JSON-LD and the source of the page state."""
    properties = around.layout.head.properties
    found = []
    stated = [(around.linked.published, STATED)]
    stated += [(properties[name], STATED) for name in TIME_NAMES if name in properties]
    stated += [(properties[name], WEAKLY_STATED) for name in WEAK_TIME_NAMES if name in properties]
    stated.append((around.hints.date, SAID))
    for value, weight in stated:
        moment = read_stated(value, around.clock) if value else None
        if moment is not None:
            found.append(_Witness(moment, weight, "stated"))
    return found


def _support(witnesses: Sequence[_Witness]) -> dict[date, float]:
    """What it adds to each day that witnesses of several kinds name it."""
    kinds: dict[date, set[str]] = {}
    for witness in witnesses:
        kinds.setdefault(witness.moment.day, set()).add(witness.kind)
    return {day: 1.5 * (len(names) - 1) for day, names in kinds.items()}


def _most_precise(best: _Witness, witnesses: Sequence[_Witness]) -> Moment:
    """The best witness's time, completed from others that do not contradict it."""
    same = [w for w in witnesses if w.moment.day == best.moment.day and w.moment.time is not None]
    same.sort(key=lambda w: -w.weight)
    moment = best.moment
    if moment.time is None:
        if not same:
            return moment
        moment = same[0].moment
    assert moment.time is not None  # noqa: S101  (tells the type checker what the lines above ensure)
    if moment.time[2] < 0:
        for other in (w.moment for w in same):
            if other.time is not None and other.time[:2] == moment.time[:2] and other.time[2] >= 0:
                return other
    return moment
