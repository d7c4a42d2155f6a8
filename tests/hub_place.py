"""A dataset of a Hub for a test: of the server of the tests, or of the real one where that is told.

`ZHCORPUS_HUB_TEST_REPO` names a dataset of the real Hub that tests may delete and make anew, and
HF_TOKEN (or the login) must be allowed to. Never name one that somebody needs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from chain_pages import invent, page, write_pages
from hub_server import HubServer
from huggingface_hub import HfApi, constants

import corpus
from corpus import publishing
from corpus.pipeline.publication import pack
from corpus.pipeline.takedown import Request, takedown
from corpus.publishing import Options, Parcel, Published
from corpus.recipe import Card, Recipe, Release

REPO_VARIABLE = "ZHCORPUS_HUB_TEST_REPO"

RECIPE = Recipe(
    release=Release(shard_bytes=20_000, row_group_bytes=7_000, sample_rows=15),
    card=Card(name="news", purpose="To test.", contact="corpus@example.org"),
)
N_PAGES = 40


@dataclass(frozen=True)
class Place:
    """A dataset that does not exist yet, and whom to ask about it."""

    name: str
    api: HfApi
    server: HubServer | None = None

    @property
    def where(self) -> str:
        """What `corpus publish` is given."""
        return f"hf://datasets/{self.name}"

    def publish(
        self,
        folder: Path,
        options: Options | None = None,
        report: Callable[[str], None] = print,
    ) -> Published:
        """Publish a release that is known to be sound."""
        return self.send(pack(folder), options, report)

    def send(
        self,
        parcel: Parcel,
        options: Options | None = None,
        report: Callable[[str], None] = print,
    ) -> Published:
        """Publish what is packed."""
        return publishing.publish(parcel, self.where, options or Options(), report)

    def tags(self) -> dict[str, str]:
        """The tags, each with its commit."""
        refs = self.api.list_repo_refs(self.name, repo_type="dataset")
        return {ref.name: ref.target_commit for ref in refs.tags}

    def main(self) -> str:
        """The commit at which main ends."""
        return str(self.api.dataset_info(self.name).sha)

    def titles(self, revision: str = "main") -> list[str]:
        """The first lines of the commits, the newest first."""
        found = self.api.list_repo_commits(self.name, repo_type="dataset", revision=revision)
        return [commit.title for commit in found]

    def paths(self, revision: str = "main") -> set[str]:
        """The files at a revision, but for the one that the Hub makes."""
        found = self.api.list_repo_files(self.name, repo_type="dataset", revision=revision)
        return set(found) - {".gitattributes"}

    def read(self, path: str, revision: str = "main") -> bytes:
        """The bytes of a file."""
        local = self.api.hf_hub_download(self.name, path, repo_type="dataset", revision=revision)
        return Path(local).read_bytes()

    def write(self, path: str, data: bytes, title: str = "somebody else's") -> str:
        """Have somebody else commit a file to main."""
        return self.api.upload_file(
            path_or_fileobj=data,
            path_in_repo=path,
            repo_id=self.name,
            repo_type="dataset",
            commit_message=title,
        ).oid

    def state(self) -> object:
        """What publishing could change for a reader: where main and all tags lead."""
        if not self.api.repo_exists(self.name, repo_type="dataset"):
            return None
        return self.main(), self.tags()


def files_of(folder: Path) -> set[str]:
    """The paths of the files of a release."""
    return {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()}


def build_chain(folder: Path) -> dict[str, Path]:
    """Releases 1.0.0, 1.1.0 with a batch, 1.1.1 with a takedown, by version."""
    write_pages(folder / "first.jsonl", [page(n) for n in range(N_PAGES)])
    write_pages(folder / "second.jsonl", [page(n) for n in range(N_PAGES, N_PAGES + 8)])
    chain = {version: folder / version for version in ("1.0.0", "1.1.0", "1.1.1")}

    def build(version: str, sources: list[Path], previous: str | None = None) -> None:
        before = chain[previous] if previous else None
        corpus.build(
            sources, chain[version], version=version, recipe=RECIPE, previous=before, workers=0
        )

    build("1.0.0", [folder / "first.jsonl"])
    build("1.1.0", [folder / "second.jsonl"], "1.0.0")
    request = Request(urls=[page(7)["url"]])
    takedown(chain["1.1.0"], request, reason="asked by its author", date="2026-02-15")
    build("1.1.1", [], "1.1.0")
    return chain


@contextmanager
def on_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **how: bool) -> Iterator[Place]:
    """A dataset of the server of the tests, which this process takes for the Hub."""
    with HubServer(tmp_path / "hub", **how) as server:
        template = constants.HUGGINGFACE_CO_URL_TEMPLATE.replace(constants.ENDPOINT, server.url)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setenv("HF_TOKEN", server.token)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
        yield Place("org/news", HfApi(), server)


@contextmanager
def on_the_hub() -> Iterator[Place]:
    """The dataset of the real Hub that is told, not there before and after."""
    name = os.environ[REPO_VARIABLE]
    place = Place(name, HfApi())
    place.api.delete_repo(name, repo_type="dataset", missing_ok=True)
    yield place
    place.api.delete_repo(name, repo_type="dataset", missing_ok=True)


def client_environment(server: HubServer, home: Path) -> dict[str, str]:
    """The environment of a process that takes the server for the Hub."""
    own = {"HF_ENDPOINT": server.url, "HF_TOKEN": server.token, "HF_HOME": str(home)}
    quiet = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    root = str(Path(corpus.__file__).parent.parent)
    return {**os.environ, **own, **quiet, "PYTHONPATH": root}


def write_into(card: str, part: str, words: str) -> str:
    """The card with words of somebody in one of the parts for people."""
    mark = f"<!-- yours: {part} -->\n"
    assert mark in card
    return card.replace(mark, f"{mark}{words}\n")


def invent_text() -> str:
    """Words of somebody."""
    return invent("somebody", 40)
