"""Pages: an article, or none, in the furniture of a site, as HTML or as a browser's innerText."""

from __future__ import annotations

import html
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from string import Template
from typing import Any

from scripts.crawling.copies import copy_story
from scripts.crawling.plan import Slot, kind_of
from scripts.crawling.sites import Site, Style, furniture, make_sites, person, style
from scripts.crawling.stories import Library, Story

SAME_PAGE = {"same_url", "updated", "url_variant"}
"""Copies that lie on the site of their original, under its address."""

FIRST_DAY = datetime(2022, 1, 1, tzinfo=timezone(timedelta(hours=8)))
DAYS = 1400


@dataclass(frozen=True, slots=True)
class Made:
    """A page as it was fetched, and what is true of it."""

    url: str
    site: str
    charset: str
    content: str
    fetched_at: str
    kind: str
    title: str | None
    source: str | None
    published_at: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and when an article stands: its site, its address, the minute."""

    site: Site
    url: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the pages of a crawl; each depends on its slot alone."""

    library: Library
    n_sites: int
    seed: int

    def make(self, slot: Slot, form: str) -> Made:
        """The page of this slot, as `html` or `text`."""
        kind = kind_of(slot, self.seed)
        chance = self._chance("page", slot.page)
        if slot.story < 0:
            return self._bare(slot, kind, form, chance)
        first = self._place(slot.story, 0)
        story = self._story(slot, kind, first, chance)
        place = first if kind == "original" else self._copy_place(slot, kind, first)
        fetched = place.time + timedelta(hours=chance.randrange(1, 400))
        look = style(place.site.style, form)
        fields = self._fields(place, first.site.name, story, look, chance)
        return Made(
            url=place.url,
            site=place.site.domain,
            charset=look.charset,
            content=_fill(look, "page", fields).lstrip("\n"),
            fetched_at=fetched.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            kind=kind,
            title=story.title,
            source=first.site.name,
            published_at=place.time.isoformat(timespec="seconds"),
            text=story.text,
        )

    def _chance(self, what: str, number: int) -> random.Random:
        return random.Random(f"{self.seed}/{what}/{number}")

    def _place(self, story: int, member: int) -> _Place:
        chance = self._chance(f"place/{member}", story)
        sites = make_sites(self.n_sites, self.seed)
        site = sites[int(len(sites) * chance.random() ** 2)]  # a few sites have most pages
        time = FIRST_DAY + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        day = time.strftime("%Y/%m/%d")
        return _Place(site, f"https://{site.domain}/{day}/{story}-{member}.html", time)

    def _copy_place(self, slot: Slot, kind: str, first: _Place) -> _Place:
        chance = self._chance(f"copy/{slot.member}", slot.story)
        if kind == "url_variant":
            tracked = f"{first.url}?utm_source=feed&spm=a1.{chance.randrange(999)}"
            mobile = first.url.replace("https://www.", "http://m.")
            return replace(first, url=chance.choice((tracked, mobile)))
        if kind in SAME_PAGE:
            return first
        own = self._place(slot.story, slot.member)
        later = first.time + timedelta(minutes=chance.randrange(10, 20_000))
        return replace(own, time=later)

    def _story(self, slot: Slot, kind: str, first: _Place, chance: random.Random) -> Story:
        story = self.library.story(slot.story)
        if kind == "embedded":
            # Numbers that are no originals: their text is nowhere else.
            others = [self.library.story(10**7 + 2 * slot.page + n) for n in range(2)]
            parts = [(s.title, *s.paragraphs) for s in (others[0], story, others[1])]
            head = furniture()["copies"]["roundup_head"]
            return Story(head, tuple(p for part in parts for p in part))
        return copy_story(story, kind, chance, first.site.name)

    def _fields(
        self, place: _Place, source: str, story: Story, look: Style, chance: random.Random
    ) -> dict[str, str]:
        site, words = place.site, furniture()["words"]
        fields = {
            **self._furniture(site, look, chance),
            "title": story.title,
            "summary": story.paragraphs[0][:60],
            "url": place.url,
            "time": place.time.strftime("%Y-%m-%d %H:%M"),
            "day": place.time.strftime("%Y-%m-%d"),
            "iso": place.time.isoformat(timespec="seconds"),
            "source": source,
            "author": person(chance),
            "editor": person(chance),
            "channel": site.channels[1 + place.time.day % (len(site.channels) - 1)],
        }
        fields = _escaped(fields, look)
        comments = chance.choices(words["comments"], k=site.n_comments)
        fields["comments"] = "".join(
            _fill(look, "comment", {**fields, "text": c, "author": person(chance)})
            for c in comments
        )
        fields["body"] = "".join(
            _fill(look, "paragraph", {"text": _escape(p, look)}) for p in story.paragraphs
        ).rstrip("\n")
        return fields

    def _furniture(self, site: Site, look: Style, chance: random.Random) -> dict[str, str]:
        """What stands on every page of the site; HTML is marked by `Markup`, not escaped again."""
        words = furniture()["words"]
        fill = {"site": site.name, "domain": site.domain}
        headlines = [self._headline(site, look, chance) for _ in range(site.n_related)]
        side = [self._headline(site, look, chance) for _ in range(site.n_side)]
        return {
            "c": site.prefix,
            "site": site.name,
            "number": str(chance.randrange(1, 99)),
            "menu": Markup(_joined(look, "link", site.channels)),
            "controls": Markup(_joined(look, "control", site.controls)),
            "footer": Markup(_joined(look, "link", site.footers)),
            "related": Markup("".join(_fill(look, "item", h) for h in headlines)),
            "side": Markup("".join(_fill(look, "side", h) for h in side)),
            "related_heading": site.headings[0],
            "side_heading": site.headings[1],
            "statement": site.statement,
            "promotion": site.promotion,
            "copyright": Template(words["copyright"]).substitute(fill),
            "licence": words["licence"],
            "hotline": words["hotline"],
        }

    def _headline(self, site: Site, look: Style, chance: random.Random) -> dict[str, str]:
        stories = self.library.stories
        time = FIRST_DAY + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        return {
            "c": site.prefix,
            "title": _escape(stories[chance.randrange(len(stories))].title, look),
            "url": f"/{time:%Y/%m/%d}/{chance.randrange(10**6)}.html",
            "source": site.name,
            "time": time.strftime("%Y-%m-%d %H:%M"),
        }

    def _bare(self, slot: Slot, kind: str, form: str, chance: random.Random) -> Made:
        bare = furniture()["bare"]
        sites = make_sites(self.n_sites, self.seed)
        site = sites[chance.randrange(len(sites))]
        place = _Place(site, f"https://{site.domain}/{kind}/{slot.page}.html", FIRST_DAY)
        look = style(site.style, form)
        lines = {"missing": bare["missing"], "login": bare["login"], "list": []}[kind]
        story = Story(bare["list_heading"] if kind == "list" else lines[0], tuple(lines) or ("",))
        fields = self._fields(place, site.name, story, look, chance)
        if kind == "list":
            items = [self._headline(site, look, chance) for _ in range(30)]
            fields["body"] = "".join(_fill(look, "item", item) for item in items)
            fields["body"] += bare["next_page"]
        else:
            fields |= {"related": "", "comments": ""}
        content = _fill(look, "page", fields).lstrip("\n")
        at = FIRST_DAY.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        none = {"title": None, "source": None, "published_at": None, "text": None}
        return Made(place.url, site.domain, look.charset, content, at, kind, **none)


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def _is_html(look: Style) -> bool:
    return "<" in look.parts["page"].template


def _escape(text: str, look: Style) -> str:
    return html.escape(text) if _is_html(look) and not isinstance(text, Markup) else text


def _escaped(fields: dict[str, str], look: Style) -> dict[str, str]:
    return {name: _escape(text, look) for name, text in fields.items()}


def _joined(look: Style, part: str, texts: tuple[str, ...]) -> str:
    return "".join(
        _fill(look, part, {"text": text, "url": f"/{n}/"}) for n, text in enumerate(texts)
    ).rstrip("\n |")


def _fill(look: Style, part: str, fields: dict[str, Any]) -> str:
    return look.parts[part].substitute(fields)
