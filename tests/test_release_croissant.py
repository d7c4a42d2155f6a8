"""`croissant.json` tells machines what the release holds, and they can load it."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from release_pages import build, many_lines

from corpus.recipe import Card, Release
from corpus.release.manifest import read_manifest
from corpus.schema import CONFIGS

SMALL = Release(shard_bytes=60_000, row_group_bytes=20_000, sample_rows=7)
CARD = Card(
    name="zhonghe",
    pretty_name="中和 News",
    purpose="To test.",
    license="apache-2.0",
    contact="corpus@example.org",
    citation="@misc{zhonghe}",
    curators="The people of Zhonghe",
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of several files, not to be written to."""
    out = tmp_path_factory.mktemp("releases") / "r"
    build(out, many_lines(400), release=SMALL, card=CARD, date="2026-01-02")
    return out


def description(folder: Path) -> dict:
    """The description as JSON."""
    return json.loads((folder / "croissant.json").read_text(encoding="utf-8"))


def test_every_file_has_its_hash(release: Path) -> None:
    """Each file of the release is named with its true SHA-256 and size, and no other."""
    files = {n["@id"]: n for n in description(release)["distribution"] if "sha256" in n}
    assert set(files) == {file.path for file in read_manifest(release).files}
    for path, node in files.items():
        data = (release / path).read_bytes()
        assert node["sha256"] == hashlib.sha256(data).hexdigest()
        assert node["contentSize"] == f"{len(data)} B"
        assert node["contentUrl"] == path


def test_patterns_match_the_files(release: Path) -> None:
    """The pattern of each config matches its files and no other."""
    nodes = {n["@id"]: n for n in description(release)["distribution"] if "includes" in n}
    for config in CONFIGS:
        found = {
            path.relative_to(release).as_posix()
            for path in release.glob(nodes[f"{config}-files"]["includes"])
        }
        assert found == {file.path for file in read_manifest(release).files_of(config)}


def test_every_column_is_a_field(release: Path) -> None:
    """Each config is a record set with a field for each of its columns, in order."""
    sets = {node["@id"]: node["field"] for node in description(release)["recordSet"]}
    assert list(sets) == list(CONFIGS)
    for config, fields in sets.items():
        assert [field["name"] for field in fields] == CONFIGS[config].names
        assert all(field["description"] for field in fields)


def test_what_is_not_said_is_left_out(tmp_path: Path) -> None:
    """Without `[card]` there is no licence, citation or date that nobody gave."""
    build(tmp_path / "r", many_lines(20))
    node = description(tmp_path / "r")
    assert not {"license", "citeAs", "datePublished", "alternateName"} & set(node)
    assert "rai:dataUseCases" not in node
    assert node["rai:dataCollectionType"] == ["Web Scraping"]


def test_it_validates_clean(release: Path) -> None:
    """`mlcroissant validate` finds no error and gives no warning."""
    pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    command = [Path(sys.executable).parent / "mlcroissant", "validate", "--jsonld"]
    run = subprocess.run(
        [*command, release / "croissant.json"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    said = run.stdout + run.stderr
    assert "Done." in said
    assert not any(word in said.lower() for word in ("warning", "error"))


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("config", CONFIGS)
def test_records_load(release: Path, config: str) -> None:
    """Mlcroissant reads every row of every config, with lists and structs, as Parquet has them."""
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    dataset = mlcroissant.Dataset(str(release / "croissant.json"))
    records = [plain(record, config) for record in dataset.records(config)]
    files = read_manifest(release).files_of(config)
    rows = [row for file in files for row in pq.read_table(release / file.path).to_pylist()]
    assert len(records) == len(rows)
    assert records[:50] == rows[:50]


def plain(value: object, place: str) -> object:
    """A record with the names of columns and text as text."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, dict):
        return {k.rsplit("/", 1)[-1]: plain(v, place) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(item, place) for item in value]
    return value
