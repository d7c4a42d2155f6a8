"""A Hub on this machine, and the command `corpus publish` run against it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from hub_server import Fault, HubServer  # noqa: E402

NAME = "org/news"
WHERE = f"hf://datasets/{NAME}"
PAUSE_SECONDS = 300
"""Longer than a run takes: then it is ended, and counts as failed."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command: how it ended, what it printed, what the Hub received."""

    status: int
    said: str
    seconds: float
    n_requests: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Hub:
    """The server with its folder, and a home for its clients."""

    server: Any
    home: Path

    @property
    def api(self) -> HfApi:
        """The client of the Hub, as somebody else would use it."""
        return HfApi(endpoint=self.server.url, token=self.server.token)

    def publish(self, release: Path, *more: str, watch: Callable[[int], None] | None = None) -> Run:
        """Run the command in a process of its own; `watch` is given its number."""
        own = {"HF_ENDPOINT": self.server.url, "HF_TOKEN": self.server.token}
        own |= {"HF_HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        requests, received, begin = len(self.server.seen), self.n_received(), time.perf_counter()
        words = [sys.executable, "-m", "corpus.cli", "publish", str(release), WHERE, *more]
        with subprocess.Popen(
            words,
            env={**os.environ, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            if watch is not None:
                watch(process.pid)
            timer = threading.Timer(PAUSE_SECONDS, process.kill)
            timer.start()
            said, _ = process.communicate()
            timer.cancel()
        seconds = time.perf_counter() - begin
        n_requests = len(self.server.seen) - requests
        return Run(process.returncode, said, seconds, n_requests, self.n_received() - received)

    def n_received(self) -> int:
        """The bytes that clients ever sent: chunks, shards, bodies of requests."""
        return int(self.server.n_received())

    def state(self) -> tuple[str, dict[str, str]]:
        """Where main and all tags lead."""
        refs = self.server.store.dataset(NAME).refs
        tags = {ref: oid for ref, oid in refs.items() if ref.startswith("refs/tags/")}
        return refs["refs/heads/main"], tags

    def is_whole(self, release: Path, revision: str) -> bool:
        """Whether a revision has every file of a release, byte for byte, and no other of data."""
        import hashlib

        tree = self.server.store.dataset(NAME).tree(revision)
        there = {path: entry["sha256"] for path, entry in tree.items() if path != ".gitattributes"}
        files = (path for path in release.rglob("*") if path.is_file())
        return there == {
            path.relative_to(release).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }


@contextmanager
def start_hub(folder: Path, copy_of: Path | None = None) -> Iterator[Hub]:
    """A Hub that keeps its state in `folder`, empty or as another one was left."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if copy_of is not None:
        shutil.copytree(copy_of / "hub", folder / "hub")
    with HubServer(folder / "hub") as server:
        yield Hub(server, folder / "home")


def kill(pid: int) -> None:
    """End a process without a word to it."""
    os.kill(pid, signal.SIGKILL)


__all__ = ["NAME", "ROOT", "WHERE", "Fault", "Hub", "Run", "kill", "start_hub"]
