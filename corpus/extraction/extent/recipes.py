"""Recipes: what goes in, and what is done with it, each below its own heading.

Ingredients look like a menu to the forests, and steps of one sentence with a number above each like
a list of teasers. No other page has both headings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.extraction.choice.features import Texts
from corpus.extraction.extent.continued import is_sentence
from corpus.extraction.said.buttons import are_buttons

INGREDIENTS = re.compile(r"(?:食材(?:明细|清单|準備)|用料|主料|原料|材料|配料)\s?[:：]?")
STEPS = re.compile(
    r"""
    (?: .{2,20} 的 )? 做法 (?: 步骤 | 步驟 )?
  | (?: 烹饪 | 制作 | 製作 | 料理 | 操作 )? (?: 步骤 | 步驟 ) \s? [:：]?
    """,
    re.VERBOSE,
)
REACH: Final = 60
"""Lines from the first ingredient to the first step, at most."""
NUMBER = re.compile(r"(?:步骤|步驟|第)?\s?[\d一二三四五六七八九十]{1,2}\s?步?[.、]?")
ENDS = re.compile(
    r"""
    (?: 使用的?厨具 | [所]?[属屬]?分[类類] \s? [:：] | [该該本]菜[谱譜] | 未[经經].{0,4}授[权權]
      | 大家做的 | [评評][论論] | 留言 | [举舉][报報] | 收藏 | 分享 | 上[传傳] | 相[似关關]菜[谱譜]
      | [标標][签籤] | 关于.{2,20}的[问問][题題] | 作者 ) .{0,60}
  | .{0,12} 菜[谱譜]推荐 .{0,6}
    """,
    re.VERBOSE,
)
"""What stands below a recipe."""
FACTS = re.compile(r".{1,6}(?:口味|工艺|工藝|耗时|耗時|难度|難度)")
"""What is told of a dish between the two."""
FEWEST, SHORTEST, ABOVE = 2, 12, 4
"""Steps, at least; characters of a sentence above the ingredients, and lines above them in which
those stand."""


def find_recipe(page: Texts) -> tuple[int, ...]:
    """The numbers of the lines of a recipe; none where the page is none."""
    texts = [text.strip() for text in page.texts]
    first = next((n for n, text in enumerate(texts) if INGREDIENTS.fullmatch(text)), len(texts))
    steps = next((n for n in range(first, len(texts)) if STEPS.fullmatch(texts[n])), len(texts))
    if steps - first > REACH or steps >= len(texts):
        return ()
    end = next((n for n in range(steps + 1, len(texts)) if _ends(n, page, texts)), len(texts))
    if sum(map(is_sentence, texts[steps + 1 : end])) < FEWEST:
        return ()
    own = [n for n in range(first, end) if not _is_aside(n, page, texts)]
    return (*_told_above(first, page, texts), *own)


def _ends(n: int, page: Texts, texts: Sequence[str]) -> bool:
    """Whether a line stands below the recipe; the number of a step alone does not."""
    if NUMBER.fullmatch(texts[n]) is not None:
        return False
    return ENDS.fullmatch(texts[n]) is not None or page.hits[n].whole is not None


def _is_aside(n: int, page: Texts, texts: Sequence[str]) -> bool:
    """Whether a line between ingredients and steps is none of them."""
    if NUMBER.fullmatch(texts[n]) is not None:
        return False
    hit = page.hits[n]
    return {hit.whole, hit.start} != {None} or FACTS.fullmatch(texts[n]) is not None


def _told_above(first: int, page: Texts, texts: Sequence[str]) -> list[int]:
    """The sentences right above the ingredients, in which the cook tells of the dish."""
    return [
        n
        for n in range(max(first - ABOVE, 0), first)
        if len(texts[n]) >= SHORTEST
        and is_sentence(texts[n])
        and page.hits[n].whole is None
        and not are_buttons(texts[n])
    ]
