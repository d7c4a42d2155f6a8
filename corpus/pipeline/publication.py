"""A release in a folder, sound or refused, handed to the room that publishes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from corpus import publishing, release
from corpus.errors import ReleaseError
from corpus.publishing import Cards, Item, Options, Parcel, Published, PublishedVersion

Place = str | os.PathLike[str]


def publish(  # noqa: PLR0913 - the public surface: one keyword an option of the command
    where: Place,
    target: Place,
    *,
    dry_run: bool = False,
    private: bool = False,
    create_pr: bool = False,
    revision: str | None = None,
    token: str | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> Published:
    """What became of the release in the folder `where` at `target`: whole there, or nothing.

    `target` is `hf://datasets/org/name`, a URL that fsspec knows (`s3://bucket/prefix`) or a
    folder; there the release is the version `v…`. It is verified first. With `dry_run` nothing is
    written. A release that is there is left as it is. `private` makes a new dataset of the Hub
    private, `create_pr` proposes the release instead of making it, `revision` is the branch it goes
    to. `token` is the Hub's, by default HF_TOKEN or that of `hf auth login`. `on_progress` is told
    in a line what is being done.

    Raises:
        SourceError: There is no such folder.
        ReleaseError: It holds no release, or verifying finds something.
        PublishError: The target refuses, cannot be reached or has what would be overwritten.
        VersionError: Another release of that version is there.
        StorageError: The disk is full or cannot be written.
    """
    report = on_progress or _ignore
    folder = Path(where)
    options = Options(dry_run, private, create_pr, revision, token)
    publishing.check(os.fspath(target), options)
    report(f"verifying {folder}")
    check_sound(folder)
    return publishing.publish(pack(folder), os.fspath(target), options, report)


def versions(where: Place, token: str | None = None) -> tuple[PublishedVersion, ...]:
    """The versions of a dataset that can be loaded from `where`, the oldest first.

    `where` is a dataset of the Hub, a URL or a folder that releases were published to, or the
    folder of one release.

    Raises:
        PublishError: There is no such place, or it cannot be reached.
    """
    folder = Path(where)
    if (folder / publishing.MANIFEST).is_file():
        return (PublishedVersion(release.read_manifest(folder).version, str(folder)),)
    return publishing.versions(os.fspath(where), token)


def check_sound(folder: Path) -> None:
    """Refuse a release in which something is wrong.

    Raises:
        ReleaseError: As said, with the first finding.
    """
    found = release.verify(folder)
    if not found.is_sound:
        first = found.findings[0]
        more = f", and {len(found.findings) - 1} more" if len(found.findings) > 1 else ""
        raise ReleaseError(
            str(folder / first.where),
            f"{first.what}{more}",
            "look at all of it with `corpus verify`, then build the release again",
        )


def pack(folder: Path) -> Parcel:
    """The release in `folder` as it is published: its files, its documents, its manifest last."""
    manifest = release.read_manifest(folder)
    data = [Item(file.path, file.bytes, file.sha256) for file in manifest.files]
    names = [*(entry.path for entry in manifest.documents), publishing.MANIFEST]
    items = (*data, *(_item(folder, name) for name in names))
    known = {item.path for item in items}
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    paths = (path.relative_to(folder).as_posix() for path in files)
    left_out = tuple(path for path in paths if path not in known)
    cards = Cards(tuple(release.CARDS), release.without_parts, release.merge_parts)
    return Parcel(folder, manifest.name, manifest.version, items, cards, left_out)


def _item(folder: Path, name: str) -> Item:
    data = (folder / name).read_bytes()
    return Item(name, len(data), hashlib.sha256(data).hexdigest())


def _ignore(line: str) -> None:
    del line
