"""Hand-made labels: which lines of a page are of which kind, and how well a labelling agrees.

The labels stand in `tests/golden/kinds/*.jsonl`, one page a line: its `id` in a file of pages, the
`track` that was read (html or text), runs `[first, last, kind]` of line numbers as
`extraction.read_layout` counts them, and `digest` and `marks`, by which the lines are known again
without their texts. Lines whose kind is arguable are in no run.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.document import BLOCK_KINDS, BlockKind, PageKind

MARK = 4
"""Hexadecimal digits that stand for a line: enough to align by, too few to tell a text from."""


def mark(text: str) -> str:
    """What a line is known again by."""
    return hashlib.blake2b(_bytes(text), digest_size=MARK // 2).hexdigest()


def digest(texts: Sequence[str]) -> str:
    """What the lines of a page are known again by, all of them and their order."""
    return hashlib.blake2b(b"\0".join(map(_bytes, texts)), digest_size=8).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page's labels: `marks` of its lines in order, and the kind of each (None: arguable)."""

    id: str
    track: PageKind
    digest: str
    marks: tuple[str, ...]
    kinds: tuple[BlockKind | None, ...]


def read_labels(path: Path) -> Iterator[LabelledPage]:
    """The labelled pages of one file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marks = tuple(row["marks"][n : n + MARK] for n in range(0, len(row["marks"]), MARK))
        kinds: list[BlockKind | None] = [None] * len(marks)
        for first, last, kind in row["kinds"]:
            kinds[first : last + 1] = [kind] * (last + 1 - first)
        yield LabelledPage(row["id"], row["track"], row["digest"], marks, tuple(kinds))


def place(page: LabelledPage, texts: Sequence[str]) -> list[BlockKind | None]:
    """The kind of each of these lines; None where it is arguable or the line was not labelled.

    The lines may be those of the other track, or counted by a later version: they are aligned.
    """
    if digest(texts) == page.digest:
        return list(page.kinds)
    out: list[BlockKind | None] = [None] * len(texts)
    matcher = difflib.SequenceMatcher(None, page.marks, list(map(mark, texts)), autojunk=False)
    for block in matcher.get_matching_blocks():
        for k in range(block.size):
            out[block.b + k] = page.kinds[block.a + k]
    return out


@dataclass(frozen=True, slots=True)
class Agreement:
    """Characters by (kind as labelled, kind as found); without white space, over any pages."""

    characters: Counter[tuple[BlockKind, BlockKind]] = field(default_factory=Counter)

    def add(
        self,
        texts: Iterable[str],
        gold: Iterable[BlockKind | None],
        found: Iterable[BlockKind],
    ) -> None:
        """Count the lines of a page; those without a label are left out."""
        for text, truth, kind in zip(texts, gold, found, strict=True):
            if truth is not None:
                self.characters[truth, kind] += len("".join(text.split()))

    def accuracy(self, *, noise: bool = False) -> float:
        """Share of characters whose kind was found; with `noise`, of those that are not main."""
        kept = {k: n for k, n in self.characters.items() if not (noise and k[0] == "main")}
        right = sum(n for (truth, kind), n in kept.items() if truth == kind)
        return right / max(sum(kept.values()), 1)

    def of(self, kind: BlockKind, *, noise: bool = False) -> dict[str, float]:
        """Recall, precision and F1 of one kind; with `noise`, among lines that are not main."""
        kept = {k: n for k, n in self.characters.items() if not (noise and k[0] == "main")}
        right = kept.get((kind, kind), 0)
        labelled = sum(n for (truth, _), n in kept.items() if truth == kind)
        found = sum(n for (_, seen), n in kept.items() if seen == kind)
        return {
            "characters": labelled,
            "recall": right / max(labelled, 1),
            "precision": right / max(found, 1),
            "f1": 2 * right / max(labelled + found, 1),
        }

    def figures(self) -> dict[str, Any]:
        """All of it, rounded: accuracy over all lines and over noise, and by kind."""
        kinds = {
            kind: {name: round(value, 4) for name, value in self.of(kind, noise=True).items()}
            for kind in BLOCK_KINDS
            if kind != "main"
        }
        main = {name: round(value, 4) for name, value in self.of("main").items()}
        return {
            "all_lines": round(self.accuracy(), 4),
            "noise_lines": round(self.accuracy(noise=True), 4),
            "kinds": {"main": main, **kinds},
        }
