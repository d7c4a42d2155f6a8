"""A folder of this machine: each version a folder in it, renamed into place when it is whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import PublishError, StorageError, VersionError, storage_errors
from corpus.publishing.contract import (
    MANIFEST,
    TAG,
    Item,
    Options,
    Parcel,
    Published,
    PublishedVersion,
    Report,
    Target,
    outcome_of,
    refuse_hub_options,
    version_key,
)

COPY_BYTES = 1 << 20

LOCAL = "file://"


def send(parcel: Parcel, where: str, options: Options, report: Report) -> Published:
    """The release in a folder `v…` of the folder `where`; nobody sees a part of it there.

    Files that an interrupted run left beside it, whole and the right ones, are not copied again.

    Raises:
        PublishError: `where` is a release itself, or a file has other bytes than the manifest says.
        VersionError: Another release of that version is there.
        StorageError: The disk is full, cannot be written, or somebody else publishes there.
    """
    check(where, options)
    out = _path(where) / parcel.tag
    with storage_errors(str(out)):
        if _is_there(parcel, out):
            return outcome_of(parcel, "already published", str(out))
        copying = out.with_name(f".{out.name}.publishing")
        new = tuple(item for item in parcel.items if not _has(copying, item))
        if options.dry_run:
            return outcome_of(parcel, "dry run", str(out), new=new)
        with _only_publisher(out):
            if _is_there(parcel, out):  # another run finished just before the lock was ours
                return outcome_of(parcel, "already published", str(out))
            _fill(parcel, copying, new, report)
            copying.rename(out)
            _sync(out.parent)
    return outcome_of(parcel, "published", str(out), new=new)


def check(where: str, options: Options) -> None:
    """Refuse what no release can go to.

    Raises:
        PublishError: `where` is a release itself or a file, or the options are for the Hub.
    """
    refuse_hub_options(where, options)
    with storage_errors(where):
        _refuse_release(where)


def versions(where: str, token: str | None = None) -> tuple[PublishedVersion, ...]:  # noqa: ARG001
    """The versions in the folder, or the one release that it is itself.

    Raises:
        PublishError: There is no such folder.
    """
    folder = _path(where)
    if not folder.is_dir():
        raise PublishError(where, "there is no such folder", "give one that releases lie in")
    with storage_errors(where):
        names = [TAG.fullmatch(path.parent.name) for path in folder.glob(f"*/{MANIFEST}")]
    found = [PublishedVersion(name[1], str(folder / name[0])) for name in names if name]
    return tuple(sorted(found, key=lambda version: version_key(version.version)))


def _path(where: str) -> Path:
    return Path(where.removeprefix(LOCAL))


def _refuse_release(where: str) -> None:
    folder = _path(where)
    if (folder / MANIFEST).is_file():
        raise PublishError(
            where, "is a release itself", "give the folder that the versions shall lie in"
        )
    if folder.exists() and not folder.is_dir():
        raise PublishError(where, "is a file", "give a folder")


def _is_there(parcel: Parcel, out: Path) -> bool:
    """Whether this very release is at `out`.

    Raises:
        VersionError: Another one is.
        PublishError: Something else is.
    """
    if not out.exists():
        return False
    if not (out / MANIFEST).is_file():
        raise PublishError(str(out), "is there and no release", "remove it or give another folder")
    if _sha256(out / MANIFEST) != parcel.manifest.sha256:
        raise VersionError(
            str(out),
            f"another release of version {parcel.version} is there, and none is ever changed",
            "publish yours under the next version",
        )
    return True


def _has(folder: Path, item: Item) -> bool:
    path = folder / item.path
    return path.is_file() and path.stat().st_size == item.n_bytes and _sha256(path) == item.sha256


def _fill(parcel: Parcel, folder: Path, new: tuple[Item, ...], report: Report) -> None:
    """Have all files of the parcel, and no others, in the folder and on the disk."""
    named = {item.path for item in parcel.items}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder).as_posix() not in named:
            path.unlink()
    for number, item in enumerate(new, 1):
        report(f"copying {number} of {len(new)}: {item.path}, {item.n_bytes:,} bytes")
        _copy(parcel.folder / item.path, folder / item.path, item)
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            _sync(path)
    _sync(folder)


def _copy(source: Path, out: Path, item: Item) -> None:
    """Copy a file and have it on the disk; what is copied must be what the manifest says.

    Raises:
        PublishError: It is not.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as there, out.open("wb") as here:
        while part := there.read(COPY_BYTES):
            digest.update(part)
            here.write(part)
        here.flush()
        os.fsync(here.fileno())
    if digest.hexdigest() != item.sha256:
        out.unlink()
        raise PublishError(
            str(source), "was changed while it was published", "verify the release, then run again"
        )


@contextmanager
def _only_publisher(out: Path) -> Iterator[None]:
    out.parent.mkdir(parents=True, exist_ok=True)
    lock = out.with_name(f".{out.name}.lock")
    try:
        with FileLock(lock, timeout=0):
            try:
                yield
            finally:
                if os.name != "nt":  # where an open file cannot be unlinked
                    lock.unlink(missing_ok=True)
    except Timeout:
        raise StorageError(str(out), "somebody else publishes it", "wait for that run") from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    """Have the names in the folder on the disk."""
    if os.name == "nt":
        return  # Windows does not open folders
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


FOLDER = Target("folder", lambda where: True, check, send, versions)  # noqa: ARG005 - the last resort
