"""Labelled pages as a crawl: WARC files of real pages, as often as a build needs to be measured."""

from __future__ import annotations

import gzip
from contextlib import ExitStack
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
    with ExitStack() as stack:
        paths = [out / f"{n}.warc.gz" for n in range(N_FILES)]
        files = [stack.enter_context(path.open("wb")) for path in paths]
        for n in range(copies * len(rows)):
            copy, at = divmod(n, len(rows))
            row = rows[at]
            whole = (row["url"] or f"https://{row['id']}.example/").partition("#")[0]
            address = quote(whole, safe=":/?&=%+,;@")
            url = f"{address}{'&' if '?' in address else '?'}copy={copy}"
            record = response(url, row["html"], "text/html", FETCHED, f"copy {n}")
            files[n % N_FILES].write(gzip.compress(record, GZIP_LEVEL, mtime=0))
    return [len(row["html"]) for row in rows] * copies
