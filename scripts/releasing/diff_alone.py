"""One diff in a process of its own: what it says, its seconds and the most memory it had."""

from __future__ import annotations

import json
import resource
import sys
import time

import corpus


def main() -> None:
    """Compare the two releases that are named."""
    begin, own = time.perf_counter(), time.process_time()
    found = corpus.diff(sys.argv[1], sys.argv[2])
    seconds, cpu = time.perf_counter() - begin, time.process_time() - own
    fields = dict(found.fields)
    told = {
        "removed": found.n_removed
        if found.reasons == ((("takedown", "page"), found.n_removed),)
        else -1,
        "texts": fields.get("text", 0),
        "titles": fields.get("title", 0),
        "added": found.n_added,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
