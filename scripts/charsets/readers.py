"""Who reads bytes of an unknown charset: this library, and the peers that are installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

Reader = Callable[[bytes], str]

SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "hz-gb-2312": "hz"}
"""Charsets that peers name, and what is generous to read instead."""


def read_ours(data: bytes) -> str:
    """This library."""
    from corpus.loading.encoding import decode

    return decode(data).text


def read_resiliparse(data: bytes) -> str:
    """Resiliparse."""
    from resiliparse.parse.encoding import detect_encoding

    return _read(data, detect_encoding(data))


def read_charset_normalizer(data: bytes) -> str:
    """charset-normalizer."""
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return "" if best is None else _read(data, best.encoding)


def read_chardet(data: bytes) -> str:
    """Chardet."""
    import chardet

    return _read(data, chardet.detect(data)["encoding"])


READERS: dict[str, tuple[str | None, Reader]] = {
    "zhcorpus": (None, read_ours),
    "resiliparse": ("resiliparse", read_resiliparse),
    "charset-normalizer": ("charset_normalizer", read_charset_normalizer),
    "chardet": ("chardet", read_chardet),
}
"""The module that each needs, and how it reads."""


def installed() -> dict[str, Reader]:
    """The readers whose module is there."""
    return {
        name: reader
        for name, (module, reader) in READERS.items()
        if module is None or find_spec(module) is not None
    }


def _read(data: bytes, charset: str | None) -> str:
    charset = (charset or "ascii").lower()
    try:
        return data.decode(SUPERSETS.get(charset, charset), "replace")
    except LookupError:
        return ""
