"""The tables of deduplication in README and docs, from `docs/benchmarks/dedup.json`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Found = dict[str, Any]


def peers(found: Found) -> str:
    """What each system finds on the same articles, and what it costs beside ours."""
    ran = found["peers"]
    ours = ran["systems"]["ours"]["cpu_seconds"]
    rows = [
        (who, f"{own['recall']:.4f}", _share(own), _times(own["cpu_seconds"] / ours))
        for who, own in ran["systems"].items()
    ]
    header = ("", "recall", "pairs joined that are near", "processor time")
    return _table(header, rows)


def _share(own: Found) -> str:
    return f"{own['joined_pairs_that_near']:.3f}"


def _times(ratio: float) -> str:
    return f"{ratio:.1f} ×"


def pairs(found: Found) -> str:
    """Pairs and survivors against brute force and construction, and whether runs agree."""
    truth = found["truth"]
    rows = [
        (f"pairs, `{name}`", f"{own['pairs']:,}", f"{own['recall']:.4f}", f"{own['precision']:.4f}")
        for name, own in ((name, truth[name]) for name in ("near", "contained"))
    ]
    return _table(("", "there are", "recall", "precision"), rows)


def kinds(found: Found) -> str:
    """Of each kind of repost, how many were found and how many went for the original."""
    rows = [
        (name, f"{own['found']:.3f}", f"{own['original stays']:.3f}")
        for name, own in found["truth"]["kinds"].items()
    ]
    return _table(("repost", "found", "original stays"), rows)


def scale(found: Found) -> str:
    """What the whole of deduplication takes at growing sizes, beside the first."""
    first = found["scale"][0]
    rows = [
        (
            f"{own['articles']:,}",
            _times(own["articles"] / first["articles"]),
            _times(own["cpu_seconds"] / first["cpu_seconds"]),
            f"{own['peak_mb_a_worker']} MB",
            f"{own['found']:.4f}",
        )
        for own in found["scale"]
    ]
    header = ("articles", "of the first", "processor time", "memory of a worker", "reposts found")
    return _table(header, rows)


def signatures(found: Found) -> str:
    """How many times as many signatures a core makes as with peers."""
    own = found["signatures"]
    rows = [
        (who, _times(own["ours"] / own[who])) for who in ("datasketch", "datatrove") if who in own
    ]
    return _table(("signatures of 1,500 characters", "ours, in the same time"), rows)


def index(found: Found) -> str:
    """What the keys that a release can carry take, and what they save."""
    own = found["index"]
    saved = own["cpu_seconds_from_texts"] / own["cpu_seconds_from_keys"]
    row = (
        f"{own['characters_an_article']:,}",
        f"{own['bytes_an_article']:,}",
        f"{own['share_of_articles']:.2f}",
        _times(saved),
    )
    header = ("characters an article", "bytes of keys", "of the compressed text", "faster")
    return _table(header, [row])


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(_lines(header, rows))


def _lines(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|---|{'--:|' * (len(header) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
