"""What JSON-LD says of the article: headline, people, time. Broken JSON says nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

MAX_CHARACTERS: Final = 400_000
MAX_NODES: Final = 2_000
"""Objects looked at in one script: an article is described near its top."""

ARTICLE_TYPES: Final = frozenset(
    "article newsarticle reportagenewsarticle opinionnewsarticle analysisnewsarticle blogposting "
    "socialmediaposting discussionforumposting report scholarlyarticle techarticle webpage".split()
)
TIMES: Final = ("datePublished", "pubDate", "uploadDate", "dateCreated")


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """What the scripts state of the article, as they wrote it; any of it may be wrong."""

    headline: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None


def read_linked_data(scripts: Sequence[str]) -> LinkedArticle:
    """What the first object that describes an article says, filled up from the later ones.

    >>> read_linked_data(['{"@type": "NewsArticle", "headline": "桥通了", "author": "沈听澜"}'])
    LinkedArticle(headline='桥通了', authors=('沈听澜',), published=None)
    >>> read_linked_data(['{"@type": '])
    LinkedArticle(headline=None, authors=(), published=None)
    """
    headline: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    for node in _articles(scripts):
        headline = headline or _text(node.get("headline")) or _text(node.get("title"))
        authors = authors or tuple(_people(node.get("author")))
        published = published or next((t for k in TIMES if (t := _text(node.get(k)))), None)
    return LinkedArticle(headline, authors, published)


def _articles(scripts: Sequence[str]) -> Iterator[dict[str, Any]]:
    for script in scripts:
        for node in _nodes(_parse(script)):
            kind = node.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(isinstance(k, str) and k.lower() in ARTICLE_TYPES for k in kinds) or (
                kind is None and "pubDate" in node
            ):
                yield node


def _parse(script: str) -> object:
    """The decoded script; None where it is no JSON, too long or nested too deep."""
    if len(script) > MAX_CHARACTERS:
        return None
    try:
        return json.loads(script, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(root: object) -> Iterator[dict[str, Any]]:
    """The objects at the top, in arrays and in graphs, in order."""
    waiting = [root]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node[:MAX_NODES][::-1]
        elif isinstance(node, dict):
            yield node
            waiting += [node[key] for key in ("mainEntity", "@graph") if key in node]


def _text(value: object) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, str):
        return None
    return unescape(value).strip() or None


def _people(value: object) -> Iterator[str]:
    """The names of an author field that are not said to be an organisation's."""
    for one in value[:20] if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            if str(one.get("@type", "")).lower() == "organization":
                continue
            name = _text(one.get("name"))
        else:
            name = _text(one)
        if name is not None:
            yield name
