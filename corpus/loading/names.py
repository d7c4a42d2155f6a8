"""Names of files and members as text that can be printed, whatever bytes they are."""

from __future__ import annotations

from corpus.loading.encoding import decode


def printable_name(name: str) -> str:
    r"""A file's name for reading: names that are not UTF-8 decoded, control characters escaped.

    >>> printable_name("\udcd6\udcd0\udcce\udcc4.txt"), printable_name("a\nb")
    ('中文.txt', 'a\\nb')
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raw = name.encode("utf-8", "surrogateescape" if _is_escaped(name) else "surrogatepass")
        name = name_of_bytes(raw)
    return printable(name)


def printable(text: str) -> str:
    """`text` with everything that cannot be seen escaped."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


def name_of_bytes(raw: bytes) -> str:
    """What the bytes of a name say, in the charset that they are in."""
    decoded = decode(raw)
    return raw.decode("utf-8", "backslashreplace") if decoded.n_lost else decoded.text


def _is_escaped(name: str) -> bool:
    return all("\udc80" <= c <= "\udcff" for c in name if "\ud800" <= c <= "\udfff")
