"""A release goes to a folder or a store whole or not at all, and is never changed there."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from release_pages import build, many_lines
from typer.testing import CliRunner

import corpus
from corpus import cli, publishing
from corpus.cli.publishing import NO_BARS, _cut_token, hide_bars
from corpus.errors import PublishError, ReleaseError, StorageError, VersionError
from corpus.pipeline.publication import pack
from corpus.publishing import MANIFEST, Options, Parcel
from corpus.publishing.store import MARK
from corpus.recipe import Release
from corpus.release import fetch

SMALL = Release(shard_bytes=60_000, row_group_bytes=20_000, sample_rows=7)
STORE = "memory://bucket/news"
PLAIN = Options()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release in a folder, not to be written to."""
    out = tmp_path_factory.mktemp("releases") / "sound"
    build(out, many_lines(60), release=SMALL)
    return out


@pytest.fixture(autouse=True)
def _caches(tmp_path_factory, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cache(kind: str) -> Path:
        return tmp_path_factory.mktemp(kind)

    monkeypatch.setattr(fetch, "_cache", cache)


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    """A store without folders or a disk, empty before and after."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


def send(parcel: Parcel, where: object, options: Options = PLAIN) -> publishing.Published:
    """What becomes of the parcel at `where`."""
    return publishing.publish(parcel, str(where), options, print)


def files_of(folder: Path) -> dict[str, str]:
    """Every file of a folder with its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def stored(system: fsspec.AbstractFileSystem) -> dict[str, bytes]:
    """Every file of the store below the dataset."""
    return {name.removeprefix("/bucket/news/"): system.cat_file(name) for name in system.store}


def next_of(parcel: Parcel, folder: Path, version: str = "1.0.1") -> Parcel:
    """The same release with one file and the version changed: enough for a target."""
    shutil.copytree(parcel.folder, folder)
    path = parcel.items[0].path
    (folder / path).write_bytes(b"other bytes")
    manifest = (folder / MANIFEST).read_text(encoding="utf-8")
    manifest = manifest.replace('"version": "1.0.0"', f'"version": "{version}"')
    manifest = manifest.replace(
        parcel.items[0].sha256, hashlib.sha256(b"other bytes").hexdigest()
    ).replace(f'"bytes": {parcel.items[0].n_bytes}', '"bytes": 11')
    (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    return pack(folder)


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("kind", ["folder", "file", "store"])
def test_what_is_published_is_the_release(sound: Path, tmp_path: Path, kind: str) -> None:
    """A published release has the files of its folder, loads, and is listed with its version."""
    where = {"folder": str(tmp_path / "p"), "file": f"file://{tmp_path / 'p'}", "store": STORE}
    done = corpus.publish(sound, where[kind])
    assert (done.outcome, done.version) == ("published", "1.0.0")
    assert len(done.new_files) == done.n_files
    assert (
        done.new_bytes == done.n_bytes == sum((sound / n).stat().st_size for n in files_of(sound))
    )
    assert [v.version for v in corpus.versions(where[kind])] == ["1.0.0"]
    assert corpus.load(done.where, version="1.0.0").to_list() == corpus.load(sound).to_list()
    if kind != "store":
        assert files_of(tmp_path / "p" / "v1.0.0") == files_of(sound)
        assert [path.name for path in (tmp_path / "p").iterdir()] == ["v1.0.0"]


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_a_dry_run_writes_nothing(sound: Path, tmp_path: Path, memory, kind: str) -> None:
    """A dry run tells what would go, and the place stays as it was."""
    where = tmp_path / "p" if kind == "folder" else STORE
    done = send(pack(sound), where, Options(dry_run=True))
    assert done.outcome == "dry run"
    assert done.new_bytes == done.n_bytes > 0
    assert not (tmp_path / "p").exists()
    assert not memory.store


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_the_same_release_again_is_there_already(
    sound: Path, tmp_path: Path, memory, kind: str
) -> None:
    """Publishing again changes no file and says that it is there."""
    where = tmp_path / "p" if kind == "folder" else STORE
    parcel = pack(sound)
    send(parcel, where)
    before = files_of(tmp_path), stored(memory)
    done = send(parcel, where)
    assert (done.outcome, done.new_files, done.new_bytes) == ("already published", (), 0)
    assert (files_of(tmp_path), stored(memory)) == before


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_another_release_of_the_version_is_refused(
    sound: Path, tmp_path: Path, memory, kind: str
) -> None:
    """A version that is there is never written over by another release of that number."""
    where = tmp_path / "p" if kind == "folder" else STORE
    send(pack(sound), where)
    before = files_of(tmp_path / "p"), stored(memory)
    other = next_of(pack(sound), tmp_path / "other", "1.0.0")
    assert other.version == "1.0.0"
    with pytest.raises(VersionError, match=r"another release of version 1\.0\.0 is there"):
        send(other, where)
    assert (files_of(tmp_path / "p"), stored(memory)) == before


def test_a_damaged_release_is_not_published(sound: Path, tmp_path: Path) -> None:
    """What verifying finds stops publishing before anything is written."""
    broken = shutil.copytree(sound, tmp_path / "broken")
    next(broken.glob("data/*/*.parquet")).write_bytes(b"PAR1")
    with pytest.raises(ReleaseError, match="has 4 bytes, not"):
        corpus.publish(broken, tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_other_files_of_the_folder_stay_there(sound: Path, tmp_path: Path, memory) -> None:
    """What the manifest does not name is not published, and the result names it."""
    more = shutil.copytree(sound, tmp_path / "more")
    (more / "notes.txt").write_text("mine")
    done = send(pack(more), STORE)
    assert done.left_out == ("notes.txt",)
    assert "v1.0.0/notes.txt" not in stored(memory)


@pytest.mark.parametrize("n_sent", [0, 1, 3])
def test_a_store_that_fails_holds_no_release(
    sound: Path, memory, monkeypatch: pytest.MonkeyPatch, n_sent: int
) -> None:
    """After a failure at any file no version is there; the next run sends what is missing."""
    parcel = pack(sound)
    put, left = type(memory).put_file, [n_sent]

    def fail(self: object, *args: object, **kwargs: object) -> None:
        if not left[0]:
            raise ConnectionResetError("connection reset")
        left[0] -= 1
        put(self, *args, **kwargs)

    monkeypatch.setattr(type(memory), "put_file", fail)
    with pytest.raises(PublishError, match="connection reset"):
        send(parcel, STORE)
    assert corpus.versions(STORE) == ()
    monkeypatch.setattr(type(memory), "put_file", put)
    done = send(parcel, STORE)
    assert len(done.new_files) == len(parcel.items) - n_sent
    assert set(stored(memory)) == {f"v1.0.0/{item.path}" for item in parcel.items}


def test_parts_of_another_release_are_not_mixed_in(sound: Path, tmp_path: Path, memory) -> None:
    """Where parts of another release with the number lie, or other files, publishing stops."""
    parcel = pack(sound)
    memory.pipe_file(f"/bucket/news/v1.0.0/{MARK}", b"0" * 64)
    with pytest.raises(PublishError, match=r"parts of another release 1\.0\.0 lie there"):
        send(parcel, STORE)
    memory.rm_file(f"/bucket/news/v1.0.0/{MARK}")
    memory.pipe_file("/bucket/news/v1.0.0/theirs", b"")
    with pytest.raises(PublishError, match="is not empty and no release"):
        send(parcel, STORE)


def test_of_two_manifests_the_first_stays(
    sound: Path, tmp_path: Path, memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who finds another manifest at the end leaves it as it is and says so."""
    parcel = pack(sound)
    find = type(memory).find

    def someone_else_writes(self, *args: object, **kwargs: object) -> object:
        found = find(self, *args, **kwargs)
        if len(found) >= len(parcel.items):  # all files and the mark: only the manifest is missing
            self.pipe_file(f"/bucket/news/v1.0.0/{MANIFEST}", b"theirs")
        return found

    monkeypatch.setattr(type(memory), "find", someone_else_writes)
    with pytest.raises(VersionError, match="another release of version"):
        send(parcel, STORE)
    assert stored(memory)[f"v1.0.0/{MANIFEST}"] == b"theirs"


def test_a_file_that_did_not_arrive_whole_is_noticed(
    sound: Path, memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that keeps half a file gets no manifest."""
    put = type(memory).put_file

    def lose(self, local: str, remote: str, **kwargs: object) -> None:
        put(self, local, remote, **kwargs)
        if "noise" in remote:
            self.pipe_file(remote, b"half")

    monkeypatch.setattr(type(memory), "put_file", lose)
    with pytest.raises(PublishError, match="has 4 bytes"):
        send(pack(sound), STORE)
    assert corpus.versions(STORE) == ()


def test_a_store_copies_what_it_has(sound: Path, tmp_path: Path, memory) -> None:
    """For the next version only files are sent that the one before does not have."""
    parcel = pack(sound)
    send(parcel, STORE)
    later = next_of(parcel, tmp_path / "later")
    done = send(later, STORE)
    documents = {item.path for item in parcel.items if not item.path.endswith(".parquet")}
    assert set(done.new_files) == {parcel.items[0].path, *documents}
    expected = {f"v1.0.1/{name}": digest for name, digest in files_of(later.folder).items()}
    found = {name: hashlib.sha256(data).hexdigest() for name, data in stored(memory).items()}
    assert {name: found.get(name) for name in expected} == expected
    assert [v.version for v in corpus.versions(STORE)] == ["1.0.0", "1.0.1"]


def test_versions_are_ordered_by_number(sound: Path, tmp_path: Path) -> None:
    """1.10.0 comes after 1.9.0, and what is no version is not listed."""
    for name in ("v1.10.0", "v1.9.0", "v1", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / MANIFEST).touch()
    (tmp_path / "v2.0.0").mkdir()
    assert [v.version for v in corpus.versions(tmp_path)] == ["1.9.0", "1.10.0"]
    assert [v.version for v in corpus.versions(sound)] == ["1.0.0"]


@pytest.mark.parametrize(
    ("where", "options", "message"),
    [
        ("{sound}", PLAIN, "is a release itself"),
        ("{sound}/README.md", PLAIN, "is a file"),
        ("{tmp}/p", Options(private=True), "--private is for the Hub"),
        ("memory://x", Options(revision="a"), "--revision is for the Hub"),
        ("nonsense://x", PLAIN, "Protocol not known"),
        ("nobody/news", PLAIN, "give hf://datasets/nobody/news for the Hub, ./nobody/news for a"),
    ],
)
def test_places_that_cannot_be_are_worded(
    sound: Path, tmp_path: Path, where: str, options: Options, message: str
) -> None:
    """A place where no release can go says why, in a line."""
    where = where.format(sound=sound, tmp=tmp_path)
    if "nonsense" not in where:  # that is known only to who asks fsspec
        with pytest.raises(PublishError, match=message):
            publishing.check(where, options)
    with pytest.raises(PublishError, match=message):
        corpus.publish(sound, where, private=options.private, revision=options.revision)


def test_a_wrong_target_is_said_before_verifying(tmp_path: Path) -> None:
    """Nobody waits for a large release to be verified to hear that the target is none."""
    with pytest.raises(PublishError, match="give hf://datasets/ORG/NAME"):
        corpus.publish(tmp_path / "no release", "hf://datasets/news")


def test_a_folder_of_releases_is_told_from_a_release(sound: Path, tmp_path: Path) -> None:
    """Who gives the folder that releases were published to is told what to give."""
    send(pack(sound), tmp_path / "p")
    with pytest.raises(ReleaseError, match=r"give one of those in it, .*/v1\.0\.0"):
        corpus.load(tmp_path / "p")


def test_a_release_that_changes_meanwhile_is_noticed(sound: Path, tmp_path: Path) -> None:
    """A file that is changed between verifying and copying does not get into place."""
    parcel = pack(sound)
    wrong = (replace(parcel.items[0], sha256="0" * 64), *parcel.items[1:])
    with pytest.raises(PublishError, match="was changed while it was published"):
        send(replace(parcel, items=wrong), tmp_path / "p")
    assert corpus.versions(tmp_path / "p") == ()


def test_two_publishers_of_a_version_do_not_mix(sound: Path, tmp_path: Path) -> None:
    """While one run copies a version into a folder, another of it is refused."""
    from filelock import FileLock

    (tmp_path / "p").mkdir()
    with (
        FileLock(tmp_path / "p" / ".v1.0.0.lock"),
        pytest.raises(StorageError, match="somebody else publishes it"),
    ):
        send(pack(sound), tmp_path / "p")


def test_a_killed_copy_goes_on(sound: Path, tmp_path: Path) -> None:
    """What a killed run copied is used; a file that it cut short is copied again."""
    parcel = pack(sound)
    left = tmp_path / "p" / ".v1.0.0.publishing"
    for item in parcel.items[:3]:
        (left / item.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sound / item.path, left / item.path)
    (left / parcel.items[2].path).write_bytes(b"PAR1")
    (left / "stale").write_bytes(b"of another release")
    done = send(parcel, tmp_path / "p")
    assert len(done.new_files) == len(parcel.items) - 2
    assert files_of(tmp_path / "p" / "v1.0.0") == files_of(sound)


def test_the_command_says_what_became_of_it(sound: Path, tmp_path: Path) -> None:
    """`corpus publish` and `corpus versions` print results on stdout, the rest on stderr."""
    more = shutil.copytree(sound, tmp_path / "more")
    (more / "notes.txt").write_text("mine")
    runner, where = CliRunner(), str(tmp_path / "p")
    dry = runner.invoke(cli.app, ["publish", str(more), where, "--dry-run"])
    nothing = runner.invoke(cli.app, ["versions", str(tmp_path)])
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert "nothing was published there" in nothing.stderr
    assert (dry.exit_code, dry.stdout.count("would go: ")) == (0, len(pack(sound).items))
    done = runner.invoke(cli.app, ["publish", str(more), where, "--json"])
    assert json.loads(done.stdout)["outcome"] == "published"
    assert json.loads(done.stdout)["left_out"] == ["notes.txt"]
    again = runner.invoke(cli.app, ["publish", str(more), where])
    assert "1.0.0 already published" in again.stdout
    assert "left out: notes.txt" in again.stderr
    listed = runner.invoke(cli.app, ["versions", where])
    assert listed.stdout == f"1.0.0\t{where}/v1.0.0\n"
    named = runner.invoke(cli.app, ["versions", where, "--json"])
    assert json.loads(named.stdout)["versions"][0]["version"] == "1.0.0"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_bars_are_for_terminals(monkeypatch: pytest.MonkeyPatch, is_terminal: bool) -> None:
    """Where stderr is no terminal the client of the Hub is told to draw no bars."""
    monkeypatch.delenv(NO_BARS, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal, raising=False)
    hide_bars()
    assert (NO_BARS in os.environ) is not is_terminal
    monkeypatch.delenv(NO_BARS, raising=False)


def test_a_token_can_come_from_stdin(sound: Path, tmp_path: Path) -> None:
    """`--token -` reads the token from standard input."""
    words = ["publish", str(sound), str(tmp_path / "p"), "--token", "-"]
    for given, error in (("secret\n", "--token is for the Hub"), ("\n", "None")):
        done = CliRunner().invoke(cli.app, words, input=given)
        assert error in str(done.exception)
        assert "secret" not in str(done.exception) + done.output


@pytest.mark.parametrize(
    ("arguments", "rest", "token"),
    [
        ("corpus publish a b --token x", "corpus publish a b", "x"),
        ("corpus publish --token=x a b", "corpus publish a b", "x"),
        ("corpus publish a b", "corpus publish a b", None),
        ("corpus publish -- --token x", "corpus publish -- --token x", None),
        ("corpus publish a b --token", "corpus publish a b --token", None),
    ],
)
def test_the_token_is_cut_out(arguments: str, rest: str, token: str | None) -> None:
    """The arguments lose the token and its option, and nothing else."""
    words = arguments.split()
    assert _cut_token(words) == token
    assert words == rest.split()


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_no_process_list_shows_the_token(sound: Path, tmp_path: Path) -> None:
    """While the command runs, its arguments are those that were given, without the token."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    code = (
        "import sys, os; from corpus.cli import publishing; publishing.hide_token();"
        f"open({str(fifo)!r}).read(); print(os.environ['HF_TOKEN'])"
    )
    words = [sys.executable, "-c", code, "publish", "a", "--token", "secret-of-mine", "b"]
    root = str(Path(corpus.__file__).parent.parent)
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    ) as process:
        with fifo.open("w"):  # which opens when the process reads, after it has started again
            shown = Path(f"/proc/{process.pid}/cmdline").read_bytes().split(b"\0")
        out, _ = process.communicate()
    assert b"publish" in shown
    assert not any(b"secret-of-mine" in word for word in shown)
    assert out.strip() == "secret-of-mine"
