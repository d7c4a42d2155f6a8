"""HTML → lines with the elements they stand in, by one walk over the tags of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.extraction.lines.layout import EDGES, Elements, Layout, lines_of
from corpus.extraction.lines.markup import BLANKS, read_markup, unescape
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
INLINE = frozenset((*INLINE_TAGS, *(f"/{tag}" for tag in INLINE_TAGS)))
"""Tags that do not break the line, or all but `br`."""
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
Step = tuple[int, str, int]
"""What the walk does at a tag, with the name and the roles of the element."""
LINK, BREAK, CLOSE, OPEN = range(4)
INLINE_ACTIONS = {"a": LINK, "/a": LINK, "br": BREAK}
"""What inline tags do, if anything; those of blocks open or close an element."""
LONG = 1000
"""Characters of a tag from which on it is not kept in mind for the next page."""
TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
LETTERS = re.compile(r"[a-z]+")
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
    if attribute.islower():  # then each part that is known is a token, too
        for token in LETTERS.findall(attribute):
            found |= known.get(token, 0)
        return found
    for part in attribute.split():
        found |= known.get(part.lower(), 0)
    for token in TOKENS.findall(attribute):
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


def read_step(tag: str) -> Step | None:
    """What the walk does at a tag, written as in `Markup`; None where it goes on as before."""
    name = tag.partition(" ")[0]
    if name in INLINE:
        return (INLINE_ACTIONS[name], name, 0) if name in INLINE_ACTIONS else None
    if name[0] == "/":
        return CLOSE, name, 0
    return OPEN, name, element_roles(name, tag[len(name) :])


_known_step = lru_cache(maxsize=4096)(read_step)


def steps_of(tags: Sequence[str | None]) -> list[Step | None]:
    """The step at each tag of a page: few are different ones, and pages of a site share them."""
    steps: dict[str | None, Step | None] = {
        tag: _known_step(tag) if len(tag) <= LONG else read_step(tag) for tag in set(tags) if tag
    }
    steps[None] = None
    return [*map(steps.__getitem__, tags)]


class _Walk:
    """Gathers text into lines, and lines into elements, as the walk over the tags goes along.

    `open` holds the numbers of the elements that are open, `pieces` the texts of the line so far,
    `n_links` and `n_link_characters` what of it stood in links. `coming` tells of each table that
    has not been opened yet whether it holds data, `tables` of those that are open; `in_links` and
    `in_preformatted` count such elements that are open.
    """

    def __init__(self, data_tables: Sequence[bool]) -> None:
        self.lines: list[tuple[object, ...]] = []
        self.parents: list[int] = []
        self.tags: list[str] = []
        self.roles: list[int] = []
        self.depths: list[int] = []
        self.firsts: list[int] = []
        self.ends: list[int] = []
        self.open: list[int] = [-1]
        self.pieces: list[str] = []
        self.n_links = 0
        self.n_link_characters = 0
        self.heading = 0
        self.coming = iter(data_tables)
        self.tables: list[bool] = []
        self.in_rows = False
        self.in_links = 0
        self.in_preformatted = 0

    def read(self, texts: Iterable[str], steps: Iterable[Step | None]) -> None:
        """Walk over all tags of the page, with the text before each."""
        pieces, lines, opened, ends = self.pieces, self.lines, self.open, self.ends
        for text, step in zip(texts, steps, strict=False):
            # Most texts are blanks between tags, which would not be shown.
            if text and (pieces or self.in_preformatted or not (text.isascii() and text.isspace())):
                pieces.append(text)
                if self.in_links:
                    self.n_link_characters += len("".join(text.split()))
            if step is None:
                continue
            action, tag, roles = step
            if action == LINK:
                self.in_links += 1 if tag == "a" else -1
                self.n_links += tag == "a"
            elif action == BREAK:
                self.break_line()
            elif self.in_rows and tag.removeprefix("/") not in ROW_TAGS:
                self.cell(tag)
            else:
                if pieces or self.n_links:
                    self.flush()
                if action == CLOSE:
                    ends[opened.pop()] = len(lines)
                else:
                    self.parents.append(opened[-1])
                    self.tags.append(tag)
                    self.roles.append(roles)
                    self.depths.append(len(opened) - 1)
                    self.firsts.append(len(lines))
                    opened.append(len(ends))
                    ends.append(-1)
                if tag in TURNS:
                    self.leave(tag) if action == CLOSE else self.enter(tag)

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
            self.ends[self.open.pop()] = len(self.lines)

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
                shown = text.strip(EDGES)
                # To replace each blank by itself takes longer than to look for others: of blanks,
                # only the space is printable.
                if "  " in shown or not shown.isprintable():
                    shown = BLANKS.sub(" ", shown)
                if CELL_END in shown:
                    shown = CELL_BLANKS.sub("\t", shown).strip(EDGES)
                if shown and not shown.isspace():
                    self.emit(shown)
        self.n_link_characters = self.n_links = 0

    def emit(self, text: str) -> None:
        """Add a line."""
        links = self.n_link_characters, self.n_links
        line = text, self.open[-1], *links, self.heading, self.in_preformatted > 0
        self.lines.append(line)

    def elements(self) -> Elements:
        """All elements of the page."""
        return Elements(
            tuple(self.parents),
            tuple(self.tags),
            tuple(self.roles),
            tuple(self.depths),
            tuple(self.firsts),
            tuple(self.ends),
        )


@dataclass(slots=True)
class _Table:
    number: int
    n_rows: int = 0
    n_cells: int = 0
    holds_other: bool = False


def find_data_tables(steps: Sequence[Step | None]) -> list[bool]:
    """For each table, in order, whether it holds data, rather than laying out a page."""
    found: list[bool] = []
    open_tables: list[_Table] = []
    for tag in [step[1] for step in steps if step is not None]:
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
    steps = steps_of(page.tags)
    walk = _Walk(find_data_tables(steps) if "/table" in page.tags else ())
    walk.read(page.texts, steps)
    return Layout(lines_of(walk.lines), walk.elements(), page.head)
