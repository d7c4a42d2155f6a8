"""Lines → numbers, from the markup: what HTML knows of a line beyond its characters."""

from __future__ import annotations

from collections.abc import Sequence
from operator import add

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.html import ROLES
from corpus.extraction.layout import Element, Layout

Floats = NDArray[np.float64]

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


def tree_features(layout: Layout, n_characters: Floats, punctuation: Floats) -> Floats:
    """The markup's features of each line, shape (n_lines, len(TREE_FEATURES))."""
    texts, inner, link_characters, n_links, headings, preformatted = zip(*layout.lines, strict=True)
    at = np.array(inner, dtype=np.int64)
    links = np.minimum(np.array(link_characters), n_characters)
    near, around = _roles(layout)
    tags = np.array([TAG_NUMBERS.get(e.tag, -1) for e in layout.elements] + [-1])[at]
    depths = np.array([e.depth for e in layout.elements] + [0])
    bits = np.arange(len(ROLES))
    return np.column_stack(
        [
            links / n_characters,
            np.array(n_links),
            np.array(headings),
            np.array(preformatted),
            depths[at],
            tags[:, None] == np.arange(len(TAGS)),
            (near[at, None] >> bits) & 1,
            (around[at, None] >> bits) & 1,
            *_containers(layout, at, n_characters, links, punctuation),
            *_paths(layout, at, n_characters, links, punctuation),
            np.array([is_title(text, layout.head.title) for text in texts]),
            *_titles(layout),
        ]
    ).astype(np.float64)


def is_title(text: str, title: str | None) -> bool:
    """Whether a line is the page title, or the part of it before a site's suffix."""
    return title is not None and 4 <= len(text) <= len(title) and title.startswith(text)


def _titles(layout: Layout) -> list[Floats]:
    """How far each line is the page title, how much of the title it holds, lines since the title.

    In pairs of characters; the title counts as shown by a line that has hardly anything else.
    """
    title = pairs_of(layout.head.title or "")
    shares, covers = np.zeros((2, len(layout.lines)))
    for n, line in enumerate(layout.lines):
        text = line.text[:LONGEST_COMPARED]
        both = sum(map(text.__contains__, title))
        if both:  # of few lines, and to cut into pairs is slow
            shares[n] = both / len(pairs_of(text))
            covers[n] = both / len(title)
    size = np.array([len(line.text) for line in layout.lines])
    at = np.arange(len(size))
    shown = (shares >= TITLE_SHARE) & (size >= 5)
    last = np.maximum.accumulate(np.where(shown, at, -10_000))
    return [shares, covers, np.minimum(at - last, 999).astype(np.float64)]


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text."""
    return frozenset(map(add, text, text[1:]))


def _roles(layout: Layout) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Roles of the two innermost elements, and of all around; by element, the last for none."""
    near = np.zeros(len(layout.elements) + 1, dtype=np.int64)
    around = np.zeros(len(layout.elements) + 1, dtype=np.int64)
    for n, element in enumerate(layout.elements):
        parent = element.parent
        near[n] = element.roles | (layout.elements[parent].roles if parent >= 0 else 0)
        around[n] = element.roles | around[parent]
    return near, around


def outer_containers(layout: Layout) -> list[int]:
    """For each element the next one around it that holds more lines, -1 at the top."""
    outer: list[int] = []
    for element in layout.elements:
        parent = element.parent
        while parent >= 0:
            around = layout.elements[parent]
            if (around.first, around.end) != (element.first, element.end):
                break
            parent = around.parent
        outer.append(parent)
    return outer


def _containers(
    layout: Layout,
    at: NDArray[np.int64],
    n_characters: Floats,
    links: Floats,
    punctuation: Floats,
) -> list[Floats]:
    first = np.array([e.first for e in layout.elements] + [0], dtype=np.int64)
    end = np.array([e.end for e in layout.elements] + [len(at)], dtype=np.int64)
    outer = np.array([*outer_containers(layout), -1], dtype=np.int64)
    is_paragraph = np.array([e.tag == "p" for e in layout.elements] + [False])
    paragraph = is_paragraph[at]
    sums = [
        np.concatenate([[0.0], np.cumsum(v)]) for v in (n_characters, links, punctuation, paragraph)
    ]
    size, link, points, paragraphs = (s[end] - s[first] for s in sums)
    n_lines = end - first
    total = max(float(punctuation.sum()), 1.0)
    columns = []
    container = at
    for _ in range(LEVELS):
        columns += [
            n_lines[container].astype(np.float64),
            size[container],
            link[container] / np.maximum(size[container], 1.0),
            points[container] / total,
            paragraphs[container] / np.maximum(n_lines[container], 1),
        ]
        container = outer[container]
    return columns


def _paths(
    layout: Layout,
    at: NDArray[np.int64],
    n_characters: Floats,
    links: Floats,
    punctuation: Floats,
) -> list[Floats]:
    """What the lines at the same kind of place have in common."""
    path = places(layout.elements, at.tolist())
    n = np.bincount(path)
    size, link, points = (np.bincount(path, w) for w in (n_characters, links, punctuation))
    return [
        n[path].astype(np.float64),
        (size / np.maximum(n, 1))[path],
        (link / np.maximum(size, 1.0))[path],
        (points / np.maximum(n, 1))[path],
    ]


WAY_UP = 4
"""Elements, from the innermost on, that tell one kind of place from another."""


def places(elements: Sequence[Element], inner: Sequence[int]) -> NDArray[np.int64]:
    """For each line, in element `inner`, a number for its kind of place: tags and roles way up."""
    own: dict[tuple[str, int], int] = {}
    kinds = [own.setdefault((e.tag, e.roles), len(own)) for e in elements]
    parents = [e.parent for e in elements]
    ways: dict[tuple[int, ...], int] = {}
    of_element: dict[int, int] = {}
    for start in sorted(set(inner)):
        way: list[int] = []
        element = start
        while element >= 0 and len(way) < WAY_UP:
            way.append(kinds[element])
            element = parents[element]
        of_element[start] = ways.setdefault(tuple(way), len(ways))
    return np.array([of_element[e] for e in inner], dtype=np.int64)
