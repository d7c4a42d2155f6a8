"""Labelled pages, and the sheet on which other pages are put together of their lines."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from corpus.extraction.lines.layout import Element, Elements, Layout, Line


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page with the label of each line: 1 main, 0 not."""

    layout: Layout
    labels: tuple[int, ...]


class Sheet:
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
        """Put a line below the others; its element moved by `offset`."""
        at = line.element + offset if line.element >= 0 else -1
        self.lines.append((line._replace(element=at), label))

    def page(self) -> Labelled:
        """The page of these lines, without a head."""
        first = [len(self.lines)] * len(self.elements)
        end = [0] * len(self.elements)
        for n, (line, _) in enumerate(self.lines):
            at = line.element
            while at >= 0:
                first[at] = min(first[at], n)
                end[at] = max(end[at], n + 1)
                at = self.elements[at].parent
        elements = Elements.of(
            e._replace(first=min(a, b), end=b)
            for e, a, b in zip(self.elements, first, end, strict=True)
        )
        layout = Layout(tuple(line for line, _ in self.lines), elements)
        return Labelled(layout, tuple(label for _, label in self.lines))


def furniture(page: Labelled) -> Labelled:
    """The page without its article: what a page that has none looks like."""
    sheet = Sheet()
    offset = sheet.adopt(page.layout)
    for line, label in zip(page.layout.lines, page.labels, strict=True):
        if not label:
            sheet.add(line, 0, offset)
    bare = sheet.page()
    return Labelled(dataclasses.replace(bare.layout, head=page.layout.head), bare.labels)
