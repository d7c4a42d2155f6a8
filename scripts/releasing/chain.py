"""The chain 1.0.0, 1.1.0 (a batch), 1.1.1 (a takedown), 1.1.2 (corrected pages), 2.0.0 (a column).

Every step is compared with what is known by construction, and its diff with a plain comparison.
"""

from __future__ import annotations

import dataclasses
import hashlib
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import corpus
from corpus.pipeline.takedown import Request, takedown
from corpus.release import Diff, FileEntry, Manifest, read_manifest
from corpus.release.manifest import write_manifest
from corpus.schema import ARTICLES
from scripts.releasing.batches import SENTENCE, Batches
from scripts.releasing.chunks import ChunkStore, Sent

RECIPE = """
[release]
shard_bytes = 4_000_000
row_group_bytes = 4_000_000
sample_rows = 100
"""
"""Files so small that a small crawl has several, and a sample that is small beside them."""

N_WITHDRAWN = 3
NEW_COLUMN = "reservations"
"""The column that the release before 2.0.0 does not have."""

WHEN = {"added_in", "changed_in"}
"""Columns that a diff does not compare."""

Row = dict[str, Any]
Step = tuple[str, Callable[[Diff], bool]]
"""The release before, and whether the diff from it is what was made."""


@dataclass(frozen=True, slots=True)
class Links:
    """The releases of the chain, in one folder; `older` is 1.1.2 without a column."""

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


def measure_chain(batches: Batches, folder: Path, workers: int) -> Row:
    """Build the chain and compare each step with its truth."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    links = Links(folder, workers)
    seconds = {
        "1.0.0": links.build("1.0.0", "1.0.0", [batches.first]),
        "batch alone": links.build("alone", "1.0.0", [batches.own]),
        "1.1.0": links.build("1.1.0", "1.1.0", [batches.second], "1.0.0"),
    }
    gone = withdraw(links["1.1.0"], batches)
    seconds["1.1.1"] = links.build("1.1.1", "1.1.1", [], "1.1.0")
    seconds["1.1.2"] = links.build("1.1.2", "1.1.2", [batches.corrected], "1.1.1")
    make_older(links["1.1.2"], links["older"])
    seconds["2.0.0"] = links.build("2.0.0", "2.0.0", [], "older")
    steps = _steps(batches, ids_of(links["alone"]), gone, ids_of(links["1.1.1"]))
    store = ChunkStore(folder / "chunks")
    whole = store.send(files_in(links["1.0.0"]))
    rows: dict[str, Row] = {"1.0.0": _row(links["1.0.0"], seconds["1.0.0"], whole)}
    for version, (before, is_true) in steps.items():
        sent = store.send(files_in(links[version]))
        rows[version] = {
            **_row(links[version], seconds[version], sent),
            **_against(links[before], links[version], is_true),
        }
    batch = sum(file.stat().st_size for file in files_in(links["alone"]))
    return {
        "sound": all(corpus.verify(links[version]).is_sound for version in rows),
        "diffs_true": all(row.get("diff_true", True) for row in rows.values()),
        "copies_left_out": not batches.copied & ids_of(links["1.1.0"]),
        "batch_bytes": batch,
        "addition_to_batch": round(rows["1.1.0"]["new_bytes"] / batch, 3),
        "takedown_share": rows["1.1.1"]["new_share"],
        "runs": rows,
    }


def _steps(
    batches: Batches, own: frozenset[str], gone: frozenset[str], known: frozenset[str]
) -> dict[str, Step]:
    """What must be different at each step.

    Of a family of copies the batch alone may keep another one: a site that has more articles in
    the chain may be known there as the home of its outlet.
    """
    changed = batches.changed & known
    columns = {f"{config}.{NEW_COLUMN}" for config in ("default", "sample")}

    def is_addition(diff: Diff) -> bool:
        new = Counter(batches.family[entry.id] for entry in diff.added)
        return new == Counter(batches.family[id_] for id_ in own) and _sizes(diff) == (0, 0, 0)

    def is_correction(diff: Diff) -> bool:
        # More may differ: read without its siblings, a page is not judged by its site.
        texts = [{p.text for p in change.text if p.op == "insert"} for change in diff.changed]
        return {c.id for c in diff.changed} == changed and all(SENTENCE in new for new in texts)

    return {
        "1.1.0": ("1.0.0", is_addition),
        "1.1.1": ("1.1.0", lambda diff: {entry.id for entry in diff.removed} == gone),
        "1.1.2": ("1.1.1", is_correction),
        "2.0.0": ("older", lambda d: {f"{c.config}.{c.column}" for c in d.columns} == columns),
    }


def _sizes(diff: Diff) -> tuple[int, int, int]:
    return diff.n_removed, diff.n_changed, len(diff.columns)


def _row(release: Path, seconds: float, sent: Sent) -> Row:
    return {
        "articles": read_manifest(release).n_articles,
        "seconds": round(seconds, 1),
        "bytes": sent.total,
        "new_bytes": sent.new,
        "new_share": round(sent.share, 4),
    }


def _against(before: Path, after: Path, is_true: Callable[[Diff], bool]) -> Row:
    """The diff of a step and its files, beside the truth."""
    found = corpus.diff(before, after, None)
    old, new = read_manifest(before), read_manifest(after)
    same = {file.sha256 for file in new.files}
    files = [file for file in old.files if file.config != "sample"]
    rewritten = [file for file in files if file.sha256 not in same]
    _, removed, changed = _told(found)
    touched = removed | changed
    needless = [f for f in rewritten if not (found.columns or _holds(before, f, touched))]
    return {
        "added": found.n_added,
        "removed": found.n_removed,
        "changed": found.n_changed,
        "diff_true": is_true(found) and _told(found) == plain_diff(before, after),
        "old_files": len(files),
        "same_files": len(files) - len(rewritten),
        "needlessly_written": len(needless),
    }


def _told(diff: Diff) -> tuple[set[str], ...]:
    added, removed = ({entry.id for entry in entries} for entries in (diff.added, diff.removed))
    return added, removed, {change.id for change in diff.changed}


def plain_diff(before: Path, after: Path) -> tuple[set[str], ...]:
    """Ids added, removed and changed, by comparing all rows of both in memory."""
    old, new = _rows(before), _rows(after)
    common = old.keys() & new.keys()
    columns = set.intersection(*(set(row) for row in (*old.values(), *new.values()))) - WHEN
    changed = {id_ for id_ in common if any(old[id_][c] != new[id_][c] for c in columns)}
    return new.keys() - old.keys(), old.keys() - new.keys(), changed


def _rows(release: Path) -> dict[str, Row]:
    files = read_manifest(release).article_files()
    tables = (pq.read_table(release / file.path) for file in files)
    return {row["id"]: row for table in tables for row in table.to_pylist()}


def _holds(release: Path, file: FileEntry, touched: set[str]) -> bool:
    """Whether a row of the file is of one of these articles, or stands for one."""
    columns = ["id", "kept_id"] if file.config == "ledger" else ["id"]
    table = pq.read_table(release / file.path, columns=columns)
    return any(touched & set(table[name].to_pylist()) for name in columns)


def withdraw(release: Path, batches: Batches) -> frozenset[str]:
    """Withdraw some articles; all that is there of their families goes with them."""
    families: dict[int, set[str]] = {}
    for id_ in ids_of(release) - batches.changed - batches.copied:
        if batches.family[id_] not in batches.mixed:
            families.setdefault(batches.family[id_], set()).add(id_)
    chosen = random.Random("withdrawn").sample(sorted(families), N_WITHDRAWN)
    asked = [min(families[family]) for family in chosen]
    takedown(release, Request(ids=asked), reason="asked by its author", date="2026-01-31")
    return frozenset().union(*(families[family] for family in chosen))


def make_older(release: Path, copy: Path) -> None:
    """A copy of a release whose articles lack a column, as an older library would write it."""
    shutil.copytree(release, copy)
    manifest: Manifest = read_manifest(copy)
    files = []
    for file in manifest.files:
        path = copy / file.path
        if file.config in ("default", "sample"):
            assert NEW_COLUMN in ARTICLES.names
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
