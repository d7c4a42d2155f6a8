"""One crawl built by several Pythons, and one release in all its forms: the same rows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

import corpus
from corpus.recipe import Card, Recipe
from corpus.release import read_manifest
from corpus.release.logical import LogicalHash
from corpus.schema import CONFIGS, SCHEMAS

ROOT = Path(__file__).resolve().parent.parent.parent

Row = dict[str, Any]

ASK = "import platform, pyarrow; print(platform.python_version(), pyarrow.__version__)"


def measure_pythons(pages: Path, folder: Path, pythons: Sequence[str]) -> Row:
    """Build with each Python; `sys.executable` comes first."""
    rows: dict[str, Row] = {}
    for number, python in enumerate(dict.fromkeys([sys.executable, *pythons])):
        out = folder / f"python-{number}"
        shutil.rmtree(out, ignore_errors=True)
        said = _run([python, "-c", ASK]).split()
        _run([python, "-m", "corpus.cli", "build", *sources(pages), "--out", str(out), *OPTIONS])
        manifest = read_manifest(out)
        logical = [manifest.configs[name].logical_sha256[:16] for name in CONFIGS]
        rows[f"Python {said[0]}"] = {
            "pyarrow": said[1],
            "pages": manifest.counts.read,
            "logical": " ".join(logical),
            "files": " ".join(file.sha256[:8] for file in manifest.files),
        }
    n_hashes = len({row["logical"] for row in rows.values()})
    n_files = len({row["files"] for row in rows.values()})
    return {"one_logical_hash": n_hashes == 1, "same_files": n_files == 1, "runs": rows}


OPTIONS = ("--version", "1.0.0", "--workers", "2", "--date", "2026-01-31")


def sources(pages: Path) -> list[str]:
    """The pages of a crawl and the examples."""
    return [str(pages), str(ROOT / "examples")]


def _run(command: Sequence[str]) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    return done.stdout.decode()


def measure_forms(pages: Path, folder: Path) -> Row:
    """A release as Arrow, as JSON lines and through Croissant, each against its own rows."""
    release = folder / "forms"
    for name in ("forms", "arrow", "jsonl"):
        shutil.rmtree(folder / name, ignore_errors=True)
    card = Card(license="cc0-1.0", citation="Nobody, 2026.", contact="corpus@example.org")
    recipe = Recipe(card=card)
    day = "2026-01-31"
    corpus.build(sources(pages), release, version="1.0.0", date=day, recipe=recipe, workers=0)
    manifest = read_manifest(release)
    corpus.export(release, folder / "arrow", "arrow")
    corpus.export(release, folder / "jsonl", "jsonl")
    rows: dict[str, Row] = {}
    for config in CONFIGS:
        wanted = _digest(_table(corpus.load(release, config=config)))
        mapped, is_mapped = _mapped(folder / "arrow" / config)
        rows[config] = {
            "rows": manifest.configs[config].rows,
            "arrow": _digest(mapped) == wanted,
            "mapped": is_mapped,
            "jsonl": _digest(_lines(folder / "jsonl" / config, config)) == wanted,
            "croissant": _records(release, config) == manifest.configs[config].rows,
        }
    return {"croissant_complaints": _validate(release), "runs": rows}


def _table(dataset: Any) -> pa.Table:
    return pa.table(dataset.data.table.combine_chunks())


def _digest(table: pa.Table) -> str:
    total = LogicalHash()
    total.update(table)
    return total.hexdigest()


def _mapped(folder: Path) -> tuple[pa.Table, bool]:
    """The rows of `load_from_disk`, and whether next to no memory was taken for them."""
    import datasets

    before = pa.total_allocated_bytes()
    dataset = datasets.load_from_disk(str(folder))
    taken = pa.total_allocated_bytes() - before
    size = sum(path.stat().st_size for path in folder.glob("*.arrow"))
    return _table(dataset), taken < max(size / 10, 100_000)


def _lines(folder: Path, config: str) -> pa.Table:
    rows = []
    for path in sorted(folder.glob("*.jsonl.zst")):
        with pa.input_stream(str(path), compression="zstd") as stream:
            rows += [json.loads(line) for line in stream.read().decode("utf-8").splitlines()]
    return pa.Table.from_pylist(rows, SCHEMAS[config])


def _records(release: Path, config: str) -> int:
    import mlcroissant

    dataset = mlcroissant.Dataset(str(release / "croissant.json"))
    return sum(1 for _ in dataset.records(config))


def _validate(release: Path) -> int:
    """Errors and warnings of `mlcroissant validate`."""
    command = [str(Path(sys.executable).parent / "mlcroissant"), "validate", "--jsonld"]
    done = subprocess.run(
        [*command, str(release / "croissant.json")], capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    return said.count("ERROR") + said.count("WARNING") + (done.returncode != 0)
