"""Sources to inputs: which files a build reads, in which order, under which names."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.errors import SourceError
from corpus.loading.folders import Found, find_files, find_one, fixed_part, has_pattern, match_files
from corpus.loading.inputs import Input
from corpus.loading.names import printable_name
from corpus.loading.remote import display_url, find_remote, is_url

STDIN = "-"
"""The source that is standard input; its name in a release is `stdin`."""

LOCAL_URL = "file://"


def find_inputs(sources: Sequence[str | os.PathLike[str]], formats: Collection[str]) -> list[Input]:
    """The files of `sources` in their order, those of a folder recursively, sorted by path.

    A source is a file, a folder, a pattern with `*`, `?` or `[…]` (`**` for folders in folders), a
    URL of one of these, or `-`. Files in none of `formats` are listed too, so that the ledger can
    name them, and so are folders that cannot be opened, and files and folders that were listed
    before by another name, which are not read again. Left out are names that begin with a dot.

    Raises:
        SourceError: A source is missing or cannot be reached, or holds no file in one of `formats`.
    """
    inputs: list[Input] = []
    taken: set[str] = set()
    n_links = 0
    for source in sources:
        text = os.fspath(source)
        found = list(_find(text))
        n_links += sum(file.is_link for file in found)
        name = _free_name(_name(text), taken)
        listed = [_input(file, name) for file in found]
        if not any(_is_readable(item, formats) for item in listed):
            raise SourceError(_shown(text), "holds no file that can be read", _ask(formats))
        inputs += listed
    return mark_repeats(inputs) if n_links or len(sources) > 1 else inputs


def _is_readable(item: Input, formats: Collection[str]) -> bool:
    return item.format in formats or item.is_nameless


def _ask(formats: Collection[str]) -> str:
    *others, last = sorted(formats)
    return f"give {', '.join(others)} or {last} files, or a folder of them"


def _input(found: Found, name: str) -> Input:
    path = "/".join(map(printable_name, found.parts))
    same = None if found.repeats is None else "/".join(map(printable_name, (name, *found.repeats)))
    return Input(name, path, found.file, found.n_bytes, state=found.state, repeats=same)


def _find(source: str) -> Iterator[Found]:
    if source == STDIN:
        yield Found((), STDIN, 0)
    elif is_url(source) and not source.startswith(LOCAL_URL):
        yield from find_remote(source)
    else:
        path = source.removeprefix(LOCAL_URL)
        if Path(path).is_dir():
            yield from find_files(path)
        elif Path(path).exists():
            yield find_one(path)
        elif has_pattern(path):
            yield from match_files(path)
        else:
            raise SourceError(source, "does not exist", "check the path")


def mark_repeats(inputs: Sequence[Input]) -> list[Input]:
    """`inputs`, where files that are there before under another name say so.

    A file's own name goes before links to it, an earlier source before a later one.
    """
    names: dict[object, str] = {}
    marked = list(inputs)
    for wants_links in (False, True):
        for n, item in enumerate(inputs):
            local = not is_url(item.file) and item.file != STDIN
            if item.repeats or (local and Path(item.file).is_symlink()) != wants_links:
                continue
            known = names.setdefault(_identity(item.file) if local else item.file, item.name)
            if known is not item.name and known != item.name:
                marked[n] = replace(item, repeats=known)
    return marked


def _identity(file: str) -> object:
    """What two names of one file share."""
    try:
        status = Path(file).stat()
    except OSError:
        return file
    return status.st_dev, status.st_ino


def _name(source: str) -> str:
    """What a source is called: its last component, a URL without what is secret in it."""
    if source == STDIN:
        return "stdin"
    if is_url(source) and not source.startswith(LOCAL_URL):
        return display_url(source)
    path = Path(source.removeprefix(LOCAL_URL))
    if has_pattern(str(path)) and not path.exists():
        path = fixed_part(str(path))
    last = path.name if path.name not in {"", ".."} else path.resolve().name
    return printable_name(last) or "source"


def _shown(source: str) -> str:
    return display_url(source) if is_url(source) else source


def _free_name(base: str, taken: set[str]) -> str:
    """`base`, with -2, -3, … where other sources have that name."""
    name, n = base, 1
    while name in taken:
        n += 1
        name = f"{base}-{n}"
    taken.add(name)
    return name
