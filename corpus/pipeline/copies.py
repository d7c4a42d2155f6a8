"""The report on copies: what a release says of them, and the texts of some from their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from corpus import release as releasing
from corpus.document import Removal
from corpus.pipeline.again import Key, Place, key_of, read_again
from corpus.pipeline.pages import judge_page
from corpus.recipe import Recipe, parse_recipe


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
    wanted = {key_of(copy.origin): copy.id for copy in copies.pairs}
    return releasing.with_texts(copies, dict(_find_texts(sources, wanted, recipe)))


def _find_texts(
    sources: Sequence[Place], wanted: Mapping[Key, str], recipe: Recipe
) -> Iterator[tuple[str, str]]:
    """The ids and texts of the pages that were read at these places."""
    for id_, page in read_again(sources, wanted, recipe):
        judged = judge_page(page, recipe)
        if not isinstance(judged, Removal):
            yield id_, judged[0].text
