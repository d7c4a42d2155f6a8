"""Sentences that want something from the reader, cards of accounts and heads of documents."""

from __future__ import annotations

import pytest

import corpus
from corpus.extraction.said.appeals import find_appeals, is_call
from corpus.extraction.said.phrases import fold
from tests.test_extraction_said import ARTICLE, TITLE

ASKS = (
    "欢迎添加作者微信交流，请注明公司和姓名",
    "加入會員，免費閱讀五篇",
    "订阅云岭月刊一年12期，送帆布袋",
    "下载本文Word版 仅需3元",
    "天才一秒记住本站地址：墨池书屋",
    "炒股开户享福利，入金抽188元红包",
    "农业大会 早鸟票8折",
    "北麓二日游小团 ¥399起",
    "打开客户端，阅读体验更佳",
    "如果觉得有用，请我喝杯茶吧",
    "喜欢这篇报道？支持我们：每月5元",
    "Sign up for our weekly newsletter",
    "Support local Chinese-language journalism. Donate today.",
)
OTHERS = (
    "早鸟在窗外叫了一夜",
    "他打开客户端看了一眼",
    "微信支付昨天故障",
    "Subscribe",
    "会员大会昨天召开",
    "记住这座桥的人不多了",
)


def kinds(page: list[str]) -> dict[str, str]:
    """The kind of each line of a dump, by the line."""
    return {b.text: b.kind for b in corpus.extract("\n".join(page), kind="text").blocks}


@pytest.mark.parametrize("line", ASKS)
def test_who_asks_promotes(line: str) -> None:
    """Below an article and right under its last sentence, an ask is promotion."""
    assert find_appeals([fold(line)]) == [0]
    found = kinds([TITLE, "2024-05-01 10:00 来源：澜江日报", *ARTICLE, line, "版权所有：澜江日报"])
    assert found[line] == "promotion"


@pytest.mark.parametrize("line", OTHERS)
def test_the_same_words_ask_nothing(line: str) -> None:
    """Headlines and buttons hold the words without asking."""
    assert find_appeals([fold(line)]) == []


@pytest.mark.parametrize(
    "line",
    [
        "“扫描二维码，关注我们”",
        "无需下载客户端",
        "桥封了。请居民绕行，咨询电话96000。",
        "咨询电话：0000-5550100",
    ],
)
def test_the_last_sentence_of_an_article_is_no_call(line: str) -> None:
    """Speech, what need not be done, and whom to call stay with the article."""
    assert not is_call(line)


@pytest.mark.parametrize("line", ["A- A A+", "全部评论（3）", "Related Stories"])
def test_what_says_so_at_an_end_is_no_text(line: str) -> None:
    """A button, a heading over comments, one over other articles, right under the last sentence."""
    page = [TITLE, "2024-05-01 10:00 来源：澜江日报", *ARTICLE, line, ARTICLE[0][:9]]
    assert kinds(page)[line] != "main"


def test_a_paper_says_how_to_quote_it() -> None:
    """That line names author and journal, however long it is."""
    line = "引用本文: 沈听澜, 罗亭. 石桥镇的老桥和它的三年. " + 4 * "北麓学刊, 2025."
    assert kinds([TITLE, "2024-05-01", *ARTICLE, "下载 分享", line])[line] == "byline"


def test_a_lesser_heading_below_the_title_is_the_title_in_other_words() -> None:
    """It stands between the title and a byline; a heading above text is text."""
    second = "一个月省下的电够全镇的学校用两周"
    text = "".join(f"<p>{line}</p>" for line in ARTICLE)
    page = f"<h1>{TITLE}</h1><h3>{second}</h3><p>2024-05-01 10:00 来源：澜江日报</p>{text}"
    found = {b.text: b.rule for b in corpus.extract(page, kind="html").blocks}
    assert found[second] == "metadata_lines"
    page = f"<h1>{TITLE}</h1><h3>{second}</h3>{text}"
    found = {b.text: b.rule for b in corpus.extract(page, kind="html").blocks}
    assert found[second] != "metadata_lines"


def test_a_wiki_tells_its_last_change_in_its_imprint() -> None:
    """The day of the last change stands with who runs the site."""
    line = "本页面最后修订于2025年1月3日 (星期五) 11:22。"
    assert kinds([TITLE, *ARTICLE, "分类：桥梁", line])[line] == "footer"


def test_an_account_has_a_card() -> None:
    """The figures of the account that is named above them belong to it, with its motto."""
    card = ["沈听澜", "只写走过的桥", "文章 143", "获赞 2210"]
    page = [TITLE, "沈听澜", "2024-05-01 10:00", *ARTICLE, "分享", *card]
    found = kinds(page)
    assert [found[line] for line in card] == ["byline"] * 4
    other = kinds([TITLE, "沈听澜", "2024-05-01 10:00", *ARTICLE, "罗亭", "文章 143", "版权所有"])
    assert other["文章 143"] != "byline"


def test_a_document_has_a_head() -> None:
    """The rows above a notice that say what it is filed under are about it."""
    rows = [
        "索引号\tLJ000-2025-0044\t主题分类\t交通",
        "发文机关\t澜江县政府\t成文日期\t2024年5月1日",
    ]
    found = kinds([*rows, TITLE, "发布时间：2024-05-01", *ARTICLE])
    assert [found[row] for row in rows] == ["byline"] * 2


def test_a_second_title_stands_below_the_first() -> None:
    """A dash sets it off; a sentence behind a dash is text."""
    found = kinds([TITLE, "——一座桥和它的三年", "2024-05-01 10:00 来源：澜江日报", *ARTICLE])
    assert found["——一座桥和它的三年"] == "title"
