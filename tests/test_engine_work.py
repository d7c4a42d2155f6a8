"""A working folder shows whole files only, wherever it lies, and belongs to one run at a time."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import engine_stages as stages
import filelock
import pyarrow as pa
import pytest

from corpus import engine
from corpus.engine import Done, Options, Work, lock
from corpus.engine.exchange import read_partition, write_partitions
from corpus.errors import StorageError

HERE = Path(__file__).parent


@pytest.fixture(params=["local", "file", "memory"])
def work(request: pytest.FixtureRequest, tmp_path: Path) -> Work:
    """A working folder on each kind of store."""
    roots = {
        "local": str(tmp_path / "work"),
        "file": f"file://{tmp_path}/work",
        "memory": f"memory://{uuid.uuid4().hex}/work",
    }
    return Work(roots[request.param])


def fill(work: Work, **files: str) -> None:
    """Writes files; `a_b` stands for the name a/b."""
    for name, text in files.items():
        with work.write(name.replace("_", "/")) as file:
            file.write(text.encode())


def text_of(work: Work, name: str) -> str:
    """What a file holds."""
    with work.open(name) as file:
        return file.read().decode()


def test_what_was_written_is_read(work: Work) -> None:
    """Files are found by name and prefix, read back, replaced and removed."""
    fill(work, a_1="one", a_2="two", b_1="three")
    assert work.names() == ["a/1", "a/2", "b/1"]
    assert work.names("a/") == ["a/1", "a/2"]
    assert work.names("c/") == []
    fill(work, a_1="again")
    assert text_of(work, "a/1") == "again"
    assert (work.exists("a/1"), work.exists("a/3"), work.exists("a")) == (True, False, False)
    work.remove("a/")
    work.delete(["b/1"])
    work.remove("a/")
    assert work.names() == []
    with pytest.raises(FileNotFoundError):
        work.open("a/1")


def test_a_file_that_was_not_finished_is_not_there(work: Work) -> None:
    """Inside the block, and after an error in it, the name shows what it showed before."""
    fill(work, a_1="before")
    with pytest.raises(ZeroDivisionError), work.write("a/1") as file:  # noqa: PT012
        file.write(b"half")
        file.flush()
        assert text_of(work, "a/1") == "before"
        raise ZeroDivisionError
    assert text_of(work, "a/1") == "before"
    assert work.names() == ["a/1"]


def test_a_trial_leaves_the_folder_as_it_is(work: Work) -> None:
    """A trial reads what is there and what it wrote itself; its own is gone with its folder."""
    fill(work, a_1="real", a_2="real too")
    trial = Work(work.root, "t-1")
    fill(trial, a_1="tried", a_3="new")
    assert [text_of(trial, f"a/{n}") for n in (1, 2, 3)] == ["tried", "real too", "new"]
    assert trial.names("a/") == ["a/1", "a/2", "a/3"]
    assert text_of(work, "a/1") == "real"
    assert work.names() == ["a/1", "a/2"]
    trial.remove("a/3")
    work.clean()
    assert work.names() == trial.names() == ["a/1", "a/2"]


def test_arrow_files_are_read_in_parts(work: Work) -> None:
    """An exchange works on every store."""
    table = pa.table({"key": pa.array([1, 2, 3, 4], pa.uint64()), "text": list("abcd")})
    for n in range(2):
        with (
            work.write(f"x/{n}.arrow") as file,
            write_partitions(file, table.schema, "key", 3) as rows,
        ):
            rows.add(table)
    parts = [read_partition(work, work.names("x/"), i) for i in range(3)]
    assert sorted(pa.concat_tables(parts)["text"].to_pylist()) == sorted("abcd" * 2)


def test_a_stage_runs_on_every_store(work: Work) -> None:
    """A run on any store is skipped when it is repeated, and its folder can be sent to workers."""
    shards = stages.shards_of(["a", "b"], ["c"])
    before = engine.run(stages.shout_stage(), shards, work, Options(0))
    seen: list[Done] = []
    assert engine.run(stages.shout_stage(), shards, work, Options(0), seen.append) == before
    assert all(done.skipped for done in seen)
    assert pickle.loads(pickle.dumps(work)) == work
    assert text_of(work, "shout/00000.words.txt") == "A\nB\n"


def test_a_note_cut_short_is_no_note(work: Work) -> None:
    """A note of which only a part arrived, or that is none at all, makes the shard run again."""
    shards = stages.shards_of(["a"])
    for damage in (b"", b'{"digest": "', b"[]", b'{"digest": 1}', b"\xff"):
        engine.run(stages.shout_stage(), shards, work, Options(0))
        with work.write("shout/00000.done") as file:
            file.write(damage)
        seen: list[Done] = []
        engine.run(stages.shout_stage(), shards, work, Options(0), seen.append)
        assert [done.skipped for done in seen] == [False]


def test_a_second_run_is_refused(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a run holds the folder another is told so; afterwards it may."""
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(lock, "WATCH_SECONDS", 0.5)
    with engine.hold(work):
        with pytest.raises(StorageError, match="another build is working in it"), engine.hold(work):
            pass
        fill(work, a_1="goes on")
    with engine.hold(work):
        assert work.names() == ["a/1"]


def test_a_folder_of_others_is_left_alone(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not made to work in is refused, whatever lies in it, and stays as it is."""
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.05)
    fill(work, pages_1="theirs")
    with pytest.raises(StorageError, match="holds other files"), engine.hold(work):
        pass
    assert work.names() == ["pages/1"]
    assert not work.exists(lock.LOCK)


def test_a_lock_that_is_taken_away_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gets the lock of a run in the moment in which it goes is refused."""
    acquire = filelock.FileLock.acquire

    def acquire_late(self: filelock.FileLock, **options: float) -> object:
        held = acquire(self, **options)
        Path(self.lock_file).unlink()
        return held

    monkeypatch.setattr(filelock.FileLock, "acquire", acquire_late)
    with pytest.raises(StorageError, match="another build"), engine.hold(Work(str(tmp_path))):
        pass


@pytest.mark.parametrize("name", [".git/config", "empty/"])
def test_nothing_of_others_is_too_small_to_count(tmp_path: Path, name: str) -> None:
    """Hidden files and empty folders are theirs, too."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    with pytest.raises(StorageError, match="holds other files"), engine.hold(Work(str(tmp_path))):
        pass
    assert (tmp_path / name).exists()


def test_what_is_discarded_is_gone(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that ends well leaves no folder; one that does not can go on in it."""
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.05)
    with engine.hold(work):
        fill(work, pages_1="ours")
    with engine.hold(work):
        assert work.names() == ["pages/1"]
        work.discard()
    assert work.names() == []
    assert not work.exists(".working-folder")
    if work.is_local:
        assert not Path(work.path("")).exists()


def test_the_lock_of_a_killed_run_is_taken_over(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that nobody keeps alive is no lock."""
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(lock, "WATCH_SECONDS", 0.2)
    with work.write(lock.LOCK) as file:
        file.write(b"somebody 17")
    with engine.hold(work):
        pass


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    """Of two processes the second is refused, and let in when the first was killed."""
    work = Work(str(tmp_path / "work"))
    holder = (
        "import sys, time; from corpus import engine\n"
        "with engine.hold(engine.Work(sys.argv[1])): print(1, flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", holder, work.root]
    with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "1\n"
        with pytest.raises(StorageError, match="another build"), engine.hold(work):
            pass
        first.send_signal(signal.SIGKILL)
    with engine.hold(work):
        pass


def write_and_die(work: Work) -> None:
    """Writes half a file, then is killed."""
    with work.write("a/1") as file:
        file.write(b"half")
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_killed_writer_leaves_is_cleaned(tmp_path: Path) -> None:
    """A killed writer leaves no file under the name, and what it leaves is gone in the next run."""
    work = Work(str(tmp_path / "work"))
    work.claim()
    process = multiprocessing.get_context("fork").Process(target=write_and_die, args=(work,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert work.names() == []
    assert list((tmp_path / "work" / "a").iterdir())
    with engine.hold(work):
        assert not list((tmp_path / "work" / "a").iterdir())


def test_a_folder_that_cannot_be_written_is_worded(tmp_path: Path) -> None:
    """A file where a folder should be, or a full disk, is a worded error."""
    with pytest.raises(StorageError, match="no space is left"), Work(str(tmp_path)).write("a"):
        raise OSError(28, "No space left on device")
