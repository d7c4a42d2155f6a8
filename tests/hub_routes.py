"""What the server of tests answers: one function a route, each from a request to a reply."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import yaml
from hub_server import READ, WRITE, Reply, Request
from hub_store import LFS_SUFFIXES, MAX_REGULAR_BYTES, Dataset, HubError, iso

FRONT = re.compile(r"---\r?\n(.*?)\r?\n---", re.DOTALL)


def whoami(request: Request) -> Reply:
    """Who bears the token."""
    if request.user is None:
        raise HubError(401, "Invalid username or password.")
    role = "write" if request.may_write else "read"
    auth = {"accessToken": {"displayName": "test", "role": role, "createdAt": iso(0)}}
    who = {"type": "user", "id": "1", "name": request.user, "fullname": request.user}
    return Reply({**who, "orgs": [{"name": "org"}], "auth": {"type": "access_token", **auth}})


def validate_yaml(request: Request) -> Reply:
    """What is wrong with the head of a card."""
    found = FRONT.match(request.json()["content"])
    if found is None:
        warning = {"message": "empty or missing yaml metadata in repo card"}
        return Reply({"errors": [], "warnings": [warning]})
    try:
        yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        return Reply({"errors": [{"message": str(error)}], "warnings": []}, 400)
    return Reply({"errors": [], "warnings": []})


def create(request: Request) -> Reply:
    """A new dataset; one that is there is a conflict."""
    given = request.json()
    owner = given.get("organization") or request.user
    if owner not in (request.user, "org"):
        raise HubError(403, f"You don't have the rights to create a dataset under {owner}")
    name = f"{owner}/{given['name']}"
    answer = {"url": f"{request.base}/datasets/{name}", "name": name, "id": "1"}
    if request.server.store.dataset_path(name).exists():
        raise HubError(409, "You already created this dataset repo", None, **answer)
    private = bool(given.get("private") or given.get("visibility") == "private")
    request.server.store.create(name, private, request.user or "")
    return Reply(answer)


def delete(request: Request) -> Reply:
    """Remove a dataset."""
    given = request.json()
    name = f"{given.get('organization') or request.user}/{given['name']}"
    request.server.store.dataset(name)
    request.server.store.dataset_path(name).unlink()
    return Reply({})


def _readable(request: Request, name: str) -> Dataset:
    if request.user is None and not request.server.store.dataset_path(name).exists():
        raise HubError(401, "Invalid username or password.", "RepoNotFound")
    dataset = request.server.store.dataset(name)
    if dataset.data["private"] and request.user != request.server.user:
        raise HubError(401 if request.user is None else 404, "Not found", "RepoNotFound")
    return dataset


def _writable(request: Request, name: str) -> Dataset:
    dataset = _readable(request, name)
    if name.partition("/")[0] not in (request.user, "org"):
        raise HubError(403, f"You don't have the rights to write to {name}")
    return dataset


def info(request: Request, name: str, revision: str | None = None) -> Reply:
    """The dataset at a revision."""
    dataset = _readable(request, name)
    oid = dataset.resolve(revision or "main")
    tree = dataset.tree(oid)
    siblings = [{"rfilename": path} for path in sorted(tree)]
    if "blobs" in request.query:
        siblings = [s | _blob(tree[s["rfilename"]]) for s in siblings]
    card = tree.get("README.md")
    head = None
    if card:
        text = request.server.store.object_path(card["sha256"]).read_text(encoding="utf-8")
        found = FRONT.match(text)
        head = json.loads(json.dumps(yaml.safe_load(found[1]), default=str)) if found else None
    facts = {"gated": False, "disabled": False, "tags": [], "downloads": 0, "likes": 0}
    dates = {"lastModified": iso(dataset.commits[oid]["date"])}
    dates["createdAt"] = iso(dataset.data["created"])
    own = {"_id": "1", "id": name, "author": name.partition("/")[0], "sha": oid, "cardData": head}
    size = sum(entry["size"] for entry in tree.values())
    private = {"private": dataset.data["private"], "siblings": siblings, "usedStorage": size}
    return Reply({**own, **facts, **dates, **private})


def _blob(entry: dict[str, Any]) -> dict[str, Any]:
    blob = {"size": entry["size"], "blobId": entry["oid"]}
    if entry["lfs"]:
        blob["lfs"] = {"sha256": entry["sha256"], "size": entry["size"], "pointerSize": 134}
    return blob


def _entry(request: Request, path: str, entry: dict[str, Any]) -> dict[str, Any]:
    found = {"type": "file", "oid": entry["oid"], "size": entry["size"], "path": path}
    if entry["lfs"]:
        found["lfs"] = {"oid": entry["sha256"], "size": entry["size"], "pointerSize": 134}
        xet = request.server.with_xet and request.server.store.xet.find(entry["sha256"])
        if xet:
            found["xetHash"] = xet.hash
    return found


def _folder(path: str) -> dict[str, Any]:
    return {"type": "directory", "oid": "0" * 40, "size": 0, "path": path}


def _folders(paths: Any) -> set[str]:
    return {p[: m.start()] for p in paths for m in re.finditer("/", p)}


def list_tree(request: Request, name: str, revision: str, path: str | None = None) -> Reply:
    """The files and folders below a path, a page at a time."""
    files = _readable(request, name).tree(revision)
    top = (path or "").strip("/")
    folders = _folders(files)
    if top and top not in folders:
        raise HubError(404, f"{top} does not exist on {revision}", "EntryNotFound")
    inside = f"{top}/" if top else ""
    deep = request.query.get("recursive", "").lower() in ("1", "true")
    names = [n for n in sorted({*files, *folders}) if n.startswith(inside)]
    names = [n for n in names if deep or "/" not in n[len(inside) :]]
    begin = int(request.query.get("cursor", 0))
    end = begin + int(request.query.get("limit", 50))  # so that clients meet a second page
    headers = {}
    if end < len(names):
        more = f"recursive={deep}&expand=false&cursor={end}"
        headers["Link"] = f'<{request.base}{request.path}?{more}>; rel="next"'
    page = names[begin:end]
    return Reply(
        [_entry(request, n, files[n]) if n in files else _folder(n) for n in page], headers=headers
    )


def paths_info(request: Request, name: str, revision: str) -> Reply:
    """What is known of some paths; those that are not there are left out."""
    files = _readable(request, name).tree(revision)
    if "json" in request.headers.get("Content-Type", ""):
        paths = request.json()["paths"]
    else:
        paths = parse_qs(request.body.decode()).get("paths", [])
    paths = [paths] if isinstance(paths, str) else paths
    found = [_entry(request, p, files[p]) for p in paths if p in files]
    return Reply([*found, *(_folder(p) for p in paths if p in _folders(files))])


def list_refs(request: Request, name: str) -> Reply:
    """Branches, tags, pull requests, each with its commit."""
    dataset = _readable(request, name)

    def below(start: str) -> list[dict[str, str]]:
        names = [ref for ref in dataset.refs if ref.startswith(start)]
        return [
            {"name": ref.removeprefix(start), "ref": ref, "targetCommit": dataset.refs[ref]}
            for ref in names
        ]

    requests = below("refs/pr/") if "include_prs" in request.query else []
    found = {"branches": below("refs/heads/"), "tags": below("refs/tags/"), "converts": []}
    return Reply({**found, "pullRequests": requests})


def list_commits(request: Request, name: str, revision: str) -> Reply:
    """The commits of a revision, the newest first."""
    found = [
        {
            "id": oid,
            "title": commit["title"],
            "message": commit["message"],
            "authors": [{"user": commit["author"]}],
            "date": iso(commit["date"]),
        }
        for oid, commit in _readable(request, name).history(revision)
    ]
    return Reply(found)


def preupload(request: Request, name: str, revision: str) -> Reply:
    """Which way each file goes, and what is there under its name."""
    files = _writable(request, name).tree(revision)
    answers = []
    for file in request.json()["files"]:
        path, there = file["path"], files.get(file["path"])
        is_large = path.endswith(LFS_SUFFIXES) or file["size"] > MAX_REGULAR_BYTES
        oid = None if there is None else there["sha256" if there["lfs"] else "oid"]
        mode = "lfs" if is_large else "regular"
        answers.append({"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid})
    return Reply({"files": answers})


def commit(request: Request, name: str, revision: str) -> Reply:
    """Move a ref to a new commit, or open a pull request with it."""
    dataset = _writable(request, name)
    lines = [json.loads(line) for line in request.body.splitlines() if line.strip()]
    head, operations = lines[0]["value"], lines[1:]
    limit = request.server.max_commit_files
    if limit is not None and len(operations) > limit:
        raise HubError(413, f"Too many files in one commit: {len(operations)}")
    ref = revision if revision.startswith("refs/") else f"refs/heads/{revision}"
    if ref not in dataset.refs:
        raise HubError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    parent, title = head.get("parentCommit"), head["summary"]
    if parent and not dataset.refs[ref].startswith(parent):
        raise HubError(412, "A commit has happened since. Please refresh and try again.")
    tree = request.server.store.apply(dataset.tree(ref), operations)
    more = {}
    if "create_pr" in request.query:
        number = dataset.open_pull_request(title, request.user or "", "open")
        ref = f"refs/pr/{number}"
        more["pullRequestUrl"] = f"{request.base}/datasets/{name}/discussions/{number}"
    message = head.get("description") or ""
    oid = dataset.add_commit(ref, tree, title, message, request.user or "")
    dataset.save()
    url = f"{request.base}/datasets/{name}/commit/{oid}"
    return Reply({"success": True, "commitOid": oid, "commitUrl": url, **more})


def tag(request: Request, name: str, ref: str) -> Reply:
    """Tag a revision, or remove a tag."""
    dataset = _writable(request, name)
    if request.method == "DELETE":
        return _remove(dataset, f"refs/tags/{ref}")
    return _add(dataset, f"refs/tags/{request.json()['tag']}", ref)


def branch(request: Request, name: str, ref: str) -> Reply:
    """Make a branch, or remove it."""
    dataset = _writable(request, name)
    if request.method == "DELETE":
        return _remove(dataset, f"refs/heads/{ref}")
    return _add(dataset, f"refs/heads/{ref}", request.json().get("startingPoint") or "main")


def _add(dataset: Dataset, ref: str, revision: str) -> Reply:
    if ref in dataset.refs:
        raise HubError(409, f"Reference already exists: {ref}")
    dataset.refs[ref] = dataset.resolve(revision)
    dataset.save()
    return Reply({})


def _remove(dataset: Dataset, ref: str) -> Reply:
    if ref not in dataset.refs:
        raise HubError(404, f"No such reference: {ref}", "RevisionNotFound")
    del dataset.refs[ref]
    dataset.save()
    return Reply({})


def discussions(request: Request, name: str) -> Reply:
    """The pull requests, or a new one."""
    dataset = _readable(request, name)
    if request.method == "POST":
        number = dataset.open_pull_request(request.json()["title"], request.user or "", "draft")
        dataset.save()
        return Reply({"num": int(number), "pullRequest": True})
    found = [_discussion(dataset, number) for number in reversed(dataset.discussions)]
    status = request.query.get("status")
    found = [d for d in found if status in (None, "all", d["status"]) or status == "open"]
    if status == "open":
        found = [d for d in found if d["status"] in ("open", "draft")]
    return Reply({"discussions": found, "count": len(found), "start": 0})


def discussion(request: Request, name: str, number: str, act: str | None = None) -> Reply:
    """One pull request; merges it, or changes its status."""
    dataset = _writable(request, name) if act else _readable(request, name)
    if number not in dataset.discussions:
        raise HubError(404, "No such discussion")
    if act == "merge":
        dataset.merge(number, request.user or "")
        dataset.save()
    elif act == "status":
        dataset.discussions[number]["status"] = request.json()["status"]
        dataset.save()
    status = dataset.discussions[number]["status"]
    event = {"id": "1", "type": "status-change", "createdAt": iso(0), "data": {"status": status}}
    event["author"] = {"name": request.user}
    changes = {"changes": {"base": "refs/heads/main"}, "filesWithConflicts": [], "diff": ""}
    return Reply({**_discussion(dataset, number), **changes, "events": []} | {"newStatus": event})


def _discussion(dataset: Dataset, number: str) -> dict[str, Any]:
    found = dataset.discussions[number]
    return {
        "title": found["title"],
        "num": int(number),
        "author": {"name": found["author"]},
        "createdAt": iso(found["date"]),
        "status": found["status"],
        "isPullRequest": True,
        "repo": {"name": dataset.name, "type": "dataset"},
    }


def xet_token(request: Request, name: str, right: str, revision: str) -> Reply:
    """Where chunks go, and the right to bring them there."""
    if not request.server.with_xet:
        raise HubError(404, "no Xet here")
    dataset = _writable(request, name) if right == WRITE else _readable(request, name)
    if "create_pr" not in request.query:
        dataset.resolve(revision)
    if right == WRITE and not request.may_write:
        raise HubError(403, "You don't have the rights to write here")
    url, until = request.server.store.xet.url, int(time.time()) + 3600
    headers = {"X-Xet-Cas-Url": url, "X-Xet-Access-Token": "xet"}
    headers["X-Xet-Token-Expiration"] = str(until)
    return Reply({"casUrl": url, "accessToken": "xet", "exp": until}, headers=headers)


def lfs_batch(request: Request, name: str) -> Reply:
    """Where large files go that are not here yet."""
    _writable(request, name)
    given = request.json()
    found = []
    for one in given["objects"]:
        oid, size = one["oid"], one["size"]
        answer = {"oid": oid, "size": size}
        if request.server.store.size(oid) != size:
            there = f"{request.base}/lfs/{oid}"
            verify = {"href": f"{request.base}/datasets/{name}.git/info/lfs/objects/verify"}
            upload: dict[str, Any] = {"href": there, "header": {}}
            part = request.server.part_bytes
            if size > part and "multipart" in given.get("transfers", []):
                urls = {f"{n + 1:05d}": f"{there}?part={n + 1}" for n in range(-(-size // part))}
                upload = {"href": f"{there}/complete", "header": {"chunk_size": str(part), **urls}}
            answer["actions"] = {"upload": upload, "verify": verify}
        found.append(answer)
    return Reply({"transfer": "multipart", "objects": found})


def lfs_put(request: Request, oid: str) -> Reply:
    """Take a large file, or a part of it."""
    store = request.server.store
    if "part" in request.query:
        folder = store.root / "parts" / oid
        folder.mkdir(exist_ok=True)
        (folder / f"{int(request.query['part']):05d}").write_bytes(request.body)
        etag = hashlib.md5(request.body).hexdigest()
        return Reply(headers={"ETag": f'"{etag}"'})
    store.put(request.body, oid)
    return Reply()


def lfs_complete(request: Request, oid: str) -> Reply:
    """Put the parts of a large file together."""
    store = request.server.store
    numbers = sorted(part["partNumber"] for part in request.json()["parts"])
    parts = [(store.root / "parts" / oid / f"{n:05d}").read_bytes() for n in numbers]
    store.put(b"".join(parts), oid)
    return Reply({})


def lfs_verify(request: Request, name: str) -> Reply:
    """Whether a large file has arrived."""
    given = request.json()
    if request.server.store.size(given["oid"]) != given["size"]:
        raise HubError(404, f"No such object for {name}")
    return Reply({})


def resolve(request: Request, name: str, revision: str, path: str) -> Reply:
    """A file: its bytes, or, for a large one, where they are."""
    dataset = _readable(request, name)
    oid = dataset.resolve(revision)
    entry = dataset.tree(oid).get(path)
    if entry is None:
        raise HubError(404, "Entry not found", "EntryNotFound")
    etag = entry["sha256"] if entry["lfs"] else entry["oid"]
    headers = {"X-Repo-Commit": oid, "ETag": f'"{etag}"', "Accept-Ranges": "bytes"}
    store = request.server.store
    if not entry["lfs"]:
        return _bytes(request, store.object_path(entry["sha256"]).read_bytes(), headers)
    headers |= {"X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(entry["size"])}
    xet = request.server.with_xet and store.xet.find(entry["sha256"])
    if xet:
        token = f"{request.base}/api/datasets/{name}/xet-read-token/{oid}"
        headers |= {"X-Xet-Hash": xet.hash, "Link": f'<{token}>; rel="xet-auth"'}
    # Another host, as on the Hub: clients take the facts of this answer and no token goes there.
    port = request.server.server_address[1]
    headers["Location"] = f"http://localhost:{port}/cdn/{entry['sha256']}"
    return Reply(status=302, headers=headers)


def cdn(request: Request, oid: str) -> Reply:
    """The bytes of a large file."""
    data = request.server.store.materialize(oid).read_bytes()
    return _bytes(request, data, {"ETag": f'"{oid}"', "Accept-Ranges": "bytes"})


def _bytes(request: Request, data: bytes, headers: dict[str, str]) -> Reply:
    """All bytes, or those of the range that is asked for."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("Range") or "")
    if found is None or found[0] == "bytes=-":
        return Reply(data, headers=headers)
    first, last = found.groups()
    begin = int(first) if first else max(0, len(data) - int(last))
    end = min(int(last) + 1, len(data)) if first and last else len(data)
    if begin >= len(data):
        raise HubError(416, "Range Not Satisfiable")
    headers = {**headers, "Content-Range": f"bytes {begin}-{end - 1}/{len(data)}"}
    return Reply(data[begin:end], 206, headers)


@dataclass(frozen=True)
class Route:
    """Methods, the form of the path, the right that is needed, what is done."""

    methods: tuple[str, ...]
    path: re.Pattern[str]
    right: str
    do: Callable[..., Reply]


def _at(methods: str, path: str, do: Callable[..., Reply], right: str = READ) -> Route:
    """A route; `NAME`, `REV` and `OID` stand for a dataset, a revision and a digest."""
    for short, long in (
        ("NAME", r"(?P<name>[^/]+/[^/]+?)"),
        ("REV", "(?P<revision>[^/]+)"),
        ("REF", "(?P<ref>[^/]+)"),
        ("OID", "(?P<oid>[0-9a-f]{64})"),
    ):
        path = path.replace(short, long)
    return Route(tuple(methods.split()), re.compile(path), right, do)


API = "/api/datasets/NAME"

ROUTES = (
    _at("GET", "/api/whoami-v2", whoami),
    _at("POST", "/api/validate-yaml", validate_yaml),
    _at("POST", "/api/repos/create", create, WRITE),
    _at("DELETE", "/api/repos/delete", delete, WRITE),
    _at("GET", f"{API}/refs", list_refs),
    _at("GET", f"{API}/commits/REV", list_commits),
    _at("GET", f"{API}/revision/REV", info),
    _at("GET", f"{API}/tree/REV(?P<path>/.*)?", list_tree),
    _at("POST", f"{API}/paths-info/REV", paths_info),
    _at("POST", f"{API}/preupload/REV", preupload, WRITE),
    _at("POST", f"{API}/commit/REV", commit, WRITE),
    _at("GET", f"{API}/xet-(?P<right>read|write)-token/REV", xet_token),
    _at("POST DELETE", f"{API}/tag/REF", tag, WRITE),
    _at("POST DELETE", f"{API}/branch/REF", branch, WRITE),
    _at("GET", f"{API}/discussions", discussions),
    _at("POST", f"{API}/discussions", discussions, WRITE),
    _at("GET", f"{API}/discussions/(?P<number>\\d+)", discussion),
    _at("POST", f"{API}/discussions/(?P<number>\\d+)/(?P<act>merge|status)", discussion, WRITE),
    _at("GET", API, info),
    _at("POST", r"/datasets/NAME\.git/info/lfs/objects/batch", lfs_batch, WRITE),
    _at("POST", r"/datasets/NAME\.git/info/lfs/objects/verify", lfs_verify, WRITE),
    _at("PUT", "/lfs/OID", lfs_put),
    _at("POST", "/lfs/OID/complete", lfs_complete),
    _at("GET HEAD", "/datasets/NAME/resolve/REV/(?P<path>.+)", resolve),
    _at("GET HEAD", "/cdn/OID", cdn),
)
