"""A stage runs each shard once, whatever becomes of workers and runs."""

import gc
import os
import pickle
import platform
import sys
from pathlib import Path

import engine_stages as stages
import pytest

from corpus import engine
from corpus.engine import Done, Options, Shard, Stage, Work
from corpus.engine.unneeded import RARELY
from corpus.errors import CorpusError, EngineError, SourceError, StorageError

PILES = (["a", "b"], ["slow c"], ["d"], ["e", "f", "g"])


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """A working folder."""
    return Work(str(tmp_path / "work"))


def bytes_of(work: Work) -> dict[str, bytes]:
    """Everything that lies in the working folder, half-done files too."""
    root = Path(work.root)
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("workers", [0, 1, 2, 4])
def test_results_are_in_the_order_of_the_shards(work: Work, workers: int) -> None:
    """Any number of workers gives the results in shard order, as JSON has them."""
    seen: list[Done] = []
    results = engine.run(
        stages.shout_stage(), stages.shards_of(*PILES), work, Options(workers), seen.append
    )
    assert results == [{"n": n, "left out": [], "pair": [1, 2]} for n in (2, 1, 1, 3)]
    assert sorted(done.shard for done in seen) == ["00000", "00001", "00002", "00003"]
    assert not any(done.skipped for done in seen)


def test_the_number_of_workers_changes_no_byte(tmp_path: Path) -> None:
    """The working folders of none, one and three workers are the same, file for file."""
    folders = []
    for workers in (0, 1, 3):
        work = Work(str(tmp_path / str(workers)))
        engine.run(stages.shout_stage(), stages.shards_of(*PILES), work, Options(workers))
        folders.append(bytes_of(work))
    assert folders[0] == folders[1] == folders[2]
    assert folders[0]["shout/00000.words.txt"] == b"A\nB\n"


def test_a_finished_shard_is_skipped(work: Work) -> None:
    """A second run does nothing but tell the results; a changed shard alone is run again."""
    before = engine.run(stages.shout_stage(), stages.shards_of(*PILES), work, Options(0))
    seen: list[Done] = []
    again = engine.run(
        stages.shout_stage(), stages.shards_of(*PILES), work, Options(2), seen.append
    )
    assert again == before
    assert [done.skipped for done in seen] == [True] * 4
    seen.clear()
    changed = stages.shards_of(PILES[0], ["h", "i"], *PILES[2:])
    results = engine.run(stages.shout_stage(), changed, work, Options(0), seen.append)
    assert [done.shard for done in seen if not done.skipped] == ["00001"]
    assert results[1]["n"] == 2


def test_another_digest_runs_everything_again(work: Work) -> None:
    """A changed recipe leaves nothing of the former one, nor of shards that are no more."""
    engine.run(stages.shout_stage("1"), stages.shards_of(*PILES), work, Options(0))
    seen: list[Done] = []
    engine.run(stages.shout_stage("2"), stages.shards_of(["z"]), work, Options(0), seen.append)
    assert [done.skipped for done in seen] == [False]
    assert set(bytes_of(work)) == {"shout/00000.words.txt", "shout/00000.done"}


def test_workers_stay_for_the_next_stage(work: Work) -> None:
    """Stages of one `start` share their processes, which are gone at the end of the block."""
    shards = [Shard(f"{n}", "", n) for n in range(4)]
    with engine.start(Options(2)) as running:
        one, two = (
            set(running.run(Stage(name, stages.tell_process, ""), shards, work)) for name in "ab"
        )
    assert one == two
    assert len(one) == 2
    assert os.getpid() not in one
    for pid in one:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_worker_does_without_pandas(work: Work) -> None:
    """Arrow makes arrays in a worker, and imports nothing for it that is not needed."""
    shards = [Shard("0", "", ["pyarrow", "pandas"])]
    stage = Stage("modules", stages.list_modules, "")
    assert engine.run(stage, shards, work, Options(1)) == [["pyarrow"]]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_worker_alone_rarely_looks_for_cycles(work: Work, workers: int) -> None:
    """How often is settled in a process of our own, never in that of who calls the library."""
    before = gc.get_threshold()
    stage = Stage("cycles", stages.tell_thresholds, "")
    (found,) = engine.run(stage, [Shard("0", "", None)], work, Options(workers))
    assert tuple(found) == (RARELY if workers else before)
    assert gc.get_threshold() == before != RARELY


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_a_worker_keeps_memory_for_the_next_pages(work: Work) -> None:
    """What was freed is used again, not given back and cleared anew: 4,096 pages of 4 KB."""
    stage = Stage("cleared", stages.tell_cleared, "")
    (found,) = engine.run(stage, [Shard("0", "", None)], work, Options(1))
    assert found < 400


@pytest.mark.parametrize("workers", [1, 2])
def test_a_dead_worker_is_replaced(work: Work, workers: int) -> None:
    """Two deaths on a shard cost nothing but time."""
    seen: list[Done] = []
    shards = stages.shards_of(["a"], ["kill 2", "b"], ["c"])
    results = engine.run(stages.shout_stage(), shards, work, Options(workers), seen.append)
    assert [result["n"] for result in results] == [1, 2, 1]
    assert {done.shard: done.n_deaths for done in seen} == {"00000": 0, "00001": 2, "00002": 0}


@pytest.mark.parametrize("word", ["kill", "exit"])
def test_the_poisonous_piece_is_left_out(work: Work, word: str) -> None:
    """Of a shard that ends every worker only the pieces that do it are lost, and named."""
    pile = ["a", "b", "c", word, "d", "e", f"{word} "]
    seen: list[Done] = []
    options = Options(2)
    shards = stages.shards_of(["x"], pile, ["y"])
    results = engine.run(stages.shout_stage(), shards, work, options, seen.append)
    assert results[1]["left out"] == [word, f"{word} "]
    assert next(done.n_left_out for done in seen if done.shard == "00001") == 2
    words = bytes_of(work)["shout/00001.words.txt"].decode().splitlines()
    how = "3 processes died on it"
    assert words == ["A", "B", "C", f"{word}: {how}", "D", "E", f"{word} : {how}"]
    assert not [name for name in bytes_of(work) if "trial" in name]


def test_trials_leave_nothing_but_a_killed_write_to_clean(work: Work) -> None:
    """What dead workers left half-written is gone after `clean`, and nothing else is."""
    shards = stages.shards_of(["a", "kill"])
    engine.run(stages.shout_stage(), shards, work, Options(1))
    work.clean()
    assert set(bytes_of(work)) == {"shout/00000.words.txt", "shout/00000.done"}


def test_a_shard_that_cannot_be_taken_apart_is_given_up(work: Work) -> None:
    """Without pieces, the third death ends the run with the shard and the signal."""
    shards = stages.shards_of(["a"], ["kill"])
    with pytest.raises(EngineError, match=r"shard 00001: 3 workers died on it \(signal SIGKILL\)"):
        engine.run(stages.shout_stage(pieces=None), shards, work, Options(1))


def test_deaths_without_a_guilty_piece_are_forgiven_or_given_up(work: Work) -> None:
    """Deaths that no single piece repeats let the shard run again."""
    shards = stages.shards_of(["a", "kill 4", "b"])
    (result,) = engine.run(stages.shout_stage(), shards, work, Options(1))
    assert result["left out"] == []


@pytest.mark.parametrize(
    ("word", "error", "words"),
    [
        ("refuse", SourceError, "a.jsonl: is gone; put it back"),
        ("full", StorageError, r"articles\.arrow: no space is left on the disk; free space"),
        ("denied", StorageError, r"articles\.arrow: permission denied; give this user"),
        ("memory", EngineError, "out of memory; use fewer workers"),
        ("thread", EngineError, "out of memory or processes .can't start new thread.; use fewer"),
        ("arrow", EngineError, "out of memory or processes"),
        ("mistake", ZeroDivisionError, "of the stage"),
    ],
)
@pytest.mark.parametrize("workers", [0, 2])
def test_an_error_of_a_worker_ends_the_run(
    work: Work, workers: int, word: str, error: type[Exception], words: str
) -> None:
    """An error comes home as it was raised, and the next run goes on from there."""
    good, bad = stages.shards_of(["a"], ["b"]), stages.shards_of(["a"], [word])
    with pytest.raises(error, match=words) as caught:
        engine.run(stages.shout_stage(), bad, work, Options(workers))
    if workers:
        assert "in shout" in str(caught.value.__cause__)
    work.clean()
    seen: list[Done] = []
    engine.run(stages.shout_stage(), good, work, Options(0), seen.append)
    if not workers:
        assert [done.skipped for done in seen] == [True, False]
    assert not [name for name in bytes_of(work) if name.endswith(".tmp")]


@pytest.mark.parametrize("cls", [CorpusError, *CorpusError.__subclasses__()])
def test_every_error_survives_pickling(cls: type[CorpusError]) -> None:
    """Each error class is the same after it crossed a process border."""
    error = pickle.loads(pickle.dumps(cls("here", "broken", "mend it")))
    assert type(error) is cls
    assert str(error) == "here: broken; mend it"


def test_an_error_that_cannot_travel_is_told_in_words(work: Work) -> None:
    """An error that does not survive the way to the parent arrives as its words."""
    with pytest.raises(EngineError, match="Stubborn: not to be pickled"):
        engine.run(stages.shout_stage(), stages.shards_of(["stubborn"]), work, Options(1))


def test_a_function_that_workers_do_not_find_is_an_error(work: Work) -> None:
    """A function that is not there in a worker is the error of the run, not the worker's death."""
    stage = Stage("gone", stages.shout, "")
    module = stages.shout.__module__
    try:
        stages.shout.__module__ = "engine_stages_gone"
        sys.modules["engine_stages_gone"] = stages
        with pytest.raises(ModuleNotFoundError, match="engine_stages_gone"):
            engine.run(stage, stages.shards_of(["a"]), work, Options(1))
    finally:
        stages.shout.__module__ = module
        del sys.modules["engine_stages_gone"]


def test_no_shards_no_results(work: Work) -> None:
    """An empty list of shards is an empty list of results."""
    assert engine.run(stages.shout_stage(), [], work, Options(2)) == []


@pytest.mark.parametrize("options", [Options(-1), Options(1, "clowd")])
def test_who_does_not_exist_is_refused(work: Work, options: Options) -> None:
    """A negative number of workers or an unknown backend is an error before anything runs."""
    with pytest.raises(EngineError):
        engine.run(stages.shout_stage(), stages.shards_of(["a"]), work, options)


@pytest.mark.parametrize("name", ["", "a.b", "a/b"])
def test_names_that_would_mix_files_are_refused(work: Work, name: str) -> None:
    """A shard's name is one plain component, taken once."""
    with pytest.raises(EngineError, match="its name is"):
        engine.run(stages.shout_stage(), [Shard(name, "", None)], work, Options(0))
    with pytest.raises(EngineError, match="its name is"):
        engine.run(stages.shout_stage(), [*stages.shards_of(["a"])] * 2, work, Options(0))
