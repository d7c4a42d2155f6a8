"""Cleaning: text in, repaired text and the edits that led there out. Nothing changes unsaid.

What no fix touches: full-width letters, digits and punctuation, ideographs in either script, code,
indents, numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from corpus.cleaning.blanks import collapse_blanks, remove_indents, trim_line_ends, unify_blanks
from corpus.cleaning.characters import (
    ANY_LINE_END,
    compose,
    remove_controls,
    remove_invisibles,
    unify_ideographs,
    unify_line_ends,
)
from corpus.cleaning.edits import EditError, Fix, Repaired, apply, match_edits, replay, undo
from corpus.cleaning.entities import decode_entities
from corpus.cleaning.lines import join_passes, split_edits
from corpus.cleaning.plain import is_plain
from corpus.document import Edit

__all__ = [
    "FIXES",
    "EditError",
    "Fix",
    "Repaired",
    "join_edits",
    "repair",
    "repair_lines",
    "replay",
    "undo",
]

FIXES: tuple[Fix, ...] = (
    unify_line_ends,
    remove_controls,
    remove_invisibles,
    unify_ideographs,
    compose,
    decode_entities,
    trim_line_ends,
    remove_indents,
    unify_blanks,
    collapse_blanks,
)
"""The fixes in the order they run. No fix makes work for one before it, so a repaired text stays as
it is. Only the first may add or remove a line feed. Mojibake has to come before `remove_controls`,
for C1 controls are its evidence; punctuation width after `decode_entities`."""


def repair(text: str) -> Repaired:
    r"""The text with all fixes applied, and their edits: at most one pass of each.

    >>> repair("\N{IDEOGRAPHIC SPACE}正\N{ZERO WIDTH SPACE}文，ＡＢ。\r\n").text
    '正文，ＡＢ。\n'
    """
    return _repair(text, FIXES)


def repair_lines(lines: Sequence[str]) -> list[Repaired]:
    r"""The lines repaired as one document, each with its own edits.

    A line end inside of a line counts as a blank: it becomes a space, by `unify_line_ends`.

    >>> [line.text for line in repair_lines(["一 ", "二\n三"])]
    ['一', '二 三']
    """
    if not lines:
        return []
    edits = [match_edits(FIXES[0].__name__, ANY_LINE_END, line, " ") for line in lines]
    document = "\n".join(apply(line, own) for line, own in zip(lines, edits, strict=True))
    repaired = _repair(document, FIXES[1:])
    texts = repaired.text.split("\n")
    if repaired.edits:
        later = split_edits(document, repaired.edits)
        edits = [own + more for own, more in zip(edits, later, strict=True)]
    return [Repaired(text, tuple(own)) for text, own in zip(texts, edits, strict=True)]


def join_edits(parts: Sequence[Repaired], separator: str = "\n") -> tuple[Edit, ...]:
    """The edits that lead from the joined originals of `parts` to their joined texts.

    >>> join_edits([Repaired("一", ()), repair("二 ")])
    (Edit(fix='trim_line_ends', start=3, before=' ', after=''),)
    """
    return join_passes(parts, separator, [fix.__name__ for fix in FIXES])


def _repair(text: str, fixes: Sequence[Fix]) -> Repaired:
    if is_plain(text):
        return Repaired(text, ())
    passes = []
    for fix in fixes:
        if edits := fix(text):
            text = apply(text, edits)
            passes.append(edits)
    return Repaired(text, tuple(chain.from_iterable(passes)))
