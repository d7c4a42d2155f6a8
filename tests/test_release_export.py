"""A release in another form is the same rows."""

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from release_pages import build, many_lines

from corpus.errors import ReleaseError, StorageError
from corpus.recipe import Release
from corpus.release.export import FORMS, export
from corpus.release.logical import LogicalHash
from corpus.release.manifest import read_manifest
from corpus.schema import CONFIGS

SMALL = Release(shard_bytes=60_000, row_group_bytes=20_000, sample_rows=7)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of several files, not to be written to."""
    out = tmp_path_factory.mktemp("releases") / "r"
    build(out, many_lines(400), release=SMALL)
    return out


def rows_of(folder: Path, config: str) -> pa.Table:
    """All rows of a config of the release."""
    files = read_manifest(folder).files_of(config)
    return pa.concat_tables([pq.read_table(folder / file.path) for file in files])


def logical(table: pa.Table) -> str:
    """The logical hash of some rows."""
    total = LogicalHash()
    total.update(table.cast(table.schema.remove_metadata()))
    return total.hexdigest()


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("config", CONFIGS)
def test_arrow_round_trip(release: Path, tmp_path: Path, config: str) -> None:
    """`datasets.load_from_disk` gives the rows, types and all, mapped and not copied."""
    import datasets

    export(release, tmp_path / "out", "arrow")
    opened = datasets.load_from_disk(str(tmp_path / "out" / config))
    expected = rows_of(release, config)
    assert opened.features == datasets.Features.from_arrow_schema(CONFIGS[config])
    assert logical(opened.data.table) == logical(expected)
    assert len(opened.cache_files) == len(read_manifest(release).files_of(config))
    assert str(opened.info.version) == "1.0.0"
    again = tmp_path / "again"
    opened.save_to_disk(str(again))
    assert datasets.load_from_disk(str(again)).to_list() == opened.to_list()


@pytest.mark.parametrize("config", CONFIGS)
def test_jsonl_round_trip(release: Path, tmp_path: Path, config: str) -> None:
    """The lines give the rows back, every number and every null."""
    export(release, tmp_path / "out", "jsonl")
    rows = []
    for path in sorted((tmp_path / "out" / config).iterdir()):
        with pa.input_stream(str(path), compression="zstd") as file:
            rows += [json.loads(line) for line in file.read().decode("utf-8").splitlines()]
    table = pa.Table.from_pylist(rows, CONFIGS[config])
    assert logical(table) == logical(rows_of(release, config))


def test_one_config_is_enough(release: Path, tmp_path: Path) -> None:
    """Only the configs asked for are written, and what was written is said."""
    made = export(release, tmp_path / "out", "jsonl", ["noise"])
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["EXPORT.json", "noise"]
    assert made.rows == {"noise": read_manifest(release).configs["noise"].rows}
    said = json.loads((tmp_path / "out" / "EXPORT.json").read_text(encoding="utf-8"))
    assert (said["version"], said["form"], said["rows"]) == ("1.0.0", "jsonl", made.rows)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_release_gives_the_same_bytes(release: Path, tmp_path: Path, form: str) -> None:
    """Two exports are one, byte for byte, and name no place of the machine."""
    digests = []
    for name in ("a", "b"):
        export(release, tmp_path / name, form)
        files = sorted(p for p in (tmp_path / name).rglob("*") if p.is_file())
        assert not any(str(tmp_path).encode() in p.read_bytes() for p in files)
        digests.append([hashlib.sha256(p.read_bytes()).hexdigest() for p in files])
    assert digests[0] == digests[1]


def test_what_cannot_be_exported_is_worded(release: Path, tmp_path: Path) -> None:
    """Forms and configs that there are not, and folders that are taken, are errors that say so."""
    with pytest.raises(ReleaseError, match="no form 'csv'; use one of jsonl, arrow"):
        export(release, tmp_path / "out", "csv")
    with pytest.raises(ReleaseError, match="no config 'text'"):
        export(release, tmp_path / "out", "jsonl", ["text"])
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "x").touch()
    with pytest.raises(StorageError, match="not empty"):
        export(release, tmp_path / "taken")
    assert not (tmp_path / "out").exists()


def test_an_empty_config_is_exported(tmp_path: Path) -> None:
    """A config without rows becomes a file without rows."""
    import datasets

    build(tmp_path / "r", [{"url": "https://x.example/1", "removed": ["loading", "empty"]}])
    for form in FORMS:
        export(tmp_path / "r", tmp_path / form, form)
    assert len(datasets.load_from_disk(str(tmp_path / "arrow" / "default"))) == 0
    (path,) = (tmp_path / "jsonl" / "default").iterdir()
    with pa.input_stream(str(path), compression="zstd") as file:
        assert file.read() == b""
