"""What a build reads: files, and parts of files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BufferedReader
from pathlib import PurePosixPath

from corpus.document import Origin
from corpus.loading.budget import Budget
from corpus.loading.compressed import SUFFIXES
from corpus.recipe import Loading


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
    `file` is where to open it, a path or a URL, `n_bytes` its size, 0 where that cannot be told,
    `state` what changes when the file does. Without `part` it is read whole; it may be cut into
    parts of at least `part_bytes`, if that is not 0. `repeats` names the input that is the same
    file: it is not read again.
    """

    source: str
    path: str
    file: str
    n_bytes: int
    part: Part | None = None
    part_bytes: int = 0
    state: str = ""
    repeats: str | None = None

    @property
    def format(self) -> str:
        """What the name ends in, in lower case, compression left aside: `.jsonl`."""
        return format_of(self.file)

    @property
    def is_nameless(self) -> bool:
        """Whether it is told by how it begins, where its suffix says nothing.

        That is a source that is a single file without suffix, standard input, or behind http.
        """
        return not (self.path or self.format) or self.file.startswith(("http://", "https://"))

    @property
    def name(self) -> str:
        """Source and path in one."""
        return f"{self.source}/{self.path}" if self.path else self.source

    def origin(self, record: int = 0, sha256: str = "", key: str | None = None) -> Origin:
        """Where the record of this input that starts at `record` comes from."""
        return Origin(self.source, self.path, record, sha256, key)


@dataclass(frozen=True, slots=True)
class Reading:
    """How an input is read: as the recipe says, within its budget, in `depth` archives."""

    options: Loading
    budget: Budget
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive. Its stream is valid until the next member is asked for."""

    item: Input
    stream: BufferedReader


def format_of(name: str) -> str:
    """What a name ends in, in lower case, compression left aside.

    >>> format_of("a/B.JSONL.gz"), format_of("a.tgz"), format_of("http://a.example/b.html?c=d.e")
    ('.jsonl', '.tgz', '.html')
    """
    if "://" in name:
        name = re.split(r"[?#]", name, maxsplit=1)[0]
    path = PurePosixPath(name.lower().replace("\\", "/"))
    return PurePosixPath(path.stem).suffix if path.suffix in SUFFIXES else path.suffix
