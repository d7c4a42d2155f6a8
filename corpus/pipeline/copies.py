"""The report on copies: what a release says of them, and the texts of some from their sources."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus import loading
from corpus import release as releasing
from corpus.document import Page, Removal
from corpus.pipeline.pages import judge_page
from corpus.recipe import Recipe, parse_recipe

Place = str | os.PathLike[str]
Key = tuple[str, str, int]


def report_copies(
    release: Path | str, sources: Sequence[Place] = (), n_pairs: int = releasing.COPY_PAIRS
) -> releasing.Copies:
    """What the release removed as copies, with `n_pairs` of each method to look at.

    A release has no text of a page that it removed: only with `sources`, those of the build
    wherever they lie now, are the differences of these pairs in the report.

    Raises:
        SourceError: A source is missing, or there is no such release.
        ReleaseError: It is no release.
        StorageError: A file may not be read.
    """
    copies = releasing.survey_copies(release, n_pairs)
    if not sources:
        return copies
    recipe = parse_recipe(releasing.find_release(release).manifest.recipe, str(release))
    wanted = {_key(copy.origin): copy.id for copy in copies.pairs}
    return releasing.with_texts(copies, dict(_find_texts(sources, wanted, recipe)))


def _find_texts(
    sources: Sequence[Place], wanted: Mapping[Key, str], recipe: Recipe
) -> Iterator[tuple[str, str]]:
    """The ids and texts of the pages that were read at these places."""
    for item in loading.list_inputs(sources, recipe.loading):
        left = {key for key in wanted if _may_hold(item, key)}
        if not left:
            continue
        for page in loading.read_input(item, recipe.loading):
            origin = page.origin
            key = (origin.source, origin.path, origin.record)
            if key in left and isinstance(page, Page):
                judged = judge_page(page, recipe)
                if not isinstance(judged, Removal):
                    yield wanted[key], judged[0].text
                left.discard(key)
                if not left:
                    break


def _may_hold(item: loading.Input, key: Key) -> bool:
    """Whether the page of this place is in the input, by itself or in an archive."""
    source, path, _ = key
    name, wanted = item.name, f"{source}/{path}" if path else source
    return wanted == name or wanted.startswith(f"{name}/")


def _key(origin: Mapping[str, Any]) -> Key:
    return origin["source"], origin["path"], origin["record"]
