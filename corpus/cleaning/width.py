"""Punctuation that some tool made half-width: NFKC, ftfy's defaults, a search index.

First the document is judged: half-width punctuation where Chinese has full-width, and not one
full-width mark left, which no writer brings about who also types 。 and 、. Then each place: a mark
goes with what stands beside it, so that numbers, times, addresses, code and English stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.document import Edit

FULL = dict(zip(",:;?!()", "，：；？！（）", strict=True))
"""The half-width marks and what they were."""

QUOTES = ('"“”', "'‘’")
"""Straight quotes and what they were, in documents that have no curly ones left."""

_FULL_WIDTH = re.compile("[，：；？！（）]")

_HAN = r"\u3005\u3007\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_ONLY_FULL = r"。、《》〈〉「」『』【】〔〕“”‘’…—·～"
"""Punctuation that has no half-width form: it tells that Chinese punctuation was typed."""

_CHINESE = _HAN + _ONLY_FULL

_CLAUSE = re.compile(rf"[,;:?!](?<=[{_CHINESE}].)(?=[{_CHINESE}])")
_SPACED = re.compile(rf"[,;:?!](?<=[{_HAN}].)[^\S\n]")
_STOP = re.compile(rf"\.(?<=[{_HAN}].)(?![.\w])")
_TYPED = re.compile(f"[{_ONLY_FULL}]")

MIN_CLAUSES = 2
"""Half-width marks between Chinese from which a document may be damaged."""

_PROTECTED = re.compile(
    r"""
    `[^`\n]*`                                   # code
    | (?:(?<!\w)\w++)?://[!-~]*                 # an address; words from their start, else each
                                                #   letter of a long one would begin one
    | (?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+    # a mail address
    | \]\([^()\s]*\) | ^\[[^\]\n]*\]:.*         # where a Markdown link leads
    | </?[A-Za-z][^<>\n]*>                      # a tag
    | &(?:amp;)*(?:\#[0-9A-Za-z]{1,8}|[A-Za-z][0-9A-Za-z]{1,9});  # an entity that had to stay
    """,
    re.VERBOSE | re.MULTILINE,
)

_MARKS = frozenset(FULL)
_BRACKET = re.compile(r"[()]")
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_CHINESE_CHARACTER = re.compile(f"[{_CHINESE}]")
_LATIN = re.compile("[A-Za-z]")

MIN_HAN_SHARE = 0.1
"""Share of ideographs among the letters of a line from which its marks between Latin words are
Chinese."""

MAX_SPACED_SHARE = 0.02
"""Half-width marks with a blank behind them, to those without one, up to which such a blank was a
full-width one, too."""

_DATA = re.compile(r"""[{\[]\s*"|"\s*:|=["']""")
"""Straight quotes that belong to JSON, a program or a tag."""

_MARK = re.compile(r"[,:;?!()]|(?<!\.)(?:\.{6})+(?!\.)")

_SIX_DOTS = re.compile(rf"(?<=[{_HAN}])\.{{6}}(?!\.)")
"""What NFKC makes of a Chinese ellipsis; ftfy leaves that alone."""

_OPENING = "([{<\"'*_`"
_CLOSING = ")]}>\"'*_`%"
"""What a mark looks through to see what it follows, and what comes after it."""

_MAX_THROUGH = 100
"""Characters that a mark looks through; rules of marks are as long as lines."""


def restore_width(text: str) -> list[Edit]:
    """Half-width punctuation of a damaged document becomes full-width where Chinese has it.

    >>> text = "他说,版本1.2已于9:30发布(见 a.com/x?y=1),请更新,谢谢。"
    >>> [(edit.start, edit.after) for edit in restore_width(text)]
    [(2, '，'), (16, '（'), (30, '）'), (31, '，'), (35, '，')]
    >>> restore_width("他说，版本1.2已发布,请更新,谢谢。")
    []
    """
    if not is_folded(text):
        return []
    is_spaced = len(_SPACED.findall(text)) <= MAX_SPACED_SHARE * len(_CLAUSE.findall(text))
    protected = [match.span() for match in _PROTECTED.finditer(text)]
    ends = [end for _, end in protected]
    is_nfkc = _SIX_DOTS.search(text) is not None  # which leaves quotes as they are
    quotes = [q for q in QUOTES if not is_nfkc and not any(mark in text for mark in q[1:])]
    edits = []
    start = 0
    for raw in text.split("\n"):
        line = _read_line(raw.strip(), is_spaced)
        indent = raw.find(line.text)
        for place, before, after in sorted((*_full_marks(line), *_curly_marks(line, quotes))):
            there = start + indent + place
            n = bisect_right(ends, there)
            if n == len(protected) or there < protected[n][0]:
                edits.append(Edit("restore_width", there, before, after))
        start += len(raw) + 1
    return edits


def may_be_folded(text: str) -> bool:
    """Whether `is_folded` has to look: half-width marks between Chinese, no full-width comma."""
    return "，" not in text and _CLAUSE.search(text) is not None


def is_folded(text: str) -> bool:
    """Whether the document lost its full-width punctuation.

    It has no full-width mark that NFKC would fold, half-width ones between Chinese, and at least
    one mark that has no half-width form. Who types half-width marks on purpose ends sentences with
    a full stop, or has blanks behind commas.
    """
    if not may_be_folded(text) or _FULL_WIDTH.search(text):
        return False
    n_clauses = len(_CLAUSE.findall(text))
    return (
        n_clauses >= MIN_CLAUSES
        and len(_SPACED.findall(text)) <= n_clauses
        and len(_STOP.findall(text)) <= text.count("。")
        and _TYPED.search(text) is not None
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a damaged document.

    `pairs` has the place of each bracket's partner; `is_chinese` says that the line is not English
    or code, `is_spaced` that blanks may stand behind full-width marks of this document.
    """

    text: str
    pairs: dict[int, int]
    is_chinese: bool
    is_spaced: bool


def _read_line(text: str, is_spaced: bool) -> _Line:
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for match in _BRACKET.finditer(text):
        if match.group() == "(":
            waiting.append(match.start())
        elif waiting:
            start = waiting.pop()
            pairs |= {start: match.start(), match.start(): start}
    n_han = len(_HAN_CHARACTER.findall(text))
    is_chinese = n_han > MIN_HAN_SHARE * (n_han + len(_LATIN.findall(text)))
    return _Line(text, pairs, is_chinese, is_spaced)


def _full_marks(line: _Line) -> Iterator[tuple[int, str, str]]:
    """The places of a line where full-width marks belong, what stands there, and the marks."""
    for match in _MARK.finditer(line.text):
        place, mark = match.start(), match.group()
        if mark in "()":
            is_full = _is_full_bracket(line, place)
        else:
            is_full = _is_full_mark(line, place, match.end())
        if is_full:
            yield place, mark, "…" * (len(mark) // 3) if mark[0] == "." else FULL[mark]


def _is_full_mark(line: _Line, start: int, end: int) -> bool:
    mark = line.text[start]
    left = _beside(line.text, start - 1, -1, _CLOSING)
    right = _beside(line.text, end, 1, _OPENING)
    if end < len(line.text) and line.text[end] == " " and right != "E":
        return left == "H" and line.is_spaced and mark in "?!"
    if mark == ";" and right == "E":
        return _kind(line.text, start - 1) == "H"
    if mark == "!" and right != "E" and _is_code(line.text, start, end):
        return False
    if "H" in left + right or not line.is_chinese:
        return "H" in left + right
    if mark == ",":
        return left in "LDo" and right in "LDo" and _kind(line.text, start - 1) + right != "DD"
    return mark in ":?!" and right == "E" and left in "Lo"


def _is_code(text: str, start: int, end: int) -> bool:
    """Whether an exclamation mark opens an image of Markdown, or negates."""
    return text.startswith("[", end) or _kind(text, start - 1) == "L"


def _is_full_bracket(line: _Line, place: int) -> bool:
    text = line.text
    other = line.pairs.get(place)
    if other is None:
        left = _beside(text, place - 1, -1, _CLOSING)
        right = _beside(text, place + 1, 1, _OPENING)
        return left in "HD" and right == "H" and text[place] == "("
    start, end = sorted((place, other))
    before, after = _kind(text, start - 1), _kind(text, end + 1)
    first, last = _kind(text, start + 1), _kind(text, end - 1)
    if before in "HS":
        return before == "H"
    if text.endswith("]", 0, start) and first != "H":
        return False  # where a Markdown link leads
    if after == "H" and end > start + 1:
        return True
    return last == "H" or (first == "H" and before != "E")


def _curly_marks(line: _Line, quotes: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """The places where pairs of curly quotes belong, what stands there, and the quotes."""
    if _DATA.search(line.text):
        return
    for quote in quotes:
        straight, opening, closing = tuple(quote)
        places = [n for n, character in enumerate(line.text) if character == straight]
        pairs = list(zip(places[::2], places[1::2], strict=False))
        if len(places) % 2 == 0 and all(_is_quoted(line.text, *pair) for pair in pairs):
            for start, end in pairs:
                yield start, straight, opening
                yield end, straight, closing


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether straight quotes stand around Chinese, or around a word in Chinese."""
    inner = _kind(text, start + 1), _kind(text, end - 1)
    outer = _kind(text, start - 1), _kind(text, end + 1)
    if "S" in inner or end == start + 1:
        return False
    return _HAN_CHARACTER.search(text, start, end) is not None or outer == ("H", "H")


def _beside(text: str, place: int, step: int, through: str) -> str:
    """What a mark follows or precedes, behind quotes, brackets, emphasis and other marks."""
    for _ in range(_MAX_THROUGH):
        if not 0 <= place < len(text) or not (text[place] in through or text[place] in _MARKS):
            break
        place += step
    return _kind(text, place)


def _kind(text: str, place: int) -> str:
    """What stands at a place: H Chinese, L a letter, D a digit, S a blank, E the end, o others."""
    character = text[place] if 0 <= place < len(text) else ""
    if not character:
        return "E"
    if _CHINESE_CHARACTER.match(character):
        return "H"
    if character.isspace():
        return "S"
    return "D" if character.isdigit() else "L" if character.isalpha() else "o"
