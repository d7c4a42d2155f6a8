"""What goes on below the chosen lines, and what of their bylines is text."""

from __future__ import annotations

import pytest

import corpus
from corpus.extraction.extent.continued import continue_below, said_in_text
from corpus.extraction.extent.ends import settle
from corpus.extraction.lines.html import read_html
from corpus.extraction.lines.text import read_text
from corpus.extraction.said.phrases import find_phrases, fold_lines

PARAGRAPHS = [
    f"石桥镇的老人说，第{n}座桥是祖父那一辈修的，石头从河对岸运来，一块也没有浪费。"
    for n in range(1, 4)
]
LONG = (
    "栏杆是后来加的。修桥的人说，过去桥上没有栏杆，走夜路的人提着灯笼贴着桥心走，"
    "后来有了路灯，才在两边立起石柱，一根一根用铁链连着。"
)


def below(texts: list[str], n: int) -> list[str]:
    """What goes on below the first `n` lines of a dump."""
    layout = read_text("\n".join(texts))
    hits = find_phrases(fold_lines([line.text for line in layout.lines]))
    return [layout.lines[k].text for k in continue_below(range(n), layout, hits)]


@pytest.mark.parametrize(
    ("above", "on", "rest"),
    [
        (["一、桥", "二、路"], ["三、桥墩", "四、栏杆"], ["镇长走访"]),
        (["1. 桥", "2．路"], ["3．栏杆"], ["1. 别的桥"]),
        (["（一）桥", "（二）路"], ["（三）栏杆"], ["（五）别的"]),
        (["第一条　桥", "第二条　路"], ["第三条　栏杆", "第四条　石头"], []),
        (["一、桥", "二、路"], ["地址：河边", "门票：免费", "三、栏杆"], ["镇长走访"]),
        (["一、桥", "二、路"], ["三、联系方式", "联系人：老魏"], ["上一篇：新桥"]),
        (["一、桥", "二、路"], [], ["来源：石桥报"]),
        (["一、桥", "二、路"], [], ["相关文件：石桥名录"]),
        (["参考文献"], ["[1] 罗亭. 桥[M]. 2012."], ["联系地址：石桥镇河边路"]),
        (["参考文献"], ["[1] 罗亭. 石桥镇桥梁志[M]. 2012.", "[2] 老魏. 桥[J]. 2015."], ["新桥"]),
        (["注释"], ["①桥：指老桥。", "②石头：青石。"], []),
        (["桥"], ["参考文献：", "[1] 罗亭. 石桥镇桥梁志[M]. 2012."], ["新桥"]),
        (["桥"], ["一、桥墩", "青石", "二、栏杆"], ["镇长走访"]),
        (["一、桥", "二、路"], ["三、联系", "联系人：老魏", "电话：0000-0001"], ["责任编辑：小鹿"]),
        (["审 判 员　　老魏"], ["二〇三一年四月五日", "书 记 员　　小鹿"], ["关闭窗口"]),
        (["桥"], ["最后一块石头是他放的。"], ["走，去看桥！"]),
        (["3.1\u3000桥", "3.2\u3000路"], ["3.3\u3000栏杆", "3.4\u3000石头"], ["4.5\u3000别的"]),
        (["桥"], ["表1 石头", "来处\t块数", "对岸\t300"], ["上一篇\t下一篇"]),
        (["石头如下："], ["来处\t块数", "对岸\t300"], ["镇长走访"]),
        (["桥"], ["来处\t块数", "对岸\t300", "走，去看桥！"], ["镇长走访"]),
        (["桥"], [], ["阅读\t300", "评论\t12", "镇长走访"]),
        (["名单予以公示。"], ["来处\t块数", "对岸\t300"], ["镇长走访"]),
        (["桥"], ["来处\t块数", "对岸\t300", "联系电话0000-0001，老魏接。"], ["镇长走访"]),
        (["桥"], ["石头一块也没有浪费。走，去看桥！"], ["走，去看桥！"]),
        (
            ["一、桥", "二、请按以下方式联系"],
            ["1.石桥镇水利站", "联系人：老魏", "电话：0000-0001"],
            ["镇长走访"],
        ),
        (["一、桥", "二、联系方式"], [], ["提问者：小鹿"]),
        (["桥"], [], ["表1 石头", "来处\t块数", "镇长走访"]),
        (["写进配置"], ["hasBridge = true", "width = 120", "再重启一次，桥就通了。"], ["镇长走访"]),
        (["写进配置"], [], ["© 2031 bridge (v2)", "本站由石桥镇人民政府主办。"]),
        (["石头如下："], ["来处", "块数", "对岸", "300", LONG], ["镇长走访"]),
        (["石头多：很"], [], ["来处", "块数", "对岸", LONG]),
        (["附件：石头来处"], ["来处", "300", "石桥镇人民政府", "2031年4月5日"], ["关闭窗口"]),
        (["桥"], ["栏杆", LONG], ["镇长走访"]),
        (["桥"], [], ["04-05 栏杆", LONG]),
        (["桥"], ["延伸閱讀：", "新桥通车", "栏杆", LONG, "走，去看桥。"], ["镇长走访"]),
        (["桥"], [], ["延伸閱讀：", "新桥通车", LONG, "新桥又通车"]),
    ],
)
def test_what_goes_on_is_main(above: list[str], on: list[str], rest: list[str]) -> None:
    """A part with the next number, what is said of it, references, one more sentence."""
    assert below([*PARAGRAPHS, *above, *on, *rest], len(PARAGRAPHS) + len(above)) == on


@pytest.mark.parametrize(
    "rest",
    [
        ["三、栏杆"],
        ["1. 新桥通车", "2. 开海节"],
        ["一、新桥通车", "镇长走访"],
        ["未经本报授权，任何人不得转载。"],
        ["采编此文是出于传递更多信息之目的。"],
        ["桥修好了吗？"],
        ["[1] 新桥通车", "[2] 开海节"],
        ["相关阅读", "老桥修好了。"],
        [],
    ],
)
def test_other_lines_do_not_go_on(rest: list[str]) -> None:
    """A number without the one before, a list of its own, a notice, a headline that asks."""
    assert below([*PARAGRAPHS, *rest], len(PARAGRAPHS)) == []


def test_the_contact_below_a_signature_is_main() -> None:
    """It stands in brackets, below the day."""
    signed = ["石桥镇人民政府", "2031年4月5日", "（联系人：老魏，电话：0000-0001）"]
    assert below([*PARAGRAPHS, *signed, "打印本页"], len(PARAGRAPHS)) == signed


def test_links_do_not_go_on() -> None:
    """A third headline of a numbered list is no third part."""
    parts = "".join(f"<p>{text}</p>" for text in [*PARAGRAPHS, "一、桥", "二、路"])
    for between in ("", "<p>河边</p>", "<p>河边</p>" * 3):
        layout = read_html(f"<body>{parts}{between}<p><a href='/3'>三、栏杆</a></p></body>")
        hits = find_phrases(fold_lines([line.text for line in layout.lines]))
        assert continue_below(range(5), layout, hits) == []


def test_linked_parts_do_not_begin() -> None:
    """A list of headlines that are links is none of the article, whatever numbers it has."""
    parts = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    layout = read_html(f"<body>{parts}<p>一、桥</p><p><a href='/2'>二、路</a></p></body>")
    hits = find_phrases(fold_lines([line.text for line in layout.lines]))
    assert continue_below(range(3), layout, hits) == []


def test_one_number_makes_no_list() -> None:
    """A second part follows a first one in many lists below."""
    assert below([*PARAGRAPHS, "1. 桥", "2. 路"], len(PARAGRAPHS) + 1) == []


def test_many_numbered_lines_end() -> None:
    """Each is looked at once, and only so many go on."""
    texts = ["1. 桥", "2. 路", *(f"{n}. 栏杆" for n in range(3, 100))]
    assert len(below([*texts, *["一句话。"] * 5_000], 2)) <= 205


def test_a_part_that_was_read_as_a_byline_counts() -> None:
    """Its number stands between those of its neighbours."""
    layout = read_text("\n".join([*PARAGRAPHS, "1、桥", "2、石头", "好看。", "3、栏杆"]))
    hits = find_phrases(fold_lines([line.text for line in layout.lines]))
    assert continue_below([0, 1, 2, 3, 5], layout, hits) == [6]


@pytest.mark.parametrize(
    ("lines", "names", "said"),
    [
        (["本报讯（记者 老魏）石桥镇的老桥昨天下午修好了。", *PARAGRAPHS], {0}, [0]),
        (
            [*PARAGRAPHS, PARAGRAPHS[0] + "（编辑：老魏）1130517"],
            {len(PARAGRAPHS)},
            [len(PARAGRAPHS)],
        ),
        ([*PARAGRAPHS, "（编辑：老魏）1130517"], {len(PARAGRAPHS)}, []),
        (["石桥镇4月5日电（记者老魏、林迟）老桥5日下午重新通车。"], {0}, [0]),
        (["（记者 老魏）", *PARAGRAPHS], {0}, []),
        (["来源：石桥报（第三版）"], {0}, []),
        ([*PARAGRAPHS, "石桥镇人民政府", "2031年4月5日"], {4}, [4]),
        ([*PARAGRAPHS, "审判员　　老魏", "二〇三一年四月五日"], {4}, [4]),
        ([*PARAGRAPHS, "2031年4月5日"], {3}, []),
        (["石桥镇人民政府", "2031年4月5日", *PARAGRAPHS], {1}, []),
        ([*PARAGRAPHS, "报名时间：4月15日至4月25日。"], {3}, [3]),
        ([*PARAGRAPHS, "3、栏杆"], {3}, [3]),
        (["发布时间：4月15日。", *PARAGRAPHS], {0}, []),
    ],
)
def test_a_byline_inside_the_text_is_text(
    lines: list[str], names: set[int], said: list[int]
) -> None:
    """Whole sentences, and the day below who signs; alone on a line, who reports is none."""
    assert list(said_in_text(names, range(len(lines)), read_text("\n".join(lines)))) == said
    layout = read_text("\n".join(lines))
    main = settle(range(len(lines)), names, layout, find_phrases(fold_lines(lines)))
    assert main & names == set(said)


def test_an_article_has_text() -> None:
    """A page whose every chosen line is a button has none."""
    page = "\n".join(["出错啦", "抱歉，您访问的页面不存在或已被删除", "5秒后返回首页", "热门推荐"])
    assert not corpus.extract(page, kind="text").is_article


WALKED = [f"{text}过桥的人都知道这些事。" for text in PARAGRAPHS]
TWO = "".join(f"<div><div><span>{text}</span></div></div>" for text in WALKED[:2])
THIRD = f"<div><div><span>{WALKED[2]}</span></div></div>"


@pytest.mark.parametrize(
    "between",
    ["", "<h2>第三座</h2>", "<p>桥上</p><ul><li>石头三百块</li><li>铁链两根</li></ul>"],
)
@pytest.mark.parametrize("opening", ["", "本刊记者走访了三天。"])
def test_paragraphs_go_on_in_places_of_one_kind(between: str, opening: str) -> None:
    """With a heading or a box between, and where one begins as what a magazine says of itself."""
    third = THIRD.replace(WALKED[2], opening + WALKED[2])
    layout = read_html(f"<body><section>{TWO}{between}{third}<p>石桥报社</p></section></body>")
    hits = find_phrases(fold_lines([line.text for line in layout.lines]))
    found = continue_below(range(2), layout, hits)
    assert [layout.lines[n].text for n in found][-1:] == [opening + WALKED[2]]


@pytest.mark.parametrize(
    "below",
    [
        f"<ul><li>{WALKED[2]}</li></ul>",
        f"<h2>03-04 10:20</h2>{THIRD}",
        f"<p><a href='/3'>第三座</a></p>{THIRD}",
        THIRD.replace(WALKED[2], f"版权声明：{WALKED[2]}未经许可不得转载。"),
        "<p>桥</p>" * 6 + THIRD,
    ],
)
def test_other_paragraphs_do_not_go_on(below: str) -> None:
    """In another place, below a time or a link, a statement, or far below."""
    layout = read_html(f"<body><section>{TWO}{below}</section></body>")
    hits = find_phrases(fold_lines([line.text for line in layout.lines]))
    assert WALKED[2] not in [layout.lines[n].text for n in continue_below(range(2), layout, hits)]
