"""One input, whatever it is packed in, to pages: open, decompress, unpack, hand to its loader."""

from __future__ import annotations

import errno
import hashlib
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from io import BufferedReader, FileIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from corpus.document import Page, Removal
from corpus.loading.budget import Budget, TooMuchError
from corpus.loading.compressed import BUFFER_BYTES, DamageError, decompress, is_compressed, is_gzip
from corpus.loading.files import refuse_format
from corpus.loading.inputs import Input, Member, Reading
from corpus.loading.pages import place_of, remove
from corpus.loading.remote import is_url, open_remote
from corpus.loading.sniffing import HEAD_BYTES, guess_format
from corpus.loading.sources import STDIN
from corpus.recipe import Loading


@dataclass(frozen=True, slots=True)
class Loader:
    """How files of a format are read.

    `read` gives the records of a stream from its start, one at a time, at least one; bad data
    becomes a removal. An archive gives its members, too. A file may be read in parts of
    `part_bytes`, if that is not 0, but with `maps` only one of this machine. `seeks` says that it
    must go back and forth in the stream, `inflates` that it decompresses gzip itself.
    """

    read: Callable[[BufferedReader, Input, Reading], Iterator[Page | Removal | Member]]
    part_bytes: int = 0
    maps: bool = False
    is_archive: bool = False
    seeks: bool = False
    inflates: bool = False


Loaders = Mapping[str, Loader]

_COPY_BYTES = 1 << 20

_WORDS = {
    "EISDIR": "not a file",
    "EINVAL": "not a file",
    "ELOOP": "a link that leads in a circle",
    "EPIPE": "the connection broke off",
}
"""What some errors of the system mean here."""


def read_input(item: Input, options: Loading, loaders: Loaders) -> Iterator[Page | Removal]:
    """The pages of one input and the removals of what is none.

    Raises:
        SourceError: The network failed, again and again.
    """
    if item.repeats is not None:
        detail = f"the same as {item.repeats}"
        yield remove(item.origin(), "repeated", detail, place_of(item.origin()))
        return
    try:
        stream = _open(item.file)
    except OSError as error:
        yield _fail(item, error, _start(item))
        return
    with stream:
        how = Reading(options, Budget(item.n_bytes, options.max_expansion))
        yield from _read(stream, item, how, loaders)


def _read(
    stream: BufferedReader, item: Input, how: Reading, loaders: Loaders
) -> Iterator[Page | Removal]:
    """The records of a file; what stops its reading becomes the last of them."""
    place = _start(item)
    try:
        for result in _load(stream, item, how, loaders):
            if isinstance(result, Member):
                inside = replace(how, depth=how.depth + 1)
                yield from _read(result.stream, result.item, inside, loaders)
            else:
                yield result
                place = result.origin.record + 1
    except OSError as error:
        yield _fail(item, error, place)


def _load(
    stream: BufferedReader, item: Input, how: Reading, loaders: Loaders
) -> Iterator[Page | Removal | Member]:
    loader = _loader(stream, item, how, loaders)
    if is_compressed(stream) and not (loader.inflates and is_gzip(stream)):
        if _start(item):
            return
        stream, item = decompress(stream, how.budget), replace(item, part=None)
        loader = _loader(stream, item, how, loaders)
    if loader.is_archive and how.depth >= how.options.max_archive_depth:
        detail = f"archives in archives, more than {how.options.max_archive_depth} deep"
        yield remove(item.origin(), "archive_limit", detail, place_of(item.origin()))
        return
    damage = None
    if loader.seeks and not stream.seekable():
        stream, damage = _spool(stream)
    yield from loader.read(stream, item, how)
    if damage:
        raise damage


def _loader(stream: BufferedReader, item: Input, how: Reading, loaders: Loaders) -> Loader:
    """The loader by the name of a file, or by what it holds where it has none."""
    known = loaders.get(item.format)
    if item.file == STDIN and how.options.stdin_format:
        known = loaders.get(f".{how.options.stdin_format}")
    elif known is None and item.is_nameless:
        known = loaders.get(guess_format(stream.peek(HEAD_BYTES)))
    return known or Loader(refuse_format)


def copy_stdin(
    write: Callable[[str], AbstractContextManager[BinaryIO]], options: Loading
) -> tuple[str, int, str]:
    """Copy standard input to a file that `write` opens: its name, size and SHA-256.

    The name ends in the format of what it holds.
    """
    stream = _open(STDIN)
    digest, n_bytes = hashlib.sha256(), 0
    if options.stdin_format or is_compressed(stream):
        suffix = f".{options.stdin_format}" if options.stdin_format else ""
    else:
        suffix = guess_format(stream.peek(HEAD_BYTES))
    with write(f"stdin{suffix}") as copy:
        while data := stream.read(_COPY_BYTES):
            digest.update(data)
            n_bytes += len(data)
            copy.write(data)
    return f"stdin{suffix}", n_bytes, digest.hexdigest()


def _open(file: str) -> BufferedReader:
    """A file, a URL or standard input, to be read.

    Raises:
        OSError: It cannot be opened, or would be waited for.
        SourceError: The network failed, again and again.
    """
    if file == STDIN:
        return cast(BufferedReader, sys.stdin.buffer)
    if is_url(file):
        return open_remote(file)
    mode = Path(file).stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "a pipe or device would be waited for")
    return BufferedReader(FileIO(file), BUFFER_BYTES)


def _spool(stream: BufferedReader) -> tuple[BufferedReader, DamageError | None]:
    """A copy on disk that is gone when it is closed, for what must go back and forth.

    It has all that can be read, before damage and behind it; the first damage is given with it.

    Raises:
        DamageError: Nothing can be read.
    """
    copy = cast(Any, TemporaryFile("w+b", BUFFER_BYTES))  # noqa: SIM115 - lives as long as its reader
    damage = None
    while True:
        try:
            # Not `read`, which drops what it has when what follows is damaged.
            data = stream.read1(_COPY_BYTES)
        except DamageError as error:
            damage = damage or error
            continue
        if not data:
            break
        copy.write(data)
    if damage and not copy.tell():
        raise damage
    copy.seek(0)
    return BufferedReader(copy.detach(), BUFFER_BYTES), damage


def _start(item: Input) -> int:
    return item.part.start if item.part else 0


def _fail(item: Input, error: OSError, place: int) -> Removal:
    """The removal of what stands at `place` and behind it."""
    origin = item.origin(place)
    if isinstance(error, TooMuchError):
        return remove(origin, "archive_limit", error.what, place_of(origin))
    return remove(origin, "unreadable", _explain(error), place_of(origin))


def _explain(error: OSError) -> str:
    """The same words on every machine, where the system's own differ by its language."""
    if isinstance(error, DamageError):
        return error.what
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "it is gone, or a link that leads nowhere"
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return _WORDS.get(name, f"reading failed: {name}")
