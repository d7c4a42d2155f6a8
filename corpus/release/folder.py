"""The folder of a release appears whole or not at all, and only one build at a time makes it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import StorageError, VersionError, storage_errors
from corpus.release.manifest import MANIFEST, read_manifest


@contextmanager
def release_folder(out: Path | str) -> Iterator[Path]:
    """An empty folder to write a release into, which becomes `out` when the block ends well.

    It lies beside `out`, on the same file system, and is removed when the block raises; what a
    killed build left there is removed first. Nobody sees a part of a release under `out`.

    Raises:
        VersionError: `out` holds a release already.
        StorageError: `out` holds something else, another build is writing it, or the disk is full
            or cannot be written.
    """
    out = Path(out).absolute()
    check_free(out)
    with storage_errors(str(out.parent)), _only_build(out):
        check_free(out)  # another build may have finished just before the lock was ours
        building = out.with_name(f".{out.name}.building")
        _remove(building)
        building.mkdir()
        try:
            yield building
            _sync(building)
            _move(building, out)
        finally:
            _remove(building)


def check_free(out: Path) -> None:
    """Refuse a place where a release cannot go, before any work is done.

    Raises:
        VersionError: `out` holds a release already.
        StorageError: `out` is a file, or a folder that is not empty.
    """
    with storage_errors(str(out)):
        if (out / MANIFEST).is_file():
            manifest = read_manifest(out)
            raise VersionError(
                str(out),
                f"holds {manifest.name} {manifest.version} already, and a release is never changed",
                "give another folder",
            )
        if out.exists() and not out.is_dir():
            raise StorageError(str(out), "is a file", "give a folder that does not exist yet")
        if out.is_dir() and any(out.iterdir()):
            raise StorageError(
                str(out), "is not empty and not a release", "give a folder that does not exist yet"
            )


@contextmanager
def _only_build(out: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout  # here, as no worker needs it

    out.parent.mkdir(parents=True, exist_ok=True)
    lock = out.with_name(f".{out.name}.lock")
    try:
        with FileLock(lock, timeout=0):
            try:
                yield
            finally:
                if os.name != "nt":  # where an open file cannot be unlinked
                    # While it is held: who opened it meanwhile finds it unlinked and is refused.
                    lock.unlink(missing_ok=True)
    except Timeout:
        raise StorageError(
            str(out), "another build is writing it", "wait for that build or give another folder"
        ) from None


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _move(building: Path, out: Path) -> None:
    if out.is_dir():  # an empty one, over which not every system can rename
        out.rmdir()
    building.rename(out)
    _sync_path(out.parent)


def _sync(folder: Path) -> None:
    """Have everything in the folder on the disk before its name says that it is complete."""
    for path in sorted(folder.rglob("*")):
        _sync_path(path)
    _sync_path(folder)


def _sync_path(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows does not open folders
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
