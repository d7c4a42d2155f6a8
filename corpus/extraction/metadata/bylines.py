"""What a byline says: authors, outlet, editors, and which of its times is which.

A byline is read cell by cell: a label (`resources/byline_labels.tsv`) opens a cell; the next label,
a time, a stroke or a run of blanks closes it. Nobody is named who was not labelled, bracketed as a
reporter, or set beside the time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from corpus.extraction.metadata.dates import (
    Clock,
    Moment,
    find_agos,
    find_moments,
    narrow,
)
from corpus.extraction.metadata.labels import ROLES, TIMED, Label, Role, find_labels
from corpus.extraction.metadata.names import (
    DESK,
    HAN_CHAR,
    JUNK,
    MAX_BYLINE,
    MAX_OUTLET,
    REPORTED_BY,
    REPORTER,
    SENTENCE,
    is_personal,
    join_single,
    names_outlet,
    read_names,
    read_outlet,
    read_reporters,
)
from corpus.extraction.metadata.posters import KIND, by_whom, penned_by, sent_by, unglue
from corpus.extraction.said.phrases import find_whole, fold

CELL_END = re.compile(
    r"""
    [|\N{BOX DRAWINGS LIGHT VERTICAL}\t;；]            # strokes
  | [【】〔〕\[\]()（）<>{}]                           # brackets
  | [□■◇◆◎]                                        # before who wrote, see `posters`
  | [\#＃@] | \s{2,} | https?: | www\.
    """,
    re.VERBOSE,
)
PLACED = re.compile(
    r"""
    ^ (?: \d | 修改 | [发發][布佈][于於]? | 来自 | 來自 | [・·]?IP | [属屬]地
      | 已?更新 | 上[传傳] | by$ )
  | ^ (?: 星期 | 周 | 週 ) [一二三四五六日天] $
  | ^ 已? [于於] $ | ^ 首次
  | (?: [创創]作者 | [爱愛]好者 | 博主 | 达人 | 達人 ) \+? (?: 关注 | 關注 )? $
  | ^ [上下]一[期版篇頁页] $ | ^ 第 .{1,6} [期卷号號版] | [專专] [訊讯] $
  | \d \s? [人次条楼] | [:：] | [时時][间間]$
  | ^ (?: HKT | CST | GMT | UTC ) $
  | [\w-] \. (?: com | cn | net | org | tw | hk ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What stands beside a time and is no name: a place, a counter, a zone, an issue, a rank of
self-media, an address."""
JOINT = re.compile(
    r"""
    \s{0,4}
    (?: (?: 已 | 提[问問] )? [于於] | [发發][布佈表][于於]? | posted
      | 的 \s? (?:个人|個人)? (?:博客|空间|空間|专栏|專欄|部落格|主页) .{0,60} )
    $
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What may stand between the name of an account and a time."""
MAX_ACCOUNT: Final = 20
"""Characters of the name of an account."""
MAX_EDITOR: Final = 12
"""Characters of what is taken for a name behind a label for editors, a blank between."""
ADDRESS = re.compile(
    r"""
    (?: https?:// | www\. )
    [\w./?=&%-]{1,160}
    """,
    re.VERBOSE | re.IGNORECASE,
)
HANDLE = re.compile(r"(?<=\S)\s?@\w{2,30}$")
"""The name for machines behind the name of an account: 林迟 @linchi."""

COUNT = re.compile(r"\s?(?<![a-zA-Z\d.,])\d[\d.,]{0,9}\s?[万萬wk]?\s?[条條次人个個]?$")
"""A number at the end of a cell, which belongs to the counter behind it: 来源：澜江晚报 12跟贴."""

BREAKS: Final = (",", "，", "。", "、", ";", "；", "!", "！", "?", "？")
"""Marks behind words that a sentence goes on from: a time behind them is no byline's."""

HOUR = re.compile(r"(?:凌晨|[早晚]上|[上中下]午|傍晚)\s?\d|[发發][布佈表]|更新|修改")
"""What goes on from a day counted back without making it running text: 昨天下午3:20, 昨天更新."""

QUOTES: Final = ("《", "“", "「")
"""Marks that the name of an outlet stands in, also without a colon: 原载《澜江晚报》."""

BARE_TIMES: Final = ("日期", "时间", "時間")
"""Labels that are often the end of a longer one: what is glued to them is no account's name."""

NAMING: Final = ("author", "source", "editor", "checker", "other", "contributed")
"""Fields of labels that a name follows."""
PENNED: Final = ("原创", "原創", "Original", "original")
"""What an official account puts before who wrote, and behind that itself: 原创 沈听澜 北麓手记."""

Cells = dict[str, list[str]]
"""The values of cells by the field of the label that opens them."""


class Byline(NamedTuple):
    """What one line says as a byline.

    `authors` come from a label that asks for the author, `reporters` from a reporter's mark,
    `editors` edited the words, `checkers` looked at them; `beside` holds the unlabelled names that
    share the line with a time, `opening` the one that the line begins with, `closing` the words
    after the outlet. `n_other` counts the characters that are neither label, value nor time;
    `opens` where a label with its colon, or a time counted back from now, is what the line begins
    with; `timed` where a time, or a label that asks for one, is in it; `glued` where the only time
    is a day that words go on from, as in running text and headlines: 3月4日起通车, 昨天修好了.
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
        if self.timed and self.opening is not None and not self.moments and not self.glued:
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
    line = unglue(narrow(text[:MAX_BYLINE]))
    moments = find_moments(line, clock)
    agos = find_agos(line)
    times = [m.start for m in moments] + [ago.start() for ago in agos]
    labels = find_labels(line, times)
    if times or labels or by_whom(line, timed=False, labelled=False):
        return _gather(line, labels, moments, agos)
    reporters = _reporters_between(line, labels)
    if not reporters:
        return NO_BYLINE
    return Byline(reporters=reporters, n_other=_n_other(line, sum(map(len, reporters))))


def _gather(
    line: str, labels: list[Label], moments: list[Moment], agos: list[re.Match[str]]
) -> Byline:
    cells = _cells(line, labels, moments)
    times = [m.start for m in moments] + [ago.start() for ago in agos]
    n_timed = sum([label.field in TIMED for label in labels])
    by = by_whom(line, timed=bool(moments), labelled=n_timed > 0)
    senders = [sender for value in cells.get("contributed", ()) for sender in sent_by(value)]
    authors = _people(cells.get("author", ())) or penned_by(line) or _people(senders)
    if by is not None and not authors:
        authors = _people([by])
    reporters = () if authors else _reporters_between(line, labels)
    used = sum([m.end - m.start for m in moments]) + sum([x.end - x.start for x in labels])
    used += sum([len(value) for values in cells.values() for value in values])
    return Byline(
        authors=authors,
        reporters=reporters,
        source=_source(cells),
        editors=_staff(cells.get("editor", ())),
        checkers=_staff(cells.get("checker", ())),
        beside=_beside(line, labels, moments) if by is None else (),
        opening=_opening(line, labels, min(times)) if times and by is None else None,
        closing=next((c for value in cells.get("source", ()) if (c := _closing(value))), None),
        moments=tuple([(_role(line, m, labels), m) for m in moments]),
        n_labels=sum(map(len, cells.values())) + n_timed,
        n_other=_n_other(line, used + sum(map(len, reporters))),
        opens=_begins(line, labels, agos),
        timed=bool(times) or n_timed > 0,
        glued=_is_glued(line, moments, agos),
    )


def _people(values: Sequence[str]) -> tuple[str, ...]:
    """The people that any of the values name."""
    return tuple(dict.fromkeys([name for value in values for name in read_names(value)]))


def _n_other(line: str, used: int) -> int:
    """The characters of a line, blanks and addresses left out, but those that are `used`."""
    if "." in line or "://" in line:
        used += sum(map(len, ADDRESS.findall(line)))
    return max(0, len("".join(line.split())) - used)


def _is_glued(line: str, moments: list[Moment], agos: list[re.Match[str]]) -> bool:
    """Whether words go on from the only day, or from all that are counted back, without a mark."""
    if not moments:
        return bool(agos) and all(_goes_on(line, ago.end()) for ago in agos)
    return len(moments) == 1 and moments[0].time is None and _goes_on(line, moments[0].end)


def _goes_on(line: str, end: int) -> bool:
    """Whether words go on from a day that ends there."""
    after = line[end : end + 1]
    is_word = HAN_CHAR.match(after) is not None and after not in "星周週礼禮"
    if line[end - 1 : end] == "天":  # 昨天
        return is_word and HOUR.match(line, end) is None
    return is_word and line[end - 1 : end] in "日号號"


def _source(cells: Cells) -> str | None:
    """The first outlet that is named as the source, else one that stands for the author."""
    values = list(cells.get("source", ()))
    values += [v.removesuffix(" ".join(sent_by(v))) for v in cells.get("contributed", ())]
    for value in [*values, *cells.get("account", ())]:
        if (outlet := read_outlet(value)) is not None:
            return outlet
    return next((o for value in cells.get("author", ()) if (o := _outlet_in(value))), None)


def _outlet_in(value: str) -> str | None:
    """The outlet that stands where an author is asked for."""
    return read_outlet(value) if names_outlet(value) and not read_names(value) else None


def _staff(values: Sequence[str]) -> tuple[str, ...]:
    """Those who worked on the words of others; a number among them is that of their desk."""
    return tuple([n for n in _people(values) if not any(c.isdigit() for c in n)])


def _closing(value: str) -> str | None:
    """The last word of a source field of two: 来源：澜江晚报 沈听澜."""
    words = value.split()
    return words[1] if len(words) == 2 else None


def _opening(line: str, labels: list[Label], start: int) -> str | None:
    """The unlabelled name that a line begins with, right before its time."""
    labels = [x for x in labels if x.start or line[: x.end].strip() not in PENNED]
    stop = min([label.start for label in labels if label.start <= start], default=start)
    if stop < 2 or any(label.end <= start - 4 for label in labels if label.start <= start):
        return None
    if line[:stop].rstrip().endswith(BREAKS):
        return None
    if stop < start and line.startswith(BARE_TIMES, stop) and not line[stop - 1].isspace():
        return None
    name = JOINT.sub("", line[:stop].strip(JUNK).rstrip("([ ")).strip(JUNK)
    name = KIND.sub("", name)
    if not 2 <= len(name) <= MAX_ACCOUNT or SENTENCE.search(name) or PLACED.search(name):
        return None
    name = HANDLE.sub("", name)
    return None if len(name.split()) > 1 and not name.isascii() else name


def _cells(line: str, labels: list[Label], moments: list[Moment]) -> Cells:
    """What stands in the cells that labels open, by their field."""
    cells: Cells = {}
    if not labels:
        return cells
    stops = sorted([label.start for label in labels] + [m.start for m in moments] + [len(line)])
    counters = {label.start for label in labels if label.field == "end"}
    for label in labels:
        if label.field in NAMING:
            stop = next(stop for stop in stops if stop >= label.end)
            value = _cell(line, label.end, stop)
            if stop in counters and not line[stop - 1].isspace():
                value = COUNT.sub("", value).rstrip()
            if label.field == "author" and not label.marked:
                first, *others = _first_name(value), *value.split()[1:]
                if len(others) == 1 and line[label.start : label.end].strip() in PENNED:
                    cells.setdefault("account", []).append(others[0])
                value = first
            set_off = line[label.end - 1].isspace()
            is_quoted = label.field == "source" and line[label.end : label.end + 1] in QUOTES
            if label.marked or is_quoted or _is_plain_value(label.field, value, set_off):
                cells.setdefault(label.field, []).append(value)
    return cells


def _first_name(value: str) -> str:
    """The first word, and the next where that is a surname set off from its name: 沈 听澜."""
    words = value.split()
    is_surname = len(words) > 1 and len(words[0]) == 1 and is_personal("".join(words[:2]))
    return "".join(words[: 1 + is_surname])


def _begins(line: str, labels: list[Label], agos: list[re.Match[str]]) -> bool:
    """Whether the line begins with a label and its colon, or with a time counted back from now."""
    if labels and labels[0].start <= 1 and labels[0].field != "end":
        return ":" in line[: labels[0].end]
    opens = bool(agos) and agos[0].start() == 0 and len(line) <= 30
    return opens and not _goes_on(line, agos[0].end())


def _reporters_between(line: str, labels: list[Label]) -> tuple[str, ...]:
    """The reporters that stand before, between or after the labels."""
    start = 0
    if REPORTED_BY.search(line) is None and REPORTER.search(line) is None:
        return ()
    if DESK.fullmatch(line.strip()) is not None and (found := read_reporters(line)):
        return found
    for label in [*labels, Label("end", len(line), len(line))]:
        found = read_reporters(line[start : label.start])
        if found:
            return found
        start = label.end
    return ()


def _is_plain_value(field: str, value: str, set_off: bool) -> bool:
    """Whether a value without a colon before it is what its label asks for: 作者沈听澜.

    `set_off` tells whether there is a blank before it.
    """
    if field == "author":
        is_outlet = names_outlet(value) and not value.startswith(("为", "為", "是", "系", "係"))
        return is_outlet or is_personal(value) or value.isascii()
    if field in ("editor", "checker"):  # but no 编辑器
        is_short = set_off and 1 < len(value) <= MAX_EDITOR and SENTENCE.search(value) is None
        if is_short and find_whole(fold(value.split(maxsplit=1)[0])) is not None:
            return False
        return is_short or any(map(is_personal, value.split()[:1]))
    if field == "other":  # but no 有效期五年。
        return SENTENCE.search(value) is None
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
    after = line[moment.end : moment.end + 6].lstrip().removeprefix("首次")
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
    before, after = line[:opened].rstrip(" (["), line[end:closed]
    if labels and labels[0].end <= start and after.lstrip()[:1] in ("·", "•"):
        after = ""  # where it was posted: 发布于 2025-03-04 · 云岭
    if not before and not after:
        return ()
    pieces = [*CELL_END.split(before)[-1:], *CELL_END.split(after)]
    words = [JOINT.sub("", word) for piece in pieces for word in join_single(piece.split())]
    names = [n.split("/")[0] for n in words if not PLACED.search(n)]
    kept = [name for name in (n.strip(JUNK) for n in names) if len(name) > 1]
    return tuple(name for name in kept[:4] if len(name) <= MAX_OUTLET)
