"""Sources to pages: every file or record becomes a `Page` or a `Removal`, in a fixed order.

A loader reads one open file as a stream; `LOADERS` says which, by what the file's name ends in.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path

from corpus.document import Page, Removal
from corpus.loading.cut import cut_inputs
from corpus.loading.declared import declared_charset
from corpus.loading.encoding import Decoded, decode
from corpus.loading.files import read_html, read_text, refuse_format
from corpus.loading.jsonl import read_jsonl
from corpus.loading.pages import decode_page, guess_kind, remove
from corpus.loading.sources import Input, Part, find_inputs
from corpus.loading.urls import canonical_url
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
    "list_inputs",
    "read",
    "read_input",
    "remove_input",
]

Loader = Callable[[BufferedReader, Input, Loading], Iterator[Page | Removal]]
"""Reads a file from its start, one record at a time, at least one; bad data becomes a removal."""

LOADERS: dict[str, Loader] = {
    ".txt": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}

DIVISIBLE = frozenset({".jsonl", ".ndjson"})
"""Formats whose loaders read a part of a file: the records that start in it."""


def read(
    sources: Sequence[str | os.PathLike[str]], options: Loading | None = None
) -> Iterator[Page | Removal]:
    """Everything in `sources`, as `list_inputs` orders it.

    Raises:
        SourceError: A source is missing, or holds nothing that can be read; before anything is.
    """
    inputs = list_inputs(sources)
    return (result for item in inputs for result in read_input(item, options or Loading()))


def list_inputs(sources: Sequence[str | os.PathLike[str]]) -> list[Input]:
    """The files of `sources`, see `find_inputs`.

    Raises:
        SourceError: A source is missing, or holds nothing that can be read.
    """
    return find_inputs(sources, LOADERS)


def cut(inputs: Sequence[Input], n_bytes: int, n_files: int) -> list[tuple[Input, ...]]:
    """The inputs in groups of about `n_bytes` and at most `n_files`, large files in parts.

    Reading all parts of a file gives what reading the file gives, record for record.
    """
    return cut_inputs(inputs, n_bytes, n_files, DIVISIBLE)


def read_input(item: Input, options: Loading) -> Iterator[Page | Removal]:
    """The pages of one input and the removals of what is none; never raises for what it reads."""
    record = 0
    try:
        with _open(item.file) as stream:
            for result in LOADERS.get(item.suffix, refuse_format)(stream, item, options):
                yield result
                record = result.origin.record + 1
    except OSError as error:
        place = f"{item.source}/{item.path}#{record}"
        yield remove(item.origin(record), "unreadable", _explain(error), place)


def remove_input(item: Input, reason: str, detail: str) -> Removal:
    """The removal of an input that was not read."""
    return remove(item.origin(), reason, detail, f"{item.source}/{item.path}")


def _open(file: str) -> BufferedReader:
    mode = Path(file).stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "a pipe or device would be waited for")
    return Path(file).open("rb")


def _explain(error: OSError) -> str:
    """The same words on every machine, where the system's own differ by its language."""
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "it is gone, or a link that leads nowhere"
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return "not a file" if name in {"EISDIR", "EINVAL"} else f"reading failed: {name}"
