"""Articles held out for validation: a config of their own, and the same ones in every release."""

import dataclasses
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from chain_pages import page, write_pages
from release_pages import build, many_lines

import corpus
from corpus.errors import RecipeError, ReleaseError
from corpus.recipe import Recipe, Release
from corpus.release.manifest import read_manifest
from corpus.release.verify import verify

SHARE = Release(shard_bytes=20_000, row_group_bytes=7_000, sample_rows=15, validation_share=0.3)
RECIPE = Recipe(release=SHARE)


def rows(folder: Path, config: str) -> list[dict]:
    """All rows of a config."""
    files = read_manifest(folder).files_of(config)
    return [row for file in files for row in pq.read_table(folder / file.path).to_pylist()]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of 80 articles with a share held out, and the next one with 40 more."""
    folder = tmp_path_factory.mktemp("validation")
    first = write_pages(folder / "first.jsonl", [page(n) for n in range(80)])
    second = write_pages(folder / "second.jsonl", [page(n) for n in range(80, 120)])
    corpus.build([first], folder / "1.0.0", version="1.0.0", recipe=RECIPE, workers=0)
    options = {"version": "1.1.0", "previous": folder / "1.0.0", "workers": 0}
    corpus.build([second], folder / "1.1.0", **options)
    return folder


def test_the_articles_are_those_without_it(chain: Path, tmp_path: Path) -> None:
    """Both configs together are the articles of a release without a share, each once."""
    standard = dataclasses.replace(RECIPE, release=dataclasses.replace(SHARE, validation_share=0.0))
    sources = [chain / "first.jsonl"]
    whole = corpus.build(sources, tmp_path / "r", version="1.0.0", recipe=standard, workers=0)
    held_out, others = rows(chain / "1.0.0", "validation"), rows(chain / "1.0.0", "default")
    assert sorted([*held_out, *others], key=str) == sorted(rows(whole.path, "default"), key=str)
    assert 0.15 < len(held_out) / 80 < 0.45
    assert "validation" not in whole.manifest.configs


def test_the_next_release_draws_the_same(chain: Path) -> None:
    """What was held out stays so; of what is new about the same share is."""
    before, after = ({r["id"] for r in rows(chain / v, "validation")} for v in ("1.0.0", "1.1.0"))
    assert before < after
    assert 2 < len(after - before) < 25
    found = corpus.diff(chain / "1.0.0", chain / "1.1.0")
    assert (found.n_articles, found.n_added, found.n_removed) == ((80, 120), 40, 0)


def test_the_draw_does_not_depend_on_the_other_articles(tmp_path: Path) -> None:
    """An article is held out or not whatever else is in the release and in what order."""
    build(tmp_path / "a", many_lines(200), release=SHARE)
    build(tmp_path / "b", many_lines(200)[:90], release=SHARE)
    few, many = ({r["id"] for r in rows(tmp_path / n, "validation")} for n in ("b", "a"))
    there = {row["id"] for row in rows(tmp_path / "b", "default")} | few
    assert few == many & there


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_a_release_with_validation_is_sound(chain: Path, version: str) -> None:
    """Nothing is wrong with it, and no article that is held out is in the sample."""
    assert verify(chain / version).findings == ()
    held_out = {row["id"] for row in rows(chain / version, "validation")}
    assert not held_out & {row["id"] for row in rows(chain / version, "sample")}
    assert len(rows(chain / version, "sample")) == 15


@pytest.mark.usefixtures("own_cache")
def test_it_is_a_config_of_its_own(chain: Path) -> None:
    """`datasets` and `corpus.load` open it by its name and its split, and no other split."""
    import datasets

    held_out = rows(chain / "1.1.0", "validation")
    opened = datasets.load_dataset(str(chain / "1.1.0"), "validation", split="validation")
    assert opened.to_list() == held_out
    assert corpus.load(chain / "1.1.0", config="validation").to_list() == held_out
    standard = datasets.load_dataset(str(chain / "1.1.0"))
    assert {name: len(rows) for name, rows in standard.items()} == {
        "train": len(rows(chain / "1.1.0", "default"))
    }
    with pytest.raises(ReleaseError, match="no split 'train'; use one of validation"):
        corpus.load(chain / "1.1.0", config="validation", split="train")


def test_card_and_description_know_it(chain: Path) -> None:
    """The card says what it is in both languages, the description has its records."""
    for name, word in (
        ("README.md", "no copy of an article stands in both"),
        ("README.zh.md", "散列"),
    ):
        assert word in (chain / "1.1.0" / name).read_text(encoding="utf-8")
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    dataset = mlcroissant.Dataset(str(chain / "1.1.0" / "croissant.json"))
    assert len(list(dataset.records("validation"))) == len(rows(chain / "1.1.0", "validation"))


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    """A share lies between 0 and 1."""
    with pytest.raises(RecipeError, match="validation_share"):
        Release(validation_share=share)
