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
