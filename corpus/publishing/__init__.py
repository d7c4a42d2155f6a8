"""Publishing: a release in a folder in, the same release where others find it, whole or not at all.

    publish(parcel, "hf://datasets/org/name", Options(), print)    # what became of it
    versions("hf://datasets/org/name")                             # what can be loaded from there

A target holds many versions of one dataset. A version that is there is never changed; publishing it
again finds it there; publishing that was interrupted goes on.
"""

from pathlib import Path

from corpus.errors import PublishError
from corpus.publishing import folder, hub, store
from corpus.publishing.contract import (
    MANIFEST,
    Cards,
    Item,
    Options,
    Outcome,
    Parcel,
    Published,
    PublishedVersion,
    Report,
    Target,
)

__all__ = [
    "MANIFEST",
    "TARGETS",
    "Cards",
    "Item",
    "Options",
    "Outcome",
    "Parcel",
    "Published",
    "PublishedVersion",
    "Report",
    "Target",
    "check",
    "find_target",
    "publish",
    "versions",
]

TARGETS: tuple[Target, ...] = (hub.HUB, store.STORE, folder.FOLDER)
"""Where a release can go; the first that takes a place is its target."""


def find_target(where: str) -> Target:
    """The target that takes the place `where`; a folder takes every place that no other takes."""
    return next(target for target in TARGETS if target.takes(where))


def check(where: str, options: Options) -> None:
    """Refuse a place or options of which it can be told at once that nothing can go there so.

    Raises:
        PublishError: As said, or `where` may be a dataset of the Hub as well as a folder.
    """
    if hub.full_name(where) != where and not Path(where).parent.is_dir():
        raise PublishError(
            where,
            "there is no such folder, and a dataset of the Hub is written otherwise",
            f"give {hub.full_name(where)} for the Hub, ./{where} for a folder",
        )
    find_target(where).check(where, options)


def publish(parcel: Parcel, where: str, options: Options, report: Report) -> Published:
    """The release in `parcel` at `where`, or what would be done, with `options.dry_run`.

    Raises:
        PublishError: The target refuses, cannot be reached, or holds what would be overwritten.
        VersionError: Another release of that version is there.
        StorageError: The disk is full or cannot be written.
    """
    return find_target(where).send(parcel, where, options, report)


def versions(where: str, token: str | None = None) -> tuple[PublishedVersion, ...]:
    """The whole releases that lie at `where`, the oldest first.

    A name like `org/name` is a dataset of the Hub where no folder has it.

    Raises:
        PublishError: There is no such place, or it cannot be reached.
    """
    where = hub.full_name(where)
    return find_target(where).versions(where, token)
