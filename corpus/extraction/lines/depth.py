"""Markup that nests without end → markup of bounded depth, before a parser sees it.

At many a closing tag a parser looks through all open elements: time goes with depth times tags.
"""

from __future__ import annotations

import re

MAX_DEPTH = 512
"""Elements deeper than this are flattened, as browsers do."""
FEW_TAGS = 10_000
"""So many tags are parsed in a fifth of a second, however they nest."""
REACH = 64
"""Open elements that are looked through for the one that a closing tag ends."""

TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)[^<>]*>")
BLOCKS = frozenset(
    "address applet article aside blockquote button caption center colgroup dd details dir div dl "
    "dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup li listing main marquee "
    "math menu nav object ol p pre search section select summary svg table tbody td template "
    "textarea tfoot th thead tr ul xmp".split()
)
"""Elements that a closing tag of an inline element does not reach beyond; those that never hold
anything, or that are closed in a way of their own (body, form), are not among them.

Source: HTML Living Standard, 13.2.4.2, category *special*."""
VOID_TAGS = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr".split()
)
LONE_TAGS = frozenset(("html", "head", "body", "frameset"))
"""Elements of which there is one, so that they do not nest."""
FOREIGN = frozenset(("svg", "math"))
"""Elements in which any other one may nest."""
SCOPES = frozenset("applet caption marquee object table td template th".split())
TABLE_PARTS = ("caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr")
STOPS: dict[str, frozenset[str]] = {
    "li": SCOPES | {"ol", "ul"},
    **dict.fromkeys(TABLE_PARTS, frozenset(("table", "template"))),
    "table": frozenset(("template",)),
}
"""The elements that a closing tag does not reach out of, where they are not `SCOPES`."""
ENDS: dict[str, tuple[str, ...]] = {
    "li": ("li",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "tr": ("td", "th", "tr", "caption", "colgroup"),
    **dict.fromkeys(("tbody", "thead", "tfoot"), TABLE_PARTS),
}
"""What an opening tag closes, because its own closing tag may be left out."""


def flatten(markup: str) -> str:
    """The markup with elements nested deeper than `MAX_DEPTH` opened no further.

    Markup of few tags is returned as it is. Otherwise the depth is estimated, in time linear in the
    size, by the rules of parsing that matter to it.
    """
    return markup if markup.count("<") < FEW_TAGS else TAG.sub(_Depth().keep, markup)


class _Depth:
    """The elements that are open: blocks in their order, inline ones by their number."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.inline: dict[str, int] = {}
        self.n_inline = 0
        self.n_foreign = 0

    def keep(self, match: re.Match[str]) -> str:
        """The tag, or nothing where it would nest too deep."""
        tag = match.group(2).lower()
        if tag in VOID_TAGS or (tag in LONE_TAGS and not self.n_foreign):
            return match.group()
        closes = bool(match.group(1))
        if tag not in BLOCKS and tag not in LONE_TAGS:
            kept = self.count(tag, closes)
        else:
            kept = self.close(tag) if closes else self.open(tag)
        return match.group() if kept else ""

    def count(self, tag: str, closes: bool) -> bool:
        """Open or close an inline element; it stays open where a block around it is closed."""
        known = self.inline.get(tag, 0)
        if closes:
            now = max(known - 1, 0)
        else:
            ends_itself = tag == "a" and not self.n_foreign
            now = 1 if ends_itself else known + 1
        self.inline[tag] = now
        self.n_inline += now - known
        return closes or self.n_inline <= MAX_DEPTH

    def open(self, tag: str) -> bool:
        """Open a block, and close those whose closing tag was left out."""
        if tag in TABLE_PARTS and not self.n_foreign and "table" not in self.blocks[-REACH:]:
            return True  # outside of a table it opens nothing
        ends = ("p", *ENDS.get(tag, ())) if tag not in TABLE_PARTS or not self.n_foreign else ("p",)
        while self.blocks and self.blocks[-1] in ends:
            self.blocks.pop()
        self.blocks.append(tag)
        self.n_foreign += tag in FOREIGN
        return len(self.blocks) <= MAX_DEPTH

    def close(self, tag: str) -> bool:
        """Close the nearest block of that name with all that is open in it, if it is in reach."""
        stops = STOPS.get(tag, SCOPES)
        for n in range(len(self.blocks) - 1, max(len(self.blocks) - 1 - REACH, -1), -1):
            if self.blocks[n] == tag:
                self.n_foreign -= sum(block in FOREIGN for block in self.blocks[n:])
                del self.blocks[n:]
                return n < MAX_DEPTH
            if self.blocks[n] in stops:
                break
        return len(self.blocks) <= MAX_DEPTH
