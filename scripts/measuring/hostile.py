"""Pages made to be slow: the time of the extraction against their size, which must be a line."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import corpus
from corpus.document import PageKind

Maker = Callable[[int], bytes | str]
"""A page of about so many bytes."""

SENTENCE = "这一行没有尽头，"


def _repeat(unit: str, size: int) -> bytes:
    data = unit.encode()
    return data * (size // len(data))


PAGES: dict[str, tuple[PageKind, Maker]] = {
    "one line": ("text", lambda size: _repeat(SENTENCE, size)),
    "one paragraph": ("html", lambda size: b"<p>" + _repeat(SENTENCE, size)),
    "short lines": ("text", lambda size: _repeat("甲。\n", size)),
    "lines of times": ("text", lambda size: _repeat("2026-01-05 12:00 县报\n", size)),
    "nested tags": ("html", lambda size: _repeat("<div>", size)),
    "tags that are never closed": ("html", lambda size: _repeat("<p><b><td>甲", size)),
    "links": ("html", lambda size: _repeat("<li><a href='/a'>相关阅读三月的雨</a>", size)),
    "brackets": ("html", lambda size: _repeat("<", size)),
    "NULs": ("text", lambda size: b"\0" * size),
    "bytes of no charset": ("text", lambda size: bytes(range(128, 256)) * (size // 128)),
    "lone surrogates": ("text", lambda size: "\ud800甲" * (size // 6)),
    "misread text": (
        "text",
        lambda size: (SENTENCE.encode().decode("latin-1") + "\n") * (size // 50),
    ),
}
"""Each by what it is made of."""

WARM_UP = 10_000
LARGEST = ("one line", 50_000_000)
"""Bytes of a page that is as large as the recipe lets a page be."""


def measure(sizes: tuple[int, ...]) -> dict[str, Any]:
    """Seconds of processor time for each page at each size in bytes.

    `growth` is the time a byte at the largest size by that at the smallest: 1 is a straight line.
    """
    pages = {}
    for name, (kind, make) in PAGES.items():
        corpus.extract(make(WARM_UP), kind=kind)
        seconds = [_seconds(make(size), kind) for size in sizes]
        growth = seconds[-1] / sizes[-1] / (seconds[0] / sizes[0])
        pages[name] = {"seconds": [round(s, 3) for s in seconds], "growth": round(growth, 2)}
    name, size = LARGEST
    kind, make = PAGES[name]
    largest = {"page": name, "size": size, "seconds": round(_seconds(make(size), kind), 2)}
    return {"sizes": list(sizes), "pages": pages, "largest": largest}


def _seconds(page: bytes | str, kind: PageKind) -> float:
    begin = time.process_time()
    corpus.extract(page, kind=kind)
    return time.process_time() - begin


def table(found: dict[str, Any]) -> str:
    """The figures as a table in Markdown."""
    heads = [f"{size / 1e6:g} MB" for size in found["sizes"]]
    lines = ["| a page of | " + " | ".join(heads) + " | time a byte, last by first |"]
    lines.append("| --- " * (len(heads) + 2) + "|")
    for name, page in found["pages"].items():
        cells = [*(f"{s:.2f} s" for s in page["seconds"]), f"{page['growth']:.2f} ×"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
