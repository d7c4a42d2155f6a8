"""A release that was published is loaded, listed, verified and compared where it lies."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hub_place import Place, client_environment, on_server

import corpus

ROOT = Path(__file__).parent.parent

READ = """
import json
import corpus, datasets
where, old, new = "org/news", "hf://datasets/org/news@v1.0.0", "hf://datasets/org/news@v1.1.0"

def ids(rows):
    return [row["id"] for row in rows]

plain = {"path": where, "revision": "v1.0.0"}
told = {
    "versions": [version.version for version in corpus.versions(where)],
    "new": ids(corpus.load(where)),
    "load": ids(corpus.load(where, version="1.0.0")),
    "stream": ids(corpus.load(where, version="1.0.0", streaming=True)),
    "plain": ids(datasets.load_dataset(**plain, split="train")),
    "plain stream": ids(datasets.load_dataset(**plain, split="train", streaming=True)),
    "noise": datasets.load_dataset(name="noise", **plain, split="train").num_rows,
    "sound": [corpus.verify(old, quick=True).is_sound, corpus.verify(new).is_sound],
    "diff": corpus.diff(old, new).as_dict(),
}
try:
    corpus.load(where, version="9.9.9")
except corpus.errors.VersionError as error:
    told["none"] = str(error)
print(json.dumps(told))
"""


@pytest.fixture
def place(
    small_chain: dict[str, Path], own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A dataset with 1.0.0 and 1.1.0."""
    with on_server(tmp_path, monkeypatch) as place:
        place.publish(small_chain["1.0.0"])
        place.publish(small_chain["1.1.0"])
        yield place


def call(place: Place, home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command in a process that takes the server for the Hub."""
    assert place.server is not None
    environment = {**client_environment(place.server, home), **more}
    return subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=False
    )


def test_what_is_published_is_read_everywhere(
    small_chain: dict[str, Path], place: Place, tmp_path: Path
) -> None:
    """Loading by us and by `datasets`, whole and streamed, verifying, comparing: as of folders."""
    done = call(place, tmp_path / "home", "-c", READ)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    old, new = small_chain["1.0.0"], small_chain["1.1.0"]
    assert told["versions"] == ["1.0.0", "1.1.0"]
    assert told["new"] == list(corpus.load(new)["id"])
    for way in ("load", "stream", "plain", "plain stream"):
        assert told[way] == list(corpus.load(old)["id"]) != told["new"], way
    assert told["noise"] == len(corpus.load(old, config="noise"))
    assert told["sound"] == [True, True]
    here = json.loads(json.dumps(corpus.diff(old, new).as_dict()))
    assert here["added"]
    assert {key: told["diff"][key] for key in ("added", "removed", "changed")} == {
        key: here[key] for key in ("added", "removed", "changed")
    }
    assert "the Hub has no version 9.9.9" in told["none"]


def test_damage_on_the_hub_is_found(place: Place, tmp_path: Path) -> None:
    """A file that was replaced on the Hub after the release is a finding of verify."""
    path = "ledger/v1.0.0/train-00000-of-00001.parquet"
    commit = place.write(path, b"PAR1 and no more")
    words = ["-m", "corpus.cli", "verify", f"hf://datasets/org/news@{commit}", "--quick"]
    done = call(place, tmp_path / "home", *words)
    assert done.returncode == 1
    assert path in done.stdout


@pytest.fixture
def commands(place: Place, tmp_path: Path) -> dict[str, str]:
    """An environment of a workflow that publishes to the place, with both commands in its PATH."""
    (tmp_path / "bin").mkdir()
    for name, code in (("corpus", "-m corpus.cli"), ("hf", "-m huggingface_hub.cli.hf")):
        script = tmp_path / "bin" / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {code} "$@"\n')
        script.chmod(0o755)
    assert place.server is not None
    return {
        **client_environment(place.server, tmp_path / "home"),
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "DATASET": place.name,
        "FIRST": "v1.0.0",
        "GITHUB_REF_NAME": "v1.1.0",
        "GIT_AUTHOR_DATE": "2026-02-01T00:00:00Z",
        "GIT_COMMITTER_DATE": "2026-02-01T00:00:00Z",
    }


def workflow_steps() -> list[str]:
    """The commands of docs/publishing.yml behind the installation."""
    workflow = yaml.safe_load((ROOT / "docs" / "publishing.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["release"]
    assert job["defaults"]["run"]["shell"] == "bash"
    steps = [s for s in job["steps"] if "run" in s]
    assert steps[0]["name"] == "Install"
    return [step["run"] for step in steps[1:]]


def run_steps(
    scripts: Sequence[str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """What the scripts came to, the first that fails or the last, run as GitHub runs them."""
    for script in scripts:
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            break
    return done


def test_the_workflow_publishes(
    small_chain: dict[str, Path], place: Place, tmp_path: Path, commands: dict[str, str]
) -> None:
    """The steps of docs/publishing.yml, run on a tag, go on from the Hub and publish there.

    Run again on the same tag, they find the release there.
    """
    (tmp_path / "repo" / "pages").mkdir(parents=True)
    shutil.copy(small_chain["1.0.0"].parent / "second.jsonl", tmp_path / "repo" / "pages")
    recipe = (small_chain["1.0.0"] / "MANIFEST.json").read_text(encoding="utf-8")
    sizes = json.loads(recipe)["recipe"]["release"]
    lines = "".join(f"{k} = {json.dumps(v)}\n" for k, v in sizes.items() if v != "")
    (tmp_path / "repo" / "recipe.toml").write_text(f"[release]\n{lines}[card]\nname = 'news'\n")
    place.api.delete_tag(place.name, tag="v1.1.0", repo_type="dataset")
    assert place.server is not None
    dataset = place.server.store.dataset(place.name)
    dataset.refs["refs/heads/main"] = dataset.refs["refs/tags/v1.0.0"]
    dataset.save()
    begin = (
        "git init -q && git -c user.name=a -c user.email=a@example.org commit -qm a --allow-empty"
    )
    done = run_steps([begin, *workflow_steps()], tmp_path / "repo", commands)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert set(place.tags()) == {"v1.0.0", "v1.1.0"}
    assert place.titles()[:2] == ["news 1.1.0", "news 1.0.0"]
    assert json.loads(place.read("MANIFEST.json"))["date"] == "2026-02-01"
    shutil.rmtree(tmp_path / "repo" / "out")
    done = run_steps(workflow_steps(), tmp_path / "repo", commands)
    assert "1.1.0 already published" in done.stdout, done.stderr


def test_the_workflow_stops_without_the_hub(tmp_path: Path, commands: dict[str, str]) -> None:
    """Where the Hub cannot be asked for the release before, nothing is built without it."""
    away = {**commands, "HF_ENDPOINT": "http://127.0.0.1:9"}
    done = run_steps(workflow_steps()[:1], tmp_path, away)
    assert done.returncode != 0
    assert not (tmp_path / "out").exists()
    first = {**away, "GITHUB_REF_NAME": "v1.0.0"}
    assert run_steps(workflow_steps()[:1], tmp_path, first).returncode == 0
