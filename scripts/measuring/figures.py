"""The tables of the README and the docs, each made from what a benchmark wrote down.

A document has a place for a table, `<!-- figures: NAME -->` … `<!-- /figures -->`; `FIGURES` says
for each name which file of `docs/benchmarks` the table is made from, and how.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from scripts.charsets import tables as loading_tables
from scripts.duplicates import tables as duplicates
from scripts.measuring import extraction_tables, tables
from scripts.measuring.hostile import table as hostile_table
from scripts.publishing import tables as publishing_tables
from scripts.releasing import tables as releasing_tables
from scripts.repairs import tables as repair_tables

ROOT = Path(__file__).resolve().parent.parent.parent
BENCHMARKS = ROOT / "docs" / "benchmarks"
PIPELINE = (
    *("workers", "speedup", "turns", "twins", "overhead"),
    *("kills", "size", "peer", "real", "nodes"),
)
"""What `scripts/bench_pipeline` wrote down; `turns` is `speedup` of fewer pages, more often."""
PLACE = re.compile(
    r"""
    (?P<mark> <!--[ ]figures:[ ] (?P<name> [^>\n]+? ) [ ]-->\n )
    (?P<table> .*? )
    (?P<end> <!--[ ]/figures[ ]--> )
    """,
    re.VERBOSE | re.DOTALL,
)


class Figure(NamedTuple):
    """A table: the JSON file of its benchmark, and the function that makes Markdown of that."""

    file: str
    make: Callable[[Any], str]


FIGURES: dict[str, Figure] = {
    "main text from HTML": Figure(
        "extraction.json", partial(extraction_tables.quality, track="html")
    ),
    "main text from innerText": Figure(
        "extraction.json", partial(extraction_tables.quality, track="text")
    ),
    "title, day and author": Figure("extraction.json", extraction_tables.metadata),
    "releases": Figure("releases.json", releasing_tables.summary),
    "chain of releases": Figure("releases.json", releasing_tables.chain),
    "bytes sent to the Hub": Figure("publishing.json", publishing_tables.sent),
    "publishing that is stopped": Figure("publishing.json", publishing_tables.stops),
    "tutorials": Figure("tutorials.json", extraction_tables.tutorials),
    "kinds of lines": Figure("extraction.json", extraction_tables.kinds),
    "hostile pages": Figure("hostile.json", hostile_table),
    "second pass over a site": Figure("site.json", extraction_tables.site),
    "charsets": Figure("loading.json", partial(loading_tables.render, "charset")),
    "memory of loading": Figure("loading.json", partial(loading_tables.render, "memory")),
    "sound text": Figure("repair.json", partial(repair_tables.render, "clean")),
    "widths": Figure("repair.json", partial(repair_tables.render, "width")),
    "misread text": Figure("repair.json", partial(repair_tables.render, "mojibake")),
    "repair, in short": Figure("repair.json", repair_tables.summary),
    **{part: Figure(f"pipeline_{part}.json", tables.table_of) for part in PIPELINE},
    "memory of stages": Figure("pipeline_size.json", tables.stage_memory),
    "duplicates beside peers": Figure("dedup.json", duplicates.peers),
    "duplicates against brute force": Figure("dedup.json", duplicates.pairs),
    "kinds of reposts": Figure("dedup.json", duplicates.kinds),
    "duplicates at scale": Figure("dedup.json", duplicates.scale),
    "signatures beside peers": Figure("dedup.json", duplicates.signatures),
    "keys of a release": Figure("dedup.json", duplicates.index),
}
"""Every table by the name that stands in the documents."""


def documents() -> list[Path]:
    """The documents that may hold tables."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def places(document: str) -> Iterator[tuple[str, str]]:
    """Name and present content of each place for a table."""
    for match in PLACE.finditer(document):
        yield match["name"], match["table"]


def table(name: str, folder: Path = BENCHMARKS) -> str | None:
    """A table with its last line ended; None where its benchmark has written nothing yet."""
    figure = FIGURES[name]
    path = folder / figure.file
    if not path.is_file():
        return None
    return figure.make(json.loads(path.read_text(encoding="utf-8"))).strip("\n") + "\n"


def write_into(document: str, folder: Path = BENCHMARKS) -> str:
    """A document with its tables made anew; a table without figures stays as it is."""

    def replace(match: re.Match[str]) -> str:
        made = table(match["name"], folder)
        return match["mark"] + (match["table"] if made is None else made) + match["end"]

    return PLACE.sub(replace, document)
