"""The publisher is killed at many moments: then nothing is half, and the next run finishes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.publishing.runs import NAME, Fault, Hub, kill, start_hub

DELAYS = (0.02, 0.05, 0.1, 0.2)
"""Seconds after the answer that lets bytes go at which it is killed: amid them."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """A request by its number, and when at it: before or after it is done, or some time later."""

    number: int
    name: str
    when: str
    delay: float = 0.0


def measure_kills(before: Path, release: Path, folder: Path, n_moments: int) -> Row:
    """Kill a run that publishes `release` on top of `before`, at moments spread over all of it."""
    with start_hub(folder / "start") as hub:
        assert hub.publish(before).status == 0
    with start_hub(folder / "try", folder / "start") as hub:
        first = len(hub.server.seen)
        whole = hub.publish(release)
        seen = hub.server.seen[first:]
    moments = _moments(seen, n_moments)
    rows = {_name(moment): _try(moment, release, folder) for moment in moments}
    return {
        "moments": len(rows),
        "requests_of_a_run": len(seen),
        "bytes_of_a_run": whole.n_bytes,
        "never_half": all(row["never_half"] for row in rows.values()),
        "tags_kept": all(row["tags_kept"] for row in rows.values()),
        "completed_by_the_next_run": all(row["completed"] for row in rows.values()),
        "runs": rows,
    }


def _moments(seen: list[Any], n_moments: int) -> list[Moment]:
    """Amid the bytes, after each change, and before requests spread over the run."""
    names = [f"{s.method} {s.path.split('/')[-2]}/{s.path.split('/')[-1][:12]}" for s in seen]
    token = next(n for n, s in enumerate(seen) if "xet-write-token" in s.path)
    amid = [Moment(token, names[token], "later", delay) for delay in DELAYS]
    writes = [n for n, s in enumerate(seen) if any(p in s.path for p in ("/commit/", "/tag/"))]
    done = [Moment(n, names[n], "after") for n in writes]
    left = n_moments - len(amid) - len(done)
    others = [Moment(n, names[n], "before") for n in _spread(len(seen), left)]
    return [*others, *amid, *done]


def _spread(n: int, n_chosen: int) -> list[int]:
    """Numbers below `n`, evenly spread up to the last.

    >>> _spread(10, 4)
    [1, 4, 6, 9]
    """
    return [n * (k + 1) // n_chosen - 1 for k in range(n_chosen)]


def _name(moment: Moment) -> str:
    delay = f" {moment.delay:g} s" if moment.delay else ""
    return f"{moment.number:02d} {moment.name}, {moment.when}{delay}"


def _try(moment: Moment, release: Path, folder: Path) -> Row:
    """What is there after the kill, and after the next run."""
    with start_hub(folder / "try", folder / "start") as hub:
        main, tags = hub.state()
        pids: list[int] = []
        hub.server.faults.append(_fault(moment, lambda: kill(pids[0])))
        killed = hub.publish(release, watch=pids.append)
        now, now_tags = hub.state()
        moved = now != main
        received = hub.n_received()
        again = hub.publish(release)
        tag = f"v{release.name}"
        completed = again.status == 0 and hub.is_whole(release, tag)
        return {
            "killed": killed.status == -9,
            "never_half": not moved or hub.is_whole(release, now),
            "tags_kept": all(now_tags.get(name) == oid for name, oid in tags.items()),
            "main": "moved" if moved else "as before",
            "completed": completed and hub.state()[0] == hub.state()[1][f"refs/tags/{tag}"],
            "again_bytes": hub.n_received() - received,
            "commits": _n_commits(hub, release),
        }


def _n_commits(hub: Hub, release: Path) -> int:
    """How many commits of the release main has: one, whatever happened."""
    history = hub.server.store.dataset(NAME).history("main")
    return sum(commit["title"] == f"zhcorpus {release.name}" for _, commit in history)


def _fault(moment: Moment, end: Callable[[], None]) -> Fault:
    if moment.when == "later":
        timer = threading.Timer(moment.delay, end)
        return Fault("*", "", skip=moment.number, call=timer.start, passes=True)
    return Fault("*", "", skip=moment.number, call=end, lose=moment.when == "after")
