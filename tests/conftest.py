"""What several test modules share: the sample release, and a place for what `datasets` caches."""

from pathlib import Path

import pytest

import corpus

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def examples_release(tmp_path_factory: pytest.TempPathFactory) -> corpus.Release:
    """A release of `examples/` with the recipe of the sample, to be read only."""
    out = tmp_path_factory.mktemp("releases") / "sample"
    recipe = ROOT / "docs" / "sample.toml"
    return corpus.build([ROOT / "examples"], out, version="0.1.0", recipe=recipe, workers=1)


@pytest.fixture
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where `datasets` caches, here and in processes started here: not the user's folder."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", folder)
    monkeypatch.setenv("HF_HOME", str(folder))
    return folder
