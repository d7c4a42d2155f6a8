"""The documents of a release: they are what was written, and say what the rows say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus import resources
from corpus.errors import RecipeError
from corpus.recipe import parse_recipe
from corpus.release.documents import DOCUMENTS, bare, digest
from corpus.release.facts import gather_facts
from corpus.release.findings import Check, Finding
from corpus.release.load import AnyRelease
from corpus.release.manifest import MANIFEST
from corpus.version import __version__


def check_documents(release: AnyRelease) -> Iterator[Finding]:
    """Every document is there and has the SHA-256 of the manifest, but for what people wrote."""
    entries = {entry.path: entry.sha256 for entry in release.manifest.documents}
    for path in DOCUMENTS:
        if path not in entries:
            yield Finding("check_documents", MANIFEST, f"does not name {path}")
    for path, sha256 in entries.items():
        text = _text(release, path)
        if text is None:
            yield Finding("check_documents", path, "is missing")
        elif digest(bare(path, text)) != sha256:
            yield Finding("check_documents", path, "was changed outside of the parts for people")


def check_card(release: AnyRelease) -> Iterator[Finding]:
    """The documents say what the rows, the manifest and the recipe say.

    Each is written again and compared; the library that wrote a release has other words for its
    card, so of another one only the numbers that `datasets` relies on are compared.
    """
    manifest = release.manifest
    yield from _check_infos(release)
    yield from _check_library(release)
    if (manifest.library, manifest.resources) != (__version__, resources.digest()):
        return
    try:
        card = parse_recipe(manifest.recipe, MANIFEST).card
    except RecipeError as error:
        yield Finding("check_card", MANIFEST, f"its recipe is none: {error.what}")
        return
    facts = gather_facts(release.files, manifest.files)
    for path, render in DOCUMENTS.items():
        text = _text(release, path)
        if text is not None:
            expected = render(manifest, facts, card)
            number, line = _first_difference(expected, bare(path, text))
            if number:
                what = f"is not what the data say: {line}"
                yield Finding("check_card", f"{path}, line {number}", what)


def _check_library(release: AnyRelease) -> Iterator[Finding]:
    """The card of this library names it, as the manifest does: of another one less is compared."""
    library = release.manifest.library
    card = _text(release, "README.md") or ""
    if library != __version__ and f"zhcorpus `{__version__}`, pyarrow" in card:
        what = f"says that zhcorpus {library} made it, its card says {__version__}"
        yield Finding("check_card", MANIFEST, what)


def _check_infos(release: AnyRelease) -> Iterator[Finding]:
    """The rows of every config in the head of the card, which `datasets` compares on loading."""
    from yaml import YAMLError

    card = _text(release, "README.md")
    if card is None:
        return
    try:
        infos = _infos(card)
    except YAMLError as error:
        yield Finding("check_card", "README.md", f"its head cannot be read ({error})")
        return
    for name, entry in release.manifest.configs.items():
        if infos.get(name) != entry.rows:
            what = f"says {infos.get(name, 'nothing')} rows of {name}, there are {entry.rows}"
            yield Finding("check_card", "README.md", what)


def _text(release: AnyRelease, path: str) -> str | None:
    """A document as it lies there; None where it is missing."""
    content = release.files.read(path)
    if content is None:
        return None
    # As a file that is opened as text: line ends of any system are one.
    return content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _infos(card: str) -> dict[str, int]:
    import yaml

    head: Any = yaml.safe_load(card.split("\n---\n", maxsplit=1)[0].removeprefix("---\n"))
    infos = head.get("dataset_info", []) if isinstance(head, dict) else []
    return {info["config_name"]: info["splits"][0]["num_examples"] for info in infos}


def _first_difference(expected: str, found: str) -> tuple[int, str]:
    """The number of the first line that differs, from 1, and what it should be; (0, "") if none."""
    wanted, there = expected.split("\n"), found.split("\n")
    for number, line in enumerate(wanted, 1):
        if number > len(there) or there[number - 1] != line:
            return number, repr(line[:80])
    return (len(wanted) + 1, "nothing") if len(there) > len(wanted) else (0, "")


DOCUMENT_CHECKS: tuple[Check, ...] = (check_documents, check_card)
