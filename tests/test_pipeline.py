"""A build accounts for everything it was given, always in the same bytes, or leaves nothing."""

import errno
import hashlib
import itertools
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tracemalloc
from collections import Counter
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import corpus
from corpus import engine, loading, pipeline, schema
from corpus import release as releasing
from corpus.cleaning import replay, undo
from corpus.document import Edit, Removal
from corpus.engine import Pieces
from corpus.engine.poison import find_piece
from corpus.errors import CorpusError, RecipeError, SourceError, StorageError, VersionError
from corpus.pipeline import run, stages
from corpus.pipeline.digest import digest_of
from corpus.pipeline.duplicates import PageShard, group_shards, task_sizes
from corpus.recipe import Dedup, Extraction, Filtering, Recipe, Release
from corpus.release import open_release

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
EXPECTED = ROOT / "tests" / "golden" / "examples" / "expected.jsonl"
PILE = ROOT / "tests" / "golden" / "pipeline"


def rows_of(release: corpus.Release, config: str) -> list[dict]:
    """All rows of a config, read without this library."""
    files = release.manifest.files_of(config)
    return [row for file in files for row in pq.read_table(release.path / file.path).to_pylist()]


def bytes_of(folder: Path) -> dict[str, str]:
    """The digest of every file by its path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def place(row: dict) -> tuple[str, int]:
    """Which input a ledger row is about."""
    return row["origin"]["path"], row["origin"]["record"]


def expected() -> dict[tuple[str, int], dict]:
    """What each input under `examples/` should become."""
    lines = map(json.loads, EXPECTED.read_text(encoding="utf-8").splitlines())
    return {(line["path"], line["record"]): line for line in lines}


def count_inputs(folder: Path) -> list[tuple[str, int]]:
    """Every file under `folder`, every line of a JSONL file by its start; without this library."""
    inputs = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            name = path.relative_to(folder).as_posix()
            lines = path.read_bytes().split(b"\n") if path.suffix == ".jsonl" else [b"page"]
            starts = itertools.accumulate((len(line) + 1 for line in lines), initial=0)
            inputs += [
                (name, start) for start, line in zip(starts, lines, strict=False) if line.strip()
            ]
    return inputs


@pytest.fixture
def cut_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of a few files, so that a small pile has several."""
    monkeypatch.setattr(run, "SHARD_FILES", 2)


def test_every_input_has_one_ledger_row(examples_release: corpus.Release) -> None:
    """Every file and every JSONL line of the examples stands in the ledger once, nothing else."""
    rows = rows_of(examples_release, "ledger")
    assert sorted(map(place, rows)) == sorted(count_inputs(EXAMPLES))


def test_the_ledger_is_sorted_by_where_inputs_come_from(tmp_path: Path) -> None:
    """Whatever the order in which sources were given."""
    articles = (EXAMPLES / "culture").glob("*.html")
    for name, page in zip("zma", articles, strict=False):
        (tmp_path / name).mkdir()
        for file in ("2.html", "1.html"):
            (tmp_path / name / file).write_bytes(page.read_bytes())
    sources = [tmp_path / name for name in "zma"]
    release = corpus.build(sources, tmp_path / "r", version="1.0.0", workers=0)
    origins = [row["origin"] for row in rows_of(release, "ledger")]
    found = [(origin["source"], origin["path"]) for origin in origins]
    assert found == [(name, path) for name in "amz" for path in ("1.html", "2.html")]


def test_kept_and_removed_are_what_was_read(examples_release: corpus.Release) -> None:
    """Kept + removed = read, in the counts and in the rows, and each kept row is an article."""
    counts = examples_release.counts
    rows = rows_of(examples_release, "ledger")
    outcomes = Counter(row["outcome"] for row in rows)
    assert counts.read == len(rows) == counts.kept + counts.n_removed
    assert outcomes == {"kept": counts.kept, "removed": counts.n_removed}
    kept = sorted(row["id"] for row in rows if row["outcome"] == "kept")
    assert sorted(row["id"] for row in rows_of(examples_release, "default")) == kept


@pytest.mark.parametrize("where", expected(), ids=lambda where: f"{where[0]}-{where[1]}")
def test_outcome_is_as_expected(examples_release: corpus.Release, where: tuple[str, int]) -> None:
    """Each example is kept or removed, and for the reason, as the golden file says."""
    row = next(row for row in rows_of(examples_release, "ledger") if place(row) == where)
    wanted = expected()[where]
    assert (row["outcome"], row["reason"]) == (wanted["outcome"], wanted["reason"]), row["detail"]


def test_a_removed_row_says_where_and_why(examples_release: corpus.Release) -> None:
    """A removed input names stage and reason, a duplicate the kept article, a kept one none."""
    rows = rows_of(examples_release, "ledger")
    articles = {row["id"]: row for row in rows_of(examples_release, "default")}
    for row in rows:
        if row["outcome"] == "kept":
            assert (row["stage"], row["reason"], row["kept_id"]) == (None, None, None)
        elif row["stage"] == "dedup":
            assert articles[row["kept_id"]]["cluster_size"] > 1
        else:
            assert row["stage"]
            assert row["reason"]
            assert row["kept_id"] is None


def test_copies_name_the_first_published(examples_release: corpus.Release) -> None:
    """The three copies of the bridge article point to the one that was published first."""
    rows = {place(row): row for row in rows_of(examples_release, "ledger")}
    first = rows["portal/river_bridge.html", 0]
    for copy in ("portal/river_bridge_reprint.html", "traditional/river_bridge_hant.html"):
        assert rows[copy, 0]["kept_id"] == first["id"]


def test_no_row_of_noise_is_main_or_of_a_removed_page(examples_release: corpus.Release) -> None:
    """Noise has the nine other kinds and belongs to articles that are kept."""
    noise = rows_of(examples_release, "noise")
    assert "main" not in {row["kind"] for row in noise}
    kept = {row["id"] for row in rows_of(examples_release, "default")}
    assert {row["id"] for row in noise} <= kept


def test_edits_undo_to_the_page(examples_release: corpus.Release) -> None:
    """An article's edits lead back from its text to the page's own wording, and forth again."""
    rows = [row for row in rows_of(examples_release, "default") if row["edits"]]
    assert rows
    for row in rows:
        edits = tuple(Edit(**edit) for edit in row["edits"])
        original = undo(row["text"], edits)
        assert original != row["text"]
        assert replay(original, edits) == row["text"]


@pytest.mark.parametrize("workers", [1, 2])
def test_bytes_do_not_depend_on_workers(
    tmp_path: Path, cut_small: None, examples_release: corpus.Release, workers: int
) -> None:
    """Cut into many shards, with one worker or two, the release is the same to the byte."""
    recipe = ROOT / "docs" / "sample.toml"
    corpus.build([EXAMPLES], tmp_path / "r", version="0.1.0", recipe=recipe, workers=workers)
    assert bytes_of(tmp_path / "r") == bytes_of(examples_release.path)


@pytest.mark.parametrize("source", [".", "../pile", "../pile/", "./"])
def test_bytes_do_not_depend_on_where_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """Relative or absolute, from any directory: the same bytes, and no path of the machine."""
    pile = shutil.copytree(PILE, tmp_path / "pile")
    corpus.build(pile, tmp_path / "a", version="1.0.0", workers=0)
    monkeypatch.chdir(pile)
    corpus.build([source], "../b", version="1.0.0", workers=0)
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
    texts = [path for path in (tmp_path / "b").rglob("*") if path.suffix in (".json", ".md")]
    assert {"README.md", "MANIFEST.json"} <= {path.name for path in texts}
    for path in texts:
        assert str(tmp_path) not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("config", schema.CONFIGS)
def test_datasets_opens_the_release(
    examples_release: corpus.Release, own_cache: Path, config: str
) -> None:
    """`datasets.load_dataset(DIR, config)` and `corpus.load` give the rows of every config."""
    import datasets

    rows = rows_of(examples_release, config)
    opened = datasets.load_dataset(str(examples_release.path), config, split="train")
    assert opened.to_list() == rows
    assert corpus.load(examples_release.path, "0.1.0", config).to_list() == rows


def test_a_recipe_decides(tmp_path: Path) -> None:
    """A threshold of the recipe changes what stays, and the manifest says which it was."""
    recipe = Recipe(filtering=Filtering(min_characters=10_000))
    release = corpus.build([PILE], tmp_path / "r", version="1.0.0", recipe=recipe, workers=0)
    assert release.counts.kept == 0
    assert release.counts.removed["filtering"]["too_short"] > 0
    assert release.manifest.recipe["filtering"]["min_characters"] == 10_000


def test_progress_is_told_after_each_shard(tmp_path: Path, cut_small: None) -> None:
    """Each stage tells of its beginning and of each shard; the last report counts all pages."""
    told: list[pipeline.Progress] = []
    release = corpus.build(
        [PILE], tmp_path / "r", version="1.0.0", workers=0, on_progress=told.append
    )
    pages = [progress for progress in told if progress.stage == "pages"]
    assert [progress.done for progress in pages] == list(range(pages[0].shards + 1))
    assert pages[0].shards > 1
    assert told[-1].done == told[-1].shards
    assert told[-1].read == release.counts.read


def test_what_cannot_be_read_does_not_stop_a_build(tmp_path: Path) -> None:
    """A broken link, a foreign format and binary bytes become rows with reasons."""
    pile = shutil.copytree(PILE, tmp_path / "pile")
    (pile / "link.html").symlink_to("nowhere.html")
    (pile / "scan.pdf").write_bytes(b"%PDF-1.7\n")
    (pile / "image.txt").write_bytes(bytes(range(256)) * 8)
    release = corpus.build([pile], tmp_path / "r", version="1.0.0", workers=0)
    reasons = {row["origin"]["path"]: row["reason"] for row in rows_of(release, "ledger")}
    assert reasons["link.html"] == reasons["image.txt"] == "unreadable"
    assert reasons["scan.pdf"] == "unsupported_format"
    assert release.counts.kept > 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read")
def test_a_forbidden_file_does_not_stop_a_build(tmp_path: Path) -> None:
    """A file without the right to read it becomes a row."""
    pile = shutil.copytree(PILE, tmp_path / "pile")
    (pile / "secret.html").write_text("<p>秘</p>", encoding="utf-8")
    (pile / "secret.html").chmod(0)
    release = corpus.build([pile], tmp_path / "r", version="1.0.0", workers=0)
    reasons = {row["origin"]["path"]: row["reason"] for row in rows_of(release, "ledger")}
    assert reasons["secret.html"] == "unreadable"


def bad_builds() -> dict[str, tuple[dict, type[CorpusError], str]]:
    """Arguments that a build refuses, the error, and words of its message."""
    return {
        "missing": ({"sources": ["gone"]}, SourceError, r"gone: does not exist; check the path"),
        "none": ({"sources": ["bare"]}, SourceError, r"bare: holds no file that can be read; give"),
        "empty": ({"sources": [""]}, SourceError, r"a source: its name is empty; name a file"),
        "no_name": ({"sources": ["x" * 5000]}, SourceError, r"xx: does not exist; check the path"),
        "no_match": ({"sources": ["x" * 5000 + "*"]}, SourceError, r"matches no file; check the"),
        "version": ({"version": "1.0"}, VersionError, r"1\.0: not MAJOR\.MINOR\.PATCH; give"),
        "leading_zero": ({"version": "01.0.0"}, VersionError, "not MAJOR"),
        "recipe_key": ({"recipe": "bad.toml"}, RecipeError, r"unknown key 'min_chars'; use one of"),
        "recipe_gone": ({"recipe": "no.toml"}, RecipeError, r"no\.toml: .*; check the path"),
        "release": ({"out": "r"}, VersionError, r"r: holds zhcorpus 1\.0\.0 already.*; give anoth"),
        "folder": ({"out": "thesis"}, StorageError, "thesis: is not empty and not a release; give"),
        "file": ({"out": "bad.toml"}, StorageError, r"bad\.toml: is a file; give a folder"),
        "in_file": ({"out": "bad.toml/r"}, StorageError, r"bad\.toml.*: a file is where a folder"),
        "work": ({"work": "bad.toml/w"}, StorageError, r"bad\.toml.*: a file is where a folder"),
        "long": ({"out": "r" * 300}, StorageError, r"rrr.*: the name is too long; choose a"),
    }


@pytest.mark.parametrize("case", bad_builds())
def test_a_refused_build_says_why_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """The error is worded where: what; what to do, and every file is as it was before."""
    monkeypatch.chdir(tmp_path)
    for folder in ("bare", "thesis"):
        Path(folder).mkdir()
    Path("thesis", "chapter.txt").write_text("一")
    Path("bad.toml").write_text("[filtering]\nmin_chars = 3\n")
    corpus.build([PILE], "r", version="1.0.0", workers=0)
    before = bytes_of(tmp_path)
    arguments, error, words = bad_builds()[case]
    call = {"sources": [PILE], "out": "new", "version": "2.0.0", "workers": 1, **arguments}
    with pytest.raises(error, match=words):
        corpus.build(**call)
    assert bytes_of(tmp_path) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.toml", "bare", "r", "thesis"]


@pytest.mark.parametrize(
    "where", ["corpus.release.shard.ShardWriter._flush", "corpus.release.writer.write_manifest"]
)
def test_a_full_disk_leaves_no_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """When the disk fills in a shard or at the end, the error says so; the next build goes on."""

    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(where, fill)
    with pytest.raises(StorageError, match="no space is left on the disk; free space"):
        corpus.build([PILE], tmp_path / "r", version="1.0.0", workers=0)
    assert [path.name for path in tmp_path.iterdir()] == [".r.work"]
    monkeypatch.undo()
    corpus.build([PILE], tmp_path / "r", version="1.0.0", workers=0)
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_lost_input_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that lacks a page that was read is an error, not a release."""
    monkeypatch.setattr("corpus.release.shard.ShardWriter.remove", lambda *_: None)
    with pytest.raises(CorpusError, match="ledger: 5 rows for 9 inputs that were read"):
        corpus.build([PILE], tmp_path / "r", version="1.0.0", workers=0)
    assert not (tmp_path / "r").exists()


SLOW_BUILD = """
import sys, time
import corpus
from corpus.pipeline import run

run.SHARD_FILES = 2

def slow(progress):
    print(progress.done, flush=True)
    if progress.done:
        time.sleep(60)

corpus.build([sys.argv[1]], sys.argv[2], version="1.0.0", workers=0, on_progress=slow)
"""


def test_a_killed_build_goes_on_where_it_was(tmp_path: Path, cut_small: None) -> None:
    """After SIGKILL nothing lies under the name; the next build skips what is done, same bytes."""
    command = [sys.executable, "-c", SLOW_BUILD, PILE, tmp_path / "r"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert [killed.stdout.readline() for _ in range(2)] == ["0\n", "1\n"]
        killed.send_signal(signal.SIGKILL)
    assert not (tmp_path / "r").exists()
    assert (tmp_path / ".r.building").exists()
    told: list[pipeline.Progress] = []
    build = {"version": "1.0.0", "workers": 0}
    corpus.build([PILE], tmp_path / "r", **build, on_progress=told.append)
    assert max(progress.skipped for progress in told) == 1
    corpus.build([PILE], tmp_path / "other", **build)
    assert bytes_of(tmp_path / "r") == bytes_of(tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "r"]


def test_a_build_goes_on_from_every_stage(tmp_path: Path, cut_small: None) -> None:
    """Wherever a build stops, at the beginning of whichever stage, the next has the same bytes."""
    stages: list[str] = []
    build = {"version": "1.0.0", "workers": 0}
    corpus.build([PILE], tmp_path / "r", **build, on_progress=lambda now: stages.append(now.stage))
    for stage in dict.fromkeys(stages):
        with pytest.raises(KeyboardInterrupt):
            corpus.build([PILE], tmp_path / stage, **build, on_progress=partial(stop_at, stage))
        corpus.build([PILE], tmp_path / stage, **build)
        assert bytes_of(tmp_path / stage) == bytes_of(tmp_path / "r"), stage


def test_rest_of_a_killed_build(tmp_path: Path) -> None:
    """A build that was killed with its release there leaves nothing once it is started again; what
    is not of a build stays.
    """
    corpus.build([PILE], tmp_path / "r", version="1.0.0", workers=0)
    work = engine.Work(str(tmp_path / ".r.work"))
    with engine.hold(work), work.write("pages/1"):
        pass
    assert work.exists("pages/1")
    with pytest.raises(VersionError, match="already"):
        corpus.build([PILE], tmp_path / "r", version="1.0.0", workers=0)
    assert [path.name for path in tmp_path.iterdir()] == ["r"]
    (tmp_path / ".r.work").mkdir()
    (tmp_path / ".r.work" / "mine.txt").touch()
    with pytest.raises(VersionError, match="already"):
        corpus.build([PILE], tmp_path / "r", version="1.0.0", workers=0)
    assert (tmp_path / ".r.work" / "mine.txt").exists()


@pytest.mark.parametrize(("out", "work"), [("r", "."), ("r", "r"), ("r", "r/w"), ("a/r", "a")])
def test_a_working_folder_takes_nothing_along(tmp_path: Path, out: str, work: str) -> None:
    """Folders that hold the release or its sources are not worked in, and stay as they are."""
    (tmp_path / "pages").mkdir()
    shutil.copy(EXAMPLES / "portal" / "river_bridge.html", tmp_path / "pages")
    where = str(tmp_path / work)
    with pytest.raises(StorageError, match=r"holds other files|as well; give another folder"):
        corpus.build([tmp_path / "pages"], tmp_path / out, version="1.0.0", workers=0, work=where)
    assert [p.name for p in tmp_path.rglob("*.*")] == ["river_bridge.html"]


def stop_at(stage: str, now: pipeline.Progress) -> None:
    """As Ctrl-C at the beginning of the stage does."""
    if now.stage == stage:
        raise KeyboardInterrupt


def test_fresh_does_everything_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_small: None
) -> None:
    """With `fresh`, nothing of an interrupted build is used; without, all that is done is."""
    with monkeypatch.context() as broken:
        broken.setattr("corpus.release.writer.write_manifest", raise_full)
        with pytest.raises(StorageError):
            corpus.build([PILE], tmp_path / "r", version="1.0.0", workers=0)
    for fresh in (True, False):
        told: list[pipeline.Progress] = []
        shutil.copytree(tmp_path / ".r.work", tmp_path / "kept", dirs_exist_ok=True)
        corpus.build(
            [PILE], tmp_path / "r", version="1.0.0", workers=0, fresh=fresh, on_progress=told.append
        )
        skipped = sum(progress.skipped for progress in told if progress.done == progress.shards)
        assert (skipped == 0) == fresh
        shutil.rmtree(tmp_path / "r")
        shutil.copytree(tmp_path / "kept", tmp_path / ".r.work")


def raise_full(*_: object) -> None:
    """As a disk without space does."""
    raise OSError(errno.ENOSPC, "No space left on device")


POISONED_BUILD = """
import os, signal, sys
import corpus
from corpus.pipeline import stages

judge_pages = stages.judge_pages

def judge_or_die(pages, recipe):
    if any("poison" in page.content for page in pages):
        os.kill(os.getpid(), signal.SIGKILL)
    return judge_pages(pages, recipe)

stages.judge_pages = judge_or_die

if __name__ == "__main__":
    corpus.build([sys.argv[1]], sys.argv[2], version="1.0.0", workers=1)
"""


def test_a_page_that_kills_its_worker_is_removed(tmp_path: Path) -> None:
    """The page on which processes die becomes a row; all others are as without it."""
    lines = [json.dumps({"text": "poison" if n == 1 else f"{n}"}) for n in range(3)]
    pile = tmp_path / "pile.jsonl"
    pile.write_text("\n".join(lines), encoding="utf-8")
    script = tmp_path / "poisoned.py"
    script.write_text(POISONED_BUILD, encoding="utf-8")
    command = [sys.executable, script, pile, tmp_path / "r"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    rows = rows_of(open_release(tmp_path / "r"), "ledger")
    assert [row["reason"] == "crashed" for row in rows] == [False, True, False]
    assert (rows[1]["stage"], rows[1]["detail"]) == ("extraction", "3 processes died on it")
    assert rows[1]["origin"]["record"] == len(lines[0]) + 1


def pages_of(task: stages.Inputs, sizes: dict[str, int]) -> set[tuple[str, int]]:
    """The pages that a task looks at, where each input has so many."""
    crashed = {(crash.input, crash.page) for crash in task.crashed}
    return {
        (item.path, page)
        for n, item in enumerate(task.unpack())
        for page in range(task.first, min(task.end or 1 << 40, sizes[item.path]))
        if not {(n, page), (n, None)} & crashed
    }


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=9), st.integers(0, 8), st.integers(0, 299)
)
@example([300], 0, 299)
def test_a_search_ends_at_the_one_page(sizes: list[int], at: int, page: int) -> None:
    """Halving a shard leads to the deadly page wherever it stands, and nothing else is left out."""
    counts = {str(n): size for n, size in enumerate(sizes)}
    poison = str(at % len(sizes)), page % sizes[at % len(sizes)]
    inputs = tuple(loading.Input("s", path, path, 20 * size) for path, size in counts.items())
    task = stages.Inputs.of(inputs)
    search = find_piece(task, Pieces(stages.halve, stages.leave_out))
    trial, n_trials = next(search), 0
    while True:
        try:
            trial, n_trials = search.send(poison in pages_of(trial, counts)), n_trials + 1
        except StopIteration as found:
            piece = found.value
            break
    left = stages.leave_out(task, piece, "died")
    assert pages_of(task, counts) - pages_of(left, counts) == {poison}
    assert n_trials < 30
    # Where it is reading that kills, it kills again: then the whole input goes.
    gone = stages.leave_out(left, piece, "died")
    assert {path for path, _ in pages_of(gone, counts)} == set(counts) - {poison[0]}


def test_a_search_without_a_culprit_ends() -> None:
    """Where no part kills by itself, the search gives up, also in an input of unknown size."""
    for n_bytes in (0, 5, 1 << 30):
        task = stages.Inputs.of([loading.Input("s", "a", "a", n_bytes)])
        search, found, trials = find_piece(task, Pieces(stages.halve, stages.leave_out)), "", 0
        next(search)
        while not found and trials < 40:
            try:
                search.send(False)
                trials += 1
            except StopIteration as ended:
                found = repr(ended.value)
        assert found == "None"


def test_shards_keep_every_input_in_order() -> None:
    """Cutting loses, doubles and moves nothing, and no shard is empty or beyond the limits."""
    inputs = [loading.Input("s", str(n), str(n), n * 1_000_003) for n in range(60)]
    shards = run.cut_shards(inputs)
    assert [item for shard in shards for item in shard.task.unpack()] == inputs
    assert [shard.name for shard in shards] == sorted({shard.name for shard in shards})
    assert len({shard.digest for shard in shards}) == len(shards)
    for shard in shards:
        assert 0 < len(shard.task.unpack()) <= run.SHARD_FILES
        assert sum(item.n_bytes for item in shard.task.unpack()[:-1]) < run.SHARD_BYTES


LIMIT = run.MANY_SHARDS * run.SHARD_BYTES


@pytest.mark.parametrize(
    "sizes",
    [
        [],
        [0] * 1_100,
        [700] * 1_100,
        [LIMIT // 64] * 63 + [LIMIT // 64 - 1],
        [LIMIT // 64] * 64,
        [LIMIT // 64] * 64 + [1] * 600,
        [LIMIT // 1_000] * 999 + [1],
        [LIMIT // 1_000] * 1_001,
        [1] * 499 + [LIMIT] + [2_000_000] * 9,
        [3] * 501 + [LIMIT - 1_503 - 12] + [12],
    ],
)
@pytest.mark.parametrize("part_bytes", [0, 1])
def test_shards_are_those_of_the_whole_sum(sizes: list[int], part_bytes: int) -> None:
    """Looking ahead only as far as sizes matter cuts as if all inputs were summed up first."""
    inputs = [loading.Input("s", f"{n}", f"{n}", s, None, part_bytes) for n, s in enumerate(sizes)]
    most = min(max(sum(sizes) // run.MANY_SHARDS, run.LEAST_BYTES), run.SHARD_BYTES)
    groups = list(loading.cut(inputs, most, run.SHARD_FILES))
    shards = run.cut_shards(iter(inputs))
    assert [shard.task.unpack() for shard in shards] == groups
    assert [shard.digest for shard in shards] == [digest_of(group) for group in groups]
    assert [shard.name for shard in shards] == [f"{n:06d}" for n in range(len(groups))]


def test_packed_inputs_are_what_went_in() -> None:
    """A task gives its inputs back in every field, also where it travelled to another process."""
    part = loading.Part(7, 1 << 62)
    inputs = (
        loading.Input("s", "a\\nb.txt", "/p/a\nb.txt", 3, part, 1, "3-17"),
        loading.Input("s", "x.txt", os.fsdecode(b"/p/\xd6\xd0.txt"), 0, repeats="s/a.txt"),
    )
    task = stages.Inputs.of(inputs)
    assert task.unpack() == inputs
    assert pickle.loads(pickle.dumps(task)) == task


def test_small_files_are_held_in_a_few_bytes() -> None:
    """The shards of many files, and what cutting them takes, are a small part of their inputs."""
    n_files = 20_000
    files = (f"/pile/folder-{n // 100}/page-{n:06d}.html" for n in range(n_files))
    inputs = (loading.Input("pile", file[6:], file, 700, state=f"700-{file}") for file in files)
    tracemalloc.start()
    shards = run.cut_shards(inputs)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(len(shard.task.unpack()) for shard in shards) == n_files
    assert held < 20 * n_files
    assert peak < 100 * n_files


CHANGED_RECIPES = [
    Recipe(dedup=Dedup(methods=("url",))),
    Recipe(release=Release(sample_rows=2)),
    Recipe(release=Release(validation_share=0.5)),
    Recipe(extraction=Extraction(site=False)),
]


@pytest.mark.parametrize("recipe", CHANGED_RECIPES)
def test_a_build_goes_on_by_the_recipe_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipe: Recipe
) -> None:
    """A build cut off at its end, and gone on with by another recipe, is one by that recipe."""
    for n in range(12):
        body = "\n".join(
            f"这是第{n % 9}篇文章的第{k}段，写了许多别处没有的话，也写了雨。" * 3 for k in range(4)
        )
        (tmp_path / f"{n:02d}.txt").write_text(f"标题{n % 9}\n{body}", encoding="utf-8")
    how = {"version": "1.0.0", "workers": 0}
    with monkeypatch.context() as patch:
        patch.setattr(releasing, "finish_release", _fail)
        with pytest.raises(KeyboardInterrupt):
            corpus.build(tmp_path / "*.txt", tmp_path / "r", **how)
    gone_on = corpus.build(tmp_path / "*.txt", tmp_path / "r", recipe=recipe, **how)
    afresh = corpus.build(tmp_path / "*.txt", tmp_path / "s", recipe=recipe, **how)
    assert gone_on.manifest.files == afresh.manifest.files
    assert gone_on.manifest.counts == afresh.manifest.counts


def _fail(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("n_bytes", "most"), [(100_000, 16), (2_000_000, 64), (10_000_000, 256)])
def test_a_small_build_has_shards_for_many_cores(n_bytes: int, most: int) -> None:
    """One file that may be cut is one shard for each million bytes, until shards are many."""
    item = loading.Input("s", "a.jsonl", "a.jsonl", 100 * n_bytes, part_bytes=1)
    assert most // 2 <= len(run.cut_shards([item])) <= most


@pytest.mark.parametrize(
    ("n_shards", "n_articles", "most_tasks"),
    [(10, 500, 10), (200, 500, 20), (40_000, 25, 64), (40_000, 1000, 200)],
)
def test_many_articles_make_larger_tasks(n_shards: int, n_articles: int, most_tasks: int) -> None:
    """Tasks of fingerprints hold every shard once, in order, and stay few, however many shards."""
    shards = [PageShard(n, f"pages/{n}", n_articles, 0) for n in range(n_shards)]
    tasks = group_shards(shards, task_sizes(shards))
    assert [shard for _, task in tasks for shard in task] == shards
    assert len(tasks) <= most_tasks + 1
    assert [name for name, _ in tasks] == sorted({name for name, _ in tasks})


def test_extract_is_what_a_build_does() -> None:
    """The article of `corpus.extract` is that of the same page read from a file."""
    path = EXAMPLES / "portal" / "river_bridge.html"
    (page,) = loading.read([path])
    assert not isinstance(page, Removal)
    assert pipeline.extract_page(page) == corpus.extract(path.read_bytes())


@pytest.mark.parametrize("data", ["", b"", "   \n\t", "<html></html>", "\ufeff"])
def test_an_empty_page_is_no_article(data: str | bytes) -> None:
    """A page without anything to see is an article with `is_article` false, not an error."""
    article = corpus.extract(data)
    assert (article.is_article, article.text) == (False, "")


def test_binary_data_is_refused() -> None:
    """Bytes that are no text raise a worded error."""
    with pytest.raises(CorpusError, match="binary data, not text; give HTML or plain text"):
        corpus.extract(bytes(range(256)) * 40)
