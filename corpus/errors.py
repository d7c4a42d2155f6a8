"""What can go wrong for a person: every error is worded *where: what; what to do*."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class CorpusError(Exception):
    """Parent of all errors this library raises on purpose.

    The command line prints the message without a traceback and exits with 1.
    """

    def __init__(self, where: str, what: str, remedy: str) -> None:
        """Word the message.

        Args:
            where: The file, option or record the error is about.
            what: What is wrong with it.
            remedy: What the reader can do now.
        """
        super().__init__(f"{where}: {what}; {remedy}")
        self.where = where
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[Any, ...]:
        """Its three parts, so that an error of a worker process arrives whole in its parent."""
        return type(self), (self.where, self.what, self.remedy), self.__dict__


class SourceError(CorpusError):
    """A source that a build was told to read is missing or cannot be opened at all."""


class LoadError(CorpusError):
    """A single page cannot be read: a build writes a ledger row instead, `extract` raises."""


class RecipeError(CorpusError):
    """A recipe file is not valid TOML, or names a key or value that does not exist."""


class VersionError(CorpusError):
    """A version is not `MAJOR.MINOR.PATCH`, exists already, or is not the one asked for."""


class StorageError(CorpusError):
    """The disk is full, a folder cannot be written, or another build holds it."""


class ReleaseError(CorpusError):
    """A release is incomplete or its parts contradict each other."""


class PublishError(CorpusError):
    """A place refuses a release, cannot be reached, or holds what would be overwritten."""


class EngineError(CorpusError):
    """A worker process died, could not start, or ran out of memory."""


_STORAGE = {
    errno.ENOSPC: ("no space is left on the disk", "free space or choose another disk"),
    errno.EDQUOT: ("the disk quota is used up", "free space or choose another disk"),
    errno.EACCES: ("permission denied", "give this user the right to write there"),
    errno.EPERM: ("operation not permitted", "give this user the right to write there"),
    errno.EFBIG: ("larger than this user or disk allows", "raise the limit (ulimit -f)"),
    errno.EEXIST: ("a file is where a folder should be", "choose another folder"),
    errno.ENOTDIR: ("a file is where a folder should be", "choose another folder"),
    errno.EIO: ("the disk does not read or write", "look at the disk or choose another"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EROFS: ("the file system is read-only", "choose a folder that can be written"),
}


@contextmanager
def storage_errors(where: str) -> Iterator[None]:
    """Words the `OSError` of a disk that is full or cannot be written; any other passes as it is.

    `where` is named when the system does not say which file it was.

    Raises:
        StorageError: In place of an `OSError` of that kind.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _STORAGE:
            raise
        what, remedy = _STORAGE[error.errno]
        raise StorageError(
            str(error.filename or where), what, f"{remedy}, then run again"
        ) from error
