"""One look at a text that tells whether any fix has to look at it at all."""

from __future__ import annotations

import re

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


def is_plain(text: str) -> bool:
    r"""Whether no fix can find anything to do: usual characters, no entity, no idle blanks.

    Usual are also rare ideographs, as long as none stands close to another.

    This is what makes clean text cheap: one search instead of one for each fix. It may be wrong
    in one direction only; a fix that changes what is plain here must be taken out of it.

    >>> is_plain("正文，“引文”。"), is_plain("正文 \n")
    (True, False)
    """
    return not (
        "&" in text
        or "  " in text
        or " \n" in text
        or text.endswith(" ")
        or _UNUSUAL.search(text)
        or suspects().search(text)
        or may_be_folded(text)
    )
