"""magic-html in a Python of its own: pages as JSON lines on stdin, findings on stdout.

Needs nothing but magic-html and the standard library. The last line has the seconds of processor
time and the version.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def main() -> None:
    """Read all pages, extract, write."""
    from magic_html import GeneralExtractor

    tool = GeneralExtractor()
    pages = [json.loads(line) for line in sys.stdin]
    start = time.process_time()
    with ThreadPoolExecutor(max_workers=1) as one:  # a future holds what the tool may raise
        futures = [one.submit(tool.extract, markup, base_url=url or "") for markup, url in pages]
    seconds = time.process_time() - start
    for future in futures:
        failed = future.exception() is not None
        found: dict[str, Any] = {} if failed else future.result()
        row = {"html": found.get("html"), "title": found.get("title"), "failed": failed}
        print(json.dumps(row))
    print(json.dumps({"seconds": seconds, "version": importlib.metadata.version("magic-html")}))


if __name__ == "__main__":
    main()
