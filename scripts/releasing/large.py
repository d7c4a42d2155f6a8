"""Two large releases that differ in known articles, written as tables and not by a build.

Texts are those of a Parquet file, again and again, each behind a line of its own. Every file of the
second release differs from that of the first, so that no comparison can be spared.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.recipe import Recipe
from corpus.release import Counts, FileEntry, Manifest
from corpus.release.files import file_path
from corpus.release.manifest import ConfigEntry, join_logical, write_manifest
from corpus.release.parquet import FileWriter
from corpus.schema import ARTICLES, CONFIGS, LEDGER, ORIGIN, QUALITY

ROOT = Path(__file__).resolve().parent.parent.parent

FILE_ROWS = 25_000
"""Articles of a file: some 90 MB without compression."""

REMOVED, TEXTS, TITLES = 500, 300, 700
"""One article of so many is withdrawn, has another character, has another title."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """How many articles were removed, changed in text and in title, and added."""

    removed: int
    texts: int
    titles: int
    added: int


def measure_diff(articles: Path, folder: Path, n_rows: int) -> Row:
    """Make both releases and compare them, in a process of its own."""
    known = _known(articles, folder / str(n_rows), n_rows)
    command = [sys.executable, "-m", "scripts.releasing.diff_alone"]
    command += [str(folder / str(n_rows) / name) for name in ("old", "new")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    found = json.loads(done.stdout)
    n_bytes = sum(file.stat().st_size for file in (folder / str(n_rows)).rglob("*.parquet"))
    told = found.pop("removed"), found.pop("texts"), found.pop("titles"), found.pop("added")
    truth = known.removed, known.texts, known.titles, known.added
    return {
        "articles": n_rows,
        "files_mb": round(n_bytes / 1e6),
        "removed_texts_titles_added": list(truth),
        "diff_true": told == truth,
        **found,
    }


def _known(articles: Path, folder: Path, n_rows: int) -> Known:
    """What is different between the pair, which is made if it is not there yet."""
    done = folder / "known.json"
    if not done.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        known = make_pair(articles, folder, n_rows)
        done.write_text(json.dumps(dataclasses.asdict(known)), encoding="utf-8")
    return Known(**json.loads(done.read_text(encoding="utf-8")))


def make_pair(articles: Path, folder: Path, n_rows: int) -> Known:
    """Write `old` and `new` below the folder."""
    texts = pq.read_table(articles, columns=["text"])["text"].combine_chunks()
    old, new = Writing(folder / "old", "1.0.0"), Writing(folder / "new", "1.1.0")
    n_files = max(n_rows // FILE_ROWS, 1)
    removed = n_texts = n_titles = 0
    for number in range(n_files):
        table = _articles(texts, number, n_rows // n_files, "1.0.0")
        old.write("default", "1.0.0", number, n_files, table)
        place = np.arange(len(table))
        is_gone = place % REMOVED == 7
        has_text, has_title = (place % TEXTS == 11) & ~is_gone, (place % TITLES == 13) & ~is_gone
        changed = _changed(table, has_text, has_title).filter(pa.array(~is_gone))
        new.write("default", "1.0.0", number, n_files, changed)
        for release, gone in ((old, is_gone & False), (new, is_gone)):
            release.write("ledger", "1.0.0", number, n_files, _ledger(table["id"], gone))
        removed, n_texts = removed + int(is_gone.sum()), n_texts + int(has_text.sum())
        n_titles += int(has_title.sum())
    n_added = min(n_rows // 100, FILE_ROWS)
    more = _articles(texts, n_files, n_added, "1.1.0")
    new.write("default", "1.1.0", 0, 1, more)
    new.write("ledger", "1.1.0", 0, 1, _ledger(more["id"], np.zeros(n_added, np.bool_)))
    for release in (old, new):
        release.finish()
    return Known(removed, n_texts, n_titles, n_added)


class Writing:
    """A release that is written file by file."""

    def __init__(self, folder: Path, version: str) -> None:
        """Nothing is there yet."""
        self.folder, self.version = folder, version
        self.entries: list[FileEntry] = []

    def write(self, config: str, batch: str, number: int, total: int, table: pa.Table) -> None:
        """Write the rows as one file of one row group."""
        path = file_path(config, batch, number, total)
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        with (self.folder / path).open("wb") as sink:
            with FileWriter(sink, config) as writer:
                writer.write(table.combine_chunks())
            done = writer.describe(path, "")
        entry = done.bytes, done.sha256, done.rows, done.row_bytes, done.logical_sha256
        self.entries.append(FileEntry(path, config, *entry))

    def finish(self) -> None:
        """Write the manifest."""
        files = tuple(sorted(self.entries, key=lambda file: file.path))
        configs = {name: self._config([f for f in files if f.config == name]) for name in CONFIGS}
        n = configs["default"].rows
        counts = Counts(n, n, {}, {})
        recipe = Recipe().as_dict()
        manifest = Manifest(
            "large", self.version, "", pa.__version__, "", recipe, (), counts, configs, files
        )
        write_manifest(self.folder, manifest)

    def _config(self, files: list[FileEntry]) -> ConfigEntry:
        rows, n_bytes = sum(f.rows for f in files), sum(f.row_bytes for f in files)
        return ConfigEntry(rows, n_bytes, join_logical(files))


def _articles(texts: pa.StringArray, number: int, n: int, version: str) -> pa.Table:
    """The articles of a file: of one site, by id."""
    chance = np.random.default_rng(number)
    ids = sorted(_hex(chance, n, 16))
    lines = pa.array([f"第{number}组第{k}篇\n" for k in range(n)])
    chosen = texts.take(pa.array((number * n + np.arange(n)) % len(texts)))
    text = pc.binary_join_element_wise(lines, chosen, "")
    columns: dict[str, Any] = {
        "id": ids,
        "url": [f"https://www.s{number}.example/a/{k}.html" for k in range(n)],
        "site": [f"s{number}.example"] * n,
        "title": pc.utf8_slice_codeunits(text, 0, 24),
        "text": text,
        "n_characters": pc.utf8_length(text),
        "quality": _structs(QUALITY, chance.random((n, len(QUALITY)))),
        "origin": pa.StructArray.from_arrays(
            [
                pa.array(values, kind.type)
                for kind, values in zip(ORIGIN, _origins(chance, n), strict=True)
            ],
            fields=list(ORIGIN),
        ),
        "added_in": [version] * n,
        "published_at": ["2026-01-31"] * n,
        "language": ["zh"] * n,
    }
    return _table(ARTICLES, columns, n)


def _origins(chance: np.random.Generator, n: int) -> Iterator[list[Any]]:
    yield from (["crawl"] * n, ["pages.jsonl"] * n, list(range(n)), _hex(chance, n, 32), [None] * n)


def _hex(chance: np.random.Generator, n: int, size: int) -> list[str]:
    return [chance.bytes(size).hex() for _ in range(n)]


def _structs(kind: pa.StructType, values: np.ndarray[Any, Any]) -> pa.StructArray:
    parts = [pa.array(v).cast(f.type, safe=False) for f, v in zip(kind, values.T, strict=True)]
    return pa.StructArray.from_arrays(parts, fields=list(kind))


def _table(schema: pa.Schema, columns: Row, n: int) -> pa.Table:
    arrays = []
    for field in schema:
        values = columns.get(field.name)
        arrays.append(pa.nulls(n, field.type) if values is None else _cast(values, field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _cast(values: Any, kind: pa.DataType) -> pa.Array:
    return values.cast(kind) if isinstance(values, pa.Array) else pa.array(values, kind)


def _changed(table: pa.Table, texts: Any, titles: Any) -> pa.Table:
    """The articles with the fifth character of some texts and of some titles another one."""
    for name, mask in (("text", texts), ("title", titles)):
        column = table.column(name).combine_chunks()
        other = pc.utf8_replace_slice(column, 4, 5, "改")
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, pc.if_else(pa.array(mask), other, column))
    return table


def _ledger(ids: pa.ChunkedArray, gone: Any) -> pa.Table:
    mask, n = pa.array(gone), len(ids)
    columns = {
        "id": ids.combine_chunks(),
        "outcome": pc.if_else(mask, "removed", "kept"),
        "stage": pc.if_else(mask, "takedown", pa.nulls(n, pa.string())),
        "reason": pc.if_else(mask, "page", pa.nulls(n, pa.string())),
    }
    return _table(LEDGER, columns, n)
