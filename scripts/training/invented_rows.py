"""Invented articles that are made of rows more than of paragraphs: recipes and calls for tenders.

Their lines are short and alike, as those of goods are, and all of them are the article's.
"""

from __future__ import annotations

from scripts.training.invented_bodies import ending, mark, opening, text_of
from scripts.training.invented_site import MARK, Site, cut

NUMERALS = "一二三四五六七八九十"


def recipe(site: Site) -> None:
    """What is needed, line by line, and the steps."""
    opening(site, site.title)
    site.open("div", "content")
    if site.chance(0.7):
        site.put("p", mark(_brief(site, 60)))
    site.put("h2", MARK + site.draw.choice(("用料", "食材", "材料", "配料", "準備材料")))
    _rows(site, site.several("ingredients", 3, 12))
    site.put(
        "h2", MARK + site.draw.choice(("做法", "步骤", "制作步骤", "作法", f"{site.title}的做法"))
    )
    steps = _sentences(site, site.draw.randint(3, 9))
    sign = site.draw.choice(("{n}. ", "步骤 {n}", "{n}、", "", "第{n}步："))
    for n, step in enumerate(steps, 1):
        if sign == "步骤 {n}":
            site.put("p", MARK + sign.format(n=n))
            site.put("p", mark(cut(step, 60)))
        else:
            site.put("p", mark(sign.format(n=n) + cut(step, 60)))
    if site.chance(0.4):
        site.put("h2", MARK + site.draw.choice(("小贴士", "小窍门", "Tips")))
        site.put("p", mark(_brief(site, 40)))
    site.close("div")
    ending(site, 0.4)


def tender(site: Site) -> None:
    """A call for tenders or an award: numbered parts of labels with their values, and tables."""
    opening(site, site.title)
    site.open("div", "content")
    if site.chance(0.6):
        site.put("p", mark(_brief(site, 80)))
    heads = site.several("tender_heads", 3, 8)
    for numeral, head in zip(NUMERALS, heads, strict=False):
        site.put("p", f"{MARK}{numeral}、{head}")
        for text in site.several("tender_lines", 1, 6):
            site.put("p", MARK + text)
        if site.chance(0.25):
            site.put("p", mark(_brief(site, 90)))
        if site.chance(0.25):
            _rows(site, site.several("tender_rows", 2, 6))
    for text in site.several("gov_ends", 0, 2):
        site.put("p", MARK + text)
    site.close("div")
    ending(site, 0.0)


def _rows(site: Site, texts: list[str]) -> None:
    """Rows of cells, a tab between, in a table or in lines."""
    if site.chance(0.7):
        site.open("table")
        for text in texts:
            first, *rest = text.split("\t")
            cells = "".join(f"<td>{cell}</td>" for cell in (MARK + first, *rest))
            site.out.append(f"<tr>{cells}</tr>")
        site.close("table")
    else:
        for text in texts:
            site.put("div", MARK + text.replace("\t", site.draw.choice(("：", " ", "  "))))


def _sentences(site: Site, n: int) -> list[str]:
    """`n` sentences or so of some article."""
    parts = [s.strip() + "。" for text in text_of(site) for s in text.split("。") if len(s) > 4]
    at = site.draw.randint(0, max(len(parts) - n, 0))
    return parts[at : at + n] or ["见下。"]


def _brief(site: Site, size: int = 120) -> str:
    """The beginning of a paragraph of some article."""
    return cut(site.draw.choice(text_of(site) or ["见下。"]), size)
