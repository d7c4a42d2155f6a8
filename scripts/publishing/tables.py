"""The figures of publishing as tables in Markdown."""

from __future__ import annotations

from typing import Any

STEPS = {
    "1.0.0": "the first release",
    "1.1.0": "a batch more",
    "1.1.1": "articles withdrawn",
    "1.1.2": "pages corrected",
    "2.0.0": "a column more",
}


def sent(found: Any) -> str:
    """The bytes that the Hub was sent for each version."""
    rows = found["chain"]["runs"]
    lines = [
        "| version | what is new | files | MB | sent, % of it | sent from another machine, % |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for version, what in STEPS.items():
        same, other = (rows[f"{version}, {kind} machine"] for kind in ("same", "another"))
        shares = f"{same['new_share']:.1%} | {other['new_share']:.1%}".replace("%", "")
        size = f"{same['bytes'] / 1e6:.1f}"
        lines.append(f"| {version} | {what} | {same['files']} | {size} | {shares} |")
    return "\n".join(lines)


def stops(found: Any) -> str:
    """What became of the release when publishing was stopped."""
    kills, faults = found["kills"], found["faults"]
    runs = kills["runs"].values()
    moved = sum(run["main"] == "moved" for run in runs)
    lines = ["| what happened | times | then | after the next run |", "|---|--:|---|---|"]
    lines.append(
        f"| SIGKILL | {len(runs)} | {len(runs) - moved} as before, {moved} complete | "
        f"{sum(run['completed'] for run in runs)} complete |"
    )
    for name, run in faults["runs"].items():
        then = "published" if run["exit"] == 0 else _cut(run["said"].removeprefix("corpus: "))
        ended = "complete" if run["next_run"] == 0 else "refused still"
        lines.append(f"| {name} | 1 | {then} | {ended} |")
    return "\n".join(lines)


def _cut(said: str) -> str:
    """An error without where it happened and what to do."""
    return said.partition(": ")[2].partition("; ")[0].replace("|", "\\|")
