"""Keys: what stands for a text where texts are compared. They travel, the texts stay."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc

_COMMON_PUNCTUATION = "".join(
    (
        r"\x00-/:-@\[-`{-\x7f",  # ASCII without letters and digits
        r"\u2014\u2018-\u201d\u2026",  # dash, curly quotes, ellipsis
        r"\u3000-\u3003\u3008-\u3011",  # Chinese punctuation
        r"\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f",  # full-width punctuation
    )
)

_EASY = re.compile(f"[{_COMMON_PUNCTUATION}]+")
"""What stays punctuation under NFKC. It becomes a blank first: it is what NFKC is slow on."""

_NOT_TEXT = re.compile(r"[\W_]+")

TEXT_KEY_BYTES = 16


def comparison_key(text: str) -> str:
    """What is left of a text when script, width, case, punctuation and white space are folded.

    Letters and digits only, in simplified script; it is compared and never published. Texts of
    punctuation, symbols or emoji only have the empty key.

    >>> comparison_key("「電腦」, ＡＢＣ！") == comparison_key("“电脑”，abc。")
    True
    """
    folded = unicodedata.normalize("NFKC", _EASY.sub(" ", text)).casefold()
    simplified: str = _to_simplified().convert(_NOT_TEXT.sub("", folded))
    return simplified


def text_key(text: str) -> bytes:
    """The hash of the comparison key, or b"" where that is empty."""
    key = comparison_key(text)
    return hashlib.blake2b(key.encode(), digest_size=TEXT_KEY_BYTES).digest() if key else b""


@cache
def _to_simplified() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")
