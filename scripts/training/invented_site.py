"""The furniture of an invented site: its habits of markup, menus, side columns, comments, footers.

A site has habits that all its pages share: how paragraphs are set, whether classes say what they
are for. Text that is the article's carries `MARK` in front of each line, so that the label of a
line is read off the line itself once the page is parsed.
"""

from __future__ import annotations

import html
import random
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scripts.training.threads import SHORT_POSTS, SYLLABLES
from scripts.training.tutorials import Tutorial

MARK = chr(0xE000)
"""In front of each line that is main text."""


class Library(NamedTuple):
    """What invented pages are about: articles, headline first, and tutorials."""

    articles: Sequence[Sequence[str]]
    tutorials: Sequence[Tutorial] = ()


@cache
def words() -> dict[str, list[str]]:
    """The words of invented pages, by what they are for."""
    return dict(_read_words()["words"])


@cache
def class_names() -> dict[str, list[str]]:
    """Class names by what an element is for: a site takes one of each."""
    return dict(_read_words()["classes"])


def _read_words() -> dict[str, dict[str, list[str]]]:
    path = Path(__file__).with_name("words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


class Site:
    """A site in the making; `title` and `out` are of the page that is written now."""

    def __init__(self, library: Library, draw: random.Random) -> None:
        self.draw, self.library = draw, library
        self.name = draw.choice(words()["sites"])
        self.out: list[str] = []
        self.title = ""
        self.paragraph = draw.choice(("p", "p", "p", "p", "div", "br", "br", "section", "span"))
        self.says_names = draw.random() < 0.65
        self.names = {role: draw.choice(names) for role, names in class_names().items()}
        self.heading = draw.choice(("h1", "h1", "h1", "h2", "div", "h3"))
        self.item = draw.choice(("li", "li", "li", "div", "dd", "tr"))
        self.indent = draw.choice(("", "", "", "\N{IDEOGRAPHIC SPACE}" * 2, "&nbsp;&nbsp;"))

    def chance(self, share: float) -> bool:
        """True in that share of draws."""
        return self.draw.random() < share

    def fill(self, form: str) -> str:
        """A form of words with its gaps filled, as HTML."""
        draw = self.draw
        day = f"{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        a, b, c = (draw.choice(words()["code_words"]) for _ in range(3))
        filled = form.format(
            n=draw.randint(1, 99),
            name=self.person(),
            date=f"20{draw.randint(10, 25)}-{day} {draw.randint(0, 23):02}:{draw.randint(0, 59):02}"
            if draw.random() < 0.7
            else f"20{draw.randint(10, 25)}年{draw.randint(1, 12)}月{draw.randint(1, 28)}日",
            ago=f"{draw.randint(1, 23)}{draw.choice(('小时前', '天前', '分钟前', '个月前'))}",
            site=self.name,
            section=draw.choice(words()["sections"]),
            title=self.other()[0],
            w=a,
            v=b,
            u=c,
            V=b.title(),
            U=c.upper(),
        )
        return html.escape(filled, quote=False)

    def say(self, key: str) -> str:
        """One of the words of a kind."""
        return self.fill(self.draw.choice(words()[key]))

    def several(self, key: str, low: int, high: int) -> list[str]:
        """Some of the words of a kind, each once."""
        forms = words()[key]
        n = min(self.draw.randint(low, high), len(forms))
        return [self.fill(form) for form in self.draw.sample(forms, n)]

    def person(self) -> str:
        """A name that somebody may post under."""
        return "".join(self.draw.choice(SYLLABLES) for _ in range(self.draw.randint(2, 4)))

    def other(self) -> Sequence[str]:
        """Some article, headline first."""
        return self.draw.choice(self.library.articles)

    def headline(self) -> str:
        """The headline of some article, as HTML."""
        return html.escape(self.other()[0], quote=False)

    def attribute(self, role: str) -> str:
        """The class attribute of an element for `role`, in the habit of the site."""
        if self.says_names and self.chance(0.9):
            return f' class="{self.names[role]}"'
        return f' class="c{self.draw.randint(10, 99)}"' if self.chance(0.5) else ""

    def open(self, tag: str, role: str = "") -> None:
        """Begin an element."""
        self.out.append(f"<{tag}{self.attribute(role) if role else ''}>")

    def close(self, tag: str) -> None:
        """End an element."""
        self.out.append(f"</{tag}>")

    def put(self, tag: str, text: str, role: str = "", link: bool = False) -> None:
        """An element with text."""
        self.open(tag, role)
        self.out.append(f'<a href="/x/1.html">{text}</a>' if link else text)
        self.close(tag)

    def items(self, texts: Sequence[str], role: str, links: bool = True) -> None:
        """A list of short texts."""
        outer = {"li": "ul", "dd": "dl", "tr": "table"}.get(self.item, "div")
        self.open(outer, role)
        for text in texts:
            inner = f"<td>{text}</td>" if self.item == "tr" and not links else text
            link = '<td><a href="/2">%s</a></td>' if self.item == "tr" else '<a href="/2">%s</a>'
            self.put(self.item, link % text if links else inner)
        self.close(outer)

    def menu(self) -> None:
        """The main menu, with what stands around it."""
        self.open("div", "menu")
        if self.chance(0.5):
            self.put("div", self.name, link=True)
        self.items(self.several("channels", 5, 40), "menu")
        if self.chance(0.5):
            self.items(self.several("controls", 1, 5), "controls")
        self.close("div")

    def crumbs(self, title: str = "") -> None:
        """The way from the front page to this one."""
        steps = [
            "首页",
            *self.several("sections", 1, 2),
            *([title] if self.chance(0.3) else ["正文"]),
        ]
        between = self.draw.choice((" > ", " / ", " » ", "&gt;"))
        links = between.join(f'<a href="/3">{step}</a>' for step in steps[:-1])
        self.put("div", f"当前位置：{links}{between}{steps[-1]}", "crumbs")

    def related(self, low: int = 3, high: int = 15, linked: bool = True) -> None:
        """Headlines of other articles, with times or first lines where the site shows them."""
        self.open("div", "related")
        if self.chance(0.85):
            self.put(self.draw.choice(("h3", "h4", "div", "p")), self.say("side_headings"))
        manner = self.draw.choice(("bare", "bare", "dated", "teaser", "card"))
        if manner == "bare":
            self.items([self.headline() for _ in range(self.draw.randint(low, high))], "related")
        else:
            for _ in range(self.draw.randint(low, high)):
                self.teaser(manner, linked)
        self.close("div")

    def teaser(self, manner: str, linked: bool = True, length: int = 0) -> None:
        """A headline, with the first sentences of its article or what else a card shows."""
        other = self.other()
        self.open(self.item if self.item != "tr" else "div", "items" if self.chance(0.2) else "")
        tag = self.draw.choice(("h3", "h4", "div", "p", "h2"))
        self.put(tag, html.escape(other[0]), link=linked)
        if manner == "teaser":
            size = length or self.draw.choice((40, 60, 80, 120, 200))
            summary = html.escape("".join(other[1:])[:size])
            self.put(
                "p" if self.chance(0.6) else "div", summary + self.draw.choice(("", "...", "…"))
            )
        if manner != "bare" and self.chance(0.8):
            self.put(
                "div",
                self.draw.choice((self.say("bylines"), self.fill("{date}"), self.fill("{ago}"))),
            )
        self.close(self.item if self.item != "tr" else "div")

    def side(self) -> None:
        """A side column."""
        self.open(self.draw.choice(("div", "aside", "div")), "side")
        for _ in range(self.draw.randint(1, 4)):
            self.related()
        if self.chance(0.3):
            self.put("p", self.say("promotions"))
        if self.chance(0.3):
            self.items(self.several("channels", 5, 20), "related")
        self.close("div")

    def comments(self, n: int) -> None:
        """Comments of readers, below an article."""
        self.open("div", "comments")
        if self.chance(0.7):
            self.put("h3", self.say("comment_headings"))
        above = [self.draw.choice(words()["comment_line"]) for _ in range(self.draw.randint(1, 2))]
        tag = self.draw.choice(("div", "p", "li", "div"))
        for _ in range(n):
            self.open("div", "comment")
            for form in above:
                self.put("div" if self.chance(0.8) else "h4", self.fill(form))
            for text in self.post():
                self.put(tag, html.escape(text))
            if self.chance(0.3):
                self.put("span", self.say("forum_below"), link=True)
            self.close("div")
        if self.chance(0.3):
            self.put("p", self.say("comment_ends"))
        self.close("div")

    def post(self) -> list[str]:
        """What somebody writes in a thread or below an article, as paragraphs."""
        if self.chance(0.4):
            return [self.draw.choice(SHORT_POSTS)]
        paragraphs = self.other()[1:]
        n = self.draw.choice((1, 1, 1, 1, 2, 3))
        at = self.draw.randrange(len(paragraphs))
        size = self.draw.choice((15, 30, 60, 120, 300))
        return [cut(text, size) for text in paragraphs[at : at + n]]

    def foot(self) -> None:
        """The footer."""
        self.open("div", "footer")
        if self.chance(0.3):
            self.items(self.several("channels", 5, 30), "footer")
        tag = self.draw.choice(("p", "div", "span", "li"))
        for text in self.several("footers", 2, 8):
            self.put(tag, text, link=self.chance(0.4))
        self.close("div")

    def dialog(self) -> None:
        """A form that a button would show: to log in, to report, to accept."""
        hidden = ' style="display:none"' if self.chance(0.5) else ""
        self.out.append(f"<div{self.attribute('dialog')}{hidden}>")
        tag = self.draw.choice(("p", "div", "li", "label"))
        self.open("form")
        for text in self.several("dialogs", 2, 12):
            self.put(tag if tag != "label" else "div", text)
        self.close("form")
        self.close("div")


def cut(text: str, size: int) -> str:
    """The first sentences of a text, up to about `size` characters."""
    if len(text) <= size:
        return text
    ends = [text.rfind(mark, 0, size) for mark in "。！？，"]
    return text[: max(ends) + 1] if max(ends) > size // 3 else text[:size]
