"""Pages that say of themselves that they hold no article."""

from __future__ import annotations

import pytest

import corpus
from corpus.extraction.extent.denials import denies_article, is_missing, is_wall, shows_none

ARTICLE = "".join(
    f"<p>石桥镇的老人说，第{n}座桥是祖父那一辈修的，石头从河对岸运来，一块也没有浪费。</p>"
    for n in range(1, 12)
)


@pytest.mark.parametrize(
    "title",
    [
        "老桥 - 搜索结果 - 澜江在线",
        "“老桥”的搜索结果_澜江在线",
        "站内搜索结果：老桥 | 澜江在线",
        "老橋｜搜尋結果｜瀾江在線",
        "Search results for 老桥 - Lanjiang",
        "404 Not Found",
        "404 - 找不到文件或目录。",
        "无法找到该页",
        "您访问的页面不存在！- 澜江在线",
        "Just a moment...",
        "用户登录 - 澜江在线",
        "登录后继续阅读 - 澜江在线",
    ],
)
def test_a_title_denies(title: str) -> None:
    """One part of a title says what the page is."""
    assert denies_article([None, title], None)


@pytest.mark.parametrize(
    "title",
    [
        "澜江在线被指操纵搜索结果 - 澜江在线",
        "搜索结果页 - 百科",
        "搜索结果里的广告该不该标明？",
        "第404章 老桥 - 小说",
        "404 - 小说",
        "登录 - 百科",
        "人机验证 - 百科",
        "页面不存在的那些年 - 博客",
        "",
    ],
)
def test_an_article_about_such_things_does_not(title: str) -> None:
    """What an article is about says more in its title."""
    assert not denies_article([title], None)


@pytest.mark.parametrize(
    ("url", "denies"),
    [
        ("https://lanjiang.example/search?q=桥", True),
        ("https://lanjiang.example/news/search.php?page=2&keyword=%E6%A1%A5", True),
        ("https://lanjiang.example/search?", False),
        ("https://lanjiang.example/search/1234.html", False),
        ("https://lanjiang.example/research?q=1", False),
        ("https://[broken/search?q=1", False),
        (None, False),
    ],
)
def test_an_address_denies(url: str | None, denies: bool) -> None:
    """The address of a search with a question, and no other."""
    assert denies_article([], url) is denies


@pytest.mark.parametrize(("title", "is_article"), [("老桥", True), ("老桥 - 搜索结果", False)])
def test_the_title_decides_about_the_same_page(title: str, is_article: bool) -> None:
    """All else equal, the title decides, and then there is no text."""
    html = f"<title>{title} - 澜江在线</title><h1>老桥</h1><div>{ARTICLE}</div>"
    article = corpus.extract(html)
    assert article.is_article is is_article
    assert bool(article.text) is is_article


def test_no_time_is_lost_on_a_long_title() -> None:
    """A title of a megabyte is cut before it is read."""
    assert not denies_article(["搜索" * 1_000_000, "“" * 1_000_000], "https://a.example/" + "s" * 9)


@pytest.mark.parametrize(
    "lines",
    [
        ["手机号", "密码", "忘记密码", "还没有账号？立即注册"],
        ["您访问的页面不存在", "页面可能已被删除或者地址有误，5秒后自动返回首页。"],
        ["该内容已被发布者删除"],
        ["当前环境异常，完成验证后即可继续访问。"],
        ["抱歉，找不到您要的網頁"],
        ["此文章只供訂戶閱讀", "已是訂戶？請登入", "忘記密碼", "登入即表示您同意本站的條款。"],
        ["您要找的頁面不存在或已被移除。", "您可以回到首頁，或是看看以下新聞："],
    ],
)
def test_walls(lines: list[str]) -> None:
    """A form or an error, however much stands around it."""
    assert is_wall(lines)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["登录", "老桥修好了，前后用了三年。"],
        ["因系统升级，五月一日零时起用户无法登录，升级完成后请重新输入密码。"],
        ["密码"] * 200,
        ["小镇的人都说，那座桥已经不在了，找不到了。"],
    ],
)
def test_texts_are_no_walls(lines: list[str]) -> None:
    """One line that says something else is enough, and so is a notice about logging in."""
    assert not is_wall(lines)


@pytest.mark.parametrize("kind", ["html", "text"])
def test_a_wall_in_the_frame_of_an_article_is_none(kind: str) -> None:
    """The page of an article that is gone keeps its headline, its byline and its lists."""
    lines = ["澜江在线", "石桥镇的老桥修好了", "2022-01-01 08:00 来源：澜江在线"]
    gone = ["您访问的页面不存在", "页面可能已被删除或者地址有误，5秒后自动返回首页。"]
    below = ["相关阅读", "镇上的灯换了新的", "春天的河水涨到了桥面"]
    page = [*lines, *gone, *below]
    shown = "".join(f"<p>{line}</p>" for line in page) if kind == "html" else "\n".join(page)
    article = corpus.extract(shown, kind=kind)
    assert not article.is_article
    assert article.text == ""


FRONT = "https://lanjiang.example/"


@pytest.mark.parametrize(
    ("title", "url", "lines"),
    [
        ("澜江在线", FRONT, []),
        ("澜江在线", "https://lanjiang.example", []),
        ("澜江在线", "https://lanjiang.example/index.html", []),
        ("青石桥模型", None, ["数量", "加入购物车"]),
        ("青石桥全场回放", None, ["自动连播"]),
        ("青灯渡最新章节_小鹿_澜江书屋", None, []),
        ("青灯渡章节目录", None, []),
    ],
)
def test_what_says_little_may_be_no_article(title: str, url: str | None, lines: list[str]) -> None:
    """Headlines, figures and a sentence are what such pages show; more than that is an article."""
    main = ["开海节", "第一网鱼", "简介：一盏青灯，一条渡船。"]
    assert shows_none([None, title], url, lines, main)
    assert not shows_none([None, title], url, lines, ["石桥镇的老人说，桥是祖父修的。" * 9])


@pytest.mark.parametrize(
    ("title", "url", "lines"),
    [
        ("渡口", "https://lanjiang.example/poem/1.html", ["立即购买"]),
        ("渡口", "https://lanjiang.example/?p=1", []),
        ("渡口", "lanjiang.example", ["点击购物车图标加入购物车"]),
        ("渡口", "https://[broken/", []),
        ("第九章 渡口 - 青灯渡最新章节", None, []),
        ("最新章节", None, []),
        (None, None, []),
    ],
)
def test_a_short_text_is_an_article(title: str | None, url: str | None, lines: list[str]) -> None:
    """A poem says little in sentences, and so does the end of a chapter."""
    assert not shows_none([title], url, lines, ["船还没有来", "水先到了"])


@pytest.mark.parametrize(
    "line",
    [
        "该内容已被发布者删除",
        "抱歉，您访问的页面不存在或已被移走。",
        "對不起，您要查看的文章已刪除！",
        "此帖子已被管理员屏蔽",
    ],
)
def test_a_line_says_that_nothing_is_there(line: str) -> None:
    """Beside a text of a few lines; a page with an article may speak of another one."""
    little = ["可能的原因：", "链接来自外部网站，对方地址没有更新。"]
    assert is_missing(["澜江在线", line, *little], little)
    assert not is_missing([line], ["石桥镇的老人说，石头从河对岸运来。" * 20])
    assert not is_missing([f"老魏说：{line}"], little)


@pytest.mark.parametrize(
    "lines",
    [
        ["系统检测到您的访问存在异常，请完成下方验证。", "拖动左侧滑块使图片为正"],
        ["您即将离开澜江在线，请注意您的账号和财产安全。", "http://down.example/tools.zip"],
        ["可能的原因：", "您输入的网址有误，请检查后重试；", "该信息已过期，被系统自动清理；"],
    ],
)
def test_checks_and_ways_out_are_walls(lines: list[str]) -> None:
    """Each line is about the way to what was asked for."""
    assert is_wall(lines)
    assert not is_wall([*lines, "老桥修好了，前后用了三年。"])


def test_a_row_of_buttons_to_buy_and_the_head_of_a_board_show_none() -> None:
    """Where little is said; one word of a sentence is no button."""
    said = ["本版讨论阳台种植，禁止广告。"]
    assert shows_none([None], None, ["加入购物车 立即购买"], said)
    assert shows_none([None], None, ["作者\t回复/查看\t最后发表"], said)
    assert not shows_none([None], None, ["他把石头加入购物车"], said)


def test_a_shop_has_no_article() -> None:
    """All else equal, the button decides."""
    html = f"<title>老桥</title><h1>老桥</h1><p>{ARTICLE[3:60]}</p><div>{{}}</div>"
    assert corpus.extract(html.format("回到列表")).is_article
    assert not corpus.extract(html.format("加入购物车")).is_article
