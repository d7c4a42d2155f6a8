"""Results of benchmarks as tables for people and as JSON for the record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

COLUMNS = {
    "pages": "pages",
    "seconds": "s",
    "cpu_seconds": "CPU s",
    "pages_per_second": "pages/s",
    "parent_mb": "parent MB",
    "worker_mb": "worker MB",
    "release": "release",
}
"""The figures of a run that a table shows, and their headings."""


def table_of(found: dict[str, Any]) -> str:
    """The runs of a result as a table in Markdown; the single figures as lines above it."""
    single = {name: value for name, value in found.items() if not isinstance(value, dict)}
    lines = [f"- {name.replace('_', ' ')}: {value}" for name, value in single.items()]
    runs = found.get("runs", {})
    if runs:
        shown = [key for key in COLUMNS if any(key in run for run in runs.values())]
        lines += ["", "| run | " + " | ".join(COLUMNS[key] for key in shown) + " |"]
        lines.append("|---" * (len(shown) + 1) + "|")
        for name, run in runs.items():
            lines.append(f"| {name} | " + " | ".join(str(run.get(key, "")) for key in shown) + " |")
    return "\n".join(lines)


def stage_memory(found: dict[str, Any]) -> str:
    """What the parent and a worker held in each stage of the runs, in MB, as a table."""
    runs = {f"{run['pages']:,}": run["stage_mb"] for run in found["runs"].values()}
    columns = [(n, who, pages) for n, who in enumerate(("parent", "worker")) for pages in runs]
    lines = ["| stage | " + " | ".join(f"{who}, {pages}" for _, who, pages in columns) + " |"]
    lines.append("|---" * (len(columns) + 1) + "|")
    for stage in max(runs.values(), key=len):
        sizes = [runs[pages].get(stage, (0, 0))[n] or "" for n, _, pages in columns]
        lines.append(f"| {stage} | " + " | ".join(map(str, sizes)) + " |")
    return "\n".join(lines)


def print_table(part: str, found: dict[str, Any]) -> None:
    """Show a result."""
    print(f"\n## {part}\n\n{table_of(found)}")


def write_result(part: str, found: dict[str, Any], folder: Path) -> None:
    """Write a result down."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (folder / f"pipeline_{part}.json").write_text(text + "\n", encoding="utf-8")
