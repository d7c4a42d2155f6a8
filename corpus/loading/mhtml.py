"""MHTML: the page in a web page that was saved as one file, beside its images (RFC 2557)."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from io import BufferedReader

from corpus.document import Page, Removal
from corpus.loading.files import hold
from corpus.loading.inputs import Input, Reading
from corpus.loading.pages import Statements, read_whole, remove, too_large

_MAX_HEADER_BYTES = 1 << 16
_MAX_DEPTH = 3
"""Browsers put a page at most into two multiparts, one in the other."""

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(r"^(?P<name>[!-9;-~]+):[ \t]*(?P<value>.*)$", re.MULTILINE)
_FOLD = re.compile(r"\r?\n[ \t]+")
_PARAMETER = re.compile(
    r""" ; \s* (?P<name> [a-z-]{1,40} ) \s* = \s*
    (?: " (?P<quoted> [^"]* ) " | (?P<plain> [^\s;"]* ) )""",
    re.VERBOSE | re.IGNORECASE,
)
_HTML = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a message: its header by names in lower case, and its body as it stands."""

    header: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """Its type in lower case; without one it is text."""
        kind = self.header.get("content-type", "text/plain").partition(";")[0]
        return kind.strip().lower()

    def parameter(self, name: str) -> str | None:
        """A parameter of its type."""
        for found in _PARAMETER.finditer(self.header.get("content-type", "")):
            if found["name"].lower() == name:
                return found["plain"] if found["quoted"] is None else found["quoted"]
        return None

    def decoded(self) -> bytes:
        """The body without its transfer encoding, as far as it goes."""
        encoding = self.header.get("content-transfer-encoding", "").strip().lower()
        if encoding == "quoted-printable":
            return quopri.decodestring(self.body)
        if encoding == "base64":
            letters = re.sub(rb"[^A-Za-z0-9+/]", b"", self.body)
            try:
                return base64.b64decode(letters[: len(letters) // 4 * 4] + _tail(letters))
            except binascii.Error:
                return b""
        return self.body


def read_mhtml(stream: BufferedReader, item: Input, how: Reading) -> Iterator[Page | Removal]:
    """The page in an MHTML file: the part that it names as its start, or the first of HTML."""
    held = hold(stream, how.options.max_page_bytes)
    origin = item.origin(0, held.sha256)
    if held.data is None:
        yield too_large(origin, how.options.max_page_bytes)
        return
    message = _read_part(held.data)
    part = _find_page(message, message.parameter("start"), 0)
    if part is None:
        yield remove(origin, "not_a_page", "no HTML in it", held.data)
        return
    url = message.header.get("snapshot-content-location") or part.header.get("content-location")
    is_address = (url or "").lower().startswith(("http://", "https://"))
    said = Statements(url if is_address else None, fetched_at=_date(message.header.get("date")))
    yield read_whole(part.decoded(), "html", origin, said, part.parameter("charset"))


def _read_part(data: bytes) -> _Part:
    blank = _BLANK_LINE.search(data, 0, _MAX_HEADER_BYTES)
    lines = data[: blank.start() if blank else 0].decode("latin-1")
    fields = _FIELD.finditer(_FOLD.sub(" ", lines))
    header = {field["name"].lower(): field["value"].strip() for field in fields}
    return _Part(header, data[blank.end() :] if blank else data)


def _find_page(part: _Part, start: str | None, depth: int) -> _Part | None:
    """The part with the page in a part: the one of that identifier, else the first of HTML."""
    if part.media_type in _HTML:
        return part
    boundary = part.parameter("boundary")
    if not (boundary and part.media_type.startswith("multipart/")) or depth >= _MAX_DEPTH:
        return None
    pages = []
    for data in _split(part.body, boundary.encode("latin-1", "replace")):
        page = _find_page(_read_part(data), start, depth + 1)
        if page is not None:
            pages.append(page)
            if start is None or page.header.get("content-id", "").strip() == start:
                return page
    return pages[0] if pages else None


def _split(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between the lines that are the boundary, and behind the last if none closes."""
    mark = re.compile(rb"^--" + re.escape(boundary) + rb"(?P<last>--)?[ \t]*\r?$", re.MULTILINE)
    begin: int | None = None
    for found in mark.finditer(body):
        if begin is not None:
            yield body[begin : found.start()]
        begin = found.end() + 1
        if found["last"]:
            return
    if begin is not None:
        yield body[begin:]


def _tail(letters: bytes) -> bytes:
    """The last letters of base64 that do not fill four, padded; a single one says nothing."""
    rest = letters[len(letters) // 4 * 4 :]
    return rest.ljust(4, b"=") if len(rest) > 1 else b""


def _date(text: str | None) -> str | None:
    """The time of a message as ISO 8601, as precise as it is."""
    try:
        moment: datetime | None = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment.isoformat() if moment else None
