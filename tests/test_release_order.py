"""The order of a release: sorted runs, merged, and cut into files and row groups."""

import itertools
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from release_pages import find_clusters, many_lines, write_shards

import corpus
from corpus import dedup
from corpus.engine import Work
from corpus.errors import ReleaseError
from corpus.pipeline import run
from corpus.pipeline.verdicts import Groups, count_groups, of_shards
from corpus.recipe import Release
from corpus.release import Group, merge, order_rows, plan_release
from corpus.release.layout import Cutter
from corpus.release.merge import KEY, batch_rows, write_run
from corpus.release.sort_keys import sort_keys

TEXTS = st.none() | st.text("\0\x01\x02a\xffé中\U0001f600\uffff", max_size=4)
SMALL = Release(shard_bytes=20_000, row_group_bytes=7_000, sample_rows=5, validation_share=0.2)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(-(2**63), 2**63 - 1)), max_size=12))
@example([(None, "", 255 << 55), (None, "\0", 0)])
@example([("a\0", "b", 0), ("a", "c", 0), ("a\0b", "", 0), ("a", None, 0)])
def test_keys_sort_as_the_columns_do(rows: list[tuple[str | None, str | None, int]]) -> None:
    """Texts sort by code points, nulls behind all texts, numbers by value."""
    first, second, number = zip(*rows, strict=True) if rows else ((), (), ())
    texts = [pa.chunked_array([pa.array(own, pa.string())]) for own in (first, second)]
    keys = sort_keys(texts, [np.array(number, np.int64)])
    order = pc.sort_indices(keys).to_pylist()
    wanted = [(a is None, a or "", b is None, b or "", n) for a, b, n in rows]
    assert [wanted[place] for place in order] == sorted(wanted)
    assert len(set(keys.to_pylist())) == len(set(wanted))


def run_of(work: Work, name: str, keys: list[bytes], batch: int) -> str:
    """A run with these keys, and the place of each among them."""
    table = pa.table({KEY.name: pa.array(keys, KEY.type), "place": range(len(keys))})
    write_run(work, name, table, batch)
    return name


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 999), max_size=9), max_size=5), st.integers(1, 4))
def test_runs_are_merged_whatever_their_batches(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[int]], batch: int
) -> None:
    """All rows of all runs come in one order, and no more at once than a batch of each run."""
    work = Work(str(tmp_path_factory.mktemp("runs")))
    names = []
    for n, part in enumerate(parts):
        keys = sorted(f"{key:03d}{n}{place}".encode() for place, key in enumerate(part))
        names.append(run_of(work, f"{n}.arrow", keys, batch))
    tables = list(merge.merge(work, names))
    found = [key for table in tables for key in table[KEY.name].to_pylist()]
    assert found == sorted(found)
    assert len(found) == sum(map(len, parts))
    assert all(0 < len(table) <= batch * len(parts) for table in tables)


def test_a_run_keeps_its_rows_together(tmp_path: Path) -> None:
    """The other columns go with the key of their row."""
    work = Work(str(tmp_path))
    names = [run_of(work, f"{n}.arrow", [b"a%d" % n, b"b%d" % n, b"c%d" % n], 2) for n in range(3)]
    table = pa.concat_tables(merge.merge(work, names))
    assert table[KEY.name].to_pylist()[:4] == [b"a0", b"a1", b"a2", b"b0"]
    assert table["place"].to_pylist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_runs_that_begin_later_are_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many runs there are, none is asked for rows more often than it has some to give."""
    work, looks, take = Work(str(tmp_path)), [], merge._Run.take
    monkeypatch.setattr(merge._Run, "take", lambda own, to: looks.append(1) or take(own, to))
    keys = [[b"%03d" % (10 * n + k) for k in range(7)] for n in range(60)]
    names = [run_of(work, f"{n}.arrow", own, 3) for n, own in enumerate(keys)]
    table = pa.concat_tables(merge.merge(work, names))
    assert table[KEY.name].to_pylist() == [key for own in keys for key in own]
    assert len(looks) == 60 * 3


@pytest.mark.parametrize("n_runs", [0, 1, 7, 100, 100_000])
def test_batches_of_all_runs_fit_together(n_runs: int) -> None:
    """The more runs there are, the smaller are their batches, down to some hundred rows."""
    rows = batch_rows(n_runs)
    assert rows == merge.LEAST_ROWS or rows * n_runs <= merge.ROWS_TOGETHER
    assert rows >= merge.LEAST_ROWS


def cut_at_once(rows: list[tuple[int, int]], limit: int) -> list[list[tuple[int, int]]]:
    """Rows and their sizes in portions up to a limit, or of one row that is larger."""
    portions: list[list[tuple[int, int]]] = []
    for row in rows:
        if portions and sum(size for _, size in portions[-1]) + row[1] <= limit:
            portions[-1].append(row)
        else:
            portions.append([row])
    return portions


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 12), max_size=30),
    st.integers(1, 10),
    st.none() | st.integers(1, 30),
    st.integers(1, 7),
)
@example([3, 9, 3], 4, 5, 1)
@example([5, 5, 5], 4, 6, 3)
def test_rows_are_cut_as_if_all_were_there(
    sizes: list[int], group_bytes: int, file_bytes: int | None, at_once: int
) -> None:
    """Row groups and files end where they would if all rows were cut at once."""
    rows = list(enumerate(sizes))
    files = [rows] if file_bytes is None else cut_at_once(rows, file_bytes)
    wanted = [
        (number, [row for row, _ in group])
        for number, file in enumerate(files)
        for group in cut_at_once(file, group_bytes)
    ]
    cutter, found = Cutter(group_bytes, file_bytes), []
    for begin in range(0, len(sizes), at_once):
        part = sizes[begin : begin + at_once]
        table = pa.table({"row": range(begin, begin + len(part))})
        found += cutter.add(table, np.array(part, np.int64))
    found += cutter.end()
    assert [(number, group["row"].to_pylist()) for number, group in found] == wanted


GROUPS = [[[0, 1, 2, 3]], [[0, 2], [1, 3]], [[3], [1], [0, 2]], [[0], [1], [2], [3]]]


@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize("n_rows", [1, 1000])
def test_the_plan_does_not_depend_on_groups(
    tmp_path: Path, groups: list[list[int]], n_rows: int
) -> None:
    """However shards are grouped to be sorted, every plan is the same."""
    lines, sizes = many_lines(60), [11, 0, 40, 9]
    work = Work(str(tmp_path))
    shards, verdicts = write_shards(work, lines, sizes), find_clusters(lines, sizes)

    def plans(name: str, groups: list[list[int]], n_rows: int) -> list[tuple[str, list]]:
        runs = [f"{name}/{n}" for n in range(len(groups))]
        for own_name, places in zip(runs, groups, strict=True):
            own = of_shards(verdicts, places)
            group = Group(places, [shards[place] for place in places], own)
            order_rows(work, group, SMALL, own_name, n_rows)
        files = plan_release(work, runs, SMALL, f"plan/{name}")
        read = [work.arrow(file.plan) for file in files]
        batches = [[plan.get_batch(n) for n in range(plan.num_record_batches)] for plan in read]
        return [
            (file.config, file.number, file.total, [batch.to_pylist() for batch in own])
            for file, own in zip(files, batches, strict=True)
        ]

    found = plans("found", groups, n_rows)
    assert found == plans("wanted", [[0, 1, 2, 3]], 1 << 16)
    assert {config for config, *_ in found} == {
        "default",
        "validation",
        "sample",
        "noise",
        "ledger",
    }
    assert any(total > 1 for _, _, total, _ in found)


def test_order_counts_the_articles_that_stay(tmp_path: Path) -> None:
    """What `order_rows` gives is the number of articles that were not removed."""
    lines = many_lines(60)
    work = Work(str(tmp_path))
    shards, verdicts = write_shards(work, lines, [60]), find_clusters(lines, [60])
    n_articles = sum("removed" not in line for line in lines)
    n_gone = verdicts["keep"].to_pylist().count(False)
    assert order_rows(work, Group([0], shards, verdicts), SMALL, "run") == n_articles - n_gone


def test_articles_elsewhere_leave_their_noise_here(tmp_path: Path) -> None:
    """An article whose row goes into an earlier file is in no file of articles; its noise is."""
    lines = many_lines(20)
    work = Work(str(tmp_path))
    shards, verdicts = write_shards(work, lines, [20]), find_clusters(lines, [20])
    counts = []
    for name, numbers in (("all", []), ("some", [0, 1])):
        group = Group([0], shards, verdicts, np.array(numbers, np.uint64))
        order_rows(work, group, Release(), name)
        runs = [work.arrow(f"{name}.{c}.arrow").read_all() for c in ("default", "sample", "noise")]
        counts.append([len(run) for run in runs])
    kept = ~np.isin([0, 1], verdicts.filter(~np.array(verdicts["keep"]))["number"].to_numpy())
    assert counts[0][0] - counts[1][0] == counts[0][1] - counts[1][1] == kept.sum() > 0
    assert counts[0][2] == counts[1][2] > 0


@pytest.mark.parametrize(("n_pages", "n_groups"), [(0, 1), (19_999, 1), (1_000_000, 51)])
def test_groups_grow_with_the_pages(n_pages: int, n_groups: int) -> None:
    """There are as many groups as keep each small, whether pages were kept or not."""
    assert count_groups(n_pages) == n_groups


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(0, 100))
def test_every_shard_is_in_one_group(n: int, n_shards: int) -> None:
    """However many groups there are, each shard is in one of them, and none is empty."""
    tasks = Groups(n).tasks(n_shards)
    together = list(itertools.chain.from_iterable(own for _, own in tasks))
    assert sorted(together) == list(range(n_shards))
    assert all(own for _, own in tasks)
    assert {name for name, _ in tasks} <= {name for name, _ in Groups(n).names()}


def test_bytes_do_not_depend_on_the_number_of_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In however many parts duplicates are looked for and rows sorted, the release is the same."""
    text = "这是一篇关于春天的文章，第{}段写的是山里的雨和田里的水，还有几句别处没有的话。"
    for n in range(24):
        body = "\n".join(text.format(f"{n % 16}之{k}") * 3 for k in range(4))
        (tmp_path / f"{n:02d}.txt").write_text(f"标题{n % 16}\n{body}", encoding="utf-8")
    made = []
    for n_parts, n_groups in ((1, 1), (5, 1), (1, 7), (3, 4)):
        monkeypatch.setattr(dedup, "count_parts", lambda *_, n=n_parts: n)
        monkeypatch.setattr(run, "count_groups", lambda _, n=n_groups: n)
        out = tmp_path / f"out-{n_parts}-{n_groups}"
        made.append(corpus.build([tmp_path / "*.txt"], out, version="1.0.0", workers=0).manifest)
    assert all(own.files == made[0].files for own in made)
    assert made[0].counts.kept > 0
    assert "dedup" in made[0].counts.removed


def test_verdicts_on_other_shards_are_refused(tmp_path: Path) -> None:
    """A verdict on an article that no shard of the group has is named."""
    lines = many_lines(20)
    work = Work(str(tmp_path))
    shards, verdicts = write_shards(work, lines, [10, 10]), find_clusters(lines, [10, 10])
    with pytest.raises(ReleaseError, match="run deduplication again"):
        order_rows(work, Group([1], shards[1:], verdicts), SMALL, "run")
