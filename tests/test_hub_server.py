"""The server of the tests is a Hub to the real clients: library, Xet and command line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_server import HubServer

CODE = """
import hashlib, sys
import huggingface_hub as hub
import numpy as np
api = hub.HfApi()
api.create_repo("org/d", repo_type="dataset")
large, small = (np.random.default_rng(n).bytes(n) for n in (12_000_000, 1_000_000))
add = [hub.CommitOperationAdd("data/a.parquet", large), hub.CommitOperationAdd("b.parquet", small)]
api.create_commit("org/d", add, commit_message="one", repo_type="dataset")
api.create_tag("org/d", tag="v1.0.0", repo_type="dataset")
folder = api.snapshot_download("org/d", repo_type="dataset", revision="v1.0.0")
assert open(folder + "/data/a.parquet", "rb").read() == large
assert open(folder + "/b.parquet", "rb").read() == small
files = hub.HfFileSystem()
with files.open("datasets/org/d@v1.0.0/data/a.parquet", "rb", block_size=1000) as file:
    file.seek(5_000_000)
    assert file.read(100) == large[5_000_000:5_000_100]
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    """A Hub with nothing on it."""
    with HubServer(tmp_path / "hub") as server:
        yield server


def run(hub: HubServer, home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A client in a process of its own: where the Hub is, is read when the library is imported."""
    own = {"HF_ENDPOINT": hub.url, "HF_TOKEN": hub.token, "HF_HOME": str(home)}
    quiet = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    return subprocess.run(
        words,
        env={**os.environ, **own, **quiet, **more},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("way", ["xet", "lfs"])
def test_the_client_gets_back_what_it_sent(hub: HubServer, tmp_path: Path, way: str) -> None:
    """Large files go by Xet or by parts of LFS, come back whole, and can be read in ranges."""
    more = {"HF_HUB_DISABLE_XET": "1"} if way == "lfs" else {}
    done = run(hub, tmp_path / "home", sys.executable, "-c", CODE, **more)
    assert done.returncode == 0, done.stderr
    paths = [seen.path for seen in hub.seen]
    assert any("xet-write-token" in path for path in paths) == (way == "xet")
    assert sum(path.startswith("/lfs/") for path in paths) == (0 if way == "xet" else 5)
    assert any(seen.range for seen in hub.seen)
    assert 13_000_000 < hub.n_received() < 13_500_000


def test_state_outlives_the_server(tmp_path: Path) -> None:
    """A server that starts on the folder of another has its datasets, commits and refs."""
    with HubServer(tmp_path / "hub") as hub:
        created = hub.store.create("org/d", False, "tester")
        created.add_commit("refs/heads/main", {}, "empty", "", "tester")
        created.save()
    again = HubServer(tmp_path / "hub")
    again.server_close()
    assert again.store.dataset("org/d").refs == created.refs


def test_the_command_line_works(hub: HubServer, tmp_path: Path) -> None:
    """`hf` uploads, tags, lists and downloads."""
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "a.parquet").write_bytes(b"PAR1" * 1000)
    (tmp_path / "r" / "README.md").write_text("---\nlanguage: zh\n---\n# D\n")
    hf = str(Path(sys.executable).parent / "hf")

    def call(*words: str) -> str:
        done = run(hub, tmp_path / "home", hf, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert hub.user in call("auth", "whoami")
    call("upload", "org/d", str(tmp_path / "r"), ".", "--repo-type", "dataset")
    call("repos", "tag", "create", "org/d", "v1.0.0", "--repo-type", "dataset")
    assert "v1.0.0" in call("repos", "tag", "list", "org/d", "--repo-type", "dataset")
    to = str(tmp_path / "back")
    call("download", "org/d", "--repo-type", "dataset", "--revision", "v1.0.0", "--local-dir", to)
    assert (tmp_path / "back" / "a.parquet").read_bytes() == b"PAR1" * 1000


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("api.create_repo('stranger/d', repo_type='dataset')", "403"),
        ("api.dataset_info('org/none')", "RepositoryNotFoundError"),
        ("hub.HfApi(token='wrong').whoami()", "401"),
        ("api.create_tag('org/d', tag='t', revision='none', repo_type='dataset')", "RevisionNotFo"),
        (
            "api.create_commit('org/d', [hub.CommitOperationAdd('a', b'1')], commit_message='m',"
            "repo_type='dataset', parent_commit='0' * 40)",
            "412",
        ),
        (
            "hub.HfApi(token='hf_reader').create_commit('org/d', [hub.CommitOperationAdd('a', b'')]"
            ", commit_message='m', repo_type='dataset')",
            "403",
        ),
    ],
)
def test_what_the_hub_refuses_is_refused(
    hub: HubServer, tmp_path: Path, code: str, error: str
) -> None:
    """Strangers, wrong tokens, unknown revisions and moved heads get the answers of the Hub."""
    hub.store.create("org/d", False, "tester")
    begin = "import huggingface_hub as hub; api = hub.HfApi();"
    done = run(hub, tmp_path / "home", sys.executable, "-c", begin + code)
    assert done.returncode == 1
    assert error in done.stderr
