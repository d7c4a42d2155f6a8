"""Files behind URLs, through fsspec: `https://`, `s3://`, `hf://datasets/…` and whatever it knows.

Only a source that is a URL comes here; nothing else in this room touches the network.
"""

from __future__ import annotations

import errno
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from tarfile import TarError
from typing import Any, TypeVar, cast
from zipfile import BadZipFile

from corpus.errors import SourceError
from corpus.loading.compressed import BUFFER_BYTES
from corpus.loading.folders import Found, has_pattern
from corpus.loading.names import printable_name

RETRY_SECONDS = (1.0, 4.0)
"""A request that failed is made again after so long, and then given up."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?:::|://)")
_SECRETS = re.compile(r"(?<=://)[^/?#@]*@ | [?\#].*", re.VERBOSE | re.DOTALL)

_STATE_KEYS = ("size", "ETag", "etag", "mtime", "LastModified", "last_modified", "blob_id", "oid")
"""What stores say of a file that changes with it."""

_ERRORS = {
    "aiohttp": "ClientError",
    "botocore.exceptions": "BotoCoreError",
    "httpx": "HTTPError",
}
"""What libraries raise, beside `OSError`, when the network fails."""

_REFUSALS = (ValueError, TypeError, AttributeError, NotImplementedError, BadZipFile, TarError)
"""What they raise where a URL is none of theirs, lacks something, or holds no such archive."""

_GONE = (400, 500)
"""Statuses of HTTP from and to which a file is not there, or not for us."""

T = TypeVar("T")


def is_url(source: str) -> bool:
    """Whether a source is a URL: `s3://…`, `simplecache::https://…`."""
    return bool(_URL.match(source))


def display_url(url: str) -> str:
    """`url` for reading: without user, password, query and fragment.

    >>> display_url("https://me:secret@a.example/b/?token=c")
    'https://a.example/b'
    """
    return printable_name(_SECRETS.sub("", url).rstrip("/"))


def find_remote(url: str) -> list[Found]:
    """The files behind a URL of a file, a folder or a pattern, by their parts.

    Raises:
        SourceError: There is nothing, it cannot be reached, or the library for it is missing.
    """
    name = display_url(url)
    fs, path = _ask(name, lambda: _file_system(url))
    if url.startswith("http") and not has_pattern(_SECRETS.sub("", url)):
        info = _ask(name, lambda: fs.info(path))
        return [Found((), url, info.get("size") or 0, _state(info))]
    if has_pattern(path):
        files = _ask(name, lambda: fs.glob(path, detail=True))
        base = re.split(r"[*?\[]", path)[0].rpartition("/")[0]
    else:
        info = _ask(name, lambda: fs.info(path))
        if info["type"] != "directory":
            return [Found((), url, info.get("size") or 0, _state(info))]
        files, base = _ask(name, lambda: fs.find(path, detail=True)), path.rstrip("/")
    found = [
        Found(parts, fs.unstrip_protocol(file), info.get("size") or 0, _state(info))
        for file, info in files.items()
        if info["type"] == "file"
        for parts in [tuple(file.removeprefix(base).strip("/").split("/"))]
        if not any(part.startswith(".") for part in parts)
    ]
    return sorted(found, key=lambda file: file.parts)


def _state(info: dict[str, Any]) -> str:
    told = {key: str(info[key]) for key in _STATE_KEYS if info.get(key) is not None}
    return json.dumps(told, sort_keys=True) if told else ""


def _file_system(url: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs

    with _worded(display_url(url)):
        fs, path = url_to_fs(url)
    return fs, str(path)


@contextmanager
def _worded(name: str) -> Iterator[None]:
    """Words for what libraries raise where a URL is none of theirs, or holds no such archive."""
    try:
        yield
    except ImportError as error:
        raise SourceError(name, str(error), "install it, then run again") from None
    except _REFUSALS as error:
        what = next(iter(str(error).splitlines()), type(error).__name__)
        raise SourceError(name, what, "check the URL") from None


def _ask(name: str, request: Callable[[], T]) -> T:
    """What a request answers.

    Raises:
        SourceError: Nothing is there, or nothing could be asked.
    """
    try:
        with _worded(name):
            return retry(request, name)
    except OSError as error:
        what = "no permission to read it" if _status(error) in (401, 403) else "does not exist"
        raise SourceError(name, what, "check the URL and the right to read it") from error


def retry(request: Callable[[], T], name: str) -> T:
    """What a request answers, made again when the network fails.

    Raises:
        OSError: The file is not there, or not for us.
        SourceError: The network failed each time.
    """
    for seconds in (*RETRY_SECONDS, None):
        try:
            return request()
        except _network_errors() as error:
            if _is_gone(error):
                raise
            if seconds is None:
                what = f"cannot be reached: {type(error).__name__}"
                raise SourceError(name, what, "check the network, then run again") from error
            time.sleep(seconds)
    raise AssertionError  # the last round returns or raises


def _network_errors() -> tuple[type[BaseException], ...]:
    known = [
        getattr(sys.modules[module], error)
        for module, error in _ERRORS.items()
        if module in sys.modules
    ]
    return (OSError, *known)


def _is_gone(error: BaseException) -> bool:
    """Whether the answer was that there is no such file, or none for us."""
    status = _status(error)
    if status is not None:
        return _GONE[0] <= status < _GONE[1] and status not in (408, 429)
    gone = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
    return isinstance(error, gone) and error.__cause__ is None


def _status(error: BaseException) -> int | None:
    """The status of HTTP behind an error, if the server answered."""
    response = getattr(error, "response", None)
    for bearer in (error, error.__cause__, response):
        status = getattr(bearer, "status", None) or getattr(bearer, "status_code", None)
        if isinstance(status, int):
            return status
    return None


class _Remote(RawIOBase):
    """A remote file that is opened again where it was, when the network fails."""

    def __init__(self, url: str) -> None:
        """Open it."""
        self._url = url
        self._name = display_url(url)
        self._place = 0
        self._file: Any = None
        self._file = retry(self._open, self._name)

    def _open(self) -> Any:
        fs, path = _file_system(self._url)
        with _worded(self._name):
            file = fs.open(path, "rb")
        if self._place:
            file.seek(self._place)
        return file

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Whether the server gives parts of it."""
        return bool(self._file.seekable())

    def tell(self) -> int:
        """Where it stands."""
        return self._place

    def seek(self, offset: int, whence: int = 0) -> int:
        """Stand elsewhere."""
        self._place = self._file.seek(offset, whence)
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` as far as one request goes.

        Raises:
            OSError: The file is gone.
            SourceError: The network failed each time.
        """
        data = retry(lambda: self._read(len(buffer)), self._name)
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def _read(self, n_bytes: int) -> bytes:
        if self._file is None:
            self._file = self._open()
        try:
            return cast(bytes, self._file.read(n_bytes))
        except _network_errors():
            # What cannot go back cannot go on either: the next try would begin anew.
            can_return = self._file.seekable()
            self._file.close()
            if not can_return:
                raise OSError(errno.EPIPE, "the connection broke off") from None
            self._file = None
            raise

    def close(self) -> None:
        """Close it."""
        if self._file is not None:
            self._file.close()
        super().close()


def open_remote(url: str) -> BufferedReader:
    """A file behind a URL, to be read.

    Raises:
        OSError: It is gone, or not for us.
        SourceError: The network failed each time.
    """
    return BufferedReader(cast(Any, _Remote(url)), BUFFER_BYTES)
