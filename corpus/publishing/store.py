"""S3 and every other store that fsspec knows: each version below a prefix, its manifest last.

A reader opens the manifest first, so it sees a whole release or none. Until then a mark says which
release lies there in parts: only that one is gone on with.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from corpus.errors import PublishError, VersionError
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
from corpus.publishing.folder import LOCAL

MARK = ".publishing"
"""Beside files that are no release yet; holds the SHA-256 of the manifest they belong to."""


def takes(where: str) -> bool:
    """Whether `where` is a URL of a store.

    >>> takes("s3://bucket/news"), takes("file:///data/news"), takes("news")
    (True, False, False)
    """
    return "://" in where and not where.startswith(LOCAL)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A prefix of a store: its file system, its path there, and the URL in the user's words."""

    system: Any
    path: str
    url: str

    def of(self, tag: str) -> Shelf:
        """The prefix of one version."""
        return Shelf(self.system, f"{self.path}/{tag}", f"{self.url}/{tag}")

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, if it is there."""
        try:
            data: bytes = self.system.cat_file(f"{self.path}/{name}")
        except FileNotFoundError:
            return None
        return data

    def sizes(self) -> dict[str, int]:
        """The bytes of every file below the prefix, by its path from there."""
        self.system.invalidate_cache()
        try:
            found = self.system.find(self.path, detail=True)
        except FileNotFoundError:
            return {}
        own = self.path.strip("/") + "/"
        return {name.strip("/").removeprefix(own): entry["size"] for name, entry in found.items()}

    def create(self, name: str, data: bytes) -> bytes:
        """Write a file that is not there yet; what is there then, which may be another's.

        Where the store has conditional writes, one of two writers wins; elsewhere the last one.
        """
        there = self.read(name)
        if there is not None:
            return there
        path = f"{self.path}/{name}"
        try:
            self.system.pipe_file(path, data, mode="create")
        except (FileExistsError, NotImplementedError, TypeError, OSError) as error:
            there = self.read(name)  # an answer may be lost after the write, too
            if there is not None:
                return there
            if isinstance(error, OSError):
                raise
            self.system.pipe_file(path, data)
        return data


def send(parcel: Parcel, where: str, options: Options, report: Report) -> Published:
    """The release below `where/v…`; files of an earlier version are copied by the store itself.

    Raises:
        PublishError: The store refuses or cannot be reached, or other files lie there.
        VersionError: Another release of that version is there.
    """
    refuse_hub_options(where, options)
    with _store_errors(where):
        top = _open(where)
        shelf = top.of(parcel.tag)
        if _is_there(parcel, shelf):
            if not options.dry_run and shelf.read(MARK) is not None:
                _remove_mark(shelf)  # of a run that was killed between the manifest and this
            return outcome_of(parcel, "already published", shelf.url)
        missing = _missing(parcel, shelf)
        copies = _find_copies(parcel, top, missing)
        sent = (item for item in missing if item.path not in copies)
        new = (*sent, parcel.manifest)
        if options.dry_run:
            return outcome_of(parcel, "dry run", shelf.url, new=new)
        _claim(parcel, shelf)
        for number, item in enumerate(missing, 1):
            report(f"file {number} of {len(missing)}: {item.path}, {item.n_bytes:,} bytes")
            if item.path not in copies or not _copy(shelf, copies[item.path], item):
                shelf.system.put_file(str(parcel.folder / item.path), f"{shelf.path}/{item.path}")
        _complete(parcel, shelf)
        return outcome_of(parcel, "published", shelf.url, new=new)


def versions(where: str, token: str | None = None) -> tuple[PublishedVersion, ...]:  # noqa: ARG001
    """The versions below the URL, none where nothing was published.

    Raises:
        PublishError: It cannot be reached.
    """
    with _store_errors(where):
        shelf = _open(where)
        names = _version_names(shelf)
        whole = [name for name in names if shelf.system.exists(f"{shelf.path}/{name}/{MANIFEST}")]
    found = [PublishedVersion(name[1:], f"{shelf.url}/{name}") for name in whole]
    return tuple(sorted(found, key=lambda version: version_key(version.version)))


def _open(where: str) -> Shelf:
    import fsspec

    system, path = fsspec.core.url_to_fs(where)
    system.invalidate_cache()
    return Shelf(system, path.rstrip("/"), where.rstrip("/"))


def _version_names(shelf: Shelf) -> list[str]:
    try:
        listed = shelf.system.ls(shelf.path, detail=False)
    except FileNotFoundError:
        return []
    names = [path.rstrip("/").rpartition("/")[2] for path in listed]
    return [name for name in names if TAG.fullmatch(name)]


def _is_there(parcel: Parcel, shelf: Shelf) -> bool:
    """Whether this very release is whole there.

    Raises:
        VersionError: Another one is.
    """
    manifest = shelf.read(MANIFEST)
    if manifest is None:
        return False
    _refuse_other(parcel, shelf, manifest)
    return True


def _refuse_other(parcel: Parcel, shelf: Shelf, manifest: bytes) -> None:
    if _sha256(manifest) != parcel.manifest.sha256:
        raise VersionError(
            shelf.url,
            f"another release of version {parcel.version} is there, and none is ever changed",
            "publish yours under the next version",
        )


def _missing(parcel: Parcel, shelf: Shelf) -> tuple[Item, ...]:
    """What is still to be sent, but for the manifest; what is there must be this release's.

    Raises:
        PublishError: It is not.
    """
    sizes = shelf.sizes()
    mark = shelf.read(MARK)
    if sizes and mark is None:
        raise PublishError(shelf.url, "is not empty and no release", "choose another place")
    if mark is not None and mark != _mark(parcel):
        raise PublishError(
            shelf.url,
            f"parts of another release {parcel.version} lie there",
            "if nobody is publishing it now, delete them and run again",
        )
    return tuple(item for item in parcel.items[:-1] if sizes.get(item.path) != item.n_bytes)


def _mark(parcel: Parcel) -> bytes:
    return parcel.manifest.sha256.encode()


def _claim(parcel: Parcel, shelf: Shelf) -> None:
    """Mark the place as this release's.

    Raises:
        PublishError: Somebody else was faster.
    """
    if shelf.create(MARK, _mark(parcel)) != _mark(parcel):
        raise PublishError(
            shelf.url, "somebody else has begun to publish there", "wait and look what it becomes"
        )


def _find_copies(parcel: Parcel, top: Shelf, missing: tuple[Item, ...]) -> dict[str, str]:
    """Where files that are missing lie in the newest other version, by path; whole paths."""
    others = [name for name in _version_names(top) if name != parcel.tag]
    for name in sorted(others, key=lambda name: version_key(name[1:]), reverse=True):
        shelf = top.of(name)
        manifest = shelf.read(MANIFEST)
        if manifest is None:
            continue
        there = {entry["sha256"]: entry["path"] for entry in _files_of(manifest)}
        return {
            item.path: f"{shelf.path}/{there[item.sha256]}"
            for item in missing
            if item.sha256 in there
        }
    return {}


def _files_of(manifest: bytes) -> list[dict[str, Any]]:
    """The files that a manifest names; none if it is damaged, for then nothing is copied."""
    try:
        files: list[dict[str, Any]] = json.loads(manifest)["files"]
    except (ValueError, KeyError, TypeError):
        return []
    return files


def _copy(shelf: Shelf, source: str, item: Item) -> bool:
    """Have the store copy a file; whether it could."""
    path = f"{shelf.path}/{item.path}"
    try:
        shelf.system.cp_file(source, path)
        return bool(shelf.system.info(path)["size"] == item.n_bytes)
    except (NotImplementedError, FileNotFoundError):
        return False


def _complete(parcel: Parcel, shelf: Shelf) -> None:
    """Look whether all files are there, then write the manifest and remove the mark.

    Raises:
        PublishError: A file is not as it was sent.
        VersionError: Somebody else's manifest is there.
    """
    sizes = shelf.sizes()
    for item in parcel.items[:-1]:
        if sizes.get(item.path) != item.n_bytes:
            found = sizes.get(item.path)
            raise PublishError(
                f"{shelf.url}/{item.path}",
                f"has {found} bytes, {item.n_bytes} were sent" if found else "did not arrive",
                "run again",
            )
    data = (parcel.folder / MANIFEST).read_bytes()
    _refuse_other(parcel, shelf, data)
    _refuse_other(parcel, shelf, shelf.create(MANIFEST, data))
    _remove_mark(shelf)


def _remove_mark(shelf: Shelf) -> None:
    try:
        shelf.system.rm_file(f"{shelf.path}/{MARK}")
    except FileNotFoundError:
        return


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextmanager
def _store_errors(where: str) -> Iterator[None]:
    """Words what fsspec and its stores raise.

    Raises:
        PublishError: In place of it.
    """
    try:
        yield
    except ImportError as error:
        extra = "zhcorpus[s3]" if where.startswith("s3:") else str(error.name or "its package")
        raise PublishError(
            where, "the package for this store is missing", f"pip install {extra}"
        ) from None
    except PermissionError as error:
        raise PublishError(
            where, f"the store refuses ({error})", "check the credentials and what they may write"
        ) from error
    except FileNotFoundError as error:
        raise PublishError(where, f"no such place ({error})", "create the bucket first") from error
    except _no_credentials() as error:
        raise PublishError(
            where, f"no credentials ({error})", "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its key"
        ) from error
    except _failures() as error:
        raise PublishError(
            where, f"cannot be reached or written ({error})", "check URL and network, run again"
        ) from error
    except ValueError as error:  # fsspec on a protocol it does not know
        raise PublishError(where, str(error), "give s3://…, hf://datasets/… or a folder") from None


def _no_credentials() -> tuple[type[Exception], ...]:
    botocore = sys.modules.get("botocore.exceptions")  # where s3fs brought it along
    return (botocore.NoCredentialsError, botocore.PartialCredentialsError) if botocore else ()


def _failures() -> tuple[type[Exception], ...]:
    botocore = sys.modules.get("botocore.exceptions")
    return (OSError, botocore.BotoCoreError, botocore.ClientError) if botocore else (OSError,)


STORE = Target("store", takes, refuse_hub_options, send, versions)
