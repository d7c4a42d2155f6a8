"""A real S3 server for tests: SeaweedFS, where its package is installed."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WRITER, READER = ("writer", "of-tests"), ("reader", "of-tests")
"""Access key and secret of two users: who may write, and who may not."""

START_SECONDS = 60


def find_program() -> str | None:
    """The program, beside this Python or on the path."""
    beside = Path(sys.executable).parent / "weed"
    return str(beside) if beside.exists() else shutil.which("weed")


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """The address of a server that keeps its objects in `folder`, and is gone afterwards."""
    program = find_program()
    assert program is not None
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [_user(WRITER, True), _user(READER, False)]}))
    (folder / "data").mkdir()
    ports = dict(zip(("master", "volume", "filer", "s3"), _free_ports(4), strict=True))
    words = [f"-{name}.port={port}" for name, port in ports.items()]
    where = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder / 'data'}"]
    sizes = ["-master.volumeSizeLimitMB=64", "-volume.max=20"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [program, "server", *where, "-s3", f"-s3.config={config}", *words, *sizes],
            stdout=log,
            stderr=log,
        )
    try:
        url = f"http://127.0.0.1:{ports['s3']}"
        _wait_for(url, server)
        yield url
    finally:
        server.kill()  # it takes its time to end by itself, and nothing of it is needed
        server.wait()


def _user(credentials: tuple[str, str], may_write: bool) -> dict[str, object]:
    key, secret = credentials
    actions = ["Admin", "Read", "Write", "List", "Tagging"] if may_write else ["Read", "List"]
    return {
        "name": key,
        "credentials": [{"accessKey": key, "secretKey": secret}],
        "actions": actions,
    }


def _free_ports(n: int) -> list[int]:
    """Ports that nobody uses, nor those ten thousand above them, which the server takes, too."""
    found: list[int] = []
    for port in range(21_000, 29_000):
        if all(_is_free(number) for number in (port, port + 10_000)):
            found.append(port)
            if len(found) == n:
                return found
    raise AssertionError("no port is free")


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the S3 server ended"
        try:
            urllib.request.urlopen(url, timeout=1)
        except urllib.error.HTTPError:
            return  # it answers, if only to say that it does not know us
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the S3 server did not start")
