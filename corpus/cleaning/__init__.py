"""Cleaning: text in, repaired text and the edits that led there out. Nothing changes unsaid.

What no fix touches unless the recipe asks: full-width letters and digits, ideographs in either
script. What none ever touches: full-width punctuation, code, indents, numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
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
    narrow_letters,
    remove_controls,
    remove_invisibles,
    unify_ideographs,
    unify_line_ends,
)
from corpus.cleaning.edits import EditError, Fix, Repaired, apply, match_edits, replay, undo
from corpus.cleaning.entities import decode_entities
from corpus.cleaning.escaped import restore_escaped
from corpus.cleaning.gaps import close_gaps
from corpus.cleaning.leftovers import Leftover
from corpus.cleaning.lines import join_passes, split_edits
from corpus.cleaning.lost import mark_lost
from corpus.cleaning.mojibake import restore_from_big5, restore_from_gb, restore_from_latin
from corpus.cleaning.plain import Look, look_at
from corpus.cleaning.script import convert, to_simplified, to_traditional
from corpus.cleaning.western import restore_western
from corpus.cleaning.width import restore_width
from corpus.document import Edit
from corpus.recipe import Cleaning

__all__ = [
    "ASKED",
    "FIXES",
    "EditError",
    "Fix",
    "Leftover",
    "Repaired",
    "convert",
    "fixes_of",
    "join_edits",
    "repair",
    "repair_lines",
    "replay",
    "undo",
]

_MISREAD: tuple[Fix, ...] = (
    restore_escaped,
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
    close_gaps,
    collapse_blanks,
)
"""The fixes in the order they run. Only `unify_line_ends` may add or remove a line end. No fix
makes work for one before it, but for `_LOOK_AROUND`: what stood between two characters may be
gone. Then all run again, so that a repaired text stays as it is."""

ASKED: tuple[Fix, ...] = (narrow_letters, to_simplified, to_traditional)
"""Fixes that run only where the recipe asks for them, behind the others."""

_HINTS: dict[Fix, Callable[[Look], bool]] = {
    **dict.fromkeys(_MISREAD, lambda look: look.is_suspicious),
    restore_escaped: lambda look: look.has_entities,
    decode_entities: lambda look: look.has_entities,
    restore_width: lambda look: look.is_folded,
    unify_line_ends: lambda look: look.has(OTHER_LINE_END),
    remove_controls: lambda look: look.has(CONTROL),
    remove_invisibles: lambda look: look.has(MAYBE_INVISIBLE),
    unify_ideographs: lambda look: look.has(UNIFIABLE),
    compose: lambda look: look.has(composable()),
    trim_line_ends: lambda look: look.has_blanks,
    remove_indents: lambda look: look.has(NOT_ASCII),
    unify_blanks: lambda look: look.has(ODD_BLANK),
    close_gaps: lambda look: look.has_gaps or look.has_blanks,
    collapse_blanks: lambda look: look.has_blanks,
    **dict.fromkeys(ASKED, lambda _: True),
}
"""Whether a look at a text leaves it open that a fix has work."""

_LOOK_AROUND: tuple[Fix, ...] = (*_MISREAD, remove_invisibles, restore_width, close_gaps)
"""Fixes that judge a character by those around it."""

_MAX_ROUNDS = 8
"""Rounds after which a text is left as it is; two are the most that was ever seen."""


def repair(text: str, options: Cleaning = Cleaning()) -> Repaired:  # noqa: B008 - it is frozen
    r"""The text repaired as the recipe says, and the edits; without a recipe, by all of `FIXES`.

    >>> repair("\N{IDEOGRAPHIC SPACE}正\N{ZERO WIDTH SPACE}文，ＡＢ。\r\n").text
    '正文，ＡＢ。\n'
    """
    return _repair(text, fixes_of(options), look_at(text))


def repair_lines(
    lines: Sequence[str],
    options: Cleaning = Cleaning(),  # noqa: B008
) -> list[Repaired]:
    r"""The lines repaired as one document, each with its own edits.

    A line end inside of a line counts as a blank: it becomes a space, by `unify_line_ends`.

    >>> [line.text for line in repair_lines(["一 ", "二\n三"])]
    ['一', '二 三']
    """
    if not lines:
        return []
    fixes = fixes_of(options)
    document = "\n".join(lines)
    look = look_at(document)
    if document.count("\n") == len(lines) - 1 and not look.has(OTHER_LINE_END):
        repaired = _repair(document, fixes, look)
        if not repaired.edits:
            return [Repaired(line, ()) for line in lines]
        return _split(lines, repaired)
    return _repair_broken_lines(lines, fixes)


@cache
def fixes_of(options: Cleaning) -> tuple[Fix, ...]:
    """The fixes that a recipe asks for, in order."""
    asked: dict[Fix, bool] = {
        narrow_letters: options.ascii_letters,
        to_simplified: options.script == "hans",
        to_traditional: options.script == "hant",
    }
    chosen = [fix for fix in FIXES if fix.__name__ not in options.skip]
    return (*chosen, *(fix for fix in ASKED if asked[fix]))


def _repair_broken_lines(lines: Sequence[str], fixes: Sequence[Fix]) -> list[Repaired]:
    """The lines repaired where some have line ends inside, which may not cut them in two."""
    document = "\n".join(lines)
    misread = _one_round(document, [fix for fix in fixes if fix in _MISREAD], look_at(document))
    edits = split_edits(lines, misread.edits)
    texts = [replay(line, own) for line, own in zip(lines, edits, strict=True)]
    for n, text in enumerate(texts):
        ends = match_edits(unify_line_ends.__name__, ANY_LINE_END, text, " ")
        edits[n] += ends
        texts[n] = apply(text, ends)
    behind = [fix for fix in fixes if fix not in (*_MISREAD, unify_line_ends)]
    document = "\n".join(texts)
    later = _split(texts, _repair(document, behind, look_at(document)))
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
    return join_passes(parts, separator, [fix.__name__ for fix in (*FIXES, *ASKED)])


def _repair(text: str, fixes: Sequence[Fix], look: Look) -> Repaired:
    """The text after `fixes`, and after all of them as long as one that looks around has work."""
    repaired = _one_round(text, fixes, look)
    for _ in range(_MAX_ROUNDS):
        if not repaired.edits or not _is_at_work(repaired.text, fixes):
            break
        again = _one_round(repaired.text, fixes, look_at(repaired.text))
        repaired = Repaired(again.text, repaired.edits + again.edits)
    return repaired


def _is_at_work(text: str, fixes: Sequence[Fix]) -> bool:
    """Whether a fix that looks around would change the text."""
    look = look_at(text)
    return any(fix in fixes and _HINTS[fix](look) and fix(text) for fix in _LOOK_AROUND)


def _one_round(text: str, fixes: Sequence[Fix], look: Look) -> Repaired:
    if look.is_plain and not (fixes and fixes[-1] in ASKED):
        return Repaired(text, ())
    passes: list[list[Edit]] = []
    for fix in fixes:
        # What a fix changes may make work for those behind it, but for the ones that misreading
        # has: they look at whole pages.
        may_work = _HINTS[fix](look) or (passes and fix not in _MISREAD)
        if may_work and (edits := fix(text)):
            text = apply(text, edits)
            passes.append(edits)
    return Repaired(text, tuple(chain.from_iterable(passes)))
