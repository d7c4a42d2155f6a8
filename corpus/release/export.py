"""A release in other forms: Arrow files that `datasets` maps into memory, or JSON lines.

The rows are those of the release, in its order; `EXPORT.json` says of which one they are.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpus.errors import ReleaseError, storage_errors
from corpus.release.folder import release_folder
from corpus.release.load import Release, open_release
from corpus.release.manifest import FileEntry
from corpus.release.reading import read_batches
from corpus.schema import SCHEMAS, SPLITS

EXPORT = "EXPORT.json"


@dataclass(frozen=True, slots=True)
class Export:
    """What was exported: of which release, in which form, and the rows of each config."""

    path: str
    name: str
    version: str
    form: str
    rows: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return dataclasses.asdict(self)


def export(
    where: Path | str,
    out: Path | str,
    form: str = "jsonl",
    configs: Sequence[str] | None = None,
) -> Export:
    """Write the rows of the release in the folder `where` into the new folder `out`.

    `form` is one of `FORMS`; `configs` are all that there are by default. Each is a folder, and
    what is written does not depend on the machine. Memory holds one portion of rows.

    Raises:
        SourceError: There is no such folder.
        ReleaseError: It is no release, it is damaged, or there is no such form or config.
        VersionError: `out` holds a release.
        StorageError: `out` is not empty, or cannot be written.
    """
    release = open_release(where)
    _refuse_unknown(str(where), "form", [form], tuple(FORMS))
    known = release.manifest.configs_here()
    configs = known if configs is None else configs
    _refuse_unknown(str(where), "config", configs, known)
    rows = {config: release.manifest.configs[config].rows for config in configs}
    made = Export(str(out), release.manifest.name, release.version, form, rows)
    with release_folder(out) as folder, storage_errors(str(out)):
        for config in configs:
            (folder / config).mkdir()
            try:
                FORMS[form](release, config, folder / config)
            except (pa.ArrowException, FileNotFoundError) as error:
                raise ReleaseError(
                    str(where), f"cannot be read ({error})", "find out more with `corpus verify`"
                ) from error
        said = {**made.as_dict(), "path": "."}
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, indent=2)
        (folder / EXPORT).write_text(text + "\n", encoding="utf-8", newline="\n")
    return made


def write_jsonl(release: Release, config: str, folder: Path) -> None:
    """A file of JSON lines, compressed by zstd, for each file of the config."""
    for name, batches in _files(
        release, config, f"{SPLITS[config]}-{{:05d}}-of-{{:05d}}.jsonl.zst"
    ):
        with pa.output_stream(str(folder / name), compression="zstd") as file:
            for batch in batches:
                lines = (json.dumps(row, ensure_ascii=False) for row in batch.to_pylist())
                file.write("".join(f"{line}\n" for line in lines).encode("utf-8"))


def write_arrow(release: Release, config: str, folder: Path) -> None:
    """What `Dataset.save_to_disk` writes: an Arrow stream for each file, and two descriptions."""
    names = []
    for name, batches in _files(release, config, "data-{:05d}-of-{:05d}.arrow"):
        names.append(name)
        schema = _with_features(config)
        with pa.ipc.new_stream(str(folder / name), schema) as writer:
            for batch in batches:
                writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
    state: dict[str, Any] = {
        "_data_files": [{"filename": name} for name in names],
        "_fingerprint": release.manifest.configs[config].logical_sha256[:16],
        "_format_columns": None,
        "_format_kwargs": {},
        "_format_type": None,
        "_output_all_columns": False,
        "_split": SPLITS[config],
    }
    _write_json(folder / "state.json", state)
    _write_json(folder / "dataset_info.json", _info(release, config))


FORMS: dict[str, Callable[[Release, str, Path], None]] = {
    "jsonl": write_jsonl,
    "arrow": write_arrow,
}
"""The forms that a release can be exported in; Parquet it has already."""


def _files(
    release: Release, config: str, pattern: str
) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
    """The name of each file to write, and its rows."""
    files: tuple[FileEntry, ...] = release.manifest.files_of(config)
    for number, file in enumerate(files):
        yield pattern.format(number, len(files)), read_batches(release.path / file.path)


def _with_features(config: str) -> pa.Schema:
    """The schema with the note by which `datasets` knows its features again."""
    import datasets

    features = datasets.Features.from_arrow_schema(SCHEMAS[config])
    schema: pa.Schema = features.arrow_schema
    return schema


def _info(release: Release, config: str) -> dict[str, Any]:
    import datasets

    features = datasets.Features.from_arrow_schema(SCHEMAS[config])
    return {
        "citation": "",
        "config_name": config,
        "dataset_name": release.manifest.name,
        "description": "",
        "features": features.to_dict(),
        "homepage": "",
        "license": "",
        "version": {
            "version_str": release.version,
            **dict(
                zip(("major", "minor", "patch"), map(int, release.version.split(".")), strict=True)
            ),
        },
    }


def _write_json(path: Path, value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _refuse_unknown(where: str, what: str, names: Sequence[str], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            raise ReleaseError(where, f"no {what} {name!r}", f"use one of {', '.join(known)}")
