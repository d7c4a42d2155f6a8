"""Puts a release together from its written files: their places, the manifest, the card."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from corpus import resources
from corpus.errors import ReleaseError, storage_errors
from corpus.recipe import Recipe
from corpus.release import documents
from corpus.release.diff import compare
from corpus.release.facts import Facts, gather_facts
from corpus.release.files import config_folder
from corpus.release.load import Release
from corpus.release.manifest import ConfigEntry, FileEntry, Manifest, join_logical, write_manifest
from corpus.release.work import Work
from corpus.release.write import WrittenFile
from corpus.schema import CONFIGS

DEFAULT_NAME = "zhcorpus"
"""The name of a release whose recipe gives none."""


@dataclass(frozen=True, slots=True)
class Build:
    """What a release says about how it was made; `library` is the version of zhcorpus.

    `date` is the day of the release, ISO 8601, if it is to say one; `previous` the release before
    it, if there is one.
    """

    version: str
    library: str
    sources: tuple[str, ...]
    recipe: Recipe
    date: str | None = None
    previous: Release | None = None


def finish_release(
    folder: Path, work: Work, files: Sequence[WrittenFile], build: Build
) -> Manifest:
    """Put the written files, the manifest and the documents into the empty `folder`; the manifest.

    Raises:
        ReleaseError: The ledger does not account for every page.
        StorageError: The disk is full or the folder cannot be written.
    """
    with storage_errors(str(folder)):
        entries = [_place(folder, work, file, build.version) for file in files]
        configs = {name: _config(name, files, entries) for name in CONFIGS}
        entries.sort(key=lambda file: file.path)
        facts = gather_facts(folder, entries)
        manifest = _manifest(build, facts, configs, entries)
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
    section = documents.section_of(found, manifest)
    changelog = documents.write_changelog(folder, section, old)
    return dataclasses.replace(manifest, documents=(*entries, changelog))


def _place(folder: Path, work: Work, file: WrittenFile, version: str) -> FileEntry:
    name = f"train-{file.number:05d}-of-{file.total:05d}.parquet"
    path = f"{config_folder(file.config, version)}/{name}"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    work.fetch(file.name, folder / path)
    return FileEntry(path, file.config, file.bytes, file.sha256, file.rows, file.logical_sha256)


def _config(name: str, files: Sequence[WrittenFile], entries: Sequence[FileEntry]) -> ConfigEntry:
    own = [entry for entry in entries if entry.config == name]
    n_bytes = sum(file.row_bytes for file in files if file.config == name)
    return ConfigEntry(sum(entry.rows for entry in own), n_bytes, join_logical(own))


def _manifest(
    build: Build, facts: Facts, configs: dict[str, ConfigEntry], files: Sequence[FileEntry]
) -> Manifest:
    return Manifest(
        name=build.recipe.card.name or DEFAULT_NAME,
        version=build.version,
        library=build.library,
        pyarrow=pa.__version__,
        resources=resources.digest(),
        recipe=build.recipe.as_dict(),
        sources=build.sources,
        counts=facts.counts,
        configs=configs,
        files=tuple(files),
        date=build.date,
    )


def _check_counts(manifest: Manifest) -> None:
    counts, rows = manifest.counts, manifest.configs["default"].rows
    if counts.kept + counts.n_removed != counts.read or counts.kept != rows:
        raise ReleaseError(
            "ledger",
            f"{counts.read} read, {counts.kept} kept, {counts.n_removed} removed, {rows} articles",
            "this is a fault of the library: please report it",
        )
