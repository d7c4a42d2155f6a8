"""Tombstones: what was withdrawn, in a form that tells it again and says nothing else of it.

A tombstone has hashes, a date and a reason, and no text, no title and no address. They stand in
`TAKEDOWNS.jsonl` of a release, from which every later one takes them over, and before that in the
list beside it that `corpus takedown` writes, for a release itself is never changed.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpus.errors import ReleaseError, SourceError, storage_errors
from corpus.release.load import AnyRelease, Release
from corpus.release.reading import read_files
from corpus.release.update import COPY, ORPHANED, are_copies

TAKEDOWNS = "TAKEDOWNS.jsonl"
"""The tombstones of a release."""

BESIDE = ".takedowns.jsonl"
"""Ends the name of the list beside a release; the folder's name comes before it."""

HEX = re.compile(r"[0-9a-f]{32}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One thing that was withdrawn, on which day (ISO 8601) and why.

    `page` is the id of a page. `domain` is the hash of a domain (`hash_domain`), with which all of
    its sites go. `text` is the hash of the comparison key of a text, `sketch` hashes of its grams
    (`dedup.withdrawn`) in base64 and `share` how many of them it has; by these copies are told.
    What is not known is empty.
    """

    date: str
    reason: str
    page: str = ""
    domain: str = ""
    text: str = ""
    sketch: str = ""
    share: int = 1

    def to_json(self) -> str:
        """The line of the list."""
        said = {name: value for name, value in dataclasses.asdict(self).items() if value}
        return json.dumps(said, ensure_ascii=False, sort_keys=True)

    @property
    def what(self) -> tuple[str, str, str]:
        """What was withdrawn: two tombstones of one thing are one."""
        return self.domain, self.page, self.text

    @property
    def hashes(self) -> bytes:
        """The sketch as bytes."""
        return base64.b64decode(self.sketch)


def hash_domain(domain: str) -> str:
    """What stands for a domain, 32 hexadecimal digits; `example.org` stands for its sites, too.

    >>> hash_domain("Example.org") == hash_domain("example.org.")
    True
    """
    name = domain.strip().rstrip(".").lower()
    return hashlib.blake2b(name.encode(), digest_size=16, person=b"domain").hexdigest()


def fold_domain(domain: str) -> str:
    """A domain as sites are told by it: in Punycode where it can be, without www.

    >>> fold_domain("www.例子.example"), fold_domain("Example.org.")
    ('xn--fsqu00a.example', 'example.org')
    """
    name = domain.strip().rstrip(".").lower()
    with suppress(UnicodeError):
        name = name.encode("idna").decode("ascii").lower()
    bare = name.removeprefix("www.")
    return bare if "." in bare else name  # www.com is not all of com


def domains_of(site: str | None) -> list[str]:
    """The hashes of a site and of the domains it lies in, of each as written and as folded.

    >>> domains_of("news.example.org")[1] == hash_domain("example.org")
    True
    """
    labels = (site or "").split(".")
    names = [".".join(labels[n:]) for n in range(len(labels)) if labels[n]]
    folded = [fold_domain(name) for name in names]
    return [hash_domain(name) for name in dict.fromkeys([*names, *folded]) if name]


def read_takedowns(path: Path) -> tuple[Tombstone, ...]:
    """The tombstones of a list; none where there is no such file.

    Raises:
        ReleaseError: A line of it is none.
        StorageError: It may not be read.
    """
    if not path.is_file():
        return ()
    with storage_errors(str(path)):
        return parse_takedowns(path.read_bytes(), str(path))


def parse_takedowns(content: bytes, where: str) -> tuple[Tombstone, ...]:
    """The tombstones in the bytes of a list.

    Raises:
        ReleaseError: A line of it is none.
    """
    lines = content.decode("utf-8", "replace").split("\n")
    return tuple(_parse(line, f"{where}, line {n}") for n, line in enumerate(lines, 1) if line)


def _parse(line: str, where: str) -> Tombstone:
    try:
        stone = Tombstone(**json.loads(line))
        known = all(HEX.fullmatch(value) for value in stone.what if value)
        if not known or not any(stone.what) or not DAY.fullmatch(stone.date):
            raise _damaged(where, "no day, or nothing that it stands for")
        _ = stone.hashes
    except (ValueError, TypeError) as error:
        raise _damaged(where, str(error)) from None
    return stone


def _damaged(where: str, what: str) -> ReleaseError:
    return ReleaseError(where, f"not a tombstone ({what})", "restore the list from a copy")


def merge_takedowns(*lists: Iterable[Tombstone]) -> tuple[Tombstone, ...]:
    """All tombstones in one order, each thing once, as it was withdrawn first."""
    stones: dict[tuple[str, str, str], Tombstone] = {}
    for stone in sorted(
        (stone for stones in lists for stone in stones),
        key=lambda s: (s.what, s.date, s.reason, not s.sketch, s.sketch),
    ):
        known = stones.setdefault(stone.what, stone)
        if stone.sketch and not known.sketch:
            stones[stone.what] = dataclasses.replace(known, sketch=stone.sketch, share=stone.share)
    return tuple(stones[what] for what in sorted(stones))


def render_takedowns(stones: Sequence[Tombstone]) -> str:
    """The text of a list."""
    return "".join(f"{stone.to_json()}\n" for stone in stones)


def add_takedowns(path: Path, stones: Iterable[Tombstone]) -> tuple[Tombstone, ...]:
    """Add tombstones to the list at `path`, which may not exist yet; those that are new there.

    Of two that add at the same time, the second waits: neither loses what the other adds. The empty
    file that they wait at stays: who had opened it just before it went would hold it alone.

    Raises:
        ReleaseError: The list is damaged.
        StorageError: It cannot be written.
    """
    from filelock import FileLock  # here, as no worker needs it

    new, lock = (path.with_name(f".{path.name}.{end}") for end in ("tmp", "lock"))
    with storage_errors(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock):
            before = read_takedowns(path)
            merged = merge_takedowns(before, stones)
            with new.open("w", encoding="utf-8", newline="\n") as file:
                file.write(render_takedowns(merged))
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
    known = set(before)
    return tuple(stone for stone in merged if stone not in known)


def beside(release: Path) -> Path:
    """The list beside a release, whether it is there or not.

    >>> beside(Path("out/news-1.0.0")).name
    'news-1.0.0.takedowns.jsonl'
    """
    folder = release.resolve()  # one list, by whichever link the release is named
    return folder.with_name(f"{folder.name}{BESIDE}")


def takedowns_of(release: Release) -> tuple[Tombstone, ...]:
    """All tombstones that go with a release: its own, and those of the list beside it."""
    return merge_takedowns(
        read_takedowns(release.path / TAKEDOWNS), read_takedowns(beside(release.path))
    )


def detail_of(stone: Tombstone) -> str:
    """What the ledger says of a page that was withdrawn.

    >>> detail_of(Tombstone("2026-01-02", "asked by its author", page="0" * 32))
    'withdrawn 2026-01-02: asked by its author'
    """
    return f"withdrawn {stone.date}: {stone.reason}"


REASONS = ("page", "domain", "text", "near", "contained", COPY, ORPHANED)
"""The reasons of the stage `takedown`: the page itself, its domain, its text or one near it, one
that holds it or stands in it; and of pages that a withdrawn article stood for, whether they are
copies of it."""


def own_takedowns(release: AnyRelease) -> tuple[Tombstone, ...]:
    """The tombstones that a release was built with."""
    content = release.files.read(TAKEDOWNS)
    return () if content is None else parse_takedowns(content, TAKEDOWNS)


def read_list(path: Path) -> tuple[Tombstone, ...]:
    """The tombstones of a list that must be there.

    Raises:
        SourceError: There is no such file.
        ReleaseError: A line of it is none.
    """
    if not path.is_file():
        raise SourceError(str(path), "there is no such list", "give one of `corpus takedown`")
    return read_takedowns(path)


@dataclass(frozen=True, slots=True)
class Orphan:
    """A page that loses the article which stood for it, and is no copy of that: where it was read.

    Its text is not in the release. Read again, it is judged again.
    """

    id: str
    source: str
    path: str


def find_orphans(release: Release, articles: Collection[str]) -> tuple[Orphan, ...]:
    """The pages that lose what stood for them when these articles are withdrawn."""
    columns = ["id", "origin", "reason", "kept_id", "similarity"]
    ids = pa.array(sorted(articles), pa.string())
    found: dict[str, Orphan] = {}
    for batch in read_files(release.files, release.manifest.files_of("ledger"), columns):
        rows = pa.Table.from_batches([batch]).filter(pc.is_in(batch["kept_id"], value_set=ids))
        for row in rows.filter(pc.invert(are_copies(rows))).to_pylist():
            origin = row["origin"]
            found[row["id"]] = Orphan(row["id"], origin["source"] or "", origin["path"] or "")
    return tuple(found[id_] for id_ in sorted(found.keys() - set(articles)))


class Withdrawals:
    """Pages and domains that were withdrawn, to be asked of each page."""

    def __init__(self, stones: Iterable[Tombstone]) -> None:
        """Index the tombstones."""
        stones = tuple(stones)
        self._pages = {stone.page: stone for stone in stones if stone.page}
        self._domains = {stone.domain: stone for stone in stones if stone.domain}

    def find_page(self, id_: str) -> Tombstone | None:
        """The tombstone of the page, if it was withdrawn itself."""
        return self._pages.get(id_)

    def find_site(self, site: str | None) -> Tombstone | None:
        """The tombstone of the site, or of a domain it lies in."""
        if not self._domains:
            return None
        found = (self._domains.get(domain) for domain in domains_of(site))
        return next((stone for stone in found if stone is not None), None)
