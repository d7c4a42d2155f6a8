"""MHTML: the page in what a browser saves as one file."""

from __future__ import annotations

import base64
import quopri
from pathlib import Path

import pytest
from loading_files import read_file, write

from corpus.document import Page, Removal

HTML = "<html><p>正文" + "在此，不容置疑。" * 10 + "</p>"

HEAD = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://a.example/1\r\n"
    "Subject: =?utf-8?Q?=E9=A2=98?=\r\nDate: Wed, 1 May 2024 08:00:00 +0800\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n'
    '\tboundary="----b--x"\r\n\r\n\r\n'
)


def part(body: bytes, kind: str = "text/html", **fields: str) -> bytes:
    """A part of a message, behind its boundary."""
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items()]
    return f"------b--x\r\nContent-Type: {kind}\r\n{''.join(lines)}\r\n".encode() + body + b"\r\n"


def message(*parts: bytes, head: str = HEAD) -> bytes:
    """A message of these parts."""
    return head.encode() + b"".join(parts) + b"------b--x--\r\nepilogue"


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht"])
def test_saved_page(tmp_path: Path, name: str) -> None:
    """The page has the address and time of the message; images and styles are left aside."""
    data = message(
        part(b"p{}", "text/css"),
        part(quopri.encodestring(HTML.encode()), Content_Transfer_Encoding="quoted-printable"),
        part(b"<p>frame</p>"),
        part(base64.b64encode(b"\x89PNG"), "image/png", Content_Transfer_Encoding="base64"),
    )
    (page,) = read_file(write(tmp_path, name, data))
    assert isinstance(page, Page)
    assert (page.content.strip(), page.kind) == (HTML, "html")
    assert (page.url, page.fetched_at) == ("http://a.example/1", "2024-05-01T08:00:00+08:00")


ENCODED = {
    "base64": (base64.encodebytes(HTML.encode("gb18030")), "base64"),
    "cut": (base64.b64encode(HTML.encode("gb18030"))[:-5], "BASE64"),
    "8bit": (HTML.encode("gb18030"), "8bit"),
    "quoted": (quopri.encodestring(HTML.encode("gb18030")), "Quoted-Printable"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_encodings_of_the_page(tmp_path: Path, name: str) -> None:
    """Each transfer encoding is taken off; a charset in the header is evidence, no more."""
    body, encoding = ENCODED[name]
    kind = 'TEXT/HTML; charset="utf-8"'
    data = message(part(body, kind, Content_Transfer_Encoding=encoding))
    (page,) = read_file(write(tmp_path, "a.mhtml", data))
    assert isinstance(page, Page)
    assert page.encoding == "gb18030"
    assert page.content.startswith(HTML[:60])


def test_the_part_that_is_named(tmp_path: Path) -> None:
    """The part that the message names as its start is the page."""
    head = HEAD.replace("boundary", 'start="<2>";\r\n\tboundary')
    data = message(part(b"<p>one"), part(b"<p>two", Content_ID="<2>"), head=head)
    (page,) = read_file(write(tmp_path, "a.mhtml", data))
    assert isinstance(page, Page)
    assert page.content.strip() == "<p>two"


def test_a_message_in_a_message(tmp_path: Path) -> None:
    """A page inside of a multipart that is a part is found; the boundaries may begin alike."""
    inner = b"--" + b"----b--x2\r\nContent-Type: text/html\r\n\r\n<p>in\r\n------b--x2--\r\n"
    data = message(part(inner, 'multipart/alternative; boundary="----b--x2"'))
    (page,) = read_file(write(tmp_path, "a.mhtml", data))
    assert isinstance(page, Page)
    assert page.content.strip() == "<p>in"


def test_a_message_that_breaks_off(tmp_path: Path) -> None:
    """A file without its last boundary is read as far as it goes."""
    data = message(part(HTML.encode()))
    (page,) = read_file(write(tmp_path, "a.mhtml", data[: data.index(b"------b--x--")]))
    assert isinstance(page, Page)
    assert page.content.strip() == HTML


@pytest.mark.parametrize(
    "data",
    [
        b"no message",
        message(part(b"x", "text/css")),
        HEAD.encode(),
        HEAD.replace("boundary", "bound").encode() + part(b"<p>x"),
    ],
    ids=["text", "no page", "no parts", "no boundary"],
)
def test_without_a_page(tmp_path: Path, data: bytes) -> None:
    """A file in which there is no HTML is a removal that says so."""
    (removal,) = read_file(write(tmp_path, "a.mhtml", data))
    assert isinstance(removal, Removal)
    assert (removal.reason, removal.detail) == ("not_a_page", "no HTML in it")


def test_too_large(tmp_path: Path) -> None:
    """A file over the limit is too large."""
    (removal,) = read_file(write(tmp_path, "a.mhtml", message(part(b"<p>"))), max_page_bytes=100)
    assert isinstance(removal, Removal)
    assert removal.reason == "too_large"


@pytest.mark.parametrize(
    "piece",
    [
        b"------b--x\r\n",
        b"\r\n\r\n",
        b"a: b\r\n",
        b"; x=",
        b" ",
        b"------b--x ",
        b"=",
        b"=\r\n",
        b"\r",
    ],
)
def test_hostile_messages(tmp_path: Path, piece: bytes) -> None:
    """Fifty thousand repeats of anything are read, as a body and as a header."""
    body = part(piece * 50_000, Content_Transfer_Encoding="quoted-printable")
    assert len(read_file(write(tmp_path, "a.mhtml", message(body)))) == 1
    header = b"Content-Type: multipart/related" + piece * 50_000
    assert len(read_file(write(tmp_path, "b.mhtml", header))) == 1
