"""Lines → numbers, from the markup: what HTML knows of a line beyond its characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from operator import add
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.sheet import Sheet, cut, join, lay_out
from corpus.extraction.lines.frame import Frame
from corpus.extraction.lines.html import ROLES
from corpus.extraction.lines.layout import Layout

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
FARTHEST = 999
"""Lines since the title, where it stands further above or nowhere."""
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
"""Names of the columns of `tree_features_each`, in order."""

_TAGS = slice(TREE_FEATURES.index(f"tag_{TAGS[0]}"), TREE_FEATURES.index(f"near_{ROLES[0]}"))
_ROLES = slice(_TAGS.stop, TREE_FEATURES.index(f"{LEVEL[0]}_1"))
_LEVELS = slice(_ROLES.stop, TREE_FEATURES.index("path_n_lines"))
_TAG_NUMBERS = np.arange(len(TAGS))[:, None]
_BITS = np.arange(len(ROLES))[:, None]
_PATHS = slice(_LEVELS.stop, TREE_FEATURES.index("is_page_title"))
_NONE = np.array([-1])
"""In front of the elements of a page stands one that is none."""


class Marked(NamedTuple):
    """A page with markup, and what is known of its lines: their characters, how many are marks."""

    layout: Layout
    frame: Frame
    n_characters: Floats
    punctuation: Floats


class _Elements(NamedTuple):
    """The elements of all pages, those of a page behind one that is none and holds all of it.

    `none` has the numbers of these; `base` is the number of that of each element's page.
    """

    none: Ints
    base: Ints
    first: Ints
    end: Ints


class _Lines(NamedTuple):
    """The element that each line stands in, and its counts: characters, these in links, marks."""

    at: Ints
    n_characters: Floats
    links: Floats
    punctuation: Floats


def tree_features_each(pages: Sequence[Marked]) -> list[Floats]:
    """The markup's features of the lines of each page, shape (n_lines, len(TREE_FEATURES))."""
    sheet = lay_out([len(page.layout.lines) for page in pages])
    frames = [page.frame for page in pages]
    texts, _, *columns = zip(*chain.from_iterable(page.layout.lines for page in pages), strict=True)
    n = len(texts)
    counted = np.fromiter(chain.from_iterable(columns), np.int64, 4 * n).reshape(4, n)
    n_characters = join([page.n_characters for page in pages])
    links = np.minimum(counted[0], n_characters)
    elements = _join(frames, sheet)
    inner = join([frame.inner for frame in frames]) + elements.none.take(sheet.page) + 1
    lines = _Lines(inner, n_characters, links, join([page.punctuation for page in pages]))
    # Features are rows while they are made, so that each is one run of memory.
    rows = np.empty((len(TREE_FEATURES), n))
    np.divide(links, n_characters, out=rows[0])
    rows[1:4] = counted[1:]
    rows[4], tags, *roles = _of_elements(frames, elements).take(inner, axis=1)
    rows[_TAGS] = tags == _TAG_NUMBERS
    rows[_ROLES] = (np.array(roles)[:, None] >> _BITS & 1).reshape(-1, n)
    outer = _with_none([outer_containers(frame) for frame in frames], elements)
    _fill_containers(rows[_LEVELS], elements, outer, lines, tags == TAG_NUMBERS["p"])
    rows[_PATHS] = _paths([page.layout for page in pages], lines)
    _fill_titles(rows[-4:], texts, [page.layout.head.title or "" for page in pages], sheet)
    return [page.T for page in cut(rows, sheet.starts)]


def _join(frames: Sequence[Frame], sheet: Sheet) -> _Elements:
    sizes = np.array([len(frame.tags) + 1 for frame in frames])
    none = sizes.cumsum() - sizes
    starts = sheet.starts.repeat(sizes)
    first = np.concatenate([part for frame in frames for part in (_NONE, frame.first)]) + starts
    end = np.concatenate([part for frame in frames for part in (_NONE, frame.end)]) + starts
    # Those of none are the whole page's.
    first[none], end[none] = sheet.starts, sheet.end.take(sheet.starts)
    return _Elements(none, none.repeat(sizes), first, end)


def _with_none(numbers: Iterable[Ints | Sequence[int]], elements: _Elements) -> Ints:
    """Numbers of elements of each page as those of all pages; -1 is none, and none's is itself."""
    own = [np.asarray(part) for page in numbers for part in (_NONE, page)]
    return np.concatenate(own) + elements.base + 1


def _of_elements(frames: Sequence[Frame], elements: _Elements) -> Ints:
    """Of each element its depth, the number of its tag, the roles near it and around it.

    Near are the two innermost elements, around it are all. Shape (4, n_elements); in front of
    those of each page is none.
    """
    table = np.zeros((4, len(elements.base)), dtype=np.int64)
    depth, tags, near, around = table
    gathered: list[int] = []
    names: list[str] = []
    for frame, begin in zip(frames, elements.none.tolist(), strict=True):
        end = begin + 1 + len(frame.tags)
        depth[begin + 1 : end], near[begin + 1 : end] = frame.depth, frame.roles
        own = [0]
        for parent, roles in zip(frame.parents, frame.roles.tolist(), strict=True):
            own.append(roles | own[parent + 1])
        gathered += own
        names += ("", *frame.tags)
    near |= near.take(_with_none([frame.parent for frame in frames], elements))
    around[:] = gathered
    tags[:] = [TAG_NUMBERS.get(name, -1) for name in names]
    return table


def is_title(text: str, title: str | None) -> bool:
    """Whether a line is the page title, or the part of it before a site's suffix."""
    return title is not None and 4 <= len(text) <= len(title) and title.startswith(text)


def _fill_titles(rows: Floats, texts: Sequence[str], titles: Sequence[str], sheet: Sheet) -> None:
    """The last rows: what each line has of the title of its page, and lines since the title.

    In pairs of characters; the title counts as shown by a line that has hardly anything else.
    """
    is_whole, shares, covers, since = rows
    is_whole[:] = 0
    known = [_title_pairs(title, page) for page, title in enumerate(titles)]
    numbers = np.array([*chain.from_iterable(known)], dtype=np.int64)
    n_known = np.array([max(len(pairs), 1) for pairs in known]).take(sheet.page)
    for start in range(0, len(texts), COMPARED_AT_ONCE):
        some = slice(start, start + COMPARED_AT_ONCE)
        cut = [text[:LONGEST_COMPARED] for text in texts[some]]
        shared, n_pairs = _count_pairs(cut, sheet.page[some], numbers)
        np.divide(shared, np.maximum(n_pairs, 1), out=shares[some])
        np.divide(shared, n_known[some], out=covers[some])
    for n in (shares == 1).nonzero()[0].tolist():
        is_whole[n] = is_title(texts[n], titles[sheet.page[n]])
    at = sheet.at
    shown = (shares >= TITLE_SHARE) & (np.fromiter(map(len, texts), np.int64, len(texts)) >= 5)
    last = np.maximum.accumulate(np.where(shown, at, -1))
    since[:] = np.where(last >= sheet.first, np.minimum(at - last, FARTHEST), FARTHEST)


def _title_pairs(title: str, page: int) -> list[int]:
    """The different pairs of neighbouring characters of a title as numbers, those of pages apart.

    In order: the number of the page stands above that of the pair.
    """
    codes = [*map(ord, title)]
    return sorted({(page << 42) + (a << 21) + b for a, b in pairwise(codes)})


def _count_pairs(texts: Sequence[str], page: Ints, known: Ints) -> tuple[Ints, Ints]:
    """How many different pairs of neighbouring characters each text has: of the known ones, of all.

    A pair is one number, below that of its text: sorted, equal ones of a text are neighbours. Known
    ones are those of the page that the text stands on.
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
    n = len(texts)
    n_pairs = np.bincount(owner, minlength=n)
    if not len(known):
        return np.zeros(n, dtype=np.int64), n_pairs
    pairs += (page.take(owner) - owner) << 42
    is_known = known.take(known.searchsorted(pairs), mode="clip") == pairs
    return np.bincount(owner[is_known], minlength=n), n_pairs


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


def _fill_containers(
    rows: Floats, elements: _Elements, outer: Ints, lines: _Lines, is_paragraph: Flags
) -> None:
    """What `LEVEL` names of the innermost container of each line, and of those around it."""
    n = len(lines.at)
    totals = np.zeros((4, n + 1))
    each = np.array([lines.n_characters, lines.links, lines.punctuation, is_paragraph])
    each.cumsum(axis=1, out=totals[:, 1:])
    first, end = elements.first, elements.end
    counts = totals.take(end, axis=1) - totals.take(first, axis=1)
    table = np.empty((len(LEVEL), len(first)))
    n_lines, size, links, points, paragraphs = table
    n_lines[:] = end - first
    size[:] = counts[0]
    np.divide(counts[1], np.maximum(size, 1.0), out=links)
    np.divide(counts[2], np.maximum(counts[2].take(elements.base), 1.0), out=points)
    np.divide(counts[3], np.maximum(n_lines, 1.0), out=paragraphs)
    at = lines.at
    for level in rows.reshape(LEVELS, len(LEVEL), n):
        table.take(at, axis=1, out=level, mode="clip")  # unchecked, and so not copied
        at = outer.take(at)


def _paths(layouts: Sequence[Layout], lines: _Lines) -> Floats:
    """What the lines at the same kind of place of a page have in common."""
    path = join_places([layout.places for layout in layouts])
    n = np.bincount(path)
    size = np.bincount(path, lines.n_characters)
    links = np.bincount(path, lines.links)
    points = np.bincount(path, lines.punctuation)
    table = np.array([n, size / n, links / np.maximum(size, 1.0), points / n])
    return np.asarray(table[:, path])


def join_places(places: Sequence[Ints]) -> Ints:
    """The numbers of kinds of places on each page, those of every page apart."""
    n = 0
    found = []
    for page in places:
        found.append(page + n)
        n += int(page.max()) + 1
    return np.concatenate(found)
