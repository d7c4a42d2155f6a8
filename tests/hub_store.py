"""What a Hub keeps, on a disk: bytes by their SHA-256; datasets with commits, refs, discussions.

A dataset is one JSON file that is replaced whole, so a server that is killed comes back with the
state before or after a change.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hub_xet import XetStore

LFS_SUFFIXES = (".parquet", ".arrow", ".zst", ".gz", ".zip", ".bin")
ATTRIBUTES = "".join(f"*{s} filter=lfs diff=lfs merge=lfs -text\n" for s in LFS_SUFFIXES).encode()
MAX_REGULAR_BYTES = 10 * 1024 * 1024
"""Above it a text file goes the way of large ones, too."""

Tree = dict[str, dict[str, Any]]
"""The files of a commit: `sha256`, `size`, the `oid` of git, and whether they are `lfs`."""


class HubError(Exception):
    """What the Hub answers instead of a result: status, message, code, fields of the body."""

    def __init__(self, status: int, message: str, code: str | None = None, **body: object) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.body = status, message, code, body


def blob_oid(data: bytes) -> str:
    """What git calls these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def pointer_oid(sha256: str, size: int) -> str:
    """What git calls the pointer that stands for a large file."""
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n"
    return blob_oid(text.encode())


def iso(seconds: float) -> str:
    """A time as the Hub writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


class Dataset:
    """One dataset: its commits, refs and discussions, all in one JSON value."""

    def __init__(self, store: HubStore, name: str, data: dict[str, Any]) -> None:
        self.store, self.name, self.data = store, name, data
        self.refs: dict[str, str] = data["refs"]
        self.commits: dict[str, dict[str, Any]] = data["commits"]
        self.discussions: dict[str, dict[str, Any]] = data["discussions"]

    def save(self) -> None:
        """Replace what is on the disk."""
        path = self.store.dataset_path(self.name)
        new = path.with_suffix(".new")
        with new.open("w") as file:
            json.dump(self.data, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)

    def resolve(self, revision: str) -> str:
        """The commit that a branch, tag, ref, commit or its beginning names."""
        for ref in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            if ref in self.refs:
                return self.refs[ref]
        found = [oid for oid in self.commits if len(revision) >= 7 and oid.startswith(revision)]
        if len(found) != 1:
            raise HubError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return found[0]

    def tree(self, revision: str) -> Tree:
        """The files at a revision."""
        tree: Tree = self.commits[self.resolve(revision)]["tree"]
        return tree

    def add_commit(self, ref: str, tree: Tree, title: str, message: str, user: str) -> str:
        """Move a ref to a new commit with these files, whose parent is where the ref was."""
        parent = self.refs.get(ref)
        commit = {"tree": tree, "title": title, "message": message, "author": user}
        commit |= {"parents": [parent] if parent else [], "date": int(time.time())}
        oid = hashlib.sha1(json.dumps([commit, len(self.commits)]).encode()).hexdigest()
        self.commits[oid] = commit
        self.refs[ref] = oid
        return oid

    def history(self, revision: str) -> Iterable[tuple[str, dict[str, Any]]]:
        """The commits from a revision back to the first one."""
        oid: str | None = self.resolve(revision)
        while oid:
            commit = self.commits[oid]
            yield oid, commit
            oid = next(iter(commit["parents"]), None)

    def open_pull_request(self, title: str, user: str, status: str) -> str:
        """A new pull request, from main as it is."""
        number = str(len(self.discussions) + 1)
        base = self.refs["refs/heads/main"]
        self.discussions[number] = {
            "title": title,
            "status": status,
            "base": base,
            "author": user,
            "date": int(time.time()),
        }
        self.refs[f"refs/pr/{number}"] = base
        return number

    def merge(self, number: str, user: str) -> None:
        """Squash a pull request into one commit on main; what both changed is a conflict."""
        request = self.discussions[number]
        if request["status"] == "merged":
            raise HubError(400, "This pull request is merged already")
        base = self.commits[request["base"]]["tree"]
        theirs, ours = self.tree("main"), self.tree(f"refs/pr/{number}")
        merged = dict(theirs)
        for path in {*base, *ours}:
            if base.get(path) == ours.get(path):
                continue
            if theirs.get(path) not in (base.get(path), ours.get(path)):
                raise HubError(409, f"Conflict in {path}")
            merged.pop(path, None)
            if path in ours:
                merged[path] = ours[path]
        title = f"{request['title']} (#{number})"
        self.add_commit("refs/heads/main", merged, title, "", user)
        request["status"] = "merged"


class HubStore:
    """All datasets, and the bytes of all files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.xet = XetStore(root / "cas")
        for name in ("objects", "parts", "datasets"):
            (root / name).mkdir(parents=True, exist_ok=True)

    def dataset_path(self, name: str) -> Path:
        """Where a dataset is kept."""
        return self.root / "datasets" / f"{name.replace('/', '--')}.json"

    def dataset(self, name: str) -> Dataset:
        """The dataset of this name."""
        try:
            return Dataset(self, name, json.loads(self.dataset_path(name).read_text()))
        except FileNotFoundError:
            raise HubError(404, "Repository not found", "RepoNotFound") from None

    def create(self, name: str, private: bool, user: str) -> Dataset:
        """A new dataset, with one commit."""
        empty = {"refs": {}, "commits": {}, "discussions": {}, "private": private}
        dataset = Dataset(self, name, {**empty, "created": int(time.time())})
        files = {".gitattributes": self.put_regular(ATTRIBUTES)}
        dataset.add_commit("refs/heads/main", files, "initial commit", "", user)
        dataset.save()
        return dataset

    def object_path(self, sha256: str) -> Path:
        """Where the bytes with this digest are kept."""
        return self.root / "objects" / sha256

    def put(self, data: bytes, expected: str | None = None) -> str:
        """Keep bytes; their SHA-256, which must be the expected one."""
        sha256 = hashlib.sha256(data).hexdigest()
        if expected is not None and sha256 != expected:
            raise HubError(400, "The bytes are not those of the digest")
        path = self.object_path(sha256)
        new = path.with_suffix(f".{time.monotonic_ns()}")
        new.write_bytes(data)
        new.replace(path)
        return sha256

    def put_regular(self, data: bytes) -> dict[str, Any]:
        """The entry of a file that git keeps itself."""
        oid = blob_oid(data)
        return {"sha256": self.put(data), "size": len(data), "oid": oid, "lfs": False}

    def size(self, sha256: str) -> int | None:
        """The size of bytes that are here, in whichever way they came."""
        path = self.object_path(sha256)
        if path.exists():
            return path.stat().st_size
        found = self.xet.find(sha256)
        return found.size if found else None

    def materialize(self, sha256: str) -> Path:
        """A file with these bytes, put together from chunks if they came as such."""
        path = self.object_path(sha256)
        if not path.exists():
            self.put(self.xet.read(sha256), sha256)
        return path

    def apply(self, tree: Tree, lines: Iterable[dict[str, Any]]) -> Tree:
        """The tree after the operations of a commit; nothing is visible until a ref leads to it."""
        tree = dict(tree)
        for line in lines:
            kind, value = line["key"], line["value"]
            path = value["path"].rstrip("/")
            if kind == "file":
                tree[path] = self.put_regular(base64.b64decode(value["content"]))
            elif kind == "lfsFile":
                size = self.size(value["oid"])
                if size is None or size != value.get("size", size):
                    raise HubError(400, f"LFS pointer of {path} leads to no object")
                entry = {"sha256": value["oid"], "size": size, "lfs": True}
                tree[path] = entry | {"oid": pointer_oid(value["oid"], size)}
            elif kind in ("deletedFile", "deletedFolder"):
                gone = [p for p in tree if p == path or p.startswith(f"{path}/")]
                if not gone:
                    raise HubError(404, "A file with this name doesn't exist", "EntryNotFound")
                for name in gone:
                    del tree[name]
            else:
                raise HubError(400, f"unknown operation {kind}")
        return tree
