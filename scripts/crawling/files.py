"""The files of a crawl: WARC, JSONL, folders of pages; and the truth of each page in them."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from scripts.crawling.pages import Made
from scripts.crawling.plan import FilePlan, Slot

GZIP_LEVEL = 4

TRUTH = pa.schema(
    [
        ("page", pa.int64()),  # its number
        ("file", pa.string()),  # in which it lies, under pages/
        ("offset", pa.int64()),  # byte at which it starts there
        ("url", pa.string()),
        ("site", pa.string()),
        ("kind", pa.string()),  # original, a kind of copy, or a page without an article
        ("story", pa.int64()),  # the article, null where there is none
        ("original", pa.int64()),  # the page that it is a copy of; an original is its own
        ("title", pa.string()),
        ("source", pa.string()),
        ("published_at", pa.string()),
        ("text", pa.string()),  # the main text, one paragraph a line
    ]
)

Pages = Iterable[tuple[Slot, Made]]
Told = list[tuple[Slot, Made, str, int]]
"""Pages with the file and the offset at which they were written."""


def write_file(root: Path, file: FilePlan, pages: Pages) -> pa.Table:
    """Write one file of the plan under `root`; gives the truth of its pages."""
    told = WRITERS[file.form](root, file.name, pages)
    return pa.Table.from_pylist([_truth(*row) for row in told], TRUTH)


def _truth(slot: Slot, made: Made, file: str, offset: int) -> dict[str, Any]:
    has_story = slot.story >= 0
    return {
        "page": slot.page,
        "file": file,
        "offset": offset,
        "url": made.url,
        "site": made.site,
        "kind": made.kind,
        "story": slot.story if has_story else None,
        "original": slot.original if has_story else None,
        "title": made.title,
        "source": made.source,
        "published_at": made.published_at,
        "text": made.text,
    }


def _write_folder(suffix: str) -> Callable[[Path, str, Pages], Told]:
    def write(root: Path, name: str, pages: Pages) -> Told:
        told: Told = []
        (root / name).mkdir(parents=True, exist_ok=True)
        for slot, made in pages:
            file = f"{name}/{slot.page:08d}{suffix}"
            (root / file).write_bytes(_encoded(made))
            told.append((slot, made, file, 0))
        return told

    return write


def _write_jsonl(field: str) -> Callable[[Path, str, Pages], Told]:
    def write(root: Path, name: str, pages: Pages) -> Told:
        told: Told = []
        file = f"{name}.jsonl"
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        with (root / file).open("wb") as stream:
            for slot, made in pages:
                told.append((slot, made, file, stream.tell()))
                record = {"url": made.url, "fetched_at": made.fetched_at, field: made.content}
                stream.write(json.dumps(record, ensure_ascii=False).encode("utf-8") + b"\n")
        return told

    return write


def _write_warc(root: Path, name: str, pages: Pages) -> Told:
    told: Told = []
    file = f"{name}.warc.gz"
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    with (root / file).open("wb") as stream:
        stream.write(_member(_warcinfo(name)))
        for slot, made in pages:
            told.append((slot, made, file, stream.tell()))
            stream.write(_member(_response(slot, made)))
    return told


def _member(record: bytes) -> bytes:
    return gzip.compress(record, GZIP_LEVEL, mtime=0)


def _response(slot: Slot, made: Made) -> bytes:
    kind = f"text/html; charset={made.charset}"
    return response(made.url, _encoded(made), kind, made.fetched_at, f"page {slot.page}")


def response(url: str, body: bytes, kind: str, fetched_at: str, key: str) -> bytes:
    """A record of WARC: a page as it was fetched, of a content type; `key` makes its id."""
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    fields = {
        "WARC-Type": "response",
        "WARC-Record-ID": f"<urn:uuid:{_uuid(key)}>",
        "WARC-Date": fetched_at,
        "WARC-Target-URI": url,
        "WARC-Identified-Payload-Type": "text/html",
        "Content-Type": "application/http; msgtype=response",
    }
    return _record(fields, http.encode("ascii") + body)


def _warcinfo(name: str) -> bytes:
    fields = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": f"<urn:uuid:{_uuid(name)}>",
        "WARC-Date": "2022-01-01T00:00:00Z",
        "Content-Type": "application/warc-fields",
    }
    return _record(fields, b"software: make_crawl\r\nformat: WARC File Format 1.0\r\n")


def _record(fields: dict[str, str], block: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    start = f"WARC/1.0\r\n{head}Content-Length: {len(block)}\r\n\r\n"
    return start.encode("ascii") + block + b"\r\n\r\n"


def _uuid(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, name)


def _encoded(made: Made) -> bytes:
    return made.content.encode(made.charset, "replace")


WRITERS: dict[str, Callable[[Path, str, Pages], Told]] = {
    "warc": _write_warc,
    "html_jsonl": _write_jsonl("html"),
    "text_jsonl": _write_jsonl("text"),
    "html": _write_folder(".html"),
    "text": _write_folder(".txt"),
}
