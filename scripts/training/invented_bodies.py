"""What stands in the middle of an invented page: articles, threads, answers, references, poems."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from itertools import groupby

from scripts.training.invented_site import MARK, Site, cut, words


def mark(text: str) -> str:
    """A line of main text, as HTML."""
    return MARK + html.escape(text, quote=False)


def paragraphs(site: Site, texts: list[str], role: str = "content") -> None:
    """Main text in the site's manner: paragraphs, breaks, or one element a line."""
    tag = site.paragraph
    site.open("div", role)
    if tag == "br":
        site.out.append("<br><br>".join(site.indent + mark(text) for text in texts))
    else:
        for n, text in enumerate(texts):
            site.put("p" if tag == "span" else tag, site.indent + mark(text))
            if n and site.chance(0.03):
                site.put("p", site.say("captions"))
            if n and site.chance(0.02):
                site.related(1, 4)
    site.close("div")


def opening(site: Site, title: str, said: str = "bylines") -> None:
    """Title and byline."""
    if site.chance(0.92):
        site.put(site.heading, title, "title")
    if site.chance(0.85):
        site.open("div", "byline")
        for text in site.several(said, 1, 4):
            site.put(site.draw.choice(("span", "div", "span")), text + " ")
        site.close("div")
    if site.chance(0.3):
        site.items(site.several("controls", 1, 5), "controls")


def ending(site: Site, commented: float = 0.3) -> None:
    """What stands below an article: statements, tags, buttons, other articles, comments."""
    for key, share in (("statements", 0.3), ("promotions", 0.2), ("tag_words", 0.2)):
        if site.chance(share):
            site.put(site.draw.choice(("p", "div")), site.say(key))
    if site.chance(0.5):
        site.items(site.several("controls", 1, 6), "controls")
    blocks: list[Callable[[], None]] = []
    if site.chance(0.6):
        blocks.append(lambda: site.related(linked=site.chance(0.8)))
    if site.chance(commented):
        blocks.append(lambda: site.comments(site.draw.choice((1, 3, 8, 20, 40))))
    if site.chance(0.12):
        blocks.append(lambda: second(site))
    site.draw.shuffle(blocks)
    for block in blocks:
        block()


def second(site: Site) -> None:
    """Another whole article below the page's own, as endless scrolling loads it."""
    for _ in range(site.draw.randint(1, 3)):
        other = site.other()
        site.open("div", "main")
        opening(site, html.escape(other[0]))
        site.open("div", "content")
        for text in other[1:]:
            site.put("p", html.escape(text))
        site.close("div")
        site.close("div")


def text_of(site: Site, n: int = 0) -> list[str]:
    """Paragraphs of some article, the first `n` where that is given."""
    texts = list(site.other()[1:])
    return texts[:n] if n else texts


def news(site: Site) -> None:
    """An article of the usual kind, its own headings among the paragraphs."""
    opening(site, site.title)
    texts = text_of(site) if site.chance(0.5) else text_of(site, site.draw.randint(2, 12))
    if site.chance(0.25):
        for heading in site.several("subheads", 1, 3):
            texts.insert(site.draw.randint(0, len(texts)), heading)
    paragraphs(site, texts)
    ending(site)


def short(site: Site) -> None:
    """A notice of one or two paragraphs, shorter than much of what stands around it."""
    opening(site, site.title)
    if site.chance(0.3):
        site.put("div", site.say("short_news"))
    texts = [
        cut(t, site.draw.choice((20, 40, 80, 160)))
        for t in text_of(site, site.draw.choice((1, 1, 2)))
    ]
    paragraphs(site, texts)
    ending(site, 0.4)


def roundup(site: Site) -> None:
    """News in brief: the headlines and first sentences of others, all of them the article's."""
    opening(site, site.title)
    texts = [cut(text, 200) for text in text_of(site, site.draw.choice((1, 1, 2)))]
    for _ in range(site.draw.choice((1, 2, 2, 3, 5, 8))):
        other = site.other()
        n = site.draw.choice((1, 1, 2))
        texts += [other[0], *(cut(text, 200) for text in other[1 : 1 + n])]
    paragraphs(site, texts)
    ending(site, 0.2)


def blog(site: Site) -> None:
    """Prose with code and headings between."""
    opening(site, site.title)
    site.open("div", "content")
    for text in text_of(site, site.draw.randint(2, 14)):
        if site.chance(0.35):
            site.put(site.draw.choice(("h2", "h3", "h2")), MARK + site.say("subheads"))
        size = site.draw.choice((10, 20, 40, 120, 400))
        site.put("p", mark(cut(text, size)))
        if site.chance(0.5):
            listing(site)
        if site.chance(0.1):
            site.items([MARK + t for t in site.several("subheads", 2, 5)], "content", links=False)
    site.close("div")
    ending(site, 0.4)


def tutorial(site: Site) -> None:
    """A whole article on how something is done: headings, lists, code, short paragraphs.

    Around it stand menus of other pages and of its own headings.
    """
    if not site.library.tutorials:
        blog(site)
        return
    first, *lines = site.draw.choice(site.library.tutorials)
    own = [html.escape(line.text, quote=False) for line in lines if line.kind == "heading"]
    menus = [site.several("doc_menu", 4, 20), own[:20]]
    for menu in menus:
        if site.chance(0.3):
            site.items(menu, "menu")
    opening(site, html.escape(first.text, quote=False))
    heading = site.draw.choice(("h2", "h3", "h2", "h4", "p"))
    site.open("div", "content")
    for kind, some in groupby(lines, key=lambda line: line.kind):
        texts = [mark(line.text) for line in some]
        if kind == "item" and site.chance(0.8):
            site.out.append("<ul><li>" + "</li><li>".join(texts) + "</li></ul>")
            continue
        for text in texts:
            site.put(heading if kind == "heading" else "p", text)
            if text.endswith(("：", ":")) and site.chance(0.6):  # where its code was
                listing(site)
    site.close("div")
    for menu in menus:
        if site.chance(0.2):
            site.items(menu, "side")
    ending(site, 0.4)


def listing(site: Site) -> None:
    """A stretch of code."""
    lines = [MARK + text for text in site.several("code", 1, 12)]
    if site.chance(0.7):
        inner = f"<code>{chr(10).join(lines)}</code>" if site.chance(0.5) else "\n".join(lines)
        site.out.append(f"<pre>{inner}</pre>")
    else:
        for line in lines:
            site.put("p", line)


def reference(site: Site) -> None:
    """Documentation of an interface: signatures, tables of members, descriptions."""
    site.items(site.several("doc_menu", 5, 20), "menu")
    site.put("h1", MARK + site.fill("{V}{w}") if site.chance(0.5) else site.title)
    site.open("div", "content")
    paragraphs(site, [cut(t, 60) for t in text_of(site, 1)])
    listing(site)
    for _ in range(site.draw.randint(1, 8)):
        site.put(site.draw.choice(("h2", "h3")), MARK + site.say("subheads"))
        if site.chance(0.6):
            site.open("table")
            for _ in range(site.draw.randint(2, 12)):
                cells = (site.say("code_words"), site.say("code_words"), site.say("doc_lines"))
                link = f'<a href="/4">{MARK}{cells[0]}</a>' if site.chance(0.5) else MARK + cells[0]
                site.out.append(
                    f"<tr><td>{link}</td><td>{cells[1]}</td><td>{MARK}{cells[2]}</td></tr>"
                )
            site.close("table")
        else:
            site.put("p", MARK + site.say("doc_lines"))
            listing(site)
    site.close("div")
    if site.chance(0.5):
        site.items(site.several("doc_menu", 3, 12), "side")


def thread(site: Site) -> None:
    """A thread: every post is main, the furniture of each is not."""
    site.items(site.several("forum_menu", 1, 8), "menu")
    site.put(site.heading, MARK + site.title if site.chance(0.5) else site.title, "title")
    texts = [
        cut(t, site.draw.choice((20, 60, 200, 600)))
        for t in text_of(site, site.draw.choice((1, 1, 2, 3, 6)))
    ]
    n = site.draw.choice((0, 1, 2, 3, 5, 10, 20))
    replies = [site.post() for _ in range(n)]
    _posts(site, [texts, *replies], ("forum_name", "forum_card", "forum_line", "forum_below"))
    if site.chance(0.4):
        site.related()


def question(site: Site) -> None:
    """A question with answers."""
    site.put(site.heading, MARK + site.title if site.chance(0.5) else site.title, "title")
    if site.chance(0.6):
        paragraphs(site, [cut(t, 100) for t in text_of(site, site.draw.choice((1, 1, 2)))])
    site.items(site.several("answer_above", 1, 5), "controls")
    answers = [
        text_of(site, site.draw.choice((1, 2, 4, 8))) for _ in range(site.draw.choice((1, 2, 3, 5)))
    ]
    _posts(site, answers, ("forum_name", "answer_above", "forum_line", "answer_below"))
    if site.chance(0.5):
        site.related()


def _posts(site: Site, posts: list[list[str]], keys: tuple[str, str, str, str]) -> None:
    name, card, line, below = keys
    draw = site.draw
    names = [draw.choice(words()[name])]
    cards = draw.sample(words()[card], draw.choice((0, 0, 1, 3, 8)))
    lines = draw.sample(words()[line], draw.randint(0, 3))
    belows = draw.sample(words()[below], draw.randint(0, 4))
    rows = site.chance(0.25)
    tag = draw.choice(("div", "p", "p", "div", "span"))
    site.open("div", "posts")
    for n, texts in enumerate(posts):
        site.open("table" if rows else "div", "post")
        if rows:
            site.out.append("<tr><td>")
        site.open("div", "user")
        for form in (*names, *cards):
            site.put("div", site.fill(form), link=site.chance(0.3))
        site.close("div")
        if rows:
            site.out.append("</td><td>")
        for form in lines:
            site.put("div", site.fill(form))
        site.open("div", "content")
        for text in texts:
            site.put(tag if tag != "span" else "div", mark(text))
        if n and site.chance(0.05):
            listing(site)
        site.close("div")
        for form in belows:
            site.put("span" if site.chance(0.5) else "div", site.fill(form), link=site.chance(0.5))
        if rows:
            site.out.append("</td></tr>")
        site.close("table" if rows else "div")
        if n == 0 and site.chance(0.3):
            site.put("div", site.fill("{n} 条回复"))
    site.close("div")
    if site.chance(0.5):
        site.dialog()


def poem(site: Site) -> None:
    """Short lines without sentences."""
    opening(site, site.title)
    lines = site.draw.choices(words()["poem"], k=site.draw.randint(4, 24))
    stop = site.draw.choice(("", "，", "。"))
    paragraphs(site, [line + stop for line in lines])
    ending(site)


def chapter(site: Site) -> None:
    """A chapter of a book between links to its neighbours."""
    site.put(site.heading, site.title, "title")
    site.items(["上一章", "目录", "下一章"], "controls")
    texts = [s + "。" for text in text_of(site) for s in text.split("。") if s.strip()]
    paragraphs(site, texts)
    site.items(["上一章", "返回目录", "下一章", "加入书签"], "controls")


def notice(site: Site) -> None:
    """A notice of an authority with its table of particulars."""
    if site.chance(0.6):
        site.open("table")
        for row in site.several("gov_rows", 3, 7):
            site.out.append("<tr>" + "".join(f"<td>{c}</td>" for c in row.split("\t")) + "</tr>")
        site.close("table")
    opening(site, site.title)
    texts = ["各有关单位：", *text_of(site, site.draw.randint(1, 8))]
    texts += [html.unescape(t) for t in site.several("gov_ends", 1, 4)]
    paragraphs(site, texts)
    ending(site, 0.0)


def wiki(site: Site) -> None:
    """An entry of an encyclopaedia: sections, notes, links all over."""
    site.put("h1", MARK + site.title if site.chance(0.5) else site.title)
    if site.chance(0.5):
        site.items(site.several("subheads", 4, 12), "menu")
    for _ in range(site.draw.randint(2, 6)):
        site.put("h2", MARK + site.say("subheads"))
        site.put("span", "编辑", link=True)
        for text in text_of(site, site.draw.choice((1, 2, 3))):
            linked = re.sub(r"(\w{2,4}的|[一-龥]{2}市)", r'<a href="/5">\1</a>', mark(text))
            site.put("div" if site.paragraph == "div" else "p", linked)
    ending(site, 0.0)
