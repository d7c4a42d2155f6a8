"""The figures of `scripts/bench_extraction` as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from corpus.document import BLOCK_KINDS

OURS = "zhcorpus"
TRACKS = {"html": "HTML", "text": "innerText"}


def all_tables(found: dict[str, Any]) -> dict[str, str]:
    """Each table by what it shows."""
    return {
        "main text from HTML": quality(found, "html"),
        "main text from innerText": quality(found, "text"),
        "title, day and author": metadata(found),
        "kinds of lines": kinds(found),
    }


def everything(found: dict[str, Any]) -> str:
    """All tables, with a heading each."""
    return "\n\n".join(f"{name}\n\n{table}" for name, table in all_tables(found).items())


def quality(found: dict[str, Any], track: str) -> str:
    """Precision, recall, F1 and speed of each tool on one input, the best F1 first."""
    rows = [_quality_row(OURS + ", sites left out", figures) for figures in _unseen(found, track)]
    tools = found[track]
    order = sorted(tools, key=lambda name: (name != OURS, -tools[name]["f1"]))
    for name in order:
        label = f"{OURS}, pages it was trained on" if name == OURS else name
        rows.append(_quality_row(label, {**tools[name], "speed": _speed(tools, name)}))
    columns = ["", "F1", "median", "precision", "recall", "under .5", "on pages without article"]
    return _table([*columns, "speed"], rows)


def tutorials(found: dict[str, Any]) -> str:
    """How much of tutorials each tool finds that nobody was trained on, and how many titles."""
    rows = []
    for track, name in TRACKS.items():
        tools = found[track]
        for tool in sorted(tools, key=lambda name: (name != OURS, -tools[name]["f1"])):
            figures = tools[tool]
            shares = [_share(figures[field]) for field in ("f1", "precision", "recall")]
            under = f"{figures['under_0.5']} of {figures['pages']}"
            right, n = figures["title"]
            rows.append([f"{tool}, {name}", *shares, under, f"{right} of {n}" if right else "–"])
    return _table(["", "F1", "precision", "recall", "under .5", "title"], rows)


def _unseen(found: dict[str, Any], track: str) -> list[dict[str, Any]]:
    article = found["held_out"].get("article", {})
    return [article[track]] if track in article else []


def _quality_row(label: str, figures: dict[str, Any]) -> list[str]:
    pages = figures["pages"]
    empty = figures["characters_on_negatives"]
    return [
        label,
        _share(figures["f1"]),
        _share(figures["median"]),
        _share(figures.get("precision")),
        _share(figures.get("recall")),
        f"{figures['under_0.5']} of {pages}",
        "–" if empty is None else f"{empty:,} characters",
        figures.get("speed", "–"),
    ]


def _speed(tools: dict[str, Any], name: str) -> str:
    """The speed of a tool as a multiple of ours, in the same run."""
    if name == OURS:
        return "1"
    speed = tools[name].get("pages_per_second")
    return f"{speed / tools[OURS]['pages_per_second']:.2f} ×" if speed else "–"


def metadata(found: dict[str, Any]) -> str:
    """How many titles, days and authors each tool has right, of those annotated."""
    named = [(name, found["html"][name]) for name in found["html"]]
    named[1:1] = [(f"{OURS}, from innerText", found["text"][OURS])]
    rows = []
    for name, figures in named:
        counts = [figures[field] for field in ("title", "day", "author")]
        if any(right for right, _ in counts):
            rows.append([name, *(f"{right} of {n}" for right, n in counts)])
    return _table(["", "title", "day", "author"], rows)


def kinds(found: dict[str, Any]) -> str:
    """The share of characters whose kind is found, on sites that were left out."""
    held_out = found["held_out"].get("kinds", {})
    tracks = [track for track in TRACKS if track in held_out]
    whole = {track: held_out[track]["sites_left_out"] for track in tracks}
    rows = [
        ["all lines", *_pairs(whole[track]["all_lines"] for track in tracks)],
        ["all lines that are not main", *_pairs(whole[track]["noise_lines"] for track in tracks)],
    ]
    for kind in BLOCK_KINDS:
        cells = []
        for track in tracks:
            figures = whole[track]["kinds"][kind]
            cells += [_share(figures["recall"]), _share(figures["f1"])]
        rows.append([f"`{kind}`", *cells])
    columns = [f"{TRACKS[track]}, {what}" for track in tracks for what in ("found", "F1")]
    return _table(["", *columns], rows)


def site(found: dict[str, Any]) -> str:
    """What the second pass over a site adds, from the figures of `scripts/bench_site`."""
    rows = [
        [
            name,
            *(_share(run[figure]) for figure in ("f1", "precision", "recall")),
            f"{run['under_0.8']} of {found['pages']}",
        ]
        for name, run in found["runs"].items()
    ]
    return _table(["", "F1", "precision", "recall", "under .8"], rows)


def _pairs(shares: Iterable[float]) -> list[str]:
    return [cell for share in shares for cell in (_share(share), "")]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
