"""A Hub to test against: the real clients speak to it over HTTP, and it keeps what they send.

    with HubServer(folder) as hub:               # hub.url, hub.token
        hub.faults.append(Fault("POST", "/commit/", lose=True))

It checks tokens, parents, digests and refs as the Hub does, answers ranges, knows pull requests
and tags, and takes large files by Xet (through the client's own `local://` storage) or by LFS.
What it does not have: a viewer, gates, storage behind HTTP.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hub_store import HubError, HubStore

READ, WRITE = "read", "write"


@dataclass(frozen=True)
class Reply:
    """What goes back: a JSON value or bytes."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What goes wrong with requests of this method whose path holds `part`, `times` times.

    The first `skip` are let through. Instead of an answer comes `status`, or the connection is
    closed: before anything is done, or, with `lose`, after all of it. `call` is called first; with
    `passes` nothing else happens.
    """

    method: str
    part: str
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "injected"
    lose: bool = False
    times: int = 1
    skip: int = 0
    call: Callable[[], object] | None = None
    passes: bool = False


@dataclass(frozen=True)
class Seen:
    """A request that was answered."""

    method: str
    path: str
    status: int
    n_bytes: int
    agent: str
    range: str | None


@dataclass(frozen=True)
class Request:
    """A request, its path split and its body read; `user` is whose token it bears."""

    server: HubServer
    method: str
    path: str
    query: dict[str, str]
    headers: Any
    body: bytes
    user: str | None
    may_write: bool

    def json(self) -> Any:
        """The body."""
        return json.loads(self.body or b"{}")

    @property
    def base(self) -> str:
        """The address that the client used."""
        return f"http://{self.headers['Host']}"


class HubServer(ThreadingHTTPServer):
    """The server, in a thread of its own between `with` and its end."""

    daemon_threads = True
    user, token = "tester", "hf_tester"
    reader_token = "hf_reader"
    part_bytes = 5 * 2**20
    max_commit_files: int | None = None

    def __init__(self, folder: Path, port: int = 0, with_xet: bool = True) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.store = HubStore(folder)
        self.with_xet = with_xet
        self.faults: list[Fault] = []
        self.seen: list[Seen] = []
        self.lock = threading.RLock()

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def users(self) -> dict[str, tuple[str, bool]]:
        """Who bears which token, and whether with the right to write."""
        return {self.token: (self.user, True), self.reader_token: ("reader", False)}

    def n_received(self) -> int:
        """The bytes of files that were ever sent: chunks of Xet, and bodies of requests."""
        return self.store.xet.n_bytes() + sum(seen.n_bytes for seen in self.seen)

    def __enter__(self) -> HubServer:
        """Begin to answer."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that are killed are no news."""


class Handler(BaseHTTPRequestHandler):
    """Reads a request, finds its route, sends the reply."""

    protocol_version = "HTTP/1.1"
    server: HubServer

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""

    def answer(self) -> None:
        """One request from beginning to end."""
        url = urlsplit(self.path)
        body = self._read_body()
        user, may_write = self._user()
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        request = Request(
            self.server, self.command, url.path, query, self.headers, body, user, may_write
        )
        fault = self._fault(url.path)
        reply = self._reply(request, fault)
        status = reply.status if reply else 0
        seen = (status, len(body), self.headers.get("User-Agent", ""), self.headers.get("Range"))
        self.server.seen.append(Seen(self.command, url.path, *seen))
        if reply is None or (fault and fault.lose):
            self.close_connection = True
        else:
            self._send(reply)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names of the library

    def _reply(self, request: Request, fault: Fault | None) -> Reply | None:
        try:
            if fault and not fault.lose:
                if fault.status is None:
                    return None
                headers = {**fault.headers, "X-Error-Message": fault.message}
                return Reply({"error": fault.message}, fault.status, headers)
            return _route(request)
        except HubError as error:
            headers = {"X-Error-Message": error.message.replace("\n", " ")}
            if error.code:
                headers["X-Error-Code"] = error.code
            return Reply({"error": error.message, **error.body}, error.status, headers)

    def _fault(self, path: str) -> Fault | None:
        """The fault that this request meets, if any; its call is made here."""
        fault = self._take_fault(path)
        if fault and fault.call:
            fault.call()
            return None if fault.passes else fault
        return fault

    def _take_fault(self, path: str) -> Fault | None:
        with self.server.lock:
            for fault in self.server.faults:
                if fault.method in (self.command, "*") and fault.part in path and fault.times:
                    if not fault.skip:
                        fault.times -= 1
                        return fault
                    fault.skip -= 1
        return None

    def _user(self) -> tuple[str | None, bool]:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.server.users.get(token, ("", False) if token else (None, False))

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while n_bytes := int(self.rfile.readline().strip() or b"0", 16):
            parts.append(self.rfile.read(n_bytes))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, reply: Reply) -> None:
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        kind = "application/octet-stream" if isinstance(reply.body, bytes) else "application/json"
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), **reply.headers}
        try:
            self.send_response(reply.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def _route(request: Request) -> Reply:
    from hub_routes import ROUTES

    for route in ROUTES:
        found = route.path.fullmatch(request.path)
        if not found or request.method not in route.methods:
            continue
        if request.user == "":
            raise HubError(401, "Invalid credentials in Authorization header")
        if route.right == WRITE and request.user is None:
            raise HubError(401, "Invalid username or password.")
        if route.right == WRITE and not request.may_write:
            raise HubError(403, "You don't have the rights to write here")
        words = {k: unquote(v) if v else v for k, v in found.groupdict().items()}
        if request.method in ("GET", "HEAD", "PUT"):
            return route.do(request, **words)
        with request.server.lock:
            return route.do(request, **words)
    raise HubError(404, "Not Found: no such route")


def wait_for_ever(server: HubServer) -> None:
    """Say where the server is, and serve."""
    with server:
        print(server.url, flush=True)  # noqa: T201
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--no-xet", action="store_true")
    given = parser.parse_args()
    wait_for_ever(HubServer(given.folder.resolve(), given.port, not given.no_xet))
