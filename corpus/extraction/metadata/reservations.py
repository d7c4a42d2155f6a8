"""What a page says that machines must not do with it, in its head.

Sources: the robots `<meta>` element (https://www.robotstxt.org/meta.html) with the directives
`noarchive` and `noai` (https://www.deviantart.com/team/journal/925239187), and the TDM Reservation
Protocol of the W3C community group (https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep/).
"""

from __future__ import annotations

import re

from corpus.document import RESERVATIONS, Reservation
from corpus.extraction.lines.layout import Head

ROBOTS = ("robots", "googlebot", "bingbot", "baiduspider", "360spider", "bytespider")
"""Names of `<meta>` whose contents are directives to crawlers."""

DIRECTIVES: dict[str, Reservation] = {"noai": "noai", "noarchive": "noarchive"}

TDM = "tdm-reservation"

_WORD = re.compile(r"[a-z]+")


def find_reservations(head: Head, stated: tuple[Reservation, ...] = ()) -> tuple[Reservation, ...]:
    """The reservations of the page, in the order of `RESERVATIONS`; `stated` are known already.

    >>> find_reservations(Head(properties={"robots": "NoAI, noimageai", "tdm-reservation": "1"}))
    ('noai', 'tdm')
    """
    words = {
        word for name in ROBOTS for word in _WORD.findall(head.properties.get(name, "").lower())
    }
    found = {*stated, *(DIRECTIVES[word] for word in words if word in DIRECTIVES)}
    if head.properties.get(TDM, "").strip() == "1":
        found.add("tdm")
    return tuple(reservation for reservation in RESERVATIONS if reservation in found)
