"""The keys that a release carries: made once, believed only if right, and the same verdicts."""

import dataclasses
import hashlib
import shutil
import sys
from pathlib import Path

import datasets
import mlcroissant
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from chain_pages import invent, page, write_pages
from dedup_articles import article, table_of, text_of, touch

import corpus
from corpus.dedup import fingerprint, fingerprint_index, index_articles
from corpus.document import page_id
from corpus.engine.exchange import Rounds
from corpus.errors import ReleaseError
from corpus.pipeline import duplicates, fingerprints
from corpus.pipeline.takedown import Request, takedown
from corpus.recipe import Card, Dedup, Recipe, Release
from corpus.release.manifest import read_manifest, write_manifest
from corpus.release.verify import verify

N = 40
PLAIN = Recipe(
    release=Release(
        shard_bytes=20_000, row_group_bytes=7_000, sample_rows=15, validation_share=0.2
    ),
    card=Card(purpose="To test.", contact="corpus@example.org"),
)
WITH_KEYS = dataclasses.replace(PLAIN, release=dataclasses.replace(PLAIN.release, index=True))
LONG = f"{invent(3)}\n{invent('around', 300)}"
BATCH = [
    *(page(n) for n in range(N, N + 10)),
    page(N + 10, invent(1)),  # the text of an earlier article
    page(N + 11, f"{invent(2)[:-6]}完了完了。"),  # nearly that of another
    page(N + 12, LONG),  # one that holds a third
    page(N + 13, invent(4)[:250]),  # and one that stands in a fourth
    page(5),  # read again, and as it was
    page(6, invent("new")),  # read again, and another
    page(N + 14, invent(N)),  # a copy of a new one
]


def build(folder: Path, version: str, recipe: Recipe, **options: object) -> Path:
    """A release of the file of that name."""
    source = [] if version.endswith(".1") else [folder / f"{version}.jsonl"]
    out = folder / f"{version}-{'keys' if recipe.release.index else 'plain'}"
    corpus.build(source, out, version=version, recipe=recipe, workers=0, **options)
    return out


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two chains of two releases, with keys and without, to be read only."""
    folder = tmp_path_factory.mktemp("index")
    write_pages(folder / "1.0.0.jsonl", [page(n) for n in range(N)])
    write_pages(folder / "1.1.0.jsonl", BATCH)
    for recipe in (PLAIN, WITH_KEYS):
        first = build(folder, "1.0.0", recipe)
        build(folder, "1.1.0", recipe, previous=first)
    return folder


def rows(release: Path, config: str) -> list[dict]:
    """The rows of a config."""
    files = read_manifest(release).files_of(config)
    return [row for file in files for row in pq.read_table(release / file.path).to_pylist()]


def test_keys_are_those_of_fingerprints() -> None:
    """From its keys an article has the very members and postings that its text gives."""
    texts = [text_of(1), touch(text_of(1), 60), text_of(2, 19), "！？", text_of(3, 3_000)]
    articles = table_of(
        [
            article(name, text, url=f"https://example.com/{name}")
            for name, text in zip("abcde", texts, strict=True)
        ]
    )
    index = index_articles(articles)
    blind = articles.set_column(7, "text", pa.nulls(len(articles), pa.large_string()))
    order = [(name, "ascending") for name in ("kind", "number", "key")]
    for methods in (("url", "exact", "near", "contained"), ("exact",), ("url", "near")):
        members, _, postings = fingerprint(articles, Dedup(methods=methods))
        again = fingerprint_index(index, blind, Dedup(methods=methods))
        assert again.members.equals(members)
        assert again.postings.sort_by(order).equals(postings.sort_by(order))


def test_every_release_has_the_keys_of_its_articles(folder: Path) -> None:
    """Each article has one row of keys, files go in parallel, and nothing is wrong with them."""
    for version in ("1.0.0", "1.1.0"):
        release = folder / f"{version}-keys"
        assert verify(release).findings == ()
        index = {row["id"]: row for row in rows(release, "index")}
        articles = [*rows(release, "default"), *rows(release, "validation")]
        assert len(index) == len(articles) == len(rows(release, "index"))
        table = pa.table({name: [row[name] for row in articles] for name in ("id", "text")})
        assert {row["id"]: row for row in index_articles(table).to_pylist()} == index
        assert "index" not in read_manifest(folder / f"{version}-plain").configs


@pytest.mark.parametrize("config", ["default", "validation", "noise", "ledger", "sample"])
def test_keys_change_nothing_else(folder: Path, config: str) -> None:
    """A batch has the same rows whether the release before has keys or their texts are read."""
    for version in ("1.0.0", "1.1.0"):
        plain, keys = (rows(folder / f"{version}-{how}", config) for how in ("plain", "keys"))
        assert plain == keys


def test_new_pages_meet_all_earlier_articles(folder: Path) -> None:
    """Copies, near ones and parts of earlier articles go for these; pages read again do not."""
    ledger = {
        row["url"]: row
        for row in rows(folder / "1.1.0-keys", "ledger")
        if row["version"] == "1.1.0"
    }
    found = {
        url: (row["reason"], row["kept_id"])
        for url, row in ledger.items()
        if row["stage"] == "dedup"
    }
    ids = {n: page_id("", page(n)["url"]) for n in (1, 2, 3, 4, 5, N)}
    assert found == {
        page(N + 10)["url"]: ("exact", ids[1]),
        page(N + 11)["url"]: ("near", ids[2]),
        page(N + 12)["url"]: ("contained", ids[3]),
        page(N + 13)["url"]: ("contained", ids[4]),
        page(N + 14)["url"]: ("exact", ids[N]),
        page(5)["url"]: ("url", ids[5]),
    }
    assert ledger[page(5)["url"]]["detail"] == "unchanged"
    assert ledger[page(6)["url"]]["outcome"] == "kept"


@pytest.mark.parametrize("index", [False, True])
def test_earlier_articles_never_go(tmp_path: Path, index: bool) -> None:
    """A new page that is near two earlier articles goes, and leads neither to the other."""
    text = invent("between")
    places = [place for place, letter in enumerate(text) if letter.isalpha()][::33]
    far, near = (exchange(text, places[:n]) for n in (12, 6))
    write_pages(tmp_path / "1.jsonl", [page(1, text), page(2, far)])
    write_pages(tmp_path / "2.jsonl", [page(3, near)])
    dedup = Dedup(methods=("url", "exact", "near"))
    options = {"recipe": Recipe(dedup=dedup, release=Release(index=index)), "workers": 0}
    first = corpus.build(tmp_path / "1.jsonl", tmp_path / "1", version="1.0.0", **options)
    options |= {"previous": first.path, "version": "1.0.1"}
    second = corpus.build(tmp_path / "2.jsonl", tmp_path / "2", **options)
    assert {row["url"] for row in rows(second.path, "default")} == {page(n)["url"] for n in (1, 2)}
    (gone,) = [row for row in rows(second.path, "ledger") if row["outcome"] == "removed"]
    assert (gone["url"], gone["reason"]) == (page(3)["url"], "near")


def exchange(text: str, places: list[int]) -> str:
    """The text with another character at these places."""
    return "".join(
        "\N{CJK UNIFIED IDEOGRAPH-20BB7}" if n in places else c for n, c in enumerate(text)
    )


@pytest.mark.parametrize("recipe", [PLAIN, WITH_KEYS], ids=["plain", "keys"])
def test_portions_do_not_change_a_release(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipe: Recipe
) -> None:
    """A next release is the same, byte for byte, where its stages hold a few rows at a time."""
    monkeypatch.setattr(sys.modules[Rounds.__module__], "ROUND_BYTES", 1_000)
    monkeypatch.setattr(duplicates, "CHUNK_ARTICLES", 3)
    monkeypatch.setattr(fingerprints, "CHUNK_ARTICLES", 3)
    kind = "keys" if recipe.release.index else "plain"
    again, before = tmp_path / "again", folder / f"1.0.0-{kind}"
    corpus.build(
        folder / "1.1.0.jsonl", again, version="1.1.0", recipe=recipe, previous=before, workers=0
    )
    releases = (again, folder / f"1.1.0-{kind}")
    now, then = ({(f.path, f.sha256) for f in read_manifest(own).files} for own in releases)
    assert now == then


def test_only_candidates_are_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With keys at hand, of earlier texts only those are folded that share keys with new ones."""
    read: list[str] = []
    rooms = [sys.modules[f"corpus.dedup.{name}"] for name in ("fingerprint", "recall")]
    fold = rooms[0].fold_texts

    def reading(texts: pa.ChunkedArray) -> object:
        read.extend(texts.to_pylist())
        return fold(texts)

    for room in rooms:
        monkeypatch.setattr(room, "fold_texts", reading)
    again, before = tmp_path / "again", folder / "1.0.0-keys"
    options = {"version": "1.1.0", "recipe": WITH_KEYS, "workers": 0}
    corpus.build(folder / "1.1.0.jsonl", again, previous=before, **options)
    old = [row for config in ("default", "validation") for row in rows(before, config)]
    urls = {row["text"]: row["url"] for row in old}
    wanted = {page(n)["url"] for n in range(1, 7)}
    assert {urls[text] for text in read if text in urls} == wanted


def forget_bands(release: Path) -> None:
    """Make of the keys in a release what a library would that knows of no bands."""
    manifest = read_manifest(release)
    files = []
    for file in manifest.files:
        path = release / file.path
        if file.config == "index":
            table = pq.read_table(path)
            path.unlink()  # it may be one file with that of another release
            empty = pa.array([""] * len(table), pa.string())
            pq.write_table(table.set_column(3, "bands", empty), path)
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            files.append(dataclasses.replace(file, bytes=len(data), sha256=digest))
        else:
            files.append(file)
    write_manifest(release, dataclasses.replace(manifest, files=tuple(files)))


def test_keys_of_another_library_are_made_again(folder: Path, tmp_path: Path) -> None:
    """Where the keys of the sample are not what its texts give, those of all articles are new."""
    older = shutil.copytree(folder / "1.0.0-keys", tmp_path / "older")
    forget_bands(older)
    out = tmp_path / "1.1.0"
    options = {"version": "1.1.0", "recipe": WITH_KEYS, "workers": 0}
    corpus.build(folder / "1.1.0.jsonl", out, previous=older, **options)
    for config in ("default", "ledger", "index"):
        assert rows(out, config) == rows(folder / "1.1.0-keys", config)
    assert verify(out).findings == ()


def test_damaged_keys_stop_a_build(folder: Path, tmp_path: Path) -> None:
    """A file of keys with other bytes than the manifest says is refused by its name."""
    damaged = shutil.copytree(folder / "1.0.0-keys", tmp_path / "damaged")
    path = next(damaged.glob("index/*/*.parquet"))
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ReleaseError, match=path.name):
        corpus.build([], tmp_path / "out", version="1.0.1", previous=damaged, workers=0)


def test_withdrawn_articles_have_no_keys(folder: Path, tmp_path: Path) -> None:
    """After a takedown neither the article nor its keys are there."""
    before = shutil.copytree(folder / "1.1.0-keys", tmp_path / "1.1.0")
    gone = page_id("", page(7)["url"])
    takedown(before, Request(ids=[gone]), reason="asked by its author", date="2026-02-15")
    out = tmp_path / "1.1.1"
    corpus.build([], out, version="1.1.1", previous=before, workers=0)
    assert verify(out).findings == ()
    assert gone in {row["id"] for row in rows(before, "index")}
    assert gone not in {row["id"] for row in rows(out, "index")}
    assert len(rows(out, "index")) == len(rows(before, "index")) - 1


def test_a_recipe_can_do_without_keys_again(folder: Path, tmp_path: Path) -> None:
    """A release whose recipe wants no keys has none, whatever the one before it had."""
    out = tmp_path / "1.1.0"
    options = {"version": "1.1.0", "recipe": PLAIN, "workers": 0}
    corpus.build(folder / "1.1.0.jsonl", out, previous=folder / "1.0.0-keys", **options)
    assert not (out / "index").exists()
    assert verify(out).findings == ()
    assert rows(out, "default") == rows(folder / "1.1.0-plain", "default")


def test_a_release_gets_keys_later(folder: Path, tmp_path: Path) -> None:
    """A recipe that wants keys has them made of the articles of the release before as well."""
    out = tmp_path / "1.1.0"
    options = {"version": "1.1.0", "recipe": WITH_KEYS, "workers": 0}
    corpus.build(folder / "1.1.0.jsonl", out, previous=folder / "1.0.0-plain", **options)
    assert verify(out).findings == ()
    assert rows(out, "index") == rows(folder / "1.1.0-keys", "index")


@pytest.mark.parametrize("case", ["exchanged", "missing", "too many"])
def test_verify_tells_keys_of_others(folder: Path, tmp_path: Path, case: str) -> None:
    """Files of keys that are missing, too many, or of other articles are named."""
    release = shutil.copytree(folder / "1.1.0-keys", tmp_path / "release")
    manifest = read_manifest(release)
    one, other, *_ = manifest.files_of("index")
    stray = one.path.replace("train-", "train-stray-")
    new = {one.path: other.path, other.path: one.path} if case == "exchanged" else {one.path: stray}
    for path in new:
        (release / path).rename(release / f"{path}.old")
    for path, target in new.items():
        (release / f"{path}.old").rename(release / target)
    files = [dataclasses.replace(f, path=new.get(f.path, f.path)) for f in manifest.files]
    write_manifest(release, dataclasses.replace(manifest, files=tuple(files)))
    found = [f.where for f in verify(release).findings if f.check == "check_index"]
    wanted = {
        "exchanged": one.path,
        "missing": one.path.replace("index", "data", 1),
        "too many": stray,
    }
    assert wanted[case] in found


def test_others_open_the_keys(folder: Path, own_cache: Path) -> None:
    """`load_dataset` and Croissant know the config by the card and have all of its rows."""
    release = folder / "1.1.0-keys"
    own = rows(release, "index")
    assert datasets.load_dataset(str(release), "index", split="train").to_list() == own
    assert corpus.load(release, config="index").to_list() == own
    croissant = mlcroissant.Dataset(jsonld=str(release / "croissant.json"))
    assert len(list(croissant.records("index"))) == len(own)
    for card in ("README.md", "README.zh.md"):
        assert "`index`" in (release / card).read_text(encoding="utf-8")
