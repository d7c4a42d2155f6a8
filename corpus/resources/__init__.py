"""Lists, tables, weights and templates: data only, read through this one door and cached.

Each `.txt` holds one entry a line, each `.tsv` a header and one entry a line; lines that start with
`#` are comments. An entry that stands twice is an error naming both lines.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from corpus.errors import CorpusError


class ResourceError(CorpusError):
    """A resource file of the library is damaged: a duplicate entry, a row of the wrong width."""


@cache
def read_bytes(name: str) -> bytes:
    """The bytes of the resource `name`."""
    return files(__name__).joinpath(name).read_bytes()


def _lines(name: str) -> list[tuple[int, str]]:
    text = read_bytes(name).decode("utf-8")
    rows = ((n, line.rstrip()) for n, line in enumerate(text.split("\n"), 1))
    return [(n, line) for n, line in rows if line and not line.startswith("#")]


def _refuse_twins(name: str, entries: list[tuple[int, str]]) -> None:
    if len({entry for _, entry in entries}) == len(entries):
        return
    seen: dict[str, int] = {}
    for n, entry in entries:
        if entry in seen:
            raise ResourceError(
                f"resources/{name}",
                f"{entry!r} stands on lines {seen[entry]} and {n}",
                "delete one of them",
            )
        seen[entry] = n


@cache
def read_list(name: str) -> tuple[str, ...]:
    """The entries of a `.txt` resource, in order.

    Raises:
        ResourceError: An entry stands twice.
    """
    entries = _lines(name)
    _refuse_twins(name, entries)
    return tuple(entry for _, entry in entries)


@cache
def read_followers(name: str) -> dict[str, str]:
    """The lines of a list by their first character: the characters that follow it.

    Raises:
        ResourceError: A line stands twice.
    """
    return {line[0]: line[1:] for line in read_list(name)}


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a `.tsv` resource as dictionaries by the header; the first column is unique.

    Raises:
        ResourceError: A row has too few or too many columns, or its first column stands twice.
    """
    (_, header), *lines = _lines(name)
    columns = header.split("\t")
    rows = [(n, line.split("\t")) for n, line in lines]
    for n, row in rows:
        if len(row) != len(columns):
            raise ResourceError(
                f"resources/{name}, line {n}",
                f"{len(row)} columns, the header has {len(columns)}",
                "separate the columns by single tabs",
            )
    _refuse_twins(name, [(n, row[0]) for n, row in rows])
    return tuple(dict(zip(columns, row, strict=True)) for _, row in rows)


def digest() -> str:
    """SHA-256 over the names and bytes of all resources: what a release says it was built with."""
    total = hashlib.sha256()
    for entry in sorted(files(__name__).iterdir(), key=lambda e: e.name):
        if entry.is_file() and not entry.name.endswith((".py", ".pyc")):
            total.update(f"{entry.name}\0".encode())
            total.update(hashlib.sha256(entry.read_bytes()).digest())
    return total.hexdigest()
