"""A release damaged in one way after the other, and whether `verify` names each."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import corpus
from corpus.pipeline.takedown import Request, takedown
from corpus.release import FileEntry, read_manifest
from corpus.release.manifest import MANIFEST

ROOT = Path(__file__).resolve().parent.parent.parent

Damage = Callable[[Path], None]
Row = dict[str, Any]


def measure_damage(folder: Path) -> Row:
    """Build a small release, damage copies of it, and look at each."""
    shutil.rmtree(folder, ignore_errors=True)
    sound = _build(folder)
    begin = time.perf_counter()
    is_sound = corpus.verify(sound).is_sound
    seconds = time.perf_counter() - begin
    rows = {name: _look(sound, folder / "damaged", kind) for name, kind in KINDS.items()}
    return {
        "sound_before": is_sound,
        "seconds": round(seconds, 2),
        "kinds": len(rows),
        "found": sum(row["found"] for row in rows.values()),
        "runs": rows,
    }


def _build(folder: Path) -> Path:
    """The release of the examples, from which one article was withdrawn."""
    corpus.build([ROOT / "examples"], folder / "first", version="1.0.0", workers=0)
    first = next(iter(corpus.load(folder / "first")))
    takedown(folder / "first", Request(ids=[first["id"]]), reason="asked", date="2026-01-31")
    corpus.build([], folder / "sound", version="1.0.1", previous=folder / "first", workers=0)
    return folder / "sound"


@dataclass(frozen=True, slots=True)
class Kind:
    """A damage, and the check that must name it."""

    check: str
    damage: Damage


def _look(sound: Path, copy: Path, kind: Kind) -> Row:
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(sound, copy)
    kind.damage(copy)
    checks = sorted({finding.check for finding in corpus.verify(copy).findings})
    return {"check": kind.check, "found": kind.check in checks, "checks": checks}


def _file(folder: Path, config: str = "default") -> FileEntry:
    return read_manifest(folder).files_of(config)[0]


def _flip_bit(folder: Path) -> None:
    path = folder / max(read_manifest(folder).files, key=lambda file: file.bytes).path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cut_short(folder: Path) -> None:
    path = folder / _file(folder, "noise").path
    path.write_bytes(path.read_bytes()[:-100])


def _lose_file(folder: Path) -> None:
    (folder / _file(folder, "ledger").path).unlink()


def _leave_file(folder: Path) -> None:
    path = folder / _file(folder).path
    shutil.copy(path, path.with_name("train-00001-of-00002.parquet"))


def _replace_file(folder: Path) -> None:
    path = folder / _file(folder, "sample").path
    _write(folder, path, b"<html>Too many requests</html>")


def _rows(config: str, change: Callable[[pa.Table], pa.Table]) -> Damage:
    """Rows changed, and sizes and hashes of the manifest with them, as a forger would."""

    def damage(folder: Path) -> None:
        path = folder / _file(folder, config).path
        sink = pa.BufferOutputStream()
        pq.write_table(change(pq.read_table(path)), sink)
        _write(folder, path, sink.getvalue().to_pybytes())

    return damage


def _write(folder: Path, path: Path, data: bytes) -> None:
    """Other bytes for a file, of which the manifest knows."""
    path.write_bytes(data)
    name = path.relative_to(folder).as_posix()

    def tell(manifest: Row) -> None:
        for entry in (*manifest["files"], *manifest["documents"]):
            if entry["path"] == name:
                entry["sha256"] = hashlib.sha256(data).hexdigest()
                if "bytes" in entry:
                    entry["bytes"] = len(data)

    _tell(folder, tell)


def _tell(folder: Path, change: Callable[[Row], None]) -> None:
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def _set(column: str, change: Callable[[pa.ChunkedArray], Any]) -> Callable[[pa.Table], pa.Table]:
    def apply(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index(column)
        return table.set_column(place, table.schema.field(column), change(table.column(column)))

    return apply


def _repeat_first(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table.slice(0, 1), table])


def _one_kept_less(manifest: Row) -> None:
    manifest["counts"]["kept"] -= 1


def _edit_card(folder: Path) -> None:
    path = folder / "README.md"
    path.write_text(path.read_text(encoding="utf-8").replace(" articles", " essays", 1), "utf-8")


def _put_back(folder: Path) -> None:
    """The tombstone of an article that is there."""
    path = folder / "TAKEDOWNS.jsonl"
    id_ = pq.read_table(folder / _file(folder).path, columns=["id"])["id"][0].as_py()
    stone = json.dumps({"date": "2026-01-31", "page": id_, "reason": "asked"})
    _write(folder, path, path.read_bytes() + stone.encode() + b"\n")


def _first_null(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([None, *column.to_pylist()[1:]], column.type)


KINDS: dict[str, Kind] = {
    "a bit flipped": Kind("check_bytes", _flip_bit),
    "a file cut short": Kind("check_bytes", _cut_short),
    "a file missing": Kind("check_presence", _lose_file),
    "a file too many": Kind("check_presence", _leave_file),
    "an error page in place of a file": Kind("check_format", _replace_file),
    "a column missing": Kind("check_format", _rows("default", lambda t: t.drop(["site"]))),
    "a text changed, hashes adjusted": Kind(
        "check_rows", _rows("default", _set("text", lambda c: pc.utf8_replace_slice(c, 0, 1, "甲")))
    ),
    "an id that is none": Kind("check_ids", _rows("default", _set("id", pc.utf8_upper))),
    "an article twice": Kind("check_ids", _rows("default", _repeat_first)),
    "rows in another order": Kind(
        "check_order", _rows("default", lambda t: t.take(list(range(len(t)))[::-1]))
    ),
    "another sample": Kind("check_sample", _rows("sample", lambda t: t.slice(1))),
    "a ledger that lacks rows": Kind(
        "check_ledger", _rows("ledger", lambda t: t.slice(len(t) // 2))
    ),
    "noise of no article": Kind(
        "check_references", _rows("noise", _set("id", lambda c: pa.array(["0" * 32] * len(c))))
    ),
    "a withdrawn article that is there": Kind("check_takedowns", _put_back),
    "a count that is wrong": Kind("check_counts", lambda folder: _tell(folder, _one_kept_less)),
    "a word of the card changed": Kind("check_documents", _edit_card),
    "a manifest without a config": Kind(
        "check_manifest", lambda folder: _tell(folder, lambda m: m["configs"].pop("noise"))
    ),
}
"""Each damage by its name."""
