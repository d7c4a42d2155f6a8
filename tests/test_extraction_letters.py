"""What software sets without markup: letters of bulletin boards, songs, counted pictures."""

from __future__ import annotations

import pytest

import corpus
from corpus.extraction.choice.features import Texts
from corpus.extraction.extent.letters import find_letters
from corpus.extraction.extent.pictures import with_captions
from corpus.extraction.extent.songs import find_song
from corpus.extraction.said.phrases import find_phrases, fold_lines

SENT = [
    "发信人: ferry (看船的), 信区: River",
    "标  题: 铁皮棚子又被风掀了",
    "发信站: 澜江站 (2006年04月02日09:12:44 星期日), 站内",
]
SAID = ["渡口的铁皮棚子昨天夜里被风掀了，", "有谁知道归哪个部门管？"]
SIGNED = ["--", "江上有风", "※ 来源:·澜江站 bbs.lanjiang.example·[FROM: 10.0.4.*]"]
QUOTED = ["【 在 ferry (看船的) 的大作中提到: 】", ": 有谁知道归哪个部门管？"]
SONG = [
    "渡口的灯亮了又灭",
    "船家收了最后一班的绳",
    "风把你的名字吹过对岸",
    "我在台阶上数潮水的纹",
    "数到第九遍 天就凉了",
    "你说过河去看看就回",
    "河那么窄 你走了那么远",
    "等他转身 岸上还有人",
]
MENU = ["首页", "歌手", "专辑"]


def page_of(lines: list[str]) -> Texts:
    """The lines of a page, folded, with their phrases."""
    folded = fold_lines(lines)
    return Texts(lines, folded, find_phrases(folded))


def test_a_letter_says_what_stands_between_its_head_and_its_signature() -> None:
    """Whom it quotes is furniture, what he said is not."""
    lines = ["澜江站", *SENT, *SAID, *SIGNED, *SENT, "打值班电话。", *QUOTED, *SIGNED, "管理员信箱"]
    said = [lines[n] for n in find_letters(lines)]
    assert said == [*SAID, "打值班电话。", QUOTED[1]]
    found = corpus.extract("\n".join(lines))
    assert found.text.split("\n") == said
    assert found.title == "铁皮棚子又被风掀了"


def test_a_letter_with_no_signature_ends_at_the_buttons() -> None:
    """Or at the next; the last one of a page needs an end."""
    both = [*SENT, *SAID, "[回复文章] [转寄]", *SENT, "打值班电话。"]
    assert [both[n] for n in find_letters([*both, "第 3 篇 | 同作者"])] == [*SAID, "打值班电话。"]
    assert find_letters(both) == ()


def test_a_post_with_pushes_is_what_its_author_says() -> None:
    """Below a head of four lines with no colons; what others say of it, a line each, is not."""
    head = [
        "作者ferry (看船的)",
        "看板River",
        "標題[閒聊] 鐵皮棚子又被風掀了",
        "時間Sun Apr  2 09:12:44 2006",
    ]
    pushed = ["推 gull: 打值班電話 04/02 09:20", "→ gull: 去年也是他們來修的 04/02 09:21"]
    board = "※ 發信站: 澜江站(lanjiang.example), 來自: 10.0.4.1"
    lines = [
        "澜江站 › 看板 River",
        *head,
        *SAID,
        "--",
        board,
        pushed[0],
        "謝謝，打通了。",
        pushed[1],
    ]
    said = [lines[n] for n in find_letters(lines)]
    assert said == [*SAID, "--", "謝謝，打通了。"]
    assert corpus.extract("\n".join(lines)).is_article
    assert find_letters(["澜江站", *head, *SAID]) == ()


@pytest.mark.parametrize(
    "head", [SENT[:1], ["收信人: ferry", *SENT[1:]], ["发信人的名字", *SENT[1:]]]
)
def test_other_lines_begin_no_letter(head: list[str]) -> None:
    """A sender without a title, an address without a board."""
    assert find_letters([*head, *SAID, *SIGNED]) == ()


@pytest.mark.parametrize(
    "written",
    [
        ["作词：周未白", "作曲：林知夏"],
        ["词：周未白 曲：林知夏"],
        ["詞曲：林知夏"],
        ["Lyrics by：Zhou", "Music：Lin"],
    ],
)
@pytest.mark.parametrize(
    "below",
    ["（歌词由会员 蓝胖子 上传）", "上一首：潮退以后", "分享到：QQ空间 微信", "1. 晚潮\t04:11"],
)
def test_a_song_stands_below_its_credits(written: list[str], below: str) -> None:
    """Up to what is no line of it."""
    lines = [*MENU, *written, *SONG, below, "晚潮", "盐的形状"]
    n = len(MENU)
    assert find_song(page_of(lines)) == tuple(range(n, n + len(written) + len(SONG)))


def test_a_song_is_an_article() -> None:
    """A dump shows short lines and nothing else."""
    page = [
        *MENU,
        "渡口的灯",
        "作词：周未白",
        "作曲：林知夏",
        *SONG,
        "上一首：潮退以后",
        "晚潮",
        "旧码头",
    ]
    found = corpus.extract("\n".join(page))
    assert found.is_article
    assert found.text.split("\n")[-len(SONG) :] == SONG


@pytest.mark.parametrize(
    "lines",
    [
        ["作词：周未白", *SONG],
        ["作词：周未白", "作曲：林知夏", *SONG[:5], "上一首：潮退以后"],
        ["关键词：渡口", "作曲家的故事", *SONG],
    ],
)
def test_other_short_lines_are_no_song(lines: list[str]) -> None:
    """Words without music, too few of them, the keywords of a paper."""
    assert find_song(page_of(lines)) == ()


def test_an_article_that_quotes_a_song_is_no_song() -> None:
    """More runs around it than it says; a line or two may."""
    text = "渡口的灯是老魏写的第一首歌，写在轮渡的船票背面，后来全镇的人都会唱，连看船的也会。"
    song = ["作词：周未白", "作曲：林知夏", *SONG]
    assert find_song(page_of([*MENU, text, *song])) == tuple(range(4, 14))
    quoting = [*MENU, text, text, *song, text, text]
    assert find_song(page_of(quoting)) == ()
    assert text in corpus.extract("\n".join(quoting)).text


PICTURES = [
    "1/3",
    "浮码头上的棚子",
    "2/3",
    "修棚子的人",
    "他们干了一夜。",
    "3/3",
    "早班轮渡",
    "棚子又立起来了。",
]


def test_captions_among_counted_pictures_are_main() -> None:
    """The counters are not."""
    lines = ["老桥修好了。", *PICTURES, "相关阅读", "轮渡时刻表"]
    kept = [lines[n] for n in with_captions([0, 5], page_of(lines))]
    assert kept == ["老桥修好了。", *(x for x in PICTURES if "/" not in x)]


@pytest.mark.parametrize(
    "lines",
    [
        ["老桥修好了。", "1/3", "桥", "2/3", "路"],
        ["老桥修好了。", "1/2", "桥", "2/3", "路", "3/3", "石头"],
        ["老桥修好了。", *["走访"] * 4, *PICTURES],
        ["老桥修好了。", "1/3", "桥", "2/3", *["走访"] * 12, "3/3", "石头"],
    ],
)
def test_other_fractions_count_no_pictures(lines: list[str]) -> None:
    """Too few, of another number, or far from what was chosen."""
    assert with_captions([0], page_of(lines)) == (0,)
