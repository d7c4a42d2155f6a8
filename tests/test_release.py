"""A release has the same bytes for the same pages, and opens."""

import dataclasses
import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from release_pages import (
    GOLDEN,
    build,
    find_clusters,
    finish,
    golden_lines,
    many_lines,
    write_shards,
)

from corpus.engine import Work
from corpus.errors import ReleaseError, StorageError
from corpus.recipe import Recipe, Release
from corpus.release import load, read_manifest
from corpus.release import parquet as parquet_module
from corpus.release.logical import LogicalHash
from corpus.schema import CONFIGS

SMALL = Release(shard_bytes=60_000, row_group_bytes=20_000, sample_rows=7)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what `datasets` caches out of the user's folder."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))


def bytes_of(folder: Path) -> dict[str, str]:
    """The digest of every file by its path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(folder: Path, config: str) -> list[dict]:
    """All rows of a config, read without this library."""
    entries = read_manifest(folder).files_of(config)
    return [row for entry in entries for row in pq.read_table(folder / entry.path).to_pylist()]


@pytest.mark.parametrize("sizes", [[400], [1, 0, 399], [133, 134, 133], [10] * 40])
def test_bytes_do_not_depend_on_shards(tmp_path: Path, sizes: list[int]) -> None:
    """However the pages are cut into shards, every file of the release is the same."""
    lines = many_lines(400)
    build(tmp_path / "a", lines, [200, 200], SMALL)
    build(tmp_path / "b", lines, sizes, SMALL)
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


@pytest.mark.parametrize(("seed", "zone"), [("1", "Asia/Shanghai"), ("2", "America/Lima")])
def test_bytes_do_not_depend_on_process(tmp_path: Path, seed: str, zone: str) -> None:
    """Hash seed, time zone, locale and process leave every byte where it is."""
    build(tmp_path / "a", golden_lines())
    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import pathlib, release_pages as r\n"
        f"r.build(pathlib.Path({str(tmp_path / 'b')!r}), r.golden_lines())"
    )
    env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", script], env=env, cwd=root, check=True)
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


def test_flushed_batches_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that writes every few rows gives the release of one that writes once."""
    lines = many_lines(100)
    build(tmp_path / "a", lines, None, SMALL)
    monkeypatch.setattr("corpus.release.shard.FLUSH_ROWS", 3)
    build(tmp_path / "b", lines, None, SMALL)
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


@pytest.mark.parametrize("n_bytes", [1, 2_000])
def test_joining_pieces_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_bytes: int
) -> None:
    """Rows of many shards are the same, however many are joined before all are there."""
    lines = many_lines(60)
    whole = build(tmp_path / "whole", lines, [60])
    monkeypatch.setattr("corpus.release.gather.JOIN_BYTES", n_bytes)
    assert build(tmp_path / "joined", lines, [1] * 30 + [0, 30]).files == whole.files


def test_logical_hashes_are_pinned(tmp_path: Path) -> None:
    """The golden pages have the logical hashes that stand in the golden file, with any pyarrow."""
    manifest = build(tmp_path / "r", golden_lines())
    hashes = {file.config: file.logical_sha256 for file in manifest.files}
    assert hashes == json.loads((GOLDEN / "logical.json").read_text())
    for name, entry in manifest.configs.items():
        assert entry.logical_sha256 == hashlib.sha256(f"{hashes[name]}\n".encode()).hexdigest()


def test_logical_hash_does_not_depend_on_row_groups(tmp_path: Path) -> None:
    """The same rows in other row groups have the same logical hashes."""
    lines = many_lines(200)
    a = build(tmp_path / "a", lines, None, SMALL)
    b = build(tmp_path / "b", lines, None, dataclasses.replace(SMALL, row_group_bytes=3_000))
    assert bytes_of(tmp_path / "a") != bytes_of(tmp_path / "b")
    assert a.configs == b.configs


def test_articles_stand_in_order_with_their_cluster(tmp_path: Path) -> None:
    """Articles come by site, then id, without site last; copies are gone and counted."""
    build(tmp_path / "r", many_lines(198), None, SMALL)
    rows = rows_of(tmp_path / "r", "default")
    assert rows == sorted(rows, key=lambda r: (r["site"] is None, r["site"] or "", r["id"]))
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["added_in"] for row in rows} == {"1.0.0"}
    copied = [r for r in rows if r["source"] == "中和日报"]
    assert all(row["cluster_size"] == 3 and row["cluster_id"] == row["id"] for row in copied)


def test_noise_follows_its_article(tmp_path: Path) -> None:
    """Noise comes in the order of the articles, then of the page; a removed copy leaves none."""
    build(tmp_path / "r", many_lines(200), [50] * 4, SMALL)
    order = [row["id"] for row in rows_of(tmp_path / "r", "default")]
    noise = rows_of(tmp_path / "r", "noise")
    places = [(order.index(row["id"]), row["position"]) for row in noise]
    assert places == sorted(places)
    assert len(set(places)) == len(places)
    assert not any("副本" in row["text"] or row["kind"] == "promotion" for row in noise)
    assert sum(row["title"] is not None for row in noise) == 23


def test_ledger_accounts_for_every_page(tmp_path: Path) -> None:
    """Each page has one ledger row, in the order of the input, with the outcome it had."""
    lines = golden_lines()
    build(tmp_path / "r", lines, [2, 3, 4])
    rows = rows_of(tmp_path / "r", "ledger")
    assert [row["origin"]["record"] for row in rows] == list(range(len(lines)))
    found = [(row["outcome"], row["stage"], row["reason"]) for row in rows]
    kept, copy = ("kept", None, None), ("removed", "dedup", "exact_duplicate")
    removed = [("removed", *line["removed"]) for line in lines if "removed" in line]
    assert found == [kept, kept, kept, kept, copy, *removed, copy, kept]
    assert rows[4]["kept_id"] == rows[7]["kept_id"] == rows[0]["id"]
    assert rows[0]["kept_id"] is None


def test_sample_holds_the_smallest_ids(tmp_path: Path) -> None:
    """The sample is the first articles by id, as many as the recipe says."""
    build(tmp_path / "r", many_lines(100), None, SMALL)
    ids = sorted(row["id"] for row in rows_of(tmp_path / "r", "default"))
    assert [row["id"] for row in rows_of(tmp_path / "r", "sample")] == ids[:7]


def test_files_and_row_groups_end_by_bytes(tmp_path: Path) -> None:
    """Every file has the fixed schema, zstd, a page index, and row groups of the size asked for."""
    manifest = build(tmp_path / "r", many_lines(400), None, SMALL)
    files = manifest.files_of("default")
    assert len(files) > 2
    assert files[0].path == f"data/v1.0.0/train-00000-of-{len(files):05d}.parquet"
    for entry in manifest.files:
        file = pq.ParquetFile(tmp_path / "r" / entry.path)
        assert file.schema_arrow.equals(CONFIGS[entry.config])
        assert file.schema_arrow.metadata is None
        assert file.metadata.num_rows == entry.rows
        column = file.metadata.row_group(0).column(0)
        assert (column.compression, column.has_offset_index) == ("ZSTD", True)
    assert pq.ParquetFile(tmp_path / "r" / files[0].path).num_row_groups in (3, 4)


def test_a_withdrawn_article_changes_the_pages_around_it(tmp_path: Path) -> None:
    """Without one of the first articles, most bytes of a file are those of the file before."""
    letters = random.Random(1)
    lines = []
    for number in range(600):
        text = "".join(chr(letters.randrange(0x4E00, 0x9FA5)) for _ in range(4000))
        line = {**golden_lines()[0], "url": f"https://a.example/{number}", "text": text}
        lines.append(line)
    old, new = (
        (tmp_path / name / build(tmp_path / name, pages).files_of("default")[0].path).read_bytes()
        for name, pages in (("a", lines), ("b", lines[:5] + lines[6:]))
    )
    pieces = [new[begin : begin + 64] for begin in range(0, len(new), 50_000)]
    assert sum(piece in old for piece in pieces) / len(pieces) > 0.7


def test_manifest_describes_the_files_that_are_there(tmp_path: Path) -> None:
    """Every file but the manifest itself is in it, with its true bytes and digest."""
    manifest = build(tmp_path / "r", many_lines(50))
    assert read_manifest(tmp_path / "r") == manifest
    named = {entry.path for entry in (*manifest.files, *manifest.documents)}
    assert {*named, "MANIFEST.json"} == set(bytes_of(tmp_path / "r"))
    for entry in manifest.files:
        data = (tmp_path / "r" / entry.path).read_bytes()
        assert (entry.bytes, entry.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        table, logical = pq.read_table(tmp_path / "r" / entry.path), LogicalHash()
        logical.update(table)
        assert (entry.rows, entry.logical_sha256) == (len(table), logical.hexdigest())
    text = (tmp_path / "r" / "MANIFEST.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, indent=2) + "\n" == text


@pytest.mark.parametrize("config", CONFIGS)
def test_datasets_opens_every_config(tmp_path: Path, config: str) -> None:
    """`datasets.load_dataset` on the folder gives every row of every config, types and all."""
    import datasets

    build(tmp_path / "r", many_lines(60), None, SMALL)
    opened = datasets.load_dataset(str(tmp_path / "r"), config, split="train")
    assert opened.to_list() == rows_of(tmp_path / "r", config)
    assert opened.features == datasets.Features.from_arrow_schema(CONFIGS[config])
    assert load(tmp_path / "r", config=config).to_list() == opened.to_list()


def test_datasets_takes_articles_by_default(tmp_path: Path) -> None:
    """Without a config, `datasets.load_dataset` gives the articles under the one split."""
    import datasets

    manifest = build(tmp_path / "r", golden_lines())
    opened = datasets.load_dataset(str(tmp_path / "r"))
    assert {name: len(rows) for name, rows in opened.items()} == {"train": manifest.counts.kept}


@pytest.mark.parametrize("lines", [[], [line for line in golden_lines() if "removed" in line]])
def test_a_release_without_articles_is_valid(tmp_path: Path, lines: list[dict]) -> None:
    """With nothing kept every file is there, the card is written, and every config opens."""
    manifest = build(tmp_path / "r", lines, [0, len(lines), 0])
    assert (manifest.counts.read, manifest.counts.kept) == (len(lines), 0)
    for config in CONFIGS:
        opened = load(tmp_path / "r", config=config)
        assert len(opened) == (len(lines) if config == "ledger" else 0)
        assert opened.column_names == CONFIGS[config].names
        assert len(manifest.files_of(config)) == 1


def test_no_shards_at_all_is_a_release(tmp_path: Path) -> None:
    """A build that had nothing to read still gives a release that opens."""
    folder = tmp_path / "r"
    folder.mkdir()
    finish(folder, Work(str(tmp_path / "work")), [], find_clusters([], []), Recipe())
    assert len(load(folder)) == 0


def test_a_lone_surrogate_is_stored_one_for_one(tmp_path: Path) -> None:
    """What UTF-8 cannot hold becomes U+FFFD in its place; a build does not stop at it."""
    lines = golden_lines()[:1]
    lines[0]["text"] = "甲\ud800乙\U0001f600"
    lines[0]["edits"] = [["surrogate", 1, "\udc80", ""]]
    build(tmp_path / "r", lines)
    (row,) = rows_of(tmp_path / "r", "default")
    assert row["text"] == "甲\N{REPLACEMENT CHARACTER}乙\U0001f600"
    assert row["edits"][0]["before"] == "\N{REPLACEMENT CHARACTER}"


def test_a_full_disk_leaves_no_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fills while Parquet is written, the error says so and nothing is left."""

    def fill(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet_module.pq.ParquetWriter, "write_table", fill)
    with pytest.raises(StorageError, match=r"no space is left on the disk; free space"):
        build(tmp_path / "r", golden_lines())
    assert [path.name for path in tmp_path.iterdir()] == ["r-work"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_really_full_disk_is_worded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pyarrow itself raises on a full device is understood as a full disk."""
    real = parquet_module.pq.ParquetWriter
    monkeypatch.setattr(
        parquet_module.pq, "ParquetWriter", lambda _, *args, **kw: real("/dev/full", *args, **kw)
    )
    with pytest.raises(StorageError, match="no space is left on the disk"):
        build(tmp_path / "r", many_lines(300))
    assert not (tmp_path / "r").exists()


def test_a_full_disk_in_a_worker_is_worded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard that cannot be written leaves no file of it, and says why."""

    def fill(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("corpus.release.shard.ShardWriter._flush", fill)
    work = Work(str(tmp_path / "work"))
    with pytest.raises(StorageError, match="no space is left"):
        write_shards(work, golden_lines(), [9])
    assert work.names() == []


def test_a_shard_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """An error in the middle of a shard removes its files."""
    work = Work(str(tmp_path / "work"))
    with pytest.raises(KeyError):
        write_shards(work, [*golden_lines(), {"url": None}], [10])
    assert list(tmp_path.rglob("*.arrow*")) == []


def test_clusters_of_other_shards_are_refused(tmp_path: Path) -> None:
    """A verdict on an article that is not there is an error, not a release."""
    work = Work(str(tmp_path / "work"))
    shards = write_shards(work, golden_lines(), [9])
    verdicts = find_clusters(golden_lines(), [1, 8])
    (tmp_path / "r").mkdir()
    with pytest.raises(ReleaseError, match="not all on these 7 articles"):
        finish(tmp_path / "r", work, shards, verdicts, Recipe())


def test_an_unfinished_shard_is_refused(tmp_path: Path) -> None:
    """A shard file that was cut short is named."""
    work = Work(str(tmp_path / "work"))
    shards = write_shards(work, golden_lines(), [9])
    noise = Path(work.path("pages/00000.noise.arrow"))
    noise.write_bytes(noise.read_bytes()[:-20])
    (tmp_path / "r").mkdir()
    with pytest.raises(ReleaseError, match=r"00000\.noise\.arrow: not a finished shard"):
        finish(tmp_path / "r", work, shards, find_clusters(golden_lines(), [9]), Recipe())


def test_schemas_have_no_dictionaries_and_no_metadata() -> None:
    """Nothing in a schema makes the bytes of a file depend on how it was filled."""
    for schema in CONFIGS.values():
        assert schema.metadata is None
        assert not any(pa.types.is_dictionary(field.type) for field in schema)
