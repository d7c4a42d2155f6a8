"""Which line near the main text looks most like its headline.

A line is known for the headline by its place (above a byline, close to the main text), its shape,
its repeats on the page, and above all by standing in what the page states of its title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from corpus.extraction.choice.tree import pairs_of
from corpus.extraction.lines.html import ROLES
from corpus.extraction.lines.layout import Layout
from corpus.extraction.metadata.names import is_personal, is_rare_pair
from corpus.extraction.metadata.page_titles import (
    CHANNEL,
    squeeze,
    squeeze_lines,
    stated_runs,
)
from corpus.extraction.metadata.wording import is_menu, is_next, misworded
from corpus.extraction.said.buttons import are_buttons
from corpus.extraction.said.phrases import Hits

BEFORE: Final = 50
"""Lines before the main text in which its headline is looked for."""
AFTER: Final = 3
"""First lines of the main text that may be the headline themselves."""
REACH: Final = 5
"""Lines after the headline in which its byline is looked for."""
LABELLED: Final = 16
"""Lines after these in which a label may name the title: the head of a government document."""
SHORT: Final = 10
"""Characters below which a line above the headline may be a stray of the page's head."""
SHORTEST: Final = 5
"""Characters below which nothing but its place, between menus and byline, speaks for a headline."""
LONGEST: Final = 120
"""Characters above which a line is no headline."""
TITLE_ROLE: Final = 1 << ROLES.index("title")
MAX_TWINS: Final = 3
"""Lines that a page can repeat for some other reason than that a ticker runs through twice."""
BRAND: Final = 12
"""Characters of the name of a site."""
BEST_PLACE: Final = 7.0
"""What no line gains by its place, see `_place`: a little more than 3.5 + 0.4 + 1.5 + 1.5: short
lines gain most."""
REPEATED: Final = 4.0
"""What a line above the main text gains if that repeats all of it, where no title is stated."""
COMPARED: Final = 4000
"""Characters of the main text that are compared with it."""
FEWEST: Final = 4
"""Characters of a line that can be compared."""
OPENING: Final = {0: 1.0, 1: 0.4}
"""What the first lines of a page gain: a dump often begins with the page title."""
THREAD = re.compile(
    r"""
    只看(?:楼主|该作者|樓主|該作者) | \[复制链接\] | \[複製連結\]
  | 查看 [:：] \s? \d | 播报文章 | (?: 播报 )? 编辑 讨论
  | (?: [作填]? [词詞] | 歌手 ) \s? [:：]
    """,
    re.VERBOSE,
)
"""What stands right under the title of a thread, an entry or a song, and nowhere else."""
GLUED = re.compile(r"[a-z][A-Z]|[a-z][\u4e00-\u9fff]|[\u4e00-\u9fff][A-Z]")
NAMED = re.compile(
    r"""
    (?: (?: 来信 | 信件 | 留言 | 咨询 )? [标標] \s{0,4} [题題]
      | 名 \s{0,4} [称稱] | 信息名称 | 文件名称
      | (?: 公告 )? (?: 主旨 | [标標][题題] ) | 法[规規]名[称稱] ) \s{0,4}
    (?: [:：\t] \s{0,4} | (?<=\t) | (?= [【\[] | Re:\s ) | $ )
    (?P<title> .{0,120} )
    """,
    re.VERBOSE,
)
"""The label of a title in the head of a government document, a notice or a forum post."""
NAMED_STARTS: Final = frozenset("标標名信文来留咨公主法")
BULLET = re.compile(
    r"""
    [\N{EM DASH}\-]{2}                            # a second title
  | [·•●■◆▪★☆>»*\#\-\N{EN DASH}]                 # a list
  | \d{1,2} [.、] \s? \D                         # a numbered list
  | [（(]? [一二三四五六七八九十]{1,3} [)）、]      # a section
    """,
    re.VERBOSE,
)
DEFINES: Final = tuple("是为為，,（(〔[")
"""What stands behind the word that an encyclopedia explains, where its entry begins."""
LIST_SIGNS: Final = frozenset("·•●■◆▪★☆")
"""Signs that stand before each headline of a list."""
CRUMB = re.compile(
    r"""
    [>＞»›/] \s{0,4}
    (?P<last> [^>＞»›/]{4,120} ) $
    """,
    re.VERBOSE,
)


class Scene(NamedTuple):
    """What a title is looked for in: the page, its main text, and what the page states.

    `hits` are the phrases of each line; `stated` is in order of trust; `sites` are names of the
    site; `is_byline` tells whether a line is one, by its number, `has_time` whether it is one that
    tells a time.
    """

    layout: Layout
    main: Sequence[int]
    hits: Sequence[Hits]
    stated: tuple[str, ...]
    sites: tuple[str, ...]
    is_byline: Callable[[int], bool]
    has_time: Callable[[int], bool]


def window_of(scene: Scene) -> range:
    """The lines in which the headline is looked for."""
    n = len(scene.layout.lines)
    if not scene.main:
        return range(min(n, BEFORE))
    start = scene.main[0]
    return range(max(0, start - BEFORE), min(n, start + AFTER))


def line_keys(scene: Scene) -> dict[int, str]:
    """Squeezed lines that are short enough for a headline: near the main text, and all headings."""
    lines = scene.layout.lines
    window = window_of(scene)
    wanted = set(window)
    wanted.update(n for n in range(min(2, window.start)))
    if not scene.stated:
        named = range(window.stop, min(len(lines), window.stop + LABELLED))
        wanted.update(n for n in named if _is_named(scene, n))
    if scene.main:
        wanted.update(n for n in range(window.start) if lines[n].heading in (1, 2))
    short = {n: text for n in sorted(wanted) if len(text := lines[n].text) <= LONGEST}
    return dict(zip(short, squeeze_lines([*short.values()]), strict=True))


def best_line(
    scene: Scene, runs: dict[str, float], keys: dict[int, str]
) -> tuple[int | None, float]:
    """The line that most looks like the headline, and its score; the later one of two alike.

    What speaks for a line besides its place is counted first; its place, and what speaks against
    it, only while it can still win.
    """
    twins = _twins(scene, keys)
    merits = {n: _merits(scene, n, key) for n, key in keys.items() if key}
    if scene.main and not scene.stated:
        body = squeeze("".join([scene.layout.lines[n].text for n in scene.main])[:COMPARED])
        for n in merits:
            if n < scene.main[0] and len(keys[n]) >= FEWEST:
                merits[n] += REPEATED * _repeats(keys[n], body)
    hopes = []
    for n, merit in merits.items():
        key = keys[n]
        stated = 3 + 12 * runs[key] if key in runs and not echoes_head(scene, n) else 0.0
        hopes.append((BEST_PLACE + twins[key] + merit + stated, n, stated))
    between = [0]
    distances: dict[int, int] = {}
    best: tuple[float, int] | None = None
    for hope, n, stated in sorted(hopes, reverse=True):
        if best is not None and hope < best[0]:
            break
        if scene.is_byline(n):
            continue
        distances[n] = _byline_distance(scene, n, distances)
        twin = twins[keys[n]]
        place = _place(scene, n, _between(scene, n, between), distances[n])
        score = place + twin + merits[n] + stated
        if best is None or score >= best[0]:
            score -= _faults(scene, n, keys[n], twin)
            best = max(best, (score, n)) if best is not None else (score, n)
    return (None, 0.0) if best is None else (best[1], best[0])


def _repeats(key: str, body: str) -> float:
    """The share of the pairs of characters of a line that a text has; letters alone say little."""
    pairs = [pair for pair in pairs_of(key) if not pair.isascii()]
    return sum(map(body.__contains__, pairs)) / max(len(pairs), 1)


def _between(scene: Scene, n: int, counted: list[int]) -> int:
    """How many lines that are no bylines stand between a line of the window and the main text.

    Lines farther than 30 count by their distance instead, in `_place`. `counted` are the numbers
    for the lines right above the main text, from the last one up; those that lack are added.
    """
    start = scene.main[0] if scene.main else 0
    n_below = start - 1 - n
    if not 0 <= n_below < BEFORE:
        return 0
    while len(counted) <= n_below:
        distance = len(counted)
        counts = distance <= 30 and not scene.is_byline(start - distance)
        counted.append(counted[-1] + counts)
    return counted[n_below]


def echoes_head(scene: Scene, n: int) -> bool:
    """Whether the line is no more than the page title, shown by a browser that found it astray."""
    if n > 1 or scene.layout.lines[n].heading or not scene.main or scene.main[0] < 4:
        return False
    title = scene.layout.head.title
    return title is not None and squeeze(title) == squeeze(scene.layout.lines[n].text)


def _is_named(scene: Scene, n: int) -> bool:
    """Whether a label says that this line is the title, in it or on the line above."""
    text = scene.layout.lines[n].text
    own = NAMED.match(text) if text[:1] in NAMED_STARTS else None
    if own is not None and own["title"]:
        return True
    label = scene.layout.lines[n - 1].text if n else ""
    above = NAMED.fullmatch(label) if label[:1] in NAMED_STARTS else None
    return above is not None and not above["title"]


def _twins(scene: Scene, keys: dict[int, str]) -> dict[str, float]:
    """What it adds to a line that the page repeats it: as a line, a breadcrumb, a page title."""
    lines = scene.layout.lines
    gain = dict.fromkeys(keys.values(), 0.0)
    seen: dict[str, int] = {}
    for key in keys.values():
        seen[key] = seen.get(key, 0) + 1
    twins = [key for key, n in seen.items() if n > 1 and len(key) >= 4]
    brands = _brands(scene, keys, twins)
    ticker = sum(len(key) >= 8 for key in twins) > MAX_TWINS
    for key in twins:
        if key in brands:
            gain[key] -= 1
        elif ticker:
            continue
        elif not (len(key) <= 8 and CHANNEL.search(key)):
            gain[key] += 2.5 if len(key) >= 8 or keys.get(0) == key == keys.get(1) else 1.0
    for n, key in keys.items():
        crumb = CRUMB.search(lines[n].text[-LONGEST:])
        if crumb is not None and (last := squeeze(crumb["last"])) in gain and last != key:
            gain[last] += 3
    if 0 in keys and not scene.stated:
        runs = stated_runs((lines[0].text[:LONGEST],), scene.sites)
        for key in gain.keys() & runs.keys():
            if len(key) >= 4 and key != keys.get(0):
                gain[key] += 6 * runs[key]
    return gain


def _brands(scene: Scene, keys: dict[int, str], twins: list[str]) -> set[str]:
    """The short lines that the page repeats so often that they name it, not the article."""
    short = {key for key in twins if len(key) <= BRAND}
    if not short:
        return short
    counts = Counter(line.text for line in scene.layout.lines)
    return {
        key for n, key in keys.items() if key in short and counts[scene.layout.lines[n].text] > 2
    }


def _merits(scene: Scene, n: int, key: str) -> float:
    """What size and markup of a line say for a headline."""
    line = scene.layout.lines[n]
    score = _size(len(key))
    if line.heading:
        score += (0, 3, 2, 1.5, 1, 0.5, 0.5)[line.heading]
    if line.element >= 0 and scene.layout.elements.roles[line.element] & TITLE_ROLE:
        score += 1.5
    if n + 1 < len(scene.layout.lines) and THREAD.match(scene.layout.lines[n + 1].text):
        score += 6
    score += 0.7 * (line.text[-1] in "？?") + 2 * _is_signed(scene, n)
    score += 4 * (_is_defined(scene, n) or _is_anchor(scene, n))
    return score + 6 * _is_named(scene, n)


def _is_defined(scene: Scene, n: int) -> bool:
    """Whether the main text begins with the words of the line, as an entry of an encyclopedia."""
    text = scene.layout.lines[n].text
    if not scene.main or n >= scene.main[0] or len(text) < 2:
        return False
    opening = scene.layout.lines[scene.main[0]].text
    return opening.startswith(text) and opening[len(text) : len(text) + 1] in DEFINES


def _is_anchor(scene: Scene, n: int) -> bool:
    """Whether a line right above the text begins with the sign of a link to itself."""
    return bool(scene.main) and n + 1 == scene.main[0] and scene.layout.lines[n].text[:2] == "# "


def _is_signed(scene: Scene, n: int) -> bool:
    """Whether a person's name stands alone between the line and the main text, or opens that."""
    if not scene.main or not n + 1 <= scene.main[0] <= n + 2:
        return False
    name = "".join(scene.layout.lines[n + 1].text.split())
    return is_personal(name) and (len(name) == 3 or is_rare_pair(name))


def _faults(scene: Scene, n: int, key: str, twin: float) -> float:
    """What speaks against a headline: a phrase of some other kind, a menu, links, wording."""
    line = scene.layout.lines[n]
    faults = misworded(line.text, key)
    is_anchored = line.text[0] == "#" and (line.heading > 0 or _is_anchor(scene, n))
    if not is_anchored and BULLET.match(line.text) is not None:
        faults += 6 if _is_item(scene, n) else 3 * (twin < 2.5)
    faults += 5 * (n == 0 and len(GLUED.findall(line.text)) >= 3)
    faults += 6 * (n > 0 and is_next(scene.layout.lines[n - 1].text, line.text))
    faults += 4 * (line.text[0] in "（(" and line.text[-1] in "）)")  # what explains the title
    faults += 6 * ("\t" in line.text and NAMED.match(line.text) is None)  # a row of a table
    faults += 6 * _names_site(key, scene.sites) + 6 * are_buttons(line.text)
    if not line.heading:
        faults += 6 * is_menu(line.text) + (len(line.text.split()) >= 4)
        faults += line.n_link_characters > 0.8 * len(key)
    hit = scene.hits[n]
    is_told = hit.whole is not None or (hit.start is not None and hit.start != "related")
    faults += 8 * (is_told and not is_anchored)
    return faults


def _is_item(scene: Scene, n: int) -> bool:
    """Whether a line begins with the sign of a list, as the line before it or after it does."""
    lines = scene.layout.lines
    sign = lines[n].text[0]
    beside = lines[max(n - 1, 0) : n] + lines[n + 1 : n + 2]
    return sign in LIST_SIGNS and any(line.text[:1] == sign for line in beside)


def _names_site(key: str, sites: Sequence[str]) -> bool:
    """Whether a line is the name of the site with little else: its abbreviation, a domain."""
    names = [squeeze(site) for site in sites]
    return any(
        len(name) >= 4 and key.startswith(name) and len(key) <= len(name) + 4 for name in names
    )


def _size(size: int) -> float:
    """What the number of characters says: most headlines have 10 to 40."""
    if size < 5:
        return -3.0 if size < 3 else -2.5
    if size < 10:
        return 0.5 if size < 8 else 1.4
    if size < 14:
        return 1.7
    if size <= 50:
        return 2.0
    return 0.0 if size <= 70 else -4.0


def _place(scene: Scene, n: int, n_between: int, n_to_byline: int) -> float:
    """How much a line stands where headlines stand: above the byline, close to the main text.

    `n_between` counts the lines from here to the main text that are no bylines, `n_to_byline` those
    to the next byline, which is worth 3.5 on the next line, less on one of the four after it.
    """
    above = 3.5 - 0.6 * (n_to_byline - 1) if n_to_byline else 0.0
    opening = OPENING.get(n, 0.0)
    if not scene.main:
        return above + opening - 0.1 * n
    start = scene.main[0]
    if n < start:
        is_last = not n_to_byline or n + n_to_byline >= start
        opening += 1.5 * (is_last and n > 0 and scene.has_time(n - 1))
        is_short = len(scene.layout.lines[n].text) < SHORTEST and n + 2 == start
        opening += 1.5 * (is_short and scene.has_time(n + 1))
        return above + opening - 0.15 * max(0, n_between - 3) - 0.1 * max(0, start - 30 - n)
    if start and scene.has_time(start - 1):
        return 1.0 * (n <= start + 1) + _place_inside(scene, n)
    return above / 2 + _place_inside(scene, n)


def _place_inside(scene: Scene, n: int) -> float:
    """How much a line of the main text can be the headline: nothing but short lines above it."""
    lines = scene.layout.lines
    text = lines[n].text
    passed = [len(lines[k].text) for k in range(scene.main[0], n)]
    score = 1.0 - sum(0.4 if size < SHORT else 1.5 if size < 2 * SHORT else 3.0 for size in passed)
    if len(text) > 60 or (len(text) > 40 and text.count("，") > 2 and text[-1] not in "？?"):
        score -= 5
    score -= (text[-1] in "！!…”") + 2 * ("：" in text and "，" in text)
    follower = lines[n + 1].text if n + 1 < len(lines) else ""
    return score + (1.0 if len(follower) > 2 * len(text) else 0.0)


def _byline_distance(scene: Scene, n: int, known: dict[int, int]) -> int:
    """How far below a line the next byline stands: 1 is the next line.

    0 where that is farther than `REACH`, or a long line stands between. `known` are distances of
    lines below it, which save the way.
    """
    lines = scene.layout.lines
    for k in range(n + 1, min(n + 1 + REACH, len(lines))):
        if scene.is_byline(k):
            return k - n
        if len(lines[k].text) > 40:
            return 0
        if k in known:
            farther = k - n + known[k]
            return farther if known[k] and farther <= REACH else 0
    return 0
