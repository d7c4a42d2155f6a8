"""White space: what stands for a blank becomes one, and blanks that mean nothing go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.cleaning.edits import match_edits
from corpus.document import Edit

ODD_BLANKS = r"\xa0\u1680\u2000-\u200a\u202f\u205f"
"""No-break space, Ogham space mark, en quad to hair space, narrow no-break and mathematical."""

IDEOGRAPHIC = r"\u3000"

_ANY = rf" \t{ODD_BLANKS}{IDEOGRAPHIC}"

_MAYBE_TRAILING = re.compile(rf"[{_ANY}](?=\n|\Z)")

_TRAILING = re.compile(
    rf"(?<![ \t{ODD_BLANKS}{IDEOGRAPHIC}])[ \t{ODD_BLANKS}{IDEOGRAPHIC}]++(?=\n|\Z)"
)

NOT_ASCII = re.compile(rf"[{ODD_BLANKS}{IDEOGRAPHIC}]")

_INDENT = re.compile(
    rf"""\n
    (?=[ \t{ODD_BLANKS}]*+{IDEOGRAPHIC}          # an ideographic space among the blanks
      |[ \t]*+[{ODD_BLANKS}][ \t{ODD_BLANKS}]*+[^\x00-\x7f]
    )                                       # or no-break blanks before a non-ASCII character
    ([{_ANY}]++)
    """,
    re.VERBOSE,
)
"""An indent behind a line end, which is quickly found."""

ODD_BLANK = re.compile(rf"[{ODD_BLANKS}]")

_RUN = re.compile(rf"[ \t{IDEOGRAPHIC}][ \t{IDEOGRAPHIC}]")

_CHINESE = r"\u2e80-\u2fdf\u3001-\u9fff\uf900-\ufaff\ufe10-\ufe6f\uff01-\uffef\U00020000-\U0003ffff"
"""Ideographs, kana, full-width punctuation."""

_RUN_BY_CHINESE = re.compile(
    rf"""
    (?<=[{_CHINESE}]) [ \t{IDEOGRAPHIC}]{{2,}}+ (?=\S)
    | (?<=\S) [ \t{IDEOGRAPHIC}]{{2,}}+ (?=[{_CHINESE}])
    """,
    re.VERBOSE,
)

_CODE_LINE = re.compile(r"[ \t]|.*?[|`]")
"""A line where the number of blanks may mean something: indented, of a table, or with code."""


def trim_line_ends(text: str) -> list[Edit]:
    """Blanks at the end of a line go.

    >>> trim_line_ends("正文  ")
    [Edit(fix='trim_line_ends', start=2, before='  ', after='')]
    """
    if not _MAYBE_TRAILING.search(text):
        return []
    return match_edits("trim_line_ends", _TRAILING, text, "")


def remove_indents(text: str) -> list[Edit]:
    r"""Ideographic indents go; indents of ASCII blanks stay, they may be code.

    No-break spaces in front of Chinese are such an indent, too.

    >>> [edit.before for edit in remove_indents("\N{IDEOGRAPHIC SPACE} 正文")]
    ['\u3000 ']
    >>> remove_indents("    return 1")
    []
    """
    if not NOT_ASCII.search(text):
        return []
    # The line end that is put before the text makes up for the one that a match begins with.
    found = _INDENT.finditer("\n" + text)
    return [Edit("remove_indents", match.start(), match[1], "") for match in found]


def unify_blanks(text: str) -> list[Edit]:
    r"""No-break, thin and other odd blanks become a space; the ideographic space stays.

    >>> [edit.after for edit in unify_blanks("3\N{NO-BREAK SPACE}月")]
    [' ']
    """
    return match_edits("unify_blanks", ODD_BLANK, text, " ")


def collapse_blanks(text: str) -> list[Edit]:
    """Several blanks next to Chinese become one, outside of lines that look like code.

    Code-like are lines that are indented or hold a bar or a backtick. A run of ideographic
    spaces becomes one of them, any other run a space.

    >>> collapse_blanks("标题   正文")
    [Edit(fix='collapse_blanks', start=2, before='   ', after=' ')]
    """
    if not _RUN.search(text):
        return []
    return [
        Edit("collapse_blanks", start + edit.start, edit.before, edit.after)
        for start, line in _lines_with_runs(text)
        if not _CODE_LINE.match(line)
        for edit in match_edits("collapse_blanks", _RUN_BY_CHINESE, line, _one_blank)
    ]


def _one_blank(match: re.Match[str]) -> str:
    ideographic = "\N{IDEOGRAPHIC SPACE}"
    return ideographic if match.group().count(ideographic) == len(match.group()) else " "


def _lines_with_runs(text: str) -> Iterator[tuple[int, str]]:
    end = 0
    while match := _RUN.search(text, end):
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        yield start, text[start:end]
