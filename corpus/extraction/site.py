"""What the pages of one site say of each other: the second pass of a build.

A line that stands on many pages of a site is furniture, and where it stands on them tells where the
article of a page begins and ends: below every line that its siblings have above their articles, and
above every line that they have below. What is known of lines comes from `site_lines`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.document import BLOCK_KINDS, Block, BlockKind
from corpus.extraction.said.phrases import find_phrases, fold_lines
from corpus.extraction.said.statements import is_statement
from corpus.extraction.site_lines import (
    ABOVE,
    BELOW,
    MAIN,
    UNKNOWN,
    Flags,
    Said,
    SitePages,
    Verdict,
)

MAX_LOST = 1 / 3
"""Share of an article's characters that its siblings can take from it: more is a contradiction."""
ANCHORS = 3
"""Lines above and below that must agree before an article is sought between them."""
MIN_FOUND = 100
"""Characters of sentences that make an article of the lines between."""
SENTENCE_ENDS = tuple("。！？!?…”」")
KEPT_KINDS = frozenset({"title", "byline"})
"""Kinds of the page itself, on which its siblings have no say."""


def settle_site(
    blocks: Sequence[Block], known: Sequence[Verdict | None]
) -> tuple[Block, ...] | None:
    """The blocks of a page when its siblings have spoken on each line; None if nothing changes.

    Main text is only taken away at its edges. Where siblings place the article elsewhere altogether
    and there is running text, that becomes main text.
    """
    main = [n for n, block in enumerate(blocks) if block.kind == "main"]
    low, high = _bounds(known)
    inside: list[int] | None = _peel([n for n in main if low < n < high], known)
    size = sum(len(blocks[n].text) for n in main)
    left = sum(len(blocks[n].text) for n in inside or ())
    if left < (1 - MAX_LOST) * size:
        inside = _find_between(blocks, known, low, high) if left < MAX_LOST * size else None
    chosen = set(main if inside is None else inside)
    settled = tuple(
        _settled(n, block, verdict, chosen)
        for n, (block, verdict) in enumerate(zip(blocks, known, strict=True))
    )
    return None if settled == tuple(blocks) else settled


def may_change(pages: SitePages, is_open: Flags, said: Said) -> Flags:
    """For each page whether `settle_site` may change it, from what is said of each of its lines.

    `is_open` tells which lines have a kind that was weighed only.
    """
    changes = np.zeros(len(pages.n_lines), bool)
    full = np.flatnonzero(pages.n_lines)
    if not len(full):
        return changes
    n_lines = pages.n_lines[full]
    starts = np.cumsum(n_lines) - n_lines
    n = np.arange(len(pages.kind))
    end = (starts + n_lines).repeat(n_lines)
    is_main, known = pages.kind == MAIN, said.place != UNKNOWN
    low = np.maximum.reduceat(np.where(said.place == ABOVE, n, -1), starts).repeat(n_lines)
    high = np.minimum.reduceat(np.where(said.place == BELOW, n, end), starts).repeat(n_lines)
    is_out = (low < high) & ((n <= low) | (n >= high))
    first = np.minimum.reduceat(np.where(is_main, n, end), starts).repeat(n_lines)
    last = np.maximum.reduceat(np.where(is_main, n, -1), starts).repeat(n_lines)
    is_peeled = known & ((n == first) | (n == last))
    is_other = known & is_open & (said.kind != MAIN) & (said.kind != pages.kind)
    differs = is_main & (is_out | is_peeled) | ~is_main & is_other
    changes[full] = np.logical_or.reduceat(differs, starts)
    return changes


def _is_other(kind: BlockKind, rule: str, verdict: Verdict) -> bool:
    """Whether a line that is not main text is of another kind to its siblings, and they know."""
    is_open = kind != "main" and rule == "weighed"
    return is_open and verdict.kind is not None and verdict.kind != kind


def _bounds(known: Sequence[Verdict | None]) -> tuple[int, int]:
    """The lines between which the article stands; those of the whole page if siblings disagree."""
    above = [n for n, verdict in enumerate(known) if verdict and verdict.place == ABOVE]
    below = [n for n, verdict in enumerate(known) if verdict and verdict.place == BELOW]
    low, high = max(above, default=-1), min(below, default=len(known))
    return (low, high) if low < high else (-1, len(known))


def _peel(lines: list[int], known: Sequence[Verdict | None]) -> list[int]:
    """The main lines without those at either end that recur."""
    first, end = 0, len(lines)
    while end > first and known[lines[end - 1]]:
        end -= 1
    while first < end and known[lines[first]]:
        first += 1
    return lines[first:end]


def _find_between(
    blocks: Sequence[Block], known: Sequence[Verdict | None], low: int, high: int
) -> list[int] | None:
    """The running text between two bounds that enough lines vouch for; None if there is none."""
    above = sum(verdict is not None and verdict.place == ABOVE for verdict in known)
    below = sum(verdict is not None and verdict.place == BELOW for verdict in known)
    if min(above, below) < ANCHORS or (low, high) == (-1, len(blocks)):
        return None
    own = [
        n
        for n in range(low + 1, high)
        if known[n] is None and blocks[n].kind not in KEPT_KINDS and not blocks[n].item
    ]
    said = sum(len(blocks[n].text) for n in own if blocks[n].text.endswith(SENTENCE_ENDS))
    total = sum(len(blocks[n].text) for n in own)
    return own if said >= max(MIN_FOUND, total / 2) else None


def _settled(n: int, block: Block, verdict: Verdict | None, main: set[int]) -> Block:
    if n in main:
        return block if block.kind == "main" else Block(block.text, "main", "settle_site", n)
    if block.kind == "main":
        is_below = n > max(main, default=-1)
        kind = (verdict and verdict.kind) or kind_of_furniture(block.text, is_below=is_below)
        return Block(block.text, kind, "settle_site", n)
    if verdict and verdict.kind and _is_other(block.kind, block.rule, verdict):
        return Block(block.text, verdict.kind, "settle_site", n)
    return block


def kind_of_furniture(text: str, *, is_below: bool) -> BlockKind:
    """What a line is that its siblings have inside their main text as well."""
    (hit,) = find_phrases(fold_lines([text]))
    said = hit.whole or hit.start or hit.inside
    if is_statement(text):
        return "statement"
    if said in BLOCK_KINDS and said != "main":
        return said
    return "promotion" if is_below else "navigation"
