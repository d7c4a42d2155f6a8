"""Lines about who published: figures of an account in its card, rows of a document's head."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.document import BlockKind
from corpus.extraction.noise.view import View
from corpus.extraction.said.phrases import fold
from corpus.extraction.said.related import TIME
from corpus.extraction.said.signs import DIGIT, DOT

FIGURE = re.compile(
    r"""
    (?: [总總]?[阅閱][读讀] | 文章数? | [粉][丝絲]数? | [关關]注 | [获獲][赞讚] | 作品 | 原[创創]
      | 主[题題] | 帖子 | 回帖 | [积積]分 | 精[华華] | [访訪][问問] | 回答 | 博文 | 日[志誌]
      | [专專][栏欄] | [发發]布 )
    :? \d[\d.,]* [万萬wk]?
  | \d[\d.,]* [万萬wk]? (?: 粉[丝絲] | 作品 | [获獲][赞讚] | 文章 | [关關]注 | 原[创創] )
    """,
    re.VERBOSE,
)
"""A figure of an account, read folded: 文章 218, 1.3万粉丝."""
LONGEST_FIGURE = 14
FEWEST = 2
"""Figures, one below the other, that make a card of the lines from the name of the account on."""
CARD = 5
"""Lines from the name of the account to the first of its figures, at most."""
LONGEST_IN_CARD = 40

CITED = ("引用本文", "引用格式", "本文引用格式", "howtocite", "citethisarticle")
"""How the line begins that says how to quote a paper; read folded."""
ACCOUNT_FIGURES = re.compile(
    r"""
    [文粉关获作原]                                                             # 1.2万 粉丝
    (?: (?<=[\d.].) | (?<=[\d.][万萬].) | (?<=[\d.]\s.) | (?<=[\d.][万萬]\s.) )
    (?: (?<=文)章 | (?<=粉)丝 | (?<=关)注 | (?<=获)赞 | (?<=作)品 | (?<=原)创 )
    """,
    re.VERBOSE,
)
"""A figure of the account and what it counts, anywhere on a short line: 1.2万 粉丝."""
CARD_LINES = 4
"""Lines above its figures that the card of an account can take."""

RECORD = re.compile(
    r"""
    (?: 索引[号號] | 信息索引 | [主][题題]分[类類] | [发發]文 (?: [机機][关關] | 字[号號] )
      | 文[号號]
      | 成文日期 | [发發][布佈] (?: 日期 | [机機][构構] )
      | 公[开開] (?: 日期 | 方式 | 形式 | [范範][围圍] )
      | 生成日期 | 有效性 | 效力[状狀][态態] | [组組]配分[类類] | [体體]裁分[类類]
      | 公文[种種][类類]
      | 主[题題][词詞] | [废廢]止日期 | 失效日期 | 所[属屬]主[题題] | 服[务務][对對]象 )
    [:：]? [ ]{0,4} \t
    """,
    re.VERBOSE,
)
"""A row of the table that a portal sets above a document."""


def find_cards(view: View) -> Iterator[int]:
    """The lines of the card of the account that the page names: its name, its figures."""
    names = {fold(name) for name in (view.metadata.source, view.metadata.author) if name}
    figures = [n for n in view.lines_with(DIGIT) if not view.main[n] and _is_figure(view.folded[n])]
    held = set(figures)
    for first in figures:
        if first - 1 in held or not all(n in held for n in range(first, first + FEWEST)):
            continue
        above = range(first - 1, max(-1, first - 1 - CARD), -1)
        top = next((n for n in above if view.folded[n] in names), None)
        lines = range(top or first, first)
        if top is None or any(view.main[n] or len(view.texts[n]) > LONGEST_IN_CARD for n in lines):
            continue
        end = first
        while end in held:
            end += 1
        yield from range(top, end)


def _is_figure(folded: str) -> bool:
    return len(folded) <= LONGEST_FIGURE and FIGURE.fullmatch(folded) is not None


def find_records(view: View) -> Iterator[int]:
    """The rows above a document that say what it is filed under, and who issued it when."""
    for n in range(min(view.first_main, len(view.texts))):
        if "\t" in view.texts[n] and RECORD.match(view.texts[n]):
            yield n


def find_citations(view: View) -> Iterator[int]:
    """The lines below a paper that say how to quote it."""
    for n in range(min(view.end_main, len(view.texts)), len(view.texts)):
        if view.folded[n].startswith(CITED):
            yield n


def cards(view: View, _: dict[int, BlockKind]) -> Iterator[tuple[int, BlockKind]]:
    """Cards of accounts, heads of documents, and how to quote papers."""
    for n in (*find_cards(view), *find_records(view), *find_citations(view)):
        yield n, "byline"


def account_card(view: View, _: dict[int, BlockKind]) -> Iterator[tuple[int, BlockKind]]:
    """The card of the account that published: its name, what it is about, its figures, a time."""
    names = [fold(name) for name in (view.metadata.source, view.metadata.author) if name]
    for n in view.lines_with(DIGIT | DOT):
        text = view.texts[n]
        if view.main[n] or len(text) > 40 or not ACCOUNT_FIGURES.search(text):
            continue
        yield n, "byline"
        above = range(n - 1, max(-1, n - 1 - CARD_LINES), -1)
        top = min((k for k in above if view.folded[k].startswith(tuple(names))), default=n)
        for k in range(max(top - 1, 0), n):
            if k >= top or TIME.fullmatch(view.texts[k]):
                yield k, "byline"
