"""Lines that are known to be related → recommended articles: headline, outlet and time of each.

What belongs to an item stands below its headline, or in cells of its row: the headline once more,
the outlet, a time, the first sentences. Headings of lists are no items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import RelatedItem
from corpus.extraction.said.related import (
    BLANK_MARKS,
    COUNT_ENDS,
    LONGEST_STAMP,
    SHORT_DATE,
    STAMP,
    TIME,
    Item,
    Stamps,
    begins_in_time,
    can_be_date,
    ends_in_time,
    is_count,
    is_headline,
    is_outlet,
    same_headline,
    stamped_items,
    unranked,
)
from corpus.resources import read_list

LONGEST_HEADLINE = 140
EXCERPT = range(40, 2000)
"""Characters of the first sentences below a headline."""
LONGEST_HEADING = 12
LONGEST_OUTLET = 8
"""Characters of an outlet that stands without a time; a longer line is a headline."""
OFFICES = ("局", "部", "厅", "院", "会", "會", "署", "府", "号", "號")
"""Last characters of organisations, and of many a headline."""
HEADING = re.compile(
    r"""
    .{0,8} (?: 文章 | 新[闻聞] | [阅閱][读讀] | 推[荐薦] | 排行榜? | 热?榜 | 看[点點] | 要[闻聞]
      | [资資][讯訊] | [头頭][条條] | [热熱][点點门門] | [话話专專主][题題] | 图集 | [视視][频頻]
      | 回[顾顧] | [链鏈]接 | 内容 | 更多 | 最新 | 相关 | 博文 | 热帖 | 导航 | 消息 | 动态 )
    (?: \s? (?: 全部 | 更多 | more ) )?
    """,
    re.VERBOSE,
)
LEAD = re.compile(
    r"""
    (?: [上下前后後]一 [篇条條则則章页頁] | prev (?:ious)? | next | [阅閱][读讀]下一篇
      | (?: 相[关關] | 延伸 | 推[荐薦] ) (?: [阅閱][读讀] | 新[闻聞] | 文章 | [报報][道導] ) )
    (?: 文章 )? \s? [:：»]? \s*
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What leads on to a headline on the same line."""
LEAD_BEGINS = tuple("上下前后後pPnN阅閱相延推")
"""What `LEAD` can begin with."""
PARTS = re.compile(
    r"""
    \s{2,} | \s? [·•|｜/] \s?
  | (?<= [^\d\s] ) [ ] (?= \S )
  | (?<= \d ) [ ] (?= [^\d\s:] )
    """,
    re.VERBOSE,
)
"""What stands between outlet, time and counts on a line."""
OPENING = re.compile(r"(.{5,80}?[？！?!。])\s|(.{8,80}?)\s")
"""The headline of a line that goes on with the first sentences."""
TAIL = re.compile(
    rf"""
    (?P<title> .{{5,120}}? ) (?P<gap> \s{{0,3}} [\[(（]? )   # a headline with its time behind it
    (?P<time> {TIME.pattern} ) [\])）]?
    """,
    re.VERBOSE,
)
FRONT = re.compile(rf"[\[(（]? (?P<time> {TIME.pattern} ) [\])）]? \s{{0,3}}", re.VERBOSE)
CLOCK_FRONT = re.compile(rf"(?P<time> (?= .{{0,14}} : ) {TIME.pattern} ) .{{0,60}}", re.VERBOSE)
"""A time of day, and what else a line below a headline says."""
PLACE = re.compile(r"(\d{1,2})(?=[^\s\d.、:：/-])")
"""A rank at which the headline begins without a blank."""
OPENING_MARKS, CLOSING = ("[", "(", "（"), "])）"
COUNTED = re.compile(rf"(?P<time> {TIME.pattern} ) \d{{0,6}}", re.VERBOSE)
"""A time, and a count that stands at it without a blank."""
ARROWS = "←→«»‹› "
MARKS = "【】[]()（）「」!！:：·•|>＞»› "


def read_items(
    texts: Sequence[str],
    related: Sequence[bool],
    known: Sequence[bool],
    stamps: Stamps | None = None,
) -> list[Item]:
    """The items among the `related` lines; `known` are headings and other known phrases.

    `stamps` may be given, see `stamped_items`.
    """
    if True not in related:
        return []
    stamped = stamped_items(texts, related, stamps)
    taken = {n for item in stamped for n in item.lines}
    reader = _Reader(without_places(texts, related))
    for n, is_related in enumerate(related):
        if is_related and n not in taken:
            reader.read(n, is_heading=known[n])
    return sorted([*stamped, *reader.items], key=lambda item: item.headline)


def without_places(texts: Sequence[str], related: Sequence[bool]) -> Sequence[str]:
    """The lines without ranks that headlines begin at, where those of neighbours count on.

    >>> without_places(["1三月的雨", "2四月的风", "12月的雪"], [True] * 3)
    ['三月的雨', '四月的风', '12月的雪']
    """
    found = {
        n: place
        for n, (text, is_related) in enumerate(zip(texts, related, strict=True))
        if is_related and (place := PLACE.match(text))
    }
    ranks = {n: int(place[1]) for n, place in found.items()}
    cut = {
        n: texts[n][place.end() :]
        for n, place in found.items()
        if ranks.get(n - 1) == ranks[n] - 1 or ranks.get(n + 1) == ranks[n] + 1
    }
    return [cut.get(n, text) for n, text in enumerate(texts)] if cut else texts


class _Reader:
    """Reads related lines from top to bottom; the last item is open for what belongs to it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.items: list[Item] = []
        self.open = False

    def read(self, n: int, is_heading: bool) -> None:
        text = self.texts[n]
        if is_heading or is_list_heading(text):
            self.open = False
        elif "\t" in text:
            self.begin(n, from_cells(text))
        elif not (self.open and self.items[-1].lines[-1] == n - 1 and self.extend(n, text)):
            self.begin(n, from_line(text))

    def begin(self, n: int, found: RelatedItem | None) -> None:
        if found is not None:
            self.items.append(Item(n, (n,), found))
            self.open = True

    def extend(self, n: int, text: str) -> bool:
        """Take a line into the open item, where it belongs there."""
        item = self.items[-1]
        found = item.related
        if not same_headline(self.texts[item.headline], text):
            more = belongs(text, found)
            if more is None or (more is found and len(self.texts[n - 1]) >= EXCERPT[0]):
                return False  # a headline and its first sentences on one line, and again
            found = more
        self.items[-1] = Item(item.headline, (*item.lines, n), found)
        return True


def belongs(text: str, to: RelatedItem) -> RelatedItem | None:
    """The item with what a line below its headline says of it; None where it says nothing."""
    if is_count(text):
        return to
    cells = without_counts(text)
    if cells is not None:
        return _with_cells(cells, to)
    if to.time is None and begins_in_time(text):
        counted = COUNTED.fullmatch(text) or CLOCK_FRONT.fullmatch(text)
        if counted:
            return RelatedItem(to.title, to.source, counted["time"].strip())
    if to.time is None and ends_in_time(text) and (stamp := STAMP.fullmatch(text)):
        return _with_stamp(stamp, to)
    return _with_words(text, to)


def _with_stamp(stamp: re.Match[str], to: RelatedItem) -> RelatedItem | None:
    outlet = stamp["outlet"].strip(BLANK_MARKS)
    if not can_be_date(stamp["time"]) or (outlet and not is_outlet(outlet)):
        return None
    return RelatedItem(to.title, outlet or to.source, stamp["time"].strip())


def _with_words(text: str, to: RelatedItem) -> RelatedItem | None:
    if to.source is None and names_outlet(text):
        return RelatedItem(to.title, text.strip(), to.time)
    if len(text) in EXCERPT and len(text) > 1.5 * len(to.title) and re.search(r"[，。,.…]", text):
        return to
    return None


def without_counts(text: str) -> list[str] | None:
    """Outlet and time that stand with counts or the other way round on a line; None elsewhere.

    >>> without_counts("江畔观察 3小时前 33评论"), without_counts("3小时前 · 江畔观察")
    (['江畔观察', '3小时前'], ['3小时前', '江畔观察'])
    """
    can_be = ends_in_time(text) or begins_in_time(text) or text[-1:] in COUNT_ENDS
    if not can_be or len(text) > LONGEST_STAMP:
        return None
    cells = [cell for cell in PARTS.split(text.strip()) if cell]
    kept = [cell for cell in cells if not is_count(cell)]
    times = [cell for cell in kept if is_time(cell)]
    if len(times) != 1 or len(kept) > 2 or (len(kept) == len(cells) and not is_time(kept[0])):
        return None
    return kept if all(is_outlet(cell) for cell in kept if cell not in times) else None


def _with_cells(cells: Sequence[str], to: RelatedItem) -> RelatedItem | None:
    if to.time is not None:
        return None
    time = next(filter(is_time, cells))
    outlet = next((cell for cell in cells if cell != time), None)
    return RelatedItem(to.title, outlet or to.source, time) if can_be_date(time) else None


def from_line(text: str) -> RelatedItem | None:
    """The item whose headline is a line, perhaps with its time; None where it is none."""
    lead = LEAD.match(text) if text.startswith(LEAD_BEGINS) else None
    shown = text[lead.end() :] if lead else text
    if len(shown) > LONGEST_HEADLINE:
        opening = OPENING.match(shown)
        shown = (opening[1] or opening[2]) if opening else ""
    shown = shown.strip(ARROWS)
    if not is_headline(shown) or is_count(shown):
        return None
    title, time = split_time(unranked(shown))
    return RelatedItem(title, None, time) if title == shown or is_headline(title) else None


def from_cells(text: str) -> RelatedItem | None:
    """The item that a row of a table shows: a headline, and cells with its outlet and time."""
    cells = [cell.strip() for cell in text.split("\t")]
    headline = next((cell for cell in cells if is_headline(cell) and not is_time(cell)), None)
    if headline is None:
        return None
    title, time = split_time(unranked(headline))
    rest = [cell for cell in cells if cell and cell != headline]
    time = next((cell for cell in rest if is_time(cell)), time)
    return RelatedItem(title, next(filter(names_outlet, rest), None), time)


def split_time(text: str) -> tuple[str, str | None]:
    """A headline and the time that stands before or behind it on the same line.

    A month and a day alone are a time only where they stand apart: 2-0 is a score.

    >>> split_time("[08-05] 三月的雨下了一夜"), split_time("主队大比分2-0领先")
    (('三月的雨下了一夜', '08-05'), ('主队大比分2-0领先', None))
    """
    if len(text) > LONGEST_HEADLINE:
        return text, None
    front = FRONT.match(text) if text.startswith(OPENING_MARKS) or begins_in_time(text) else None
    if front and is_headline(text[front.end() :]) and _stands_apart(front["time"], front.group()):
        return text[front.end() :], front["time"].strip()
    tail = TAIL.fullmatch(text) if ends_in_time(text.rstrip(CLOSING)) else None
    if tail and _stands_apart(tail["time"], tail["gap"]):
        return tail["title"], tail["time"].strip()
    return text, None


def _stands_apart(time: str, around: str) -> bool:
    """Whether a time is one: more than a month and a day, or these set off by marks."""
    if SHORT_DATE.fullmatch(time.strip()) is None:
        return True
    return can_be_date(time) and re.search(r"[\s\[(（\])）]", around) is not None


def is_time(text: str) -> bool:
    """Whether a text is a time and nothing else; ISO times have a T in them."""
    return TIME.fullmatch(text.replace("T", " ").rstrip("Z")) is not None


def names_outlet(text: str) -> bool:
    """Whether a line is the name of an outlet: short, and it ends like one, not like an office."""
    name = text.strip()
    if len(name) > LONGEST_OUTLET or not is_outlet(name) or name.endswith(OFFICES):
        return False
    return name.endswith(read_list("outlet_words.txt"))


def is_list_heading(text: str) -> bool:
    """Whether a line stands over a list.

    >>> is_list_heading("【今日最热新闻】"), is_list_heading("老船厂的吊机不走了")
    (True, False)
    """
    bare = text.strip(MARKS)
    if len(bare) > LONGEST_HEADING:
        return False
    return text.endswith((":", "：")) or HEADING.fullmatch(bare) is not None
