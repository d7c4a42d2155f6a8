"""`MANIFEST.json`: what a release holds and what it was made from, so that it can be checked.

Sorted keys, UTF-8, one line feed at the end; no clock, no host, no path of a machine.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import ReleaseError, storage_errors
from corpus.schema import ARTICLE_CONFIGS, SCHEMAS

MANIFEST = "MANIFEST.json"
FORMAT = 2
"""Number of this layout of the manifest; it rises when a reader of the old one would misread it."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file: its path in the release, its config, and what it must hold.

    `row_bytes` is its weight without compression (`measure`), `logical_sha256` the hash of its rows
    (`logical`), whatever library wrote them.
    """

    path: str
    config: str
    bytes: int
    sha256: str
    rows: int
    row_bytes: int
    logical_sha256: str


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One config: its rows, its uncompressed bytes (`measure`), its logical hash.

    That is the SHA-256 of the logical hashes of its files, in hexadecimal, a line each.
    """

    rows: int
    bytes: int
    logical_sha256: str


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A file about the data: its path, and the SHA-256 of it without what people write into it."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """A version: its articles, its pages read, and what is different from the one before it.

    `sources` are those that this version read.
    """

    version: str
    date: str | None
    articles: int
    read: int
    added: int
    removed: int
    changed: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the pages: `read` = `kept` + all `removed`.

    `removed` counts pages by stage and reason, `noise` blocks by kind.
    """

    read: int
    kept: int
    removed: dict[str, dict[str, int]]
    noise: dict[str, int]

    @property
    def n_removed(self) -> int:
        """Pages that did not become articles."""
        return sum(sum(reasons.values()) for reasons in self.removed.values())


@dataclass(frozen=True, slots=True)
class Manifest:
    """A release on one screen.

    `library` and `pyarrow` are versions, `resources` the digest of the library's lists and tables,
    `recipe` the whole recipe, `sources` names as the build lists them. `date` is the day that the
    build was told, if it was. `previous` is the SHA-256 of the manifest of the release this one
    goes on from, if it does. `history` has every version, the oldest first, this one last.
    """

    name: str
    version: str
    library: str
    pyarrow: str
    resources: str
    recipe: dict[str, Any]
    sources: tuple[str, ...]
    counts: Counts
    configs: dict[str, ConfigEntry]
    files: tuple[FileEntry, ...]
    date: str | None = None
    previous: str | None = None
    history: tuple[VersionEntry, ...] = ()
    documents: tuple[DocumentEntry, ...] = ()
    format: int = FORMAT

    def to_json(self) -> str:
        """The manifest as it stands in the file.

        A surrogate that stands alone (in the name of a source, say) is written as an escape.
        """
        data = json.dumps(
            dataclasses.asdict(self), ensure_ascii=False, sort_keys=True, indent=2
        ).encode("utf-8", "backslashreplace")
        return data.decode("utf-8") + "\n"

    def configs_here(self) -> tuple[str, ...]:
        """The configs that the release has, in the order of the schemas."""
        return tuple(name for name in SCHEMAS if name in self.configs)

    def article_files(self) -> tuple[FileEntry, ...]:
        """The files that together hold every article once."""
        return tuple(file for config in ARTICLE_CONFIGS for file in self.files_of(config))

    @property
    def n_articles(self) -> int:
        """Articles, in whatever config."""
        return sum(self.configs[name].rows for name in ARTICLE_CONFIGS if name in self.configs)

    def files_of(self, config: str) -> tuple[FileEntry, ...]:
        """The files of one config, in the order of their rows."""
        return tuple(file for file in self.files if file.config == config)


def join_logical(files: Sequence[FileEntry]) -> str:
    """The logical hash of the config that consists of these files."""
    lines = "".join(f"{file.logical_sha256}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `MANIFEST.json` into the folder of a release."""
    (folder / MANIFEST).write_text(manifest.to_json(), encoding="utf-8", newline="\n")


def read_manifest(folder: Path | str) -> Manifest:
    """The manifest of the release in `folder`.

    Raises:
        ReleaseError: There is none, it is damaged, or a newer library wrote it.
        StorageError: It may not be read.
    """
    path = Path(folder) / MANIFEST
    try:
        with storage_errors(str(path)):
            data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise ReleaseError(
            str(folder), f"not a release: no {MANIFEST}", _remedy(Path(folder))
        ) from None
    return parse_manifest(data, str(path))


def _remedy(folder: Path) -> str:
    """What to give instead of a folder that is no release; it may hold published ones."""
    held = sorted(path.parent for path in folder.glob(f"v*/{MANIFEST}"))
    return f"give one of those in it, {held[-1]}" if held else "give the folder that a build wrote"


def parse_manifest(content: bytes, where: str) -> Manifest:
    """The manifest in the bytes of its file, which lies at `where`.

    Raises:
        ReleaseError: It is damaged, or a newer library wrote it.
    """
    try:
        data: Any = json.loads(content)
        if data["format"] > FORMAT:
            raise ReleaseError(where, "a newer zhcorpus wrote it", "upgrade zhcorpus")
        parts = {
            "sources": tuple(data["sources"]),
            "counts": Counts(**data["counts"]),
            "configs": {name: ConfigEntry(**entry) for name, entry in data["configs"].items()},
            "files": tuple(FileEntry(**entry) for entry in data["files"]),
            "history": tuple(map(_parse_version, data["history"])),
            "documents": tuple(DocumentEntry(**entry) for entry in data["documents"]),
        }
        return Manifest(**{**data, **parts})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(
            where,
            f"damaged ({type(error).__name__}: {error})",
            "fetch or build the release again",
        ) from None


def _parse_version(entry: dict[str, Any]) -> VersionEntry:
    return VersionEntry(**{**entry, "sources": tuple(entry["sources"])})
