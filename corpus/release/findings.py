"""What `verify` finds: one thing that is wrong, where, and which check says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.release.load import AnyRelease


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a release.

    `check` is the name of the function that found it, `where` a file, config or row, `what` says it
    to a person. Where `is_fatal`, the rows cannot be trusted to be readable.
    """

    check: str
    where: str
    what: str
    is_fatal: bool = False


Check = Callable[["AnyRelease"], Iterator[Finding]]
"""Looks at one side of a release."""
