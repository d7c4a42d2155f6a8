"""What became of one page: found by its id, its address or the file it was read from."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Sequence

from corpus import loading
from corpus import release as releasing
from corpus.document import Removal, page_id
from corpus.errors import SourceError
from corpus.pipeline.again import Place, key_of, read_again
from corpus.pipeline.guard import Guard
from corpus.pipeline.pages import extract_page, judge_page
from corpus.recipe import Recipe, parse_recipe

ID = re.compile(r"[0-9a-f]{32}")

NAMED = 3
"""Ids that an error names of a file that holds several pages."""


def explain(release: Place, page: str, sources: Sequence[Place] = ()) -> releasing.Explanation:
    """What became of a page in a release: in a folder, of the Hub or at a URL.

    `page` is its id, its address, or the file it was read from as the ledger names it (source and
    path). What its page held beside the article is there of an article; of a page that was removed
    a release has no text: with `sources`, those of the build wherever they lie now, the page is
    read once more.

    Raises:
        SourceError: The release has not read such a page, several pages were read from that file,
            a source is missing, or there is no such release.
        ReleaseError: It is no release, or it is damaged.
        StorageError: A file may not be read.
    """
    where = os.fspath(release)
    opened = releasing.find_release(where)
    id_ = _find_id(where, opened, page)
    found = releasing.explain_page(where, opened, id_)
    found = dataclasses.replace(found, withdrawn=_withdrawn(opened, found))
    if not found.readings and found.withdrawn is None:
        raise SourceError(
            page, f"{where} has not read such a page", "give an id or a URL of its ledger"
        )
    if not sources:
        return found
    recipe = parse_recipe(opened.manifest.recipe, where)
    return dataclasses.replace(found, again=_read(opened, found, sources, recipe))


def _find_id(where: str, release: releasing.AnyRelease, page: str) -> str:
    """The id that stands for a page, however it is named."""
    named = page.strip()
    if ID.fullmatch(named.lower()):
        return named.lower()
    url = loading.canonical_url(named)
    if url is not None:
        return page_id("", url)
    ids = releasing.ids_read_at(where, release, named)
    if not ids:
        raise SourceError(
            page, f"{where} has not read such a file", "give the id or the URL of a page"
        )
    if len(ids) > 1:
        some = ", ".join(ids[:NAMED])
        raise SourceError(page, f"{len(ids):,} pages were read from it ({some}, …)", "give an id")
    return ids[0]


def _withdrawn(release: releasing.AnyRelease, found: releasing.Explanation) -> str | None:
    """On which day and why the page was withdrawn, by this release or since; None if it was not."""
    if isinstance(release, releasing.Release):
        stones = releasing.takedowns_of(release)
    else:
        stones = releasing.own_takedowns(release)
    site = found.article.site if found.article is not None else None
    hit = Guard(stones).find(found.id, site, found.text or "") if stones else None
    return None if hit is None else releasing.detail_of(hit[1])


def _read(
    release: releasing.AnyRelease,
    found: releasing.Explanation,
    sources: Sequence[Place],
    recipe: Recipe,
) -> releasing.Again | None:
    """The page as its source has it, None where it is not there.

    Of several readings one that was kept counts, else the last.
    """
    readings = [r for r in found.readings if r.outcome == releasing.KEPT] or found.readings
    pages = dict(read_again(sources, {key_of(r.origin): found.id for r in readings}, recipe))
    if found.id not in pages:
        return None
    page = pages[found.id]
    judged, article = judge_page(page, recipe), extract_page(page, recipe.cleaning)
    lines = tuple(releasing.Line(b.position, b.kind, b.rule, b.text) for b in article.blocks)
    survivor = found.survivors[0].id if found.survivors else None
    text = survivor and releasing.text_of(found.path, release, survivor)
    pieces = None if text is None else releasing.diff_texts(text, article.text)
    if isinstance(judged, Removal):
        return releasing.Again(
            judged.stage, judged.reason, judged.detail, article.edits, lines, pieces
        )
    return releasing.Again(None, None, None, article.edits, lines, pieces)
