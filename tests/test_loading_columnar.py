"""Parquet, Arrow and Feather: rows are records, columns are fields."""

from __future__ import annotations

import datetime
import hashlib
import io
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from loading_files import Result, read_file, told, write

from corpus.document import Page, Removal, page_id
from corpus.loading import Input, Part, cut, list_inputs, read_input
from corpus.recipe import Loading

PAGES = pa.table({"text": ["一", None, "三"], "url": ["http://a.example/1", None, None]})


def parquet(table: pa.Table, **options: Any) -> bytes:
    """A Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def arrow(table: pa.Table, rows: int | None = None) -> bytes:
    """An Arrow file with so many rows a batch."""
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, rows)
    return sink.getvalue()


def stream(table: pa.Table) -> bytes:
    """An Arrow stream."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, 2)
    return sink.getvalue()


def feather(table: pa.Table) -> bytes:
    """A Feather file, compressed."""
    sink = io.BytesIO()
    pyarrow.feather.write_feather(table, sink, compression="zstd")
    return sink.getvalue()


WRITERS = {
    "a.parquet": parquet,
    "b.parquet": lambda table: parquet(table, compression="zstd", row_group_size=2),
    "a.arrow": arrow,
    "b.arrow": stream,
    "a.feather": feather,
}


@pytest.mark.parametrize("name", WRITERS)
def test_rows_are_records(tmp_path: Path, name: str) -> None:
    """Each row is a page or a removal, named by its number; its digest is that of the content."""
    one, two, three = read_file(write(tmp_path, name, WRITERS[name](PAGES)))
    assert isinstance(one, Page)
    assert (one.content, one.kind, one.url) == ("一", "text", "http://a.example/1")
    assert one.origin.sha256 == hashlib.sha256("一".encode()).hexdigest()
    assert isinstance(two, Removal)
    assert two.reason == "empty"
    assert isinstance(three, Page)
    assert [r.origin.record for r in (one, two, three)] == [0, 1, 2]
    assert three.id == page_id("三")


@pytest.mark.parametrize("name", WRITERS)
def test_types_of_columns(tmp_path: Path, name: str) -> None:
    """Bytes are decoded as a file is; strings of any layout, times and numbers are read."""
    moment = datetime.datetime(2024, 5, 1, 8, tzinfo=datetime.UTC)
    table = pa.table(
        {
            "html": pa.array(["<p>正文".encode("gb18030")] * 2),
            "title": pa.array(["题", "题"]).dictionary_encode(),
            "url": pa.array(["http://a.example/1"] * 2, pa.large_string()),
            "id": pa.array([7, 8]),
            "date": pa.array([moment.date()] * 2),
            "fetched_at": pa.array([moment] * 2, pa.timestamp("ms", "UTC")),
            "other": pa.array([[1], [2]]),
        }
    )
    page, _ = read_file(write(tmp_path, name, WRITERS[name](table)))
    assert isinstance(page, Page)
    assert (page.content, page.kind, page.encoding) == ("<p>正文", "html", "gb18030")
    assert (page.title, page.url, page.origin.key) == ("题", "http://a.example/1", "7")
    assert (page.date, page.fetched_at) == ("2024-05-01", "2024-05-01T08:00:00+00:00")


@pytest.mark.parametrize("name", WRITERS)
def test_wrong_types_of_columns(tmp_path: Path, name: str) -> None:
    """A content column of numbers makes each row a removal that says so."""
    for table, detail in (
        (pa.table({"text": [1, 2]}), '"text" is a number, not a string'),
        (pa.table({"text": [[1], None]}), '"text" is a list, not a string'),
    ):
        first, second = read_file(write(tmp_path, name, WRITERS[name](table)))
        assert isinstance(first, Removal)
        assert (first.reason, first.detail) == ("unreadable", detail)
        assert isinstance(second, Removal)
        assert second.id != first.id


@pytest.mark.parametrize("name", WRITERS)
def test_no_content_column(tmp_path: Path, name: str) -> None:
    """A file without any content column is one removal, however many rows it has."""
    table = pa.table({"body": ["x", "y"]})
    (removal,) = read_file(write(tmp_path, name, WRITERS[name](table)))
    assert isinstance(removal, Removal)
    assert removal.detail == "no field html, text, content or raw_content"


@pytest.mark.parametrize("name", WRITERS)
def test_no_rows(tmp_path: Path, name: str) -> None:
    """A file without rows is one removal."""
    (removal,) = read_file(write(tmp_path, name, WRITERS[name](PAGES.slice(0, 0))))
    assert isinstance(removal, Removal)
    assert (removal.reason, removal.detail) == ("empty", "no rows")


@pytest.mark.parametrize("name", WRITERS)
def test_times_that_are_none(tmp_path: Path, name: str) -> None:
    """A time that no calendar has is no time, and the page is read."""
    table = pa.table({"text": ["1"], "fetched_at": pa.array([2**62], pa.timestamp("ms"))})
    (page,) = read_file(write(tmp_path, name, WRITERS[name](table)))
    assert isinstance(page, Page)
    assert page.fetched_at is None


def test_broken_row_group(tmp_path: Path) -> None:
    """A row group that is broken is one removal at its place; the others are read."""
    table = pa.table({"text": [f"{n}" * 100 for n in range(9)]})
    data = bytearray(
        parquet(table, row_group_size=3, compression="none", use_dictionary=False,
                write_page_checksum=True)
    )  # fmt: skip
    data[data.index(b"4" * 50)] ^= 0xFF
    results = read_file(write(tmp_path, "a.parquet", bytes(data)))
    assert [r.origin.record for r in results] == [0, 1, 2, 3, 6, 7, 8]
    broken = results[3]
    assert isinstance(broken, Removal)
    assert (broken.reason, broken.detail) == ("unreadable", "a Parquet file that is broken")
    assert sum(isinstance(r, Page) for r in results) == 6


def test_broken_batch(tmp_path: Path) -> None:
    """A record batch whose offsets lead nowhere is one removal; the others are read."""
    table = pa.table({"text": [f"{n}" * 100 for n in range(9)]})
    data = bytearray(arrow(table, 3))
    offsets = struct.pack("<4i", 0, 100, 200, 300)
    place = data.index(offsets, data.index(offsets) + 1)
    data[place + 4 : place + 8] = b"\xff\xff\xff\x7f"
    results = read_file(write(tmp_path, "a.arrow", bytes(data)))
    assert [r.origin.record for r in results] == [0, 1, 2, 3, 6, 7, 8]
    broken = results[3]
    assert isinstance(broken, Removal)
    assert broken.detail == "an Arrow file that is broken: a record batch"


@pytest.mark.parametrize("name", WRITERS)
def test_file_that_breaks_off(tmp_path: Path, name: str) -> None:
    """A file without its end is removals only for what cannot be read."""
    data = WRITERS[name](pa.table({"text": [f"{n}" * 500 for n in range(9)]}))
    results = read_file(write(tmp_path, name, data[: len(data) * 2 // 3]))
    assert isinstance(results[-1], Removal)
    assert results[-1].reason == "unreadable"


def test_old_feather(tmp_path: Path) -> None:
    """Feather in its first version is refused by name."""
    (removal,) = read_file(write(tmp_path, "a.feather", b"FEA1" + bytes(100)))
    assert isinstance(removal, Removal)
    assert "first version" in (removal.detail or "")


@pytest.mark.parametrize("name", ["b.parquet", "a.arrow"])
def test_parts_give_the_whole(tmp_path: Path, name: str) -> None:
    """However a file is cut, its rows come once each, in order, under the same numbers."""
    table = pa.table({"text": [f"{n}" for n in range(50)]})
    data = arrow(table, 4) if name == "a.arrow" else WRITERS[name](table)
    path = write(tmp_path, name, data)
    whole: list[Result] = list(read_input(Input("s", "", str(path), len(data)), Loading()))
    assert told(whole) == [("", n, str(n)) for n in range(50)]
    bounds = [*range(0, len(data), 997), 1 << 62]
    parts = [Input("s", "", str(path), len(data), Part(*pair)) for pair in pairwise(bounds)]
    assert [r for part in parts for r in read_input(part, Loading())] == whole
    assert all(len(group) == 1 for group in cut(list_inputs([path]), 10, 10))


def test_one_text_for_many_rows(tmp_path: Path) -> None:
    """A dictionary that makes gigabytes of kilobytes is left behind at the limit."""
    text = pa.DictionaryArray.from_arrays(
        pa.array([0] * 100_000, pa.int32()), pa.array(["x" * 2_000_000])
    )
    path = write(tmp_path, "a.parquet", parquet(pa.table({"text": text}), compression="zstd"))
    *pages, removal = read_file(path, max_expansion=10)
    assert len(pages) < 100
    assert isinstance(removal, Removal)
    assert removal.reason == "archive_limit"


def test_rows_too_large(tmp_path: Path) -> None:
    """A row with more bytes than a page may have is too large, and the next is read."""
    table = pa.table({"text": ["x" * 11, "x" * 10]})
    large, page = read_file(write(tmp_path, "a.parquet", parquet(table)), max_page_bytes=10)
    assert isinstance(large, Removal)
    assert large.reason == "too_large"
    assert isinstance(page, Page)


def test_compressed_and_in_archives(tmp_path: Path) -> None:
    """A Parquet file is read where its stream cannot go back: compressed, or in an archive."""
    import gzip
    import zipfile

    data = parquet(PAGES)
    assert len(read_file(write(tmp_path, "a.parquet.gz", gzip.compress(data)))) == 3
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.parquet", data)
        archive.writestr("b.arrow", arrow(PAGES))
    assert len(read_file(tmp_path / "a.zip")) == 6
