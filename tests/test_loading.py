"""Files and records to pages: what `corpus.loading` promises."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tomllib
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Page, Removal, page_id
from corpus.errors import LoadError, RecipeError, SourceError
from corpus.loading import (
    LOADERS,
    Loader,
    canonical_url,
    decode_page,
    guess_kind,
    list_inputs,
    read,
)
from corpus.recipe import Loading, parse_recipe

GOLDEN = Path(__file__).parent / "golden" / "loading"
TEXT = "正文"


def golden(name: str) -> list[dict[str, Any]]:
    """The cases in a golden file."""
    lines = (GOLDEN / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def write(folder: Path, name: str, data: bytes | str = TEXT) -> Path:
    """A new file, its folders made."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def the_one(results: Any) -> Any:
    """The only result."""
    (result,) = results
    return result


def test_folder_is_read_recursively_in_order(tmp_path: Path) -> None:
    """All files of a folder are listed by POSIX path in one order; hidden ones are left out."""
    names = ["b.txt", "a/2.html", "a/10.HTM", "a.txt", "图.txt", "c/d/e.ndjson", "note.pdf"]
    for name in [*reversed(names), ".git/x.txt", ".gitattributes", "a/.DS_Store"]:
        write(tmp_path / "pages", name)
    inputs = list(list_inputs([tmp_path / "pages"]))
    assert [item.path for item in inputs] == [
        *["a/10.HTM", "a/2.html", "a.txt", "b.txt", "c/d/e.ndjson", "note.pdf", "图.txt"]
    ]
    assert {(item.source, item.n_bytes) for item in inputs} == {("pages", 6)}


def test_single_file_has_an_empty_path(tmp_path: Path) -> None:
    """A source that is a file is named by its last component, and its path is empty."""
    page = the_one(read([write(tmp_path, "a.txt")]))
    assert (page.origin.source, page.origin.path, page.origin.record) == ("a.txt", "", 0)


def test_sources_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Sources that share their last component are numbered in the order given."""
    sources = [write(tmp_path, f"{folder}/a.txt").parent / "." for folder in ("1/x", "2/x", "3/x")]
    assert [item.source for item in list_inputs(sources)] == ["x", "x-2", "x-3"]


def test_source_here_is_named_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The source `.` has the name of the folder it is."""
    monkeypatch.chdir(write(tmp_path, "here/a.txt").parent)
    assert the_one(list_inputs(["."])).source == "here"


@pytest.mark.parametrize("name", ["missing", "empty", "a.pdf"])
def test_source_without_anything_to_read(tmp_path: Path, name: str) -> None:
    """A missing source, an empty folder and a foreign file are errors that say what to do."""
    write(tmp_path, "a.pdf")
    write(tmp_path, "empty/.hidden.txt")
    with pytest.raises(SourceError, match=r"does not exist; check|can be read; give .*\.txt"):
        read([tmp_path / name])


def test_unsupported_file_is_removed_not_dropped(tmp_path: Path) -> None:
    """A file that no loader reads becomes a removal with the digest of its bytes."""
    write(tmp_path, "a.txt")
    write(tmp_path, "b.pdf", b"%PDF")
    _, removal = read([tmp_path])
    assert (removal.stage, removal.reason) == ("loading", "unsupported_format")
    assert removal.detail == "no loader for .pdf"
    assert removal.origin.sha256 == hashlib.sha256(b"%PDF").hexdigest()


def test_linked_folders_are_read_once(tmp_path: Path) -> None:
    """Links in a circle end; a folder reached twice is read under its real name, and each link to
    it is a row that says so.
    """
    write(tmp_path, "s/real/a.txt")
    outside = write(tmp_path, "outside/b.txt").parent
    (tmp_path / "s" / "also").symlink_to("real", target_is_directory=True)
    (tmp_path / "s" / "real" / "loop").symlink_to("..", target_is_directory=True)
    (tmp_path / "s" / "linked").symlink_to(outside, target_is_directory=True)
    results = {result.origin.path: result for result in read([tmp_path / "s"])}
    assert list(results) == ["also", "linked/b.txt", "real/a.txt", "real/loop"]
    found = {path: (r.reason, r.detail) for path, r in results.items() if isinstance(r, Removal)}
    assert found == {
        "also": ("repeated", "the same as s/real"),
        "real/loop": ("repeated", "the same as s"),
    }


def test_linked_files_are_read_once(tmp_path: Path) -> None:
    """A file with several names, links, hard links or sources, is read under the first real one."""
    write(tmp_path, "s/b.txt")
    (tmp_path / "s" / "a.txt").symlink_to("b.txt")
    (tmp_path / "s" / "c.txt").hardlink_to(tmp_path / "s" / "b.txt")
    (tmp_path / "s" / "circle.txt").symlink_to("circle.txt")
    results = list(read([tmp_path / "s", tmp_path / "s" / "b.txt"]))
    found = [(r.origin.source, r.origin.path, getattr(r, "detail", None)) for r in results]
    assert found == [
        ("s", "a.txt", "the same as s/b.txt"),
        ("s", "b.txt", None),
        ("s", "c.txt", "the same as s/b.txt"),
        ("s", "circle.txt", "a link that leads in a circle"),
        ("b.txt", "", "the same as s/b.txt"),
    ]
    assert len({result.id for result in results}) == len(results)


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
def test_one_link_is_enough(tmp_path: Path, link: str) -> None:
    """In a folder by itself one more name of a file is told, whatever kind of link it is."""
    real = write(tmp_path, "s/b.txt")
    getattr(tmp_path / "s" / "c.txt", link)(real)
    found = [(r.origin.path, getattr(r, "detail", None)) for r in read([tmp_path / "s"])]
    assert found == [("b.txt", None), ("c.txt", "the same as s/b.txt")]


def test_patterns(tmp_path: Path) -> None:
    """A pattern gives the files it matches, by their paths from its fixed part, each once."""
    for name in ("p/1/a.txt", "p/1/b.html", "p/2/a.txt", "p/2/.c.txt", "q/a.txt"):
        write(tmp_path, name, name)
    pages = list(read([str(tmp_path / "p" / "**" / "*.txt"), str(tmp_path / "?" / "2")]))
    assert [(page.origin.source, page.origin.path) for page in pages] == [
        ("p", "1/a.txt"),
        ("p", "2/a.txt"),
        (tmp_path.name, "p/2/a.txt"),
    ]
    assert [type(page) for page in pages] == [Page, Page, Removal]
    with pytest.raises(SourceError, match="matches no file; check the pattern"):
        read([str(tmp_path / "*.htm")])


def test_a_name_with_brackets_is_no_pattern(tmp_path: Path) -> None:
    """A file whose name looks like a pattern is read as what it is."""
    page = the_one(read([write(tmp_path, "a[1].txt")]))
    assert (page.origin.source, page.origin.path) == ("a[1].txt", "")


def test_dangling_link_is_unreadable(tmp_path: Path) -> None:
    """A link that leads nowhere is a removal that names no path of the machine."""
    write(tmp_path, "s/a.txt")
    (tmp_path / "s" / "b.txt").symlink_to(tmp_path / "gone")
    _, removal = read([tmp_path / "s"])
    assert (removal.reason, removal.detail) == (
        "unreadable",
        "it is gone, or a link that leads nowhere",
    )
    assert str(tmp_path) not in repr(removal)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe in a folder is a removal instead of a build that hangs."""
    write(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "b.txt")
    assert [type(result) for result in read([tmp_path])] == [Page, Removal]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_unreadable_file_and_folder(tmp_path: Path) -> None:
    """What may not be read is a removal, and so is a folder that may not be opened."""
    write(tmp_path, "a.txt")
    write(tmp_path, "b.txt").chmod(0)
    (tmp_path / "c").mkdir(mode=0)
    _, *removals = read([tmp_path])
    (tmp_path / "c").chmod(0o700)
    assert [r.detail for r in removals] == ["no permission to read it"] * 2


def test_read_error_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that breaks off with a system error keeps its records so far and names the next."""

    def breaks(stream: Any, item: Any, how: Any) -> Any:
        yield from LOADERS[".jsonl"].read(stream, item, how)
        raise OSError(5, "any words")

    write(tmp_path, "a.broken", '{"text": "1"}\n{"text": "2"}\n')
    monkeypatch.setitem(LOADERS, ".broken", Loader(breaks))
    *_, last = read([tmp_path])
    assert (last.origin.record, last.detail) == (len('{"text": "1"}\n') + 1, "reading failed: EIO")


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux")
def test_file_names_in_gbk(tmp_path: Path) -> None:
    """A file name that is not UTF-8 is read and printed as what it says."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xd6\xd0\xce\xc4.txt")).write_text(TEXT)
    write(tmp_path, "a\nb.txt")
    assert [page.origin.path for page in read([tmp_path])] == ["a\\nb.txt", "中文.txt"]


@pytest.mark.parametrize("data", [b"", b" \r\n\t", "\u3000\u200b\ufeff".encode(), b"\0" * 512])
@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_empty_files(tmp_path: Path, name: str, data: bytes) -> None:
    """A file with nothing to see is removed as empty."""
    removal = the_one(read([write(tmp_path, name, data)]))
    assert (removal.reason, removal.id) == ("empty", page_id(data))


def test_binary_file(tmp_path: Path) -> None:
    """An image under the name of a page is unreadable."""
    data = b"\xff\xd8\xff\xe0" + bytes(i * 7 % 256 for i in range(5000))
    removal = the_one(read([write(tmp_path, "a.html", data)]))
    assert (removal.reason, removal.detail) == ("unreadable", "binary data, not text")


def test_file_too_large(tmp_path: Path) -> None:
    """A file over the limit is removed with the digest of all its bytes; one at it is read."""
    path = write(tmp_path, "a.txt", "x" * 11)
    removal = the_one(read([path], Loading(max_page_bytes=10)))
    assert (removal.reason, removal.detail) == ("too_large", "more than 10 bytes")
    assert removal.origin.sha256 == hashlib.sha256(b"x" * 11).hexdigest()
    assert isinstance(the_one(read([path], Loading(max_page_bytes=11))), Page)


def test_html_file_with_a_wrong_charset(tmp_path: Path) -> None:
    """GB18030 bytes that declare UTF-8 are read as what they are, unchanged but for the charset."""
    html = f"<meta charset=utf-8><p>{TEXT * 20}</p>\r\n"
    page = the_one(read([write(tmp_path, "a.html", html.encode("gb18030"))]))
    assert (page.kind, page.encoding, page.content) == ("html", "gb18030", html)
    assert page.id == page_id(html)


def test_text_file_that_is_html(tmp_path: Path) -> None:
    """HTML saved as `.txt` is HTML."""
    page = the_one(read([write(tmp_path, "a.txt", "<!DOCTYPE html><p>1")]))
    assert page.kind == "html"


@pytest.mark.parametrize("case", golden("records.jsonl"), ids=lambda case: case["line"])
def test_record(tmp_path: Path, case: dict[str, Any]) -> None:
    """Each kind of JSONL record becomes the page, or the removal, that it should."""
    line = case["line"].encode()
    result = the_one(read([write(tmp_path, "a.jsonl", line + b"\n")]))
    assert result.origin.sha256 == hashlib.sha256(line).hexdigest()
    if case["outcome"] == "page":
        found = {**{f: getattr(result, f, None) for f in case}, "key": result.origin.key}
        expected = {f: v for f, v in case.items() if f not in {"line", "outcome"}}
        assert {f: found[f] for f in expected} == expected
        assert result.id == page_id(result.content, canonical_url(result.url or ""))
    else:
        assert (result.reason, result.detail) == (case["outcome"], case.get("detail"))
        assert result.url == case.get("url")
        assert result.id == page_id(line, canonical_url(result.url or ""))


def test_lines_are_records(tmp_path: Path) -> None:
    """Blank lines are no records; a record is named by the byte its line starts at; CRLF, BOM and
    a missing last line end do no harm.
    """
    data = b'\xef\xbb\xbf{"text": "1"}\r\n\r\n{"text": "2"}\n\n\n{"text": "3"}'
    pages = list(read([write(tmp_path, "a.ndjson", data)]))
    assert [(p.content, p.origin.record) for p in pages] == [("1", 0), ("2", 20), ("3", 36)]


def test_lines_in_gb18030(tmp_path: Path) -> None:
    """A JSONL file in GB18030, where a second byte may be a backslash, is read line by line."""
    case = golden("encoding.jsonl")[0]["text"] + "\u8aa0\u93dd"
    line = json.dumps({"text": case}, ensure_ascii=False).encode("gb18030")
    page = the_one(read([write(tmp_path, "a.jsonl", line)]))
    assert (page.content, page.encoding) == (case, "gb18030")


@pytest.mark.parametrize("line", ["[" * 100_000, '{"text": ' * 50_000, "1" * 5000])
def test_hostile_json(tmp_path: Path, line: str) -> None:
    """JSON nested too deep or with a number too long is unreadable, and reading goes on."""
    data = line + '\n{"text": "1"}\n'
    removal, page = read([write(tmp_path, "a.jsonl", data)])
    assert (removal.reason, page.content) == ("unreadable", "1")


@pytest.mark.parametrize("data", ["", "\n\n"])
def test_jsonl_without_records(tmp_path: Path, data: str) -> None:
    """A JSONL file without records still has its one removal."""
    removal = the_one(read([write(tmp_path, "a.jsonl", data)]))
    assert (removal.reason, removal.detail) == ("empty", "no records")


def test_long_line_is_passed_over(tmp_path: Path) -> None:
    """A line over the limit is removed with its digest, and the next line is read."""
    long = b'{"text": "' + b"\r" * 1000 + b'"}'
    data = long + b'\n{"text": "2"}\n'
    options = Loading(max_page_bytes=13)
    removal, page = read([write(tmp_path, "a.jsonl", data)], options)
    assert (removal.reason, page.content, page.origin.record) == ("too_large", "2", len(long) + 1)
    assert removal.origin.sha256 == hashlib.sha256(long).hexdigest()


def test_jsonl_is_streamed(tmp_path: Path) -> None:
    """Reading holds single lines of a JSONL file, and no whole line over the limit."""
    line = json.dumps({"text": "x" * 10_000}).encode() + b"\n"
    path = write(tmp_path, "a.jsonl", line * 1000 + b"y" * 10_000_000)
    tracemalloc.start()
    n = sum(1 for _ in read([path], Loading(max_page_bytes=20_000)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n == 1001
    assert peak < 1_000_000


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    """The same files give the same results, wherever they lie."""
    for place in ("1", "2"):
        write(tmp_path, f"{place}/s/a.txt")
        write(tmp_path, f"{place}/s/b.jsonl", '{"text": 1}\n{"text": "1"}')
        write(tmp_path, f"{place}/s/c.pdf")
    assert list(read([tmp_path / "1" / "s"])) == list(read([tmp_path / "2" / "s"]))


@pytest.mark.parametrize("case", golden("kinds.jsonl"), ids=lambda case: case["text"][:20])
def test_kind(case: dict[str, Any]) -> None:
    """HTML is told from text that only speaks of tags."""
    assert guess_kind(case["text"]) == case["kind"]


@pytest.mark.parametrize("piece", ["<", "<p", "<p ", "</", "<!--", "\n", " ", "<p>\n", "<a href="])
def test_kind_of_hostile_text(piece: str) -> None:
    """Fifty thousand repeats of anything have a kind."""
    assert guess_kind(piece * 50_000) in {"html", "text"}


def test_page_that_stands_alone() -> None:
    """`decode_page` reads bytes and strings alike, with the id of the URL or of the content."""
    assert decode_page(TEXT).id == decode_page(TEXT.encode()).id == page_id(TEXT)
    page = decode_page("a\ud800", url=" http://example.com ", kind="html")
    assert (page.content, page.kind, page.url) == ("a\ufffd", "html", "http://example.com")
    assert page.id == page_id("", "https://example.com/")
    assert decode_page(b"").content == ""


def test_page_of_binary_data() -> None:
    """`decode_page` refuses what is no text at all, and says what to give."""
    with pytest.raises(LoadError, match="binary data, not text; give HTML or plain text"):
        decode_page(bytes(range(32)) * 10)


@given(st.lists(st.sampled_from(["\0", "\ud800", "\udc00", "<p>", TEXT, "\x01", "\ufeff"])))
def test_any_string_is_a_page_or_refused(pieces: list[str]) -> None:
    """Any string becomes a page whose content can be written, or a LoadError."""
    try:
        page = decode_page("".join(pieces))
    except LoadError:
        return
    page.content.encode("utf-8")


def test_columns_of_the_recipe(tmp_path: Path) -> None:
    """The recipe names the fields; the first of a list that has a value counts."""
    options = Loading(
        text_columns=("正文", "body"),
        url_columns=("link",),
        title_columns=("标题",),
        html_columns=(),
    )
    lines = '{"text": "x", "body": "1", "link": "http://a.example/1"}\n{"正文": " ", "body": "2"}\n'
    lines += '{"html": "<p>3"}\n{"content": "<p>4", "标题": "t"}'
    one, two, three, four = read([write(tmp_path, "a.jsonl", lines)], options)
    assert (one.content, one.url, one.kind) == ("1", "http://a.example/1", "text")
    assert two.content == "2"
    assert three.detail == "no field 正文, body, content or raw_content"
    assert (four.kind, four.title) == ("html", "t")


def test_pages_between_separators(tmp_path: Path) -> None:
    """A separator stands alone on its line, in any charset; blank pages are none; each page is
    named by the byte it starts at.
    """
    text = "正文一\n == \r\n== 不是\n\n==\n \n==\n正文二"
    for codec in ("utf-8", "gb18030", "utf-16"):
        path = write(tmp_path, "a.txt", text.encode(codec))
        pages = list(read([path], Loading(page_separator="==")))
        assert [page.content for page in pages] == ["正文一\n", "== 不是\n\n", "正文二"]
        starts = [0, text.index("== 不"), text.index("正文二")]
        places = [len(text[:start].encode(codec)) if start else 0 for start in starts]
        assert [page.origin.record for page in pages] == places


def test_a_separator_that_is_not_there(tmp_path: Path) -> None:
    """A file without separators is one page, one with nothing else has none."""
    options = Loading(page_separator="==")
    assert the_one(read([write(tmp_path, "a.txt", "正文")], options)).content == "正文"
    removal = the_one(read([write(tmp_path, "b.txt", "==\n==\n\n==")], options))
    assert (removal.reason, removal.detail) == ("empty", "no pages")


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le"])
def test_a_separator_behind_a_mark(tmp_path: Path, codec: str) -> None:
    """A separator with a byte-order mark before it, of this file or of one joined to it, is one."""
    data = "\ufeff==\n正文一\n\ufeff==\n正文二".encode(codec)
    pages = list(read([write(tmp_path, "a.txt", data)], Loading(page_separator="==")))
    assert [page.content for page in pages] == ["正文一\n", "正文二"]


@pytest.mark.parametrize("value", ["text", 7, ["text", 7]])
def test_columns_are_lists_of_names(value: Any) -> None:
    """A recipe whose columns are no list of strings is refused."""
    with pytest.raises(RecipeError, match=r"url_columns: not a list of strings; write it as \["):
        parse_recipe({"loading": {"url_columns": value}})


@pytest.mark.parametrize(
    ("section", "text", "message"),
    [
        ("loading", 'page_separator = "\\f"', r"page_separator: blank, .*; give one line"),
        ("loading", 'page_separator = "=\\n="', r"page_separator: more than one line; give"),
        ("dedup", "passage_characters = 0", r"passage_characters: 0 is no length .*; give 1 or"),
        ("filtering", "min_han_share = nan", r"min_han_share: nan is no number; give 0 or more"),
    ],
)
def test_values_that_mean_nothing(section: str, text: str, message: str) -> None:
    """Values by which a build would go wrong, or do something else, are refused by name."""
    with pytest.raises(RecipeError, match=message):
        parse_recipe({section: tomllib.loads(text)})


def test_lost_characters_reach_the_ledger(tmp_path: Path) -> None:
    """The row of a page that was kept tells how many characters were lost in decoding."""
    from corpus.release.rows import kept_row

    whole = the_one(read([write(tmp_path, "a.txt", TEXT * 30)]))
    damaged = the_one(read([write(tmp_path, "b.txt", (TEXT * 30).encode() + b"\xff" + b"1")]))
    assert (whole.n_lost, damaged.n_lost) == (0, 1)
    assert kept_row(damaged)["detail"] == "characters lost in decoding: 1"
    assert kept_row(whole)["detail"] is None
