"""Where a release lies, and its files brought here: a folder, the Hub, or any store fsspec knows.

A version of the Hub is its tag, resolved to one commit from which everything is taken; files of a
store are kept by their SHA-256. So no file of another version can take the place of one.
"""

from __future__ import annotations

import glob
import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from corpus.errors import ReleaseError, SourceError, VersionError, storage_errors
from corpus.release.manifest import MANIFEST, FileEntry, Manifest, parse_manifest, read_manifest

HUB = re.compile(
    r"""
    (?:hf://datasets/)?
    (?P<repo>[\w.-]+/[\w.-]+)     # its owner and name
    (?:@(?P<revision>[^@/]+))?    # a tag, branch or commit
    /?
    """,
    re.VERBOSE,
)
"""A dataset of the Hub; `@` and a revision may follow."""

MAIN = "main"

COPY_BYTES = 1 << 20

NETWORK_ERRORS = {
    "aiohttp": "ClientError",
    "botocore.exceptions": "BotoCoreError",
    "httpx": "HTTPError",
}
"""What libraries raise beside `OSError`, where they are there at all."""


class Place(Protocol):
    """Where a release lies."""

    @property
    def where(self) -> str:
        """The place in the words of the user."""

    @property
    def manifest(self) -> Manifest:
        """The manifest of the release that lies there."""

    def paths(self, files: Sequence[FileEntry]) -> list[str]:
        """These files on this machine, fetched if need be and of the right size.

        Raises:
            SourceError: They cannot be reached.
            ReleaseError: One is missing or of another size.
        """

    def urls(self, files: Sequence[FileEntry]) -> list[str]:
        """Where `datasets` can stream these files from."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A release in a folder of this machine."""

    where: str
    path: Path
    manifest: Manifest

    def paths(self, files: Sequence[FileEntry]) -> list[str]:
        """The files, checked by size."""
        for file in files:
            _check_file(self.path / file.path, file)
        return [str(self.path / file.path) for file in files]

    def urls(self, files: Sequence[FileEntry]) -> list[str]:
        """The same files, in the form of paths that `datasets` takes for themselves."""
        return [glob.escape(path) for path in self.paths(files)]


@dataclass(frozen=True, slots=True)
class HubDataset:
    """A release on the Hub, at one commit."""

    where: str
    repo: str
    commit: str
    manifest: Manifest

    def paths(self, files: Sequence[FileEntry]) -> list[str]:
        """The files of the commit in the cache of `huggingface_hub`."""
        from huggingface_hub import snapshot_download

        patterns = [glob.escape(file.path) for file in files]
        with _hub_errors(self.where, self._what(files)):
            folder = snapshot_download(
                self.repo, repo_type="dataset", revision=self.commit, allow_patterns=patterns
            )
        return Folder(self.where, Path(folder), self.manifest).paths(files)

    def _what(self, files: Sequence[FileEntry]) -> str:
        return f"config {files[0].config} of version {self.manifest.version}"

    def urls(self, files: Sequence[FileEntry]) -> list[str]:
        """The files of the commit, whatever a tag says meanwhile; what is cached, from there."""
        from huggingface_hub import get_hf_file_metadata, hf_hub_url, try_to_load_from_cache

        cached = [
            try_to_load_from_cache(self.repo, file.path, repo_type="dataset", revision=self.commit)
            for file in files
        ]
        if all(isinstance(path, str) for path in cached):
            return [glob.escape(str(path)) for path in cached]
        url = hf_hub_url(self.repo, files[0].path, repo_type="dataset", revision=self.commit)
        with _hub_errors(self.where, self._what(files)):
            get_hf_file_metadata(url)  # whether it can be reached is said here, not row by row
        return [f"hf://datasets/{self.repo}@{self.commit}/{file.path}" for file in files]


@dataclass(frozen=True, slots=True)
class Store:
    """A release below a URL that fsspec knows."""

    where: str
    manifest: Manifest

    def paths(self, files: Sequence[FileEntry]) -> list[str]:
        """The files in the cache, by their SHA-256."""
        return [str(_fetch(self.where, file)) for file in files]

    def urls(self, files: Sequence[FileEntry]) -> list[str]:
        """Their own URLs."""
        return [f"{self.where.rstrip('/')}/{file.path}" for file in files]


def find_place(where: str, version: str | None) -> Place:
    """The place of a release that is no folder here.

    Raises:
        SourceError: There is nothing of that name, or it cannot be reached and is not cached.
        VersionError: The Hub has no such version.
        ReleaseError: What lies there is no release.
    """
    hub = HUB.fullmatch(where)
    if hub is not None:
        return _find_on_hub(where, hub["repo"], hub["revision"], version)
    if "://" in where:
        return _find_in_store(where)
    raise SourceError(where, "there is no such folder", "give the folder of a release")


def _find_on_hub(where: str, repo: str, revision: str | None, version: str | None) -> HubDataset:
    """The commit of the version's tag, or of the newest release: `main` holds whole ones only."""
    from huggingface_hub import hf_hub_download

    wanted = revision or (f"v{version}" if version else MAIN)
    with _hub_errors(where, f"version {version}" if version else revision or "its newest version"):
        path = Path(hf_hub_download(repo, MANIFEST, repo_type="dataset", revision=wanted))
    return HubDataset(where, repo, path.parent.name, read_manifest(path.parent))


@contextmanager
def _hub_errors(where: str, what: str) -> Iterator[None]:
    """Words what `huggingface_hub` raises; `what` is asked for."""
    from huggingface_hub import errors

    no_network: tuple[Any, ...] = (
        OSError,
        *errors.HfHubHTTPError.__bases__,
    )  # those of the client it is made with
    try:
        yield
    except errors.RevisionNotFoundError:
        raise VersionError(where, f"the Hub has no {what}", "look at its tags") from None
    except errors.GatedRepoError:
        raise SourceError(
            where, "its owners ask who reads it", "accept their terms on the Hub, then log in"
        ) from None
    except errors.RepositoryNotFoundError:
        raise SourceError(
            where,
            "neither a folder here nor a dataset of the Hub that this user may read",
            "check the name, or log in with `hf auth login`",
        ) from None
    except errors.LocalEntryNotFoundError:
        raise _out_of_reach(where, what) from None
    except errors.EntryNotFoundError:
        raise ReleaseError(
            where, f"no release of zhcorpus: no {MANIFEST} in it", "give the name of a release"
        ) from None
    except errors.HfHubHTTPError as error:
        raise SourceError(where, f"the Hub refuses ({error})", "try again later") from error
    except no_network:
        raise _out_of_reach(where, what) from None


def _out_of_reach(where: str, what: str) -> SourceError:
    return SourceError(
        where,
        f"{what} was not fetched before, and the Hub cannot be reached",
        "connect to it (HF_HUB_OFFLINE must not be set) or give a folder",
    )


def _find_in_store(where: str) -> Store:
    """The manifest below the URL, or the one that was there when it was read last."""
    url = f"{where.rstrip('/')}/{MANIFEST}"
    kept = _cache("manifests") / f"{hashlib.sha256(where.rstrip('/').encode()).hexdigest()}.json"
    try:
        with _open(url) as remote:
            data = remote.read()
    except FileNotFoundError:
        raise ReleaseError(
            where, f"not a release: no {MANIFEST} there", "give the URL that holds one"
        ) from None
    except unreachable() as error:
        if not kept.is_file():
            raise SourceError(
                where, f"cannot be reached ({error}) and was not fetched before", "check the URL"
            ) from error
        data = kept.read_bytes()
    manifest = parse_manifest(data, url)
    with _new_file(kept) as file:
        file.write(data)
    return Store(where, manifest)


def _fetch(where: str, file: FileEntry) -> Path:
    """A file in the cache; one that is there is the right one, for its name is its digest."""
    kept = _cache("files") / f"{file.sha256}.parquet"
    if kept.is_file():
        return kept
    url = f"{where.rstrip('/')}/{file.path}"
    with _new_file(kept) as copy:
        try:
            with _open(url) as remote:
                shutil.copyfileobj(remote, copy, COPY_BYTES)
        except unreachable() as error:
            raise SourceError(
                url, f"cannot be fetched ({error}) and was not before", "check URL and network"
            ) from error
        copy.seek(0)
        if _sha256(copy) != file.sha256:
            raise ReleaseError(url, "has other bytes than the manifest says", "publish it again")
    return kept


def take(remote: IO[bytes]) -> tuple[str, Path]:
    """All bytes of a file that lies elsewhere: their SHA-256, and the copy that stays here."""
    files = _cache("files")
    digest = hashlib.sha256()
    with storage_errors(str(files)), tempfile.NamedTemporaryFile(dir=files, delete=False) as copy:
        try:
            while part := remote.read(COPY_BYTES):
                digest.update(part)
                copy.write(part)
            copy.flush()
            kept = files / f"{digest.hexdigest()}.parquet"
            Path(copy.name).replace(kept)
        finally:
            Path(copy.name).unlink(missing_ok=True)
    return digest.hexdigest(), kept


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := file.read(COPY_BYTES):
        digest.update(part)
    return digest.hexdigest()


def _open(url: str) -> AbstractContextManager[IO[bytes]]:
    import fsspec

    opened: AbstractContextManager[IO[bytes]] = fsspec.open(url, "rb")
    return opened


def unreachable() -> tuple[type[Exception], ...]:
    """What fsspec and its stores raise: no network, no such bucket, no such protocol."""
    return (*network_errors(), ImportError, ValueError)


def network_errors() -> tuple[type[Exception], ...]:
    """What is raised where a request comes to nothing."""
    known = [
        getattr(sys.modules[module], error)
        for module, error in NETWORK_ERRORS.items()
        if module in sys.modules
    ]
    return (OSError, *known)


def _cache(kind: str) -> Path:
    from huggingface_hub import cached_assets_path

    return cached_assets_path("zhcorpus", "releases", kind)


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name when the block ends well, and is gone when it does not."""
    with (
        storage_errors(str(path)),
        tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file,
    ):
        try:
            yield file
            file.flush()
            Path(file.name).replace(path)
        finally:
            Path(file.name).unlink(missing_ok=True)


def _check_file(path: Path, file: FileEntry) -> None:
    n_bytes = path.stat().st_size if path.is_file() else None
    if n_bytes != file.bytes:
        found = "is missing" if n_bytes is None else f"has {n_bytes} bytes, not {file.bytes}"
        raise ReleaseError(str(path), found, "fetch or build the release again")
