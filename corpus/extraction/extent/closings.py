"""What closes an article: the line that stands between it and the lists below it.

Who edited it, whose opinion it is, its tags, how many comments there are, a heading of others. Such
a line is believed where text runs above it and none below, or none but teasers; and one that parts
an article from another, or from what readers say, where a headline or a name stands below it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Literal

from corpus.extraction.choice.features import Texts
from corpus.extraction.extent.boxes import is_break
from corpus.extraction.said.appeals import find_appeals
from corpus.extraction.said.buttons import are_buttons
from corpus.extraction.said.comments import CERTAIN, LONGEST_SHORT, is_running
from corpus.extraction.said.panels import heads_list
from corpus.extraction.said.phrases import NO_HITS, Hits, find_opening, find_whole
from corpus.extraction.said.statements import LABEL, RIGHTS, find_statements, is_statement

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
SHORTEST, MOSTLY = 60, 0.5
"""Characters that run above the line that closes, and their share of all that stands there."""
FEWEST = 0.12
"""Share of what stands below it that may run."""
BELOW_TAGS = 0.15
"""Characters that run below the tags of an article, as a share of those above, at most."""
KEYWORDS = "#＃关關"
"""How lines begin that are tags and close nothing: headings in Markdown, and the keywords of a
paper, below its summary."""
TAGS = re.compile(r"\W{0,2}(?:标签|標籤|Tags?|TAGS?)\s?[:：]")
ROW, LONGEST_ROW = re.compile(r"[\s|/·•]"), 40
"""What stands between the buttons of a row, and its characters."""
TERMS = re.compile(
    r"""
    (?: (?: (?: 服[务務] | 使用 | 用[户戶] ) (?: [条條]款 | 协议 | 協議 )
        | (?: [隐隱]私 | 私[隐隱] ) (?: [权權] )? (?: 政策 | [声聲]明 | [条條]款 )
        | 免[责責][声聲]明 | 版[权權][声聲]明 | [关關][于於]我[们們] ) [\s/|／｜·、]* ){2,}
    """,
    re.VERBOSE,
)
"""Links to the terms of a site, on one line: more articles may follow where pages do not end."""
FEWEST_TEASERS, CUT = 2, ("…", "...")
"""Teasers below a heading of others, and how each of them ends."""
ANSWERS = re.compile(r"\d\s?[个個条條位]\s?(?:回答|答案|解答)")
"""How answers are counted: what readers say stands between a question and its answers."""
OWN = re.compile(
    r"""
    \W{0,3} (?: 以上 | 本文 | 本篇 | 本作品 | 文章 | [图圖]文 | [图圖]片 | [内內]容 | 未[经經]
      | [转轉][载載] | 版[权權] | 著作[权權] | 作者 )
    """,
    re.VERBOSE,
)
"""How a notice begins on the rights to the text above it."""
NEAR = 2
"""Lines above the one that says who edited a text, of which one runs."""
LONGEST_PARTING, HEAD = 100, 2
"""Characters of a notice that parts two articles, and lines of the second above its text."""
CLOSING = frozenset({"related", "comment"})
CLOSING_STARTS = frozenset({"related", "comment", "tags"})
"""Kinds of the phrases that close: of a whole line, and of its beginning."""
DRESS = "★☆►▶▪■●◆※【】[]〔〕—-=~<>《》|｜:"
"""What headings are dressed in: 【今日最熱門】, ★延伸閱讀★."""

Parting = Literal["end", "comments"]
"""What parts an article from another, and from what readers say of it."""


def until_closed(lines: Sequence[int], page: Texts) -> tuple[int, ...]:
    """The chosen lines, in order, up to the first that closes the article.

    All of them where none does.
    """
    if not lines:
        return ()
    texts = page.texts
    places = [(n, bisect_left(lines, n)) for n in _closing(lines[0] + 1, lines[-1], page)]
    if not places:
        return tuple(lines)
    sizes = [len(texts[n]) for n in lines]
    asides = _asides(lines[places[0][1] :], page)
    running_sizes = [
        len(texts[n]) if n not in asides and is_running(texts[n]) else 0 for n in lines
    ]
    above, running = [0, *accumulate(sizes)], [0, *accumulate(running_sizes)]
    parting = _parting([n for n, _ in places], page)
    teasers = _teasers_from(lines, texts)
    once = _once(parting, dict(places), running)
    for n, k in places:
        after = k + (lines[k] == n)
        left = running[-1] - running[after]
        stops = running[k] >= MOSTLY * above[k] and left <= FEWEST * (above[-1] - above[after])
        stops = stops or (_is_tags(n, page) and left <= BELOW_TAGS * running[k])
        stops = stops or (page.hits[n].whole == "related" and teasers[after] >= FEWEST_TEASERS)
        stops = stops or (parting.get(n) in once and _is_head(texts[n + 1 : n + 1 + HEAD]))
        if running[k] >= SHORTEST and stops:
            # Who edited it may be part of a text.
            return tuple(lines[: after if is_edited(texts[n]) else k])
    return tuple(lines)


def _asides(lines: Sequence[int], page: Texts) -> set[int]:
    """Those lines that speak of rights or want something from the reader: no text, if they run."""
    texts, folded, _ = page
    short = [n for n in lines if len(texts[n]) <= LONGEST_PARTING]
    asked = {short[k] for k in find_appeals([folded[n] for n in short])}
    return asked | {n for n in short if is_statement(texts[n])}


def _parting(places: Sequence[int], page: Texts) -> dict[int, Parting]:
    """Those lines of `places` that part an article from what is not its own."""
    texts, _, hits = page
    is_asked = places and any(
        len(text) <= LONGEST_SHORT and ANSWERS.search(text) is not None for text in texts
    )
    found: dict[int, Parting] = {}
    for n in places:
        if _parts(texts[n]):
            # Who edited a text stands right below it, or in its byline, which may follow its lead.
            if not is_edited(texts[n]) or any(map(is_running, texts[max(n - NEAR, 0) : n])):
                found[n] = "end"
        elif not is_asked and (hits[n].whole == "comment" or counts_comments(texts[n])):
            found[n] = "comments"
    return found


def _once(
    parting: dict[int, Parting], place: dict[int, int], running: Sequence[int]
) -> set[Parting]:
    """The kinds of lines between which no text stands.

    What comes again below every part of a text closes none of them.
    """
    above: dict[Parting, set[int]] = {}
    for n, kind in parting.items():
        above.setdefault(kind, set()).add(running[place[n]])
    return {kind for kind, places in above.items() if len(places) == 1}


def _is_head(texts: Sequence[str]) -> bool:
    """Whether none of the lines runs: the headline of another article, who says something."""
    return not any(map(is_running, texts))


def _is_tags(n: int, page: Texts) -> bool:
    text = page.texts[n]
    is_short = len(text) <= LONGEST_CLOSING and text[:1] not in KEYWORDS
    return is_short and page.hits[n].start == "tags"


def _teasers_from(lines: Sequence[int], texts: Sequence[str]) -> list[int]:
    """For each place among the lines how many teasers stand from there on; -1 if more runs.

    A teaser runs and breaks off, below its headline.
    """
    counts = [0]
    for n in reversed(lines):
        count = counts[-1]
        if count >= 0 and is_running(texts[n]):
            is_teaser = texts[n].endswith(CUT) and not is_running(texts[n - 1])
            count = count + 1 if is_teaser else -1
        counts.append(count)
    return counts[::-1]


def _parts(text: str) -> bool:
    if len(text) > LONGEST_PARTING:
        return False
    is_told = is_edited(text) or says_rights(text) or TAGS.match(text) is not None
    return is_told or TERMS.fullmatch(text) is not None


def says_rights(text: str) -> bool:
    """Whether a line says whose opinion an article is, or whose the rights to it are."""
    if LABEL.match(text) is not None:
        return True
    return OWN.match(text) is not None and RIGHTS.search(text) is not None


def is_edited(text: str) -> bool:
    """Whether a line says who edited an article, and nothing else."""
    return len(text) <= LONGEST_SHORT and EDITED.fullmatch(text.strip()) is not None


def counts_comments(text: str) -> bool:
    """Whether a line stands over comments and nothing else."""
    return len(text) <= LONGEST_SHORT and CERTAIN.fullmatch(text) is not None


def _closing(first: int, end: int, page: Texts) -> Iterator[int]:
    """The lines from `first` up to `end` that can close an article, from top to bottom."""
    texts, folded, hits = page
    cut = slice(first, end)
    # A longer line is text, whatever it says of rights.
    lines = zip(texts[cut], folded[cut], strict=True)
    short = [line if len(text) <= LONGEST_PARTING else "" for text, line in lines]
    stated = find_statements(texts[cut], short)
    for n, is_stated in zip(range(first, end), stated, strict=True):
        if is_stated or _closes(texts[n], folded[n], hits[n]):
            yield n


def _closes(text: str, folded: str, hit: Hits) -> bool:
    if hit is not NO_HITS:
        # What begins with # may be a heading in Markdown.
        can_begin = len(text) <= LONGEST_CLOSING and text[:1] not in "#＃"
        if hit.whole in CLOSING or (can_begin and hit.start in CLOSING_STARTS):
            return True
    if TERMS.fullmatch(text) is not None:
        return True
    if len(text) > LONGEST_SHORT:
        return False
    bare = folded.strip(DRESS)
    if heads_list(bare) or is_break(bare) or (bare != folded and _says(bare) & CLOSING):
        return True
    if ROW.search(text) is not None and len(text) <= LONGEST_ROW and are_buttons(text):
        return True
    return is_edited(text) or counts_comments(text)


def _says(folded: str) -> set[str | None]:
    return {find_whole(folded), find_opening(folded)}
