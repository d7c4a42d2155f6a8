"""What of the chosen lines is main: no boxes between them, no buttons at either end.

Where an article begins and ends, pages put buttons, tags and calls to follow somebody. Inside an
article the same words may be its subject: there they stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from corpus.extraction.extent.above import ABOUT
from corpus.extraction.extent.boxes import without_boxes
from corpus.extraction.extent.cells import end_of_cells
from corpus.extraction.extent.continued import (
    LABELLED,
    continue_below,
    is_sentence,
    said_in_text,
)
from corpus.extraction.extent.signed import SENTENCE_ENDS
from corpus.extraction.lines.layout import Layout, Line
from corpus.extraction.said.added import is_added
from corpus.extraction.said.appeals import is_call
from corpus.extraction.said.buttons import are_buttons
from corpus.extraction.said.comments import is_running
from corpus.extraction.said.crumbs import is_crumb
from corpus.extraction.said.panels import said_of
from corpus.extraction.said.phrases import NO_HITS, Hits, find_opening, fold
from corpus.extraction.said.statements import without_notices
from corpus.resources import read_table

GAP = 6
"""Lines between two of the article, at most, among which some may be like these."""
DATELINE = re.compile(r"(?:新[华華]社|中新[社网]|本[报報]|人民日[报報]).{0,20}[电電]")
"""How a text of an agency begins."""
BARE_LINK = 12
"""Characters up to which a link at either end of an article leads away from it."""
MORE = ("更多", "查看更多", "阅读更多", "閱讀更多")
"""How a line begins that leads to more of the same, a link or not."""
TURNS = ("上一页", "下一页", "上一頁", "下一頁", "上页", "下页", "尾页", "末页")
"""What a row of page numbers says: the pages of an article that was cut into several."""
PAGER = 40
"""Characters up to which a line that says so is such a row."""

ITEM = re.compile(
    r"""
    [·•●■◆▪★☆] [^\n]{4,120}
    [(（\[【] \s?
    (?: \d{4} [-/.年] \d{1,2} | \d{1,2} 月 \d{1,2} | \d{2} [-/] \d{2} \s \d{1,2} : )
    [-/.月日:：\d\s]{0,16}
    [)）\]】]
    """,
    re.VERBOSE,
)
"""A recommended article with its day: ·开海节的第一网鱼 (2025-03-06 08:00). Not pages: [12-15]."""
OWNER = re.compile(
    r"""
    版[权權]所有 | 著作[权權]所有 | copyright \s* (?: © | \(c\) | \d{4} ) | © \s? \d{4}
  | all \s rights \s reserved | \b ICP [备備证證]
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What the imprint of a site says."""
IMPRINT, LONGEST_IMPRINT = 6, 200
"""How many lines of an imprint can have been taken for the end of an article, and the characters of
the first."""

DECOR = re.compile(r"[-*=~_\s\N{EM DASH}\N{EN DASH}＊＝～·•]+")
"""A line of nothing but strokes and stars, which parts the article from what is around it."""

END = re.compile(
    r"[^\w]{0,6} (?P<mark> the\ ?end | end | fin | 全文完 | 正文完 | 本文完 | 完 ) [^\w]{0,6}",
    re.VERBOSE | re.IGNORECASE,
)
"""The mark at the end of a text: — END —."""
MOST_BELOW = 0.25
"""Share of the characters of a text that stands below its end: who wrote it, what else there is."""
RELATED = re.compile(
    r"""
    (?: 相[关關] | 推[荐薦] | [热熱][门門] | 更多 | 其他 | 最新 | 往期 | 同[类類] )
    [\u4e00-\u9fff]{2,5}
    """,
    re.VERBOSE,
)
"""The heading of what else there is, where nothing stands below it."""
TOPICS = re.compile(r"(?:[#＃][^\s#＃]{1,20}\s?){2,}")
"""A row of topics: #老桥 #石桥镇. One alone may be a heading in Markdown."""
CREDIT = re.compile(
    r"""
    (?: [文图圖] | 文字 | 图片 | 来源 | 作者 | 记者 | 摄影 | 撰文 | 编辑 | 責編 | 责编 | 校对 | 審核
      | 审核 | 监制 | 終審 | 终审 | 一审 | 二审 | 三审 | 排版 | 美编 | 制作 | 设计 | 策划 | 统筹 )
    \s? [|｜丨┃] \s? [^|｜丨┃]{1,30}
    """,
    re.VERBOSE,
)
"""Who did what, as accounts sign it: 编辑｜周某."""
STAMP = re.compile(
    r"""
    (?: 19 | 20 ) \d\d \s? [-/.年] \s? \d
  | (?<! [\d.:] ) \d{1,2} [-/月] \d{1,2} 日? \s \d{1,2} : \d\d
  | \d{1,2} - \d{1,2} - (?:19|20) \d\d
  | \d \s? (?: [秒天日周週年] | 分[钟鐘] | 小[时時] | [个個]?月 ) 前 | [今昨前]天 \s? \d{1,2} : \d\d
    """,
    re.VERBOSE,
)
"""The time of a post; code has times of day, too."""
SAID = {"head": ("control",), "tail": ("control", "related", "comment")}
"""What a short line that is noise by its words or its form can say at an end that it is."""
ARROWS = "↑↓▲△▼▽👆👇⬆⬇☝☛►→ "
"""What points at a button or at a card."""

TAILS = frozenset({"statement", "related", "promotion", "control"})
"""What the opening phrase of a line below an article can say that it is."""
FRONTS = frozenset({"navigation", "control"})
"""What the opening phrase of a line above an article can say that it is."""
OPENING = frozenset("“「『")
POINTED_AT = frozenset({"promotion", "control"})
"""What arrows point at."""
SHORT_TAILS = frozenset({"tags", "comment", "footer"})
SHORT_FRONTS = frozenset({"promotion", "tags", "related"})
"""What it can say besides of a short line that is no sentence."""
SHORT = 60
"""Characters that such a line has at most."""


def settle(
    lines: Sequence[int],
    names: Container[int],
    layout: Layout,
    hits: Sequence[Hits],
    *,
    is_thread: bool = False,
) -> set[int]:
    """What is main of the chosen lines when it is known which (`names`) are title and byline.

    In a thread the title of the page stands above all posts, and each has a byline.
    """
    texts = [line.text for line in layout.lines]
    said = {n for n in lines if ABOUT.fullmatch(texts[n]) is not None}
    said.update(said_in_text(names, lines, layout))
    below_head = lines if is_thread else _below_head(lines, names, said, texts)
    kept = without_notices([n for n in below_head if n not in names or n in said], texts)
    own = until_end(without_boxes(kept, layout, hits), texts)
    inner = without_ends(own, layout, hits)
    put_out = set(lines).difference(inner)
    below = continue_below(inner, layout, hits)
    found = with_tables({*inner, *below, *_like(inner, layout, hits, put_out, names)}, layout)
    return found.difference(_timed(found, inner, texts)) if is_thread else found


def _timed(found: Container[int], lines: Sequence[int], texts: Sequence[str]) -> Iterator[int]:
    """Those found between two lines of a thread that a time stands between.

    What stands there with the time of a post is no heading, no caption and no row.
    """
    for before, after in pairwise(lines):
        between = range(before + 1, after)
        if any(n in found for n in between) and any(STAMP.search(texts[n]) for n in between):
            yield from between


def _below_head(
    lines: Sequence[int], names: Container[int], said: Container[int], texts: Sequence[str]
) -> Sequence[int]:
    """The lines from the title or byline on that is nearest above the text, where none runs above.

    What stands above it is a list, or a menu.
    """
    own = (n for n in lines if n in said or (n not in names and is_running(texts[n])))
    first = next(own, None)
    if first is None:
        return lines
    head = next((n for n in range(first - 1, lines[0], -1) if n in names), lines[0])
    return [n for n in lines if n >= head or DATELINE.match(texts[n]) is not None]


def _like(
    lines: Sequence[int],
    layout: Layout,
    hits: Sequence[Hits],
    put_out: Container[int],
    names: Container[int],
) -> Iterator[int]:
    """What stands between two lines of the article at the same kind of place as both.

    Short headings and captions score like menus; what leads away, or is known to be something
    else, is none.
    """
    if not layout.elements:
        yield from _labelled(lines, layout, hits, put_out, names)
        return
    places = layout.places
    for before, after in pairwise(lines):
        if not 2 <= after - before <= GAP + 1 or places[before] != places[after]:
            continue
        for n in range(before + 1, after):
            line = layout.lines[n]
            is_other = n in put_out or n in names or hits[n] is not NO_HITS
            if places[n] == places[after] and not is_other and line.n_link_characters == 0:
                yield n


def _labelled(
    lines: Sequence[int],
    layout: Layout,
    hits: Sequence[Hits],
    put_out: Container[int],
    names: Container[int],
) -> Iterator[int]:
    """What stands between two lines of a dump's article: labels with values, cells of a table."""
    for before, after in pairwise(lines):
        between = range(before + 1, after)
        end = end_of_cells(before + 1, layout.lines, hits) if len(between) > GAP else None
        if end is not None:
            yield from (n for n in between if n <= end and n not in put_out and n not in names)
        if 0 < len(between) <= GAP and all(
            n not in put_out
            and n not in names
            and hits[n].whole is None
            and hits[n].start in (None, "footer")
            and LABELLED.fullmatch(layout.lines[n].text) is not None
            for n in between
        ):
            yield from between


def until_end(lines: Sequence[int], texts: Sequence[str]) -> list[int]:
    """The lines up to the mark at their end, where little stands below it."""
    size = 0
    for k in range(len(lines) - 1, 0, -1):
        text = texts[lines[k]]
        if len(text) <= SHORT and (match := END.fullmatch(text)):
            whole = size + sum(len(texts[n]) for n in lines[:k])
            if size > MOST_BELOW * whole:
                break
            # What is said in Chinese is said by who wrote.
            return list(lines[: k + (not match["mark"].isascii())])
        size += len(text)
    return list(lines)


def with_tables(lines: set[int], layout: Layout) -> set[int]:
    """The main lines with the rows of tables that stand between them: figures score like menus."""
    if not lines:
        return lines
    rows = (n for n in range(min(lines), max(lines)) if "\t" in layout.lines[n].text)
    return lines.union(rows)


def without_ends(lines: Sequence[int], layout: Layout, hits: Sequence[Hits]) -> tuple[int, ...]:
    """The lines without those at either end that lead away, or say that they are something else.

    Where nothing would be left, links stay.
    """
    left = _cut(
        lines,
        lambda n: _leads_away(layout.lines[n]) or _is_front(layout.lines[n].text, hits[n]),
        lambda n: _leads_away(layout.lines[n]) or _is_tail(layout.lines[n].text, hits[n]),
    )
    return left or trim(lines, layout, hits)


def trim(lines: Sequence[int], layout: Layout, hits: Sequence[Hits]) -> tuple[int, ...]:
    """The lines without those at either end that say themselves that they are something else."""
    return _cut(
        _without_imprint(lines, layout),
        lambda n: _is_front(layout.lines[n].text, hits[n]),
        lambda n: _is_tail(layout.lines[n].text, hits[n]),
    )


def _without_imprint(lines: Sequence[int], layout: Layout) -> Sequence[int]:
    """The lines up to where one of the last names who owns the site.

    Where sentences stand below it, it names the owner of a picture.
    """
    for k in range(max(len(lines) - IMPRINT, 1), len(lines)):
        text = layout.lines[lines[k]].text
        if len(text) <= LONGEST_IMPRINT and OWNER.search(text):
            below = (layout.lines[n].text for n in lines[k + 1 :])
            if not any(line[-1:] in SENTENCE_ENDS for line in below):
                return lines[:k]
    return lines


def _cut(
    lines: Sequence[int], is_front: Callable[[int], bool], is_tail: Callable[[int], bool]
) -> tuple[int, ...]:
    first, end = 0, len(lines)
    while end > first and is_tail(lines[end - 1]):
        end -= 1
    while first < end and is_front(lines[first]):
        first += 1
    return tuple(lines[first:end])


def _leads_away(line: Line) -> bool:
    text = line.text
    if text[-1:] in SENTENCE_ENDS:
        return False
    if len(text) > BARE_LINK:
        return len(text) <= PAGER and any(turn in text for turn in TURNS)
    is_link = line.n_link_characters >= len(text) or text.startswith(MORE)
    return is_link or any(turn in text for turn in TURNS)


def _is_beside(text: str) -> bool:
    """Whether a line says by its form, at either end, that it is none of the article."""
    if is_crumb(text) or is_added(text):
        return True
    return any(form.fullmatch(text) is not None for form in (DECOR, ITEM, CREDIT))


def _is_front(text: str, hit: Hits) -> bool:
    return (
        _is_beside(text)
        or _is_other(hit, FRONTS)
        or (len(text) <= SHORT and is_call(text))
        or (_may_be_other(text) and (hit.start in SHORT_FRONTS or _says_so(text, "head")))
    )


def _is_tail(text: str, hit: Hits) -> bool:
    return (
        _is_beside(text)
        or TOPICS.fullmatch(text) is not None
        or RELATED.fullmatch(text) is not None
        or _is_other(hit, TAILS)
        or (len(text) <= SHORT and (fold(text) in _end_lines() or is_call(text)))
        or (_may_be_other(text) and (hit.start in SHORT_TAILS or _says_so(text, "tail")))
    )


@lru_cache(maxsize=4096)  # each line is asked for again and again, and many recur on a site
def _says_so(text: str, place: str) -> bool:
    """Whether a short line says at this end of the lines that it is something else."""
    shown = text.strip(ARROWS)
    return (
        _end_phrases(place).search(fold(shown)) is not None
        or (len(shown) < len(text) and find_opening(fold(shown)) in POINTED_AT)
        or are_buttons(text)
        or (
            len(text) > 1 and not END.fullmatch(text) and said_of(shown, fold(shown)) in SAID[place]
        )
    )


def _is_other(hit: Hits, kinds: Container[str | None]) -> bool:
    return hit.whole is not None or hit.start in kinds or hit.inside == "promotion"


def _may_be_other(text: str) -> bool:
    # What begins with # may be a heading in Markdown, a comment in code, or a post with its topic.
    return len(text) <= SHORT and not _ends(text) and text[:1] not in ("#", "＃")


def _ends(text: str) -> bool:
    """Whether a line ends as a sentence, or as one with a quotation: 点击上方“书简” does not."""
    return text[-1:] in SENTENCE_ENDS and (is_sentence(text) or text[:1] in OPENING)


@cache
def _end_phrases(place: str) -> re.Pattern[str]:
    """The phrases that may stand at this end: those of `both` may at either."""
    forms = {"line": "^{}$", "start": "^{}", "any": "{}"}
    found = [
        forms[where].format(re.escape(fold(phrase)))
        for row in read_table("end_phrases.tsv")
        for where, _, phrase in [row["phrase"].partition(":")]
        if row["place"] in (place, "both")
    ]
    return re.compile("|".join(found))


@cache
def _end_lines() -> frozenset[str]:
    """The phrases that are a whole line below an article, be it a sentence or not."""
    rows = (row["phrase"].partition(":") for row in read_table("end_phrases.tsv"))
    return frozenset(fold(phrase) for where, _, phrase in rows if where == "line")
