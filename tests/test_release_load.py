"""`load` gives the version asked for, from wherever the release lies, or says why not."""

import json
import shutil
from pathlib import Path

import fsspec
import pytest
from release_pages import build, many_lines

from corpus.errors import ReleaseError, SourceError, VersionError
from corpus.recipe import Release
from corpus.release import fetch, load, read_manifest

SMALL = Release(shard_bytes=60_000, row_group_bytes=20_000, sample_rows=7)
URL = "memory://bucket/news/v1.0.0"


@pytest.fixture(autouse=True)
def _caches(tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cache(kind: str) -> Path:
        (tmp_path / "cache" / kind).mkdir(parents=True, exist_ok=True)
        return tmp_path / "cache" / kind

    monkeypatch.setattr(fetch, "_cache", cache)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release in a folder, not to be written to."""
    out = tmp_path_factory.mktemp("releases") / "sound"
    build(out, many_lines(200), release=SMALL)
    return out


@pytest.fixture
def store(sound: Path) -> fsspec.AbstractFileSystem:
    """The release in a store without folders or a disk."""
    system = fsspec.filesystem("memory")
    system.put(f"{sound}/", "/bucket/news/v1.0.0/", recursive=True)
    yield system
    system.store.clear()


@pytest.mark.usefixtures("store")
def test_a_url_gives_the_rows_of_the_folder(sound: Path) -> None:
    """Every config below a URL has the rows that it has in the folder."""
    for config in ("default", "noise", "ledger", "sample"):
        rows = load(URL, version="1.0.0", config=config).to_list()
        assert rows == load(sound, config=config).to_list()


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("where", ["folder", "url"])
def test_streamed_rows_are_the_rows(sound: Path, where: str) -> None:
    """A stream gives the same rows in the same order, without reading them all first."""
    place = sound if where == "folder" else URL
    stream = load(place, version="1.0.0", streaming=True)
    assert not hasattr(stream, "__len__")
    assert list(stream) == load(sound).to_list()


@pytest.mark.usefixtures("store")
def test_another_version_is_refused() -> None:
    """A URL that holds another version than the one asked for is an error."""
    with pytest.raises(VersionError, match=r"holds version 1\.0\.0, not 1\.1\.0"):
        load(URL, version="1.1.0")


def test_what_was_fetched_stays_there(sound: Path, store: fsspec.AbstractFileSystem) -> None:
    """Rows that were read once are there when the store is not; others are a clear error."""
    expected = load(URL).to_list()
    store.store.clear()
    store.put_file(f"{sound}/MANIFEST.json", "/bucket/news/v1.0.0/MANIFEST.json")
    assert load(URL, version="1.0.0").to_list() == expected
    with pytest.raises(SourceError, match=r"cannot be fetched .* and was not before"):
        load(URL, config="noise")


def test_offline_there_is_what_was_fetched(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the store, the manifest that was read last says what is in the cache."""
    expected = load(URL).to_list()

    def refuse(url: str) -> object:
        raise ConnectionError("no route")

    monkeypatch.setattr(fetch, "_open", refuse)
    assert load(URL, version="1.0.0").to_list() == expected
    with pytest.raises(VersionError):
        load(URL, version="1.1.0")
    with pytest.raises(SourceError, match=r"cannot be reached \(no route\)"):
        load("memory://bucket/other")


def test_a_new_release_at_the_same_url_is_seen(
    tmp_path: Path, store: fsspec.AbstractFileSystem
) -> None:
    """Where a URL is given another release, its rows are given, and never those of the cache."""
    before = load(URL)["text"]
    build(tmp_path / "new", many_lines(30), release=SMALL)
    store.store.clear()
    store.put(f"{tmp_path / 'new'}/", "/bucket/news/v1.0.0/", recursive=True)
    assert load(URL)["text"] == load(tmp_path / "new")["text"] != before


@pytest.mark.parametrize("damage", ["flip", "cut"])
def test_bytes_that_are_not_those_of_the_manifest_are_refused(
    sound: Path, store: fsspec.AbstractFileSystem, damage: str
) -> None:
    """A file that came damaged is an error, and does not stay in the cache."""
    path = f"{URL}/{read_manifest(sound).files_of('default')[0].path}"
    data = bytearray(store.cat_file(path))
    data[100] ^= 1
    store.pipe_file(path, bytes(data if damage == "flip" else data[:-1]))
    for _ in range(2):
        with pytest.raises(ReleaseError, match="other bytes than the manifest says"):
            load(URL)
    assert not list(fetch._cache("files").iterdir())


@pytest.mark.parametrize(
    ("where", "error", "message"),
    [
        ("memory://bucket/none", ReleaseError, "not a release"),
        ("nonsense://bucket", SourceError, "cannot be reached"),
        ("no such folder", SourceError, "there is no such folder"),
    ],
)
def test_places_without_a_release_are_worded(
    where: str, error: type[Exception], message: str
) -> None:
    """A place where no release is, or that cannot be, says so."""
    with pytest.raises(error, match=message):
        load(where)


def test_a_local_url_is_a_place_too(sound: Path, tmp_path: Path) -> None:
    """`file://` gives the same rows as the path."""
    copy = shutil.copytree(sound, tmp_path / "copy")
    assert load(f"file://{copy}").to_list() == load(sound).to_list()


def test_a_folder_comes_before_the_hub(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name like `org/name` is the folder of that name where there is one."""
    shutil.copytree(sound, tmp_path / "org" / "name")
    monkeypatch.chdir(tmp_path)
    assert len(load("org/name")) == read_manifest(sound).counts.kept


def test_manifest_that_lies_about_its_format(store: fsspec.AbstractFileSystem) -> None:
    """A manifest of a newer library below a URL is refused as one in a folder is."""
    data = json.loads(store.cat_file(f"{URL}/MANIFEST.json"))
    store.pipe_file(f"{URL}/MANIFEST.json", json.dumps({**data, "format": 99}).encode())
    with pytest.raises(ReleaseError, match="a newer zhcorpus wrote it"):
        load(URL)


def test_an_empty_config_can_be_streamed(tmp_path: Path) -> None:
    """A config without rows is an empty stream, not an error."""
    lines = [{"url": "https://x.example/1", "removed": ["loading", "empty"]}]
    build(tmp_path / "r", lines)
    assert list(load(tmp_path / "r", streaming=True)) == []
