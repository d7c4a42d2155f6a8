"""Opens a release: the rows that its manifest names, of the version asked for, or an error."""

from __future__ import annotations

import glob
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import ReleaseError, SourceError, VersionError
from corpus.release.manifest import Counts, FileEntry, Manifest, read_manifest
from corpus.schema import CONFIGS

if TYPE_CHECKING:
    import datasets

SPLITS = ("train",)


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

    def load(self, config: str = "default", split: str = "train") -> datasets.Dataset:
        """The rows of one config, see `load`."""
        return _load_config(self, config, split)


def load(
    where: Path | str, version: str | None = None, config: str = "default", split: str = "train"
) -> datasets.Dataset:
    """The rows of a release in the folder `where`.

    `split` may be a part, as in `train[:100]`.

    Raises:
        SourceError: There is no such folder.
        VersionError: The release is not the `version` asked for.
        ReleaseError: The folder is not a release, a file of it is missing or cut short, or there is
            no such config or split.
    """
    release = open_release(where)
    if version is not None and version != release.version:
        raise VersionError(
            str(where),
            f"holds version {release.version}, not {version}",
            f"ask for {release.version} or give the folder of {version}",
        )
    return release.load(config, split)


def open_release(where: Path | str) -> Release:
    """The release in the folder `where`.

    Raises:
        SourceError: There is no such folder.
        ReleaseError: The folder is not a release.
    """
    path = Path(where)
    if not path.exists():
        raise SourceError(str(where), "there is no such folder", "give the folder of a release")
    return Release(path, read_manifest(path))


def _load_config(release: Release, config: str, split: str) -> datasets.Dataset:
    import datasets

    manifest = release.manifest
    _refuse_unknown(str(release.path), "config", config, tuple(CONFIGS))
    _refuse_unknown(str(release.path), "split", re.split(r"[\[+ ]", split)[0], SPLITS)
    files = manifest.files_of(config)
    for file in files:
        _check_file(release.path, file)
    features = datasets.Features.from_arrow_schema(CONFIGS[config])
    if not manifest.configs[config].rows:  # of which `load_dataset` makes an error
        return datasets.Dataset.from_dict({name: [] for name in features}, features)
    try:
        return datasets.load_dataset(
            "parquet",
            name=f"{config}-{_digest(files)}",
            data_files={"train": [glob.escape(str(release.path / file.path)) for file in files]},
            features=features,
            split=split,
        )
    except (ValueError, datasets.exceptions.DatasetGenerationError) as error:
        raise ReleaseError(
            str(release.path),
            f"{config}, {split} cannot be read ({error})",
            "check the split, or fetch or build the release again",
        ) from error


def _digest(files: tuple[FileEntry, ...]) -> str:
    """A name for these bytes.

    `datasets` keeps what it once read under the path and time of the files, and would give the old
    rows of a release that was built again; under this name it cannot.
    """
    return hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()[:16]


def _check_file(folder: Path, file: FileEntry) -> None:
    path = folder / file.path
    n_bytes = path.stat().st_size if path.is_file() else None
    if n_bytes != file.bytes:
        found = "is missing" if n_bytes is None else f"has {n_bytes} bytes, not {file.bytes}"
        raise ReleaseError(str(path), found, "fetch or build the release again")


def _refuse_unknown(where: str, what: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise ReleaseError(where, f"no {what} {name!r}", f"use one of {', '.join(known)}")
