"""The way of one page through the rooms: decode, cut into lines, repair, extract, judge."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from corpus import cleaning, extraction, filtering, loading
from corpus.cleaning.edits import Repaired
from corpus.document import Article, Page, PageKind, Removal, Signals
from corpus.recipe import Cleaning, Recipe


def extract(data: bytes | str, url: str | None = None, kind: PageKind | None = None) -> Article:
    """The article on one page: title, byline, main text, and the kind of every other line.

    `kind` is guessed where it is not given. An empty page is an article with `is_article` false.

    Raises:
        LoadError: `data` is not text at all.
    """
    return extract_page(loading.decode_page(data, url, kind))


def extract_page(page: Page, options: Cleaning = Cleaning()) -> Article:  # noqa: B008 - frozen
    """The article of a page: lines, repaired as one document, then judged."""
    (article,) = extract_pages([page], options)
    return article


def extract_pages(
    pages: Sequence[Page],
    options: Cleaning = Cleaning(),  # noqa: B008 - frozen
) -> list[Article]:
    """The article of each page, as if it were alone; many together take less time."""
    layouts, repaired = [], []
    for page in pages:
        layout = extraction.read_layout(page)
        lines = cleaning.repair_lines([line.text for line in layout.lines], options)
        layouts.append(extraction.with_texts(layout, [line.text for line in lines]))
        repaired.append(lines)
    articles = extraction.find_articles(pages, layouts)
    return [_cleaned(*found, options) for found in zip(articles, repaired, strict=True)]


def _cleaned(article: Article, lines: Sequence[Repaired], options: Cleaning) -> Article:
    """The article with what was repaired of its lines, in the script that is wanted."""
    main = [lines[block.position] for block in article.blocks if block.kind == "main"]
    article = dataclasses.replace(article, edits=cleaning.join_edits(main))
    return article if options.script == "as_is" else _in_script(article, options.script)


def _in_script(article: Article, script: str) -> Article:
    """The article with what the head of its page says in the script of its text."""
    title, author, source = (
        value and cleaning.convert(value, script)
        for value in (article.title, article.author, article.source)
    )
    return dataclasses.replace(article, title=title, author=author, source=source)


def judge_page(page: Page, recipe: Recipe) -> tuple[Article, Signals] | Removal:
    """The article of a page with its signals, or the reason why there is none."""
    (verdict,) = judge_pages([page], recipe)
    return verdict


def judge_pages(pages: Sequence[Page], recipe: Recipe) -> list[tuple[Article, Signals] | Removal]:
    """The same of each page, as if it were alone."""
    articles = extract_pages(pages, recipe.cleaning)
    return [_judge(page, article, recipe) for page, article in zip(pages, articles, strict=True)]


def _judge(page: Page, article: Article, recipe: Recipe) -> tuple[Article, Signals] | Removal:
    text = article.text
    if not article.is_article:
        # A page in another language is not a page without an article: look at all of it.
        text = "\n".join(block.text for block in article.blocks)
    signals = filtering.measure(text)
    reason = filtering.judge(signals, recipe.filtering)
    if reason is not None and (article.is_article or reason[0] == "not_chinese"):
        return Removal(page.id, page.url, page.origin, "filtering", *reason)
    if not article.is_article:
        detail = f"expected quality {article.confidence:.2f}"
        return Removal(page.id, page.url, page.origin, "extraction", "no_article", detail)
    reserved = [name for name in article.reservations if name in recipe.filtering.drop_reserved]
    if reserved:
        detail = f"the page says {', '.join(reserved)}"
        return Removal(page.id, page.url, page.origin, "filtering", "reserved", detail)
    return article, signals
