"""What repair leaves as it is and names: characters that are lost, or that nobody can read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_LOST = "\N{REPLACEMENT CHARACTER}"

_LEFT = re.compile(rf"{_LOST}+|[\ue000-\uf8ff\U000f0000-\U0010ffff]+")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A run of characters at `start`: `lost` ones, U+FFFD, or of `private_use`.

    Characters of private use mean what the font of their page made of them.
    """

    kind: Literal["lost", "private_use"]
    start: int
    text: str


def find_leftovers(text: str) -> list[Leftover]:
    r"""The runs of characters that no fix can bring back, in order.

    >>> [(left.kind, left.start) for left in find_leftovers("共\ufffd\ufffd同\ue000")]
    [('lost', 1), ('private_use', 4)]
    """
    return [
        Leftover(
            "lost" if match.group().startswith(_LOST) else "private_use",
            match.start(),
            match.group(),
        )
        for match in _LEFT.finditer(text)
    ]
