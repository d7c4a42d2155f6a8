"""Lines → numbers, from the markup: what HTML knows of a line beyond its characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.html import ROLES
from corpus.extraction.layout import Element, Layout, Line

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TAGS = ("p", "li", "td", "div", "section", "pre", "blockquote", "dd", "span")
LEVELS = 4
"""How many distinct containers around a line are measured."""
TITLE_SHARE = 0.8
"""Share of the pairs of characters of a line that the page title has, for it to be the title."""
LONGEST_COMPARED = 400
"""Characters of a line that are compared with the title."""
PATH_STEPS = 4
"""Elements on the way up that make the kind of place of a line."""
PATH_BASE = np.uint64(0x9E3779B97F4A7C15)
PAIR_BITS = 0xFFF
"""Pairs of characters are looked up by so many bits first."""
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
    lines = layout.lines
    _, at, n_link_characters, n_links, heading, preformatted = map(
        np.array, zip(*lines, strict=True)
    )
    tree = _read_tree(layout.elements)
    sums = _Sums(n_characters, np.minimum(n_link_characters, n_characters), punctuation)
    bits = np.arange(len(ROLES))[:, None]
    # Features are rows while they are made, so that each is one run of memory. The last element is
    # none: it stands for the lines outside of all.
    table = np.concatenate(
        [
            np.stack([sums.links / n_characters, n_links, heading, preformatted, tree.depth[at]]),
            tree.tag[at] == np.arange(len(TAGS))[:, None],
            (tree.near[at] >> bits) & 1,
            (tree.around[at] >> bits) & 1,
            _containers(tree, at, sums),
            _paths(tree, at, sums),
            _titles(lines, layout.head.title),
        ]
    )
    return np.asarray(table.T, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Tree:
    """The elements as columns, each with one entry more at its end, for none.

    `tag` is a number in `TAGS`, or -1, and `kind` one for each pair of tag and roles; `near` are
    the roles of an element and its parent, `around` those of all around it, `outer` the next
    element around that holds more lines.
    """

    parent: Ints
    tag: Ints
    kind: Ints
    near: Ints
    around: Ints
    depth: Ints
    first: Ints
    end: Ints
    outer: Ints


class _Sums(NamedTuple):
    """What is added up over lines: all characters, those in links, marks of punctuation."""

    characters: Floats
    links: Floats
    punctuation: Floats


def _read_tree(elements: Sequence[Element]) -> _Tree:
    numbers = {tag: n for n, tag in enumerate(TAGS)}
    kinds: dict[tuple[str, int], int] = {}
    none = Element(-1, "", 0, 0, 0, 0)
    parents, tags, roles, depths, firsts, ends = zip(*elements, none, strict=True)
    parent, role = np.array(parents), np.array(roles, dtype=np.int64)
    around = [0] * len(parents)
    for n, (up, own) in enumerate(zip(parents, roles, strict=True)):
        around[n] = own | around[up]  # of no parent, the last entry, which is still 0
    return _Tree(
        parent=parent,
        tag=np.array([numbers.get(tag, -1) for tag in tags]),
        kind=np.array([kinds.setdefault(k, len(kinds) + 1) for k in zip(tags, roles, strict=True)]),
        near=role | role[parent],
        around=np.array(around, dtype=np.int64),
        depth=np.array(depths),
        first=np.array(firsts),
        end=np.array(ends),
        outer=np.array([*outer_containers(elements), -1]),
    )


def outer_containers(elements: Sequence[Element]) -> list[int]:
    """For each element the next one around it that holds more lines, -1 at the top."""
    outer: list[int] = []
    for element in elements:
        up = element.parent
        if up >= 0:
            around = elements[up]
            if around.first == element.first and around.end == element.end:
                up = outer[up]
        outer.append(up)
    return outer


def _containers(tree: _Tree, at: Ints, sums: _Sums) -> Floats:
    """How the containers around each line are filled, `LEVEL` for each of the levels."""
    n = len(at)
    levels = [at]
    for _ in range(LEVELS - 1):
        levels.append(tree.outer[levels[-1]])
    container = np.stack(levels)
    is_paragraph = tree.tag[at] == TAGS.index("p")
    totals = np.zeros((4, n + 1))
    np.cumsum(np.stack([*sums, is_paragraph]), axis=1, out=totals[:, 1:])
    first, end = tree.first.copy(), tree.end.copy()
    first[-1], end[-1] = 0, n  # outside of all elements is the whole page
    n_lines = end - first
    size, links, points, paragraphs = totals[:, end] - totals[:, first]
    measured = np.stack(
        [
            n_lines,
            size,
            links / np.maximum(size, 1.0),
            points / max(float(sums.punctuation.sum()), 1.0),
            paragraphs / np.maximum(n_lines, 1),
        ]
    )
    return measured[:, container].swapaxes(0, 1).reshape(LEVELS * len(LEVEL), n)


def _paths(tree: _Tree, at: Ints, sums: _Sums) -> Floats:
    """What the lines at the same kind of place (tags and roles on the way up) have in common."""
    # A path as one number: the kinds on the way up as the digits of a large odd base.
    key = np.zeros(len(tree.parent), dtype=np.uint64)
    kind = tree.kind.astype(np.uint64)
    kind[-1] = 0
    step = np.arange(len(key))
    for _ in range(PATH_STEPS):
        key = key * PATH_BASE + kind[step]
        step = tree.parent[step]
    _, path, n = np.unique(key[at], return_inverse=True, return_counts=True)
    size, links, points = (np.bincount(path, weights) for weights in sums)
    common = np.stack([n, size / n, links / np.maximum(size, 1.0), points / n])
    return common[:, path]


def is_title(text: str, title: str | None) -> bool:
    """Whether a line is the page title, or the part of it before a site's suffix."""
    return title is not None and 4 <= len(text) <= len(title) and title.startswith(text)


def _titles(lines: Sequence[Line], title: str | None) -> Floats:
    """Whether each line is the page title, how far, how much of it, and lines since it was shown.

    In pairs of characters; the title counts as shown by a line that has hardly anything else.
    """
    n = len(lines)
    rows = np.zeros((4, n))
    rows[0] = [is_title(line.text, title) for line in lines]
    wanted = np.unique(_pairs(title or "")[1])
    texts = [line.text[:LONGEST_COMPARED] for line in lines] if len(wanted) else []
    some = _lines_with_any(texts, title or "")
    line, pair = _pairs("\n".join(texts[k] for k in some))
    each = np.sort(line << 42 | pair)
    each = each[np.diff(each, prepend=-1) > 0]  # each pair of a line once
    line, pair = each >> 42, each & ((1 << 42) - 1)
    is_wanted = wanted[np.searchsorted(wanted, pair) % max(len(wanted), 1)] == pair
    both = np.bincount(line[is_wanted], minlength=len(some))
    rows[1, some] = both / np.maximum(np.bincount(line, minlength=len(some)), 1)
    rows[2, some] = both / max(len(wanted), 1)
    size = np.fromiter((len(line.text) for line in lines), dtype=np.int64, count=n)
    at = np.arange(n)
    shown = (rows[1] >= TITLE_SHARE) & (size >= 5)
    last = np.maximum.accumulate(np.where(shown, at, -10_000))
    rows[3] = np.minimum(at - last, 999)
    return rows


def _lines_with_any(texts: Sequence[str], title: str) -> list[int]:
    """The lines that hold a pair of characters of the title, and perhaps a few that do not."""
    if not texts:
        return []
    wanted, page = _codes(title), _codes("\n".join(texts))
    known = np.zeros(PAIR_BITS + 1, dtype=np.bool_)
    known[(wanted[:-1] * 31 + wanted[1:]) & PAIR_BITS] = True
    hits = np.flatnonzero(known[(page[:-1] * 31 + page[1:]) & PAIR_BITS])
    ends = np.cumsum([len(text) + 1 for text in texts])
    return list(np.unique(np.searchsorted(ends, hits, side="right")).tolist())


def _pairs(text: str) -> tuple[Ints, Ints]:
    """The lines that pairs of neighbouring characters stand in, and the pairs, as numbers."""
    codes = _codes(text).astype(np.int64)
    is_end = codes == ord("\n")
    inside = ~(is_end[:-1] | is_end[1:])
    return np.cumsum(is_end)[:-1][inside], (codes[:-1] << 21 | codes[1:])[inside]


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
