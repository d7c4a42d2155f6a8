"""Misread text whose letters were then escaped: entities that stand for bytes, not for letters."""

from __future__ import annotations

import html
import re

from corpus.cleaning.edits import apply, match_edits
from corpus.cleaning.likelihood import LATIN
from corpus.cleaning.mojibake import restore_from_latin, speaks_of_damage
from corpus.document import Edit

_RUN = re.compile(
    rf"""
    (?: & (?:amp;)*                         # escaped once or more often
        (?: \#[0-9]{{2,4}} | \#[xX][0-9a-fA-F]{{2,4}} | [A-Za-z]{{2,8}}[0-9]? ) ;
      | [{LATIN}]                           # or not at all
    ){{6,}}+                                # two characters of three bytes
    """,
    re.VERBOSE,
)

_AMP = re.compile("&(?:amp;)+")
_LEFT = re.compile(r"[\x80-\xff&]")


def restore_escaped(text: str) -> list[Edit]:
    """Misread Chinese whose letters stand as entities comes back, where all of a run does.

    >>> escaped = "标题：&aring;&reg;&permil;&aring;&hellip;&uml;"
    >>> [edit.after for edit in restore_escaped(escaped)]
    ['安全']
    >>> restore_escaped("&copy;&reg;&trade;&copy;&reg;&trade;")
    []
    """
    if "&" not in text:
        return []
    edits = match_edits("restore_escaped", _RUN, text, _restored)
    return [edit for edit in edits if not speaks_of_damage(text, edit.start)]


def _restored(match: re.Match[str]) -> str:
    found = match.group()
    if "&" not in found:
        return found
    read = html.unescape(_AMP.sub("&", found))
    edits = restore_from_latin(read)
    after = apply(read, edits)
    # What was not misread is left to `decode_entities`.
    return after if edits and not _LEFT.search(after) else found
