"""Who wrote an article and which outlet it comes from; the two are never mixed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from corpus.extraction.metadata.accounts import (
    behind_dot,
    find_account,
    of_blog,
    of_card,
    of_card_below,
    of_original,
    of_title,
)
from corpus.extraction.metadata.bylines import read_byline
from corpus.extraction.metadata.names import (
    BRACKETED,
    HAN,
    is_personal,
    is_rare_pair,
    names_outlet,
    read_names,
    read_outlet,
    read_reporters,
    read_signature,
)
from corpus.extraction.metadata.posters import penned_by
from corpus.extraction.metadata.surroundings import (
    N_EDGE,
    REACH_AFTER,
    Reading,
    Surroundings,
)
from corpus.extraction.said.phrases import find_whole, fold
from corpus.extraction.said.poets import poet_of

REPORTING = re.compile(
    rf"""
    [（(【〔\[]? \s?
    (?P<outlet> [{HAN}]{{1,8}}? [社网網报報] )
    (?: [{HAN}]{{0,3}} (?: 记者 | 記者 | 特派员 | 特派員 )
      | [{HAN}]{{1,8}} \d{{1,2}} [月日] [^，。]{{0,8}} [电電讯訊] )
    """,
    re.VERBOSE,
)
PENS: Final = "□■◇◆◎ \N{IDEOGRAPHIC SPACE}"
"""Signs that papers set before the name of who wrote."""
OPENS_REPORT = re.compile(
    rf"""
    (?: [【\[〔(（] [^】\]〕)）]{{2,12}} [】\]〕)）] )? \s{{0,2}}
    (?P<who> [{HAN}]{{0,4}} (?:记者|記者) \s? [{HAN}、]{{2,16}} \s? [／/] \s?
        [{HAN}]{{2,6}} (?: 報導 | 报导 | 报道 | 報道 ) )
    """,
    re.VERBOSE,
)
"""Who reports, at the head of a paragraph: 記者沈聽瀾／花蓮報導 入夏以來…"""
PHYSICIAN = re.compile(
    rf"""
    (?P<name> [{HAN}]{{2,4}} ) \s (?: 副?主任 | 主治 | 住院 | 执业 | 執業 )
    (?: 中医 | 中醫 )? [医醫药藥护護技] [师師]
    """,
    re.VERBOSE,
)
"""Who answers a patient, and the rank: 沈听澜 副主任医师."""
SAID_BY = re.compile(r"\bby\s[^|｜]{2,30}", re.IGNORECASE)
"""Who wrote, in a page title: no name of a site."""
COLON = re.compile(rf"(?P<name>[{HAN}]{{2,4}})[:：]")
YEAR = re.compile(r"(?:19|20)\d\d")
N_OPENING: Final = 5
"""First lines of the main text in which a reporter is looked for: captions stand above it."""
NEAR_TITLE, MAX_PERSON = 5, 3
"""Lines below the title in which a name may stand by the time, and characters of that name."""
ABOVE: Final = 6
"""Lines up to the title among which that of who wrote may stand, where the title names him."""
NOTED = re.compile(r"[^\W\d_][¹²³⁴⁵⁶\d*]")
NOTES = re.compile(r"[\s,，、;；¹²³⁴⁵⁶\d*†‡#()（）]+")
MAX_AUTHORS: Final = 60
"""Characters of a line of authors with notes."""
N_ALONE: Final = 30
"""Characters of a line that may be nothing but a reporter."""
NEAR: Final = 100
"""Characters at either end of a paragraph in which a bracketed reporter is looked for."""
TAGGED = re.compile(r"\s/\s?\S+(?:\s/\s?\S+)*$")
"""Tags behind a source: 渡口续航 /底盘 /新能源."""
SOURCE_NAMES: Final = (
    "source",
    "contentsource",
    "article:source",
    "og:article:source",
    "mediaid",
    "dc.source",
    "citation_journal_title",
)
AUTHOR_NAMES: Final = (
    "author",
    "article:author",
    "og:article:author",
    "citation_authors",
    "citation_author",
    "dc.creator",
    "parsely-author",
)


def find_author(around: Surroundings, readings: Sequence[Reading]) -> tuple[str, ...]:
    """The people who wrote the article, by the best witness that names any.

    Where nobody else is named, the editor is who answers for its words.
    """
    near = [r for r in readings if r.place in ("before", "head")]
    far = [r for r in readings if r.place in ("tail", "after", "above")]
    within = [r for r in readings if r.place == "table"]
    return (
        _first(r.byline.authors for r in near)
        or _first(r.byline.reporters for r in near)
        or _first(r.byline.authors for r in far)
        or _first(r.byline.reporters for r in far)
        or _first(r.byline.authors for r in within)
        or _bracketed(around)
        or _account(around, readings)
        or _stated_authors(around, readings)
        or _first(_beside(r) for r in near)
        or _alone(around)
        or _signed(around)
        or _hosted(around, readings)
        or _first(r.byline.editors for r in [*near, *far])
        or _editors(around)
    )


def _first(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return next((group for group in groups if group), ())


def _beside(reading: Reading) -> tuple[str, ...]:
    """The name that shares a line with the time, if it is a person's."""
    if not reading.whole:
        return ()
    byline = reading.byline
    beside = [*byline.beside, *([byline.closing] if byline.closing and byline.timed else [])]
    people = (name for name in beside if is_personal(name) and find_whole(fold(name)) is None)
    return tuple(people)[:1]


def _bracketed(around: Surroundings) -> tuple[str, ...]:
    """The reporters in brackets at the opening or at the close of the main text."""
    if not around.main:
        return ()
    lines = around.layout.lines
    ends = [lines[n].text[:NEAR] for n in around.main[:N_OPENING]]
    ends += [lines[n].text[-NEAR:] for n in around.main[: -N_EDGE - 1 : -1]]
    for text in ends:
        opening = OPENS_REPORT.match(text)
        if opening is not None and (names := read_reporters(opening["who"])):
            return names
        if len(text) <= N_ALONE and (names := read_reporters(text)):
            return names
        for inside in BRACKETED.findall(text):
            names = read_reporters(inside)
            if names:
                return names
    return ()


def _signed(around: Surroundings) -> tuple[str, ...]:
    """The people whose names close the main text in brackets."""
    lines = around.layout.lines
    return _first(read_signature(lines[n].text) for n in around.main[: -N_EDGE - 2 : -1])


def _account(around: Surroundings, readings: Sequence[Reading]) -> tuple[str, ...]:
    """The account that posted the page, where it is no outlet."""
    name = next(iter(of_original(around)), None) or find_account(around, readings)
    return (name,) if name is not None and not _is_organ(name) else ()


def _is_organ(name: str) -> bool:
    """Whether an account speaks for an office or an outlet: 澜江发布 is that of a government."""
    return names_outlet(name) or (len(name) <= 8 and name.endswith(("发布", "發布", "發佈")))


def _hosted(around: Surroundings, readings: Sequence[Reading]) -> tuple[str, ...]:
    """The person whose blog it is."""
    name = of_title(around) or of_blog(around, readings)
    return (name,) if name is not None else ()


def _editors(around: Surroundings) -> tuple[str, ...]:
    """The editors in brackets at the close of the main text, or on a line below it."""
    lines = around.layout.lines
    for n in around.main[: -N_EDGE - 1 : -1]:
        for inside in BRACKETED.findall(lines[n].text[-NEAR:]):
            editors = read_byline(inside, around.clock).editors
            if editors:
                return editors
    stop = around.main[-1] + 1 if around.main else 0
    below = (around.byline(n) for n in range(stop, min(len(lines), stop + REACH_AFTER)))
    return _first(byline.editors for byline in below if byline.opens)


def _stated_authors(around: Surroundings, readings: Sequence[Reading]) -> tuple[str, ...]:
    """Whom JSON-LD or the head names; editors and outlets are not meant."""
    editors = {name for r in readings for name in (*r.byline.editors, *r.byline.checkers)}
    names = [n for author in around.linked.authors for n in read_names(author)]
    if not names:
        properties = around.layout.head.properties
        stated = (properties[name] for name in AUTHOR_NAMES if name in properties)
        names = list(next((n for s in stated if (n := _read_stated_names(s))), ()))
    head = around.layout.head
    site = (
        f"{head.properties.get('og:site_name', '')} {_suffix(head.title or '', around.title.text)}"
    )
    return tuple(n for n in dict.fromkeys(names) if n not in editors and n not in site)


def _suffix(page_title: str, title: str | None) -> str:
    """What the page title says besides the title: names of the site and its channels."""
    rest = page_title.replace(title, " ") if title else page_title
    return SAID_BY.sub(" ", rest)


def _read_stated_names(value: str) -> tuple[str, ...]:
    if "://" in value or "," in value or value.strip().isdigit():
        return ()
    return read_names(" ".join(value.split()))


def _alone(around: Surroundings) -> tuple[str, ...]:
    """The person whose name is the whole line under the title.

    Of two characters only what is no word, for many words begin like a surname. Any name that the
    title begins with, before a colon, is one.
    """
    lines = around.layout.lines
    first = max(around.title.lines, default=-2) + 1
    if not 0 < first < len(lines):
        return ()
    speaker = _named_in_title(around, first)
    if speaker is not None:
        return (speaker,)
    name = lines[first].text.strip().lstrip(PENS)
    doctor = PHYSICIAN.match(name)
    if doctor is not None and is_personal(doctor["name"]):
        return (doctor["name"],)
    poet = poet_of(name)
    if poet is not None:
        return (poet,)
    is_near = not around.main or first <= around.main[0] + 1
    can_be = is_personal(name) and (len(name) == 3 or is_rare_pair(name))
    if is_near and can_be and find_whole(fold(name)) is None:
        return (name,)
    named = penned_by(around.title.text or "") or _beside_time(around, first)
    return named or _numbered(lines[first].text)


def _named_in_title(around: Surroundings, first: int) -> str | None:
    """The name before a colon in the title, where it is a line of its own around the title."""
    opening = COLON.match(around.title.text or "")
    if opening is None:
        return None
    name = opening["name"]
    # Above the title stand names of channels, too: 社论.
    start = max(first - ABOVE, 0) if len(name) == MAX_PERSON and is_personal(name) else first
    lines = around.layout.lines[start : first + N_EDGE]
    return name if any(line.text.strip() == name for line in lines) else None


def _numbered(text: str) -> tuple[str, ...]:
    """The authors of a paper, each with the numbers of his organisations: 沈听澜¹, 罗亭²."""
    if len(text) > MAX_AUTHORS or NOTED.search(text) is None:
        return ()
    names = [name for name in NOTES.split(text) if name]
    return tuple(names) if names and all(map(is_personal, names)) else ()


def _beside_time(around: Surroundings, first: int) -> tuple[str, ...]:
    """The person whose name is a line of its own by the time, between title and text."""
    lines = around.layout.lines
    stop = min(first + NEAR_TITLE, around.main[0] if around.main else first)
    times = [n for n in range(first, stop) if around.has_time(n)]
    for n in range(first, stop):
        name = lines[n].text.strip()
        if len(name) > MAX_PERSON or not is_personal(name) or find_whole(fold(name)) is not None:
            continue
        distance = min((abs(n - time) for time in times), default=NEAR_TITLE)
        if distance == 1 and (len(name) == 3 or is_rare_pair(name)):
            return (name,)
        if distance == 2 and len(name) == 3:
            return (name,)
    return ()


def find_source(around: Surroundings, readings: Sequence[Reading]) -> str | None:
    """The outlet that the article comes from, by the best witness that names one."""
    source = _find_source(around, readings)
    tagged = TAGGED.search(source) if source is not None else None
    if source is None or tagged is None:
        return source
    # The first of the tags is glued to the name, which may stand elsewhere on a line of its own.
    names = {text for line in around.layout.lines if source.startswith(text := line.text.strip())}
    return max((name for name in names if len(name) > 1), key=len, default=source[: tagged.start()])


def _find_source(around: Surroundings, readings: Sequence[Reading]) -> str | None:
    near = [r for r in readings if r.place in ("before", "head", "table")]
    far = [r for r in readings if r.place in ("after", "tail", "above")]
    for group in (near, far):
        for reading in group:
            if reading.byline.source is not None:
                return reading.byline.source
    properties = around.layout.head.properties
    for value in [properties[name] for name in SOURCE_NAMES if name in properties]:
        outlet = read_byline(value, around.clock).source or read_outlet(value)
        if outlet is not None:
            return outlet
    top = min(around.title.lines, default=0)
    hung = [r for r in readings if r.place == "above" and 0 < top - r.line <= 2]
    for reading in [*near, *hung]:
        for name in reading.byline.beside:
            is_outlet = reading.whole and names_outlet(name) and find_whole(fold(name)) is None
            if is_outlet and (outlet := read_outlet(name)) is not None:
                return outlet
    return (
        of_card(around)
        or next(iter(of_original(around)[1:]), None)
        or _outlet_beside(around, near)
        or next((r.byline.source for r in [*near, *far] if r.byline.source), None)
        or _outlet_trailing(around, near)
        or _outlet_reporting(around)
        or _posting_outlet(around, readings)
        or of_card_below(around)
    )


def _posting_outlet(around: Surroundings, readings: Sequence[Reading]) -> str | None:
    """The outlet whose account posted the page."""
    name = find_account(around, readings)
    return read_outlet(name) if name is not None and _is_organ(name) else None


def _outlet_trailing(around: Surroundings, near: Sequence[Reading]) -> str | None:
    """The name right after the time, as portals write it: a name before it is an account."""
    for reading in near:
        byline = reading.byline
        if reading.whole and byline.moments and byline.beside and byline.opening is None:
            name = byline.beside[0]
            if around.layout.lines[reading.line].text.find(name) < byline.moments[0][1].start:
                continue
            if behind_dot(around, reading) and not _is_organ(name):
                continue
            if len(name) >= 3 and not is_personal(name) and find_whole(fold(name)) is None:
                return read_outlet(name)
    return None


def _outlet_reporting(around: Surroundings) -> str | None:
    """The agency at the head of the text: （澜江社记者…）, 澜江社台北3月4日电."""
    lines = around.layout.lines
    for n in around.main[:N_EDGE]:
        match = REPORTING.match(lines[n].text)
        if match is not None and names_outlet(match["outlet"]):
            return read_outlet(match["outlet"])
    return None


def _outlet_beside(around: Surroundings, near: Sequence[Reading]) -> str | None:
    """The outlet whose name is the whole line next to the time."""
    for reading in near:
        if not (reading.whole and reading.byline.moments and reading.place == "before"):
            continue
        above = reading.line - 1
        # Some set the year, the day and the hour each on a line.
        above -= above > 0 and YEAR.fullmatch(around.layout.lines[above].text.strip()) is not None
        for n in (above, reading.line + 1):
            if not 0 <= n < len(around.layout.lines) or n in around.title.lines:
                continue
            text = around.layout.lines[n].text.strip()
            is_name = 3 <= len(text) <= 12 and len(text.split()) == 1 and names_outlet(text)
            if not is_name or any(c.isdigit() for c in text):
                continue
            if "／" in text or "/" in text:  # a desk and who reports: 生活中心／綜合報導
                continue
            if n in around.main:
                continue
            if find_whole(fold(text)) is None:
                return read_outlet(text)
    return None
