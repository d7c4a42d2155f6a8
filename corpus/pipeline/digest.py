"""What decides a result, as one short hash: a finished shard is used again only while it holds."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

DIGEST_BYTES = 16


def digest_of(*parts: Any) -> str:
    """The hash of these values: strings, numbers, lists, dictionaries, dataclasses.

    >>> digest_of("a", 1) == digest_of("a", 1) != digest_of("a1")
    True
    """
    text = json.dumps(parts, sort_keys=True, default=_plain)
    return hashlib.blake2b(
        text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES
    ).hexdigest()


@cache
def library_digest() -> str:
    """The hash of this library's code and resources, and of the version of pyarrow."""
    import pyarrow as pa

    total = hashlib.blake2b(pa.__version__.encode(), digest_size=DIGEST_BYTES)
    for name, data in sorted(_contents(files("corpus"), "")):
        total.update(f"{name}\n{len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()


def _contents(folder: Traversable, place: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        name = f"{place}/{entry.name}"
        if entry.is_dir():
            found += _contents(entry, name) if entry.name != "__pycache__" else []
        elif not entry.name.endswith((".pyc", ".pyo")):
            found.append((name, entry.read_bytes()))
    return found


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {"type": type(value).__name__, **dataclasses.asdict(value)}
    raise TypeError(f"{type(value).__name__} has no digest")
