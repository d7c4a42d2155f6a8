"""HTML entities that were left in a text, because a page had escaped them twice."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from corpus.cleaning.characters import INVISIBLE, composable, unified_ideograph
from corpus.cleaning.edits import settle
from corpus.document import Edit
from corpus.resources import read_list

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]|&\#x?[0-9a-f]{4,6};", re.IGNORECASE)
"""What makes a line Chinese prose: an ideograph, written or as a number."""

_REST_OF_ENTITY = re.compile(r"#?\w+;")
"""What an `&` must not meet: together they would be an entity that was not there before."""

_INSIDE_OF_ENTITY = re.compile(r"[#;0-9A-Za-z]")
"""What must not close up when an invisible character is dropped, for the same reason."""

_ASCII = "&'\""
"""The ASCII characters that are escaped by mistake; others are escaped to be shown."""

_CATEGORIES = "LNPS"
"""Letters, numbers, punctuation and symbols may stand for themselves; marks and controls not."""


def decode_entities(text: str) -> list[Edit]:
    """Unmistakable entities in lines with Chinese become their characters.

    Named ones are those of `resources/entities.txt`, numbers those of visible characters. `&lt;`
    and `&gt;` stay: whoever wrote them meant to show mark-up. So do entities without semicolon, in
    addresses, in code between backticks, and where a text talks about one (in quotes, or on its
    own between blanks).

    >>> [edit.after for edit in decode_entities("他说&ldquo;好&amp;rdquo;")]
    ['“', '”']
    >>> decode_entities("见 https://example.com/?a=1&copy=2&nbsp;")
    []
    """
    if "&" not in text:
        return []
    return settle(text, _decode)


def _decode(text: str) -> list[Edit]:
    return [
        Edit("decode_entities", start + match.start(), match.group(), after)
        for start, line in _chinese_lines(text)
        for match in _entity().finditer(line)
        if (after := _decoded(match)) is not None
    ]


def _chinese_lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if "&" in line and _HAN.search(line):
            yield start, line
        start += len(line) + 1


@cache
def _entity() -> re.Pattern[str]:
    """Entities as the group `entity`; what protects them as matches without that group."""
    names = "|".join(read_list("entities.txt"))
    any_entity = r"&(?:amp;)*\#?\w{2,8};"
    return re.compile(
        rf"""
        `[^`\n]*`                                       # code
        | ://[^\s\u3000-\U0003ffff]*                    # the rest of an address
        | ["'“‘「『]{any_entity}["'”’」』]  # talked about, in quotes
        | (?<!\S)(?!&(?:amp;)*(?:nbsp|[et]\w+sp);){any_entity}(?!\S)  # talked about, between blanks
        | &(?:amp;)*(?P<entity>{names}|\#[0-9]{{2,7}}|\#[xX][0-9a-fA-F]{{2,6}});
        """,
        re.VERBOSE,
    )


def _decoded(match: re.Match[str]) -> str | None:
    """What the entity stands for, or None where it has to stay."""
    name = match["entity"]
    character = _character(name) if name else None
    if character is None:
        return None
    if character == "&" and _REST_OF_ENTITY.match(match.string, match.end()):
        return None
    if character == "" and _INSIDE_OF_ENTITY.match(match.string, match.end()):
        return None
    return None if _is_mark(match.string[match.end() : match.end() + 1]) else character


@lru_cache(maxsize=1024)
def _character(name: str) -> str | None:
    """The character an entity stands for, "" for an invisible one, None for a doubtful one."""
    character = html.unescape(f"&{name};")
    if INVISIBLE.fullmatch(character):
        return ""
    if len(character) != 1 or character == "\N{REPLACEMENT CHARACTER}":
        return None
    if character.isascii() and character not in _ASCII:
        return None
    if unified_ideograph(character) != character or _is_mark(character):
        return None
    category = unicodedata.category(character)
    return character if category[0] in _CATEGORIES or category == "Zs" else None


def _is_mark(character: str) -> bool:
    """Whether the character may melt into the one before it."""
    return composable().fullmatch(character) is not None
