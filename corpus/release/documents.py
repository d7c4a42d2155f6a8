"""The files about a release: its card in two languages, `croissant.json`, `CHANGELOG.md`.

All are made from the manifest, the rows and the recipe, and written again at any time; what people
wrote into the cards of the version before stays.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

from corpus.recipe import Card
from corpus.release.card import CARDS, render_card
from corpus.release.changelog import first_section, next_section
from corpus.release.croissant import CROISSANT, render_croissant
from corpus.release.diff import Diff
from corpus.release.facts import Facts
from corpus.release.kept_parts import keep_parts, without_parts
from corpus.release.manifest import DocumentEntry, Manifest, VersionEntry
from corpus.release.update import ORPHANED

CHANGELOG = "CHANGELOG.md"

Render = Callable[[Manifest, Facts, Card], str]

DOCUMENTS: dict[str, Render] = {
    "README.md": lambda manifest, facts, card: render_card(manifest, facts, card, "en"),
    "README.zh.md": lambda manifest, facts, card: render_card(manifest, facts, card, "zh"),
    CROISSANT: render_croissant,
}
"""Every document that manifest, rows and recipe alone give, by its path."""


def write_documents(
    folder: Path, manifest: Manifest, facts: Facts, card: Card, old: Path | None
) -> tuple[DocumentEntry, ...]:
    """Write the cards and the description into `folder`; their entries for the manifest.

    What people wrote into the cards of the release in the folder `old` stays.
    """
    entries = []
    for path, render in DOCUMENTS.items():
        text = render(manifest, facts, card)
        entries.append(DocumentEntry(path, digest(text)))
        if path in CARDS and old is not None and (old / path).is_file():
            text = keep_parts(text, (old / path).read_text(encoding="utf-8"))
        _write(folder / path, text)
    return tuple(entries)


def write_changelog(folder: Path, section: str, old: Path | None) -> DocumentEntry:
    """Write the changelog: this version's section above those of the release in `old`."""
    before = ""
    if old is not None and (old / CHANGELOG).is_file():
        before = (old / CHANGELOG).read_text(encoding="utf-8").partition("\n## ")[2]
    text = f"# Changes\n\n{section}" + (f"\n## {before}" if before else "")
    _write(folder / CHANGELOG, text)
    return DocumentEntry(CHANGELOG, digest(text))


def section_of(diff: Diff | None, manifest: Manifest, before: Manifest | None) -> str:
    """The changelog of a version, by what is different from the one before it.

    The manifest has its history already.
    """
    version = manifest.history[-1]
    if diff is None or before is None:
        return first_section(version)
    n_read = manifest.counts.read - before.counts.read
    return next_section(diff, version, n_read, _orphans(manifest) - _orphans(before))


def _orphans(manifest: Manifest) -> int:
    return manifest.counts.removed.get("takedown", {}).get(ORPHANED, 0)


def version_entry(manifest: Manifest, diff: Diff | None) -> VersionEntry:
    """The line of this version in the history of all."""
    counts = manifest.counts
    return VersionEntry(
        manifest.version,
        manifest.date,
        articles=counts.kept,
        read=counts.read,
        added=counts.kept if diff is None else diff.n_added,
        removed=0 if diff is None else diff.n_removed,
        changed=0 if diff is None else diff.n_changed,
        sources=manifest.sources,
    )


def bare(path: str, text: str) -> str:
    """A document without what people wrote into it."""
    return without_parts(text) if path in CARDS else text


def digest(text: str) -> str:
    """The SHA-256 of a document, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def with_history(manifest: Manifest, before: Manifest | None, diff: Diff | None) -> Manifest:
    """The manifest with the versions of the release before it, and its own."""
    earlier = before.history if before is not None else ()
    return dataclasses.replace(manifest, history=(*earlier, version_entry(manifest, diff)))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
