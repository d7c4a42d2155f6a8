"""Sources to inputs: which files a build reads, in which order, under which names."""

from __future__ import annotations

import os
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import SourceError
from corpus.loading.folders import Files, Found, fixed_part, has_pattern, match_files
from corpus.loading.inputs import Input
from corpus.loading.names import printable_name
from corpus.loading.remote import display_url, find_remote, is_url

STDIN = "-"
"""The source that is standard input; its name in a release is `stdin`."""

LOCAL_URL = "file://"


@dataclass(frozen=True, slots=True)
class _Source:
    """A source by the name that it has in a release, and its files, each time in the same order."""

    name: str
    files: Iterable[Found]


def find_inputs(
    sources: Sequence[str | os.PathLike[str]], formats: Collection[str]
) -> Iterator[Input]:
    """The files of `sources` in their order, those of a folder recursively, sorted by path.

    A source is a file, a folder, a pattern with `*`, `?` or `[…]` (`**` for folders in folders), a
    URL of one of these, or `-`. Files in none of `formats` are listed too, so that the ledger can
    name them, and so are folders that cannot be opened, and files and folders that were listed
    before by another name, which are not read again. Left out are names that begin with a dot.

    Folders are walked while the inputs are asked for, up to a first file that can be read before
    this returns. What patterns match and what stores list is held.

    Raises:
        SourceError: A source is missing or cannot be reached, or holds no file in one of `formats`.
            It is raised before the first input is given.
    """
    found = []
    for place, name in zip(sources, name_sources(sources), strict=True):
        text = os.fspath(place)
        source = _Source(name, _find(text))
        if not any(_is_readable(_input(file, name), formats) for file in source.files):
            raise SourceError(_shown(text), "holds no file that can be read", _ask(formats))
        found.append(source)
    return _inputs(found)


def _is_readable(item: Input, formats: Collection[str]) -> bool:
    return item.format in formats or item.is_nameless


def _ask(formats: Collection[str]) -> str:
    *others, last = sorted(formats)
    return f"give {', '.join(others)} or {last} files, or a folder of them"


def _input(found: Found, name: str) -> Input:
    path = "/".join(map(printable_name, found.parts))
    same = None if found.repeats is None else "/".join(map(printable_name, (name, *found.repeats)))
    return Input(name, path, found.file, found.n_bytes, state=found.state, repeats=same)


def _find(source: str) -> Iterable[Found]:
    if source == STDIN:
        return [Found((), STDIN, 0)]
    if is_url(source) and not source.startswith(LOCAL_URL):
        return find_remote(source)
    path = source.removeprefix(LOCAL_URL)
    if not path:
        raise SourceError("a source", "its name is empty", "name a file, a folder, a URL or -")
    if _exists(path):
        return Files(path)
    if has_pattern(path):
        return match_files(path)
    raise SourceError(source, "does not exist", "check the path")


def _exists(path: str) -> bool:
    """Whether there is such a file; no where it is no name, or in a folder that is closed to us."""
    return os.path.exists(path)  # noqa: PTH110 - `Path.exists` raises then


def _inputs(sources: Sequence[_Source]) -> Iterator[Input]:
    """The files of all sources, where those that are there before under another name say so."""
    first_names: dict[object, str] | None = None
    if len(sources) > 1 or any(_may_repeat(file) for file in _held(sources)):
        first_names = _find_first_names(sources)
    for source in sources:
        for file in source.files:
            # A folder by itself has each file once up to the first that says it has other names.
            if first_names is None and _may_repeat(file):
                first_names = _find_first_names(sources)
            item = _input(file, source.name)
            known = first_names.get(_identity(file)) if first_names else None
            repeats = item.repeats is None and known not in (None, item.name)
            yield replace(item, repeats=known) if repeats else item


def _held(sources: Iterable[_Source]) -> Iterator[Found]:
    return (file for source in sources if isinstance(source.files, list) for file in source.files)


def _may_repeat(file: Found) -> bool:
    return file.is_link or file.n_names > 1


def _find_first_names(sources: Sequence[_Source]) -> dict[object, str]:
    """The name of each file that is listed more than once, by its identity, under which it is read.

    A file's own name goes before links to it, an earlier source before a later one. Of a file that
    is listed once, only eight bytes are held meanwhile.
    """
    hashes = array("q", (hash(_identity(file)) for source in sources for file in source.files))
    several = _find_doubles(hashes)
    own: dict[object, str] = {}
    links: dict[object, str] = {}
    for source in sources if several else ():
        for file in source.files:
            identity = _identity(file)
            if file.repeats is None and hash(identity) in several:
                names = links if file.is_link else own
                names.setdefault(identity, _input(file, source.name).name)
    return links | own


def _identity(file: Found) -> object:
    """What two names of one file share."""
    return file.identity or file.file


def _find_doubles(hashes: array[int]) -> set[int]:
    """The numbers that stand there twice or more."""
    import numpy as np

    numbers = np.frombuffer(hashes, np.int64)
    numbers.sort()
    return set(numbers[1:][numbers[1:] == numbers[:-1]].tolist())


def name_sources(sources: Sequence[str | os.PathLike[str]]) -> tuple[str, ...]:
    """What each of the sources is called in a release; no two have one name.

    >>> name_sources(["pages/a.jsonl", "more/a.jsonl", "-"])
    ('a.jsonl', 'a.jsonl-2', 'stdin')
    """
    taken: set[str] = set()
    return tuple(_free_name(_name(os.fspath(source)), taken) for source in sources)


def _name(source: str) -> str:
    """What a source is called: its last component, a URL without what is secret in it."""
    if source == STDIN:
        return "stdin"
    if is_url(source) and not source.startswith(LOCAL_URL):
        return display_url(source)
    path = Path(source.removeprefix(LOCAL_URL))
    if has_pattern(str(path)) and not _exists(str(path)):
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
