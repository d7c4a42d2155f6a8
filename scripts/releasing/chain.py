"""The chain 1.0.0, 1.1.0 (a batch), 1.1.1 (a takedown), 2.0.0 (a column), against what is known."""

from __future__ import annotations

import dataclasses
import hashlib
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import corpus
from corpus.pipeline.takedown import Request, takedown
from corpus.release import Diff, FileEntry, Manifest, read_manifest
from corpus.release.manifest import write_manifest
from scripts.releasing.batches import Batches
from scripts.releasing.chunks import ChunkStore, Sent

RECIPE = """
[release]
shard_bytes = 4_000_000
row_group_bytes = 4_000_000
sample_rows = 100
"""
"""Files so small that a small crawl has several, and a sample that is small beside them."""

N_WITHDRAWN = 4
NEW_COLUMN = "reservations"
"""The column that the release before 2.0.0 does not have."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The articles that a step adds, removes and changes, and the columns, by construction."""

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()

    @property
    def touched(self) -> frozenset[str]:
        """The articles of the release before of which a row must change."""
        return self.removed | self.changed

    def is_told_by(self, diff: Diff) -> bool:
        """Whether the diff says exactly this."""
        told = [{entry.id for entry in e} for e in (diff.added, diff.removed, diff.changed)]
        columns = {f"{c.config}.{c.column}" for c in diff.columns}
        return [*told, columns] == [self.added, self.removed, self.changed, self.columns]


@dataclass(frozen=True, slots=True)
class Links:
    """The releases of the chain, in one folder; `older` is 1.1.1 without a column."""

    folder: Path
    workers: int

    def __getitem__(self, name: str) -> Path:
        """The folder of a release."""
        return self.folder / name

    def build(self, name: str, version: str, sources: Sequence[Path], previous: str = "") -> float:
        """Build a release; the seconds it took."""
        recipe = self.folder / "recipe.toml"
        recipe.write_text(RECIPE, encoding="utf-8")
        command = [sys.executable, "-m", "corpus.cli", "build", *map(str, sources)]
        command += ["--out", str(self[name]), "--version", version, "--recipe", str(recipe)]
        command += ["--workers", str(self.workers), "--date", "2026-01-31", "--json"]
        command += ["--previous", str(self[previous])] if previous else []
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begin


def measure_chain(batches: Batches, folder: Path, workers: int) -> dict[str, Any]:
    """Build the chain and compare each step with its truth."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    links, store = Links(folder, workers), ChunkStore(folder / "chunks")
    seconds = {
        "1.0.0": links.build("1.0.0", "1.0.0", [batches.first]),
        "batch alone": links.build("alone", "1.0.0", [batches.own]),
        "1.1.0": links.build("1.1.0", "1.1.0", [batches.second], "1.0.0"),
    }
    known, own = ids_of(links["1.0.0"]), ids_of(links["alone"])
    gone = withdraw(links["1.1.0"], batches)
    seconds["1.1.1"] = links.build("1.1.1", "1.1.1", [], "1.1.0")
    make_older(links["1.1.1"], links["older"])
    seconds["2.0.0"] = links.build("2.0.0", "2.0.0", [], "older")
    columns = frozenset(f"{config}.{NEW_COLUMN}" for config in ("default", "sample"))
    steps = {
        "1.1.0": ("1.0.0", Truth(added=own, changed=batches.changed & known)),
        "1.1.1": ("1.1.0", Truth(removed=gone)),
        "2.0.0": ("older", Truth(columns=columns)),
    }
    whole = store.send(files_in(links["1.0.0"]))
    rows: dict[str, Any] = {"1.0.0": _row(links["1.0.0"], seconds["1.0.0"], whole)}
    for version, (before, truth) in steps.items():
        sent = store.send(files_in(links[version]))
        rows[version] = {
            **_row(links[version], seconds[version], sent),
            **_against(links[before], links[version], truth),
        }
    batch = sum(file.stat().st_size for file in files_in(links["alone"]))
    n_new = rows["1.1.0"]["new_bytes"]
    return {
        "sound": all(corpus.verify(links[version]).is_sound for version in rows),
        "diffs_true": all(row.get("diff_true", True) for row in rows.values()),
        "copies_left_out": not batches.copied & ids_of(links["1.1.0"]),
        "batch_bytes": batch,
        "addition_to_batch": round(n_new / batch, 3),
        "takedown_share": round(rows["1.1.1"]["new_share"], 4),
        "runs": rows,
    }


def _row(release: Path, seconds: float, sent: Sent) -> dict[str, Any]:
    return {
        "articles": read_manifest(release).n_articles,
        "seconds": round(seconds, 1),
        "bytes": sent.total,
        "new_bytes": sent.new,
        "new_share": round(sent.share, 4),
    }


def _against(before: Path, after: Path, truth: Truth) -> dict[str, Any]:
    """The diff of a step and its files, beside the truth."""
    found = corpus.diff(before, after, None)
    old, new = read_manifest(before), read_manifest(after)
    same = {file.sha256 for file in new.files}
    files = [file for file in old.files if file.config != "sample"]
    rewritten = [file for file in files if file.sha256 not in same]
    needless = [file for file in rewritten if not _holds(before, file, truth)]
    return {
        "added": found.n_added,
        "removed": found.n_removed,
        "changed": found.n_changed,
        "diff_true": truth.is_told_by(found),
        "old_files": len(files),
        "same_files": len(files) - len(rewritten),
        "needlessly_written": len(needless),
    }


def _holds(release: Path, file: FileEntry, truth: Truth) -> bool:
    """Whether a row of the file is touched, or its columns are."""
    if any(name.startswith(f"{file.config}.") for name in truth.columns):
        return True
    columns = ["id", "kept_id"] if file.config == "ledger" else ["id"]
    table = pq.read_table(release / file.path, columns=columns)
    return any(truth.touched & set(table[name].to_pylist()) for name in columns)


def withdraw(release: Path, batches: Batches) -> frozenset[str]:
    """Withdraw some articles; these and all others of their families go."""
    articles = ids_of(release)
    families = [ids & articles for ids in batches.families.values() if len(ids & articles)]
    chosen = random.Random("withdrawn").sample(sorted(families, key=sorted), N_WITHDRAWN)
    several = max(families, key=lambda ids: (len(ids), sorted(ids)))
    asked = [min(ids) for ids in (*chosen, several)]
    takedown(release, Request(ids=asked), reason="asked by its author", date="2026-01-31")
    return frozenset().union(*chosen, several)


def make_older(release: Path, copy: Path) -> None:
    """A copy of a release whose articles lack a column, as an older library would write it."""
    shutil.copytree(release, copy)
    manifest: Manifest = read_manifest(copy)
    files = []
    for file in manifest.files:
        path = copy / file.path
        if file.config in ("default", "sample"):
            table = pq.read_table(path).drop([NEW_COLUMN])
            path.unlink()  # it may be one file with that of the other release
            pq.write_table(table, path, compression="zstd", compression_level=3)
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        files.append(dataclasses.replace(file, bytes=len(data), sha256=digest))
    write_manifest(copy, dataclasses.replace(manifest, files=tuple(files)))


def ids_of(release: Path) -> frozenset[str]:
    """The ids of all articles of a release."""
    files = read_manifest(release).article_files()
    tables = [pq.read_table(release / file.path, columns=["id"]) for file in files]
    return frozenset(id_ for table in tables for id_ in table["id"].to_pylist())


def files_in(release: Path) -> list[Path]:
    """All files of a release."""
    return sorted(path for path in release.rglob("*") if path.is_file())
