"""Papers: an abstract with its keywords, numbered sections, references; or the abstract alone.

Tables, formulas and headings part a paper into pieces for the forests, and of a page with nothing
but an abstract they take what is longest. No other page has an abstract beside keywords.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.extraction.choice.features import Texts
from corpus.extraction.said.comments import is_running

ABSTRACT = re.compile(r"[【\[]?\s?(?:中文|内容)?摘\s{0,4}要\s?[】\]]?\s?[:：]?\s?(?P<own>.*)")
KEYWORDS = re.compile(r"[【\[]?\s?(?:中文)?关\s?键\s?[词字]\s?[】\]]?\s?(?:[:：]|\s)\s?\S")
BESIDE: Final = 14
"""Lines from the abstract to the keywords, at most."""
SHORTEST: Final = 40
"""Characters of an abstract, at least."""
SECTION = re.compile(
    r"""
    (?P<number> \d{1,2} ) (?: [.．] \d{1,2} ){0,2} [.．、]? \s{0,2} (?! [\d年月日%] )
    [^\W\d] [^。；]{0,40}
  | (?P<word> 引言 | 前言 | 绪论 )
    """,
    re.VERBOSE,
)
FEWEST: Final = 3
"""Sections, at least."""
REFERENCES = re.compile(
    r"(?:[【\[]?\s?参考文献|References?)\s?[】\]]?\s?[:：]?.{0,6}", re.IGNORECASE
)
REFERENCE = re.compile(
    r"""
    [\[［] \s? \d{1,3} \s? [\]］] .*                                # its number, with it or alone
  | .{8,} (?: [\[［] [A-Z] (?: / [A-Z]{1,2} )? [\]］] | [12]\d{3} ) .*
    """,
    re.VERBOSE,
)
APART: Final = 3
"""Lines between two references, at most."""
TOOLS = re.compile(
    r"""
    (?: 引用本文 | 使用本文 | [\[［]? 本文引用 | 新窗口打开 | 下载 | 全文链接 | 导出 ) .{0,200}
    """,
    re.VERBOSE,
)
"""What the site sets in between."""


def find_paper(page: Texts) -> tuple[int, ...]:
    """The numbers of the lines of a paper, from its abstract on; none where the page is none."""
    texts = [text.strip() for text in page.texts]
    start = next((n for n, text in enumerate(texts) if _is_abstract(n, text, texts)), -1)
    near = range(max(start - BESIDE, 0), min(start + BESIDE, len(texts))) if start >= 0 else ()
    keywords = next((n for n in near if KEYWORDS.match(texts[n])), -1)
    if keywords < 0:
        return ()
    first, last = min(start, keywords), max(start, keywords)
    found = ((n, SECTION.fullmatch(texts[n])) for n in range(last + 1, len(texts)))
    numbers = {n: match["number"] for n, match in found if match is not None}
    opening = next((n for n, number in numbers.items() if number in ("0", "1", None)), len(texts))
    sections = [n for n in numbers if n >= opening]
    if len(sections) >= FEWEST:
        end = _end(sections, texts)
        return tuple(n for n in range(first, end) if TOOLS.fullmatch(texts[n]) is None)
    others = (text for text in (*texts[:first], *texts[last + 1 :]) if is_running(text))
    is_alone = sum(map(len, others)) < sum(map(len, texts[first : last + 1]))
    return tuple(range(start, last + 1)) if is_alone else ()


def _is_abstract(n: int, text: str, texts: Sequence[str]) -> bool:
    """Whether a line is an abstract, or its heading right above it."""
    found = ABSTRACT.fullmatch(text)
    if found is None:
        return False
    own = found["own"] or " ".join(texts[n + 1 : n + 2])
    return len(own) >= SHORTEST


def _end(sections: Sequence[int], texts: Sequence[str]) -> int:
    """The line behind the last reference, or behind what the last section says."""
    below = range(sections[-1] + 1, len(texts))
    heading = next((n for n in below if REFERENCES.fullmatch(texts[n])), None)
    end = heading if heading is not None else sections[-1]
    belongs = REFERENCE.fullmatch if heading is not None else is_running
    for n in range(end + 1, len(texts)):
        if n - end > APART:
            break
        if belongs(texts[n]):
            end = n
    return end + 1
