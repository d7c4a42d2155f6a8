"""Blanks between the characters of a line, which a conversion or a designer put there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.cleaning.edits import match_edits
from corpus.document import Edit
from corpus.resources import read_list

_HAN = r"\u3400-\u9fff\U00020000-\U0003ffff"
_CHINESE = rf"{_HAN}\u3001-\u3011\u2014\u2018-\u201d\u2026\uff01-\uff1f"
"""Ideographs and the punctuation between them."""

MAYBE_GAPS = re.compile(rf" [{_HAN}] [{_HAN}] [{_HAN}] ")
_MAYBE_GAPS = re.compile(rf"[ \u3000][{_HAN}][ \u3000][{_HAN}][ \u3000][{_HAN}][ \u3000]")

# Few pages need these, and they take long to compile: `re` does it when they are first used.
_GAP = rf"(?<=[{_CHINESE}])[ \u3000](?=[{_CHINESE}])"
_PAIR = rf"[{_HAN}](?=[ \u3000]?[{_HAN}])"
_GAP_OF_PAIR = rf"[{_HAN}](?=[ \u3000][{_HAN}])"
_HAN_CHARACTER = f"[{_HAN}]"

MIN_HAN = 8
"""Ideographs of a line from which blanks between them can be told from a list of single ones."""

MIN_SHARE = 0.8
"""Share of neighbouring ideographs with a blank between them; text cut into words has about half
of it."""

MIN_PROSE_SHARE = 0.5
"""Share of different ideographs that do not count or list things."""


def close_gaps(text: str) -> list[Edit]:
    """Blanks between all ideographs of a line go; between words two of them become one.

    Blanks carry meaning, and stay, in short headings, between words and names, and where single
    characters are listed: days of the week, numbers, directions.

    >>> "".join(edit.before for edit in close_gaps("今 天 上 午 大 桥 通 车 。"))
    '        '
    >>> close_gaps("日 一 二 三 四 五 六 日 一"), close_gaps("目 录"), close_gaps("我们 在 这里")
    ([], [], [])
    """
    if not _MAYBE_GAPS.search(text):
        return []
    return [
        Edit(edit.fix, start + edit.start, edit.before, edit.after)
        for start, line in _lines(text)
        if _is_spread(line)
        for edit in match_edits("close_gaps", re.compile(_GAP), line, "")
    ]


def _is_spread(line: str) -> bool:
    """Whether a line has blanks between nearly all of its ideographs, and is no list of them."""
    han = re.findall(_HAN_CHARACTER, line)
    if len(han) < MIN_HAN:
        return False
    n_gaps, n_pairs = len(re.findall(_GAP_OF_PAIR, line)), len(re.findall(_PAIR, line))
    told = set(han)
    n_listed = len(told.intersection(read_list("listed_characters.txt")))
    return n_gaps >= MIN_SHARE * n_pairs and n_listed <= (1 - MIN_PROSE_SHARE) * len(told)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    end = 0
    while match := _MAYBE_GAPS.search(text, end):
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        yield start, text[start:end]
