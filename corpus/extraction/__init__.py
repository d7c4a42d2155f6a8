"""Page → Article: which lines are the article, and what every other line is.

A page becomes lines (`text.py`, `html.py`), lines become numbers (`features.py`, `tree.py`), a
forest scores each line, candidate regions compete (`region.py`), metadata is read around the winner
(`metadata`), and every other line is named by `NOISE_RULES`. Nothing is deleted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from corpus.document import Article, Block, BlockKind, Page, RelatedItem
from corpus.extraction.choice.main import Choice, choose_main
from corpus.extraction.choice.together import Steps, finish, finish_all
from corpus.extraction.extent.denials import (
    denies_article,
    is_gate,
    is_missing,
    is_wall,
    shows_none,
)
from corpus.extraction.extent.ends import settle, without_ends
from corpus.extraction.extent.headed import is_headed
from corpus.extraction.extent.listing import is_found, is_listing
from corpus.extraction.extent.unfolded import is_unfolded
from corpus.extraction.lines.html import read_html
from corpus.extraction.lines.layout import Layout
from corpus.extraction.lines.text import read_text
from corpus.extraction.metadata import Hints, find_metadata
from corpus.extraction.metadata.reservations import find_reservations
from corpus.extraction.noise.items import read_items
from corpus.extraction.noise.kinds import NOISE_RULES, NoiseRule, label_noise
from corpus.extraction.noise.view import View
from corpus.extraction.said.phrases import find_phrases, fold_lines

__all__ = ["NOISE_RULES", "NoiseRule", "find_articles", "look_at", "read_layout", "with_texts"]


def read_layout(page: Page) -> Layout:
    """What the page shows, line by line."""
    return read_html(page.content) if page.kind == "html" else read_text(page.content)


def with_texts(layout: Layout, texts: Sequence[str]) -> Layout:
    """The same lines with other texts, one for each; an empty one leaves the line as it was."""
    lines = tuple(
        line if text == line.text or not text else line._replace(text=text)
        for line, text in zip(layout.lines, texts, strict=True)
    )
    return dataclasses.replace(layout, lines=lines)


def find_articles(pages: Sequence[Page], layouts: Sequence[Layout]) -> list[Article]:
    """The article of each page, whose lines are `layouts`, and the kind of every line.

    `edits` is left empty: lines come repaired, and only who repaired them knows how.
    """
    return finish_all([_find_article(*both) for both in zip(pages, layouts, strict=True)])


def look_at(page: Page, layout: Layout) -> tuple[View, Choice]:
    """The page with its main text and metadata found, and how sure that is."""
    return finish(_look_at(page, layout))


def _find_article(page: Page, layout: Layout) -> Steps[Article]:
    view, choice = yield from _look_at(page, layout)
    kinds, rules = yield from label_noise(view)
    blocks = _blocks(view, kinds, rules)
    metadata = view.metadata
    return Article(
        id=page.id,
        url=page.url,
        site=metadata.site,
        title=metadata.title,
        author=metadata.author,
        source=metadata.source,
        published_at=metadata.published_at,
        text="\n".join(block.text for block in blocks if block.kind == "main"),
        blocks=blocks,
        edits=(),
        is_article=choice.is_article,
        confidence=choice.confidence,
        reservations=find_reservations(layout.head, page.reservations),
    )


def _look_at(page: Page, layout: Layout) -> Steps[tuple[View, Choice]]:
    texts = tuple(line.text for line in layout.lines)
    folded = tuple(fold_lines(texts))
    hits = tuple(find_phrases(folded))
    choice = yield from choose_main(layout, texts, hits, folded)
    markup = page.content if page.kind == "html" else None
    hints = Hints(page.url, page.title, page.fetched_at, page.date, markup)
    # A menu that was chosen with the article would stand between it and its title.
    inner = without_ends(choice.lines, layout, hits)
    metadata = find_metadata(layout, inner, hints, hits)
    if choice.is_hopeful and is_headed(inner, metadata, texts):
        choice = dataclasses.replace(choice, is_article=True)
    names = set(metadata.title_lines) | set(metadata.byline_lines)
    lines: set[int] = set()
    if choice.is_article:
        lines = settle(choice.lines, names, layout, hits, is_thread=choice.is_thread)
    if choice.is_article and (not lines or _denies(page, layout, texts, sorted(lines))):
        choice, lines = dataclasses.replace(choice, is_article=False), set()
    main = tuple(n in lines for n in range(len(texts)))
    bounds = (min(lines), max(lines) + 1) if lines else (len(texts), len(texts))
    return View(layout, texts, folded, hits, main, metadata, *bounds, choice.features), choice


def _denies(page: Page, layout: Layout, texts: Sequence[str], main: Sequence[int]) -> bool:
    """Whether a page says, by what it states or by the lines of its main text, that it has none."""
    titles = page.title, layout.head.title, layout.head.properties.get("og:title")
    own = [texts[n] for n in main]
    if denies_article(titles, page.url) or is_wall(own) or is_gate(texts, own):
        return True
    # Below its text a thread may say that another post is gone.
    if is_missing(texts[: main[0] + 1], own):
        return True
    if is_unfolded(texts, main) or is_listing(texts, main) or is_found(texts, main):
        return True
    return shows_none(titles, page.url, texts, own)


def _blocks(view: View, kinds: dict[int, BlockKind], rules: dict[int, str]) -> tuple[Block, ...]:
    items = _items(view, kinds)
    blocks = [
        Block(text, kinds[n], rules[n], n, items.get(n))
        if n in kinds
        else Block(text, "main", "choose_main", n)
        for n, text in enumerate(view.texts)
    ]
    return tuple(blocks)


def _items(view: View, kinds: dict[int, BlockKind]) -> dict[int, RelatedItem]:
    """The recommended article that each headline line stands for."""
    if "related" not in kinds.values():
        return {}
    related = [kinds.get(n) == "related" for n in range(len(view.texts))]
    known = [hit.whole is not None for hit in view.hits]
    return {
        item.headline: item.related for item in read_items(view.texts, related, known, view.stamps)
    }
