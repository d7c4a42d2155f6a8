"""Archives: zip and tar, nested, named in any charset, damaged, hostile."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from loading_files import COMPRESSORS, Result, answer, read_file, told, warc_record, write

from corpus.document import Page, Removal
from corpus.loading import Input, Part, budget, cut, list_inputs, read_input
from corpus.recipe import Loading

LINES = b"".join(b'{"text": "%d"}\n' % n for n in range(3))


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return sink.getvalue()


def tarred(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return sink.getvalue()


PACKERS = {".zip": zipped, ".tar": tarred}


def outcomes(results: list[Result]) -> dict[str, str]:
    """Content or reason by path."""
    assert len({r.origin.path for r in results}) == len(results)
    return {path: what for path, _, what in told(results)}


@pytest.mark.parametrize("suffix", PACKERS)
def test_members_are_read_as_files_are(tmp_path: Path, suffix: str) -> None:
    """Members are read by their names, as files of a folder are: also compressed, also unread."""
    files = {
        "b/a.txt": "正文".encode(),
        "./b/c.html": "<p>正文".encode("gb18030"),
        "d.jsonl": LINES,
        "e.jsonl.gz": COMPRESSORS[".gz"](LINES),
        "f.warc.gz": COMPRESSORS[".gz"](warc_record(answer(b"<p>w"))),
        "g.pdf": b"%PDF",
        ".hidden/a.txt": b"x",
        "b/.DS_Store": b"x",
        "__MACOSX/b/a.txt": b"x",
        "empty.txt": b"",
    }
    path = write(tmp_path, f"s/x{suffix}", PACKERS[suffix](files))
    found = told(read_file(tmp_path / "s"))
    assert found == [
        (f"x{suffix}/b/a.txt", 0, "正文"),
        (f"x{suffix}/b/c.html", 0, "<p>正文"),
        *((f"x{suffix}/d.jsonl", 14 * n, str(n)) for n in range(3)),
        *((f"x{suffix}/e.jsonl.gz", 14 * n, str(n)) for n in range(3)),
        (f"x{suffix}/f.warc.gz", 0, "<p>w"),
        (f"x{suffix}/g.pdf", 0, "unsupported_format"),
        (f"x{suffix}/empty.txt", 0, "empty"),
    ]
    assert told(read_file(path))[0] == ("b/a.txt", 0, "正文")


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_compressed_tar(tmp_path: Path, suffix: str) -> None:
    """A tar archive comes compressed by any means, under either name."""
    data = COMPRESSORS[suffix](tarred({"a.txt": b"1"}))
    short = {".gz": ".tgz", ".xz": ".txz", ".bz2": ".tbz2", ".zst": ".tzst"}[suffix]
    for name in (f"a.tar{suffix}", f"a{short}"):
        assert told(read_file(write(tmp_path, name, data))) == [("a.txt", 0, "1")]


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=str
)
def test_methods_of_zip(tmp_path: Path, method: int) -> None:
    """Files are compressed in a zip archive by any method that Python knows."""
    path = write(tmp_path, "a.zip", zipped({"a.txt": b"1" * 1000}, method))
    assert told(read_file(path)) == [("a.txt", 0, "1" * 1000)]


@pytest.mark.parametrize(
    "form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT], ids=str
)
def test_forms_of_tar(tmp_path: Path, form: int) -> None:
    """Long names are read in each form of tar; archives that were joined are read to the end."""
    names = ["一" * 20 + "/" + "b" * 90 + ".txt", "c.txt"]
    data = tarred(dict.fromkeys(names, b"1"), form) + tarred({"d.txt": b"2"}, form)
    assert outcomes(read_file(write(tmp_path, "a.tar", data))) == {
        names[0]: "1",
        "c.txt": "1",
        "d.txt": "2",
    }


def test_names_in_gbk(tmp_path: Path) -> None:
    """Names of members that are not UTF-8 are shown as what they say; so are those of Windows."""
    name = "新闻/正文".encode("gb18030")
    raw = zipped({"abcd/efgh.txt": b"1", "x\\y.txt": b"2"}).replace(b"abcd/efgh", name)
    assert list(outcomes(read_file(write(tmp_path, "a.zip", raw)))) == ["新闻/正文.txt", "x/y.txt"]
    tar = tarred({name.decode("utf-8", "surrogateescape") + ".txt": b"1"}, tarfile.GNU_FORMAT)
    assert list(outcomes(read_file(write(tmp_path, "a.tar", tar)))) == ["新闻/正文.txt"]


ESCAPING = ["/etc/a.txt", "../a.txt", "b/../../a.txt", "C:/a.txt", "b/.."]


@pytest.mark.parametrize("suffix", PACKERS)
def test_names_that_lead_out(tmp_path: Path, suffix: str) -> None:
    """Members whose names lead out of the archive are not read, unless the recipe says so."""
    files = dict.fromkeys([*ESCAPING, "b/a..txt", "..b.txt", "ok.txt"], b"1")
    path = write(tmp_path, f"a{suffix}", PACKERS[suffix](files))
    found = outcomes(read_file(path))
    assert {name for name, what in found.items() if what == "path_escape"} == set(ESCAPING)
    assert found["ok.txt"] == found["b/a..txt"] == "1"
    allowed = outcomes(read_file(path, escaping_members=True))
    assert {allowed[name] for name in ESCAPING[:4]} == {"1"}


def test_what_a_tar_has_beside_files(tmp_path: Path) -> None:
    """Links and devices are removals that say what they are; folders are nothing."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        for kind, name in (
            *((tarfile.DIRTYPE, "d"), (tarfile.SYMTYPE, "s.txt"), (tarfile.LNKTYPE, "l.txt")),
            *((tarfile.FIFOTYPE, "f.txt"), (tarfile.CHRTYPE, "c.txt")),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            info.size = 5000 if kind != tarfile.DIRTYPE else 0
            archive.addfile(info)
    results = read_file(write(tmp_path, "a.tar", sink.getvalue() + tarred({"z.txt": b"1"})))
    assert outcomes(results) == {
        "s.txt": "repeated",
        "l.txt": "repeated",
        "f.txt": "not_a_page",
        "c.txt": "not_a_page",
        "z.txt": "1",
    }
    assert getattr(results[0], "detail", None) == "a link to /etc/passwd"


@pytest.mark.parametrize("suffix", PACKERS)
def test_archives_in_archives(tmp_path: Path, suffix: str) -> None:
    """Archives are read inside of archives, as deep as the recipe says."""
    data = b"1"
    name = "a.txt"
    for n in range(4):
        data, name = PACKERS[[".tar", ".zip"][n % 2]]({name: data}), f"{n}{['.tar', '.zip'][n % 2]}"
    path = write(tmp_path, f"out{suffix}", PACKERS[suffix]({name: data}))
    inner = "3.zip/2.tar/1.zip/0.tar"
    assert told(read_file(path, max_archive_depth=5)) == [(f"{inner}/a.txt", 0, "1")]
    (removal,) = read_file(path, max_archive_depth=4)
    assert isinstance(removal, Removal)
    assert (removal.origin.path, removal.reason) == (inner, "archive_limit")
    assert removal.detail == "archives in archives, more than 4 deep"


@pytest.mark.parametrize("suffix", PACKERS)
def test_too_many_members(tmp_path: Path, suffix: str) -> None:
    """Of an archive with more files than the recipe allows, the row says how many are too many."""
    files = {f"{n}.txt": b"1" for n in range(5)}
    path = write(tmp_path, f"a{suffix}", PACKERS[suffix](files))
    assert len(read_file(path, max_archive_members=5)) == 5
    *pages, removal = read_file(path, max_archive_members=4)
    assert isinstance(removal, Removal)
    assert (removal.reason, removal.detail) == ("archive_limit", "more than 4 files")
    assert len(pages) == {".zip": 0, ".tar": 4}[suffix]


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz", ".tar.zst"])
def test_archive_that_expands_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """A bomb in an archive is left behind at the limit of the recipe, all layers together."""
    monkeypatch.setattr(budget, "GRACE_BYTES", 1_000_000)
    files = {f"{n}.txt": b" " * 3_000_000 for n in range(4)}
    packed = zipped(files) if suffix == ".zip" else COMPRESSORS[suffix[4:]](tarred(files))
    nested = zipped({f"in{suffix}": packed}, zipfile.ZIP_STORED)
    for path in (write(tmp_path, f"a{suffix}", packed), write(tmp_path, "b.zip", nested)):
        results = read_file(path, max_expansion=20)
        assert {r.reason for r in results if isinstance(r, Removal)} == {"archive_limit"}
        whole = read_file(path, max_expansion=100_000)
        assert [r.reason for r in whole if isinstance(r, Removal)] == ["empty"] * 4


def test_encrypted_member(tmp_path: Path) -> None:
    """A member that is encrypted is a removal that says so."""
    data = bytearray(zipped({"a.txt": b"1", "b.txt": b"2"}))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    first, second = read_file(write(tmp_path, "a.zip", bytes(data)))
    assert isinstance(first, Removal)
    assert first.detail == "encrypted"
    assert isinstance(second, Page)


def test_broken_member_of_a_zip(tmp_path: Path) -> None:
    """A member whose sum is wrong is a removal, and the next is read."""
    data = bytearray(zipped({"a.txt": b"1234567", "b.txt": b"2"}, zipfile.ZIP_STORED))
    data[data.index(b"1234567")] = 0x39
    first, second = read_file(write(tmp_path, "a.zip", bytes(data)))
    assert isinstance(first, Removal)
    assert (first.origin.path, first.detail) == ("a.txt", "a file of an archive that is broken")
    assert isinstance(second, Page)


def test_zip_without_directory(tmp_path: Path) -> None:
    """A zip archive that breaks off before its directory is one removal."""
    data = zipped({"a.txt": b"1234567", "b.txt": b"2"})
    (removal,) = read_file(write(tmp_path, "a.zip", data[:-30]))
    assert isinstance(removal, Removal)
    assert removal.detail == "an archive that is broken or cut off"


def test_broken_header_of_a_tar(tmp_path: Path) -> None:
    """A damaged header costs its own file; the next header is found and read."""
    data = bytearray(tarred({f"{n}.txt": b"x%d" % n * 300 for n in range(4)}, tarfile.GNU_FORMAT))
    place = data.index(b"1.txt")
    data[place + 100] ^= 0xFF
    results = read_file(write(tmp_path, "a.tar", bytes(data)))
    assert [r.origin.path for r in results] == ["0.txt", "", "2.txt", "3.txt"]
    broken = results[1]
    assert isinstance(broken, Removal)
    assert (broken.origin.record, broken.detail) == (place, "an archive that is broken")


def test_tar_that_breaks_off(tmp_path: Path) -> None:
    """The file in which a tar archive ends is a removal; those before it are read."""
    data = tarred({f"{n}.txt": b"x" * 3000 for n in range(3)}, tarfile.GNU_FORMAT)
    for end, n_results in ((9000, 3), (7168 + 300, 3), (7168, 2)):
        results = read_file(write(tmp_path, "a.tar", data[:end]))
        assert [type(r) for r in results[:2]] == [Page, Page]
        assert len(results) == n_results
        assert all(isinstance(r, Removal) for r in results[2:])


def test_damage_in_a_compressed_tar(tmp_path: Path) -> None:
    """Behind damage of the compression, nothing of the archive is taken for what it is not."""
    noise = {f"{n}.txt": bytes((n * i * i) % 251 for i in range(20_000)) for n in range(1, 9)}
    data = bytearray(COMPRESSORS[".gz"](tarred(noise)))
    data[len(data) // 2 : len(data) // 2 + 20] = bytes(20)
    results = read_file(write(tmp_path, "a.tar.gz", bytes(data)))
    assert results
    assert {r.reason for r in results if isinstance(r, Removal)} == {"unreadable"}
    whole = tarred({f"{n}.txt": b"x" * 3000 for n in range(9)})
    pieces = [COMPRESSORS[".gz"](whole[n : n + 8000]) for n in range(0, len(whole), 8000)]
    pieces[1] = pieces[1][:10] + b"\x07" + pieces[1][11:]
    *pages, broken, behind = read_file(write(tmp_path, "b.tar.gz", b"".join(pieces)))
    assert {type(page) for page in pages} == {Page}
    assert isinstance(broken, Removal)
    assert isinstance(behind, Removal)
    assert broken.detail == "compressed data that is broken"
    assert (behind.origin.path, behind.detail) == ("", "what stands behind damage")


@pytest.mark.parametrize("suffix", PACKERS)
def test_empty_archives(tmp_path: Path, suffix: str) -> None:
    """An archive without files is one removal."""
    (removal,) = read_file(write(tmp_path, f"a{suffix}", PACKERS[suffix]({})))
    assert isinstance(removal, Removal)
    assert (removal.reason, removal.detail) == ("empty", "no files")


def test_parts_of_a_zip(tmp_path: Path) -> None:
    """A large zip archive is read in parts, each member by one of them."""
    path = write(tmp_path, "a.zip", zipped({f"{n}.txt": b"%d" % n for n in range(100)}))
    whole = list(read_input(Input("s", "", str(path), path.stat().st_size), Loading()))
    bounds = [*range(0, path.stat().st_size, 777), 1 << 62]
    items = [Input("s", "", str(path), 0, Part(*pair)) for pair in pairwise(bounds)]
    assert [r for item in items for r in read_input(item, Loading())] == whole
    assert len(whole) == 100
    assert len(list(cut(list_inputs([path]), 1000, 10))) == 1


def test_zip_that_lies_about_its_directory(tmp_path: Path) -> None:
    """A directory of billions of entries is refused before it is read."""
    data = zipped({"a.txt": b"1"})
    end = data.index(b"PK\5\6")
    for n_entries, n_bytes in ((0xFFFF, 0xFFFFFFFF), (1, 0xFFFFFFFF), (0xFFFF, 1)):
        sizes = struct.pack("<HHL", n_entries, n_entries, n_bytes)
        lie = data[: end + 8] + sizes + data[end + 16 :]
        (removal,) = read_file(write(tmp_path, "a.zip", lie), max_archive_members=1000)
        assert isinstance(removal, Removal)
        assert removal.reason == "archive_limit"


@pytest.mark.parametrize("suffix", PACKERS)
def test_names_that_stand_twice(tmp_path: Path, suffix: str) -> None:
    """Files of one name in one archive are told apart, in whatever part they are read."""
    parts = [PACKERS[suffix]({"a.txt": b"1"}), PACKERS[suffix]({"a.txt": b"2"})]
    data = parts[0] + parts[1]
    if suffix == ".zip":
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w") as archive:
            archive.writestr("a.txt", "1")
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr("a.txt", "2")
        data = sink.getvalue()
    found = told(read_file(write(tmp_path, f"a{suffix}", data)))
    assert found == [("a.txt", 0, "1"), ("a.txt#2", 0, "2")]
