"""What a byline says: authors, outlet, editors, and which of its times is which.

A byline is read cell by cell: a label (`resources/byline_labels.tsv`) opens a cell; the next label,
a time, a stroke or a run of blanks closes it. Nobody is named who was not labelled, bracketed as a
reporter, or set beside the time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from corpus.extraction.metadata.dates import (
    AGO,
    MAYBE_AGO,
    Clock,
    Moment,
    find_moments,
    narrow,
)
from corpus.extraction.metadata.labels import ROLES, TIMED, Label, Role, find_labels
from corpus.extraction.metadata.names import (
    HAN_CHAR,
    JUNK,
    MAX_BYLINE,
    MAX_OUTLET,
    REPORTER,
    SENTENCE,
    is_personal,
    names_outlet,
    read_names,
    read_outlet,
    read_reporters,
)

CELL_END = re.compile(
    r"""
    [|\N{BOX DRAWINGS LIGHT VERTICAL}\t;；]            # strokes
  | [【】〔〕\[\]()（）<>{}]                           # brackets
  | [\#＃@] | \s{2,} | https?: | www\.
    """,
    re.VERBOSE,
)
PLACED = re.compile(
    r"""
    ^ (?: \d | [发發][布佈][于於]? | 来自 | 來自 | IP | 更新 | 修改 | by$ )
  | ^ (?: 星期 | 周 | 週 ) [一二三四五六日天] $
  | \d \s? [人次条楼] | [:：] | [时時][间間]$
  | [\w-] \. (?: com | cn | net | org | tw | hk ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What stands beside a time and is no name: a place, a counter, the site's address."""
JOINT = re.compile(
    r"""
    \s{0,4}
    (?: [于於] | [发發][布佈表][于於]? | posted
      | 的 \s? (?:个人|個人)? (?:博客|空间|空間|专栏|專欄|部落格|主页) .{0,60} )
    $
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What may stand between the name of an account and a time."""
MAX_ACCOUNT: Final = 20
MAX_COUNTED: Final = 100
"""Characters of the name of an account, and of a line with a time counted back from now."""
ADDRESS = re.compile(
    r"""
    (?: https?:// | www\. )
    [\w./?=&%-]{1,160}
    """,
    re.VERBOSE | re.IGNORECASE,
)
BY = re.compile(
    r"""
    (?: ^ | (?<=\s) )
    (?: by [\s:]{1,3} | 由 \s )
    (?P<name> \S{2,24} )
  | ^ 由 (?P<poster> \S{2,12} ) (?: [张張]贴 | [張张]貼 | [发發][表布佈帖] | 撰写 | 撰寫 )
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What one line says as a byline.

    `authors` come from a label that asks for the author, `reporters` from a reporter's mark,
    `editors` edited the words, `checkers` looked at them; `beside` holds the unlabelled names that
    share the line with a time, `opening` the one that the line begins with, `closing` the words
    after the outlet. `n_other` counts the characters that are neither label, value nor time;
    `opens` where a label with its colon, or a time counted back from now, is what the line begins
    with; `timed` where a time, or a label that asks for one, is in it; `glued` where the only time
    is a day that words go on from, as in running text and headlines: 3月4日起通车.
    """

    authors: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    source: str | None = None
    editors: tuple[str, ...] = ()
    checkers: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    opening: str | None = None
    closing: str | None = None
    moments: tuple[tuple[Role, Moment], ...] = ()
    n_labels: int = 0
    n_other: int = 0
    opens: bool = False
    timed: bool = False
    glued: bool = False

    def speaks(self) -> bool:
        """Whether the line is a byline rather than text that happens to hold a time."""
        named = bool(self.authors or self.source or self.editors or self.checkers)
        if named or self.reporters:
            return self.n_other <= 40
        if self.timed and self.opening is not None and not self.moments:
            return self.n_other <= 40
        if (self.n_labels and self.n_other <= 2) or (self.opens and self.n_other <= 20):
            return True
        if not self.moments or (self.glued and not self.n_labels):
            return False
        opens = self.moments[0][1].start <= 2 and self.moments[0][1].time is not None
        return self.n_other <= 20 + 20 * min(self.n_labels, 1) + 15 * opens


NO_BYLINE: Final = Byline()


def read_byline(text: str, clock: Clock) -> Byline:
    """What a line says when it is read as a byline.

    >>> line = read_byline("2025-03-04 10:20 来源：澜江晚报 作者：沈听澜 责任编辑：罗亭", Clock())
    >>> line.source, line.authors, line.editors, line.moments[0][0]
    ('澜江晚报', ('沈听澜',), ('罗亭',), 'plain')
    """
    line = narrow(text[:MAX_BYLINE])
    moments = find_moments(line, clock)
    agos = _agos(line)
    labels = find_labels(line, [m.start for m in moments] + [ago.start() for ago in agos])
    if not (moments or agos or labels or REPORTER.search(line)):
        return NO_BYLINE
    return _gather(line, labels, moments, agos)


def _agos(line: str) -> list[re.Match[str]]:
    """The times counted back from now, which tell a byline also where no day comes of them."""
    if len(line) > MAX_COUNTED or MAYBE_AGO.search(line) is None:
        return []
    return list(AGO.finditer(line))


def _gather(
    line: str, labels: list[Label], moments: list[Moment], agos: list[re.Match[str]]
) -> Byline:
    cells = _cells(line, labels, moments)
    authors = [name for field, value in cells if field == "author" for name in read_names(value)]
    by = BY.search(line) if moments else None
    if by is not None and not authors:
        authors += read_names(by["poster"] or by["name"].removesuffix("Posted"))
    outlets = [outlet for field, value in cells if field == "source" for outlet in _outlets(value)]
    outlets += [o for field, value in cells if field == "author" if (o := _outlet_in(value))]
    times = [m.start for m in moments] + [ago.start() for ago in agos]
    opening = _opening(line, labels, min(times)) if times and by is None else None
    reporters = () if authors else _reporters_between(line, labels)
    used = sum(m.end - m.start for m in moments) + sum(x.end - x.start for x in labels)
    used += sum(len(value) for _, value in cells) + sum(map(len, reporters))
    if "." in line or "://" in line:
        used += sum(map(len, ADDRESS.findall(line)))
    return Byline(
        authors=tuple(dict.fromkeys(authors)),
        reporters=reporters,
        source=next(iter(outlets), None),
        editors=_staff(cells, "editor"),
        checkers=_staff(cells, "checker"),
        beside=_beside(line, labels, moments) if by is None else (),
        opening=opening,
        closing=next((c for f, value in cells if f == "source" if (c := _closing(value))), None),
        moments=tuple((_role(line, m, labels), m) for m in moments),
        n_labels=len(cells) + sum(label.field in TIMED for label in labels),
        n_other=max(0, len("".join(line.split())) - used),
        opens=_begins(line, labels, agos),
        timed=bool(times) or any(label.field in TIMED for label in labels),
        glued=len(moments) == 1 and _is_glued(line, moments[0]),
    )


def _is_glued(line: str, moment: Moment) -> bool:
    """Whether words go on from a day without a mark between."""
    after = line[moment.end : moment.end + 1]
    goes_on = HAN_CHAR.match(after) is not None and after not in "星周週礼禮"
    return moment.time is None and line[moment.end - 1 : moment.end] in "日号號" and goes_on


def _outlets(value: str) -> list[str]:
    outlet = read_outlet(value)
    return [] if outlet is None else [outlet]


def _outlet_in(value: str) -> str | None:
    """The outlet that stands where an author is asked for."""
    return read_outlet(value) if names_outlet(value) and not read_names(value) else None


def _staff(cells: list[tuple[str, str]], kind: str) -> tuple[str, ...]:
    """Those who worked on the words of others; a number among them is that of their desk."""
    names = [name for field, value in cells if field == kind for name in read_names(value)]
    return tuple(dict.fromkeys(n for n in names if not any(c.isdigit() for c in n)))


def _closing(value: str) -> str | None:
    """The last word of a source field of two: 来源：澜江晚报 沈听澜."""
    words = value.split()
    return words[1] if len(words) == 2 else None


def _opening(line: str, labels: list[Label], start: int) -> str | None:
    """The unlabelled name that a line begins with, right before its time."""
    stop = min([label.start for label in labels if label.start <= start], default=start)
    if stop < 2 or any(label.end <= start - 4 for label in labels if label.start <= start):
        return None
    name = JOINT.sub("", line[:stop].strip(JUNK)).strip(JUNK)
    if not 2 <= len(name) <= MAX_ACCOUNT or SENTENCE.search(name) or PLACED.search(name):
        return None
    return None if len(name.split()) > 1 and not name.isascii() else name


def _cells(line: str, labels: list[Label], moments: list[Moment]) -> list[tuple[str, str]]:
    """The fields that labels open and what stands in them."""
    stops = sorted([label.start for label in labels] + [m.start for m in moments] + [len(line)])
    cells = []
    for label in labels:
        if label.field in ("author", "source", "editor", "checker", "other"):
            value = _cell(line, label.end, next(stop for stop in stops if stop >= label.end))
            if label.field == "author" and not label.marked:
                value = value.split()[0] if value else value
            if label.marked or _is_plain_value(label.field, value):
                cells.append((label.field, value))
    return cells


def _begins(line: str, labels: list[Label], agos: list[re.Match[str]]) -> bool:
    """Whether the line begins with a label and its colon, or with a time counted back from now."""
    if labels and labels[0].start <= 1 and labels[0].field != "end":
        return ":" in line[: labels[0].end]
    return bool(agos) and agos[0].start() == 0 and len(line) <= 30


def _reporters_between(line: str, labels: list[Label]) -> tuple[str, ...]:
    """The reporters that stand before, between or after the labels."""
    start = 0
    if REPORTER.search(line) is None:
        return ()
    for label in [*labels, Label("end", len(line), len(line))]:
        found = read_reporters(line[start : label.start])
        if found:
            return found
        start = label.end
    return ()


def _is_plain_value(field: str, value: str) -> bool:
    """Whether a value without a colon before it is what its label asks for: 作者沈听澜."""
    if field == "author":
        return is_personal(value) or value.isascii() or names_outlet(value)
    return field != "source" or names_outlet(value) or value.isascii()


def _cell(line: str, start: int, stop: int) -> str:
    """The text from a label to the end of its cell."""
    opened = start
    while opened < stop and line[opened] in '《“"[【(（ ':
        opened += 1
    end = CELL_END.search(line, opened, stop)
    return line[opened : end.start() if end is not None else stop].strip()


def _role(line: str, moment: Moment, labels: list[Label]) -> Role:
    """What the label before a time, or the word after it, says it is the time of."""
    after = line[moment.end : moment.end + 4].lstrip()
    for label in labels:
        if label.end <= moment.start <= label.end + 3:
            if label.field in ROLES:
                return ROLES[label.field]
            break
    if after.startswith(("更新", "修改", "编辑", "編輯")):
        return "updated"
    return "published" if after.startswith(("发布", "發布", "發佈", "发表", "發表")) else "plain"


def _beside(line: str, labels: list[Label], moments: list[Moment]) -> tuple[str, ...]:
    """The names that share the line with a time, where no label claims them."""
    if len(moments) != 1:
        return ()
    start, end = moments[0].start, moments[0].end
    if labels and labels[0].start < start and labels[0].end < start - 3:
        return ()
    opened = min([label.start for label in labels if label.start <= start], default=start)
    closed = min([label.start for label in labels if label.start >= end], default=len(line))
    pieces = [*CELL_END.split(line[:opened].rstrip(" (["))[-1:], *CELL_END.split(line[end:closed])]
    names = [n.split("/")[0] for piece in pieces for n in piece.split() if not PLACED.search(n)]
    kept = [name for name in (n.strip(JUNK) for n in names) if len(name) > 1]
    return tuple(name for name in kept[:4] if len(name) <= MAX_OUTLET)
