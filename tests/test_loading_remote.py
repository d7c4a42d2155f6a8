"""Sources behind URLs and on standard input."""

from __future__ import annotations

import codecs
import http.server
import io
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from loading_files import read_file, told, write

import corpus
from corpus.document import Removal
from corpus.errors import SourceError
from corpus.loading import list_inputs, read, read_input, remote
from corpus.recipe import Loading

LINES = b"".join(b'{"text": "%d"}\n' % n for n in range(3))
PAGES = [("", 0, "0"), ("", 14, "1"), ("", 28, "2")]


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    """An empty file system in memory."""
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]
    yield fs
    fs.store.clear()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A web server of this machine that gives the files of `tmp_path`; retries do not wait."""
    monkeypatch.setattr(remote, "RETRY_SECONDS", (0.0, 0.0))

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_folder_of_an_object_store(memory: fsspec.AbstractFileSystem) -> None:
    """A URL of a folder gives its files by path, hidden ones left out, with what names them."""
    for name in ("b/x/2.txt", "b/x/10.txt", "b/a.jsonl", "b/.h/a.txt", "other/a.txt"):
        memory.pipe(f"/{name}", LINES if name.endswith("l") else name.encode())
    inputs = list(list_inputs(["memory://b/"]))
    assert [item.path for item in inputs] == ["a.jsonl", "x/10.txt", "x/2.txt"]
    assert {item.source for item in inputs} == {"memory://b"}
    assert [item.n_bytes for item in inputs] == [len(LINES), 10, 9]
    assert all(item.state for item in inputs)
    assert told(list(read(["memory://b/"])))[-1] == ("x/2.txt", 0, "b/x/2.txt")


def test_file_and_pattern_of_an_object_store(memory: fsspec.AbstractFileSystem) -> None:
    """A URL may be of one file, or a pattern; what is listed twice is read once."""
    for name in ("/b/1/a.txt", "/b/2/a.txt", "/b/2/b.html"):
        memory.pipe(name, name.encode())
    assert told(read_file("memory://b/1/a.txt")) == [("", 0, "/b/1/a.txt")]
    found = told(list(read(["memory://b/*/a.txt", "memory://b/2"])))
    assert found == [
        ("1/a.txt", 0, "/b/1/a.txt"),
        ("2/a.txt", 0, "/b/2/a.txt"),
        ("a.txt", 0, "repeated"),
        ("b.html", 0, "/b/2/b.html"),
    ]


def test_parts_of_a_remote_file(memory: fsspec.AbstractFileSystem) -> None:
    """A large file of an object store is read in parts as one of this machine is."""
    memory.pipe("/b/a.jsonl", LINES * 100)
    groups = list(corpus.loading.cut(list_inputs(["memory://b/a.jsonl"]), 500, 10))
    results = [r for group in groups for item in group for r in read_input(item, Loading())]
    assert len(groups) > 5
    assert results == list(read(["memory://b/a.jsonl"]))
    assert len(results) == 300


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(), "cannot be reached: ConnectionRefusedError; check the network"),
        (FileNotFoundError(), "does not exist; check the URL"),
        (ValueError("no namespace"), "no namespace; check the URL"),
    ],
)
@pytest.mark.parametrize("where", ["__init__", "info"])
def test_a_store_that_refuses(
    monkeypatch: pytest.MonkeyPatch, error: Exception, words: str, where: str
) -> None:
    """A store that cannot be opened or asked is an error that says where and why."""

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(remote, "RETRY_SECONDS", ())
    monkeypatch.setattr(f"fsspec.implementations.memory.MemoryFileSystem.{where}", refuse)
    fsspec.implementations.memory.MemoryFileSystem.clear_instance_cache()
    with pytest.raises(SourceError, match=f"^memory://b/a.txt: {words}"):
        list_inputs(["memory://b/a.txt"])


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_archives_that_are_none(tmp_path: Path, kind: str) -> None:
    """A URL into a file that is no archive, or into none, is an error that says so."""
    file = write(tmp_path, "a.txt", "no archive")
    with pytest.raises(SourceError, match=f"^{kind}://x::file://.*; check the URL$"):
        list_inputs([f"{kind}://x::file://{file}"])
    with pytest.raises(SourceError, match=f"^{kind}://.*; check the URL"):
        list_inputs([f"{kind}://{file}"])


@pytest.mark.parametrize("source", ["dir://x", "github://a"])
def test_urls_that_lack_something(source: str) -> None:
    """A URL without what its store needs to be asked is an error of one line."""
    with pytest.raises(SourceError, match=r"; check the URL$"):
        list_inputs([source])


@pytest.mark.parametrize("source", ["memory://nothing", "memory://nothing/*.txt"])
def test_nothing_behind_a_url(memory: fsspec.AbstractFileSystem, source: str) -> None:
    """A URL that leads nowhere stops before anything is read, and says so."""
    with pytest.raises(SourceError, match=r"memory://nothing.*(does not exist|holds no file)"):
        read([source])


@pytest.mark.parametrize(
    ("source", "words"), [("nope://b/x", "Protocol not known"), ("oci://b", "oci")]
)
def test_unknown_kinds_of_url(source: str, words: str) -> None:
    """A URL that nothing here can read says what is missing."""
    with pytest.raises(SourceError, match=words):
        read([source])


def test_file_of_a_web_server(tmp_path: Path, server: str) -> None:
    """A file behind http is read, and a page whatever its name is."""
    write(tmp_path, "a.jsonl", LINES)
    write(tmp_path, "news", "<html><p>正文")
    assert told(read_file(f"{server}/a.jsonl?token=secret")) == PAGES
    (page,) = read_file(f"{server}/news")
    assert page.kind == "html"
    assert page.origin.source == f"{server}/news"


def test_secrets_of_a_url_stay_secret() -> None:
    """User, password and query are in no name and no message."""
    url = "http://me:secret@127.0.0.1:9/x?token=secret#secret"
    assert remote.display_url(url) == "http://127.0.0.1:9/x"
    with pytest.raises(SourceError) as caught:
        read([url.replace("http://", "nope://")])
    assert "secret" not in str(caught.value).replace(url.replace("http://", "nope://"), "")


def test_file_that_is_not_there(tmp_path: Path, server: str) -> None:
    """A file that a web server does not have is an error before anything is read."""
    with pytest.raises(SourceError, match="does not exist; check the URL"):
        read([f"{server}/missing.jsonl"])


def test_file_that_goes_away(tmp_path: Path, server: str) -> None:
    """A file that is gone when it is read is a removal."""
    path = write(tmp_path, "a.jsonl", LINES)
    (item,) = list_inputs([f"{server}/a.jsonl"])
    path.unlink()
    (removal,) = read_input(item, Loading())
    assert isinstance(removal, Removal)
    assert removal.detail == "it is gone, or a link that leads nowhere"


def test_network_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that cannot be reached stops the build instead of losing its pages."""
    monkeypatch.setattr(remote, "RETRY_SECONDS", (0.0,))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/a.jsonl"
    with pytest.raises(SourceError, match=r"cannot be reached: .*; check the network, then run"):
        read([url])


def test_reading_goes_on_after_a_failure(
    memory: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that fails is made anew, and reading goes on where it was."""
    monkeypatch.setattr(remote, "RETRY_SECONDS", (0.0, 0.0))
    memory.pipe("/b/a.jsonl", LINES * 50_000)
    failures = iter([False, True, False, True, True, False])
    original = io.BytesIO.read

    class Failing(io.BytesIO):
        def read(self, *args: int) -> bytes:  # type: ignore[override]
            if next(failures, False):
                raise ConnectionResetError
            return original(self, *args)

    monkeypatch.setattr(type(memory), "open", lambda self, path, mode: Failing(self.cat_file(path)))
    results = read_file("memory://b/a.jsonl")
    assert len(results) == 150_000
    assert results[-1].origin.record == len(LINES) * 50_000 - 14


def test_no_network_without_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading files opens no connection, whatever stands in them."""

    def refuse(*args: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    write(tmp_path, "a.html", '<meta http-equiv="refresh" content="0;url=http://127.0.0.1/">')
    write(tmp_path, "b.jsonl", '{"url": "http://127.0.0.1/x", "text": "1"}')
    assert len(list(read([tmp_path]))) == 2


FROM_STDIN = "import corpus; print([page.content for page in corpus.read(['-'])])"


@pytest.mark.parametrize("data", [LINES, codecs.BOM_UTF8 + LINES])
def test_standard_input(data: bytes) -> None:
    """Standard input is told by how it begins."""
    run = subprocess.run(
        [sys.executable, "-c", FROM_STDIN], input=data, capture_output=True, check=True
    )
    assert run.stdout.decode() == "['0', '1', '2']\n"
