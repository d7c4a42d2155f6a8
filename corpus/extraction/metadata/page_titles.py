"""What a page states of its title, and which part of that is the title.

`<title>`, og:title and the like put the names of site and channel behind the title, or before it,
between strokes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from corpus.extraction.metadata.names import HAN_CHAR, names_outlet

MAX_PARTS: Final = 12
STROKE = re.compile(
    r"""
    (?: _+ | [|｜丨¦»«>＞<＜›‹] | -{2,} | \N{EM DASH}{1,2} | \N{EN DASH} | - | · | / ) \s{0,4}
    """,
    re.VERBOSE,
)
COLON = re.compile(r"[:：]\s{0,4}")
SQUEEZED = re.compile(r"\W+")
SQUEEZED_LINES = re.compile(r"[^\w\n]+")
WIDE_MARKS = re.compile(r"[！-／：-＠［-｀｛-～\u3000…]")
"""Marks of Chinese text that the normal form replaces: without them, most text is in it already."""
TAG = re.compile(r"<[^<>]{0,200}>")
CHANNEL = re.compile(
    r"""
    [网網报報社台臺]$ | 频道 | 頻道 | 首页 | 首頁 | 门户 | 论坛 | 論壇 | 博客 | 部落格 | 社区 | 社區
    | 中心$ | 官网 | 官方 | 新闻$ | 新聞$ | 资讯$ | 資訊$ | 要闻$ | 在线 | 在線 | 快讯$ | 财经$
    | 小说 | 阅读 | 百科 | 问答 | 公众号 | 客户端 | 平台$ | 专栏$ | 贴吧 | 吧$ | 电子版
    | \.(?:com|cn|net|org|tw|hk)\b | ^[a-z0-9 .]{2,24}$
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What the name of a site or a channel looks like, in the parts after a title."""


WELCOME = r"""
    ^ (?: 谢谢 | 謝謝 | 感谢 | 感謝 | 欢迎 | 歡迎 ) .{0,4}
      (?: 访问 | 訪問 | 光临 | 光臨 | 来到 | 來到 )
"""
"""How a site greets."""
GREETING = re.compile(
    rf"""
    {WELCOME}
  | ^ (?: 无标题文档 | 無標題文件 | 新网页 \s? \d{{0,3}} | untitled (?: \s document )?
        | new\ page \s? \d{{0,3}} | 显示 | 首页 ) $
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What stands for a page title where nobody thought of one."""
GREETING_SITE = re.compile(rf"{WELCOME} (?P<site> .{{2,40}} ) $", re.VERBOSE)
"""A greeting, and the name of the site that greets behind it."""
BLANKS = re.compile(r"[ \t\r\n\N{NO-BREAK SPACE}]+")


@lru_cache(maxsize=1024)
def squeeze(text: str) -> str:
    """The text as titles are compared: letters and digits only, widths folded, lower case.

    >>> squeeze("“桥”，通了！Ａ")
    '桥通了a'
    """
    text = unicodedata.normalize("NFKC", WIDE_MARKS.sub(" ", text))
    return SQUEEZED.sub("", text).replace("_", "").lower()


def squeeze_lines(texts: Sequence[str]) -> list[str]:
    """The texts squeezed, in one pass over all of them; none may hold a line feed.

    >>> squeeze_lines(["“桥”，通了！", "…", "Ａ"])
    ['桥通了', '', 'a']
    """
    page = unicodedata.normalize("NFKC", WIDE_MARKS.sub(" ", "\n".join(texts)))
    page = SQUEEZED_LINES.sub("", page).replace("_", "").lower()
    return page.split("\n") if texts else []


def is_site(stated: str, sites: Sequence[str]) -> bool:
    """Whether what is stated is no title but the name of a site or a channel."""
    key = squeeze(stated)
    if GREETING.search(stated) is not None:
        return True
    return key in {squeeze(site) for site in sites} or (len(key) <= 8 and names_outlet(key))


def greeting_sites(stated: Sequence[str]) -> tuple[str, ...]:
    """The names of the sites that greet where their pages should state a title.

    >>> greeting_sites(["欢迎光临〖澜江文史中心〗", "老桥通车"])
    ('〖澜江文史中心〗',)
    """
    return tuple(found["site"] for text in stated if (found := GREETING_SITE.search(text.strip())))


def cut_site(stated: str, sites: Sequence[str]) -> str | None:
    """A stated title without the names of site and channel at its end or its beginning.

    None where nothing but such a name is left. A part that reads like a headline is never cut.

    >>> cut_site("老桥 - 新桥 通车记_要闻_澜江在线", ("澜江在线",))
    '老桥 - 新桥 通车记'
    >>> cut_site("澜江在线", ("澜江在线",)) is None
    True
    """
    stated = _clean(stated)
    known = {squeeze(site) for site in sites if site}
    bars = list(STROKE.finditer(stated))[: 4 * MAX_PARTS]
    end = _end_of_title(stated, bars, known)
    start = 0
    for bar in bars:
        if bar.end() < end and squeeze(stated[: bar.start()]) in known:
            start = bar.end()
            break
    left = stated[start:end].strip()
    key = squeeze(left)
    return left if key and key not in known else None


def _end_of_title(stated: str, bars: list[re.Match[str]], known: set[str]) -> int:
    """Where the names of site and channels begin.

    Underscores and double hyphens stand between all of them, so the first one ends the title.
    """
    end = len(stated)
    last = ""
    for bar in reversed(bars):
        part = stated[bar.end() : end]
        head = squeeze(stated[: bar.start()])
        if len(head) < 2 and squeeze(part) not in known:
            break
        if not _is_suffix(part, bar.group().strip(), known, len(head)):
            break
        end, last = bar.start(), bar.group().strip()
    if last.startswith(("--", "_")):
        for bar in bars:
            if bar.group().strip() == last and len(squeeze(stated[: bar.start()])) >= 6:
                return min(end, bar.start())
    return end


def _is_suffix(part: str, stroke: str, known: set[str], n_head: int) -> bool:
    key = squeeze(part)
    if not key or key in known:
        return True
    if len(key) > 24 or any(c in part for c in "。？！，?!,"):
        return False
    if stroke.startswith("_"):
        return n_head >= 4 and len(key) <= 16
    if CHANNEL.search(part.strip()) is not None:
        return len(key) <= 16
    return stroke in ("|", "｜", "--") and n_head >= 3 * len(key)


def _clean(text: str) -> str:
    return one_blank(TAG.sub("", text[:500]) if "<" in text else text[:500])


def one_blank(text: str) -> str:
    """The text with runs of blanks made one, as a browser shows it; full-width blanks stay."""
    return BLANKS.sub(" ", text).strip()


def stated_runs(stated: Sequence[str], sites: Sequence[str]) -> dict[str, float]:
    """Squeezed runs of parts of what is stated → how well each stands for it, up to 1.

    The part before the first stroke counts more than its length, as most sites put the title
    first; a run that takes in the site's name counts less than the one that leaves it out.
    """
    runs: dict[str, float] = {}
    known = {squeeze(site) for site in sites}
    for text in dict.fromkeys(_clean(s) for s in stated):
        own = cut_site(text, sites) or text
        first = text.find(own)
        total = max(len(squeeze(own)), 1)
        spans = [*_spans(text)]
        keys = squeeze_lines([text[start:end] for start, end in spans])
        for (start, end), key in zip(spans, keys, strict=True):
            share = 0.3 * (start == 0) + 0.7 * min(1.0, len(key) / total)
            if len(key) > total:
                share -= 0.5
            if start >= first + len(own) or end <= first:
                share *= 0.3
            is_word = len(key) >= 2 or (start == 0 and end < len(text) and HAN_CHAR.match(key))
            if is_word and key not in known:
                runs[key] = max(runs.get(key, 0.0), share)
    return runs


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each run of parts between strokes, or after a colon, begins and ends."""
    bars = list(STROKE.finditer(text))[: MAX_PARTS - 1]
    colon = COLON.search(text)
    starts = [0, *(bar.end() for bar in bars), *([colon.end()] if colon is not None else [])]
    ends = [*(bar.start() for bar in bars), len(text)]
    for start in starts:
        for end in ends:
            if start < end:
                yield start, end


def words_of(run: str, stated: Sequence[str]) -> str | None:
    """The stretch of what is stated that squeezes to the run."""
    for text in (_clean(s) for s in stated):
        for start, end in _spans(text):
            if squeeze(text[start:end]) == run:
                return text[start:end].strip()
    return None
