"""Small files of every form that pages come packed in, for the tests of loading."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpus.document import Page, Removal
from corpus.loading import Input, list_inputs, read_input
from corpus.recipe import Loading

Result = Page | Removal


def zstd(data: bytes) -> bytes:
    """Compressed with zstd, as one frame that tells no size."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstd,
}


def write(folder: Path, name: str, data: bytes | str) -> Path:
    """A new file, its folders made."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def read_file(path: Path | str, **options: Any) -> list[Result]:
    """What a source gives with these options of the recipe."""
    loading = Loading(**options)
    return [r for item in list_inputs([path], loading) for r in read_input(item, loading)]


def read_at(path: Path, name: str, **options: Any) -> list[Result]:
    """What a file gives that is listed under another name."""
    item = Input("s", name, str(path), path.stat().st_size)
    return list(read_input(item, Loading(**options)))


def told(results: list[Result]) -> list[tuple[str, int, str]]:
    """Path, record, and the content of each page or the reason of each removal."""
    return [
        (r.origin.path, r.origin.record, r.content if isinstance(r, Page) else r.reason)
        for r in results
    ]


def answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """What a server answers: status, headers and body."""
    fields = {"content_type": "text/html", **headers}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items()]
    return f"HTTP/1.1 {status}\r\n{''.join(lines)}\r\n".encode() + body


def warc_record(block: bytes, kind: str = "response", **headers: str) -> bytes:
    """A record of a web archive."""
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:1>",
        "WARC-Date": "2024-05-01T00:00:00Z",
        "WARC-Target-URI": "http://a.example/1",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{name}: {value}\r\n" for name, value in fields.items()]
    return f"WARC/1.0\r\n{''.join(lines)}\r\n".encode() + block + b"\r\n\r\n"
