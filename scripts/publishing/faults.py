"""What goes wrong on the way, and what becomes of the release."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.publishing.runs import NAME, Fault, Hub, start_hub

Row = dict[str, Any]


def _move_head(hub: Hub) -> None:
    dataset = hub.server.store.dataset(NAME)
    tree = {**dataset.tree("main"), "notes.md": hub.server.store.put_regular(b"theirs")}
    dataset.add_commit("refs/heads/main", tree, "theirs", "", "somebody")
    dataset.save()


def _tag_wrongly(hub: Hub) -> None:
    dataset = hub.server.store.dataset(NAME)
    dataset.refs["refs/tags/v1.1.0"] = list(dataset.history("main"))[-1][0]
    dataset.save()


PARTS = ("/whoami", "/refs", "/tree/", "/preupload/", "/xet-write-token/", "/commit/", "/tag/")

FAULTS: dict[str, Callable[[Hub], Fault]] = {
    **{f"503 at {p}": lambda _, p=p: Fault("*", p, 503) for p in PARTS},  # type: ignore[misc]
    "503 twice at /commit/": lambda _: Fault("*", "/commit/", 503, times=2),
    "429, Retry-After 2, at /commit/": lambda _: Fault("*", "/commit/", 429, {"Retry-After": "2"}),
    "429, Retry-After 2, at /refs": lambda _: Fault("*", "/refs", 429, {"Retry-After": "2"}),
    "closed connection at /commit/": lambda _: Fault("*", "/commit/"),
    "closed connection at /tree/": lambda _: Fault("*", "/tree/"),
    "lost answer to the commit": lambda _: Fault("*", "/commit/", lose=True),
    "lost answer to the tag": lambda _: Fault("*", "/tag/", lose=True),
    "head moved before the commit": lambda hub: Fault(
        "*", "/commit/", call=lambda: _move_head(hub), passes=True
    ),
    "tag made elsewhere": lambda hub: Fault(
        "*", "/tag/", call=lambda: _tag_wrongly(hub), passes=True
    ),
    "no right to write": lambda _: Fault("*", "/commit/", 403),
    "no room": lambda _: Fault("*", "/commit/", 403, message="Storage quota exceeded"),
}
"""What happens, by name; each once, but where it says otherwise."""


def measure_faults(before: Path, release: Path, folder: Path) -> Row:
    """Publish `release` on top of `before` with each fault, then once more without."""
    with start_hub(folder / "start") as hub:
        assert hub.publish(before).status == 0
    rows = {}
    for name, make in FAULTS.items():
        with start_hub(folder / "try", folder / "start") as hub:
            rows[name] = _try(hub, make(hub), release)
    return {
        "never_half": all(row["never_half"] for row in rows.values()),
        "tags_kept": all(row["tags_kept"] for row in rows.values()),
        "tokens_told": any(row["token_told"] for row in rows.values()),
        "runs": rows,
    }


def _try(hub: Hub, fault: Fault, release: Path) -> Row:
    _, tags = hub.state()
    hub.server.faults.append(fault)
    run = hub.publish(release)
    main, now_tags = hub.state()
    titles = [c["title"] for _, c in hub.server.store.dataset(NAME).history("main")]
    holds = _holds(hub, release, main)
    again = hub.publish(release)
    error = run.said.strip().splitlines()[-1] if run.status else ""
    return {
        "exit": run.status,
        "said": error.replace(str(release), "RELEASE"),
        "never_half": holds or not any(release.name in title for title in titles),
        "tags_kept": all(now_tags.get(name) == oid for name, oid in tags.items()),
        "next_run": again.status,
        "token_told": hub.server.token in run.said + again.said,
    }


def _holds(hub: Hub, release: Path, revision: str) -> bool:
    """Whether a revision has all files of the release, and what others added."""
    import hashlib

    tree = hub.server.store.dataset(NAME).tree(revision)
    return all(
        tree.get(path.relative_to(release).as_posix(), {}).get("sha256")
        == hashlib.sha256(path.read_bytes()).hexdigest()
        for path in release.rglob("*")
        if path.is_file()
    )
