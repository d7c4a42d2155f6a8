"""How near a text is to the gold text, a title, a day or an author to the gold one.

The metric: both texts NFKC-folded and stripped of all white space, then the multiset of character
4-grams; precision, recall and F1 a page, averaged over pages. Folding makes the score blind to
width and layout, so that a tool neither gains nor loses by them. Where the gold holds the title as
its first line, a prediction counts with its title in front, where that is better.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

N = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What a tool found on a page; `failed` where it raised."""

    text: str = ""
    title: str | None = None
    author: str | None = None
    day: str | None = None
    failed: bool = False


def squeeze(text: str | None) -> str:
    r"""The text as it is compared.

    >>> squeeze("Ａ b\N{IDEOGRAPHIC SPACE}ｃ")
    'Abc'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def grams(text: str | None) -> Counter[str]:
    """The 4-grams of a text; a shorter text is one gram."""
    t = squeeze(text)
    return Counter(t[i : i + N] for i in range(max(1, len(t) - N + 1))) if t else Counter()


def compare(found: str | None, gold: str | None) -> tuple[float, float, float]:
    """Precision, recall and F1 of a text."""
    a, b = grams(found), grams(gold)
    hit = sum((a & b).values())
    if not hit:
        return 0.0, 0.0, 0.0
    precision, recall = hit / a.total(), hit / b.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def compare_page(found: Found, row: dict[str, Any]) -> tuple[float, float, float]:
    """Precision, recall and F1 of what was found on a labelled page."""
    best = compare(found.text, row["gold_text"])
    if row.get("gold_includes_title"):
        whole = compare(f"{found.title or ''}\n{found.text}", row["gold_text"])
        best = max(best, whole, key=lambda scores: scores[2])
    return best


def same_title(found: str | None, gold: str) -> bool:
    """Whether a title is the gold one, but for white space and punctuation."""
    return _bare(found) == _bare(gold)


def same_day(found: str | None, gold: str) -> bool | None:
    """Whether a time is on the gold day; None where the gold is less precise than a day."""
    expected = re.findall(r"\d+", gold)[:3]
    if len(expected) < 3:
        return None
    return [int(n) for n in re.findall(r"\d+", found or "")[:3]] == [int(n) for n in expected]


def same_author(found: str | None, gold: str) -> bool:
    """Whether the same people are named, in any order."""
    return _people(found) == _people(gold)


def _bare(text: str | None) -> str:
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", text or ""))


def _people(text: str | None) -> set[str]:
    names = re.split(r"[\s、,;/|]+", unicodedata.normalize("NFKC", text or ""))
    return {name for name in names if name}


def figures(pages: Iterable[tuple[Found, dict[str, Any]]]) -> dict[str, Any]:
    """All of it, for one tool on one input of many pages."""
    pairs = list(pages)
    gold = [(found, row) for found, row in pairs if row["set"] != "negative"]
    scores = [compare_page(found, row) for found, row in gold]
    f1 = [score[2] for score in scores]
    empty = [len(_bare(found.text)) for found, row in pairs if row["set"] == "negative"]
    titles = [same_title(f.title, row["gold_title"]) for f, row in gold if row["gold_title"]]
    authors = [same_author(f.author, row["gold_author"]) for f, row in gold if row["gold_author"]]
    days = [same_day(f.day, row["gold_date"]) for f, row in gold if row["gold_date"]]
    return {
        "pages": len(gold),
        "f1": _mean(f1),
        "precision": _mean([score[0] for score in scores]),
        "recall": _mean([score[1] for score in scores]),
        "median": round(statistics.median(f1), 4) if f1 else None,
        "under_0.8": sum(value < 0.8 for value in f1),
        "under_0.5": sum(value < 0.5 for value in f1),
        "characters_on_negatives": round(statistics.mean(empty)) if empty else None,
        "title": _share(titles),
        "day": _share([day for day in days if day is not None]),
        "author": _share(authors),
        "failed": sum(found.failed for found, _ in pairs),
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(statistics.mean(values), 4) if values else None


def _share(verdicts: Sequence[bool]) -> list[int]:
    """How many were right, of how many."""
    return [sum(verdicts), len(verdicts)]
