"""Invented pages that hold no article: fronts, lists, boards, search results, walls, shops."""

from __future__ import annotations

import html
from collections.abc import Callable

from scripts.training.invented_site import Site, cut

Cell = Callable[[Site], str]


def front(site: Site) -> None:
    """A portal's front page: headlines in many boxes."""
    for _ in range(site.draw.randint(3, 9)):
        site.related(4, 20)


def portal(site: Site) -> None:
    """A front page of today: channels and cities, then a stream of cards, then rankings."""
    for _ in range(site.draw.randint(1, 3)):
        site.items(site.several(site.draw.choice(("channels", "cities")), 8, 40), "menu")
    stream(site)
    for _ in range(site.draw.randint(0, 3)):
        site.related(4, 12)


def summaries(site: Site) -> None:
    """A list of articles with their first sentences."""
    site.put("h1" if site.chance(0.5) else "div", site.title, "title")
    manner = site.draw.choice(("teaser", "teaser", "card"))
    length = site.draw.choice((0, 60, 120, 300))
    site.open("div", "items")
    for _ in range(site.draw.randint(5, 25)):
        site.teaser(manner, site.chance(0.95), length)
        if site.chance(0.3):
            site.put("div", site.say("list_buttons"), link=True)
    site.close("div")
    site.put("div", site.say("pagers"), link=True)


def entries(site: Site) -> None:
    """A list of headlines with dates, as archives, channels and forum boards show them."""
    site.put("h1" if site.chance(0.5) else "div", site.title, "title")
    site.items(site.several("forum_menu", 0, 6), "menu")
    rows = site.chance(0.4)
    site.open("table" if rows else "ul", "items")
    for _ in range(site.draw.randint(8, 50)):
        after = self_line(site)
        link = f'<a href="/6">{site.headline()}</a>'
        site.out.append(
            f"<tr><td>{link}</td><td>{after}</td></tr>" if rows else f"<li>{link} {after}</li>"
        )
    site.close("table" if rows else "ul")
    site.put("div", site.say("pagers"), link=True)


def self_line(site: Site) -> str:
    """What stands behind a headline in a list."""
    return site.draw.choice(
        (site.fill("{date}"), site.say("bylines"), site.fill("{name} {n}/{n}"), "")
    )


def stream(site: Site) -> None:
    """Cards of one make, each with the same cells in the same order: headline, outlet, counts."""
    cells = site.draw.sample(CARD_CELLS, site.draw.randint(1, 5))
    cells.insert(site.draw.randint(0, len(cells)), _headline)
    kept = site.draw.choice((1.0, 0.95, 0.7))  # cards that lack a cell are common
    _cards(site, cells, site.draw.randint(6, 40), kept)


def board(site: Site) -> None:
    """A board of a forum: threads with their replies, first lines, authors, last words."""
    site.put("h1" if site.chance(0.3) else "div", site.name, "title")
    site.items(site.several("forum_menu", 2, 12), "menu")
    if site.chance(0.4):
        site.put("p", site.say("board_rules"))
    cells: list[Cell] = [_count, _headline, _opening, _person, _moment]
    if site.chance(0.3):
        cells.remove(_opening)
    if site.chance(0.5):
        cells += [_person, _moment]
    if site.chance(0.3):
        cells = [_headline, *site.draw.sample(cells, len(cells) - 1)]
    _cards(site, cells, site.draw.randint(10, 45), 0.9)
    site.put("div", site.say("pagers"), link=True)
    site.items(site.several("forum_menu", 0, 6), "controls")


def results(site: Site) -> None:
    """What a search found: headlines with the places where the words stand, some of them long."""
    if site.chance(0.7):
        site.put("div", site.say("results"))
    site.items(site.several("sortings", 1, 6), "menu")
    cells: list[Cell] = [_headline, _excerpt, _moment]
    if site.chance(0.5):
        cells.insert(1, _person)
    if site.chance(0.4):
        cells.append(_buttons)
    _cards(site, cells, site.draw.randint(4, 20), 0.85, whole=site.draw.choice((0, 0, 0.1, 0.2)))
    site.put("div", site.say("pagers"), link=True)


def profile(site: Site) -> None:
    """The page of somebody who writes: a card, figures, and all that was written."""
    site.put("h1" if site.chance(0.5) else "div", site.person(), "title")
    for text in site.several("forum_card", 2, 6):
        site.put("div", text)
    if site.chance(0.5):
        site.put("p", html.escape(cut("".join(site.other()[1:]), 40)))
    stream(site)


def films(site: Site) -> None:
    """Pictures or films by name, with how long they are and how often they were seen."""
    site.put("h1" if site.chance(0.5) else "div", site.title, "title")
    _cards(site, [_length, _headline, _count], site.draw.randint(8, 40), 0.9)


def topic(site: Site) -> None:
    """What a tag or a channel is about, in a sentence or two, and all that stands under it."""
    site.put("h1" if site.chance(0.5) else "div", site.title, "title")
    site.put("p", html.escape(cut("".join(site.other()[1:]), site.draw.choice((40, 80, 120)))))
    stream(site)


def wall(site: Site) -> None:
    """A page that says that there is nothing, or that one must log in."""
    for text in site.several("not_found" if site.chance(0.6) else "dialogs", 2, 7):
        site.put(site.draw.choice(("p", "div", "h2")), text)


def gate(site: Site) -> None:
    """A page that asks who is there, before it shows anything; with headlines below, or not."""
    for text in site.several("checks", 1, 6):
        site.put(site.draw.choice(("p", "div", "h2")), text)
    if site.chance(0.4):
        site.related(3, 10)


def shop(site: Site) -> None:
    """Goods or films, one card beside the other."""
    for _ in range(site.draw.randint(6, 30)):
        site.open("div", "items")
        site.put("a", site.headline())
        for text in site.several("goods", 1, 4):
            site.put("div", text)
        site.close("div")


def _cards(site: Site, cells: list[Cell], n: int, kept: float, whole: float = 0.0) -> None:
    """`n` cards of the same cells; each cell but the headline is there in a share of them.

    In so many as `whole` the text that a card begins is shown to its end.
    """
    tags = {cell: site.draw.choice(("div", "span", "p", "div")) for cell in cells}
    heading = site.draw.choice(("h3", "h2", "a", "div", "p", "h4"))
    outer = site.draw.choice(("li", "div", "div", "section", "article"))
    one_line = site.chance(0.2)  # small cells of a card on one line
    site.open("ul" if outer == "li" else "div", "items")
    for _ in range(n):
        site.open(outer, "items" if site.chance(0.1) else "")
        for cell in cells:
            if cell is _headline:
                site.put(heading, cell(site), link=site.chance(0.97))
            elif site.chance(kept):
                text = cell(site)
                small = one_line and len(text) < 30
                site.put("span" if small else tags[cell], text, link=cell is _buttons)
        if whole and site.chance(whole):
            for text in site.other()[1:]:
                site.put("p", html.escape(text))
        site.close(outer)
    site.close("ul" if outer == "li" else "div")


def _headline(site: Site) -> str:
    return site.headline()


def _opening(site: Site) -> str:
    """The first lines of a thread or an article, cut off as a list does it."""
    text = "".join(site.other()[1:])
    size = site.draw.choice((20, 40, 60, 80, 120, 200))
    return html.escape(text[:size] + site.draw.choice(("", "...", "…", "……", " [详细]", "...全文")))


def _excerpt(site: Site) -> str:
    """A piece from the midst of an article, cut off at one end or both."""
    text = "".join(site.other()[1:])
    at = site.draw.randint(0, max(len(text) - 80, 0))
    piece = text[at : at + site.draw.choice((50, 80, 120, 180))]
    ahead = site.draw.choice(("", "...", site.fill("{name}："), site.fill("{date} - ")))
    return ahead + html.escape(piece + site.draw.choice(("...", "…", "... ", "")))


def _person(site: Site) -> str:
    return site.fill(
        site.draw.choice(("{name}", "{name}", "{site}", "作者：{name}", "{name}  {n}"))
    )


def _moment(site: Site) -> str:
    return site.fill(site.draw.choice(("{date}", "{ago}", "{ago}", "{n}-{n}", "{name} {ago}")))


def _count(site: Site) -> str:
    return site.fill(site.draw.choice(("{n}", "{n}", "{n}{n}", "{n}/{n}{n}", "{n} 回复")))


def _length(site: Site) -> str:
    return f"{site.draw.randint(0, 59):02}:{site.draw.randint(0, 59):02}"


def _section(site: Site) -> str:
    return site.say("sections")


def _buttons(site: Site) -> str:
    return site.say("list_buttons")


def _outlet(site: Site) -> str:
    return site.fill("{site}{ago}") if site.chance(0.4) else site.fill("{site}")


CARD_CELLS: tuple[Cell, ...] = (
    *(_opening, _person, _moment, _count, _section, _buttons, _outlet, _moment),
)
"""What a card can hold beside its headline."""
