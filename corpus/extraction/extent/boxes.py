"""What pages put between the paragraphs of an article: advertisements, headings of other articles.

From HTML the links below such a heading go with it. A dump shows no links: there it is what stands
below the heading and does not run, up to where the text goes on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence

from corpus.extraction.extent.signed import SENTENCE_ENDS
from corpus.extraction.lines.layout import Layout
from corpus.extraction.said.buttons import are_buttons
from corpus.extraction.said.comments import is_running
from corpus.extraction.said.panels import heads_list
from corpus.extraction.said.phrases import Hits, fold

LINKED = 0.8
"""Share of its characters in links from which a line is a link."""
PAUSE = re.compile(
    r"""
    [\[【(（]? (?: 广告 | 廣告 | advertisements? ) [\]】)）]?
  | (?: [点點][击擊] )? 展[开開] (?: 全文 | [剩其]余[内內]容 )
  | [打][开開] \s? (?: APP | [客][户戶]端 ) .{0,10}
  | 尚[余餘] \s? \d{1,2} \s? % \s? 未[读讀]
  | (?: 我是廣告 \s? | [\[【(（]? (?: 广告 | 廣告 ) [\]】)）]? \s? (?: 更多[内內]容 )? )?
      (?: [请請点點][击擊]? )? (?: [继繼][续續] )?
      (?: 往下 | 向下 ) (?: 继续 | 繼續 )? (?: 阅读 | 閱讀 | [看滑] ) .{0,8}
  | (?: 广告 | 廣告 ) \s? [(（]? [请請] [继繼][续續] (?: 阅读 | 閱讀 ) .{0,6}
  | Article \s information | 作者, \s? .{2,16} | Role, \s? .{2,20}
  | 图像(?:来源|加注文字) [,，] .{0,30} | 圖像(?:來源|加註文字) [,，] .{0,30}
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A word over an advertisement, the request to read on."""
SKIPS = re.compile(r"跳[过過].{1,40}")
"""The way past what stands between two paragraphs, which screen readers read out."""
SKIPPED = re.compile(r"End \s of \s .{2,30} | [结結]尾 \s .{1,20}", re.VERBOSE)
"""Where that way leads."""
LONGEST_SKIPPED = 30
"""Lines between both, at most."""
SPONSORED = re.compile(r"[赞贊]助商?(?:链接|連結|[内內]容|[广廣]告)")
"""What stands over one of several, all through an article: it closes none."""
HEADING = re.compile(
    r"""
    更多 .{2,12} (?: 报道 | 報導 | 報道 ) [:：]? | 更多新[闻聞] (?: 报道 | 報導 | 報道 )
  | (?: 延伸 | 推[荐薦] | 相[关關] ) (?: 阅读 | 閱讀 | [新报報][闻聞道導] ) \s? [:：]
  | [【\[] (?: 延伸 | 推[荐薦] | 相[关關] ) (?: 阅读 | 閱讀 | [新报報][闻聞道導] ) [】\]]
    """,
    re.VERBOSE,
)
"""A heading of other articles that `phrases.tsv` does not hold."""
LEADS = re.compile(
    r"""
    [^\w\s]{0,3} \s? (?: 延伸 | 推[荐薦] | 相[关關] ) (?: 阅读 | 閱讀 | [新报報][闻聞道導] )
      [】\]]? \s? [:：] .{4,60}
  | [▶►➤☆★【\[]{1,2} \s? [点點](?:[击擊]|我)看 .{4,60}
    """,
    re.VERBOSE,
)
"""Another article on one line with what leads to it: ☆延伸閱讀：…"""
READ = re.compile(r"(?:相[关關]|延伸|推[荐薦]|[扩擴]展)(?:阅读|閱讀|[链鏈連][接結])")
LONGEST_GLUED = (8, 60)
"""Such a heading before a headline on its line, and characters of both."""
LONGEST_BREAK, MOST_LISTED = 24, 5
"""Characters of a heading, and headlines below it."""
BUTTONS = frozenset({"control", "promotion"})
"""What a line between others says that is no part of an article where it comes again and again."""
LONGEST_BUTTONS = 20
"""Characters of a row of buttons that comes again."""
AGAIN = 3
"""How often that is: twice, the same word may be said. One character (`0`, `大`) may be a cell."""


def without_boxes(lines: Sequence[int], layout: Layout, hits: Sequence[Hits]) -> list[int]:
    """The lines without boxes between them: a heading of other articles, and what stands below it.

    And without buttons that come again, as below each post of a thread.
    """
    texts = {n: layout.lines[n].text for n in lines}
    heads = {n for n, text in texts.items() if hits[n].whole == "related" or is_heading(text)}
    breaks = heads.union(n for n, text in texts.items() if is_break(text) or _leads(text))
    breaks.update(n for n in lines[:-1] if _is_glued(texts[n], hits[n]))
    breaks.update(n for n, text in texts.items() if SPONSORED.fullmatch(text) is not None)
    breaks.update(_skipped(lines, texts))
    words = [text for n, text in texts.items() if text and _is_button(text, hits[n])]
    buttons = Counter(word for word in words if len(word) > 1)
    if not breaks and not buttons:
        return list(lines)
    listed = set() if layout.elements else _listed(lines, heads, texts)
    kept, inside = [], False
    for n in lines:
        line = layout.lines[n]
        is_link = line.n_links > 0 and line.n_link_characters >= LINKED * len(line.text)
        inside = n in breaks or n in listed or (inside and is_link)
        if not inside and buttons[line.text] < AGAIN:
            kept.append(n)
    return kept


def _skipped(lines: Sequence[int], texts: dict[int, str]) -> set[int]:
    """The lines between a way past them and where it leads, and both."""
    found: set[int] = set()
    inside: list[int] | None = None
    for n in lines:
        if len(texts[n]) <= LONGEST_BREAK and SKIPS.fullmatch(texts[n]):
            inside = []
        if inside is None:
            continue
        inside.append(n)
        if SKIPPED.fullmatch(texts[n]):
            found.update(inside)
        if SKIPPED.fullmatch(texts[n]) or len(inside) > LONGEST_SKIPPED:
            inside = None
    return found


def _listed(lines: Sequence[int], heads: Container[int], texts: dict[int, str]) -> set[int]:
    """The headlines below the heading of other articles, where the text goes on below them."""
    found: set[int] = set()
    headlines: list[int] | None = None
    for n in lines:
        if n in heads:
            headlines = []
        elif headlines is not None and is_running(texts[n]):
            found.update(headlines)
            headlines = None
        elif headlines is not None:
            headlines.append(n)
            headlines = headlines if len(headlines) <= MOST_LISTED else None
    return found


def is_heading(text: str) -> bool:
    """Whether a short line is a heading over other articles that says so by its form.

    >>> is_heading("你可能也想看："), is_heading("更多澜江在线報導"), is_heading("更多報導")
    (True, True, False)
    """
    if len(text) > LONGEST_BREAK:
        return False
    return HEADING.fullmatch(text) is not None or (
        text[-1:] in (":", "：") and heads_list(fold(text[:-1]))
    )


def is_break(text: str) -> bool:
    """Whether a line between paragraphs says that something else stands here, and nothing more.

    >>> is_break("廣告"), is_break("請繼續往下閱讀..."), is_break("更多澜江在线報導")
    (True, True, True)
    >>> is_break("[廣告]請繼續往下閱讀…"), is_break("廣告（請繼續閱讀本文）")
    (True, True)
    >>> is_break("廣告不實"), is_break("往下看，河水很急。"), is_break("更多報導")
    (False, False, False)
    """
    if len(text) > LONGEST_BREAK or (text[-1:] in SENTENCE_ENDS and text[-1:] != "…"):
        return False
    return PAUSE.fullmatch(text) is not None or HEADING.fullmatch(text) is not None


def _leads(text: str) -> bool:
    return text[-1:] != "。" and LEADS.fullmatch(text) is not None


def _is_glued(text: str, hit: Hits) -> bool:
    """Whether a line is the heading of other articles with the first of them on one line."""
    if not LONGEST_GLUED[0] < len(text) <= LONGEST_GLUED[1] or hit.whole is not None:
        return False
    return READ.match(text) is not None and "。" not in text


def _is_button(text: str, hit: Hits) -> bool:
    return hit.whole in BUTTONS or (
        len(text) <= LONGEST_BUTTONS and " " in text and are_buttons(text)
    )
