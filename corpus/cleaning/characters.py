"""Characters that no reader sees, or that stand where another belongs."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain, compress

from corpus.cleaning.edits import match_edits
from corpus.cleaning.likelihood import ranges
from corpus.document import Edit
from corpus.resources import read_table

ANY_LINE_END = re.compile(r"[\n\r\v\f\x85\u2028\u2029](?:(?<=\r)\n)?")
"""Everything that ends a line."""

OTHER_LINE_END = re.compile(r"[\r\v\f\x85\u2028\u2029](?:(?<=\r)\n)?")

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+")

_JOINING = r"\u0600-\u109f\u1780-\u18af\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00011000-\U00011fff"
"""Scripts whose letters joiners shape: Arabic, Indic, and what lies between them."""

_EMOJI = (
    r"\xa9\xae\u2122\u2190-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
)
"""Signs that an emoji may be made of, their selector and their skin tones."""

MAYBE_INVISIBLE = re.compile(r"[\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

INVISIBLE = re.compile(
    rf"""(?:
    [\u200b\u200e\u200f]      # zero width space, left-to-right and right-to-left mark
    | [\u202a-\u202e]         # bidi embeddings and overrides
    | [\u2060-\u2064]         # word joiner, invisible operators
    | [\u2066-\u206f]         # bidi isolates, deprecated format characters
    | [\u061c\ufeff\xad]      # Arabic letter mark, byte order mark, soft hyphen
    | (?<![{_JOINING}])
      (?: \u200c              # zero width non-joiner
        | (?<![{_EMOJI}])\u200d | \u200d(?![{_EMOJI}])  # zero width joiner
      )
    )+""",
    re.VERBOSE,
)

UNIFIABLE = re.compile(
    r"""
    [\u2e80-\u2ef3]                     # CJK radicals supplement
    | [\u2f00-\u2fd5]                   # Kangxi radicals
    | [\uf900-\ufaff\U0002f800-\U0002fa1f]  # CJK compatibility ideographs
    """,
    re.VERBOSE,
)

_WIDE_LETTERS = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+")

_MAYBE_UNSTABLE = (
    range(0xA0, 0x3400),
    range(0xA000, 0xAC00),
    range(0xD7A4, 0xE000),
    range(0xF900, 0x20000),
    range(0x2F800, 0x2FA20),
)
"""All blocks but those that NFC leaves alone, which are large."""

_LONGEST_RUN = 1000
"""Marks in a row, beyond which they are no writing and stay: sorting them takes quadratic time.

Source: Unicode Standard Annex 15 finds 30 enough for every language (Stream-Safe Text Format)."""


def unify_line_ends(text: str) -> list[Edit]:
    r"""Every line ends with a line feed: CR LF, CR, VT, FF, NEL, U+2028 and U+2029 become one.

    >>> [edit.after for edit in unify_line_ends("一\r\n二\u2028三")]
    ['\n', '\n']

    Source: Unicode Standard 5.8, Newline Guidelines.
    """
    return match_edits("unify_line_ends", OTHER_LINE_END, text, "\n")


def remove_controls(text: str) -> list[Edit]:
    r"""C0 and C1 control characters go, but for tab, line feed and the other line ends.

    >>> remove_controls("正\x08文")
    [Edit(fix='remove_controls', start=1, before='\x08', after='')]
    """
    return match_edits("remove_controls", CONTROL, text, "")


def remove_invisibles(text: str) -> list[Edit]:
    r"""Zero-width and bidi controls, byte order marks and soft hyphens go.

    Joiners stay where they shape something: after Arabic and Indic letters and, for the joiner,
    between emoji. Variation selectors always stay.

    >>> [edit.start for edit in remove_invisibles("技\N{ZERO WIDTH SPACE}术")]
    [1]
    >>> remove_invisibles("\N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}")
    []
    """
    if not MAYBE_INVISIBLE.search(text):
        return []
    return match_edits("remove_invisibles", INVISIBLE, text, "")


def unify_ideographs(text: str) -> list[Edit]:
    r"""Radicals and CJK compatibility ideographs become the unified ideograph they look like.

    Kangxi radicals by their compatibility mapping, compatibility ideographs by their canonical
    one (NFC would do the same), the radicals supplement by `resources/cjk_radicals.tsv`, which
    leaves out parts that are never a word of their own.

    >>> [edit.after for edit in unify_ideographs("\N{KANGXI RADICAL CART}")]
    ['車']
    """
    return match_edits(
        "unify_ideographs", UNIFIABLE, text, lambda match: unified_ideograph(match.group())
    )


def compose(text: str) -> list[Edit]:
    r"""The text is in NFC, never NFKC: full-width forms, ligatures and circled numbers stay.

    >>> [edit.after for edit in compose("cafe\N{COMBINING ACUTE ACCENT} ＡＢ，①")]
    ['é']

    Source: Unicode Standard Annex 15.
    """
    if unicodedata.is_normalized("NFC", text):
        return []
    edits = []
    start = 0
    for line in text.split("\n"):
        if not unicodedata.is_normalized("NFC", line):
            for match in composable().finditer(line):
                begin = max(0, match.start() - 1)
                edits += _difference(start + begin, line[begin : match.end()])
        start += len(line) + 1
    return edits


def narrow_letters(text: str) -> list[Edit]:
    """Full-width Latin letters and digits become ASCII; full-width punctuation stays.

    >>> [edit.after for edit in narrow_letters("ＡＢ，１２％")]
    ['AB', '12']
    """
    return match_edits(
        "narrow_letters",
        _WIDE_LETTERS,
        text,
        lambda match: unicodedata.normalize("NFKC", match.group()),
    )


def unified_ideograph(character: str) -> str:
    """The unified ideograph for a radical or compatibility ideograph, or the character itself."""
    if "\N{KANGXI RADICAL ONE}" <= character <= "\N{KANGXI RADICAL FLUTE}":
        return unicodedata.normalize("NFKC", character)
    return _radicals().get(character) or unicodedata.normalize("NFC", character)


@cache
def _radicals() -> dict[str, str]:
    rows = read_table("cjk_radicals.tsv")
    return {chr(int(row["radical"], 16)): row["ideograph"] for row in rows}


@cache
def composable() -> re.Pattern[str]:
    """Runs that NFC may change, together with the character that they follow: marks and the like.

    That character is unchanged by what precedes it, so that NFC of a text is NFC run by run
    (Unicode Standard Annex 15, section 9).
    """
    return re.compile(f"[{ranges(sorted(_unstable()))}]+")


def _unstable() -> set[str]:
    """Characters that NFC reorders, replaces, or joins to the character before."""
    found = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}  # Hangul
    maybe = "".join(map(chr, chain.from_iterable(_MAYBE_UNSTABLE)))
    found.update(compress(maybe, map(unicodedata.combining, maybe)))
    found.update(c for c in maybe if not unicodedata.is_normalized("NFC", c))
    for decomposition in filter(None, map(unicodedata.decomposition, maybe)):
        parts = decomposition.split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            found.add(chr(int(parts[1], 16)))
    return found


def _difference(start: int, before: str) -> list[Edit]:
    """The edit that composes `before`, without what both ends share."""
    if len(before) > _LONGEST_RUN:
        return []
    after = unicodedata.normalize("NFC", before)
    if after == before:
        return []
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return [
        Edit(
            "compose",
            start + head,
            before[head : len(before) - tail],
            after[head : len(after) - tail],
        )
    ]
