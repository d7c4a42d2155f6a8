"""`url`: one page, by its URL, whichever device it was made for."""

from __future__ import annotations

import hashlib
import re
from functools import cache

import pyarrow as pa

from corpus.dedup.methods import PAGE, Batch, KeyRows, key_words, rows_of
from corpus.resources import read_table

_CANONICAL = re.compile(r"https://([^/?#]*)(.*)", re.DOTALL)


def url(batch: Batch) -> KeyRows:
    """The page of each article: its URL or, where there is none, its content."""
    return rows_of(*key_words(batch.page), PAGE)


def page_keys(articles: pa.Table) -> pa.Array:
    """The `page` of each article: hash of its device-free URL, or its id where it has no URL."""
    pairs = zip(articles["id"].to_pylist(), articles["url"].to_pylist(), strict=True)
    hashes = [_hash(address) if address else bytes.fromhex(own) for own, address in pairs]
    return pa.array(hashes, pa.binary(16))


def page_url(canonical: str) -> str:
    """A canonical URL with the host of the desktop page in place of that for telephones.

    `www.` goes as well. Only for comparison: ids keep the host as it was.

    >>> page_url("https://m.example.com/a/1.html")
    'https://example.com/a/1.html'
    """
    parts = _CANONICAL.fullmatch(canonical)
    if not parts:
        return canonical
    hosts, labels = _device_hosts()
    host = hosts.get(parts[1], parts[1])
    label, _, rest = host.partition(".")
    if label in labels and "." in rest:
        host = rest
    return f"https://{host}{parts[2]}"


def _hash(address: str) -> bytes:
    data = page_url(address).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).digest()


@cache
def _device_hosts() -> tuple[dict[str, str], frozenset[str]]:
    """Hosts for telephones with their desktop hosts, and first labels that say nothing."""
    rows = [(row["host"], row["desktop"]) for row in read_table("device_hosts.tsv")]
    labels = frozenset(host[:-2] for host, _ in rows if host.endswith(".*"))
    return {host: desktop for host, desktop in rows if not host.endswith(".*")}, labels
