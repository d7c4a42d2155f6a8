"""Opens a release: the rows that its manifest names, of the version asked for, or an error."""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from corpus.errors import ReleaseError, SourceError, VersionError, storage_errors
from corpus.release import fetch
from corpus.release.manifest import Counts, FileEntry, Manifest, read_manifest
from corpus.release.remote import RemoteRelease, open_remote, reached
from corpus.release.storage import LocalFiles
from corpus.schema import SCHEMAS, SPLITS

if TYPE_CHECKING:
    import datasets


@dataclass(frozen=True, slots=True)
class Release:
    """A release in a folder."""

    path: Path
    manifest: Manifest

    @property
    def version(self) -> str:
        """Its version, `MAJOR.MINOR.PATCH`."""
        return self.manifest.version

    @property
    def counts(self) -> Counts:
        """Pages read, kept and removed; blocks of noise by kind."""
        return self.manifest.counts

    @property
    def files(self) -> LocalFiles:
        """Its files."""
        return LocalFiles(self.path)

    def load(
        self, config: str = "default", split: str | None = None, *, streaming: bool = False
    ) -> datasets.Dataset | datasets.IterableDataset:
        """The rows of one config, see `load`."""
        return load(self.path, config=config, split=split, streaming=streaming)


AnyRelease = Release | RemoteRelease
"""A release that can be read, here or where it was published."""


def load(
    where: Path | str,
    version: str | None = None,
    config: str = "default",
    split: str | None = None,
    *,
    streaming: bool = False,
) -> datasets.Dataset | datasets.IterableDataset:
    """The rows of one config of a release, of this version or none.

    `where` is a folder, a dataset of the Hub (`org/name`, `hf://datasets/org/name@v1.0.0`) or an
    fsspec URL of a release (`s3://bucket/name/v1.0.0`). Without `version`, a folder or URL gives
    the release it holds, the Hub its newest. A config has one split, `train`, or `validation` of
    the config of that name; `split` may be a part of it, as in `train[:100]`, unless it is
    streamed. What was fetched once is there without a network, too.

    Raises:
        SourceError: There is no such folder or dataset, or it cannot be reached and was not
            fetched before.
        VersionError: The release is not the `version` asked for, or the Hub has no such version.
        ReleaseError: It is not a release, a file of it is missing or cut short, or there is no such
            config or split.
    """
    place = _find_place(where, version)
    manifest = place.manifest
    if version is not None and version != manifest.version:
        raise VersionError(
            place.where,
            f"holds version {manifest.version}, not {version}",
            f"ask for {manifest.version} or give the place of {version}",
        )
    _refuse_unknown(place.where, "config", config, manifest.configs_here())
    own = SPLITS[config]
    split = own if split is None else split
    _refuse_unknown(place.where, "split", re.split(r"[\[+ ]", split)[0], (own,))
    files = manifest.files_of(config)
    paths = place.urls(files) if streaming else [glob.escape(p) for p in place.paths(files)]
    return _open_files(manifest, config, Request(place.where, tuple(paths), split, streaming))


def is_remote(where: Path | str) -> bool:
    """Whether a release is not in a folder here, but at a URL or of the name of the Hub."""
    if isinstance(where, Path) or _exists(where):
        return False
    return "://" in where or fetch.HUB.fullmatch(where) is not None


def _exists(where: Path | str) -> bool:
    """Whether there is such a file; no where it is no name."""
    return os.path.exists(where)  # noqa: PTH110 - `Path.exists` raises then


def find_release(where: Path | str, *, is_whole: bool = False) -> AnyRelease:
    """The release in a folder, of the Hub or at a URL; nothing but its manifest is read.

    Where `is_whole`, all bytes of a published one are read to be hashed, see `RemoteFiles`.

    Raises:
        SourceError: There is nothing of that name, or it cannot be reached.
        VersionError: The Hub has no such version.
        ReleaseError: It is not a release.
    """
    return open_remote(str(where), is_whole=is_whole) if is_remote(where) else open_release(where)


@contextmanager
def reading_release(where: str) -> Iterator[None]:
    """Words what goes wrong while the files of a release are read.

    Raises:
        SourceError: It cannot be reached.
        ReleaseError: A file is missing or damaged.
        StorageError: A file may not be read.
    """
    with reached(where) if is_remote(where) else nullcontext(), storage_errors(where):
        try:
            yield
        except (pa.ArrowException, FileNotFoundError) as error:
            raise ReleaseError(
                where, f"cannot be read ({error})", "find out more with `corpus verify`"
            ) from error


def _find_place(where: Path | str, version: str | None) -> fetch.Place:
    if isinstance(where, Path) or _exists(where):
        release = open_release(where)
        return fetch.Folder(str(where), release.path, release.manifest)
    return fetch.find_place(where, version)


def open_release(where: Path | str) -> Release:
    """The release in the folder `where`.

    Raises:
        SourceError: There is no such folder.
        ReleaseError: The folder is not a release.
    """
    path = Path(where)
    if not _exists(where):
        raise SourceError(str(where), "there is no such folder", "give the folder of a release")
    return Release(path, read_manifest(path))


@dataclass(frozen=True, slots=True)
class Request:
    """What `datasets` is asked for: these files, which are of `where`, and how."""

    where: str
    files: tuple[str, ...]
    split: str
    streaming: bool


def _open_files(
    manifest: Manifest, config: str, request: Request
) -> datasets.Dataset | datasets.IterableDataset:
    import datasets

    features = datasets.Features.from_arrow_schema(SCHEMAS[config])
    if not manifest.configs[config].rows and not request.streaming:
        # Of which `load_dataset` makes an error.
        return datasets.Dataset.from_dict({name: [] for name in features}, features)
    try:
        return datasets.load_dataset(
            "parquet",
            name=f"{config}-{_digest(manifest.files_of(config))}",
            data_files={SPLITS[config]: list(request.files)},
            features=features,
            split=request.split,
            streaming=request.streaming,
        )
    except (ValueError, datasets.exceptions.DatasetGenerationError) as error:
        raise ReleaseError(
            request.where,
            f"{config}, {request.split} cannot be read ({error})",
            "check the split, or fetch or build the release again",
        ) from error


def _digest(files: tuple[FileEntry, ...]) -> str:
    """A name for these bytes.

    `datasets` keeps what it once read under the path and time of the files, and would give the old
    rows of a release that was built again; under this name it cannot.
    """
    return hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()[:16]


def _refuse_unknown(where: str, what: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise ReleaseError(where, f"no {what} {name!r}", f"use one of {', '.join(known)}")
