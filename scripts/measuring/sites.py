"""The site of a labelled page, so that whole sites can be left out."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

ALIASES = {"gtimg.com": "qq.com"}
"""Hosts that serve the pages of another site."""
SHARED = re.compile(rb"baidu|google|w3\.org|jquery|schema|weibo")
"""Hosts that are linked to on pages of all sites."""


def site_of(row: dict[str, Any]) -> str:
    """The registrable domain of a page, from its URL or the host its markup links to most."""
    host = urlsplit(row["url"] or "").netloc or _commonest_host(row) or row["id"]
    parts = host.lower().split(":")[0].split(".")
    n = 3 if len(parts) > 2 and parts[-2] in ("com", "gov", "net", "org", "edu") else 2
    site = ".".join(parts[-n:])
    return ALIASES.get(site, site)


def _commonest_host(row: dict[str, Any]) -> str | None:
    hosts = Counter(re.findall(rb"https?://([a-zA-Z0-9.-]+)", row["html"][:400_000]))
    own = [host for host, _ in hosts.most_common(5) if not SHARED.search(host)]
    return own[0].decode() if own else None
