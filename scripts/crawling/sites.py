"""Sites that do not exist: each with a name, a style, and furniture of its own."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

FOLDER = Path(__file__).parent
STYLES = ("portal", "table", "semantic", "blog", "media")
PARTS = ("page", "paragraph", "link", "control", "item", "side", "comment")


@dataclass(frozen=True, slots=True)
class Style:
    """How a site lays out its pages: templates of a page and of its parts, for one form."""

    charset: str
    parts: dict[str, Template]


@dataclass(frozen=True, slots=True)
class Site:
    """A site: what it is called, and what stands on all of its pages."""

    name: str
    domain: str
    style: str
    prefix: str
    channels: tuple[str, ...]
    controls: tuple[str, ...]
    footers: tuple[str, ...]
    statement: str
    promotion: str
    headings: tuple[str, str]
    n_related: int
    n_side: int
    n_comments: int


@cache
def furniture() -> dict[str, Any]:
    """The lists of furniture.toml."""
    return tomllib.loads((FOLDER / "furniture.toml").read_text(encoding="utf-8"))


@cache
def style(name: str, form: str) -> Style:
    """A style for `html` or `text`."""
    data = tomllib.loads((FOLDER / "styles" / f"{name}.toml").read_text(encoding="utf-8"))
    parts = {part: Template(data[form][part]) for part in PARTS}
    return Style(data["charset"], parts)


@cache
def make_sites(n_sites: int, seed: int) -> tuple[Site, ...]:
    """`n_sites` sites; the same for the same seed."""
    return tuple(_make_site(n, seed) for n in range(n_sites))


def person(chance: random.Random) -> str:
    """Somebody's name."""
    names = furniture()["names"]
    return str(chance.choice(names["surnames"]) + chance.choice(names["given"]))


def _make_site(number: int, seed: int) -> Site:
    chance = random.Random(f"{seed}/site/{number}")
    names, words = furniture()["names"], furniture()["words"]
    place = chance.choice(names["places"])
    name = place + chance.choice(names["outlets"])
    domain = f"www.s{number:04d}-{chance.randrange(16**4):04x}.example"
    fill = {"site": name, "domain": domain}
    related, side = chance.sample(words["related"], 2)
    return Site(
        name=name,
        domain=domain,
        style=STYLES[number % len(STYLES)] if number < len(STYLES) else chance.choice(STYLES),
        prefix="".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=2)) + "-",
        channels=(words["channels"][0], *chance.sample(words["channels"][1:], 9)),
        controls=tuple(chance.sample(words["controls"], 4)),
        footers=tuple(chance.sample(words["footers"], 5)),
        statement=Template(chance.choice(words["statements"])).substitute(fill),
        promotion=Template(chance.choice(words["promotions"])).substitute(fill),
        headings=(related, side),
        n_related=chance.randrange(4, 11),
        n_side=chance.randrange(3, 13),
        n_comments=chance.choice((0, 0, 2, 5)),
    )
