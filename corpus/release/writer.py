"""Writes a release: the files of every config, the manifest, the card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from corpus import resources
from corpus.errors import ReleaseError, storage_errors
from corpus.recipe import Recipe
from corpus.release.card import render_card
from corpus.release.facts import Facts, gather_facts
from corpus.release.manifest import ConfigEntry, FileEntry, Manifest, write_manifest
from corpus.release.parquet import Limits, write_config
from corpus.release.select import Clusters, select_configs
from corpus.release.shard import ShardFiles
from corpus.schema import CONFIGS, FOLDERS

CARD = "README.md"
DEFAULT_NAME = "zhcorpus"
"""The name of a release whose recipe gives none."""


@dataclass(frozen=True, slots=True)
class Build:
    """What a release says about how it was made; `library` is the version of zhcorpus."""

    version: str
    library: str
    sources: tuple[str, ...]
    recipe: Recipe


def write_release(
    folder: Path, shards: Sequence[ShardFiles], clusters: Clusters, build: Build
) -> Manifest:
    """Write the release of these shards into the empty `folder`; its manifest.

    The same rows, clusters and build give the same bytes, however the rows were cut into shards.

    Raises:
        ReleaseError: A shard is not finished, `clusters` belongs to other shards, or the ledger
            does not account for every page.
        StorageError: The disk is full or the folder cannot be written.
    """
    with storage_errors(str(folder)):
        configs, files = _write_configs(folder, shards, clusters, build)
        facts = gather_facts(folder, files)
        manifest = _manifest(build, facts, configs, files)
        _check_counts(manifest)
        write_manifest(folder, manifest)
        card = render_card(manifest, facts, build.recipe.card)
        (folder / CARD).write_text(card, encoding="utf-8", newline="\n")
    return manifest


def _write_configs(
    folder: Path, shards: Sequence[ShardFiles], clusters: Clusters, build: Build
) -> tuple[dict[str, ConfigEntry], list[FileEntry]]:
    options = build.recipe.release
    limits = Limits(options.shard_bytes, options.row_group_bytes)
    configs: dict[str, ConfigEntry] = {}
    files: list[FileEntry] = []
    for selection in select_configs(shards, clusters, build.version, options.sample_rows):
        place = config_folder(selection.config, build.version)
        configs[selection.config], own = write_config(selection, folder, place, limits)
        files.extend(own)
    return {name: configs[name] for name in CONFIGS}, sorted(files, key=lambda file: file.path)


def config_folder(config: str, version: str) -> str:
    """Where the files of a config lie: a folder for each batch, the sample in one of its own.

    >>> config_folder("default", "1.2.0"), config_folder("sample", "1.2.0")
    ('data/v1.2.0', 'sample')
    """
    return FOLDERS[config] if config == "sample" else f"{FOLDERS[config]}/v{version}"


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
    )


def _check_counts(manifest: Manifest) -> None:
    counts, rows = manifest.counts, manifest.configs["default"].rows
    if counts.kept + counts.n_removed != counts.read or counts.kept != rows:
        raise ReleaseError(
            "ledger",
            f"{counts.read} read, {counts.kept} kept, {counts.n_removed} removed, {rows} articles",
            "this is a fault of the library: please report it",
        )
