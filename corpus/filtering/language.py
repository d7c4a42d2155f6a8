"""Language by the shares of scripts, and the Chinese script by ideographs that only one has.

Enough to tell what does not belong into a Chinese corpus; Chinese languages (Cantonese, Min) are
written in Han and count as Chinese.
"""

from __future__ import annotations

from typing import Literal

from corpus.filtering.characters import Counts

JAPANESE_KANA_SHARE = 0.1
"""Share of kana among letters from which a text is Japanese. Prose is half kana, a headline dense
in kanji still has its particles; a Chinese text has kana in names and quotations only."""

KOREAN_HANGUL_SHARE = 0.3
"""Share of hangul among letters from which a text is Korean, also with many hanja in it."""

CHINESE_HAN_SHARE = 0.3
"""Share of Han among letters from which a text is Chinese. Source: ChineseWebText."""


def han_share(counts: Counts) -> float:
    """Share of Han among letters; 0 without letters."""
    return share(counts.han, counts.letters)


def language(counts: Counts) -> Literal["zh", "ja", "ko", "other"]:
    """The language of a text, by the shares of its scripts.

    >>> from corpus.filtering.characters import count
    >>> language(count("这是中文。")), language(count("これは日本語の文です。"))
    ('zh', 'ja')
    """
    if share(counts.kana, counts.letters) >= JAPANESE_KANA_SHARE:
        return "ja"
    if share(counts.hangul, counts.letters) >= KOREAN_HANGUL_SHARE:
        return "ko"
    return "zh" if han_share(counts) >= CHINESE_HAN_SHARE else "other"


def script(counts: Counts) -> Literal["hans", "hant"] | None:
    """The script that more ideographs can only be; None where none tells, or both as often.

    >>> from corpus.filtering.characters import count
    >>> script(count("臺灣的電腦")), script(count("台湾的电脑")), script(count("山水"))
    ('hant', 'hans', None)
    """
    if counts.han_hans == counts.han_hant:
        return None
    return "hans" if counts.han_hans > counts.han_hant else "hant"


def share(part: int, whole: int) -> float:
    """`part` of `whole` in [0, 1]; 0 of nothing."""
    return part / whole if whole else 0.0
