"""Pages that reserve themselves against machines are flagged, and dropped where the recipe says."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from chain_pages import invent

import corpus
from corpus.errors import RecipeError
from corpus.recipe import Filtering, Recipe, parse_recipe
from corpus.release import read_manifest

METAS = {
    "noai": '<meta name="robots" content="noai, noimageai">',
    "noarchive": '<meta name="ROBOTS" content="index,NOARCHIVE">',
    "tdm": '<meta name="tdm-reservation" content="1">',
    "open": '<meta name="tdm-reservation" content="0"><meta name="robots" content="all">',
}
HEADERS = {"header_noai": "X-Robots-Tag: noai", "header_tdm": "tdm-reservation: 1"}
"""Headers of HTTP by the name of the page that comes with them."""


def html(name: str) -> str:
    """A page with an article, and what its head says."""
    paragraphs = "".join(f"<p>{line}</p>" for line in invent(name).split("\n"))
    head = f'<meta charset="utf-8"><title>{invent(name, 8)[:8]}</title>{METAS.get(name, "")}'
    return f"<html><head>{head}</head><body><article>{paragraphs}</article></body></html>"


def url(name: str) -> str:
    """Where a page is."""
    return f"https://www.site.example/{name}.html"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page for each kind of reservation: in its head, or in the answer of its server."""
    folder = tmp_path_factory.mktemp("pages")
    records = [{"url": url(name), "html": html(name)} for name in METAS]
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    (folder / "pages.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    answers = b"".join(response(name, header) for name, header in HEADERS.items())
    (folder / "pages.warc").write_bytes(answers)
    return folder


def response(name: str, header: str) -> bytes:
    """A record of a web archive with this header of HTTP."""
    body = html(name).encode()
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{header}\r\n\r\n"
    block = answer.encode() + body
    fields = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url(name)}\r\n"
    fields += "Content-Type: application/http; msgtype=response\r\n"
    return f"{fields}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def build(pages: Path, out: Path, *drop: str) -> tuple[dict[str, list[str]], dict[str, tuple]]:
    """The reservations of the articles of a release, and why other pages were removed, by name."""
    recipe = Recipe(filtering=Filtering(drop_reserved=drop))
    corpus.build([pages], out, version="1.0.0", recipe=recipe, workers=0)
    tables = {
        config: [
            row
            for file in read_manifest(out).files_of(config)
            for row in pq.read_table(out / file.path).to_pylist()
        ]
        for config in ("default", "ledger")
    }
    kept = {name_of(row): row["reservations"] for row in tables["default"]}
    removed = {name_of(r): (r["stage"], r["reason"]) for r in tables["ledger"] if r["reason"]}
    return kept, removed


def name_of(row: dict) -> str:
    """The name of a page."""
    return row["url"].rpartition("/")[2].removesuffix(".html")


ALL = {
    "noai": ["noai"],
    "noarchive": ["noarchive"],
    "tdm": ["tdm"],
    "open": [],
    "header_noai": ["noai"],
    "header_tdm": ["tdm"],
}


def test_reservations_are_flagged(pages: Path, tmp_path: Path) -> None:
    """Without a recipe every article stays, says what its page reserves, and the card counts it."""
    assert build(pages, tmp_path / "r") == (ALL, {})
    card = (tmp_path / "r" / "README.md").read_text(encoding="utf-8")
    for name, n in (("noai", 2), ("noarchive", 1), ("tdm", 2)):
        assert f"| `{name}` | {n} |" in card
    assert corpus.verify(tmp_path / "r").findings == ()


@pytest.mark.parametrize("drop", [("noai",), ("noarchive",), ("tdm",), ("noai", "tdm")])
def test_reserved_articles_go_where_the_recipe_says(
    pages: Path, tmp_path: Path, drop: tuple[str, ...]
) -> None:
    """Exactly the articles whose page says one of these are removed, as `reserved`."""
    kept, removed = build(pages, tmp_path / "r", *drop)
    gone = {name for name, said in ALL.items() if set(said) & set(drop)}
    assert kept == {name: said for name, said in ALL.items() if name not in gone}
    assert removed == dict.fromkeys(gone, ("filtering", "reserved"))
    assert corpus.verify(tmp_path / "r").findings == ()


def test_an_unknown_reservation_is_refused() -> None:
    """A word that no page can say is an error that names those that there are."""
    with pytest.raises(RecipeError, match="use one of noai, noarchive, tdm"):
        parse_recipe({"filtering": {"drop_reserved": ["nofollow"]}})
