"""One page a file: innerText dumps and HTML."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BufferedReader

from corpus.document import Page, PageKind, Removal
from corpus.errors import LoadError
from corpus.loading.pages import Statements, decode_text, is_blank, make_page, remove
from corpus.loading.sources import Input
from corpus.recipe import Loading

_CHUNK_BYTES = 1 << 20


def read_text(stream: BufferedReader, item: Input, options: Loading) -> Iterator[Page | Removal]:
    """The page in a `.txt` file: an innerText dump, or HTML that was saved under that name."""
    yield _read_page(stream, item, options, None)


def read_html(stream: BufferedReader, item: Input, options: Loading) -> Iterator[Page | Removal]:
    """The page in an HTML file."""
    yield _read_page(stream, item, options, "html")


def refuse_format(stream: BufferedReader, item: Input, options: Loading) -> Iterator[Removal]:  # noqa: ARG001
    """The removal of a file that no loader reads."""
    detail = f"no loader for {item.suffix}" if item.suffix else "the name has no suffix"
    yield remove_unheld(stream, item, "unsupported_format", detail)


def remove_unheld(stream: BufferedReader, item: Input, reason: str, detail: str) -> Removal:
    """The removal of a file too large or too foreign to hold: it has the id of its SHA-256."""
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK_BYTES):
        digest.update(chunk)
    sha256 = digest.hexdigest()
    return remove(item.origin(sha256=sha256), reason, detail, sha256)


def _read_page(
    stream: BufferedReader, item: Input, options: Loading, kind: PageKind | None
) -> Page | Removal:
    data = stream.read(options.max_page_bytes + 1)
    if len(data) > options.max_page_bytes:
        stream.seek(0)
        detail = f"more than {options.max_page_bytes:,} bytes"
        return remove_unheld(stream, item, "too_large", detail)
    origin = item.origin(sha256=hashlib.sha256(data).hexdigest())
    try:
        decoded = decode_text(data)
    except LoadError as error:
        return remove(origin, "unreadable", error.what, data)
    if is_blank(decoded.text):
        return remove(origin, "empty", None, data)
    return make_page(decoded, kind, origin, Statements())
