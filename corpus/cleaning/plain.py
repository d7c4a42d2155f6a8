"""One look at a text that tells whether any fix has to look at it at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.cleaning.blanks import IDEOGRAPHIC, ODD_BLANKS
from corpus.cleaning.gaps import MAYBE_GAPS
from corpus.cleaning.likelihood import suspects
from corpus.cleaning.width import may_be_folded

_USUAL = "".join(
    (
        r"\n\x20-\x7e",  # ASCII
        r"\xa1-\xac\xae-\u02ff",  # Latin and its signs; no no-break space, no soft hyphen
        r"\u0391-\u0482",  # Greek and Cyrillic letters
        r"\u2010-\u2027\u2030-\u205e",  # dashes, curly quotes, ellipsis, per mille
        r"\u20a0-\u20bf",  # currency signs
        r"\u2100-\u2125\u212c-\u2328",  # degree Celsius, Roman numerals, arrows, operators
        r"\u232b-\u2adb",  # circled numbers, box drawing, shapes, symbols
        r"\u3001-\u3029\u3030-\u3098\u309b-\u33ff",  # Chinese punctuation, kana, bopomofo
        r"\u3400-\u9fff\U00020000-\U0002a6df",  # unified ideographs, extensions A and B
        r"\uff01-\uffdc",  # full-width and half-width forms
        r"\U0001f000-\U0001faff",  # emoji
    )
)

_UNUSUAL = re.compile(f"[^{_USUAL}]")

_BLANKS = re.compile(rf"[\t{ODD_BLANKS}{IDEOGRAPHIC}]")


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a text shows of the work there is.

    `unusual` holds each unusual character once. `has_entities` and `has_idle_blanks` are about
    ASCII; `has_gaps` tells of blanks between single ideographs, `is_suspicious` that something may
    have been misread, `is_folded` that widths may have been lost.
    """

    unusual: str
    has_entities: bool
    has_idle_blanks: bool
    has_gaps: bool
    is_suspicious: bool
    is_folded: bool

    @property
    def is_plain(self) -> bool:
        """Whether there is none."""
        return not (
            self.unusual
            or self.has_entities
            or self.has_idle_blanks
            or self.has_gaps
            or self.is_suspicious
            or self.is_folded
        )

    def has(self, characters: re.Pattern[str]) -> bool:
        """Whether one of these is among the unusual characters."""
        return bool(self.unusual) and characters.search(self.unusual) is not None

    @property
    def has_blanks(self) -> bool:
        """Whether there may be blanks to trim, to unify or to collapse."""
        return self.has_idle_blanks or self.has(_BLANKS)


def look_at(text: str) -> Look:
    """One look: the searches that tell which fixes have to search themselves.

    This is what makes clean text cheap. Usual are also rare ideographs, as long as none stands
    close to another.
    """
    return Look(
        unusual="".join(sorted(set(_UNUSUAL.findall(text)))),
        has_entities="&" in text,
        has_idle_blanks="  " in text or " \n" in text or text.endswith(" "),
        has_gaps=MAYBE_GAPS.search(text) is not None,
        is_suspicious=suspects().search(text) is not None,
        is_folded=may_be_folded(text),
    )


def is_plain(text: str) -> bool:
    r"""Whether no fix can find anything to do: usual characters, no entity, no idle blanks.

    It may be wrong in one direction only; a fix that changes what is plain here must be taken out
    of it.

    >>> is_plain("正文，“引文”。"), is_plain("正文 \n")
    (True, False)
    """
    return look_at(text).is_plain
