"""What several test modules share: the command, the sample release, what `datasets` caches."""

import os
import signal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from commands import Run, command_in_process
from hub_place import build_chain
from hypothesis import settings

import corpus

settings.register_profile("patient", deadline=None)  # a busy machine proves nothing
settings.load_profile("patient")

ROOT = Path(__file__).parent.parent
EVALUATION = ROOT.parent / "shared" / "eval" / "pages.parquet"
"""Real pages with gold texts, which are not ours to ship; `EVALUATION_PAGES` says otherwise."""


@pytest.fixture(autouse=True, scope="session")
def _interrupts() -> None:
    """Ctrl-C is heard by tests that run in the background, where a shell has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process: its arguments, and bytes for its standard input."""
    return command_in_process(monkeypatch, capsys)


@pytest.fixture(scope="session")
def examples_release(tmp_path_factory: pytest.TempPathFactory) -> corpus.Release:
    """A release of `examples/` with the recipe of the sample, to be read only."""
    out = tmp_path_factory.mktemp("releases") / "sample"
    recipe = ROOT / "docs" / "sample.toml"
    return corpus.build([ROOT / "examples"], out, version="0.1.0", recipe=recipe, workers=0)


@pytest.fixture(scope="session")
def small_chain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Releases 1.0.0, 1.1.0 (a batch), 1.1.1 (a takedown) by version, to be read only."""
    return build_chain(tmp_path_factory.mktemp("chain"))


@pytest.fixture
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where `datasets` caches, here and in processes started here: not the user's folder."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", folder)
    monkeypatch.setenv("HF_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def evaluation_file() -> Path:
    """The file of real pages; tests that need it are skipped where it is absent."""
    path = Path(os.environ.get("EVALUATION_PAGES", EVALUATION))
    if not path.is_file():
        pytest.skip(f"{path.name} is absent: set EVALUATION_PAGES to a file of labelled pages")
    return path


@pytest.fixture(scope="session")
def evaluation_pages(evaluation_file: Path) -> dict[str, dict[str, Any]]:
    """The real pages by id."""
    return {row["id"]: row for row in pq.read_table(evaluation_file).to_pylist()}
