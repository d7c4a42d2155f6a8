"""What a line is by what stands around it: headings, the times of posts, advertisements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from corpus.document import BlockKind
from corpus.extraction.noise.view import View
from corpus.extraction.said.forums import is_buttons, is_card, is_note
from corpus.extraction.said.panels import COUNT, heads
from corpus.extraction.said.phrases import NO_HITS, fold
from corpus.extraction.said.related import TIME, is_headline, unranked
from corpus.extraction.said.signs import DIGIT, TIME_WORD

Kinds = Mapping[int, BlockKind]

SHORTEST_HEADLINE = 8
"""Characters of a headline below a heading; shorter lines may be names of places."""
SAID = re.compile(r"[^:：\n]{1,20}[:：] ?\S.{2,200}")
"""A name and what it said, in a box with the latest comments."""
LONGEST_NAME = 12
SPOKEN_ENDS = "。！？…!?~～"
SENTENCE_ENDS = "。；;，,"

POSTED = re.compile(
    rf"(?:发表|發表|发布|發佈|更新|编辑)(?:于|於|在|时间[:：]?)\s?{TIME.pattern}.{{0,20}}",
    re.VERBOSE,
)
"""When a post was written, on a line of its own."""
CARD, LONGEST_IN_CARD = 5, 20
"""Lines of the card above that line, and characters of each."""
SHORTEST_TITLE, MOST_TITLES = 6, 4
"""Characters of a title that is known again, and how often it may stand where it was not read."""
NOW_READING = re.compile(
    r"(?:[您你])?(?:正在|现在|現在)?(?:浏览|瀏覽|阅读|閱讀|查看|播放)(?:的是)?:"
)
OF_SITE = re.compile(r"(?:[_|-]{1,3}[^_|。,，!?-]{2,12}){1,4}")
"""Channel and site behind the title, as in the title of a window."""
NO_NAME = re.compile(r"[，。！？：；,!?:;]")

ADVERTISED = re.compile(
    r"""
    [赚賺] .{0,5} [钱錢] | [赚賺]得 | 致富 | 暴富 | 暴利 | 加盟 | 招商 | 代理 $ | [诚誠]招
        | 好项目 | 小本
  | 年利 \d | 妙招 | 支招 | 攻克 | 根治 | 治好 | 克星 | [专專]治 | 突破 [!！]? $ | 偏方
  | 礼包 | 新手卡 | 特[权權]卡 | 激活码 | [减減]肥 | 祛斑 | [丰豐]胸 | [脱脫][发髮] | [瘦][身腰]
  | \d [折元] 起 | 特[价價] | [优優]惠 | [预預]售 .{0,12} [户戶席] | 包[邮郵] | 免[运運]
    """,
    re.VERBOSE,
)
LONGEST_ADVERTISED = 26
FEWEST_ADVERTISED, NEAREST_ADVERTISED = 3, 3
"""So many of them, each at most so many lines from the next, make a board of them."""


CARD_HINT = re.compile(
    r"""
    [积積]分 | 发帖 | 發帖 | 帖子 | 注册时间 | 註冊 | 在线时间 | [级級][别別] | 发消息 | 粉丝\n
  | Joined | Messages
    """,
    re.VERBOSE,
)
"""What a page says on which somebody has a card."""
FEWEST_ON_CARDS = 6
"""Lines of cards, of two posts at least."""
SENT = re.compile(
    r"""
    [发發] .{0,2} (?: 消息 | 私信 | 信 ) | 加 (?: 好友 | [关關]注 ) | 收[听聽] | [关關]注 $
  | 串 | 打招呼 | 查看 | TA的
    """,
    re.VERBOSE,
)
"""How lines of a card begin that are buttons."""
VALUE = re.compile(r"[\d\s:：,.年月日-]{1,24}(?:[枚个個点點分次天]|小[时時])?")
"""What a label of a card names on a line of its own."""


def below_headings(view: View, kinds: Kinds) -> Iterator[tuple[int, BlockKind]]:
    """Headlines right below a heading of articles, and what was said below one of comments."""
    for n, main in enumerate(view.main):
        kind = kinds.get(n)
        if main or kind not in ("related", "comment"):
            continue
        if not heads(view.folded[n], view.hits[n].whole):
            continue
        for k in range(n + 1, len(view.main)):
            if view.main[k] or not _goes_on(view, k, kind, kinds):
                break
            yield k, kind


def spoken(view: View, kinds: Kinds) -> Iterator[tuple[int, BlockKind]]:
    """Below a heading of comments: short names and, below each, a sentence."""
    for n, main in enumerate(view.main):
        if main or n < view.end_main or kinds.get(n) != "comment":
            continue
        for k in range(n + 1, len(view.main) - 1, 2):
            pair = (k, k + 1)
            if any(view.main[j] or j in kinds or view.hits[j] is not NO_HITS for j in pair):
                break
            name, words = view.texts[k], view.texts[k + 1]
            if len(name) > LONGEST_NAME or NO_NAME.search(name) or words[-1] not in SPOKEN_ENDS:
                break
            yield from ((j, "comment") for j in pair)


def _goes_on(view: View, n: int, kind: BlockKind, kinds: Kinds) -> bool:
    if kinds.get(n) == kind:
        return True
    if n in kinds or view.hits[n] is not NO_HITS:
        return False
    text = view.texts[n]
    if kind == "comment":
        return SAID.fullmatch(text) is not None
    shown = unranked(text)
    return (
        len(shown) >= SHORTEST_HEADLINE and is_headline(shown) and shown[-1] not in SENTENCE_ENDS
    ) or COUNT.fullmatch(view.folded[n][:40]) is not None


def poster_cards(view: View, kinds: Kinds) -> Iterator[tuple[int, BlockKind]]:
    """The lines above the time of a post: who wrote it, with rank and figures."""
    dated = view.lines_with(DIGIT | TIME_WORD)
    posted = [n for n in dated if not view.main[n] and POSTED.fullmatch(view.texts[n])]
    for n in posted:
        yield n, "byline"
        for k in range(n - 1, max(-1, n - 1 - CARD), -1):
            text = view.texts[k]
            is_other = view.main[k] or kinds.get(k, "byline") != "byline" or view.hits[k].whole
            if is_other or len(text) > LONGEST_IN_CARD or NO_NAME.search(text):
                break
            yield k, "byline"


def set_by_forums(view: View, _: Kinds) -> Iterator[tuple[int, BlockKind]]:
    """What forum software sets around posts: cards of who posts, buttons, notes; on a forum."""
    if CARD_HINT.search("\n".join(view.texts)) is None:
        return
    noise = [n for n, main in enumerate(view.main) if not main]
    on_cards = {n for n in noise if is_card(view.texts[n])}
    if len(on_cards) < FEWEST_ON_CARDS:
        return
    for n in noise:
        text = view.texts[n]
        if n in on_cards:
            yield n, "control" if SENT.match(text) else "byline"
        elif is_buttons(text) or is_note(text):
            yield n, "control"
        elif {n - 1, n + 1} & on_cards and VALUE.fullmatch(text):
            yield n, "byline"


def named_again(view: View, kinds: Kinds) -> Iterator[tuple[int, BlockKind]]:
    """Lines that are the title once more, or the name of who wrote or published, near the text."""
    metadata = view.metadata
    title = fold(metadata.title or "")
    names = {fold(name) for name in (metadata.author, metadata.source) if name and len(name) > 1}
    top = min(metadata.title_lines, default=view.first_main)
    near = range(max(top - 1, 0), min(view.first_main + 1, len(view.main)))
    after = range(view.end_main, min(view.end_main + 12, len(view.main)))
    for n in chain(near, after):
        if view.folded[n] in names and kinds.get(n) is None:
            yield n, "byline"
    if len(title) >= SHORTEST_TITLE:
        again = [n for n, line in enumerate(view.folded) if _is_title(line, title)]
        # A list of what was answered to a post has its title again and again.
        if len(again) - len(metadata.title_lines) <= MOST_TITLES:
            yield from ((n, "title") for n in again)


def _is_title(line: str, title: str) -> bool:
    """Whether a folded line is the title, twice the title, or the title of the window."""
    if title not in line:
        return False
    before, _, after = line.partition(title)
    return (not before or NOW_READING.fullmatch(before) is not None) and (
        after in ("", title) or OF_SITE.fullmatch(after) is not None
    )


def boards(view: View, _: Kinds) -> Iterator[tuple[int, BlockKind]]:
    """Small advertisements one below the other, and what stands between them."""
    run: list[int] = []
    found = [
        n
        for n, text in enumerate(view.texts)
        if len(text) <= LONGEST_ADVERTISED and not view.main[n] and ADVERTISED.search(text)
    ]
    for n in chain(found, (len(view.texts) + FEWEST_ADVERTISED + 1,)):
        if run and n - run[-1] > NEAREST_ADVERTISED:
            if len(run) >= FEWEST_ADVERTISED:
                between = range(run[0], run[-1] + 1)
                yield from ((k, "promotion") for k in between if len(view.texts[k]) > 4)
            run = []
        run.append(n)
