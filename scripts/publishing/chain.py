"""The chain of releases of `bench_releases`, published one after the other."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from scripts.publishing.runs import Hub, start_hub
from scripts.releasing.batches import make_batches
from scripts.releasing.chain import Links, make_older, withdraw

VERSIONS = ("1.0.0", "1.1.0", "1.1.1", "1.1.2", "2.0.0")

Row = dict[str, Any]


def build_chain(articles: Path, folder: Path, n_pages: int) -> dict[str, Path]:
    """The releases by version, built once: a batch, a takedown, corrected pages, a column."""
    links = Links(folder / "chain", 2)
    found = {version: links[version] for version in VERSIONS}
    if not all((path / "MANIFEST.json").exists() for path in found.values()):
        shutil.rmtree(folder / "chain", ignore_errors=True)
        links.folder.mkdir(parents=True)
        batches = make_batches(articles, folder / "batches", n_pages, 1)
        links.build("1.0.0", "1.0.0", [batches.first])
        links.build("1.1.0", "1.1.0", [batches.second], "1.0.0")
        withdraw(links["1.1.0"], batches)
        links.build("1.1.1", "1.1.1", [], "1.1.0")
        links.build("1.1.2", "1.1.2", [batches.corrected], "1.1.1")
        make_older(links["1.1.2"], links["older"])
        links.build("2.0.0", "2.0.0", [], "older")
    return found


def measure_chain(chain: dict[str, Path], folder: Path) -> Row:
    """Publish each version, from the machine that published the last one and from another one."""
    rows: dict[str, Row] = {}
    for kind in ("same machine", "another machine"):
        with start_hub(folder / "hub") as hub:
            for version, release in chain.items():
                if kind == "another machine":
                    shutil.rmtree(hub.home, ignore_errors=True)
                    hub.server.store.xet.forget()
                rows[f"{version}, {kind}"] = _publish(hub, version, release)
            again = [hub.publish(chain[version]) for version in ("1.0.0", "2.0.0")]
    takedown = [row["new_share"] for name, row in rows.items() if name.startswith("1.1.1")]
    return {
        "takedown_share": max(takedown),
        "again_bytes": sum(run.n_bytes for run in again),
        "again_is_already_published": all("already published" in run.said for run in again),
        "all_whole": all(row["whole"] for row in rows.values()),
        "runs": rows,
    }


def _publish(hub: Hub, version: str, release: Path) -> Row:
    run = hub.publish(release)
    if run.status:
        sys.stderr.write(run.said)
    files = [path for path in release.rglob("*") if path.is_file()]
    n_bytes = sum(path.stat().st_size for path in files)
    return {
        "files": len(files),
        "bytes": n_bytes,
        "new_bytes": run.n_bytes,
        "new_share": round(run.n_bytes / n_bytes, 4),
        "requests": run.n_requests,
        "whole": run.status == 0 and hub.is_whole(release, f"v{version}"),
    }
