"""Tools that a user could install instead, each as a function from markup to what it found.

Each is called as its own documentation shows it for a Chinese page. They are imported when they are
asked for; one that is not installed is left out.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from scripts.measuring.text import Found

Extract = Callable[[str, str | None], Found]
"""Markup and URL of a page → what was found."""

MAGIC_PYTHON = "MAGIC_HTML_PYTHON"
"""Environment variable: a Python with magic-html installed, which does not go with Python 3.11."""
MAGIC_WORKER = Path(__file__).with_name("magic_worker.py")


def trafilatura() -> Extract:
    """trafilatura, with its defaults."""
    from trafilatura import bare_extraction

    def extract(markup: str, url: str | None) -> Found:
        found = bare_extraction(markup, url=url, with_metadata=True, include_comments=False)
        if found is None:
            return Found()
        return Found(found.text or "", found.title, found.author, found.date)

    return extract


def readability() -> Extract:
    """readability-lxml: the summary, as text."""
    from readability import Document

    def extract(markup: str, _: str | None) -> Found:
        document = Document(markup)
        return Found(text_of(document.summary()), document.short_title())

    return extract


def resiliparse() -> Extract:
    """resiliparse: plain text of the main content."""
    from resiliparse.extract.html2text import extract_plain_text

    def extract(markup: str, _: str | None) -> Found:
        return Found(extract_plain_text(markup, main_content=True, alt_texts=False))

    return extract


def justext() -> Extract:
    """The tool justext, without stop words, of which it has none for Chinese.

    Its lengths, made for alphabets, leave hardly a Chinese paragraph; with those below it does best
    on the pages of the evaluation.
    """
    import justext as tool

    options = {"length_low": 20, "length_high": 50, "stopwords_low": 0, "stopwords_high": 0}

    def extract(markup: str, _: str | None) -> Found:
        paragraphs = tool.justext(markup, frozenset(), **options)
        return Found("\n".join(p.text for p in paragraphs if not p.is_boilerplate))

    return extract


def gne() -> Extract:
    """GeneralNewsExtractor."""
    from gne import GeneralNewsExtractor

    tool = GeneralNewsExtractor()

    def extract(markup: str, url: str | None) -> Found:
        found = tool.extract(markup, host=url or "")
        names = (found.get(name) for name in ("content", "title", "author", "publish_time"))
        text, title, author, day = names
        return Found(text or "", title, author, day)

    return extract


def newspaper4k() -> Extract:
    """newspaper4k, told that the page is Chinese, and to fetch nothing."""
    from newspaper import Article
    from tldextract import TLDExtract, tldextract

    tldextract.TLD_EXTRACTOR = TLDExtract(suffix_list_urls=())

    def extract(markup: str, url: str | None) -> Found:
        article = Article(url or "https://example.org/", language="zh", fetch_images=False)
        article.download(input_html=markup)
        article.parse()
        day = article.publish_date
        people = " ".join(article.authors)
        return Found(article.text, article.title, people, day.isoformat() if day else None)

    return extract


PEERS: dict[str, tuple[str, Callable[[], Extract]]] = {
    "trafilatura": ("trafilatura", trafilatura),
    "readability-lxml": ("readability-lxml", readability),
    "resiliparse": ("Resiliparse", resiliparse),
    "justext": ("jusText", justext),
    "gne": ("gne", gne),
    "newspaper4k": ("newspaper4k", newspaper4k),
}
"""Distribution and function of each tool that runs in this Python."""


def installed() -> list[str]:
    """The tools that can be run here."""
    here = [name for name, (package, _) in PEERS.items() if version_of(package)]
    return [*here, "magic-html"] if os.environ.get(MAGIC_PYTHON) else here


def version_of(package: str) -> str | None:
    """The installed version of a distribution."""
    found = importlib.metadata.packages_distributions()
    names = {name.lower() for names in found.values() for name in names}
    return importlib.metadata.version(package) if package.lower() in names else None


def text_of(markup: str) -> str:
    """The text of a piece of markup; the metric does not see white space."""
    from lxml import html

    return str(html.fromstring(markup).text_content()) if markup.strip() else ""


def run(extract: Extract, pages: Iterable[tuple[str, str | None]]) -> tuple[list[Found], float]:
    """What a tool finds on each page, and the seconds of processor time that it took.

    A page on which it raises, whatever it raises, has nothing found.
    """
    start = time.process_time()
    with ThreadPoolExecutor(max_workers=1) as one:  # a future holds what a peer may raise
        futures = [one.submit(extract, markup, url) for markup, url in pages]
    seconds = time.process_time() - start
    raised = Found(failed=True)
    return [raised if future.exception() else future.result() for future in futures], seconds


def run_magic(pages: Sequence[tuple[str, str | None]]) -> tuple[list[Found], float, str]:
    """What magic-html finds, the seconds it took, its version; in a Python of its own."""
    lines = "".join(json.dumps(page) + "\n" for page in pages)
    done = subprocess.run(
        [os.environ[MAGIC_PYTHON], str(MAGIC_WORKER)],
        input=lines,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
        stderr=sys.stderr,
    )
    *rows, last = map(json.loads, done.stdout.splitlines())
    return list(_read(rows)), last["seconds"], last["version"]


def _read(rows: Iterable[dict[str, Any]]) -> Iterator[Found]:
    for row in rows:
        text = text_of(row["html"]) if row["html"] else ""
        yield Found(text, row["title"], failed=row["failed"])
