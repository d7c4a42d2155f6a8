"""HTML as it comes → the tags and texts of its body, in order, and what its head states.

The parser builds the tree that a browser would, what is never seen is cut out of it, and the rest
is written out again: in that normal form every element is opened and closed where it is, so that
one regex finds all tags. To ask for each node of the tree takes longer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.extraction.lines.depth import flatten
from corpus.extraction.lines.layout import Head

UNSEEN_TAGS = (
    "script style noscript template svg math iframe object canvas select datalist "
    "audio video map area embed link meta img input wbr textarea".split()
)
"""Elements of which no text is seen."""
RAW_TAGS = "xmp, noembed, noframes, plaintext"
"""Elements whose text is written out as it is, even where it looks like tags."""
RAW = re.compile(r"<(?:xmp|noembed|noframes|plaintext)[ >]")

BLANKS = re.compile(r"[ \t\r\n\f\v\N{NO-BREAK SPACE}]+")
TAG = re.compile(
    r"""
    < (?: !-- .*? -->                  # a comment, which is no tag and may hold anything
      | \? [^>]* >                     # an instruction, <?php or the like
      | ( (?: a | span ) (?= [ ] )     # what is often there, and tells nothing by its attributes
        | [^>]++                       # any other tag: there is no bare < or > in attributes
        ) [^>]*+ >
    )
    """,
    re.VERBOSE | re.DOTALL,
)
EACH = frozenset({"citation_author", "dc.creator"})
"""What journals state once for each of several authors."""
STATEMENTS = "html, title, meta[content], link[rel=canonical], script[type='application/ld+json']"


@dataclass(frozen=True, slots=True)
class Markup:
    """The body of a page in its normal form, and what the head states.

    `texts` holds what stands before each tag, and behind the last. Tags are as they are written,
    `li class="a" id="b"`, with entities, but for links and spans, which are without attributes;
    texts have no entities. A closing tag begins with a slash, void elements have none, that of a
    comment is None.
    """

    texts: list[str]
    tags: list[str | None]
    head: Head


def read_markup(markup: str) -> Markup:
    """The tags and texts of a page, as a browser would understand it, and what its head states."""
    tree = LexborHTMLParser(flatten(markup))
    head = read_head(tree)
    tree.strip_tags(UNSEEN_TAGS)
    body = _written(tree)
    if RAW.search(body):
        _replace_raw(tree)
        body = _written(tree)
    pieces = TAG.split(body)
    texts = pieces[::2]
    if "&" in body:
        texts = [unescape(text) if "&" in text else text for text in texts]
    return Markup(texts, pieces[1::2], head)


def _written(tree: LexborHTMLParser) -> str:
    body = tree.body
    # The body of a page of frames is still there, but is not part of it.
    return body.html or "" if body is not None and body.parent is not None else ""


def _replace_raw(tree: LexborHTMLParser) -> None:
    """Put blocks of text in the place of raw elements, for those are written with entities."""
    for node in tree.css(RAW_TAGS):
        block = tree.create_node("div")
        block.insert_child(node.text())
        node.replace_with(block)


def unescape(text: str) -> str:
    """A text or an attribute without the entities that the parser writes; there are no others."""
    text = text.replace("&nbsp;", "\N{NO-BREAK SPACE}").replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("&quot;", '"').replace("&amp;", "&")


def read_head(tree: LexborHTMLParser) -> Head:
    """What title, meta elements, canonical link and JSON-LD state; they may stand in the body."""
    nodes: dict[str, list[LexborNode]] = {"title": [], "link": [], "html": [], "script": []}
    for node in tree.css(STATEMENTS):
        nodes.setdefault(node.tag or "", []).append(node)
    properties: dict[str, str] = {}
    for node in nodes.get("meta", []):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = (attributes.get("content") or "").strip()
        name = (name or "").strip().lower()
        if name == "robots" and name in properties:  # a page may add one directive to another
            properties[name] += f", {content}"
        elif name in EACH and content and name in properties:
            properties[name] += f"、{content}"
        elif name and content:
            properties.setdefault(name, content)
    title = BLANKS.sub(" ", nodes["title"][0].text()).strip() if nodes["title"] else ""
    return Head(
        title=title or None,
        properties=properties,
        linked_data=tuple(text for node in nodes["script"] if (text := node.text())),
        canonical=nodes["link"][0].attributes.get("href") if nodes["link"] else None,
        language=nodes["html"][0].attributes.get("lang") if nodes["html"] else None,
    )
