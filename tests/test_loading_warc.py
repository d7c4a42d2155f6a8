"""Web archives: every record is a page, a removal, or about another record."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import tarfile
import zlib
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading_files import COMPRESSORS, Result, answer, read_file, told, warc_record, write, zstd

from corpus.document import Page, Removal, page_id
from corpus.loading import Input, Part, cut, list_inputs, read_input
from corpus.loading.compressed import Feed
from corpus.loading.frames import _STORED_BYTES
from corpus.pipeline import extract_page
from corpus.recipe import Loading
from corpus.release.rows import kept_row

TEXT = "<p>正文</p>"
PAGE = TEXT.encode("gb18030")


def records(n: int, size: int = 30) -> list[bytes]:
    """Records of pages that do not compress well."""
    chance = random.Random(n)
    return [warc_record(answer(chance.randbytes(size).hex().encode())) for _ in range(n)]


def in_members(parts: list[bytes]) -> bytes:
    """Each compressed on its own."""
    return b"".join(gzip.compress(part, mtime=0) for part in parts)


def chunked(data: bytes) -> bytes:
    """A body in chunks of seven bytes."""
    pieces = [data[n : n + 7] for n in range(0, len(data), 7)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def test_response(tmp_path: Path) -> None:
    """A response becomes a page with URL, time, own identifier, place and digest of its block."""
    block = answer(PAGE)
    (page,) = read_file(write(tmp_path, "a.warc", warc_record(block)))
    assert isinstance(page, Page)
    assert (page.content, page.kind, page.encoding) == (TEXT, "html", "gb18030")
    assert (page.url, page.fetched_at) == ("http://a.example/1", "2024-05-01T00:00:00Z")
    assert (page.origin.key, page.origin.record) == ("urn:uuid:1", 0)
    assert page.origin.sha256 == hashlib.sha256(block).hexdigest()
    assert page.id == page_id("", "https://a.example/1")


ENCODED = {
    "plain": answer(PAGE),
    "gzip": answer(gzip.compress(PAGE), content_encoding="gzip"),
    "deflate": answer(zlib.compress(PAGE), content_encoding="deflate"),
    "bare deflate": answer(zlib.compress(PAGE, wbits=-15), content_encoding="deflate"),
    "zstd": answer(zstd(PAGE), content_encoding="zstd"),
    "chunked": answer(chunked(PAGE), transfer_encoding="chunked"),
    "both": answer(
        chunked(gzip.compress(PAGE)), transfer_encoding="chunked", content_encoding="gzip"
    ),
    "said but not done": answer(PAGE, content_encoding="gzip", transfer_encoding="chunked"),
    "done but not said": answer(gzip.compress(PAGE)),
    "bare newlines": answer(PAGE).replace(b"\r\n", b"\n"),
    "http 2": answer(PAGE).replace(b"HTTP/1.1 200 OK", b"HTTP/2 200"),
    "no type": answer(PAGE).replace(b"content-type: text/html\r\n", b""),
    "no header": PAGE,
    "no semicolon": answer(PAGE, content_type="text/html charset=gbk"),
    "said twice": answer(PAGE, content_type="text/html, text/html;charset=gbk"),
    "not modified by a quoted charset": answer(PAGE, content_type='TEXT/HTML; charset="GBK"'),
}


@pytest.mark.parametrize("name", ENCODED)
def test_encodings_of_the_body(tmp_path: Path, name: str) -> None:
    """Encodings are taken off where they are, whatever the header says of them."""
    (page,) = read_file(write(tmp_path, "a.warc", warc_record(ENCODED[name])))
    assert isinstance(page, Page), page
    assert (page.content, page.kind) == (TEXT, "html")


def test_headers_with_bare_newlines(tmp_path: Path) -> None:
    """Records whose headers end their lines with newlines alone are read as others are."""
    parts = [record.partition(b"\r\n\r\n") for record in records(3)]
    bare = [head.replace(b"\r\n", b"\n") + b"\n\n" + block for head, _, block in parts]
    results = read_file(write(tmp_path, "a.warc", b"".join(bare)))
    assert [type(result) for result in results] == [Page] * 3
    assert {result.url for result in results} == {"http://a.example/1"}


CUT = {
    "": lambda data: data,
    "gzip": lambda data: gzip.compress(data, 0),
    "deflate": lambda data: zlib.compress(data, 0),
    "zstd": lambda data: zstd(data) + zstd(data),
}


@pytest.mark.parametrize("encoding", CUT)
def test_bodies_that_break_off(tmp_path: Path, encoding: str) -> None:
    """Of a body that was cut, in chunks or not, its encodings are taken off as far as it goes."""
    data = CUT[encoding](PAGE * 50)
    for whole, transfer in ((data, ""), (chunked(data), "chunked")):
        for end in range(len(whole) - 19, len(whole)):
            block = answer(whole[:end], transfer_encoding=transfer, content_encoding=encoding)
            (page,) = read_file(write(tmp_path, "a.warc", warc_record(block)))
            assert isinstance(page, Page)
            assert page.content.startswith(TEXT * 40)
            assert (TEXT * 100).startswith(page.content.rstrip("\ufffd"))


REFUSED = {
    "HTTP status 404": warc_record(answer(PAGE, "404 Not Found")),
    "HTTP status 301": warc_record(answer(b"", "301 Moved")),
    "image/png": warc_record(answer(b"\x89PNG", content_type="IMAGE/png; x=y")),
    "text/dns": warc_record(b"a.example. 1 IN A 127.0.0.1", Content_Type="text/dns"),
    "a revisit: the page is in an earlier record": warc_record(answer(b""), "revisit"),
    "a piece of a record that was cut": warc_record(PAGE, "continuation"),
    "a record of type other": warc_record(PAGE, "other"),
}


@pytest.mark.parametrize("detail", REFUSED)
def test_records_without_a_page(tmp_path: Path, detail: str) -> None:
    """What is no page, by type, status or media type, is a removal that says so."""
    (removal,) = read_file(write(tmp_path, "a.warc", REFUSED[detail]))
    assert isinstance(removal, Removal)
    assert (removal.reason, removal.detail) == ("not_a_page", detail)
    assert removal.url == "http://a.example/1"


def test_records_about_others_are_no_inputs(tmp_path: Path) -> None:
    """Of warcinfo, request and metadata records nothing is read; alone they are an empty file."""
    about = [warc_record(b"x: y", kind) for kind in ("warcinfo", "request", "metadata")]
    (removal,) = read_file(write(tmp_path, "a.warc.gz", in_members(about)))
    assert isinstance(removal, Removal)
    assert (removal.reason, removal.detail) == ("empty", "no records")
    results = read_file(write(tmp_path, "b.warc.gz", in_members([*about, *records(1)])))
    assert [type(result) for result in results] == [Page]


def test_text_of_an_archive(tmp_path: Path) -> None:
    """A conversion record of a WET file is text, even where it speaks of tags."""
    text = "<p> <p> <p> 正文"
    record = warc_record(text.encode(), "conversion", Content_Type="text/plain")
    (page,) = read_file(write(tmp_path, "a.warc.wet.gz", gzip.compress(record)))
    assert isinstance(page, Page)
    assert (page.content, page.kind) == (text, "text")


def test_charsets_are_weighed(tmp_path: Path) -> None:
    """A charset in the header is evidence beside the page's own; the bytes decide against both."""
    both_ways = b"\xb3\xc6\xb8\xfc\xb1\xc6"
    for charset in ("big5", "gb18030"):
        block = answer(both_ways, content_type=f"text/html; charset={charset}")
        (page,) = read_file(write(tmp_path, "a.warc", warc_record(block)))
        assert isinstance(page, Page)
        assert page.encoding == charset
    lie = "<meta charset=big5>" + "正文在此，不容置疑。" * 5
    block = answer(lie.encode("gb18030"), content_type="text/html; charset=utf-8")
    (page,) = read_file(write(tmp_path, "a.warc", warc_record(block)))
    assert isinstance(page, Page)
    assert (page.encoding, page.content) == ("gb18030", lie)


def test_compressed_by_other_means(tmp_path: Path) -> None:
    """A whole archive in one gzip member, or in zstd, is read; each record has a place."""
    data = b"".join(records(3))
    one = read_file(write(tmp_path, "a.warc.gz", gzip.compress(data)))
    assert [r.origin.record for r in one] == [0, 1, 2]
    two = read_file(write(tmp_path, "a.warc.zst", zstd(data)))
    three = read_file(write(tmp_path, "a.warc", data))
    assert [r.origin.record for r in two] == [r.origin.record for r in three]
    assert [r.origin.sha256 for r in one] == [r.origin.sha256 for r in three]


def damage(data: bytes, place: int) -> bytes:
    """Some bytes overwritten."""
    return data[:place] + b"\xa5" * 8 + data[place + 8 :]


def test_broken_member(tmp_path: Path) -> None:
    """A broken gzip member is one removal at its place; all others are read."""
    whole = records(6)
    starts = [len(in_members(whole[:n])) for n in range(6)]
    data = in_members(whole)
    for broken in range(6):
        for offset in (0, 3, 60, 200):
            path = write(tmp_path, "a.warc.gz", damage(data, starts[broken] + offset))
            results = read_file(path)
            assert [r.origin.record for r in results] == starts
            assert [n for n, r in enumerate(results) if isinstance(r, Removal)] == [broken]
            removal = results[broken]
            assert isinstance(removal, Removal)
            assert removal.detail == "compressed data that is broken"


def test_records_before_damage(tmp_path: Path) -> None:
    """In a member of many records damage costs the one that it is in."""
    data = gzip.compress(b"".join(records(100, 3000)), mtime=0)
    damaged = data[:-8] + bytes(8)
    results = read_file(write(tmp_path, "a.warc.gz", damaged))
    assert [type(result) for result in results] == [Page] * 99 + [Removal]


@pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])
def test_archive_that_breaks_off(tmp_path: Path, suffix: str) -> None:
    """The record in which a file ends is a removal; those before it are read."""
    whole = records(4)
    data = in_members(whole) if suffix.endswith("gz") else b"".join(whole)
    for end in (len(data) - 20, len(data) - 150):
        *pages, last = read_file(write(tmp_path, f"a{suffix}", data[:end]))
        assert [type(page) for page in pages] == [Page] * 3
        assert isinstance(last, Removal)
        assert "breaks off" in (last.detail or "")


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
def test_compressed_archive_that_breaks_off(tmp_path: Path, suffix: str) -> None:
    """What cannot be read back and forth, compressed or in another archive, is read as far as it
    goes, and its damage is told.
    """
    data = COMPRESSORS[suffix](b"".join(records(30, 60_000)))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo(f"a.warc{suffix}")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    cut = len(data) * 3 // 4
    alone = write(tmp_path, f"a.warc{suffix}", data[:cut])
    inside = write(tmp_path, "a.tar", packed.getvalue()[: 512 + cut])
    for path in (alone, inside):
        results = read_file(path)
        assert sum(isinstance(result, Page) for result in results) > 10
        last = results[-1]
        assert isinstance(last, Removal)
        assert "breaks off" in (last.detail or "")


@pytest.mark.parametrize("length", ["9", "700", "9999999", "99999999999999999999", "x", "-3"])
@pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])
def test_record_of_another_length(tmp_path: Path, suffix: str, length: str) -> None:
    """A record that lies about its length is a removal, and costs no other record."""
    whole = records(5)
    lie = warc_record(answer(b"<p>" * 20), Content_Length=length)
    parts = [*whole[:2], lie, *whole[2:]]
    data = in_members(parts) if suffix.endswith("gz") else b"".join(parts)
    results = read_file(write(tmp_path, f"a{suffix}", data))
    assert [type(result) for result in results] == [Page, Page, Removal, Page, Page, Page]
    assert results[2].reason == "unreadable"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "rubbish", [b"rubbish\r\n", b"WARC/1.0\r\n\r\n", b"\xff" * 100_000, b"WARC"]
)
def test_rubbish_between_records(tmp_path: Path, rubbish: bytes) -> None:
    """What stands between records is one removal; line ends are nothing."""
    one, two = records(2)
    results = read_file(write(tmp_path, "a.warc", one + b"\r\n\n" + rubbish + b"\n" + two))
    assert [type(result) for result in results] == [Page, Removal, Page]


def test_large_records(tmp_path: Path) -> None:
    """A page over the limit is too large, also where it is so only when decompressed; what is no
    page is none at any size.
    """
    big = b"<p>" * 40_000
    parts = [
        warc_record(answer(big)),
        warc_record(answer(gzip.compress(big), content_encoding="gzip")),
        warc_record(answer(big, content_type="image/png")),
        *records(1),
    ]
    results = read_file(write(tmp_path, "a.warc.gz", in_members(parts)), max_page_bytes=1000)
    assert [getattr(r, "reason", "page") for r in results] == [
        *("too_large", "too_large", "not_a_page", "page")
    ]


def read_parts(path: Path, ends: list[int]) -> list[Result]:
    """What the parts of a file give that end where told."""
    size = path.stat().st_size
    bounds = sorted({0, *(end for end in ends if end < size), 1 << 62})
    parts = [Part(*pair) for pair in pairwise(bounds)]
    items = [Input("s", "", str(path), size, part) for part in parts]
    return [result for item in items for result in read_input(item, Loading())]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([0, 1, 2, 3]), min_size=1, max_size=12),
    st.lists(st.integers(0, 3000), max_size=3),
    st.lists(st.integers(0, 3000), max_size=6),
)
def test_parts_give_the_whole(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[int], broken: list[int], ends: list[int]
) -> None:
    """However an archive is cut, and damaged, its records come once each, in order."""
    pile = [*records(2), warc_record(b"x: y", "request"), warc_record(answer(b""), "revisit")]
    data = in_members([pile[kind] for kind in kinds])
    for place in broken:
        data = damage(data, place) if place + 8 < len(data) else data
    path = tmp_path_factory.mktemp("warc") / "a.warc.gz"
    path.write_bytes(data)
    whole = list(read_input(Input("s", "", str(path), len(data)), Loading()))
    assert whole
    with patch("corpus.loading.frames._STORED_BYTES", 300):
        assert read_parts(path, ends) == whole


def test_large_archives_are_cut(tmp_path: Path) -> None:
    """A large archive that is compressed by record is read in parts, one that is not by one."""
    whole = records(400, 1000)
    path = write(tmp_path, "a.warc.gz", in_members(whole))
    groups = list(cut(list_inputs([path]), 50_000, 10))
    results = [list(read_input(item, Loading())) for group in groups for item in group]
    assert len(results) > 5
    assert all(results)
    assert [r for part in results for r in part] == read_file(path)
    plain = write(tmp_path, "b.warc", b"".join(whole))
    groups = list(cut(list_inputs([plain]), 50_000, 10))
    counts = [len(list(read_input(item, Loading()))) for group in groups for item in group]
    assert counts == [400, *([0] * (len(counts) - 1))]


def test_archive_inside_of_a_record(tmp_path: Path) -> None:
    """A web archive that was itself archived is one record, wherever the file is cut."""
    inner = in_members(records(80, 2000))
    assert len(inner) > 2 * _STORED_BYTES
    outer = [
        *records(2),
        warc_record(answer(inner, content_type="application/gzip")),
        *records(3),
    ]
    compressed = b"".join(
        gzip.compress(part, compresslevel=0 if len(part) > 10_000 else 9, mtime=0) for part in outer
    )
    path = write(tmp_path, "a.warc.gz", compressed)
    whole = read_parts(path, [])
    assert [type(r) for r in whole] == [Page, Page, Removal, Page, Page, Page]
    assert read_parts(path, list(range(0, len(compressed), 40_009))) == whole


def test_endless_lies_cost_linear_time(tmp_path: Path) -> None:
    """A hundred thousand headers that claim the rest of the file are read within the budget."""
    lie = b"WARC/1.0\r\nContent-Length: 10000000\r\n\r\n"
    results = read_file(write(tmp_path, "a.warc", lie * 20_000), max_expansion=1)
    assert results[-1].reason == "archive_limit"  # type: ignore[union-attr]
    assert len(results) < 1000


@pytest.mark.parametrize("false", [b"\x1f\x8b\x08", b"\x1f\x8b\x08\x08"])
def test_false_beginnings_are_not_read_from(tmp_path: Path, false: bytes) -> None:
    """Each may be the name of a file without an end, which would be read to the end of all."""
    first, last = (in_members([record]) for record in records(2))
    data = damage(first, len(first) // 2) + false * 20_000 + last
    with patch.object(Feed, "seek", autospec=True, side_effect=Feed.seek) as seek:
        results = read_file(write(tmp_path, "a.warc.gz", data))
    assert [type(result) for result in results] == [Removal, Page]
    assert seek.call_count < 1_000


def test_archive_in_memory(tmp_path: Path) -> None:
    """One record at a time is held."""
    import tracemalloc

    path = write(tmp_path, "a.warc.gz", in_members(records(300, 20_000)))
    tracemalloc.start()
    n = sum(1 for item in list_inputs([path]) for _ in read_input(item, Loading()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n == 300
    assert peak < 5_000_000


def test_places_lead_back(tmp_path: Path) -> None:
    """From the byte that a row names, the record can be read by itself."""
    path = write(tmp_path, "a.warc.gz", in_members(records(5)))
    for result in read_file(path):
        rest = path.read_bytes()[result.origin.record :]
        (first, *_) = read_file(write(tmp_path, "b.warc.gz", rest))
        assert told([first])[0][2] == told([result])[0][2]


RESERVED = {
    "X-Robots-Tag: noai, noimageai\r\n": ("noai",),
    "x-robots-tag: otherbot: nosnippet\r\nX-ROBOTS-TAG: somebot: NoArchive\r\n": ("noarchive",),
    "tdm-reservation: 1\r\ntdm-policy: https://a.example/policy\r\n": ("tdm",),
    "TDM-Reservation: 1\r\nX-Robots-Tag: noarchive, noai\r\n": ("noai", "noarchive", "tdm"),
    "tdm-reservation: 0\r\nX-Robots-Tag: all\r\n": (),
    "X-Robots: noai\r\n": (),
}


@pytest.mark.parametrize("fields", RESERVED)
def test_reservations_of_the_server(tmp_path: Path, fields: str) -> None:
    """What the header of an answer reserves is said of its page, and reaches its article."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{fields}\r\n"
    (page,) = read_file(write(tmp_path, "a.warc", warc_record(head.encode() + PAGE)))
    assert isinstance(page, Page)
    assert page.reservations == RESERVED[fields]
    assert extract_page(page).reservations == RESERVED[fields]


@pytest.mark.parametrize("suffix", [".warc.wet", ".warc.wet.gz"])
@pytest.mark.parametrize("harm", ["cut", "overwritten", "length"])
def test_damaged_text_archives(tmp_path: Path, suffix: str, harm: str) -> None:
    """A damaged record of a WET file is one removal; the records around it are read."""
    texts = [f"第{n}页的正文。" * 30 for n in range(4)]
    plain = {"Content_Type": "text/plain"}
    whole = [warc_record(text.encode(), "conversion", **plain) for text in texts]
    if harm == "length":
        whole[1] = warc_record(texts[1].encode(), "conversion", Content_Length="9", **plain)
    data = in_members(whole) if suffix.endswith("gz") else b"".join(whole)
    start = len(in_members(whole[:1]) if suffix.endswith("gz") else whole[0])
    if harm == "overwritten":
        data = damage(data, start + 3)
    if harm == "cut":
        data = data[:-100]
    results = read_file(write(tmp_path, f"a{suffix}", data))
    broken = 3 if harm == "cut" else 1
    assert [n for n, r in enumerate(results) if isinstance(r, Removal)] == [broken]
    sound = [r.content for r in results if isinstance(r, Page)]
    assert sound == [text for n, text in enumerate(texts) if n != broken]


def test_record_that_was_cut(tmp_path: Path) -> None:
    """A record that its archiver cut is read, and the ledger tells that it was."""
    cut = warc_record(answer(b"<p>" + PAGE), WARC_Truncated="Length")
    (page,) = read_file(write(tmp_path, "a.warc", cut))
    assert isinstance(page, Page)
    assert kept_row(page)["detail"] == "cut when it was archived: length"
