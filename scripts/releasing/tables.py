"""The figures of releases as tables in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

Row = dict[str, Any]

STEPS = {
    "articles": "articles",
    "added": "added",
    "removed": "removed",
    "changed": "changed",
    "same_files": "files that stay",
    "old_files": "of",
    "needlessly_written": "needlessly written",
    "bytes": "bytes",
    "new_bytes": "new bytes",
    "new_share": "share",
}
"""What the table of a chain shows of each step."""


def chain(found: Row) -> str:
    """The steps of the chain."""
    runs = found["chain"]["runs"]
    rows = [[version, *(_cell(run.get(key)) for key in STEPS)] for version, run in runs.items()]
    return table(["version", *STEPS.values()], rows)


def summary(found: Row) -> str:
    """What was measured, each in one line; what was not is left out."""
    lines = [line for part, make in LINES.items() if part in found for line in make(found[part])]
    return table(["what", "measured"], lines)


def _chain(part: Row) -> Iterator[list[str]]:
    runs: dict[str, Row] = part["runs"]
    steps = [run for run in runs.values() if "diff_true" in run]
    batch, takedown = runs["1.1.0"], runs["1.1.1"]
    stay = f"{batch['same_files']} of {batch['old_files']}"
    yield [f"{batch['added']:,} articles added: old files that stay byte for byte", stay]
    yield [
        "new bytes, by the chunks of hf-xet",
        f"{part['addition_to_batch']:.2f} of the batch alone",
    ]
    withdrawn = f"{takedown['removed']} of {batch['articles']:,} articles withdrawn: new bytes"
    yield [withdrawn, f"{part['takedown_share']:.1%} of the release"]
    n_true = sum(run["diff_true"] for run in steps)
    yield ["diffs that say exactly what was made", f"{n_true} of {len(steps)} steps"]


def _diff(part: Row) -> Iterator[list[str]]:
    what = f"`corpus diff`, {part['articles']:,} articles on either side, no file the same"
    cost = f"{part['cpu_seconds']:.0f} s of processors, {part['peak_mb']:,} MB"
    yield [what, cost + ("" if part["diff_true"] else ", wrong")]


def _damage(part: Row) -> Iterator[list[str]]:
    yield ["kinds of damage that `corpus verify` names", f"{part['found']} of {part['kinds']}"]


def _pythons(part: Row) -> Iterator[list[str]]:
    said = "one logical hash" if part["one_logical_hash"] else "different rows"
    said += ", the same bytes" if part["same_files"] else ""
    yield [f"one crawl built by {', '.join(part['runs'])}", said]


def _forms(part: Row) -> Iterator[list[str]]:
    runs = part["runs"].values()
    for key, what in FORMS.items():
        n_same = sum(run[key] for run in runs)
        yield [what, f"{n_same} of {len(runs)} configs the same"]
    yield ["`mlcroissant validate`", f"{part['croissant_complaints']} errors and warnings"]


FORMS = {
    "arrow": "`export --format arrow`, by `load_from_disk`, mapped into memory",
    "jsonl": "`export --format jsonl`, read again",
    "croissant": "records through mlcroissant",
}

LINES: dict[str, Callable[[Row], Iterator[list[str]]]] = {
    "chain": _chain,
    "diff": _diff,
    "damage": _damage,
    "pythons": _pythons,
    "forms": _forms,
}


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.1%}" if isinstance(value, float) else f"{value:,}"
