"""Labels in a byline: where they stand, and what they say of the words after them.

The list is `resources/byline_labels.tsv`. A label in running text is a word like any other, so that
what stands around it decides whether it opens a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple

from corpus.resources import read_table

Role = Literal["published", "updated", "written", "clock", "other", "plain"]
"""What a time in a byline is the time of; plain where no label says."""
ROLES: Final[dict[str, Role]] = {
    "published": "published",
    "updated": "updated",
    "written": "written",
    "clock": "clock",
    "other": "other",
}
TIMED: Final = frozenset(ROLES) - {"other"}
"""The fields of labels that a time follows."""

REPORTING: Final = (
    *(
        "记者",
        "記者",
        "特派员",
        "特派員",
        "评论员",
        "評論員",
        "通讯员",
        "通訊員",
        "实习生",
        "實習生",
    ),
    *("专栏作者", "專欄作者", "撰稿人", "快訊", "快讯", "報導", "报道"),
)
"""What names of reporters follow without being a label."""
DAYLIKE = re.compile(r"\d\s?[-/.年月\u2013／－．]")
MONTHLIKE = re.compile("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
TOKENS = re.compile(
    r"""
    [年月前刚剛今昨作来來标標编編监監审審文图圖由b□■◇◆◎]
    (?:
        (?<= [前刚剛今昨] )                            # three days ago, yesterday
      | (?<= [〇○零一二三四五六七八九]年 ) | (?<=月) \s   # 二〇二五年, 三月 4
      | (?<= [作来來标標编編监監审審] ) \s             # 作 者
      | (?<= [文图圖] ) \s? [:：/／丨|｜・\N{BOX DRAWINGS LIGHT VERTICAL}]
      | (?<= 由 ) \S{2,12} [张張发發撰]
      | (?<= b ) y [ :]
      | (?<= ^[□■◇◆◎] ) \s? \w{2,4} $                # □ 沈听澜
    )
    """,
    re.VERBOSE,
)
"""What every line holds that tells a time, or has a label of one character or spaced out. Each of
the three begins with a set of characters, so that the engine skips quickly what cannot begin it."""
UPPER = re.compile("[A-Z]+")
"""What is made lower case: ASCII alone, so that no offset moves."""


class Label(NamedTuple):
    """A label at its place in a line; `marked` where a colon, a stroke or a tab follows."""

    field: str
    start: int
    end: int
    marked: bool = True


@cache
def _fields() -> dict[str, str]:
    return {
        row["label"].lower().replace(" ", ""): row["field"]
        for row in read_table("byline_labels.tsv")
    }


def _labels() -> list[str]:
    return [row["label"] for row in read_table("byline_labels.tsv")]


def _either(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; blanks in them may be of any width.

    Words that begin alike are tried together: the engine goes through a list from its beginning.
    """
    endings: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        ending = re.escape(word[1:]).replace(r"\ ", r"\s{1,4}")
        endings.setdefault(re.escape(word[0]), []).append(ending)
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in endings.items())


@cache
def _label_pattern() -> re.Pattern[str]:
    mark = r"[:/丨|・\N{BOX DRAWINGS LIGHT VERTICAL}]"
    # No IGNORECASE: the engine would try every label at every character. The line is in lower case.
    return re.compile(rf"(?P<label>{_either(_labels())})\s{{0,4}}(?P<mark>{mark})?\s{{0,8}}")


@cache
def _word_pattern() -> re.Pattern[str]:
    """Any label but one that ends a name, or what names of reporters follow."""
    rows = read_table("byline_labels.tsv")
    labels = (row["label"].lower() for row in rows if row["field"] != "end")
    words = {*(label for label in labels if len(label) > 1), *REPORTING}
    # A word that holds another stands nowhere without it.
    return re.compile(_either(w for w in words if not any(o in w for o in words - {w})))


@lru_cache(maxsize=1024)
def is_bare_label(text: str) -> bool:
    """Whether a line is nothing but a label, so that its value must stand on the next.

    >>> is_bare_label("发布日期"), is_bare_label("来源："), is_bare_label("来源")
    (True, True, False)
    """
    name = "".join(text.split()).lower()
    label = name.rstrip(":：")
    known = _fields().get(label, "end") != "end"
    return known and (label != name or len(label) >= 4)


def find_labels(line: str, times: list[int]) -> list[Label]:
    """The labels that open a cell of the line, in order; `times` is where its times begin."""
    fields = _fields()
    labels: list[Label] = []
    is_row = line.count("\t") == 1  # a label and its value: more cells are those of a table
    lower = UPPER.sub(lambda match: match[0].lower(), line)
    for match in _label_pattern().finditer(lower):
        field = fields.get("".join(match["label"].split()), "other")
        if field in TIMED:
            opens = match["mark"] == ":" or any(0 <= at - match.end() <= 3 for at in times)
        else:
            opens = _opens(line, match, field)
        if opens:
            field = "author" if field == "penned" else field
            marked = match["mark"] is not None or (is_row and "\t" in match[0])
            labels.append(Label(field, match.start(), match.end(), marked))
    return labels


def _opens(line: str, match: re.Match[str], field: str) -> bool:
    """Whether a label opens a cell here, rather than being a word of something else."""
    name = match["label"]
    at_start = match.start() == 0 or not line[match.start() - 1].isalnum()
    mark = match["mark"]
    if field == "end":
        follows = line[match.end() : match.end() + 1]
        return mark == ":" or not follows or follows.isdigit() or follows == "("
    if field == "penned":  # but no 原创文字 in a menu
        return at_start and mark is None and match.end() < len(line) and line.count("|") < 2
    if mark == ":":
        return at_start or len(name) >= 2
    if not at_start or (match.end() == len(line) and name[0] not in "作来來编編"):
        return False
    if len(name) == 1:
        return mark is not None
    return True


def may_be_byline(line: str) -> bool:
    """Whether a line can say something as a byline; most lines hold nothing of it.

    >>> [may_be_byline(line) for line in ("首页", "作者：沈听澜", "两岸通勤", "2025-03-04")]
    [False, True, False, True]
    """
    line = line.lower()
    found = (
        DAYLIKE.search(line)
        or _word_pattern().search(line)
        or TOKENS.search(line)
        or MONTHLIKE.search(line)
    )
    return found is not None
