"""Builds a release again from its manifest, and compares."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from corpus import release as releasing
from corpus.errors import ReleaseError
from corpus.pipeline import build
from corpus.recipe import parse_recipe

Place = str | os.PathLike[str]

Outcome = Literal["same bytes", "same rows", "different"]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came out: the same bytes, the same rows in other bytes, or something else.

    `files` are those whose bytes differ, documents included; `built_with` names the versions of the
    library and of pyarrow that differ, before and now; `diff` says how the rows differ, if they do.
    `n_new_takedowns` counts what was withdrawn since the release was built, and is left out now.
    """

    path: str
    outcome: Outcome
    files: tuple[str, ...]
    built_with: dict[str, tuple[str, str]]
    n_new_takedowns: int
    diff: releasing.Diff | None

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        said = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**said, "diff": self.diff.as_dict() if self.diff else None}


def rebuild(
    release: Place,
    sources: Sequence[Place] = (),
    *,
    previous: Place | None = None,
    out: Place | None = None,
    workers: int | None = None,
) -> Rebuilt:
    """Build the release again from the recipe, version and date of its manifest, and compare.

    `sources` are those of the build, wherever they lie now; without them, those of the manifest's
    names below the current folder. `previous` is the release that it went on from, if it did. What
    was withdrawn is left out, also what was withdrawn since. The new release stays in `out` where
    that is given.

    Raises:
        SourceError: A source is missing.
        ReleaseError: It is no release, or `previous` is not the one that it went on from.
        StorageError: There is no room beside it.
    """
    old = releasing.open_release(Path(release))
    manifest = old.manifest
    _check_previous(old, previous)
    place = Path(out) if out is not None else old.path.with_name(f".{old.path.name}.rebuilt")
    if out is None:
        shutil.rmtree(place, ignore_errors=True)
    stones = releasing.takedowns_of(old)
    lists = [path for path in _lists(old) if path.is_file()]
    try:
        new = build(
            list(sources) or list(manifest.sources),
            place,
            version=manifest.version,
            recipe=parse_recipe(manifest.recipe, str(old.path)),
            previous=previous,
            takedowns=lists,
            date=manifest.date,
            workers=workers,
        )
        n_new = len(stones) - len(releasing.own_takedowns(old))
        return _compare(old, new, n_new)
    finally:
        if out is None:
            shutil.rmtree(place, ignore_errors=True)


def _lists(release: releasing.Release) -> tuple[Path, Path]:
    return release.path / releasing.TAKEDOWNS, releasing.beside(release.path)


def _check_previous(release: releasing.Release, previous: Place | None) -> None:
    expected = release.manifest.previous
    if expected is None:
        return
    if previous is None:
        raise ReleaseError(
            str(release.path), "goes on from another release", "give that with --previous"
        )
    if releasing.digest_manifest(releasing.open_release(Path(previous))) != expected:
        raise ReleaseError(
            str(previous),
            f"is not the release that {release.version} went on from",
            "give that, unchanged",
        )


def _compare(old: releasing.Release, new: releasing.Release, n_new_takedowns: int) -> Rebuilt:
    before, after = old.manifest, new.manifest
    digests = _digests(before), _digests(after)
    paths = sorted({**digests[0], **digests[1]})
    files = tuple(path for path in paths if digests[0].get(path) != digests[1].get(path))
    logical = [
        {name: entry.logical_sha256 for name, entry in manifest.configs.items()}
        for manifest in (before, after)
    ]
    is_same = logical[0] == logical[1]
    built_with = {
        name: (getattr(before, name), getattr(after, name))
        for name in ("library", "pyarrow", "resources")
        if getattr(before, name) != getattr(after, name)
    }
    outcome: Outcome = "different" if not is_same else "same rows" if files else "same bytes"
    found = None if is_same else releasing.diff(old.path, new.path)
    return Rebuilt(str(old.path), outcome, files, built_with, n_new_takedowns, found)


def _digests(manifest: releasing.Manifest) -> dict[str, str]:
    files = {file.path: file.sha256 for file in manifest.files}
    return {**files, **{document.path: document.sha256 for document in manifest.documents}}
