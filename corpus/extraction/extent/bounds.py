"""Where an article begins and ends: lines that part it from what stands above and below.

A candidate that takes in a short article and the lists below it looks like one long text. Between
the two stands a line that closes articles: who edited it, whose opinion it is, its tags, how many
comments there are, a heading of others. It is believed where text runs above it and none below. In
the same way a button above the first line that runs parts the article from the panel of a player,
and many lines left out part it from a notice on cookies.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from corpus.extraction.extent.ends import is_break
from corpus.extraction.said.comments import CERTAIN, LONGEST_SHORT, is_running
from corpus.extraction.said.panels import find_said, heads_list
from corpus.extraction.said.phrases import NO_HITS, Hits, find_opening, find_whole
from corpus.extraction.said.statements import (
    LABEL,
    LONGEST_NOTICE,
    RIGHTS,
    find_statements,
    is_statement,
)

EDITED = re.compile(
    r"""
    [(（\[【]? \s?
    (?: [责責]任[编編][辑輯] | [责責][编編] | 值班[编編][辑輯] | 本文[编編][辑輯] | [编編][辑輯]
      | [审審][核校] | 校[对對] )
    \s? [:：] \s? [^。，]{1,20} [)）\]】]?
    """,
    re.VERBOSE,
)
"""Who edited the text, on a line of its own."""
LONGEST_CLOSING = 60
"""Characters of a line that closes by a phrase at its beginning."""
LONG_ENOUGH = 30
"""Characters of a line with a comma from which it may be a text by itself."""
SHORTEST, MOSTLY = 60, 0.5
"""Characters that run above the line that closes, and their share of all that stands there."""
FEWEST = 0.12
"""Share of what stands below it that may run."""
FAR = 20
"""Lines between two groups of chosen lines from which they may be two things."""
HAN, FEWEST_HAN = re.compile(r"[\u3400-\u9fff]"), 0.4
KANA, MOST_KANA = re.compile(r"[\u3040-\u30ff]"), 0.2
"""What a line of the page's language holds, and its share of the line at least."""
NEXT_TO_NONE = 0.05
"""The same share where tags, left in a text, may stand among its words."""
FOOT = re.compile(
    r"""
    \d{4} [-/.年] \d{1,2} [-/.月] \d{1,2} .{0,40}
    (?: [评評][论論] | 留言 | 回[应應復复] | comments? )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""When an entry was posted, and how many comments it has."""
DIGITS = re.compile(r"\d+")
LONGEST_FOOT, FEWEST_ENTRIES = 80, 3
"""Characters of that line, and entries above such lines that make a page of several."""
MOST_OWN = 0.1
"""Share of what else notices have among them: the buttons of a form."""
MOST_ABOVE = 2.0
"""Characters of what stands above the article, as a share of the article, at most."""
LINES_A_BUTTON = 3
"""Lines above the article for each that is a button, at most: poems have many, and no button."""
ROW, FEWEST_ROWS = re.compile(r"[^\d:：]{2,12}(?:\t|[:：])"), 3
"""A row of the table above a notice, which belongs to it, and how many rows it has at least."""
OWN = re.compile(
    r"""
    \W{0,3} (?: 以上 | 本文 | 本篇 | 本作品 | 文章 | [图圖]文 | [图圖]片 | [内內]容 | 未[经經]
      | [转轉][载載] | 版[权權] | 著作[权權] | 作者 )
    """,
    re.VERBOSE,
)
"""How a notice begins on the rights to the text above it."""
LONGEST_PARTING, HEAD = 100, 2
"""Characters of a notice that parts two articles, and lines of the second above its text."""
CLOSING = frozenset({"related", "comment"})
CLOSING_STARTS = frozenset({"related", "comment", "tags"})
"""Kinds of the phrases that close: of a whole line, and of its beginning."""
DRESS = "★☆►▶▪■●◆※【】[]〔〕—-=~<>《》|｜:"
"""What headings are dressed in: 【今日最熱門】, ★延伸閱讀★."""
OPENING = frozenset({"control", "promotion"})
"""Kinds of the lines that stand above an article and are no part of it."""


def within_bounds(
    lines: Sequence[int], texts: Sequence[str], folded: Sequence[str], hits: Sequence[Hits]
) -> tuple[int, ...]:
    """The chosen lines, in order, that stand between what opens the article and what closes it.

    `texts`, `folded` and `hits` have one entry a line of the page.
    """
    found = until_next_entry(without_notices_afar(lines, texts), texts)
    return since_opened(until_closed(found, texts, folded, hits), texts, folded, hits)


def without_notices_afar(lines: Sequence[int], texts: Sequence[str]) -> list[int]:
    """The chosen lines without the smaller groups of them, far off, that are notices or foreign.

    A notice on cookies at the top of a page runs like an article.
    """
    starts = [0, *(k for k, (a, b) in enumerate(pairwise(lines), 1) if b - a > FAR)]
    groups = [lines[a:b] for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]
    if len(groups) < 2:
        return list(lines)
    sizes = [sum(len(texts[n]) for n in group) for group in groups]
    return [
        n
        for group, size in zip(groups, sizes, strict=True)
        if size == max(sizes) or not all(_is_aside(texts[n]) for n in group)
        for n in group
    ]


def until_next_entry(lines: Sequence[int], texts: Sequence[str]) -> list[int]:
    """The chosen lines up to the foot of the first entry, where several of a blog were chosen.

    Below each stands the same line, but for its numbers: 由某人张贴 @ 2005-03-21 共 3 篇评论.
    """
    inside = range(lines[0], lines[-1] + 1) if lines else range(0)
    feet: dict[str, list[int]] = {}
    for n in inside:
        if len(texts[n]) <= LONGEST_FOOT and FOOT.search(texts[n]) is not None:
            feet.setdefault(DIGITS.sub("0", texts[n]), []).append(n)
    for places in feet.values():
        spans = pairwise([inside.start, *places])
        entries = sum(any(is_running(texts[n]) for n in range(*span)) for span in spans)
        if entries >= FEWEST_ENTRIES:
            return [n for n in lines if n < places[0]]
    return list(lines)


def are_notices(lines: Sequence[int], texts: Sequence[str]) -> bool:
    """Whether lines have a notice among them and hardly anything else in the page's language."""
    most = MOST_OWN * sum(len(texts[n]) for n in lines)
    own = 0
    for n in sorted(lines, key=lambda n: -len(texts[n])):
        own += 0 if _is_aside(texts[n], NEXT_TO_NONE) else len(texts[n])
        if own > most:  # with most texts after a line or two
            return False
    return any(_is_notice(texts[n]) for n in lines)


def _is_aside(text: str, fewest: float = FEWEST_HAN) -> bool:
    """Whether a line is a notice, or of another language."""
    n_kana = len(KANA.findall(text))
    is_foreign = len(HAN.findall(text)) < fewest * len(text) or n_kana > MOST_KANA * len(text)
    return is_foreign or _is_notice(text)


def _is_notice(text: str) -> bool:
    """Whether a line speaks of rights or conduct; a long one is text, whatever it says."""
    return len(text) <= LONGEST_NOTICE and is_statement(text)


def since_opened(
    lines: Sequence[int], texts: Sequence[str], folded: Sequence[str], hits: Sequence[Hits]
) -> tuple[int, ...]:
    """The chosen lines below the last button that stands above the first line that runs."""
    begin = next((k for k, n in enumerate(lines) if _is_text(texts[n])), 0)
    if not begin:
        return tuple(lines)
    above = range(lines[0], lines[begin])
    said = find_said([texts[n] for n in above], [folded[n] for n in above])
    opens = [n for k, n in enumerate(above) if {hits[n].whole, said.get(k)} & OPENING]
    if not opens:
        return tuple(lines)
    kept = tuple(n for n in lines if n > opens[-1])
    put_out = [texts[n] for n in lines if n <= opens[-1]]
    is_much = sum(map(len, put_out)) > MOST_ABOVE * sum(len(texts[n]) for n in kept)
    is_table = _has_table(put_out)
    n_figures = sum(HAN.search(text) is None for text in put_out)  # 1.5X, 00:00
    is_poem = len(put_out) > LINES_A_BUTTON * (len(opens) + n_figures)
    return tuple(lines) if is_much or is_table or is_poem else kept


def _has_table(texts: Sequence[str]) -> bool:
    """Whether enough of the lines are rows, one below the other or with one line between."""
    rows = [k for k, text in enumerate(texts) if ROW.match(text)]
    ends = zip(rows, rows[FEWEST_ROWS - 1 :], strict=False)
    return any(last - first <= 2 * (FEWEST_ROWS - 1) for first, last in ends)


def _is_text(text: str) -> bool:
    """Whether a line runs, or at least pauses, as a question does."""
    return is_running(text) or (len(text) >= LONG_ENOUGH and "，" in text)


def until_closed(
    lines: Sequence[int], texts: Sequence[str], folded: Sequence[str], hits: Sequence[Hits]
) -> tuple[int, ...]:
    """The chosen lines, in order, up to the first that closes the article.

    All of them where none does.
    """
    if not lines:
        return ()
    sizes = [len(texts[n]) for n in lines]
    running_sizes = [len(texts[n]) if is_running(texts[n]) else 0 for n in lines]
    above, running = [0, *accumulate(sizes)], [0, *accumulate(running_sizes)]
    places = [
        (n, bisect_left(lines, n))
        for n in _closing(range(lines[0] + 1, lines[-1]), texts, folded, hits)
    ]
    parting = [running[k] for n, k in places if _parts(texts[n])]
    # What comes again below every part of a text closes none of them.
    comes_again = bool(parting) and parting[0] != parting[-1]
    for n, k in places:
        after = k + (lines[k] == n)
        left = running[-1] - running[after]
        stops = running[k] >= MOSTLY * above[k] and left <= FEWEST * (above[-1] - above[after])
        if running[k] >= SHORTEST and (stops or (not comes_again and _parts_from(n, texts))):
            # Who edited it may be part of a text.
            return tuple(lines[: after if _is_edited(texts[n]) else k])
    return tuple(lines)


def _parts_from(n: int, texts: Sequence[str]) -> bool:
    """Whether a line parts the article from another one, whose headline stands before its text."""
    return _parts(texts[n]) and not any(map(is_running, texts[n + 1 : n + 1 + HEAD]))


def _parts(text: str) -> bool:
    return len(text) <= LONGEST_PARTING and (_is_edited(text) or says_rights(text))


def says_rights(text: str) -> bool:
    """Whether a line says whose opinion an article is, or whose the rights to it are."""
    if LABEL.match(text) is not None:
        return True
    return OWN.match(text) is not None and RIGHTS.search(text) is not None


def _closing(
    inside: range, texts: Sequence[str], folded: Sequence[str], hits: Sequence[Hits]
) -> Iterator[int]:
    """The lines that can close an article, from top to bottom."""
    cut = slice(inside.start, inside.stop)
    # A longer line is text, whatever it says of rights.
    lines = zip(texts[cut], folded[cut], strict=True)
    short = [line if len(text) <= LONGEST_PARTING else "" for text, line in lines]
    stated = find_statements(texts[cut], short)
    for n, is_stated in zip(inside, stated, strict=True):
        if is_stated or _closes(texts[n], folded[n], hits[n]):
            yield n


def _closes(text: str, folded: str, hit: Hits) -> bool:
    if hit is not NO_HITS:
        # What begins with # may be a heading in Markdown.
        can_begin = len(text) <= LONGEST_CLOSING and text[:1] not in "#＃"
        if hit.whole in CLOSING or (can_begin and hit.start in CLOSING_STARTS):
            return True
    if len(text) > LONGEST_SHORT:
        return False
    bare = folded.strip(DRESS)
    if heads_list(bare) or is_break(bare) or (bare != folded and _says(bare) & CLOSING):
        return True
    return _is_edited(text) or CERTAIN.fullmatch(text) is not None


def _says(folded: str) -> set[str | None]:
    return {find_whole(folded), find_opening(folded)}


def _is_edited(text: str) -> bool:
    return len(text) <= LONGEST_SHORT and EDITED.fullmatch(text.strip()) is not None
