"""Parts of files: cut anywhere, they give what the whole file gives."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Page, Removal
from corpus.loading import Input, Part, cut, list_inputs, read_input
from corpus.recipe import Loading

PIECES = [
    '{"text": "a"}',
    "\n",
    "\r\n",
    "x",
    " ",
    "\N{IDEOGRAPHIC SPACE}",
    "\u0a0a",
    "y" * 40,
    "--",
    "\n--\n",
    "\n -- \n",
]
OPTIONS = Loading(max_page_bytes=30, page_separator="--")


def read_parts(path: Path, ends: list[int]) -> list[Page | Removal]:
    """What the parts of a file give that end where told."""
    size = path.stat().st_size
    parts = [Part(*pair) for pair in pairwise(sorted({0, *ends, size}))]
    items = [Input("s", "", str(path), size, part) for part in parts or [Part(0, 0)]]
    return [result for item in items for result in read_input(item, OPTIONS)]


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("suffix", [".jsonl", ".txt"])
def test_parts_give_the_whole(tmp_path: Path, suffix: str, codec: str) -> None:
    """However a file is cut, its records come once each, in order, under the same names."""
    path = tmp_path / f"a{suffix}"

    @given(st.lists(st.sampled_from(PIECES)), st.lists(st.integers(0, 200)))
    def check(pieces: list[str], ends: list[int]) -> None:
        path.write_bytes("".join(pieces).encode(codec))
        whole = list(read_input(Input("s", "", str(path), path.stat().st_size), OPTIONS))
        size = path.stat().st_size
        assert read_parts(path, [min(end, size) for end in ends]) == whole
        assert read_parts(path, list(range(size))) == whole

    check()


def test_large_files_are_cut(tmp_path: Path) -> None:
    """A large JSONL file is cut into parts of about the size asked for, a large page never."""
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n' * 100)
    (tmp_path / "b.html").write_text("b" * 1400)
    (tmp_path / "c.txt").write_text("c")
    groups = list(cut(list_inputs([tmp_path]), 200, 10))
    items = [item for group in groups for item in group]
    assert [item.path for item in items] == ["a.jsonl"] * 7 + ["b.html", "c.txt"]
    assert [item.part for item in items[:3]] == [Part(0, 200), Part(200, 400), Part(400, 600)]
    assert len(groups) == 9
    assert sum(1 for item in items for _ in read_input(item, Loading())) == 102


def test_compressed_files_count_for_what_is_in_them() -> None:
    """A compressed file is cut into four times as many parts, and fills a group as fast."""
    plain, packed = (Input("s", "", name, 4_000, part_bytes=1) for name in ("a.warc", "a.warc.gz"))
    assert len(list(cut([plain], 1_000, 9))) == 4
    assert len(list(cut([packed], 1_000, 9))) == 16
    small = [Input("s", str(n), f"{n}.jsonl.gz", 100) for n in range(8)]
    assert [len(group) for group in cut(small, 1_000, 9)] == [3, 3, 2]


def test_what_was_appended_is_read(tmp_path: Path) -> None:
    """Lines that were appended after a file was listed belong to its last part."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a"}\n' * 100)
    groups = list(cut(list_inputs([path]), 300, 10))
    with path.open("a") as file:
        file.write('{"text": "b"}\n')
    results = [r for group in groups for item in group for r in read_input(item, Loading())]
    assert len(results) == 101


def test_small_files_go_together() -> None:
    """Cutting loses, doubles and moves nothing, and no group is empty or beyond the limits."""
    inputs = [Input("s", str(n), f"{n}.html", n * 13) for n in range(60)]
    groups = list(cut(inputs, 2000, 7))
    assert [item for group in groups for item in group] == inputs
    for group in groups:
        assert 0 < len(group) <= 7
        assert sum(item.n_bytes for item in group[:-1]) < 2000


def test_a_line_over_many_parts_costs_each_its_own_size(tmp_path: Path) -> None:
    """A part in the middle of an endless line reads its own bytes and no more."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x" * 10_000_000)
    item = Input("s", "", str(path), 10_000_000, Part(1000, 2000))
    with path.open("rb") as stream:
        from corpus.loading.lines import read_lines

        assert list(read_lines(stream, item.part, 10**9, None)) == []
        assert stream.tell() <= 2001
