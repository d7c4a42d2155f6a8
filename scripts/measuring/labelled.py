"""Labelled pages as a crawl: WARC files of real pages, as often as a build needs to be measured."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as pq

from scripts.crawling.files import GZIP_LEVEL, response

N_FILES = 8
FETCHED = "2022-01-01T00:00:00Z"


def write_crawl(pages: Path, out: Path, copies: int) -> list[int]:
    """Write WARC files of all pages (columns html, url, id), each so often; the bytes of each.

    Each copy has an address of its own. The charset is left for the reader to find.
    """
    rows = pq.read_table(pages, columns=["id", "url", "html"]).to_pylist()
    out.mkdir(parents=True)
    files = [(out / f"{n}.warc.gz").open("wb") for n in range(N_FILES)]
    for n in range(copies * len(rows)):
        copy, at = divmod(n, len(rows))
        row = rows[at]
        address = quote(row["url"] or f"https://{row['id']}.example/", safe=":/?&=%#+,;@")
        url = f"{address}{'&' if '?' in address else '?'}copy={copy}"
        record = response(url, row["html"], "text/html", FETCHED, f"copy {n}")
        files[n % N_FILES].write(gzip.compress(record, GZIP_LEVEL, mtime=0))
    for file in files:
        file.close()
    return [len(row["html"]) for row in rows] * copies
