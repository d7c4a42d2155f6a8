"""READMEs on hosts of code: below the list of files, which names the file, stands its text.

To the forests, its short items and commands are part of the list above. But such a host says below
the list once more which file it shows, and right of the text or below it what the project is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.extraction.choice.features import Texts

NAME = re.compile(r"(?i: README (?: [._-] \w{1,8} ){0,2} )", re.VERBOSE)
"""The file in the list of files, and what heads its text."""
TAB = r"""
    (?i: (?: [\w.-]{2,16} \s )? license
      | (?: Apache | MIT | BSD | [AL]?GPL | MPL | MulanPSL ) [\w. -]{0,12}
      | Code \s of \s conduct | Contributing | Security | Activity )
  | 许可[证協协议] | 行为准则 | 贡献指南
"""
TABS = re.compile(TAB, re.VERBOSE)
"""What stands beside that head, for other files of the project."""
HEAD = re.compile(rf"{NAME.pattern} (?: \s (?: {TAB} ) ){{0,4}}", re.VERBOSE)
"""That head with all of them on a line."""
OF_HOST = re.compile(r"Star|Fork|Issues|Pull\s?Requests?|Merge\s?Requests?", re.IGNORECASE)
"""What hosts of code show above the list of files."""
ENDS = re.compile(
    r"""
    (?: Releases | Packages | Contributors ) (?: \s? \d+ )? | Languages | Footer
  | [評评][论論] \s? [(（] \s? \d+ \s? [)）] | 搜索[帮幫]助 | [贡貢][献獻]者 .{0,8}
  | 发行版 .{0,8} | © .{1,80}
    """,
    re.VERBOSE,
)
"""What stands below or beside the text."""
ABOUT: Final = "About"
"""The last of these lines ends the text, if there is one; it may have a heading of that name."""
FEWEST_SIGNS: Final = 2
"""Words of a host above the text, at least."""
FEWEST_LINES: Final = 3


def find_readme(page: Texts) -> tuple[int, ...]:
    """The numbers of the lines of a README; none where the page is no list of files with one."""
    texts = [text.strip() for text in page.texts]
    # In a list of files, what was last changed and when may stand in other cells.
    listed = next((n for n, text in enumerate(texts) if NAME.fullmatch(text.split("\t", 1)[0])), 0)
    head = next((n for n in range(listed + 1, len(texts)) if HEAD.fullmatch(texts[n])), 0)
    if not listed or not head or not _is_host(texts[:listed]):
        return ()
    first = head + 1
    while first < len(texts) and (TABS.fullmatch(texts[first]) or NAME.fullmatch(texts[first])):
        first += 1
    below = range(first, len(texts))
    end = next((n for n in reversed(below) if texts[n] == ABOUT), 0)
    end = end or next((n for n in below if ENDS.fullmatch(texts[n])), 0)
    return tuple(range(first, end)) if end - first >= FEWEST_LINES else ()


def _is_host(above: Sequence[str]) -> bool:
    """Whether what stands above the list of files is the head of a host of code."""
    signs = {match[0].lower() for text in above for match in OF_HOST.finditer(text)}
    return len(signs) >= FEWEST_SIGNS
