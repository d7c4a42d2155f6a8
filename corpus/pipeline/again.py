"""Pages of a release read once more, from the sources of its build wherever they lie now."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus import loading
from corpus.document import Page
from corpus.recipe import Recipe

Place = str | os.PathLike[str]

Key = tuple[str, str, int]
"""Where a page was read: source, path in it, and place of the record."""


def key_of(origin: Mapping[str, Any]) -> Key:
    """The place that a row of the ledger names."""
    return origin["source"], origin["path"], origin["record"]


def read_again(
    sources: Sequence[Place], wanted: Mapping[Key, str], recipe: Recipe
) -> Iterator[tuple[str, Page]]:
    """The pages that lie at these places, each with what `wanted` has for it; no others are kept.

    Raises:
        SourceError: A source is missing.
    """
    for item in loading.list_inputs(sources, recipe.loading):
        left = {key for key in wanted if _may_hold(item, key)}
        if not left:
            continue
        for page in loading.read_input(item, recipe.loading):
            origin = page.origin
            key = (origin.source, origin.path, origin.record)
            if key not in left:
                continue
            left.discard(key)
            if isinstance(page, Page):
                yield wanted[key], page
            if not left:
                break


def _may_hold(item: loading.Input, key: Key) -> bool:
    """Whether the page of this place is in the input, by itself or in an archive."""
    source, path, _ = key
    name, wanted = item.name, f"{source}/{path}" if path else source
    return wanted == name or wanted.startswith(f"{name}/")
