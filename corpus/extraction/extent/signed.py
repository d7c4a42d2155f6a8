"""Who signs a document below its text: bodies, judges, a day, and whom to ask."""

from __future__ import annotations

import re
from typing import Final

from corpus.extraction.lines.layout import Layout

SENTENCE_ENDS: Final = frozenset("。！？!?…”」』")
BODY = re.compile(r"[\u4e00-\u9fff](?:[局厅委会院校学处科站所室司部馆厂行组府社队]|办|中心|公司)$")
"""How the name of a body ends that signs a notice: 枣坡镇人民政府."""
JUDGES = re.compile(
    r"""
    (?: (?: 代理 )? 审 \s? 判 \s? [长员] | (?: 人民 )? 陪审员 | 书 \s? 记 \s? 员
      | 法 \s? 官 \s? 助 \s? 理 )
    [\s\u3000]
    """,
    re.VERBOSE,
)
"""How a line begins below a ruling, before the name of who gave it."""
SIGNING = re.compile(
    r"""
    (?: \d{4} | [二一][\d〇○零一二三四五六七八九]{3} ) \s? 年 \s?
    [\d一二三四五六七八九十]{1,3} \s? 月 \s? [\d一二三四五六七八九十]{1,3} \s? 日
    """,
    re.VERBOSE,
)
"""The day of signing, alone on its line."""
CLOSING = re.compile(r"特此|(?:咨询|联系|监督|举报)(?:电话|人)[:：]")
"""How a line begins that may stand between what a notice says and its signature."""
CONTACT = re.compile(r"[(（](?:联系|咨询|此件|公开)[^()（）]{2,80}[)）]")
"""What may stand below it: （联系人：周某，电话：…）, （此件公开发布）."""
SIGNER = 30
"""Characters of a body's name, at most."""
AGAIN = 3
"""Lines in which a signature is looked for."""


def signature(last: int, layout: Layout) -> range:
    """The lines below the article by which a body signs it, with the day: short, they score low.

    A day that comes again is one of a list.
    """
    texts = [line.text for line in layout.lines[last : last + 2 * AGAIN + 1]]
    days = [k for k, text in enumerate(texts) if k and SIGNING.fullmatch(text.strip())]
    if len(days) != 1 or not 1 <= days[0] <= AGAIN:
        return range(0)
    *between, signer = texts[: days[0]]
    is_closed = CLOSING.match(signer) is not None and signer[-1:] in SENTENCE_ENDS
    closes = all(CLOSING.match(text) or signs(text.rstrip()) for text in between[1:])
    linked = any(line.n_links for line in layout.lines[last + 1 : last + days[0] + 1])
    if not closes or linked or not (signs(signer.rstrip()) or is_closed):
        return range(0)
    end = last + days[0] + 1
    while end < len(layout.lines) and _is_beside(layout.lines[end].text):
        end += 1
    return range(last + 1, end)


def _is_beside(text: str) -> bool:
    """Whether a line below the day belongs to the signature: whom to ask, who kept the record."""
    return CONTACT.fullmatch(text) is not None or (
        len(text) <= SIGNER and JUDGES.match(text) is not None
    )


def signs(text: str) -> bool:
    """Whether a line is the name of a body, or of who gave a ruling."""
    return len(text) <= SIGNER and (BODY.search(text) is not None or JUDGES.match(text) is not None)
