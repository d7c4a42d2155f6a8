"""Sources to pages: every file or record becomes a `Page` or a `Removal`, in a fixed order.

A loader reads one open file as a stream; `LOADERS` says which, by what the file's name ends in.
Compression (`.gz`, `.xz`, `.bz2`, `.zst`) is told by the first bytes and taken off before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import BinaryIO

from corpus.document import Page, Removal
from corpus.loading import reading
from corpus.loading.archives import read_zip
from corpus.loading.columnar import read_arrow, read_parquet
from corpus.loading.cut import cut, weigh
from corpus.loading.declared import declared_charset
from corpus.loading.encoding import Decoded, decode
from corpus.loading.files import read_html, read_text
from corpus.loading.inputs import Input, Part
from corpus.loading.jsonl import read_jsonl
from corpus.loading.mhtml import read_mhtml
from corpus.loading.pages import decode_page, guess_kind, place_of, remove
from corpus.loading.reading import Loader, copy_stdin
from corpus.loading.remote import is_url
from corpus.loading.sources import STDIN, find_inputs, name_sources
from corpus.loading.tables import read_table
from corpus.loading.tar import read_tar
from corpus.loading.urls import canonical_url
from corpus.loading.warc import read_warc
from corpus.recipe import Loading

__all__ = [
    "LOADERS",
    "Decoded",
    "Input",
    "Loader",
    "Part",
    "canonical_url",
    "cut",
    "declared_charset",
    "decode",
    "decode_page",
    "guess_kind",
    "hold_stdin",
    "list_inputs",
    "name_sources",
    "read",
    "read_input",
    "remove_input",
    "weigh",
]

PART_BYTES = 32_000_000
"""Least size of a part where each part reads the directory of the whole file, and where a file
stores many records together."""

_TEXT = Loader(read_text, part_bytes=1)
_HTML = Loader(read_html)
_JSONL = Loader(read_jsonl, part_bytes=1)
_WARC = Loader(read_warc, part_bytes=1, seeks=True, inflates=True)

_TABLE = Loader(read_table)
_MHTML = Loader(read_mhtml)
_ZIP = Loader(read_zip, part_bytes=PART_BYTES, is_archive=True, seeks=True)
_TAR = Loader(read_tar, is_archive=True)
_PARQUET = Loader(read_parquet, part_bytes=PART_BYTES, seeks=True)
_ARROW = Loader(read_arrow, part_bytes=PART_BYTES, seeks=True, maps=True)

LOADERS: dict[str, Loader] = {
    ".txt": _TEXT,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".shtml": _HTML,
    ".jsonl": _JSONL,
    ".ndjson": _JSONL,
    ".warc": _WARC,
    ".wet": _WARC,
    ".mhtml": _MHTML,
    ".mht": _MHTML,
    ".csv": _TABLE,
    ".tsv": _TABLE,
    ".parquet": _PARQUET,
    ".arrow": _ARROW,
    ".feather": _ARROW,
    ".zip": _ZIP,
    ".tar": _TAR,
    ".tgz": _TAR,
    ".txz": _TAR,
    ".tbz2": _TAR,
    ".tzst": _TAR,
}


def read(
    sources: Sequence[str | os.PathLike[str]], options: Loading | None = None
) -> Iterator[Page | Removal]:
    """Everything in `sources`, as `list_inputs` orders it.

    Raises:
        SourceError: A source is missing, or holds nothing that can be read; before anything is.
    """
    options = options or Loading()
    inputs = list_inputs(sources, options)
    return (result for item in inputs for result in read_input(item, options))


def list_inputs(
    sources: Sequence[str | os.PathLike[str]], options: Loading | None = None
) -> Iterator[Input]:
    """The files of `sources`, see `find_inputs`; those that may be read in parts say so.

    Raises:
        SourceError: A source is missing, or holds nothing that can be read; before the first input
            is given.
    """
    options = options or Loading()
    return (_with_part_bytes(item, options) for item in find_inputs(sources, LOADERS))


def _with_part_bytes(item: Input, options: Loading) -> Input:
    """`item` with the least size of its parts, where its format has any."""
    loader = LOADERS.get(item.format)
    if loader and loader.part_bytes and _may_be_cut(item, loader, options):
        return replace(item, part_bytes=loader.part_bytes)
    return item


def _may_be_cut(item: Input, loader: Loader, options: Loading) -> bool:
    if loader is _TEXT:
        return bool(options.page_separator)
    return not (loader.maps and is_url(item.file))


def read_input(item: Input, options: Loading) -> Iterator[Page | Removal]:
    """The pages of one input and the removals of what is none; never raises for what it reads.

    Raises:
        SourceError: The network failed, again and again.
    """
    return reading.read_input(item, options, LOADERS)


def remove_input(item: Input, reason: str, detail: str) -> Removal:
    """The removal of an input, or of a part of one, that was not read."""
    origin = item.origin(item.part.start if item.part else 0)
    return remove(origin, reason, detail, place_of(origin))


def hold_stdin(
    inputs: Iterable[Input],
    write: Callable[[str], AbstractContextManager[BinaryIO]],
    path: Callable[[str], str],
    options: Loading,
) -> Iterator[Input]:
    """`inputs`, with standard input copied to a file that every process can open.

    `write` opens a new file of a name, `path` says where it then lies.
    """
    for item in inputs:
        if item.file == STDIN and item.repeats is None:
            name, n_bytes, state = copy_stdin(write, options)
            copy = replace(item, file=path(name), n_bytes=n_bytes, state=state)
            yield _with_part_bytes(copy, options)
        else:
            yield item
