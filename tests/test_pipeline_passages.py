"""Passages that recur in the articles of a build: counted, cut, and what a release says of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import corpus
from corpus.cleaning import undo
from corpus.document import Edit
from corpus.errors import RecipeError
from corpus.filtering import measure
from corpus.recipe import Dedup, Recipe

GOLDEN = Path(__file__).parent / "golden" / "examples" / "expected.jsonl"


def _texts() -> Iterator[list[str]]:
    """The paragraphs of different articles of the examples, long ones."""
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    kept = (row for row in rows if row["outcome"] == "kept" and row["script"] == "hans")
    texts = {row["text"][0]: row["text"] for row in kept if sum(map(len, row["text"])) > 500}
    yield from texts.values()


def _pages(folder: Path) -> tuple[Path, str]:
    """Three articles; the second takes two paragraphs over from the first. And what it takes."""
    one, two, three, *_ = _texts()
    passage = one[1:3]
    texts = [one, [*two[:2], *passage, *two[2:]], three]
    folder.mkdir()
    lines = [
        json.dumps({"url": f"https://news.example/{n}.html", "text": "\n".join(text)})
        for n, text in enumerate(texts)
    ]
    (folder / "pages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder, "\n".join(passage)


def _build(tmp_path: Path, passages: str) -> tuple[dict[str, dict], str]:
    source, passage = _pages(tmp_path / "pages")
    recipe = Recipe(dedup=Dedup(passages=passages))
    release = corpus.build(source, tmp_path / "r", version="1.0.0", recipe=recipe, workers=0)
    assert not corpus.verify(release.path).findings
    rows = {row["url"][-6:-5]: row for row in corpus.load(release.path).to_list()}
    return rows, passage


def test_passages_are_counted(tmp_path: Path) -> None:
    """Each article says which share of it stands in others as well, and its text stays."""
    rows, passage = _build(tmp_path, "count")
    length = len("".join(passage.split()))
    assert rows["2"]["recurring_share"] == 0
    for name in "01":
        assert passage in rows[name]["text"]
        share = length / rows[name]["n_characters"]
        assert rows[name]["recurring_share"] == pytest.approx(share)


def test_passages_are_cut(tmp_path: Path) -> None:
    """One article keeps the passage; the other's text, signals and edits say that it is gone."""
    rows, passage = _build(tmp_path, "cut")
    keeps, lost = sorted("01", key=lambda name: passage not in rows[name]["text"])
    assert passage in rows[keeps]["text"]
    assert passage.split("\n")[0] not in rows[lost]["text"]
    row = rows[lost]
    (cut,) = [Edit(**edit) for edit in row["edits"] if edit["fix"] == "cut_passages"]
    assert undo(row["text"], [cut]).replace(cut.before, "") == row["text"]
    assert cut.before.strip() == passage
    assert row["n_characters"] == measure(row["text"]).n_characters
    assert row["quality"]["n_paragraphs"] == len(row["text"].split("\n"))


def test_nothing_is_looked_for_where_the_recipe_says_so(tmp_path: Path) -> None:
    """With `off` the share is null, and the shards are those of the stage before."""
    rows, _ = _build(tmp_path, "off")
    assert {row["recurring_share"] for row in rows.values()} == {None}


def test_no_cutting_beside_an_earlier_release(tmp_path: Path) -> None:
    """A build that goes on from a release refuses to cut; it may count."""
    source, _ = _pages(tmp_path / "pages")
    first = corpus.build(source, tmp_path / "1", version="1.0.0", workers=0)
    cut, count = (Recipe(dedup=Dedup(passages=mode)) for mode in ("cut", "count"))
    with pytest.raises(RecipeError, match=r"\[dedup\] passages: \"cut\" does not go"):
        corpus.build(
            source, tmp_path / "2", version="1.1.0", recipe=cut, previous=first.path, workers=0
        )
    more = tmp_path / "more.jsonl"
    text = "\n".join(list(_texts())[3])
    more.write_text(json.dumps({"url": "https://news.example/9.html", "text": text}), "utf-8")
    release = corpus.build(
        [source, more],
        tmp_path / "2",
        version="1.1.0",
        recipe=count,
        previous=first.path,
        workers=0,
    )
    assert len(corpus.load(release.path)) == 4
