"""What can go wrong for a person: every error is worded *where: what; what to do*."""

from __future__ import annotations


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
