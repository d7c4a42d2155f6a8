"""What a server says that machines must not do with a page, in the header of its answer.

Sources: the header `X-Robots-Tag` with the directives of the robots `<meta>` element
(https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag), and the TDM
Reservation Protocol of the W3C community group, which has a header of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.document import RESERVATIONS, Reservation

DIRECTIVES: dict[str, Reservation] = {"noai": "noai", "noarchive": "noarchive"}

_WORD = re.compile(r"[a-z]+")


def read_reservations(headers: Iterable[tuple[str, str]]) -> tuple[Reservation, ...]:
    """The reservations in the fields of a header, in the order of `RESERVATIONS`.

    A directive for one crawler alone (`googlebot: noarchive`) counts for all.

    >>> read_reservations([("X-Robots-Tag", "somebot: NoAI"), ("TDM-Reservation", "1")])
    ('noai', 'tdm')
    """
    found: set[Reservation] = set()
    for name, value in headers:
        if name.strip().lower() == "x-robots-tag":
            words = _WORD.findall(value.lower())
            found.update(DIRECTIVES[word] for word in words if word in DIRECTIVES)
        elif name.strip().lower() == "tdm-reservation" and value.strip() == "1":
            found.add("tdm")
    return tuple(name for name in RESERVATIONS if name in found)
