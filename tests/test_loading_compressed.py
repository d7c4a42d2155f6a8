"""Compressed files: whole, damaged, cut off, too good to be true."""

from __future__ import annotations

import gzip
import hashlib
import random
from pathlib import Path

import pytest
from loading_files import COMPRESSORS, read_file, told, write, zstd

from corpus.document import Page, Removal
from corpus.loading import Part, budget, cut, list_inputs, read_input
from corpus.recipe import Loading

LINES = b"".join(b'{"text": "%d"}\n' % n for n in range(3))
PAGES = [("", 0, "0"), ("", 14, "1"), ("", 28, "2")]


def noise(n_lines: int, seed: int = 0) -> bytes:
    """Lines that do not compress well."""
    chance = random.Random(seed)
    return b"".join(
        b'{"text": "%d %s"}\n' % (n, chance.randbytes(60).hex().encode()) for n in range(n_lines)
    )


@pytest.mark.parametrize("name", ["a.jsonl", "a.JSONL.gz"])
@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_compression_is_told_by_the_bytes(tmp_path: Path, suffix: str, name: str) -> None:
    """Whatever a name says of compression, the first bytes decide; places count behind it."""
    assert told(read_file(write(tmp_path, name, COMPRESSORS[suffix](LINES)))) == PAGES


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_compressed_pages(tmp_path: Path, suffix: str) -> None:
    """Single pages come compressed, too; their digest is that of the page."""
    data = COMPRESSORS[suffix]("<p>正文".encode())
    (page,) = read_file(write(tmp_path, f"a.html{suffix}", data))
    assert isinstance(page, Page)
    assert (page.content, page.kind) == ("<p>正文", "html")
    assert page.origin.sha256 == hashlib.sha256("<p>正文".encode()).hexdigest()


def test_not_compressed_under_such_a_name(tmp_path: Path) -> None:
    """A file that only says it is compressed is read as what it is; text that begins as bzip2
    does is text.
    """
    assert told(read_file(write(tmp_path, "a.jsonl.gz", LINES))) == PAGES
    assert told(read_file(write(tmp_path, "a.txt", "BZh is no archive"))) == [
        ("", 0, "BZh is no archive")
    ]


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_members_follow_each_other(tmp_path: Path, suffix: str) -> None:
    """Files that were compressed piece by piece are read to the end."""
    data = b"".join(COMPRESSORS[suffix](LINES[n : n + 10]) for n in range(0, len(LINES), 10))
    assert told(read_file(write(tmp_path, "a.jsonl", data))) == PAGES


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_compressed_data_that_breaks_off(tmp_path: Path, suffix: str) -> None:
    """What stands before the end is read, and the end is a removal that says so."""
    data = COMPRESSORS[suffix](noise(20_000))
    *pages, last = read_file(write(tmp_path, "a.jsonl", data[: len(data) // 2]))
    assert isinstance(last, Removal)
    assert (last.reason, last.detail) == ("unreadable", "compressed data that breaks off")
    assert last.origin.record >= sum(len(line) for line in noise(len(pages)).splitlines(True))
    assert 5_000 < len(pages) < 10_100
    assert all(isinstance(page, Page) for page in pages)


@pytest.mark.parametrize(("suffix", "end"), [(".gz", -8), (".xz", -45), (".bz2", -9)])
def test_text_before_damage(tmp_path: Path, suffix: str, end: int) -> None:
    """Of a member whose sums are wrong all is read, but for the last 256 bytes."""
    data = COMPRESSORS[suffix](noise(3000))
    damaged = data[:end] + bytes(byte ^ 0x55 for byte in data[end:])
    *pages, last = read_file(write(tmp_path, "a.jsonl", damaged))
    assert len(pages) >= 3000 - 2
    assert all(isinstance(page, Page) for page in pages)
    assert isinstance(last, Removal)
    assert last.detail == "compressed data that is broken"


@pytest.mark.parametrize("end", [b"garbage", b"\x28\xb5\x2f\xfd"])
def test_damage_behind_zstd(tmp_path: Path, end: bytes) -> None:
    """What was compressed before damage is read, but for the last 256 bytes."""
    *pages, last = read_file(write(tmp_path, "a.jsonl.zst", zstd(noise(20)) + end))
    assert len(pages) >= 20 - 2
    assert all(isinstance(page, Page) for page in pages)
    assert isinstance(last, Removal)
    assert last.reason == "unreadable"


def test_skipped_frames_of_zstd(tmp_path: Path) -> None:
    """A file of zstd may begin with a frame that says nothing, as those of `pzstd` do."""
    skipped = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"
    assert told(read_file(write(tmp_path, "a.jsonl.zst", skipped + zstd(LINES)))) == PAGES


def test_broken_gzip_member(tmp_path: Path) -> None:
    """Of many members, a broken one costs its own lines; the next member is read."""
    members = [gzip.compress(noise(100, seed), mtime=0) for seed in range(5)]
    middle = bytearray(members[2])
    middle[3000:3010] = bytes(10)
    results = read_file(
        write(tmp_path, "a.jsonl.gz", b"".join([*members[:2], middle, *members[3:]]))
    )
    removals = [r for r in results if isinstance(r, Removal)]
    assert removals
    assert {r.reason for r in removals} == {"unreadable"}
    texts = {r.content for r in results if isinstance(r, Page)}
    wanted = [b"".join(noise(100, seed).splitlines(True)) for seed in (0, 1, 3, 4)]
    assert (
        sum(line.decode()[10:-3] in texts for data in wanted for line in data.splitlines(True))
        == 400
    )


def test_garbage_behind_gzip(tmp_path: Path) -> None:
    """Zeros behind a gzip member are padding; anything else is a removal."""
    data = gzip.compress(LINES, mtime=0)
    assert told(read_file(write(tmp_path, "a.jsonl.gz", data + bytes(1000)))) == PAGES
    *pages, last = read_file(write(tmp_path, "b.jsonl.gz", data + b"garbage"))
    assert told(pages) == PAGES
    assert isinstance(last, Removal)
    assert last.detail == "compressed data that is broken"


def test_parts_of_a_file_that_turns_out_compressed(tmp_path: Path) -> None:
    """The first part of a compressed file is all of it, the others are nothing."""
    path = write(tmp_path, "a.jsonl", gzip.compress(noise(1000)))
    groups = list(cut(list_inputs([path]), 10_000, 10))
    assert len(groups) > 3
    counts = [len(list(read_input(item, Loading()))) for group in groups for item in group]
    assert counts == [1000, *([0] * (len(counts) - 1))]
    assert groups[1][0].part == Part(groups[0][0].part.end, groups[1][0].part.end)


@pytest.mark.parametrize("suffix", [".gz", ".zst", ".xz"])
def test_expansion_has_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """A small file that unpacks to a large one is left behind at the limit of the recipe."""
    monkeypatch.setattr(budget, "GRACE_BYTES", 1_000_000)
    data = COMPRESSORS[suffix](b'{"text": "1"}\n' + b" " * 50_000_000)
    page, removal = read_file(write(tmp_path, "a.jsonl", data), max_expansion=10)
    assert isinstance(page, Page)
    assert isinstance(removal, Removal)
    assert (removal.reason, removal.detail) == (
        "archive_limit",
        "expands to more than 10 times its size",
    )
    generous = read_file(tmp_path / "a.jsonl", max_expansion=100_000)
    assert [type(result) for result in generous] == [Page]


def test_search_for_members_is_linear(tmp_path: Path) -> None:
    """Damage in front of a hundred thousand false beginnings does not take for ever."""
    data = gzip.compress(LINES)[:-12] + b"\x1f\x8b\x08\x08" * 100_000
    results = read_file(write(tmp_path, "a.jsonl.gz", data))
    assert len(results) < 10
