"""What a byline says: authors, outlet, editors, and which of its times is which.

A byline is read cell by cell: a label (`resources/byline_labels.tsv`) opens a cell; the next label,
a time, a stroke or a run of blanks closes it. Nobody is named who was not labelled, bracketed as a
reporter, or set beside the time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from corpus.extraction.dates import Clock, Moment, find_moments, narrow
from corpus.resources import read_list, read_table

Role = Literal["published", "updated", "written", "clock", "other", "plain"]
"""What a time in a byline is the time of; plain where no label says."""

MAX_BYLINE: Final = 160
"""Characters above which a line is running text, and only its brackets are read."""
MAX_NAME: Final = 30
MAX_HAN_NAME: Final = 8
"""Characters of a Chinese pen name; a longer run is a description."""
MAX_NAMES: Final = 12
MAX_OUTLET: Final = 30

HAN: Final = r"\u3400-\u9fff\U00020000-\U000323af"
NAME_MARK: Final = r"·•\N{KATAKANA MIDDLE DOT}\N{HYPHENATION POINT}"

CELL_END = re.compile(
    r"[|\N{BOX DRAWINGS LIGHT VERTICAL}\t【】〔〕\[\]()（）;；<>{}＃#@]|\s{2,}|https?:|www\."
)
REPORTER = re.compile(
    r"""
    (?: 记者 | 記者 | 特派员 | 特派員 | 评论员 | 評論員 | 通讯员 | 通訊員
      | 专栏作者 | 專欄作者 | 特约撰稿人? | 撰稿人 | 实习生 | 實習生 | (?:快訊|快讯|報導|报道)(?=[／/])
    )
    \s{0,4} [:：／/]? \s{0,4}
    (?P<names> [%s%s、,，\ \N{IDEOGRAPHIC SPACE}]{2,80} )
    """
    % (HAN, NAME_MARK),
    re.VERBOSE,
)
BRACKETED = re.compile(r"[（(【〔\[]([^（()）【】〔〕\[\]]{3,90})[)）】〕\]]")
REPORTED = re.compile(
    r"""
    (?: \S{0,2} (?:综合|綜合|採訪|采访)? (?:報導|报道)     # 台北報導, 综合报道
      | [发發]自 \S{0,6}                                  # 发自北京
      | (?<=\S\S) [/／\s] (?:摄影?|攝影?|文|图|圖|整理)              # /文
    ) $
    """,
    re.VERBOSE,
)
HEADED = re.compile(
    r"^.{0,14}(?:记者|記者|作者|评论员|評論員|特派员|特派員|通讯员|通訊員|撰稿人?)[\s:：/／]{0,3}"
)
BY = re.compile(r"(?:^|(?<=\s))by[\s:]{1,3}(?P<name>\S{2,24})", re.IGNORECASE)
NAME_SPLIT = re.compile(r"[、,，;；/／&＆+\s]+|(?<=[%s]{2})[和与與](?=[%s]{2})" % (HAN, HAN))
HAN_NAME = re.compile(r"[%s]{2,4}|[%s]{1,8}[%s][%s]{1,8}" % (HAN, HAN, NAME_MARK, HAN))
HAN_CHAR = re.compile(r"[%s]" % HAN)
HAN_BLANK = re.compile(r"(?<=[%s])\s+(?=[%s])" % (HAN, HAN))
JUNK: Final = " \t\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}:：,，。.、;；|/／\\-—–_·•*#@<>《》“”\"'‘’「」『』[]【】〔〕{}!！↓"


@dataclass(frozen=True, slots=True)
class Byline:
    """What one line says as a byline.

    `authors` come from a label that asks for the author, `reporters` from a reporter's mark,
    `beside` is the unlabelled name that shares the line with nothing but a time. `n_other` counts
    the characters that are neither label, value nor time.
    """

    authors: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    source: str | None = None
    editors: tuple[str, ...] = ()
    beside: str | None = None
    moments: tuple[tuple[Role, Moment], ...] = ()
    n_labels: int = 0
    n_other: int = 0

    def speaks(self) -> bool:
        """Whether the line is a byline rather than text that happens to hold a time."""
        named = bool(self.authors or self.source or self.editors)
        if named or self.reporters:
            return self.n_other <= 40
        if self.n_labels and self.n_other <= 2:
            return True
        return bool(self.moments) and self.n_other <= 20 + 20 * min(self.n_labels, 1)


@dataclass(frozen=True, slots=True)
class _Label:
    field: str
    start: int
    end: int


@cache
def _fields() -> dict[str, str]:
    return {
        row["label"].lower().replace(" ", ""): row["field"]
        for row in read_table("byline_labels.tsv")
    }


@cache
def _label_pattern() -> re.Pattern[str]:
    labels = sorted(
        (row["label"] for row in read_table("byline_labels.tsv")), key=len, reverse=True
    )
    either = "|".join(re.escape(label).replace(r"\ ", r"\s{1,4}") for label in labels)
    return re.compile(
        rf"(?P<label>{either})\s{{0,4}}(?P<mark>[:/丨|\N{{BOX DRAWINGS LIGHT VERTICAL}}])?\s{{0,8}}",
        re.IGNORECASE,
    )


@cache
def _unnamed() -> frozenset[str]:
    return frozenset(read_list("unnamed.txt"))


@cache
def _surnames() -> frozenset[str]:
    return frozenset(read_list("surnames.txt"))


@cache
def _outlet_pattern() -> re.Pattern[str]:
    words = read_list("outlet_words.txt")
    anywhere = "|".join(re.escape(w) for w in words if len(w) > 1)
    ending = "".join(w for w in words if len(w) == 1)
    return re.compile(rf"{anywhere}|[{ending}]$", re.IGNORECASE)


@cache
def _tail_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, read_list("byline_tails.txt"))))


def names_outlet(name: str) -> bool:
    """Whether a name is that of an outlet or an organisation.

    >>> names_outlet("澜江晚报"), names_outlet("沈听澜")
    (True, False)
    """
    return _outlet_pattern().search(name) is not None


def is_personal(name: str) -> bool:
    """Whether a name is two to four characters that start with a surname.

    >>> is_personal("沈听澜"), is_personal("重庆")
    (True, False)
    """
    if not HAN_NAME.fullmatch(name) or len(name) > 4 or names_outlet(name):
        return False
    return name[:2] in _surnames() or (name[0] in _surnames() and len(name) <= 3)


def _is_nobody(name: str) -> bool:
    return name.lower().replace(" ", "") in _unnamed()


def read_names(value: str) -> tuple[str, ...]:
    """The people that the value of an author field names; outlets and stopgaps are not people.

    >>> read_names("本报记者 沈听澜 方 敏")
    ('沈听澜', '方敏')
    >>> read_names("澜江晚报"), read_names("佚名")
    ((), ())
    """
    value = HEADED.sub("", value[:120].strip(JUNK))
    tail = _tail_pattern().search(value, 1)
    if tail is not None:
        value = value[: tail.start()]
    value = REPORTED.sub("", value).strip(JUNK)
    if not HAN_CHAR.search(value):
        return (value,) if _is_foreign_name(value) else ()
    names = [n for n in (p.strip(JUNK) for p in NAME_SPLIT.split(value)) if n]
    return tuple(dict.fromkeys(n for n in _join_single(names)[:MAX_NAMES] if _is_pen_name(n)))


def _join_single(names: list[str]) -> list[str]:
    """Names of two characters that were spaced to the width of three, put together."""
    joined: list[str] = []
    open_name = False
    for name in names:
        single = len(name) == 1
        if single and open_name:
            joined[-1] += name
            open_name = False
        else:
            joined.append(name)
            open_name = single
    return joined


def _is_foreign_name(name: str) -> bool:
    plain = 2 <= len(name) <= MAX_NAME and any(c.isalpha() for c in name)
    return plain and not _is_nobody(name) and not names_outlet(name) and not set(name) & set("@/,=")


def _is_pen_name(name: str) -> bool:
    if _is_nobody(name) or names_outlet(name) or not any(c.isalpha() for c in name):
        return False
    if HAN_NAME.fullmatch(name):
        return True
    return 2 <= len(name) <= MAX_HAN_NAME + sum(c.isascii() for c in name) <= MAX_NAME


def read_reporters(text: str) -> tuple[str, ...]:
    """The people that follow a reporter's mark and fill the text to its end, or to a stroke.

    >>> read_reporters("澜江日报记者沈听澜、罗亭")
    ('沈听澜', '罗亭')
    >>> read_reporters("記者沈聽瀾／台北報導")
    ('沈聽瀾',)
    >>> read_reporters("记者从县里获悉")
    ()
    """
    for match in REPORTER.finditer(text[:MAX_BYLINE]):
        run = match["names"]
        rest = text[match.end() : match.end() + 1]
        if rest and rest not in "／/|丨）)】]0123456789。":
            continue
        glued = text[match.start("names") - 1] not in " \N{IDEOGRAPHIC SPACE}:：/／"
        run = REPORTED.sub("", run.strip(JUNK))
        parts = _join_single([p for p in (q.strip(JUNK) for q in NAME_SPLIT.split(run)) if p])
        names = [name for part in parts if (name := HEADED.sub("", part))]
        if not names or not all(HAN_NAME.fullmatch(n) and not names_outlet(n) for n in names):
            continue
        if not glued or is_personal(names[0]) or _is_pair(names[0]):
            return tuple(dict.fromkeys(names[:MAX_NAMES]))
    return ()


def _is_pair(run: str) -> bool:
    """Whether four characters can be two names that were set without a blank."""
    return len(run) == 4 and run[0] in _surnames() and run[2] in _surnames()


def read_outlet(value: str) -> str | None:
    """The outlet that the value of a source field names, without brackets, links and counters.

    >>> read_outlet("《澜江晚报》 参与互动"), read_outlet("互联网")
    ('澜江晚报', None)
    """
    value = value.strip(JUNK)
    tail = _tail_pattern().search(value, 2)
    if tail is not None:
        value = value[: tail.start()]
    cut = HAN_BLANK.search(value)
    if cut is not None and cut.start() >= 2:
        value = value[: cut.start()]
    value = value.strip(JUNK)
    if (
        not 2 <= len(value) <= MAX_OUTLET
        or _is_nobody(value)
        or not any(c.isalpha() for c in value)
    ):
        return None
    return None if re.search(r"[。，！？,!?=\"]", value) else value


def read_byline(text: str, clock: Clock) -> Byline:
    """What a line says when it is read as a byline.

    >>> line = read_byline("2025-03-04 10:20 来源：澜江晚报 作者：沈听澜 责任编辑：罗亭", Clock())
    >>> line.source, line.authors, line.editors, line.moments[0][0]
    ('澜江晚报', ('沈听澜',), ('罗亭',), 'plain')
    """
    line = narrow(text[:MAX_BYLINE])
    moments = find_moments(line, clock)
    labels = _find_labels(line)
    return _gather(line, labels, moments)


def _find_labels(line: str) -> list[_Label]:
    fields = _fields()
    labels: list[_Label] = []
    for match in _label_pattern().finditer(line):
        name = match["label"].lower()
        field = fields["".join(name.split())] if " " in name else fields[name]
        if _opens(line, match, name, field):
            labels.append(_Label(field, match.start(), match.end()))
    return labels


def _opens(line: str, match: re.Match[str], name: str, field: str) -> bool:
    """Whether a label opens a cell here, rather than being a word of something else."""
    at_start = match.start() == 0 or not line[match.start() - 1].isalnum()
    mark = match["mark"]
    if field == "end":
        follows = line[match.end() : match.end() + 1]
        return mark == ":" or not follows or follows.isdigit() or follows == "("
    if field in ("published", "updated", "written", "clock"):
        return mark == ":" or at_start or field == "updated" or len(name) >= 3
    if mark == ":":
        return at_start or len(name) >= 2
    if not at_start:
        return False
    if len(name) == 1:
        return mark is not None
    return True


def _gather(line: str, labels: list[_Label], moments: list[Moment]) -> Byline:
    stops = sorted([label.start for label in labels] + [m.start for m in moments] + [len(line)])
    authors: list[str] = []
    editors: list[str] = []
    source: str | None = None
    used = sum(m.end - m.start for m in moments)
    for label in labels:
        used += label.end - label.start
        if label.field not in ("author", "source", "editor", "other"):
            continue
        value = _cell(line, label.end, next(s for s in stops if s >= label.end))
        used += len(value)
        if label.field == "author":
            authors += read_names(value)
        elif label.field == "editor":
            editors += read_names(value)
        elif label.field == "source" and source is None:
            source = read_outlet(value)
    reporters = () if authors else _reporters_between(line, labels)
    return Byline(
        authors=tuple(dict.fromkeys(authors)),
        reporters=reporters,
        source=source,
        editors=tuple(editors),
        beside=_beside(line, labels, moments),
        moments=tuple((_role(line, m, labels), m) for m in moments),
        n_labels=sum(label.field != "end" for label in labels),
        n_other=max(0, len("".join(line.split())) - used - sum(map(len, reporters))),
    )


def _reporters_between(line: str, labels: list[_Label]) -> tuple[str, ...]:
    """The reporters that stand before, between or after the labels."""
    start = 0
    for label in [*labels, _Label("end", len(line), len(line))]:
        found = read_reporters(line[start : label.start])
        if found:
            return found
        start = label.end
    return ()


def _cell(line: str, start: int, stop: int) -> str:
    """The text from a label to the end of its cell."""
    opened = start
    while opened < stop and line[opened] in '《“"[【(（ ':
        opened += 1
    end = CELL_END.search(line, opened, stop)
    return line[opened : end.start() if end is not None else stop].strip()


def _role(line: str, moment: Moment, labels: list[_Label]) -> Role:
    """What the label before a time, or the word after it, says it is the time of."""
    after = line[moment.end : moment.end + 4].lstrip()
    for label in labels:
        if label.end <= moment.start <= label.end + 3:
            if label.field in ("published", "updated", "written", "clock", "other"):
                return label.field  # type: ignore[return-value]  # narrowed by the line above
            break
    if after.startswith(("更新", "修改", "编辑", "編輯")):
        return "updated"
    return "published" if after.startswith(("发布", "發布", "發佈", "发表", "發表")) else "plain"


def _beside(line: str, labels: list[_Label], moments: list[Moment]) -> str | None:
    """The one name that shares the line with a time, where no label claims it."""
    if len(moments) != 1:
        return None
    by = BY.search(line)
    if by is not None:
        return by["name"].removesuffix("Posted")
    start, end = moments[0].start, moments[0].end
    if labels and labels[0].start < start and labels[0].end < start - 3:
        return None
    opened = min([label.start for label in labels if label.start <= start], default=start)
    closed = min([label.start for label in labels if label.start >= end], default=len(line))
    pieces = [*CELL_END.split(line[:opened].rstrip(" (["))[-1:], *CELL_END.split(line[end:closed])]
    names = [name for piece in pieces if (name := piece.strip(JUNK)) and not name[0].isdigit()]
    return names[0] if names and len(names[0]) <= MAX_OUTLET else None
