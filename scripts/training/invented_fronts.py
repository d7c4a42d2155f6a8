"""Invented pages without an article that hold some running text: of firms, books, goods, log-ins.

What a firm says of itself, what a book is about and what buyers say of a thing are running text,
but no article: around it stand products, chapters, prices.
"""

from __future__ import annotations

import html

from scripts.training.invented_lists import self_line
from scripts.training.invented_site import Site, cut


def firm(site: Site) -> None:
    """The front page of a firm: what it says of itself, its products, its news, where it is."""
    site.put(
        site.heading, site.draw.choice(("关于我们", "公司简介", "企业概况", "About us")), "title"
    )
    for text in site.several("firm_about", 1, 6):
        site.put("p", text)
    site.put("div", site.draw.choice(("查看更多", "了解更多 >", "MORE+", "详细介绍")), link=True)
    site.put("h2", site.draw.choice(("产品中心", "产品展示", "服务项目", "案例展示")))
    for name in site.several("firm_products", 3, 12):
        site.put("div", name, link=True)
        if site.chance(0.3):
            site.put("p", site.say("firm_about"))
    site.put("h2", site.draw.choice(("新闻中心", "公司动态", "行业资讯")))
    for _ in range(site.draw.randint(2, 8)):
        site.put("div", f'<a href="/7">{site.headline()}</a> {self_line(site)}')
        if site.chance(0.4):
            site.put("p", _summary(site))
    for text in site.several("firm_contacts", 2, 6):
        site.put("div", text)


def contents(site: Site) -> None:
    """The page of a book: what it is about, in a few sentences, and its chapters."""
    site.put(site.heading, site.headline(), "title")
    for text in site.several("book_status", 2, 6):
        site.put("div", text)
    site.put("p", html.escape(cut("".join(site.other()[1:]), site.draw.choice((60, 120, 300)))))
    n_chapters = site.draw.randint(15, 120)
    chapters = [f"第{n}章 {cut(site.headline(), 10)}" for n in range(1, n_chapters)]
    if site.chance(0.5):
        site.put("h2", site.draw.choice(("最新章节", "最新更新")))
        site.items(chapters[:-10:-1], "items")
    site.put("h2", site.draw.choice(("目录", "正文", "全部章节", "章节目录")))
    site.items(chapters, "items")
    if site.chance(0.4):
        site.comments(site.draw.choice((1, 3, 8)))


def goods(site: Site) -> None:
    """The page of a thing for sale: price, particulars, what buyers say, other things."""
    site.put(site.heading, site.headline(), "title")
    for text in site.several("goods", 2, 6):
        site.put("div", text)
    site.open("table")
    for row in site.several("goods_rows", 3, 9):
        site.out.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("\t")) + "</tr>")
    site.close("table")
    for text in site.several("goods_praise", 1, 5):
        site.put("p", text)
    site.put("h2", site.fill("累计评价 {n}{n}"))
    site.comments(site.draw.choice((2, 5, 10)))
    site.put("h2", site.draw.choice(("看了又看", "为你推荐", "同类商品")))
    for _ in range(site.draw.randint(3, 10)):
        site.put("a", site.headline())
        site.put("div", site.say("goods"))


def entrance(site: Site) -> None:
    """A form to log in, with what is offered to who does and news of the office beside it."""
    for text in site.several("dialogs", 4, 10):
        site.put(site.draw.choice(("p", "div", "label")), text)
    for text in site.several("firm_about", 0, 2):
        site.put("p", text)
    site.put("h2", site.draw.choice(("通知公告", "系统公告", "最新消息")))
    for _ in range(site.draw.randint(2, 8)):
        site.put("div", f'<a href="/8">{site.headline()}</a> {self_line(site)}')


def _summary(site: Site) -> str:
    text = "".join(site.other()[1:])
    return html.escape(text[: site.draw.choice((40, 60, 90))] + site.draw.choice(("...", "…", "")))
