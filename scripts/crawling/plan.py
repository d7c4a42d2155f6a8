"""Which page goes where: an article and its copies are a family, spread over all files."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FORMATS = {"warc": 0.4, "html_jsonl": 0.2, "text_jsonl": 0.2, "html": 0.1, "text": 0.1}
"""The forms in which a crawl is written, and the share of its pages in each."""

FILE_PAGES = {"warc": 4000, "html_jsonl": 4000, "text_jsonl": 4000, "html": 1000, "text": 1000}
"""Pages of a file, or of a folder of files."""

COPIES = {
    "same_url": 0.12,  # fetched again, nothing changed
    "updated": 0.06,  # fetched again, a paragraph added meanwhile
    "url_variant": 0.08,  # the same page under the address of its mobile site, or with trackers
    "same_text": 0.17,  # another site, the same text
    "repost": 0.22,  # another site, lines above and below it
    "cut": 0.10,  # another site, the first half to four fifths of it
    "edited": 0.10,  # another site, a character in one of fifteen clauses changed
    "traditional": 0.07,
    "width": 0.05,  # another site, half-width punctuation and digits
    "embedded": 0.03,  # another site, as a part of a longer article
}
"""What a copy is, and how often among copies."""

BARE = ("list", "missing", "login")
"""What a page without an article is."""

P_BARE = 0.05
"""Share of pages without an article."""

P_COPIED = 0.22
"""Share of articles with copies."""

MEAN_COPIES = 2.0
"""Copies of such an article on average, at least one, at most `MAX_COPIES`."""

MAX_COPIES = 40


@dataclass(frozen=True, slots=True)
class Slot:
    """A page to be made: its number, and the article and which of its family it is.

    `story` is -1 for a page without an article. `member` is 0 for the original, whose page number
    is `original` for all of the family.
    """

    page: int
    story: int
    member: int
    original: int


@dataclass(frozen=True, slots=True)
class FilePlan:
    """A file, or a folder of files: its name, its form, and its pages from first to last."""

    name: str
    form: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All pages of a crawl, by their number: the order in which they lie in files."""

    stories: NDArray[np.int64]
    members: NDArray[np.int16]
    originals: NDArray[np.int64]
    files: tuple[FilePlan, ...]
    seed: int

    def slots(self, file: FilePlan) -> list[Slot]:
        """The pages of a file."""
        return [
            Slot(n, int(self.stories[n]), int(self.members[n]), int(self.originals[n]))
            for n in range(file.first, file.last)
        ]


def make_plan(n_pages: int, seed: int, forms: tuple[str, ...]) -> Plan:
    """`n_pages` pages in families, mixed, cut into files of the given forms."""
    chance = np.random.default_rng([seed, n_pages])
    stories, members = _families(n_pages, chance)
    first = np.maximum.accumulate(np.where(members == 0, np.arange(n_pages), 0))
    order = chance.permutation(n_pages)  # page order[i] is made as i
    place = np.empty_like(order)
    place[order] = np.arange(n_pages)
    originals = np.where(stories >= 0, place[first], -1)
    return Plan(stories[order], members[order], originals[order], _files(n_pages, forms), seed)


def _families(
    n_pages: int, chance: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """The article of each page and its place in the family, families one after the other."""
    copied = chance.random(n_pages) < P_COPIED
    copies = np.minimum(chance.geometric(1 / MEAN_COPIES, n_pages), MAX_COPIES)
    sizes = np.where(copied, 1 + copies, 1)
    sizes[chance.random(n_pages) < P_BARE * float(sizes.mean())] = 0  # no article
    lengths = np.maximum(sizes, 1)
    n_families = int(np.searchsorted(np.cumsum(lengths), n_pages)) + 1
    sizes, lengths = sizes[:n_families], lengths[:n_families]
    numbers = np.where(sizes > 0, np.cumsum(sizes > 0) - 1, -1)
    stories = np.repeat(numbers, lengths)[:n_pages]
    starts = np.cumsum(lengths) - lengths
    members = np.arange(len(stories)) - np.repeat(starts, lengths)[:n_pages]
    return stories.astype(np.int64), members.astype(np.int16)


def _files(n_pages: int, forms: tuple[str, ...]) -> tuple[FilePlan, ...]:
    whole = sum(FORMATS[form] for form in forms)
    files: list[FilePlan] = []
    at, share = 0, 0.0
    for form in forms:
        share += FORMATS[form] / whole
        end = n_pages if form == forms[-1] else round(share * n_pages)
        number = 0
        while at < end:
            last = min(at + FILE_PAGES[form], end)
            files.append(FilePlan(f"{form}/{number:05d}", form, at, last))
            at, number = last, number + 1
    return tuple(files)


def kind_of(slot: Slot, seed: int) -> str:
    """What a page is: `original`, one of `COPIES`, or one of `BARE`."""
    chance = random.Random(f"{seed}/kind/{slot.page if slot.story < 0 else slot.story}")
    if slot.story < 0:
        return chance.choice(BARE)
    if slot.member == 0:
        return "original"
    kinds = chance.choices(list(COPIES), list(COPIES.values()), k=MAX_COPIES)
    return kinds[slot.member - 1]
