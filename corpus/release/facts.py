"""Everything the card says in numbers, counted in the files of the release themselves."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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


Counted = dict[str, Any]
"""What was counted in one file, as JSON has it."""


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
    return sum_facts(count_file(files, entry) for entry in entries)


def count_file(files: Files, entry: FileEntry) -> Counted:
    """What the facts of a release are summed up from, of one of its files."""
    tallies = Tallies()
    if entry.config in COUNTS:
        columns, add = COUNTS[entry.config]
        # A row group can have a million rows of noise: more than the process has ever held.
        for batch in read_files(files, [entry], columns):
            add(tallies, pa.Table.from_batches([batch]))
        pa.default_memory_pool().release_unused()
    return tallies.as_json()


def sum_facts(counted: Iterable[Counted]) -> Facts:
    """The facts of a release, by what was counted in each of its files, in their order."""
    tallies = Tallies()
    for own in counted:
        tallies.add(own)
    return tallies.facts()


class Tallies:
    """What is counted in the files of a release, portion by portion."""

    ARTICLES = ("site", "script", "language", "n_characters", "published_at", "cluster_size")
    LISTS = ("reservations", "edits")
    LEDGER = ("outcome", "stage", "reason")

    def __init__(self) -> None:
        """Nothing yet."""
        self._counts: defaultdict[str, Counter[Any]] = defaultdict(Counter)
        self._days: set[str] = set()
        self._examples: list[Example] = []

    def add_articles(self, table: pa.Table) -> None:
        """Count some articles."""
        for name in ("site", "script", "language"):
            self._counts[name].update(_value_counts(table.column(name)))
        published = table.column("published_at")
        self._counts["year"].update(_value_counts(pc.utf8_slice_codeunits(published, 0, 4)))
        days = pc.min_max(pc.utf8_slice_codeunits(published, 0, 10)).as_py().values()
        self._add_days(days)
        edits = pc.list_flatten(table.column("edits"))
        self._counts["fix"].update(_value_counts(pc.struct_field(edits, "fix")))
        for name in ("n_characters", "cluster_size"):
            self._counts[name].update(_number_counts(table.column(name)))
        reserved = pc.list_flatten(table.column("reservations"))
        self._counts["reservation"].update(_value_counts(reserved))

    def add_noise(self, table: pa.Table) -> None:
        """Count some noise."""
        self._counts["kind"].update(_value_counts(table.column("kind")))

    def add_ledger(self, table: pa.Table) -> None:
        """Count some rows of the ledger, by outcome, stage and reason."""
        for row in table.group_by(self.LEDGER).aggregate([([], "count_all")]).to_pylist():
            key = tuple(row[name] or "" for name in self.LEDGER)
            self._counts["outcome"][key] += row["count_all"]
        self._counts["encoding"].update(_value_counts(table.column("encoding")))

    def add_sample(self, table: pa.Table) -> None:
        """See the first articles of the sample: those with the smallest ids."""
        for row in table.slice(0, N_EXAMPLES - len(self._examples)).to_pylist():
            self._examples.append(Example(row["id"], row["title"] or "", row["text"]))

    def as_json(self) -> Counted:
        """All of it, as JSON has it."""
        counts = {name: sorted(own.items()) for name, own in sorted(self._counts.items())}
        examples = [dataclasses.astuple(example) for example in self._examples]
        return {"counts": counts, "days": sorted(self._days), "examples": examples}

    def add(self, counted: Counted) -> None:
        """Add what was counted elsewhere, as `as_json` gave it, or as it is read from JSON."""
        for name, own in counted["counts"].items():
            for key, n in own:
                self._counts[name][tuple(key) if isinstance(key, list) else key] += n
        self._add_days(counted["days"])
        self._examples += [Example(*example) for example in counted["examples"]]

    def _add_days(self, days: Iterable[str | None]) -> None:
        known = [day for day in (*self._days, *days) if day]
        self._days = {min(known), max(known)} if known else set()

    def facts(self) -> Facts:
        """The facts of a release of which all files were counted."""
        counts = self._counts
        lengths, sizes = counts["n_characters"], counts["cluster_size"]
        return Facts(
            counts=_counts(counts["outcome"], dict(sorted(counts["kind"].items()))),
            n_characters=sum(length * n for length, n in lengths.items()),
            quantiles=quantiles(lengths),
            n_sites=len([site for site in counts["site"] if site]),
            sites=_ranked(counts["site"]),
            scripts=_ranked(counts["script"]),
            languages=_ranked(counts["language"]),
            years=tuple(sorted(counts["year"].items())),
            first_day=min(self._days, default=None),
            last_day=max(self._days, default=None),
            fixes=_ranked(counts["fix"]),
            encodings=_ranked(counts["encoding"]),
            n_copies=sum(n for size, n in sizes.items() if size > 1),
            cluster_sizes=tuple((str(size), n) for size, n in sorted(sizes.items())),
            reservations=_ranked(counts["reservation"]),
            examples=tuple(self._examples),
        )


_ARTICLES = ((*Tallies.ARTICLES, *Tallies.LISTS), Tallies.add_articles)
COUNTS: dict[str, tuple[Sequence[str], Callable[[Tallies, pa.Table], None]]] = {
    **dict.fromkeys(ARTICLE_CONFIGS, _ARTICLES),
    "sample": (("id", "title", "text"), Tallies.add_sample),
    "noise": (("kind",), Tallies.add_noise),
    "ledger": ((*Tallies.LEDGER, "encoding"), Tallies.add_ledger),
}
"""What is read of the files of a config, and what counts it. Others have no facts."""


def _value_counts(column: pa.ChunkedArray) -> Counter[str]:
    pairs = pc.value_counts(column)
    values, counts = pairs.field("values").to_pylist(), pairs.field("counts").to_pylist()
    return Counter({value or "": n for value, n in zip(values, counts, strict=True)})


def _number_counts(column: pa.ChunkedArray) -> dict[int, int]:
    pairs = pc.value_counts(column)
    values, counts = pairs.field("values").to_pylist(), pairs.field("counts").to_pylist()
    return dict(zip(values, counts, strict=True))


def _ranked(tally: Counter[str]) -> Tally:
    return tuple(sorted(tally.items(), key=lambda pair: (-pair[1], pair[0])))


def _counts(outcomes: Counter[tuple[str, str, str]], noise: dict[str, int]) -> Counts:
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
