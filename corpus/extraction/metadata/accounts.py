"""The account that posted a page: its name has no label, but stands where those names stand.

Right under the title or right above the time of a post, beside a button that nothing else has, in
the card of an official account, or between title and site in what the page states of its title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.extraction.lines.layout import Line
from corpus.extraction.metadata.names import HAN, NAME_MARK, is_named, is_personal, names_outlet
from corpus.extraction.metadata.page_titles import STROKE, squeeze
from corpus.extraction.metadata.surroundings import Reading, Surroundings
from corpus.extraction.metadata.wording import FOLLOW
from corpus.extraction.said.forums import is_card
from corpus.extraction.said.phrases import find_whole, fold

NAME = re.compile(
    rf"""
    [{HAN}A-Za-z0-9_{NAME_MARK}.~\-@]{{2,20}}
  | [A-Za-z][\w.]*(?:\ [A-Za-z][\w.]*){{1,2}}              # a Latin name of two or three words
    """,
    re.VERBOSE,
)
FOLLOWED = re.compile(r"(?P<name>\S{2,20}?)\s?\+?(?:关注|關注)\s?IP\s?属地.{0,12}")
"""An account with its button and where it posted from, on one line: 晚潮 关注 IP属地：云岭."""
BUTTONED = re.compile(
    r"""
    (?P<name> \S{2,20} ) [\s·]{1,3} (?: 关注 | 關注 | 追蹤 | 追踪 | Follow )
  | [楼樓]主 [\s:：] (?P<host> [^\s\[\]]{2,20} ) (?: \s \w{2,20} | \s? \[ .{2,20} \] )?
    """,
    re.VERBOSE,
)
"""An account with its button, or as the host of a thread: 夜行者 追蹤, 樓主 山上的豬."""
OPENER = re.compile(
    r"""
    只看(?:楼主|该作者|樓主|該作者)
  | ^[楼樓]主$
  | ^电梯直达$
    """,
    re.VERBOSE,
)
"""What stands by the first post of a thread, and by nothing else."""
ASKED = " 提问"
PRAISED = re.compile(r"\d[\d,]{0,11}\s?人?(?:赞同|贊同)了?(?:该|該)(?:回答|文章)")
CARD = re.compile(r"^(?:微信号|微信號|微信ID|Weixin ID|WeChat ID|公众号ID)[\s:：]")
"""The line of an official account's card that follows its name."""
BLOGS = re.compile(r"(?:博客园?|博客网|部落格|blog)$", re.IGNORECASE)
"""How the names of sites end that host the blogs of many people."""
OF_BLOG = re.compile(
    r"的\s?(?:个人|個人|技术|技術)?(?:博客|专栏|專欄|空间|空間|部落格|blog).*$", re.IGNORECASE
)
COMMENTED = re.compile(
    r"""
    (?: 发表 | 發表 | 阅读 | 没有 | 沒有 | 暂无 | \d \s? [条條则則] ) \s? (?: 评论 | 評論 | 留言 )
  | leave \s a \s comment | no \s comments
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What the line of an entry's time and author ends with in a blog."""
COUNTED = re.compile(
    r"\d{1,6}(?:回[复復覆]|[条條楼樓]|[阅閱][读讀]|[评評][论論]|[浏瀏][览覽]).{0,4}"
)
"""What is counted beside a title: 4回复."""
GLUED = re.compile(
    r"""
    (?P<name> \S{2,12}? )
    (?<! 引[发發起] ) (?<! [受得] ) (?<! 广泛 | 廣泛 | 高度 | 密切 | 持续 | 持續 )
    \+? (?: 关注 | 關注 | 追蹤 | 追踪 )
    """,
    re.VERBOSE,
)
"""An account with its button and no blank between: it is one only above a time, and no 引发关注."""
RANKED = re.compile(
    r"""
    ^ \[? [楼樓]主 \]? (?= [^\s:：] \S ) | (?<= \S{2} ) (?<! [只仅僅]看 ) \s? [楼樓]主 $
  | \s? (?: [楼樓]主 \s? )? [Ll][Vv] \.? \s? \d{1,3} .* $
  | ^ 作者 (?= \S{2} ) | (?<= \S{2} ) (?: \d{1,3} [级級] | 关注 ) $
    """,
    re.VERBOSE,
)
"""What forums set around a name: who began, and his level."""
LEVEL = re.compile(r"\s[Ll][Vv]\.?\s?\d{1,3}(?:\s.*)?$")
"""The level behind the name of who posted: 夜行者 LV.18 关注."""
TRAILING = re.compile(r"\s?[·•]\s?(?P<name>\S{2,20})$")
"""The name behind a time and a dot: 2025-03-04 10:20·晚潮."""
CHANGED = re.compile(
    r"""
    本帖最[后後]由 \s? (?P<name> \S{2,20} ) \s [于於]
  | (?P<changer> \S{2,20} ) \s 在 \s \d{4} [\d\s:/-]{6,18} 最[后後][编編][辑輯]
    """,
    re.VERBOSE,
)
"""Who changed a post last, which few but its author can."""
CARDS: Final = 2
"""Lines of a card below a name, at least."""
OWNED = re.compile(
    r"""
    (?: 版[权權] | 著作[权權] ) [归歸] \s? (?: 原?作者 )? \s? @?
    (?P<name> [^\s@，。]{2,20}? )
    (?<! 公司 | 集[团團] | [单單]位 | [机機][构構] | 平[台臺] | 本[站网網刊报報] ) \s? 所有
    """,
    re.VERBOSE,
)
"""Whose the text is, as sites say where many people write: © 本文版权归作者 晚潮 所有."""
PRONOUNS: Final = ("关注他", "关注她", "关注TA", "關注他", "關注她")
"""Buttons whose words are no name."""
VERBS: Final = (
    *("查看", "編輯", "编辑", "返回", "点击", "點擊", "加载", "登录", "登入"),
    *("首页", "首頁", "当前位置", "當前位置"),
)
"""How buttons begin that stand where names do, and the way to the page."""
REACH: Final = 30
"""Lines below the title in which the buttons of a first post stand."""
NEAR: Final = 5
LONG: Final = 6
"""Characters of a name that do not stand in a title by chance."""
HUNG: Final = 2
"""Lines up from the title, at most, to a line with an account that hangs above it."""
LONGEST_NOTICE: Final = 60
"""Characters of a line that says whose the text is."""
LONGEST_ABOVE: Final = 12
"""Characters of a name between title and time: more are what the article says in short."""
CLOSE: Final = 2
"""Lines below the title with the first of these, and with an account that has its button."""


def is_account(name: str) -> bool:
    """Whether a line can be the name of an account: one word, no phrase, no number."""
    if (
        name.startswith(VERBS)
        or not NAME.fullmatch(name)
        or not is_named(name)
        or not any(c.isalpha() for c in name)
        or is_card(name)
        or name in PRONOUNS
        or COUNTED.fullmatch(name)
    ):
        return False
    return find_whole(fold(name)) is None


def find_account(around: Surroundings, readings: Sequence[Reading]) -> str | None:
    """The account that posted the page, a person's or an outlet's; the title said again is none."""
    name = (
        by_button(around)
        or in_line(around, readings)
        or above_time(around, readings)
        or of_answer(around)
        or to_write_to(around)
        or of_post(around)
        or of_rights(around)
    )
    is_title = name is not None and len(name) > LONG and name in (around.title.text or "")
    return None if is_title else name


def by_button(around: Surroundings) -> str | None:
    """The name under the title of a post, known by the buttons that follow it.

    A button to follow stands right after the name, those of a forum before it or after the grade.
    """
    lines = around.layout.lines
    title = max(around.title.lines, default=None)
    if title is None or not around.main:
        return None
    names: dict[int, str] = {}
    opened = False
    for n in range(title + 1, min(title + REACH, len(lines))):
        whole = lines[n].text.strip()
        text = RANKED.sub("", whole)
        is_timed = n + 1 < len(lines) and around.has_time(n + 1)
        if (shown := _with_button(whole, n - title, is_timed=is_timed)) is not None:
            return shown
        if (n in names or FOLLOW.search(text)) and names and max(names) >= n - 2:
            return names[max(names)]
        if OPENER.search(text):
            if names:
                return names[min(names)]
            opened = True
        elif n <= title + NEAR and is_account(text):
            names[n] = text
            if opened:
                return text
        elif len(text) > 2 * REACH:
            break
    return None


def _with_button(line: str, distance: int, *, is_timed: bool) -> str | None:
    """The account on a line so far below the title, above a time or not, that has its button."""
    text = RANKED.sub("", line)
    if text.endswith(ASKED) and len(text) > len(ASKED):
        return text.removesuffix(ASKED)
    name = text if distance <= CLOSE and LEVEL.search(line) else ""
    found = FOLLOWED.fullmatch(text) if distance <= NEAR else None
    if found is None and distance <= CLOSE:
        found = BUTTONED.fullmatch(text) or (GLUED.fullmatch(text) if is_timed else None)
    name = found[found.lastgroup or "name"] if found is not None else name
    return name if is_account(name) else None


def above_time(around: Surroundings, readings: Sequence[Reading]) -> str | None:
    """The name on the line above the time of the post, or between the title and a time."""
    lines = around.layout.lines
    for reading in readings:
        byline = reading.byline
        n = reading.line - 1
        if reading.place in ("tail", "after", "table") or not byline.timed or n < 0:
            continue
        if byline.authors or byline.source or byline.editors or byline.opening:
            return None
        if not reading.whole or n in around.title.lines:
            return None
        name = lines[n].text.strip()
        posted = any(role == "published" for role, _ in byline.moments) or byline.n_labels > 0
        counted = not byline.moments
        sandwiched = n - 1 in around.title.lines and 3 <= len(name) <= LONGEST_ABOVE
        if (posted or counted or sandwiched) and is_account(name):
            return RANKED.sub("", _without_picture(name, lines))
        return None
    return None


def _without_picture(name: str, lines: Sequence[Line]) -> str:
    """The name without the letter that stands in for a picture, where it is shown without, too."""
    if len(name) >= 3 and name[0] == name[1] and any(line.text == name[1:] for line in lines):
        return name[1:]
    return name


def in_line(around: Surroundings, readings: Sequence[Reading]) -> str | None:
    """The name that a line under the title begins with, right before the time."""
    top = min(around.title.lines, default=0)
    for reading in readings:
        hangs = reading.place == "above" and top - reading.line <= HUNG
        if (hangs or reading.place in ("before", "head")) and reading.byline.timed:
            name = reading.byline.opening or _beside_comments(around, reading)
            name = name or behind_dot(around, reading)
            return RANKED.sub("", name) if name is not None and is_account(name) else None
    return None


def _beside_comments(around: Surroundings, reading: Reading) -> str | None:
    """The name right behind the time of an entry, with the way to its comments on the line."""
    text = around.layout.lines[reading.line].text
    beside = reading.byline.beside[:1] if COMMENTED.search(text) else ()
    return beside[0] if beside and reading.byline.source is None else None


def behind_dot(around: Surroundings, reading: Reading) -> str | None:
    """The name behind the time of an entry, which is all there is on the line but a dot."""
    byline = reading.byline
    text = around.layout.lines[reading.line].text.strip()
    found = TRAILING.search(text)
    if found is None or byline.authors or byline.source or not byline.moments:
        return None
    last = max(moment.end for _, moment in byline.moments)
    return found["name"] if not text[last : found.start()].strip() else None


def of_post(around: Surroundings) -> str | None:
    """Who began a thread: whom the note in the first post names, or above whose card it stands."""
    if not around.main:
        return None
    lines = around.layout.lines
    first = around.main[0]
    top = max(first - REACH, 0)
    above = [line.text.strip() for line in lines[top:first]]
    for line in lines[first : first + REACH]:
        changed = CHANGED.match(line.text[:LONGEST_NOTICE])
        name = (changed[changed.lastgroup or 0] or "") if changed is not None else ""
        if name in above and is_account(name):
            return name
    for n in range(len(above) - 1, -1, -1):
        is_headed = is_account(above[n]) and top + n not in around.title.lines
        if is_headed and sum(map(is_card, above[n + 1 : n + 1 + NEAR])) >= CARDS:
            # Between name and card may stand a rank that only this forum gives.
            names = (k for k in range(max(n - CARDS, 0), n + 1) if is_account(above[k]))
            return next(above[k] for k in names if top + k not in around.title.lines)
    return None


def of_rights(around: Surroundings) -> str | None:
    """Whose the text is, by a line below it."""
    lines = around.layout.lines
    start = around.main[-1] if around.main else len(lines)
    for line in lines[start : start + NEAR]:
        found = OWNED.search(line.text[:LONGEST_NOTICE])
        if found is not None:
            return found["name"] if is_account(found["name"]) else None
    return None


def of_answer(around: Surroundings) -> str | None:
    """The name over an answer, with a line of praise below it and perhaps a motto between."""
    if not around.main:
        return None
    lines = around.layout.lines
    first = around.main[0]
    for n in range(max(2, first - NEAR), min(len(lines), first + REACH)):
        if PRAISED.match(lines[n].text):
            for k in (n - 2, n - 1):
                name = lines[k].text.strip()
                if is_account(name) and k not in around.title.lines:
                    return name
            return None
    return None


def to_write_to(around: Surroundings) -> str | None:
    """The name below the text over the button to write to that account."""
    lines = around.layout.lines
    start = around.main[-1] + 1 if around.main else len(lines)
    for n in range(start + 1, min(start + REACH // 2, len(lines))):
        if lines[n].text.strip() in ("发消息", "發消息", "私信"):
            name = lines[n - 1].text.strip()
            return name if is_account(name) else None
    return None


def of_card(around: Surroundings) -> str | None:
    """The official account that published the page, above the line with its number."""
    lines = around.layout.lines
    stop = around.main[0] if around.main else len(lines)
    for n in range(1, min(stop, len(lines))):
        if CARD.match(lines[n].text):
            name = lines[n - 1].text.strip()
            return name if 2 <= len(name) <= 30 else None
    return None


def of_original(around: Surroundings) -> tuple[str, ...]:
    """Who wrote, and the official account, on two lines between the word 原创 and the time."""
    lines = around.layout.lines
    title = max(around.title.lines, default=len(lines))
    for n in range(title + 1, min(title + NEAR, len(lines) - 3)):
        if lines[n].text.strip() in ("原创", "原創") and around.has_time(n + 3):
            names = tuple(line.text.strip() for line in lines[n + 1 : n + 3])
            return names if all(map(is_account, names)) else ()
    return ()


def of_card_below(around: Surroundings) -> str | None:
    """The official account whose card stands below the text, where its name is one word."""
    lines = around.layout.lines
    start = around.main[-1] + 1 if around.main else len(lines)
    for n in range(start + 1, len(lines)):
        if CARD.match(lines[n].text):
            name = lines[n - 1].text.strip()
            return name if is_account(name) else None
    return None


def of_title(around: Surroundings) -> str | None:
    """The name that the page title has between the article's title and the name of a blog host."""
    page_title = around.layout.head.title or ""
    parts = [part.strip() for part in STROKE.split(page_title[:200])]
    for part in parts[1:]:
        name = OF_BLOG.sub("", part)
        if name != part and is_account(name):
            return name
    if len(parts) >= 3 and BLOGS.search(parts[-1]) and squeeze(parts[-2]):
        name = OF_BLOG.sub("", parts[-2])
        if is_account(name) and not names_outlet(name):
            return name
    return None


def of_blog(around: Surroundings, readings: Sequence[Reading]) -> str | None:
    """Who heads a page that is signed with a time of posting below its text: a person by name.

    Any name that stands beside that time, and heads the page or its title as well; any name at all
    behind the time where the line begins with "posted".
    """
    lines = around.layout.lines
    below = [r for r in readings if r.place in ("tail", "after") and r.whole and r.byline.moments]
    if not lines or not below:
        return None
    heads = {line.text.strip() for line in lines[:NEAR]}
    heads.update(part.strip() for part in STROKE.split((around.layout.head.title or "")[:200])[1:])
    for reading in below:
        byline = reading.byline
        beside = byline.beside[:1] if byline.moments[0][0] == "published" else ()
        is_posted = lines[reading.line].text.lower().startswith("posted")
        if beside and (is_posted or beside[0] in heads) and is_account(beside[0]):
            return beside[0]
    name = lines[0].text.strip()
    return name if len(name) == 3 and is_personal(name) else None
