"""A release folder appears whole or not at all, and opens only as what it is."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from release_pages import build, golden_lines

from corpus.errors import CorpusError, ReleaseError, SourceError, StorageError, VersionError
from corpus.release import load, open_release, read_manifest, release_folder


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what `datasets` caches out of the user's folder."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))


def names(folder: Path) -> list[str]:
    """Everything that lies in the folder."""
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_appears_when_the_block_ends(tmp_path: Path) -> None:
    """Until the end nothing has the name; afterwards nothing else is left beside it."""
    out = tmp_path / "deep" / "r"
    with release_folder(out) as folder:
        (folder / "a").write_text("x")
        assert not out.exists()
        assert folder.parent == out.parent
    assert names(out.parent) == ["r"]
    assert names(out) == ["a"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ReleaseError("a", "b", "c")])
def test_an_error_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    """Whatever stops the block, no part of a release and no lock stays."""

    def fail() -> None:
        with release_folder(tmp_path / "r") as folder:
            (folder / "a").write_text("x")
            raise error

    with pytest.raises((KeyboardInterrupt, ReleaseError)):
        fail()
    assert names(tmp_path) == []


def test_a_release_is_never_overwritten(tmp_path: Path) -> None:
    """A second build into a release is refused and names the version that is there."""
    build(tmp_path / "r", golden_lines())
    before = {path: path.read_bytes() for path in (tmp_path / "r").rglob("*") if path.is_file()}
    with pytest.raises(VersionError, match=r"holds zhcorpus 1\.0\.0 already"):
        build(tmp_path / "r", golden_lines())
    assert {path: path.read_bytes() for path in before} == before


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """A folder with files of somebody, or a file, is refused and kept."""
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "thesis.txt").write_text("x")
    for out in (tmp_path / "r", tmp_path / "r" / "thesis.txt"):
        with pytest.raises(StorageError), release_folder(out):
            pass
    assert names(tmp_path) == ["r"]
    assert names(tmp_path / "r") == ["thesis.txt"]


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    """A folder somebody made for the release is filled."""
    (tmp_path / "r").mkdir()
    with release_folder(tmp_path / "r") as folder:
        (folder / "a").write_text("x")
    assert names(tmp_path / "r") == ["a"]


HOLD = """
import sys, pathlib, time
from corpus.release import release_folder
with release_folder(sys.argv[1]) as folder:
    (folder / "half").write_text("x")
    pathlib.Path(sys.argv[2]).touch()
    time.sleep(60)
"""


def test_a_second_build_is_refused_and_a_killed_one_cleared(tmp_path: Path) -> None:
    """While a build runs another is refused; when it was killed, its leftover is removed."""
    mark = tmp_path / "mark"
    root = Path(__file__).parent.parent
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path / "r", mark], cwd=root) as other:
        while not mark.exists():
            assert other.poll() is None
            time.sleep(0.02)
        with pytest.raises(StorageError, match="another build is writing it; wait"):
            build(tmp_path / "r", golden_lines())
        other.send_signal(signal.SIGKILL)
    assert ".r.building" in names(tmp_path)
    build(tmp_path / "r", golden_lines())
    assert names(tmp_path) == ["mark", "r", "r-work"]
    assert "half" not in names(tmp_path / "r")


def test_a_second_build_in_the_same_process_is_refused(tmp_path: Path) -> None:
    """The lock holds against the same process too."""
    first, second = release_folder(tmp_path / "r"), release_folder(tmp_path / "r")
    with first, pytest.raises(StorageError, match="another build"), second:
        pass
    assert names(tmp_path) == ["r"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_cannot_be_written_is_worded(tmp_path: Path) -> None:
    """A parent without the right to write is a storage error."""
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="permission denied"), release_folder(tmp_path / "r"):
        pass


def test_load_gives_the_version_asked_for_or_an_error(tmp_path: Path) -> None:
    """Another version than the one asked for is never opened; both are named."""
    build(tmp_path / "r", golden_lines())
    assert len(load(tmp_path / "r", version="1.0.0")) == 5
    with pytest.raises(VersionError, match=r"holds version 1\.0\.0, not 1\.1\.0"):
        load(tmp_path / "r", version="1.1.0")


def test_load_never_returns_rows_of_an_earlier_release(tmp_path: Path) -> None:
    """A release built again at the same place, with the same file times, gives its own rows."""
    for copies, text in enumerate(["旧的一版。", "新的一版。"]):
        lines = golden_lines()[:1]
        lines[0]["text"] = text
        build(tmp_path / "r", lines)
        for path in (tmp_path / "r").rglob("*"):
            os.utime(path, (1, 1))
        assert load(tmp_path / "r")["text"] == [text]
        (tmp_path / "r").rename(tmp_path / f"old{copies}")


def test_load_opens_a_folder_with_marks_in_its_name(tmp_path: Path) -> None:
    """Brackets, stars and spaces in a path are a path, not a pattern."""
    build(tmp_path / "发布 [v1] *", golden_lines())
    assert len(load(tmp_path / "发布 [v1] *", split="train[:2]")) == 2


@pytest.mark.parametrize(
    ("config", "split", "message"),
    [
        ("articles", "train", "no config 'articles'; use one of default, noise, ledger, sample"),
        ("default", "test", "no split 'test'; use one of train"),
        ("default", "train[9:9]", "cannot be read"),
    ],
)
def test_load_names_what_there_is(tmp_path: Path, config: str, split: str, message: str) -> None:
    """An unknown config or split is refused with the known ones."""
    build(tmp_path / "r", golden_lines())
    with pytest.raises(ReleaseError, match=message):
        load(tmp_path / "r", config=config, split=split)


def test_load_words_a_file_that_is_no_parquet(tmp_path: Path) -> None:
    """A file of the right length that cannot be read is an error of ours."""
    manifest = build(tmp_path / "r", golden_lines())
    entry = manifest.files_of("default")[0]
    (tmp_path / "r" / entry.path).write_bytes(b"x" * entry.bytes)
    with pytest.raises(ReleaseError, match="cannot be read"):
        load(tmp_path / "r")


@pytest.mark.parametrize("damage", ["missing", "short"])
def test_load_refuses_a_damaged_file(tmp_path: Path, damage: str) -> None:
    """A file that is gone or cut short is named before any row is given."""
    manifest = build(tmp_path / "r", golden_lines())
    path = tmp_path / "r" / manifest.files_of("noise")[0].path
    path.unlink() if damage == "missing" else path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ReleaseError, match="missing" if damage == "missing" else "bytes, not"):
        load(tmp_path / "r", config="noise")
    assert len(load(tmp_path / "r")) == 5


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"format": 1}', '{"format": 99}', '{"format": 1, "x": 2}'],
)
def test_a_damaged_manifest_is_refused(tmp_path: Path, text: str) -> None:
    """Whatever stands in the manifest, the error is worded."""
    (tmp_path / "MANIFEST.json").write_text(text)
    with pytest.raises(ReleaseError, match=r"; (fetch|upgrade)"):
        read_manifest(tmp_path)


def test_a_manifest_survives_its_file(tmp_path: Path) -> None:
    """What is read is what was written, field for field."""
    manifest = build(tmp_path / "r", golden_lines())
    release = open_release(tmp_path / "r")
    assert release.manifest == manifest
    assert json.loads(manifest.to_json())["recipe"]["release"]["sample_rows"] == 1000
    assert (release.version, release.counts.read) == ("1.0.0", 9)
    assert len(release.load("ledger")) == 9


@pytest.mark.parametrize(("place", "error"), [("nowhere", SourceError), (".", ReleaseError)])
def test_what_is_no_release_is_refused(
    tmp_path: Path, place: str, error: type[CorpusError]
) -> None:
    """A folder that is not there, or not a release, is a worded error."""
    with pytest.raises(error):
        load(tmp_path / place)


def test_no_worker_is_left_by_the_tests() -> None:
    """No test of this file leaves a process."""
    assert multiprocessing.active_children() == []
