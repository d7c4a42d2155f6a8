"""Latin, Greek and Cyrillic text that was misread: ftfy's work, called where there may be some."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from corpus.cleaning.edits import match_edits, settle
from corpus.cleaning.likelihood import suspicious_lines, western_suspects
from corpus.cleaning.mojibake import speaks_of_damage
from corpus.document import Edit

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

_WESTERN = re.compile(r"[^\n`\u2e80-\uffef\U00020000-\U0003ffff]+")
"""A stretch of a line without Chinese, and without code."""


def restore_western(text: str) -> list[Edit]:
    """What is no Chinese and was misread comes back, where ftfy is sure.

    Only its repair of encodings is used; its defaults would also make Chinese punctuation ASCII.

    >>> [edit.after for edit in restore_western("作者：BeyoncÃ©，dâ€™Arc")]
    ['Beyoncé', 'd’Arc']

    Source: https://ftfy.readthedocs.io, `fix_encoding`.
    """
    return settle(text, _restore)


def _restore(text: str) -> list[Edit]:
    return [
        Edit(edit.fix, start + edit.start, edit.before, edit.after)
        for start, line in suspicious_lines(text)
        if western_suspects().search(line)
        for edit in match_edits("restore_western", _WESTERN, line, _fixed)
        if not speaks_of_damage(line, edit.start)
    ]


def _fixed(match: re.Match[str]) -> str:
    stretch = match.group()
    if stretch.isascii() or not western_suspects().search(stretch):
        return stretch
    import ftfy

    fixed = ftfy.fix_encoding(stretch, _config())
    return fixed if len(fixed.splitlines()) == 1 else stretch


@cache
def _config() -> TextFixerConfig:
    from ftfy import TextFixerConfig

    return TextFixerConfig(unescape_html=False, fix_c1_controls=False)
