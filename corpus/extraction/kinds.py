"""Every line that is not main text → its kind, by the first rule that has a verdict.

First what a line is by itself, then what its section and its neighbours are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from corpus.document import BlockKind
from corpus.extraction.html import ROLES
from corpus.extraction.phrases import find_whole, fold
from corpus.extraction.related import TIME, is_headline, stamped_items
from corpus.extraction.view import View

Verdicts = Iterator[tuple[int, BlockKind]]
NoiseRule = Callable[[View, dict[int, BlockKind]], Verdicts]
"""The lines a rule has a verdict on, given the kinds that earlier rules gave to lines.

A verdict on a line that has a kind already is not heard.
"""

MENU_SEPARATORS = re.compile(r"[ \t|｜/·•、\N{IDEOGRAPHIC SPACE}]|\s[-–]\s")
MENU_MARKS = re.compile(r"[\s|｜/·•、]")
"""One of the characters that `MENU_SEPARATORS` begin with."""
MENU_ENTRY = 12
"""Characters of the longest entry of a menu."""
CRUMB = re.compile(r"[>＞»›→]")
COUNTER = re.compile(
    r"""
    [\d\W_]{1,14}                                            # 0, 12/35, ×, >>
    | [\d.]{1,9} [万萬wWkK]? \+?                                 # 1.2万
    | (?: 阅读|阅读量|浏览|瀏覽|点击|评论|評論|点赞|讚|赞|收藏|转发|分享|回复|人气|参与|关注|播放 )
      [数數量]? \s? [:：(（]? \s? [\d.,]{1,12} [万萬]? \+? [)）次]?
    | [\d.,]{1,12} [万萬]? \s? (?: 阅读|浏览|瀏覽|点击|评论|評論|点赞|讚|赞|收藏|转发|分享|回复|跟贴
      |跟帖|次|人参与|人點讚|条评论|則留言|个赞 ) [\d\W]{0,12}
    """,
    re.VERBOSE,
)
ACCOUNT_FIGURES = re.compile(r"[\d.]{1,9}[万萬]?\s?(?:文章|粉丝|关注|关注度|获赞|作品|原创|篇)")

CARD_LINES = 4
"""Lines above its figures that the card of an account can take."""

TELLING_ROLES: tuple[tuple[str, BlockKind], ...] = (
    ("comment", "comment"),
    ("related", "related"),
    ("statement", "statement"),
    ("promotion", "promotion"),
    ("footer", "footer"),
    ("navigation", "navigation"),
)
"""What an element says of the lines in it; the first role that is there counts."""
VAGUE_ROLES: tuple[tuple[str, BlockKind], ...] = (
    ("byline", "byline"),
    ("control", "control"),
    ("side", "related"),
    ("header", "navigation"),
)
"""The same of roles that elements often carry for their looks: the section a line is in counts
more."""
ROLE_STEPS = 5
"""Elements up from a line that are asked for their role."""

COMMENTS = re.compile(
    r"""
    (?: 共有? )? \s? \d{1,9} \s? [条則个] \s? (?:评论|評論|留言|回复|跟帖|书评)   # 共有 12 条留言
    | (?: 全部 | 最新 | 热门 | 精彩 | 精选 | 网友 | 读者 | 讀者 | 網友 )
      (?:评论|評論|留言|跟帖|热评) \s? [(（]? \s? \d{0,9} [)）]?                   # 网友评论(12)
    | [^\d\s]{0,4} 跟[贴帖] \d{0,9} (?: \s? 参与 \s? \d{0,9} )?                # 跟贴4参与4
    """,
    re.VERBOSE,
)

SECTION_KINDS = ("related", "comment")
SECTION_BREAKS = ("related", "comment", "statement", "footer", "title", "byline")


def metadata_lines(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """Lines that the title, the author, the outlet or the time were read from."""
    for n in view.metadata.title_lines:
        yield n, "title"
    for n in view.metadata.byline_lines:
        yield n, "byline"


def related_items(view: View, kinds: dict[int, BlockKind]) -> Verdicts:
    """Runs of headline, outlet and time that repeat."""
    free = [not main and n not in kinds for n, main in enumerate(view.main)]
    for item in stamped_items(view.texts, free):
        for n in item.lines:
            yield n, "related"


def whole_phrase(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """Lines that are a known phrase."""
    for n, hit in enumerate(view.hits):
        kind = _phrase_kind(hit.whole)
        if kind is not None:
            yield n, kind


def counter(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """Bare figures and marks: counts of readers, shares and pages, closing crosses."""
    for n, text in enumerate(view.texts):
        if len(text) <= 24 and COUNTER.fullmatch(text) and not TIME.fullmatch(text):
            yield n, "control"


def account_card(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """The card of the account that published: its name, what it is about, its figures, a time."""
    names = [fold(name) for name in (view.metadata.source, view.metadata.author) if name]
    for n, text in enumerate(view.texts):
        if view.main[n] or len(text) > 40 or not ACCOUNT_FIGURES.search(text):
            continue
        yield n, "byline"
        above = range(n - 1, max(-1, n - 1 - CARD_LINES), -1)
        top = min((k for k in above if view.folded[k].startswith(tuple(names))), default=n)
        for k in range(max(top - 1, 0), n):
            if k >= top or TIME.fullmatch(view.texts[k]):
                yield k, "byline"


def breadcrumb(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """The way from the front page to this one, and lines of arrows."""
    for n, text in enumerate(view.texts):
        parts = CRUMB.split(text) if len(text) <= 120 else []
        if len(parts) >= 3 and all(len(p.strip()) <= 20 for p in parts[:-1]):
            yield n, "navigation"


def opening_phrase(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """Lines that begin with a known phrase."""
    for n, hit in enumerate(view.hits):
        kind = _phrase_kind(hit.start)
        if kind is not None:
            yield n, kind


def menu(view: View, kinds: dict[int, BlockKind]) -> Verdicts:
    """Several short entries in one line, most of them known phrases or none of them a sentence."""
    for n, text in enumerate(view.texts):
        if view.main[n] or n in kinds or len(text) > 400:
            continue
        if not MENU_MARKS.search(text, 0, MENU_ENTRY + 1):
            continue  # no entry ends early in the line: it need not be taken apart
        parts = [p for p in MENU_SEPARATORS.split(text) if p]
        if len(parts) < 2 or max(map(len, parts)) > MENU_ENTRY:
            continue
        known = [k for p in parts if (k := _phrase_kind(find_whole(fold(p)))) is not None]
        if len(known) * 2 >= len(parts):
            yield n, max(known, key=lambda k: (known.count(k), -known.index(k)))
        elif len(parts) >= 5:
            yield n, "navigation"


def phrase_inside(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """Lines with the wording of a statement or a footer anywhere in them."""
    for n, hit in enumerate(view.hits):
        kind = _phrase_kind(hit.inside)
        if kind is not None and (kind != "footer" or not view.before_main(n)):
            yield n, kind


def telling_role(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """What the nearest elements with a telling tag, class or id say."""
    return _by_role(view, TELLING_ROLES)


def vague_role(view: View, _: dict[int, BlockKind]) -> Verdicts:
    """What the nearest elements with a vague class or id say."""
    return _by_role(view, VAGUE_ROLES)


def _by_role(view: View, roles: tuple[tuple[str, BlockKind], ...]) -> Verdicts:
    elements = view.layout.elements
    bits = [(1 << ROLES.index(role), kind) for role, kind in roles]
    kinds: dict[int, BlockKind | None] = {0: None}
    for e in elements:
        if e.roles not in kinds:
            kinds[e.roles] = next((kind for bit, kind in bits if e.roles & bit), None)
    if not any(kinds.values()):
        return
    own = [kinds[e.roles] for e in elements]
    for n, line in enumerate(view.layout.lines):
        at, steps = line.element, 0
        while at >= 0 and steps < ROLE_STEPS:
            kind = own[at]
            if kind is not None:
                yield n, kind
                break
            at, steps = elements[at].parent, steps + 1


def comments(view: View, kinds: dict[int, BlockKind]) -> Verdicts:
    """The readers' comments: what follows their heading below the article."""
    inside = False
    for n, text in enumerate(view.texts):
        hit = view.hits[n]
        if view.main[n] or n in kinds or hit.inside == "footer" or hit.start == "statement":
            inside = False
        elif len(text) <= 20 and view.after_main(n) and COMMENTS.fullmatch(text):
            inside = True
        elif hit.whole == "related":
            inside = False
        if inside and (hit.whole is None or hit.whole == "comment"):
            yield n, "comment"


def section(view: View, kinds: dict[int, BlockKind]) -> Verdicts:
    """Lines below the heading of a list or of the comments, up to the next section.

    With markup, the list ends with the element that holds it.
    """
    current: BlockKind | None = None
    end = 0
    for n, hit in enumerate(view.hits):
        kind = kinds.get(n)
        if view.main[n] or n >= end:
            current = None
        if kind in SECTION_KINDS and (hit.whole or hit.start):
            current, end = kind, _section_end(view, n)
        elif kind in SECTION_BREAKS and kind != current:
            current = None
        elif current is not None and (view.after_main(n) or is_headline(view.texts[n])):
            yield n, current  # above the article, a menu goes on where the list has ended


def _section_end(view: View, heading: int) -> int:
    """The line behind the smallest element that holds the heading and two lines after it."""
    at = view.layout.lines[heading].element
    while at >= 0:
        element = view.layout.elements[at]
        if element.end > heading + 2:
            return element.end
        at = element.parent
    return len(view.texts)


def headline_list(view: View, kinds: dict[int, BlockKind]) -> Verdicts:
    """Headlines below the article, and above it where several stand together."""
    for n, text in enumerate(view.texts):
        inside = not (view.before_main(n) or view.after_main(n))
        if n in kinds or inside or not is_headline(text) or len(text) < 9:
            continue
        neighbours = [view.texts[k] for k in (n - 1, n + 1) if 0 <= k < len(view.texts)]
        if view.after_main(n) or any(is_headline(t) and len(t) >= 9 for t in neighbours):
            yield n, "related"


def neighbours(view: View, kinds: dict[int, BlockKind]) -> Verdicts:
    """The kind of the lines around, where those above and below agree; else of the side."""
    last: BlockKind | None = None
    following = _next_kinds(view, kinds)
    for n in range(len(view.texts)):
        if view.main[n]:
            last = None
        elif n in kinds:
            last = kinds[n] if kinds[n] not in ("title", "byline") else last
        elif last is not None and (last == following[n] or following[n] is None):
            yield n, last
        else:
            yield n, "navigation" if view.before_main(n) else following[n] or "navigation"


NOISE_RULES: tuple[NoiseRule, ...] = (
    metadata_lines,
    account_card,
    comments,
    related_items,
    whole_phrase,
    counter,
    opening_phrase,
    phrase_inside,
    breadcrumb,
    menu,
    section,
    telling_role,
    vague_role,
    headline_list,
    neighbours,
)
"""All rules in the order of precedence; the last has a verdict on every line that is left."""


def label_noise(view: View) -> tuple[dict[int, BlockKind], dict[int, str]]:
    """The kind of each line that is not main, and the name of the rule that gave it."""
    kinds: dict[int, BlockKind] = {}
    rules: dict[int, str] = {}
    for rule in NOISE_RULES:
        # Gathered first: a rule sees the kinds as they stood before it ran.
        for n, kind in list(rule(view, kinds)):
            if n not in kinds and not view.main[n]:
                kinds[n], rules[n] = kind, rule.__name__
    return kinds, rules


def _phrase_kind(found: str | None) -> BlockKind | None:
    """A phrase's kind as a block's: tags and keywords lead on to other articles."""
    if found is None:
        return None
    return "navigation" if found == "tags" else found  # type: ignore[return-value]


def _next_kinds(view: View, kinds: dict[int, BlockKind]) -> list[BlockKind | None]:
    """For each line the kind of the next labelled line below it, within the same side of main."""
    out: list[BlockKind | None] = []
    coming: BlockKind | None = None
    for n in reversed(range(len(view.texts))):
        if view.main[n]:
            coming = None
        elif n in kinds and kinds[n] not in ("title", "byline"):
            coming = kinds[n]
        out.append(coming)
    return out[::-1]
