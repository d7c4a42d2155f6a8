"""Invented pages that hold no article: fronts, lists, search results, log-in walls, shops."""

from __future__ import annotations

from scripts.training.invented_site import Site


def front(site: Site) -> None:
    """A portal's front page: headlines in many boxes."""
    for _ in range(site.draw.randint(3, 9)):
        site.related(4, 20)


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


def wall(site: Site) -> None:
    """A page that says that there is nothing, or that one must log in."""
    for text in site.several("not_found" if site.chance(0.6) else "dialogs", 2, 7):
        site.put(site.draw.choice(("p", "div", "h2")), text)


def shop(site: Site) -> None:
    """Goods or films, one card beside the other."""
    for _ in range(site.draw.randint(6, 30)):
        site.open("div", "items")
        site.put("a", site.headline())
        for text in site.several("goods", 1, 4):
            site.put("div", text)
        site.close("div")
