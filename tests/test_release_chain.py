"""A chain of releases: 1.0.0, 1.1.0 with a batch, 1.1.1 with a takedown, 2.0.0 with a column."""

import dataclasses
import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from chain_pages import invent, page, write_pages

import corpus
from corpus.cli import app
from corpus.document import page_id
from corpus.errors import ReleaseError, SourceError, VersionError
from corpus.pipeline.rebuild import rebuild
from corpus.pipeline.takedown import Request, takedown
from corpus.recipe import Card, Recipe, Release
from corpus.release import reread
from corpus.release.manifest import read_manifest, write_manifest
from corpus.release.takedown import Tombstone, add_takedowns, beside, read_takedowns
from corpus.release.verify import verify

N = 60
RECIPE = Recipe(
    release=Release(shard_bytes=20_000, row_group_bytes=7_000, sample_rows=15),
    card=Card(purpose="To test.", contact="corpus@example.org"),
)
WITHDRAWN, COPIED, QUOTED = 10, 11, 12
"""Pages that are asked for: one alone, one with a near copy, one inside of a longer text."""
NEAR_COPY, QUOTING = N + 10, N + 11
UNCHANGED, CHANGED, COPY = 3, 4, N + 12


@dataclass(frozen=True)
class Chain:
    """The releases of the chain by version, and the sources, in one folder."""

    folder: Path

    def __getitem__(self, version: str) -> Path:
        """The folder of a release."""
        return self.folder / version

    @property
    def sources(self) -> Path:
        """The folder of the sources."""
        return self.folder / "sources"


def build(chain: Chain, sources: list[str], version: str, **options: object) -> corpus.Release:
    """A release of these sources in the folder of its version."""
    paths = [chain.sources / name for name in sources]
    options = {"workers": 0, "recipe": RECIPE, **options}
    return corpus.build(paths, chain[version], version=version, **options)


def id_of(number: int) -> str:
    """The id of a page."""
    return page_id("", page(number)["url"])


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """The whole chain, to be read only."""
    chain = Chain(tmp_path_factory.mktemp("chain"))
    chain.sources.mkdir()
    near = invent(COPIED)[:-4] + "完了。"
    quoting = f"{invent(QUOTED)}\n{invent('around', 600)}"
    write_pages(chain.sources / "first.jsonl", [page(n) for n in range(N)])
    batch = [page(n) for n in range(N, N + 10)]
    batch += [page(QUOTING, quoting), page(UNCHANGED), page(CHANGED, invent("new"))]
    batch += [page(COPY, invent(5)), page(CHANGED, invent("newer"))]
    write_pages(chain.sources / "second.jsonl", batch)
    recipe = dataclasses.replace(
        RECIPE, dedup=dataclasses.replace(RECIPE.dedup, methods=("url", "exact"))
    )
    write_pages(chain.sources / "copy.jsonl", [page(NEAR_COPY, near)])
    build(chain, ["first.jsonl"], "1.0.0", recipe=recipe, date="2026-01-01")
    people_write(chain["1.0.0"])
    sources = ["second.jsonl", "copy.jsonl"]
    build(chain, sources, "1.1.0", recipe=recipe, previous=chain["1.0.0"], date="2026-02-01")
    request = Request(
        ids=[id_of(WITHDRAWN), id_of(QUOTED)],
        urls=[page(COPIED)["url"] + "?utm_source=x", "https://never.example/1"],
    )
    takedown(chain["1.1.0"], request, reason="asked by its author", date="2026-02-15")
    build(chain, [], "1.1.1", previous=chain["1.1.0"], date="2026-03-01")
    older = make_older(chain["1.1.1"], chain.folder / "older")
    build(chain, [], "2.0.0", previous=older)
    return chain


def people_write(release: Path) -> None:
    """What people add to a card."""
    card = release / "README.md"
    text = card.read_text(encoding="utf-8")
    mark = "<!-- yours: uses -->\n"
    assert mark in text
    text = text.replace(mark, f"{mark}用于测试。\n")
    card.write_text(text.replace("\nlicense:", "\nthumbnail: x.png\nlicense:", 1), encoding="utf-8")


def make_older(release: Path, copy: Path) -> Path:
    """A copy of a release whose articles lack a column, as those of an older library would."""
    shutil.copytree(release, copy)
    manifest = read_manifest(copy)
    files = []
    for file in manifest.files:
        path = copy / file.path
        if file.config in ("default", "sample"):
            table = pq.read_table(path).drop(["reservations"])
            path.unlink()  # it may be one file with that of the other release
            pq.write_table(table, path, row_group_size=20)
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        files.append(dataclasses.replace(file, bytes=len(data), sha256=digest))
    write_manifest(copy, dataclasses.replace(manifest, files=tuple(files)))
    return copy


def digests(release: Path) -> dict[str, str]:
    """The SHA-256 of every data file, by its path."""
    return {
        path.relative_to(release).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in release.rglob("*.parquet")
    }


def ids_in(path: Path) -> list[str]:
    """The ids of a data file."""
    return pq.read_table(path, columns=["id"])["id"].to_pylist()


def rows(release: Path, config: str = "default") -> dict[str, dict]:
    """The rows of a config by id."""
    files = read_manifest(release).files_of(config)
    tables = [pq.read_table(release / file.path).to_pylist() for file in files]
    return {row["id"]: row for table in tables for row in table}


def ledger(release: Path, version: str | None = None) -> list[dict]:
    """The ledger, or what one version added to it."""
    files = read_manifest(release).files_of("ledger")
    table = [row for file in files for row in pq.read_table(release / file.path).to_pylist()]
    return [row for row in table if version in (None, row["version"])]


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0", "1.1.1", "2.0.0"])
def test_every_release_of_the_chain_is_sound(chain: Chain, version: str) -> None:
    """Nothing is wrong with any release, and its schema is this library's."""
    assert verify(chain[version]).findings == ()
    assert read_manifest(chain[version]).version == version


def test_a_batch_leaves_old_files_as_they_are(chain: Chain) -> None:
    """Of the old files only the one with the page that is another now is written again."""
    before, after = digests(chain["1.0.0"]), digests(chain["1.1.0"])
    assert set(before) <= set(after)
    changed = {path for path in before if after[path] != before[path]} - {SAMPLE}
    where = [file for file in sorted(before) if file.startswith("data/")]
    holding = [f for f in where if id_of(CHANGED) in ids_in(chain["1.0.0"] / f)]
    assert {path for path in changed if path.startswith("data/")} == set(holding)
    assert len(where) > 2
    assert {path.split("/")[1] for path in set(after) - set(before)} == {"v1.1.0"}


SAMPLE = "sample/train-00000-of-00001.parquet"


def test_the_diff_of_a_batch_is_the_truth(chain: Chain) -> None:
    """Exactly the new articles are added, exactly the page that changed is changed."""
    found = corpus.diff(chain["1.0.0"], chain["1.1.0"], None)
    new = {id_of(n) for n in (*range(N, N + 10), NEAR_COPY, QUOTING)}
    assert {entry.id for entry in found.added} == new
    assert (found.n_removed, found.n_changed) == (0, 1)
    (change,) = found.changed
    assert change.id == id_of(CHANGED)
    assert "".join(piece.text for piece in change.text if piece.op != "delete") == invent("newer")


def test_rows_say_when_they_came_and_changed(chain: Chain) -> None:
    """`added_in` and `changed_in` are those of the versions that added and changed a row."""
    articles = rows(chain["1.1.0"])
    said = {(row["added_in"], row["changed_in"]) for row in articles.values()}
    assert said == {("1.0.0", None), ("1.1.0", None), ("1.0.0", "1.1.0")}
    assert articles[id_of(CHANGED)]["changed_in"] == "1.1.0"
    assert articles[id_of(UNCHANGED)] == rows(chain["1.0.0"])[id_of(UNCHANGED)]


def test_the_ledger_tells_what_became_of_every_reading(chain: Chain) -> None:
    """Old and new readings of a page have a row each; one of them is kept."""
    of_changed = [row for row in ledger(chain["1.1.0"]) if row["id"] == id_of(CHANGED)]
    said = [(row["version"], row["outcome"], row["detail"]) for row in of_changed]
    assert sorted(said, key=str) == [
        ("1.0.0", "removed", "read again in 1.1.0"),
        ("1.1.0", "kept", None),
        ("1.1.0", "removed", None),
    ]
    assert {row["kept_id"] for row in of_changed if row["outcome"] == "removed"} == {id_of(CHANGED)}
    (again,) = [r for r in ledger(chain["1.1.0"], "1.1.0") if r["id"] == id_of(UNCHANGED)]
    assert (again["reason"], again["detail"]) == ("url", "unchanged")
    (copy,) = [r for r in ledger(chain["1.1.0"], "1.1.0") if r["id"] == id_of(COPY)]
    assert (copy["reason"], copy["kept_id"]) == ("exact", id_of(5))


def test_noise_goes_with_its_article(chain: Chain) -> None:
    """The noise of a page read again is that of the new reading; of one withdrawn there is none."""
    for version in ("1.1.0", "1.1.1"):
        assert set(rows(chain[version], "noise")) <= set(rows(chain[version]))
    assert id_of(WITHDRAWN) in rows(chain["1.1.0"], "noise")
    assert id_of(CHANGED) in rows(chain["1.1.0"], "noise")


@pytest.mark.parametrize(
    ("version", "right"),
    [("1.0.1", "the right one is 1.1.0"), ("2.0.0", "the right one is 1.1.0"), ("1.2.0", "1.1.0")],
)
def test_a_wrong_number_for_a_batch_is_refused(
    chain: Chain, tmp_path: Path, version: str, right: str
) -> None:
    """Articles were added: only the next minor version is right, and it is named."""
    source = chain.sources / "second.jsonl"
    with pytest.raises(VersionError, match=right):
        corpus.build(
            [source],
            tmp_path / "r",
            version=version,
            recipe=RECIPE,
            workers=0,
            previous=chain["1.0.0"],
        )
    assert not (tmp_path / "r").exists()


def test_another_meaning_is_a_major_version(chain: Chain, tmp_path: Path) -> None:
    """What the recipe says to be breaking makes the next major version the right one."""
    release = dataclasses.replace(RECIPE.release, breaking="`n_characters` counts blanks")
    recipe = dataclasses.replace(RECIPE, release=release)
    options = {"recipe": recipe, "workers": 0, "previous": chain["1.0.0"]}
    with pytest.raises(VersionError, match=r"the right one is 2\.0\.0"):
        corpus.build([], tmp_path / "r", version="1.0.1", **options)
    assert corpus.build([], tmp_path / "r", version="2.0.0", **options).version == "2.0.0"


@pytest.mark.parametrize("version", ["1.1.0", "1.0.1"])
def test_columns_that_differ_make_a_major_version(
    chain: Chain, tmp_path: Path, version: str
) -> None:
    """Going on from a release of other columns is a major version, and says so in the diff."""
    older = chain.folder / "older"
    with pytest.raises(VersionError, match=r"does not follow|the right one is 2"):
        corpus.build([], tmp_path / "r", version=version, workers=0, previous=older)
    found = corpus.diff(older, chain["2.0.0"])
    assert {(c.config, c.column, c.before) for c in found.columns} == {
        ("default", "reservations", None),
        ("sample", "reservations", None),
    }
    assert (found.n_added, found.n_removed, found.n_changed) == (0, 0, 0)


def test_a_takedown_takes_the_articles_and_their_copies(chain: Chain) -> None:
    """The patch differs in the withdrawn articles, their near copy and the text that holds one."""
    found = corpus.diff(chain["1.1.0"], chain["1.1.1"], None)
    reasons = {entry.id: entry.reason for entry in found.removed}
    assert reasons == {
        id_of(WITHDRAWN): "page",
        id_of(QUOTED): "page",
        id_of(COPIED): "page",
        id_of(NEAR_COPY): "near",
        id_of(QUOTING): "contained",
    }
    assert (found.n_added, found.n_changed) == (0, 0)


def test_a_takedown_touches_no_other_file(chain: Chain) -> None:
    """Files without a withdrawn article are the same; the others have the same rows but those."""
    before, after = digests(chain["1.1.0"]), digests(chain["1.1.1"])
    assert set(before) == set(after)
    gone = {entry.id for entry in corpus.diff(chain["1.1.0"], chain["1.1.1"], None).removed}
    for path in before:
        old, new = (pq.read_table(chain[v] / path).to_pylist() for v in ("1.1.0", "1.1.1"))
        if path.startswith("data/"):
            assert [row for row in old if row["id"] not in gone] == new
            assert (before[path] == after[path]) == (old == new)
    data = [path for path in before if path.startswith("data/")]
    assert 0 < sum(before[path] == after[path] for path in data) < len(data)


def test_nothing_is_left_of_what_was_withdrawn(chain: Chain) -> None:
    """No file of the release has the address, headline or text of a withdrawn article."""
    gone = [rows(chain["1.1.0"])[id_of(n)] for n in (WITHDRAWN, COPIED, QUOTED)]
    titles = {row["title"] for row in gone} - {None}
    urls = {page(n)["url"] for n in (WITHDRAWN, COPIED, QUOTED)}
    pieces = {invent(n).split("，")[3] for n in (WITHDRAWN, COPIED, QUOTED)}
    for path in sorted(p for p in chain["1.1.1"].rglob("*") if p.is_file()):
        if path.suffix == ".parquet":
            text = json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False)
        else:
            text = path.read_text(encoding="utf-8")
        for word in (*titles, *urls, *pieces, "never.example"):
            assert word not in text, path


def test_tombstones_say_when_and_why_and_no_more(chain: Chain) -> None:
    """The release carries what was withdrawn, with day and reason, and as hashes only."""
    stones = read_takedowns(chain["1.1.1"] / "TAKEDOWNS.jsonl")
    assert stones == read_takedowns(beside(chain["1.1.0"]))
    assert {(s.date, s.reason) for s in stones} == {("2026-02-15", "asked by its author")}
    assert {s.page for s in stones} == {
        *(id_of(n) for n in (WITHDRAWN, COPIED, QUOTED)),
        page_id("", "https://never.example/1"),
    }
    text = (chain["1.1.1"] / "TAKEDOWNS.jsonl").read_text(encoding="ascii")
    assert len(text) < 2_000 * len(stones)


@pytest.fixture(scope="module")
def crawled_again(chain: Chain) -> Path:
    """A later crawl: what was withdrawn under other addresses, changed, cut and quoted."""
    near = invent(WITHDRAWN).replace("。", "！", 1) + "完"
    cut = "\n".join(invent(QUOTED).split("\n")[:3])
    quoting = f"{invent('before')}\n{invent(WITHDRAWN)}"
    pages = [
        page(WITHDRAWN),
        page(500, near),
        page(501, cut),
        page(502, quoting),
        page(503),
        {"url": "https://never.example/1", "text": page(504)["text"]},
    ]
    return write_pages(chain.sources / "third.jsonl", pages)


@pytest.mark.parametrize("how", ["chain", "list"])
def test_what_was_withdrawn_stays_out(
    chain: Chain, crawled_again: Path, tmp_path: Path, how: str
) -> None:
    """Neither a later batch nor a build from nothing that is handed the list has it again."""
    options = (
        {"version": "1.2.0", "previous": chain["1.1.1"]}
        if how == "chain"
        else {"version": "1.0.0", "takedowns": [beside(chain["1.1.0"])]}
    )
    release = corpus.build([crawled_again], tmp_path / "r", recipe=RECIPE, workers=0, **options)
    told = {r["id"]: (r["stage"], r["reason"]) for r in ledger(release.path, release.version)}
    assert told == {
        id_of(WITHDRAWN): ("takedown", "page"),
        id_of(500): ("takedown", "near"),
        id_of(501): ("takedown", "contained"),
        id_of(502): ("takedown", "contained"),
        id_of(503): (None, None),
        page_id("", "https://never.example/1"): ("takedown", "page"),
    }
    assert verify(release.path).is_sound
    assert (release.path / "TAKEDOWNS.jsonl").is_file()
    assert all(r["url"] is None for r in ledger(release.path) if r["stage"] == "takedown")


def test_a_domain_goes_whole(chain: Chain, tmp_path: Path) -> None:
    """All articles of a domain and below it go, and later pages of it stay out."""
    copy = Path(shutil.copytree(chain["1.0.0"], tmp_path / "r"))
    done = takedown(copy, Request(domains=["S3.example."]), reason="opted out", date="2026-01-05")
    of_site = {i for i, row in rows(copy).items() if row["site"] == "s3.example"}
    assert set(done.articles) == of_site != set()
    pages = [page(603, site=3), {**page(604), "url": "https://news.s3.example/604.html"}]
    source = write_pages(tmp_path / "more.jsonl", [*pages, page(605, site=4)])
    release = corpus.build(
        [source], tmp_path / "next", version="1.1.0", recipe=RECIPE, workers=0, previous=copy
    )
    assert not of_site & set(rows(release.path))
    reasons = [row["reason"] for row in ledger(release.path, "1.1.0")]
    assert sorted(reasons, key=str) == [None, "domain", "domain"]
    assert b"s3.example" not in (release.path / "TAKEDOWNS.jsonl").read_bytes()


def test_a_domain_without_articles_says_so(
    chain: Chain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a domain that the release has no article of this is said; it is kept out all the same."""
    copy = Path(shutil.copytree(chain["1.0.0"], tmp_path / "r"))
    request = ["--domain", "S3.example", "--domain", "none.example"]
    with pytest.raises(SystemExit):
        app(["takedown", str(copy), *request, "--reason", "asked"])
    told = capsys.readouterr().out
    assert "\nnone.example has no article in this release; it is kept out from now on\n" in told
    assert "s3.example has" not in told
    assert sum(bool(stone.domain) for stone in read_takedowns(beside(copy))) == 2


def test_a_copy_that_was_removed_takes_its_survivor_along(chain: Chain, tmp_path: Path) -> None:
    """Asked for a page that was removed as a copy, the article that stands for it goes."""
    copy = Path(shutil.copytree(chain["1.1.0"], tmp_path / "r"))
    done = takedown(copy, Request(ids=[id_of(COPY)]), reason="asked", date="2026-01-05")
    assert (done.articles, done.unknown) == ((id_of(5),), ())


@pytest.mark.parametrize(
    ("domain", "host"),
    [
        ("例子.example", "xn--fsqu00a.example"),
        ("xn--fsqu00a.example", "例子.example"),
        ("例子.example", "news.例子.example"),
        ("www.other.example", "www.other.example"),
    ],
)
def test_a_domain_goes_however_it_is_written(tmp_path: Path, domain: str, host: str) -> None:
    """In Punycode or not, with www. or without: articles go, and later pages stay out."""
    found = {**page(1), "url": f"http://{host}/1.html"}, {**page(2), "url": f"http://{host}/2.html"}
    source = write_pages(tmp_path / "pages.jsonl", [found[0], page(3, site=4)])
    first = corpus.build([source], tmp_path / "r", version="1.0.0", recipe=RECIPE, workers=0)
    done = takedown(first.path, Request(domains=[domain]), reason="asked", date="2026-01-05")
    assert len(done.articles) == 1
    more = write_pages(tmp_path / "more.jsonl", [found[1], page(4, site=4)])
    release = corpus.build(
        [more], tmp_path / "next", version="1.1.0", recipe=RECIPE, workers=0, previous=first.path
    )
    reasons = [row["reason"] for row in ledger(release.path, "1.1.0")]
    assert sorted(reasons, key=str) == [None, "domain"]


def test_a_link_to_a_release_has_its_list(chain: Chain, tmp_path: Path) -> None:
    """What is withdrawn by way of a link to a release is withdrawn from it."""
    copy = Path(shutil.copytree(chain["1.0.0"], tmp_path / "r"))
    (tmp_path / "latest").symlink_to("r")
    takedown(tmp_path / "latest", Request(ids=[id_of(7)]), reason="asked", date="2026-01-05")
    assert [stone.page for stone in read_takedowns(beside(copy))] == [id_of(7)]


def test_requests_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    """Whoever adds to a list at the same time as others loses nothing of theirs."""
    stones = [Tombstone("2026-01-05", "asked", page=f"{n:032x}") for n in range(60)]
    with ThreadPoolExecutor(6) as threads:
        added = list(threads.map(lambda s: add_takedowns(tmp_path / "list", [s]), stones))
    assert added == [(stone,) for stone in stones]
    assert read_takedowns(tmp_path / "list") == tuple(stones)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".list.lock", "list"]


@pytest.mark.parametrize("reason", ["", " \n", "\udcff"])
def test_a_takedown_has_a_reason(chain: Chain, tmp_path: Path, reason: str) -> None:
    """A reason that says nothing is refused; the list beside the release stays as it is."""
    copy = Path(shutil.copytree(chain["1.0.0"], tmp_path / "r"))
    takedown(copy, Request(ids=[id_of(7)]), reason="asked", date="2026-01-05")
    before = beside(copy).read_bytes()
    with pytest.raises(SourceError, match="reason: is empty or no UTF-8; say why"):
        takedown(copy, Request(ids=[id_of(8)]), reason=reason, date="2026-01-05")
    assert beside(copy).read_bytes() == before


def test_a_text_can_be_withdrawn_by_its_hash(chain: Chain, tmp_path: Path) -> None:
    """The hash that a tombstone has for a text withdraws that text again."""
    copy = Path(shutil.copytree(chain["1.0.0"], tmp_path / "r"))
    (first,) = takedown(copy, Request(ids=[id_of(7)]), reason="asked", date="2026-01-05").added
    beside(copy).unlink()
    request = Request(text_hashes=[first.text])
    assert takedown(copy, request, reason="asked", date="2026-01-05").articles == (id_of(7),)


@pytest.mark.parametrize(
    "request_",
    [
        Request(ids=["1"]),
        Request(urls=["mailto:x"]),
        Request(domains=["x"]),
        Request(text_hashes=["z"]),
    ],
)
def test_a_request_that_names_nothing_is_worded(chain: Chain, request_: Request) -> None:
    """What is no id, address, domain or hash is an error that says so, and adds nothing."""
    before = beside(chain["1.0.0"]).exists()
    with pytest.raises(SourceError, match=r"not (an id|the address|a domain|the hash)"):
        takedown(chain["1.0.0"], request_, reason="asked", date="2026-01-05")
    assert beside(chain["1.0.0"]).exists() == before


def test_the_card_and_the_changelog_go_on(chain: Chain) -> None:
    """History, changelog and the words of people go from release to release."""
    manifest = read_manifest(chain["1.1.1"])
    told = [(v.version, v.date, v.added, v.removed, v.changed) for v in manifest.history]
    assert told == [
        ("1.0.0", "2026-01-01", N, 0, 0),
        ("1.1.0", "2026-02-01", 12, 0, 1),
        ("1.1.1", "2026-03-01", 0, 5, 0),
    ]
    card = (chain["1.1.1"] / "README.md").read_text(encoding="utf-8")
    assert "<!-- yours: uses -->\n用于测试。\n" in card
    assert "\nthumbnail: x.png\n" in card
    for line in ("| `1.1.0` | 2026-02-01 | 72 | 12 | 0 | 1 | 76 |", "`second.jsonl`"):
        assert line in card
    changelog = (chain["1.1.1"] / "CHANGELOG.md").read_text(encoding="utf-8")
    places = [changelog.index(f"\n## {v} (2026-0") for v in ("1.1.1", "1.1.0", "1.0.0")]
    assert places == sorted(places)
    assert changelog.startswith("# Changes\n")
    assert changelog.count("# Changes") == 1


@pytest.mark.parametrize("workers", [0, 2])
def test_the_same_batch_gives_the_same_bytes(
    chain: Chain, tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With any workers, at any time, and with the day from the environment."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")  # 2026-03-01
    again = corpus.build(
        [],
        tmp_path / "r",
        version="1.1.1",
        recipe=RECIPE,
        previous=chain["1.1.0"],
        workers=workers,
    )
    for path in (p for p in chain["1.1.1"].rglob("*") if p.is_file()):
        assert (again.path / path.relative_to(chain["1.1.1"])).read_bytes() == path.read_bytes()


def test_ids_that_begin_alike_are_told_apart(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which pages were read again is decided by their whole ids, however many begin alike."""
    monkeypatch.setattr(reread, "_heads", lambda ids: np.zeros(len(ids), np.uint64))
    sources = [chain.sources / name for name in ("second.jsonl", "copy.jsonl")]
    out = tmp_path / "again"
    how = {"previous": chain["1.0.0"], "workers": 0}
    corpus.build(sources, out, version="1.1.0", **how)
    assert read_manifest(out).files == read_manifest(chain["1.1.0"]).files


def test_a_release_is_rebuilt(chain: Chain) -> None:
    """From its manifest and its sources, and the release before it, the same bytes come out."""
    first = rebuild(chain["1.0.0"], [chain.sources / "first.jsonl"], workers=0)
    assert (first.outcome, first.n_new_takedowns) == ("same bytes", 0)
    patch = rebuild(chain["1.1.1"], previous=chain["1.1.0"], workers=0)
    assert (patch.outcome, patch.files, patch.diff) == ("same bytes", (), None)
    assert not list(chain.folder.glob(".*rebuilt*"))


def test_a_rebuild_obeys_what_was_withdrawn_since(chain: Chain) -> None:
    """Articles withdrawn after a release was built are not in its rebuild, and that is said."""
    sources = [chain.sources / "second.jsonl", chain.sources / "copy.jsonl"]
    found = rebuild(chain["1.1.0"], sources, previous=chain["1.0.0"], workers=0)
    assert (found.outcome, found.n_new_takedowns) == ("different", 4)
    assert found.diff is not None
    assert found.diff.n_removed == 5
    assert found.diff.n_added == found.diff.n_changed == 0


def test_a_rebuild_needs_the_release_before(chain: Chain) -> None:
    """Without the release it went on from, or with another, a release cannot be built again."""
    with pytest.raises(ReleaseError, match="give that with --previous"):
        rebuild(chain["1.1.1"], workers=0)
    with pytest.raises(ReleaseError, match=r"is not the release that 1\.1\.1 went on from"):
        rebuild(chain["1.1.1"], previous=chain["1.0.0"], workers=0)


def test_a_damaged_release_is_not_gone_on_from(chain: Chain, tmp_path: Path) -> None:
    """A file that is not what the manifest says stops the build, and nothing is left."""
    copy = Path(shutil.copytree(chain["1.0.0"], tmp_path / "r"))
    path = copy / read_manifest(copy).files_of("noise")[0].path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ReleaseError, match=r"has other bytes|cannot be read|damaged"):
        corpus.build([], tmp_path / "next", version="1.0.1", workers=0, previous=copy)
    assert not (tmp_path / "next").exists()


def test_a_new_library_goes_on_from_its_own_release(chain: Chain, tmp_path: Path) -> None:
    """Without sources and takedowns, a patch has the same rows and goes on in the history."""
    release = corpus.build([], tmp_path / "r", version="1.0.1", workers=0, previous=chain["1.0.0"])
    assert digests(release.path) == digests(chain["1.0.0"])
    assert [v.version for v in release.manifest.history] == ["1.0.0", "1.0.1"]
    assert verify(release.path).is_sound


CLOSING = "\n" + invent("closing", 240).split("\n")[0]
"""A sentence under every article of a site."""


@pytest.mark.parametrize("made_by", ["this library", "another"])
def test_a_page_alone_is_what_it_was_among_its_siblings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_by: str
) -> None:
    """Read again without the other pages of its site, the same page is unchanged.

    Where another library made the release, what this one makes of the page counts.
    """
    pages = [page(n, invent(n) + CLOSING, site=1) for n in range(700, 710)]
    first = write_pages(tmp_path / "first.jsonl", pages)
    release = corpus.build([first], tmp_path / "1.0.0", version="1.0.0", workers=0)
    assert not any(CLOSING.strip() in row["text"] for row in rows(release.path).values())
    if made_by == "another":
        write_manifest(release.path, dataclasses.replace(release.manifest, library="0.0.1"))
    batch = write_pages(tmp_path / "second.jsonl", [pages[3], page(720, site=2)])
    options = {"previous": release.path, "workers": 0, "version": "1.1.0"}
    after = corpus.build([batch], tmp_path / "1.1.0", **options)
    found = corpus.diff(release.path, after.path, None)
    assert (found.n_added, found.n_changed) == (1, 0 if made_by == "this library" else 1)
