"""What was measured of loading as tables in Markdown."""

from __future__ import annotations

from typing import Any

_SPEED = "MB/s of bytes that strict UTF-8 does not settle"


def render(part: str, found: dict[str, Any]) -> str:
    """The table of a part, from all that was measured; nothing where the part was not."""
    tables = {"charset": _charset, "formats": _formats, "memory": _memory}
    return tables[part](found[part]) if part in found else ""


def _formats(found: dict[str, Any]) -> str:
    rows = [_row(name.removeprefix("a."), speed, []) for name, speed in found.items()]
    return "\n".join([_row("format", "MB of text a second", []), "|---|---:|", *rows])


def _memory(found: dict[str, Any]) -> str:
    head = _row("file", "GB of text", ["GB of file", "pages", "MB at the most"])
    lines = [head, "|---|---:|---:|---:|---:|"]
    for name, row in found.items():
        sizes = [f"{row['file_bytes'] / 1e9:.1f}", f"{row['pages']:,}", str(row["peak_mb"])]
        lines.append(_row(name, f"{row['text_bytes'] / 1e9:.1f}", sizes))
    return "\n".join(lines)


def _charset(found: dict[str, Any]) -> str:
    """A row for each kind of text, a column for each reader; then the speed."""
    readers = list(found["speed"])
    harmed = [row for row in found["texts"] if row["harm"] != "whole"]
    lines = [*_head("charset right", readers), *_rows(found["texts"], "right", readers)]
    if "pages" in found:
        shares = [_share(found["pages"]["right"][reader]) for reader in readers]
        lines.append(_row("labelled pages", found["pages"]["n"], shares))
    lines += ["", *_head("all read but what the harm took", readers)]
    lines += _rows(harmed, "whole", readers)
    speeds = [f"{found['speed'][reader]:.2f}" for reader in readers]
    return "\n".join([*lines, "", *_head("speed", readers), _row(_SPEED, "", speeds)])


def _head(name: str, readers: list[str]) -> list[str]:
    return [_row(name, "texts", readers), "|---|---:" + "|---:" * len(readers) + "|"]


def _rows(rows: list[dict[str, Any]], measure: str, readers: list[str]) -> list[str]:
    return [
        _row(
            f"{row['charset']}, {row['harm']}, {row['characters']} characters",
            row["n"],
            [_share(row[measure][reader]) for reader in readers],
        )
        for row in rows
    ]


def _row(name: str, n: object, cells: list[str]) -> str:
    return f"| {' | '.join(map(str, (name, n, *cells)))} |"


def _share(value: float) -> str:
    """A share in percent that says 100 only where nothing is missing."""
    return "100 %" if value == 1 else f"{min(99.99, 100 * value):.4g} %"
