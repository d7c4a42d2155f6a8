"""Zones behind a time → minutes east of Greenwich."""

from __future__ import annotations

from functools import cache
from typing import Final

from corpus.resources import read_table

FARTHEST: Final = 14
"""Hours from Greenwich, at most."""


@cache
def _names() -> dict[str, int]:
    return {row["name"]: int(row["minutes"]) for row in read_table("time_zones.tsv")}


def read_zone(digits: str | None, name: str | None) -> int | None:
    """The minutes of a zone in digits, else of one by name; None where neither says anything.

    >>> read_zone("+08:00", None), read_zone("Z", None), read_zone("+9900", None)
    (480, 0, None)
    >>> read_zone(None, "EST"), read_zone(None, "GMT+8"), read_zone(None, "ABC")
    (-300, 480, None)
    """
    if digits is not None:
        return _numbered(digits)
    if name is None:
        return None
    if name[3:4] in ("+", "-"):
        hours = int(name[3:])
        return 60 * hours if abs(hours) <= FARTHEST else None
    return _names().get(name.upper())


def _numbered(text: str) -> int | None:
    if text in "Zz":
        return 0
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > FARTHEST * 60:
        return None
    return -minutes if text[0] == "-" else minutes
