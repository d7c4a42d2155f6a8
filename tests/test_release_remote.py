"""A published release is verified and compared where it lies, and no more of it fetched than that.

The store is one of fsspec in memory that counts the bytes it hands out.
"""

import hashlib
import io
import shutil
from pathlib import Path
from typing import ClassVar

import pytest
from fsspec import register_implementation
from fsspec.implementations.memory import MemoryFileSystem
from release_pages import build, many_lines

import corpus
from corpus.errors import ReleaseError, SourceError
from corpus.recipe import Release
from corpus.release import fetch, read_manifest

SMALL = Release(shard_bytes=4_000_000, row_group_bytes=2_000_000, sample_rows=3)
URL = "counted://bucket/news"


class _File:
    """A file that counts what is read of it."""

    def __init__(self, path: str, content: bytes) -> None:
        self._file, self.size, self.closed = io.BytesIO(content), len(content), False
        self._path = path

    def read(self, n: int = -1) -> bytes:
        begin = self._file.tell()
        data = self._file.read(n)
        Counted.reads.append((self._path, begin, len(data)))
        Counted.n_bytes += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    readable = seekable

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> "_File":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Counted(MemoryFileSystem):
    """A store in memory; where it `tells`, it knows the SHA-256 of its files, as the Hub does."""

    protocol = "counted"
    store: ClassVar[dict] = {}
    pseudo_dirs: ClassVar[list] = [""]
    n_bytes = 0
    reads: ClassVar[list] = []
    tells = False
    is_away = False

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return super()._strip_protocol(path.replace("counted://", "memory://"))

    def _open(self, path: str, mode: str = "rb", **options: object) -> object:
        if mode != "rb":
            return super()._open(path, mode, **options)
        return _File(path, self._content(path))

    def cat_file(self, path: str, **_: object) -> bytes:
        """A whole file."""
        content = self._content(path)
        Counted.n_bytes += len(content)
        return content

    def info(self, path: str, **_: object) -> dict:
        """What is known of a file."""
        return self._with_hash(super().info(path))

    def find(self, path: str, **options: object) -> dict:
        """What is known of all files below a folder."""
        found = super().find(path, **options)
        return {name: self._with_hash(info) for name, info in found.items()}

    def _content(self, path: str) -> bytes:
        if self.is_away:
            raise ConnectionError("the store is not there")
        return bytes(super().cat_file(path))

    def _with_hash(self, info: dict) -> dict:
        if not self.tells or info["type"] != "file":
            return info
        content = bytes(super().cat_file(info["name"]))
        return {**info, "lfs": {"sha256": hashlib.sha256(content).hexdigest()}}


register_implementation("counted", Counted, clobber=True)


@pytest.fixture(autouse=True)
def _caches(tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cache(kind: str) -> Path:
        (tmp_path / "cache" / kind).mkdir(parents=True, exist_ok=True)
        return tmp_path / "cache" / kind

    monkeypatch.setattr(fetch, "_cache", cache)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of long texts that do not compress, not to be written to."""
    out = tmp_path_factory.mktemp("releases") / "sound"
    build(out, _long_lines(120), release=SMALL)
    return out


def _long_lines(n: int) -> list[dict]:
    lines = many_lines(n)
    for number, line in enumerate(lines):
        if "text" in line and "copy_of" not in line:
            noise = hashlib.shake_256(str(number).encode()).hexdigest(20_000)
            line["text"] += "\n" + noise
    return lines


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """An empty store that tells nothing."""
    monkeypatch.setattr(Counted, "store", {})
    monkeypatch.setattr(Counted, "tells", False)
    monkeypatch.setattr(Counted, "is_away", False)
    Counted.clear_instance_cache()
    return Counted()


def put(store: Counted, release: Path, name: str = "news") -> int:
    """Publish a release in the store; its bytes. The count begins anew."""
    store.put(f"{release}/", f"/bucket/{name}/", recursive=True)
    Counted.n_bytes = 0
    Counted.reads.clear()
    return sum(path.stat().st_size for path in release.rglob("*") if path.is_file())


def change(store: Counted, path: str, content: bytes) -> None:
    """Write other bytes over a file of the published release."""
    store.pipe_file(f"/bucket/news/{path}", content)


def test_every_byte_is_looked_at_and_fetched_once(store: Counted, sound: Path) -> None:
    """The whole look at a published release finds it sound, and fetches no file twice."""
    n_bytes = put(store, sound)
    found = corpus.verify(URL)
    assert found.findings == ()
    assert (found.path, found.is_quick) == (URL, False)
    assert found.n_rows == corpus.verify(sound).n_rows
    assert n_bytes * 0.9 < Counted.n_bytes < n_bytes * 1.4  # the cards are read by two checks


def test_a_quick_look_fetches_a_small_part(store: Counted, sound: Path) -> None:
    """Ids, ledger, ends of files and documents are looked at, and no texts."""
    n_bytes = put(store, sound)
    found = corpus.verify(URL, quick=True)
    assert (found.findings, found.is_quick) == ((), True)
    files = sum(file.bytes for file in read_manifest(sound).files)
    documents = n_bytes - files
    assert Counted.n_bytes - 2 * documents < files / 4
    assert len(set(Counted.reads)) == len(Counted.reads)  # no part of a file is asked for twice


def test_a_store_may_be_called_as_its_folders_are(store: Counted, sound: Path) -> None:
    """A bucket of the name `data` is not taken for the folder in it."""
    store.put(f"{sound}/", "/data/", recursive=True)
    assert corpus.verify("counted://data", quick=True).findings == ()


def test_a_quick_look_at_a_folder_finds_what_it_can(sound: Path) -> None:
    """In a folder it leaves out the same checks."""
    assert corpus.verify(sound, quick=True).findings == ()


@pytest.mark.parametrize("quick", [True, False])
def test_a_published_file_that_is_missing_or_cut_short_is_found(
    store: Counted, sound: Path, quick: bool
) -> None:
    """Both looks see sizes and what is not there or too much."""
    put(store, sound)
    first, second = (read_manifest(sound).files_of(config)[0] for config in ("default", "noise"))
    store.rm_file(f"/bucket/news/{first.path}")
    change(store, second.path, (sound / second.path).read_bytes()[:-9])
    change(store, "data/v0.9.0/train-00000-of-00001.parquet", b"PAR1")
    found = {(f.check, f.where) for f in corpus.verify(URL, quick=quick).findings}
    assert {("check_presence", first.path), ("check_bytes", second.path)} <= found
    assert ("check_presence", "data/v0.9.0/train-00000-of-00001.parquet") in found


@pytest.mark.parametrize(("quick", "tells"), [(False, False), (True, True)])
def test_a_published_byte_that_flipped_is_found(
    store: Counted, sound: Path, quick: bool, tells: bool
) -> None:
    """By the bytes themselves, or by what the store knows of them."""
    put(store, sound)
    file = max(read_manifest(sound).files, key=lambda file: file.bytes)
    data = bytearray((sound / file.path).read_bytes())
    data[len(data) // 2] ^= 1
    change(store, file.path, bytes(data))
    Counted.tells = tells
    findings = corpus.verify(URL, quick=quick).findings
    assert ("check_bytes", file.path) in {(f.check, f.where) for f in findings}


def test_the_cache_does_not_hide_what_a_store_lost(store: Counted, sound: Path) -> None:
    """What was sound when it was fetched is looked at again, and not in the cache."""
    put(store, sound)
    assert corpus.verify(URL).is_sound
    file = read_manifest(sound).files_of("ledger")[0]
    data = bytearray((sound / file.path).read_bytes())
    data[len(data) // 2] ^= 1
    change(store, file.path, bytes(data))
    assert not corpus.verify(URL).is_sound


def test_a_published_card_that_was_changed_is_found(store: Counted, sound: Path) -> None:
    """Documents are compared as in a folder."""
    put(store, sound)
    card = (sound / "README.md").read_bytes()
    change(store, "README.md", card.replace(b"# ", b"# 1 ", 1))
    found = corpus.verify(URL, quick=True).findings
    assert {f.check for f in found} == {"check_documents", "check_card"}


def test_published_releases_are_compared_as_folders_are(
    store: Counted, sound: Path, tmp_path: Path
) -> None:
    """The same difference, whichever of the two was published; files of both are not fetched."""
    other = tmp_path / "other"
    build(other, _long_lines(124), release=SMALL)
    expected = corpus.diff(sound, other, None)
    put(store, other, "other")
    put(store, sound)
    other_url = "counted://bucket/other"
    assert corpus.diff(sound, other_url, None) == expected
    assert corpus.diff(URL, other, None) == expected
    assert corpus.diff(URL, other_url, None) == expected
    assert expected.n_added


def test_what_differs_is_fetched_once_for_all_diffs(
    store: Counted, sound: Path, tmp_path: Path
) -> None:
    """A file with articles that only one side has stays here: the next diff does not fetch it."""
    other = tmp_path / "other"
    build(other, _long_lines(124), release=SMALL)
    put(store, sound)
    n_articles = sum(file.bytes for file in read_manifest(sound).article_files())
    first = corpus.diff(URL, other)
    assert Counted.n_bytes > n_articles
    Counted.n_bytes = 0
    assert corpus.diff(URL, other) == first
    assert Counted.n_bytes < n_articles / 2


def test_nothing_is_fetched_of_two_that_are_one(
    store: Counted, sound: Path, tmp_path: Path
) -> None:
    """Between two releases of the same files only manifests and ends of files are read."""
    copy = shutil.copytree(sound, tmp_path / "copy")
    n_bytes = put(store, sound)
    assert corpus.diff(copy, URL).is_empty
    assert Counted.n_bytes < n_bytes / 3


def test_a_store_that_is_away_is_worded(store: Counted, sound: Path) -> None:
    """A store that cannot be reached, now or in the middle, is an error that says so."""
    put(store, sound)
    corpus.load(URL, config="sample")
    Counted.is_away = True
    for ask in (corpus.verify, lambda url: corpus.diff(sound, url, 1)):
        with pytest.raises(SourceError, match="cannot be reached"):
            ask(URL)


def test_a_url_without_a_release_is_worded(store: Counted) -> None:
    """Where no release lies there is nothing to compare with."""
    with pytest.raises(ReleaseError, match="not a release"):
        corpus.verify("counted://bucket/nothing")
