"""Every format, damaged at random: a build goes on, and every input has its row."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from loading_files import COMPRESSORS, Result, answer, read_file, warc_record
from test_loading_archives import tarred, zipped
from test_loading_columnar import arrow, feather, parquet, stream
from test_loading_mhtml import message, part

from corpus.document import Page, Removal

TEXTS = ["正文在此，不容置疑。" * 20, "<p>" + "第二页" * 50, "x" * 300]
TABLE = pa.table({"text": TEXTS, "url": [f"http://a.example/{n}" for n in range(3)]})
LINES = "".join(f'{{"text": "{text}"}}\n' for text in TEXTS).encode()
CSV = "".join(f'"{text}",{n}\n' for n, text in enumerate(["text", *TEXTS])).encode()
WARC = [warc_record(answer(text.encode())) for text in TEXTS]
FILES = {"a.txt": TEXTS[0].encode(), "b.jsonl": LINES, "c.html": TEXTS[1].encode("gb18030")}

SAMPLES: dict[str, bytes] = {
    "a.txt": TEXTS[0].encode("gb18030"),
    "a.html": TEXTS[1].encode(),
    "a.jsonl": LINES,
    "b.jsonl": LINES.decode().encode("utf-16"),
    "a.csv": CSV,
    "a.mhtml": message(part(TEXTS[1].encode())),
    "a.parquet": parquet(TABLE, row_group_size=2),
    "b.parquet": parquet(TABLE, compression="zstd", write_page_checksum=True),
    "a.arrow": arrow(TABLE, 2),
    "b.arrow": stream(TABLE),
    "a.feather": feather(TABLE),
    "a.warc": b"".join(WARC),
    "a.warc.gz": b"".join(COMPRESSORS[".gz"](record) for record in WARC),
    "a.zip": zipped(FILES),
    "b.zip": zipped({"in.zip": zipped(FILES), "in.tar": tarred(FILES)}),
    "a.tar": tarred(FILES),
    **{f"a.tar{suffix}": compress(tarred(FILES)) for suffix, compress in COMPRESSORS.items()},
    **{f"a.jsonl{suffix}": compress(LINES) for suffix, compress in COMPRESSORS.items()},
}


def cut_off(data: bytes, chance: random.Random) -> bytes:
    """Its beginning."""
    return data[: chance.randrange(len(data))]


def flip_bits(data: bytes, chance: random.Random) -> bytes:
    """A few bits changed."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 3, 20])):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def overwrite(data: bytes, chance: random.Random) -> bytes:
    """A piece replaced: by nothing, by zeros, by noise, by another piece."""
    start = chance.randrange(len(data))
    n = chance.choice([1, 4, 30, 300])
    other = chance.randrange(len(data))
    new = chance.choice([b"", bytes(n), chance.randbytes(n), data[other : other + n], b"\xff" * n])
    return data[:start] + new + data[start + n :]


HARMS: list[Callable[[bytes, random.Random], bytes]] = [cut_off, flip_bits, overwrite]


def check(results: list[Result]) -> None:
    """At least one result, all of them told apart by place, all of them fit for a release."""
    assert results
    places = [(r.origin.path, r.origin.record) for r in results]
    assert len(set(places)) == len(places)
    for result in results:
        if isinstance(result, Page):
            result.content.encode("utf-8")
        else:
            assert isinstance(result, Removal)
            assert result.stage == "loading"
            assert (result.detail or "").isprintable()
        assert len(result.id) == 32
        assert result.origin.path.isprintable()


@pytest.mark.parametrize("name", SAMPLES)
def test_sound_files_are_read(tmp_path: Path, name: str) -> None:
    """Each of the samples gives pages only, before it is harmed."""
    (tmp_path / name).write_bytes(SAMPLES[name])
    results = read_file(tmp_path / name)
    check(results)
    assert all(isinstance(result, Page) for result in results)


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
@pytest.mark.parametrize("name", SAMPLES)
def test_harmed_files_have_rows(tmp_path: Path, name: str, harm: Callable[..., bytes]) -> None:
    """Whatever is done to a file, reading it raises nothing and gives something."""
    chance = random.Random(f"{name}{harm.__name__}")
    for _ in range(25):
        (tmp_path / name).write_bytes(harm(SAMPLES[name], chance))
        check(read_file(tmp_path / name))


@pytest.mark.parametrize("name", SAMPLES)
def test_files_under_another_name_have_rows(tmp_path: Path, name: str) -> None:
    """A file of any format under the name of any other is read or refused."""
    for other in SAMPLES:
        (tmp_path / other).write_bytes(SAMPLES[name])
        check(read_file(tmp_path / other))
        (tmp_path / other).unlink()
