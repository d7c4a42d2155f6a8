"""The records that cross a room's door. Frozen, named fields, no dictionaries of anything.

Text positions are offsets in characters (code points); shares are in [0, 1].
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

PageKind = Literal["html", "text"]

BlockKind = Literal[
    "main",
    "title",
    "byline",
    "navigation",
    "related",
    "comment",
    "statement",
    "promotion",
    "control",
    "footer",
]
"""What a block of a page is for its reader; `docs/labels.md` draws the lines between them."""

BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)

Stage = Literal["loading", "cleaning", "extraction", "takedown", "filtering", "dedup"]

Reservation = Literal["noai", "noarchive", "tdm"]
"""What a page says that machines must not do with it: learn from it, keep a copy of it, or mine it
(text and data mining, Directive (EU) 2019/790, article 4)."""

RESERVATIONS: tuple[Reservation, ...] = get_args(Reservation)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an input came from, without any path of the machine that read it.

    `source` is the name of the source as the build lists it (never an absolute path), `path` the
    place inside it in POSIX form (empty where the source is a single file), `record` where the
    record is in that file: the byte at which it starts, or its number from 0 where the format
    counts rows, 0 for a file that is one page. `sha256` is the digest of the record's bytes in
    hexadecimal (empty where they could not be read), and `key` the record's own identifier, if it
    has one.
    """

    source: str
    path: str
    record: int
    sha256: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came, decoded but not changed.

    `id` comes from `page_id`. `content` is HTML or plain text by `kind`. `fetched_at` is ISO 8601
    as the source gave it. `title` is what the source said the title is, `date` when it said the
    article was published. `encoding` is what the bytes were decoded as, and `n_lost` counts the
    U+FFFD in the content that stand for bytes that say nothing. `reservations` are those that came
    with the page and not in it. `truncated` is why a web archive has only its beginning, if it says
    so: `length`, `time`, `disconnect`.
    """

    id: str
    url: str | None
    content: str
    kind: PageKind
    fetched_at: str | None
    origin: Origin
    title: str | None = None
    encoding: str = "utf-8"
    date: str | None = None
    n_lost: int = 0
    reservations: tuple[Reservation, ...] = ()
    truncated: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a text: at `start`, `before` was replaced by `after`, by the fix named `fix`.

    `start` counts in the text as it stood before that fix ran, see `cleaning.replay`.
    """

    fix: str
    start: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A recommended article: its headline, the outlet and the time the page gives, if any."""

    title: str
    source: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One line or block of a page, and what it was taken for.

    `rule` names the function or the resource that decided; `position` counts blocks from 0 in the
    order of the page. `item` is set on the headline of a related item.
    """

    text: str
    kind: BlockKind
    rule: str
    position: int
    item: RelatedItem | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """What was found on a page.

    `text` is the main blocks, one paragraph a line. `published_at` is ISO 8601, as precise as the
    page (a day, or a time with its zone). `source` is the outlet the article comes from (来源) and
    never the author. `edits` turn the page's own wording into `text`. `is_article` is false for a
    list, a portal front or a log-in wall; `confidence` is how sure that is. `reservations` are
    those that the page states, in the order of `RESERVATIONS`.
    """

    id: str
    url: str | None
    site: str | None
    title: str | None
    author: str | None
    source: str | None
    published_at: str | None
    text: str
    blocks: tuple[Block, ...]
    edits: tuple[Edit, ...]
    is_article: bool
    confidence: float
    reservations: tuple[Reservation, ...] = ()


@dataclass(frozen=True, slots=True)
class Signals:
    """What an article's text measures; nothing here decides, `filtering.DROP_RULES` do.

    Counts are characters without white space; shares are of those characters, but for `han_share`,
    which is of letters, and `line_end_share` and `duplicate_line_share`, which are of lines.
    """

    n_characters: int
    n_paragraphs: int
    han_share: float
    punctuation_share: float
    digit_share: float
    line_end_share: float
    duplicate_line_share: float
    language: str
    script: Literal["hans", "hant"] | None


@dataclass(frozen=True, slots=True)
class Removal:
    """An input that did not become an article: where it stopped, why, and what stands for it.

    `reason` is the name of the rule that removed it; `detail` says more to a person, without paths
    of the machine; `kept_id` is the article that is kept in its place.
    """

    id: str
    url: str | None
    origin: Origin
    stage: Stage
    reason: str
    detail: str | None = None
    kept_id: str | None = None


def page_id(content: bytes | str, url: str | None = None) -> str:
    """The identity of a page: 32 hex digits of BLAKE2b-128 over its canonical URL, or its content.

    `url` must be canonical already (`loading.canonical_url`). The same page has the same id in
    every release.

    >>> page_id("正文")
    'ec3073b8213ad6a4454cf8444cfe99e4'
    """
    data = url if url is not None else content
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).hexdigest()
