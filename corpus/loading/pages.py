"""Bytes or text to one Page, and what cannot be one to a Removal."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from corpus.document import Origin, Page, PageKind, Removal, Reservation, page_id
from corpus.errors import LoadError
from corpus.loading.declared import declared_charset
from corpus.loading.encoding import Decoded, decode, is_binary
from corpus.loading.names import printable
from corpus.loading.urls import canonical_url

_HEAD_CHARACTERS = 4096
"""How much of a page tells whether it is HTML."""

_MIN_TAGS = 3
"""A text that opens without a tag is HTML from so many on, if they are as many as half its lines:
fragments of HTML have tags all over, a text about HTML here and there."""

_TAG = r"""
    < /? (?: !doctype | html | head | body | meta | title | link | style | script | div | p | br
    | span | h[1-6] | a | img | ul | ol | li | table | tr | td | section | article | main | header
    | footer | nav | figure | strong | em | b | i | font | center | blockquote | pre | form )
    (?: \s [^<>]* | / )? >
"""
_ANY_TAG = re.compile(_TAG, re.VERBOSE | re.IGNORECASE)
_OPENING = re.compile(
    rf"""[\s\ufeff]* (?: <\?xml\b | <!-- | {_TAG}
    | <[a-z]+ \s+ [a-z-]+ \s* = \s* ["'] [^<>]* > )   # a crawler's own element around the page""",
    re.VERBOSE | re.IGNORECASE,
)
_NON_BLANK_LINE = re.compile(r"^.*\S", re.MULTILINE)

_VISIBLE = re.compile(r"[^\s\0\ufeff\u200b]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Statements:
    """What a record says about itself beside its content."""

    url: str | None = None
    title: str | None = None
    fetched_at: str | None = None
    date: str | None = None
    reservations: tuple[Reservation, ...] = ()
    truncated: str | None = None


def decode_page(data: bytes | str, url: str | None = None, kind: PageKind | None = None) -> Page:
    """`data` as a page that stands alone; its kind is guessed where none is given.

    Empty data is an empty page.

    Raises:
        LoadError: `data` is no text at all.
    """
    decoded = decode_text(data)
    raw = data if isinstance(data, bytes) else decoded.text.encode("utf-8")
    origin = Origin(source="", path="", record=0, sha256=hashlib.sha256(raw).hexdigest())
    return make_page(decoded, kind, origin, Statements(url=url))


def decode_text(data: bytes | str, *declared: str | None) -> Decoded:
    """`data` decoded, with nothing in it that cannot be encoded again.

    `declared` is what is said of its charset beside what it says itself.

    Raises:
        LoadError: `data` is no text at all.
    """
    if isinstance(data, bytes):
        decoded = decode(data, *declared, declared_charset(data))
    else:
        text = replace_surrogates(data)
        decoded = Decoded(text, "utf-8", text.count("\ufffd") - data.count("\ufffd"))
    if is_binary(decoded.text):
        raise LoadError("page", "binary data, not text", "give HTML or plain text")
    return decoded


def replace_surrogates(text: str) -> str:
    r"""`text` with pairs of surrogates joined and lone ones replaced by U+FFFD.

    >>> replace_surrogates("\ud83d\ude00 \ud800")
    '😀 �'
    """
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def make_page(decoded: Decoded, kind: PageKind | None, origin: Origin, said: Statements) -> Page:
    """The page with the id of its URL, or of its content where it has no URL that identifies."""
    url = said.url.strip() if said.url else None
    return Page(
        id=identify(decoded.text, url),
        url=url or None,
        content=decoded.text,
        kind=kind or guess_kind(decoded.text),
        fetched_at=said.fetched_at,
        origin=origin,
        title=said.title,
        encoding=decoded.encoding,
        date=said.date,
        n_lost=decoded.n_lost,
        reservations=said.reservations,
        truncated=said.truncated,
    )


def read_whole(
    data: bytes, kind: PageKind | None, origin: Origin, said: Statements, *declared: str | None
) -> Page | Removal:
    """The page that `data` is, or its removal where there is nothing to see or it is no text."""
    try:
        decoded = decode_text(data, *declared)
    except LoadError as error:
        return remove(origin, "unreadable", error.what, data, said.url)
    if is_blank(decoded.text):
        return remove(origin, "empty", None, data, said.url)
    return make_page(decoded, kind, origin, said)


def too_large(origin: Origin, max_bytes: int, url: str | None = None) -> Removal:
    """The removal of what has more bytes than a page may have; it has the id of its SHA-256."""
    return remove(origin, "too_large", f"more than {max_bytes:,} bytes", origin.sha256, url)


def identify(content: bytes | str, url: str | None) -> str:
    """The id of what has this content and this URL as given."""
    return page_id(content, canonical_url(url) if url else None)


def remove(
    origin: Origin, reason: str, detail: str | None, content: bytes | str, url: str | None = None
) -> Removal:
    """The removal of a record; `content` is what it is identified by where it has no URL."""
    return Removal(
        id=identify(content, url),
        url=url,
        origin=origin,
        stage="loading",
        reason=reason,
        detail=printable(detail) if detail else detail,
    )


def place_of(origin: Origin) -> str:
    """What identifies a record whose bytes could not be read."""
    path = f"{origin.source}/{origin.path}" if origin.path else origin.source
    return f"{path}#{origin.record}"


def is_blank(text: str) -> bool:
    """Whether there is nothing to see: white space, NULs, zero-width marks."""
    return not _VISIBLE.search(text)


def guess_kind(text: str) -> PageKind:
    """Whether a page is HTML: it opens with a tag, or its beginning is full of them.

    >>> guess_kind("<p>正文"), guess_kind("5 < 7, <p> 是段落标签")
    ('html', 'text')
    """
    head = text[:_HEAD_CHARACTERS]
    if _OPENING.match(head):
        return "html"
    n_tags = len(_ANY_TAG.findall(head))
    n_lines = len(_NON_BLANK_LINE.findall(head))
    return "html" if n_tags >= _MIN_TAGS and n_tags * 2 >= n_lines else "text"
