"""More training pages than there are: articles set into the furniture of labelled pages.

A composed page takes what stands before the article from one page, what stands after it from
another, and the article from a third or from a collection of plain articles, whole or cut short.
Some get a thread of posts in its place, some have comments below it (`threads.py`). Furniture alone
makes a page with no article.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.extraction.layout import Element, Layout, Line
from scripts.training.threads import comment_heading, posts

THREADS = 0.12
"""Share of composed pages that are threads."""
BARE = 0.08
"""Share of composed pages without any article."""
COMMENTED = 0.15
"""Share of composed articles with comments below."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page with the label of each line: 1 main, 0 not."""

    layout: Layout
    labels: tuple[int, ...]

    def bounds(self) -> tuple[int, int]:
        """The first main line and the one after the last."""
        at = [n for n, label in enumerate(self.labels) if label]
        return (at[0], at[-1] + 1) if at else (len(self.labels), len(self.labels))


class _Sheet:
    """A page in the making: lines with labels, over elements taken from several pages."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.lines: list[tuple[Line, int]] = []

    def adopt(self, layout: Layout) -> int:
        """Take over the elements of a page; the offset by which they moved."""
        offset = len(self.elements)
        for e in layout.elements:
            parent = e.parent + offset if e.parent >= 0 else -1
            self.elements.append(e._replace(parent=parent))
        return offset

    def add(self, line: Line, label: int, offset: int) -> None:
        at = line.element + offset if line.element >= 0 else -1
        self.lines.append((line._replace(element=at), label))

    def twin(self, element: int) -> int:
        """Another element like this one beside it, for one more paragraph."""
        if element < 0:
            return -1
        self.elements.append(self.elements[element])
        return len(self.elements) - 1

    def page(self) -> Labelled:
        first = [len(self.lines)] * len(self.elements)
        end = [0] * len(self.elements)
        for n, (line, _) in enumerate(self.lines):
            at = line.element
            while at >= 0:
                first[at] = min(first[at], n)
                end[at] = max(end[at], n + 1)
                at = self.elements[at].parent
        elements = tuple(
            e._replace(first=min(a, b), end=b)
            for e, a, b in zip(self.elements, first, end, strict=True)
        )
        layout = Layout(tuple(line for line, _ in self.lines), elements)
        return Labelled(layout, tuple(label for _, label in self.lines))


def compose(
    pages: Sequence[Labelled], articles: Sequence[Sequence[str]], draw: random.Random
) -> Labelled:
    """One new page from labelled ones; `draw` decides, so that a seed gives the same pages."""
    if draw.random() < 0.2:
        return _excerpt(draw.choice(pages), draw)
    front = draw.choice(pages)
    back = draw.choice(pages) if draw.random() < 0.5 else front
    a, b = front.bounds()
    sheet = _Sheet()
    offset = sheet.adopt(front.layout)
    for n in _thinned(range(a), draw):
        sheet.add(front.layout.lines[n], 0, offset)
    kind = draw.random()
    if kind < THREADS:
        _set_posts(sheet, front, offset, posts(articles, draw.randint(1, 20), draw), main=True)
    elif kind < 1 - BARE:
        _set_article(sheet, front, offset, _article(pages, articles, draw), draw)
        if draw.random() < COMMENTED:
            heading = [(comment_heading(draw), False)]
            said = [*heading, *posts(articles, draw.randint(1, 15), draw)]
            _set_posts(sheet, front, offset, said, main=False)
    after = front.layout.lines[b:] if back is front else back.layout.lines[back.bounds()[1] :]
    if back is not front:
        offset = sheet.adopt(back.layout)
    for n in _thinned(range(len(after)), draw):
        sheet.add(after[n], 0, offset)
    return sheet.page()


def furniture(page: Labelled) -> Labelled:
    """The page without its article: what a page that has none looks like."""
    sheet = _Sheet()
    offset = sheet.adopt(page.layout)
    for line, label in zip(page.layout.lines, page.labels, strict=True):
        if not label:
            sheet.add(line, 0, offset)
    bare = sheet.page()
    return Labelled(dataclasses.replace(bare.layout, head=page.layout.head), bare.labels)


def _excerpt(page: Labelled, draw: random.Random) -> Labelled:
    """The page itself, with a stretch of it left out: threads and tables keep their own order."""
    sheet = _Sheet()
    offset = sheet.adopt(page.layout)
    for n in _thinned(range(len(page.labels)), draw):
        sheet.add(page.layout.lines[n], page.labels[n], offset)
    return sheet.page()


def _thinned(numbers: range, draw: random.Random) -> list[int]:
    """The numbers, sometimes with a stretch of them left out."""
    kept = list(numbers)
    if len(kept) > 10 and draw.random() < 0.3:
        at = draw.randrange(len(kept))
        del kept[at : at + draw.randint(1, 20)]
    return kept


def _article(
    pages: Sequence[Labelled], articles: Sequence[Sequence[str]], draw: random.Random
) -> list[str]:
    if articles and draw.random() < 0.5:
        text = list(draw.choice(articles))
    else:
        page = draw.choice(pages)
        pairs = zip(page.layout.lines, page.labels, strict=True)
        text = [line.text for line, label in pairs if label]
    cut = draw.random()
    if cut < 0.35:
        return text[: draw.randint(1, 4)]
    return text[: draw.randint(1, 12)] if cut < 0.6 else text


def _set_posts(
    sheet: _Sheet, front: Labelled, offset: int, lines: Sequence[tuple[str, bool]], *, main: bool
) -> None:
    """Posts of a thread, or (not `main`) the same as comments below an article."""
    model = front.layout.lines[min(front.bounds()[0], len(front.layout.lines) - 1)]
    for text, is_post in lines:
        line = model._replace(
            text=text, n_links=0, n_link_characters=0, heading=0, preformatted=False
        )
        sheet.add(line, int(main and is_post), offset)


def _set_article(
    sheet: _Sheet, front: Labelled, offset: int, text: Sequence[str], draw: random.Random
) -> None:
    """Put the paragraphs where the page's own stood, sometimes with its noise between them."""
    a, b = front.bounds()
    inner = list(zip(front.layout.lines[a:b], front.labels[a:b], strict=True))
    models = [line for line, label in inner if label] or [Line("")]
    noise = [line for line, label in inner if not label]
    interrupt = draw.randint(0, len(text)) if noise and draw.random() < 0.3 else -1
    for n, paragraph in enumerate(text):
        if n == interrupt:
            start = draw.randrange(len(noise))
            for line in noise[start : start + draw.randint(1, 6)]:
                sheet.add(line, 0, offset)
        model = models[min(n, len(models) - 1)]
        line = model._replace(
            text=paragraph, n_links=0, n_link_characters=0, heading=0, preformatted=False
        )
        sheet.add(line, 1, offset)
        if n >= len(models):
            last, label = sheet.lines[-1]
            sheet.lines[-1] = last._replace(element=sheet.twin(last.element)), label
