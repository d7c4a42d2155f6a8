"""HTML → lines with the elements they stand in, and what the head states.

One walk over the lexbor tree, in document order and without recursion, so that depth costs nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.extraction.layout import EDGES, Element, Head, Layout, Line
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

UNSEEN_TAGS = frozenset(
    "script style noscript template svg math iframe object canvas head select datalist "
    "audio video map area embed link meta".split()
)
INLINE_TAGS = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img input ins kbd label mark "
    "nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr button".split()
)
TAG_ROLES = {
    "article": "content",
    "main": "content",
    "nav": "navigation",
    "header": "header",
    "footer": "footer",
    "aside": "side",
    "form": "control",
    "figcaption": "caption",
}
VOID_TAGS = frozenset("area base br col embed hr img input link meta source track wbr".split())
HEADINGS = {f"h{n}": n for n in range(1, 7)}

BLANKS = re.compile(r"[ \t\r\n\f\v\N{NO-BREAK SPACE}]+")
TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)

CELL_END = "\N{INFORMATION SEPARATOR ONE}"
CELL_BLANKS = re.compile(r" *\x1f *")
MAX_CELL = 80
"""Mean characters of a cell above which a table is taken for layout."""

MAX_DEPTH = 512
"""Elements deeper than this are flattened, as browsers do; lexbor is quadratic in depth."""


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


class _Writer:
    """Gathers text into lines, and lines into elements, as the walk goes along."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.parents: list[int] = []
        self.tags: list[str] = []
        self.roles: list[int] = []
        self.depths: list[int] = []
        self.firsts: list[int] = []
        self.ends: list[int] = []
        self.open: list[int] = []
        self.pieces: list[str] = []
        self.n_link_characters = 0
        self.n_links = 0
        self.heading = 0
        self.preformatted = False

    def begin(self, tag: str, roles: int) -> int:
        self.flush()
        index = len(self.tags)
        parent = self.open[-1] if self.open else -1
        self.parents.append(parent)
        self.tags.append(tag)
        self.roles.append(roles)
        self.depths.append(len(self.open))
        self.firsts.append(len(self.lines))
        self.ends.append(-1)
        self.open.append(index)
        return index

    def finish(self) -> None:
        self.flush()
        self.ends[self.open.pop()] = len(self.lines)

    def write(self, text: str, in_link: bool) -> None:
        self.pieces.append(text)
        if in_link:
            self.n_link_characters += len("".join(text.split()))

    def flush(self) -> None:
        if self.pieces:
            text = "".join(self.pieces)
            self.pieces.clear()
            self._split(text)
        self.n_link_characters = self.n_links = 0

    def _split(self, text: str) -> None:
        if self.preformatted:
            for line in text.splitlines():
                if line.strip():
                    self._emit(line.rstrip(), preformatted=True)
            return
        shown = BLANKS.sub(" ", text).strip(EDGES)
        if CELL_END in shown:
            shown = CELL_BLANKS.sub("\t", shown).strip(EDGES)
        if shown.strip():
            self._emit(shown, preformatted=False)

    def _emit(self, text: str, preformatted: bool) -> None:
        at = self.open[-1] if self.open else -1
        line = Line(text, at, self.n_link_characters, self.n_links, self.heading, preformatted)
        self.lines.append(line)

    def elements(self) -> tuple[Element, ...]:
        columns = (self.parents, self.tags, self.roles, self.depths, self.firsts, self.ends)
        return tuple(map(Element._make, zip(*columns, strict=True)))


class _Walk:
    """The open elements on the way to the node that is read now."""

    def __init__(self) -> None:
        self.out = _Writer()
        self.stack: list[tuple[int, str]] = []
        self.skipped = self.links = self.preformatted = self.rows = 0

    def close_to(self, parent: int) -> None:
        """Close what was open until the element with the memory id `parent` is on top."""
        while self.stack and self.stack[-1][0] != parent:
            self.close(self.stack.pop()[1])

    def close(self, how: str) -> None:
        if how == "block":
            self.out.finish()
        elif how == "link":
            self.links -= 1
        elif how == "skip":
            self.skipped -= 1
        elif how == "cell":
            self.out.write(CELL_END, in_link=False)
        elif how == "table":
            self.rows -= 1
            self.out.finish()
        elif how == "preformatted":
            self.out.finish()
            self.preformatted -= 1
            self.out.preformatted = self.preformatted > 0
        elif how == "heading":
            self.out.finish()
            self.out.heading = 0

    def element(self, node: LexborNode, tag: str) -> None:
        self.stack.append((node.mem_id, self.open(node, tag)))

    def open(self, node: LexborNode, tag: str) -> str:  # one branch a way to close
        if self.skipped or tag in UNSEEN_TAGS:
            self.skipped += 1
            return "skip"
        if tag == "a":
            self.links += 1
            self.out.n_links += 1
            return "link"
        if tag == "br":
            self.line_break()
            return "inline"
        if tag in INLINE_TAGS:
            return "inline"
        if self.rows and tag not in ("tr", "table", "thead", "tbody", "tfoot", "caption"):
            self.out.write(" ", in_link=False)
            return "cell" if tag in ("td", "th") else "inline"
        return self.open_block(node, tag)

    def open_block(self, node: LexborNode, tag: str) -> str:
        self.out.begin(tag, element_roles(node, tag))
        if tag in HEADINGS:
            self.out.heading = HEADINGS[tag]
            return "heading"
        if tag == "pre":
            self.preformatted += 1
            self.out.preformatted = True
            return "preformatted"
        if tag == "table" and is_data_table(node):
            self.rows += 1
            return "table"
        return "block"

    def line_break(self) -> None:
        if self.rows:
            self.out.write(" ", in_link=False)
        elif self.preformatted:
            self.out.write("\n", in_link=False)
        else:
            self.out.flush()

    def text(self, text: str) -> None:
        if not self.skipped and text:
            self.out.write(text, in_link=self.links > 0)


def element_roles(node: LexborNode, tag: str) -> int:
    """What tag, class, id and inline style of an element say it is for."""
    roles = 1 << ROLES.index(TAG_ROLES[tag]) if tag in TAG_ROLES else 0
    attributes = node.attributes
    if not attributes:
        return roles
    for name in ("class", "id"):
        value = attributes.get(name)
        if value:
            roles |= roles_of(value)
    style = attributes.get("style")
    if "hidden" in attributes or (style and HIDDEN_STYLE.search(style)):
        roles |= 1 << ROLES.index("hidden")
    return roles


def is_data_table(node: LexborNode) -> bool:
    """Whether a table holds data, in rows of short cells, rather than laying out a page."""
    if len(node.css("table, form, ul, ol, h1, h2, h3, h4")) > 1:  # it is one of them itself
        return False
    n_rows, n_cells = len(node.css("tr")), len(node.css("td, th"))
    n_characters = len(node.text_content or "")
    return n_rows >= 2 and n_cells >= 2 * n_rows and n_characters <= MAX_CELL * n_cells


def read_html(markup: str) -> Layout:
    """The lines of a page, the block elements they stand in, and what its head states.

    Runs of blanks are one blank, as a browser shows them; preformatted text keeps its own. Rows of
    a data table are one line with tabs between the cells.
    """
    tree = LexborHTMLParser(flatten(markup))
    body = tree.body
    walk = _Walk()
    if body is not None:
        for node in body.traverse(include_text=True):
            tag = node.tag
            parent = node.parent
            walk.close_to(parent.mem_id if parent is not None and walk.stack else 0)
            if tag == "-text":
                walk.text(node.text_content or "")
            elif tag and tag[0] not in "-!":
                walk.element(node, tag)
        walk.close_to(0)
    return Layout(tuple(walk.out.lines), walk.out.elements(), read_head(tree))


def read_head(tree: LexborHTMLParser) -> Head:
    """What title, meta elements, canonical link and JSON-LD state."""
    properties: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = (attributes.get("content") or "").strip()
        name = (name or "").strip().lower()
        if name == "robots" and name in properties:  # a page may add one directive to another
            properties[name] += f", {content}"
        elif name and content:
            properties.setdefault(name, content)
    title = tree.css_first("title")
    canonical = tree.css_first('link[rel="canonical"]')
    root = tree.css_first("html")
    return Head(
        title=BLANKS.sub(" ", title.text()).strip() or None if title is not None else None,
        properties=properties,
        linked_data=tuple(
            node.text() for node in tree.css('script[type="application/ld+json"]') if node.text()
        ),
        canonical=canonical.attributes.get("href") if canonical is not None else None,
        language=root.attributes.get("lang") if root is not None else None,
    )


OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")


def flatten(markup: str) -> str:
    """The markup with elements nested deeper than `MAX_DEPTH` opened no further.

    Costs two counts on an ordinary page: only where far more tags are opened than closed, or
    tags are very many, is the depth measured.
    """
    if markup.count("<") - 2 * markup.count("</") < MAX_DEPTH and markup.count("</") < 50_000:
        return markup
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        closing, tag = match.group(1), match.group(2).lower()
        if tag in VOID_TAGS:
            return match.group()
        if closing:
            depth = max(0, depth - 1)
            return match.group() if depth < MAX_DEPTH else ""
        depth += 1
        return match.group() if depth <= MAX_DEPTH else ""

    return OPENING.sub(keep, markup)
