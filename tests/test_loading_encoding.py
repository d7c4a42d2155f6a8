"""Charsets: what `corpus.loading.encoding` promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from loading_files import read_file, write

from corpus.document import Page
from corpus.loading.declared import codec_of, declared_charset
from corpus.loading.encoding import Decoded, decode, is_binary
from corpus.loading.pairs import read_pairs
from corpus.resources import read_table

GOLDEN = Path(__file__).parent / "golden" / "loading"


def golden(name: str) -> list[dict[str, Any]]:
    """The cases in a golden file."""
    lines = (GOLDEN / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def bytes_of(case: dict[str, Any]) -> bytes:
    """A case's text in its charset, cut or damaged as the case says."""
    data = bytearray(case["text"].encode(case["codec"]))
    if case["flip"]:
        place, byte = case["flip"]
        data[place:place] = bytes([byte])
    return bytes(data[slice(*case["cut"])] if case["cut"] else data)


@pytest.mark.parametrize("case", golden("encoding.jsonl"), ids=lambda case: case["name"])
def test_charset(case: dict[str, Any]) -> None:
    """The charset is found, and all text that is not damaged comes back."""
    decoded = decode(bytes_of(case), case["declared"])
    assert (decoded.encoding, decoded.n_lost) == (case["encoding"], case["n_lost"])
    if not case["n_lost"]:
        assert decoded.text == case["text"]
    elif case["cut"]:
        assert decoded.text.strip("\ufffd") in case["text"]
        assert len(decoded.text.strip("\ufffd")) == len(case["text"]) - 1
    else:
        assert decoded.text.replace("\ufffd", "") == case["text"]


@pytest.mark.parametrize("case", golden("declarations.jsonl"))
def test_declaration(case: dict[str, Any]) -> None:
    """A declaration is found in a meta element or XML declaration and nowhere else."""
    assert declared_charset(case["data"].encode()) == case["charset"]


def test_declaration_is_near_the_start() -> None:
    """A declaration behind the first 4 KB is not looked for."""
    assert declared_charset(b" " * 5000 + b"<meta charset=gbk>") is None


def test_declaration_decides_where_the_text_cannot() -> None:
    """Bytes that two charsets read equally well are read as declared."""
    data = b"\xb3\xc6\xb8\xfc\xb1\xc6"
    assert decode(data, "big5").encoding == "big5"
    assert decode(data, "gbk").encoding == decode(data).encoding == "gb18030"


def test_cut_after_ascii() -> None:
    """ASCII that ends in the first two bytes of a Chinese character is UTF-8 that was cut."""
    decoded = decode(b"<p>" + "有".encode()[:2], "gbk")
    assert (decoded.text, decoded.encoding, decoded.n_lost) == ("<p>\ufffd", "utf-8", 1)


def test_late_damage_in_a_long_text() -> None:
    """A long UTF-8 text with one bad byte at its very end stays UTF-8 and loses only that."""
    text = golden("encoding.jsonl")[0]["text"] * 2000
    decoded = decode(text.encode() + b"\xff")
    assert (decoded.encoding, decoded.n_lost, decoded.text) == ("utf-8", 1, text + "\ufffd")


def test_long_text_with_ascii_in_front() -> None:
    """Scripts in front of the Chinese part of a page do not hide its charset."""
    text = "<script>x();</script>" * 20_000 + golden("encoding.jsonl")[0]["text"]
    assert decode(text.encode("gb18030"), "utf-8").encoding == "gb18030"


def test_bom_that_lies() -> None:
    """A UTF-8 BOM in front of GB18030 is dropped and not believed."""
    text = golden("encoding.jsonl")[0]["text"]
    decoded = decode(b"\xef\xbb\xbf" + text.encode("gb18030"))
    assert (decoded.encoding, decoded.text) == ("gb18030", text)


@pytest.mark.parametrize("bom", [b"\xff\xfe", b"\xfe\xff"])
def test_bom_of_utf16_that_lies(tmp_path: Path, bom: bytes) -> None:
    """A UTF-16 BOM in front of UTF-8 is dropped and not believed; one in front of UTF-16 is."""
    text = golden("encoding.jsonl")[0]["text"]
    wide = "utf-16-le" if bom == b"\xff\xfe" else "utf-16-be"
    for said in (text, text * 200, '<p class="a">plain</p>'):
        shown = f"\n{said}"
        assert decode(bom + shown.encode()).text == shown
        assert decode(bom + shown.encode(wide)).text == shown
        assert decode(bom + said.encode(wide)).encoding == wide
    table = bom + f'"title","text"\n"题","{text}"\n'.encode()
    (page,) = read_file(write(tmp_path, "a.csv", table))
    assert isinstance(page, Page)
    assert (page.title, page.content) == ("题", text)
    lines = bom + f'{{"text": "{text}"}}\n{{"text": "{text}"}}\n'.encode()
    pages = read_file(write(tmp_path, "a.jsonl", lines))
    assert [page.content for page in pages if isinstance(page, Page)] == [text] * 2


def test_four_bytes_a_character() -> None:
    """Text all of whose characters have four bytes in GB18030 is no UTF-16."""
    for text in ("\U00020bb7", "㐀㐁㐂㐃㐄" * 40, "བོད་ཡིག དེབ་གཟུགས།\n" * 400, "㐀<br>㐁"):
        assert decode(text.encode("gb18030")) == Decoded(text, "gb18030", 0)
    kana = "カタカナモジノテキスト".encode("utf-16-le") * 9
    assert decode(kana).encoding != "gb18030"


@pytest.mark.parametrize("row", read_table("charset_labels.tsv"), ids=lambda row: row["label"])
def test_labels_name_codecs(row: dict[str, str]) -> None:
    """Each label leads to a codec that reads ASCII."""
    codec = codec_of(row["label"].upper())
    assert codec
    assert "a".encode(codec).decode(codec) == "a"


def test_unknown_labels() -> None:
    """Labels that mean nothing, or a codec that reads no text, are ignored."""
    assert [codec_of(label) for label in (None, "", "none", "rot13", "\0")] == [None] * 5


def test_binary() -> None:
    """Compressed data is binary; texts with a stray control character or NULs behind are not."""
    image = b"\x89PNG\r\n\x1a\n" + bytes(i * i % 251 for i in range(4000))
    assert is_binary(decode(image).text)
    assert not is_binary("a" * 100 + "\x01" + "\0" * 4096)


PIECES = [b"\x00", b"\n", b"a", b"<", b"~{", b"~}", b"\x80", b"\xd6", b"\xd0", b"\xa4\xa4"]
PIECES += [b"\xff\xfe", b"\xef\xbb\xbf", b"\xe4\xb8\xad", b"\xed\xa0\x80", b"\x84\x31\x95\x33"]
HOSTILE = st.lists(st.sampled_from(PIECES)).map(b"".join)


@given(HOSTILE, st.sampled_from([None, "gbk", "big5", "utf-8", "utf-16", "hz", "cp874"]))
@example(b"\x80", "hz")
@example(b"~{", None)
def test_decode_never_fails(data: bytes, declared: str | None) -> None:
    """Any bytes decode, the same each time, to text that can be encoded again."""
    decoded = decode(data, declared)
    assert decoded == decode(data, declared)
    assert 0 <= decoded.n_lost <= decoded.text.count("\ufffd")
    decoded.text.encode("utf-8")


@pytest.mark.parametrize(
    "piece",
    [
        b"~{",
        b"~{a~",
        b"\x80",
        b"\xd6",
        b"\xd6\xd0",
        b"\xd6 ",
        b"<meta ",
        b"<meta charset",
        b"\0a\xff",
        b"\xef\xbb\xbf",
    ],
)
def test_hostile_repeats(piece: bytes) -> None:
    """Fifty thousand repeats of anything are decoded in linear time."""
    data = piece * 50_000
    decode(data, declared_charset(data))


SENTENCES = golden("encoding.jsonl")[0]["text"]


@pytest.mark.parametrize("codec", ["gb18030", "cp950"])
def test_pairs_begin_where_they_fit(codec: str) -> None:
    """Behind a byte that is lost or bad, the next character begins where it did."""
    text = SENTENCES.encode(codec, "ignore").decode(codec)
    data = text.encode(codec)
    assert decode(data).text == text
    assert decode(data[1:]).text[1:] == text[1:]  # the second byte of a pair may be a letter
    assert read_pairs(data[1:], codec)[1:] == text[1:]
    place = len(text[:10].encode(codec))
    decoded = decode(data[:place] + b"\xff" + data[place + 1 :])
    assert decoded.text.startswith(text[:10] + "\ufffd")
    assert decoded.text.endswith(text[11:])
    assert decoded.n_lost == 1


@pytest.mark.parametrize("case", golden("pairs.jsonl"), ids=lambda case: case["text"][:8])
def test_one_byte_costs_one_character(case: dict[str, Any]) -> None:
    """A sentence stays whole; its first byte, or one in its middle, takes one character with it."""
    text, codec = case["text"], case["codec"]
    data = text.encode(codec)
    assert decode(data).text == text
    if case["first_byte_may_go"]:  # else what is left reads as well in pairs
        assert decode(data[1:]).text[1:] == text[1:]
    for place in range(2, len(text) - 2):
        head, tail = text[:place].encode(codec), text[place:].encode(codec)
        if tail[0] < 0x80:
            continue
        read = decode(head + b"\xff" + tail[1:]).text
        assert (read[:place], read[-len(text) + place + 1 :]) == (text[:place], text[place + 1 :])


@pytest.mark.parametrize("codec", ["gb18030", "cp950"])
def test_endless_broken_pairs_cost_linear_time(codec: str) -> None:
    """A hundred thousand broken places are each looked at once."""
    text = read_pairs(b"\xd6\xff" * 50_000, codec)
    assert len(text) == 100_000
