"""Who wrote a poem, and when he lived: 许望山〔宋代〕, 〔宋代〕许望山, 宋代：许望山."""

from __future__ import annotations

import re
from typing import Final

DYNASTY = r"""
    (?: 先秦 | [两兩][汉漢] | [魏汉漢晋晉] 晋? | 南北朝 | [隋唐宋金元明清] [代朝]? | 五代
      | 近现?代 | [现當当]代 )
"""
POET = re.compile(
    rf"""
    (?P<name> [\u4e00-\u9fff]{{2,5}} ) \s? [〔\[（(【] {DYNASTY} [〕\]）)】]
  | [〔\[（(【] {DYNASTY} [〕\]）)】] \s? (?P<behind> [\u4e00-\u9fff]{{2,5}} )
  | (?: 朝代 \s? [:：] \s? )? {DYNASTY} \s? [:：] \s? (?P<labelled> [\u4e00-\u9fff]{{2,5}} )
    """,
    re.VERBOSE,
)
LONGEST: Final = 20
"""Characters of such a line, at most."""


def poet_of(text: str) -> str | None:
    """The name on a line that says nothing but who wrote a poem and when he lived.

    >>> poet_of("许望山〔宋代〕"), poet_of("宋代：许望山"), poet_of("宋代的桥")
    ('许望山', '许望山', None)
    """
    found = POET.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return found[found.lastgroup] if found is not None and found.lastgroup else None
