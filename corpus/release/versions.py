"""Which number a version must have, by what really changed since the one before it."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from typing import Literal

from corpus.errors import VersionError
from corpus.release.load import Release
from corpus.release.pairing import schema_of
from corpus.schema import SCHEMAS

EPOCH = "SOURCE_DATE_EPOCH"
"""The variable in which builds are told what time it is, https://reproducible-builds.org/specs/."""

Bump = Literal["major", "minor", "patch"]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version changes: columns, articles; `breaking` says what means something else now."""

    n_columns: int = 0
    n_added: int = 0
    n_removed: int = 0
    n_changed: int = 0
    breaking: str = ""


def needed_bump(changes: Changes) -> Bump:
    """Schema or meaning: major; new articles: minor; withdrawn, corrected or none: patch.

    >>> needed_bump(Changes(n_added=5, n_removed=1)), needed_bump(Changes(n_removed=1))
    ('minor', 'patch')
    """
    if changes.n_columns or changes.breaking:
        return "major"
    return "minor" if changes.n_added else "patch"


def next_version(version: str, bump: Bump) -> str:
    """The version after `version`.

    >>> [next_version("1.2.3", bump) for bump in ("major", "minor", "patch")]
    ['2.0.0', '1.3.0', '1.2.4']
    """
    major, minor, patch = map(int, version.split("."))
    numbers = {
        "major": (major + 1, 0, 0),
        "minor": (major, minor + 1, 0),
        "patch": (major, minor, patch + 1),
    }
    return ".".join(map(str, numbers[bump]))


def could_follow(before: str, version: str) -> bool:
    """Whether the version is one of the three that can come after `before`."""
    bumps: tuple[Bump, ...] = ("major", "minor", "patch")
    return version in {next_version(before, bump) for bump in bumps}


def check_follows(before: str, version: str) -> None:
    """Refuse a number that no change could make right, before any work is done.

    Raises:
        VersionError: As said, with the numbers that could be.
    """
    if not could_follow(before, version):
        raise VersionError(
            version,
            f"does not follow {before}",
            f"give {next_version(before, 'minor')} for new articles, "
            f"{next_version(before, 'patch')} for withdrawn or corrected ones, "
            f"{next_version(before, 'major')} for other columns or another meaning",
        )


def check_bump(before: str, version: str, changes: Changes) -> None:
    """Refuse a number that does not say what changed.

    Raises:
        VersionError: As said, with the right one.
    """
    right = next_version(before, needed_bump(changes))
    if version != right:
        raise VersionError(
            version,
            f"is not the version after {before} with {_said(changes)}",
            f"the right one is {right}",
        )


def count_columns(release: Release) -> int:
    """How many columns of any config are not as this library writes them."""
    n_columns = 0
    for config in release.manifest.configs_here():
        schema, found = SCHEMAS[config], schema_of(release, config)
        fields = {field.name: field.type for field in found}
        here = {field.name: field.type for field in schema}
        n_columns += sum(fields.get(name) != here.get(name) for name in {**fields, **here})
    return n_columns


def release_date(date: str | None) -> str | None:
    """The day that a release says: `date`, or that of SOURCE_DATE_EPOCH, or none; never today.

    Raises:
        VersionError: It is no day.
    """
    said = date or _epoch_day()
    if said is None:
        return None
    try:
        return dt.date.fromisoformat(said).isoformat()
    except ValueError:
        raise VersionError(said, "not a day", "give one such as 2026-01-31") from None


def _epoch_day() -> str | None:
    seconds = os.environ.get(EPOCH)
    if not seconds:
        return None
    try:
        return dt.datetime.fromtimestamp(int(seconds), dt.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise VersionError(
            f"{EPOCH}={seconds}", "not seconds since 1970", "unset it or give a number"
        ) from None


def _said(changes: Changes) -> str:
    parts = [
        f"{n:,} {what}"
        for n, what in (
            (changes.n_columns, "columns changed"),
            (changes.n_added, "articles added"),
            (changes.n_removed, "removed"),
            (changes.n_changed, "changed"),
        )
        if n
    ]
    if changes.breaking:
        parts.append("another meaning")
    return ", ".join(parts) or "no article changed"
