"""How often title, author, source and day are right, on pages whose labels hold no text.

A label is the hash of what a reader of the page wrote down, so that the labels can stand beside the
code while the pages cannot. A field that a label leaves out was not to be told from the page; of
several values each is right; an empty one says that the page does not name any.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.measuring.text import Found

HALVES = ("developed", "held out")
FIELDS = ("title", "author", "editor", "source", "day")
PEOPLE = re.compile(r"[、,，;；]")


@dataclass(frozen=True, slots=True)
class Label:
    """What a page says, as hashes; None where the page does not let it be told.

    `authors` and `editors` hold sets of people, the empty set for nobody; `sources` the empty text
    for no outlet; `days` are ISO days, the empty text for none.
    """

    id: str
    half: str
    titles: tuple[str, ...] | None
    authors: tuple[frozenset[str], ...] | None
    editors: tuple[frozenset[str], ...] | None
    sources: tuple[str, ...] | None
    days: tuple[str, ...] | None


@dataclass(slots=True)
class Score:
    """For each field: right and all where the page names something, claimed and all where not."""

    named: Counter[tuple[str, bool]] = field(default_factory=Counter)
    unnamed: Counter[tuple[str, bool]] = field(default_factory=Counter)
    mixed: int = 0

    def add(self, found: Found, source: str | None, label: Label) -> list[str]:
        """Count a page; the fields that were wrong."""
        wrong = []
        for name, right, named in judge(found, source, label):
            (self.named if named else self.unnamed)[name, right] += 1
            if not right:
                wrong.append(name)
        self.mixed += bool(source and found.author and source in PEOPLE.split(found.author))
        return wrong

    def figures(self) -> dict[str, list[int]]:
        """Right and all of each field where something is named, and claims where nothing is."""
        out = {}
        for name in FIELDS:
            if total := self.named[name, True] + self.named[name, False]:
                out[name] = [self.named[name, True], total]
            if total := self.unnamed[name, True] + self.unnamed[name, False]:
                out[f"{name}, none on the page"] = [self.unnamed[name, True], total]
        out["source inside author"] = [self.mixed]
        return out


def hash_of(text: str | None) -> str:
    r"""The hash of what is left of a text without width, blanks and punctuation; empty for none.

    >>> hash_of("Ａ·b") == hash_of("a B".upper()), hash_of("《》")
    (False, '')
    """
    bare = re.sub(r"\W+", "", unicodedata.normalize("NFKC", text or ""))
    return hashlib.blake2b(bare.encode(), digest_size=8).hexdigest() if bare else ""


def people_of(text: str | None) -> frozenset[str]:
    """The hashes of the people that an author field names."""
    return frozenset(h for name in PEOPLE.split(text or "") if (h := hash_of(name)))


def judge(found: Found, source: str | None, label: Label) -> Iterable[tuple[str, bool, bool]]:
    """Each field that is labelled: whether it is right, and whether the page names anything.

    Where only editors are named, the field is that of an editor.
    """
    if label.titles is not None:
        yield "title", hash_of(found.title) in label.titles, "" not in label.titles
    people = people_of(found.author)
    if label.authors is not None and any(label.authors):
        right = people in label.authors
        right |= frozenset() in label.authors and people in (label.editors or ())
        yield "author", right, frozenset() not in label.authors
    elif label.authors is not None and label.editors is not None:
        named = frozenset() not in label.editors
        yield ("editor" if named else "author"), people in label.editors, named
    if label.sources is not None:
        yield "source", hash_of(source) in label.sources, "" not in label.sources
    if label.days is not None:
        yield "day", (found.day or "")[:10] in label.days, "" not in label.days


def read_labels(path: Path) -> dict[str, Label]:
    """The labels by the id of their page."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {row["id"]: _label(row) for row in rows}


def _label(row: dict[str, object]) -> Label:
    def values(name: str) -> tuple[str, ...] | None:
        got = row.get(name)
        return tuple(got) if isinstance(got, Sequence) else None

    def people(name: str) -> tuple[frozenset[str], ...] | None:
        got = values(name)
        return None if got is None else tuple(map(frozenset, got))

    return Label(
        str(row["id"]),
        str(row["half"]),
        values("titles"),
        people("authors"),
        people("editors"),
        values("sources"),
        values("days"),
    )
