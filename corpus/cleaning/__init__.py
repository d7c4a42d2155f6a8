"""Cleaning: text in, repaired text and the edits that led there out. Nothing changes unsaid.

What no fix touches: full-width letters, digits and punctuation, ideographs in either script, code,
indents, numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain

from corpus.cleaning.blanks import (
    NOT_ASCII,
    ODD_BLANK,
    collapse_blanks,
    remove_indents,
    trim_line_ends,
    unify_blanks,
)
from corpus.cleaning.characters import (
    ANY_LINE_END,
    CONTROL,
    MAYBE_INVISIBLE,
    OTHER_LINE_END,
    UNIFIABLE,
    composable,
    compose,
    remove_controls,
    remove_invisibles,
    unify_ideographs,
    unify_line_ends,
)
from corpus.cleaning.edits import EditError, Fix, Repaired, apply, match_edits, replay, undo
from corpus.cleaning.entities import decode_entities
from corpus.cleaning.likelihood import suspects
from corpus.cleaning.lines import join_passes, split_edits
from corpus.cleaning.lost import mark_lost
from corpus.cleaning.mojibake import restore_from_big5, restore_from_gb, restore_from_latin
from corpus.cleaning.plain import Look, look_at
from corpus.cleaning.western import restore_western
from corpus.cleaning.width import restore_width
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

_MISREAD: tuple[Fix, ...] = (
    restore_from_latin,
    restore_western,
    restore_from_gb,
    restore_from_big5,
    mark_lost,
)
"""What has to see a text as it was read: line ends and controls are bytes to these."""

FIXES: tuple[Fix, ...] = (
    *_MISREAD,
    unify_line_ends,
    remove_controls,
    remove_invisibles,
    unify_ideographs,
    compose,
    decode_entities,
    restore_width,
    trim_line_ends,
    remove_indents,
    unify_blanks,
    collapse_blanks,
)
"""The fixes in the order they run. Only `unify_line_ends` may add or remove a line end. No fix
makes work for one before it, but for `_LOOK_AROUND`: what stood between two characters may be
gone. Then all run again, so that a repaired text stays as it is."""

_TRIGGERS: dict[Fix, Callable[[], re.Pattern[str]]] = {
    unify_line_ends: lambda: OTHER_LINE_END,
    remove_controls: lambda: CONTROL,
    remove_invisibles: lambda: MAYBE_INVISIBLE,
    unify_ideographs: lambda: UNIFIABLE,
    compose: composable,
    remove_indents: lambda: NOT_ASCII,
    unify_blanks: lambda: ODD_BLANK,
}
"""Characters without which a fix has nothing to do."""

_LOOK_AROUND: tuple[Fix, ...] = (*_MISREAD, restore_width)
"""Fixes that judge a character by those around it."""

_MAX_ROUNDS = 8
"""Rounds after which a text is left as it is; two are the most that was ever seen."""


def repair(text: str) -> Repaired:
    r"""The text with all fixes applied, and their edits.

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
    document = "\n".join(lines)
    if document.count("\n") == len(lines) - 1 and not OTHER_LINE_END.search(document):
        repaired = _repair(document, FIXES)
        if not repaired.edits:
            return [Repaired(line, ()) for line in lines]
        return _split(lines, repaired)
    return _repair_broken_lines(lines)


def _repair_broken_lines(lines: Sequence[str]) -> list[Repaired]:
    """The lines repaired where some have line ends inside, which may not cut them in two."""
    misread = _one_round("\n".join(lines), _MISREAD)
    edits = split_edits(lines, misread.edits)
    texts = [replay(line, own) for line, own in zip(lines, edits, strict=True)]
    for n, text in enumerate(texts):
        ends = match_edits(unify_line_ends.__name__, ANY_LINE_END, text, " ")
        edits[n] += ends
        texts[n] = apply(text, ends)
    later = _split(texts, _repair("\n".join(texts), FIXES[len(_MISREAD) + 1 :]))
    return [
        Repaired(line.text, tuple(own) + line.edits) for own, line in zip(edits, later, strict=True)
    ]


def _split(lines: Sequence[str], repaired: Repaired) -> list[Repaired]:
    """The repaired lines of a document, each with its own edits."""
    edits = split_edits(lines, repaired.edits)
    texts = repaired.text.split("\n")
    return [Repaired(text, tuple(own)) for text, own in zip(texts, edits, strict=True)]


def join_edits(parts: Sequence[Repaired], separator: str = "\n") -> tuple[Edit, ...]:
    """The edits that lead from the joined originals of `parts` to their joined texts.

    >>> join_edits([Repaired("一", ()), repair("二 ")])
    (Edit(fix='trim_line_ends', start=3, before=' ', after=''),)
    """
    return join_passes(parts, separator, [fix.__name__ for fix in FIXES])


def _repair(text: str, fixes: Sequence[Fix]) -> Repaired:
    """The text after `fixes`, and after all of them as long as one that looks around has work."""
    repaired = _one_round(text, fixes)
    for _ in range(_MAX_ROUNDS):
        if not repaired.edits or not _is_at_work(repaired.text):
            break
        again = _one_round(repaired.text, FIXES)
        repaired = Repaired(again.text, repaired.edits + again.edits)
    return repaired


def _is_at_work(text: str) -> bool:
    """Whether a fix that looks around would change the text."""
    if suspects().search(text) is None:
        return bool(restore_width(text))
    return any(fix(text) for fix in _LOOK_AROUND)


def _one_round(text: str, fixes: Sequence[Fix]) -> Repaired:
    look = look_at(text)
    if look.is_plain:
        return Repaired(text, ())
    passes: list[list[Edit]] = []
    for fix in fixes:
        if fix in _MISREAD and not look.is_suspicious:
            continue
        # What a fix changes may make work for those behind it.
        if (passes or _may_work(fix, look)) and (edits := fix(text)):
            text = apply(text, edits)
            passes.append(edits)
    return Repaired(text, tuple(chain.from_iterable(passes)))


def _may_work(fix: Fix, look: Look) -> bool:
    """Whether a look leaves it open that a fix has work."""
    if fix in _MISREAD:
        return look.is_suspicious
    if fix is decode_entities:
        return look.has_entities
    if fix is restore_width:
        return look.is_folded
    if fix is trim_line_ends or fix is collapse_blanks:
        return look.has_blanks
    return bool(look.unusual) and _TRIGGERS[fix]().search(look.unusual) is not None
