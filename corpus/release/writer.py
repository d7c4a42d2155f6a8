"""Puts a release together from its written files: their places, the manifest, the card."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from corpus import resources
from corpus.errors import ReleaseError, storage_errors
from corpus.recipe import Recipe
from corpus.release import documents
from corpus.release.diff import compare
from corpus.release.facts import Facts
from corpus.release.index import INDEX
from corpus.release.load import Release
from corpus.release.manifest import (
    MANIFEST,
    ConfigEntry,
    DocumentEntry,
    FileEntry,
    Manifest,
    join_logical,
    write_manifest,
)
from corpus.release.parquet import WrittenFile
from corpus.release.takedown import TAKEDOWNS, Tombstone, render_takedowns
from corpus.release.work import Work
from corpus.schema import CONFIGS, SCHEMAS, SINGLE

DEFAULT_NAME = "zhcorpus"
"""The name of a release whose recipe gives none."""


@dataclass(frozen=True, slots=True)
class Build:
    """What a release says about how it was made; `library` is the version of zhcorpus.

    `date` is the day of the release, ISO 8601, if it is to say one; `previous` the release before
    it, if there is one; `takedowns` everything that was withdrawn so far.
    """

    version: str
    library: str
    recipe: Recipe
    date: str | None = None
    previous: Release | None = None
    takedowns: tuple[Tombstone, ...] = ()


def place_files(
    folder: Path, work: Work, files: Sequence[WrittenFile], build: Build
) -> list[FileEntry]:
    """Put the written files, and those of the release before that stay, into the empty `folder`.

    Raises:
        ReleaseError: A file of the release before is not what its manifest says.
        StorageError: The disk is full or the folder cannot be written.
    """
    with storage_errors(str(folder)):
        entries = [_place(folder, work, file) for file in files]
        if build.previous is not None:
            entries += _carry_over(folder, build.previous, _not_carried(build, entries))
    return sorted(entries, key=lambda file: file.path)


def finish_release(
    folder: Path, entries: Sequence[FileEntry], facts: Facts, build: Build, sources: tuple[str, ...]
) -> Manifest:
    """Put the manifest and the documents beside the files of `place_files`; the manifest.

    `facts` are those of the files, `sources` the names of what was read.

    Raises:
        ReleaseError: The ledger does not account for every page.
        StorageError: The disk is full or the folder cannot be written.
    """
    with storage_errors(str(folder)):
        configs = {name: _config(name, entries) for name in _configs(entries)}
        manifest = _manifest(build, sources, facts, configs, entries)
        _check_counts(manifest)
        manifest = _document(folder, manifest, facts, build)
        write_manifest(folder, manifest)
    return manifest


def _document(folder: Path, manifest: Manifest, facts: Facts, build: Build) -> Manifest:
    """Write the documents; the manifest with them and the history of versions."""
    before = build.previous
    found = compare(before, Release(folder, manifest), limit=0) if before else None
    earlier = before.manifest if before else None
    manifest = documents.with_history(manifest, earlier, found)
    old = before.path if before else None
    card = build.recipe.card
    entries = documents.write_documents(folder, manifest, facts, card, old)
    section = documents.section_of(found, manifest, earlier)
    more = [documents.write_changelog(folder, section, old)]
    if build.takedowns:
        text = render_takedowns(build.takedowns)
        (folder / TAKEDOWNS).write_text(text, encoding="utf-8", newline="\n")
        more.append(DocumentEntry(TAKEDOWNS, documents.digest(text)))
    return dataclasses.replace(manifest, documents=(*entries, *more))


def _configs(entries: Sequence[FileEntry]) -> list[str]:
    """The configs that every release has, and those of which there is a file."""
    there = {entry.config for entry in entries}
    return [name for name in SCHEMAS if name in CONFIGS or name in there]


def _place(folder: Path, work: Work, file: WrittenFile) -> FileEntry:
    (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
    work.fetch(file.name, folder / file.path)
    return FileEntry(
        file.path,
        file.config,
        bytes=file.bytes,
        sha256=file.sha256,
        rows=file.rows,
        row_bytes=file.row_bytes,
        logical_sha256=file.logical_sha256,
    )


def _not_carried(build: Build, written: Sequence[FileEntry]) -> set[str]:
    """Files of the release before that are written anew, or that the recipe does not want more."""
    gone = {file.path for file in written}
    if build.previous is not None and not build.recipe.release.index:
        gone |= {file.path for file in build.previous.manifest.files_of(INDEX)}
    return gone


def _carry_over(folder: Path, previous: Release, gone: set[str]) -> list[FileEntry]:
    """Put the files of the earlier release but for those that are `gone` into the folder.

    Raises:
        ReleaseError: One of them is not what the manifest says.
    """
    carried = []
    for file in previous.manifest.files:
        if file.path not in gone and file.config not in SINGLE:
            (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
            _copy(previous.path / file.path, folder / file.path, file)
            carried.append(file)
    return carried


def _copy(source: Path, target: Path, file: FileEntry) -> None:
    """One file with two names where the system can, after a look at its bytes."""
    digest = ""
    if source.is_file():
        with source.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != file.sha256:
        what = "has other bytes than its manifest says" if digest else "is missing"
        raise ReleaseError(str(source), what, "fetch or build that release again")
    try:
        os.link(source, target)
    except OSError:  # another file system, or one that cannot
        shutil.copyfile(source, target)


def _config(name: str, entries: Sequence[FileEntry]) -> ConfigEntry:
    own = [entry for entry in entries if entry.config == name]
    n_bytes = sum(entry.row_bytes for entry in own)
    return ConfigEntry(sum(entry.rows for entry in own), n_bytes, join_logical(own))


def _manifest(
    build: Build,
    sources: tuple[str, ...],
    facts: Facts,
    configs: dict[str, ConfigEntry],
    files: Sequence[FileEntry],
) -> Manifest:
    return Manifest(
        name=build.recipe.card.name or DEFAULT_NAME,
        version=build.version,
        library=build.library,
        pyarrow=pa.__version__,
        resources=resources.digest(),
        recipe=build.recipe.as_dict(),
        sources=sources,
        counts=facts.counts,
        configs=configs,
        files=tuple(files),
        date=build.date,
        previous=digest_manifest(build.previous) if build.previous else None,
    )


def digest_manifest(release: Release) -> str:
    """The SHA-256 of the manifest, which stands for everything in the release."""
    return hashlib.sha256((release.path / MANIFEST).read_bytes()).hexdigest()


def _check_counts(manifest: Manifest) -> None:
    counts, rows = manifest.counts, manifest.n_articles
    if counts.kept + counts.n_removed != counts.read or counts.kept != rows:
        raise ReleaseError(
            "ledger",
            f"{counts.read} read, {counts.kept} kept, {counts.n_removed} removed, {rows} articles",
            "this is a fault of the library: please report it",
        )
