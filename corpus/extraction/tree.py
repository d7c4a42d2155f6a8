"""Lines → numbers, from the markup: what HTML knows of a line beyond its characters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, repeat
from operator import add
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.html import ROLES
from corpus.extraction.layout import Element, Layout

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TAGS = ("p", "li", "td", "div", "section", "pre", "blockquote", "dd", "span")
TAG_NUMBERS = {tag: n for n, tag in enumerate(TAGS)}
LEVELS = 4
"""How many distinct containers around a line are measured."""
TITLE_SHARE = 0.8
"""Share of the pairs of characters of a line that the page title has, for it to be the title."""
LONGEST_COMPARED = 400
"""Characters of a line that are compared with the title."""
LEVEL = ("n_lines", "n_characters", "link_share", "punctuation_of_page", "paragraph_share")

TREE_FEATURES: tuple[str, ...] = (
    "link_share",
    "n_links",
    "heading",
    "preformatted",
    "depth",
    *(f"tag_{tag}" for tag in TAGS),
    *(f"near_{role}" for role in ROLES),
    *(f"around_{role}" for role in ROLES),
    *(f"{name}_{level}" for level in range(1, LEVELS + 1) for name in LEVEL),
    "path_n_lines",
    "path_mean_characters",
    "path_link_share",
    "path_mean_punctuation",
    "is_page_title",
    "title_share",
    "title_cover",
    "since_title",
)
"""Names of the columns of `tree_features`, in order."""

_TAGS = slice(TREE_FEATURES.index(f"tag_{TAGS[0]}"), TREE_FEATURES.index(f"near_{ROLES[0]}"))
_ROLES = slice(_TAGS.stop, TREE_FEATURES.index(f"{LEVEL[0]}_1"))
_LEVELS = slice(_ROLES.stop, TREE_FEATURES.index("path_n_lines"))
_PATHS = slice(_LEVELS.stop, TREE_FEATURES.index("is_page_title"))


class _Lines(NamedTuple):
    """The element that each line stands in, and its counts: characters, these in links, marks."""

    at: Integers
    n_characters: Floats
    links: Floats
    punctuation: Floats


def tree_features(layout: Layout, n_characters: Floats, punctuation: Floats) -> Floats:
    """The markup's features of each line, shape (n_lines, len(TREE_FEATURES))."""
    texts, inner, link_characters, n_links, headings, preformatted = zip(*layout.lines, strict=True)
    _, tags, _, depths, _, _ = zip(*layout.elements, strict=True)
    at = np.array(inner, dtype=np.int64)
    links = np.minimum(link_characters, n_characters)
    # Of each element, and behind them of none, which is number -1.
    tag_numbers = np.array([*map(TAG_NUMBERS.get, tags, repeat(-1)), -1])
    lines = _Lines(at, n_characters, links, punctuation)
    # Features are rows while they are made, so that each is one run of memory.
    rows = np.empty((len(TREE_FEATURES), len(texts)))
    rows[0] = links / n_characters
    rows[1] = n_links
    rows[2] = headings
    rows[3] = preformatted
    rows[4] = np.array([*depths, 0])[at]
    rows[_TAGS] = tag_numbers[at] == np.arange(len(TAGS))[:, None]
    rows[_ROLES] = _roles(layout, at)
    rows[_LEVELS] = _containers(layout, lines)
    rows[_PATHS] = _paths(layout, lines)
    title = layout.head.title
    rows[-4] = [is_title(text, title) for text in texts] if title else 0.0
    rows[-3:] = _titles(texts, title or "")
    return rows.T


def is_title(text: str, title: str | None) -> bool:
    """Whether a line is the page title, or the part of it before a site's suffix."""
    return title is not None and 4 <= len(text) <= len(title) and title.startswith(text)


def _titles(texts: Sequence[str], title: str) -> list[Floats]:
    """How far each line is the page title, how much of the title it holds, lines since the title.

    In pairs of characters; the title counts as shown by a line that has hardly anything else.
    """
    shares, covers = np.zeros((2, len(texts)))
    pairs = pairs_of(title)
    compared = [text[:LONGEST_COMPARED] for text in texts]
    shared = _shared(pairs, compared)
    if shared:  # with few lines, and to cut into pairs is slow
        lines, both = list(shared), np.array(list(shared.values()))
        shares[lines] = both / _count_pairs([compared[n] for n in lines])
        covers[lines] = both / len(pairs)
    at = np.arange(len(texts))
    shown = (shares >= TITLE_SHARE) & (np.array(list(map(len, texts))) >= 5)
    last = np.maximum.accumulate(np.where(shown, at, -10_000))
    return [shares, covers, np.minimum(at - last, 999)]


def _shared(pairs: Iterable[str], texts: Sequence[str]) -> dict[int, int]:
    """How many of the pairs each text holds, by its number; texts without line feeds.

    Each pair is looked for in all texts at once: most pairs are in none or in few.
    """
    page = "\n".join(texts)
    ends = list(accumulate(len(text) + 1 for text in texts))
    shared: dict[int, int] = {}
    for pair in pairs:
        at = -1 if "\n" in pair else page.find(pair)
        while at >= 0:
            n = bisect_right(ends, at)
            shared[n] = shared.get(n, 0) + 1
            at = page.find(pair, ends[n])
    return shared


def _count_pairs(texts: Sequence[str]) -> Integers:
    """How many different pairs of neighbouring characters each text has, each of one at least.

    A pair is one number, below that of its text: sorted, equal ones of a text are neighbours.
    """
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    wide = codes.astype(np.int64)
    owner = np.arange(len(texts)).repeat(list(map(len, texts)))
    pairs = (owner[1:] << 42) + (wide[:-1] << 21) + wide[1:]
    pairs = pairs[owner[1:] == owner[:-1]]
    pairs.sort()
    is_new = np.ones(len(pairs), dtype=np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=is_new[1:])
    return np.bincount(pairs[is_new] >> 42, minlength=len(texts))


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text."""
    return frozenset(map(add, text, text[1:]))


def _roles(layout: Layout, at: Integers) -> Integers:
    """Whether a line is near an element of each role, then whether it is anywhere inside of one.

    Near are the two innermost elements. Shape (2 * len(ROLES), n_lines).
    """
    near: list[int] = []
    around: list[int] = []
    parents, _, own, _, _, _ = zip(*layout.elements, strict=True)
    for parent, roles in zip(parents, own, strict=True):
        near.append(roles | (own[parent] if parent >= 0 else 0))
        around.append(roles | (around[parent] if parent >= 0 else 0))
    sets = np.array([[*near, 0], [*around, 0]])[:, None, at]
    return (sets >> np.arange(len(ROLES))[:, None] & 1).reshape(-1, len(at))


def outer_containers(elements: Sequence[Element]) -> list[int]:
    """For each element the next one around it that holds more lines, -1 at the top."""
    parents, _, _, _, firsts, ends = zip(*elements, strict=True)
    outer: list[int] = []
    for parent, first, end in zip(parents, firsts, ends, strict=True):
        same = parent >= 0 and firsts[parent] == first and ends[parent] == end
        outer.append(outer[parent] if same else parent)  # what is around both, or the parent
    return outer


def _containers(layout: Layout, lines: _Lines) -> Floats:
    """What `LEVEL` names of the innermost container of each line, and of those around it.

    Shape (LEVELS * len(LEVEL), n_lines).
    """
    _, tags, _, _, firsts, ends = zip(*layout.elements, strict=True)
    n = len(lines.at)
    first, end = np.array([[*firsts, 0], [*ends, n]])
    totals = np.zeros((4, n + 1))
    is_paragraph = np.array([*map("p".__eq__, tags), False])[lines.at]
    each = [lines.n_characters, lines.links, lines.punctuation, is_paragraph]
    np.array(each).cumsum(axis=1, out=totals[:, 1:])
    size, links, points, paragraphs = totals[:, end] - totals[:, first]
    n_lines = end - first
    table = np.array(
        [
            n_lines,
            size,
            links / np.maximum(size, 1.0),
            points / max(float(totals[2, n]), 1.0),
            paragraphs / np.maximum(n_lines, 1),
        ]
    )
    outer = np.array([*outer_containers(layout.elements), -1])
    containers = [lines.at]
    for _ in range(LEVELS - 1):
        containers.append(outer[containers[-1]])
    return table[:, np.array(containers)].swapaxes(0, 1).reshape(-1, n)


def _paths(layout: Layout, lines: _Lines) -> Floats:
    """What the lines at the same kind of place have in common."""
    path = layout.places
    n = np.bincount(path)
    size = np.bincount(path, lines.n_characters)
    links = np.bincount(path, lines.links)
    points = np.bincount(path, lines.punctuation)
    table = np.array([n, size / n, links / np.maximum(size, 1.0), points / n])
    return np.asarray(table[:, path])
