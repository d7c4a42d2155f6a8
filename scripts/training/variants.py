"""Labelled pages made harder: the same page, with less of its article or more beside it.

A variant keeps the elements, classes and order of a real page, so that its markup stays that of a
page somebody made. What changes is what makes pages hard: the article is cut down to a few lines,
another article follows it, comments stand below, teasers beside it, or nothing names what an
element is for.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence

from corpus.extraction.lines.html import ROLES
from corpus.extraction.lines.layout import Element, Elements, Line
from scripts.training.sheet import Labelled, Sheet
from scripts.training.threads import comment_heading, posts

SHORTENED = 0.6
"""Share of variants whose article is cut down."""
FOLLOWED = 0.35
"""Share of variants with a second article below their own."""
COMMENTED = 0.25
TEASED = 0.3
"""Share of variants with teasers, headlines with the first lines of other articles."""
NAMELESS = 0.15
"""Share of variants in which no class or id says anything."""
LENGTHS = (1, 1, 2, 3, 4, 6, 12, 30)
"""Paragraphs that are taken of an article that is set into a page."""
JOINED = 0.5
"""Share of those that stand there as one paragraph."""
ABOVE = 8
"""Lines above an article in which the headline of its page is sought."""


def vary(page: Labelled, others: Sequence[Sequence[str]], draw: random.Random) -> Labelled:
    """A harder page out of a labelled one; `others` are articles as paragraphs, headline first."""
    if not any(page.labels):
        return page
    if draw.random() < SHORTENED:
        page = shorten(page, draw)
    if draw.random() < FOLLOWED:
        page = follow(page, draw.choice(others), draw)
    if draw.random() < COMMENTED:
        page = comment(page, others, draw)
    if draw.random() < TEASED:
        page = tease(page, others, draw)
    if draw.random() < NAMELESS:
        page = unname(page)
    return page


def thin(page: Labelled, draw: random.Random) -> Labelled:
    """The page with little around its article, as small sites have it; every other without links.

    A few lines are kept of those that are not the article's, the first three at least.
    """
    share = draw.choice((0.03, 0.1, 0.3))
    sheet = Sheet()
    offset = sheet.adopt(page.layout)
    for n, (line, label) in enumerate(zip(page.layout.lines, page.labels, strict=True)):
        if label or n < FEWEST or draw.random() < share:
            sheet.add(line, label, offset)
    thinned = _with_head(sheet, page)
    return unlink(thinned) if draw.random() < 0.5 else thinned


def set_in(page: Labelled, other: Sequence[str], draw: random.Random) -> Labelled:
    """The page with another article in the place of its own, often as one long paragraph.

    Its headline stands above its text, or in the place of the headline that the page has.
    """
    main = [n for n, label in enumerate(page.labels) if label]
    title, texts = other[0], list(other[1 : 1 + draw.choice(LENGTHS)])
    if draw.random() < JOINED:
        texts = ["".join(texts)]
    above = _headline(page, main[0]) if draw.random() < 0.5 else -1
    if above < 0 and draw.random() < 0.8:
        texts = [title, *texts]
    sheet = Sheet()
    offset = sheet.adopt(page.layout)
    for n, line in enumerate(page.layout.lines):
        if n == main[0]:
            for text in texts:
                sheet.add(Line(text, line.element), 1, offset)
        elif n == above:
            sheet.add(line._replace(text=title), 0, offset)
        elif not main[0] < n <= main[-1]:
            sheet.add(line, 0, offset)
    return _with_head(sheet, page)


def _headline(page: Labelled, first: int) -> int:
    """The nearest line above line `first` that has the length of a headline and no end; or -1."""
    for n in range(first - 1, max(first - ABOVE, -1), -1):
        text = page.layout.lines[n].text
        if 6 <= len(text) <= 50 and text[-1] not in "。！？：" and not any(map(str.isdigit, text)):
            return n
    return -1


def unlink(page: Labelled) -> Labelled:
    """The page whose links are plain text."""
    lines = tuple(line._replace(n_links=0, n_link_characters=0) for line in page.layout.lines)
    return Labelled(dataclasses.replace(page.layout, lines=lines), page.labels)


def shorten(page: Labelled, draw: random.Random) -> Labelled:
    """The page with only a few lines of its article left, together or from its start."""
    main = [n for n, label in enumerate(page.labels) if label]
    n_kept = min(draw.choice((1, 1, 2, 2, 3, 4, 6, 9)), len(main))
    at = 0 if draw.random() < 0.5 else draw.randint(0, len(main) - n_kept)
    dropped = set(main) - set(main[at : at + n_kept])
    first, end = main[0], main[-1] + 1
    sheet = Sheet()
    offset = sheet.adopt(page.layout)
    inside = draw.random() < 0.5  # whether what stood between the dropped lines goes with them
    kept = main[at : at + n_kept]
    for n, line in enumerate(page.layout.lines):
        between = first < n < end and not kept[0] <= n <= kept[-1]
        if n not in dropped and not (inside and between and not page.labels[n]):
            sheet.add(line, page.labels[n], offset)
    return _with_head(sheet, page)


def follow(page: Labelled, other: Sequence[str], draw: random.Random) -> Labelled:
    """The page with another article below its own, in elements of the same kind."""
    elements = page.layout.elements
    main = [n for n, label in enumerate(page.labels) if label]
    if not elements:
        end = _below(page, draw)
        lines = [(Line(text), 0) for text in other]
        return _insert(page, end, lines)
    story = _story(elements, [page.layout.lines[n].element for n in main], draw)
    if story < 0:
        return page
    first, end = elements[story].first, elements[story].end
    sheet = Sheet()
    offset = sheet.adopt(page.layout)
    pairs = list(zip(page.layout.lines, page.labels, strict=True))
    for line, label in pairs[:end]:
        sheet.add(line, label, offset)
    twins = _clone(sheet, elements, story)
    models = [n for n in main if first <= n < end]
    texts = iter(other[1:])
    is_linked = draw.random() < 0.4
    for n in range(first, end):
        line, label = pairs[n]
        at = twins.get(line.element, line.element)
        if line.heading and n < models[0]:
            n_links = len(other[0]) if is_linked else 0
            line = line._replace(text=other[0], n_link_characters=n_links)
        elif label:
            text = next(texts, None)
            if text is None:
                continue
            line = line._replace(text=text, n_links=0, n_link_characters=0)
        sheet.add(line._replace(element=at), 0, 0)
    for text in texts:
        model = pairs[models[-1]][0]
        at = twins.get(model.element, model.element)
        line = model._replace(text=text, n_links=0, n_link_characters=0, element=at)
        sheet.add(line, 0, 0)
    for line, label in pairs[end:]:
        sheet.add(line, label, offset)
    return _with_head(sheet, page)


def comment(page: Labelled, others: Sequence[Sequence[str]], draw: random.Random) -> Labelled:
    """The page with comments below its article, in elements that may or may not say so."""
    lines = [(comment_heading(draw), False)] if draw.random() < 0.6 else []
    lines += posts(others, draw.randint(1, 25), draw)
    at = _below(page, draw)
    role = "comment" if draw.random() < 0.5 else ""
    return _insert(page, at, [(Line(text), 0) for text, _ in lines], role, draw.choice(ITEMS))


def tease(page: Labelled, others: Sequence[Sequence[str]], draw: random.Random) -> Labelled:
    """The page with headlines and first lines of other articles, above or below its own."""
    lines: list[tuple[Line, int]] = []
    dated = draw.random() < 0.5
    for other in draw.sample(list(others), min(draw.randint(2, 12), len(others))):
        lines.append((Line(other[0], -1, len(other[0]), 1, draw.choice((0, 3, 4))), 0))
        summary = "".join(other[1:])[: draw.choice((60, 90, 120, 200))]
        if summary:
            lines.append((Line(summary + draw.choice(("", "...", "…"))), 0))
        if dated:
            lines.append((Line(f"{draw.randint(2, 23)}小时前"), 0))
    main = [n for n, label in enumerate(page.labels) if label]
    at = main[0] if draw.random() < 0.15 else _below(page, draw)
    role = "related" if draw.random() < 0.4 else ""
    return _insert(page, at, lines, role, draw.choice(ITEMS))


def unname(page: Labelled) -> Labelled:
    """The page whose classes and ids say nothing."""
    hidden = 1 << ROLES.index("hidden")
    elements = Elements.of(e._replace(roles=e.roles & hidden) for e in page.layout.elements)
    return Labelled(dataclasses.replace(page.layout, elements=elements), page.labels)


FEWEST = 3
"""Lines that a thinned page has at least."""
ITEMS = (("div", "p"), ("ul", "li"), ("div", "div"), ("dl", "dd"), ("section", "div"), ("tr", "td"))
"""Tags of a list and of its items."""


def _with_head(sheet: Sheet, page: Labelled) -> Labelled:
    made = sheet.page()
    return Labelled(dataclasses.replace(made.layout, head=page.layout.head), made.labels)


def _below(page: Labelled, draw: random.Random) -> int:
    """A place below the article: right after it, or some lines further down."""
    end = max(n for n, label in enumerate(page.labels) if label) + 1
    return min(end + draw.choice((0, 0, 1, 2, 5, 10)), len(page.labels))


def _insert(
    page: Labelled,
    at: int,
    lines: Sequence[tuple[Line, int]],
    role: str = "",
    tags: tuple[str, str] = ("div", "div"),
) -> Labelled:
    """The page with lines before line `at`, in a list of items of its own where it has elements."""
    sheet = Sheet()
    offset = sheet.adopt(page.layout)
    pairs = list(zip(page.layout.lines, page.labels, strict=True))
    for line, label in pairs[:at]:
        sheet.add(line, label, offset)
    around = _around(page, at)
    if page.layout.elements:
        depth = page.layout.elements[around].depth if around >= 0 else 0
        roles = 1 << ROLES.index(role) if role else 0
        sheet.elements.append(Element(around, tags[0], roles, depth + 1, 0, 0))
        container = len(sheet.elements) - 1
    for line, label in lines:
        if page.layout.elements:
            tag = f"h{line.heading}" if line.heading else tags[1]
            sheet.elements.append(Element(container, tag, 0, depth + 2, 0, 0))
            sheet.add(line._replace(element=len(sheet.elements) - 1), label, 0)
        else:
            sheet.add(line, label, 0)
    for line, label in pairs[at:]:
        sheet.add(line, label, offset)
    return _with_head(sheet, page)


def _around(page: Labelled, at: int) -> int:
    """The innermost element that holds both the line before `at` and the one there."""
    if not page.layout.elements or not 0 < at < len(page.labels):
        return 0 if page.layout.elements else -1
    element = page.layout.lines[at - 1].element
    while element >= 0 and page.layout.elements[element].end <= at:
        element = page.layout.elements[element].parent
    return element


def _story(elements: Elements, held: Sequence[int], draw: random.Random) -> int:
    """The innermost element that holds all of `held`, or one around it that is little larger."""
    ways = []
    for element in sorted(set(held)):
        way, at = [], element
        while at >= 0:
            way.append(at)
            at = elements[at].parent
        ways.append(way[::-1])
    shared = -1
    for step in zip(*ways, strict=False):
        if len(set(step)) > 1:
            break
        shared = step[0]
    if shared < 0:
        return -1
    size = elements[shared].end - elements[shared].first
    for _ in range(draw.choice((0, 1, 2))):
        outer = elements[shared].parent
        if outer < 0 or elements[outer].end - elements[outer].first > size + 12:
            break
        shared = outer
    return shared if elements[shared].parent >= 0 else -1


def _clone(sheet: Sheet, elements: Elements, story: int) -> dict[int, int]:
    """Copies of an element and all within it, added to the sheet: the copy of each."""
    twins: dict[int, int] = {}
    for n in range(story, len(elements)):
        parent = elements[n].parent
        if n == story or parent in twins:
            twins[n] = len(sheet.elements)
            sheet.elements.append(elements[n]._replace(parent=twins.get(parent, parent)))
    return twins
