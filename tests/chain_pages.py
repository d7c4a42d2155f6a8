"""Invented pages for chains of releases, each with a text that shares nothing with others."""

import json
import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from corpus import resources

SITES = 5


@cache
def letters() -> tuple[str, ...]:
    """Common Chinese characters, in the order of the resource."""
    text = resources.read_bytes("common_characters.txt").decode("utf-8")
    return tuple(c for c in text if c >= "\N{CJK UNIFIED IDEOGRAPH-4E00}")[:2500]


def invent(seed: object, n: int = 400) -> str:
    """A text of about `n` characters in four paragraphs, which shares nothing with any other."""
    chosen = random.Random(str(seed))
    paragraphs = []
    for _ in range(4):
        run = "".join(chosen.choice(letters()) for _ in range(n // 4))
        paragraphs.append("，".join(run[k : k + 12] for k in range(0, len(run), 12)) + "。")
    return "\n".join(paragraphs)


def page(number: int, text: str | None = None, site: int | None = None) -> dict:
    """The page of this number: its address, headline, time and text."""
    title = invent(f"title {number}", 32).split("\n")[0].rstrip("。")
    host = number % SITES if site is None else site
    lines = (title, "2025-01-02 10:00", text or invent(number))
    return {"url": f"https://s{host}.example/{number}.html", "text": "\n".join(lines)}


def write_pages(path: Path, pages: Iterable[dict]) -> Path:
    """The pages as a JSONL file."""
    lines = (json.dumps(own, ensure_ascii=False) for own in pages)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
