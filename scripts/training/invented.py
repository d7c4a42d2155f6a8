"""Invented pages with the label of each line: what sites look like of which few pages are labelled.

Threads, questions with answers, code, references, short notices, poems, chapters; and pages that
hold no article at all: fronts, lists, search results, log-in walls. Markup and furniture follow
the habits of common content systems; the sentences are those of the library given.
"""

from __future__ import annotations

import dataclasses
import html
import random
from collections.abc import Callable, Mapping

from corpus.extraction.lines.html import read_html
from corpus.extraction.lines.layout import Layout, Line
from scripts.training.invented_bodies import (
    blog,
    chapter,
    news,
    notice,
    poem,
    question,
    reference,
    roundup,
    short,
    thread,
    tutorial,
    wiki,
)
from scripts.training.invented_fronts import contents, entrance, firm, goods
from scripts.training.invented_lists import (
    board,
    entries,
    films,
    front,
    gate,
    portal,
    profile,
    results,
    shop,
    stream,
    summaries,
    topic,
    wall,
)
from scripts.training.invented_site import MARK, Library, Site
from scripts.training.sheet import Labelled

Body = Callable[[Site], None]


def invent(
    track: str,
    n: int,
    library: Library,
    draw: random.Random,
    kinds: Mapping[Body, float] | None = None,
) -> list[Labelled]:
    """`n` invented pages, each of a site of its own, of kinds drawn by their weights."""
    made: list[Labelled] = []
    if kinds is None:
        kinds = {k: share for k, share in KINDS.items() if track == "text" or k not in TEXT_ONLY}
    while len(made) < n:
        page = one_page(library, draw, kinds)
        made.append(page if track == "html" else _as_text(page))
    return made


def one_page(library: Library, draw: random.Random, kinds: Mapping[Body, float]) -> Labelled:
    """One page of a new site."""
    site = Site(library, draw)
    kind = draw.choices(list(kinds), list(kinds.values()))[0]
    markup = write_page(site, kind)
    return read_labels(read_html(markup))


def read_labels(layout: Layout) -> Labelled:
    """The page without marks, and the labels that the marks gave."""
    labels = tuple(int(MARK in line.text) for line in layout.lines)
    lines = tuple(
        line._replace(text=line.text.replace(MARK, "").strip() or "*") if label else line
        for line, label in zip(layout.lines, labels, strict=True)
    )
    return Labelled(dataclasses.replace(layout, lines=lines), labels)


def _as_text(page: Labelled) -> Labelled:
    return Labelled(Layout(tuple(Line(line.text) for line in page.layout.lines)), page.labels)


def write_page(site: Site, body: Body) -> str:
    """The markup of a page with a body of that kind."""
    is_list = body in EMPTY
    title = site.other()[0] if not is_list else site.say("list_headings")
    title = html.escape(title, quote=False)
    ends = "forum_ends" if body in THREADS else "title_ends"
    joint = site.draw.choice((" - ", "_", " | ", "-", "——"))
    head = title + (joint + site.say(ends) if site.chance(0.9) else "")
    head = site.name if site.chance(0.05) else head
    site.out.append(f"<html><head><title>{head}</title></head><body>")
    if site.chance(0.15):
        site.dialog()
    site.menu()
    site.open("div", "main")
    if site.chance(0.6):
        site.crumbs(title)
    side_first = site.chance(0.2)
    if side_first:
        site.side()
    site.open("div")
    site.title = title
    body(site)
    site.close("div")
    if not side_first and site.chance(0.7):
        site.side()
    site.close("div")
    for _ in range(site.draw.choice((0, 0, 1, 2))):
        site.dialog()
    site.foot()
    site.out.append("</body></html>")
    return "".join(site.out)


THREADS: tuple[Body, ...] = (thread, question)
KINDS: dict[Body, float] = {
    news: 14,
    short: 14,
    roundup: 2,
    blog: 10,
    reference: 6,
    thread: 20,
    question: 8,
    poem: 4,
    chapter: 3,
    notice: 5,
    wiki: 5,
    front: 3,
    summaries: 5,
    entries: 4,
    wall: 3,
    shop: 2,
    tutorial: 10,
}
"""How often each kind of page is made, out of a hundred or so."""
TEXT_ONLY: tuple[Body, ...] = (roundup,)
"""Kinds that are made without markup only: with it, forests lose by news in brief."""
EMPTY: dict[Body, float] = {
    front: 3,
    portal: 3,
    summaries: 3,
    entries: 3,
    stream: 3,
    board: 4,
    results: 4,
    topic: 2,
    profile: 2,
    films: 1,
    wall: 2,
    gate: 2,
    shop: 2,
    firm: 3,
    contents: 2,
    goods: 2,
    entrance: 2,
}
"""The same for bodies that hold no article."""
