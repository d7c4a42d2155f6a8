"""What was measured of repair as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

WHO = ("zhcorpus", "ftfy")


def render(part: str, found: dict[str, Any]) -> str:
    """The table of a part, from all that was measured; nothing where the part was not."""
    return TABLES[part](found[part]) if part in found else ""


def summary(found: dict[str, Any]) -> str:
    """What a reader of the README wants to know, from all that was measured."""
    clean, width, speed = found["clean"], found["width"], found["speed"]
    whole = [row for row in found["mojibake"]["rows"] if row["where"] == "whole"]
    worst = min(whole, key=lambda row: row["zhcorpus"]["back_of_kept"])
    best = width["without half-width marks in Chinese"]["zhcorpus"]
    rows = [
        [
            f"sound articles changed, of {clean['articles']:,}",
            *(clean[who]["changed"] for who in WHO),
        ],
        ["full-width marks back after NFKC", _share(width["all"]["zhcorpus"]["restored"]), "0%"],
        ["marks wrongly changed", _share(width["all"]["zhcorpus"]["wrong"]), "0%"],
        ["the same where authors kept to one width", _share(best["wrong"]), "0%"],
        [
            f"characters back, the worst of {len(whole)} misreadings",
            *(_share(worst["zhcorpus"]["back_of_kept"]), _share(worst["ftfy"]["back_of_kept"])),
        ],
        ["sound text, MB/s", *(f"{speed[who]:.0f}" for who in WHO)],
    ]
    return _table(["", *WHO], rows)


def _clean(found: dict[str, Any]) -> str:
    rows = [[found["articles"], *(found[who]["changed"] for who in WHO)]]
    head = _table(["sound articles", *(f"changed by {who}" for who in WHO)], rows)
    fixes = [[fix, n] for fix, n in found["zhcorpus"]["by_fix"].items()]
    return head + ("\n\n" + _table(["fix", "articles"], fixes) if fixes else "")


def _width(found: dict[str, Any]) -> str:
    head = ["articles", "positions", "restored", "wrongly changed", "restored by ftfy"]
    rows = [
        [
            name,
            *(f"{row['zhcorpus']['positions']:,}", _share(row["zhcorpus"]["restored"])),
            *(_share(row["zhcorpus"]["wrong"]), _share(row["ftfy"]["restored"])),
        ]
        for name, row in found.items()
    ]
    return _table(head, rows)


def _mojibake(found: dict[str, Any]) -> str:
    head = ["damage", "where", "back", "of what was not lost", "named lost", "sound harmed"]
    head.append("back by ftfy")
    rows = [
        [
            row["damage"],
            row["where"],
            *(_share(row["zhcorpus"][key]) for key in ("back", "back_of_kept", "named_lost")),
            row["zhcorpus"]["harmed"],
            _share(row["ftfy"]["back"]),
        ]
        for row in found["rows"]
    ]
    return _table(head, rows)


def _speed(found: dict[str, Any]) -> str:
    rows = [[f"{found[who]:.1f}" for who in WHO] + [f"{found['ratio']:.0f}"]]
    return _table([*(f"MB/s {who}" for who in WHO), "ratio"], rows)


def _seed(found: dict[str, Any]) -> str:
    return _table(list(found), [list(found.values())])


TABLES = {
    "clean": _clean,
    "width": _width,
    "mojibake": _mojibake,
    "speed": _speed,
    "seed": _seed,
}


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    names = list(head)
    lines: list[Iterable[object]] = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _share(value: float) -> str:
    """In percent; 100 and 0 only where nothing is missing and nothing is there."""
    if value in (0, 1):
        return f"{value:.0%}"
    return f"{min(99.99, max(0.01, 100 * value)):.2f} %"
