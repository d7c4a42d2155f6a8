"""Lines → numbers, from the markup: what HTML knows of a line beyond its characters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise, repeat
from operator import add
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.frame import Frame, frame_of
from corpus.extraction.html import ROLES
from corpus.extraction.layout import Layout

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

TAGS = ("p", "li", "td", "div", "section", "pre", "blockquote", "dd", "span")
TAG_NUMBERS = {tag: n for n, tag in enumerate(TAGS)}
LEVELS = 4
"""How many distinct containers around a line are measured."""
TITLE_SHARE = 0.8
"""Share of the pairs of characters of a line that the page title has, for it to be the title."""
LONGEST_COMPARED = 400
"""Characters of a line that are compared with the title."""
COMPARED_AT_ONCE = 4096
"""Lines that are: bounds the memory on a page of a million lines."""
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
_TAG_NUMBERS = np.arange(len(TAGS))[:, None]
_BITS = np.arange(len(ROLES))[:, None]
_PATHS = slice(_LEVELS.stop, TREE_FEATURES.index("is_page_title"))


class _Lines(NamedTuple):
    """The element that each line stands in, and its counts: characters, these in links, marks."""

    at: Ints
    n_characters: Floats
    links: Floats
    punctuation: Floats


def tree_features(
    layout: Layout, n_characters: Floats, punctuation: Floats, frame: Frame | None = None
) -> Floats:
    """The markup's features of each line, shape (n_lines, len(TREE_FEATURES)).

    `frame` may be given when the elements of the page, which has some, were read out already.
    """
    frame = frame or frame_of(layout.lines, layout.elements)
    texts, _, *columns = zip(*layout.lines, strict=True)
    n = len(texts)
    counted = np.fromiter(chain.from_iterable(columns), np.int64, 4 * n).reshape(4, n)
    links = np.minimum(counted[0], n_characters)
    lines = _Lines(frame.inner, n_characters, links, punctuation)
    # Features are rows while they are made, so that each is one run of memory.
    rows = np.empty((len(TREE_FEATURES), n))
    np.divide(links, n_characters, out=rows[0])
    rows[1:4] = counted[1:]
    rows[4], tags, *roles = _of_elements(frame).take(frame.inner, axis=1)
    rows[_TAGS] = tags == _TAG_NUMBERS
    rows[_ROLES] = (np.array(roles)[:, None] >> _BITS & 1).reshape(-1, n)
    _fill_containers(rows[_LEVELS], frame, lines, tags == TAG_NUMBERS["p"])
    rows[_PATHS] = _paths(layout, lines)
    _fill_titles(rows[-4:], texts, layout.head.title or "")
    return rows.T


def _of_elements(frame: Frame) -> Ints:
    """Of each element its depth, the number of its tag, the roles near it and around it.

    Near are the two innermost elements, around it are all. Shape (4, n_elements + 1): the last is
    none, which is number -1.
    """
    table = np.zeros((4, len(frame.tags) + 1), dtype=np.int64)
    depth, tags, near, around = table
    depth[:-1] = frame.depth
    tags[:-1] = np.fromiter(map(TAG_NUMBERS.get, frame.tags, repeat(-1)), np.int64, depth.size - 1)
    tags[-1] = -1
    near[:-1] = frame.roles
    near[:-1] |= near.take(frame.parent)
    gathered = [0]  # in front are those of none
    for parent, roles in zip(frame.parents, frame.roles.tolist(), strict=True):
        gathered.append(roles | gathered[parent + 1])
    around[:-1] = np.fromiter(gathered, np.int64, depth.size)[1:]
    return table


def is_title(text: str, title: str | None) -> bool:
    """Whether a line is the page title, or the part of it before a site's suffix."""
    return title is not None and 4 <= len(text) <= len(title) and title.startswith(text)


def _fill_titles(rows: Floats, texts: Sequence[str], title: str) -> None:
    """The last rows: what each line has of the title of the page, and lines since the title.

    In pairs of characters; the title counts as shown by a line that has hardly anything else.
    """
    rows[:3] = 0
    is_whole, shares, covers, since = rows
    codes = [*map(ord, title)]
    known = np.array(sorted({(a << 21) + b for a, b in pairwise(codes)}))
    for start in range(0, len(texts) if len(known) else 0, COMPARED_AT_ONCE):
        some = slice(start, start + COMPARED_AT_ONCE)
        shared, n_pairs = _count_pairs([text[:LONGEST_COMPARED] for text in texts[some]], known)
        np.divide(shared, np.maximum(n_pairs, 1), out=shares[some])
        np.divide(shared, len(known), out=covers[some])
    for n in (shares == 1).nonzero()[0].tolist():
        is_whole[n] = is_title(texts[n], title)
    at = np.arange(len(texts))
    shown = (shares >= TITLE_SHARE) & (np.fromiter(map(len, texts), np.int64, len(texts)) >= 5)
    np.minimum(at - np.maximum.accumulate(np.where(shown, at, -10_000)), 999, out=since)


def _count_pairs(texts: Sequence[str], known: Ints) -> tuple[Ints, Ints]:
    """How many different pairs of neighbouring characters each text has: of the known ones, of all.

    A pair is one number, below that of its text: sorted, equal ones of a text are neighbours.
    """
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    wide = codes.astype(np.int64)
    owner = np.arange(len(texts)).repeat(np.fromiter(map(len, texts), np.int64, len(texts)))
    pairs = (owner[1:] << 42) + (wide[:-1] << 21) + wide[1:]
    pairs = pairs[owner[1:] == owner[:-1]]
    pairs.sort()
    is_new = np.empty(len(pairs), dtype=np.bool_)
    is_new[:1] = True
    np.not_equal(pairs[1:], pairs[:-1], out=is_new[1:])
    pairs = pairs[is_new]
    owner = pairs >> 42
    pairs &= (1 << 42) - 1
    is_known = known.take(known.searchsorted(pairs), mode="clip") == pairs
    n = len(texts)
    return np.bincount(owner[is_known], minlength=n), np.bincount(owner, minlength=n)


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text."""
    return frozenset(map(add, text, text[1:]))


def outer_containers(frame: Frame) -> list[int]:
    """For each element the next one around it that holds more lines, -1 at the top."""
    firsts, ends = frame.firsts, frame.ends
    outer: list[int] = []
    for parent, first, end in zip(frame.parents, firsts, ends, strict=True):
        same = parent >= 0 and firsts[parent] == first and ends[parent] == end
        outer.append(outer[parent] if same else parent)  # what is around both, or the parent
    return outer


def _fill_containers(rows: Floats, frame: Frame, lines: _Lines, is_paragraph: Flags) -> None:
    """What `LEVEL` names of the innermost container of each line, and of those around it."""
    n = len(lines.at)
    totals = np.zeros((4, n + 1))
    each = np.array([lines.n_characters, lines.links, lines.punctuation, is_paragraph])
    each.cumsum(axis=1, out=totals[:, 1:])
    # The last is that of none, which holds the page.
    table = np.empty((len(LEVEL), len(frame.tags) + 1))
    n_lines, size, links, points, paragraphs = table
    n_lines[:-1], n_lines[-1] = frame.end - frame.first, n
    counts = np.concatenate(
        [totals.take(frame.end, axis=1) - totals.take(frame.first, axis=1), totals[:, -1:]], axis=1
    )
    size[:] = counts[0]
    np.divide(counts[1], np.maximum(size, 1.0), out=links)
    np.divide(counts[2], max(float(totals[2, n]), 1.0), out=points)
    np.divide(counts[3], np.maximum(n_lines, 1.0), out=paragraphs)
    outer = np.array([*outer_containers(frame), -1])
    levels = rows.reshape(LEVELS, len(LEVEL), n)
    at = lines.at
    for level in levels:
        table.take(at, axis=1, out=level, mode="wrap")
        at = outer.take(at)


def _paths(layout: Layout, lines: _Lines) -> Floats:
    """What the lines at the same kind of place have in common."""
    path = layout.places
    n = np.bincount(path)
    size = np.bincount(path, lines.n_characters)
    links = np.bincount(path, lines.links)
    points = np.bincount(path, lines.punctuation)
    table = np.array([n, size / n, links / np.maximum(size, 1.0), points / n])
    return np.asarray(table[:, path])
