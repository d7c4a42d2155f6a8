"""URLs as identities. Stable for ever: a change here gives pages new ids, a major version.

Nothing of the standard library's URL splitting is used, because it changes between Python versions.
"""

from __future__ import annotations

import re
from functools import cache

from corpus.resources import read_list

_URL = re.compile(
    r"""(?P<scheme> https? ):
    // (?P<authority> [^/?#]* )
    (?P<path> [^?#]* )
    (?: \? (?P<query> [^#]* ) )?
    (?: \# (?P<fragment> .* ) )?""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

_AUTHORITY = re.compile(
    r"""(?: (?P<user> [^@]* ) @ )?
    (?P<host> \[ [^\]]* \] | [^:@\[\]]+ )    # an IPv6 address or a name
    (?: : 0* (?P<port> [0-9]{0,5} ) )?""",
    re.VERBOSE,
)

_DEFAULT_PORTS = ("", "80", "443")
"""Of http or https: the two are one page, so are their ports."""

_ROUTES = ("!", "/")
"""A fragment that begins so names a page inside a script-driven site, not a place on a page."""

_IGNORED = re.compile(r"[\t\n\r]")
"""Browsers delete these inside a URL (WHATWG URL Standard, section 4.4)."""

_UNSAFE = re.compile(r"""[^\x21-\x7e]+|["<>\\^`{|}]""")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_HOST = re.compile(r"\[[0-9a-f:.]+\]|[^\s/?#:@\[\]<>\"\\^`{|}%]+")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


def canonical_url(url: str) -> str | None:
    """The form of `url` that page ids are made from; none where it is not http(s) with a host.

    http and https, default ports, upper-case schemes and hosts, fragments that are no routes,
    tracking parameters and the ways to escape a character are folded; parameters keep their order,
    hosts their www., paths their case and last slash. Never raises.

    >>> canonical_url(" HTTP://Example.com:80?utm_source=x&id=7#top ")
    'https://example.com/?id=7'
    """
    parts = _URL.fullmatch(_IGNORED.sub("", url.strip()))
    authority = _AUTHORITY.fullmatch(parts["authority"]) if parts else None
    host = _fold_host(authority["host"]) if authority else ""
    if not (parts and authority and host):
        return None
    user = f"{_escape(authority['user'])}@" if authority["user"] else ""
    port = "" if (authority["port"] or "") in _DEFAULT_PORTS else f":{authority['port']}"
    path = _resolve_dots(_escape(parts["path"]))
    query = _keep_parameters(_escape(parts["query"] or ""))
    fragment = parts["fragment"] or ""
    route = f"#{_escape(fragment)}" if fragment.startswith(_ROUTES) else ""
    return f"https://{user}{host}{port}{path}{query}{route}"


def _fold_host(host: str) -> str:
    """Lower case, without the root's dot, in Punycode (IDNA 2003); empty where it is no host."""
    try:
        host = host.rstrip(".").lower()
        host = host if host.isascii() else host.encode("idna").decode("ascii").rstrip(".").lower()
    except UnicodeError:
        return ""
    return host if _HOST.fullmatch(host) else ""


def _escape(part: str) -> str:
    """`part` with each character escaped in one way: UTF-8, upper-case hex, only where needed."""
    return _UNSAFE.sub(_to_escape, _ESCAPE.sub(_fold_escape, part))


def _fold_escape(found: re.Match[str]) -> str:
    if found[1] is None:
        return "%25"
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()


def _to_escape(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))


def _resolve_dots(path: str) -> str:
    """`path` without `.` and `..` (RFC 3986, section 5.2.4), `/` where nothing is left."""
    segments: list[str] = []
    names = path.split("/")[1:]
    for name in names:
        if name == "..":
            del segments[-1:]
        elif name != ".":
            segments.append(name)
    if names and names[-1] in {".", ".."}:
        segments.append("")
    return "/" + "/".join(segments)


def _keep_parameters(query: str) -> str:
    kept = [part for part in query.split("&") if part and not _is_tracking(part)]
    return "?" + "&".join(kept) if kept else ""


def _is_tracking(parameter: str) -> bool:
    exact, prefixes = _tracking_parameters()
    parameter = parameter.lower()
    name = parameter.partition("=")[0]
    return name in exact or parameter in exact or name.startswith(prefixes)


@cache
def _tracking_parameters() -> tuple[frozenset[str], tuple[str, ...]]:
    entries = read_list("tracking_parameters.txt")
    prefixes = tuple(entry[:-1] for entry in entries if entry.endswith("*"))
    return frozenset(entry for entry in entries if not entry.endswith("*")), prefixes
