"""Whether a release is what its manifest and its card say: files, hashes, rows, and what they mean.

First every file by itself (`file_checks`), then, where all of them can be read, the rows across
files (`row_checks`) and the documents about them (`document_checks`). Nothing is repaired.
"""

from __future__ import annotations

import dataclasses
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import ReleaseError, storage_errors
from corpus.release.document_checks import DOCUMENT_CHECKS
from corpus.release.file_checks import FILE_CHECKS
from corpus.release.findings import Check, Finding
from corpus.release.load import AnyRelease, find_release, is_remote
from corpus.release.manifest import MANIFEST
from corpus.release.remote import reached
from corpus.release.row_checks import ROW_CHECKS, WHOLE_CHECKS

CHECKS: tuple[Check, ...] = (*FILE_CHECKS, *ROW_CHECKS, *DOCUMENT_CHECKS)
"""Every check, in the order in which they run; the name of the function is that of its findings."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what is wrong with it; a sound release has no findings."""

    path: str
    version: str
    n_files: int
    n_bytes: int
    n_rows: int
    findings: tuple[Finding, ...]
    is_quick: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {**dataclasses.asdict(self), "is_sound": self.is_sound}


def verify(where: Path | str, *, quick: bool = False) -> Verification:
    """What is wrong with the release in the folder `where`, if anything.

    `where` may be a name of the Hub or a URL, as for `load`. Of such a release every byte is
    fetched once, into the cache that `load` uses. `quick` leaves out what needs texts
    (`WHOLE_CHECKS`); then a published release is asked for sizes, the hashes that its store knows,
    the ends of files and some columns, a small part of its bytes.

    Memory is bounded by the ids of its articles (16 bytes each), not by their texts.

    Raises:
        SourceError: There is no such folder or dataset, or it cannot be reached.
        ReleaseError: It holds no manifest: there is nothing to compare with.
        StorageError: A file may not be read.
    """
    name = str(where)
    try:
        release = find_release(where, is_whole=not quick)
    except ReleaseError as error:
        if is_remote(where) or not Path(where, MANIFEST).is_file():
            raise
        finding = Finding("check_manifest", MANIFEST, error.what)
        return Verification(name, "", 0, 0, 0, (finding,), quick)
    # A file of a folder that goes meanwhile is no matter of a network.
    with reached(name) if is_remote(where) else nullcontext(), storage_errors(name):
        findings = _look(release, quick)
    files = release.manifest.files
    return Verification(
        name,
        release.version,
        n_files=len(files),
        n_bytes=sum(file.bytes for file in files),
        n_rows=sum(file.rows for file in files),
        findings=findings,
        is_quick=quick,
    )


def _look(release: AnyRelease, quick: bool) -> tuple[Finding, ...]:
    """The findings; what builds on rows that cannot be read, or ids that are none, is not asked."""
    findings = [finding for check in FILE_CHECKS for finding in check(release)]
    for check in (*ROW_CHECKS, *DOCUMENT_CHECKS):
        if quick and check in WHOLE_CHECKS:
            continue
        if any(finding.is_fatal for finding in findings):
            break
        findings += check(release)
    return tuple(findings)
