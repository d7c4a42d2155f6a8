"""Pages of a site, line by line, as the numbers that the second look at sites compares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from corpus.document import BlockKind
from corpus.extraction import site_lines


class SitePage(NamedTuple):
    """The lines of a page of a site, all of them in order, with their kinds."""

    site: str
    lines: Sequence[tuple[str, BlockKind]]


def as_numbers(pages: Sequence[SitePage]) -> site_lines.SitePages:
    """Pages as numbers."""
    lines = [line for page in pages for line in page.lines]
    site = np.array([site_lines.hash_site(page.site) for page in pages], np.uint64)
    main = [[text for text, kind in page.lines if kind == "main"] for page in pages]
    doc = np.array([*map(site_lines.hash_article, main)], np.uint64)
    n_lines = np.array([len(page.lines) for page in pages], np.int64)
    key = site_lines.on_sites(
        site_lines.hash_lines([text for text, _ in lines]), site.repeat(n_lines)
    )
    kind = np.array([site_lines.NUMBERS[kind] for _, kind in lines], np.uint8)
    return site_lines.SitePages(site, doc, n_lines, key, kind)
