"""The words of a song: short lines with no punctuation below who wrote them.

To the forests they look like a list of links, and where no markup says otherwise a page of them is
denied. But credits stand above a song and nowhere else: 作词：… 作曲：…
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.extraction.choice.features import Texts
from corpus.extraction.said.buttons import are_buttons
from corpus.extraction.said.comments import is_running
from corpus.extraction.said.panels import said_of
from corpus.extraction.said.statements import is_statement

WORDS = re.compile(
    r"""
    [作填原]? [词詞] \s? (?: 曲 \s? )? [:：/／|] \s? \S{1,30}
  | Lyrics (?: \s by )? \s? [:：] \s? \S .{0,30}
    """,
    re.VERBOSE,
)
MUSIC = re.compile(
    r"""
    (?: .{0,30} [\s、/／] )? [作原]? 曲 \s? [:：/／|]
  | [词詞] \s? 曲 \s? [:：/／] | Music (?: \s by )? \s? [:：]
    """,
    re.VERBOSE,
)
"""Who wrote the words, and who the music, on the same line or near it."""
NEAR, FEWEST, LONGEST = 3, 8, 40
"""Lines from one to the other; lines of a song, at least; characters of one."""
BEHIND = re.compile(
    r"""
    [(（\[]? .{0,4} [歌] [词詞] .{0,6} (?: 由 | 上[传傳] | 提供 | [贡貢][献獻] | [编編][辑輯] ) .*
  | (?: 上一首 | 下一首 | .{0,20} (?: 其他 | [热熱][门門] ) (?: 歌曲 | 歌[词詞] ) ) .{0,40}
    """,
    re.VERBOSE,
)
"""What stands below a song."""


def find_song(page: Texts) -> tuple[int, ...]:
    """The numbers of the lines of a song, with its credits; none where the page shows none.

    Nor where more runs around it than it says: an article that quotes a song is one.
    """
    start = next((n for n in range(len(page.texts)) if _is_credited(n, page.texts)), None)
    end = _end(start, page) if start is not None else 0
    if start is None or end - start < FEWEST:
        return ()
    around = (text for text in (*page.texts[:start], *page.texts[end:]) if is_running(text))
    is_quoted = sum(map(len, around)) > sum(map(len, page.texts[start:end]))
    return () if is_quoted else tuple(range(start, end))


def _is_credited(n: int, texts: Sequence[str]) -> bool:
    """Whether a line says who wrote the words, and one near it who the music."""
    text = texts[n].strip()
    if ("词" not in text and "詞" not in text and "yrics" not in text) or not WORDS.match(text):
        return False
    return any(MUSIC.match(line.strip()) for line in texts[n : n + NEAR])


def _end(start: int, page: Texts) -> int:
    """The line behind the last of a song that begins at a line."""
    for n in range(start + 1, len(page.texts)):
        text = page.texts[n].strip()
        hit = page.hits[n]
        is_other = hit.whole is not None or hit.start is not None or "\t" in text
        is_other = is_other or BEHIND.fullmatch(text) is not None or are_buttons(text)
        if len(text) > LONGEST or is_other or is_statement(text):
            return n
        if n > start + NEAR and said_of(text, page.folded[n]) is not None:
            return n
    return len(page.texts)
