"""Every file by itself: there, of its size, of its bytes, Parquet of its schema and rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import pyarrow as pa

from corpus.release.findings import Check, Finding
from corpus.release.load import AnyRelease
from corpus.release.manifest import MANIFEST, FileEntry, Manifest
from corpus.schema import CONFIGS, FOLDERS, SCHEMAS


def check_manifest(release: AnyRelease) -> Iterator[Finding]:
    """Every config of the schema is in the manifest, every path stays inside of the release."""
    manifest = release.manifest
    if not set(CONFIGS) <= set(manifest.configs) <= set(SCHEMAS):
        what = f"has the configs {', '.join(manifest.configs)}, not {', '.join(CONFIGS)}"
        yield Finding("check_manifest", MANIFEST, what, is_fatal=True)
    paths = [file.path for file in manifest.files]
    for file in manifest.files:
        if not _stays_inside(file.path) or file.config not in manifest.configs:
            what = f"names a file that cannot be its own: {file.path!r} of {file.config!r}"
            yield Finding("check_manifest", MANIFEST, what, is_fatal=True)
        elif paths.count(file.path) > 1:
            yield Finding("check_manifest", MANIFEST, f"names {file.path} twice", is_fatal=True)
    yield from _check_sums(manifest)


def _check_sums(manifest: Manifest) -> Iterator[Finding]:
    """What the manifest says twice is the same."""
    for name, entry in manifest.configs.items():
        files = manifest.files_of(name)
        for unit, said, n in (
            ("rows", entry.rows, sum(file.rows for file in files)),
            ("bytes", entry.bytes, sum(file.row_bytes for file in files)),
        ):
            if n != said:
                what = f"says {said} {unit} of {name}, its files have {n}"
                yield Finding("check_manifest", MANIFEST, what)
    if manifest.history and manifest.history[-1].sources != manifest.sources:
        yield Finding("check_manifest", MANIFEST, "has other sources than its last version")


def _stays_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\\" not in path


def check_presence(release: AnyRelease) -> Iterator[Finding]:
    """Every file of the manifest is there, and beside them none that would be loaded with them."""
    named = {file.path for file in release.manifest.files}
    for path in sorted(named):
        if _stays_inside(path) and release.files.size(path) is None:
            yield Finding("check_presence", path, "is missing", is_fatal=True)
    for folder in sorted(set(FOLDERS.values())):
        for path in release.files.names(folder):
            if path not in named:
                yield Finding("check_presence", path, "is not in the manifest")


def check_bytes(release: AnyRelease) -> Iterator[Finding]:
    """Every file has the size and the SHA-256 that the manifest says.

    Of a published one that is looked at quickly, the SHA-256 is what its store says, if it does.
    """
    for file in _present(release):
        n_bytes = release.files.size(file.path)
        if n_bytes != file.bytes:
            what = f"has {n_bytes} bytes, not {file.bytes}"
            yield Finding("check_bytes", file.path, what, is_fatal=True)
        elif release.files.sha256(file) not in (None, file.sha256):
            what = "has other bytes: its SHA-256 is not the one of the manifest"
            yield Finding("check_bytes", file.path, what, is_fatal=True)


def check_format(release: AnyRelease) -> Iterator[Finding]:
    """Every file is Parquet with the columns of its config and as many rows as the manifest says.

    A file whose bytes are damaged may still have a readable end: it is not asked further.
    """
    for file in _present(release):
        try:
            with release.files.parquet(file) as parquet:
                schema, n_rows = parquet.schema_arrow, parquet.metadata.num_rows
        except (pa.ArrowException, OSError) as error:
            what = f"is no Parquet file ({str(error).splitlines()[0]})"
            yield Finding("check_format", file.path, what, is_fatal=True)
            continue
        difference = _schema_difference(SCHEMAS[file.config], schema)
        if difference:
            yield Finding("check_format", file.path, difference, is_fatal=True)
        if n_rows != file.rows:
            yield Finding("check_format", file.path, f"has {n_rows} rows, not {file.rows}")


def _schema_difference(expected: pa.Schema, found: pa.Schema) -> str | None:
    if found.equals(expected):
        return None
    for field in expected:
        if field.name not in found.names:
            return f"lacks the column {field.name}"
        if not found.field(field.name).equals(field):
            return f"has {field.name} as {found.field(field.name).type}, not {field.type}"
    extra = [name for name in found.names if name not in expected.names]
    return (
        f"has the further columns {', '.join(extra)}" if extra else "has its columns out of order"
    )


def _present(release: AnyRelease) -> Iterator[FileEntry]:
    for file in release.manifest.files:
        usable = _stays_inside(file.path) and file.config in release.manifest.configs
        if usable and release.files.size(file.path) is not None:
            yield file


FILE_CHECKS: tuple[Check, ...] = (check_manifest, check_presence, check_bytes, check_format)
