"""Sources to inputs: which files a build reads, in which order, under which names."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from corpus.document import Origin
from corpus.errors import SourceError
from corpus.loading.encoding import decode


@dataclass(frozen=True, slots=True)
class Part:
    """The records of a file that start at byte `start` or behind it, and before byte `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read, or a part of one.

    `source` is the name its source has in the release and `path` the POSIX path inside that source
    (empty where the source is a single file): both printable and free of this machine's paths.
    `file` is where to open it, `n_bytes` the size of the file, 0 where that cannot be told. Without
    `part` it is read whole.
    """

    source: str
    path: str
    file: str
    n_bytes: int
    part: Part | None = None

    @property
    def suffix(self) -> str:
        """What the name ends in, in lower case: `.html`."""
        return PurePath(self.file).suffix.lower()

    def origin(self, record: int = 0, sha256: str = "", key: str | None = None) -> Origin:
        """Where record number `record` of this input comes from."""
        return Origin(self.source, self.path, record, sha256, key)


def find_inputs(
    sources: Sequence[str | os.PathLike[str]], suffixes: Collection[str]
) -> list[Input]:
    """The files of `sources` in their order, those of a folder recursively, sorted by path.

    Files that end in none of `suffixes` are listed too, so that the ledger can name them, and so
    are folders that cannot be opened. Left out are names that begin with a dot, and folders that
    were walked before by another name: links that lead in a circle end.

    Raises:
        SourceError: A source is missing, or holds no file that ends in one of `suffixes`.
    """
    inputs: list[Input] = []
    taken: set[str] = set()
    for source in sources:
        found = _inputs_of(os.fspath(source), _free_name(source, taken))
        if not any(item.suffix in suffixes for item in found):
            raise SourceError(
                os.fspath(source), "holds no file that can be read", f"give {_enumerate(suffixes)}"
            )
        inputs += found
    return inputs


def _enumerate(suffixes: Collection[str]) -> str:
    *others, last = sorted(suffixes)
    return f"{', '.join(others)} or {last} files, or a folder of them"


def _inputs_of(source: str, name: str) -> list[Input]:
    path = Path(source)
    if not path.exists():
        raise SourceError(source, "does not exist", "check the path")
    if not path.is_dir():
        return [Input(name, "", source, _n_bytes(source))]
    files = [(PurePath(os.path.relpath(file, source)), file) for file in _walk(source)]
    return [
        Input(name, "/".join(map(printable_name, inside.parts)), file, _n_bytes(file))
        for inside, file in sorted(files, key=lambda item: item[0].parts)
    ]


def _walk(top: str) -> Iterator[str]:
    """All files under `top`; linked folders after the real ones, each real folder once."""
    walked: set[str] = set()
    unopened: list[str] = []
    pending = [top]
    while pending:
        start = pending.pop(0)
        for folder, folders, files in os.walk(start, onerror=lambda e: unopened.append(e.filename)):
            real = os.path.realpath(folder)
            folders[:] = [] if real in walked else sorted(filter(_is_visible, folders))
            if real in walked:
                continue
            walked.add(real)
            paths = [Path(folder, name) for name in folders]
            pending += [str(path) for path in paths if path.is_symlink()]
            yield from (str(Path(folder, name)) for name in files if _is_visible(name))
    yield from unopened


def _is_visible(name: str) -> bool:
    return not name.startswith(".")


def _n_bytes(file: str) -> int:
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0


def _free_name(source: str | os.PathLike[str], taken: set[str]) -> str:
    """The last component of `source`; with -2, -3, … where other sources have that name."""
    path = Path(source)
    last = path.name if path.name not in {"", ".."} else path.resolve().name
    name = base = printable_name(last) or "source"
    n = 1
    while name in taken:
        n += 1
        name = f"{base}-{n}"
    taken.add(name)
    return name


def printable_name(name: str) -> str:
    r"""A file's name for reading: names that are not UTF-8 decoded, control characters escaped.

    >>> printable_name("\udcd6\udcd0\udcce\udcc4.txt"), printable_name("a\nb")
    ('中文.txt', 'a\\nb')
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raw = name.encode("utf-8", "surrogateescape" if _is_escaped(name) else "surrogatepass")
        decoded = decode(raw)
        name = raw.decode("utf-8", "backslashreplace") if decoded.n_lost else decoded.text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name
    )


def _is_escaped(name: str) -> bool:
    return all("\udc80" <= c <= "\udcff" for c in name if "\ud800" <= c <= "\udfff")
