"""The keys that a release carries: made of its files of articles, and trusted by the next build.

With them go the pairs of its articles that are alike, but not so much that one of them had to go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from corpus import dedup
from corpus import release as releasing
from corpus.engine import Shard, Stage, Work
from corpus.errors import ReleaseError
from corpus.pipeline.chain import REPLACED, WITHDRAWN
from corpus.pipeline.digest import digest_of, library_digest
from corpus.schema import ARTICLE_CONFIGS, INDEX, PAIRS

STAGES = ("keycheck", "close", "index")
"""Where a release goes on from one with keys, and where a release is to have them."""


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """A file of articles of the release to be: `path` there, and where it lies now.

    That is `name` in the working folder or, if it stays as it was, in the folder `earlier`.
    """

    path: str
    name: str
    earlier: str = ""

    def open(self, work: Work) -> BinaryIO:
        """The file, which the caller closes."""
        return Path(self.earlier, self.path).open("rb") if self.earlier else work.open(self.name)


@dataclass(frozen=True, slots=True)
class PairsFile:
    """The file of all pairs: the new ones, and those of the release in the folder `earlier`."""

    earlier: str


def files_to_index(
    written: Sequence[releasing.WrittenFile],
    previous: releasing.Release | None = None,
    *,
    trusted: bool = False,
) -> Iterator[ArticleFile]:
    """The files of articles whose keys the release to be does not have yet.

    Those written, and those that stay of the release before, unless its own keys are `trusted`.
    """
    for file in written:
        if file.config in ARTICLE_CONFIGS:
            yield ArticleFile(file.path, file.name)
    paths = {file.path for file in written}
    for entry in previous.manifest.article_files() if previous else ():
        if entry.path not in paths and not trusted:
            yield ArticleFile(entry.path, "", str(previous.path.absolute()) if previous else "")


def index_shards(tasks: Sequence[ArticleFile | PairsFile], state: str) -> list[Shard]:
    """Each file as a task."""
    return [
        Shard(f"{number:05d}", digest_of(state, asdict(task)), task)
        for number, task in enumerate(tasks)
    ]


def index_stage() -> Stage:
    """Writes the keys of each file of articles, and the pairs."""
    return Stage("index", write_keys, digest_of(library_digest()))


def write_keys(task: ArticleFile | PairsFile, shard: str, work: Work) -> dict[str, Any]:
    """The keys of one file of articles, or all pairs."""
    name = f"index/{shard}.parquet"
    if isinstance(task, PairsFile):
        return asdict(releasing.write_pairs(work, _all_pairs(task.earlier, work), name))
    with closing(task.open(work)) as articles:
        found = releasing.write_index(work, articles, task.path, dedup.index_articles, name)
    return asdict(found)


def _all_pairs(earlier: str, work: Work) -> pa.Table:
    """The new pairs, and those of the release before of articles that are as they were."""
    new = work.arrow("close/all.pairs.arrow").read_all()
    if not earlier:
        return new
    gone = [work.arrow(f"{name}.arrow").read_all()["id"] for name in (WITHDRAWN, REPLACED)]
    others = pa.array([id_.hex() for ids in gone for id_ in ids.to_pylist()], pa.string())
    release = releasing.open_release(earlier)
    found = [new]
    for file in release.manifest.files_of(releasing.PAIRS):
        for batch in releasing.read_batches(release.path / file.path):
            is_gone = (pc.is_in(batch.column(name), value_set=others) for name in PAIRS.names[:2])
            own = batch.filter(pc.invert(pc.or_(*is_gone)))
            found.append(pa.Table.from_batches([own], PAIRS))
    return dedup.distinct_pairs(pa.concat_tables(found))


def keycheck_stage() -> Stage:
    """Asks whether the keys of an earlier release are those that this library would make."""
    return Stage("keycheck", are_trusted, digest_of(library_digest()))


def are_trusted(folder: str, _shard: str, _work: Work) -> bool:
    """Whether all articles of a release have keys, and those of its sample what they should be.

    A library that folds or hashes in another way gives other keys: then all are made again.

    Raises:
        ReleaseError: A file of keys is not what the manifest says.
    """
    release = releasing.open_release(folder)
    files = [releasing.index_of(release, file) for file in release.manifest.article_files()]
    if not files or None in files:
        return False
    paths = [_checked(release.path, file) for file in files if file is not None]
    columns = ["id", "text"]
    rows = [
        pa.Table.from_batches([batch])
        for file in release.manifest.files_of("sample")
        for batch in releasing.read_batches(release.path / file.path, columns)
    ]
    if not rows:
        return False
    wanted = dedup.index_articles(pa.concat_tables(rows)).sort_by("id")
    found = [INDEX.empty_table()]
    for path in paths:
        for batch in releasing.read_batches(path):
            own = batch.filter(pc.is_in(batch.column("id"), wanted.column("id").combine_chunks()))
            found.append(pa.Table.from_batches([own]))
    return bool(pa.concat_tables(found).sort_by("id").equals(wanted))


def _checked(folder: Path, file: releasing.FileEntry) -> Path:
    path = folder / file.path
    digest = ""
    if path.is_file():
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != file.sha256:
        what = "has other bytes than its manifest says" if digest else "is missing"
        raise ReleaseError(str(path), what, "fetch or build that release again")
    return path
