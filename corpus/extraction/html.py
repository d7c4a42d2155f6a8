"""HTML → lines with the elements they stand in, by one walk over the tags of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.extraction.layout import EDGES, Layout, elements_of, lines_of
from corpus.extraction.markup import BLANKS, Markup, read_markup, unescape
from corpus.resources import read_table

ROLES = (
    "content",
    "navigation",
    "header",
    "footer",
    "side",
    "related",
    "comment",
    "control",
    "promotion",
    "byline",
    "title",
    "tags",
    "statement",
    "caption",
    "hidden",
)
"""What an element can be for; the bit of a role is its place here."""

INLINE_TAGS = (
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img input ins kbd label mark "
    "nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr button".split()
)
LINKS = {"a": 1, "/a": -1}
"""What the tags of a link add to the number of those that are open."""
INLINE = frozenset((None, *INLINE_TAGS, *(f"/{tag}" for tag in INLINE_TAGS)))
"""Tags that do not break the line, or all but `br`; a comment, None, is none that does."""
VOID_BLOCKS = frozenset("base basefont bgsound col frame hr keygen param source track".split())
"""Elements that break the line and have no closing tag."""
HIDDEN = 1 << ROLES.index("hidden")
TAG_ROLES = {
    "article": 1 << ROLES.index("content"),
    "main": 1 << ROLES.index("content"),
    "nav": 1 << ROLES.index("navigation"),
    "header": 1 << ROLES.index("header"),
    "footer": 1 << ROLES.index("footer"),
    "aside": 1 << ROLES.index("side"),
    "form": 1 << ROLES.index("control"),
    "figcaption": 1 << ROLES.index("caption"),
}
HEADINGS = {f"h{n}": n for n in range(1, 7)}
_TURNS = (*HEADINGS, "pre", "table")
TURNS = frozenset(_TURNS) | {f"/{tag}" for tag in _TURNS} | VOID_BLOCKS
"""Tags after which the walk goes on differently."""
TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
ATTRIBUTE = re.compile(r' (=?[^ =]*)="([^"]*)"')
HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)

CELL_END = "\N{INFORMATION SEPARATOR ONE}"
CELL_BLANKS = re.compile(r" *\x1f *")
ROW_TAGS = frozenset("tr table thead tbody tfoot caption".split())
"""The elements of a data table that are blocks; what is in its cells is none."""
NO_DATA = frozenset("table form ul ol h1 h2 h3 h4".split())
"""What a table that holds data has not in it."""


@lru_cache(maxsize=1)
def _token_roles() -> dict[str, int]:
    return {row["token"]: 1 << ROLES.index(row["role"]) for row in read_table("roles.tsv")}


@lru_cache(maxsize=4096)
def roles_of(attribute: str) -> int:
    """The roles that the whole tokens of a class or id name, as a bit set over `ROLES`.

    A token is never matched inside a longer one: `ad` says nothing about `padding`.
    """
    known = _token_roles()
    found = 0
    for part in attribute.split():
        found |= known.get(part.lower(), 0)
        for token in TOKENS.findall(part):
            found |= known.get(token.lower(), 0)
    return found


def element_roles(tag: str, attributes: str) -> int:
    """What tag, class, id and inline style of an element say it is for."""
    roles = TAG_ROLES.get(tag, 0)
    for name, value in ATTRIBUTE.findall(attributes):
        if name in ("class", "id"):
            roles |= roles_of(unescape(value) if "&" in value else value)
        elif name == "hidden" or (name == "style" and HIDDEN_STYLE.search(value)):
            roles |= HIDDEN
    return roles


class _Walk:
    """Gathers text into lines, and lines into elements, as the walk over the tags goes along.

    `open` holds the numbers of the elements that are open, `pieces` the texts of the line so far,
    `n_links` and `n_link_characters` what of it stood in links. `coming` tells of each table that
    has not been opened yet whether it holds data, `tables` of those that are open; `in_links` and
    `in_preformatted` count such elements that are open.
    """

    def __init__(self, data_tables: Sequence[bool]) -> None:
        self.lines: list[tuple[object, ...]] = []
        self.elements: list[list[object]] = []
        self.open: list[int] = [-1]
        self.known_roles: dict[tuple[str, str], int] = {}
        self.pieces: list[str] = []
        self.n_links = 0
        self.n_link_characters = 0
        self.heading = 0
        self.coming = iter(data_tables)
        self.tables: list[bool] = []
        self.in_rows = False
        self.in_links = 0
        self.in_preformatted = 0

    def read(self, page: Markup) -> None:
        """Walk over all tags of the page."""
        pieces, lines, elements, opened = self.pieces, self.lines, self.elements, self.open
        for text, tag, attributes in zip(page.texts, page.tags, page.attributes, strict=False):
            # Most texts are blanks between tags, which would not be shown.
            if text and (pieces or self.in_preformatted or not (text.isascii() and text.isspace())):
                pieces.append(text)
                if self.in_links:
                    self.n_link_characters += len("".join(text.split()))
            if tag is None or tag in INLINE:
                if tag in LINKS:
                    self.in_links += LINKS[tag]
                    self.n_links += tag == "a"
                elif tag == "br":
                    self.break_line()
            elif self.in_rows and tag.removeprefix("/") not in ROW_TAGS:
                self.cell(tag)
            else:
                if pieces or self.n_links:
                    self.flush()
                if tag[0] == "/":
                    elements[opened.pop()][-1] = len(lines)
                    if tag in TURNS:
                        self.leave(tag)
                    continue
                roles = self.roles(tag, attributes) if attributes else TAG_ROLES.get(tag, 0)
                elements.append([opened[-1], tag, roles, len(opened) - 1, len(lines), -1])
                opened.append(len(elements) - 1)
                if tag in TURNS:
                    self.enter(tag)

    def roles(self, tag: str, attributes: str) -> int:
        """The roles of an element, found once for all of a list, which are marked up alike."""
        known = self.known_roles.get((tag, attributes))
        if known is None:
            known = self.known_roles[tag, attributes] = element_roles(tag, attributes)
        return known

    def break_line(self) -> None:
        """Go on after a `br`."""
        if self.in_rows:
            self.pieces.append(" ")
        elif self.in_preformatted:
            self.pieces.append("\n")
        else:
            self.flush()

    def cell(self, tag: str) -> None:
        """Go on after a tag in a row of data."""
        if tag[0] != "/":
            self.pieces.append(" ")
        elif tag in ("/td", "/th"):
            self.pieces.append(CELL_END)

    def enter(self, tag: str) -> None:
        """Go on inside an element that lines are read differently in, or that has no inside."""
        if tag in HEADINGS:
            self.heading = HEADINGS[tag]
        elif tag == "pre":
            self.in_preformatted += 1
        elif tag == "table":
            self.tables.append(next(self.coming))
            self.in_rows = any(self.tables)
        else:
            self.elements[self.open.pop()][-1] = len(self.lines)

    def leave(self, tag: str) -> None:
        """Go on behind such an element."""
        if tag == "/pre":
            self.in_preformatted -= 1
        elif tag == "/table":
            self.tables.pop()
            self.in_rows = any(self.tables)
        else:
            self.heading = 0

    def flush(self) -> None:
        """End the line."""
        if self.pieces:
            text = "".join(self.pieces)
            self.pieces.clear()
            if self.in_preformatted:
                for line in text.splitlines():
                    if line.strip():
                        self.emit(line.rstrip())
            else:
                shown = BLANKS.sub(" ", text).strip(EDGES)
                if CELL_END in shown:
                    shown = CELL_BLANKS.sub("\t", shown).strip(EDGES)
                if shown.strip():
                    self.emit(shown)
        self.n_link_characters = self.n_links = 0

    def emit(self, text: str) -> None:
        """Add a line."""
        links = self.n_link_characters, self.n_links
        line = text, self.open[-1], *links, self.heading, self.in_preformatted > 0
        self.lines.append(line)


@dataclass(slots=True)
class _Table:
    number: int
    n_rows: int = 0
    n_cells: int = 0
    holds_other: bool = False


def find_data_tables(tags: Sequence[str | None]) -> list[bool]:
    """For each table, in order, whether it holds data, rather than laying out a page."""
    found: list[bool] = []
    open_tables: list[_Table] = []
    for tag in tags if "table" in tags else ():
        if open_tables and tag in NO_DATA:
            open_tables[-1].holds_other = True
        if tag == "table":
            open_tables.append(_Table(len(found)))
            found.append(False)
        elif tag == "/table":
            table = open_tables.pop()
            is_full = table.n_rows >= 2 and table.n_cells >= 2 * table.n_rows
            found[table.number] = is_full and not table.holds_other
        elif tag == "tr" and open_tables:
            open_tables[-1].n_rows += 1
        elif tag in ("td", "th") and open_tables:
            open_tables[-1].n_cells += 1
    return found


def read_html(markup: str) -> Layout:
    """The lines of a page, the block elements they stand in, and what its head states.

    Runs of blanks are one blank, as a browser shows them; preformatted text keeps its own. Rows of
    a data table are one line with tabs between the cells.
    """
    page = read_markup(markup)
    walk = _Walk(find_data_tables(page.tags))
    walk.read(page)
    return Layout(lines_of(walk.lines), elements_of(walk.elements), page.head)
