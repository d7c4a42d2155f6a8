"""CSV and TSV: rows are records, the first names their fields."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hang import must_end
from loading_files import read_file, told, write

from corpus.document import Page, Removal

TABLE = 'url,text\r\nhttp://a.example/1,"一, ""二""\r\n三"\r\n\r\n,四\r\n'


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"])
def test_rows_are_records(tmp_path: Path, codec: str) -> None:
    """Quotes, line ends in fields and blank lines are read in every charset; a row is named by
    the byte it starts at.
    """
    data = TABLE.encode(codec)
    one, two = read_file(write(tmp_path, "a.csv", data))
    assert isinstance(one, Page)
    assert isinstance(two, Page)
    assert (one.content, one.url) == ('一, "二"\r\n三', "http://a.example/1")
    assert (two.content, two.url) == ("四", None)
    places = [TABLE.index("http"), TABLE.index(",四")]
    assert [r.origin.record for r in (one, two)] == [len(TABLE[:n].encode(codec)) for n in places]
    width = 2 if codec == "utf-16" else 1
    raw = data[one.origin.record : two.origin.record - len("\n\r\n") * width]
    assert one.origin.sha256 == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize(
    ("name", "delimiter"), [("a.csv", ","), ("a.tsv", "\t"), ("a.csv", ";"), ("a.csv", "|")]
)
def test_delimiters(tmp_path: Path, name: str, delimiter: str) -> None:
    """The delimiter is that which stands in the first row."""
    lines = [["id", "text", "title"], ["7", "a,b;c" if delimiter == "\t" else "abc", "t"]]
    data = "\n".join(delimiter.join(line) for line in lines)
    (page,) = read_file(write(tmp_path, name, data))
    assert isinstance(page, Page)
    assert (page.content, page.title, page.origin.key) == (lines[1][1], "t", "7")


@pytest.mark.parametrize("header", ["sep=;\r\nnotes,a,b,c;text", '"notes,a,b,c";"text"'])
def test_delimiter_that_is_rare(tmp_path: Path, header: str) -> None:
    """A line `sep=;` tells the delimiter; else it is the one that parts names which are known."""
    (page,) = read_file(write(tmp_path, "a.csv", f"{header}\r\n1,2;一,二\r\n"))
    assert isinstance(page, Page)
    assert page.content == "一,二"


def test_quotes_behind_backslashes(tmp_path: Path) -> None:
    """Quotes that are escaped by backslashes, as databases do, are part of their field."""
    rows = [r'"他说\"好\", 走了",1', r'"\"好\"",2', r'"a\\ \"b\"', 'c",3', r'"C:\",4', '"d",5']
    results = read_file(write(tmp_path, "a.csv", "\n".join(["text,id", *rows])))
    texts = ['他说"好", 走了', '"好"', 'a\\ "b"\nc', "C:\\", "d"]
    assert [what for _, _, what in told(results)] == texts
    broken = "\n".join(["text,id", *rows[:2], r'"x\" y,3', '"z",4'])
    results = read_file(write(tmp_path, "a.csv", broken))
    assert [what for _, _, what in told(results)] == [*texts[:2], "x\\ y", "z"]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_quoted_names_behind_a_mark(tmp_path: Path, codec: str) -> None:
    """A first row that is quoted names its fields also behind a byte-order mark."""
    data = '"text","url"\r\n"一","http://a.example/1"\r\n'.encode(codec)
    (page,) = read_file(write(tmp_path, "a.csv", data))
    assert isinstance(page, Page)
    assert (page.content, page.url) == ("一", "http://a.example/1")


def test_one_column(tmp_path: Path) -> None:
    """A table of one column has no delimiter."""
    assert [what for _, _, what in told(read_file(write(tmp_path, "a.csv", "text\n一\n二")))] == [
        *("一", "二")
    ]


def test_rows_of_another_width(tmp_path: Path) -> None:
    """A row with more or fewer fields than the first is a removal; empty ones at its end are not
    counted.
    """
    lines = "text,url\na\nb,c,d\ne,http://a.example/1,,\n"
    few, many, page = read_file(write(tmp_path, "a.csv", lines))
    assert isinstance(few, Removal)
    assert isinstance(many, Removal)
    assert few.detail == "1 fields where the first row has 2"
    assert many.detail == "3 fields where the first row has 2"
    assert isinstance(page, Page)


def test_table_without_known_columns(tmp_path: Path) -> None:
    """Where the first row names no column of the recipe, each row says so."""
    (removal,) = read_file(write(tmp_path, "a.csv", "a,b\n1,2\n"))
    assert isinstance(removal, Removal)
    assert removal.detail == "no field html, text, content or raw_content"


@pytest.mark.parametrize("data", ["", "\n\n", "text,url\n", "text"])
def test_no_rows(tmp_path: Path, data: str) -> None:
    """A table without rows is one removal."""
    (removal,) = read_file(write(tmp_path, "a.csv", data))
    assert isinstance(removal, Removal)
    assert (removal.reason, removal.detail) == ("empty", "no rows")


def test_a_quote_that_is_not_closed(tmp_path: Path) -> None:
    """A stray quote costs its own row; the rows behind it are read, up to the end of the file or
    the next quote.
    """
    for tail in ("", '"x",8,\n'):
        rows = ["text,n,url", "a,1,", '"b,2,', "c,3,", "d,4,", tail]
        results = read_file(write(tmp_path, "a.csv", "\n".join(rows)))
        what = [what for _, _, what in told(results)]
        assert what == ["a", "unreadable", "c", "d", *(["x"] if tail else [])]
        assert getattr(results[1], "detail", None) == "a quote that is not closed"


def test_quotes_inside_of_a_field(tmp_path: Path) -> None:
    """A line whose quotes are wrong but do not matter is read as spreadsheets read it."""
    (page,) = read_file(write(tmp_path, "a.csv", 'text,url\n"a" b,\n'))
    assert isinstance(page, Page)
    assert page.content == "a b"


def test_a_broken_quote_in_one_column(tmp_path: Path) -> None:
    """In a table of one column the lines behind a broken quote are not taken for pages."""
    rows = 'text\n"a\nb "c" d\ne"\nf\n"g\nh"\n'
    results = read_file(write(tmp_path, "a.csv", rows))
    assert [what for _, _, what in told(results)] == ["unreadable", "g\nh"]


def test_rows_too_large(tmp_path: Path) -> None:
    """A row over the limit is a removal, and the next is read."""
    data = "text,url\n" + "x" * 50 + ",\ny,\n"
    large, page = read_file(write(tmp_path, "a.csv", data), max_page_bytes=20)
    assert isinstance(large, Removal)
    assert large.reason == "too_large"
    assert isinstance(page, Page)


@pytest.mark.parametrize(
    "piece",
    [
        '"\n',
        '",\n',
        'a,"\n',
        '""",\n',
        ',"a"b\n',
        '"a","\n',
        "\r",
        "\0",
        '"\\"\n',
        '"a\\",',
        '"\\"",1\n',
    ],
)
def test_hostile_quotes(tmp_path: Path, piece: str) -> None:
    """Fifty thousand repeats of anything are read in time that grows as the file does."""
    with must_end():
        assert read_file(write(tmp_path, "a.csv", "text,url\n" + piece * 50_000))
