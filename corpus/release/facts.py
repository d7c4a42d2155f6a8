"""Everything the card says in numbers, counted in the files of the release themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.release.manifest import Counts, FileEntry
from corpus.release.reading import read_files
from corpus.release.storage import Files
from corpus.schema import ARTICLE_CONFIGS

SHARES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
"""The quantiles of the lengths, as shares of the articles."""

N_EXAMPLES = 3

Tally = tuple[tuple[str, int], ...]
"""Values and how often they stand, the most frequent first, equals by name."""


@dataclass(frozen=True, slots=True)
class Example:
    """An article shown in the card: its title and the first characters of its text."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A release in numbers. A missing value is counted under the empty string.

    `quantiles` are lengths in characters by `SHARES`; `years` counts articles by the year they were
    published, `cluster_sizes` by the pages they stand for, `reservations` by what their pages
    reserve, `fixes` edits by the repair that made them; `first_day`, `last_day` are ISO 8601.
    """

    counts: Counts
    n_characters: int
    quantiles: tuple[int, ...]
    n_sites: int
    sites: Tally
    scripts: Tally
    languages: Tally
    years: Tally
    first_day: str | None
    last_day: str | None
    fixes: Tally
    encodings: Tally
    n_copies: int
    cluster_sizes: Tally
    reservations: Tally
    examples: tuple[Example, ...]


def gather_facts(files: Files, entries: Sequence[FileEntry]) -> Facts:
    """The facts of these files of a release, read portion by portion."""
    articles = _Articles()
    for table in _tables(files, entries, ARTICLE_CONFIGS, _Articles.COLUMNS):
        articles.add(table)
    ledger, encodings = _count_ledger(files, entries)
    noise = _count(_tables(files, entries, ["noise"], ["kind"]), "kind")
    return Facts(
        counts=_counts(ledger, dict(sorted(noise.items()))),
        n_characters=sum(length * n for length, n in articles.lengths.items()),
        quantiles=quantiles(articles.lengths),
        n_sites=len([site for site in articles.tallies["site"] if site]),
        sites=_ranked(articles.tallies["site"]),
        scripts=_ranked(articles.tallies["script"]),
        languages=_ranked(articles.tallies["language"]),
        years=tuple(sorted(articles.years.items())),
        first_day=min(articles.days, default=None),
        last_day=max(articles.days, default=None),
        fixes=_ranked(articles.fixes),
        encodings=_ranked(encodings),
        n_copies=sum(n for size, n in articles.cluster_sizes.items() if size > 1),
        cluster_sizes=tuple((str(size), n) for size, n in sorted(articles.cluster_sizes.items())),
        reservations=_ranked(articles.reservations),
        examples=_examples(files, entries),
    )


class _Articles:
    """What is counted over the articles, batch by batch."""

    TALLIED = ("site", "script", "language")
    COUNTED = ("n_characters", "published_at", "cluster_size", "reservations", "edits")
    COLUMNS = (*TALLIED, *COUNTED)

    def __init__(self) -> None:
        self.tallies: dict[str, Counter[str]] = {name: Counter() for name in self.TALLIED}
        self.years: Counter[str] = Counter()
        self.days: set[str] = set()
        self.fixes: Counter[str] = Counter()
        self.lengths: Counter[int] = Counter()
        self.cluster_sizes: Counter[int] = Counter()
        self.reservations: Counter[str] = Counter()

    def add(self, table: pa.Table) -> None:
        """Count the articles of one batch."""
        for name, tally in self.tallies.items():
            tally.update(_value_counts(table.column(name)))
        published = table.column("published_at")
        self.years.update(_value_counts(pc.utf8_slice_codeunits(published, 0, 4)))
        days = pc.min_max(pc.utf8_slice_codeunits(published, 0, 10)).as_py().values()
        self.days = {day for day in (*self.days, *days) if day}
        edits = pc.list_flatten(table.column("edits"))
        self.fixes.update(_value_counts(pc.struct_field(edits, "fix")))
        self.lengths.update(_number_counts(table.column("n_characters")))
        self.cluster_sizes.update(_number_counts(table.column("cluster_size")))
        self.reservations.update(_value_counts(pc.list_flatten(table.column("reservations"))))


def _tables(
    files: Files, entries: Sequence[FileEntry], configs: Sequence[str], columns: Sequence[str]
) -> Iterator[pa.Table]:
    # A row group can have a million rows of noise: more than the process has ever held.
    for entry in [entry for entry in entries if entry.config in configs]:
        for batch in read_files(files, [entry], columns):
            yield pa.Table.from_batches([batch])
        pa.default_memory_pool().release_unused()


def _value_counts(column: pa.ChunkedArray) -> Counter[str]:
    pairs = pc.value_counts(column)
    values, counts = pairs.field("values").to_pylist(), pairs.field("counts").to_pylist()
    return Counter({value or "": n for value, n in zip(values, counts, strict=True)})


def _number_counts(column: pa.ChunkedArray) -> dict[int, int]:
    pairs = pc.value_counts(column)
    values, counts = pairs.field("values").to_pylist(), pairs.field("counts").to_pylist()
    return dict(zip(values, counts, strict=True))


def _count(tables: Iterator[pa.Table], name: str) -> Counter[str]:
    total: Counter[str] = Counter()
    for table in tables:
        total.update(_value_counts(table.column(name)))
    return total


def _ranked(tally: Counter[str]) -> Tally:
    return tuple(sorted(tally.items(), key=lambda pair: (-pair[1], pair[0])))


Outcomes = Counter[tuple[str, str, str]]
"""Ledger rows by outcome, stage and reason."""


def _count_ledger(files: Files, entries: Sequence[FileEntry]) -> tuple[Outcomes, Counter[str]]:
    outcomes: Outcomes = Counter()
    encodings: Counter[str] = Counter()
    keys = ["outcome", "stage", "reason"]
    for table in _tables(files, entries, ["ledger"], [*keys, "encoding"]):
        for row in table.group_by(keys).aggregate([([], "count_all")]).to_pylist():
            key = row["outcome"], row["stage"] or "", row["reason"] or ""
            outcomes[key] += row["count_all"]
        encodings.update(_value_counts(table.column("encoding")))
    return outcomes, encodings


def _counts(outcomes: Outcomes, noise: dict[str, int]) -> Counts:
    removed: dict[str, dict[str, int]] = {}
    kept = 0
    for (outcome, stage, reason), n in sorted(outcomes.items()):
        if outcome == "kept":
            kept += n
        else:
            removed.setdefault(stage, {})[reason] = n
    return Counts(outcomes.total(), kept, removed, noise)


def quantiles(lengths: Counter[int]) -> tuple[int, ...]:
    """The quantiles (`SHARES`) of lengths, each with how often it stands.

    All are lengths of articles that are there: no value between two of them is made up.

    >>> quantiles(Counter({10: 1, 700: 3, 20: 16}))
    (10, 10, 20, 20, 20, 700, 700)
    """
    if not lengths:
        return ()
    values = np.array(sorted(lengths))
    ends = np.cumsum([lengths[value] for value in values.tolist()])
    places = np.maximum(np.ceil(int(ends[-1]) * np.array(SHARES) - 1), 0)
    return tuple(values[np.searchsorted(ends, places, side="right")].tolist())


def _examples(files: Files, entries: Sequence[FileEntry]) -> tuple[Example, ...]:
    """The first articles of the sample: those with the smallest ids."""
    for table in _tables(files, entries, ["sample"], ["id", "title", "text"]):
        rows = table.slice(0, N_EXAMPLES).to_pylist()
        return tuple(Example(row["id"], row["title"] or "", row["text"]) for row in rows)
    return ()
